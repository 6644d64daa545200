"""The manners of the database: one writer at a time, in the order of arrival, and nothing half done."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from suyu_learn.db import Database, Lane, Log, after_commit
from suyu_learn.models import Audience, FailedSignIn


def _names(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Audience.name).order_by(Audience.code)))


def test_read_then_write_loses_nothing_between_threads(database: Database) -> None:
    with database.writing() as session:
        session.add(Audience(code="count", name="0"))

    def increment() -> None:
        for _ in range(20):
            with database.writing() as session:
                row = session.get(Audience, "count", with_for_update=True)
                row.name = str(int(row.name) + 1)

    threads = [threading.Thread(target=increment) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _names(database) == ["160"]


def test_an_exception_undoes_everything(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        session.add(Audience(code="gone", name="gone"))
        session.flush()
        _ = 1 / 0
    assert _names(database) == []


def test_a_reading_session_refuses_changes(database: Database) -> None:
    with pytest.raises(RuntimeError, match="mark its view as writing"), database.reading() as session:
        session.add(Audience(code="no", name="no"))
        session.flush()


def test_reading_can_become_writing(database: Database) -> None:
    transaction = database.open(write=False)
    assert transaction.session.scalar(select(Audience.name)) is None
    transaction.become_write()
    transaction.session.add(Audience(code="yes", name="yes"))
    transaction.commit()
    transaction.close()
    assert _names(database) == ["yes"]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_reading_leaves_what_the_server_has_prepared(database: Database) -> None:
    for _ in range(10):
        _names(database)
    with database.reading() as session:
        prepared = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("suyu_audience" in one for one in prepared)


def test_a_line_that_broke_in_reading_is_no_second_fault(database: Database) -> None:
    with pytest.raises(DBAPIError, match="nothing_of_the_kind"), database.reading() as session:
        session.execute(text("SELECT * FROM nothing_of_the_kind"))
    assert _names(database) == []


def test_calls_after_the_commit_come_after_it_and_cannot_spoil_it(database: Database) -> None:
    seen: list[list[str]] = []

    def fail() -> None:
        raise ZeroDivisionError

    with database.writing() as session:
        session.add(Audience(code="a", name="a"))
        after_commit(session, fail)
        after_commit(session, lambda: seen.append(_names(database)))
        assert seen == []
    assert seen == [["a"]]


def test_no_call_without_a_commit(database: Database) -> None:
    seen: list[int] = []
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        after_commit(session, lambda: seen.append(1))
        _ = 1 / 0
    assert seen == []


def test_times_come_back_aware_in_utc(database: Database) -> None:
    moment = datetime(2026, 1, 2, 8, 0, tzinfo=timezone(timedelta(hours=8)))
    with database.writing() as session:
        session.add(FailedSignIn(subject="x", last_at=moment))
    with database.reading() as session:
        found = session.scalars(select(FailedSignIn.last_at)).one()
    assert found == moment
    assert found.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="without a zone"), database.writing() as session:
        session.add(FailedSignIn(subject="x", last_at=datetime(2026, 1, 2)))


def test_the_lane_is_fair() -> None:
    lane = Lane()
    lane.acquire()
    order: list[int] = []

    def wait(number: int) -> None:
        lane.acquire()
        order.append(number)
        lane.release()

    threads = []
    for number in range(5):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        while len(lane._waiting) <= number:
            time.sleep(0.001)
    lane.release()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_who_gives_up_waiting_does_not_hold_the_lane() -> None:
    lane = Lane()
    lane.acquire()
    assert not lane.acquire(timeout=0.01)
    lane.release()
    assert lane.acquire(timeout=0.01)


def test_sqlite_is_durable_and_checks_foreign_keys(sqlite_database: str) -> None:
    database = Database(sqlite_database)
    with database.reading() as session:
        pragmas = {
            name: session.scalar(text(f"pragma {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    database.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1}


def test_one_wait_for_the_disk_serves_all_who_committed_before(
    sqlite_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(sqlite_database)
    began: list[set[str]] = []

    def slow_sync(_log: Log) -> None:
        began.append(set(_names(database)))
        time.sleep(0.1)

    monkeypatch.setattr(Log, "_sync", slow_sync)
    late: list[str] = []

    def write(code: str) -> None:
        before = len(began)
        with database.writing() as session:
            session.add(Audience(code=code, name=code))
        if not any(code in seen for seen in began[before:]):
            late.append(code)

    threads = [threading.Thread(target=write, args=(f"a{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.dispose()
    assert late == []
    assert len(began) < len(threads)


def test_a_commit_that_does_not_reach_the_disk_is_not_acknowledged(
    sqlite_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(sqlite_database)
    told: list[str] = []
    with monkeypatch.context() as broken:
        broken.setattr(Log, "_sync", lambda _log: (_ for _ in ()).throw(OSError("the disk is gone")))
        with pytest.raises(OSError, match="the disk is gone"), database.writing() as session:
            session.add(Audience(code="a", name="a"))
            after_commit(session, lambda: told.append("a"))
    assert told == []
    with database.writing() as session:
        session.add(Audience(code="b", name="b"))
        after_commit(session, lambda: told.append("b"))
    database.dispose()
    assert told == ["b"]


def test_an_engine_of_the_host_gets_no_listeners(sqlite_database: str) -> None:
    engine = create_engine(sqlite_database)
    database = Database(engine=engine)
    with database.writing() as session:
        session.add(Audience(code="a", name="a"))
    assert _names(database) == ["a"]
    assert not engine.dispatch.begin
    assert not engine.pool.dispatch.connect or len(list(engine.pool.dispatch.connect)) == len(
        list(create_engine(sqlite_database).pool.dispatch.connect)
    )
    engine.dispose()
