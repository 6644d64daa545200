"""A course by the keyboard alone: an organizer writes and publishes it, and a learner completes it."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from suyu_learn.models import Completion, Role
from suyu_learn.services import people
from tests.browser.keys import tab_to
from tests.browser.sitters import MakePhone, signed_in
from tests.factories import learn, learner, manager, single, stored_bank


def _press(page: Page, selector: str, key: str = "Enter") -> None:
    tab_to(page, selector)
    page.keyboard.press(key)


def _open(page: Page, selector: str, path: str) -> None:
    _press(page, selector)
    page.wait_for_url(path)


def _type(page: Page, selector: str, text: str) -> None:
    tab_to(page, selector)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_a_course_is_written_and_learnt_by_the_keyboard_alone(app: Flask, live_url: str, phone: MakePhone) -> None:
    here = learn(app)
    with here.database.writing() as session:
        people.install_audiences(session)
        mill = people.add_unit(session, "Mill", parent=None, now=here.now())
        stored_bank(session, now=here.now(), unit=mill, questions=[single(number) for number in range(1, 4)])
        learner(session, now=here.now(), username="lin", unit=mill)
        organizer = manager(session, Role.ORGANIZER, mill, now=here.now()).username or ""

    page = signed_in(phone(), live_url, organizer)
    page.goto(f"{live_url}/manage/courses")
    _open(page, 'a[href$="/manage/courses/new"]', "**/manage/courses/new")
    _type(page, "[name=title]", "Safe on ladders")
    _press(page, '[name=audiences][value="workers"]', "Space")
    _press(page, "main form button[type=submit]")
    expect(page.locator("#lessons")).to_be_visible()
    for number in (1, 2):
        _press(page, 'a[href$="/lessons/new"]')
        expect(page.locator("[data-controller~=editor]")).to_be_visible()
        _type(page, "[name=title]", f"Lesson {number}")
        _type(page, "[name=text]", "Look at the **feet**.")
        if number == 1:
            _press(page, "button[value=ask]")
            expect(page.locator(".sl-pick")).to_have_count(3)
            _press(page, "input[name=question]", "Space")
            _press(page, "button[value=ticked]")
            expect(page.locator("#questions li")).to_have_count(1)
        _press(page, "button[value=save]")
        expect(page.locator(".sl-written__title")).to_have_count(number)
    _press(page, 'button[name=action][value^="up-"]')
    expect(page.locator(".sl-written__title").first).to_have_text("Lesson 2")
    _press(page, 'button[name=action][value^="down-"]')
    expect(page.locator(".sl-written__title").first).to_have_text("Lesson 1")
    _press(page, "button[value=publish]")
    expect(page.get_by_text("is published; learners find it under Courses.")).to_be_visible()

    lin = signed_in(phone(), live_url)
    lin.goto(f"{live_url}/courses")
    _press(lin, 'main a[href*="/courses/"]')
    expect(lin.locator("h1")).to_have_text("Safe on ladders")
    _press(lin, ".sl-cover__actions a")
    expect(lin.locator("h1")).to_have_text("Lesson 1")
    _press(lin, ".sl-contents summary")
    expect(lin.locator(".sl-contents[open]")).to_be_visible()
    tab_to(lin, ".sl-choice__input")
    lin.keyboard.press("Space")
    for _try in range(4):
        if lin.locator('[value="right"]').is_checked():
            break
        lin.keyboard.press("ArrowDown")
    _press(lin, "button[value=check]")
    expect(lin.locator(".sl-verdict")).to_contain_text("Right")
    _press(lin, "button[value=finish]")
    expect(lin.locator("h1")).to_have_text("Lesson 2")
    _press(lin, "button[value=finish]")
    expect(lin.locator("main")).to_contain_text("You have completed this course")
    with here.database.reading() as session:
        assert session.scalars(select(Completion)).one()
