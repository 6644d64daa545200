"""Organizers make programmes: written as a draft, published once their hours add up, changed, closed, copied.

A change after publishing is a new rule: it holds for everybody who has not completed the programme by then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime, tzinfo
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.domain.programmes import Part, Plan, beyond_bounds, faults, place_of
from suyu_learn.models import (
    Event,
    Person,
    Programme,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeStage,
    ProgrammeState,
    Role,
    SignOff,
    Unit,
    new_key,
)
from suyu_learn.services import audit, exam_lists, grants, identity_numbers, programme_progress, programmes

_ASIDE = 1000
"""Added to a position while others take its place, for two may never be the same."""


def begin(session: Session, actor: Person, unit_id: int, plan: Plan, *, template: str = "", now: datetime) -> Programme:
    """A new programme of a unit, as a draft."""
    unit = session.get(Unit, unit_id)
    grants.require(session, actor, Role.ORGANIZER, unit)
    programme = _new(session, unit_id, plan, actor, template=template, now=now)
    audit.record(session, "programme.created", now=now, actor=actor, on=programme, unit_id=unit_id, title=plan.title)
    return programme


def fingerprint(programme: Programme, plan: Plan) -> str:
    """Tells this state of a programme from every other; what its courses are worth is not part of it."""
    said = asdict(plan)
    for stage in said["stages"]:
        for part in stage["parts"]:
            del part["slug"], part["seconds"], part["available"]
    text = json.dumps([programme.id, programme.state.value, said], ensure_ascii=False, default=str)
    return sha256(text.encode()).hexdigest()[:16]


def store(
    session: Session, programme: Programme, plan: Plan, *, actor: Person, now: datetime, zone: tzinfo,
    rules: CreditRules,
) -> Plan:  # fmt: skip
    """Keep what was written; raises Problems.

    What is published stays publishable. What it asks for anew is a new rule, and who fulfils that already is complete.
    """
    before = programmes.plan_of(session, programme)
    wanted = programmes.looked_up(session, replace(plan, rule_version=before.rule_version))
    _check(session, programme, wanted, before, actor)
    if wanted == before:
        return before
    ruling, other = programme.state is not ProgrammeState.DRAFT, wanted.asked() != before.asked()
    if ruling:
        _require_sound(wanted, rules)
        programme.rule_version += other
    _set_words(programme, wanted)
    _store_stages(session, programme, wanted)
    if ruling and other:
        programme_progress.settle(session, _waiting(session, programme), now=now, zone=zone)
    audit.record(session, "programme.changed" if ruling else "programme.edited", now=now, actor=actor, on=programme,
                 unit_id=programme.unit_id, title=programme.title, version=programme.rule_version)  # fmt: skip
    return programmes.plan_of(session, programme)


def publish(session: Session, programme: Programme, *, actor: Person, now: datetime, rules: CreditRules) -> None:
    """Let it be given to people; raises Problems that say what is missing where. A closed one opens again."""
    if programme.state is ProgrammeState.PUBLISHED:
        raise Problem("programme.published")
    _require_sound(programmes.plan_of(session, programme), rules)
    again = programme.state is ProgrammeState.CLOSED
    programme.state = ProgrammeState.PUBLISHED
    programme.rule_version += 0 if again else 1
    programme.published_at = programme.published_at or now
    session.flush()
    audit.record(session, "programme.reopened" if again else "programme.published", now=now, actor=actor,
                 on=programme, unit_id=programme.unit_id, title=programme.title,
                 version=programme.rule_version)  # fmt: skip


def close(session: Session, programme: Programme, *, actor: Person, now: datetime) -> None:
    """Give it to nobody any more; what was learnt in it stays, and who has it can complete it."""
    if programme.state is not ProgrammeState.PUBLISHED:
        raise Problem("programme.not_published")
    programme.state = ProgrammeState.CLOSED
    session.flush()
    identity_numbers.shorten(session, programme, today=now.date())
    audit.record(session, "programme.closed", now=now, actor=actor, on=programme, unit_id=programme.unit_id,
                 title=programme.title)  # fmt: skip


def copy(session: Session, programme: Programme, *, title: str, actor: Person, now: datetime) -> Programme:
    """A draft of the same unit with all that a programme asks for."""
    grants.require(session, actor, Role.ORGANIZER, programmes.unit_of(session, programme))
    plan = replace(programmes.plan_of(session, programme), title=title)
    made = _new(session, programme.unit_id, plan, actor, template=programme.template, now=now)
    audit.record(session, "programme.copied", now=now, actor=actor, on=made, unit_id=made.unit_id, title=title,
                 copied_from=programme.title)  # fmt: skip
    return made


def discard(session: Session, programme: Programme, *, actor: Person, now: datetime) -> None:
    """Put a draft or a closed programme into the recycle bin; what was learnt in it stays."""
    if programme.state is ProgrammeState.PUBLISHED:
        raise Problem("programme.close_first")
    programme.deleted_at = now
    session.flush()
    identity_numbers.end_with(session, programme, actor=actor, now=now)
    audit.record(session, "programme.deleted", now=now, actor=actor, on=programme, unit_id=programme.unit_id,
                 title=programme.title)  # fmt: skip


def restore(session: Session, programme: Programme, *, actor: Person, now: datetime) -> None:
    """Take a programme out of the recycle bin, as it was; nothing happens to one that is not in it."""
    if programme.deleted_at is None:
        return
    programme.deleted_at = None
    session.flush()
    audit.record(session, "programme.restored", now=now, actor=actor, on=programme, unit_id=programme.unit_id,
                 title=programme.title)  # fmt: skip


def parts_in_use(session: Session, programme: Programme) -> frozenset[int]:
    """The parts that something was signed or held for; those stay."""
    own = select(ProgrammePart.id).join(ProgrammeStage).where(ProgrammeStage.programme_id == programme.id)
    signed = session.scalars(select(SignOff.part_id).where(SignOff.part_id.in_(own)).distinct())
    held = session.scalars(select(Event.part_id).where(Event.part_id.in_(own)).distinct())
    return frozenset([*signed, *(part_id for part_id in held if part_id is not None)])


def _waiting(session: Session, programme: Programme) -> Sequence[int]:
    """Who has the programme and has not completed it."""
    return session.scalars(
        select(ProgrammeMember.person_id).where(
            ProgrammeMember.programme_id == programme.id, ProgrammeMember.completed_at.is_(None),
            ProgrammeMember.left_at.is_(None),
        )
    ).all()  # fmt: skip


def _new(
    session: Session, unit_id: int | None, plan: Plan, actor: Person, *, template: str, now: datetime
) -> Programme:
    fresh = replace(plan, stages=tuple(
        replace(stage, id=0, parts=tuple(replace(part, id=0) for part in stage.parts)) for stage in plan.stages
    ))  # fmt: skip
    _require(beyond_bounds(fresh))
    programme = Programme(key=new_key(), unit_id=unit_id, template=template, created_by_id=actor.id, created_at=now)
    _set_words(programme, fresh)
    session.add(programme)
    session.flush()
    _store_stages(session, programme, fresh)
    return programme


def _set_words(programme: Programme, plan: Plan) -> None:
    for name in ("title", "summary", "legal_basis", "basis_day", "hours", "counts", "repeats", "window_years",
                 "valid_months", "in_order"):  # fmt: skip
        setattr(programme, name, getattr(plan, name))


def _store_stages(session: Session, programme: Programme, plan: Plan) -> None:
    """Make the rows what the plan says: what is gone is deleted, what moved gets its place, what is new is added."""
    stages = _put_aside(session, ProgrammeStage, ProgrammeStage.programme_id == programme.id)
    parts = _put_aside(session, ProgrammePart, ProgrammePart.stage_id.in_(stages))
    lost = parts.keys() - {part.id for part in plan.parts}
    session.execute(delete(ProgrammePart).where(ProgrammePart.id.in_(lost)))
    for number, stage in enumerate(plan.stages, start=1):
        row = stages.pop(stage.id, None) or ProgrammeStage(programme_id=programme.id)
        row.position, row.title, row.hours, row.electives = number, stage.title, stage.hours, stage.electives
        session.add(row)
        session.flush()
        _store_parts(session, row.id, stage.parts, parts)
    session.execute(delete(ProgrammeStage).where(ProgrammeStage.id.in_(stages)))


def _put_aside(session: Session, model: type[Any], which: ColumnElement[bool]) -> dict[int, Any]:
    """Rows by their ids, with positions out of the way of those they will get."""
    session.execute(update(model).where(which).values(position=model.position + _ASIDE))
    rows = session.scalars(select(model).where(which).execution_options(populate_existing=True))
    return {row.id: row for row in rows}


def _store_parts(session: Session, stage_id: int, parts: Sequence[Part], rows: dict[int, ProgrammePart]) -> None:
    for number, part in enumerate(parts, start=1):
        row = rows.get(part.id) or ProgrammePart(kind=part.kind)
        row.stage_id, row.position, row.title, row.hours = stage_id, number, part.title, part.hours
        row.required, row.content = part.required, part.content
        row.course_id, row.exam_id = part.course_id, part.exam_id
        session.add(row)
    session.flush()


def _require(found: Iterable[Problem]) -> None:
    wrong = list(found)
    if wrong:
        raise Problems(wrong)


def _require_sound(plan: Plan, rules: CreditRules) -> None:
    _require(faults(plan, rules))


def _check(session: Session, programme: Programme, plan: Plan, before: Plan, actor: Person) -> None:
    """Raise Problems for what cannot be kept at all, whatever the state."""
    found = beyond_bounds(plan)
    known = {part.id: part for part in before.parts}
    stages = {stage.id for stage in before.stages}
    if any(part.id and (part.id not in known or known[part.id].kind is not part.kind) for part in plan.parts) or any(
        stage.id and stage.id not in stages for stage in plan.stages
    ):
        raise Problem("programme.changed_meanwhile")
    if programme.state is not ProgrammeState.DRAFT and plan.repeats is not before.repeats:
        found.append(Problem("programme.repeats_fixed", place=place_of("repeats")))
    found += _parts_beyond(session, plan, before, actor)
    found += _parts_lost(session, programme, plan, before)
    _require(found)


def _parts_beyond(session: Session, plan: Plan, before: Plan, actor: Person) -> Iterator[Problem]:
    """Courses that nobody finds, and exams that the organizer does not look after; what is a part already may stay."""
    courses = {part.course_id for part in before.parts}
    new = {part.exam_id for part in plan.parts if part.exam_id is not None} - {part.exam_id for part in before.parts}
    own = {exam.id for exam in exam_lists.within(session, actor)} if new else set()
    for number, stage in enumerate(plan.stages, start=1):
        for place, part in enumerate(stage.parts, start=1):
            if part.exam_id in new - own:
                yield Problem("programme.which_exam", place=place_of("which", number, place))
            if part.course_id is not None and not part.available and part.course_id not in courses:
                yield Problem("programme.which_course", place=place_of("which", number, place))


def _parts_lost(session: Session, programme: Programme, plan: Plan, before: Plan) -> Iterator[Problem]:
    """The parts left out that something was signed or held for."""
    kept = {part.id for part in plan.parts}
    gone = parts_in_use(session, programme) - kept
    return (Problem("programme.part_used", part=part.title) for part in before.parts if part.id in gone)
