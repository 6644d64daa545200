"""The form of a new exam: the bank it begins with, and what is folded on a phone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Audience, Bank, Person, Unit
from tests.browser_without_script import Visitor
from tests.clock import START
from tests.factories import learn, single, stored_bank
from tests.web.test_exam_managing import City, fields, made

NEW = "/manage/exams/new"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def city(app: Flask) -> City:
    return City(app)


@pytest.fixture
def boss(app: Flask, city: City) -> Visitor:
    return Visitor(app).sign_in("boss")


def another(app: Flask, city: City, name: str, *, pack: str | None = None, by: str = "", hours: int = 0) -> str:
    """The id of one bank more; with a pack it belongs to no unit, as those that came along."""
    with learn(app).database.writing() as session:
        unit = None if pack else session.get_one(Unit, city.water_id)
        drafts = [single(number) for number in range(201, 206)]
        bank = stored_bank(session, now=START + timedelta(hours=hours), unit=unit, name=name, questions=drafts)
        bank.pack = pack
        bank.created_by_id = session.scalars(select(Person.id).where(Person.username == by)).one_or_none()
        return str(bank.id)


def drawn_from(boss: Visitor) -> set[str]:
    return set(fields(boss.text).get("rule_bank", []))


def test_the_only_bank_of_a_unit_is_proposed_and_of_several_none(app: Flask, boss: Visitor, city: City) -> None:
    another(app, city, "For workers", pack="question_bank/workers")
    boss.get(NEW)
    assert drawn_from(boss) == {str(city.bank_id)}
    another(app, city, "Fire 2026")
    boss.get(NEW)
    assert drawn_from(boss) == set()
    assert fields(boss.text)["title"] == [""]
    assert "From which bank do the questions come?" in boss.words
    assert "Together:" not in boss.words


def test_a_bank_that_is_chosen_fills_the_rows_and_what_was_not_typed(app: Flask, boss: Visitor, city: City) -> None:
    workers = another(app, city, "For workers", pack="question_bank/workers")
    fire = another(app, city, "Fire 2026")
    boss.get(NEW)
    boss.post(NEW, **fields(boss.text), action="propose")
    assert "Choose a question bank." in boss.words
    boss.post(NEW, **{**fields(boss.text), "from_bank": workers}, action="propose")
    sent = fields(boss.text)
    assert (sent["title"], sent["pass_mark"], drawn_from(boss)) == (["For workers"], ["80"], {workers})
    assert "5 questions, 100 points" in boss.words
    boss.post(NEW, **{**sent, "from_bank": fire}, action="propose")
    sent = fields(boss.text)
    assert (sent["title"], sent["pass_mark"], drawn_from(boss)) == (["Fire 2026"], ["60"], {fire})
    typed = {"title": "My title", "pass_mark": "70", "from_bank": workers}
    boss.post(NEW, **{**sent, **typed}, action="propose")
    sent = fields(boss.text)
    assert (sent["title"], sent["pass_mark"], drawn_from(boss)) == (["My title"], ["70"], {workers})


def test_the_bank_for_the_audience_that_is_ticked_stands_chosen(app: Flask, boss: Visitor, city: City) -> None:
    workers = another(app, city, "For workers", pack="question_bank/workers")
    another(app, city, "Fire 2026")
    boss.get(NEW)
    assert fields(boss.text)["from_bank"] == [""]
    boss.post(NEW, **{**fields(boss.text), "audiences": "workers"}, action="look")
    assert fields(boss.text)["from_bank"] == [workers]


def test_what_was_used_or_made_last_is_proposed(app: Flask, boss: Visitor, city: City) -> None:
    fire = another(app, city, "Fire 2026")
    made(boss, city, action="save", title="The first")
    boss.get(NEW)
    assert drawn_from(boss) == {str(city.bank_id)}
    another(app, city, "Somebody else's", by="other", hours=2)
    boss.get(NEW)
    assert drawn_from(boss) == {str(city.bank_id)}
    own = another(app, city, "My own", by="boss", hours=1)
    boss.get(NEW)
    assert drawn_from(boss) == {own}
    with learn(app).database.writing() as session:
        session.get_one(Bank, int(own)).deleted_at = START
    boss.get(f"{NEW}?bank={fire}")
    assert drawn_from(boss) == {fire}


def test_a_row_without_a_bank_is_asked_for_one(app: Flask, boss: Visitor, city: City) -> None:
    another(app, city, "Fire 2026")
    boss.get(NEW)
    boss.post(NEW, **fields(boss.text), action="add")
    sent = {**fields(boss.text), "title": "An exam", "rule_count": "3", "rule_points": "5"}
    assert sent["rule_bank"] == [""]
    boss.post(NEW, **sent, action="publish")
    assert "Row 1: choose a question bank." in boss.words
    assert city.exam() is None


def folds(text: str) -> dict[str, str]:
    """What the summaries of all folds say, by their names."""
    found = re.findall(r'<label class="sl-unfold__label" for="open-([^"]+)">(.*?)</label>', text)
    return {name: re.sub("<[^>]+>", "", said) for name, said in found}


def test_what_is_folded_says_what_it_holds(app: Flask, boss: Visitor, city: City) -> None:
    with learn(app).database.writing() as session:
        session.add(Audience(code="divers", name="Divers", built_in=False))
    boss.get(f"{NEW}?bank={city.bank_id}")
    said = folds(boss.text)
    assert said["kinds"] == "What it is for · Formal exam"
    assert said["due"] == "Who is due · everybody in Water Bureau"
    assert said["row-1"] == "Row 1 · Single choice: 15 × 5 = 75 points"
    assert "bank" not in said
    sent = {**fields(boss.text), "units": str(city.water_id), "audiences": "divers", "rule_difficulty": ["hard", ""]}
    boss.post(NEW, **sent, action="preset-training")
    said = folds(boss.text)
    assert said["kinds"] == "What it is for · End of a training"
    assert said["due"] == "Who is due · Water Bureau; Divers"
    assert said["row-1"] == "Row 1 · Single choice, Hard: 15 × 5 = 75 points"


def test_rows_name_their_banks_where_these_differ(app: Flask, boss: Visitor, city: City) -> None:
    fire = another(app, city, "Fire 2026")
    boss.get(f"{NEW}?bank={city.bank_id}")
    assert folds(boss.text)["bank"] == "Question bank · Safety 2026"
    boss.get(f"{NEW}?bank={city.bank_id}&bank={fire}")
    assert folds(boss.text)["row-1"] == "Row 1 · Fire 2026, Single choice: 2 × 5 = 10 points"
    assert folds(boss.text)["bank"] == "Another question bank"
    boss.post(NEW, **{**fields(boss.text), "title": "Of both"}, action="save")
    boss.get(NEW)
    assert drawn_from(boss) == set()


def test_rows_open_where_they_are_worked_on_or_to_be_mended(boss: Visitor, city: City) -> None:
    boss.get(f"{NEW}?bank={city.bank_id}")
    assert "open" not in fields(boss.text)
    boss.post(NEW, **fields(boss.text), action="add")
    assert fields(boss.text)["open"] == ["row-3"]
    assert folds(boss.text)["row-3"] == "Row 3 · Nothing asked for yet"
    boss.post(NEW, **fields(boss.text), action="remove-1")
    assert fields(boss.text)["open"] == ["row-2"]
    sent = {**fields(boss.text), "rule_count": ["many", ""], "units": "999999", "open": []}
    boss.post(NEW, **sent, action="save")
    assert boss.page is not None
    assert boss.page.status_code == 422
    assert fields(boss.text)["open"] == ["due", "row-1"]
