"""The editor and the import page with script: formulas by keys, pictures at their field, a file sent once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Dialog, Page, Route, expect

from suyu_learn.models import Role
from suyu_learn.services import bank, people
from tests.factories import PASSWORD, learn, manager
from tests.pictures import drawing
from tests.question_tables import csv_file, single

MakePhone = Callable[..., BrowserContext]


@pytest.fixture
def page(app: Flask, live_url: str, phone: MakePhone) -> Page:
    """The phone of a keeper, signed in, at the bank numbered 1."""
    here = learn(app)
    with here.database.writing() as session:
        mill = people.add_unit(session, "Mill", parent=None, now=here.now())
        manager(session, Role.ORGANIZER, mill, now=here.now()).username = "keeper"
        bank.add_bank(session, "Of the mill", unit=mill, now=here.now())
    page = phone().new_page()
    page.goto(f"{live_url}/login")
    page.fill("input[name=username]", "keeper")
    page.fill("input[name=password]", PASSWORD)
    page.click("form.sl-form button[type=submit]")
    page.goto(f"{live_url}/manage/bank/1")
    return page


def test_a_formula_is_put_in_by_keys_and_seen_beside(page: Page, live_url: str) -> None:
    page.goto(f"{live_url}/manage/bank/1/questions/new/single")
    page.fill("#stem", "Water is ")
    page.keyboard.press("End")
    button = page.locator("#text-stem [data-formula]")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    assert not Axe().run(page).response["violations"]
    for _time in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#stem")).to_have_value("Water is $\\ce{H2O}$")
    expect(page.locator("#stem")).to_be_focused()
    expect(page.locator("#text_format")).to_have_value("markdown")
    expect(page.locator("[data-formula-said]")).to_have_text("The text is Markdown now, so that the formula is drawn.")
    page.keyboard.type("CO2")  # what stands there as an example is chosen, and goes
    expect(page.locator("#stem")).to_have_value("Water is $\\ce{CO2}$")
    page.keyboard.press("End")
    button.click()
    page.locator("[data-sign='≤']").click()
    expect(page.locator("#stem")).to_have_value("Water is $\\ce{CO2}$≤")
    button.click()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(page.locator("[data-formulas]")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_long_form_is_not_left_with_something_typed_without_asking(app: Flask, page: Page, live_url: str) -> None:
    with learn(app).database.writing() as session:
        people.install_audiences(session)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(f"{live_url}/manage/courses/new")
    page.fill("[name=title]", "Ladders")
    page.locator("label", has_text="Workers").click()
    page.get_by_role("button", name="Begin to write").click()
    page.get_by_role("link", name="Add a lesson").click()
    address = page.url
    page.get_by_role("link", name="Cancel").click()  # nothing typed, nothing asked
    expect(page).not_to_have_url(address)
    page.goto(address)
    page.fill("[name=title]", "Angle")
    page.locator("[data-table]").click()
    expect(page.locator("[name=text]")).to_have_value("| Heading 1 | Heading 2 |\n|---|---|\n|  |  |\n|  |  |\n\n")
    expect(page.locator("[data-shown] table th")).to_have_count(2)
    assert asked == []
    page.locator("nav a", has_text="Courses").last.click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url == address
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).not_to_have_url(address)
    assert asked == ["beforeunload"]


def test_a_picture_goes_into_an_option_that_was_just_added(page: Page, live_url: str) -> None:
    page.goto(f"{live_url}/manage/bank/1/questions/new/single")
    page.fill("#stem", "Which sign?")
    page.locator("[data-add]").first.click()
    expect(page.locator("[name=option-text]")).to_have_count(5)
    page.locator("[data-row] [data-picture]").nth(4).click()
    expect(page.locator("#picture")).to_be_focused()
    page.set_input_files("#picture", {"name": "a.png", "mimeType": "image/png", "buffer": drawing()})
    page.fill("#picture_alt", "A round sign")
    page.locator("button[value=picture]").click()
    expect(page.locator("[name=option-text]").nth(4)).to_have_value("[Picture 1]")
    expect(page.locator(".sl-shown img")).to_have_count(1)
    expect(page.locator("#picture-1-alt")).to_have_value("A round sign")
    assert not Axe().run(page).response["violations"]
    page.locator("[name=option-text]").nth(4).fill("none")
    expect(page.locator(".sl-shown__one")).to_be_hidden()


def test_a_file_that_is_being_read_is_sent_once_and_said_to_be_read(page: Page, live_url: str) -> None:
    sent: list[str] = []

    def held(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
        route.continue_()

    page.route("**/import", held)
    page.goto(f"{live_url}/manage/bank/1/import")
    expect(page.locator("#reading")).to_be_hidden()
    page.set_input_files("[name=file]", {"name": "q.csv", "mimeType": "text/csv", "buffer": csv_file(single("一？"))})
    shown = page.evaluate(
        """() => {
          const button = document.querySelector("form[data-busy] [type=submit]");
          button.click();
          button.click();
          return document.getElementById("reading").checkVisibility();
        }"""
    )
    assert shown
    expect(page.locator(".sl-lead")).to_contain_text("1 of 1 questions can be taken in")
    assert len(sent) == 1
