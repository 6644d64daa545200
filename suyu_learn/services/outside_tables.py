"""Tables of what people have from elsewhere: kept while they wait, looked at, taken in row by row, and forgotten.

The file is read anew whenever it is looked at, so that a preview never tells of people as they were. Rows that are in
already stay as they are, so the same file can come twice, and a mended one again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from suyu_learn.content.formats.sheets import Sheet, read_sheets
from suyu_learn.content.outside_tables import PersonRow, Rows
from suyu_learn.domain.names import name_key, tidy_phone
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.rosters import without_zeros
from suyu_learn.models import Import, ImportFile, ImportState, Membership, Person, RowOutcome, Unit
from suyu_learn.services import audit, import_files, people
from suyu_learn.services.grants import Reach
from suyu_learn.services.scans import Filed

KEPT = timedelta(days=30)
"""So long a file waits to be taken in, or its refused rows to be mended."""
_AT_ONCE = 500

R = TypeVar("R", bound=PersonRow)
S = TypeVar("S")


@dataclass(slots=True)
class Step(Generic[R, S]):
    """What becomes of one row."""

    row: R
    outcome: RowOutcome
    problems: list[Problem] = field(default_factory=list)
    person: Person | None = None
    said: S | None = None


@dataclass(frozen=True, slots=True)
class Preview(Generic[R, S]):
    """A file with what would become of it now."""

    batch: Import
    table: Rows[R]
    steps: Sequence[Step[R, S]]

    def of(self, *outcomes: RowOutcome) -> list[Step[R, S]]:
        """The rows of these outcomes, in the order of the file."""
        return [one for one in self.steps if one.outcome in outcomes]


@dataclass(frozen=True, slots=True)
class Tables(Generic[R]):
    """One kind of table: how it is read, how long it may be, and what the audit trail calls it."""

    kind: str
    read: Callable[[Sequence[Sheet], str], Rows[R]]
    most: int
    """Rows of one file, which are entered in one transaction."""

    too_many: str
    """The code of the refusal of a longer one."""

    imported: str
    """The action in the audit trail."""

    def require_readable(self, content: bytes, file_name: str) -> None:
        """Raise Problem for a file that cannot be read or is too long; takes its time, so within no transaction."""
        table = self.read(read_sheets(content, file_name), file_name)
        if len(table.rows) > self.most:
            raise Problem(self.too_many, place=Place(file=file_name), most=self.most)

    def keep(
        self, session: Session, content: bytes, file_name: str, *, actor: Person, now: datetime,
        proof: Filed | None = None,
    ) -> Import:  # fmt: skip
        """Keep a file that can be read, to look at; with it, one scan that proves all its rows."""
        options = {"proof": asdict(proof)} if proof is not None else {}
        return import_files.keep(session, self.kind, content, file_name, actor=actor, now=now, options=options)

    def find(self, session: Session, key: str, *, actor: Person, hold: bool = False) -> Import:
        """One's own file; raises Problem for every other, as for those that are gone."""
        query = select(Import).where(Import.key == key, Import.kind == self.kind, Import.actor_id == actor.id)
        if hold:
            query = query.with_for_update(of=Import).execution_options(populate_existing=True)
        batch = session.scalar(query)
        if batch is None:
            raise Problem("outside.no_file")
        return batch

    def rows_of(self, session: Session, batch: Import) -> Rows[R]:
        """What the file of a batch holds; raises Problem where it is gone."""
        file = session.get(ImportFile, batch.id)
        if file is None:
            raise Problem("outside.no_file")
        return self.read(read_sheets(file.content, batch.file_name), batch.file_name)

    def close(self, session: Session, found: Preview[R, S], *, actor: Person, now: datetime) -> int:
        """Write down what became of a file; how many rows went in. It goes unless a row of it was refused."""
        batch = found.batch
        entered, refused = len(found.of(RowOutcome.NEW)), len(found.of(RowOutcome.REFUSED))
        batch.state, batch.done_at = ImportState.DONE, now
        batch.counts = {
            "new": entered, "refused": refused, "same": len(found.of(RowOutcome.SAME, RowOutcome.DUPLICATE)),
        }  # fmt: skip
        if not refused:
            session.delete(session.get(ImportFile, batch.id))
        audit.record(session, self.imported, now=now, actor=actor, on=batch, file=batch.file_name, rows=entered,
                     refused=refused)  # fmt: skip
        session.flush()
        return entered


def planned(rows: Sequence[R], decide: Callable[[Step[R, S]], None]) -> list[Step[R, S]]:
    """What becomes of each row: refused for its own faults or for what `decide` raises, else as that says."""
    steps: list[Step[R, S]] = [Step(row, RowOutcome.REFUSED, list(row.faults)) for row in rows]
    for step in steps:
        if not step.problems:
            try:
                decide(step)
            except Problem as problem:
                step.problems.append(_placed(problem, step.row))
    return steps


def _placed(problem: Problem, row: PersonRow) -> Problem:
    """A problem of a row, at the column that the file has for its field."""
    column = row.headings.get(problem.place.field, "")
    return problem.at(Place(sheet=row.sheet, row=row.row, column=column))


def require_waiting(batch: Import) -> None:
    """Raise Problem for a file that was taken in."""
    if batch.state is not ImportState.PREVIEW:
        raise Problem("outside.in_already")


def discard(session: Session, batch: Import) -> None:
    """Forget a file, whether it was taken in or not; what was entered stays."""
    file = session.get(ImportFile, batch.id)
    if file is not None:
        session.delete(file)
        session.flush()
    if batch.state is ImportState.PREVIEW:
        session.delete(batch)
    session.flush()


def sweep(session: Session, kinds: Collection[str], *, now: datetime) -> None:
    """Forget files of these kinds that nobody has taken in or mended for thirty days; what was entered stays."""
    old = (Import.kind.in_(kinds), Import.created_at <= now - KEPT)
    ids = session.scalars(
        select(Import.id)
        .where(*old, (Import.state == ImportState.PREVIEW) | Import.id.in_(select(ImportFile.import_id)))
    ).all()  # fmt: skip
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        session.execute(delete(ImportFile).where(ImportFile.import_id.in_(some)))
        session.execute(delete(Import).where(Import.id.in_(some), Import.state == ImportState.PREVIEW))
    session.expire_all()


class Known:
    """The people of a table for whom somebody may enter something, by how it names them."""

    def __init__(self, session: Session, reach: Reach, rows: Sequence[PersonRow], actor: Person) -> None:
        self.actor = actor
        there = (
            select(Person, Unit.path)
            .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.home & Membership.until.is_(None))
            .outerjoin(Unit, Unit.id == Membership.unit_id)
            .where(reach.includes(Unit.path), *people.current()).order_by(Person.id)
        )  # fmt: skip
        asked = (
            ("number", Person.staff_number, {row.staff_number for row in rows}),
            ("phone", Person.phone, {tidy_phone(row.phone) for row in rows}),
            ("name", Person.name_key, {name_key(row.name) for row in rows}),
        )
        self._by: dict[tuple[str, str], list[Person]] = {}
        self._paths: dict[int, str] = {}
        for how, column, values in asked:
            wanted = sorted(values - {""})
            for start in range(0, len(wanted), _AT_ONCE):
                for person, path in session.execute(there.where(column.in_(wanted[start : start + _AT_ONCE]))):
                    self._by.setdefault((how, getattr(person, column.key)), []).append(person)
                    self._paths[person.id] = path or ""
        self._units = self._named_units(session) if any(row.unit for row in rows) else {}

    @property
    def ids(self) -> set[int]:
        """Of all of them."""
        return set(self._paths)

    def find(self, row: PersonRow) -> Person:
        """Who is meant, never oneself: by number, else by phone, else by a name that only one has in the unit.

        The name must agree with the number, which may have lost zeros in front; a unit says where the name is looked
        for, with all that lies below it.
        """
        person = self._find(row)
        if person.id == self.actor.id:
            raise Problem("person.yourself")
        return person

    def _find(self, row: PersonRow) -> Person:
        for how, value in (("number", row.staff_number), ("phone", tidy_phone(row.phone))):
            if not value:
                continue
            found = self._by.get((how, value), [])
            agreeing = [one for one in found if one.name_key == name_key(row.name)]
            if len(agreeing) == 1:
                return agreeing[0]
            if how == "number" and not found and (meant := self._but_for_zeros(row)) is not None:
                return meant
            if found:
                raise Problem("outside.other_name", value=value, name=row.name, known=found[0].name)
            raise Problem("person.not_found", text=value)
        found = [one for one in self._by.get(("name", name_key(row.name)), []) if self._within(one, row.unit)]
        if len(found) == 1:
            return found[0]
        text = f"{row.name} ({row.unit})" if row.unit else row.name
        raise Problem("person.ambiguous" if found else "person.not_found", text=text)

    def _but_for_zeros(self, row: PersonRow) -> Person | None:
        """The one of this name whose number lost the zeros in front to a spreadsheet, if there is one."""
        found = [
            one for one in self._by.get(("name", name_key(row.name)), [])
            if without_zeros(one.staff_number or "") == without_zeros(row.staff_number)
        ]  # fmt: skip
        return found[0] if len(found) == 1 else None

    def _within(self, person: Person, unit: str) -> bool:
        above = self._paths[person.id].split("/")
        return not unit or any(self._units.get(part) == name_key(unit) for part in above)

    def _named_units(self, session: Session) -> dict[str, str]:
        ids = sorted({int(part) for path in self._paths.values() for part in path.split("/") if part})
        found: dict[str, str] = {}
        for start in range(0, len(ids), _AT_ONCE):
            some = select(Unit.id, Unit.name).where(Unit.id.in_(ids[start : start + _AT_ONCE]))
            found.update((str(number), name_key(name)) for number, name in session.execute(some))
        return found
