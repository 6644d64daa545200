"""Results on paper from a table: look first, say who is meant where that is doubtful, then take in or discard.

Every row is either in or refused with its reason; nothing of a file is passed over. What a file comes to is found out
in transactions that only read; what is stored of it goes in by short writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, Table, cast, func, insert, select, update
from sqlalchemy.orm import Session

from suyu_learn.content.formats.sheets import read_sheets
from suyu_learn.content.paper_results import ResultRow, ResultTable, read_results
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Exam, Import, ImportFile, ImportRow, ImportState, Person, RowOutcome
from suyu_learn.services import audit, import_files
from suyu_learn.services.bank_import_rows import lively, plain
from suyu_learn.services.boards import Sight
from suyu_learn.services.offline_import_plan import Desk, Fate, Planner
from suyu_learn.services.roster_plan import LEAVE, SAME

KIND = "paper_results"
ARRIVING, STAGE = "arriving", "stage"
"""In the options: rows of the file are still being stored; it is being taken in or back, and how far that is."""

_AT_ONCE = 5000
_EMPTY = cast(ImportRow.problems, String).like('%"offline.row_empty"%')


@dataclass(frozen=True, slots=True)
class Upload:
    """A table as it came, and what it says; `rows` as they are stored, each with what would become of it."""

    content: bytes
    file_name: str
    encoding: str
    table: ResultTable
    rows: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What answers change of a preview: rows by id as they are to be stored; `moved` if others changed since."""

    rows: tuple[dict[str, Any], ...]
    moved: bool


def read(content: bytes, file_name: str, *, encoding: str = "") -> Upload:
    """Read a table, without any database; raises Problem for what cannot be one."""
    table = read_results(read_sheets(content, file_name, encoding=encoding), file=file_name)
    return Upload(content, file_name, encoding, table)


def planned(session: Session, desk: Desk, upload: Upload) -> Upload:
    """The same with what would become of each row; it only reads."""
    fates = Planner(session, desk).fates((row, "") for row in upload.table.rows)
    people = _candidates(session, fates)
    rows = tuple(
        {"sheet": row.sheet, "row": row.row, "decision": None, **_stored(row.as_data(), fate, people)}
        for row, fate in zip(upload.table.rows, fates, strict=True)
    )
    return Upload(upload.content, upload.file_name, upload.encoding, upload.table, rows)


def announce(session: Session, desk: Desk, upload: Upload) -> Import:
    """Store a file whose rows follow by `keep_rows`; until `arrived` it is shown to nobody."""
    table = upload.table
    return import_files.keep(
        session, KIND, upload.content, upload.file_name, unit_id=desk.exam.unit_id, actor=desk.actor, now=desk.now,
        options={"exam": desk.exam.id, "encoding": upload.encoding, ARRIVING: True},
        counts={"unknown": list(table.unknown), "skipped_sheets": list(table.skipped_sheets),
                "hidden_sheets": list(table.hidden_sheets)},
    )  # fmt: skip


def keep_rows(session: Session, batch: Import, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store the next rows of a file."""
    table: Any = ImportRow.__table__
    if rows:
        session.execute(insert(table), [{"import_id": batch.id, "problems": [], **row} for row in rows])


def arrived(session: Session, batch: Import) -> None:
    """All rows are there: from now on the preview is shown."""
    batch.options = {name: value for name, value in batch.options.items() if name != ARRIVING}
    count(session, batch)


def find(session: Session, exam: Exam, key: str, *, sight: Sight, actor: Person) -> Import:
    """A file of results of this exam: one's own, or any for who looks after the whole exam."""
    batch = session.scalar(select(Import).where(Import.key == key, Import.kind == KIND))
    if batch is None or batch.options.get("exam") != exam.id or not (sight.whole or batch.actor_id == actor.id):
        raise Problem("offline.file_unknown")
    if ARRIVING in batch.options:
        raise Problem("offline.file_unknown")
    return batch


def held(session: Session, key: str) -> Import:
    """A file that `find` has found, held until this transaction ends."""
    wanted = select(Import).where(Import.key == key, Import.kind == KIND)
    return session.execute(
        wanted.with_for_update(of=Import).execution_options(populate_existing=True)
    ).scalar_one()  # fmt: skip


def listed(session: Session, exam: Exam, *, sight: Sight, actor: Person, most: int = 20) -> list[Import]:
    """The latest files of results of an exam that the actor may see."""
    rows = session.scalars(
        select(Import).where(Import.kind == KIND, Import.options["exam"].as_integer() == exam.id)
        .order_by(Import.id.desc())
    )  # fmt: skip
    seen = (one for one in rows if ARRIVING not in one.options)
    return [one for one in seen if sight.whole or one.actor_id == actor.id][:most]


def rows_of(
    session: Session, batch: Import, *outcomes: RowOutcome, start: int = 0, most: int | None = None,
    empty_last: bool = False,
) -> Sequence[ImportRow]:  # fmt: skip
    """Rows in the order of the file; those in which nothing was typed last, if that is asked for."""
    order = (_EMPTY, ImportRow.id) if empty_last else (ImportRow.id,)
    query = select(ImportRow).where(ImportRow.import_id == batch.id).order_by(*order).offset(start)
    if outcomes:
        query = query.where(ImportRow.outcome.in_(outcomes))
    return session.scalars(query.limit(most) if most else query).all()


def empty(session: Session, batch: Import) -> int:
    """How many rows have neither points nor answers, as those of a template for people who sat elsewhere."""
    return session.scalar(
        select(func.count(ImportRow.id)).where(ImportRow.import_id == batch.id, _EMPTY)
    ) or 0  # fmt: skip


def undecided(session: Session, batch: Import) -> int:
    """How many doubtful rows nobody has settled."""
    doubtful = select(func.count(ImportRow.id)).where(
        ImportRow.import_id == batch.id, ImportRow.outcome == RowOutcome.DOUBTFUL
    )
    return session.scalar(doubtful) or 0


def look(session: Session, desk: Desk, batch: Import, decisions: Mapping[int, str]) -> Look:
    """What saying who is meant by rows, by row id, changes of a preview; an empty answer takes one back.

    It only reads. Where people or attempts have changed since the preview was made, that is `moved`.
    """
    refuse_unless_preview(batch)
    rows = rows_of(session, batch)
    known = [(ResultRow.from_data(row.sheet, row.row, row.data), row) for row in rows]
    planner = Planner(session, desk)
    before = planner.fates((said, row.decision or "") for said, row in known)
    moved = any((row.outcome, row.data.get("person")) != (fate.outcome, fate.person)
                for row, fate in zip(rows, before, strict=True))  # fmt: skip
    chosen = {row.id: _allowed(row, decisions) for row in rows}
    fates = planner.fates((said, chosen[row.id] or "") for said, row in known)
    people = _candidates(session, fates)
    changed = []
    for row, fate in zip(rows, fates, strict=True):
        now = {"decision": chosen[row.id], **_stored(row.data, fate, people)}
        if any(getattr(row, name) != value for name, value in now.items()):
            changed.append({"id": row.id, **now})
    return Look(tuple(changed), moved)


def _allowed(row: ImportRow, decisions: Mapping[int, str]) -> str | None:
    """The answer that a row has after these decisions; one that was not offered is none."""
    if row.id not in decisions or not row.data.get("candidates"):
        return row.decision
    offered = {LEAVE, *(f"{SAME}{one['id']}" for one in row.data["candidates"])}
    return decisions[row.id] if decisions[row.id] in offered else None


def change_rows(session: Session, batch: Import, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store what `look` says of some rows of a preview."""
    refuse_unless_preview(batch)
    if rows:
        session.execute(update(ImportRow), list(rows))
        count(session, batch)


def count(session: Session, batch: Import) -> None:
    """Note how many rows of a file come to what."""
    found = session.execute(
        select(ImportRow.outcome, func.count()).where(ImportRow.import_id == batch.id).group_by(ImportRow.outcome)
    )
    by_outcome = {row[0]: row[1] for row in found}
    counts = {outcome.value: by_outcome.get(outcome, 0) for outcome in RowOutcome}
    batch.counts = {**batch.counts, **counts, "rows": sum(by_outcome.values())}
    session.flush()


def discard(session: Session, desk: Desk, batch: Import) -> None:
    """Forget a preview, file and rows."""
    refuse_unless_preview(batch)
    audit.record(session, "paper.import_discarded", now=desk.now, actor=desk.actor, on=desk.exam,
                 unit_id=desk.exam.unit_id, file=batch.file_name)  # fmt: skip
    rows: Table = ImportRow.__table__  # type: ignore[assignment]
    session.execute(rows.delete().where(rows.c.import_id == batch.id))
    session.delete(session.get(ImportFile, batch.id))
    session.flush()
    session.delete(batch)
    session.flush()


def problem_of(row: ImportRow, said: Mapping[str, Any]) -> Problem:
    """A problem as it was kept with its row."""
    params = {name: _lively(value) for name, value in said["params"].items()}
    return Problem(said["code"], place=Place(sheet=row.sheet, row=row.row), **params)


def kept(problem: Problem) -> dict[str, Any]:
    """A problem as a row keeps it."""
    return {"code": problem.code, "params": {
        name: {"problem": kept(value)} if isinstance(value, Problem) else plain(value)
        for name, value in problem.params.items()
    }}  # fmt: skip


def record_download(session: Session, desk: Desk, rows: int, *, template: bool = False) -> None:
    """Log that names were taken away as a file: the table to fill in, or the rows that were left out."""
    about: dict[str, Any] = {"now": desk.now, "actor": desk.actor, "on": desk.exam, "unit_id": desk.exam.unit_id}
    if template:
        audit.record(session, "paper.template_exported", rows=rows, **about)
    else:
        audit.record(session, "paper.left_out_exported", rows=rows, **about)


def refuse_unless_preview(batch: Import) -> None:
    """Raise Problem for a file that was taken in, or is being taken in."""
    if batch.state is not ImportState.PREVIEW or STAGE in batch.options:
        raise Problem("offline.applied_already")


def _stored(data: Mapping[str, Any], fate: Fate, people: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    """What a row keeps of its fate."""
    problems = [kept(fate.problem)] if fate.problem is not None else []
    candidates = [dict(people[one]) for one in fate.candidates]
    return {"outcome": fate.outcome, "problems": problems,
            "data": {**data, "person": fate.person, "candidates": candidates}}  # fmt: skip


def _candidates(session: Session, fates: Sequence[Fate]) -> dict[int, dict[str, Any]]:
    ids = sorted({one for fate in fates for one in fate.candidates})
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        rows = session.execute(
            select(Person.id, Person.name, Person.staff_number, Person.phone)
            .where(Person.id.in_(ids[start : start + _AT_ONCE]))
        )  # fmt: skip
        found |= {row.id: {"id": row.id, "name": row.name, "number": row.staff_number or "", "phone": row.phone or ""}
                  for row in rows}  # fmt: skip
    return found


def _lively(value: Any) -> Any:
    if isinstance(value, dict) and "problem" in value:
        said = value["problem"]
        return Problem(said["code"], **{name: _lively(one) for name, one in said["params"].items()})
    return lively(value)
