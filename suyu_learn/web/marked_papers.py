"""Papers that were sat, printed on A4 with lines for signatures: of a unit, of one person, and one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Exam, Role, Slot, Unit
from suyu_learn.services import audit, exams, grants, marked_papers, receipts, reports, sitting, steps
from suyu_learn.services.versions import Asked
from suyu_learn.web import offline_facts
from suyu_learn.web.access import EXAM_ENTRY, holding
from suyu_learn.web.acting import actor
from suyu_learn.web.context import learn, now, secret, session
from suyu_learn.web.i18n import _, dated_time, number
from suyu_learn.web.identity import roles, sitter
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Row
from suyu_learn.web.pages.printing import MarkedPaper, MarkedPapers, SheetOption, SheetQuestion
from suyu_learn.web.pages.sitting import ReviewedQuestion, Verdict
from suyu_learn.web.papers import passages_of, reviewed_as_marked
from suyu_learn.web.reports import unshown
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

MAY_PRINT = holding(Role.ORGANIZER, Role.HR)
SIGNS = {Verdict.RIGHT: "√", Verdict.WRONG: "×", Verdict.PARTLY: "△", Verdict.EMPTY: "—"}


@dataclass(frozen=True, slots=True)
class Sat:
    """A paper that was sat, with its questions read; `key` whether what is right may be told."""

    attempt: Attempt
    slots: Sequence[Slot]
    asked: Mapping[int, Asked]
    key: bool


@routes.get("/manage/exams/<int:exam_id>/marked-papers", access=MAY_PRINT, writes=True, endpoint="marked_papers")
def marked_papers_page(exam_id: int) -> str:
    """The papers of a unit, or of those of a name, each on sheets of its own."""
    sight = reports.sight_of(session(), actor())
    exam = reports.get_exam(session(), exam_id, sight)
    unit, name, person = _unit(), request.args.get("name", "")[:100], request.args.get("person", "")
    found = marked_papers.find(session(), exam, sight=sight, unit=unit, name=name, person=person,
                               but=unshown(exam))  # fmt: skip
    organizes = _organizes(exam)
    papers = tuple(sheet(one) for one in sat(found.attempts))
    if papers:
        whose = found.attempts[0].person.name if person else name
        audit.record(session(), "attempts.printed", now=now(), actor=actor(), on=exam,
                     unit_id=unit.id if unit is not None else exam.unit_id, people=len(papers), name=whose)  # fmt: skip
    left_out = [_("Your own paper is left out: the exam does not show you its result.")] if found.kept_back else []
    if found.left_out:
        left_out.append(
            _("These are the first %(most)s papers; %(num)s more are left out. Choose a unit to print them.",
              most=marked_papers.MOST, num=found.left_out)
        )  # fmt: skip
    return render(
        "exams/marked_papers.html",
        MarkedPapers(_("Marked papers: %(title)s", title=exam.title), papers, " ".join(left_out),
                     link("print_exam", exam_id=exam.id) if organizes else link("exam_report", exam_id=exam.id)),
    )  # fmt: skip


@routes.get("/attempts/<key>/print", access=EXAM_ENTRY)
def print_attempt(key: str) -> str:
    """One's own paper, as far as the exam opens it."""
    person = sitter()
    assert person is not None  # the route is for those signed in or entered
    attempt = sitting.find(session(), key, person)
    exam = attempt.exam
    shown = exams.shown_now(session(), exam, now=now(), grace=learn().grace)
    if attempt.state in (AttemptState.OPEN, AttemptState.VOIDED) or exam.show_score not in shown or (
        exam.show_key not in shown
    ):  # fmt: skip
        raise Problem("print.not_open")
    slots = steps.slots_of(session(), attempt)
    paper = sheet(Sat(attempt, slots, _versions(slots), key=True))
    return render("exams/marked_papers.html",
                  MarkedPapers(paper.title, (paper,), back_url=link("result", key=key)))  # fmt: skip


def paper_url(exam: Exam, person: str) -> str:
    """Where the marked paper of the person with this key is; empty for who may not print it."""
    return link("marked_papers", exam_id=exam.id, person=person) if roles() & MAY_PRINT.roles else ""


def sat(attempts: Sequence[Attempt]) -> list[Sat]:
    """Papers with all that a print of them needs; the key only where the viewer may see it."""
    slots = marked_papers.slots_of(session(), attempts)
    asked = _versions(slot for those in slots.values() for slot in those)
    told = {one.exam_id: one.exam for one in attempts}
    open_keys = {number for number, exam in told.items() if _organizes(exam) or exam.show_key in exams.shown_now(
        session(), exam, now=now(), grace=learn().grace)}  # fmt: skip
    return [Sat(one, slots[one.id], asked, one.exam_id in open_keys) for one in attempts]


def _organizes(exam: Exam) -> bool:
    own = session().get(Unit, exam.unit_id) if exam.unit_id is not None else None
    return grants.reach(session(), actor(), Role.ORGANIZER).covers(own.path if own is not None else None)


def _unit() -> Unit | None:
    asked = request.args.get("unit", "")
    if not asked:
        return None
    unit = session().get(Unit, int(asked)) if is_number(asked) else None
    if unit is None:
        raise Problem("page.unknown")
    return unit


def _versions(slots: Iterable[Slot]) -> Mapping[int, Asked]:
    """The versions that were asked, and those by whose keys they were marked."""
    ids = {one for slot in slots for one in (slot.version_id, slot.key_version_id) if one is not None}
    return learn().versions.many(session(), ids)


def sheet(one: Sat) -> MarkedPaper:
    """One paper as it is printed."""
    attempt, key = one.attempt, one.key
    exam, person = attempt.exam, attempt.person
    full = attempt.full_points
    facts = [
        Row(_("Name"), person.name), Row(_("Staff number"), person.staff_number or ""),
        Row(_("Unit"), attempt.unit_names), Row(_("Attempt"), number(attempt.number)),
        *(() if attempt.offline else _handed_in(attempt)), *offline_facts.of(attempt),
    ]  # fmt: skip
    return MarkedPaper(
        title=exam.title,
        facts=tuple(row for row in facts if row.value),
        result=(
            Row(_("Score"), _("%(points)s of %(full)s", points=number(attempt.points), full=number(full))
                if attempt.points is not None else _("Not marked yet")),
            Row(_("Pass mark"), number(exam.pass_share * full)),
            Row(_("Outcome"), _outcome(attempt)),
        ),
        questions=tuple(_questions(one.slots, one.asked, key=key)),
        notes=() if key else (
            _("Right answers and the marks of single questions are left out: the exam does not open them yet."),
        ),
        signatures=(_("Signature of the examinee"), _("Signature of the invigilator"), _("Date")),
    )  # fmt: skip


def _handed_in(attempt: Attempt) -> Iterable[Row]:
    """The times of a paper sat here, and the code that proves them; a paper entered afterwards has neither."""
    yield Row(_("Started on"), dated_time(attempt.started_at))
    yield Row(_("Handed in at"), dated_time(attempt.closed_at))
    yield Row(_("Receipt"), receipts.code(session(), attempt, attempt.person, secret=secret()))


def _outcome(attempt: Attempt) -> str:
    if attempt.passed is None:
        return _("Not marked yet")
    return _("Passed") if attempt.passed else _("Not passed")


def _questions(slots: Sequence[Slot], asked: Mapping[int, Asked], *, key: bool) -> Iterable[SheetQuestion]:
    passages = passages_of(slots, asked)
    for slot in slots:
        if asked[slot.version_id].type.has_response:
            one = reviewed_as_marked(slot, asked, key=key, explained=False)
            if not key:  # what earned points tells the key as well
                one = replace(one, verdict=None, mark=None)
            yield _question(replace(one, parent_stem=passages.get(slot.number)))


def _question(one: ReviewedQuestion) -> SheetQuestion:
    choices = one.choices or ()
    letters = one.type != "true_false"
    given = " ".join(_said(choice, letters=letters) for choice in choices if choice.chosen) if choices else one.response
    right = ""
    if one.verdict is not Verdict.RIGHT and one.key is not None and not (one.parts and one.type != "short_answer"):
        right = " ".join(_said(choice, letters=letters) for choice in choices if choice.right) or one.right or ""
    return SheetQuestion(
        asked=one,
        options=tuple(SheetOption(f"{choice.letter}." if letters else "", choice.text, choice.chosen)
                      for choice in choices),
        given=given,
        right=right,
        mark=one.mark or "",
        sign=SIGNS[one.verdict] if one.verdict is not None else "",
    )  # fmt: skip


def _said(choice: Any, *, letters: bool) -> str:
    return str(choice.letter if letters else choice.text)
