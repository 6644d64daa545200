"""The waiting room on a phone whose clock is wrong: it opens by itself, and learns what becomes of the exam."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from suyu_learn.models import Attempt, Exam, Person
from suyu_learn.services import exam_changes
from tests.factories import PASSWORD, Stage, learn, stage

MakePhone = Callable[..., BrowserContext]

WRONG_CLOCK = """
  const Right = Date;
  window.ahead = 5 * 3600 * 1000;
  window.Date = class extends Right {
    constructor(...given) { if (given.length) super(...given); else super(Right.now() + window.ahead); }
    static now() { return Right.now() + window.ahead; }
  };
"""
WAKES = "() => { window.ahead += 60000; document.dispatchEvent(new Event('visibilitychange')); }"
"""A phone that has slept for a minute comes back into sight."""


def _waiting(app: Flask, phone: MakePhone, url: str, *, opens_in: timedelta, **policy: object) -> tuple[Stage, Page]:
    """A phone, five hours ahead, on the cover of an exam that opens so much later."""
    given = stage(app, opens_at=learn(app).now() + timedelta(hours=1), **policy)
    context = phone()
    context.add_init_script(WRONG_CLOCK)
    page = context.new_page()
    page.goto(f"{url}/login")
    page.fill("input[name=username]", "lin")
    page.fill("input[name=password]", PASSWORD)
    page.click("form.sl-form button[type=submit]")
    expect(page.locator("h1")).to_contain_text("Hello")
    with learn(app).database.writing() as session:
        session.get_one(Exam, given.exam_id).opens_at = learn(app).now() + opens_in
    page.goto(f"{url}/exams/{given.exam_id}")
    page.evaluate("() => { window.never_loaded_again = true; }")
    return given, page


def _move(app: Flask, exam_id: int, opens_at: datetime) -> None:
    here = learn(app)
    with here.database.writing() as session:
        exam, actor = session.get_one(Exam, exam_id), session.scalars(select(Person)).first()
        assert actor is not None
        wanted = replace(exam_changes.wanted_now(session, exam), opens_at=opens_at)
        exam_changes.change(session, exam, wanted, reason="Fog", actor=actor, now=here.now(), grace=here.grace)


def test_it_opens_by_itself_whatever_the_clock_of_the_phone_says(app: Flask, live_url: str, phone: MakePhone) -> None:
    given, page = _waiting(app, phone, live_url, opens_in=timedelta(seconds=4))
    begin = page.locator("#start button")
    expect(begin).to_be_disabled()
    expect(begin).to_have_text("Not open yet")
    expect(page.locator("[data-by-itself]")).to_contain_text("00:00:0")
    expect(page.locator("[data-by-hand]")).to_be_hidden()
    assert Axe().run(page).violations_count == 0
    expect(begin).to_be_enabled(timeout=10_000)
    expect(page.get_by_role("status")).to_have_text("The exam is open. You can begin.")
    assert page.evaluate("() => window.never_loaded_again")
    begin.click()
    expect(page.locator("form.sl-paper")).to_be_visible()
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert attempt.started_at >= session.get_one(Exam, given.exam_id).opens_at


def test_moved_and_withdrawn_while_people_wait(app: Flask, live_url: str, phone: MakePhone) -> None:
    given, page = _waiting(app, phone, live_url, opens_in=timedelta(hours=1))
    here, said, begin = learn(app), page.get_by_role("status"), page.locator("#start button")
    _move(app, given.exam_id, here.now() + timedelta(hours=2))
    page.evaluate(WAKES)
    expect(said).to_contain_text("The opening was moved to")
    expect(page.locator("[data-time]")).to_contain_text("01:59:")
    expect(begin).to_be_disabled()
    first = said.text_content()

    with here.database.writing() as session:
        session.get_one(Exam, given.exam_id).state = "withdrawn"
    page.evaluate(WAKES)
    expect(said).to_contain_text("it was withdrawn")
    expect(page.locator("[data-time]")).to_be_empty()
    with here.database.writing() as session:
        session.get_one(Exam, given.exam_id).state = "published"

    _move(app, given.exam_id, here.now() + timedelta(minutes=30))
    page.evaluate(WAKES)
    expect(said).to_contain_text("The opening was moved to")
    assert said.text_content() != first
    expect(page.locator("[data-time]")).to_contain_text("00:29:")
    assert Axe().run(page).violations_count == 0
    _move(app, given.exam_id, here.now())
    page.evaluate(WAKES)
    expect(begin).to_be_enabled()
    expect(said).to_have_text("The exam is open. You can begin.")
    assert page.evaluate("() => window.never_loaded_again")


def test_where_many_wait_the_start_is_spread_and_says_so(app: Flask, live_url: str, phone: MakePhone) -> None:
    given, page = _waiting(app, phone, live_url, opens_in=timedelta(hours=1))
    for _asked in range(10_000):
        learn(app).crowd.count(given.exam_id)
    page.evaluate(WAKES)
    page.evaluate("() => { Math.random = () => 0.25; }")
    _move(app, given.exam_id, learn(app).now())
    page.evaluate(WAKES)
    begin = page.locator("#start button")
    expect(begin).to_be_enabled()
    begin.click()
    expect(page.get_by_role("status")).to_contain_text(
        "Your paper comes in a few seconds, and your time begins with it."
    )
    with learn(app).database.reading() as session:
        assert session.scalars(select(Attempt)).first() is None
    expect(page.locator("form.sl-paper")).to_be_visible(timeout=10_000)


def test_a_phone_without_script_reads_when_to_come_back(app: Flask, live_url: str, phone: MakePhone) -> None:
    given = stage(app, opens_at=learn(app).now() + timedelta(hours=1))
    page = phone(java_script_enabled=False).new_page()
    page.goto(f"{live_url}/login")
    page.fill("input[name=username]", "lin")
    page.fill("input[name=password]", PASSWORD)
    page.click("form.sl-form button[type=submit]")
    page.goto(f"{live_url}/exams/{given.exam_id}")
    expect(page.locator("[data-by-hand]")).to_be_visible()
    expect(page.locator("[data-by-itself]")).to_be_hidden()
    expect(page.locator("#start button")).to_be_disabled()
    with learn(app).database.writing() as session:
        session.get_one(Exam, given.exam_id).opens_at = learn(app).now()
    page.click("text=Load it again")
    page.click("#start button")
    expect(page.locator("form.sl-paper")).to_be_visible()
