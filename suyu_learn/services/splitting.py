"""Taking a merge of two people back, as long as nothing new depends on it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Attempt,
    Attendance,
    Completion,
    CompletionKind,
    Enrolment,
    ExtraTime,
    Grant,
    HoursEntry,
    IntegrityExemption,
    Membership,
    OutsideCertificate,
    Person,
    PersonAudience,
    PersonChange,
    PracticeMock,
    ProgrammeMember,
    RosterChange,
    RosterMember,
)
from suyu_learn.services import (
    attempt_merging,
    audit,
    grants,
    locks,
    merging,
    people,
    persons,
    practice_answers,
    practice_favourites,
    programme_merging,
    programme_progress,
    reckoning,
)
from suyu_learn.services import hours as ledger

Detail = dict[str, Any]


def merge_of(session: Session, other: Person) -> PersonChange:
    """The merge in which a person went over to another; raises Problem when there is none that stands."""
    change = session.scalar(
        select(PersonChange)
        .where(PersonChange.other_id == other.id, PersonChange.kind == "merged")
        .order_by(PersonChange.id.desc())
        .limit(1)
    )
    if change is None or other.merged_into_id != change.person_id:
        raise Problem("person.not_merged", name=other.name)
    return change


def split(session: Session, other: Person, *, actor: Person, now: datetime, reason: str, zone: tzinfo) -> Person:
    """Give everything back that a merge took from `other`; returns who had been kept."""
    reason = audit.required(reason)
    change = merge_of(session, other)
    kept = session.get_one(Person, change.person_id)
    locks.hold_people(session, [kept.id, other.id])
    detail: Detail = json.loads(change.detail)
    grants.require(session, actor, persons.EDITORS, persons.home_unit(session, kept))
    grants.require_equal(session, actor, kept)
    _refuse_when_built_upon(session, change, kept, other, detail)
    _part_memberships(session, kept, other, detail)
    _part_attempts(session, detail)
    _part_completions(session, change, kept, other, detail, actor=actor, now=now, reason=reason)
    _part_grants(session, kept, other, detail)
    _part_audiences(session, kept, other, detail)
    _part_rosters(session, kept, other, detail)
    merging.give(session, Enrolment, detail["enrolments"], other)
    merging.give(session, Attendance, detail.get("attendances", ()), other)
    practice_answers.give(session, detail.get("practice", ()), giver=kept.id, receiver=other.id)
    merging.give(session, PracticeMock, detail.get("mocks", ()), other)
    practice_favourites.give(session, kept, other, detail.get("favourites", ()))
    programme_merging.take_back(session, detail.get("programmes", {}), other)
    merging.give(session, OutsideCertificate, _followed(session, detail.get("outside_certificates", ())), other)
    cut, settled = detail.get("reckoned", ()), detail.get("settled", ())
    reckoning.undo(session, kept, other, cut, actor=actor, now=now, reason=reason)
    _take_back(session, kept, other, detail["filled"])
    other.merged_into_id = None
    with session.no_autoflush:
        people.refuse_taken(session, other)
    session.flush()
    merging.record(session, "split", kept, other, {"of": change.id}, actor=actor, now=now, reason=reason)
    if settled:
        programme_progress.reconsider(session, [kept.id, other.id], reason=reason, actor=actor, now=now, zone=zone)
    if cut or settled:
        programme_progress.settle(session, [kept.id, other.id], now=now, zone=zone)
    return kept


def _refuse_when_built_upon(
    session: Session, change: PersonChange, kept: Person, other: Person, detail: Detail
) -> None:  # fmt: skip
    later = session.scalar(
        select(PersonChange)
        .where(PersonChange.kind == "merged", PersonChange.id > change.id)
        .where((PersonChange.person_id == kept.id) | (PersonChange.other_id == kept.id))
        .join(Person, Person.id == PersonChange.other_id)
        .where(Person.merged_into_id == PersonChange.person_id)
        .limit(1)
    )
    if later is not None:
        raise Problem("split.merged_since", name=kept.name)
    moved = {row[0] for row in detail["attempts"]}
    exams = set(session.scalars(select(Attempt.exam_id).where(Attempt.id.in_(moved))))
    newer = session.scalars(
        select(Attempt).where(Attempt.person_id == kept.id, Attempt.exam_id.in_(exams), Attempt.id.not_in(moved))
    ).all()
    if newer:
        raise Problem("split.sat_since", name=kept.name, exam=newer[0].exam.title)
    _arisen(session, change, kept, other, detail)
    homes = [row[0] for row in detail["memberships"]]
    followed = session.scalar(
        select(Membership.id)
        .where(Membership.person_id == kept.id, Membership.home, Membership.since >= change.at)
        .where(Membership.id.not_in(homes))
        .limit(1)
    )
    if (
        followed is not None
        and any(row[1] and row[2] is None for row in detail["memberships"])
        and _had_no_home(session, kept, homes, change.at)
    ):
        raise Problem("split.moved_since", name=kept.name)


def _arisen(session: Session, change: PersonChange, kept: Person, other: Person, detail: Detail) -> list[int]:
    """The completions since the merge that rest on attempts of `other`, or came with it for what `other` had been
    given, and go with them.

    Raises Problem where one cannot be parted: it rests on what both did, or its place is taken.
    """
    owner_of = {number: owner for number, owner, _before in detail["attempts"]}
    keys = session.execute(select(Attempt.key, Attempt.id).where(Attempt.id.in_(owner_of)))
    owners = {key: owner_of[number] for key, number in keys}
    goes = dict.fromkeys(detail["completions"], other.id)
    goes |= {one["stands"]: one["of"] for one in detail["doubled"]}
    fallen = select(Completion).where(Completion.id.in_([one["falls"] for one in detail["doubled"]]))
    places = {(row.kind, row.subject_id, row.occasion) for row in session.scalars(fallen)}
    courses = set(session.scalars(select(Enrolment.course_id).where(Enrolment.id.in_(detail["enrolments"]))))
    settled, turns = _settled(session, detail), detail.get("programmes", {}).get("members", ())
    found = []
    for row in session.scalars(select(Completion).where(Completion.person_id == kept.id).order_by(Completion.id)):
        owner = owners.get(row.evidence.get("attempt"))
        if row.id in settled:
            parted = True  # held against its rule once the two are parted
            if settled[row.id] in turns:
                found.append(row.id)
        elif row.id in goes:
            parted = owner in (None, goes[row.id])
        elif row.kind is CompletionKind.EXAM:
            parted = (row.kind, row.subject_id, row.occasion) not in places
            if owner == other.id:
                found.append(row.id)
        else:
            common = row.kind is CompletionKind.PROGRAMME or row.subject_id in courses
            parted = not common or row.completed_at < change.at
        if not parted:
            raise Problem("split.completed_since", name=kept.name, title=row.title)
    return found


def _settled(session: Session, detail: Detail) -> dict[int, int | None]:
    """The completions that came with the merge, each with the turn of a programme that it is of, also where it was
    taken back by hand since; None where it made room for another."""
    turn = and_(
        ProgrammeMember.programme_id == Completion.subject_id, ProgrammeMember.person_id == Completion.person_id,
        ProgrammeMember.occasion == Completion.occasion,
    )  # fmt: skip
    of = select(Completion.id, ProgrammeMember.id).outerjoin(ProgrammeMember, turn)
    return dict(session.execute(of.where(Completion.id.in_(detail.get("settled", ())))).all())


def _had_no_home(session: Session, kept: Person, theirs: list[int], at: datetime) -> bool:
    """Whether the kept one's home came with the merge, so that a later move went out from it."""
    own = session.scalar(
        select(Membership.id)
        .where(Membership.person_id == kept.id, Membership.home, Membership.since <= at)
        .where((Membership.until.is_(None)) | (Membership.until >= at))
        .where(Membership.id.not_in(theirs))
        .limit(1)
    )
    return own is None


def _part_memberships(session: Session, kept: Person, other: Person, detail: Detail) -> None:
    for number, home, until in detail["memberships"]:
        row = session.get_one(Membership, number)
        row.person_id = other.id
        row.home = home
        row.until = datetime.fromisoformat(until) if until else None
    session.flush()
    if detail.get("top_unit") is not None and persons.home_unit(session, kept) is None:
        kept.top_unit_id = None


def _part_attempts(session: Session, detail: Detail) -> None:
    rows = [session.get_one(Attempt, number) for number, _owner, _before in detail["attempts"]]
    attempt_merging.number(
        session,
        rows,
        {number: owner for number, owner, _before in detail["attempts"]},
        {number: before for number, _owner, before in detail["attempts"]},
    )


def _part_completions(
    session: Session, change: PersonChange, kept: Person, other: Person, detail: Detail, *, actor: Person,
    now: datetime, reason: str,
) -> None:  # fmt: skip
    arisen = _arisen(session, change, kept, other, detail)
    gone = [*detail["completions"], *arisen]
    merging.give(session, Completion, gone, other)
    gone += [one["stands"] for one in detail["doubled"] if one["of"] == other.id]
    since = session.scalars(select(HoursEntry.id).where(HoursEntry.completion_id.in_(gone)))
    merging.give(session, HoursEntry, ledger.with_corrections(session, [*detail["hours"], *since]), other)
    for said in detail["doubled"]:
        stands, falls = session.get_one(Completion, said["stands"]), session.get_one(Completion, said["falls"])
        occasion = falls.occasion
        falls.occasion = f"~{falls.id}"
        session.flush()
        stands.person_id = said["of"]
        session.flush()
        falls.person_id = kept.id if said["of"] == other.id else other.id
        falls.occasion = occasion
        if said["voided"]:
            falls.voided_at, falls.voided_by_id, falls.void_reason = None, None, ""
        for number in said["hours"]:
            entry = session.get_one(HoursEntry, number)
            entry.person_id = falls.person_id
            if number in said["corrections"]:
                session.add(merging.correction(entry, -entry.hours, actor=actor, now=now, reason=reason))
        session.flush()


def _followed(session: Session, ids: Iterable[int]) -> list[int]:
    """These entries with those that renewed or corrected them since."""
    found = more = set(ids)
    while more:
        follow = select(OutsideCertificate.id).where(OutsideCertificate.follows_id.in_(more))
        more = set(session.scalars(follow)) - found
        found = found | more
    return sorted(found)


def _part_grants(session: Session, kept: Person, other: Person, detail: Detail) -> None:
    """Roles go back as they are now: what was revoked since stays revoked, also of those that both had."""
    merging.give(session, Grant, detail["grants"]["moved"], other)
    held = {(one.role, one.unit_id) for one in grants.live(session, kept)}
    for row in session.scalars(select(Grant).where(Grant.id.in_(detail["grants"]["ended"]))):
        if (row.role, row.unit_id) in held:
            row.revoked_at = row.revoked_by_id = None


def _part_audiences(session: Session, kept: Person, other: Person, detail: Detail) -> None:
    have = set(session.scalars(select(PersonAudience.audience).where(PersonAudience.person_id == kept.id)))
    persons.set_audiences(session, kept, have - set(detail["audiences"]["added"]))
    persons.set_audiences(session, other, detail["audiences"]["others"])


def _part_rosters(session: Session, kept: Person, other: Person, detail: Detail) -> None:
    for exam_id in detail["roster"]["moved"]:
        row = session.get(RosterMember, (exam_id, kept.id))
        if row is not None:
            row.person_id = other.id
    for exam_id, unit_id, path, names in detail["roster"]["dropped"]:
        session.add(
            RosterMember(exam_id=exam_id, person_id=other.id, unit_id=unit_id, unit_path=path, unit_names=names)
        )
    session.flush()
    merging.give(session, RosterChange, detail["roster_changes"], other)
    merging.give(session, ExtraTime, detail.get("extra_times", []), other)
    merging.give(session, IntegrityExemption, detail.get("integrity_exemptions", []), other)


def _take_back(session: Session, kept: Person, other: Person, filled: Detail) -> None:
    """Give number, phone and sign-in name back where the kept one still has what came over."""
    for name, value in filled.items():
        mine = getattr(kept, name)
        if mine is None or str(mine) != value:
            if name in ("staff_number", "host_key", "username"):
                raise Problem("split.changed_since", place=Place(field=name), name=kept.name)
            continue
        password_hash = kept.password_hash
        setattr(kept, name, None)
        if name == "username":
            kept.password_hash = None
        session.flush()
        if name in ("staff_number", "host_key", "username"):
            setattr(other, name, mine)
        if name == "username":
            other.password_hash = password_hash
        session.flush()
