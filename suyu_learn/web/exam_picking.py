"""Picking the questions of a paper: what is on it, and what the banks have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import Any, cast
from urllib.parse import urlencode

from flask import redirect, request

from suyu_learn.content.texts import in_words
from suyu_learn.domain.papers.points import HUNDRED
from suyu_learn.domain.papers.specification import GROUP
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Bank, Exam, ExamState, PaperMode
from suyu_learn.services import bank_contents, bank_search, exam_lists, exam_reach, fixed_papers
from suyu_learn.services.fixed_papers import Pick
from suyu_learn.services.versions import Asked
from suyu_learn.web import bank_filters, exam_kept, problems, question_words
from suyu_learn.web.bank_questions import difficulty_name, paged, passages, seen, type_name
from suyu_learn.web.context import close, learn, session
from suyu_learn.web.exam_making import ORGANIZERS, managed, organizer
from suyu_learn.web.exam_rules import points_in
from suyu_learn.web.i18n import _, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.bank import FilterChoice
from suyu_learn.web.pages.common import Choice, MessageKind
from suyu_learn.web.pages.exam_picking import Offer, PickedQuestion, PickedSection, PickMorePage, PicksPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number, number_of

routes = Routes()

PAGE = 20
LONGEST_STEM = 160
_LEFT_OUT = frozenset({"status", "import"})
"""What is not asked here: only what is published can be picked."""


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
    return _more_page(_draft(exam_id), request.args)


@routes.post("/manage/exams/<int:exam_id>/questions/add", access=ORGANIZERS, endpoint="pick_more_post")
def pick_more_post(exam_id: int) -> Any:
    """Add what is ticked, or all that was found."""
    exam, asked = _draft(exam_id), request.form
    ids = [int(one) for one in asked.getlist("question") if is_number(one)]
    each, points = asked.get("points", "").strip(), None
    try:
        if each and (points := points_in(each)) is None:
            raise Problem("paper.points_each")
        if asked.get("action") == "all":
            here = _bank(asked)
            if here is not None:
                ids = bank_search.ids(session(), here, _wanted(asked))
        if not ids:
            raise Problem("paper.nothing_ticked")
        usable = {one.id for one in exam_reach.usable_banks(session(), organizer())}
        came = fixed_papers.add(session(), exam, ids, banks=usable, points=points)
    except Problem as problem:
        close()
        return _more_page(_draft(exam_id), asked, [problems.sentence(problem)]), 422
    say(MessageKind.SUCCESS, ngettext("%(num)s question added.", "%(num)s questions added.", came))
    return redirect(f"{link('pick_more', exam_id=exam_id)}?{_query(asked, page=asked.get('page', ''))}", code=303)


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
    stem = " ".join(in_words(asked.stem, asked.text_format, blanks=True).split())
    return PickedQuestion(
        whole=one.whole,
        version_id=one.version_id,
        number=place,
        stem=stem if len(stem) <= LONGEST_STEM else stem[: LONGEST_STEM - 1] + "…",
        url=link("question_show", bank_id=one.bank_id, question_id=one.question_id) if linked else "",
        points="" if one.type == GROUP else number(one.points) if typed is None else typed,
        first=one.whole == wholes[0],
        last=one.whole == wholes[-1],
        head=head,
        member=not head,
        note=note,
        error=_("Give points such as 5 or 2.5.") if typed is not None else "",
    )


def _bank(asked: Mapping[str, str]) -> Bank | None:
    """The bank that is looked into: the one asked for, else the newest one may draw from."""
    usable = exam_reach.usable_banks(session(), organizer())
    chosen = next((one for one in usable if str(one.id) == asked.get("bank", "")), None)
    newest = sorted(usable, key=lambda one: (one.unit_id is not None, one.created_at, one.id))[-1:]
    return chosen or next(iter(newest), None)


def _wanted(asked: Mapping[str, str]) -> Any:
    return replace(bank_filters.read(asked), status="", import_id=0)


def _query(asked: Mapping[str, str], *, page: str = "") -> str:
    names = [name for name in ("bank", *bank_filters.NAMES) if name not in _LEFT_OUT]
    pairs = {name: asked.get(name, "").strip() for name in names} | {"page": page}
    return urlencode({name: value[: bank_filters.LONGEST] for name, value in pairs.items() if value})


def _more_page(exam: Exam, asked: Mapping[str, str], errors: Sequence[str] = ()) -> str:
    usable = exam_reach.usable_banks(session(), organizer())
    row = _bank(asked)
    own = link("pick_more", exam_id=exam.id)
    there = fixed_papers.picks_of(session(), exam.paper)
    total, found = 0, cast("Sequence[Any]", ())
    filters: tuple[FilterChoice, ...] = ()
    current = max(1, number_of(asked.get("page", "") or "1"))
    if row is not None:
        wanted = _wanted(asked)
        total, found = bank_search.questions(session(), row, wanted, offset=(current - 1) * PAGE, limit=PAGE)
        if not found and total:
            current = -(-total // PAGE)
            total, found = bank_search.questions(session(), row, wanted, offset=(current - 1) * PAGE, limit=PAGE)
        here = bank_contents.get_bank(session(), organizer(), row.id, counted=False)
        filters = tuple(one for one in bank_filters.offered(here, asked) if one.name not in _LEFT_OUT)
    query = _query(asked)
    pages = paged(total, current, PAGE, f"{own}?{query}{'&' if query else ''}page=")
    return render(
        "exams/pick_more.html",
        PickMorePage(
            title=exam.title,
            banks=tuple(Choice(str(one.id), one.name, row is not None and one.id == row.id) for one in usable),
            text=asked.get("q", ""),
            source=asked.get("source", ""),
            filters=filters,
            filtered=bank_filters.narrows(asked),
            query=(*((name, asked[name]) for name in ("bank", *bank_filters.NAMES) if asked.get(name)),
                   ("page", str(current))),
            found=ngettext("%(num)s question", "%(num)s questions", total),
            offers=tuple(_offers(found, there, asked, start=(current - 1) * PAGE + 1)),
            pages=pages,
            total=summed(there),
            points=asked.get("points", ""),
            every=ngettext("Add the %(num)s found", "Add all %(num)s found", total) if total else "",
            own_url=own,
            picks_url=link("picks", exam_id=exam.id),
            clear_url=f"{own}?{urlencode({'bank': row.id})}" if row is not None else own,
            errors=tuple(errors),
        ),
    )  # fmt: skip


def _offers(found: Sequence[Any], there: Sequence[Pick], asked_for: Mapping[str, str], *, start: int) -> list[Offer]:
    known = {one.question_id for one in there}
    versions = [version.id for _question, version in found]
    asked, named = learn().versions.many(session(), versions), bank_contents.labels_of(session(), versions)
    below = passages(session(), [question for question, _version in found], only_published=True)
    ticked = set(request.form.getlist("question")) if request.method == "POST" else set()
    offers = []
    for place, (question, version) in enumerate(found, start=start):
        of_passage = question.group_id is not None or version.type == GROUP
        offers.append(
            Offer(
                seen(asked[version.id], number=place, id=question.id, passage=below.get(question.group_id or 0),
                     facts=(type_name(version.type), difficulty_name(version.difficulty),
                            question_words.criterion(version.criterion),
                            *question_words.labels(named.get(version.id, ())))),
                question.id,
                _("Choose the whole passage with its questions") if of_passage else _("Choose this question"),
                question.id in known,
                str(question.id) in ticked,
            )
        )  # fmt: skip
    return offers
