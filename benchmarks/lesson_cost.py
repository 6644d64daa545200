"""What opening a lesson costs in CPU, against the floor app's page of the same Markdown.

    python -m benchmarks.lesson_cost [--rounds 7] [--pages 60]

Both run in this process over WSGI, ours and the floor in turn, on SQLite; the lesson is opened by somebody who has
begun the course, in one of 5 lessons and in one of 200. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from werkzeug.test import EnvironBuilder, run_wsgi_app

PASSWORD = "four quiet pines"
LESSONS = {"5 lessons": ("short", 5), "200 lessons": ("long", 200)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--pages", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        asks = {"floor": _floor(Path(name)), **_ours(Path(name))}
        spent: dict[str, list[float]] = {kind: [] for kind in asks}
        for _ in range(options.rounds):
            for kind, ask in asks.items():
                ask()
                began = time.process_time()
                for _ in range(options.pages):
                    ask()
                spent[kind].append(1000 * (time.process_time() - began) / options.pages)
    cost = {kind: statistics.median(times) for kind, times in spent.items()}
    ratios = {kind: round(ms / cost["floor"], 2) for kind, ms in cost.items() if kind != "floor"}
    print(json.dumps({"cpu_ms": {kind: round(ms, 2) for kind, ms in cost.items()}, "ratio": ratios}))


def _floor(folder: Path) -> Callable[[], None]:
    os.environ["FLOOR_DATABASE"] = str(folder / "floor.sqlite3")
    from benchmarks.floor_app import app

    return _asking(app, "/lesson", {})


def _ours(folder: Path) -> dict[str, Callable[[], None]]:
    from app import served
    from benchmarks.floor_app import LESSON
    from suyu_learn import migrations
    from suyu_learn.content.drafts import CourseDraft, LessonDraft
    from suyu_learn.services import course_packs, passwords, people

    os.environ |= {
        "SUYU_LEARN_DATABASE_URL": f"sqlite:///{folder / 'ours.sqlite3'}",
        "SUYU_LEARN_INSTANCE": str(folder),
    }
    app = served()
    here = app.extensions["suyu_learn"]
    migrations.upgrade(here.database)
    text = LESSON.split("\n\n", 1)[1]
    with here.database.writing() as session:
        people.install_audiences(session)
        for slug, count in LESSONS.values():
            lessons = tuple(
                LessonDraft(f"lesson-{place}", "", f"Lesson {place}", text, (), ("A source",))
                for place in range(1, count + 1)
            )
            draft = CourseDraft(pack=slug, slug=slug, audience="farmers", lang="en", title="A course", summary="About.",
                                outcomes=("You can.",), lessons=lessons)  # fmt: skip
            course_packs.load_courses(session, [draft], now=here.now())
        person = people.add_person(session, "Reader", now=here.now(), username="reader")
        person.password_hash = passwords.make_hash(PASSWORD)
    client = app.test_client()
    token = client.get("/login").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    client.post("/login", data={"csrf_token": token, "username": "reader", "password": PASSWORD})
    headers = {"Cookie": "; ".join(f"{one.key}={one.value}" for one in client._cookies.values())}
    return {kind: _asking(app, f"/courses/{slug}/lesson-1", headers) for kind, (slug, _count) in LESSONS.items()}


def _asking(app: Any, path: str, headers: dict[str, str]) -> Callable[[], None]:
    environ = EnvironBuilder(path=path, headers={**headers, "Accept-Encoding": "gzip"}).get_environ()

    def ask() -> None:
        body, status, _headers = run_wsgi_app(app, dict(environ), buffered=True)
        assert status.startswith("200"), status
        assert body

    return ask


if __name__ == "__main__":
    main()
