"""The question types of more than a click, at a phone: by touch, by keys, in large text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from suyu_learn.models import Attempt, Bank, Exam, Shown
from suyu_learn.services import bank, papers, steps
from tests.browser.sitters import MakePhone, begin, signed_in, truth
from tests.factories import Stage, learn, stage
from tests.question_types import RIGHT, draft
from tests.walkthroughs.test_a_paper_with_groups import group


@pytest.fixture
def given(app: Flask) -> Stage:
    drafts = [draft(code) for code in RIGHT]
    return stage(app, questions=drafts, points=20, show_key=Shown.NOW, show_explanation=Shown.NOW)


def _slots(app: Flask) -> dict[str, int]:
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        return {slot.version.type: slot.number for slot in steps.slots_of(session, attempt)}


def _order(page: Page) -> list[str]:
    return page.locator(".sl-order__item").evaluate_all("(lines) => lines.map((line) => line.dataset.key)")


def test_every_type_is_answered_saved_and_marked(app: Flask, live_url: str, given: Stage, phone: MakePhone) -> None:
    page = signed_in(phone(), live_url)
    begin(page, live_url, given)
    slots = _slots(app)
    page.fill(f"[name=q{slots['numeric']}]", "9,8x")
    page.locator(f"[name=q{slots['numeric']}]").blur()
    expect(page.locator(".sl-question__refused")).to_contain_text("9,8x")
    page.fill(f"[name=q{slots['numeric']}]", "9,8")
    for place, key in enumerate(RIGHT["matching"]):
        page.locator(f"select[name=q{slots['matching']}]").nth(place).select_option(key)
    gaps = page.locator(f"[name=q{slots['cloze']}]")
    gaps.nth(0).fill("0")
    gaps.nth(1).select_option("m0")
    gaps.nth(2).fill("变大")
    page.fill("textarea", "补充氧气，排出有毒气体")
    expect(page.locator(".sl-written__count [data-count]")).to_have_text("11")

    assert slots["ordering"] not in truth(app).responses
    for place, key in enumerate(RIGHT["ordering"]):  # by keys alone
        while _order(page).index(key) > place:
            up = page.locator(f'.sl-order__item[data-key="{key}"] .sl-order__move').first
            up.focus()
            page.keyboard.press("Enter")
            expect(up).to_be_focused()
    expect(page.locator("#announcer")).to_contain_text("now place")
    expect(page.locator(".sl-status")).to_contain_text("Saved")
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()

    page.click(".sl-foot__actions .sl-button--main")
    expect(page.locator("[data-complete]")).to_be_visible()
    page.click("[data-yes]")
    expect(page.locator(".sl-result__points")).to_contain_text("100")
    assert page.locator(".sl-question.is-right").count() == len(RIGHT)


def test_lines_can_be_dragged_and_come_back_after_a_reload(
    app: Flask, live_url: str, given: Stage, phone: MakePhone
) -> None:
    page = signed_in(phone(), live_url)
    begin(page, live_url, given)
    before = _order(page)
    grip = page.locator(".sl-order__item").first.locator("span").first
    page.locator(".sl-order").evaluate("(field) => field.scrollIntoView({block: 'center'})")
    start, end = grip.bounding_box(), page.locator(".sl-order__item").nth(2).bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, end["y"] + end["height"] - 6, steps=12)
    page.mouse.up()
    after = _order(page)
    assert after.index(before[0]) == 2, (before, after)
    expect(page.locator(".sl-status")).to_contain_text("Saved")
    assert truth(app).responses[_slots(app)["ordering"]] == after
    page.reload()
    assert _order(page) == after


def test_what_is_answered_while_the_script_is_on_its_way_is_saved_and_a_reload_saves_nothing(
    app: Flask, live_url: str, given: Stage, phone: MakePhone
) -> None:
    page = signed_in(phone(), live_url)
    begin(page, live_url, given)
    slots, held = _slots(app), []
    page.route("**/sitting.js", lambda route: held.append(route))
    page.reload(wait_until="commit")
    page.fill(f"[name=q{slots['numeric']}]", "9,8 m/s²")
    page.fill("textarea", RIGHT["short_answer"])
    gaps = page.locator(f"[name=q{slots['cloze']}]")
    gaps.nth(0).fill("0")
    gaps.nth(1).select_option("m0")
    gaps.nth(2).fill("膨胀")
    for code in ("matching", "ordering"):
        for place, key in enumerate(RIGHT[code]):
            page.locator(f"select[name=q{slots[code]}]").nth(place).select_option(key)
    assert truth(app).responses == {}
    held.pop().continue_()
    page.unroute("**/sitting.js")
    expect(page.locator(".sl-status")).to_contain_text("Saved")
    assert truth(app).responses == {slots[code]: response for code, response in RIGHT.items()}
    assert _order(page) == RIGHT["ordering"]

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    page.reload()
    page.click(".sl-flag >> nth=0")
    assert "PUT" not in asked


def test_in_large_text_the_passage_stands_above_each_of_its_questions(
    app: Flask, live_url: str, phone: MakePhone
) -> None:
    given = stage(app, points=5)
    here = learn(app)
    with here.database.writing() as session:
        target = session.scalars(select(Bank)).one()
        for one in group("a"):
            bank.store(session, target, one, now=here.now(), reviewer="a test")
        paper = session.get_one(Exam, given.exam_id).paper
        papers.add_rule(paper, count=1, points=Decimal(5), banks=[target.id], types=["group"])
        here.pools.forget(paper.id)
    page = signed_in(phone(), live_url)
    page.click("text=Large text")
    begin(page, live_url, given)
    singles = page.locator(".sl-question").count() - 3
    for place in range(singles + 3):
        expect(page.locator(".sl-passage")).to_be_visible(visible=place >= singles)
        expect(page.locator(".sl-question:visible")).to_have_count(1)
        if place < singles + 2:
            page.click("[data-next]")
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
