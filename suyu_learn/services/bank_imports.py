"""Questions from a file into a bank: looked at first, then taken in, and taken back as one while nothing uses them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import BankFile, Refused
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.identity import with_keys_of
from suyu_learn.models import (
    Bank,
    Import,
    ImportRow,
    ImportState,
    Person,
    Question,
    QuestionVersion,
    RowOutcome,
)
from suyu_learn.models.base import new_key
from suyu_learn.services import audit, bank, bank_contents
from suyu_learn.services.bank_comparing import compare_with_bank, compare_within, origins, place_warnings
from suyu_learn.services.bank_import_rows import (
    draft_of_row,
    in_file_order,
    kept_problem,
    problem_kept,
    row_of_draft,
    row_of_refused,
    with_places_of_their_own,
)
from suyu_learn.services.bank_writing import store_new
from suyu_learn.services.bulk import without_collecting

KIND = "bank"
PREVIEW_KEPT = timedelta(days=7)
TAKE = "take"
BY_HAND = "importer"
MADE_UP = "imp-"
"""How the uids of questions begin that had none in their file."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its name and its bytes."""

    file_name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


def uid_prefix(key: str) -> str:
    """What the uids of an import's questions begin with; they last, whatever the file is called or counts."""
    return f"{MADE_UP}{key}"


def readable_uid(uid: str) -> str:
    """The uid, or nothing where an import made it up: it tells people nothing."""
    return "" if uid.startswith(MADE_UP) else uid


def new_import_key() -> str:
    """The key of an import to come, so that a file can be read before anything is written."""
    return new_key()


def unreadable(problem: Problem) -> BankFile:
    """What stands for a file that cannot be read at all: one question read, one refused."""
    return BankFile((), (Refused(problem.place, (problem,)),))


@without_collecting()
def take_up(
    session: Session, target: Bank, file: BankFile, upload: Upload, *, key: str, actor_id: int | None, day: str,
    now: datetime,
) -> Import:  # fmt: skip
    """Keep what a file says as a preview: each question new, duplicate, doubtful or refused.

    `day` is the date as it stands in the source of questions that name none.
    """
    _forget_old_previews(session, actor_id, now=now)
    rows = _compared(session, target, file, source=f"{upload.file_name[:150]}, {day}")
    batch = _batch(session, target, file, upload, rows, key=key, actor_id=actor_id, now=now)
    _keep_rows(session, batch, rows)
    return batch


@without_collecting()
def import_at_once(
    session: Session, target: Bank, file: BankFile, upload: Upload, *, key: str, actor_id: int | None, day: str,
    reviewer: str, now: datetime, all_or_nothing: bool = False,
) -> Import:  # fmt: skip
    """Take a file in without a preview; what is doubtful stays out.

    Rows are kept of what did not come in or was warned of; the questions themselves tell of the others.
    """
    rows = _compared(session, target, file, source=f"{upload.file_name[:150]}, {day}")
    batch = _batch(session, target, file, upload, rows, key=key, actor_id=actor_id, now=now)
    good = [row for row in rows if row["outcome"] is RowOutcome.NEW]
    if all_or_nothing and batch.counts["errors"]:
        for row in good:
            row["outcome"] = RowOutcome.REFUSED
            row["problems"] = [_held_back(row["sheet"], row["row"]), *row["problems"]]
    else:
        store_new(session, target, [row["data"] for row in good], import_=batch, reviewer=reviewer,
                  actor_id=actor_id, now=now)  # fmt: skip
        for row in good:
            row["data"] = {"uid": row["data"]["uid"]}
    _keep_rows(session, batch, [row for row in rows if row["problems"]])
    _done(session, batch, target, _counts(rows), actor_id=actor_id, now=now)
    return batch


def _compared(session: Session, target: Bank, file: BankFile, *, source: str) -> list[dict[str, Any]]:
    """The rows of a file, each with its outcome by what else is in the file and in the bank."""
    if target.pack is not None:
        raise Problem("bank.pack_only", name=target.name)
    rows = [row_of_draft(draft, source=source) for draft in file.items]
    compare_within(rows)
    compare_with_bank(session, target, rows)
    place_warnings(rows, file.warnings)
    rows += [row_of_refused(refused) for refused in file.errors]
    return with_places_of_their_own(in_file_order(rows))


def _batch(
    session: Session, target: Bank, file: BankFile, upload: Upload, rows: Sequence[Mapping[str, Any]], *, key: str,
    actor_id: int | None, now: datetime,
) -> Import:  # fmt: skip
    placed = {(row["sheet"], row["row"]) for row in rows}
    general = [one for one in file.warnings if one.place.row is None or (one.place.sheet, one.place.row) not in placed]
    batch = Import(
        key=key, kind=KIND, file_name=upload.file_name[-200:], sha256=upload.sha256, size=len(upload.content),
        unit_id=target.unit_id, bank_id=target.id, actor_id=actor_id, created_at=now,
        options={"losses": [kept_problem(loss) for loss in file.losses],
                 "warnings": [kept_problem(warning) for warning in general]},
        counts=_counts(rows),
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def _keep_rows(session: Session, batch: Import, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(insert(ImportRow.__table__), [{"import_id": batch.id, **row} for row in rows])  # type: ignore[arg-type]


def _done(
    session: Session, batch: Import, target: Bank, counts: Mapping[str, int], *, actor_id: int | None, now: datetime
) -> None:
    batch.counts = counts
    batch.state, batch.done_at = ImportState.DONE, now
    audit.record(session, "bank.imported", now=now, actor=actor_id, on=batch, unit_id=batch.unit_id,
                 file=batch.file_name, bank=target.name, counts=counts)  # fmt: skip
    session.flush()


def _held_back(sheet: str, row: int) -> dict[str, Any]:
    return kept_problem(Problem("bank.held_back", place=Place(sheet=sheet, row=row)))


def seen_before(session: Session, batch: Import) -> Import | None:
    """The latest import of exactly this file that is in a bank now."""
    return session.scalar(
        select(Import)
        .where(Import.sha256 == batch.sha256, Import.kind == KIND, Import.state == ImportState.DONE,
               Import.id != batch.id)
        .order_by(Import.id.desc()).limit(1)
    )  # fmt: skip


def find(session: Session, person: Person, key: str, *, change: bool = False) -> tuple[Import, bank_contents.BankSeen]:
    """An import and its bank; raises Problem when there is none within reach."""
    batch = session.scalar(select(Import).where(Import.key == key, Import.kind == KIND))
    if batch is None or batch.bank_id is None:
        raise Problem("bank.import_unknown")
    seen = bank_contents.get_bank(session, person, batch.bank_id)
    if change and not seen.may_change:
        raise Problem("page.refused")
    return batch, seen


def rows_of(
    session: Session, batch: Import, outcomes: Iterable[RowOutcome], *, offset: int = 0, limit: int | None = None
) -> Sequence[ImportRow]:
    """The rows of an import with one of the outcomes, in the order of the file."""
    return session.scalars(
        select(ImportRow).where(ImportRow.import_id == batch.id, ImportRow.outcome.in_(list(outcomes)))
        .order_by(ImportRow.id).offset(offset).limit(limit)
    ).all()  # fmt: skip


def problems_of(row: ImportRow) -> list[Problem]:
    """What is wrong with a row, or was noted of it."""
    return [problem_kept(kept) for kept in row.problems]


def noted(batch: Import, name: str) -> list[Problem]:
    """The `warnings` or `losses` of the file as a whole."""
    return [problem_kept(kept) for kept in batch.options.get(name, ())]


def decide(session: Session, batch: Import, taken: Iterable[int]) -> None:
    """Note which of the doubtful rows are to be taken; all others are left out."""
    doubtful = (ImportRow.import_id == batch.id, ImportRow.outcome == RowOutcome.DOUBTFUL)
    session.execute(update(ImportRow).where(*doubtful).values(decision=None))
    chosen = list(taken)
    if chosen:
        session.execute(update(ImportRow).where(*doubtful, ImportRow.id.in_(chosen)).values(decision=TAKE))
    session.expire_all()


@without_collecting()
def apply(
    session: Session, batch: Import, *, actor_id: int | None, reviewer: str, now: datetime, all_or_nothing: bool = False
) -> Mapping[str, int]:
    """Take in the good questions, or nothing at all where one is refused and all or nothing was asked.

    read = imported + duplicates + errors, always; what is held back counts as an error.
    """
    if batch.state is not ImportState.PREVIEW:
        raise Problem("bank.import_not_waiting")
    target = session.get_one(Bank, batch.bank_id)
    if target.deleted_at is not None:
        raise Problem("bank.not_found")
    rows = rows_of(session, batch, (RowOutcome.NEW, RowOutcome.DOUBTFUL))
    _compare_again(session, target, rows)
    _settle_doubtful(rows)
    good = [row for row in rows if row.outcome in (RowOutcome.NEW, RowOutcome.CHANGED)]
    session.flush()
    counts = _summed(tally(session, batch))
    if all_or_nothing and counts["errors"]:
        _hold_back(session, batch)
        counts = _summed(tally(session, batch))
    else:
        store_new(session, target, [row.data for row in good if row.outcome is RowOutcome.NEW], import_=batch,
                  reviewer=reviewer, actor_id=actor_id, now=now)  # fmt: skip
        _replace(session, target, [row for row in good if row.outcome is RowOutcome.CHANGED], actor_id, reviewer, now)
    _done(session, batch, target, counts, actor_id=actor_id, now=now)
    return counts


def discard(session: Session, batch: Import) -> None:
    """Forget a preview."""
    if batch.state is not ImportState.PREVIEW:
        raise Problem("bank.import_not_waiting")
    _delete(session, [batch.id])


def _compare_again(session: Session, target: Bank, rows: Sequence[ImportRow]) -> None:
    """Since the preview another import may have brought the same questions."""
    published = (Question.bank_id == target.id, Question.published_version_id.is_not(None))
    stored = session.execute(select(Question.identity, Question.uid, Question.import_id).where(*published))
    known = {identity: (uid, import_id) for identity, uid, import_id in stored}
    if not known:
        return
    found_in = origins(session, target)
    for row in rows:
        uid, import_id = known.get(row.data["identity"], (None, None))
        if row.outcome is RowOutcome.NEW and uid is not None:
            row.outcome = RowOutcome.DUPLICATE
            told = Problem("bank.duplicate_in_bank", place=Place(sheet=row.sheet, row=row.row), uid=uid,
                           known=found_in.get(import_id, (uid,)))  # fmt: skip
            row.problems = [*row.problems, kept_problem(told)]


def _settle_doubtful(rows: Sequence[ImportRow]) -> None:
    """Doubtful rows that were chosen become good ones; of rows that contradict each other only the first."""
    taken: set[str] = set()
    for row in rows:
        if row.outcome is not RowOutcome.DOUBTFUL or row.decision != TAKE or row.data["identity"] in taken:
            continue
        taken.add(row.data["identity"])
        row.outcome = RowOutcome.CHANGED if "stands" in row.data else RowOutcome.NEW


def _replace(
    session: Session, target: Bank, rows: Sequence[ImportRow], actor_id: int | None, reviewer: str, now: datetime
) -> None:
    """Questions whose answer the file corrects get a new version under their own uid."""
    for row in rows:
        question = session.get_one(Question, row.data["stands"]["question_id"])
        row.object_kind, row.object_id = "question", question.id
        row.before = {"version_id": question.published_version_id}
        draft = draft_of_row(row.data)
        former = session.get(QuestionVersion, question.published_version_id)
        body = with_keys_of(draft.body, former.body if former else {})
        draft = replace(draft, uid=question.uid, body=body)
        version = bank.store(session, target, draft, now=now, reviewer=reviewer, author_id=actor_id)
        row.data = {**row.data, "version_id": version.id if version else None}


def _hold_back(session: Session, batch: Import) -> None:
    waiting = (ImportRow.import_id == batch.id, ImportRow.outcome.in_([RowOutcome.NEW, RowOutcome.CHANGED]))
    for row in session.scalars(select(ImportRow).where(*waiting)):
        row.outcome = RowOutcome.REFUSED
        row.problems = [_held_back(row.sheet, row.row), *row.problems]
    session.flush()


def _counts(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    counts = dict.fromkeys(RowOutcome, 0)
    for row in rows:
        counts[row["outcome"]] += 1
    return _summed(counts)


def tally(session: Session, batch: Import) -> dict[RowOutcome, int]:
    """How many rows of an import have each outcome."""
    counts = dict.fromkeys(RowOutcome, 0)
    counted = select(ImportRow.outcome, func.count()).where(ImportRow.import_id == batch.id)
    counts.update(session.execute(counted.group_by(ImportRow.outcome)).all())
    return counts


def still_refused(session: Session, batch: Import) -> bool:
    """Whether something of a preview would stay out: refused, or doubtful and not decided."""
    return bool(
        session.scalar(
            select(func.count())
            .select_from(ImportRow)
            .where(
                ImportRow.import_id == batch.id,
                (ImportRow.outcome == RowOutcome.REFUSED)
                | ((ImportRow.outcome == RowOutcome.DOUBTFUL) & ImportRow.decision.is_(None)),
            )
        )
    )


def _summed(counts: Mapping[RowOutcome, int]) -> dict[str, int]:
    return {
        "read": sum(counts.values()),
        "imported": counts[RowOutcome.NEW] + counts[RowOutcome.CHANGED],
        "duplicates": counts[RowOutcome.DUPLICATE],
        "errors": counts[RowOutcome.REFUSED] + counts[RowOutcome.DOUBTFUL],
        "doubtful": counts[RowOutcome.DOUBTFUL],
    }


def _forget_old_previews(session: Session, actor_id: int | None, *, now: datetime) -> None:
    old = session.scalars(
        select(Import.id).where(Import.kind == KIND, Import.state == ImportState.PREVIEW,
                                Import.created_at < now - PREVIEW_KEPT,
                                Import.actor_id == actor_id)
    ).all()  # fmt: skip
    _delete(session, old)


def _delete(session: Session, import_ids: Sequence[int]) -> None:
    if import_ids:
        session.execute(delete(ImportRow).where(ImportRow.import_id.in_(import_ids)))
        session.execute(delete(Import).where(Import.id.in_(import_ids)))
        session.expire_all()
