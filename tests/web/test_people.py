"""The pages for units, people, roles, the audit trail and oneself, as somebody without script uses them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Membership, Person, Role, Unit
from suyu_learn.services import grants, people, persons
from suyu_learn.web.words import UNIT_KINDS
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import PASSWORD, learn, learner, manager

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Place:
    app: Flask
    city: int
    town: int
    village: int
    person: int
    admin: Visitor

    def row(self, person_id: int) -> Person:
        with learn(self.app).database.reading() as session:
            return session.get_one(Person, person_id)

    def unit(self, unit_id: int) -> Unit:
        with learn(self.app).database.reading() as session:
            return session.get_one(Unit, unit_id)


@pytest.fixture
def place(app: Flask, clock: FrozenClock) -> Place:
    with learn(app).database.writing() as session:
        people.install_audiences(session)
        city = people.add_unit(session, "City", parent=None, now=clock())
        town = people.add_unit(session, "Town", parent=city, now=clock())
        village = people.add_unit(session, "Village", parent=town, now=clock())
        admin = manager(session, Role.ADMIN, None, now=clock(), home=city)
        person = people.add_person(session, "Wang Min", unit=village, staff_number="0012", now=clock())
        made = (city.id, town.id, village.id, person.id)
    clock.advance(days=40)
    return Place(app, *made, Visitor(app).sign_in(str(admin.username)))


@pytest.mark.parametrize(("name", "kind"), [
    ("青松市", "City"), ("青松公司", "Enterprise"), ("制材车间", "Workshop"), ("青松", "Other"),
])  # fmt: skip
def test_the_name_of_a_new_unit_says_its_kind(place: Place, name: str, kind: str) -> None:
    admin = place.admin
    admin.get("/manage/units/new")
    admin.post("/manage/units/new", name=name, kind="by_name", parent_id="")
    assert f"{name} has been added." in admin.words
    with learn(place.app).database.reading() as session:
        assert UNIT_KINDS[session.scalars(select(Unit).where(Unit.name == name)).one().kind] == kind


def test_a_unit_from_its_beginning_to_its_end(place: Place) -> None:
    admin = place.admin
    admin.get("/manage/units")
    assert "2 people, 1 of them directly here" in admin.words
    admin.get(f"/manage/units/new?below={place.town}")
    admin.post("/manage/units/new", name="Hamlet", kind="village", parent_id=str(place.town))
    assert "Hamlet has been added." in admin.words
    path = re.search(r"/manage/units/(\d+)/rename", admin.text)
    assert path is not None
    hamlet = int(path[1])
    admin.post(f"/manage/units/{hamlet}/rename", name="Village", kind="village", reason="")
    assert admin.page is not None
    assert admin.page.status_code == 422
    assert "There is a unit called “Village” here already." in admin.words
    admin.post(f"/manage/units/{hamlet}/rename", name="Farm", kind="enterprise", reason="sold")
    assert "The unit is now called Farm." in admin.words
    admin.post(f"/manage/units/{place.town}/move", parent=str(hamlet), reason="no")
    assert "Not a valid choice" in admin.words
    admin.post(f"/manage/units/{hamlet}/move", parent=str(place.city), reason="it grew")
    assert place.unit(hamlet).parent_id == place.city
    admin.post(f"/manage/units/{place.village}/merge", target=str(hamlet), reason="decree 7")
    assert "Village has been merged." in admin.words
    assert "Merged into Farm" in admin.words
    admin.post(f"/manage/units/{hamlet}/close", day="", reason="gone")
    assert "1 people belong to this unit" in admin.words
    assert ">gone</textarea>" in admin.text.replace("\r\n", "")
    admin.post(f"/manage/people/{place.person}/move", unit=str(place.city), since="", reason="")
    admin.post(f"/manage/units/{hamlet}/close", day="", reason="gone")
    assert "Farm is closed." in admin.words
    admin.get("/manage/units")
    assert "Farm" not in admin.words
    admin.get("/manage/units?closed=1")
    assert "Farm" in admin.words
    admin.post(f"/manage/units/{hamlet}/reopen", reason="mistake")
    assert "Farm is open again." in admin.words
    assert "decree 7" in admin.get(f"/manage/units/{hamlet}").get_data(as_text=True)


def test_a_person_is_found_edited_and_moved(place: Place, clock: FrozenClock) -> None:
    admin = place.admin
    admin.get("/manage/people?q=001")
    assert "1 person found" in admin.words
    assert "Wang Min" in admin.words
    admin.get(f"/manage/people?q=nobody&unit={place.town}&audience=youth&show=disabled&page=9")
    assert "0 people found" in admin.words
    path = f"/manage/people/{place.person}"
    admin.get(path)
    for label, page in (("QR card", "Make a new card"), ("Training file", "Training file")):
        found = re.search(rf'href="([^"]+)"[^>]*><span>{label}<', admin.text)
        assert found is not None
        admin.get(found[1])
        assert page in admin.words
        admin.get(path)
    admin.get(f"{path}/edit")
    assert "For assessments only" in admin.words
    said = {"name": "Wang Ming", "staff_number": "0013", "phone": "138 0013 8000", "username": "", "job": "Fitter",
            "audiences_in": ["workers", "youth"], "birth_year": "1980", "sex": "female", "schooling": "",
            "residence": ""}  # fmt: skip
    admin.post(f"{path}/edit", **{**said, "birth_year": "80"})
    assert "The year of birth has four digits" in admin.words
    assert 'value="Fitter"' in admin.text
    assert re.search(r"<details[^>]* open", admin.text)
    assert place.row(place.person).name == "Wang Min"
    admin.post(f"{path}/edit", **said)
    assert "Saved." in admin.words
    assert "Workers, Young people" in admin.words
    day = (clock() - timedelta(days=10)).date().isoformat()
    admin.post(f"{path}/move", unit=str(place.city), since=day, reason="promoted")
    assert "Wang Ming has been moved." in admin.words
    with learn(place.app).database.reading() as session:
        since = session.scalars(select(Membership.since).where(Membership.unit_id == place.city)
                                .where(Membership.person_id == place.person)).one()  # fmt: skip
    assert since.isoformat() == f"{(clock() - timedelta(days=11)).date().isoformat()}T16:00:00+00:00"


def test_a_new_person_needs_a_name_and_a_unit(place: Place) -> None:
    admin = place.admin
    admin.get("/manage/people/new")
    admin.post("/manage/people/new", name="Li Na", unit_id=str(place.town), staff_number="0012")
    assert "The staff number 0012 is taken by somebody else in this organization." in admin.words
    admin.post("/manage/people/new", name="Li Na", unit_id=str(place.town))
    assert "Li Na has been added." in admin.words


def test_a_link_sets_a_password_once(place: Place, clock: FrozenClock) -> None:
    admin = place.admin
    admin.get(f"/manage/people/{place.person}")
    admin.post(f"/manage/people/{place.person}/password-link")
    found = re.search(r">http://localhost(/password/[^<]+)</textarea>", admin.text)
    assert found is not None
    phone = Visitor(place.app)
    phone.get(found[1])
    assert "You sign in with: staff number 0012." in phone.words
    phone.post(found[1], password="short", again="short")
    assert "A password needs at least 8 characters." in phone.words
    phone.post(found[1], password="seven white geese", again="seven grey geese")
    assert "The two new passwords differ." in phone.words
    phone.post(found[1], password="seven white geese", again="seven white geese", own_device="y")
    assert "Hello, Wang Min" in phone.words
    assert phone.get(found[1]).status_code == 400
    assert "This link has been used or is too old." in phone.words
    assert "Hello" in Visitor(place.app).sign_in("0012", "seven white geese").words


def test_disabling_ends_a_sign_in_at_once(place: Place, clock: FrozenClock) -> None:
    with learn(place.app).database.writing() as session:
        person = learner(session, now=clock(), unit=session.get_one(Unit, place.town), username="lin")
    lin = Visitor(place.app).sign_in("lin")
    path = f"/manage/people/{person.id}"
    place.admin.post(f"{path}/disable", reason="")
    assert place.row(person.id).active
    place.admin.post(f"{path}/disable", reason="left")
    assert lin.get("/me", follow=False).status_code == 302
    place.admin.post(f"{path}/enable", reason="came back")
    assert Visitor(place.app).sign_in("lin").get("/me").status_code == 200


def test_a_merge_and_back(place: Place, clock: FrozenClock) -> None:
    with learn(place.app).database.writing() as session:
        other = people.add_person(session, "Wang Min", unit=session.get_one(Unit, place.town), now=clock()).id
    admin = place.admin
    admin.post(f"/manage/people/{other}/merge", person="nobody", reason="twice")
    assert "Nobody within your reach" in admin.words
    admin.post(f"/manage/people/{other}/merge", person="0012", reason="entered twice")
    assert "The other entry has been merged into this one." in admin.words
    admin.get(f"/manage/people/{place.person}")
    assert "This entry was merged into that of Wang Min" in admin.words
    admin.post(f"/manage/people/{place.person}/split", reason="they are two")
    assert "The two entries are apart again." in admin.words
    assert place.row(place.person).active


def test_roles_are_given_taken_and_handed_over(place: Place, clock: FrozenClock) -> None:
    admin = place.admin
    admin.get("/manage/roles")
    admin.post("/manage/roles", person="0012", role="hr", unit=str(place.town))
    assert "Wang Min is now HR · Town." in admin.words
    assert "They have no password yet. “Link to set a password” on their page makes one" in admin.words
    assert "they sign in with staff number 0012 then" in admin.words
    admin.post("/manage/roles", person="0012", role="hr", unit=str(place.town))
    assert "holds this role there already" in admin.words
    with learn(place.app).database.writing() as session:
        next_one = learner(session, now=clock(), unit=session.get_one(Unit, place.city), name="Li Na").id
    admin.post(f"/manage/people/{place.person}/hand-over", person="Li Na", reason="new post")
    assert "Li Na now holds the roles of Wang Min." in admin.words
    with learn(place.app).database.reading() as session:
        held = grants.live(session, session.get_one(Person, next_one))[0].id
    admin.post(f"/manage/roles/{held}/revoke", reason="over")
    assert "The role has been taken back." in admin.words
    admin.get("/manage/audit?action=role.revoked")
    assert "2 entries" in admin.words
    assert "over · role: HR" in admin.words
    admin.post(f"/manage/people/{next_one}/role", role="marker", unit=str(place.town))
    assert "They sign in with their password and sign-in name learner" in admin.words


def test_the_last_admin_is_told_why(place: Place) -> None:
    with learn(place.app).database.reading() as session:
        held = session.scalars(select(grants.Grant).where(grants.Grant.role == Role.ADMIN)).one().id
    place.admin.post(f"/manage/roles/{held}/revoke", reason="tired")
    assert "the last admin cannot go" in place.admin.words


def test_hr_sees_and_changes_only_below(place: Place, clock: FrozenClock) -> None:
    with learn(place.app).database.writing() as session:
        hr = manager(session, Role.HR, session.get_one(Unit, place.town), now=clock())
        people.add_person(session, "Sun Yu", unit=session.get_one(Unit, place.city), now=clock())
    visitor = Visitor(place.app).sign_in(str(hr.username))
    visitor.get("/manage/people")
    assert "Wang Min" in visitor.words
    assert "Sun Yu" not in visitor.words
    visitor.get("/manage/people/new")
    assert ">City<" not in visitor.text
    visitor.post("/manage/people/new", name="Mole", unit_id=str(place.city))
    with learn(place.app).database.reading() as session:
        assert persons.search(session, reach=grants.Reach(everywhere=True), text="Mole")[1] == 0


def test_audiences_are_added_and_renamed(place: Place) -> None:
    admin = place.admin
    admin.get("/manage/audiences")
    admin.post("/manage/audiences", name="Newcomers")
    path = re.search(r"/manage/audiences/a-\w+", admin.text)
    assert path is not None
    admin.post(path[0], name="")
    assert "This field is required." in admin.words
    admin.post(path[0], name="New residents")
    assert "New residents" in admin.words
    assert admin.get("/manage/audiences/none").status_code == 404


def test_one_changes_ones_own_password_and_signs_out_everywhere(place: Place, clock: FrozenClock) -> None:
    with learn(place.app).database.writing() as session:
        learner(session, now=clock(), unit=session.get_one(Unit, place.town), username="lin")
    here, elsewhere = Visitor(place.app).sign_in("lin"), Visitor(place.app).sign_in("lin")
    here.get("/me")
    assert "Town" in here.words
    here.post("/me/password", old="wrong", password="seven white geese", again="seven white geese")
    assert "The old password is wrong." in here.words
    here.post("/me/password", old=PASSWORD, password="12345", again="12345")
    assert "A password needs at least 8 characters." in here.words
    here.post("/me/password", old=PASSWORD, password="seven white geese", again="seven white geese")
    assert "Your password has been changed." in here.words
    assert elsewhere.get("/me", follow=False).status_code == 302
    assert here.get("/me", follow=False).status_code == 200
    other = Visitor(place.app).sign_in("lin", "seven white geese")
    here.post("/me/sign-out-everywhere")
    assert "You are signed out on all devices." in here.words
    assert other.get("/me", follow=False).status_code == 302


def test_wrong_old_passwords_are_delayed(place: Place, clock: FrozenClock) -> None:
    with learn(place.app).database.writing() as session:
        learner(session, now=clock(), unit=session.get_one(Unit, place.town), username="lin")
    lin = Visitor(place.app).sign_in("lin")
    for _ in range(4):
        lin.post("/me/password", old="wrong", password="seven white geese", again="seven white geese")
    lin.post("/me/password", old=PASSWORD, password="seven white geese", again="seven white geese")
    assert "wrong tries were made here before" in lin.words
