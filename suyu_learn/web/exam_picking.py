"""Picking the questions of a paper: what is on it, and what the banks have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from flask import redirect, request

from suyu_learn.domain.papers.points import HUNDRED
from suyu_learn.domain.papers.specification import GROUP
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Exam, ExamState, PaperMode
from suyu_learn.services import exam_lists, exam_reach, fixed_papers
from suyu_learn.services.fixed_papers import Pick
from suyu_learn.services.versions import Asked
from suyu_learn.web import bank_offers, exam_kept, problems
from suyu_learn.web.bank_offers import Asker, stem_line
from suyu_learn.web.bank_questions import type_name
from suyu_learn.web.context import close, learn, session
from suyu_learn.web.exam_making import ORGANIZERS, managed, organizer
from suyu_learn.web.exam_rules import points_in
from suyu_learn.web.i18n import _, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, Choice, MessageKind
from suyu_learn.web.pages.exam_picking import PickedQuestion, PickedSection, PicksPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()


@routes.get("/manage/exams/<int:exam_id>/questions", access=ORGANIZERS)
def picks(exam_id: int) -> str:
    """What stands on the paper, in its sections."""
    return _picks_page(_draft(exam_id), {})


@routes.post("/manage/exams/<int:exam_id>/questions", access=ORGANIZERS, endpoint="picks_post")
def picks_post(exam_id: int) -> Any:
    """Points as typed, and what a button asks for: up, down, away, 100 points, another exam's questions."""
    exam = _draft(exam_id)
    typed = {int(name[7:]): value for name, value in request.form.items()
             if name.startswith("points-") and is_number(name[7:])}  # fmt: skip
    points = {version_id: points_in(value) for version_id, value in typed.items()}
    there = fixed_papers.picks_of(session(), exam.paper)
    sound = {version_id: value for version_id, value in points.items() if value is not None}
    there = fixed_papers.weighed(there, dict(sound.items()))
    errors = {version_id for version_id, value in points.items() if value is None}
    act, _sep, which = request.form.get("action", "save").partition("-")
    whole = int(which) if is_number(which) else 0
    if act in ("up", "down"):
        there = fixed_papers.move(there, whole, up=act == "up")
    elif act == "remove":
        there = fixed_papers.remove(there, whole)
    elif act == "hundred" and not errors:
        made = fixed_papers.hundred(there)
        if made is None:
            fixed_papers.put(session(), exam.paper, there)
            said = _("No round points make 100 with these numbers. Change a number of questions and try again.")
            return _picks_page(exam, {}, [said]), 422
        there = made
    fixed_papers.put(session(), exam.paper, there)
    fixed_papers.follow(session(), exam.paper)
    if act == "take" and not errors:
        return _taken_over(exam)
    if errors & {one.version_id for one in there}:
        return _picks_page(exam, {one: typed[one] for one in errors}), 422
    if act == "add":
        return redirect(link("pick_more", exam_id=exam_id), code=303)
    if act == "back":
        return redirect(link("edit_exam", exam_id=exam_id), code=303)
    if act == "save":
        say(MessageKind.SUCCESS, _("Saved."))
    return redirect(link("picks", exam_id=exam_id) + (f"#pick-{whole}" if act in ("up", "down") else ""), code=303)


@routes.get("/manage/exams/<int:exam_id>/questions/add", access=ORGANIZERS)
def pick_more(exam_id: int) -> str:
    """The questions of a bank, searched and filtered, to tick."""
    return bank_offers.page(_asker(_draft(exam_id), request.args), request.args)


@routes.post("/manage/exams/<int:exam_id>/questions/add", access=ORGANIZERS, endpoint="pick_more_post")
def pick_more_post(exam_id: int) -> Any:
    """Add what is ticked, or all that was found."""
    exam, asked = _draft(exam_id), request.form
    each, points = asked.get("points", "").strip(), None
    try:
        if each and (points := points_in(each)) is None:
            raise Problem("paper.points_each")
        ids = bank_offers.ticked(asked)
        usable = {one.id for one in exam_reach.usable_banks(session(), organizer())}
        came = fixed_papers.add(session(), exam, ids, banks=usable, points=points)
    except Problem as problem:
        close()
        return bank_offers.page(_asker(_draft(exam_id), asked), asked, [problems.sentence(problem)]), 422
    say(MessageKind.SUCCESS, ngettext("%(num)s question added.", "%(num)s questions added.", came))
    return redirect(f"{link('pick_more', exam_id=exam_id)}?{bank_offers.again(asked)}", code=303)


def _draft(exam_id: int) -> Exam:
    exam = managed(exam_id)
    if exam.state is not ExamState.DRAFT or exam.paper.mode is not PaperMode.FIXED:
        raise Problem("exam.not_a_draft")
    return exam


def _taken_over(exam: Exam) -> Any:
    asked = request.form.get("exam", "")
    other = managed(int(asked)) if is_number(asked) else None
    exam_id = exam.id
    try:
        if other is None:
            raise Problem("paper.no_exam_chosen")
        usable = {one.id for one in exam_reach.usable_banks(session(), organizer())}
        came = fixed_papers.take_over(session(), exam, other, banks=usable)
    except Problem as problem:
        return _picks_page(exam, {}, [problems.sentence(problem)]), 422
    say(MessageKind.SUCCESS, ngettext("%(num)s question added.", "%(num)s questions added.", came))
    return redirect(link("picks", exam_id=exam_id), code=303)


def _picks_page(exam: Exam, wrong: Mapping[int, str], errors: Sequence[str] = ()) -> str:
    there = fixed_papers.in_sections(fixed_papers.picks_of(session(), exam.paper))
    asked = learn().versions.many(session(), [one.version_id for one in there])
    sections = []
    count = 0
    usable = {one.id: one for one in exam_reach.usable_banks(session(), organizer())}
    for kind, members in groupby(there, key=_section):
        some = list(members)
        wholes = list(dict.fromkeys(one.whole for one in some))
        rows = []
        for one in some:
            count += one.type != GROUP
            rows.append(_row(one, asked[one.version_id], wholes, str(count) if one.type != GROUP else "",
                             wrong.get(one.version_id), linked=one.bank_id in usable))  # fmt: skip
        sections.append(PickedSection(type_name(kind), summed(some), tuple(rows)))
    total = sum((one.points for one in there), Decimal(0))
    others = exam_lists.within(session(), organizer())
    return render(
        "exams/picks.html",
        PicksPage(
            title=exam.title,
            sections=tuple(sections),
            total=summed(there),
            hundred=total == HUNDRED or not there,
            post_url=link("picks_post", exam_id=exam.id),
            add_url=link("pick_more", exam_id=exam.id),
            edit_url=link("edit_exam", exam_id=exam.id),
            others=tuple(Choice(str(one.id), one.title) for one in fixed_papers.with_picks(session(), others)
                         if one.id != exam.id),
            beyond=exam_kept.picks(exam, usable.values()),
            errors=(*errors, *([_("Give each question points such as 5 or 2.5, at most 1000.")] if wrong else [])),
        ),
    )  # fmt: skip


def _section(one: Pick) -> str:
    return GROUP if one.group_id is not None else one.type


def summed(picked: Sequence[Pick]) -> str:
    """How many questions, and what they are worth together."""
    asked = [one for one in picked if one.type != GROUP]
    return _("%(questions)s, %(points)s points", points=number(sum((one.points for one in asked), Decimal(0))),
             questions=ngettext("%(num)s question", "%(num)s questions", len(asked)))  # fmt: skip


def _row(
    one: Pick, asked: Asked, wholes: Sequence[int], place: str, typed: str | None, *, linked: bool
) -> PickedQuestion:
    head = one.group_id is None
    note = ""
    if one.published is None and one.type != GROUP:
        note = _("It is no longer published. Remove it, or publish it again in its bank.")
    return PickedQuestion(
        whole=one.whole,
        version_id=one.version_id,
        number=place,
        stem=stem_line(asked),
        url=link("question_show", bank_id=one.bank_id, question_id=one.question_id) if linked else "",
        points="" if one.type == GROUP else number(one.points) if typed is None else typed,
        first=one.whole == wholes[0],
        last=one.whole == wholes[-1],
        head=head,
        member=not head,
        note=note,
        error=_("Give points such as 5 or 2.5.") if typed is not None else "",
    )


def _asker(exam: Exam, asked: Mapping[str, str]) -> Asker:
    there = fixed_papers.picks_of(session(), exam.paper)
    return Asker(
        title=exam.title,
        lead=_("On the paper so far: %(total)s", total=summed(there)),
        taken=_("On the paper"),
        own_url=link("pick_more", exam_id=exam.id),
        back=Action(_("Back to the paper"), link("picks", exam_id=exam.id)),
        there=frozenset(one.question_id for one in there),
        points=asked.get("points", ""),
    )
