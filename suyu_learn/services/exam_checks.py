"""What an organizer should know before publishing: stops, and warnings and notes that can be confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import RetakeFor
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Delivery, Exam, ExamState, PaperMode, Person, Shown, Unit
from suyu_learn.services import bank, exam_delivery, exam_rosters, exams, fixed_papers, marking_queue, papers
from suyu_learn.services.versions import Versions

SECONDS_A_QUESTION = 20
"""Below this nobody has read a question through."""
FEWEST_PASS, MOST_PASS = Decimal("0.4"), Decimal("0.95")
NO_HURDLE = Decimal("0.01")
"""Below this the pass mark keeps nobody back; most likely 0.6 was typed for 60 %."""

_EARLIEST = (Shown.NOW, Shown.AFTER_CLOSE, Shown.NEVER)


class Severity(StrEnum):
    """Whether a finding blocks publishing, wants to be confirmed, or only to be known."""

    STOP = "stop"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend or to confirm."""

    severity: Severity
    problem: Problem


@dataclass(frozen=True, slots=True)
class Facts:
    """What the check looks at."""

    opens_at: datetime | None
    closes_at: datetime | None
    freeze_at: datetime | None
    minutes: int
    questions: int
    points: Decimal
    pass_share: Decimal
    shortage: Problem | None
    unsound: int
    """Published questions that cannot be asked or marked."""
    due: int
    entry_account: bool
    entry_number: bool
    entry_open: bool
    contact: str
    keys_before_retake: bool = False
    """Whether right answers are shown at once though others take the retake later."""
    failing_hidden: bool = False
    """Whether a retake is for those who failed, who learn that only after it."""
    explained_before_key: bool = False
    by_hand: Mapping[int, int] = field(default_factory=dict)
    """Questions that only a person can mark, by the rule that may draw them; 0 for those that were picked."""
    waiting: int = 0
    """How many of them a paper has at most."""
    markers: tuple[str, ...] = ()
    """Who has the role to mark them, by name."""
    two_markers: bool = False
    entry_until: datetime | None = None
    """The latest moment to begin."""
    question_seconds: int | None = None
    """How long each question is shown, where they come one at a time."""
    groups: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """The smallest and the largest group that a rule may draw."""


def findings(session: Session, exam: Exam, *, now: datetime, versions: Versions, contact: str = "") -> list[Finding]:
    """All that is to be said of a draft; `contact` stands in where the exam names nobody to call."""
    return list(judge(facts(session, exam, now=now, versions=versions, contact=contact), now=now))


def publish(
    session: Session, exam: Exam, *, actor: Person, now: datetime, versions: Versions, contact: str = "",
    confirmed: bool = False,
) -> list[Finding]:  # fmt: skip
    """Publish unless something stops it, or warns and is not confirmed; what stands in the way, else nothing."""
    if exam.state is not ExamState.DRAFT:
        return []
    if exam.paper.mode is PaperMode.FIXED:
        fixed_papers.follow(session, exam.paper)
    found = findings(session, exam, now=now, versions=versions, contact=contact)
    if any(one.severity is Severity.STOP for one in found) or (found and not confirmed):
        return found
    exams.publish(session, exam, actor=actor, now=now)
    return []


def facts(session: Session, exam: Exam, *, now: datetime, versions: Versions, contact: str = "") -> Facts:
    """What there is to judge."""
    size = exams.size(session, exam)
    by_hand = papers.for_a_person(session, exam.paper, versions)
    unit = session.get(Unit, exam.unit_id) if exam.unit_id is not None else None
    return Facts(
        opens_at=exam.opens_at,
        closes_at=exam.closes_at,
        freeze_at=exam.freeze_at,
        minutes=exam.minutes,
        questions=size.questions,
        points=size.points,
        pass_share=exam.pass_share,
        shortage=papers.check(session, exam.paper),
        by_hand=by_hand,
        waiting=papers.most_for_a_person(session, exam.paper, by_hand),
        markers=tuple(one.name for one in marking_queue.markers_of(session, unit)) if by_hand else (),
        two_markers=exam.two_markers,
        entry_until=exam.entry_until,
        question_seconds=exam.question_seconds,
        groups=papers.group_sizes(session, papers.rules_of(exam.paper))
        if exam.paper.mode is not PaperMode.FIXED
        else {},
        unsound=len(versions.unsound(session, _versions_of(session, exam))),
        due=len(exam_rosters.due(session, exam, now=now)),
        entry_account=exam.entry_account,
        entry_number=exam.entry_number,
        entry_open=exam.entry_open,
        contact=exam.contact_phone or contact,
        keys_before_retake=exam.retake_for is not None and Shown.NOW in (exam.show_key, exam.show_explanation),
        failing_hidden=_hides_failing(exam),
        explained_before_key=_EARLIEST.index(exam.show_explanation) < _EARLIEST.index(exam.show_key),
    )


def judge(given: Facts, *, now: datetime) -> Iterator[Finding]:
    """The findings in the order in which one mends them."""
    yield from _questions(given)
    yield from _window(given, now)
    yield from _people(given)
    if given.questions and given.points != 100:
        yield _warning(Problem("check.points_not_hundred", points=given.points))
    if given.pass_share < NO_HURDLE:
        yield _warning(Problem("check.pass_mark_none", percent=_percent(given.pass_share)))
    elif not FEWEST_PASS <= given.pass_share <= MOST_PASS:
        yield _warning(Problem("check.pass_mark_odd", percent=_percent(given.pass_share)))
    if not given.contact:
        yield _warning(Problem("check.no_contact"))


def _questions(given: Facts) -> Iterator[Finding]:
    if given.questions == 0:
        yield _stop(Problem("check.no_questions"))
    elif given.shortage is not None:
        yield _stop(given.shortage)
    yield from _marking(given)
    for rule, (fewest, most) in given.groups.items():
        if fewest != most:
            yield _stop(Problem("check.groups_differ", rule=rule, fewest=fewest, most=most))
    if given.unsound:
        yield _stop(Problem("check.unsound_questions", count=given.unsound))
    yield from _seconds(given)
    needed = given.questions * SECONDS_A_QUESTION
    if given.questions and given.minutes * 60 < needed:
        yield _warning(
            Problem("check.too_few_minutes", minutes=given.minutes, questions=given.questions,
                    seconds=SECONDS_A_QUESTION, needed=-(-needed // 60))
        )  # fmt: skip


def _seconds(given: Facts) -> Iterator[Finding]:
    if given.question_seconds is None:
        return
    try:
        exam_delivery.check(Delivery.STEPWISE, given.question_seconds, minutes=given.minutes, questions=given.questions)
    except Problem as problem:
        yield _stop(problem)
    if given.question_seconds < SECONDS_A_QUESTION:
        yield _warning(
            Problem("check.too_few_seconds", seconds=given.question_seconds, least=SECONDS_A_QUESTION)
        )  # fmt: skip


def _marking(given: Facts) -> Iterator[Finding]:
    if not given.by_hand:
        return
    due, needed = given.due * given.waiting, 2 if given.two_markers else 1
    yield Finding(Severity.NOTE, Problem("check.waits_for_people", count=given.waiting, due=given.due, answers=due))
    if not given.markers:
        yield _warning(Problem("check.no_marker"))
    elif len(given.markers) < needed:
        yield _warning(Problem("check.one_marker", name=given.markers[0]))
    else:
        yield Finding(Severity.NOTE, Problem("check.markers", names=given.markers))


def _window(given: Facts, now: datetime) -> Iterator[Finding]:
    opens, closes = given.opens_at, given.closes_at
    if opens and closes and closes <= opens:
        yield _stop(Problem("check.closes_before_opening", opens_at=opens, closes_at=closes))
    elif closes and closes <= now:
        yield _stop(Problem("check.window_past", closes_at=closes))
    elif closes and (closes - max(opens or now, now)).total_seconds() < given.minutes * 60:
        yield _warning(Problem("check.window_shorter_than_minutes", minutes=given.minutes))
    if given.entry_until and given.entry_until <= now:
        yield _stop(Problem("check.entry_past", entry_until=given.entry_until))
    if closes is None:
        yield _warning(Problem("check.never_closes"))
    if given.keys_before_retake:
        yield _warning(Problem("check.keys_before_retake"))
    if given.failing_hidden:
        yield _warning(Problem("check.failing_hidden"))
    if given.explained_before_key:
        yield _warning(Problem("check.explained_before_key"))
    if given.freeze_at and closes and given.freeze_at > closes:
        yield _stop(Problem("check.freeze_after_closing", freeze_at=given.freeze_at, closes_at=closes))


def _hides_failing(exam: Exam) -> bool:
    """Whether nobody learns that they failed before the retake for those who did is over."""
    if exam.retake_for in (None, RetakeFor.ABSENT):
        return False
    late = exam.results_at and exam.retake_closes_at and exam.results_at >= exam.retake_closes_at
    return exam.show_score is not Shown.NOW or bool(late)


def _people(given: Facts) -> Iterator[Finding]:
    if not (given.entry_account or given.entry_number or given.entry_open):
        yield _stop(Problem("check.no_way_in"))
    elif given.entry_open and not (given.entry_account or given.entry_number):
        yield _warning(Problem("check.open_entry_only"))
    if given.due == 0:
        nobody = Problem("check.nobody_due_open") if given.entry_open else Problem("check.nobody_due")
        yield _warning(nobody) if given.entry_open else _stop(nobody)


def _versions_of(session: Session, exam: Exam) -> list[int]:
    if exam.paper.mode is PaperMode.FIXED:
        return [pick.version_id for pick in exam.paper.picks]
    rules = papers.rules_of(exam.paper)
    found = bank.candidates(session, set().union(*(rule.banks for rule in rules)))
    suited = [one for one in found if any(rule.suits(one) for rule in rules)]
    return [version_id for one in suited for version_id in (one.version_id, *one.members)]


def _percent(share: Decimal) -> Decimal:
    return (share * 100).normalize() + Decimal(0)


def _stop(problem: Problem) -> Finding:
    return Finding(Severity.STOP, problem)


def _warning(problem: Problem) -> Finding:
    return Finding(Severity.WARNING, problem)
