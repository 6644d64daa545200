"""A million records on one database: the first page of every filter, other long lists, and all of them to csv.

    python -m benchmarks.scale [--kind sqlite|postgresql] [--rows 1000000] [--folder FOLDER] [--only pages|csv]

Pages are whole requests; what is said is the least CPU of three, the database's counted, since other work on the
machine changes the time by the clock. Prints JSON; `make scale` makes a page of it (benchmarks/scale_report.py). A city
in a folder is kept for the next time.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select

from benchmarks import export_records, scale_city
from benchmarks.spent import KINDS, Place, place
from suyu_learn.db import Database
from suyu_learn.models import Role, Unit
from suyu_learn.services import grants, passwords, people
from suyu_learn.services.record_filters import Status

PASSWORD = "four quiet pines"
TURNS = 3
EVERYWHERE, HR = "everywhere", "HR of an office"
WHERE = {
    EVERYWHERE: "",
    "a bureau of 50,000": "unit={bureau}",
    "an office of 500": "unit={office}",
    "half of all people": "audience=officials",
    "thirty people": "audience={few}",
}
"""Part of all records by unit or audience; each with each status."""
FILTERS = {
    "all exams": "subject=exam",
    "one course": "subject=course:1",
    "one exam in a bureau": "subject=exam:1&unit={bureau}",
    "one exam in an office": "subject=exam:1&unit={office}",
    "all programmes, none completed": "subject=programme",
    "a week": "since=2025-03-03&until=2025-03-09",
    "an office in a week": "since=2025-03-03&until=2025-03-09&unit={office}",
    "a day without records": "since=2021-01-01&until=2021-01-01",
    "overdue since a day": "status=overdue&since=2026-05-01",
    "page 40": "page=40",
    "page 40 of all statuses": "status=all&page=40",
}
LISTS = {
    "people": "/manage/people",
    "people of an office": "/manage/people?unit={office}",
    "people by part of a name": "/manage/people?q=学员77",
    "statistics of 2025": "/manage/statistics?period=2025",
    "statistics of a month": "/manage/statistics?period=2025-03",
    "statistics of a bureau": "/manage/statistics?period=2025&unit={bureau}",
}


def make(where: Place, rows: int) -> float:
    """The seconds in which the city was made; 0 where it was there already."""
    database = Database(where.url)
    begun = time.perf_counter()
    there = inspect(database.engine).has_table("suyu_completion")
    if not there:
        scale_city.fill(database, rows=rows)
        _viewers(database)
    database.dispose()
    return 0 if there else time.perf_counter() - begun


def _viewers(database: Database) -> None:
    """An administrator, and the HR of one office."""
    with database.writing() as session:
        office = session.scalars(select(Unit).where(Unit.name == "第77科")).one()
        for username, role, unit in (("admin", Role.ADMIN, None), ("hr", Role.HR, office)):
            viewer = people.add_person(session, username, now=scale_city.NOW, username=username, unit=unit)
            viewer.password_hash = passwords.make_hash(PASSWORD)
            grants.grant(session, viewer, role, unit, actor=None, now=scale_city.NOW)


def pages(where: Place) -> dict[str, Any]:
    """Milliseconds of CPU: by status the places, then other filters, then other lists."""
    app = _app(where.url)
    values = _values(app)
    ask = _asking(where, app, "admin", values)
    own = _asking(where, app, "hr", values)
    found = {
        "statuses": {
            status.value: {
                **{label: ask(f"/manage/records?status={status}&{query}") for label, query in WHERE.items()},
                HR: own(f"/manage/records?status={status}"),
            }
            for status in Status
        },
        "filters": {label: ask(f"/manage/records?{query}") for label, query in FILTERS.items()},
        "lists": {label: ask(address) for label, address in LISTS.items()},
    }
    app.extensions["suyu_learn"].database.dispose()
    return found


def _app(url: str) -> Any:
    from app import served

    app = served({"SECRET_KEY": "bench", "SUYU_LEARN_DATABASE_URL": url, "TESTING": True})
    app.extensions["suyu_learn"].clock = lambda: scale_city.NOW
    return app


def _values(app: Any) -> dict[str, Any]:
    with app.extensions["suyu_learn"].database.reading() as session:
        bureau, office = (session.scalars(select(Unit.id).where(Unit.name == one)).one() for one in ("第3局", "第77科"))
    return {"bureau": bureau, "office": office, "few": scale_city.FEW}


def _asking(where: Place, app: Any, username: str, values: dict[str, Any]) -> Callable[[str], float]:
    """What asks for a page as somebody and says its milliseconds."""
    client = app.test_client()
    token = client.get("/login").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    client.post("/login", data={"username": username, "password": PASSWORD, "csrf_token": token})

    def ask(address: str) -> float:
        address = address.format(**values)
        spent, answer = where.best(lambda: client.get(address), TURNS)
        assert answer.status_code == 200, (address, answer.status)
        assert b"sl-message--error" not in answer.data, address
        return round(spent * 1000, 1)

    return ask


def exports(where: Place) -> dict[str, dict[str, float]]:
    """All records to csv by hand and by us: seconds of CPU, seconds by the clock, megabytes added."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, run in (("by hand", export_records.by_hand), ("ours", export_records.ours)):
            target = Path(folder) / f"{name}.csv"
            before = where.spent()
            seconds, cpu, memory = export_records.measured(run, where.url, str(target))
            # what this process itself spends meanwhile is waiting
            found[name] = {"cpu": round(cpu + where.spent() - before, 1), "clock": round(seconds, 1),
                           "memory": round(memory, 1), "bytes": target.stat().st_size}  # fmt: skip
            target.unlink()
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kind", choices=tuple(KINDS), default="sqlite")
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--folder", type=Path)
    asked.add_argument("--only", choices=("pages", "csv"))
    given = asked.parse_args()
    with place(given.kind, "scale", given.folder) as where:
        said: dict[str, Any] = {"database": where.name, "rows": given.rows, "made": round(make(where, given.rows))}
        if given.only != "csv":
            said["pages"] = pages(where)
        if given.only != "pages":
            said["csv"] = exports(where)
    print(json.dumps(said, ensure_ascii=False))


if __name__ == "__main__":
    main()
