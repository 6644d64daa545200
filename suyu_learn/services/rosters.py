"""Importing rosters: look first, decide what is doubtful, apply in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from suyu_learn.content.formats.sheets import read_sheets
from suyu_learn.content.rosters import ODD_PHONE, RosterRow, read_roster
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Audience,
    Grant,
    Import,
    ImportFile,
    ImportRow,
    ImportState,
    Membership,
    OneTimeLink,
    Person,
    Role,
    RowOutcome,
    Unit,
)
from suyu_learn.services import audit, grants, import_files, people, roster_plan, signing_in
from suyu_learn.services.grants import Reach
from suyu_learn.services.roster_apply import RosterApplication, keep_problems, kept
from suyu_learn.services.roster_phones import SHARED
from suyu_learn.services.roster_plan import Plan

KIND = "roster"


@dataclass(frozen=True)
class NewSignIn:
    """A person who came in with an import, and the token of the link that sets their password."""

    name: str
    staff_number: str
    unit: str
    token: str


@dataclass(frozen=True)
class Imported:
    """What came of a file that was imported without a preview; `errors` has one for each row left out."""

    read: int
    created: int = 0
    updated: int = 0
    errors: tuple[Problem, ...] = ()

    @property
    def taken(self) -> int:
        """Rows that are in, those that changed nothing counted."""
        return self.read - len(self.errors)


def targets(session: Session, reach: Reach) -> list[tuple[Unit, int]]:
    """The open units within reach, each with its depth, in the order of the tree."""
    rows = [row for row in session.scalars(select(Unit).where(Unit.closed_at.is_(None))) if reach.covers(row.path)]
    names = {row.id: row.name for row in rows}
    rows.sort(key=lambda row: [names.get(int(part), "") for part in row.path.split("/") if part])
    depths = {row.id: row.path.count("/") - 2 for row in rows}
    least = min(depths.values(), default=0)
    return [(row, depths[row.id] - least) for row in rows]


def upload(
    session: Session,
    content: bytes,
    file_name: str,
    *,
    target: Unit,
    actor: Person | None,
    reach: Reach,
    now: datetime,
    encoding: str = "",
) -> Import:
    """Read a roster and keep it with its plan; nobody is changed yet."""
    roster = read_roster(
        read_sheets(content, file_name, encoding=encoding),
        file=file_name,
        audiences={name: code for code, name in session.execute(select(Audience.code, Audience.name))},
    )
    batch = import_files.keep(
        session, KIND, content, file_name, unit_id=target.id, actor=actor, now=now,
        options={"encoding": encoding, "create_units": True, "headings": list(roster.headings)},
        counts={"unknown": list(roster.unknown), "not_kept": list(roster.not_kept),
                "skipped_sheets": list(roster.skipped_sheets),
                "odd_phones": [row.row for row in roster.rows if any(one.code == ODD_PHONE for one in row.warnings)]},
    )  # fmt: skip
    rows = [
        ImportRow(
            import_id=batch.id, sheet=row.sheet, row=row.row, outcome=RowOutcome.REFUSED, data=row.as_data(),
            problems=[kept(problem, of) for of, some in (("fault", row.faults), ("warning", row.warnings))
                      for problem in some],
        )
        for row in roster.rows
    ]  # fmt: skip
    session.add_all(rows)
    _store_plan(batch, rows, _plan(session, batch, rows, reach))
    session.flush()
    return batch


def find(session: Session, key: str, *, reach: Reach) -> Import:
    """The import of that key, within reach; raises Problem when there is none."""
    batch = session.scalar(select(Import).where(Import.key == key, Import.kind == KIND))
    if batch is None or not reach.covers(target_of(session, batch).path):
        raise Problem("roster.unknown")
    return batch


def target_of(session: Session, batch: Import) -> Unit:
    """The unit that an import goes into."""
    unit = session.get(Unit, batch.unit_id)
    assert unit is not None
    return unit


def listed(session: Session, *, reach: Reach, limit: int = 100) -> list[tuple[Import, Unit, str]]:
    """The latest imports within reach, each with its unit and who made it."""
    rows = session.execute(
        select(Import, Unit, Person.name)
        .join(Unit, Unit.id == Import.unit_id)
        .outerjoin(Person, Person.id == Import.actor_id)
        .where(Import.kind == KIND)
        .order_by(Import.created_at.desc(), Import.id.desc())
    )
    return [(batch, unit, name or "") for batch, unit, name in rows if reach.covers(unit.path)][:limit]


def rows_of(session: Session, batch: Import, *outcomes: RowOutcome, start: int = 0, most: int | None = None
            ) -> Sequence[ImportRow]:  # fmt: skip
    """Rows in the order of the file."""
    query = select(ImportRow).where(ImportRow.import_id == batch.id).order_by(ImportRow.id).offset(start)
    if outcomes:
        query = query.where(ImportRow.outcome.in_(outcomes))
    return session.scalars(query.limit(most) if most else query).all()


def left_out(session: Session, batch: Import) -> list[ImportRow]:
    """Rows that are not in: refused ones, and doubtful ones that nobody settled."""
    return list(rows_of(session, batch, RowOutcome.REFUSED, RowOutcome.DOUBTFUL))


def record_download(session: Session, batch: Import, rows: int, *, actor: Person, now: datetime) -> None:
    """Log that the rows left out were taken away as a file."""
    audit.record(session, "roster.left_out_exported", now=now, actor=actor, on=batch, unit_id=batch.unit_id,
                 rows=rows)  # fmt: skip


def undecided(session: Session, batch: Import) -> int:
    """How many doubtful rows nobody has settled."""
    return session.scalar(
        select(func.count(ImportRow.id)).where(
            ImportRow.import_id == batch.id, ImportRow.outcome == RowOutcome.DOUBTFUL, ImportRow.decision.is_(None)
        )
    ) or 0  # fmt: skip


def decide(session: Session, batch: Import, decisions: Mapping[int, str], *, create_units: bool, reach: Reach) -> None:
    """Keep what was answered about doubtful rows, by row id; an empty answer takes one back."""
    _refuse_unless_preview(batch)
    batch.options = {**batch.options, "create_units": create_units}
    session.flush()
    if not decisions:
        return
    rows = session.scalars(
        select(ImportRow).where(
            ImportRow.import_id == batch.id, ImportRow.outcome == RowOutcome.DOUBTFUL, ImportRow.id.in_(decisions)
        )
    )
    for row in rows:
        allowed = {roster_plan.LEAVE, *(f"{roster_plan.SAME}{one['id']}" for one in row.data["candidates"])}
        if row.data["may_be_new"]:
            allowed.add(roster_plan.NEW)
        answer = decisions[row.id]
        row.decision = answer if answer in allowed else None
    every = rows_of(session, batch)
    _store_plan(batch, every, _plan(session, batch, every, reach))
    session.flush()


def discard(session: Session, batch: Import, *, actor: Person, now: datetime) -> None:
    """Forget a preview, file and rows."""
    _refuse_unless_preview(batch)
    audit.record(session, "roster.discarded", now=now, actor=actor, on=batch, unit_id=batch.unit_id,
                 file=batch.file_name)  # fmt: skip
    for row in rows_of(session, batch):
        session.delete(row)
    session.delete(session.get(ImportFile, batch.id))
    session.flush()
    session.delete(batch)
    session.flush()


def apply(session: Session, batch: Import, *, actor: Person | None, reach: Reach, now: datetime) -> bool:
    """Do what the preview said. False, and a new preview, when people or units have changed since."""
    session.flush()
    session.refresh(batch, with_for_update=True)
    _refuse_unless_preview(batch)
    rows = list(rows_of(session, batch))
    before = [(row.outcome, row.data.get("changes"), row.data.get("person")) for row in rows]
    allows = bool(batch.options["create_units"])
    fresh = _plan(session, batch, rows, reach)
    _store_plan(batch, rows, fresh)
    if before != [(row.outcome, row.data.get("changes"), row.data.get("person")) for row in rows]:
        session.flush()
        return False
    if not allows:
        fresh = _plan(session, batch, rows, reach, create_units=False)
    try:
        with session.begin_nested():
            RosterApplication(session, batch, now).carry_out(fresh, rows)
    except IntegrityError as error:  # somebody else added the same number in this very moment
        raise Problem("roster.moved_on") from error
    file = session.get(ImportFile, batch.id)
    if file is not None:
        session.delete(file)
    batch.state, batch.done_at = ImportState.DONE, now
    batch.counts = {**batch.counts, **_counted(rows)}
    audit.record(session, "roster.imported", now=now, actor=actor, on=batch, unit_id=batch.unit_id,
                 reason="" if actor else "command line", file=batch.file_name, **_counted(rows))  # fmt: skip
    session.flush()
    return True


def people_of(session: Session, batch: Import) -> list[int]:
    """Whom an import has added or changed, by their ids."""
    rows = rows_of(session, batch, RowOutcome.NEW, RowOutcome.CHANGED)
    return [row.object_id for row in rows if row.object_id is not None]


def import_file(
    session: Session, content: bytes, file_name: str, *, target: Unit, now: datetime, encoding: str = ""
) -> Imported:
    """Import a roster at once, for the command line; refused and doubtful rows stay out."""
    everywhere = Reach(everywhere=True)
    batch = upload(
        session, content, file_name, target=target, actor=None, reach=everywhere, now=now, encoding=encoding
    )  # fmt: skip
    apply(session, batch, actor=None, reach=everywhere, now=now)
    errors = []
    for row in left_out(session, batch):
        said = [one for one in row.problems if one["of"] != "warning"][-1]
        place = Place(file=file_name, sheet=row.sheet, row=row.row, column=said["column"])
        errors.append(problem_of(row, said).at(place))
    counts = _counted(rows_of(session, batch))
    return Imported(len(rows_of(session, batch)), counts["new"], counts["changed"], tuple(errors))


def sign_in_links(session: Session, batch: Import, *, actor: Person, reach: Reach, now: datetime) -> list[NewSignIn]:
    """Fresh one-time links for the new people who have no password yet; older unused ones die.

    Whoever has been given a role since, or has left the reach, gets none: a link would hand their rights over.
    """
    if batch.state is not ImportState.DONE:
        raise Problem("roster.not_done")
    rows = session.execute(
        select(Person, Unit)
        .join(Membership, (Membership.person_id == Person.id) & Membership.home & Membership.until.is_(None))
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Person.import_id == batch.id, Person.password_hash.is_(None), Person.disabled_at.is_(None))
        .where(Person.merged_into_id.is_(None))
        .where(~select(Grant.id).where(Grant.person_id == Person.id, Grant.revoked_at.is_(None)).exists())
        .order_by(Unit.path, Person.id)
    ).all()
    _drop_unused_links(session, batch)
    units: dict[int, str] = {}
    made = []
    for person, unit in rows:
        if not reach.covers(unit.path):
            continue
        token = secrets.token_urlsafe(24)
        session.add(
            OneTimeLink(purpose="password", token_hash=signing_in.token_hash(token), person_id=person.id,
                        created_at=now, expires_at=now + signing_in.LINK_LIFETIME)
        )  # fmt: skip
        if unit.id not in units:
            units[unit.id] = people.path_names(session, unit)
        made.append(NewSignIn(person.name, person.staff_number or "", units[unit.id], token))
    audit.record(session, "roster.sign_in_links", now=now, actor=actor, on=batch, unit_id=batch.unit_id,
                 people=len(made))  # fmt: skip
    session.flush()
    return made


def _drop_unused_links(session: Session, batch: Import) -> None:
    links = session.scalars(
        select(OneTimeLink)
        .join(Person, Person.id == OneTimeLink.person_id)
        .where(Person.import_id == batch.id, OneTimeLink.purpose == "password", OneTimeLink.used_at.is_(None))
    )
    for link in links:
        session.delete(link)
    session.flush()


def reach_of(session: Session, actor: Person) -> Reach:
    """Where a person may import rosters."""
    return grants.reach(session, actor, Role.HR)


def _refuse_unless_preview(batch: Import) -> None:
    if batch.state is not ImportState.PREVIEW:
        raise Problem("roster.applied_already")


def _plan(
    session: Session, batch: Import, rows: Sequence[ImportRow], reach: Reach, *, create_units: bool = True
) -> Plan:
    said = [(_row(row), row.decision or "") for row in rows]
    return roster_plan.plan(
        session, said, target=target_of(session, batch), reach=reach, create_units=create_units
    )  # fmt: skip


def _row(row: ImportRow) -> RosterRow:
    said = RosterRow.from_data(row.sheet, row.row, row.data)
    read = [one for one in row.problems if one.get("of") in ("fault", "warning")]
    faults = tuple(problem_of(row, one) for one in read if one["of"] == "fault")
    warnings = tuple(problem_of(row, one) for one in read if one["of"] == "warning")
    return RosterRow(**{**said.__dict__, "faults": faults, "warnings": warnings})


def problem_of(row: ImportRow, said: Mapping[str, Any]) -> Problem:
    """A problem as it was kept with its row."""
    place = Place(sheet=row.sheet, row=row.row, column=said.get("column", ""))
    return Problem(said["code"], place=place, **said["params"])


def _store_plan(batch: Import, rows: Sequence[ImportRow], plan: Plan) -> None:
    for row, step in zip(rows, plan.steps, strict=True):
        row.outcome = step.outcome
        keep_problems(row, step)
        row.data = {
            **row.data,
            "changes": step.changes,
            "person": step.person,
            "unit_label": step.unit.whole if step.unit else "",
            "may_be_new": step.may_be_new,
            "candidates": [_candidate(plan, one) for one in step.candidates],
        }
    batch.counts = {
        **batch.counts,
        **plan.counts(),
        "rows": len(rows),
        "absent": plan.absent,
        "new_units": [{"label": unit.whole, "rows": count} for unit, count in plan.new_units()],
        "elsewhere": [{"name": name, "there": list(there)} for name, there in plan.elsewhere.items()],
        "shared_phones": [step.row.row for step in plan.steps if any(one.code in SHARED for one in step.problems)],
    }


def _candidate(plan: Plan, number: int) -> dict[str, Any]:
    known = plan.people.by_id[number]
    unit = plan.units.by_id.get(known.unit_id or 0)
    label = plan.units.label(unit) if unit else ""
    return {"id": known.id, "name": known.name, "number": known.staff_number, "phone": known.phone, "unit": label}


def _counted(rows: Iterable[ImportRow]) -> dict[str, int]:
    counts = {outcome.value: 0 for outcome in RowOutcome}
    for row in rows:
        counts[row.outcome.value] += 1
    return counts
