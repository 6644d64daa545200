"""Practice in a real browser: by the keyboard alone, in both languages, in large text, and without faults of access."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route, expect

from suyu_learn.domain.practice import Openness
from tests.factories import PASSWORD, learn, learner, single, stored_bank
from tests.question_types import RIGHT, draft

MakePhone = Callable[..., BrowserContext]


@pytest.fixture
def number(app: Flask) -> int:
    """A bank of two single choices and one of each other type, open to everybody."""
    here = learn(app)
    with here.database.writing() as session:
        questions = [single(1), single(2), *(draft(code) for code in RIGHT)]
        source = stored_bank(session, now=here.now(), questions=questions, name="安全常识")
        source.practice = Openness.OPEN
        learner(session, now=here.now(), name="林小满", username="lin")
        return source.id


def _signed_in(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(f"{url}/login")
    page.fill("[name=username]", "lin")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/")
    return page


def _without_faults(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(("chinese", "elder"), [(False, False), (True, True)])
def test_every_page_of_practice_can_be_used_by_everybody(
    live_url: str, number: int, phone: MakePhone, chinese: bool, elder: bool
) -> None:
    page = _signed_in(phone(), live_url)
    if chinese:
        page.click("[name=lang]")
    if elder:
        page.click("[name=elder]")
    bank = f"{live_url}/practice/{number}"
    for address in ("/", "/practice", f"/practice/{number}", f"/practice/{number}/order"):
        page.goto(f"{live_url}{address}")
        _without_faults(page)
    page.locator(".sl-choice").first.click()
    page.click(".sl-practice__actions .sl-button--main")
    page.wait_for_url(f"{bank}/order/*")
    expect(page.locator(".sl-practice__verdict")).to_be_visible()
    page.click(".sl-star")
    expect(page.locator(".sl-star.is-marked")).to_be_visible()
    _without_faults(page)
    for address in ("/read", "/notebook", "/favourites"):
        page.goto(f"{bank}{address}")
        _without_faults(page)
    page.goto(bank)
    page.click("#mock button")
    expect(page.locator(".sl-mock__clock")).to_contain_text("29:")
    _without_faults(page)
    page.click(".sl-mock__turn .sl-button--main")
    page.click(".sl-mock__turn .sl-button--main")
    page.wait_for_url(f"{live_url}/practice/mocks/*/review")
    _without_faults(page)
    page.click(".sl-card .sl-button--main")
    page.wait_for_url(f"{live_url}/practice/mocks/*/result")
    _without_faults(page)


def test_one_practises_by_the_keyboard_alone(live_url: str, number: int, phone: MakePhone) -> None:
    page = _signed_in(phone(), live_url)
    page.goto(f"{live_url}/practice/{number}/order")
    page.locator(".sl-choice__input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".sl-verdict--right").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Next")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".sl-place")).to_contain_text("Question 2 of 7")


def test_lines_are_brought_into_order_with_script(live_url: str, number: int, phone: MakePhone) -> None:
    page = _signed_in(phone(), live_url)
    page.goto(f"{live_url}/practice/{number}/order?type=ordering")
    for place, key in enumerate(RIGHT["ordering"]):
        while (
            page.locator(".sl-order__item").evaluate_all("(all) => all.map((one) => one.dataset.key)").index(key)
            > place
        ):
            page.locator(f'.sl-order__item[data-key="{key}"] .sl-order__move').first.click()
    page.click(".sl-practice__actions .sl-button--main")
    expect(page.locator(".sl-verdict--right").first).to_be_visible()


def test_a_mock_exam_keeps_what_is_chosen_and_hands_itself_in(
    live_url: str, number: int, phone: MakePhone, app: Flask
) -> None:
    from suyu_learn.models import PracticeMock

    page = _signed_in(phone(), live_url)
    page.goto(f"{live_url}/practice/{number}")
    page.click("#mock button")
    page.wait_for_url(f"{live_url}/practice/mocks/*")
    key = page.url.rsplit("/", 1)[1]
    with page.expect_response(lambda reply: reply.request.method == "POST"):
        page.locator(".sl-choice").first.click()
    page.goto(f"{live_url}/")
    page.goto(f"{live_url}/practice/mocks/{key}")
    expect(page.locator(".sl-choice__input:checked")).to_have_count(1)
    here = learn(app)
    with here.database.writing() as session:
        mock = session.query(PracticeMock).filter_by(key=key).one()
        mock.deadline = here.now()
    page.reload()
    page.wait_for_url(f"{live_url}/practice/mocks/*/result")
    expect(page.locator(".sl-result__words")).to_contain_text("of 7")


def test_a_mock_exam_keeps_what_was_chosen_before_its_script_was_there(
    live_url: str, number: int, phone: MakePhone
) -> None:
    page = _signed_in(phone(), live_url)
    page.goto(f"{live_url}/practice/{number}")
    page.click("#mock button")
    page.wait_for_url(f"{live_url}/practice/mocks/*")
    address, held = page.url, list[Route]()
    page.route("**/practice.js", lambda route: held.append(route))
    page.goto(address, wait_until="commit")
    page.locator(".sl-choice").first.click()
    with page.expect_request(lambda request: request.method == "POST"):
        held[0].continue_()
    page.unroute("**/practice.js")
    other = page.context.new_page()
    for _try in range(20):  # until it has arrived
        other.goto(address)
        if other.locator(".sl-choice__input:checked").count():
            break
    expect(other.locator(".sl-choice__input:checked")).to_have_count(1)
