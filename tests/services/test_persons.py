"""One person: details, moves with dates, disabling, search, and links for a new password."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import AuditEntry, Person, Role, Sex, Unit
from suyu_learn.services import audiences, audit_trail, grants, password_links, people, persons, signing_in
from suyu_learn.services.persons import Details, Standing
from tests.clock import START, FrozenClock
from tests.factories import learner, manager

EVERYWHERE = grants.Reach(everywhere=True)


@pytest.fixture
def top(session: Session) -> Unit:
    people.install_audiences(session)
    return people.add_unit(session, "Pine City", parent=None, now=START)


@pytest.fixture
def town(session: Session, top: Unit) -> Unit:
    return people.add_unit(session, "Town", parent=top, now=START)


@pytest.fixture
def hr(session: Session, town: Unit) -> Person:
    return manager(session, Role.HR, town, now=START)


def test_details_are_tidied_and_the_trail_says_which_changed(session: Session, town: Unit, hr: Person) -> None:
    person = people.add_person(session, "Wang Min", unit=town, staff_number="0012", now=START)
    said = Details(name=" Wang  Ming ", staff_number="００１３", phone="+86 138-0013-8000", job="Fitter",
                   birth_year=1980, sex=Sex.FEMALE, audiences=("workers", "seniors"))  # fmt: skip
    changed = persons.edit(session, person, said, actor=hr, now=START)
    assert (person.name, person.staff_number, person.phone) == ("Wang Ming", "0013", "13800138000")
    assert set(changed) == {"name", "staff_number", "phone", "job", "birth_year", "sex", "audiences"}
    assert [one.code for one in persons.audiences_of(session, person)] == ["seniors", "workers"]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.edited")).one()
    assert (entry.detail["old_name"], entry.detail["old_number"]) == ("Wang Min", "0012")
    assert "13800138000" not in str(entry.detail)
    assert persons.edit(session, person, said, actor=hr, now=START) == []


@pytest.mark.parametrize("change, code", [
    ({"name": " "}, "person.no_name"),
    ({"staff_number": "007"}, "person.number_taken"),
    ({"username": "taken"}, "person.username_taken"),
    ({"birth_year": 1850}, "person.birth_year"),
    ({"phone": "123"}, "person.phone"),
    ({"audiences": ("nobody",)}, "audience.unknown"),
])  # fmt: skip
def test_what_cannot_be_said_of_a_person(session: Session, town: Unit, hr: Person, change: dict, code: str) -> None:
    people.add_person(session, "Zhao", unit=town, staff_number="007", username="taken", now=START)
    person = people.add_person(session, "Qian", unit=town, now=START)
    with pytest.raises(Problem) as refusal:
        persons.edit(session, person, Details(**{"name": "Qian", **change}), actor=hr, now=START)
    assert refusal.value.code == code


def test_a_move_can_be_dated_back_but_not_before_the_last_one(
    session: Session, top: Unit, town: Unit, clock: FrozenClock
) -> None:
    admin = manager(session, Role.ADMIN, None, now=START, home=top)
    person = learner(session, now=START, unit=town)
    village = people.add_unit(session, "Village", parent=town, now=START)
    now = clock.advance(days=30)
    for since, code in ((START, "person.move_too_early"), (START - timedelta(days=1), "person.move_too_early"),
                        (now + timedelta(days=1), "person.move_in_future")):  # fmt: skip
        with pytest.raises(Problem) as refusal:
            persons.move(session, person, village, since=since, actor=admin, now=now)
        assert refusal.value.code == code
    day = START + timedelta(days=10)
    persons.move(session, person, village, since=day, actor=admin, now=now)
    assert [(one.unit_id, one.since, one.until) for one in persons.memberships(session, person)] == [
        (village.id, day, None), (town.id, START, day),
    ]  # fmt: skip
    assert people.unit_of_the_day(session, person.id, at=day - timedelta(seconds=1)).unit_id == town.id
    assert people.unit_of_the_day(session, person.id, at=day).unit_id == village.id
    with pytest.raises(Problem, match=r"person\.there_already"):
        persons.move(session, person, village, since=None, actor=admin, now=now)


def test_a_move_needs_both_units_within_reach(session: Session, top: Unit, town: Unit, hr: Person) -> None:
    other = people.add_unit(session, "Other town", parent=top, now=START)
    stranger, mine = learner(session, now=START, unit=other), learner(session, now=START, unit=town)
    for person, unit in ((stranger, town), (mine, other)):
        with pytest.raises(Problem, match=r"page\.refused"):
            persons.move(session, person, unit, since=None, actor=hr, now=START)


def test_a_move_to_another_organization_minds_the_numbers(session: Session, town: Unit, clock: FrozenClock) -> None:
    admin = manager(session, Role.ADMIN, None, now=START, home=town)
    mill = people.add_unit(session, "Mill", parent=None, now=START)
    people.add_person(session, "Sun", unit=mill, staff_number="1", now=START)
    person = people.add_person(session, "Li", unit=town, staff_number="1", now=START)
    with pytest.raises(Problem, match=r"person\.number_taken"):
        persons.move(session, person, mill, since=None, actor=admin, now=clock.advance(days=1))
    assert persons.home_unit(session, person) == town


def test_disabling_ends_sign_ins_and_can_be_undone(session: Session, town: Unit, hr: Person) -> None:
    person = learner(session, now=START, unit=town, username="lin")
    stamp = person.stamp
    persons.disable(session, person, actor=hr, now=START, reason="left")
    assert person.stamp != stamp
    assert not signing_in.candidates(session, "lin")
    assert persons.search(session, reach=EVERYWHERE, text=person.name)[1] == 0
    assert persons.search(session, reach=EVERYWHERE, text=person.name, standing=Standing.DISABLED)[1] == 1
    persons.enable(session, person, actor=hr, now=START, reason="came back")
    assert signing_in.candidates(session, "lin")
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == person.id)).all()
    assert actions == ["person.disabled", "person.enabled"]


def test_hr_has_no_power_over_those_who_hold_more(session: Session, town: Unit, hr: Person) -> None:
    """Else an HR officer could set an administrator's password and become one."""
    chief = manager(session, Role.ADMIN, None, now=START, home=town)
    for act in (
        lambda: password_links.issue(session, chief, actor=hr, now=START),
        lambda: persons.disable(session, chief, actor=hr, now=START, reason="no"),
        lambda: persons.edit(session, chief, Details(name="Chief", username="mine"), actor=hr, now=START),
    ):
        with pytest.raises(Problem, match=r"person\.holds_more"):
            act()
    assert password_links.issue(session, hr, actor=chief, now=START).token


def test_no_administrator_signs_in_as_a_reader_of_identity_numbers(session: Session, town: Unit) -> None:
    """Who gives that role, and never to themself, would have it by the password of who got it."""
    chief = manager(session, Role.ADMIN, None, now=START, home=town)
    reader = learner(session, now=START, unit=town)
    held = grants.grant(session, reader, Role.IDENTITY, town, actor=chief, now=START)
    with pytest.raises(Problem, match=r"person\.may_more"):
        password_links.issue(session, reader, actor=chief, now=START)
    grants.revoke(session, held, actor=chief, now=START, reason="a new password")
    assert password_links.issue(session, reader, actor=chief, now=START).token


@pytest.mark.parametrize("text, found", [
    ("wang", 2), ("WANG  m", 1), ("王", 1), ("001", 2), ("0012", 1), ("138-0013", 1), ("%", 1), ("_", 0), ("", 5),
    ("nobody", 0),
])  # fmt: skip
def test_a_search_by_part_of_name_number_or_phone(session: Session, town: Unit, text: str, found: int) -> None:
    for name, number, phone in (("Wang Min", "0012", None), ("Wang Li", None, "13800138000"), ("王 敏", "7%", None),
                                ("Zhao", None, None), ("Qian", None, None)):  # fmt: skip
        people.add_person(session, name, unit=town, staff_number=number, phone=phone, now=START)
    rows, total = persons.search(session, reach=EVERYWHERE, text=text)
    assert (len(rows), total) == (found, found)


def test_a_search_stays_within_reach_and_pages(session: Session, top: Unit, town: Unit) -> None:
    for number in range(persons.PAGE + 3):
        people.add_person(session, f"Person {number:02}", unit=town, now=START)
    people.add_person(session, "Elsewhere", unit=top, now=START, audiences=["youth"])
    people.add_person(session, "Nowhere", now=START)
    reach = grants.Reach(paths=(town.path,))
    first, total = persons.search(session, reach=reach)
    second, _ = persons.search(session, reach=reach, page=2)
    assert (len(first), len(second), total) == (persons.PAGE, 3, persons.PAGE + 3)
    assert persons.search(session, reach=EVERYWHERE)[1] == total + 2
    assert [one.person.name for one in persons.search(session, reach=EVERYWHERE, audience="youth")[0]] == ["Elsewhere"]
    assert persons.search(session, reach=EVERYWHERE, unit=town)[1] == total
    assert persons.search(session, reach=grants.Reach())[1] == 0


def test_one_person_is_found_by_number_first_and_never_guessed(session: Session, town: Unit) -> None:
    first = people.add_person(session, "Li", unit=town, staff_number="5", now=START)
    people.add_person(session, "Li", unit=town, phone="13800138000", now=START)
    assert persons.find_one(session, "5", reach=EVERYWHERE) is first
    for text, code in (("li", "person.ambiguous"), ("nobody", "person.not_found"), (" ", "person.none_named")):
        with pytest.raises(Problem) as refusal:
            persons.find_one(session, text, reach=EVERYWHERE)
        assert refusal.value.code == code


def test_a_password_link_works_once_and_seven_days(
    session: Session, town: Unit, hr: Person, clock: FrozenClock
) -> None:
    person = learner(session, now=START, unit=town)
    older = password_links.issue(session, person, actor=hr, now=clock())
    link = password_links.issue(session, person, actor=hr, now=clock())
    for token in (older.token, "made up"):
        with pytest.raises(Problem, match=r"link\.dead"):
            password_links.person_of(session, token, now=clock())
    stamp = person.stamp
    assert password_links.use(session, link.token, "a hash", now=clock()) is person
    assert (person.password_hash, person.stamp != stamp) == ("a hash", True)
    late = password_links.issue(session, person, actor=hr, now=clock())
    with pytest.raises(Problem, match=r"link\.dead"):
        password_links.use(session, link.token, "another", now=clock())
    clock.advance(days=7, seconds=1)
    with pytest.raises(Problem, match=r"link\.dead"):
        password_links.person_of(session, late.token, now=clock())


def test_audiences_are_added_with_names_of_their_own(session: Session, top: Unit, town: Unit, hr: Person) -> None:
    added = audiences.add(session, " New  residents ", actor=hr, now=START)
    assert (added.name, added.built_in) == ("New residents", False)
    with pytest.raises(Problem, match=r"audience\.name_taken"):
        audiences.add(session, "new residents", actor=hr, now=START)
    with pytest.raises(Problem, match=r"page\.refused"):
        audiences.rename(session, added, "Newcomers", actor=hr, now=START)
    admin = manager(session, Role.ADMIN, None, now=START, home=top)
    audiences.rename(session, added, "Newcomers", actor=admin, now=START)
    people.add_person(session, "Li", unit=town, audiences=[added.code, "youth"], now=START)
    assert {one.audience.name: one.people for one in audiences.counted(session, reach=EVERYWHERE) if one.people} == {
        "Newcomers": 1, people.BUILT_IN_AUDIENCES["youth"]: 1,
    }  # fmt: skip
    assert [one.audience.code for one in audiences.counted(session, reach=EVERYWHERE)][:5] == list(
        people.BUILT_IN_AUDIENCES
    )


def test_the_trail_is_seen_as_far_as_ones_reach(session: Session, top: Unit, town: Unit, hr: Person) -> None:
    admin = manager(session, Role.ADMIN, None, now=START, home=top)
    mine, other = learner(session, now=START, unit=town), learner(session, now=START, unit=top)
    persons.disable(session, mine, actor=hr, now=START, reason="left")
    persons.disable(session, other, actor=admin, now=START + timedelta(days=1), reason="left too")
    inside = grants.Reach(paths=(town.path,))
    rows, total = audit_trail.entries(session, within=inside, action="person.disabled")
    assert total == 1
    assert [(one.actor, one.object, one.unit) for one in rows] == [(hr.name, mine.name, "Town")]
    assert audit_trail.entries(session, within=EVERYWHERE, action="person.disabled")[1] == 2
    assert audit_trail.entries(session, within=EVERYWHERE, since=START + timedelta(hours=1))[1] == 1
    assert audit_trail.entries(session, within=EVERYWHERE, action="person.disabled", until=START + timedelta(1))[1] == 1
    assert "person.disabled" in audit_trail.actions(session, within=inside)
    assert audit_trail.actions(session, within=grants.Reach()) == []
