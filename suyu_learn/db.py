"""The database: engine, sessions, transactions, and the one way in which times are stored."""

from __future__ import annotations

import logging
import math
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

BUSY_SECONDS = 15
POOL_SIZE = 10
"""Connections that a process keeps: as many as it has threads, since making one costs more than an exam page."""
WRITING, READING = "BEGIN IMMEDIATE", "BEGIN"
"""How a transaction begins on SQLite."""
IDLE_SECONDS = 10
"""How long a pooled connection is trusted to be alive without asking."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC; SQLite gives naive times back, which are read as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A time without a zone cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Lane:
    """A lock that is granted in the order of arrival, so that no writer waits for ever under load."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    def acquire(self, timeout: float = -1) -> bool:
        """Wait for the turn; False when `timeout` seconds pass first."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            ticket = threading.Lock()
            ticket.acquire()
            self._waiting.append(ticket)
        if ticket.acquire(timeout=timeout):
            return True
        with self._guard:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                return False
        return True  # the turn came in the very moment the time ran out

    def release(self) -> None:
        """Pass the turn to who has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class Log:
    """The write-ahead log of SQLite, which one wait for the disk makes durable for all who have committed meanwhile.

    With `synchronous=full` SQLite waits within each commit, while nobody else can write. With `normal` a commit only
    hands its frames to the system, and the log is synced before a checkpoint alone: always consistent, but the last
    commits could be lost with the power (https://www.sqlite.org/pragma.html#pragma_synchronous). So whoever has
    committed waits here, out of the lane, for a sync that began afterwards, before anything is answered.
    """

    def __init__(self, database: str) -> None:
        self._path = f"{database}-wal"
        self._turn = threading.Condition()
        self._committed = self._durable = 0
        self._syncing = False

    def settle(self) -> None:
        """Return once everything that was committed before is on the disk."""
        with self._turn:
            self._committed += 1
            mine = self._committed
            while self._durable < mine:
                if self._syncing:
                    self._turn.wait()
                else:
                    self._sync_for_all()

    def _sync_for_all(self) -> None:
        """Sync for whoever has committed by now; others go on committing, and wait for the next."""
        self._syncing, until = True, self._committed
        self._turn.release()
        try:
            self._sync()
        finally:
            self._turn.acquire()
            self._syncing = False
            self._turn.notify_all()
        self._durable = until

    def _sync(self) -> None:
        try:
            log = os.open(self._path, os.O_RDWR)
        except FileNotFoundError:  # the last connection has been closed: all is in the database, and synced
            return
        try:
            getattr(os, "fdatasync", os.fsync)(log)
        finally:
            os.close(log)


class Database:
    """An engine with our transaction manners.

    A session either reads or writes. On SQLite a write takes the process's lane and then BEGIN IMMEDIATE,
    so that a transaction never fails half way because another writer came first. The next one begins while the former
    waits for the disk. A host's own engine gets no listeners; its settings are the host's.
    """

    def __init__(self, url: str = "", *, engine: Engine | None = None) -> None:
        self.owned = engine is None
        self.engine = engine if engine is not None else _make_engine(url)
        self.sqlite = self.engine.dialect.name == "sqlite"
        self._lane = Lane()
        file = self.engine.url.database if self.sqlite and self.owned else None
        self._log = Log(os.path.abspath(file)) if file and file != ":memory:" else None

    def settle(self) -> None:
        """Wait until what was committed is on the disk, where the database does not do so by itself."""
        if self._log is not None:
            self._log.settle()

    def open(self, *, write: bool) -> Transaction:
        """Begin a transaction; the caller commits or closes it."""
        return Transaction(self, write=write)

    @property
    def at_once(self) -> bool:
        """Whether there is `statement_by_statement`: not on a SQLite whose engine is a host's, with its own manners."""
        return self.owned or not self.sqlite

    @contextmanager
    def statement_by_statement(self) -> Iterator[Connection]:
        """A connection on which each statement is a transaction of its own, durable when the block has ended."""
        if not self.sqlite:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                yield connection
            return
        self.take_lane()
        try:
            with self.engine.connect().execution_options(suyu_begin="") as connection:
                yield connection
        finally:
            self.leave_lane()
        self.settle()

    def take_lane(self) -> None:
        """Wait for the turn to write on SQLite."""
        if not self._lane.acquire(timeout=4 * BUSY_SECONDS):
            raise TimeoutError("The database is busy: no turn to write came within a minute.")

    def leave_lane(self) -> None:
        """Let the next one write."""
        self._lane.release()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads."""
        transaction = self.open(write=False)
        try:
            yield transaction.session
        finally:
            transaction.close()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed at the end, or rolled back when an exception escapes."""
        transaction = self.open(write=True)
        try:
            yield transaction.session
            transaction.commit()
        finally:
            transaction.close()

    def dispose(self) -> None:
        """Close pooled connections of an engine that is ours."""
        if self.owned:
            self.engine.dispose()


class Transaction:
    """One connection from BEGIN to COMMIT or ROLLBACK, and a session on it for who asks for one."""

    def __init__(self, database: Database, *, write: bool) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._session: Session | None = None
        self._in_lane = False
        self.write = write
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        if self.write and self._database.sqlite:
            self._database.take_lane()
            self._in_lane = True
        self._connection = self._database.engine.connect()
        if self._database.sqlite:
            self._connection = self._connection.execution_options(suyu_begin=WRITING if self.write else READING)
            if self.write and not self._database.owned:
                self._connection.exec_driver_sql(WRITING)
        if self._session is not None:
            self._session.bind = self._connection

    @property
    def connection(self) -> Connection:
        """The connection itself, for the statements of the save path."""
        assert self._connection is not None  # nobody keeps a transaction that has ended
        return self._connection

    @property
    def session(self) -> Session:
        """The session of this transaction."""
        if self._session is None:
            self._session = _Session(bind=self._connection, expire_on_commit=False)
            self._session.info["read_only"] = not self.write
        return self._session

    def become_write(self) -> None:
        """Turn a reading transaction into a writing one; everything read so far is read anew."""
        if self.write:
            return
        self._end_reading()
        self.write = True
        if self._session is not None:
            self._session.expire_all()
            self._session.info["read_only"] = False
        if self._connection is not None:
            self._connection.close()
        self._begin()

    def commit(self) -> None:
        """Make it durable and leave the lane."""
        if self._session is not None:
            self._session.commit()
        if self._connection is not None and self._connection.in_transaction():
            self._connection.commit()
        self._leave()
        if self.write:
            self._database.settle()
        for call in self._session.info.pop("after_commit", ()) if self._session is not None else ():
            _call_safely(call)

    def close(self) -> None:
        """Roll back what was not committed and give the connection back."""
        if not self.write:
            if self._session is not None:
                self._session.expunge_all()  # a refused change is not asked again
            self._end_reading()
        if self._session is not None:
            self._session.close()
        self._leave()

    def _end_reading(self) -> None:
        """End what only read by COMMIT: at each ROLLBACK psycopg has the server forget all statements it has prepared.

        https://www.psycopg.org/psycopg3/docs/advanced/prepare.html
        """
        holder = self._session if self._session is not None else self._connection
        if holder is not None and holder.in_transaction():
            with suppress(SQLAlchemyError):  # a line that broke meanwhile; it is rolled back then
                holder.commit()

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._in_lane:
            self._in_lane = False
            self._database.leave_lane()


def upsert(session: Session, table: Any) -> Any:
    """An INSERT that knows ON CONFLICT, in the session's dialect."""
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return make(table)


def after_commit(session: Session, call: Callable[[], object]) -> None:
    """Have `call` called once the session's transaction is durable; never, if it is not."""
    session.info.setdefault("after_commit", []).append(call)


def _call_safely(call: Callable[[], object]) -> None:
    try:
        call()
    except Exception:
        logging.getLogger(__name__).exception("A receiver failed after the commit; what was committed stands.")


def _refuse_in_reading(session: Session, flush_context: Any, instances: Any) -> None:
    if session.info.get("read_only") and (session.new or session.dirty or session.deleted):
        changed = [type(row).__name__ for row in (*session.new, *session.dirty, *session.deleted)]
        raise RuntimeError(
            f"A reading request tried to change {', '.join(sorted(set(changed)))}: mark its view as writing."
        )


class _Session(Session):
    """A session that knows whether it may write."""


event.listen(_Session, "before_flush", _refuse_in_reading)


def _checked_after_idling(engine: Engine) -> Engine:
    """Ask a pooled connection whether it still lives only when it was idle for long; asking every time costs a
    round trip a request. https://docs.sqlalchemy.org/en/20/core/pooling.html#custom-legacy-pessimistic-ping"""

    @event.listens_for(engine, "checkin")
    def remember(_connection: Any, record: Any) -> None:
        record.info["suyu_idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("suyu_idle_since", math.inf) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception as gone:
            raise DisconnectionError from gone

    return engine


def _server_engine(url: str) -> Engine:
    """An engine for a database server; with psycopg, one that writes many rows by one statement and describes no
    columns that nobody asks about.

    psycopg makes an object for each column of each result, and SQLAlchemy looks at them only when it runs a statement
    for the first time: 146 objects to start an exam, 19 for each answer. Rows by one statement instead of one each: see
    https://docs.sqlalchemy.org/en/20/core/connections.html#insert-many-values-behavior-for-insert-statements
    """
    if make_url(url).get_driver_name() != "psycopg":
        return create_engine(url, pool_size=POOL_SIZE)
    from psycopg import Column, Cursor

    class Unhurried(Cursor[Any]):
        """A cursor whose description is made when somebody looks at it."""

        @property
        def description(self) -> Any:
            result = self.pgresult
            return _Columns(self, result.nfields) if result is not None and result.nfields else None

    class _Columns(Sequence[Column]):
        def __init__(self, cursor: Unhurried, number: int) -> None:
            self._cursor, self._number = cursor, number

        def __len__(self) -> int:
            return self._number

        def __getitem__(self, place: Any) -> Any:
            if isinstance(place, slice):
                return [Column(self._cursor, at) for at in range(*place.indices(self._number))]
            if not -self._number <= place < self._number:
                raise IndexError(place)
            return Column(self._cursor, place % self._number)

    engine = create_engine(url, pool_size=POOL_SIZE, connect_args={"cursor_factory": Unhurried})
    engine.dialect.use_insertmanyvalues_wo_returning = True
    return engine


def _make_engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return _checked_after_idling(_server_engine(url))
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def tune(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=wal", "foreign_keys=on", "synchronous=normal"):
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        how = connection.get_execution_options().get("suyu_begin", WRITING)
        if how:
            connection.exec_driver_sql(how)

    return engine
