"""Taking the questions of a file into their bank: after a preview, or at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import BankFile
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.identity import with_keys_of
from suyu_learn.models import (
    Bank,
    Import,
    ImportFile,
    ImportRow,
    ImportState,
    Question,
    QuestionVersion,
    RowOutcome,
    Status,
)
from suyu_learn.services import audit, bank, media
from suyu_learn.services.bank_comparing import known_in, likest, newest_kept, origins
from suyu_learn.services.bank_import_rows import draft_of_row, kept_problem
from suyu_learn.services.bank_imports import (
    LEFT_OUT,
    MADE_UP,
    TAKE,
    Upload,
    batch_of,
    compared,
    counted,
    counted_in,
    keep_rows,
    rows_of,
    source_of,
)
from suyu_learn.services.bank_uids import still_free
from suyu_learn.services.bank_writing import store_new
from suyu_learn.services.bulk import without_collecting


@without_collecting()
def import_at_once(
    session: Session, target: Bank, file: BankFile, upload: Upload, *, key: str, actor_id: int | None, day: str,
    reviewer: str, now: datetime, all_or_nothing: bool = False,
) -> Import:  # fmt: skip
    """Take a file in without a preview; what is doubtful stays out.

    Rows are kept of what did not come in or was warned of; the questions themselves tell of the others.
    """
    rows = compared(session, target, file, source=source_of(upload.file_name, day))
    batch = batch_of(session, target, file, upload, rows, key=key, actor_id=actor_id, now=now)
    if file.media:
        media.link_import(session, batch, (row["data"] for row in rows))
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
    keep_rows(session, batch, [row for row in rows if row["problems"]])
    done(session, batch, target, counted(rows), actor_id=actor_id, now=now)
    return batch


def decide(session: Session, batch: Import, taken: Iterable[int]) -> None:
    """Note which of the doubtful rows are to be taken; all others are left out."""
    if not batch.counts["doubtful"]:
        return
    doubtful = (ImportRow.import_id == batch.id, ImportRow.outcome == RowOutcome.DOUBTFUL)
    session.execute(update(ImportRow).where(*doubtful).values(decision=None))
    chosen = sorted(set(taken))
    for start in range(0, len(chosen), 500):
        part = chosen[start : start + 500]
        session.execute(update(ImportRow).where(*doubtful, ImportRow.id.in_(part)).values(decision=TAKE))
    session.expire_all()


def still_refused(session: Session, batch: Import) -> bool:
    """Whether something of a preview would stay out: refused, or doubtful and not decided."""
    return bool(
        session.scalar(
            select(func.count())
            .select_from(ImportRow)
            .where(
                ImportRow.import_id == batch.id,
                ((ImportRow.outcome == RowOutcome.REFUSED) & ~_left_out())
                | ((ImportRow.outcome == RowOutcome.DOUBTFUL) & ImportRow.decision.is_(None)),
            )
        )
    )


def _left_out() -> ColumnElement[bool]:
    return func.coalesce(ImportRow.decision, "") == LEFT_OUT


@without_collecting()
def apply(
    session: Session, batch: Import, *, actor_id: int | None, reviewer: str, now: datetime, all_or_nothing: bool = False
) -> Mapping[str, int]:
    """Take in the good questions, or nothing at all where one is refused and all or nothing was asked.

    read = imported + duplicates + errors, always; what is held back counts as an error.
    """
    if batch.state is not ImportState.PREVIEW or "stage" in batch.options:
        raise Problem("bank.import_not_waiting")
    target = session.get_one(Bank, batch.bank_id)
    if target.deleted_at is not None:
        raise Problem("bank.not_found")
    rows = rows_of(session, batch, (RowOutcome.NEW, RowOutcome.DOUBTFUL))
    compare_again(session, target, rows, own=batch.id)
    settle_doubtful(rows)
    good = _with_their_passages(
        session, target, [row for row in rows if row.outcome in (RowOutcome.NEW, RowOutcome.CHANGED)]
    )
    session.flush()
    counts = counted_in(session, batch)
    aside = select(func.count()).select_from(ImportRow).where(ImportRow.import_id == batch.id, _left_out())
    if all_or_nothing and counts["errors"] > (session.scalar(aside) or 0):
        _hold_back(session, batch)
        counts = counted_in(session, batch)
    else:
        new = [row for row in good if row.outcome is RowOutcome.NEW]
        still_free(session, new, made_up=MADE_UP)
        store_new(session, target, [row.data for row in new], import_=batch,
                  reviewer=reviewer, actor_id=actor_id, now=now)  # fmt: skip
        for row in rows_of(session, batch, (RowOutcome.CHANGED,)):
            replace_answer(session, row, target, actor_id=actor_id, reviewer=reviewer, now=now)
    done(session, batch, target, counts, actor_id=actor_id, now=now)
    return counts


def _with_their_passages(session: Session, target: Bank, good: list[ImportRow]) -> list[ImportRow]:
    """The good questions but for those whose passage is neither among them nor in the bank."""
    members = [row for row in good if row.data.get("group")]
    if not members:
        return good
    uids = {row.data["uid"] for row in good}
    wanted = {row.data["group_identity"] for row in members}
    there = set(
        session.scalars(select(Question.identity).where(Question.bank_id == target.id, Question.identity.in_(wanted)))
    )
    for row in members:
        if row.data["group"] not in uids and row.data["group_identity"] not in there:
            row.outcome = RowOutcome.REFUSED
            told = Problem("bank.group_not_taken", place=Place(sheet=row.sheet, row=row.row))
            row.problems = [*row.problems, kept_problem(told)]
    return [row for row in good if row.outcome is not RowOutcome.REFUSED]


def compare_again(session: Session, target: Bank, rows: Sequence[ImportRow], *, own: int) -> None:
    """Since the preview others may have brought the same questions; those of the import `own` do not count."""
    waiting = [row for row in rows if row.outcome is RowOutcome.NEW]
    known = known_in(session, target, (row.data["identity"] for row in waiting), but=own)
    if not known:
        return
    found_in = origins(session, target)
    for row in waiting:
        found = known.get(row.data["identity"])
        if found is None:
            continue
        one = likest(found, row.data["body"])
        row.outcome, code = one.verdict(row.data["body"])
        told = Problem(code, place=Place(sheet=row.sheet, row=row.row), uid=one.uid,
                       known=found_in.get(one.import_id, (one.uid,)))  # fmt: skip
        row.problems = [*row.problems, kept_problem(told)]


def settle_doubtful(rows: Sequence[ImportRow]) -> int:
    """Doubtful rows that were chosen become good ones, and how many; of rows that contradict each other the first."""
    taken: set[str] = set()
    for row in rows:
        if row.outcome is not RowOutcome.DOUBTFUL or row.decision != TAKE or row.data["identity"] in taken:
            continue
        taken.add(row.data["identity"])
        row.outcome = RowOutcome.CHANGED if "stands" in row.data else RowOutcome.NEW
    return len(taken)


def replace_answer(
    session: Session, row: ImportRow, target: Bank, *, actor_id: int | None, reviewer: str, now: datetime
) -> None:
    """A question whose answer the file corrects gets a new version under its own uid."""
    question = session.get_one(Question, row.data["stands"]["question_id"])
    former = session.scalar(
        select(QuestionVersion).where(QuestionVersion.question_id == question.id, newest_kept())
    )  # fmt: skip
    row.object_kind, row.object_id = "question", question.id
    row.before = {"version_id": question.published_version_id}
    draft = draft_of_row(row.data)
    draft = replace(draft, uid=question.uid, body=with_keys_of(draft.body, former.body if former else {}))
    version = bank.store(session, target, draft, now=now, reviewer=reviewer, author_id=actor_id, review=target.review)
    if version is not None and former is not None and former.status in (Status.DRAFT, Status.REVIEW):
        row.before = {**row.before, "open_id": former.id, "open": former.status.value}
        former.status = Status.RETIRED  # as an edit overtakes a draft
    row.data = {**row.data, "version_id": version.id if version else None}


def _hold_back(session: Session, batch: Import) -> None:
    waiting = (ImportRow.import_id == batch.id, ImportRow.outcome.in_([RowOutcome.NEW, RowOutcome.CHANGED]))
    for row in session.scalars(select(ImportRow).where(*waiting)):
        row.outcome = RowOutcome.REFUSED
        row.problems = [_held_back(row.sheet, row.row), *row.problems]
    session.flush()


def _held_back(sheet: str, row: int) -> dict[str, Any]:
    return kept_problem(Problem("bank.held_back", place=Place(sheet=sheet, row=row)))


def done(
    session: Session, batch: Import, target: Bank, counts: Mapping[str, int], *, actor_id: int | None, now: datetime
) -> None:
    """Note that an import is finished; its file is kept only while something of it stayed out."""
    batch.counts = counts
    batch.state, batch.done_at = ImportState.DONE, now
    if not counts["errors"]:  # else the file is kept a while longer, to be given back with remarks
        session.execute(delete(ImportFile).where(ImportFile.import_id == batch.id))
    audit.record(session, "bank.imported", now=now, actor=actor_id, on=batch, unit_id=batch.unit_id,
                 file=batch.file_name, bank=target.name, counts=counts)  # fmt: skip
    session.flush()
