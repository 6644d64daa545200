"""An organizer makes a programme of a course and a lecture and gives it to a unit; a learner finds it due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask
from playwright.sync_api import expect

from suyu_learn.models import Role
from suyu_learn.services import people
from tests.browser.pages import faults
from tests.browser.sitters import MakePhone, signed_in
from tests.factories import learn, learner, manager, stored_course


def test_a_programme_is_made_published_and_given_to_a_unit(app: Flask, live_url: str, phone: MakePhone) -> None:
    here = learn(app)
    with here.database.writing() as session:
        people.install_audiences(session)
        mill = people.add_unit(session, "Mill", parent=None, now=here.now())
        stored_course(session, now=here.now())
        learner(session, now=here.now(), username="lin", unit=mill)
        organizer = manager(session, Role.ORGANIZER, mill, now=here.now()).username or ""
    found: list[str] = []
    page = signed_in(phone(), live_url, organizer)
    page.goto(f"{live_url}/manage/programmes")
    page.get_by_role("link", name="New programme").click()
    found += faults(page)
    page.locator("label", has_text="Without a template").click()
    page.get_by_role("button", name="Begin with it").click()

    page.locator("[name=title]").fill("Winter school")
    page.locator("[name=hours]").fill("2")
    page.locator("[name=s1-hours]").fill("2")
    page.get_by_role("button", name="Add a course").press("Enter")
    expect(page.locator("#s1-p1")).to_be_focused()
    page.locator("[name=s1-p1-which]").select_option(label="Black soil")
    page.get_by_role("button", name="Count again").last.click()
    expect(page.locator(".sl-stage__account.is-short")).to_be_visible()
    found += faults(page)
    page.get_by_role("button", name="Add an empty event with the missing hours").click()
    expect(page.locator(".sl-stage__account.is-short")).to_have_count(0)
    page.get_by_role("button", name="Move part 1.2 up").press("Enter")
    expect(page.locator("#s1-p1")).to_be_focused()
    page.get_by_role("button", name="Move part 1.1 down").press("Enter")
    expect(page.locator("#s1-p2")).to_be_focused()
    page.get_by_role("button", name="Save and publish").click()
    expect(page.locator("main")).to_contain_text("Winter school")
    found += faults(page)

    page.get_by_role("link", name="Assign it").click()
    page.get_by_label("Until").fill((datetime.now(UTC) + timedelta(days=3)).date().isoformat())
    found += faults(page)
    page.get_by_role("button", name="See whom it reaches").click()
    expect(page.locator(".sl-message")).to_contain_text("It reaches 2 people today")
    found += faults(page)
    page.get_by_role("button", name="Give it", exact=True).click()
    found += faults(page)

    lin = signed_in(phone(), live_url)
    expect(lin.locator("main")).to_contain_text("Winter school")
    lin.get_by_role("link", name="Winter school").first.click()
    expect(lin.get_by_role("link", name="Black soil", exact=True)).to_be_visible()
    found += faults(lin)
    assert found == []
