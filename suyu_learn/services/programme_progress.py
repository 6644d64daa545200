"""How far members of a programme have come, read for many at once, and the completion that follows, once.

What counts are records: completions of courses and exams and attendances from the calendar year in which the member
began on, sign-offs of the member, and the ledger of hours. A yearly programme looks at its own year alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from suyu_learn import hooks
from suyu_learn.db import after_commit, upsert
from suyu_learn.domain.programmes import Needs, PartNeeds, Progress, StageNeeds, progress
from suyu_learn.models import (
    Completion,
    CompletionKind,
    Course,
    Event,
    Exam,
    ExamState,
    HoursEntry,
    HoursScope,
    PartKind,
    Person,
    Programme,
    ProgrammeMember,
    ProgrammeStage,
    ProgrammeState,
    new_key,
)
from suyu_learn.services import audit, certificates, people
from suyu_learn.services.hours import CORRECTION
from suyu_learn.services.programme_evidence import Gathered, Group, ledger_of

RULE = {"name": "programme done", "version": 1}
_AT_ONCE = 5000
_HELD = {PartKind.EVENT, PartKind.SIGN_OFF}
"""Parts that are done once they have brought their hours; a course and an exam are done when they are completed."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the parts of programmes are opened: slugs of shown courses, exams that are published, coming events."""

    courses: Mapping[int, str]
    exams: frozenset[int]
    events: Mapping[int, Sequence[Event]]


def ways_of(session: Session, programmes: Iterable[Programme], *, now: datetime) -> Ways:
    """The ways of all parts together, in three statements at most; programmes come from `plan_of`."""
    parts = [part for one in programmes for stage in one.stages for part in stage.parts]
    courses = {part.course_id for part in parts if part.course_id is not None}
    exams = {part.exam_id for part in parts if part.exam_id is not None}
    held = {part.id for part in parts if part.kind is PartKind.EVENT}
    slugs = session.execute(
        select(Course.id, Course.slug)
        .where(Course.id.in_(courses), Course.deleted_at.is_(None), Course.published_version_id.is_not(None))
    ).all() if courses else []  # fmt: skip
    open_exams = session.scalars(
        select(Exam.id).where(Exam.id.in_(exams), Exam.deleted_at.is_(None), Exam.state == ExamState.PUBLISHED)
    ).all() if exams else []  # fmt: skip
    coming: dict[int, list[Event]] = defaultdict(list)
    for event in session.scalars(
        select(Event).where(Event.part_id.in_(held), Event.cancelled_at.is_(None), Event.ends_at >= now)
        .order_by(Event.starts_at)
    ).all() if held else []:  # fmt: skip
        coming[event.part_id or 0].append(event)
    return Ways({row.id: row.slug for row in slugs}, frozenset(open_exams), coming)


def plans_of(session: Session, programme_ids: Iterable[int]) -> dict[int, Programme]:
    """Several programmes with stages and parts, by their ids, in as many statements as one."""
    rows = session.scalars(
        select(Programme).where(Programme.id.in_(set(programme_ids)))
        .options(selectinload(Programme.stages).selectinload(ProgrammeStage.parts))
    )  # fmt: skip
    return {row.id: row for row in rows}


def plan_of(session: Session, programme_id: int) -> Programme:
    """The programme with its stages and their parts, in three statements whatever its size."""
    return session.scalars(
        select(Programme).where(Programme.id == programme_id)
        .options(selectinload(Programme.stages).selectinload(ProgrammeStage.parts))
        .execution_options(populate_existing=True)
    ).one()  # fmt: skip


def needs_of(programme: Programme) -> Needs:
    """What the programme asks for now."""
    return Needs(
        stages=tuple(
            StageNeeds(
                stage.id,
                tuple(
                    PartNeeds(part.id, part.required, part.hours if part.kind in _HELD else Decimal(0))
                    for part in stage.parts
                ),
                stage.hours,
                stage.electives,
            )
            for stage in programme.stages
        ),
        hours=programme.hours,
        in_order=programme.in_order,
        all_hours=programme.counts is HoursScope.ALL,
    )


def read(
    session: Session, programme: Programme, members: Sequence[ProgrammeMember], *, now: datetime, zone: tzinfo
) -> dict[int, Progress]:
    """The progress of each member at a moment, by its id; the statements do not grow with the members, up to some
    thousand.

    `programme` comes from `plan_of`.
    """
    found: dict[int, Progress] = {}
    for some in _batches(members):
        found.update(read_together(session, [(programme, some)], now=now, zone=zone))
    return found


def read_together(
    session: Session, groups: Sequence[Group], *, now: datetime, zone: tzinfo,
    taken_for_done: frozenset[int] = frozenset(),
) -> dict[int, Progress]:  # fmt: skip
    """The same for members of several programmes, in no more statements than for one; exams `taken_for_done` count as
    passed, whether they are or not."""
    evidence = Gathered(groups, zone).read(session)
    if taken_for_done:
        evidence.take_for_done(taken_for_done, at=now)
    ledger = ledger_of(session, [one for one in groups if one[0].counts is HoursScope.ALL], now=now, zone=zone)
    return {
        one.id: progress(needs, evidence.of[one.id], ledger=ledger.get(one.id, Decimal(0)))
        for programme, members in groups
        for needs in (needs_of(programme),)
        for one in members
    }


def settle(session: Session, person_ids: Iterable[int], *, now: datetime, zone: tzinfo) -> list[Completion]:
    """Record for whichever member among these people has become complete; safe to call twice and side by side."""
    waiting: dict[int, list[ProgrammeMember]] = defaultdict(list)
    for ids in _batches(sorted(set(person_ids))):
        for member in session.scalars(
            select(ProgrammeMember).join(Programme, Programme.id == ProgrammeMember.programme_id)
            .where(ProgrammeMember.person_id.in_(ids), ProgrammeMember.completed_at.is_(None),
                   ProgrammeMember.left_at.is_(None), Programme.deleted_at.is_(None),
                   Programme.state != ProgrammeState.DRAFT)
            .order_by(ProgrammeMember.id)
        ):  # fmt: skip
            waiting[member.programme_id].append(member)
    recorded = []
    for programme_id, members in waiting.items():
        programme = plan_of(session, programme_id)
        found = read(session, programme, members, now=now, zone=zone)
        for member, how in zip(members, found.values(), strict=True):
            if how.complete and (one := _complete(session, programme, member, how, now=now)) is not None:
                recorded.append(one)
    return recorded


def reconsider(
    session: Session, person_ids: Iterable[int], *, reason: str, actor: Person, now: datetime, zone: tzinfo
) -> list[Completion]:
    """Void the completions of these people that no longer hold, once evidence was taken back; they can come anew.

    Each is held against the rule that it keeps. Where a part of that rule is no longer in the programme, nobody can
    say, and it stays.
    """
    voided = []
    for ids in _batches(sorted(set(person_ids))):
        rows = session.execute(
            select(ProgrammeMember, Completion).join(Completion, Completion.id == ProgrammeMember.completion_id)
            .where(ProgrammeMember.person_id.in_(ids), Completion.voided_at.is_(None)).order_by(ProgrammeMember.id)
        ).all()  # fmt: skip
        fallen = _fallen(session, [(member, completion) for member, completion in rows], now=now, zone=zone)
        audit.record_all(session, [
            _void(member, completion, reason=reason, actor=actor, now=now) for member, completion in fallen
        ])  # fmt: skip
        voided += [completion for _member, completion in fallen]
    session.flush()
    return voided


def reconsider_after(session: Session, key: str, *, now: datetime, zone: tzinfo) -> list[Completion]:
    """The same once a completion, by its key, was voided: by whom and why stands in it."""
    fallen = session.scalars(select(Completion).where(Completion.key == key)).one_or_none()
    actor = session.get(Person, fallen.voided_by_id) if fallen is not None and fallen.voided_by_id else None
    if fallen is None or actor is None:
        return []
    return reconsider(session, [fallen.person_id], reason=fallen.void_reason, actor=actor, now=now, zone=zone)


def holds(session: Session, member: ProgrammeMember, completion: Completion, *, zone: tzinfo) -> bool:
    """Whether what a completion of a member rests on still fulfils the rule that it keeps."""
    return not _fallen(session, [(member, completion)], now=completion.completed_at, zone=zone)


def _fallen(
    session: Session, pairs: Sequence[tuple[ProgrammeMember, Completion]], *, now: datetime, zone: tzinfo
) -> list[tuple[ProgrammeMember, Completion]]:
    """Those whose kept rule what they rest on no longer fulfils; the statements grow with the programmes alone.

    `now` is when a window of hours ends for who has not completed.
    """
    plans = {number: plan_of(session, number) for number in sorted({one.programme_id for one, _ in pairs})}
    there = {
        number: {part.id for stage in plan.stages for part in stage.parts} for number, plan in plans.items()
    }  # fmt: skip
    asked = [
        (member, completion, needs)
        for member, completion in pairs
        for needs in (_kept_needs(completion.rule),)
        if all(part.id in there[member.programme_id] for stage in needs.stages for part in stage.parts)
    ]

    def groups(of: Iterable[tuple[ProgrammeMember, Completion, Needs]]) -> list[Group]:
        by: dict[int, list[ProgrammeMember]] = defaultdict(list)
        for member, _completion, _needs in of:
            by[member.programme_id].append(member)
        return [(plans[number], members) for number, members in by.items()]

    evidence = Gathered(groups(asked), zone).read(session)
    ledger = ledger_of(session, groups(one for one in asked if one[2].all_hours), now=now, zone=zone)
    return [
        (member, completion)
        for member, completion, needs in asked
        if not progress(needs, evidence.of[member.id], ledger=ledger.get(member.id, Decimal(0))).complete
    ]


def _kept_needs(rule: dict[str, Any]) -> Needs:
    """What a rule asked for, as a completion keeps it."""
    held = {kind.value for kind in _HELD}
    return Needs(
        stages=tuple(
            StageNeeds(
                place,
                tuple(
                    PartNeeds(part["id"], part["required"], Decimal(part["hours"] if part["kind"] in held else 0))
                    for part in stage["parts"]
                ),
                Decimal(stage["hours"]),
                stage["electives"],
            )
            for place, stage in enumerate(rule["stages"])
        ),
        hours=Decimal(rule["hours"]),
        all_hours=rule["counts"] == HoursScope.ALL.value,
    )


def _void(
    member: ProgrammeMember, completion: Completion, *, reason: str, actor: Person, now: datetime
) -> dict[str, Any]:
    """Void a completion; what the audit trail says of it."""
    completion.voided_at, completion.voided_by_id, completion.void_reason = now, actor.id, reason
    completion.occasion = f"void-{completion.id}"  # so that it can be completed anew
    member.completed_at = member.completion_id = None
    return audit.entry("completion.voided", now=now, actor=actor, on=completion, unit_id=completion.unit_id,
                       reason=reason, title=completion.title)  # fmt: skip


def waiting_after(session: Session, key: str) -> int | None:
    """Whose completion this is, by its key, where they have a programme that it could complete."""
    return session.scalar(
        select(Completion.person_id)
        .join(ProgrammeMember, ProgrammeMember.person_id == Completion.person_id)
        .where(Completion.key == key, Completion.kind != CompletionKind.PROGRAMME,
               ProgrammeMember.completed_at.is_(None), ProgrammeMember.left_at.is_(None))
        .limit(1)
    )  # fmt: skip


def _complete(
    session: Session, programme: Programme, member: ProgrammeMember, how: Progress, *, now: datetime
) -> Completion | None:
    """Record the completion; None when it was taken back and nothing came since, or when somebody else does so now."""
    if not _may_come(session, programme, member, how):
        return None
    unit = people.unit_of_the_day(session, member.person_id, at=now)
    key = new_key()
    parts = [part for stage in how.stages for part in stage.parts]
    number = session.scalar(
        upsert(session, Completion)
        .values(
            key=key,
            person_id=member.person_id,
            kind=CompletionKind.PROGRAMME,
            subject_id=programme.id,
            occasion=member.occasion,
            title=programme.title,
            rule=_rule(programme),
            evidence=_written(programme, member, how),
            started_at=min((part.began_at for part in parts if part.began_at), default=member.added_at),
            completed_at=now,
            unit_id=unit.unit_id,
            unit_path=unit.path,
            unit_names=unit.names,
            void_reason="",
        )
        .on_conflict_do_nothing()
        .returning(Completion.id)
    )
    if number is None:
        return None
    completion = session.get_one(Completion, number)
    member.completed_at, member.completion_id = now, completion.id
    session.flush()
    certificates.issue(session, completion, now=now)
    after_commit(session, lambda: hooks.completion_recorded.send("suyu_learn", completion=key))
    return completion


def _may_come(session: Session, programme: Programme, member: ProgrammeMember, how: Progress) -> bool:
    """Whether a completion that somebody took back by hand gives way: once something was learnt since then."""
    former = session.scalar(
        select(Completion).where(
            Completion.person_id == member.person_id, Completion.kind == CompletionKind.PROGRAMME,
            Completion.subject_id == programme.id, Completion.occasion == member.occasion, Completion.voided_by_hand,
        )
    )  # fmt: skip
    if former is None or former.voided_at is None:
        return True
    since = former.voided_at
    learnt = any(part.at is not None and part.at > since for stage in how.stages for part in stage.parts)
    if not learnt and programme.counts is HoursScope.ALL:
        entered = select(HoursEntry.id).where(HoursEntry.person_id == member.person_id, HoursEntry.at > since,
                                              HoursEntry.kind != CORRECTION)  # fmt: skip
        learnt = session.scalar(entered.limit(1)) is not None
    if learnt:
        former.occasion = f"void-{former.id}"
        session.flush()
    return learnt


def _rule(programme: Programme) -> dict[str, Any]:
    """The rule as it is now, for the record to keep."""
    return {
        **RULE,
        "published": programme.rule_version,
        "hours": str(programme.hours),
        "counts": programme.counts.value,
        "legal_basis": programme.legal_basis,
        "stages": [
            {"title": stage.title, "hours": str(stage.hours), "electives": stage.electives,
             "parts": [{"id": part.id, "kind": part.kind.value, "title": part.title, "required": part.required,
                        "hours": str(part.hours)} for part in stage.parts]}
            for stage in programme.stages
        ],
    }  # fmt: skip


def _written(programme: Programme, member: ProgrammeMember, how: Progress) -> dict[str, Any]:
    """What the completion rests on: each part that is done, with its hours and real times."""
    titles = {part.id: part.title for stage in programme.stages for part in stage.parts}
    return {
        "hours": f"{how.hours:.2f}",
        "starts_on": member.starts_on.isoformat(),
        "due_on": member.due_on.isoformat() if member.due_on else None,
        "stages": [
            {"title": stage.title, "hours": f"{found.hours:.2f}",
             "parts": [{"id": part.id, "title": titles[part.id], "hours": f"{part.hours:.2f}",
                        "began_at": part.began_at.isoformat() if part.began_at else None,
                        "at": part.at.isoformat() if part.at else None}
                       for part in found.parts if part.at is not None]}
            for stage, found in zip(programme.stages, how.stages, strict=True)
        ],
    }  # fmt: skip


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
