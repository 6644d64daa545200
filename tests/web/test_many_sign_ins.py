"""A whole office signs in at once while scripts in the same office guess passwords; see docs/sign-in.md."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from queue import Empty, Queue

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from suyu_learn.services import delays, passwords, people
from tests.conftest import MakeApp
from tests.factories import PASSWORD, learn

PEOPLE = 300
ALLOWED = 120.0
ADDRESS = "10.1.1.1"
PHONES = [f"Mozilla/5.0 (Linux; Android {number}; Phone {number}) MicroMessenger/8.0" for number in range(12)]
TARGETS = ("p000", "p001")
PATIENCE = 30
"""Tries that a person makes at the most."""

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_WAIT = re.compile(r"wait (\d+) seconds")


@pytest.fixture
def app(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The app on the real time, with a cheap password hash."""
    cheap = PasswordHasher(memory_cost=64, time_cost=1, parallelism=1)
    nobody = cheap.hash("the password of nobody")
    monkeypatch.setattr(passwords, "_hasher", cheap)
    monkeypatch.setattr(passwords, "_nobody", lambda: nobody)
    app = make_app()
    here, kept = learn(app), cheap.hash(PASSWORD)
    with here.database.writing() as session:
        unit = people.add_unit(session, "Office", parent=None, now=here.now())
        for number in range(PEOPLE):
            person = people.add_person(session, f"Person {number}", now=here.now(), unit=unit,
                                       username=f"p{number:03}")  # fmt: skip
            person.password_hash = kept
    return app


@dataclass
class Office:
    """What happened so far."""

    app: Flask
    begun: float = field(default_factory=time.monotonic)
    came_in: dict[str, float] = field(default_factory=dict)
    tries: Counter[str] = field(default_factory=Counter)
    looked_at: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.begun


class Browser:
    """One browser in the office."""

    def __init__(self, app: Flask, kind: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.headers = {"User-Agent": kind, "Accept-Language": "en"}
        self.token = ""

    def post(self, name: str, password: str) -> tuple[int, str]:
        """Try to sign in; the status and the page."""
        if not self.token:
            page = self.client.get("/login", headers=self.headers, environ_base={"REMOTE_ADDR": ADDRESS}).text
            self.token = _TOKEN.search(page)[1]  # type: ignore[index]
        form = {"csrf_token": self.token, "username": name, "password": password}
        reply = self.client.post("/login", data=form, headers=self.headers, environ_base={"REMOTE_ADDR": ADDRESS})
        return reply.status_code, reply.text


def arrive(office: Office, names: Queue[str]) -> None:
    """One person after the other at their own phone, waiting as the page says."""
    while True:
        try:
            name = names.get_nowait()
        except Empty:
            return
        phone = Browser(office.app, PHONES[int(name[1:]) % len(PHONES)])
        for _ in range(PATIENCE):
            status, page = phone.post(name, PASSWORD)
            office.tries[name] += 1
            if status == 302:
                office.came_in[name] = office.seconds
                break
            assert status == 429, page[:2000]
            time.sleep(int(_WAIT.search(page)[1]))  # type: ignore[index]


def guess(office: Office, names: Callable[[int], str], browser: Callable[[int], Browser]) -> None:
    """Wrong passwords as fast as it goes."""
    for number in count():
        if office.over.is_set():
            return
        name = names(number)
        status, _ = browser(number).post(name, f"guess number {number}")
        assert status in (422, 429)
        office.looked_at[name] += status == 422
        time.sleep(0.01)


def scripts(office: Office) -> list[threading.Thread]:
    """Four of them: across all names, and at two accounts with one browser, with new ones, and in disguise."""
    app = office.app
    one = Browser(app, "python-requests")
    kept = [Browser(app, f"curl/{number % 3}") for number in range(100)]

    def everybody(number: int) -> str:
        return f"p{number % PEOPLE:03}"

    def targets(number: int) -> str:
        return TARGETS[number % len(TARGETS)]

    plans: list[tuple[Callable[[int], str], Callable[[int], Browser]]] = [
        (everybody, lambda number: Browser(app, "python-requests")),
        (targets, lambda number: one),
        (targets, lambda number: Browser(app, "python-requests")),
        (targets, lambda number: kept[number % len(kept)]),
    ]
    return [threading.Thread(target=guess, args=(office, *plan), daemon=True) for plan in plans]


@pytest.mark.slow
def test_an_office_signs_in_while_scripts_guess(app: Flask) -> None:
    office = Office(app)
    attackers = scripts(office)
    for attacker in attackers:
        attacker.start()
    time.sleep(3)  # the attack is well under way
    names: Queue[str] = Queue()
    for number in range(PEOPLE):
        names.put(f"p{number:03}")
    begun = office.seconds
    honest = [threading.Thread(target=arrive, args=(office, names)) for _ in range(16)]
    for person in honest:
        person.start()
    for person in honest:
        person.join()
    lasted = office.seconds
    office.over.set()
    for attacker in attackers:
        attacker.join()

    assert len(office.came_in) == PEOPLE
    assert max(office.came_in.values()) - begun < ALLOWED
    turns = lasted / delays.TURN.total_seconds() + 2
    for name, guesses in office.looked_at.items():
        assert guesses <= delays.UNDER_ATTACK + len(attackers) + delays.TURNS * turns, name
    for name in TARGETS:  # nobody is locked out, right after the attack and on a new phone
        after = Office(app)
        again: Queue[str] = Queue()
        again.put(name)
        arrive(after, again)
        assert after.tries[name] <= 3
