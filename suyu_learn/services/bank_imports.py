"""Questions from a file into a bank: looked at first, then taken in, and taken back as one while nothing uses them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import BankFile, Refused
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Bank,
    Import,
    ImportFile,
    ImportMedia,
    ImportRow,
    ImportState,
    Person,
    Question,
    QuestionVersion,
    RowOutcome,
    Status,
)
from suyu_learn.models.base import new_key
from suyu_learn.services import bank_contents, media
from suyu_learn.services.bank_comparing import compare_with_bank, compare_within, place_warnings
from suyu_learn.services.bank_import_rows import (
    in_file_order,
    kept_problem,
    problem_kept,
    rows_of_drafts,
    rows_of_refused,
    with_places_of_their_own,
)
from suyu_learn.services.bank_uids import give_free_uids
from suyu_learn.services.bulk import without_collecting

KIND = "bank"
PREVIEW_KEPT = timedelta(days=7)
TAKE = "take"
"""The decision to take in a doubtful row."""
LEFT_OUT = "left_out"
"""The decision that a row is to stay out, whatever it says."""
ARRIVING = "arriving"
"""The option of a preview whose rows are still being stored."""
BY_HAND = "importer"
MADE_UP = "imp-"
"""How the uids of questions begin that had none in their file."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its name and its bytes."""

    file_name: str
    content: bytes
    form: str = ""
    """The code of the format in which it is read."""
    encoding: str = ""
    """What a person said of its characters; empty lets the format find out."""
    columns: Mapping[str, Any] = field(default_factory=dict)
    """What a person said of a table's columns; see `TableFormat.look`."""
    remembered: bool = False
    """Whether that was said of another file with the same headings."""
    lesson_id: int = 0
    """The lesson for which somebody brings questions of their own; 0 for none."""

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


def uid_prefix(key: str) -> str:
    """What the uids of an import's questions begin with; they last, whatever the file is called or counts."""
    return f"{MADE_UP}{key}"


def readable_uid(uid: str) -> str:
    """The uid, or nothing where an import or the editor made it up: it tells people nothing."""
    return "" if uid.startswith((MADE_UP, "own-")) else uid


def new_import_key() -> str:
    """The key of an import to come, so that a file can be read before anything is written."""
    return new_key()


def unreadable(problem: Problem) -> BankFile:
    """What stands for a file that cannot be read at all: one question read, one refused."""
    return BankFile((), (Refused(problem.place, (problem,)),))


def source_of(file_name: str, day: str) -> str:
    """The source of questions that name none; `is_a_file` in the domain knows it again."""
    return f"{file_name[:150]}, {day}"


@without_collecting()
def take_up(
    session: Session, target: Bank, file: BankFile, upload: Upload, *, key: str, actor_id: int | None, day: str,
    now: datetime,
) -> Import:  # fmt: skip
    """Keep what a file says as a preview: each question new, duplicate, doubtful or refused.

    `day` is the date as it stands in the source of questions that name none.
    """
    rows = compared(session, target, file, source=source_of(upload.file_name, day))
    batch = announce(session, target, file, upload, rows, key=key, actor_id=actor_id, now=now)
    keep_rows(session, batch, rows)
    arrived(session, batch, file, rows)
    return batch


def is_kept(session: Session, batch: Import) -> bool:
    """Whether the file itself is still there."""
    return session.scalar(select(ImportFile.import_id).where(ImportFile.import_id == batch.id)) is not None


def kept_upload(session: Session, batch: Import) -> Upload | None:
    """The file of an import as it came, as long as it is kept."""
    file = session.get(ImportFile, batch.id)
    if file is None:
        return None
    told = batch.options
    return Upload(batch.file_name, file.content, told.get("form", ""), told.get("encoding", ""),
                  told.get("columns", {}), told.get("remembered", False), told.get("lesson", 0))  # fmt: skip


def announce(
    session: Session, target: Bank, file: BankFile, upload: Upload, rows: Sequence[Mapping[str, Any]], *, key: str,
    actor_id: int | None, now: datetime, columns_open: bool = False,
) -> Import:  # fmt: skip
    """Note a preview whose rows come in the next transactions (`keep_rows`); until `arrived` nobody finds it.

    With `columns_open` a person is asked first what its columns are.
    """
    _forget_old_previews(session, actor_id, now=now)
    batch = batch_of(session, target, file, upload, rows, key=key, actor_id=actor_id, now=now)
    session.add(ImportFile(import_id=batch.id, content=upload.content))
    batch.options = {**batch.options, ARRIVING: True, **({"columns_open": True} if columns_open else {})}
    session.flush()
    return batch


def begin_anew(batch: Import, file: BankFile, upload: Upload, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note that the rows of a preview are about to be replaced, since its file was read in another way."""
    if ARRIVING in batch.options:
        raise Problem("bank.import_arriving")
    if batch.state is not ImportState.PREVIEW or "stage" in batch.options:
        raise Problem("bank.import_not_waiting")
    batch.options = {**_options(file, upload, rows), ARRIVING: True}
    batch.counts = counted(rows)


def forget_rows(session: Session, batch: Import, *, most: int) -> bool:
    """Delete some rows of an import; whether there are more."""
    session.flush()
    some = session.scalars(select(ImportRow.id).where(ImportRow.import_id == batch.id).limit(most)).all()
    if some:
        session.execute(delete(ImportRow).where(ImportRow.id.in_(some)).execution_options(synchronize_session=False))
    return len(some) == most


def arrived(session: Session, batch: Import, file: BankFile, rows: Sequence[Mapping[str, Any]]) -> None:
    """All rows of a preview are there: from now on it can be looked at."""
    if file.media:
        media.link_import(session, batch, (row["data"] for row in rows))
    batch.options = {name: value for name, value in batch.options.items() if name != ARRIVING}
    session.flush()


def compared(session: Session, target: Bank, file: BankFile, *, source: str) -> list[dict[str, Any]]:
    """The rows of a file, each with its outcome by what else is in the file and in the bank."""
    if target.pack is not None:
        raise Problem("bank.pack_only", name=target.name)
    made = rows_of_drafts(file.items, source=source)
    rows = [row for row in made if row["outcome"] is not RowOutcome.REFUSED]
    compare_within(rows)
    compare_with_bank(session, target, rows)
    refused = rows_of_refused(file.errors, file.items)
    give_free_uids(session, rows, refused, made_up=MADE_UP)
    place_warnings(rows, file.warnings)
    rows += [row for row in made if row["outcome"] is RowOutcome.REFUSED]
    rows += refused
    return with_places_of_their_own(in_file_order(rows))


def batch_of(
    session: Session, target: Bank, file: BankFile, upload: Upload, rows: Sequence[Mapping[str, Any]], *, key: str,
    actor_id: int | None, now: datetime,
) -> Import:  # fmt: skip
    """Note an import whose file is read."""
    batch = Import(
        key=key, kind=KIND, file_name=upload.file_name[-200:], sha256=upload.sha256, size=len(upload.content),
        unit_id=target.unit_id, bank_id=target.id, actor_id=actor_id, created_at=now,
        options=_options(file, upload, rows), counts=counted(rows),
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def _options(file: BankFile, upload: Upload, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    placed = {(row["sheet"], row["row"]) for row in rows}
    general = [one for one in file.warnings if one.place.row is None or (one.place.sheet, one.place.row) not in placed]
    return {
        "losses": [kept_problem(loss) for loss in file.losses],
        "warnings": [kept_problem(warning) for warning in general],
        "form": upload.form,
        "encoding": upload.encoding,
        "grouped": any(row["data"].get("group") for row in rows),
        **({"columns": dict(upload.columns), "remembered": upload.remembered} if upload.columns else {}),
        **({"lesson": upload.lesson_id} if upload.lesson_id else {}),
    }


def keep_rows(session: Session, batch: Import, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store the rows of an import."""
    if rows:
        session.execute(insert(ImportRow.__table__), [{"import_id": batch.id, **row} for row in rows])  # type: ignore[arg-type]


def seen_before(session: Session, batch: Import) -> Import | None:
    """The latest import of exactly this file that is in a bank now."""
    return session.scalar(
        select(Import)
        .where(Import.sha256 == batch.sha256, Import.kind == KIND, Import.state == ImportState.DONE,
               Import.id != batch.id)
        .order_by(Import.id.desc()).limit(1)
    )  # fmt: skip


def find(session: Session, person: Person, key: str, *, change: bool = False) -> tuple[Import, bank_contents.BankSeen]:
    """An import and its bank; raises Problem when there is none in a bank that the person keeps.

    Who may only look into the bank sees no import. With `change` it is held, so that of two changes at the same time
    the second one finds what the first has left.
    """
    wanted = select(Import).where(Import.key == key, Import.kind == KIND)
    if change and not session.info.get("read_only"):
        wanted = wanted.with_for_update(of=Import).execution_options(populate_existing=True)
    batch = session.scalar(wanted)
    if batch is None or batch.bank_id is None:
        raise Problem("bank.import_unknown")
    if ARRIVING in batch.options:
        raise Problem("bank.import_arriving")
    seen = bank_contents.get_bank(session, person, batch.bank_id, counted=False)
    if not seen.may_change:
        raise Problem("page.refused")
    return batch, seen


def by_key(session: Session, key: str) -> Import:
    """The import of a key that is known to be there; held like that of `find` where the session may write."""
    wanted = select(Import).where(Import.key == key, Import.kind == KIND)
    if not session.info.get("read_only"):
        wanted = wanted.with_for_update(of=Import).execution_options(populate_existing=True)
    return session.execute(wanted).scalar_one()


def rows_of(
    session: Session, batch: Import, outcomes: Iterable[RowOutcome], *, decision: str | None = None, offset: int = 0,
    limit: int | None = None,
) -> Sequence[ImportRow]:  # fmt: skip
    """The rows of an import with one of the outcomes, in the order of the file; with a `decision`, only of that."""
    decided = (func.coalesce(ImportRow.decision, "") == decision,) if decision is not None else ()
    return session.scalars(
        select(ImportRow).where(ImportRow.import_id == batch.id, ImportRow.outcome.in_(list(outcomes)), *decided)
        .order_by(ImportRow.id).offset(offset).limit(limit)
    ).all()  # fmt: skip


def numbers_of(session: Session, batch: Import, rows: Iterable[ImportRow]) -> Mapping[int, int]:
    """The place of each row among all of its import, counted from 1 in the order of the file, by the row's id."""
    wanted = {row.id for row in rows}
    if not wanted:
        return {}
    place = func.row_number().over(order_by=ImportRow.id).label("place")
    placed = select(ImportRow.id, place).where(ImportRow.import_id == batch.id).subquery()
    return dict(session.execute(select(placed.c.id, placed.c.place).where(placed.c.id.in_(wanted))).all())


def problems_of(row: ImportRow) -> list[Problem]:
    """What is wrong with a row, or was noted of it."""
    return [problem_kept(kept) for kept in row.problems]


def noted(batch: Import, name: str) -> list[Problem]:
    """The `warnings` or `losses` of the file as a whole."""
    return [problem_kept(kept) for kept in batch.options.get(name, ())]


def discard(session: Session, batch: Import) -> None:
    """Forget a preview."""
    if "stage" in batch.options:
        raise Problem("bank.import_under_way")
    if batch.state is not ImportState.PREVIEW:
        raise Problem("bank.import_not_waiting")
    _delete(session, [batch.id])


def counted(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many of the rows come to what."""
    counts = dict.fromkeys(RowOutcome, 0)
    for row in rows:
        counts[row["outcome"]] += 1
    return summed(counts)


def tally(session: Session, batch: Import) -> dict[RowOutcome, int]:
    """How many rows of an import have each outcome."""
    counts = dict.fromkeys(RowOutcome, 0)
    counted = select(ImportRow.outcome, func.count()).where(ImportRow.import_id == batch.id)
    counts.update(session.execute(counted.group_by(ImportRow.outcome)).all())
    return counts


def warned_in(session: Session, batch: Import) -> list[Problem]:
    """What was noted of questions that come in, or came in, in the order of the file."""
    kept = session.scalars(
        select(ImportRow.problems)
        .where(ImportRow.import_id == batch.id, ImportRow.outcome.in_([RowOutcome.NEW, RowOutcome.CHANGED]),
               ImportRow.problems[0]["code"].as_string().is_not(None))
        .order_by(ImportRow.id)
    )  # fmt: skip
    return [problem_kept(one) for problems in kept for one in problems]


def known_in(session: Session, batch: Import, outcome: RowOutcome = RowOutcome.DUPLICATE) -> int:
    """How many of the file's questions are in the bank already, and pass by unasked or with another outcome."""
    own = (ImportRow.import_id == batch.id, ImportRow.outcome == outcome)
    counted_ = select(func.count()).where(*own, ImportRow.data["stands"]["uid"].as_string().is_not(None))
    return session.scalar(counted_.select_from(ImportRow)) or 0


def waiting_in(session: Session, batch: Import) -> int:
    """How many questions that came in with an import wait for review."""
    counted_ = (
        select(func.count()).select_from(Question)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(Question.import_id == batch.id, QuestionVersion.status == Status.REVIEW)
    )  # fmt: skip
    return session.scalar(counted_) or 0


def refused_in(session: Session, batch: Import) -> int:
    """How many rows are refused, those not counted that a person left out."""
    own = (ImportRow.import_id == batch.id, ImportRow.outcome == RowOutcome.REFUSED)
    counted_ = select(func.count()).where(*own, func.coalesce(ImportRow.decision, "") != LEFT_OUT)
    return session.scalar(counted_.select_from(ImportRow)) or 0


def counted_in(session: Session, batch: Import) -> dict[str, int]:
    """How many of the stored rows come to what."""
    return summed(tally(session, batch))


def summed(counts: Mapping[RowOutcome, int]) -> dict[str, int]:
    """The sums that are told: read = imported + duplicates + errors."""
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
    finished = select(Import.id).where(Import.kind == KIND, Import.state != ImportState.PREVIEW,
                                       Import.created_at < now - PREVIEW_KEPT)  # fmt: skip
    session.execute(delete(ImportFile).where(ImportFile.import_id.in_(finished)))


def _delete(session: Session, import_ids: Sequence[int]) -> None:
    if import_ids:
        for table in (ImportFile, ImportMedia):
            session.execute(delete(table).where(table.import_id.in_(import_ids)))
        session.execute(delete(ImportRow).where(ImportRow.import_id.in_(import_ids)))
        session.execute(delete(Import).where(Import.id.in_(import_ids)))
        session.expire_all()
