"""Watching a film on a phone of 360x740: what is played counts once, what is leapt over does not, and waits for a line.

The film is H.264 in MP4, made byte by byte by `tests.films`, since that is what phones play and Chromium's own recorder
does not make it; nothing beside the browser is needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from suyu_learn.domain.courses import Played, covered, united
from suyu_learn.models import ProgressStep
from tests.browser.pages import faults
from tests.browser.sitters import MakePhone, signed_in
from tests.factories import filmed_course, learn, learner, stored_film
from tests.films import film, mp3

LENGTH = 20
PLAY = """rate => {
  const film = document.querySelector("video");
  film.muted = true;
  film.playbackRate = rate;
  film.play();
}"""
PAUSE = "document.querySelector('video').pause()"
SEEK = "place => { document.querySelector('video').currentTime = place; }"
READY = "document.querySelector('video').readyState >= 1"
AT = "document.querySelector('video').currentTime"


@pytest.fixture
def lesson(app: Flask) -> str:
    """A lesson with a film that may be skipped, and a sound."""
    return _stored(app, seek_lock=False)


def _stored(app: Flask, *, seek_lock: bool, seconds: int = LENGTH) -> str:
    here = learn(app)
    with here.database.writing() as session:
        media = stored_film(app, session, film(seconds)), stored_film(app, session, mp3(5), name="a.mp3")
        filmed_course(session, (media[0], "Up a ladder"), (media[1], "Read out"), now=here.now(), seek_lock=seek_lock)
        learner(session, now=here.now(), username="lin")
    return "/courses/soil/lesson-1"


def _spans(app: Flask) -> list[Played]:
    with learn(app).database.reading() as session:
        steps = session.scalars(
            select(ProgressStep).where(ProgressStep.kind == "watched").order_by(ProgressStep.id)
        ).all()
    details: list[Any] = [step.detail for step in steps]
    return [Played(one["from"], one["to"]) for one in details]


def _told(app: Flask, page: Page, fits: Callable[[tuple[Played, ...]], bool]) -> tuple[Played, ...]:
    """What was watched, once it has arrived and no more comes."""
    before: tuple[Played, ...] = ()
    for _try in range(30):
        found = united(_spans(app))
        if fits(found) and found == before:
            return found
        before = found
        page.wait_for_timeout(500)
    raise AssertionError(f"It has not arrived as expected: {before}.")


def _until(page: Page, expression: str, *, seconds: float = 15) -> None:
    """Wait for something of the page; its policy forbids playwright's own way of waiting."""
    for _try in range(round(seconds * 20)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"It did not come to {expression}; the film is at {page.evaluate(AT)}.")


def _come_to(page: Page, place: float) -> None:
    _until(page, f"{AT} >= {place}")


def test_what_is_played_counts_once_and_what_is_leapt_over_does_not(
    app: Flask, live_url: str, lesson: str, phone: MakePhone
) -> None:
    context = phone()
    page = signed_in(context, live_url)
    page.goto(live_url + lesson)
    assert faults(page) == []
    _until(page, READY)
    assert page.evaluate(AT) == 0  # nothing plays by itself
    page.evaluate(PLAY, 2)
    _come_to(page, 3)
    page.evaluate(SEEK, 12)
    _come_to(page, 14)
    page.evaluate(SEEK, 1)  # back, over what was watched
    _come_to(page, 2)
    page.evaluate(PAUSE)
    first = _told(app, page, lambda spans: len(spans) == 2)
    assert len(first) == 2
    assert first[0].begin < 0.5
    assert 2.5 < first[0].end < 4.5
    assert 11.5 < first[1].begin < 12.5
    assert 13.5 < first[1].end < 15
    assert covered(first) < 8
    expect(page.locator("[data-film-said]").first).to_contain_text("of 0:20 watched")
    context.set_offline(True)  # the line is lost while the film is in the browser
    page.evaluate(SEEK, 4)
    page.evaluate(PLAY, 2)
    _come_to(page, 6)
    page.evaluate(PAUSE)
    page.wait_for_timeout(300)
    assert united(_spans(app)) == first
    context.set_offline(False)
    page.goto(live_url + lesson)
    _told(app, page, lambda spans: any(span.begin <= 4.3 and span.end >= 5.9 for span in spans))
    _until(page, READY)
    kept = page.locator("[data-film-said]").first.inner_text()
    assert kept.startswith("Film, 0:0")  # where it stands after coming back


def test_a_film_that_cannot_be_skipped_goes_back_and_is_watched_before_the_lesson_is_finished(
    app: Flask, live_url: str, phone: MakePhone
) -> None:
    lesson = _stored(app, seek_lock=True, seconds=10)
    page = signed_in(phone(), live_url)
    page.goto(live_url + lesson)
    _until(page, READY)
    page.evaluate(SEEK, 9)
    _until(page, f"{AT} < 1")
    page.evaluate(PLAY, 16)  # faster than anybody can watch: it plays at double speed
    _until(page, "document.querySelector('video').playbackRate === 2")
    _come_to(page, 3)
    page.evaluate(SEEK, 9)
    _until(page, f"{AT} < 6")
    page.evaluate(PAUSE)
    page.click("button[value=finish]")
    told = page.locator("main").get_by_text(re.compile(r"is not watched to its end.*Go on from 0:0\d")).first
    go_on = re.search(r"Go on from 0:0(\d)", told.inner_text())
    assert go_on is not None
    _until(page, READY)
    page.evaluate(SEEK, int(go_on[1]))
    page.evaluate(PLAY, 2)
    _until(page, "document.querySelector('video').ended")
    page.click("button[value=finish]")
    expect(page).to_have_url(f"{live_url}/courses/soil/lesson-2")
    assert covered(_spans(app)) >= 9.5


def test_what_was_played_without_a_line_is_told_first_and_the_lesson_is_finished(
    app: Flask, live_url: str, phone: MakePhone
) -> None:
    lesson = _stored(app, seek_lock=True, seconds=10)
    context = phone()
    page = signed_in(context, live_url)
    page.goto(live_url + lesson)
    page.evaluate("document.querySelector('video').preload = 'auto'")
    _until(page, "document.querySelector('video').readyState === 4")
    page.evaluate(PLAY, 2)
    _come_to(page, 1)
    context.set_offline(True)
    _until(page, "document.querySelector('video').ended")
    page.click("button[value=finish]")
    expect(page.locator(".sl-waits")).to_contain_text("lessons read: 1")
    assert _kinds(app, "finished") == 0
    context.set_offline(False)
    expect(page.locator(".sl-waits")).to_contain_text("all has been sent", timeout=20_000)
    assert covered(_spans(app)) >= 9.5
    assert _kinds(app, "finished") == 1


def test_what_was_played_arrives_from_whatever_page_comes_next(
    app: Flask, live_url: str, lesson: str, phone: MakePhone
) -> None:
    page = signed_in(phone(), live_url)
    page.route("**/watched", lambda route: route.abort())
    page.goto(live_url + lesson)
    _until(page, READY)
    page.evaluate(PLAY, 2)
    _come_to(page, 3)
    page.evaluate(PAUSE)
    page.wait_for_timeout(300)
    assert _spans(app) == []
    page.unroute("**/watched")
    page.goto(live_url)
    _told(app, page, lambda spans: len(spans) == 1 and spans[0].end >= 1.5)


def _kinds(app: Flask, kind: str) -> int:
    with learn(app).database.reading() as session:
        return len(session.scalars(select(ProgressStep.id).where(ProgressStep.kind == kind)).all())
