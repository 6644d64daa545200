"""An organizer at a phone writes a course with slides and questions, and a learner reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from suyu_learn.models import Role, Unit
from suyu_learn.services import people
from tests.browser.pages import faults
from tests.browser.sitters import MakePhone, signed_in
from tests.content.test_pdf_pages import pdf
from tests.factories import learn, learner, manager, single, stored_bank
from tests.web.test_course_exchange import packed, whole


@pytest.fixture
def organizer(app: Flask) -> str:
    """The name of somebody who organizes a mill with a bank of six questions."""
    here = learn(app)
    with here.database.writing() as session:
        people.install_audiences(session)
        mill = people.add_unit(session, "Mill", parent=None, now=here.now())
        stored_bank(session, now=here.now(), unit=mill, questions=[single(number) for number in range(1, 7)])
        learner(session, now=here.now(), username="lin", unit=mill)
        return manager(session, Role.ORGANIZER, mill, now=here.now()).username or ""


MOST_PAGES = 19
"""How many pages somebody opens from signing in until an own PDF is a lesson that people are given."""


def test_from_slides_to_a_lesson_with_five_questions_that_people_are_given(
    live_url: str, organizer: str, phone: MakePhone, tmp_path: Path
) -> None:
    slides = tmp_path / "Ladders.pdf"
    slides.write_bytes(pdf(*(f"Slide {number}" for number in range(1, 8)), size=(190, 254)))
    found: list[str] = []
    page = signed_in(phone(), live_url, organizer)
    opened: list[str] = []
    page.on("domcontentloaded", lambda here: opened.append(here.url))
    page.get_by_role("link", name="Manage", exact=True).click()
    page.locator("main").get_by_role("link", name="Courses").click()
    found += faults(page)
    page.get_by_role("link", name="New course").click()
    page.fill("[name=title]", "Safe on ladders")
    page.locator("label", has_text="Workers").click()
    found += faults(page)
    page.get_by_role("button", name="Begin to write").click()
    page.get_by_role("link", name="Lesson from a PDF").click()
    found += faults(page)
    page.set_input_files("#file", slides)
    page.get_by_role("button", name="Make a lesson of it").click()
    expect(page.locator("[name=title]")).to_have_value("Ladders", timeout=20_000)
    found += faults(page)
    page.get_by_role("button", name="Save, and choose questions").click()
    found += faults(page)
    for number in range(5):
        page.locator(".sl-pick").nth(number).click()
    page.get_by_role("button", name="Add these").click()
    expect(page.locator("#questions li")).to_have_count(5)
    page.get_by_role("button", name="Save", exact=True).click()
    found += faults(page)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("is published; learners find it under Courses.")).to_be_visible()
    found += faults(page)
    page.get_by_role("link", name="Give it to people").click()
    expect(page.get_by_label("The course “Safe on ladders” alone")).to_be_checked()
    found += faults(page)
    page.get_by_role("button", name="Begin with it").click()
    page.get_by_role("button", name="Save and publish").click()
    page.get_by_role("link", name="Assign it").click()
    page.get_by_label("Until").fill((datetime.now(UTC) + timedelta(days=3)).date().isoformat())
    page.get_by_role("button", name="See whom it reaches").click()
    page.get_by_role("button", name="Give it", exact=True).click()
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    assert len(opened) <= MOST_PAGES, opened

    lin = signed_in(phone(), live_url)
    lin.get_by_role("link", name="Safe on ladders").first.click()
    lin.get_by_role("link", name="Safe on ladders").first.click()
    lin.get_by_role("link", name="Begin the course").click()
    expect(lin.locator("h1")).to_have_text("Ladders")
    expect(lin.get_by_role("img", name="Slide 1")).to_be_visible()
    expect(lin.locator(".sl-question")).to_have_count(5)
    found += faults(lin)
    assert found == []


def test_one_writes_and_a_second_person_reviews_and_publishes(
    live_url: str, app: Flask, organizer: str, phone: MakePhone, tmp_path: Path
) -> None:
    here = learn(app)
    with here.database.writing() as session:
        mill = session.scalars(select(Unit).where(Unit.name == "Mill")).one()
        second = manager(session, Role.REVIEWER, mill, now=here.now()).username or ""
    sent = tmp_path / "a.zip"
    sent.write_bytes(packed(whole()))
    found: list[str] = []
    page = signed_in(phone(), live_url, organizer)
    page.goto(f"{live_url}/manage/courses")
    page.get_by_role("link", name="Course from a zip").click()
    found += faults(page)
    page.set_input_files("#file", sent)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("Nothing has come in yet.")).to_be_visible()
    found += faults(page)
    page.get_by_role("button", name="Take it in as a draft").click()
    page.get_by_role("link", name="Settings").click()
    found += faults(page)
    page.locator("label", has_text="A second person publishes").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Headings and dates").click()
    found += faults(page)
    page.get_by_label("Heading").fill("First things")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="First things")).to_be_visible()
    page.get_by_role("button", name="Send to review").click()
    expect(page.get_by_text("Waits for review")).to_be_visible()
    found += faults(page)

    reviewer = signed_in(phone(), live_url, second)
    reviewer.goto(f"{live_url}/manage/review")
    found += faults(reviewer)
    reviewer.get_by_role("link", name="梯子").click()
    found += faults(reviewer)
    reviewer.get_by_role("link", name="Read from the beginning").click()
    expect(reviewer.get_by_role("img", name="梯")).to_be_visible()
    found += faults(reviewer)
    reviewer.get_by_role("link", name="Back to the course").click()
    reviewer.get_by_label("What is to be mended").fill("GB 2 replaces GB 1.")
    reviewer.get_by_role("button", name="Send back").click()

    page.reload()
    expect(page.get_by_text("To be mended: GB 2 replaces GB 1.")).to_be_visible()
    found += faults(page)
    page.get_by_role("link", name="四只脚").click()
    page.fill("[name=text]", "Look at the **feet**.\n\n## Angle\n\n| up | out |\n|---|---|\n| 4 | 1 |")
    expect(page.locator("[data-shown] h2")).to_have_text("Angle")
    page.fill("[name=sources]", "GB 2")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Send to review").click()

    reviewer.goto(f"{live_url}/manage/courses/ladders/look")
    reviewer.get_by_role("button", name="Agree and publish").click()
    expect(reviewer.get_by_text("Published, with you as its reviewer.")).to_be_visible()
    lin = signed_in(phone(), live_url)
    lin.goto(f"{live_url}/courses")
    lin.get_by_role("link", name="梯子").click()
    expect(lin.get_by_role("link", name="四只脚")).to_be_visible()
    assert found == []
