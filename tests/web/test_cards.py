"""Cards from the sheet to the phone."""

from __future__ import annotations

import re
from typing import Any

import numpy
import pytest
import zxingcpp
from flask import Flask

from suyu_learn.models import Grant, Role
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.conftest import MakeApp
from tests.factories import learn, learner

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ADDRESS = "https://learn.example.org"
_SVG = re.compile(r'<svg viewBox="0 0 (\d+) \d+" class="sl-qr">.*?<path stroke="#000" d="([^"]+)"/></svg>')


@pytest.fixture
def app(make_app: MakeApp, clock: FrozenClock) -> Flask:
    return make_app(clock=clock, SUYU_LEARN_PUBLIC_URL=ADDRESS, SUYU_LEARN_CONTACT_NAME="Zhao",
                    SUYU_LEARN_CONTACT_PHONE="0453 123")  # fmt: skip


@pytest.fixture
def town(app: Flask) -> dict[str, int]:
    """A town with an organizer `lin` and twelve people."""
    here = learn(app)
    with here.database.writing() as session:
        city = people.add_unit(session, "City", parent=None, now=here.now())
        unit = people.add_unit(session, "Town", parent=city, now=here.now())
        other = people.add_unit(session, "Other town", parent=city, now=here.now())
        lin = learner(session, now=here.now(), unit=city, username="lin", name="Lin")
        session.add(Grant(person_id=lin.id, role=Role.ORGANIZER, unit_id=unit.id, granted_at=here.now()))
        made = [
            people.add_person(session, f"Person {number:02}", now=here.now(), unit=unit, staff_number=f"{number:03}")
            for number in range(1, 13)
        ]
        stranger = people.add_person(session, "Stranger", now=here.now(), unit=other)
        return {"unit": unit.id, "other": other.id, "first": made[0].id, "stranger": stranger.id}


def codes(page: str) -> list[str]:
    """What the QR codes of a page say, read as a phone reads them."""
    return [_read(int(size), path) for size, path in _SVG.findall(page)]


def _read(size: int, path: str) -> str:
    picture = numpy.full((size, size), 255, dtype=numpy.uint8)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]+)", path):
        values = [float(one) for one in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            picture[int(y), int(x) : int(x + values[0])] = 0
            x += values[0]
    found = zxingcpp.read_barcodes(numpy.kron(picture, numpy.ones((6, 6), dtype=numpy.uint8)))
    return found[0].text


def print_sheet(organizer: Visitor, town: dict[str, int], **more: Any) -> list[str]:
    organizer.get(f"/manage/cards?unit={town['unit']}")
    organizer.post("/manage/cards", unit=town["unit"], **{"who": "missing", **more})
    return codes(organizer.text)


def path_of(code: str) -> str:
    assert code.startswith(ADDRESS + "/card/")
    return code.removeprefix(ADDRESS)


def test_from_the_sheet_to_the_phone(app: Flask, town: dict[str, int]) -> None:
    organizer = Visitor(app).sign_in("lin")
    organizer.get("/")
    organizer.get("/manage/")
    assert "QR cards" in organizer.words
    printed = print_sheet(organizer, town)
    assert len(set(printed)) == 12
    assert "Person 01" in organizer.words
    assert "https://learn.example.org" not in organizer.words
    assert "learn.example.org" in organizer.words
    assert "Zhao 0453 123" in organizer.words
    phone = Visitor(app)
    phone.get(path_of(printed[0]))
    assert "Are you Person 01 of Town" in phone.words
    assert "Zhao" in phone.words
    phone.get("/")
    assert "/login" in phone.page.request.path  # looking alone signs nobody in
    phone.get(path_of(printed[0]))
    phone.post(path_of(printed[0]))
    assert "Hello, Person 01" in phone.words


def test_a_sheet_is_shown_once(app: Flask, town: dict[str, int]) -> None:
    organizer = Visitor(app).sign_in("lin")
    organizer.get(f"/manage/cards?unit={town['unit']}")
    key = re.search(r'name="form_key" value="([^"]+)"', organizer.text)[1]  # type: ignore[index]
    token = organizer.token
    first = organizer.post("/manage/cards", unit=town["unit"], who="all", form_key=key)
    assert (first.status_code, len(codes(organizer.text))) == (200, 12)
    assert first.headers["Cache-Control"] == "no-store"
    again = organizer.post("/manage/cards", unit=town["unit"], who="all", form_key=key, csrf_token=token)
    assert again.status_code == 409
    assert not codes(organizer.text)


def test_only_those_without_a_card_unless_asked_for(app: Flask, town: dict[str, int]) -> None:
    organizer = Visitor(app).sign_in("lin")
    printed = print_sheet(organizer, town, who="ticked", person=[town["first"], town["stranger"]])
    assert len(printed) == 1
    assert len(print_sheet(organizer, town)) == 11
    assert Visitor(app).get(path_of(printed[0])).status_code == 200
    assert len(print_sheet(organizer, town, who="all")) == 12
    dead = Visitor(app)
    assert dead.get(path_of(printed[0])).status_code == 410
    assert "newer one was made" in dead.words
    assert "0453 123" in dead.words
    assert dead.post(path_of(printed[0])).status_code == 410


def test_pins_are_printed_apart_and_asked_for(app: Flask, town: dict[str, int]) -> None:
    organizer = Visitor(app).sign_in("lin")
    printed = print_sheet(organizer, town, who="ticked", person=town["first"], pins="1")
    pin = re.search(r'<td class="sl-code">(\d{4})</td>', organizer.text)[1]  # type: ignore[index]
    phone = Visitor(app)
    phone.get(path_of(printed[0]))
    assert phone.post(path_of(printed[0]), pin="x").status_code == 422
    assert "The PIN is wrong" in phone.words
    phone.post(path_of(printed[0]), pin=pin)
    assert "Hello, Person 01" in phone.words


def test_a_helper_makes_one_card_on_the_screen(app: Flask, town: dict[str, int]) -> None:
    helper = Visitor(app).sign_in("lin")
    page = f"/manage/cards/{town['first']}"
    helper.get(page)
    helper.post(page + "/reissue", pin="")
    (first,) = codes(helper.text)
    helper.get(page)
    helper.post(page + "/reissue", pin="12")
    assert "exactly 4 digits" in helper.words
    helper.post(page + "/reissue", pin="1234")
    (second,) = codes(helper.text)
    assert Visitor(app).get(path_of(first)).status_code == 410
    assert Visitor(app).get(path_of(second)).status_code == 200
    helper.get(page)
    helper.post(page + "/revoke")
    assert "no longer works" in helper.words
    assert Visitor(app).get(path_of(second)).status_code == 410


def test_other_units_are_not_there(app: Flask, town: dict[str, int]) -> None:
    organizer = Visitor(app).sign_in("lin")
    assert organizer.get(f"/manage/cards?unit={town['other']}").status_code == 404
    assert organizer.post("/manage/cards", unit=town["other"], who="all").status_code == 404
    for action in ("", "/reissue", "/revoke"):
        path = f"/manage/cards/{town['stranger']}{action}"
        assert (organizer.post(path) if action else organizer.get(path)).status_code == 404


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:8000", "http://office-pc"])
def test_an_address_that_no_phone_reaches(
    make_app: MakeApp, clock: FrozenClock, town: dict[str, int], address: str
) -> None:
    organizer = Visitor(make_app(clock=clock, SUYU_LEARN_PUBLIC_URL=address)).sign_in("lin")
    organizer.get(f"/manage/cards?unit={town['unit']}")
    assert "SUYU_LEARN_PUBLIC_URL" in organizer.words
    refused = organizer.post("/manage/cards", unit=town["unit"], who="all")
    assert refused.status_code == 422
    assert "SUYU_LEARN_PUBLIC_URL" in organizer.words
    organizer.get(f"/manage/cards/{town['first']}")
    assert organizer.post(f"/manage/cards/{town['first']}/reissue", pin="").status_code == 422
    assert "no card" in organizer.get(f"/manage/cards/{town['first']}").get_data(as_text=True)


def test_a_card_takes_the_phone_over_from_who_was_there(app: Flask, town: dict[str, int]) -> None:
    printed = print_sheet(Visitor(app).sign_in("lin"), town)
    phone = Visitor(app).sign_in("lin")
    phone.get(path_of(printed[0]))
    assert "Lin is signed in on this phone" in phone.words
    phone.post(path_of(printed[0]), shared="y")
    assert "Hello, Person 01" in phone.words
    assert "Another person" in phone.words
    assert phone.client.get_cookie("suyu_remember") is None
