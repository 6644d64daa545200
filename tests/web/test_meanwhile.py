"""Two people change the same thing: the second one's form undoes nothing unseen, and loses nothing that was typed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Event, Grant, Person, Role
from tests.browser_without_script import Visitor
from tests.clock import START
from tests.factories import learn
from tests.web.test_exam_managing import City, fields

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _words(city: City, _boss: Visitor) -> str:
    return f"/manage/exams/{city.published()}/words"


def _certificate(city: City, _boss: Visitor) -> str:
    return f"/manage/certificates/exam/{city.published()}"


def _event(city: City, boss: Visitor) -> str:
    boss.get("/manage/events/new")
    boss.post("/manage/events/new", title="Dust", kind="lecture", unit=str(city.water_id), hours="2",
              starts_at="2026-03-03T09:00", ends_at="2026-03-03T11:00", place="Hall", exam="")  # fmt: skip
    with learn(city.app).database.reading() as session:
        return f"/manage/events/{session.scalars(select(Event.key)).one()}/edit"


def _person(city: City, _boss: Visitor) -> str:
    with learn(city.app).database.reading() as session:
        return f"/manage/people/{session.scalars(select(Person.id).where(Person.username == 'lin')).one()}/edit"


@pytest.fixture
def city(app: Flask) -> City:
    made = City(app)
    with learn(app).database.writing() as session:
        boss = session.scalars(select(Person).where(Person.username == "boss")).one()
        session.add(Grant(person_id=boss.id, role=Role.ADMIN, unit_id=None, granted_at=START))
    return made


def _value(visitor: Visitor, name: str) -> str:
    found = fields(visitor.text)[name]
    return html.unescape(found[0] if isinstance(found, list) else found)


@pytest.mark.parametrize(
    ("where", "theirs", "mine"),
    [
        (_words, ("title", "A better title"), ("notice", "Bring a pen")),
        (_certificate, ("heading", "Well done"), ("issuer", "The works")),
        (_event, ("starts_at", "2026-03-03T08:00"), ("place", "Hall 2")),
        (_event, ("kind", "visit"), ("trainer", "Zhao")),
        (_person, ("job", "Welder"), ("phone", "13900000001")),
    ],
)
def test_the_second_to_save_sees_what_the_first_has_saved(
    app: Flask, city: City, where: Callable[[City, Visitor], str], theirs: tuple[str, str], mine: tuple[str, str]
) -> None:
    first, second = Visitor(app).sign_in("boss"), Visitor(app).sign_in("boss")
    path = where(city, first)
    first.get(path)
    second.get(path)
    before = _value(second, theirs[0])
    first.post(path, **{**fields(first.text), theirs[0]: theirs[1]})
    assert second.post(path, **{**fields(second.text), mine[0]: mine[1]}).status_code == 422
    assert "Somebody else has saved this meanwhile." in second.words
    assert set(re.findall(r"id=\"([a-z_]+)-error", second.text)) == {theirs[0]}
    assert (_value(second, theirs[0]), _value(second, mine[0])) == (theirs[1], mine[1])
    assert before != theirs[1]
    second.post(path, **fields(second.text))
    first.get(path)
    assert (_value(first, theirs[0]), _value(first, mine[0])) == (theirs[1], mine[1])


def test_what_both_have_typed_stays_beside_what_was_saved(app: Flask, city: City) -> None:
    first, second = Visitor(app).sign_in("boss"), Visitor(app).sign_in("boss")
    path = _words(city, first)
    for visitor in (first, second):
        visitor.get(path)
    first.post(path, **{**fields(first.text), "title": "Theirs"})
    second.post(path, **{**fields(second.text), "title": "Mine"})
    assert "Saved by somebody else meanwhile: Theirs" in second.words
    assert _value(second, "title") == "Mine"
    second.post(path, **fields(second.text))
    second.get(path)
    assert _value(second, "title") == "Mine"


def test_ones_own_form_is_saved_twice_without_a_word(app: Flask, city: City) -> None:
    boss = Visitor(app).sign_in("boss")
    for where in (_words, _certificate, _event, _person):
        path = where(city, boss)
        for _again in range(2):
            boss.get(path)
            sent = fields(boss.text)
            assert re.search(r"\w+:[0-9a-f]{12}", sent["shown"][0])
            boss.post(path, **sent)
            assert "meanwhile" not in boss.words, path
            assert boss.page is not None
            assert boss.page.status_code == 200
