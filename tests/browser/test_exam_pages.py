"""Every page that has to do with exams, found by its links, in both languages: axe finds nothing, and all fits."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from suyu_learn.models import Attempt, Paper, PaperMode, Person, Question, Role, Shown
from suyu_learn.services import exams, fixed_papers, people, steps
from tests.browser.pages import faults, walk
from tests.browser.sitters import MakePhone
from tests.browser_without_script import Visitor
from tests.factories import (
    PASSWORD,
    essay,
    fill_in,
    learn,
    learner,
    manager,
    multiple,
    published_exam,
    short_answer,
    single,
    stored_bank,
    true_false,
)

LANGUAGES = {"en": "en-GB", "zh_Hans": "zh-CN"}
ANSWERS = {"single": "right", "multiple": ["a"], "fill_in": ["oxygen"], "short_answer": "two", "essay": "Words."}
PLACES = ("/manage/exams", "/manage/marking", "/manage/exams/new", "/manage/appeals")
AREAS = (
    "/exams",
    "/attempts",
    "/manage/exams",
    "/manage/marking",
    "/manage/appeals",
    "/manage/reports",
    "/join",
    "/practice",
)


@dataclass(frozen=True)
class Scene:
    """An exam that runs: somebody has handed in, somebody sits, answers wait for a marker."""

    exam_id: int
    later_id: int
    draft_id: int
    organizer: str
    done: str
    sits: str
    comes: str


@pytest.fixture
def scene(app: Flask) -> Scene:
    here = learn(app)
    drafts = [single(1), multiple(2), true_false(3), fill_in(4), short_answer(5, "one"), essay(6)]
    with here.database.writing() as session:
        now = here.now()
        unit = people.add_unit(session, "Pine City", parent=None, now=now)
        source = stored_bank(session, now=now, unit=unit, questions=drafts)
        names = [str(learner(session, now=now, unit=unit).username) for _ in range(3)]
        exam = published_exam(session, now=now, source=source, unit=unit, points=10, show_key=Shown.NOW,
                              show_explanation=Shown.NOW, shuffle_questions=False, entry_open=True,
                              entry_number=True, appeal_days=7)  # fmt: skip
        later = published_exam(session, now=now, source=source, unit=unit, title="Another",
                               opens_at=now.replace(year=now.year + 1))  # fmt: skip
        paper = Paper(title="Draft", mode=PaperMode.FIXED, unit_id=unit.id, created_at=now)
        session.add(paper)
        session.flush()
        draft = exams.create_exam(session, paper, title="Draft", minutes=60, now=now, unit=unit)
        every = session.scalars(select(Question.id)).all()
        fixed_papers.add(session, draft, every, banks={source.id})
        organizer = manager(session, Role.UNIT_MANAGER, unit, now=now)
        found = Scene(exam.id, later.id, draft.id, str(organizer.username), *names)
    for name in (found.done, found.sits):
        paper = Visitor(app).sign_in(name).start(found.exam_id)
        for kind, response in ANSWERS.items():
            assert paper.save(_slot(app, paper.key, kind), response).status_code == 200
        if name == found.done:
            paper.submit()
            paper.visitor.post(f"/attempts/{paper.key}/appeals", slot="1", text="Look at it again.")
            assert "Your appeal was sent." in paper.visitor.words
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_a_learner(app: Flask, live_url: str, scene: Scene, phone: MakePhone, language: str) -> None:
    walked: set[str] = set()
    for name in (scene.done, scene.sits, scene.comes):
        page = _signed_in(phone, live_url, name, language)
        starts = ["/", f"/exams/{scene.exam_id}", f"/exams/{scene.later_id}", *_attempts(app, name)]
        walked |= walk(app, page, live_url, starts, AREAS)
    assert walked >= {"home", "exam", "attempt", "result"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_an_organizer(app: Flask, live_url: str, scene: Scene, phone: MakePhone, language: str) -> None:
    page = _signed_in(phone, live_url, scene.organizer, language)
    drafted = [f"/manage/exams/{scene.draft_id}{one}" for one in ("/edit", "/check", "/questions", "/questions/add")]
    walked = walk(app, page, live_url, [f"/manage/exams/{scene.exam_id}", *PLACES, *drafted], AREAS)
    assert walked >= {"managed_exam", "board", "seat", "exam_marking", "exam_report", "change_exam", "exam_roster",
                      "appeal_list", "exam_appeals", "edit_exam", "check_exam", "picks", "pick_more"}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_typing_for_somebody(app: Flask, live_url: str, scene: Scene, phone: MakePhone, language: str) -> None:
    with learn(app).database.reading() as session:
        person_id = session.scalars(select(Person.id).where(Person.username == scene.comes)).one()
    page = _signed_in(phone, live_url, scene.organizer, language)
    page.goto(f"{live_url}/manage/exams/{scene.exam_id}/typing/{person_id}")
    assert faults(page) == []
    page.fill("main [name=reason]", "A broken arm")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/typing/*")
    assert faults(page) == []
    page.goto(f"{page.url}/review")
    expect(page.locator("h1")).to_be_visible()
    assert faults(page) == []


def test_the_ways_in(live_url: str, app: Flask, scene: Scene, phone: MakePhone) -> None:
    with learn(app).database.reading() as session:
        code = session.scalars(select(Attempt)).first().exam.code  # type: ignore[union-attr]
    for locale in LANGUAGES.values():
        page = phone(locale=locale).new_page()
        for path in ("/login", "/join", f"/join/{code}"):
            page.goto(live_url + path)
            assert faults(page) == []


def _slot(app: Flask, key: str, kind: str) -> int:
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.key == key)).one()
        return next(slot.number for slot in steps.slots_of(session, attempt) if slot.version.type == kind)


def _signed_in(phone: MakePhone, url: str, name: str, language: str) -> Page:
    page = phone(locale=LANGUAGES[language]).new_page()
    page.goto(f"{url}/login")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("form.sl-form button[type=submit]")
    page.wait_for_url(f"{url}/")
    expect(page.locator("html")).to_have_attribute("lang", language.replace("_", "-"))
    return page


def _attempts(app: Flask, username: str) -> list[str]:
    with learn(app).database.reading() as session:
        found = session.scalars(select(Attempt).join(Attempt.person).where(Attempt.person.has(username=username)))
        return [f"/attempts/{one.key}" for one in found]
