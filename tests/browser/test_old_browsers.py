"""Browsers inside other apps have no service worker, speech, clipboard, downloads or lasting storage: all works on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect
from sqlalchemy import select

from suyu_learn.models import Completion, ProgressStep, Role, Shown
from suyu_learn.services import people
from tests.browser.sitters import MakePhone, begin, choose, hand_in, signed_in, truth
from tests.factories import (
    PASSWORD,
    course_draft,
    given_programme,
    learn,
    learner,
    manager,
    single,
    stage,
    stored_bank,
    stored_course,
)

WITHOUT = """(() => {
    const refused = {get() { throw new DOMException("The operation is insecure.", "SecurityError"); }};
    ["localStorage", "sessionStorage"].forEach(name => Object.defineProperty(window, name, refused));
    ["caches", "indexedDB", "speechSynthesis", "SpeechSynthesisUtterance"]
        .forEach(name => Object.defineProperty(window, name, {value: undefined}));
    ["serviceWorker", "clipboard", "sendBeacon", "wakeLock"].forEach(name => delete Navigator.prototype[name]);
    document.execCommand = () => false;
})();"""


@pytest.fixture
def old(phone: MakePhone) -> Iterator[BrowserContext]:
    """A phone whose browser has little; nothing that runs in it may fail, and nothing is downloaded."""
    faults: list[str] = []
    context = phone(accept_downloads=False, service_workers="block")
    context.add_init_script(WITHOUT)
    context.on("weberror", lambda found: faults.append(str(found.error)))
    context.on("page", lambda page: page.on("download", lambda found: faults.append(found.url)))
    yield context
    assert faults == []


def test_an_exam_in_large_text_and_its_result_as_a_picture(app: Flask, live_url: str, old: BrowserContext) -> None:
    given = stage(app, questions=[single(number) for number in (1, 2, 3)], show_key=Shown.NOW, shuffle_questions=False)
    page = signed_in(old, live_url)
    page.click('button[name="elder"]')
    begin(page, live_url, given)
    assert page.evaluate("[window.caches, navigator.serviceWorker, navigator.clipboard].every(one => !one)")
    assert page.locator(".sl-flag--sound").count() == 0  # no button for what the phone cannot do
    choose(page, 1)
    expect(page.locator(".sl-status")).to_contain_text("Saved")
    old.set_offline(True)
    for slot in (2, 3):
        page.click("[data-next]")
        choose(page, slot)
    expect(page.locator(".sl-status")).to_contain_text("your answers wait in this page")
    assert set(truth(app).responses) == {1}
    old.set_offline(False)
    expect(page.locator(".sl-status")).to_contain_text("aved", timeout=40_000)
    assert truth(app).responses == dict.fromkeys((1, 2, 3), "right")
    hand_in(page)
    page.click("[data-draw]")
    picture = page.locator("[data-place] img")
    expect(picture).to_be_visible()
    assert "60" in (picture.get_attribute("alt") or "")
    assert (picture.get_attribute("src") or "").startswith("data:image/png")


def test_signed_out_the_page_says_that_it_alone_has_the_answers_and_the_button_keeps_them(
    app: Flask, live_url: str, old: BrowserContext
) -> None:
    given = stage(app, questions=[single(number) for number in (1, 2)], shuffle_questions=False)
    page = signed_in(old, live_url)
    begin(page, live_url, given)
    old.clear_cookies()
    choose(page, 1)
    banner = page.get_by_role("alert").filter(has_text="You have been signed out")
    expect(banner).to_contain_text("in this page only")
    expect(banner).not_to_contain_text("kept on this phone")
    banner.get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("Your answers are kept with your paper")
    page.get_by_role("link", name="Sign in again").click()
    page.fill("input[name=username]", "lin")
    page.fill("input[name=password]", PASSWORD)
    page.click("form.sl-form button[type=submit]")
    page.get_by_role("button", name="Take them over").click()
    expect(page.locator("input[name=q1][value=right]")).to_be_checked()
    assert truth(app).responses == {1: "right"}


def test_two_lessons_without_a_line_in_memory_alone(app: Flask, live_url: str, old: BrowserContext) -> None:
    here, draft = learn(app), single(1)
    with here.database.writing() as session:
        stored_bank(session, now=here.now(), questions=[draft])
        plain = course_draft((draft.uid,), ())
        lessons = tuple(replace(one, title=f"Lesson {place}") for place, one in enumerate(plain.lessons, start=1))
        stored_course(session, replace(plain, lessons=lessons), now=here.now())
        learner(session, now=here.now(), username="lin")
    page = signed_in(old, live_url)
    with page.expect_response("**/lesson-2/kept"):
        page.goto(f"{live_url}/courses/soil/lesson-1")
    page.wait_for_timeout(300)
    old.set_offline(True)
    choose(page, 1)
    page.click("button[value=finish]")
    expect(page.locator("h1")).to_have_text("Lesson 2")
    page.wait_for_timeout(1200)
    page.click("button[value=finish]")
    waits = page.locator(".sl-waits")
    expect(waits).to_contain_text("lessons read: 2 · answers: 1")
    old.set_offline(False)
    expect(waits).to_contain_text("all has been sent", timeout=20_000)
    with learn(app).database.reading() as session:
        assert len(session.scalars(select(ProgressStep).where(ProgressStep.kind == "finished")).all()) == 2
        assert session.scalars(select(Completion)).one().evidence["lessons"][1]["spent"] >= 1


def test_a_text_that_cannot_be_copied_is_selected_and_said(app: Flask, live_url: str, old: BrowserContext) -> None:
    here = learn(app)
    with here.database.writing() as session:
        mill = people.add_unit(session, "Mill", parent=None, now=here.now())
        given = given_programme(session, mill, now=here.now())
        given.to(session, learner(session, now=here.now(), unit=mill), now=here.now(), due_on=here.now().date())
        boss = manager(session, Role.ORGANIZER, mill, now=here.now()).username or ""
    page = signed_in(old, live_url, boss)
    page.goto(f"{live_url}/manage/reminders")
    page.get_by_role("link", name="Safe on ladders").click()
    button = page.get_by_role("button", name="Copy").first
    button.click()
    status = page.get_by_role("status").filter(has_text=button.get_attribute("data-failed") or "?")
    expect(status.first).to_be_visible()
    assert page.evaluate("document.getSelection().toString() || document.activeElement.value").strip()
