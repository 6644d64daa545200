"""One question at a time on a phone: its time runs out, the line is down, the keyboard alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from suyu_learn.models import Attempt, Delivery, Step
from suyu_learn.services import sitting
from tests.browser.pages import faults
from tests.browser.sitters import MakePhone, MovedClock, choose, truth
from tests.factories import PASSWORD, Stage, learn, single, stage

SECONDS = 60


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def given(app: Flask, clock: MovedClock) -> Stage:
    app.extensions["suyu_learn"].clock = clock
    drafts = [single(number) for number in range(1, 4)]
    return stage(app, questions=drafts, points=10, minutes=10, delivery=Delivery.STEPWISE, question_seconds=SECONDS)


def _started(context: BrowserContext, url: str, given: Stage) -> Page:
    page = context.new_page()
    page.goto(f"{url}/login")
    page.fill("input[name=username]", "lin")
    page.fill("input[name=password]", PASSWORD)
    page.click("form.sl-form button[type=submit]")
    page.wait_for_url(f"{url}/")
    page.goto(f"{url}/exams/{given.exam_id}")
    page.click("main form button")
    expect(page.locator("form.sl-paper")).to_be_visible()
    return page


def _at(page: Page, slot: int) -> None:
    expect(page.locator("h2")).to_have_text(f"Question {slot} of 3", timeout=15_000)


def test_the_time_of_a_question_runs_out_and_the_line_is_down_at_next(
    app: Flask, live_url: str, given: Stage, phone: MakePhone, clock: MovedClock
) -> None:
    context = phone()
    page = _started(context, live_url, given)
    _at(page, 1)
    clock.by += timedelta(seconds=SECONDS - 5)
    page.reload()
    expect(page.locator("#announcer")).to_have_text("")
    choose(page, 1)
    _at(page, 2)  # by itself
    assert truth(app).responses == {1: "right"}

    for path in ("**/answers/**", "**/answers", "**/next"):
        context.route(path, lambda route: route.abort())
    choose(page, 2)
    page.click(".sl-foot button")
    expect(page.locator(".sl-status")).to_contain_text("it goes on by itself as soon as the line is back")
    expect(page.locator("#announcer")).to_contain_text("No connection")
    kept = page.evaluate("Object.keys(localStorage).map(name => localStorage.getItem(name)).join()")
    assert '"response":"right"' in kept
    assert truth(app).responses == {1: "right"}
    for path in ("**/answers/**", "**/answers", "**/next"):
        context.unroute(path)
    _at(page, 3)
    assert truth(app).responses == {1: "right", 2: "right"}

    page.locator('input[name="q3"]').first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".sl-status")).to_contain_text("Saved")
    page.locator(".sl-foot button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/result")
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert sitting.rebuild(session, attempt) == {}
        assert attempt.state == "submitted"
        assert session.scalars(select(Step.slot).where(Step.kind == "shown").order_by(Step.id)).all() == [1, 2, 3, None]


def test_signed_out_the_answer_is_kept_in_time_and_offered_after_signing_in(
    app: Flask, live_url: str, given: Stage, phone: MakePhone, clock: MovedClock
) -> None:
    context = phone()
    page = _started(context, live_url, given)
    context.clear_cookies()
    with page.expect_response("**/next") as kept:
        choose(page, 1)
    assert kept.value.status == 401
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
    clock.by += timedelta(seconds=SECONDS + 30)
    page.get_by_role("link", name="Sign in again").click()
    page.fill("input[name=username]", "lin")
    page.fill("input[name=password]", PASSWORD)
    page.click("form.sl-form button[type=submit]")
    _at(page, 2)
    expect(page.locator("main")).to_contain_text("Questions: 1")
    page.get_by_role("button", name="Take them over").click()
    expect(page.locator("main")).not_to_contain_text("Questions: 1")
    assert truth(app).responses == {1: "right"}


def test_towards_the_end_it_is_said_once(
    app: Flask, live_url: str, given: Stage, phone: MakePhone, clock: MovedClock
) -> None:
    page = _started(phone(), live_url, given)
    clock.by += timedelta(seconds=SECONDS - 22)
    page.reload()
    expect(page.locator("[data-time]")).to_have_text(re.compile(r"^0:[12]\d$"))
    expect(page.locator(".sl-clock")).to_have_class("sl-clock is-short")
    expect(page.locator("#announcer")).to_have_text("")
    clock.by += timedelta(seconds=11)
    choose(page, 1)  # the reply tells what is left
    expect(page.locator("#announcer")).to_have_text(re.compile(r"^\d+ seconds left for this question\.$"), timeout=9000)
    expect(page.locator(".sl-clock")).to_have_class("sl-clock is-short is-last")


@pytest.mark.parametrize(
    ("width", "locale", "elder"),
    [(360, "zh-CN", True), (360, "en-GB", False), (1280, "zh-CN", False)],
)
def test_its_pages_are_accessible_and_fit(
    app: Flask, live_url: str, given: Stage, phone: MakePhone, width: int, locale: str, elder: bool
) -> None:
    context = phone(viewport={"width": width, "height": 740}, locale=locale)
    if elder:
        page = context.new_page()
        page.goto(f"{live_url}/login")
        page.click('button[name="elder"]')
        page.close()
    page = _started(context, live_url, given)
    assert page.locator("html[data-elder]").count() == elder
    found = faults(page)
    with learn(app).database.writing() as session:
        attempt = session.scalars(select(Attempt)).one()
        attempt.exam.hand_in_minutes = 5
    for slot in (1, 2, 3):
        page.click(".sl-foot button")
        page.wait_for_selector(f'[data-slot="{slot + 1}"]' if slot < 3 else ".sl-kicker")
    found += faults(page)
    assert found == []
