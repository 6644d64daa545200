"""Taking a completion back by hand, and giving it back: hours, programmes and the certificate follow.

What was taken back stays on record. It comes anew, as a completion of its own, by what is learnt afterwards: an exam
with a later attempt, a course read again, a programme once something more of it is done. Where it was taken back by
mistake, it is given back instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn import hooks
from suyu_learn.db import after_commit
from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Completion, CompletionKind, HoursEntry, Person, ProgrammeMember, Role
from suyu_learn.services import audit, grants, hours, locks, persons, programme_progress, records

WHY = "completion voided"
"""What the corrections of the ledger say."""


def of_person(session: Session, person: Person, completion_id: int) -> Completion:
    """One completion of a person; raises Problem for every other."""
    found = session.get(Completion, completion_id)
    if found is None or found.person_id != person.id:
        raise Problem("completion.unknown")
    return found


def void(
    session: Session, completion: Completion, *, actor: Person, reason: str, now: datetime, zone: tzinfo
) -> Decimal:
    """Take a completion back; the hours that fall with it.

    Programmes that stand on it are held against their rules once more, its certificate shows as revoked, and whoever
    hears the signal `completion_taken_back` is told after the commit.
    """
    said = audit.required(reason)
    person = _held(session, completion, actor)
    if completion.voided_at is not None:
        raise Problem("completion.voided_already")
    completion.voided_at, completion.voided_by_id, completion.void_reason = now, actor.id, said
    completion.voided_by_hand = True
    _release(session, completion)
    fallen = Decimal(0)
    for entry in hours.standing(session, person):
        if entry.completion_id == completion.id:
            hours.take_back(session, entry, why=WHY, reason=said, actor=actor, now=now)
            fallen += entry.hours
    audit.record(session, "completion.voided", now=now, actor=actor, on=completion, unit_id=completion.unit_id,
                 reason=said, title=completion.title, hours=str(fallen), person_id=person.id)  # fmt: skip
    session.flush()
    programme_progress.reconsider(session, [person.id], reason=said, actor=actor, now=now, zone=zone)
    key = completion.key
    after_commit(session, lambda: hooks.completion_taken_back.send("suyu_learn", completion=key))
    return fallen


def reinstate(
    session: Session, completion: Completion, *, actor: Person, reason: str, now: datetime, zone: tzinfo,
    rules: CreditRules,
) -> Decimal:  # fmt: skip
    """Give back what was taken back by hand; the hours that come back, as far as their days still have room."""
    said = audit.required(reason)
    person = _held(session, completion, actor)
    if completion.voided_at is None:
        raise Problem("completion.stands")
    if not completion.voided_by_hand:
        raise Problem("completion.voided_by_rule")
    if is_earned_anew(completion):
        raise Problem("completion.earned_anew")
    member = _waiting_member(session, completion)
    if not _has_ground(session, completion, member, zone=zone):
        raise Problem("completion.without_ground")
    completion.voided_at = completion.voided_by_id = None
    completion.void_reason, completion.voided_by_hand = "", False
    if member is not None:
        member.completed_at, member.completion_id = completion.completed_at, completion.id
    back = _hours_back(session, person, completion, reason=said, actor=actor, now=now, zone=zone, rules=rules)
    audit.record(session, "completion.restored", now=now, actor=actor, on=completion, unit_id=completion.unit_id,
                 reason=said, title=completion.title, hours=str(back), person_id=person.id)  # fmt: skip
    session.flush()
    programme_progress.settle(session, [person.id], now=now, zone=zone)
    key = completion.key
    after_commit(session, lambda: hooks.completion_recorded.send("suyu_learn", completion=key))
    return back


def hours_of(session: Session, completion: Completion) -> list[HoursEntry]:
    """What it brought into the ledger, with what was taken off again."""
    return list(session.scalars(select(HoursEntry).where(HoursEntry.completion_id == completion.id)))


def _held(session: Session, completion: Completion, actor: Person) -> Person:
    """Whose completion it is, for HR of where they belong; person and completion are held."""
    person = session.get_one(Person, completion.person_id)
    grants.require_another(actor, person.id)
    grants.require(session, actor, Role.HR, persons.home_unit(session, person))
    if person.merged_into_id is not None:  # what stayed behind fell to what the other entry has
        raise Problem("person.is_merged", name=person.name)
    locks.hold_people(session, [person.id])
    session.refresh(completion, with_for_update=True)
    return person


def _release(session: Session, completion: Completion) -> None:
    """Let the member of a programme lack it again."""
    for member in session.scalars(select(ProgrammeMember).where(ProgrammeMember.completion_id == completion.id)):
        member.completed_at = member.completion_id = None


def _waiting_member(session: Session, completion: Completion) -> ProgrammeMember | None:
    """The turn of a programme that would be completed again."""
    if completion.kind is not CompletionKind.PROGRAMME:
        return None
    return session.scalar(
        select(ProgrammeMember).where(
            ProgrammeMember.programme_id == completion.subject_id, ProgrammeMember.person_id == completion.person_id,
            ProgrammeMember.occasion == completion.occasion, ProgrammeMember.completion_id.is_(None),
        )
    )  # fmt: skip


def _has_ground(
    session: Session, completion: Completion, member: ProgrammeMember | None, *, zone: tzinfo
) -> bool:  # fmt: skip
    """Whether what it rests on was not taken back meanwhile."""
    if completion.kind is CompletionKind.EXAM:
        return records.rest_again(session, completion)
    return member is None or programme_progress.holds(session, member, completion, zone=zone)


def is_earned_anew(completion: Completion) -> bool:
    """Whether it was earned anew since; the one before has an occasion of its own then."""
    return completion.occasion == f"void-{completion.id}"


def _hours_back(
    session: Session, person: Person, completion: Completion, *, reason: str, actor: Person, now: datetime,
    zone: tzinfo, rules: CreditRules,
) -> Decimal:  # fmt: skip
    """Correct the corrections, the oldest first; an entry whose days or time are taken by now stays taken back."""
    rows = sorted(hours_of(session, completion), key=lambda row: row.id)
    corrected = {row.corrects_id for row in rows}
    back = Decimal(0)
    for correction in rows:
        if correction.evidence.get("why") != WHY or correction.id in corrected:
            continue
        entry = session.get_one(HoursEntry, correction.corrects_id)
        if _is_made_up_for(rows, entry, since=correction.id):
            continue
        if not hours.has_room(session, person, entry, since=correction.id, zone=zone, rules=rules):
            continue
        session.add(hours.correction(correction, entry.hours, why="completion restored", reason=reason, actor=actor,
                                     now=now))  # fmt: skip
        session.flush()
        back += entry.hours
    return back


def _is_made_up_for(rows: Sequence[HoursEntry], entry: HoursEntry, *, since: int) -> bool:
    """Whether what was credited after an entry had fallen counts days of it: as when it once found no room."""
    days = entry.evidence.get("days", {}).keys()
    later = (row for row in rows if row.id > since and row.kind != hours.CORRECTION)
    return any(days & row.evidence.get("days", {}).keys() for row in later)
