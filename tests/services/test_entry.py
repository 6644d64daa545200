"""Coming to one exam by name and number, or openly."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from suyu_learn.models import Exam, ExamUnit, Person, PersonKind
from suyu_learn.services import entry, people
from suyu_learn.services.delays import Caller
from tests.clock import START
from tests.factories import published_exam
from tests.refusals import code_of

NOW = START
CALLER = Caller("b", timedelta(minutes=1), frozenset(), "10.0.0.1", "phone")


class World:
    def __init__(self, session: Any) -> None:
        self.session = session
        self.city = people.add_unit(session, "City", parent=None, now=NOW)
        self.town = people.add_unit(session, "Town", parent=self.city, now=NOW)
        self.village = people.add_unit(session, "Village", parent=self.town, now=NOW)
        self.other = people.add_unit(session, "Other town", parent=self.city, now=NOW)
        self.exam = published_exam(session, now=NOW, unit=self.town, entry_number=True, entry_open=True)
        self.wang = people.add_person(session, "王 小明", now=NOW, unit=self.village, staff_number="A-007")

    def enter(self, name: str, number: str, exam: Exam | None = None) -> Person:
        return entry.by_number(self.session, exam or self.exam, name=name, number=number, caller=CALLER, now=NOW)

    def come(self, name: str, unit: Any, *known: Person) -> Person:
        return entry.openly(
            self.session, self.exam, name=name, unit_id=unit.id if unit else None,
            known_guests=[one.id for one in known], now=NOW,
        )  # fmt: skip


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


@pytest.mark.parametrize(
    ("name", "number"),
    [("王小明", "A-007"), (" 王　小 明 ", "Ａ-００７"), ("王小明", "a-007")],
    ids=["plain", "wide", "case"],
)
def test_name_and_number_as_people_type_them(world: World, name: str, number: str) -> None:
    assert world.enter(name, number) is world.wang


@pytest.mark.parametrize(("name", "number"), [("王小明", "A-008"), ("王大明", "A-007"), ("王小明", "7")])
def test_what_does_not_fit_is_one_sentence(world: World, name: str, number: str) -> None:
    assert code_of(lambda: world.enter(name, number)) == "entry.not_found"


def test_outside_the_scope_is_the_same_sentence(world: World) -> None:
    people.add_person(world.session, "李", now=NOW, unit=world.other, staff_number="8")
    assert code_of(lambda: world.enter("李", "8")) == "entry.not_found"


def test_ambiguous_is_the_same_sentence(world: World) -> None:
    far = people.add_unit(world.session, "Far city", parent=None, now=NOW)
    people.add_person(world.session, "王小明", now=NOW, unit=far, staff_number="A-007")
    assert world.enter("王小明", "A-007") is world.wang  # the other one is not invited
    world.session.add(ExamUnit(exam_id=world.exam.id, unit_id=far.id))
    world.session.add(ExamUnit(exam_id=world.exam.id, unit_id=world.town.id))
    world.session.flush()
    assert code_of(lambda: world.enter("王小明", "A-007")) == "entry.not_found"


def test_the_disabled_do_not_enter(world: World) -> None:
    world.wang.disabled_at = NOW
    assert code_of(lambda: world.enter("王小明", "A-007")) == "entry.not_found"


def test_wrong_names_for_one_number_must_wait(world: World) -> None:
    codes = [code_of(lambda: world.enter("李", "A-007")) for _ in range(4)]
    assert codes == ["entry.not_found"] * 3 + ["sign_in.wait"]


def test_a_way_that_is_closed(world: World) -> None:
    world.exam.entry_number = world.exam.entry_open = False
    assert code_of(lambda: world.enter("王小明", "A-007")) == "entry.not_this_way"
    assert code_of(lambda: world.come("李", world.town)) == "entry.not_this_way"


def test_a_guest_is_a_guest_of_one_exam(world: World) -> None:
    guest = world.come(" 李  雷 ", world.village)
    assert (guest.kind, guest.guest_exam_id, guest.name) == (PersonKind.GUEST, world.exam.id, "李 雷")
    assert entry.unit_name(world.session, guest, now=NOW) == "Village"


def test_the_same_name_and_unit_from_the_same_browser_is_the_same_guest(world: World) -> None:
    first = world.come("李雷", world.village)
    assert world.come("李 雷", world.village, first) is first
    assert world.come("李雷", world.town, first) is not first
    assert world.come("李雷", world.village) is not first


def test_guests_choose_a_unit_of_the_exam(world: World) -> None:
    assert [one.name for one in entry.units(world.session, world.exam)] == ["Town", "Town / Village"]
    for unit in (world.other, world.city, None):
        assert code_of(lambda unit=unit: world.come("李雷", unit)) == "entry.choose_unit"


def test_no_new_guests_after_the_close(world: World) -> None:
    first = world.come("李雷", world.town)
    world.exam.closes_at = NOW
    world.exam.opens_at = NOW - timedelta(days=1)
    assert world.come("李雷", world.town, first) is first
    assert code_of(lambda: world.come("韩梅梅", world.town)) == "exam.is_closed"


@pytest.mark.parametrize("typed", ["{code}", " {code} ", "{lower}", "{spaced}"])
def test_codes_as_people_type_them(world: World, typed: str) -> None:
    code = world.exam.code
    text = typed.format(code=code, lower=code.lower(), spaced=f"{code[:3]}-{code[3:]}")
    assert entry.find_exam(world.session, text) is world.exam


@pytest.mark.parametrize("typed", ["", "???", "ZZZZZZZ"])
def test_unknown_codes(world: World, typed: str) -> None:
    assert code_of(lambda: entry.find_exam(world.session, typed)) == "entry.code_unknown"
