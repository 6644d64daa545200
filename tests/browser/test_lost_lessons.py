"""Two lessons and a question on a phone that has lost its line, with and without a service worker."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from suyu_learn.models import Completion, ProgressStep
from tests.browser.pages import faults, until
from tests.browser.sitters import MakePhone, choose, signed_in
from tests.factories import PASSWORD, course_draft, learn, learner, single, stored_bank, stored_course


@pytest.fixture
def course(app: Flask) -> str:
    """The path of a course of three lessons: the first with a question in its text."""
    here = learn(app)
    draft = single(1)
    with here.database.writing() as session:
        stored_bank(session, now=here.now(), questions=[draft])
        plain = course_draft((draft.uid,), (), ())
        texts = (f"先看。\n\n::question {draft.uid}\n\n再看。", "第二课。" * 20, "第三课。" * 20)
        lessons = tuple(
            replace(one, title=f"Lesson {place}", text=text)
            for place, (one, text) in enumerate(zip(plain.lessons, texts, strict=True), start=1)
        )
        stored_course(session, replace(plain, lessons=lessons), now=here.now())
        learner(session, now=here.now(), username="lin")
        learner(session, now=here.now(), username="wang")
    return "/courses/soil"


def _steps(app: Flask, kind: str) -> list[ProgressStep]:
    with learn(app).database.reading() as session:
        return list(session.scalars(select(ProgressStep).where(ProgressStep.kind == kind).order_by(ProgressStep.id)))


def _kept(page: Page, lesson: str) -> None:
    until(
        page,
        """lesson => caches.keys().then(names => Promise.all(names.map(name => caches.open(name))))
           .then(shelves => Promise.all(shelves.map(shelf => shelf.match(lesson))))
           .then(found => found.some(Boolean))""",
        lesson,
    )


@pytest.mark.parametrize("workers", ["allow", "block"])
def test_two_lessons_are_learnt_without_a_line(
    app: Flask, live_url: str, course: str, phone: MakePhone, workers: str
) -> None:
    context = phone(service_workers=workers)
    page = signed_in(context, live_url)
    with page.expect_response(re.compile("lesson-3/kept")):
        page.goto(f"{live_url}{course}/lesson-1")
    if workers == "allow":
        _kept(page, f"{course}/lesson-3")
    page.wait_for_timeout(300)
    context.set_offline(True)
    choose(page, 1)
    page.click("button[value=finish]")
    expect(page.locator("h1")).to_have_text("Lesson 2")
    expect(page).to_have_url(f"{live_url}{course}/lesson-2")
    page.wait_for_timeout(1300)
    found = faults(page)
    page.click("button[value=finish]")
    expect(page.locator("h1")).to_have_text("Lesson 3")
    waits = page.locator(".sl-waits")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(waits).to_contain_text("lessons read: 2 · answers: 1")
    expect(waits).to_contain_text("answers are marked then")
    found += faults(page)
    if workers == "allow":
        page.goto(f"{live_url}{course}")
        expect(page.locator("main")).to_contain_text("Lesson 2")
        page.goto(f"{live_url}{course}/lesson-2")
        expect(page.locator("h1")).to_have_text("Lesson 2")
        page.goto(f"{live_url}{course}/lesson-3")
    assert _steps(app, "finished") == []
    context.set_offline(False)
    expect(waits).to_contain_text("all has been sent", timeout=20_000)
    finished, answered = _steps(app, "finished"), _steps(app, "answered")
    assert (len(finished), len(answered), answered[0].detail["right"]) == (2, 1, True)
    assert (finished[1].at - finished[0].at).total_seconds() > 1
    page.goto(f"{live_url}{course}/lesson-3")
    page.click("button[value=finish]")
    expect(page.locator("main")).to_contain_text("You have completed this course")
    with learn(app).database.reading() as session:
        assert len(session.scalars(select(Completion)).all()) == 1
    assert found == []


def test_what_is_kept_belongs_to_one_person_and_signing_out_warns(
    app: Flask, live_url: str, course: str, phone: MakePhone
) -> None:
    context = phone()
    page = signed_in(context, live_url)
    page.goto(f"{live_url}{course}/lesson-1")
    _kept(page, f"{course}/lesson-2")
    page.route("**/progress", lambda route: route.abort())
    page.click("button[value=finish]")
    expect(page.locator(".sl-waits")).to_contain_text("lessons read: 1")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.goto(f"{live_url}{course}")
    page.click(".sl-menu summary")
    page.click("text=Sign out")
    page.wait_for_url("**/login")
    assert len(asked) == 1
    assert "has not been sent yet" in asked[0]
    until(page, "caches.keys().then(names => names.length === 0)")
    page.unroute("**/progress")
    page.fill("input[name=username]", "wang")
    page.fill("input[name=password]", PASSWORD)
    page.click("form.sl-form button[type=submit]")
    page.goto(f"{live_url}{course}/lesson-1")
    page.wait_for_timeout(500)
    assert _steps(app, "finished") == []
    page.click(".sl-menu summary")
    page.click("text=Sign out")
    page.wait_for_url("**/login")
    page.fill("input[name=username]", "lin")
    page.fill("input[name=password]", PASSWORD)
    page.click("form.sl-form button[type=submit]")
    expect(page.locator("main")).to_contain_text("has arrived")
    assert len(_steps(app, "finished")) == 1
