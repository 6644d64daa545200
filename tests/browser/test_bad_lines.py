"""No line, a slow line, a line that loses replies, a wrong clock: nothing is lost and nobody is given time."""

from __future__ import annotations

import json
import random
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Error, Page, Request, expect
from sqlalchemy import select

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import Attempt, Step
from tests.browser.serving import served
from tests.browser.sitters import MakePhone, MovedClock, begin, choose, hand_in, signed_in, singles, truth
from tests.factories import Stage, learn, single, stage

OFFLINE_SECONDS = 180
QUESTIONS = 20
BITS, LATENCY_MS = 32_000, 2_000
LOST = 0.05
MOST_BYTES = 300
"""The body of an answer, and of the reply to it."""


@pytest.fixture
def moved() -> MovedClock:
    return MovedClock()


@pytest.fixture
def app(make_app: Callable[..., Flask], moved: MovedClock) -> Flask:
    return make_app(clock=moved)


@pytest.fixture
def given(app: Flask) -> Stage:
    return stage(app, questions=[single(number) for number in range(1, QUESTIONS + 1)], points=5, minutes=10)


def _begun(phone: MakePhone, url: str, given: Stage, *, off_by: timedelta = timedelta(0)) -> Page:
    """A paper on a phone whose time a test can move; its clock is wrong by `off_by`."""
    context = phone()
    context.clock.install(time=MovedClock()() + off_by)
    page = signed_in(context, url)
    begin(page, url, given)
    return page


def _seconds_left(page: Page) -> int:
    minutes, seconds = page.locator("[data-time]").inner_text().split(":")
    return int(minutes) * 60 + int(seconds)


def test_ten_answers_of_three_minutes_without_line_arrive_with_their_times(
    app: Flask, live_url: str, given: Stage, phone: MakePhone, moved: MovedClock
) -> None:
    page = _begun(phone, live_url, given)
    page.context.set_offline(True)
    began, slots = moved(), singles(app)[:10]
    for slot in slots:
        moved.pass_over(page, OFFLINE_SECONDS // len(slots))
        choose(page, slot)
    expect(page.locator(".sl-status")).to_contain_text("kept on this phone")
    assert truth(app).responses == {}

    page.context.set_offline(False)
    expect(page.locator(".sl-status")).to_contain_text("aved", timeout=40_000)
    assert truth(app).responses == dict.fromkeys(slots, "right")
    with learn(app).database.reading() as session:
        made = dict(session.execute(select(Step.slot, Step.made_at).where(Step.kind == "saved")).all())
    each = OFFLINE_SECONDS / len(slots)
    late = [(made[slot] - began).total_seconds() - place * each for place, slot in enumerate(slots, start=1)]
    assert all(-2 < seconds < 15 for seconds in late), late


def test_time_that_runs_out_without_line_counts_what_was_answered_in_time(
    app: Flask, live_url: str, given: Stage, phone: MakePhone, moved: MovedClock
) -> None:
    page = _begun(phone, live_url, given)
    slots = singles(app)
    choose(page, slots[0])
    expect(page.locator(".sl-status")).to_contain_text("Saved")
    page.context.set_offline(True)
    moved.pass_over(page, 570)
    choose(page, slots[1])
    moved.pass_over(page, 60)
    expect(page.locator(".sl-status")).to_contain_text("handing in goes on by itself")
    assert page.locator(f'input[name="q{slots[2]}"]').first.is_disabled()
    assert truth(app).state is AttemptState.OPEN

    page.context.set_offline(False)
    page.clock.run_for(30_000)  # the longest wait before it is tried again
    page.wait_for_url("**/result", timeout=20_000)
    found = truth(app)
    assert found.responses == {slots[0]: "right", slots[1]: "right"}
    assert found.late_answers == 1
    with learn(app).database.reading() as session:
        assert session.scalars(select(Attempt)).one().points == 10


@pytest.mark.parametrize("hours", [-26, 9])
def test_a_wrong_clock_on_the_phone_changes_nothing(
    app: Flask, live_url: str, given: Stage, phone: MakePhone, moved: MovedClock, hours: int
) -> None:
    page = _begun(phone, live_url, given, off_by=timedelta(hours=hours))
    assert 590 <= _seconds_left(page) <= 600
    page.context.set_offline(True)
    slot, began = singles(app)[0], moved()
    choose(page, slot)
    moved.pass_over(page, 100)
    page.clock.set_system_time(moved() - timedelta(hours=hours))  # set right, or wrong the other way, meanwhile
    assert 480 <= _seconds_left(page) <= 500
    page.context.set_offline(False)
    expect(page.locator(".sl-status")).to_contain_text("aved", timeout=40_000)
    with learn(app).database.reading() as session:
        made = session.scalars(select(Step.made_at).where(Step.kind == "saved")).one()
    assert abs((made - began).total_seconds()) < 15


class _LosingReplies:
    """A line that breaks after the server has done what was asked: the first reply of each kind never comes back,
    nor do some of the others."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._chance = random.Random(LOST)
        self._guard = threading.Lock()
        self.lost: dict[str, int] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        said: list[Any] = []

        def keep(*head: Any) -> Any:
            said.append(head)

        body = b"".join(self._app(environ, keep))  # all is committed by now
        if self._loses(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'].rstrip('0123456789')}"):
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return []
        start_response(*said[-1])
        return [body]

    def _loses(self, kind: str) -> bool:
        with self._guard:
            if "/static/" in kind or (kind in self.lost and self._chance.random() >= LOST):
                return False
            self.lost[kind] = self.lost.get(kind, 0) + 1
            return True


@pytest.fixture
def losing(app: Flask) -> Iterator[tuple[str, _LosingReplies]]:
    """The app behind a line that loses replies."""
    line = _LosingReplies(app)
    with served(line) as address:
        yield address, line


def _until_there(page: Page, wanted: str, act: Callable[[], Any]) -> None:
    """Do it again where the line has swallowed the page, as a person does."""
    for _ in range(5):
        with suppress(Error):
            act()
        for _ in range(60):
            if page.locator(wanted).count():
                return
            if page.url.startswith("chrome-error:"):
                break
            page.wait_for_timeout(500)
    raise AssertionError(f"{wanted} never came")


def _begin(page: Page) -> None:
    """Press the button, or load the page again where it has been pressed."""
    if page.locator("main form button").count():
        page.click("main form button")
    else:
        page.reload()


def _end(page: Page) -> None:
    """Hand in, or load the page again where that has been done."""
    if page.locator("form.sl-paper").count():
        hand_in(page)
    else:
        page.reload()


@pytest.mark.slow
def test_an_exam_of_twenty_questions_on_a_slow_line_that_loses_replies(
    app: Flask, losing: tuple[str, _LosingReplies], live_url: str, given: Stage, phone: MakePhone
) -> None:
    url, line = losing
    context = phone()
    page = signed_in(context, live_url)
    sizes: list[tuple[int, int]] = []
    page.on("requestfinished", lambda request: _note(request, sizes))
    talk = context.new_cdp_session(page)
    talk.send("Network.enable")
    talk.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": LATENCY_MS, "downloadThroughput": BITS / 8, "uploadThroughput": BITS / 8,
    })  # fmt: skip
    _until_there(page, "main form button", lambda: page.goto(f"{url}/exams/{given.exam_id}", timeout=60_000))
    _until_there(page, "form.sl-paper", lambda: _begin(page))
    for slot in singles(app):
        choose(page, slot)
        page.wait_for_timeout(500)
    _until_there(page, ".sl-result", lambda: _end(page))
    found = truth(app)
    assert found.responses == dict.fromkeys(range(1, QUESTIONS + 1), "right")
    assert found.state is AttemptState.SUBMITTED
    assert {kind.partition(" ")[0] for kind in line.lost} == {"GET", "POST", "PUT"}
    assert sum(kind.endswith(("/answers", "/answers/", "/submit", "/attempts")) for kind in line.lost) == 4, line.lost
    assert sizes
    assert min(min(pair) for pair in sizes) > 0, "a size that nobody says is no small one"
    assert max(max(pair) for pair in sizes) <= MOST_BYTES, sizes


def _note(request: Request, sizes: list[tuple[int, int]]) -> None:
    """The bytes of each answer both ways; of a queue, those of its share."""
    if request.method != "PUT":
        return
    body, response = request.post_data or "", request.response()
    said = json.loads(body)
    answers = max(1, len(said)) if isinstance(said, list) else 1
    back = int(response.headers.get("content-length", 0)) if response is not None else 0
    sizes.append((len(body.encode()) // answers, back // answers))
