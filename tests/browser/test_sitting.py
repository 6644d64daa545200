"""A learner at a phone of 360x740: a lost line, a second device, a browser without script."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from suyu_learn.models import Attempt, Exam, Shown
from suyu_learn.services import invigilation, sitting
from tests.browser.keys import tab_to
from tests.browser.pages import faults
from tests.browser.sitters import MakePhone, begin, choose, signed_in, singles, truth
from tests.factories import PASSWORD, Stage, fill_in, learn, learner, multiple, single, stage, true_false

LOST_LINE_SECONDS = 3


@pytest.fixture
def given(app: Flask) -> Stage:
    drafts = [single(number) for number in range(1, 7)] + [multiple(7), true_false(8), fill_in(9)]
    return stage(app, questions=drafts, points=10, show_key=Shown.NOW)


def test_a_lost_line_and_a_second_device_lose_nothing(
    app: Flask, live_url: str, given: Stage, phone: MakePhone
) -> None:
    first = phone()
    page = signed_in(first, live_url)
    begin(page, live_url, given)
    slots = singles(app)
    choose(page, slots[0])
    expect(page.locator(".sl-status")).to_contain_text("Saved")

    first.set_offline(True)
    choose(page, slots[1])
    choose(page, slots[2], "wrong1")
    choose(page, slots[2])
    expect(page.locator(".sl-status")).to_contain_text("kept on this phone")
    page.wait_for_timeout(LOST_LINE_SECONDS * 1000)
    assert set(truth(app).responses) == {slots[0]}
    first.set_offline(False)
    expect(page.locator(".sl-status")).to_contain_text("aved", timeout=40_000)
    assert truth(app).responses == dict.fromkeys(slots[:3], "right")

    until = page.locator("#by").inner_text()
    here = learn(app)
    with here.database.writing() as session:
        exam, wu = session.get_one(Exam, given.exam_id), learner(session, now=here.now(), name="Wu Invigilates")
        running = invigilation.open_attempts(session, exam, now=here.now(), grace=here.grace)
        invigilation.extend(session, exam, running, minutes=60, reason="A dead line", actor=wu, now=here.now())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#by")).not_to_have_text(until)
    expect(page.locator("#by")).to_contain_text("Hand in by")
    expect(page.locator("h1")).to_contain_text("You have been given more time. Hand in by")
    expect(page.locator("#announcer")).to_contain_text("You have been given more time.")

    other = signed_in(phone(), live_url)
    begin(other, live_url, given)
    expect(other.locator(f'input[name="q{slots[2]}"][value="right"]')).to_be_checked()
    choose(other, slots[3])
    expect(other.locator(".sl-status")).to_contain_text("Saved")

    choose(page, slots[4], "wrong1")
    expect(page.get_by_text("You have opened this paper on another device.")).to_be_visible()

    other.click('button[value="review"]')
    other.click("[data-yes]")
    other.wait_for_url("**/result")
    expect(other.locator("main")).to_contain_text("40")
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert sitting.rebuild(session, attempt) == {}
        assert (attempt.points, attempt.epoch) == (40, 2)


def test_large_text_is_chosen_on_the_paper_and_opens_at_the_first_open_question(
    app: Flask, live_url: str, given: Stage, phone: MakePhone
) -> None:
    page = signed_in(phone(), live_url)
    begin(page, live_url, given)
    for place in (1, 2):
        page.locator(f"#q-{place} label").first.click()
        expect(page.locator("[data-count]")).to_have_text(str(place))
    expect(page.locator(".sl-status")).to_contain_text("Saved")
    assert _beyond(page) == []
    page.get_by_role("button", name="Large text").click()
    expect(page.locator("html")).to_have_attribute("data-elder", "")
    expect(page.locator("#q-3")).to_be_visible()
    expect(page.locator("#q-1")).to_be_hidden()
    assert _beyond(page) == []
    page.get_by_role("link", name="To the exam's page").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#q-3")).to_be_visible()
    page.get_by_role("button", name="Normal text").click()
    expect(page.locator("#q-1")).to_be_visible()
    assert len(truth(app).responses) == 2


def test_answers_wait_through_a_reload_without_line(app: Flask, live_url: str, given: Stage, phone: MakePhone) -> None:
    context = phone()
    page = signed_in(context, live_url)
    begin(page, live_url, given)
    slot = singles(app)[0]
    context.route("**/answers/**", lambda route: route.abort())
    context.route("**/answers", lambda route: route.abort())
    choose(page, slot)
    expect(page.locator(".sl-status")).to_contain_text("kept on this phone")
    context.unroute("**/answers/**")
    context.unroute("**/answers")
    page.reload()
    expect(page.locator(f'input[name="q{slot}"][value="right"]')).to_be_checked()
    expect(page.locator(".sl-status")).to_contain_text("Saved", timeout=20_000)
    assert truth(app).responses[slot] == "right"


def test_without_script_the_paper_is_one_form(app: Flask, live_url: str, given: Stage, phone: MakePhone) -> None:
    page = signed_in(phone(java_script_enabled=False), live_url)
    begin(page, live_url, given)
    for slot in singles(app):
        choose(page, slot)
    page.click('button[value="review"]')
    expect(page.locator("main")).to_contain_text("3 questions have no answer yet")
    page.click('form[action$="/submit"] button')
    expect(page.locator("main")).to_contain_text("60")


@pytest.mark.parametrize("elder", [False, True])
def test_an_exam_from_sign_in_to_result_by_the_keyboard_alone(
    app: Flask, live_url: str, given: Stage, phone: MakePhone, elder: bool
) -> None:
    page = phone().new_page()
    page.goto(f"{live_url}/login")
    if elder:
        tab_to(page, 'button[name="elder"]')
        page.keyboard.press("Enter")
        expect(page.locator("html[data-elder]")).to_be_visible()
    tab_to(page, "input[name=username]")
    page.keyboard.type("lin")
    tab_to(page, "input[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Hello")
    tab_to(page, f'a[href$="/exams/{given.exam_id}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/exams/{given.exam_id}")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.locator("form.sl-paper")).to_be_visible()

    for number in range(1, 10):
        question = f'[data-number="{number}"]'
        _answer_by_keys(page, question)
        if number == 2:  # marked for later: the page says so before it hands in
            tab_to(page, f"{question} .sl-flag[aria-pressed]")
            page.keyboard.press("Space")
        if elder and number < 9:
            tab_to(page, "[data-next]")
            page.keyboard.press("Enter")
    expect(page.locator(".sl-status")).to_contain_text("Saved")
    tab_to(page, 'button[value="review"]')
    page.keyboard.press("Enter")
    expect(page.get_by_text("All questions are answered.")).to_be_visible()
    expect(page.locator("[data-marked] li")).to_have_text(["2"])
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    expect(page.locator('button[value="review"]')).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "[data-yes]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/result")
    expect(page.locator("main")).to_contain_text("90")
    assert len(truth(app).responses) == 9


def _answer_by_keys(page: Page, question: str) -> None:
    """Give the right answer, whatever the kind of question."""
    tab_to(page, f"{question} .sl-choice__input, {question} input[type=text]")
    if page.locator(":focus").get_attribute("type") == "text":
        page.keyboard.type("oxygen")
    elif page.locator(":focus").get_attribute("type") == "radio":
        right = page.locator(f'{question} [value="right"], {question} [value="true"]')
        page.keyboard.press("Space")
        for _ in range(4):
            if right.is_checked():
                break
            page.keyboard.press("ArrowDown")
        expect(right).to_be_checked()
    else:
        for key in ("a", "c"):
            if not page.evaluate("key => document.activeElement.value === key", key):
                tab_to(page, f'{question} [value="{key}"]')
            page.keyboard.press("Space")


@pytest.mark.parametrize(("width", "elder"), [(360, False), (360, True), (1280, False)])
def test_pages_are_accessible_and_fit(
    app: Flask, live_url: str, given: Stage, phone: MakePhone, width: int, elder: bool
) -> None:
    page = phone().new_page()
    page.set_viewport_size({"width": width, "height": 740})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_url}/login")
    if elder:
        page.click('button[name="elder"]')
    found = [faults(page)]
    page.fill("input[name=username]", "lin")
    page.fill("input[name=password]", PASSWORD)
    page.click("form.sl-form button[type=submit]")
    for path in ("/", f"/exams/{given.exam_id}"):
        page.goto(live_url + path)
        found.append(faults(page))
    page.click("main form button")
    expect(page.locator("form.sl-paper")).to_be_visible()
    found.append(faults(page))
    while elder and page.locator("[data-next]").is_visible():
        page.click("[data-next]")
        assert _beyond(page) == []
    page.click('button[value="review"]')
    page.click("[data-yes]")
    page.wait_for_url("**/result")
    found.append(faults(page))
    assert found == [[]] * 5
    assert all(url.startswith(live_url) for url in asked)


def _beyond(page: Page) -> list[str]:
    """What of the bar below the paper stands beyond the window, or the bar itself where it does not end with it."""
    found: list[str] = page.evaluate("""() => {
        const bar = document.querySelector(".sl-foot"), edge = document.documentElement.clientWidth;
        const out = Array.from(bar.querySelectorAll(".sl-button, summary"))
            .filter(one => one.getBoundingClientRect().right > edge - 8 || one.scrollWidth > one.clientWidth)
            .map(one => one.textContent.trim());
        if (document.documentElement.scrollWidth > edge) out.push("the page");
        if (edge < 1024 && Math.abs(bar.getBoundingClientRect().bottom - innerHeight) > 1) out.push("the bar floats");
        return out;
    }""")
    return found
