"""Reading a lesson on a phone of 360x740: time counts while the page is visible, and survives a lost line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from suyu_learn.models import Completion, ProgressStep
from tests.browser.pages import faults
from tests.browser.sitters import MakePhone, signed_in
from tests.factories import course_draft, learn, learner, single, stored_bank, stored_course

HIDDEN_SECONDS = 4
HIDE = """hidden => {
  Object.defineProperty(document, "visibilityState", {get: () => hidden ? "hidden" : "visible", configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""
LESSON = "土" * 40 + "\n\n## 一节\n\n- **一**\n- 二\n\n| 条件 | 在车间里是什么 |\n|---|---|\n| 甲 | 乙 |\n"


@pytest.fixture
def course(app: Flask) -> str:
    """The path of a course with a question, and somebody to read it."""
    here = learn(app)
    draft = single(1)
    with here.database.writing() as session:
        stored_bank(session, now=here.now(), questions=[draft])
        plain = course_draft((draft.uid,), ())
        lessons = tuple(replace(one, title="一把木粉", text=LESSON) for one in plain.lessons)
        stored_course(session, replace(plain, lessons=lessons), now=here.now())
        learner(session, now=here.now(), username="lin")
    return "/courses/soil"


def _spent(app: Flask) -> list[int]:
    with learn(app).database.reading() as session:
        return list(
            session.scalars(
                select(ProgressStep.seconds).where(ProgressStep.kind == "spent").order_by(ProgressStep.id)
            )
        )  # fmt: skip


def test_time_counts_only_while_the_lesson_is_visible(app: Flask, live_url: str, course: str, phone: MakePhone) -> None:
    page = signed_in(phone(), live_url)
    page.goto(f"{live_url}{course}/lesson-1")
    page.wait_for_timeout(2200)
    page.evaluate(HIDE, True)
    page.wait_for_timeout(1000 * HIDDEN_SECONDS)
    page.evaluate(HIDE, False)
    page.wait_for_timeout(1200)
    page.locator("label").filter(has_text="right answer").click()
    page.click("button[value=finish]")
    expect(page).to_have_url(f"{live_url}{course}/lesson-2")
    page.wait_for_timeout(300)
    page.click("button[value=finish]")
    expect(page.locator("main")).to_contain_text("You have completed this course")
    with learn(app).database.reading() as session:
        lesson = session.scalars(select(Completion)).one().evidence["lessons"][0]
        steps = session.scalars(select(ProgressStep).order_by(ProgressStep.id)).all()
    opened = next(step for step in steps if step.kind == "opened")
    finished = next(step for step in steps if step.kind == "finished")
    spent = [step.seconds for step in steps if step.kind == "spent" and step.lesson_id == opened.lesson_id]
    assert spent[0] >= 2  # what was visible before
    assert lesson["spent"] == sum(spent) >= 3
    assert (finished.at - opened.at).total_seconds() - sum(spent[:2]) >= HIDDEN_SECONDS


def test_time_on_a_lost_line_waits_and_counts_once(app: Flask, live_url: str, course: str, phone: MakePhone) -> None:
    context = phone()
    page = signed_in(context, live_url)
    page.goto(f"{live_url}{course}/lesson-1")
    context.set_offline(True)
    page.wait_for_timeout(2200)
    page.evaluate(HIDE, True)
    page.wait_for_timeout(300)
    assert _spent(app) == []
    context.set_offline(False)
    for _ in range(2):
        page.goto(f"{live_url}{course}/lesson-1")
        page.wait_for_timeout(500)
    assert [seconds for seconds in _spent(app) if seconds > 1] == [2]


def test_a_lesson_is_read_without_script(app: Flask, live_url: str, course: str, phone: MakePhone) -> None:
    page = signed_in(phone(java_script_enabled=False), live_url)
    page.goto(f"{live_url}{course}/lesson-1")
    page.wait_for_timeout(1200)
    page.locator("label").filter(has_text="wrong answer 1.1").click()
    page.click("button[value=finish]")
    expect(page.locator("main")).to_contain_text("Because of 1.")
    page.click("text=Try again")
    page.locator("label").filter(has_text="right answer").click()
    page.click("button[value=check]")
    expect(page.locator(".sl-verdict")).to_contain_text("Right")
    assert sum(_spent(app)) >= 1


@pytest.mark.parametrize(("elder", "lang"), [(False, "en-GB"), (True, "zh-CN")], ids=["normal", "elder and Chinese"])
def test_the_pages_are_accessible_and_fit(
    app: Flask, live_url: str, course: str, phone: MakePhone, elder: bool, lang: str
) -> None:
    page = signed_in(phone(locale=lang), live_url)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    if elder:
        page.click('button[name="elder"]')
    found: list[str] = []
    for path in ("/courses", course, f"{course}/lesson-1"):
        page.goto(f"{live_url}{path}")
        expect(page.locator("html")).to_have_attribute("lang", {"en-GB": "en", "zh-CN": "zh-Hans"}[lang])
        found += faults(page)
    page.locator("label").filter(has_text="wrong answer 1.1").click()
    page.click("button[value=check]")
    expect(page.locator(".sl-verdict")).to_be_visible()
    found += faults(page)
    page.goto(live_url)
    found += faults(page)
    assert found == []
    assert [url for url in asked if not url.startswith(live_url)] == []
    if elder:
        page.goto(f"{live_url}{course}/lesson-1")
        size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.sl-reading p')).fontSize)")
        heights = page.evaluate("[...document.querySelectorAll('.sl-checkpoints button')].map(one => one.offsetHeight)")
        assert size >= 24
        assert min(heights) >= 60
