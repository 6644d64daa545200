"""What came in from a file: the batch, each of its rows, and what it would take to undo them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from suyu_learn.db import UtcDateTime
from suyu_learn.models.base import Base, Id, JsonColumn, JsonValue, Moment, Name, Short, choice


class ImportState(StrEnum):
    PREVIEW = "preview"
    DONE = "done"
    UNDONE = "undone"


class RowOutcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DUPLICATE = "duplicate"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"


class Import(Base):
    """One file or pack that came in, with its counts and settings."""

    __tablename__ = "suyu_import"

    id: Mapped[Id]
    key: Mapped[Short] = mapped_column(unique=True)
    kind: Mapped[Short]  # roster, bank, pack
    state: Mapped[ImportState] = mapped_column(choice(ImportState, "state"), default=ImportState.PREVIEW)
    file_name: Mapped[Name]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(Integer)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id", use_alter=True), index=True)
    bank_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_bank.id", use_alter=True), index=True)
    options: Mapped[JsonValue] = mapped_column(default=dict)
    counts: Mapped[JsonValue] = mapped_column(default=dict)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id", use_alter=True), index=True)
    created_at: Mapped[Moment]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id", use_alter=True))


class ImportFile(Base):
    """The file itself, kept while its import waits in preview."""

    __tablename__ = "suyu_import_file"

    import_id: Mapped[int] = mapped_column(ForeignKey("suyu_import.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportMedia(Base):
    """Which media came with an import; until its questions are stored, who may see the import may see them."""

    __tablename__ = "suyu_import_media"

    import_id: Mapped[int] = mapped_column(ForeignKey("suyu_import.id"), primary_key=True)
    media_id: Mapped[int] = mapped_column(ForeignKey("suyu_media.id"), primary_key=True, index=True)


class ColumnMap(Base):
    """What a person said the columns of a table mean; `signature` is the sha256 of its headings in their order."""

    __tablename__ = "suyu_column_map"
    __table_args__ = (UniqueConstraint("person_id", "signature"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"))
    signature: Mapped[str] = mapped_column(String(64))
    columns: Mapped[JsonValue]
    used_at: Mapped[Moment]


class ImportRow(Base):
    """One row or question of a file: what it said, what became of it, and what was there before."""

    __tablename__ = "suyu_import_row"
    __table_args__ = (UniqueConstraint("import_id", "sheet", "row"),)

    id: Mapped[Id]
    import_id: Mapped[int] = mapped_column(ForeignKey("suyu_import.id"), index=True)
    sheet: Mapped[Name] = mapped_column(default="")
    row: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[RowOutcome] = mapped_column(choice(RowOutcome, "outcome"))
    data: Mapped[JsonValue] = mapped_column(default=dict)
    problems: Mapped[JsonValue] = mapped_column(default=list)
    decision: Mapped[str | None] = mapped_column(String(64))
    object_kind: Mapped[str | None] = mapped_column(String(32))
    object_id: Mapped[int | None] = mapped_column(Integer)
    before: Mapped[object | None] = mapped_column(JsonColumn)
