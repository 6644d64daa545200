"""Training records to csv, against a hand-written DBAPI cursor feeding csv.writer with the same columns.

    python benchmarks/export_records.py [--rows 100000] [--database postgresql://...]

Prints seconds, rows a second and memory added side by side; the median of three runs of each, in turn.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import multiprocessing
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import insert, text

from suyu_learn import migrations
from suyu_learn.db import Database
from suyu_learn.exports import Csv, Heading, Table
from suyu_learn.models import (
    Completion,
    CompletionKind,
    Exam,
    Membership,
    Paper,
    PaperMode,
    Person,
    PersonAudience,
    Unit,
)
from suyu_learn.services import people, record_rows
from suyu_learn.services.record_filters import Filter
from suyu_learn.services.record_rows import FIELDS, Words

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 1, 1, tzinfo=UTC)
PEOPLE_SHARE = 20
"""Records a person."""


class Ready(Table):
    """Rows as they come."""

    @property
    def rows(self) -> Any:
        return self._rows


def fill(database: Database, rows: int) -> None:
    """A city of ten bureaus with departments, people in audiences, and so many passed exams."""
    migrations.upgrade(database)
    with database.writing() as session:
        people.install_audiences(session)
        city = people.add_unit(session, "本市", parent=None, now=START)
        bureaus = [people.add_unit(session, f"第{one}局", parent=city, now=START) for one in range(10)]
        units = [
            people.add_unit(session, f"{name}科", parent=bureau, now=START, kind="department")
            for bureau in bureaus
            for name in ("办公", "业务", "监督")
        ]
        paper = Paper(title="科学素质", mode=PaperMode.FIXED, created_at=START)
        session.add(paper)
        session.flush()
        exams = [
            Exam(code=f"C{one}", paper_id=paper.id, title=f"科学素质测试第{one}期", minutes=60, created_at=START,
                 unit_id=city.id)
            for one in range(PEOPLE_SHARE)
        ]  # fmt: skip
        session.add_all(exams)
        session.flush()
        count = rows // PEOPLE_SHARE
        session.execute(insert(Person), [
            {"name": f"学员{one}", "name_key": f"学员{one}", "staff_number": f"{one:08}", "top_unit_id": city.id,
             "phone": f"138{one:08}", "job": "科员", "created_at": START}
            for one in range(count)
        ])  # fmt: skip
        ids = list(session.execute(text("select id from suyu_person order by id")).scalars())
        session.execute(insert(Membership), [
            {"person_id": one, "unit_id": units[one % 30].id, "home": True, "since": START} for one in ids
        ])  # fmt: skip
        session.execute(insert(PersonAudience), [{"person_id": one, "audience": "officials"} for one in ids])
        names = {unit.id: f"本市 / {session.get(Unit, unit.parent_id).name} / {unit.name}" for unit in units}
        batch = []
        for number in range(rows):
            person_id, exam = ids[number % count], exams[number // count]
            unit = units[person_id % 30]
            done = START + timedelta(minutes=number // 2)
            batch.append({
                "key": hashlib.sha256(str(number).encode()).hexdigest()[:22], "person_id": person_id,
                "kind": CompletionKind.EXAM, "subject_id": exam.id, "title": exam.title,
                "rule": {"name": "exam passed", "version": 1, "pass_share": "0.6"},
                "evidence": {"attempt": "x" * 22, "number": 1, "points": "85.000000", "full_points": "100.000000",
                             "pass_points": "60.000000"},
                "started_at": done - timedelta(minutes=30), "completed_at": done, "unit_id": unit.id,
                "unit_path": unit.path, "unit_names": names[unit.id],
            })  # fmt: skip
            if len(batch) == 5000:
                session.execute(insert(Completion), batch)
                batch = []
        if batch:
            session.execute(insert(Completion), batch)


def ours(url: str, target: str) -> int:
    """Our export of every column."""
    database = Database(url)
    headings = [Heading(one.value, one.value, lambda row: row) for one in FIELDS]
    with database.reading() as session, open(target, "wb") as stream:
        rows = record_rows.rows(session, Filter(), zone=ZONE, words=Words())
        Csv().write(Ready("records", headings, rows), stream)
    database.dispose()
    return 0


SQL = """
select p.name, p.staff_number, p.sex, p.phone, c.unit_names, p.job, c.title, c.kind, c.started_at, c.completed_at,
       c.evidence, c.rule, c.key, c.void_reason, c.changed_at, o.name,
       (select r.number from suyu_certificate r where r.completion_id = c.id and r.revoked_at is null),
       (select {concat} from suyu_person_audience a where a.person_id = p.id),
       (select sum(h.hours) from suyu_hours_entry h where h.completion_id = c.id)
from suyu_completion c join suyu_person p on p.id = c.person_id
left join suyu_exam e on c.kind = 'exam' and e.id = c.subject_id left join suyu_unit o on o.id = e.unit_id
where c.voided_at is null order by c.completed_at, c.id
"""


def by_hand(url: str, target: str) -> int:
    """What somebody would write by hand, with the same columns in the same form."""
    if url.startswith("sqlite"):
        connection: Any = sqlite3.connect(url.removeprefix("sqlite:///"))
        cursor = connection.cursor()
        sql = SQL.format(concat="group_concat(a.audience)")
    else:
        import psycopg

        connection = psycopg.connect(url.replace("postgresql+psycopg", "postgresql"))
        cursor = connection.cursor(name="export")
        cursor.itersize = 2000
        sql = SQL.format(concat="string_agg(a.audience, ',')")
    cursor.execute(sql)
    with open(target, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([one.value for one in FIELDS])
        number = 0
        while rows := cursor.fetchmany(2000):
            for row in rows:
                number += 1
                writer.writerow(_cells(number, row))
    connection.close()
    return 0


def _cells(number: int, row: Any) -> list[Any]:
    (name, staff, sex, phone, units, job, title, kind, started, done, evidence, rule, key, void, changed, organizer,
     certificate, audiences, hours) = row  # fmt: skip
    if isinstance(evidence, str):
        evidence, rule = json.loads(evidence), json.loads(rule)
        started, done, changed = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (started, done, changed))
    changed = changed.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
    started, done = (one.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") for one in (started, done))
    parts = units.split(" / ")
    points = [float(evidence[one]) if one in evidence else "" for one in ("points", "pass_points")]
    return [
        number, name, staff, sex or "", f"{phone[:3]}****{phone[-4:]}", parts[-2], parts[-1], job, audiences, title,
        kind, "online", organizer, started, done, rule.get("hours", ""), hours or "", "", done[:4], title, done,
        evidence.get("number", ""), *points, "passed", "completed", "", "", done, key, certificate,
        changed, void,
    ]  # fmt: skip


def measured(run: Any, url: str, target: str) -> tuple[float, float, float]:
    """Seconds by the clock and of this process, and megabytes added, in a process of its own."""
    queue: Any = multiprocessing.get_context("spawn").Queue()
    process = multiprocessing.get_context("spawn").Process(target=_measure, args=(run, url, target, queue))
    process.start()
    found: tuple[float, float, float] = queue.get()
    process.join()
    return found


def _measure(run: Any, url: str, target: str, queue: Any) -> None:
    before = _memory("VmRSS")
    begun, cpu = time.perf_counter(), time.process_time()
    run(url, target)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    queue.put((seconds, cpu, (_memory("VmHWM") - before) / 1024))


def _memory(name: str) -> int:
    """Kilobytes of this process as the system counts them: now (VmRSS), or at the most so far (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--database", default="", help="an empty database; a temporary SQLite file if not given")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{folder}/records.sqlite3"
        database = Database(url)
        fill(database, given.rows)
        database.dispose()
        found: dict[str, list[tuple[float, float, float]]] = {"ours": [], "by hand": []}
        for _turn in range(3):
            for name, run in (("by hand", by_hand), ("ours", ours)):
                found[name].append(measured(run, url, f"{folder}/{name}.csv"))
        lines = {name: Path(f"{folder}/{name}.csv").read_bytes().count(b"\n") for name in found}
        print(f"{given.rows} records, {len(FIELDS)} columns, {url.split(':')[0]}")
        medians = {name: [statistics.median(one[place] for one in runs) for place in range(3)]
                   for name, runs in found.items()}  # fmt: skip
        for name, (seconds, cpu, memory) in medians.items():
            print(f"{name:>8}: {seconds:6.2f} s ({cpu:.2f} s of this process)  {given.rows / seconds:7.0f} rows/s  "
                  f"{memory:5.1f} MB added  {lines[name]} lines")  # fmt: skip
        print(f"   ratio: {medians['ours'][0] / medians['by hand'][0]:.2f} by the clock, "
              f"{medians['ours'][1] / medians['by hand'][1]:.2f} in CPU of this process")  # fmt: skip


if __name__ == "__main__":
    main()
