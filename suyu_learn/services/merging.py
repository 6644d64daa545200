"""Two entries for one person made one, and made two again.

A merge moves rows from one person to the other and writes down in `PersonChange.detail` what it moved and what stood
there before; a split reads it backwards. It is refused once something new depends on the merge.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Attempt,
    Attendance,
    Card,
    Completion,
    Enrolment,
    ExtraTime,
    HoursEntry,
    IntegrityExemption,
    Membership,
    OneTimeLink,
    OutsideCertificate,
    Person,
    PersonAudience,
    PersonChange,
    PersonKind,
    PracticeMock,
    RosterChange,
    RosterMember,
)
from suyu_learn.services import (
    attempt_merging,
    audit,
    grants,
    locks,
    people,
    persons,
    practice_answers,
    practice_favourites,
    programme_merging,
    programme_progress,
    reckoning,
    signing_in,
)
from suyu_learn.services import hours as ledger

LEFT_OPEN = timedelta(hours=1)
"""An attempt that ran out longer ago than this is nobody's sitting any more."""
FILLED = ("staff_number", "phone", "job", "hired_on", "birth_year", "sex", "schooling", "residence", "host_key")
"""What the kept one takes from the other where it has nothing itself."""
VOID_REASON = "merged"

Detail = dict[str, Any]


def merge(
    session: Session, kept: Person, other: Person, *, actor: Person, now: datetime, reason: str, zone: tzinfo,
    rules: CreditRules,
) -> PersonChange:  # fmt: skip
    """Give the whole history of `other` to `kept`; the row of `other` stays and says where it went.

    Hours that came over count no moment twice and fill no day beyond its measure; what rested on them is looked at
    again. A programme that both have done together is completed with the merge.
    """
    reason = audit.required(reason)
    locks.hold_people(session, [kept.id, other.id])
    _refuse(session, kept, other, actor=actor, now=now)
    detail: Detail = {
        "attempts": attempt_merging.join(session, kept, other),
        **_join_completions(session, kept, other, actor=actor, now=now, reason=reason),
        "memberships": _join_memberships(session, kept, other, now=now),
        "grants": _join_grants(session, kept, other, actor=actor, now=now, reason=reason),
        "audiences": _join_audiences(session, kept, other),
        "roster": _join_rosters(session, kept, other),
        "roster_changes": _pass_on(session, RosterChange, other, kept),
        "extra_times": _pass_on(session, ExtraTime, other, kept),
        "integrity_exemptions": _pass_on(session, IntegrityExemption, other, kept),
        "enrolments": _join_enrolments(session, kept, other),
        "attendances": _join_attendances(session, kept, other),
        "practice": _join_practice(session, kept, other),
        "mocks": _pass_on(session, PracticeMock, other, kept),
        "favourites": practice_favourites.give(session, other, kept),
        "programmes": programme_merging.give(session, other, kept),
        "outside_certificates": _join_outside_certificates(session, kept, other),
        "filled": _fill(session, kept, other),
    }
    _end_ways_in(session, other, now=now)
    other.merged_into_id = kept.id
    if kept.top_unit_id is None:
        unit = persons.home_unit(session, kept)
        kept.top_unit_id = people.top_unit_id(unit) if unit else None
        detail["top_unit"] = kept.top_unit_id
    session.flush()
    detail["reckoned"] = reckoning.reckon(session, kept, detail["hours"], actor=actor, now=now, reason=reason,
                                          zone=zone, rules=rules)  # fmt: skip
    if detail["reckoned"]:
        programme_progress.reconsider(session, [kept.id], reason=reason, actor=actor, now=now, zone=zone)
    detail["settled"] = [one.id for one in programme_progress.settle(session, [kept.id], now=now, zone=zone)]
    return record(session, "merged", kept, other, detail, actor=actor, now=now, reason=reason)


def _refuse(session: Session, kept: Person, other: Person, *, actor: Person, now: datetime) -> None:
    if kept.id == other.id:
        raise Problem("person.same")
    for one in (kept, other):
        if one.merged_into_id is not None:
            raise Problem("person.is_merged", name=one.name)
        grants.require(session, actor, persons.EDITORS, persons.home_unit(session, one))
        grants.require_equal(session, actor, one)
    if kept.kind is PersonKind.GUEST or not kept.active:
        raise Problem("person.keep_active", name=kept.name)
    grants.require_another(actor, other.id)
    if _has_records(session, other):  # nobody gets results and hours by their own hand
        grants.require_another(actor, kept.id)
    grants.keep_apart(session, actor, other, kept)
    sitting = session.scalars(
        select(Attempt).where(Attempt.person_id.in_([kept.id, other.id]), Attempt.state == AttemptState.OPEN)
    ).all()
    exams: dict[tuple[int, bool], int] = {}
    for attempt in sitting:
        if attempt.person_id == other.id and attempt.deadline + LEFT_OPEN > now:
            raise Problem("person.is_sitting", name=other.name, exam=attempt.exam.title, until=attempt.deadline)
        if exams.setdefault((attempt.exam_id, attempt.trial), attempt.person_id) != attempt.person_id:
            raise Problem("person.is_sitting", name=kept.name, exam=attempt.exam.title, until=attempt.deadline)


def _has_records(session: Session, person: Person) -> bool:
    """Whether something stands of a person that counts: an attempt, a completion, hours, a certificate."""
    return any(
        session.scalar(select(table.id).where(table.person_id == person.id).limit(1)) is not None
        for table in (Attempt, Completion, HoursEntry, OutsideCertificate)
    )


# Merging, table by table. Each step returns what a split needs.


def _pass_on(session: Session, table: Any, giver: Person, receiver: Person) -> list[int]:
    ids = list(session.scalars(select(table.id).where(table.person_id == giver.id)))
    give(session, table, ids, receiver)
    return ids


def give(session: Session, table: Any, ids: Sequence[int], receiver: Person) -> None:
    """Make rows of a table somebody else's."""
    if ids:
        session.execute(update(table).where(table.id.in_(ids)).values(person_id=receiver.id))


def _join_completions(
    session: Session, kept: Person, other: Person, *, actor: Person, now: datetime, reason: str
) -> Detail:
    """Of two completions of one thing the earlier stands; the later is voided and its hours are taken back."""
    held = {_subject(row): row for row in session.scalars(select(Completion).where(Completion.person_id == kept.id))}
    moved, doubled = [], []
    for row in session.scalars(
        select(Completion).where(Completion.person_id == other.id).order_by(Completion.id)
    ).all():
        twin = held.get(_subject(row))
        if twin is None:
            row.person_id = kept.id
            moved.append(row.id)
            continue
        stands, falls = sorted((row, twin), key=lambda one: (one.voided_at is not None, one.completed_at, one.id))
        doubled.append(_let_stand(session, stands, falls, kept, other, actor=actor, now=now, reason=reason))
    session.flush()
    staying = {number for one in doubled for number in one["hours"]} | _hours_at_the_same(session, kept, other)
    hours = [
        entry
        for entry in session.scalars(select(HoursEntry.id).where(HoursEntry.person_id == other.id))
        if entry not in staying
    ]
    give(session, HoursEntry, hours, kept)
    return {"completions": moved, "doubled": doubled, "hours": hours}


def _subject(row: Completion) -> tuple[str, int, str]:
    return (row.kind.value, row.subject_id, row.occasion)


def _let_stand(
    session: Session, stands: Completion, falls: Completion, kept: Person, other: Person, *, actor: Person,
    now: datetime, reason: str,
) -> Detail:  # fmt: skip
    whose = kept if falls.person_id == kept.id else other
    counting = [one for one in ledger.standing(session, whose) if one.completion_id == falls.id]
    said: Detail = {"stands": stands.id, "of": stands.person_id, "falls": falls.id, "voided": falls.voided_at is None}
    occasion = falls.occasion
    falls.occasion = f"~{falls.id}"
    session.flush()
    stands.person_id = kept.id
    session.flush()
    falls.person_id, falls.occasion = other.id, occasion
    if falls.voided_at is None:
        falls.voided_at, falls.voided_by_id, falls.void_reason = now, actor.id, VOID_REASON
    session.flush()
    back = [correction(one, -one.hours, actor=actor, now=now, reason=reason) for one in counting if said["voided"]]
    session.add_all(back)
    session.flush()
    entries = session.scalars(select(HoursEntry).where(HoursEntry.completion_id == falls.id)).all()
    for entry in entries:
        entry.person_id = other.id
    session.flush()
    said["hours"] = [entry.id for entry in entries]
    said["corrections"] = [entry.id for entry in back]
    return said


def correction(entry: HoursEntry, hours: Decimal, *, actor: Person, now: datetime, reason: str) -> HoursEntry:
    """An entry that takes back what somebody had twice, or gives it again."""
    return ledger.correction(entry, hours, why=VOID_REASON, actor=actor, now=now, reason=reason)


def _join_memberships(session: Session, kept: Person, other: Person, *, now: datetime) -> list[list[Any]]:
    """All periods go over; where the kept one had a home of its own at the time, the other's is no home any more."""
    own = session.scalars(select(Membership).where(Membership.person_id == kept.id, Membership.home)).all()
    before = []
    for row in session.scalars(select(Membership).where(Membership.person_id == other.id)).all():
        before.append([row.id, row.home, row.until.isoformat() if row.until else None])
        if row.home and any(_overlap(row, one, now) for one in own):
            row.home = False
            row.until = row.until or max(now, row.since)
        row.person_id = kept.id
    session.flush()
    return before


def _overlap(one: Membership, two: Membership, now: datetime) -> bool:
    if one.until is None and two.until is None:
        return True
    return one.since < (two.until or max(now, one.since + timedelta(days=1))) and two.since < (
        one.until or max(now, two.since + timedelta(days=1))
    )


def _join_grants(session: Session, kept: Person, other: Person, *, actor: Person, now: datetime, reason: str) -> Detail:
    """Live roles go over; one that the kept one holds already ends."""
    held = {(row.role, row.unit_id) for row in grants.live(session, kept)}
    moved, ended = [], []
    for row in grants.live(session, other):
        if (row.role, row.unit_id) in held:
            row.revoked_at, row.revoked_by_id = now, actor.id
            ended.append(row.id)
        else:
            row.person_id = kept.id
            moved.append(row.id)
        action, whose = ("role.granted", kept) if row.id in moved else ("role.revoked", other)
        audit.record(session, action, now=now, actor=actor, on=whose, unit_id=row.unit_id, reason=reason,
                     role=row.role.value)  # fmt: skip
    session.flush()
    return {"moved": moved, "ended": ended}


def _join_audiences(session: Session, kept: Person, other: Person) -> Detail:
    """The kept one is in the audiences of both."""
    have = set(session.scalars(select(PersonAudience.audience).where(PersonAudience.person_id == kept.id)))
    theirs = set(session.scalars(select(PersonAudience.audience).where(PersonAudience.person_id == other.id)))
    persons.set_audiences(session, kept, have | theirs)
    persons.set_audiences(session, other, ())
    return {"added": sorted(theirs - have), "others": sorted(theirs)}


def _join_rosters(session: Session, kept: Person, other: Person) -> Detail:
    """Places on stored rosters go over; a person who stood there twice stands there once."""
    have = set(session.scalars(select(RosterMember.exam_id).where(RosterMember.person_id == kept.id)))
    moved, dropped = [], []
    for row in session.scalars(select(RosterMember).where(RosterMember.person_id == other.id)).all():
        if row.exam_id in have:
            dropped.append([row.exam_id, row.unit_id, row.unit_path, row.unit_names])
            session.delete(row)
        else:
            moved.append(row.exam_id)
            row.person_id = kept.id
    session.flush()
    return {"moved": moved, "dropped": dropped}


def _join_enrolments(session: Session, kept: Person, other: Person) -> list[int]:
    """Begun courses go over; where both began the same version, each keeps its own progress."""
    have = set(session.scalars(select(Enrolment.course_version_id).where(Enrolment.person_id == kept.id)))
    ids = [
        row.id
        for row in session.scalars(select(Enrolment).where(Enrolment.person_id == other.id))
        if row.course_version_id not in have
    ]
    give(session, Enrolment, ids, kept)
    return ids


def _join_outside_certificates(session: Session, kept: Person, other: Person) -> list[int]:
    """All entries go over, but for those that the kept one has too."""
    rows = session.scalars(
        select(OutsideCertificate).where(OutsideCertificate.person_id.in_([kept.id, other.id]))
    ).all()  # fmt: skip
    have = {(row.kind, row.detail, row.number) for row in rows if row.person_id == kept.id and row.ended_at is None}
    ids = [
        row.id
        for row in rows
        if row.person_id == other.id and (row.ended_at is not None or (row.kind, row.detail, row.number) not in have)
    ]
    give(session, OutsideCertificate, ids, kept)
    return ids


def _join_attendances(session: Session, kept: Person, other: Person) -> list[int]:
    """Events go over at which the kept one was not; where both were, each keeps its row, and the kept one's counts."""
    have = _events_of(kept)
    ids = session.scalars(
        select(Attendance.id).where(Attendance.person_id == other.id, Attendance.event_id.not_in(have))
    ).all()
    give(session, Attendance, ids, kept)
    return list(ids)


def _hours_at_the_same(session: Session, kept: Person, other: Person) -> set[int]:
    """The entries of the other one for events at which the kept one was too, with what corrects them; they stay."""
    found = session.scalars(
        select(HoursEntry.id).where(
            HoursEntry.person_id == other.id, HoursEntry.kind == ledger.EVENT,
            HoursEntry.subject_id.in_(_events_of(kept)), HoursEntry.subject_id.in_(_events_of(other)),
        )
    )  # fmt: skip
    return set(ledger.with_corrections(session, found))


def _events_of(person: Person) -> Select[int]:
    return select(Attendance.event_id).where(Attendance.person_id == person.id)


def _join_practice(session: Session, kept: Person, other: Person) -> list[int]:
    """What was practised goes over; how the kept one stands with each question follows from the answers of both."""
    ids = practice_answers.ids_of(session, other)
    practice_answers.give(session, ids, giver=other.id, receiver=kept.id)
    return ids


def _fill(session: Session, kept: Person, other: Person) -> Detail:
    """Number, phone and the like of the other one, where the kept one has none; also the way to sign in."""
    filled: Detail = {}
    for name in FILLED:
        value = getattr(other, name)
        if getattr(kept, name) is None and value is not None:
            if name == "staff_number" and kept.top_unit_id not in (None, other.top_unit_id):
                continue
            filled[name] = str(value)
            if name in ("staff_number", "host_key"):
                setattr(other, name, None)
                session.flush()
            setattr(kept, name, value)
    if kept.username is None and kept.password_hash is None and other.username is not None:
        filled["username"] = other.username
        username, password_hash = other.username, other.password_hash
        other.username = other.password_hash = None
        session.flush()
        kept.username, kept.password_hash = username, password_hash
    session.flush()
    return filled


def _end_ways_in(session: Session, other: Person, *, now: datetime) -> None:
    signing_in.end_sign_ins(other)
    for table, column in ((Card, Card.revoked_at), (OneTimeLink, OneTimeLink.used_at)):
        session.execute(update(table).where(table.person_id == other.id, column.is_(None)).values({column.key: now}))


def record(
    session: Session, kind: str, kept: Person, other: Person, detail: Detail, *, actor: Person, now: datetime,
    reason: str,
) -> PersonChange:  # fmt: skip
    """Write down what was done, for people and for going back."""
    change = PersonChange(person_id=kept.id, other_id=other.id, kind=kind, detail=json.dumps(detail), reason=reason,
                          actor_id=actor.id, at=now)  # fmt: skip
    session.add(change)
    unit = persons.home_unit(session, kept)
    audit.record(session, f"person.{kind}", now=now, actor=actor, on=kept, unit_id=unit.id if unit else None,
                 reason=reason, other=other.id, name=other.name)  # fmt: skip
    session.flush()
    return change
