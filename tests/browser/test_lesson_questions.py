"""The questions of a lesson on a phone: checked where they stand, and what is chosen is not lost with the page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Route, expect

from tests.browser.pages import faults
from tests.browser.sitters import MakePhone, choose, signed_in
from tests.factories import course_draft, fill_in, learn, learner, single, stored_bank, stored_course


@pytest.fixture
def lesson(app: Flask) -> str:
    """A lesson with one question in its text and one to be written at its end."""
    here = learn(app)
    first, second = single(1), fill_in(2, "oxygen")
    with here.database.writing() as session:
        stored_bank(session, now=here.now(), questions=[first, second])
        plain = course_draft((first.uid, second.uid), ())
        text = f"先看。\n\n::question {first.uid}\n\n{'再看。' * 300}"
        lessons = (replace(plain.lessons[0], title="Lesson 1", text=text), plain.lessons[1])
        stored_course(session, replace(plain, lessons=lessons), now=here.now())
        learner(session, now=here.now(), username="lin")
    return "/courses/soil/lesson-1"


def test_what_is_chosen_and_typed_is_there_again_and_is_checked_where_it_stands(
    live_url: str, lesson: str, phone: MakePhone
) -> None:
    page = signed_in(phone(), live_url)
    held: list[Route] = []
    page.route("**/lesson.js", lambda route: held.append(route))
    page.goto(live_url + lesson, wait_until="commit")
    choose(page, 1, "wrong1")  # before the script of the page is there
    held[0].continue_()
    page.wait_for_load_state("load")
    page.unroute("**/lesson.js")
    page.fill("input[name=q2]", "oxy")
    page.goto(f"{live_url}/courses")
    page.goto(live_url + lesson)
    expect(page.locator("input[name=q1][value=wrong1]")).to_be_checked()
    expect(page.locator("input[name=q2]")).to_have_value("oxy")
    page.fill("input[name=q2]", "")
    found = faults(page)
    page.locator(".sl-inlay").get_by_role("button", name="Check my answer").click()
    expect(page.locator(".sl-inlay")).to_contain_text("Because of 1.")
    expect(page.locator(".sl-inlay")).to_be_in_viewport()
    expect(page.locator("input[name=q2]")).to_be_empty()
    page.locator(".sl-inlay").get_by_role("link", name="Try again").click()
    expect(page.locator("input[name=q1]:checked")).to_have_count(0)  # what was judged is not chosen anew
    choose(page, 1)
    page.locator(".sl-inlay").get_by_role("button", name="Check my answer").click()
    expect(page.locator(".sl-inlay .sl-verdict--right")).to_be_visible()
    assert found == []
