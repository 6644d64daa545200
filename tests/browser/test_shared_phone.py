"""One phone for a workshop: answers that wait in the browser never go to the next person."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from suyu_learn.models import Attempt, Person
from suyu_learn.services import people, sitting
from tests.browser.pages import until
from tests.factories import PASSWORD, learn, learner, stage


def test_queued_answers_never_cross(app: Flask, live_url: str, page: Page) -> None:
    given = stage(app)
    here = learn(app)
    with here.database.writing() as session:
        lin = session.get_one(Person, given.person_id)
        membership = people.home_membership(session, lin.id, at=here.now())
        han = learner(session, now=here.now(), unit=membership.unit, username="han").id  # type: ignore[union-attr]

    def sign_in(name: str) -> None:
        page.goto(f"{live_url}/login?next=/exams/{given.exam_id}")
        page.fill("[name=username]", name)
        page.fill("[name=password]", PASSWORD)
        page.locator("label.sl-tick").click()
        page.click("main button[type=submit]")
        page.click(".sl-cover__actions button")
        page.wait_for_selector("[data-slot]")

    def hand_on() -> None:
        page.goto(f"{live_url}/exams/{given.exam_id}")
        page.click(".sl-next button")
        page.wait_for_url("**/login**")

    def responses(person_id: int) -> dict[int, object]:
        with here.database.reading() as session:
            attempt = session.scalars(select(Attempt).where(Attempt.person_id == person_id)).one()
            return dict(sitting.projected(session, attempt).responses)

    sign_in("lin")
    page.route("**/answers**", lambda route: route.abort())
    page.locator("[data-slot='1'] label").first.click()
    until(page, "Object.keys(localStorage).some(name => name.startsWith('suyu:queue:'))")
    hand_on()
    page.unroute("**/answers**")

    sign_in("han")
    with page.expect_response("**/answers**"):
        page.locator("[data-slot='2'] label").first.click()
    assert set(responses(han)) == {2}
    assert responses(given.person_id) == {}
    hand_on()

    with page.expect_response("**/answers**"):
        sign_in("lin")
    until(page, "!Object.keys(localStorage).some(name => name.startsWith('suyu:queue:'))")
    assert set(responses(given.person_id)) == {1}
    assert set(responses(han)) == {2}
