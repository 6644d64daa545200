"""How long the item analysis of a large exam takes, and what memory it needs.

    python -m benchmarks.item_analysis [--people 10000] [--questions 50] [--database URL] [--answers FILE]

Writes an exam into an empty database (SQLite in a temporary folder unless told), each answer with its step, and
analyses it three times in a process of its own. Prints one JSON object. FILE gets the answers with the figures found,
for `tests/item_figures/compare.py` to hold against an independent package.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import event, insert, select

PART = 500


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--database", default="")
    parser.add_argument("--answers", default="", help="Where answers and figures are written.")
    parser.add_argument("--analyse", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.analyse:
        print(json.dumps(analyse(options.database, options.analyse, options.answers)))
        return
    with tempfile.TemporaryDirectory() as name:
        url = options.database or f"sqlite:///{Path(name) / 'exam.sqlite3'}"
        exam = prepare(url, options.people, options.questions)
        said = subprocess.run(
            [sys.executable, "-m", "benchmarks.item_analysis", "--database", url, "--analyse", str(exam),
             "--answers", options.answers],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        print(json.dumps({"people": options.people, "questions": options.questions, **json.loads(said.stdout)}))


def _app(url: str) -> Any:
    from app import create_app
    from suyu_learn import migrations

    os.environ["SUYU_LEARN_DATABASE_URL"] = url
    app = create_app({"SECRET_KEY": "a benchmark", "SUYU_LEARN_DATABASE_URL": url})
    migrations.upgrade(app.extensions["suyu_learn"].database)
    return app.extensions["suyu_learn"]


class Rows(NamedTuple):
    """Rows to be written."""

    people: list[dict[str, Any]]
    attempts: list[dict[str, Any]]
    slots: list[dict[str, Any]]
    steps: list[dict[str, Any]]


def prepare(url: str, people: int, questions: int) -> int:
    """An exam of single choices that so many people have sat, with every step; its number."""
    from suyu_learn.models import Attempt, Person, Question, Slot, Step
    from suyu_learn.services import people as members
    from tests.factories import published_exam, single, stored_bank

    here, rng = _app(url), random.Random(11)
    now = here.now()
    with here.database.writing() as session:
        unit = members.add_unit(session, "Pine City", parent=None, now=now)
        source = stored_bank(session, now=now, unit=unit, questions=[single(number) for number in range(questions)])
        exam = published_exam(session, now=now, source=source, unit=unit, points=2)
        ids = [one for (one,) in session.query(Question.published_version_id).order_by(Question.id)]
        exam_id, path = exam.id, unit.path
    for start in range(0, people, PART):
        with here.database.writing() as session:
            rows = Rows([], [], [], [])
            for number in range(start + 1, min(start + PART, people) + 1):
                _sat(rows, number, exam_id, path, ids, now, rng)
            for kind, values in zip((Person, Attempt, Slot, Step), rows, strict=True):
                session.execute(insert(kind), values)
    return exam_id


def _sat(rows: Rows, number: int, exam: int, path: str, ids: list[int], now: Any, rng: random.Random) -> None:
    able = rng.gauss(0.6, 0.2)
    person, attempt = 10_000_000 + number, 10_000_000 + number
    order = rng.sample(ids, len(ids))
    right = [rng.random() < able + 0.2 * (version % 5 - 2) / 2 for version in order]
    rows.people.append(
        {"id": person, "key": f"p{number}", "name": f"P {number}", "name_key": f"p{number}", "created_at": now}
    )
    rows.attempts.append({
        "id": attempt, "key": f"a{number}", "exam_id": exam, "person_id": person, "number": 1, "started_at": now,
        "seed": "s", "state": "submitted", "deadline": now, "closed_at": now, "points": Decimal(2 * sum(right)),
        "full_points": Decimal(2 * len(ids)), "unit_path": path,
    })  # fmt: skip
    rows.steps.append({"attempt_id": attempt, "kind": "opened", "slot": None, "epoch": 1, "seq": 0,
                           "response": None, "made_at": now, "received_at": now})  # fmt: skip
    for place, (version, good) in enumerate(zip(order, right, strict=True), start=1):
        answer = "right" if good else rng.choice(("wrong1", "wrong2", "wrong3"))
        rows.slots.append({"attempt_id": attempt, "number": place, "version_id": version, "points": Decimal(2),
                               "response": answer, "fraction": Decimal(good)})  # fmt: skip
        at = now + timedelta(seconds=place * rng.randint(10, 40))
        rows.steps.append({"attempt_id": attempt, "kind": "saved", "slot": place, "epoch": 1, "seq": 1,
                               "response": answer, "made_at": at, "received_at": at})  # fmt: skip


def analyse(url: str, exam_id: int, answers: str = "") -> dict[str, Any]:
    """Seconds of each of three analyses, their statements, and the memory that they added."""
    from suyu_learn.models import Exam
    from suyu_learn.services import report_items, reports

    here = _app(url)
    statements: list[str] = []
    event.listen(here.database.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        with here.database.reading() as session:
            statements.clear()
            exam = session.get_one(Exam, exam_id)
            found = report_items.item_report(session, exam, sight=reports.EVERYTHING, versions=here.versions)
        seconds.append(round(time.perf_counter() - began, 2))
    if answers:
        with here.database.reading() as session:
            Path(answers).write_text(json.dumps(answers_of(session, found)), "utf-8")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": seconds, "statements": len(statements), "added_mb": round((after - before) / 1024, 1),
            "lines": len(found.lines), "alpha": found.reliability.alpha if found.reliability else None}  # fmt: skip


def answers_of(session: Any, found: Any) -> dict[str, Any]:
    """The marks of everybody, question by question, and what was found of them."""
    from suyu_learn.models import QuestionVersion, Slot

    places = {line.question_id: place for place, line in enumerate(found.lines)}
    rows: dict[int, list[float]] = {}
    marks = select(Slot.attempt_id, QuestionVersion.question_id, Slot.fraction, Slot.points).join(
        QuestionVersion, QuestionVersion.id == Slot.version_id
    )
    points = [0.0] * len(places)
    for attempt, question, fraction, of in session.execute(marks):
        rows.setdefault(attempt, [-1.0] * len(places))[places[question]] = float(fraction)
        points[places[question]] = float(of)
    items = [
        {"share_right": float(line.figures.numbers.share_right), "discrimination": float(line.figures.discrimination)}
        for line in found.lines
    ]
    return {"points": points, "fractions": list(rows.values()), "ours": {
        "items": items, "alpha": float(found.reliability.alpha),
    }}  # fmt: skip


if __name__ == "__main__":
    main()
