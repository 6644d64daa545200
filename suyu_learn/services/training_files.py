"""One person's training file (一人一档): what was taught when and by whom, hours, attendance, results, corrections.

Everything keeps the unit of its day. Where the person no longer belongs, what was recorded there can still be read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState, StepKind
from suyu_learn.domain.programmes import Progress
from suyu_learn.models import (
    Attempt,
    Attendance,
    AttendanceChange,
    Audience,
    Completion,
    Event,
    Exam,
    Person,
    Programme,
    ProgrammeExemption,
    ProgrammeMember,
    ProgrammeState,
    SignOff,
    Step,
)
from suyu_learn.services import course_rounds, exam_scope, hours, person_files, persons, programme_progress
from suyu_learn.services.course_rounds import Round
from suyu_learn.services.grants import Reach
from suyu_learn.services.person_files import PersonFile


@dataclass(frozen=True, slots=True)
class Signed:
    """Teaching that was signed for, with the names of who entered and who voided it."""

    row: SignOff
    by: str
    voided_by: str


@dataclass(frozen=True, slots=True)
class Attended:
    """One attendance with its event and every correction, the first one first, each with who made it."""

    event: Event
    row: Attendance
    changes: Sequence[tuple[AttendanceChange, str]]


@dataclass(frozen=True, slots=True)
class Held:
    """A programme as the person has it, or had it; `progress` in credit hours due and earned, stage by stage."""

    programme: Programme
    member: ProgrammeMember
    progress: Progress
    exempt: str
    """Why the person need not complete it; empty where they must."""
    signed: Sequence[Signed]
    attended: Sequence[Attended]
    """At events that were held for one of its parts."""
    unit_names: str
    """Where the person belonged when it was completed, else when it was given to them."""
    rule_then: int
    """The version of the rule by which it was completed; 0 where it was not."""


@dataclass(frozen=True, slots=True)
class TrainingFile:
    """All of it; what is told of the newest first, what was taught in the order of time."""

    base: PersonFile
    audiences: Sequence[Audience]
    programmes: Sequence[Held]
    courses: Sequence[Round]
    events: Sequence[Attended]
    voided_attempts: Sequence[tuple[str, Attempt]]
    standing: frozenset[int]
    """The entries of the ledger that count."""
    examiners: Mapping[int, Sequence[str]]
    """Who marked answers by hand, by the attempt."""
    names: Mapping[int, str]
    """Of whoever entered, corrected or took back something."""


def of_person(
    session: Session, person: Person, *, now: datetime, zone: tzinfo, reach: Reach | None = None
) -> TrainingFile:
    """The file of one person, as far as `reach` goes; the statements do not grow with its length."""
    base = person_files.file_of(session, person, reach=reach)
    narrow = person_files.narrowed(session, person, reach)

    def seen(path: str) -> bool:
        return narrow is None or narrow.covers(path)

    attended = [one for one in _attended(session, person) if seen(one.row.unit_path)]
    voided = session.execute(
        select(Exam.title, Attempt).join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.person_id == person.id, Attempt.trial.is_(False), Attempt.state == AttemptState.VOIDED)
        .order_by(Attempt.closed_at.desc())
    ).all()  # fmt: skip
    done = {one.id for one in base.completions}
    rounds = course_rounds.of_person(session, person, zone=zone)
    return TrainingFile(
        base=base,
        audiences=persons.audiences_of(session, person),
        programmes=_held(session, person, attended, seen, now=now, zone=zone),
        courses=[one for one in rounds if narrow is None or (one.completion and one.completion.id in done)],
        events=attended,
        voided_attempts=[(title, one) for title, one in voided if seen(one.unit_path)],
        standing=frozenset(one.id for one in hours.standing(session, person)),
        examiners=_examiners(session, [one.id for _title, one in base.attempts]),
        names=_names(session, [one.actor_id for one in base.hours] + [one.voided_by_id for one in base.completions]),
    )


def with_base(found: TrainingFile, base: PersonFile) -> TrainingFile:
    """The file with other results in it, such as those that its own person may read."""
    return replace(found, base=base)


def of_year(found: TrainingFile, year: int, *, zone: tzinfo) -> TrainingFile:
    """What counts in one calendar year: hours by their day, completions, attempts and attendances by their moment."""

    def then(moment: datetime | None) -> bool:
        return moment is not None and moment.astimezone(zone).year == year

    base = found.base
    return replace(
        found,
        base=replace(
            base,
            hours=[one for one in base.hours if one.day.year == year],
            completions=[one for one in base.completions if then(one.completed_at)],
            attempts=[(title, one) for title, one in base.attempts if then(one.closed_at)],
            unshown=[(title, one) for title, one in base.unshown if then(one.closed_at)],
        ),
        events=[one for one in found.events if then(one.row.came_at)],
        courses=[one for one in found.courses if then(one.last_at)],
        voided_attempts=[(title, one) for title, one in found.voided_attempts if then(one.closed_at)],
    )


def five_years(entries: Mapping[int, Decimal], year: int) -> Decimal:
    """The credit hours of five calendar years, `year` the last (domain: 五年累计, by calendar years)."""
    return sum((some for of, some in entries.items() if year - 4 <= of <= year), Decimal(0))


def _held(
    session: Session, person: Person, attended: Sequence[Attended], seen: Callable[[str], bool], *, now: datetime,
    zone: tzinfo,
) -> list[Held]:  # fmt: skip
    every = session.execute(
        select(ProgrammeMember, Programme).join(Programme, Programme.id == ProgrammeMember.programme_id)
        .where(ProgrammeMember.person_id == person.id, Programme.state != ProgrammeState.DRAFT)
        .order_by(ProgrammeMember.starts_on, ProgrammeMember.id)
    )  # fmt: skip
    rows = [(member, programme) for member, programme in every if seen(member.unit_path)]
    plans = programme_progress.plans_of(session, {one.id for _member, one in rows}) if rows else {}
    signed = _signed(session, [member.id for member, _programme in rows])
    exempt = dict(session.execute(
        select(ProgrammeExemption.member_id, ProgrammeExemption.reason)
        .where(ProgrammeExemption.member_id.in_([member.id for member, _programme in rows]),
               ProgrammeExemption.ended_at.is_(None))
    ).all()) if rows else {}  # fmt: skip
    done = _completed(session, [member.completion_id for member, _programme in rows if member.completion_id])
    names = exam_scope.names_of_paths(session, {member.unit_path for member, _programme in rows})
    groups = [(plans[programme.id], [member]) for member, programme in rows]
    how = programme_progress.read_together(session, groups, now=now, zone=zone)
    found = []
    for member, programme in rows:
        plan, completion = plans[programme.id], done.get(member.completion_id or 0)
        parts = {part.id for stage in plan.stages for part in stage.parts}
        held = [one for one in attended if one.event.part_id in parts]
        found.append(Held(
            plan, member, how[member.id], exempt.get(member.id, ""), signed[member.id], held,
            unit_names=completion.unit_names if completion else names[member.unit_path],
            rule_then=completion.rule.get("published", 0) if completion else 0,
        ))  # fmt: skip
    return found


def _completed(session: Session, ids: Sequence[int]) -> dict[int, Completion]:
    rows = session.scalars(select(Completion).where(Completion.id.in_(ids))).all() if ids else []
    return {row.id: row for row in rows}


def _signed(session: Session, member_ids: Sequence[int]) -> dict[int, list[Signed]]:
    rows = session.scalars(
        select(SignOff).where(SignOff.member_id.in_(member_ids)).order_by(SignOff.began_at, SignOff.id)
    ).all() if member_ids else []  # fmt: skip
    names = _names(session, [row.actor_id for row in rows] + [row.voided_by_id for row in rows])
    found: dict[int, list[Signed]] = defaultdict(list)
    for row in rows:
        found[row.member_id].append(Signed(row, names.get(row.actor_id or 0, ""), names.get(row.voided_by_id or 0, "")))
    return found


def _attended(session: Session, person: Person) -> list[Attended]:
    """Everything somebody came to, also what was taken back, in the order of time."""
    rows = session.execute(
        select(Event, Attendance).join(Attendance, Attendance.event_id == Event.id)
        .where(Attendance.person_id == person.id).order_by(Attendance.came_at, Attendance.id)
    ).all()  # fmt: skip
    changes = session.scalars(
        select(AttendanceChange).where(AttendanceChange.attendance_id.in_([row.id for _event, row in rows]))
        .order_by(AttendanceChange.id)
    ).all() if rows else []  # fmt: skip
    names = _names(session, [one.actor_id for one in changes])
    of: dict[int, list[tuple[AttendanceChange, str]]] = defaultdict(list)
    for one in changes:
        of[one.attendance_id].append((one, names.get(one.actor_id or 0, "")))
    return [Attended(event, row, of[row.id]) for event, row in rows]


def _examiners(session: Session, attempt_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(Step.attempt_id, Person.name).join(Person, Person.id == Step.actor_id)
        .where(Step.attempt_id.in_(attempt_ids), Step.kind == StepKind.MARKED).distinct().order_by(Person.name)
    ) if attempt_ids else ()  # fmt: skip
    for number, name in rows:
        found.setdefault(number, []).append(name)
    return found


def _names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    return dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted))).all())
