"""Results on paper from a table: look first, say who is meant where that is doubtful, apply, take back.

Every row is either in or refused with its reason; nothing of a file is passed over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.content.formats.sheets import read_sheets
from suyu_learn.content.paper_results import ResultRow, read_results
from suyu_learn.domain import rosters
from suyu_learn.domain.attempts import AttemptState, StepKind
from suyu_learn.domain.names import name_key
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.rosters import Doubt, Known, Match, Said
from suyu_learn.models import (
    Attempt,
    Exam,
    Import,
    ImportFile,
    ImportRow,
    ImportState,
    Person,
    RowOutcome,
    Scan,
    Step,
    new_key,
)
from suyu_learn.services import audit, exam_rosters, invigilation, locks, offline
from suyu_learn.services.bank_import_rows import lively, plain
from suyu_learn.services.boards import Sight
from suyu_learn.services.offline import Paper, Result, Typed
from suyu_learn.services.roster_plan import LEAVE, SAME
from suyu_learn.services.versions import Versions

KIND = "paper_results"
_PART = 500


@dataclass(frozen=True, slots=True)
class Desk:
    """Who enters results of which exam, and what is needed to read them."""

    exam: Exam
    sight: Sight
    actor: Person
    now: datetime
    zone: tzinfo
    versions: Versions


@dataclass(slots=True)
class Fate:
    """What becomes of one row."""

    row: ResultRow
    outcome: RowOutcome = RowOutcome.REFUSED
    person: int | None = None
    candidates: tuple[int, ...] = ()
    problem: Problem | None = None
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps a file from being taken back: a code, and whom it is about."""

    code: str
    name: str


def upload(session: Session, desk: Desk, content: bytes, file_name: str, *, encoding: str = "") -> Import:
    """Read a table and keep it with its preview; nothing is entered yet."""
    table = read_results(read_sheets(content, file_name, encoding=encoding), file=file_name)
    batch = Import(
        key=new_key(), kind=KIND, file_name=file_name[-200:], sha256=hashlib.sha256(content).hexdigest(),
        size=len(content), unit_id=desk.exam.unit_id, actor_id=desk.actor.id, created_at=desk.now,
        options={"exam": desk.exam.id, "encoding": encoding},
        counts={"unknown": list(table.unknown), "skipped_sheets": list(table.skipped_sheets)},
    )  # fmt: skip
    session.add(batch)
    session.flush()
    session.add(ImportFile(import_id=batch.id, content=content))
    rows = [
        ImportRow(import_id=batch.id, sheet=row.sheet, row=row.row, outcome=RowOutcome.REFUSED, data=row.as_data())
        for row in table.rows
    ]
    session.add_all(rows)
    session.flush()
    _store(session, batch, rows, _fates(session, desk, rows))
    return batch


def find(session: Session, exam: Exam, key: str, *, sight: Sight, actor: Person) -> Import:
    """A file of results of this exam: one's own, or any for who looks after the whole exam."""
    batch = session.scalar(select(Import).where(Import.key == key, Import.kind == KIND))
    if batch is None or batch.options.get("exam") != exam.id or not (sight.whole or batch.actor_id == actor.id):
        raise Problem("offline.file_unknown")
    return batch


def listed(session: Session, exam: Exam, *, sight: Sight, actor: Person, most: int = 20) -> list[Import]:
    """The latest files of results of an exam that the actor may see."""
    rows = session.scalars(
        select(Import).where(Import.kind == KIND, Import.options["exam"].as_integer() == exam.id)
        .order_by(Import.id.desc())
    )  # fmt: skip
    return [one for one in rows if sight.whole or one.actor_id == actor.id][:most]


def rows_of(
    session: Session, batch: Import, *outcomes: RowOutcome, start: int = 0, most: int | None = None
) -> Sequence[ImportRow]:
    """Rows in the order of the file."""
    query = select(ImportRow).where(ImportRow.import_id == batch.id).order_by(ImportRow.id).offset(start)
    if outcomes:
        query = query.where(ImportRow.outcome.in_(outcomes))
    return session.scalars(query.limit(most) if most else query).all()


def undecided(session: Session, batch: Import) -> int:
    """How many doubtful rows nobody has settled."""
    doubtful = select(func.count(ImportRow.id)).where(
        ImportRow.import_id == batch.id, ImportRow.outcome == RowOutcome.DOUBTFUL
    )
    return session.scalar(doubtful) or 0


def decide(session: Session, desk: Desk, batch: Import, decisions: Mapping[int, str]) -> None:
    """Keep who is meant by rows, by row id; an empty answer takes one back."""
    _refuse_unless_preview(batch)
    rows = rows_of(session, batch)
    for row in rows:
        if row.id in decisions and row.data.get("candidates"):
            allowed = {LEAVE, *(f"{SAME}{one['id']}" for one in row.data["candidates"])}
            row.decision = decisions[row.id] if decisions[row.id] in allowed else None
    _store(session, batch, rows, _fates(session, desk, rows))


def discard(session: Session, desk: Desk, batch: Import) -> None:
    """Forget a preview, file and rows."""
    _refuse_unless_preview(batch)
    audit.record(session, "paper.import_discarded", now=desk.now, actor=desk.actor, on=desk.exam,
                 unit_id=desk.exam.unit_id, file=batch.file_name)  # fmt: skip
    for row in rows_of(session, batch):
        session.delete(row)
    session.delete(session.get(ImportFile, batch.id))
    session.flush()
    session.delete(batch)
    session.flush()


def apply(session: Session, desk: Desk, batch: Import) -> bool:
    """Enter what the preview said. False, and a new preview, when people or attempts have changed since."""
    session.flush()
    session.refresh(batch, with_for_update=True)
    _refuse_unless_preview(batch)
    rows = rows_of(session, batch)
    before = [(row.outcome, row.data.get("person")) for row in rows]
    fates = _fates(session, desk, rows)
    _store(session, batch, rows, fates)
    locks.hold_people(session, [fate.person for fate in fates if fate.outcome is RowOutcome.NEW and fate.person])
    if before != [(row.outcome, row.data.get("person")) for row in rows]:
        return False
    for row, fate in zip(rows, fates, strict=True):
        if fate.outcome is RowOutcome.NEW and fate.result is not None:
            person = session.get_one(Person, fate.person)
            attempt = offline.enter(session, desk.exam, person, fate.result, actor=desk.actor, now=desk.now,
                                    versions=desk.versions, source=batch.file_name)  # fmt: skip
            row.object_kind, row.object_id = "attempt", attempt.id
    session.delete(session.get(ImportFile, batch.id))
    batch.state, batch.done_at = ImportState.DONE, desk.now
    audit.record(session, "paper.imported", now=desk.now, actor=desk.actor, on=desk.exam, unit_id=desk.exam.unit_id,
                 file=batch.file_name, rows=len(rows), imported=batch.counts["new"])  # fmt: skip
    session.flush()
    return True


def obstacles(session: Session, batch: Import) -> list[Obstacle]:
    """What was built on the results of a file: corrections, marks of people, scans, later attempts."""
    found = []
    for attempt in _attempts(session, batch):
        if attempt.state is AttemptState.VOIDED:
            continue
        later = session.scalar(
            select(Step.kind).where(
                Step.attempt_id == attempt.id, Step.received_at > batch.done_at,
                Step.kind.in_([StepKind.ENTERED, StepKind.MARKED, StepKind.REGRADED]),
            ).limit(1)
        )  # fmt: skip
        scanned = session.scalar(select(Scan.id).where(Scan.attempt_id == attempt.id, Scan.deleted_at.is_(None)))
        again = session.scalar(
            select(Attempt.id).where(
                Attempt.exam_id == attempt.exam_id, Attempt.person_id == attempt.person_id, Attempt.trial.is_(False),
                Attempt.id > attempt.id, Attempt.state != AttemptState.VOIDED,
            )
        )  # fmt: skip
        code = "marked" if later else "scanned" if scanned else "again" if again else ""
        if code:
            found.append(Obstacle(code, attempt.person.name))
    return found


def undo(session: Session, desk: Desk, batch: Import, *, reason: str) -> int:
    """Void every result of a file, with the reason, as long as nothing was built on them; how many."""
    said = audit.required(reason)
    session.refresh(batch, with_for_update=True)
    if batch.state is not ImportState.DONE:
        raise Problem("offline.not_done")
    if obstacles(session, batch):
        raise Problem("offline.built_on")
    standing = [one for one in _attempts(session, batch) if one.state is not AttemptState.VOIDED]
    for attempt in standing:
        invigilation.void(session, desk.exam, attempt.id, reason=said, actor=desk.actor, now=desk.now)
    batch.state, batch.undone_at, batch.undone_by_id = ImportState.UNDONE, desk.now, desk.actor.id
    audit.record(session, "paper.import_undone", now=desk.now, actor=desk.actor, on=desk.exam, reason=said,
                 unit_id=desk.exam.unit_id, file=batch.file_name, rows=len(standing))  # fmt: skip
    session.flush()
    return len(standing)


def problem_of(row: ImportRow, said: Mapping[str, Any]) -> Problem:
    """A problem as it was kept with its row."""
    params = {name: _lively(value) for name, value in said["params"].items()}
    return Problem(said["code"], place=Place(sheet=row.sheet, row=row.row), **params)


def record_download(session: Session, desk: Desk, rows: int, *, template: bool = False) -> None:
    """Log that names were taken away as a file: the table to fill in, or the rows that were left out."""
    about: dict[str, Any] = {"now": desk.now, "actor": desk.actor, "on": desk.exam, "unit_id": desk.exam.unit_id}
    if template:
        audit.record(session, "paper.template_exported", rows=rows, **about)
    else:
        audit.record(session, "paper.left_out_exported", rows=rows, **about)


def _attempts(session: Session, batch: Import) -> list[Attempt]:
    ids = [row.object_id for row in rows_of(session, batch) if row.object_kind == "attempt"]
    return [
        attempt
        for start in range(0, len(ids), _PART)
        for attempt in session.scalars(select(Attempt).where(Attempt.id.in_(ids[start : start + _PART])))
    ]


def _refuse_unless_preview(batch: Import) -> None:
    if batch.state is not ImportState.PREVIEW:
        raise Problem("offline.applied_already")


# What becomes of each row


def _fates(session: Session, desk: Desk, rows: Sequence[ImportRow]) -> list[Fate]:
    return _Planner(session, desk).fates(rows)


class _Planner:
    """Who is meant by each row, and whether what it says can be entered."""

    def __init__(self, session: Session, desk: Desk) -> None:
        self.session, self.desk = session, desk
        due = [one for one in exam_rosters.due(session, desk.exam, now=desk.now) if desk.sight.covers(one.unit_path)]
        self.units = {one.person_id: one.unit_names.split(" / ") for one in due}
        homes = {one.person_id: one.unit_id for one in due}
        known = [
            Known(row.id, row.name, row.staff_number or "", row.phone or "", homes[row.id])
            for start in range(0, len(due), _PART)
            for row in session.execute(
                select(Person.id, Person.name, Person.staff_number, Person.phone)
                .where(Person.id.in_([one.person_id for one in due[start : start + _PART]]))
            )
        ]  # fmt: skip
        self.people = rosters.People(known)
        self.named: dict[str, list[int]] = {}
        for one in known:
            self.named.setdefault(name_key(one.name), []).append(one.id)
        self.papers: dict[str, Paper] = {}
        """By the code of the variant; without one, the paper that all had."""
        self.claimed: dict[int, int] = {}

    def fates(self, rows: Sequence[ImportRow]) -> list[Fate]:
        """What becomes of each row, in their order."""
        return [self._fate(ResultRow.from_data(row.sheet, row.row, row.data), row.decision or "") for row in rows]

    def _fate(self, row: ResultRow, decision: str) -> Fate:
        fate = Fate(row)
        try:
            typed = self._typed(row)
            fate.person = self._person(fate, decision)
            if fate.person is None:
                return fate
            fate.result = self._result(typed)
            person = self.session.get_one(Person, fate.person)
            stands_against = offline.refusal(self.session, self.desk.exam, person, fate.result, actor=self.desk.actor)
            if stands_against is not None:
                raise stands_against
        except Problem as problem:
            fate.problem = problem
            return fate
        before = self.claimed.setdefault(fate.person, row.row)
        if before != row.row:
            fate.problem, fate.outcome = Problem("offline.twice_in_file", first=before), RowOutcome.DUPLICATE
        else:
            fate.outcome = RowOutcome.NEW
        return fate

    def _typed(self, row: ResultRow) -> Typed:
        if row.formulas:
            raise Problem("sheet.formula", value="、".join(row.formulas)[:40])
        typed = Typed(row.points, row.answers, row.date, row.room, row.remark, row.variant)
        if typed.empty:
            raise Problem("offline.row_empty")
        return typed

    def _result(self, typed: Typed) -> Result:
        desk = self.desk
        code = typed.variant.upper()
        if code not in self.papers:
            self.papers[code] = offline.paper_of(self.session, desk.exam, desk.versions, code)
        return offline.read(self.session, desk.exam, typed, paper=self.papers[code], zone=desk.zone, now=desk.now,
                            versions=desk.versions)  # fmt: skip

    def _person(self, fate: Fate, decision: str) -> int | None:
        """Who is meant; None where it is doubtful, with those it may be."""
        row = fate.row
        if not row.name:
            person = self.people.with_number(row.staff_number)
            if person is None:
                raise Problem("offline.unknown_person")
            return person
        match = self._match(row)
        if match.person is not None:
            return match.person
        if match.doubt is None:
            raise Problem("offline.unknown_person")
        fate.candidates = match.candidates
        if decision == LEAVE:
            raise Problem("offline.left_out")
        if decision.startswith(SAME) and decision.removeprefix(SAME) in {str(one) for one in match.candidates}:
            return int(decision.removeprefix(SAME))
        said = "offline.name_elsewhere" if match.doubt is Doubt.NAME_ELSEWHERE else f"roster.doubt_{match.doubt.value}"
        fate.outcome, fate.problem = RowOutcome.DOUBTFUL, Problem(said, number=row.staff_number, phone=row.phone)
        return None

    def _match(self, row: ResultRow) -> Match:
        named = self.named.get(name_key(row.name), ())
        here = [one for one in named if row.unit and all(part in self.units[one] for part in row.unit)]
        unit = self.people.by_id[here[0]].unit_id if here else None
        match = self.people.match(Said(row.name, row.staff_number, row.phone, unit_id=unit))
        if match.person is not None and len(here) > 1 and not row.staff_number and not row.phone:
            return Match(doubt=Doubt.SEVERAL_OF_THAT_NAME, candidates=tuple(here))
        return match


def _store(session: Session, batch: Import, rows: Sequence[ImportRow], fates: Sequence[Fate]) -> None:
    people = _candidates(session, fates)
    for row, fate in zip(rows, fates, strict=True):
        row.outcome = fate.outcome
        row.problems = [_kept(fate.problem)] if fate.problem is not None else []
        row.data = {**row.data, "person": fate.person,
                    "candidates": [people[one] for one in fate.candidates]}  # fmt: skip
    counts = {outcome.value: sum(fate.outcome is outcome for fate in fates) for outcome in RowOutcome}
    batch.counts = {**batch.counts, **counts, "rows": len(rows)}
    session.flush()


def _candidates(session: Session, fates: Sequence[Fate]) -> dict[int, dict[str, Any]]:
    ids = {one for fate in fates for one in fate.candidates}
    rows = session.execute(select(Person.id, Person.name, Person.staff_number, Person.phone).where(Person.id.in_(ids)))
    return {row.id: {"id": row.id, "name": row.name, "number": row.staff_number or "", "phone": row.phone or ""}
            for row in rows} if ids else {}  # fmt: skip


def _kept(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "params": {
        name: {"problem": _kept(value)} if isinstance(value, Problem) else plain(value)
        for name, value in problem.params.items()
    }}  # fmt: skip


def _lively(value: Any) -> Any:
    if isinstance(value, dict) and "problem" in value:
        kept = value["problem"]
        return Problem(kept["code"], **{name: _lively(one) for name, one in kept["params"].items()})
    return lively(value)
