"""Files of hours learnt elsewhere that came in: which there are, what of each stands, and taking it back as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import HoursEntry, Import, ImportRow, ImportState, Membership, Person, Role, Unit
from suyu_learn.services import audit, grants, hours, locks, people, programme_progress
from suyu_learn.services.attendance import Terms
from suyu_learn.services.outside_hour_imports import TABLES

MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a file stands in the ledger: what somebody may take back, and how many other entries."""

    entries: Sequence[HoursEntry]
    beyond: int
    """Of people outside their reach by now, or their own."""

    @property
    def hours(self) -> Decimal:
        """Of the entries together."""
        return sum((one.hours for one in self.entries), Decimal(0))


def listed(session: Session, *, actor: Person) -> list[tuple[Import, Person | None]]:
    """The last files that somebody may see, with who brought them, the latest first."""
    rows = session.execute(
        select(Import, Person).outerjoin(Person, Person.id == Import.actor_id)
        .where(Import.kind == TABLES.kind, Import.state != ImportState.PREVIEW, _seen_by(session, actor))
        .order_by(Import.id.desc()).limit(MOST_LISTED)
    )  # fmt: skip
    return [(batch, person) for batch, person in rows]


def find(session: Session, key: str, *, actor: Person, hold: bool = False) -> Import:
    """A file that came in, which somebody brought or in which people of theirs stand; Problem for every other."""
    query = select(Import).where(Import.key == key, Import.kind == TABLES.kind, Import.state != ImportState.PREVIEW,
                                 _seen_by(session, actor))  # fmt: skip
    if hold:
        query = query.with_for_update(of=Import).execution_options(populate_existing=True)
    batch = session.scalar(query)
    if batch is None:
        raise Problem("outside.no_file")
    return batch


def keys_of(session: Session, entries: Iterable[HoursEntry]) -> dict[int, str]:
    """The keys of the files that brought these entries, by the entries' ids."""
    ids = {one.id: one.evidence["import"] for one in entries if "import" in one.evidence}
    keys = dict(session.execute(select(Import.id, Import.key).where(Import.id.in_(ids.values()))).all()) if ids else {}
    return {entry_id: keys[number] for entry_id, number in ids.items() if number in keys}


def _seen_by(session: Session, actor: Person) -> ColumnElement[bool]:
    reach = grants.reach(session, actor, Role.HR)
    within = (
        select(ImportRow.import_id).join(HoursEntry, HoursEntry.id == ImportRow.object_id)
        .outerjoin(Membership, (Membership.person_id == HoursEntry.person_id) & Membership.home
                   & Membership.until.is_(None))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(ImportRow.import_id == Import.id, ImportRow.object_kind == "hoursentry", reach.includes(Unit.path))
    )  # fmt: skip
    return or_(Import.actor_id == actor.id, within.exists())


def standing(session: Session, batch: Import, *, actor: Person) -> Standing:
    """What of a file stands now, also what merging two people has entered anew of it."""
    came = select(HoursEntry.person_id).join(ImportRow, ImportRow.object_id == HoursEntry.id).where(
        ImportRow.import_id == batch.id, ImportRow.object_kind == "hoursentry"
    )  # fmt: skip
    by_person = hours.standing_of(session, set(session.scalars(came)))
    homes, reach = people.homes(session, by_person), grants.reach(session, actor, Role.HR)
    entries, beyond = [], 0
    for person_id, those in sorted(by_person.items()):
        of_file = [one for one in those if one.kind == hours.OUTSIDE and one.evidence.get("import") == batch.id]
        home = homes.get(person_id)
        if person_id != actor.id and reach.covers(home.path if home is not None else None):
            entries += of_file
        else:
            beyond += len(of_file)
    return Standing(entries, beyond)


def void(session: Session, key: str, *, reason: str, actor: Person, terms: Terms) -> Standing:
    """Take back what stands of a file and what it completed; the entries and their proof stay on record.

    Says what was taken back; what is beyond the actor's reach stays, and with it the file can be taken back again.
    """
    said, now = audit.required(reason), terms.now
    batch = find(session, key, actor=actor, hold=True)
    held = locks.hold_people(session, {one.person_id for one in standing(session, batch, actor=actor).entries})
    by_id = {one.id: one for one in held}
    now_there = standing(session, batch, actor=actor)
    entries = [one for one in now_there.entries if one.person_id in by_id]  # but who was merged meanwhile
    found = Standing(entries, now_there.beyond + len(now_there.entries) - len(entries))
    if not found.entries:
        raise Problem("hours.file_voided")
    hours.take_back_all(session, found.entries, why="voided", reason=said, actor=actor, now=now)
    audit.record_all(session, [
        audit.entry("hours.voided", now=now, actor=actor, on=by_id[one.person_id], unit_id=one.unit_id, reason=said,
                    title=one.title, hours=str(one.hours))
        for one in found.entries
    ])  # fmt: skip
    audit.record(session, "hours.file_voided", now=now, actor=actor, on=batch, reason=said, file=batch.file_name,
                 rows=len(found.entries), left=found.beyond)  # fmt: skip
    if not found.beyond:
        batch.state, batch.undone_at, batch.undone_by_id = ImportState.UNDONE, now, actor.id
    session.flush()
    programme_progress.reconsider(session, by_id, reason=said, actor=actor, now=now, zone=terms.zone)
    return found
