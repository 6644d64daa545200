"""Coming to one exam, and what such a session does not open."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Attempt, Exam, Person, PersonKind
from suyu_learn.services import people
from tests.browser_without_script import Paper, Visitor
from tests.clock import FrozenClock
from tests.factories import Stage, learn, published_exam, stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def given(app: Flask) -> Stage:
    """An exam with every way in, one with none but the account, and Wang with a staff number."""
    given = stage(app, entry_number=True, entry_open=True, contact_name="Zhao", contact_phone="0453 123")
    here = learn(app)
    with here.database.writing() as session:
        exam = session.get_one(Exam, given.exam_id)
        unit = session.get_one(Person, given.person_id)
        top = people.home_membership(session, unit.id, at=here.now()).unit  # type: ignore[union-attr]
        town = people.add_unit(session, "Fir Town", parent=top, now=here.now())
        wang = people.add_person(session, "Wang", now=here.now(), unit=town, staff_number="007")
        other = published_exam(session, now=here.now(), unit=top, entry_number=True, entry_open=True, title="Other")
        given.extra.update(code=exam.code, unit=town.id, wang=wang.id, other=other.id, other_code=other.code)
    return given


def enter_by_number(app: Flask, given: Stage, visitor: Visitor | None = None) -> Visitor:
    visitor = visitor or Visitor(app)
    visitor.get(f"/join/{given.extra['code']}")
    visitor.post(f"/join/{given.extra['code']}/number", name="Wang", number="007")
    return visitor


def come_in(app: Flask, given: Stage, visitor: Visitor | None = None, *, name: str = "Li Lei") -> Visitor:
    visitor = visitor or Visitor(app)
    visitor.get(f"/join/{given.extra['code']}")
    visitor.post(f"/join/{given.extra['code']}/open", name=name, unit=given.extra["unit"])
    return visitor


def sit(visitor: Visitor, given: Stage) -> Paper:
    visitor.post(f"/exams/{given.exam_id}/attempts")
    return Paper(visitor)


def guests(app: Flask) -> list[Person]:
    with learn(app).database.reading() as session:
        return list(session.scalars(select(Person).where(Person.kind == PersonKind.GUEST)))


def test_the_page_offers_what_the_exam_allows(app: Flask, given: Stage) -> None:
    visitor = Visitor(app)
    visitor.get("/join")
    visitor.post("/join", code=given.extra["code"].lower())
    for said in ("With your staff number", "As a guest", "With your card or password", "Zhao", "0453 123"):
        assert said in visitor.words
    with learn(app).database.writing() as session:
        exam = session.get_one(Exam, given.exam_id)
        exam.entry_number, exam.entry_account = False, False
    visitor.get(f"/join/{given.extra['code']}")
    assert "With your staff number" not in visitor.words
    assert "With your card" not in visitor.words
    assert "Enter your name" in visitor.words


def test_an_unknown_code_is_said_and_kept(app: Flask, given: Stage) -> None:
    visitor = Visitor(app)
    assert visitor.get("/join/ABCDEFG").status_code == 404
    assert "no exam with this code" in visitor.words
    assert 'value="ABCDEFG"' in visitor.text


@pytest.mark.parametrize("enter", [enter_by_number, come_in])
def test_a_whole_exam_by_entry(app: Flask, given: Stage, enter: Any) -> None:
    visitor = enter(app, given)
    assert visitor.page.request.path == f"/exams/{given.exam_id}"
    paper = sit(visitor, given)
    for slot in paper.slots:
        assert paper.save(slot, "right").status_code == 200
    paper.submit()
    assert "100" in visitor.words
    assert "Next person" in visitor.words
    assert "To the start page" not in visitor.words
    visitor.post("/logout", next=f"/join/{given.extra['code']}")
    assert "Enter an exam" in visitor.words or "An exam" in visitor.words
    assert "Continue as" not in visitor.words
    assert "/join/" in visitor.get(f"/exams/{given.exam_id}").request.path


def test_wrong_pairs_are_one_sentence_and_keep_what_was_typed(app: Flask, given: Stage) -> None:
    visitor = Visitor(app)
    visitor.get(f"/join/{given.extra['code']}")
    path = f"/join/{given.extra['code']}/number"
    for name, number in (("Wang", "008"), ("Li", "007")):
        assert visitor.post(path, name=name, number=number).status_code == 422
        assert "do not fit together" in visitor.words
        assert f'value="{number}"' in visitor.text
    assert "missing" in visitor.words or visitor.post(path, name="", number="007").status_code == 422


def test_the_unit_of_a_poster_is_chosen(app: Flask, given: Stage) -> None:
    visitor = Visitor(app)
    visitor.get(f"/join/{given.extra['code']}?unit={given.extra['unit']}")
    assert f'<option selected value="{given.extra["unit"]}">' in visitor.text


@pytest.mark.parametrize(("typed", "kept"), [("\u202eLi\u200b Lei\u2066", "Li Lei"), ("Li\x07 Lei\u00ad", "Li Lei"),
                                             ("Сара\u200dк", "Сара\u200dк")])  # fmt: skip
def test_signs_that_nobody_sees_are_no_part_of_a_name(app: Flask, given: Stage, typed: str, kept: str) -> None:
    come_in(app, given, name=typed)
    assert [one.name for one in guests(app)] == [kept]


@pytest.mark.parametrize("typed", ["\u200b", "\u202e\u2066\ufeff", "\u200d\u180e", "\u00ad \u200c"])
def test_nobody_comes_in_under_a_name_that_cannot_be_seen(app: Flask, given: Stage, typed: str) -> None:
    visitor = come_in(app, given, name=typed)
    assert visitor.page is not None
    assert (visitor.page.status_code, guests(app)) == (422, [])


def test_a_name_copied_with_signs_that_nobody_sees_is_the_name(app: Flask, given: Stage) -> None:
    visitor = Visitor(app)
    visitor.get(f"/join/{given.extra['code']}")
    reply = visitor.post(
        f"/join/{given.extra['code']}/number", follow=False, name="\u200bWang\ufeff", number="\u202c007"
    )
    assert reply.status_code == 303


def test_a_guest_goes_on_in_the_same_browser(app: Flask, given: Stage) -> None:
    visitor = come_in(app, given)
    key = sit(visitor, given).key
    visitor.client.delete_cookie("session")  # the phone closed the browser
    visitor.get(f"/exams/{given.exam_id}")
    assert "Continue as Li Lei" in visitor.words
    visitor.post(f"/join/{given.extra['code']}/again")
    assert "Continue" in visitor.words
    assert sit(visitor, given).key == key
    assert len(guests(app)) == 1


def test_the_next_guest_is_somebody_else_and_the_first_can_come_back(app: Flask, given: Stage) -> None:
    visitor = come_in(app, given)
    first = sit(visitor, given).key
    visitor.post("/logout", next=f"/join/{given.extra['code']}")
    assert "Li Lei" not in visitor.words
    come_in(app, given, visitor, name="Han Meimei")
    assert sit(visitor, given).key != first
    assert visitor.get(f"/attempts/{first}").status_code == 404
    visitor.post("/logout", next=f"/join/{given.extra['code']}")
    come_in(app, given, visitor, name="li lei")
    assert sit(visitor, given).key == first
    assert len(guests(app)) == 2


def test_who_is_signed_in_goes_straight_to_the_exam(app: Flask, given: Stage) -> None:
    visitor = Visitor(app).sign_in("lin")
    visitor.get(f"/join/{given.extra['code']}")
    assert visitor.page is not None
    assert visitor.page.request.path == f"/exams/{given.exam_id}"


def test_a_full_sign_in_ends_the_entry(app: Flask, given: Stage) -> None:
    visitor = come_in(app, given)
    key = sit(visitor, given).key
    visitor.sign_in("lin")
    assert "Hello" in visitor.get("/").get_data(as_text=True)
    assert visitor.get(f"/attempts/{key}").status_code == 404
    visitor.post("/logout")
    assert "/login" in visitor.get("/").request.path


def test_an_entry_does_not_outlast_a_day_or_a_disabled_person(app: Flask, given: Stage, clock: FrozenClock) -> None:
    visitor = enter_by_number(app, given)
    assert visitor.get(f"/exams/{given.exam_id}").request.path == f"/exams/{given.exam_id}"
    with learn(app).database.writing() as session:
        session.get_one(Person, given.extra["wang"]).disabled_at = clock()
    assert "/join/" in visitor.get(f"/exams/{given.exam_id}").request.path
    with learn(app).database.writing() as session:
        session.get_one(Person, given.extra["wang"]).disabled_at = None
    clock.advance(days=1, minutes=1)
    assert "/join/" in visitor.get(f"/exams/{given.exam_id}").request.path


class TestIsolation:
    """An entry opens its exam and nothing else."""

    @pytest.mark.parametrize("enter", [enter_by_number, come_in])
    def test_every_page_but_those_of_its_exam(self, app: Flask, given: Stage, enter: Any) -> None:
        visitor, stranger = enter(app, given), Visitor(app)
        key = sit(visitor, given).key
        values = {"exam_id": given.exam_id, "key": key, "way": "order"}
        allowed = {"exam", "exam_opening", "attempt", "review", "result", "print_attempt", "own_scan"}
        for rule in app.url_map.iter_rules():
            endpoint = rule.endpoint.removeprefix("suyu_learn.")
            if "GET" not in rule.methods or endpoint in allowed:
                continue
            path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda found: str(values.get(found[1], 1)), rule.rule)
            mine, theirs = visitor.get(path, follow=False), stranger.get(path, follow=False)
            assert (mine.status_code, mine.location) == (theirs.status_code, theirs.location), path
            view = app.view_functions[rule.endpoint]
            if view.route.access.name != "public":
                assert mine.status_code in (302, 401), path
        for endpoint in ("", "/review"):
            assert visitor.get(f"/attempts/{key}{endpoint}").status_code == 200

    def test_a_members_other_exams_stay_closed(self, app: Flask, given: Stage) -> None:
        elsewhere = Visitor(app)
        elsewhere.get(f"/join/{given.extra['other_code']}")
        elsewhere.post(f"/join/{given.extra['other_code']}/number", name="Wang", number="007")
        elsewhere.post(f"/exams/{given.extra['other']}/attempts")
        theirs = Paper(elsewhere)
        visitor = enter_by_number(app, given)
        own = sit(visitor, given)
        assert f"/join/{given.extra['other_code']}" in visitor.get(f"/exams/{given.extra['other']}").request.path
        for path in ("", "/review", "/result"):
            assert "/join/" in visitor.get(f"/attempts/{theirs.key}{path}").request.path
        body = {"epoch": 1, "seq": 1, "response": "right"}
        assert visitor.put(f"/attempts/{theirs.key}/answers/1", body, token=own.token).status_code == 404
        assert visitor.post(f"/exams/{given.extra['other']}/attempts").status_code == 401
        for action in ("submit", "page"):
            assert visitor.post(f"/attempts/{theirs.key}/{action}").status_code == 401
        with learn(app).database.reading() as session:
            states = {row.key: row.state for row in session.execute(select(Attempt.key, Attempt.state))}
        assert states[theirs.key] == "open"

    def test_answers_do_not_arrive_after_leaving(self, app: Flask, given: Stage) -> None:
        visitor = come_in(app, given)
        paper = sit(visitor, given)
        visitor.post("/logout")
        visitor.get("/login")
        paper.token = visitor.token
        assert paper.save(1, "right").status_code == 401
