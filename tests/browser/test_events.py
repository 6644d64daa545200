"""A lecture: the code on the projector, scanned on a phone of 360x740 on the way in and out."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from suyu_learn.models import HoursEntry, Role
from suyu_learn.services import events, people
from tests.browser.pages import faults
from tests.browser.sitters import MakePhone, MovedClock, signed_in
from tests.factories import PASSWORD, learn, learner, manager

LECTURE = timedelta(minutes=100)


def test_screen_check_in_and_check_out(app: Flask, live_url: str, phone: MakePhone) -> None:
    here, clock = learn(app), MovedClock()
    here.clock = clock
    with here.database.writing() as session:
        unit = people.add_unit(session, "Mill", parent=None, now=here.now())
        boss = manager(session, Role.ORGANIZER, unit, now=here.now())
        learner(session, now=here.now(), unit=unit, username="lin", name="Lin")
        wanted = events.Wanted("Dust and fire", here.now(), here.now() + LECTURE, Decimal(2), unit_id=unit.id)
        given = {"actor": boss, "now": here.now(), "zone": here.zone, "rules": here.credit}
        key, name = events.create(session, wanted, **given).key, boss.username or ""
    projector = signed_in(phone(viewport={"width": 1280, "height": 720}), live_url, name)
    projector.clock.install()
    projector.goto(f"{live_url}/manage/events/{key}/screen")
    code = projector.locator("[data-code]")
    first = code.inner_text()
    assert faults(projector) == []

    lin = phone().new_page()  # not signed in yet: the scan is remembered
    lin.goto(f"{live_url}/events/{key}/here?code={first}")
    lin.fill("input[name=username]", "lin")
    lin.fill("input[name=password]", PASSWORD)
    lin.click("form.sl-form button[type=submit]")
    lin.get_by_role("button", name="I am here").click()
    expect(lin.locator("main")).to_contain_text("You are checked in")
    assert faults(lin) == []

    clock.pass_over(projector, int(LECTURE.total_seconds()) - 60)
    expect(code).not_to_have_text(first)  # it has changed by itself
    expect(projector.locator("[data-left]")).to_contain_text("Here: 1. Left: 0.")
    lin.goto(f"{live_url}/events/{key}/here?code={first}")
    expect(lin.get_by_role("button", name="I am leaving now")).to_have_count(0)
    lin.goto(f"{live_url}/events/{key}/here?code={code.inner_text()}")
    lin.get_by_role("button", name="I am leaving now").click()
    expect(lin.locator("main")).to_contain_text("2 credit hours")
    with here.database.reading() as session:
        assert session.scalars(select(HoursEntry.hours)).all() == [2]

    projector.context.set_offline(True)
    clock.pass_over(projector, 40)
    expect(projector.locator(".sl-code-screen__stale")).to_be_visible()
