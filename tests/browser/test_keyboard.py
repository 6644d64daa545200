"""A whole exam by the keyboard alone, in large text: from the code on the poster to the result."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Page, expect

from suyu_learn.models import Exam, Person, Shown
from tests.browser.keys import at, tab_to
from tests.browser.sitters import MakePhone, truth
from tests.factories import fill_in, learn, multiple, single, stage, true_false
from tests.question_types import RIGHT, draft

_BROKEN = """question => Array.from(question.querySelectorAll(".sl-question__pair .sl-choice__text"))
    .filter(one => one.offsetHeight > 60).map(one => one.textContent)"""
"""What of “Right” and “Wrong” is broken into two lines, as single words must not be."""
CODES = ("numeric", "matching", "ordering", "cloze", "short_answer")


def test_from_the_code_to_the_result(app: Flask, live_url: str, phone: MakePhone) -> None:
    drafts = [single(1), multiple(2), true_false(3), fill_in(4), *(draft(code) for code in CODES)]
    given = stage(app, questions=drafts, points=10, show_key=Shown.NOW, entry_number=True)
    with learn(app).database.writing() as session:
        code = session.get_one(Exam, given.exam_id).code
        person = session.get_one(Person, given.person_id)
        person.staff_number = "0012"
        name = person.name
    page = phone().new_page()
    page.goto(f"{live_url}/join")
    _press(page, 'button[name="elder"]')
    expect(page.locator("html[data-elder]")).to_be_visible()
    _type(page, "input[name=code]", code, "Enter")
    page.wait_for_url(f"**/join/{code}")
    _type(page, "input[name=name]", name)
    _type(page, "input[name=number]", "0012", "Enter")
    page.wait_for_url(f"**/exams/{given.exam_id}")
    _press(page, "main form button")
    expect(page.locator("form.sl-paper")).to_be_visible()

    count = page.locator(".sl-question").count()
    assert count == len(drafts)
    for number in range(1, count + 1):
        question = page.locator(f'[data-number="{number}"]')
        expect(question).to_be_visible()
        _ANSWERS[question.get_attribute("data-type") or ""](page, f'[data-number="{number}"]')
        assert at(page)
        assert page.locator(f'[data-number="{number}"]').evaluate(_BROKEN) == []
        if number == 2:
            _press(page, f'[data-number="{number}"] .sl-flag[aria-pressed]', "Space")
            assert at(page) == "Mark for later"
        if number < count:
            _press(page, "[data-next]")
            assert at(page) == f"q-{number + 1}"
    _press(page, "[data-previous]")
    expect(page.locator(f"#q-{count - 1}")).to_be_focused()
    expect(page.locator(".sl-status")).to_contain_text("Saved")

    _press(page, ".sl-sheet__summary")
    _press(page, '.sl-sheet [href="#q-2"]')
    expect(page.locator("#q-2")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('#q-2') !== null")
    _press(page, ".sl-sheet__summary")
    tab_to(page, ".sl-sheet [href]")
    page.keyboard.press("Escape")
    expect(page.locator(".sl-sheet__summary")).to_be_focused()
    expect(page.locator('button[value="review"]')).to_be_hidden()
    page.keyboard.press("Enter")  # with the sheet open, one can hand in from any question
    _press(page, 'button[value="review"]')
    expect(page.get_by_text("All questions are answered.")).to_be_visible()
    expect(page.locator("[data-marked] li")).to_have_text(["2"])
    page.keyboard.press("Escape")
    expect(page.locator('button[value="review"]')).to_be_focused()
    page.keyboard.press("Enter")
    _press(page, "[data-marked] li button")
    assert page.evaluate("document.activeElement.closest('#q-2') !== null")
    _press(page, ".sl-sheet__summary", already=page.locator(".sl-sheet[open]").count() == 1)
    _press(page, 'button[value="review"]')
    _press(page, "[data-yes]")
    page.wait_for_url("**/result")
    expect(page.locator("main")).to_contain_text("90")
    assert len(truth(app).responses) == count


def _press(page: Page, selector: str, key: str = "Enter", *, already: bool = False) -> None:
    """Go to a part, and press the key there."""
    if not already:
        tab_to(page, selector)
        page.keyboard.press(key)


def _type(page: Page, selector: str, text: str, key: str = "") -> None:
    tab_to(page, selector)
    page.keyboard.type(text)
    if key:
        page.keyboard.press(key)


def _one(page: Page, question: str) -> None:
    """By the arrows, as radio buttons go."""
    right = page.locator(f'{question} [value="right"], {question} [value="true"]')
    tab_to(page, f"{question} .sl-choice__input")
    page.keyboard.press("Space")
    for _ in range(4):
        if right.is_checked():
            return
        page.keyboard.press("ArrowDown")
    expect(right).to_be_checked()


def _several(page: Page, question: str) -> None:
    places = page.locator(f"{question} .sl-choice__input")
    for place in range(places.count()):
        tab_to(page, f"{question} .sl-choice__input")
        if places.nth(place).get_attribute("value") in ("a", "c"):
            page.keyboard.press("Space")
    expect(page.locator(f"{question} .sl-choice__input:checked")).to_have_count(2)


def _word(page: Page, question: str) -> None:
    _type(page, f"{question} input[type=text]", "oxygen")


def _number(page: Page, question: str) -> None:
    _type(page, f"{question} input", "9.8")


def _words(page: Page, question: str) -> None:
    _type(page, f"{question} textarea", RIGHT["short_answer"])


def _pairs(page: Page, question: str) -> None:
    for key in RIGHT["matching"]:
        _choose(page, f"{question} select", key)


def _gaps(page: Page, question: str) -> None:
    _type(page, f"{question} input", "0")
    _choose(page, f"{question} select", "m0")
    _type(page, f"{question} input", "变大")


def _choose(page: Page, selector: str, key: str) -> None:
    """In the next menu, by the arrow."""
    tab_to(page, selector)
    menu = page.locator(":focus")
    for _ in range(9):
        if menu.input_value() == key:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"The arrow never comes to {key}.")


def _lines(page: Page, question: str) -> None:
    """The line that belongs first goes up until it is, and so on; the focus stays on its button."""
    for place, key in enumerate(RIGHT["ordering"]):
        while _order(page, question).index(key) > place:
            up = f'{question} [data-key="{key}"] .sl-order__move:not(.sl-order__move--down)'
            if not page.evaluate("selector => document.activeElement.matches(selector)", up):
                tab_to(page, up, "Shift+Tab" if page.locator(f"{question} :focus").count() else "Tab")
            page.keyboard.press("Enter")
            expect(page.locator(up)).to_be_focused()


def _order(page: Page, question: str) -> list[str]:
    return page.locator(f"{question} .sl-order__item").evaluate_all("lines => lines.map(line => line.dataset.key)")


_ANSWERS = {
    "single": _one, "true_false": _one, "multiple": _several, "fill_in": _word, "numeric": _number,
    "short_answer": _words, "matching": _pairs, "cloze": _gaps, "ordering": _lines,
}  # fmt: skip
