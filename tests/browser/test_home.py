"""The learner's home: what is due, where one left off and the exam that is open stand on one screen of a phone."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from playwright.sync_api import expect

from suyu_learn.models import Person, Unit
from tests.browser.pages import faults
from tests.browser.sitters import MakePhone, begin, signed_in
from tests.factories import given_programme, learn, stage, stored_course

HEIGHT = 740


def test_one_screen_tells_what_is_due_how_to_go_on_and_what_is_open(
    app: Flask, live_url: str, phone: MakePhone
) -> None:
    given = stage(app)
    here = learn(app)
    with here.database.writing() as session:
        lin = session.get_one(Person, given.person_id)
        unit = session.get_one(Unit, 1)
        due = here.now().date() + timedelta(days=30)
        given_programme(session, unit, now=here.now(), due_on=due).to(session, lin, now=here.now(), due_on=due)
        stored_course(session, now=here.now())
    page = signed_in(phone(), live_url)
    page.goto(f"{live_url}/courses/soil/lesson-1")
    page.goto(live_url)
    assert page.locator("h2").all_inner_texts() == ["Due next", "Go on learning", "Exams for you"]
    cards = page.locator(".sl-exam")
    expect(cards.nth(0)).to_contain_text("30 days left")
    expect(cards.nth(0)).to_contain_text("0 of 4 credit hours")
    expect(cards.nth(1)).to_contain_text("0 of 2 lessons read")
    bottoms = cards.evaluate_all("all => all.map(one => one.getBoundingClientRect().bottom)")
    assert len(bottoms) == 3
    assert max(bottoms) <= HEIGHT
    found = faults(page)
    begin(page, live_url, given)
    page.goto(live_url)
    assert page.locator("h2").all_inner_texts()[0] == "Exams for you"  # a clock runs there
    assert [*found, *faults(page)] == []
