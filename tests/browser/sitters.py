"""What the learners of the browser tests do: sign in, begin, choose; and what the server then has."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from suyu_learn.domain.attempts import Projection
from suyu_learn.models import Attempt
from suyu_learn.services import sitting, steps
from tests.factories import PASSWORD, Stage, learn

MakePhone = Callable[..., BrowserContext]


class MovedClock:
    """The real time, moved on by what a test has passed over."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by

    def pass_over(self, page: Page, seconds: int) -> None:
        """Let so much time pass for the server and in the page, as if it had slept."""
        self.by += timedelta(seconds=seconds)
        page.clock.fast_forward(seconds * 1000)


def signed_in(context: BrowserContext, url: str, username: str = "lin") -> Page:
    """A page of somebody who has just signed in."""
    page = context.new_page()
    page.goto(f"{url}/login")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("form.sl-form button[type=submit]")
    expect(page.locator("h1")).to_contain_text(re.compile("Hello|您好|你好"))
    return page


def begin(page: Page, url: str, given: Stage) -> None:
    """Begin, or go on, from the cover."""
    page.goto(f"{url}/exams/{given.exam_id}")
    page.click("main form button")
    expect(page.locator("form.sl-paper")).to_be_visible()


def choose(page: Page, slot: int, key: str = "right") -> None:
    """Tap an option."""
    page.locator("label", has=page.locator(f'input[name="q{slot}"][value="{key}"]')).click()


def hand_in(page: Page) -> None:
    """Hand in and confirm it."""
    page.click('button[value="review"]')
    page.click("[data-yes]")
    page.wait_for_url("**/result", timeout=60_000)


def singles(app: Flask) -> list[int]:
    """The slots of the only attempt that hold single choices."""
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        return [slot.number for slot in steps.slots_of(session, attempt) if slot.version.type == "single"]


def truth(app: Flask) -> Projection:
    """What the steps of the only attempt say; the stored rows must say the same."""
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        if attempt.state != "open":
            assert sitting.rebuild(session, attempt) == {}
        return steps.projected(session, attempt)
