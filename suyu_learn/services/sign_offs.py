"""Teaching at the workplace, which the trainer and the learner sign for: entered for one or many, voided with a reason.

Whoever enters or voids one holds the people. In a programme that goes by its stages nothing is signed for a later one
while an earlier one is not done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import most
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.programmes import Progress
from suyu_learn.models import (
    Membership,
    PartKind,
    Person,
    Programme,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeStage,
    ProgrammeState,
    Role,
    SignOff,
    Unit,
)
from suyu_learn.services import (
    audit,
    bulk,
    exam_scope,
    grants,
    hours,
    locks,
    people,
    programme_evidence,
    programme_progress,
)
from suyu_learn.services.attendance import Terms

KEEPERS = (Role.ORGANIZER, Role.HR)
"""Who enters what was signed, for people within their reach."""

LONGEST_LINE = 200
LONGEST_TEXT = 2000
MOST_AT_ONCE = 300
_MEMBERS = (
    select(ProgrammeMember, Person, Unit.path)
    .join(Person, Person.id == ProgrammeMember.person_id)
    .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.home & Membership.until.is_(None))
    .outerjoin(Unit, Unit.id == Membership.unit_id)
    .where(ProgrammeMember.left_at.is_(None), *people.current())
)
"""Who has which programme, with the path of their home unit."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What was taught: by whom, from when to when, for how many credit hours, with what result."""

    trainer: str
    began_at: datetime
    ended_at: datetime
    hours: Decimal
    result: str


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody who has the programme, with their unit and how far they are."""

    member: ProgrammeMember
    person: Person
    unit_names: str
    progress: Progress

    def has_done(self, part: ProgrammePart) -> bool:
        """Whether a part is done."""
        return any(one.done for stage in self.progress.stages for one in stage.parts if one.id == part.id)

    def waits_for(self, stage: ProgrammeStage) -> bool:
        """Whether an earlier stage has to be done before this one."""
        return any(one.waits for one in self.progress.stages if one.id == stage.id)


def programmes(session: Session, actor: Person) -> list[Programme]:
    """The programmes with something to be signed, of people within the actor's reach."""
    reach = grants.reach(session, actor, KEEPERS)
    rows = session.execute(
        select(Programme, Unit.path).outerjoin(Unit, Unit.id == Programme.unit_id)
        .where(Programme.deleted_at.is_(None), Programme.state != ProgrammeState.DRAFT)
        .where(Programme.id.in_(
            select(ProgrammeStage.programme_id).join(ProgrammePart, ProgrammePart.stage_id == ProgrammeStage.id)
            .where(ProgrammePart.kind == PartKind.SIGN_OFF)
        ))
        .order_by(Programme.title, Programme.id)
    ).all()  # fmt: skip
    theirs = set(session.scalars(
        _MEMBERS.with_only_columns(ProgrammeMember.programme_id).where(reach.includes(Unit.path)).distinct()
    ))  # fmt: skip
    return [one for one, path in rows if reach.covers(path) or one.id in theirs]


def programme_of(session: Session, key: str, *, actor: Person) -> Programme:
    """A programme with its stages and parts, for who looks after some of its people; raises Problem for others."""
    for one in programmes(session, actor):
        if one.key == key:
            return programme_progress.plan_of(session, one.id)
    raise Problem("programme.unknown")


def part_of(programme: Programme, part_id: int) -> tuple[ProgrammeStage, ProgrammePart]:
    """A part that is signed, with its stage; raises Problem for others."""
    for stage in programme.stages:
        for part in stage.parts:
            if part.id == part_id and part.kind is PartKind.SIGN_OFF:
                return stage, part
    raise Problem("sign_off.no_part")


def learners(session: Session, programme: Programme, *, actor: Person, terms: Terms) -> list[Learner]:
    """Who has the programme within the actor's reach, by unit and name; who has left is not among them."""
    reach = grants.reach(session, actor, KEEPERS)
    rows = session.execute(
        _MEMBERS.where(ProgrammeMember.programme_id == programme.id, reach.includes(Unit.path))
    ).all()
    names = exam_scope.names_of_paths(session, {path for _member, _person, path in rows if path})
    members = [member for member, _person, _path in rows]
    how = programme_progress.read(session, programme, members, now=terms.now, zone=terms.zone)
    found = [Learner(member, person, names.get(path or "", ""), how[member.id]) for member, person, path in rows]
    return sorted(found, key=lambda one: (one.unit_names, one.person.name_key, one.member.id))


def learner(session: Session, programme: Programme, member_id: int, *, actor: Person, terms: Terms) -> Learner:
    """One of them; raises Problem for others."""
    for one in learners(session, programme, actor=actor, terms=terms):
        if one.member.id == member_id:
            return one
    raise Problem("programme.no_such_member")


def signed(session: Session, member_ids: Collection[int]) -> Sequence[SignOff]:
    """What was signed for members, the latest first; what was voided too."""
    return session.scalars(
        select(SignOff).where(SignOff.member_id.in_(member_ids)).order_by(SignOff.began_at.desc(), SignOff.id.desc())
    ).all()


def one_of(session: Session, programme: Programme, sign_off_id: int, *, actor: Person, terms: Terms) -> SignOff:
    """One sign-off of somebody within reach; raises Problem for others."""
    found = session.get(SignOff, sign_off_id)
    if found is None or found.member_id not in {
        one.member.id for one in learners(session, programme, actor=actor, terms=terms)
    }:
        raise Problem("sign_off.unknown")
    return found


def enter(
    session: Session, programme: Programme, part_id: int, member_ids: Collection[int], taught: Taught, *,
    actor: Person, terms: Terms,
) -> list[SignOff]:  # fmt: skip
    """Sign one part for all these members, or for nobody."""
    stage, part = part_of(programme, part_id)
    _check(taught, terms)
    if not member_ids:
        raise Problem("sign_off.nobody", place=Place(field="people"))
    if len(member_ids) > MOST_AT_ONCE:
        raise Problem("sign_off.too_many", place=Place(field="people"), most=MOST_AT_ONCE)
    wanted = set(member_ids)
    locks.hold_people(session, session.scalars(
        select(ProgrammeMember.person_id).where(ProgrammeMember.id.in_(wanted))
    ))  # fmt: skip
    chosen = [one for one in learners(session, programme, actor=actor, terms=terms) if one.member.id in wanted]
    if len(chosen) < len(wanted):
        raise Problem("sign_off.not_members", place=Place(field="people"))
    for one in chosen:
        _refuse(programme, stage, part, one, taught, actor=actor, terms=terms)
    rows = _sign(session, part, chosen, taught, actor=actor, terms=terms)
    audit.record(session, "sign_off.entered", now=terms.now, actor=actor, on=programme, unit_id=programme.unit_id,
                 title=part.title, people=len(rows))  # fmt: skip
    session.flush()
    programme_progress.settle(session, [one.person.id for one in chosen], now=terms.now, zone=terms.zone)
    return rows


def void(session: Session, programme: Programme, row: SignOff, *, reason: str, actor: Person, terms: Terms) -> None:
    """Let a sign-off count no more, and take back its hours and what it completed; it stays on record."""
    said, now = audit.required(reason), terms.now
    member = session.get_one(ProgrammeMember, row.member_id)
    grants.require_another(actor, member.person_id)
    locks.hold_people(session, [member.person_id])
    session.refresh(row, with_for_update=True)
    if row.voided_at is not None:
        raise Problem("sign_off.voided_already")
    person = session.get_one(Person, member.person_id)
    for entry in hours.of_subject(session, person, kind=hours.SIGN_OFF, subject_id=row.id):
        hours.take_back(session, entry, why="voided", reason=said, actor=actor, now=now)
    row.voided_at, row.voided_by_id, row.void_reason = now, actor.id, said
    audit.record(session, "sign_off.voided", now=now, actor=actor, on=programme, unit_id=programme.unit_id,
                 reason=said, person_id=person.id)  # fmt: skip
    session.flush()
    programme_progress.reconsider(session, [person.id], reason=said, actor=actor, now=now, zone=terms.zone)


def missing(programme: Programme, stage: ProgrammeStage, progress: Progress) -> tuple[str, list[str]]:
    """The earlier stage that has to be done first, and its parts that are not; empty where only hours are missing."""
    found: Mapping[int, bool] = {one.id: one.done for here in progress.stages for one in here.parts}
    done = {one.id: one.done for one in progress.stages}
    for one in programme.stages:
        if one.position < stage.position and not done[one.id]:
            return one.title, [part.title for part in one.parts if part.required and not found[part.id]]
    return "", []


def _check(taught: Taught, terms: Terms) -> None:
    if not taught.trainer or len(taught.trainer) > LONGEST_LINE:
        raise Problem("sign_off.trainer", place=Place(field="trainer"), limit=LONGEST_LINE)
    if taught.ended_at <= taught.began_at:
        raise Problem("event.ends_first", place=Place(field="ended_at"))
    if taught.ended_at > terms.now:
        raise Problem("attendance.to_come", place=Place(field="ended_at"))
    can_be = most([(taught.began_at, taught.ended_at)], zone=terms.zone, rules=terms.rules)
    if not 0 < taught.hours <= can_be:
        raise Problem("event.hours", place=Place(field="hours"), most=can_be, minutes=terms.rules.minutes)
    if not taught.result:
        raise Problem("sign_off.no_result", place=Place(field="result"))


def _refuse(
    programme: Programme, stage: ProgrammeStage, part: ProgrammePart, one: Learner, taught: Taught, *, actor: Person,
    terms: Terms,
) -> None:  # fmt: skip
    grants.require_another(actor, one.person.id)
    place = Place(field="people")
    if one.has_done(part):
        raise Problem("sign_off.done_already", place=place, name=one.person.name, part=part.title)
    if not programme_evidence.period_of(programme, one.member).covers(taught.began_at.astimezone(terms.zone).date()):
        raise Problem("sign_off.other_year", place=Place(field="began_at"), name=one.person.name)
    if one.waits_for(stage):
        first, parts = missing(programme, stage, one.progress)
        if parts:
            raise Problem("sign_off.parts_first", place=place, name=one.person.name, stage=first, parts=parts)
        raise Problem("sign_off.hours_first", place=place, name=one.person.name, stage=first)
    for earlier in programme.stages:
        if programme.in_order and earlier.position < stage.position:
            done_at = _done_at(earlier, one.progress)
            if done_at is not None and taught.began_at < done_at:
                raise Problem("sign_off.before_stage", place=Place(field="began_at"), name=one.person.name,
                              stage=earlier.title, at=done_at)  # fmt: skip


def _done_at(stage: ProgrammeStage, progress: Progress) -> datetime | None:
    """The minute of the last evidence for a stage: of what is required, and of as many electives as it asks for."""
    found = {part.id: part.at for one in progress.stages if one.id == stage.id for part in one.parts if part.done}
    times = {kind: sorted(at for part in stage.parts if part.required is kind and (at := found.get(part.id)))
             for kind in (True, False)}  # fmt: skip
    last = max((*times[True], *times[False][: stage.electives]), default=None)
    return last.replace(second=0, microsecond=0) if last is not None else None


def _sign(
    session: Session, part: ProgrammePart, who: Sequence[Learner], taught: Taught, *, actor: Person, terms: Terms
) -> list[SignOff]:
    units = people.units_at(session, [(one.person.id, at) for one in who for at in (taught.ended_at, terms.now)])
    values: list[dict[str, Any]] = []
    for one in who:
        unit = units[one.person.id, taught.ended_at]
        if unit.unit_id is None:
            unit = units[one.person.id, terms.now]
        values.append({
            "member_id": one.member.id, "part_id": part.id, "trainer": taught.trainer, "began_at": taught.began_at,
            "ended_at": taught.ended_at, "hours": Decimal(0), "result": taught.result, "actor_id": actor.id,
            "at": terms.now, "unit_id": unit.unit_id, "unit_path": unit.path, "unit_names": unit.names,
        })  # fmt: skip
    rows = bulk.stored(session, SignOff, values)
    for some in _one_of_each(list(zip([one.person for one in who], rows, strict=True))):
        entries = hours.credit_together(
            session, [(person, row.id) for person, row in some], kind=hours.SIGN_OFF, title=part.title,
            began_at=taught.began_at, ended_at=taught.ended_at, hours=taught.hours,
            evidence={"trainer": taught.trainer, "result": taught.result}, now=terms.now, zone=terms.zone,
            rules=terms.rules, actor=actor,
        )  # fmt: skip
        for person, row in some:
            row.hours = sum((entry.hours for entry in entries[person.id]), Decimal(0))
        session.flush()
    return rows


def _one_of_each(signed_for: Sequence[tuple[Person, SignOff]]) -> list[list[tuple[Person, SignOff]]]:
    """Each person once at a time: whoever has two turns of a programme is not given the same hours twice."""
    seen: Counter[int] = Counter()
    turns: list[list[tuple[Person, SignOff]]] = []
    for person, row in signed_for:
        if seen[person.id] == len(turns):
            turns.append([])
        turns[seen[person.id]].append((person, row))
        seen[person.id] += 1
    return turns
