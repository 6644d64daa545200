"""The board of an exam that runs: states, counts, filters, who sees whom, and what a look costs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select

from suyu_learn.domain.attempts import StepKind
from suyu_learn.models import Attempt, Membership, Person, PersonKind, Role, Slot, Step, Unit
from suyu_learn.services import exam_rosters, exams, people
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import learn, learner, manager, published_exam, stored_bank
from tests.web.test_budgets import counted

STATEMENTS = 14
"""Of a fragment of the board, whoever many are due; loading the person and the roles counted."""

EVERYBODY = {"Ann", "Ben", "Cem", "Dan"}


@dataclass
class Hall:
    """An exam of a city with two towns, and who looks after it."""

    app: Flask
    exam_id: int
    organizer: Visitor
    north: str
    south: str

    @property
    def address(self) -> str:
        return f"/manage/exams/{self.exam_id}/board"

    def person(self, name: str) -> Visitor:
        return Visitor(self.app).sign_in(name)


@pytest.fixture
def hall(app: Flask) -> Hall:
    here = learn(app)
    with here.database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=here.now())
        towns = {name: people.add_unit(session, name, parent=city, now=here.now()) for name in ("North", "South")}
        source = stored_bank(session, now=here.now(), unit=city)
        for name in ("ann", "ben", "cem"):
            learner(session, now=here.now(), unit=towns["North"], username=name, name=name.title())
        learner(session, now=here.now(), unit=towns["South"], username="dan", name="Dan")
        exam = published_exam(session, now=here.now(), source=source, unit=city)
        office = people.add_unit(session, "Office", parent=None, now=here.now())
        chief = manager(session, Role.ORGANIZER, city, now=here.now(), home=office)
        north = manager(session, Role.UNIT_MANAGER, towns["North"], now=here.now(), home=office)
        south = manager(session, Role.UNIT_MANAGER, towns["South"], now=here.now(), home=office)
        names, exam_id = [one.username or "" for one in (chief, north, south)], exam.id
    return Hall(app, exam_id, Visitor(app).sign_in(names[0]), names[1], names[2])


def _states(visitor: Visitor) -> dict[str, str]:
    """Each name on the board with its state and facts, in words."""
    found = {}
    for row in re.findall(r'<li class="sl-seat .*?</li>', visitor.text, re.DOTALL):
        row = re.sub(r'<span class="sl-hidden">.*?</span>', "", row)
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip()
        found[words.split()[0]] = words
    return found


def test_everybody_stands_on_the_board_with_their_state(hall: Hall, clock: FrozenClock) -> None:
    ann, ben = hall.person("ann").start(hall.exam_id), hall.person("ben").start(hall.exam_id)
    ann.save(1, "right")
    ann.save(2, "right")
    ann.save(2, None)
    ben.submit()
    hall.organizer.get(hall.address)
    said = _states(hall.organizer)
    assert "in progress answered 1 of 5 · last contact" in said["Ann"]
    assert "handed in" in said["Ben"]
    assert "not started" in said["Cem"]
    assert "Due 4" in hall.organizer.words
    assert "In progress 1 of 4" in hall.organizer.words
    assert "Handed in 1 of 4" in hall.organizer.words


def test_who_is_not_heard_of_is_without_contact_until_the_page_asks_again(hall: Hall, clock: FrozenClock) -> None:
    ann = hall.person("ann").start(hall.exam_id)
    ann.save(1, "right")
    clock.advance(seconds=181)
    hall.organizer.get(hall.address)
    assert "no contact since" in _states(hall.organizer)["Ann"]
    assert "No contact 1 of 1" in hall.organizer.words
    assert ann.flush([]).json["remaining"] == 3600 - 181
    hall.organizer.get(hall.address)
    assert "in progress" in _states(hall.organizer)["Ann"]


def test_what_others_do_is_no_contact_with_the_page(hall: Hall, clock: FrozenClock) -> None:
    ann = hall.person("ann").start(hall.exam_id)
    ann.save(1, "right")
    clock.advance(minutes=5)
    hall.organizer.get(hall.address)
    since = re.search(r"no contact since [\d:]+", _states(hall.organizer)["Ann"])
    assert since is not None
    hall.organizer.post(f"{hall.address}/extend?all=1", minutes="5", reason="The line was down")
    hall.organizer.post(f"{hall.address}/pause", reason="Power cut")
    hall.organizer.post(f"{hall.address}/resume")
    hall.organizer.get(hall.address)
    assert since[0] in _states(hall.organizer)["Ann"]


def test_papers_that_the_clock_has_closed_are_opened_again_by_who_organizes_the_exam(
    hall: Hall, clock: FrozenClock
) -> None:
    paper = hall.person("ann").start(hall.exam_id)
    paper.save(1, "right")
    clock.advance(minutes=66)
    paper.visitor.get(f"/attempts/{paper.key}/result")
    north = hall.person(hall.north)
    north.get(hall.address)
    assert "time ran out" in _states(north)["Ann"]
    assert 'name="again"' not in north.text
    hall.organizer.get(f"{hall.address}?state=timed_out")
    [number] = re.findall(r'name="again" value="(\d+)"', hall.organizer.text)
    assert north.get(f"{hall.address}/extend?again={number}").status_code == 403
    hall.organizer.get(f"{hall.address}/extend?again={number}")
    assert "Open the paper again" in hall.organizer.words
    assert hall.organizer.post(f"{hall.address}/extend?again={number}", minutes="", reason="x").status_code == 422
    hall.organizer.post(f"{hall.address}/extend?again={number}", minutes="10", reason="The end was wrong")
    assert "1 paper is open again, for 10 minutes from now." in hall.organizer.words
    paper.visitor.get(f"/exams/{hall.exam_id}")
    assert re.search(r"Your paper was opened again by .* Reason: The end was wrong", paper.visitor.words)
    again = paper.visitor.start(hall.exam_id)
    assert again.key == paper.key
    assert again.save(2, "right").json["remaining"] == 600


def test_a_closed_attempt_is_never_without_contact(hall: Hall, clock: FrozenClock) -> None:
    hall.person("ann").start(hall.exam_id).submit()
    clock.advance(hours=5)
    hall.organizer.get(hall.address)
    assert "handed in" in _states(hall.organizer)["Ann"]


def test_who_came_without_being_due_stands_apart(app: Flask, hall: Hall) -> None:
    here = learn(app)
    with here.database.writing() as session:
        north = session.scalars(select(Unit).where(Unit.name == "North")).one()
        late = learner(session, now=here.now(), unit=north, username="eve", name="Eve")
        exams.get_exam(session, hall.exam_id)
        session.flush()
        assert late.kind is PersonKind.MEMBER
    hall.person("eve").start(hall.exam_id)
    hall.organizer.get(hall.address)
    assert "not due" in _states(hall.organizer)["Eve"]
    assert "Not due 1 more" in hall.organizer.words
    assert "In progress 0 of 4" in hall.organizer.words


@pytest.mark.parametrize(
    ("query", "names"),
    [("state=in_progress", {"Ann"}), ("state=not_started", {"Ben", "Cem", "Dan"}), ("search=be", {"Ben"}),
     ("search=%20BEN", {"Ben"}), ("state=nonsense", EVERYBODY), ("page=99", EVERYBODY), ("search=nobody", set())],
)  # fmt: skip
def test_the_board_is_filtered_and_searched(hall: Hall, query: str, names: set[str]) -> None:
    hall.person("ann").start(hall.exam_id)
    for path in (hall.address, f"{hall.address}/rows"):
        hall.organizer.get(f"{path}?{query}")
        assert set(_states(hall.organizer)) == names


def test_a_manager_of_a_smaller_unit_sees_their_own_people_only(app: Flask, hall: Hall) -> None:
    hall.person("ann").start(hall.exam_id)
    north = hall.person(hall.north)
    north.get(hall.address)
    assert set(_states(north)) == {"Ann", "Ben", "Cem"}
    assert "Due 3" in north.words
    assert "You see the people of your own units" in north.words
    south = hall.person(hall.south)
    south.get(hall.address)
    assert set(_states(south)) == {"Dan"}


def test_the_fragment_is_the_changing_part_alone(hall: Hall) -> None:
    hall.organizer.get(f"{hall.address}/rows")
    assert "<html" not in hall.organizer.text
    assert set(_states(hall.organizer)) == {"Ann", "Ben", "Cem", "Dan"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_look_at_two_thousand_people_asks_the_database_little(app: Flask, hall: Hall) -> None:
    crowd(app, hall.exam_id, 300)
    hall.organizer.get(f"{hall.address}/rows")
    with counted(app) as few:
        hall.organizer.get(f"{hall.address}/rows")
    crowd(app, hall.exam_id, 2000)
    with counted(app) as many:
        hall.organizer.get(f"{hall.address}/rows")
    assert few == many
    assert many["statements"] <= STATEMENTS


def crowd(app: Flask, exam_id: int, count: int) -> None:
    """So many more people on the roster, each with an open attempt and some answers."""
    here = learn(app)
    now = here.now()
    with here.database.writing() as session:
        exam = exams.get_exam(session, exam_id)
        unit = session.scalars(select(Unit).where(Unit.name == "South")).one()
        first = (session.scalars(select(Person.id).order_by(Person.id.desc())).first() or 0) + 1
        ids = range(first, first + count)
        session.execute(insert(Person), [
            {"id": one, "key": f"k{one}", "stamp": "s", "name": f"人{one}", "name_key": f"人{one}", "created_at": now,
             "kind": PersonKind.MEMBER} for one in ids
        ])  # fmt: skip
        session.execute(insert(Membership), [
            {"person_id": one, "unit_id": unit.id, "home": True, "since": now} for one in ids
        ])  # fmt: skip
        members = [{"exam_id": exam.id, "person_id": one, "unit_id": unit.id, "unit_path": unit.path,
                    "unit_names": "Pine City / South"} for one in ids]  # fmt: skip
        session.execute(insert(exam_rosters.RosterMember), members)
        session.execute(insert(Attempt), [
            {"id": one, "key": f"a{one}", "exam_id": exam.id, "person_id": one, "number": 1, "trial": False,
             "started_at": now, "seed": "s", "deadline": exam.created_at, "full_points": 100, "state": "open",
             "unit_path": unit.path, "unit_names": "Pine City / South"} for one in ids
        ])  # fmt: skip
        version = session.scalars(select(Slot.version_id)).first() or 1
        session.execute(insert(Slot), [
            {"attempt_id": one, "number": slot, "version_id": version, "points": 20, "option_order": []}
            for one in ids for slot in range(1, 6)
        ])  # fmt: skip
        session.execute(insert(Step), [
            {"attempt_id": one, "kind": StepKind.SAVED, "slot": slot, "epoch": 1, "seq": 1, "response": "right",
             "made_at": now, "received_at": now} for one in ids for slot in range(1, 6)
        ])  # fmt: skip


def test_the_invigilator_gives_time_pauses_and_the_learner_reads_it(hall: Hall, clock: FrozenClock) -> None:
    visitor = hall.person("ann")
    ann = visitor.start(hall.exam_id)
    chief = hall.organizer
    chief.get(hall.address)
    ticked = re.search(r'name="attempt" value="(\d+)"', chief.text)
    assert ticked
    extend = f"{hall.address}/extend?attempt={ticked.group(1)}"
    chief.get(extend)
    assert "1 person is chosen" in chief.words
    chief.post(extend, minutes="10", reason="Slow line")
    assert "10 minutes more were given" in chief.words
    assert ann.flush([]).json == {"results": [], "remaining": 70 * 60, "until": "Hand in by 2 Mar 2026, 10:10"}
    chief.post(f"{hall.address}/pause", reason="Power cut")
    assert "Paused since" in chief.words
    assert "paused" in _states(chief)["Ann"]
    assert ann.save(1, "right").json == {"saved": 1, "remaining": 70 * 60, "paused": True}
    said = ann.flush([]).json
    assert said == {"results": [], "remaining": 70 * 60, "paused": True, "why": "Reason: Power cut"}
    visitor.get(ann.path)
    assert "The exam is paused. Reason: Power cut The time stands still" in visitor.words
    ben = hall.person("ben")
    ben.get(f"/exams/{hall.exam_id}")
    assert "Nobody loses time" in ben.words
    ben.post(f"/exams/{hall.exam_id}/attempts")
    assert "The exam is paused. You can begin as soon as it goes on" in ben.words
    clock.advance(minutes=12, seconds=5)
    chief.post(f"{hall.address}/resume")
    assert "got 12 min 5 s back" in chief.words
    ben.get(f"/exams/{hall.exam_id}")
    assert "The exam was paused at" in ben.words
    assert "Reason: Power cut" in ben.words


def test_a_page_asks_without_writing_unless_it_was_not_heard_of_for_long(hall: Hall, clock: FrozenClock) -> None:
    ann = hall.person("ann").start(hall.exam_id)
    for statements in (1, 1, 3, 1):  # it only looks; after a minute it is looked at, held and noted
        clock.advance(seconds=20)
        with counted(hall.app) as counts:
            assert ann.flush([]).json["remaining"] > 0
        assert counts["statements"] == statements
    with learn(hall.app).database.reading() as session:
        assert session.scalars(select(Attempt.heard_at)).one() == clock() - timedelta(seconds=20)


def test_nobody_else_is_told_how_a_paper_stands(hall: Hall) -> None:
    ann, ben = hall.person("ann").start(hall.exam_id), hall.person("ben")
    ben.get(f"/exams/{hall.exam_id}")
    assert ben.put(f"/attempts/{ann.key}/answers", [], token=ben.token).status_code == 404


def test_handing_in_and_voiding_tell_the_learner_who_and_why(hall: Hall) -> None:
    ann = hall.person("ann")
    ann.start(hall.exam_id)
    chief = hall.organizer
    chief.get(hall.address)
    address = re.search(r'href="([^"]+/board/attempts/\d+)"', chief.text)
    assert address
    chief.get(f"{address.group(1)}/hand-in")
    chief.post(f"{address.group(1)}/hand-in", reason="")
    assert "Please give a reason" in chief.words or "reason" in chief.words
    chief.post(f"{address.group(1)}/hand-in", reason="Had to leave")
    result = ann.get(f"/exams/{hall.exam_id}")
    assert result.status_code == 200
    link = re.search(r'href="([^"]+/result)"', ann.text)
    assert link
    ann.get(link.group(1))
    assert "Handed in for you by" in ann.words
    assert "Reason: Had to leave" in ann.words
    north = hall.person(hall.north)
    assert north.get(f"{address.group(1)}/void").status_code == 403
    chief.post(f"{address.group(1)}/void", reason="Sat for somebody else")
    ann.get(link.group(1))
    assert "This attempt does not count" in ann.words
    assert "Reason: Sat for somebody else" in ann.words
    ann.get(f"/exams/{hall.exam_id}")
    assert "Sat for somebody else" in ann.words
    assert "Begin" in ann.words


def test_a_manager_acts_on_their_own_people_only(hall: Hall) -> None:
    hall.person("ann").start(hall.exam_id)
    hall.organizer.get(hall.address)
    ticked = re.search(r'name="attempt" value="(\d+)"', hall.organizer.text)
    assert ticked
    south, north = hall.person(hall.south), hall.person(hall.north)
    assert south.get(f"{hall.address}/extend?attempt={ticked.group(1)}").status_code == 404
    assert south.get(f"{hall.address}/attempts/{ticked.group(1)}").status_code == 404
    assert north.get(f"{hall.address}/attempts/{ticked.group(1)}").status_code == 200
    assert north.get(f"{hall.address}/pause").status_code == 404
    south.get(f"{hall.address}/extend?all=1")
    assert "Nobody is chosen" in south.words


def test_a_page_whose_clock_ran_out_does_not_hand_in_while_there_is_time(hall: Hall, clock: FrozenClock) -> None:
    visitor = hall.person("ann")
    ann = visitor.start(hall.exam_id)
    hall.organizer.post(f"{hall.address}/pause", reason="Power cut")
    clock.advance(minutes=70)
    visitor.post(f"{ann.path}/submit", because="time", queue='[{"slot": 1, "epoch": 1, "seq": 1, "response": "right"}]')
    assert "The exam is paused." in visitor.words
    assert 'value="right" checked' in visitor.text
    hall.organizer.post(f"{hall.address}/resume")
    visitor.post(f"{ann.path}/submit")
    assert "20" in visitor.words


def test_the_exam_is_ended_from_the_board_and_open_papers_are_collected(hall: Hall, clock: FrozenClock) -> None:
    ann = hall.person("ann").start(hall.exam_id)
    organizer, end = hall.organizer, f"/manage/exams/{hall.exam_id}/end"
    organizer.get(hall.address)
    assert end in organizer.text
    assert organizer.post(end, minutes="", collect="y", reason="The hall must be left").status_code == 422
    assert "from 0 to 60" in organizer.words
    assert "1 person is sitting it now" in organizer.words
    organizer.post(end, minutes="0", collect="y", reason="The hall must be left")
    assert "1 paper is being collected" in organizer.words
    assert ann.flush([]).json["remaining"] == 0
    ben = hall.person("ben")
    ben.get(f"/exams/{hall.exam_id}")
    assert "The hall must be left" in ben.words
    clock.advance(minutes=10)
    ann.visitor.get(f"/attempts/{ann.key}/result")
    assert end not in organizer.get(hall.address).text
    organizer.get(end)
    assert "nothing to end" in organizer.words
