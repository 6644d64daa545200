"""Pages of learners are made a few at a time; answers pass them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from suyu_learn import turns
from suyu_learn.services import passwords


@pytest.fixture
def taken() -> Iterator[threading.Event]:
    """All turns held by others until the event is set, or the test ends."""
    done, held = threading.Event(), threading.Barrier(turns.AT_ONCE + 1)

    def hold() -> None:
        with turns.one_turn():
            held.wait()
            done.wait()

    with ThreadPoolExecutor(turns.AT_ONCE) as others:
        for _ in range(turns.AT_ONCE):
            others.submit(hold)
        held.wait()
        yield done
        done.set()


def test_a_page_waits_for_its_turn_and_an_answer_does_not(app: Flask, taken: threading.Event) -> None:
    with ThreadPoolExecutor(1) as another:
        page = another.submit(app.test_client().get, "/login")
        assert app.test_client().put("/attempts/none/answers/1", json={}).status_code in (400, 401)
        assert not page.done()
        taken.set()
        assert page.result(timeout=5).status_code == 200


def test_a_page_that_waits_too_long_goes_on(
    app: Flask, taken: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    assert app.test_client().get("/login").status_code == 200
    assert not taken.is_set()


def test_whoever_checks_a_password_lets_others_make_their_pages() -> None:
    came = []
    with turns.one_turn():
        with turns.others_meanwhile(), ThreadPoolExecutor(turns.AT_ONCE) as others:
            came = list(others.map(lambda _: _makes_a_page(), range(turns.AT_ONCE)))
        assert passwords.verify("wrong", None) is False
    assert came == [True] * turns.AT_ONCE


def _makes_a_page() -> bool:
    with turns.one_turn():
        return True
