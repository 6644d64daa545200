"""Leaving the page of a paper on a phone, with and without a line; a second device; the result as a picture."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from suyu_learn.models import Attempt, Delivery, Role, Step
from suyu_learn.services import grants, sitting
from tests.browser.pages import faults, until
from tests.browser.sitters import MakePhone, MovedClock, choose, hand_in, signed_in
from tests.factories import Stage, learn, learner, stage

AWAY = """seconds => {
    if (window.shift === undefined) {
        const real = Date.now.bind(Date);
        window.shift = 0;
        Date.now = () => real() + window.shift;
        Object.defineProperty(document, "hidden", {configurable: true, get: () => !!window.isAway});
    }
    window.isAway = true;
    document.dispatchEvent(new Event("visibilitychange"));
    window.shift += seconds * 1000;
    window.isAway = false;
    document.dispatchEvent(new Event("visibilitychange"));
}"""
"""Another app for so many seconds, without waiting for them."""


class Shifted(MovedClock):
    """The real time and as many seconds more as were spent away."""

    def away(self, page: Page, seconds: float) -> None:
        """Leave the page for so long."""
        self.by += timedelta(seconds=seconds)
        page.evaluate(AWAY, seconds)


@pytest.fixture
def clock(app: Flask) -> Shifted:
    made = Shifted()
    learn(app).clock = made
    return made


def _reading(lang: str, phone: MakePhone, url: str, username: str) -> Page:
    """Somebody signed in whose pages come in that language."""
    page = signed_in(phone(locale=lang), url, username)
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans" if lang == "zh-CN" else "en")
    return page


def _start(page: Page, url: str, given: Stage) -> Page:
    page.goto(f"{url}/exams/{given.exam_id}")
    if page.locator("input[name=accepted]").count():
        page.locator("label", has=page.locator("input[name=accepted]")).click()
    page.click("main form button")
    expect(page.locator("form.sl-paper")).to_be_visible()
    page.wait_for_load_state()  # the script that counts has run
    return page


def _counted(app: Flask) -> tuple[int, int]:
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert sitting.rebuild(session, attempt) == {}
        return attempt.left_count, attempt.left_seconds


def _kept(page: Page) -> Any:
    return page.evaluate("Object.keys(localStorage).filter(name => /^suyu:(leaves|away):/.test(name))")


def test_leaves_are_counted_once_with_and_without_a_line(
    app: Flask, live_url: str, clock: Shifted, phone: MakePhone
) -> None:
    given = stage(app, count_leaves=True, warn_of_leaves=True)
    context = phone()
    page = _start(signed_in(context, live_url), live_url, given)
    warning = page.locator("[data-controller=integrity]")
    clock.away(page, 2)
    expect(warning).to_be_hidden()
    with page.expect_response("**/leaves"):
        clock.away(page, 20)
    expect(warning).to_contain_text("You left this page for 20 s. Times so far: 1.")
    assert _counted(app) == (1, 20)
    page.click("[data-close]")
    expect(warning).to_be_hidden()

    context.set_offline(True)
    clock.away(page, 30)
    expect(warning).to_contain_text("You left this page for 30 s. Times so far: 2.")
    choose(page, 1)
    expect(page.locator(".sl-status")).to_contain_text("kept on this phone")
    assert _counted(app) == (1, 20)
    assert len(_kept(page)) == 1
    with page.expect_response("**/leaves"):
        context.set_offline(False)
    expect(page.locator(".sl-status")).to_contain_text("aved", timeout=40_000)
    until(page, "!Object.keys(localStorage).some(name => name.startsWith('suyu:leaves:'))")
    assert _counted(app) == (2, 50)
    page.reload()
    expect(page.locator("form.sl-paper")).to_be_visible()
    assert _counted(app) == (2, 50)
    assert _kept(page) == []
    with learn(app).database.reading() as session:
        kinds = session.scalars(select(Step.kind).order_by(Step.id)).all()
    assert [kind.value for kind in kinds].count("left") == 2


def test_one_question_at_a_time_goes_on_without_counting_as_a_leave(
    app: Flask, live_url: str, clock: Shifted, phone: MakePhone
) -> None:
    given = stage(app, count_leaves=True, warn_of_leaves=True, most_leaves=1, watermark=True, minutes=10,
                  delivery=Delivery.STEPWISE, question_seconds=60)  # fmt: skip
    page = _start(signed_in(phone(), live_url), live_url, given)
    with page.expect_response("**/leaves"):
        clock.away(page, 10)
    expect(page.locator("[data-controller=integrity]")).to_contain_text("Times so far: 1.")
    assert faults(page) == []
    page.click("[data-close]")
    for slot in (1, 2):
        choose(page, slot)
        page.click(".sl-foot button")
        expect(page.locator("h2")).to_have_text(f"Question {slot + 1} of 5")
    assert _counted(app) == (1, 10)
    choose(page, 3)
    clock.away(page, 10)
    page.wait_for_url("**/result")
    assert _counted(app) == (2, 20)


AGO = """seen => {
    const real = Date.now.bind(Date);
    let ago = 60000;
    Date.now = () => real() - ago;
    if (!seen) return;
    Object.defineProperty(document, "hidden", {get: () => true});
    document.dispatchEvent(new Event("visibilitychange"));
    ago -= seen * 1000;
}"""
"""The page goes now as if a minute ago, before that hidden for so many seconds."""


def test_of_a_page_that_was_opened_anew_only_what_is_sure_counts(
    app: Flask, live_url: str, clock: Shifted, phone: MakePhone
) -> None:
    """A reload on a dead line looks like a page that was closed, and costs nothing."""
    given = stage(app, count_leaves=True)
    page = _start(signed_in(phone(), live_url), live_url, given)
    paper = page.url

    def opened_anew(how: str, *, seen: int = 0) -> tuple[int, int]:
        clock.by += timedelta(seconds=90)
        page.evaluate(AGO, seen)
        if how == "reload":
            page.reload()
        else:
            page.goto("about:blank")
            page.go_back() if how == "back" else page.goto(paper)
        expect(page.locator("form.sl-paper")).to_be_visible()
        until(page, "!Object.keys(localStorage).some(name => /^suyu:(leaves|away):/.test(name))")
        return _counted(app)

    assert opened_anew("reload") == (0, 0)
    assert opened_anew("closed") == (1, 3)
    assert opened_anew("reload", seen=20) == (2, 23)
    count, seconds = opened_anew("back")
    assert count == 3
    assert 80 < seconds < 100


def test_a_leave_too_many_hands_in_what_was_answered(
    app: Flask, live_url: str, clock: Shifted, phone: MakePhone
) -> None:
    given = stage(app, count_leaves=True, most_leaves=1)
    context = phone()
    page = _start(signed_in(context, live_url), live_url, given)
    with page.expect_response("**/leaves"):
        clock.away(page, 20)
    context.set_offline(True)
    choose(page, 1)
    clock.away(page, 20)
    expect(page.locator(".sl-status")).to_contain_text("kept on this phone")
    context.set_offline(False)
    page.wait_for_url("**/result", timeout=40_000)
    expect(page.locator("main")).to_contain_text("was handed in because its page was left more than 1 time")
    expect(page.locator(".sl-result__points")).to_contain_text("20")
    assert _counted(app) == (2, 40)


def test_a_second_device_waits_until_the_first_lets_go(
    app: Flask, live_url: str, clock: Shifted, phone: MakePhone
) -> None:
    given = stage(app, one_device=True)
    first = _start(signed_in(phone(), live_url), live_url, given)
    choose(first, 1)
    expect(first.locator(".sl-status")).to_contain_text("Saved")
    second = signed_in(phone(), live_url)
    second.goto(first.url)
    expect(second.locator("h1")).to_have_text("The paper is open on another device")
    first.locator(".sl-device summary").click()
    first.click('button[form="device"]')
    expect(first.locator("main")).to_contain_text("Open the exam on the other device")
    second.get_by_role("link", name="Try again").click()
    expect(second.locator('input[name="q1"][value="right"]')).to_be_checked()


@pytest.mark.parametrize("lang", ["en-GB", "zh-CN"])
def test_the_pages_are_accessible_and_the_result_becomes_a_picture(
    app: Flask, live_url: str, clock: Shifted, phone: MakePhone, lang: str
) -> None:
    given = stage(app, count_leaves=True, warn_of_leaves=True, most_leaves=5, watermark=True, one_device=True)
    with learn(app).database.writing() as session:
        boss = learner(session, now=clock(), username="boss")
        grants.grant(session, boss, Role.ADMIN, None, actor=None, now=clock())
    page = _reading(lang, phone, live_url, "lin")
    page.goto(f"{live_url}/exams/{given.exam_id}")
    found = [faults(page)]
    _start(page, live_url, given)
    with page.expect_response("**/leaves"):
        clock.away(page, 20)
    found.append(faults(page))
    board = _reading(lang, phone, live_url, "boss")
    for path in ("", "?state=left", "/attempts/1"):
        board.goto(f"{live_url}/manage/exams/{given.exam_id}/board{path}")
        found.append(faults(board))
    board.goto(f"{live_url}/manage/exams/{given.exam_id}/receipt?code=x")
    found.append(faults(board))
    page.click("[data-close]")
    hand_in(page)
    page.click("[data-draw]")
    picture = page.locator("[data-place] img")
    expect(picture).to_be_visible()
    found.append(faults(page))
    assert [fault for each in found for fault in each] == []
    width, height = page.evaluate("""() => {
        const image = document.querySelector("[data-place] img");
        return [image.naturalWidth, image.naturalHeight];
    }""")
    assert width == 1080
    assert 900 < height < 2000
    receipt = page.locator("dd.sl-code").inner_text()
    assert receipt in (picture.get_attribute("alt") or "")
    assert (picture.get_attribute("src") or "").startswith("data:image/png")
    drawn = page.evaluate("""() => {
        const image = document.querySelector("[data-place] img"), canvas = document.createElement("canvas");
        canvas.width = image.naturalWidth;
        canvas.height = image.naturalHeight;
        const pen = canvas.getContext("2d");
        pen.drawImage(image, 0, 0);
        const seen = new Set(), all = pen.getImageData(0, 0, canvas.width, canvas.height).data;
        for (let place = 0; place < all.length; place += 4) seen.add(all[place] + "," + all[place + 1]);
        return seen.size;
    }""")
    assert drawn > 20  # letters with soft edges, not an empty sheet
