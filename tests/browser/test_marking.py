"""Marking by the keyboard alone: letters tick, arrows and digits change the points, Enter goes on."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import BrowserContext, expect

from suyu_learn.models import Role
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.factories import PASSWORD, essay, learn, learner, manager, published_exam, stored_bank


def test_a_marker_never_leaves_the_keyboard(app: Flask, live_url: str, phone: Callable[..., BrowserContext]) -> None:
    here = learn(app)
    with here.database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=here.now())
        source = stored_bank(session, now=here.now(), unit=unit, questions=[essay(1)])
        exam_id = published_exam(session, now=here.now(), source=source, unit=unit, points=5).id
        names = [str(learner(session, now=here.now(), unit=unit).username) for _ in range(2)]
        marker = str(manager(session, Role.MARKER, unit, now=here.now()).username)
    for name in names:
        paper = Visitor(app).sign_in(name).start(exam_id)
        paper.save(1, f"What {name} says")
        paper.submit()
    page = phone().new_page()
    page.goto(f"{live_url}/login")
    page.fill("[name=username]", marker)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_url}/")
    page.goto(f"{live_url}/manage/exams/{exam_id}/marking")
    page.get_by_text("Mark (2)").click()
    points = page.locator("#points")
    expect(points).to_be_focused()
    page.keyboard.press("a")
    expect(points).to_have_value("3")
    page.keyboard.press("b")
    expect(points).to_have_value("5")
    page.keyboard.press("a")
    page.keyboard.press("ArrowUp")
    expect(points).to_have_value("2.5")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 answer waits for you")).to_be_visible()
    expect(points).to_be_focused()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 of 2 results are final.")).to_be_visible()
