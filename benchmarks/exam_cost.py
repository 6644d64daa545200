"""What an exam costs, against the floor app: server and database CPU per exam, and the wait for a save.

    python -m benchmarks.exam_cost [--exams 500] [--learners 50] [--rounds 3] [--pause 0] [--postgres]

The server runs with one worker on core 0, the learners on core 1, ours and the floor in turn.
Without a pause every learner goes on at once, so the server is always busy and a save waits behind everything else:
that wait says how long the queue is. With a pause both apps get the same load.
Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.spent import KINDS, place
from suyu_learn.cli.serving import THREADS

ROOT = Path(__file__).parents[1]
PASSWORD = "four quiet pines"
QUESTIONS = 20
FLOOR_THREADS = 8
"""More of them make the floor's saves wait: with 32, four times as long (docs/performance.md)."""
TICKS = os.sysconf("SC_CLK_TCK")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Figures:
    """What one round gave: CPU seconds an exam, and the seconds each save took."""

    cpu: float = 0.0
    saves: list[float] = field(default_factory=list)


class Learner:
    """A browser without pictures: one connection, its cookies."""

    def __init__(self, port: int, pause: float) -> None:
        self.pause = pause
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.waited = 0.0

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str, str]:
        """Status, text and where a redirect leads; first the pause, between half and one and a half of it."""
        if self.pause:
            time.sleep(self.pause * random.uniform(0.5, 1.5))
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        reply = self.connection.getresponse()
        text = reply.read().decode()
        self.waited = time.perf_counter() - began
        for name, value in reply.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, kept = value.partition(";")[0].partition("=")
                self.cookies[cookie] = kept
        return reply.status, text, reply.getheader("Location") or ""


def sit_ours(learner: Learner, username: str, exam: int, saves: list[float]) -> Iterator[str]:
    """One exam by the protocol; names each of its parts when it is done."""
    token = _token(learner.ask("GET", "/login")[1])
    yield "page to sign in"
    learner.ask("POST", "/login", urlencode({"csrf_token": token, "username": username, "password": PASSWORD,
                                             "own_device": "y"}), **FORM)  # fmt: skip
    yield "sign in"
    token = _token(learner.ask("GET", f"/exams/{exam}")[1])
    yield "cover"
    path = learner.ask("POST", f"/exams/{exam}/attempts", urlencode({"csrf_token": token}), **FORM)[2]
    yield "start"
    page = learner.ask("GET", path)[1]
    yield "paper"
    token = _token(page)
    headers = {"Content-Type": "application/json", "X-CSRF-Token": token}
    for slot in range(1, QUESTIONS + 1):
        key = re.search(rf'name="q{slot}" value="([^"]+)"', page)[1]  # type: ignore[index]
        said = {"epoch": 1, "seq": 1, "response": key}
        status, text, _ = learner.ask("PUT", f"{path}/answers/{slot}", json.dumps(said), **headers)
        saves.append(learner.waited)
        assert status == 200, text
    yield "20 answers"
    path = learner.ask("POST", f"{path}/submit", urlencode({"csrf_token": token}), **FORM)[2]
    yield "hand in"
    assert learner.ask("GET", path)[0] == 200
    yield "result"


def sit_floor(learner: Learner, username: str, _exam: int, saves: list[float]) -> Iterator[str]:
    """The same with the floor app."""
    yield "page to sign in"
    learner.ask("POST", "/login", urlencode({"username": username, "password": PASSWORD}), **FORM)
    yield "sign in"
    learner.ask("GET", "/exam")
    yield "cover"
    learner.ask("POST", "/start")
    yield "start"
    learner.ask("GET", "/paper")
    yield "paper"
    for number in range(1, QUESTIONS + 1):
        status, text, _ = learner.ask(
            "PUT", f"/answers/{number}", '{"response": "a"}', **{"Content-Type": "application/json"}
        )
        saves.append(learner.waited)
        assert status == 200, text
    yield "20 answers"
    learner.ask("POST", "/submit")
    yield "hand in"
    assert learner.ask("GET", "/result")[0] == 200
    yield "result"


SITTINGS = {"ours": sit_ours, "floor": sit_floor}


def _token(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]  # type: ignore[index]


def prepare_ours(database: str, people: int) -> int:
    """Tables, a bank of 20 questions, an exam, and people who all have the same password."""
    os.environ["SUYU_LEARN_DATABASE_URL"] = database
    os.environ["SUYU_LEARN_SECRET_KEY"] = "bench"
    from app import create_app
    from suyu_learn import migrations
    from suyu_learn.services import passwords
    from tests.factories import learn, learner, published_exam, single, stored_bank

    here = learn(create_app({"INSTANCE_PATH": tempfile.mkdtemp()}))
    migrations.upgrade(here.database)
    hashed = passwords.make_hash(PASSWORD)
    with here.database.writing() as session:
        source = stored_bank(session, now=here.now(), questions=[single(number) for number in range(QUESTIONS)])
        exam = published_exam(session, now=here.now(), source=source, points=5)
        for number in range(people):
            learner(session, now=here.now(), username=f"b{number}", password_hash=hashed)
        number = exam.id
    here.database.dispose()
    return number


def prepare_floor(database: str, people: int) -> int:
    """The same for the floor app."""
    os.environ["FLOOR_DATABASE"] = database
    import importlib

    from benchmarks import floor_app

    floor = importlib.reload(floor_app)
    for statement in floor.SCHEMA.strip().split(";\n"):
        floor.write((statement, ()))
    options = json.dumps({key: f"option {key}" for key in "abcd"})
    hashed = floor.HASHER.hash(PASSWORD)
    floor.write(
        *(
            ("INSERT INTO question VALUES (?, ?, ?, ?)", (n, f"Question {n}?", options, "a"))
            for n in range(1, QUESTIONS + 1)
        ),
        *(("INSERT INTO person VALUES (?, ?, ?)", (n + 1, f"b{n}", hashed)) for n in range(people)),
    )
    floor.connection().close()
    return 1


def serve(target: str, port: int, *, factory: bool) -> subprocess.Popen[bytes]:
    """Granian with one worker on core 0: ours with the threads of `suyu serve`, the floor with those that suit it."""
    threads = THREADS if factory else FLOOR_THREADS
    command = ["taskset", "-c", "0", sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port),
               "--workers", "1", "--blocking-threads", str(threads), target]  # fmt: skip
    if factory:
        command.insert(-1, "--factory")
    server = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    while True:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(1)
                return server
        time.sleep(0.1)


def cpu_of(roots: list[int]) -> float:
    """CPU seconds of processes and all they started, also of children that have ended."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                values = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(values[1])
            spent[int(entry.name)] = sum(map(int, values[11:15])) / TICKS
    wanted = set(roots)
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in wanted} - wanted
        wanted |= more
        grown = bool(more)
    return sum(seconds for pid, seconds in spent.items() if pid in wanted)


@dataclass(frozen=True)
class Served:
    """An app on a fresh database: its port, the exam, and the processes whose CPU it costs."""

    port: int
    exam: int
    processes: list[int]


@contextmanager
def served(kind: str, people: int, *, postgres: bool) -> Iterator[Served]:
    """Ours or the floor app on core 0, beside its database."""
    with place("postgresql" if postgres else "sqlite", kind) as where:
        if where.server is not None:
            os.sched_setaffinity(where.server, {0})
        exam = prepare_ours(where.url, people) if kind == "ours" else prepare_floor(
            where.url.removeprefix("sqlite:///"), people
        )  # fmt: skip
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        server = serve("app:served" if kind == "ours" else "benchmarks.floor_app:app", port, factory=kind == "ours")
        try:
            yield Served(port, exam, [server.pid, *([where.server] if where.server is not None else [])])
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()


def one_round(kind: str, *, exams: int, learners: int, pause: float, postgres: bool) -> Figures:
    """Serve one app on a fresh database and let everybody sit."""
    figures = Figures()
    waiting = list(range(exams))
    with served(kind, exams, postgres=postgres) as app:

        def work() -> None:
            while waiting:
                try:
                    number = waiting.pop()
                except IndexError:
                    return
                saves: list[float] = []
                person = Learner(app.port, pause)
                for _part in SITTINGS[kind](person, f"b{number}", app.exam, saves):
                    pass
                person.connection.close()
                figures.saves.extend(saves)

        before = cpu_of(app.processes)
        threads = [threading.Thread(target=work) for _ in range(learners)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        figures.cpu = (cpu_of(app.processes) - before) / exams
    assert len(figures.saves) == exams * QUESTIONS
    return figures


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--exams", type=int, default=500)
    parser.add_argument("--learners", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pause", type=float, default=0)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    os.sched_setaffinity(0, {1})
    figures: dict[str, list[Figures]] = {kind: [] for kind in SITTINGS}
    for _ in range(options.rounds):
        for kind, rounds in figures.items():
            rounds.append(one_round(kind, exams=options.exams, learners=options.learners, pause=options.pause,
                                    postgres=options.postgres))  # fmt: skip
    said = {
        kind: {
            "cpu_ms_per_exam": round(1000 * statistics.median(one.cpu for one in rounds), 1),
            "save_p95_ms": round(
                1000 * statistics.median(statistics.quantiles(one.saves, n=20)[18] for one in rounds), 1
            ),
        }
        for kind, rounds in figures.items()
    }
    ours, floor = said["ours"], said["floor"]
    ratios = {name: round(ours[name] / floor[name], 2) for name in ours}
    print(json.dumps({"database": KINDS["postgresql" if options.postgres else "sqlite"], **said, "ratio": ratios}))


if __name__ == "__main__":
    main()
