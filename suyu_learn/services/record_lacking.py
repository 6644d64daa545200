"""Who lacks which programme by when: members as records, with the hours and the parts that are missing.

Standing exemptions and people who left are out, and what a yearly programme asked for in years that are over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    String,
    and_,
    case,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.programmes import Progress
from suyu_learn.models import (
    Attempt,
    Attendance,
    CompletionKind,
    Enrolment,
    Event,
    Membership,
    Person,
    Programme,
    ProgrammeExemption,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeStage,
    ProgrammeState,
    Repeats,
    SignOff,
    Unit,
)
from suyu_learn.services import people, programme_progress, reminders
from suyu_learn.services.programme_people import of_former_years
from suyu_learn.services.record_filters import Filter, Status
from suyu_learn.services.record_parts import NO_RECORD, NOTHING_SAT, PERSON, Part, only, raw
from suyu_learn.services.unread import but_own_turns

NONE = Decimal(0)
UNDECIDED = frozenset({Status.LEARNING, Status.NOT_STARTED})
"""The statuses between which it decides whether somebody has begun."""


@dataclass(frozen=True, slots=True)
class Lacks:
    """What a member has and lacks: hours, and the titles of the parts that are still to be done.

    `electives` is how many more of the optional parts are needed, whichever.
    """

    hours: Decimal
    due: Decimal
    short: Decimal
    parts: tuple[str, ...]
    electives: int = 0


def part(wanted: Filter, *, undecided: bool = False) -> Part:
    """Those who were given a programme and have not completed it, by deadline; the unit is where they belong now.

    With `undecided` it is left open whether they have begun, which is dear to ask of many; for their keys alone.
    """
    today = wanted.moment.date()
    begun = _begun(wanted.moment)
    overdue = func.coalesce(ProgrammeMember.due_on < today, literal(False))
    standing = case((overdue, Status.OVERDUE.value), (begun, Status.LEARNING.value), else_=Status.NOT_STARTED.value)
    query = (
        select(
            ProgrammeMember.id, *PERSON, func.coalesce(Unit.path, ProgrammeMember.unit_path).label("unit_path"),
            literal("").label("unit_names"), Programme.title,
            literal(CompletionKind.PROGRAMME.value).label("kind"), Programme.id.label("subject_id"),
            null().label("started_at"), null().label("ordered_at"), *NOTHING_SAT, *NO_RECORD,
            raw(ProgrammeMember.due_on, "due_on"), standing.label("standing"),
        )
        .select_from(ProgrammeMember)
        .join(Person, Person.id == ProgrammeMember.person_id)
        .join(Programme, Programme.id == ProgrammeMember.programme_id)
        .outerjoin(ProgrammeExemption, reminders.stands())
        .where(ProgrammeMember.completed_at.is_(None), ProgrammeMember.left_at.is_(None),
               ProgrammeMember.starts_on <= today, ProgrammeExemption.member_id.is_(None), *people.current())
        .where(Programme.state != ProgrammeState.DRAFT, Programme.deleted_at.is_(None), not_(of_former_years(today)),
               *but_own_turns(wanted.unread))
        .order_by(ProgrammeMember.due_on.nulls_last(), ProgrammeMember.id)
    )  # fmt: skip
    if not undecided or wanted.unit is not None or not wanted.reach.everywhere:
        query = query.outerjoin(Membership, reminders.at_home(wanted.moment)).outerjoin(
            Unit, Unit.id == Membership.unit_id
        )
    conditions: dict[Status, ColumnElement[bool]] = {
        Status.OVERDUE: overdue,
        Status.LEARNING: not_(overdue) if undecided else and_(not_(overdue), begun),
        Status.NOT_STARTED: not_(overdue) if undecided else and_(not_(overdue), not_(begun)),
        Status.SHORT: _asks_for_hours(),
    }
    if wanted.status in conditions:
        query = query.where(conditions[wanted.status])
    query = only(query, wanted, CompletionKind.PROGRAMME, Programme.id)
    return Part(
        query, type_coerce(Unit.path, String), type_coerce(ProgrammeMember.due_on, Date),
        person=ProgrammeMember.person_id, key=(ProgrammeMember.id,),
        else_path=type_coerce(ProgrammeMember.unit_path, String), by_day=True,
    )  # fmt: skip


def _begun(now: datetime) -> ColumnElement[bool]:
    """Whether somebody has opened a course of the programme, sat an exam of it, came to an event or was signed off;
    for a yearly programme this year."""
    year = now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    stage, held = aliased(ProgrammeStage), aliased(ProgrammePart)
    of_it = and_(held.stage_id == stage.id, stage.programme_id == ProgrammeMember.programme_id)
    person = ProgrammeMember.person_id

    def counts(moment: Any) -> ColumnElement[bool]:
        return or_(Programme.repeats != Repeats.YEARLY, moment >= year)

    return or_(
        exists(
            select(1).select_from(Enrolment).join(held, held.course_id == Enrolment.course_id).join(stage, of_it)
            .where(Enrolment.person_id == person, counts(Enrolment.started_at)).correlate(ProgrammeMember, Programme)
        ),
        exists(
            select(1).select_from(Attempt).join(held, held.exam_id == Attempt.exam_id).join(stage, of_it)
            .where(Attempt.person_id == person, Attempt.trial.is_(False), Attempt.state != AttemptState.VOIDED,
                   counts(Attempt.started_at)).correlate(ProgrammeMember, Programme)
        ),
        exists(
            select(1).select_from(Attendance).join(Event, Event.id == Attendance.event_id)
            .join(held, held.id == Event.part_id).join(stage, of_it)
            .where(Attendance.person_id == person, Attendance.voided_at.is_(None), counts(Attendance.came_at))
            .correlate(ProgrammeMember, Programme)
        ),
        exists().where(SignOff.member_id == ProgrammeMember.id, SignOff.voided_at.is_(None)),
    )  # fmt: skip


def _asks_for_hours() -> ColumnElement[bool]:
    stage = aliased(ProgrammeStage)
    return or_(Programme.hours > 0, exists().where(stage.programme_id == Programme.id, stage.hours > 0))


def lacks(session: Session, rows: Iterable[Any], *, now: datetime, zone: tzinfo) -> dict[int, Lacks]:
    """What the members of some rows lack, by member; a few statements for each programme among them."""
    members: dict[int, list[ProgrammeMember]] = defaultdict(list)
    ids = [row.id for row in rows]
    for start in range(0, len(ids), 500):
        for one in session.scalars(select(ProgrammeMember).where(ProgrammeMember.id.in_(ids[start : start + 500]))):
            members[one.programme_id].append(one)
    plans = programme_progress.plans_of(session, members)
    found: dict[int, Lacks] = {}
    for programme_id, some in members.items():
        programme = plans[programme_id]
        titles = {held.id: held.title for stage in programme.stages for held in stage.parts}
        required = {held.id for stage in programme.stages for held in stage.parts if held.required}
        for member_id, how in programme_progress.read(session, programme, some, now=now, zone=zone).items():
            found[member_id] = _lacks(how, titles, required)
    return found


def _lacks(how: Progress, titles: dict[int, str], required: set[int]) -> Lacks:
    """The hours short are those of the whole or of its stages, whichever is more."""
    return Lacks(
        hours=how.hours,
        due=max(how.due, sum((stage.due for stage in how.stages), NONE)),
        short=max(how.hours_left, sum((stage.hours_left for stage in how.stages), NONE)),
        parts=tuple(_missing(how, titles, required)),
        electives=sum(stage.electives_left for stage in how.stages),
    )


def _missing(how: Progress, titles: dict[int, str], required: set[int]) -> Iterator[str]:
    for stage in how.stages:
        for one in stage.parts:
            if one.id in required and not one.done:
                yield titles[one.id]
