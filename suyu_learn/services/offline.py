"""Results of papers that were sat on paper: attempts like all others, with what is known of them as steps.

Where only the points are known, an `entered` step holds them, and a later one corrects them. Where the answers are
known they are saved and marked as if they had been given here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from suyu_learn.content.paper_results import read_points
from suyu_learn.content.written_answers import raw_answer
from suyu_learn.domain.attempts import AttemptState, Outcome, StepKind
from suyu_learn.domain.names import chinese_order, tidy
from suyu_learn.domain.papers.arrange import Slot
from suyu_learn.domain.papers.specification import total_points
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Attempt, Exam, Person, Step, new_key
from suyu_learn.services import (
    attempt_merging,
    audit,
    corrected_keys,
    exam_rosters,
    exams,
    locks,
    marking,
    offline_days,
    paper_prints,
    papers,
    people,
    receipts,
    records,
    regrading,
    sitting,
)
from suyu_learn.services.boards import Sight
from suyu_learn.services.exam_rosters import DuePerson
from suyu_learn.services.steps import projected, slots_of
from suyu_learn.services.versions import Asked, Versions

EPOCH = 1
"""Answers from paper stand in the first epoch of their attempt, as if its page had been opened once."""
TEXT_LIMIT = 200
_AT_ONCE = 5000
_APPEND = insert(cast("Table", Step.__table__))


@dataclass(frozen=True, slots=True)
class Typed:
    """One result as it was typed: the points, or the answers by the number of their question."""

    points: str = ""
    answers: Mapping[int, str] = field(default_factory=dict)
    day: str = ""
    room: str = ""
    remark: str = ""
    variant: str = ""
    """The code printed on the paper, where papers differ."""

    @property
    def empty(self) -> bool:
        """Whether neither points nor answers were typed."""
        return not self.points.strip() and not any(text.strip() for text in self.answers.values())


@dataclass(frozen=True, slots=True)
class Result:
    """One result, read: the points, or the responses by slot."""

    sat_at: datetime
    room: str
    remark: str
    retake: bool
    points: Decimal | None = None
    responses: Mapping[int, Any] = field(default_factory=dict)
    slots: tuple[Slot, ...] = ()
    full: Decimal = Decimal(0)
    variant: str = ""
    or_again: datetime | None = None
    """When it was sat if that was in the retake, where only a day is known on which both took place."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What results of an exam are read against: its full points, and its questions where they are known."""

    full: Decimal
    slots: tuple[Slot, ...] = ()
    variant: str = ""
    """The code of a printed variant."""

    which: tuple[str, ...] = ()
    """The codes of which one has to be named, since papers differ: for answers always, for points if they differ."""

    differ_in_points: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who is due and has no attempt that stands."""

    due: DuePerson
    name: str
    staff_number: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry or correction of a result on paper."""

    at: datetime
    by: str
    points: Decimal | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Notes:
    """What is known of a result on paper beside its points."""

    sat_at: datetime
    room: str
    remark: str
    variant: str
    entries: tuple[Entry, ...]


def paper_of(session: Session, exam: Exam, versions: Versions, code: str = "") -> Paper:
    """The paper that results are entered for: the printed variant of a code, else the one that all had.

    Raises Problem for a code under which nothing was printed.
    """
    printed = paper_prints.variants(session, exam)
    if code.strip() or len(printed) == 1:
        one = paper_prints.variant(session, exam, code) if code.strip() else printed[0]
        return Paper(one.points, one.slots, one.code)
    if printed:
        points = {one.points for one in printed}
        return Paper(max(points), which=tuple(one.code for one in printed), differ_in_points=len(points) > 1)
    return Paper(exams.size(session, exam).points, tuple(papers.in_order(session, exam, versions)))


def waiting(session: Session, exam: Exam, *, sight: Sight, now: datetime) -> list[Waiting]:
    """Everybody in sight who is due and has no attempt that stands, by unit and name."""
    due = [one for one in exam_rosters.due(session, exam, now=now) if sight.covers(one.unit_path)]
    rows = session.execute(
        select(Attempt.person_id, Person.merged_into_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.exam_id == exam.id, Attempt.trial.is_(False), Attempt.state != AttemptState.VOIDED)
    )
    gone = {merged or person_id for person_id, merged in rows}
    left = {one.person_id: one for one in due if one.person_id not in gone}
    ids = sorted(left)
    named = [
        row
        for start in range(0, len(ids), _AT_ONCE)
        for row in session.execute(
            select(Person.id, Person.name, Person.staff_number).where(Person.id.in_(ids[start : start + _AT_ONCE]))
        )
    ]
    found = [Waiting(left[row.id], row.name, row.staff_number or "") for row in named]
    return sorted(
        found, key=lambda one: (chinese_order(one.due.unit_names), chinese_order(one.name), one.due.person_id)
    )


def due_people(session: Session, exam: Exam, *, sight: Sight, now: datetime) -> dict[int, DuePerson]:
    """Everybody who is due and in sight, by id."""
    due = exam_rosters.due(session, exam, now=now)
    return {one.person_id: one for one in due if sight.covers(one.unit_path)}


def due_person(session: Session, exam: Exam, person_id: int, *, sight: Sight, now: datetime) -> DuePerson:
    """One person who is due and in sight; raises Problem for every other."""
    found = due_people(session, exam, sight=sight, now=now).get(person_id)
    if found is None:
        raise Problem("person.unknown")
    return found


def read(
    session: Session, exam: Exam, typed: Typed, *, paper: Paper, zone: tzinfo, now: datetime, versions: Versions
) -> Result:
    """What was typed as a result; raises Problem, with the field, for what cannot be one."""
    if typed.empty:
        raise Problem("offline.nothing", place=Place(field="points"))
    if typed.points.strip() and any(text.strip() for text in typed.answers.values()):
        raise Problem("offline.points_and_answers", place=Place(field="points"))
    if paper.which and (paper.differ_in_points or not typed.points.strip()):
        raise Problem("offline.which_variant", place=Place(field="variant"), codes=paper.which)
    sat = offline_days.read(exam, typed.day, zone=zone, now=now)
    room, remark = (tidy(text)[:TEXT_LIMIT] for text in (typed.room, typed.remark))
    if typed.points.strip():
        return Result(sat.at, room, remark, sat.retake, points=read_points(typed.points, full=paper.full),
                      full=paper.full, variant=paper.variant, or_again=sat.or_again)  # fmt: skip
    if not paper.slots:
        raise Problem("offline.no_questions", place=Place(field="answers"))
    return Result(sat.at, room, remark, sat.retake, slots=paper.slots, full=total_points(paper.slots),
                  variant=paper.variant, or_again=sat.or_again,
                  responses=_responses(session, typed.answers, paper.slots, versions))  # fmt: skip


def _responses(
    session: Session, answers: Mapping[int, str], slots: Sequence[Slot], versions: Versions
) -> dict[int, Any]:
    asked = versions.many(session, [slot.version_id for slot in slots])
    by_number = {slot.number: slot for slot in slots}
    found: dict[int, Any] = {}
    for number, text in answers.items():
        slot = by_number.get(number)
        if slot is None and text.strip():
            raise Problem("offline.no_such_question", place=Place(field=f"q{number}"), number=number, count=len(slots))
        if slot is None:
            continue
        question = asked[slot.version_id]
        try:
            menus = [[one["key"] for one in menu] for menu in menus_of(question, slot)]
            raw = raw_answer(question.type.code, slot.options, text, menus=menus)
            response = None if raw is None else question.type.parse(question.content, raw)
        except Problem as problem:
            raise Problem("offline.answer", place=Place(field=f"q{number}"), number=number, error=problem) from None
        if response is not None:
            found[number] = response
    return found


def menus_of(question: Asked, slot: Slot) -> list[Sequence[Mapping[str, str]]]:
    """The options of each gap of a text with gaps as the paper letters them; of a gap to write in there are none."""
    if question.type.code != "cloze":
        return []
    return [gap["options"] for gap in question.type.asked(question.content, slot.options)["gaps"]]


def as_sat(exam: Exam, result: Result, attempts: Sequence[Attempt]) -> Result:
    """The same as a paper of the retake, where the day leaves that open, and the person has sat the exam before it."""
    if result.or_again is None or exams.attempts_left(exam, attempts) > 0 or not exams.has_retake(exam, attempts):
        return result
    if any(_is_the_same(one, result) for one in attempts):
        return result
    return replace(result, sat_at=result.or_again, retake=True, or_again=None)


def refusal(
    exam: Exam, person_id: int, name: str, result: Result, attempts: Sequence[Attempt], *, actor: Person
) -> Problem | None:
    """Why a result cannot be entered for somebody with these attempts, or None."""
    result = as_sat(exam, result, attempts)
    if person_id == actor.id:
        return Problem("offline.yourself")
    if any(one.state is AttemptState.OPEN for one in attempts):
        return Problem("offline.sits_now", name=name)
    if any(_is_the_same(one, result) for one in attempts):
        return Problem("offline.entered_already", name=name)
    if result.retake and not exams.has_retake(exam, attempts):
        return Problem("offline.no_retake", name=name)
    if exams.attempts_left(exam, attempts, retake=result.retake) > 0:
        return None
    last = next(one for one in reversed(attempts) if one.state is not AttemptState.VOIDED)
    return Problem("offline.entered_already" if last.offline else "offline.has_attempt", name=name)


def may_follow(session: Session, exam: Exam, person: Person, *, now: datetime) -> bool:
    """Whether somebody who is due, and has sat already, may have sat once more: a further attempt, or the retake."""
    attempts = exams.attempts_of(session, exam, person)
    if any(one.state is AttemptState.OPEN for one in attempts):
        return False
    retake = exams.has_retake(exam, attempts) and exams.attempts_left(exam, attempts, retake=True) > 0
    if not retake and not exams.attempts_left(exam, attempts):
        return False
    return any(one.person_id == person.id for one in exam_rosters.due(session, exam, now=now))


def enter(
    session: Session, exam: Exam, person: Person, result: Result, *, actor: Person, now: datetime,
    versions: Versions, source: str = "",
) -> Attempt:  # fmt: skip
    """Make the attempt of a paper; its steps say who entered what, and when it was sat."""
    locks.hold_people(session, [person.id])
    attempts = exams.attempts_of(session, exam, person)
    stands_against = refusal(exam, person.id, person.name, result, attempts, actor=actor)
    if stands_against is not None:
        raise stands_against
    result = as_sat(exam, result, attempts)
    unit = people.unit_of_the_day(session, person.id, at=result.sat_at)
    if unit.unit_id is None:  # who came on that very day, or after it
        unit = people.unit_of_the_day(session, person.id, at=now)
    attempt = Attempt(
        key=new_key(), exam_id=exam.id, person_id=person.id, retake=result.retake, seed=new_key(), epoch=EPOCH,
        number=1 + max((one.number for one in attempts), default=0), offline=True,
        unit_id=unit.unit_id, unit_path=unit.path, unit_names=unit.names,
        started_at=result.sat_at, deadline=result.sat_at, full_points=result.full or exams.size(session, exam).points,
    )  # fmt: skip
    session.add(attempt)
    session.flush()
    _in_order(session, [*attempts, attempt])
    _append_steps(session, attempt, result, actor=actor, now=now, source=source)
    if result.slots:
        sitting.store_slots(session, attempt, result.slots)
        _note_corrected_keys(session, attempt, result.slots, actor=actor, now=now)
    sitting.close(session, attempt, StepKind.SUBMITTED, now=now, versions=versions, actor=actor)
    audit.record(session, "paper.entered", now=now, actor=actor, on=exam, unit_id=exam.unit_id, person_id=person.id,
                 attempt=attempt.key, points=str(attempt.points) if attempt.points is not None else "",
                 **({"file": source} if source else {}))  # fmt: skip
    session.flush()
    return attempt


def _is_the_same(attempt: Attempt, result: Result) -> bool:
    """Whether a paper is entered already: sent twice, or from the same file once more."""
    if not attempt.offline or attempt.state is AttemptState.VOIDED or attempt.started_at != result.sat_at:
        return False
    if result.points is not None:
        return attempt.points == result.points
    return attempt.answers_digest == receipts.digest(result.responses.items())


def _note_corrected_keys(
    session: Session, attempt: Attempt, slots: Sequence[Slot], *, actor: Person, now: datetime
) -> None:
    """Mark by the corrected key what the exam's other papers were marked by, though this one was printed before."""
    corrected = corrected_keys.of_exam(session, attempt.exam_id, [slot.version_id for slot in slots])
    rows = [
        {"attempt_id": attempt.id, "kind": StepKind.REGRADED, "slot": slot.number, "epoch": EPOCH, "seq": 0,
         "response": None, "made_at": now, "received_at": now, "actor_id": actor.id,
         "detail": {"version": corrected[slot.version_id].version_id, "reason": corrected[slot.version_id].reason}}
        for slot in slots if slot.version_id in corrected
    ]  # fmt: skip
    if rows:
        session.connection().execute(_APPEND, rows)


def _in_order(session: Session, attempts: Sequence[Attempt]) -> None:
    """Number the attempts by when they were sat, which for paper may lie before others."""
    ordered = sorted(attempts, key=lambda one: (one.started_at, one.id))
    if ordered[-1] is not attempts[-1]:
        owners = {one.id: one.person_id for one in ordered}
        attempt_merging.number(session, ordered, owners, {one.id: place for place, one in enumerate(ordered, start=1)})


def _append_steps(
    session: Session, attempt: Attempt, result: Result, *, actor: Person, now: datetime, source: str
) -> None:
    common = {"attempt_id": attempt.id, "epoch": EPOCH, "received_at": now, "actor_id": actor.id}
    opened = {
        "deadline": result.sat_at.isoformat(), "offline": True, "room": result.room, "remark": result.remark,
        **({"file": source} if source else {}), **({"variant": result.variant} if result.variant else {}),
    }  # fmt: skip
    rows: list[dict[str, Any]] = [
        {**common, "kind": StepKind.OPENED, "made_at": result.sat_at, "slot": None, "seq": 0, "response": None,
         "detail": opened}
    ]  # fmt: skip
    if result.points is not None:
        rows.append({**common, "kind": StepKind.ENTERED, "made_at": now, "slot": None, "seq": 0, "response": None,
                     "detail": {"points": str(result.points)}})  # fmt: skip
    rows += [
        {**common, "kind": StepKind.SAVED, "made_at": result.sat_at, "slot": number, "seq": 1, "response": response,
         "detail": None}
        for number, response in sorted(result.responses.items())
    ]  # fmt: skip
    session.connection().execute(_APPEND, rows)


def correct(
    session: Session, exam: Exam, attempt_id: int, *, points: str, seen: str, reason: str, actor: Person, now: datetime
) -> Attempt:
    """Give other points for a paper than those that were `seen`; what was entered before stays on record."""
    said = audit.required(reason)
    attempt = _held(session, exam, attempt_id)
    if attempt.person_id == actor.id:
        raise Problem("offline.yourself")
    if projected(session, attempt).entered is None:
        raise Problem("offline.by_answers")
    typed = read_points(points, full=attempt.full_points)
    if seen != shown(attempt.points):
        raise Problem("offline.changed_meanwhile", points=attempt.points)
    if typed == attempt.points:
        raise Problem("offline.same_points", place=Place(field="points"))
    before = Outcome(attempt.points, attempt.full_points, attempt.passed)
    session.connection().execute(_APPEND, {
        "attempt_id": attempt.id, "kind": StepKind.ENTERED, "epoch": attempt.epoch, "made_at": now, "received_at": now,
        "actor_id": actor.id, "detail": {"points": str(typed), "reason": said},
    })  # fmt: skip
    truth = projected(session, attempt)
    result = marking.outcome(attempt, slots_of(session, attempt), truth)
    attempt.points, attempt.passed, attempt.marked_at = result.points, result.passed, truth.marked_at
    session.flush()
    audit.record(session, "paper.corrected", now=now, actor=actor, on=exam, unit_id=exam.unit_id, reason=said,
                 person_id=attempt.person_id, attempt=attempt.key, old=str(before.points),
                 new=str(result.points))  # fmt: skip
    regrading.follow(session, regrading.Change(attempt, {}, before, result), person=actor, reason=said, now=now)
    records.renew_points(session, attempt)
    session.flush()
    return attempt


def shown(points: Decimal | None) -> str:
    """Points as a page shows them, by which a correction tells what it saw: 90, 87.5."""
    return "" if points is None else f"{points.normalize():f}"


def notes_of(session: Session, attempt: Attempt) -> Notes | None:
    """When and where a paper was sat, who entered it, and what was corrected; None for what was sat here."""
    if not attempt.offline:
        return None
    rows = session.execute(
        select(Step.kind, Step.received_at, Step.detail, Person.name)
        .outerjoin(Person, Person.id == Step.actor_id)
        .where(Step.attempt_id == attempt.id, Step.kind.in_([StepKind.OPENED, StepKind.ENTERED]))
        .order_by(Step.id)
    ).all()  # fmt: skip
    opened: Mapping[str, Any] = cast("Mapping[str, Any]", rows[0].detail)
    entries = [
        Entry(row.received_at, row.name or "", Decimal(row.detail["points"]), row.detail.get("reason", ""))
        for row in rows if row.kind is StepKind.ENTERED
    ] or [Entry(rows[0].received_at, rows[0].name or "", None)]  # fmt: skip
    return Notes(
        attempt.started_at, opened.get("room", ""), opened.get("remark", ""), opened.get("variant", ""), tuple(entries)
    )


def _held(session: Session, exam: Exam, attempt_id: int) -> Attempt:
    attempt = session.scalar(
        select(Attempt).where(Attempt.id == attempt_id, Attempt.exam_id == exam.id, Attempt.trial.is_(False))
        .with_for_update(of=Attempt).execution_options(populate_existing=True)
    )  # fmt: skip
    if attempt is None or not attempt.offline:
        raise Problem("sitting.unknown")
    if attempt.state is not AttemptState.SUBMITTED:
        raise Problem("void.already")
    return attempt
