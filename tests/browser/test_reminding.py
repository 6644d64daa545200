"""An organizer at a phone copies a reminder for the group and keeps a robot."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from playwright.sync_api import expect

from suyu_learn.models import Role
from suyu_learn.services import people
from tests.browser.pages import faults
from tests.browser.sitters import MakePhone, signed_in
from tests.factories import given_programme, learn, learner, manager


def test_copying_a_reminder_and_keeping_a_robot(app: Flask, live_url: str, phone: MakePhone) -> None:
    here = learn(app)
    now = here.now()
    with here.database.writing() as session:
        mill = people.add_unit(session, "Mill", parent=None, now=now)
        given = given_programme(session, mill, now=now)
        for name, unit in (("Lin", "Saws"), ("Wu", "Glue")):
            team = people.add_unit(session, unit, parent=mill, now=now)
            member = learner(session, now=now, unit=team, name=name)
            given.to(session, member, now=now, due_on=now.date() + timedelta(days=7))
        boss = manager(session, Role.ORGANIZER, mill, now=now).username or ""
    found: list[str] = []
    context = phone()
    page = signed_in(context, live_url, boss)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_url}/manage/reminders")
    found += faults(page)
    page.get_by_role("link", name="Safe on ladders").click()
    found += faults(page)
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#text").input_value()
    page.evaluate("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.locator("summary", has_text="Saws").click()
    page.locator("details[open] button").click()
    expect(page.locator("details[open] [role=status]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").endswith("Still missing: Lin")
    page.get_by_role("link", name="Remind by itself").click()
    page.get_by_role("link", name="New channel").click()
    found += faults(page)
    page.fill("[name=name]", "Early shift")
    page.fill("[name=address]", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-0ec2sifa5aaa")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("qyapi.weixin.qq.com…5aaa")).to_be_visible()
    found += faults(page)
    assert found == []
