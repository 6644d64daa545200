"""The cards of those whom a roster brought: exactly these people, printed or in a file, once."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask

from suyu_learn.content.formats.sheets import read_sheets
from suyu_learn.models import Grant, Role
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.conftest import MakeApp
from tests.factories import learn, learner
from tests.rosters import workbook

ADDRESS = "https://learn.example.org"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def app(make_app: MakeApp, clock: FrozenClock) -> Flask:
    return make_app(clock=clock, SUYU_LEARN_PUBLIC_URL=ADDRESS)


@pytest.fixture
def imported(app: Flask) -> tuple[Visitor, str]:
    """An HR officer before a roster of two new people and one known, which is in."""
    here = learn(app)
    with here.database.writing() as session:
        people.install_audiences(session)
        unit = people.add_unit(session, "Oak Works", parent=None, now=here.now())
        officer = learner(session, now=here.now(), unit=unit, username="hr")
        session.add(Grant(person_id=officer.id, role=Role.UNIT_MANAGER, unit_id=unit.id, granted_at=here.now()))
        people.add_person(session, "王芳", now=here.now(), unit=unit, staff_number="0012")
        number = unit.id
    hr = Visitor(app).sign_in("hr")
    content = workbook(["姓名", "工号"], ["新人甲", "7"], ["新人乙", "8"], ["王芳", "0012"])
    hr.get("/manage/imports/roster")
    hr.post("/manage/imports/roster", unit=str(number), encoding="", file=(io.BytesIO(content), "名册.xlsx"))
    found = re.search(r"/manage/imports/([\w-]{22})/", hr.text)
    assert found
    where = f"/manage/imports/{found[1]}"
    assert "Print the card" not in hr.words
    hr.post(where, do="apply")
    return hr, where


def test_the_sheet_has_exactly_the_new_people_and_comes_once(imported: tuple[Visitor, str]) -> None:
    hr, where = imported
    assert "Print the cards of the 2 new people" in hr.words
    hr.post(f"{where}/cards", pins="1")
    assert hr.text.count('class="sl-qrcard"') == 2
    assert "新人甲" in hr.words
    assert "王芳" not in hr.words
    assert re.search(r"新人乙 8 Oak Works \d{4}", hr.words)
    hr.get(where)
    assert "Print the card" not in hr.words
    hr.post(f"{where}/cards")
    assert "Everybody new in this import has a card or a password." in hr.words


def test_the_file_carries_a_card_that_signs_in(app: Flask, imported: tuple[Visitor, str]) -> None:
    hr, where = imported
    rows = read_sheets(hr.post(f"{where}/cards.xlsx", pins="1").data, "cards.xlsx")[0].rows
    assert [row[:3] for row in rows[1:]] == [("新人甲", "7", "Oak Works"), ("新人乙", "8", "Oak Works")]
    address, pin = rows[1][3:]
    assert address.startswith(f"{ADDRESS}/card/")
    newcomer = Visitor(app)
    path = address.removeprefix(ADDRESS)
    newcomer.get(path)
    newcomer.post(path, pin=pin)
    assert "新人甲" in newcomer.words
    hr.get(where)
    hr.post(f"{where}/undo")
    assert "新人甲" in hr.words, "who has used a card stands in the way"


def test_cards_that_nobody_used_go_with_the_import(imported: tuple[Visitor, str]) -> None:
    hr, where = imported
    hr.post(f"{where}/cards")
    hr.get(where)
    hr.post(f"{where}/undo")
    assert "people and units are as they were" in hr.words
    hr.post(f"{where}/cards")
    assert "has not been imported, or was taken back" in hr.words
