"""One zip file with everything: the rows of our tables as JSON lines, media, scans, and the secrets of the instance.

The same form for every database, so a backup of SQLite can be restored into PostgreSQL and the other way round.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Date, LargeBinary, Table, func, inspect, literal, select
from sqlalchemy import Enum as Choice
from sqlalchemy.orm import Session

from suyu_learn.db import UtcDateTime
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Base
from suyu_learn.models.base import Exact

FORMAT = 1
MANIFEST = "manifest.json"
VERSION_TABLE = "suyu_alembic_version"
SECRETS = ("secret_key",)
MEDIA = "media"
SCANS = "scans"
"""Photos and pdfs of papers."""
BATCH = 1000
PIECE = 2**20
MOST_MANIFEST = 2**27


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the backup: its hash, its size, and how many rows it holds if it is a table."""

    name: str
    sha256: str
    size: int
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    version: str
    revision: str
    made_at: str
    database: str
    members: tuple[Member, ...]

    @property
    def rows(self) -> int:
        """All rows together."""
        return sum(one.rows or 0 for one in self.members)


def revision_of(connection: Connection) -> str:
    """The form of the tables; raises Problem when there are none yet."""
    from alembic.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    found = context.get_current_revision()
    if found is None:
        raise Problem("backup.not_prepared")
    return found


def write(session: Session, stream: IO[bytes], *, instance: Path, version: str, now: datetime) -> Manifest:
    """Write the backup; the session's transaction sees one moment of the database."""
    connection = session.connection()
    members = []
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in _tables():
            members.append(_write_table(connection, archive, table))
        for path in _files(instance):
            name = f"files/{path.relative_to(instance).as_posix()}"
            members.append(_write_member(archive, name, _pieces(path)))
        made = Manifest(version, revision_of(connection), now.isoformat(), connection.dialect.name, tuple(members))
        archive.writestr(MANIFEST, json.dumps(_as_json(made), ensure_ascii=False, indent=1))
    return made


def one_moment(session: Session) -> None:
    """Have everything that the session reads belong to one moment; call it before anything is read."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _tables() -> list[Table]:
    return [Base.metadata.tables[name] for name in sorted(Base.metadata.tables)]


def _files(instance: Path) -> Iterator[Path]:
    """Secrets, media and scans; links are not followed."""
    for name in SECRETS:
        if (instance / name).is_file() and not (instance / name).is_symlink():
            yield instance / name
    for top in (MEDIA, SCANS):
        for folder, folders, names in os.walk(instance / top):
            folders.sort()
            for name in sorted(names):
                path = Path(folder) / name
                if path.is_file() and not path.is_symlink():
                    yield path


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while piece := source.read(PIECE):
            yield piece


def _write_table(connection: Connection, archive: zipfile.ZipFile, table: Table) -> Member:
    rows = 0

    def lines() -> Iterator[bytes]:
        nonlocal rows
        names = [column.name for column in table.columns]
        yield _line(names)
        key = list(table.primary_key.columns)
        found = connection.execution_options(yield_per=BATCH).execute(select(table).order_by(*key))
        for batch in found.partitions():
            rows += len(batch)
            yield b"".join(_line([_plain(value) for value in row]) for row in batch)

    member = _write_member(archive, f"tables/{table.name}.jsonl", lines())
    return Member(member.name, member.sha256, member.size, rows)


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _write_member(archive: zipfile.ZipFile, name: str, pieces: Iterator[bytes]) -> Member:
    digest, size = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as target:
        for piece in pieces:
            target.write(piece)
            digest.update(piece)
            size += len(piece)
    return Member(name, digest.hexdigest(), size)


def _plain(value: Any) -> Any:
    """A value as JSON has it; the column's type says what it was."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def read_manifest(archive: zipfile.ZipFile, *, name: str) -> Manifest:
    """What the backup says of itself; raises Problem for what is no backup of ours."""
    try:
        if archive.getinfo(MANIFEST).file_size > MOST_MANIFEST:
            raise Problem("backup.not_a_backup", name=name)
        said: Mapping[str, Any] = json.loads(archive.read(MANIFEST))
        if said["format"] != FORMAT:
            raise Problem("backup.not_a_backup", name=name)
        members = tuple(Member(one["name"], one["sha256"], one["size"], one.get("rows")) for one in said["members"])
        return Manifest(said["version"], said["revision"], said["made_at"], said["database"], members)
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile):
        raise Problem("backup.not_a_backup", name=name) from None


def _as_json(made: Manifest) -> dict[str, Any]:
    members = [
        {"name": one.name, "sha256": one.sha256, "size": one.size} | ({} if one.rows is None else {"rows": one.rows})
        for one in made.members
    ]
    return {
        "format": FORMAT, "version": made.version, "revision": made.revision, "made_at": made.made_at,
        "database": made.database, "members": members,
    }  # fmt: skip


@contextlib.contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip file of a backup."""
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise Problem("backup.not_a_backup", name=path.name) from None
    with archive:
        yield archive


def verify(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Raise Problem unless the file holds exactly what the manifest says, and only names that a backup can have."""
    listed = {one.name: one for one in manifest.members}
    names = archive.namelist()
    for name in [*names, *listed]:
        if name != MANIFEST and not _is_ours(name):
            raise Problem("backup.bad_name", name=name)
    if len(set(names)) != len(names) or len(listed) != len(manifest.members) or set(names) != {MANIFEST, *listed}:
        raise Problem("backup.damaged", name=MANIFEST)
    for member in manifest.members:
        digest, size, lines = hashlib.sha256(), 0, 0
        try:
            with archive.open(member.name) as stream:
                while piece := stream.read(PIECE):
                    digest.update(piece)
                    size += len(piece)
                    lines += piece.count(b"\n")
                    if size > member.size:
                        break
        except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
            raise Problem("backup.damaged", name=member.name) from error
        expected = lines - 1 if member.rows is not None else None
        if (digest.hexdigest(), size, expected) != (member.sha256, member.size, member.rows):
            raise Problem("backup.damaged", name=member.name)


def _is_ours(name: str) -> bool:
    """Whether a name is one that a backup gives: a table of ours, a secret, or a plain path below media or scans."""
    if "\\" in name or "\0" in name or ":" in name:
        return False
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts):
        return False
    if parts[0] == "tables":
        return len(parts) == 2 and parts[1].removesuffix(".jsonl") in Base.metadata.tables and "." in parts[1]
    return parts[0] == "files" and (
        parts[1:] in ([one] for one in SECRETS) or (parts[1] in (MEDIA, SCANS) and len(parts) > 2)
    )


def refuse_filled(session: Session) -> None:
    """Raise Problem when one of our tables holds anything; tables that are not there yet are empty."""
    connection = session.connection()
    there = set(inspect(connection).get_table_names())
    filled = [
        table.name
        for table in _tables()
        if table.name in there and connection.scalar(select(literal(1)).select_from(table).limit(1)) is not None
    ]
    if filled:
        raise Problem("backup.not_empty", tables=filled)


def restore_rows(session: Session, archive: zipfile.ZipFile, manifest: Manifest, *, replace: bool) -> None:
    """Put the rows back within one transaction; a target that holds anything is refused unless `replace`."""
    connection = session.connection()
    ours = revision_of(connection)
    if manifest.revision != ours:
        raise Problem("backup.other_version", version=manifest.version, theirs=manifest.revision, ours=ours)
    if not replace:
        refuse_filled(session)
    with _keys_checked_at_the_end(connection):
        for table in _tables():
            connection.execute(table.delete())
        for member in manifest.members:
            if member.rows is not None:
                _restore_table(connection, archive, member)
    _set_sequences(connection)


def _restore_table(connection: Connection, archive: zipfile.ZipFile, member: Member) -> None:
    table = Base.metadata.tables[member.name.removeprefix("tables/").removesuffix(".jsonl")]
    with archive.open(member.name) as stream:
        columns = [table.columns[name] for name in json.loads(stream.readline())]
        read = [_reader(column.type) for column in columns]
        names = [column.name for column in columns]
        batch: list[dict[str, Any]] = []
        for line in stream:
            values = json.loads(line)
            batch.append({name: get(value) for name, get, value in zip(names, read, values, strict=True)})
            if len(batch) == BATCH:
                connection.execute(table.insert(), batch)
                batch = []
        if batch:
            connection.execute(table.insert(), batch)


def _reader(kind: Any) -> Any:
    """How a value of a column comes back from JSON."""
    if isinstance(kind, UtcDateTime):
        return lambda value: None if value is None else datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return lambda value: None if value is None else date.fromisoformat(value)
    if isinstance(kind, Exact):
        return lambda value: None if value is None else Decimal(value)
    if isinstance(kind, LargeBinary):
        return lambda value: None if value is None else base64.b64decode(value)
    if isinstance(kind, Choice) and kind.enum_class is not None:
        return lambda value: None if value is None else kind.enum_class(value)
    return lambda value: value


@contextlib.contextmanager
def _keys_checked_at_the_end(connection: Connection) -> Iterator[None]:
    """Tables point at each other in circles: within this, keys are checked only when all rows are in."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=on")
        yield
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise Problem("backup.damaged", name=str(broken[0]))
        return
    quote = connection.dialect.identifier_preparer.quote
    inspector = inspect(connection)
    keys = [(table.name, str(key["name"])) for table in _tables() for key in inspector.get_foreign_keys(table.name)]
    for table, key in keys:
        connection.exec_driver_sql(
            f"ALTER TABLE {quote(table)} ALTER CONSTRAINT {quote(key)} DEFERRABLE INITIALLY DEFERRED"
        )
    yield
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table, key in keys:
        connection.exec_driver_sql(f"ALTER TABLE {quote(table)} ALTER CONSTRAINT {quote(key)} NOT DEFERRABLE")


def _set_sequences(connection: Connection) -> None:
    """Let PostgreSQL count on from the largest number of each table; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in _tables():
        column = table.autoincrement_column
        if column is None:
            continue
        sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
        if sequence is not None:
            largest = connection.scalar(select(func.max(column)))
            connection.execute(select(func.setval(sequence, largest or 1, largest is not None)))


def restore_files(archive: zipfile.ZipFile, manifest: Manifest, *, instance: Path) -> int:
    """Put media and secrets back; each file is complete before it gets its name. How many."""
    root = instance.resolve()
    count = 0
    for member in manifest.members:
        if member.rows is not None:
            continue
        target = root / member.name.removeprefix("files/")
        if not target.parent.resolve().is_relative_to(root):
            raise Problem("backup.bad_name", name=member.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f".{target.name}.restored")
        fresh.unlink(missing_ok=True)
        secret = target.parent == root
        with (
            archive.open(member.name) as source,
            open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644), "wb") as stream,
        ):
            while piece := source.read(PIECE):
                stream.write(piece)
        os.replace(fresh, target)
        count += 1
    return count
