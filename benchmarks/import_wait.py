"""How long a learner's save waits while 10,000 questions come in by the page, and how long each write holds the lane.

    python -m benchmarks.import_wait [--questions 10000] [--learners 10] [--pause 0.2] [--idle 10]

On SQLite. First in this process, without a server: how long the single lane for writes is held in each phase. Then
with a server of one worker on core 0: learners on core 1 save one answer after the other with a pause between, while
nothing else happens, while the workbook is uploaded, taken in by steps, and taken back.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import signal
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bank_import import workbook
from benchmarks.exam_cost import FORM, PASSWORD, Learner, serve

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PHASES = ("idle", "upload", "taking in", "taking back")


def prepare(database: str, people_: int) -> int:
    """Tables, an exam of 20 questions with its learners, an organizer called `keeper`, and an empty bank, number 2."""
    os.environ |= {"SUYU_LEARN_DATABASE_URL": database, "SUYU_LEARN_SECRET_KEY": "bench"}
    from app import create_app
    from suyu_learn import migrations
    from suyu_learn.models import Grant, Role
    from suyu_learn.services import passwords, people
    from tests.factories import learn, learner, published_exam, single, stored_bank

    here = learn(create_app({"INSTANCE_PATH": tempfile.mkdtemp()}))
    migrations.upgrade(here.database)
    hashed = passwords.make_hash(PASSWORD)
    with here.database.writing() as session:
        mill = people.add_unit(session, "Mill", parent=None, now=here.now())
        source = stored_bank(session, now=here.now(), questions=[single(number) for number in range(20)])
        stored_bank(session, now=here.now(), unit=mill, name="Of the mill", questions=[])
        number = published_exam(session, now=here.now(), source=source, points=5, minutes=600).id
        for one in range(people_):
            learner(session, now=here.now(), username=f"b{one}", password_hash=hashed)
        keeper = learner(session, now=here.now(), unit=mill, username="keeper")
        session.add(Grant(person_id=keeper.id, role=Role.ORGANIZER, unit_id=mill.id, granted_at=here.now()))
    here.database.dispose()
    return number


def walk(ask: Callable[..., tuple[str, str]], content: bytes, phase: Callable[[str], None]) -> None:
    """Upload, take in, take back; `ask(method, path, form, file)` gives the page and where it ended."""
    page, _where = ask("GET", "/manage/bank/2/import")
    phase("upload")
    page, where = ask("POST", "/manage/bank/2/import", {"csrf_token": _token(page)}, content)
    phase("taking in")
    page, where = ask("POST", f"{where}/apply", {"csrf_token": _token(page), "how": "all"})
    page = _through(ask, page, where)
    phase("taking back")
    page, where = ask("POST", f"{where}/undo", {"csrf_token": _token(page)})
    _through(ask, page, where)
    phase("")


def _through(ask: Callable[..., tuple[str, str]], page: str, where: str) -> str:
    """Post step after step as the page does, a third of a second after it is there."""
    while f"{where}/step" in page:
        time.sleep(0.3)
        page, _where = ask("POST", f"{where}/step", {"csrf_token": _token(page)})
    return page


def _token(page: str) -> str:
    found = _TOKEN.search(page)
    assert found, page[:500]
    return found[1]


def held(database: str, content: bytes) -> dict[str, list[float]]:
    """The seconds of each hold of the lane, by phase, without a server."""
    prepare(database, 0)
    from app import create_app
    from suyu_learn.db import Lane

    now, began = [""], [0.0]
    holds: dict[str, list[float]] = {phase: [] for phase in PHASES}
    acquire, release = Lane.acquire, Lane.release

    def timed_acquire(lane: Lane, timeout: float = -1) -> bool:
        done = acquire(lane, timeout)
        began[0] = time.perf_counter()
        return done

    def timed_release(lane: Lane) -> None:
        holds.setdefault(now[0], []).append(time.perf_counter() - began[0])
        release(lane)

    app = create_app({"INSTANCE_PATH": tempfile.mkdtemp()})
    client = app.test_client()

    def ask(method: str, path: str, form: dict[str, Any] | None = None, file: bytes = b"") -> tuple[str, str]:
        data = {**(form or {}), **({"file": (io.BytesIO(file), "bank.xlsx"), "encoding": ""} if file else {})}
        reply = client.open(path, method=method, data=data or None, follow_redirects=True)
        assert reply.status_code == 200, reply.status
        return reply.get_data(as_text=True), reply.request.path

    token = _token(ask("GET", "/login")[0])
    ask("POST", "/login", {"csrf_token": token, "username": "keeper", "password": PASSWORD, "own_device": "y"})
    Lane.acquire, Lane.release = timed_acquire, timed_release  # type: ignore[method-assign]
    try:
        walk(ask, content, lambda phase: now.__setitem__(0, phase))
    finally:
        Lane.acquire, Lane.release = acquire, release  # type: ignore[method-assign]
        app.extensions["suyu_learn"].database.dispose()
    return holds


class Keeper(Learner):
    """An organizer's browser: follows redirects, sends a file."""

    def go(self, method: str, path: str, form: dict[str, Any] | None = None, file: bytes = b"") -> tuple[str, str]:
        body: Any = urlencode(form or {}) if form else ""
        headers = FORM if form else {}
        if file:
            mark = "suyu-learn-bench"
            fields = "".join(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                             for name, value in (form or {}).items())  # fmt: skip
            head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="bank.xlsx"\r\n\r\n'
            body = fields.encode() + head.encode() + file + f"\r\n--{mark}--\r\n".encode()
            headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        status, text, to = self.ask(method, path, body, **headers)
        if to:
            return self.go("GET", to)
        assert status == 200, (status, path, text[:300])
        return text, path


def waited(database: str, content: bytes, learners: int, pause: float, idle: float) -> dict[str, list[float]]:
    """The seconds of each save by phase, with a server."""
    exam = prepare(database, learners)
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = serve("app:served", port, factory=True)
    now = ["start"]
    waits: dict[str, list[float]] = {phase: [] for phase in PHASES}
    try:
        papers = [_paper(port, f"b{number}", exam) for number in range(learners)]
        keeper = Keeper(port, 0)
        page, _where = keeper.go("GET", "/login")
        keeper.go("POST", "/login", {"csrf_token": _token(page), "username": "keeper", "password": PASSWORD,
                                     "own_device": "y"})  # fmt: skip
        threads = [threading.Thread(target=_save_on, args=(port, *paper, pause, now, waits)) for paper in papers]
        now[0] = "idle"
        for thread in threads:
            thread.start()
        time.sleep(idle)
        walk(keeper.go, content, lambda phase: now.__setitem__(0, phase))
        for thread in threads:
            thread.join()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
    return waits


def _paper(port: int, username: str, exam: int) -> tuple[dict[str, str], str, dict[str, str], str]:
    """A started exam: cookies, its address, the headers of a save, and a right key."""
    browser = Learner(port, 0)
    token = _token(browser.ask("GET", "/login")[1])
    browser.ask("POST", "/login", urlencode({"csrf_token": token, "username": username, "password": PASSWORD,
                                             "own_device": "y"}), **FORM)  # fmt: skip
    token = _token(browser.ask("GET", f"/exams/{exam}")[1])
    path = browser.ask("POST", f"/exams/{exam}/attempts", urlencode({"csrf_token": token}), **FORM)[2]
    page = browser.ask("GET", path)[1]
    key = re.search(r'name="q1" value="([^"]+)"', page)[1]  # type: ignore[index]
    browser.connection.close()
    return browser.cookies, path, {"Content-Type": "application/json", "X-CSRF-Token": _token(page)}, key


def _save_on(
    port: int, cookies: dict[str, str], path: str, headers: dict[str, str], key: str, pause: float, now: list[str],
    waits: dict[str, list[float]],
) -> None:  # fmt: skip
    """Save the same answer again and again until the phases are over; a save counts for the phase it began in."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {**headers, "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    seq = 0
    while now[0]:
        time.sleep(pause * random.uniform(0.5, 1.5))
        phase, seq = now[0], seq + 1
        began = time.perf_counter()
        body = f'{{"epoch": 1, "seq": {seq}, "response": "{key}"}}'
        connection.request("PUT", f"{path}/answers/1", body, headers)
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 200, reply.status
        if phase:
            waits[phase].append(time.perf_counter() - began)


def told(name: str, figures: dict[str, list[float]]) -> None:
    """A line a phase: how many, median, p95, longest."""
    for phase in PHASES:
        found = [1000 * one for one in figures[phase]]
        if len(found) > 1:
            p95 = statistics.quantiles(found, n=20)[18]
            print(f"{name}, {phase}: {len(found)}, median {statistics.median(found):.0f} ms, p95 {p95:.0f} ms, "
                  f"max {max(found):.0f} ms", flush=True)  # fmt: skip


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--questions", type=int, default=10_000)
    asked.add_argument("--learners", type=int, default=10)
    asked.add_argument("--pause", type=float, default=0.2)
    asked.add_argument("--idle", type=float, default=10)
    options = asked.parse_args()
    content = workbook(options.questions)
    with tempfile.TemporaryDirectory() as folder:
        told("lane held", held(f"sqlite:///{folder}/held.sqlite3", content))
        os.sched_setaffinity(0, {1})
        database = f"sqlite:///{folder}/waited.sqlite3"
        told("save", waited(database, content, options.learners, options.pause, options.idle))


if __name__ == "__main__":
    main()
