"""A crowd of learners that sits one exam over HTTP, all in one process: who asks what when, and how long each waited.

Waits are counted from the moment a request was to be sent, so that a slow server cannot hide behind a late question.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

PATIENCE = 90.0
"""Seconds for which a learner asks again while the line is broken."""
AGAIN_AFTER = 0.5
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_CHOICE = re.compile(r'name="q(\d+)" value="([^"]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Timetable:
    """How many learners there are, and when they do what; seconds, and saves a second."""

    learners: int
    sign_in: float
    start: float
    steady: float
    steady_rate: float
    final_rate: float
    submit: float


@dataclass(slots=True)
class Tally:
    """What happened: waits by phase, what went wrong, and every answer that was acknowledged."""

    waits: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    broken: int = 0
    """Requests whose connection broke, and which were sent again."""
    saved: dict[str, dict[int, str]] = field(default_factory=dict)
    """By attempt and slot, the response whose save was acknowledged."""

    def waited(self, phase: str, due: float) -> None:
        """A request of a phase that was due then is answered now."""
        self.waits.setdefault(phase, []).append(time.perf_counter() - due)


class Refused(Exception):
    """An answer of the server that no learner should get."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    text: str
    location: str


class Browser:
    """One keep-alive connection with its cookies."""

    def __init__(self, port: int, tally: Tally) -> None:
        self.port, self.tally = port, tally
        self.cookies: dict[str, str] = {}
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: str = "", **headers: str) -> Reply:
        """The reply; a broken line is tried again, as the page and the person before it would."""
        end = time.perf_counter() + PATIENCE
        while True:
            try:
                return await self._once(method, path, body.encode(), headers)
            except (OSError, EOFError):
                self.close()
                self.tally.broken += 1
                if time.perf_counter() > end:
                    raise Refused(f"{method}: no line for {PATIENCE:.0f} s") from None
                await asyncio.sleep(AGAIN_AFTER * random.uniform(0.5, 1.5))

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line[1].close()
            self._line = None

    async def _once(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        if self._line is not None and self._line[0].at_eof():
            self.close()  # the server has hung up after a while of silence, which every browser notices
        if self._line is None:
            self._line = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._line
        said = {
            "Host": f"127.0.0.1:{self.port}",
            "Accept-Encoding": "gzip",
            "Content-Length": str(len(body)),
            **headers,
        }
        if self.cookies:
            said["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items()), "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        told: dict[str, str] = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                cookie, _, kept = value.strip().partition(";")[0].partition("=")
                self.cookies[cookie] = kept
            else:
                told[name.lower()] = value.strip()
        content = await _content(reader, told)
        if told.get("content-encoding") == "gzip":
            content = zlib.decompress(content, 31)
        return Reply(int(head[0].split()[1]), content.decode(), told.get("location", ""))


async def _content(reader: asyncio.StreamReader, told: dict[str, str]) -> bytes:
    if told.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(told.get("content-length", "0")))
    pieces = []
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        pieces.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(pieces)


class Sitter:
    """One learner and what they do, in order."""

    def __init__(self, browser: Browser, username: str, password: str, exam: int) -> None:
        self.browser, self.username, self.password, self.exam = browser, username, password, exam
        self.path = self.token = ""
        self.choices: dict[int, list[str]] = {}
        self.busy = asyncio.Lock()

    @property
    def key(self) -> str:
        """The key of the attempt."""
        return self.path.rpartition("/")[2]

    async def sign_in(self) -> None:
        """To the cover of the exam."""
        token = _token(await self._expect(200, "GET", "/login"))
        said = {"csrf_token": token, "username": self.username, "password": self.password, "own_device": "y"}
        await self._expect(302, "POST", "/login", urlencode(said), **FORM)
        self.token = _token(await self._expect(200, "GET", f"/exams/{self.exam}"))

    async def start(self) -> None:
        """Press the button."""
        said = urlencode({"csrf_token": self.token})
        self.path = (await self._expect(303, "POST", f"/exams/{self.exam}/attempts", said, **FORM)).location

    async def open_paper(self) -> None:
        """Fetch the paper."""
        page = await self._expect(200, "GET", self.path)
        self.token = _token(page)
        for slot, value in _CHOICE.findall(page.text):
            self.choices.setdefault(int(slot), []).append(value)

    async def save(self, slot: int) -> None:
        """Answer one question; the acknowledged answer is kept to be looked for later."""
        chosen = random.choice(self.choices[slot])
        body = json.dumps({"epoch": 1, "seq": 1, "response": chosen})
        headers = {"Content-Type": "application/json", "X-CSRF-Token": self.token}
        await self._expect(200, "PUT", f"{self.path}/answers/{slot}", body, **headers)
        self.browser.tally.saved.setdefault(self.key, {})[slot] = chosen

    async def submit(self) -> None:
        """Hand in."""
        await self._expect(303, "POST", f"{self.path}/submit", urlencode({"csrf_token": self.token}), **FORM)

    async def _expect(self, status: int, method: str, path: str, body: str = "", **headers: str) -> Reply:
        reply = await self.browser.ask(method, path, body, **headers)
        if reply.status != status:
            place = re.sub(r"/[^/]{12,}", "/KEY", path)
            raise Refused(f"{method} {place}: {reply.status} instead of {status}: {' '.join(reply.text.split())[:200]}")
        return reply


def _token(page: Reply) -> str:
    found = _TOKEN.search(page.text)
    if found is None:
        raise Refused("a page without a token")
    return found[1]


Act = Callable[[float], Awaitable[None]]
"""What a learner does at a moment; told when it was due."""
Step = tuple[float, str, Act]
"""When after the beginning of a phase, under which name its wait is counted, and what is done."""


async def _play(steps: Iterable[Step], tally: Tally) -> None:
    """Do each step at its time, whether or not the one before is done."""
    began = time.perf_counter()
    running: set[asyncio.Task[None]] = set()
    for after, phase, act in steps:
        await asyncio.sleep(max(0.0, began + after - time.perf_counter()))
        task = asyncio.create_task(_counted(phase, began + after, act, tally))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)


async def _counted(phase: str, due: float, act: Act, tally: Tally) -> None:
    try:
        await act(due)
    except Refused as refused:
        tally.errors[f"{phase}: {refused}"] += 1
    else:
        tally.waited(phase, due)


def _signing_in(sitter: Sitter) -> Act:
    async def act(_due: float) -> None:
        await sitter.sign_in()

    return act


def _starting(sitter: Sitter, tally: Tally) -> Act:
    async def act(due: float) -> None:
        await sitter.start()
        tally.waited("start", due)
        await sitter.open_paper()

    return act


def _saving(sitter: Sitter, slot: int) -> Act:
    async def act(_due: float) -> None:
        async with sitter.busy:
            await sitter.save(slot)

    return act


def _handing_in(sitter: Sitter) -> Act:
    async def act(_due: float) -> None:
        await sitter.submit()

    return act


async def sit(
    port: int,
    exam: int,
    table: Timetable,
    *,
    password: str,
    disturb: Callable[[], Coroutine[Any, Any, None]] | None = None,
) -> Tally:
    """Everybody signs in, starts at once, answers everything, hands in; `disturb` runs beside the last saves."""
    tally = Tally()
    crowd = [Sitter(Browser(port, tally), f"b{number}", password, exam) for number in range(table.learners)]
    spread = [(one, place / table.learners) for place, one in enumerate(crowd)]
    await _play(((share * table.sign_in, "sign in", _signing_in(one)) for one, share in spread), tally)
    await _play(((share * table.start, "start and paper", _starting(one, tally)) for one, share in spread), tally)
    answers = [(one, slot) for slot in range(1, 1 + max(len(one.choices) for one in crowd)) for one in crowd
               if slot in one.choices]  # fmt: skip
    steady = int(table.steady * table.steady_rate)
    for phase, rate, those in (
        ("steady save", table.steady_rate, answers[:steady]),
        ("final save", table.final_rate, answers[steady:]),
    ):
        beside = asyncio.create_task(disturb()) if disturb is not None and phase == "final save" else None
        await _play(((place / rate, phase, _saving(*one)) for place, one in enumerate(those)), tally)
        if beside is not None:
            await beside
    await _play(((share * table.submit, "hand in", _handing_in(one)) for one, share in spread if one.path), tally)
    for one in crowd:
        one.browser.close()
    return tally
