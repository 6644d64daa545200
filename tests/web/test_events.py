"""Events in the browser: arranged, their code scanned on the way in and out, the sheet typed in, the file printed."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.rotating_codes import code_of, step_of
from suyu_learn.models import (
    Attendance,
    AuditEntry,
    Counts,
    Event,
    HoursEntry,
    PartKind,
    Person,
    ProgrammePart,
    Role,
    Unit,
)
from suyu_learn.services import events, people
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import PASSWORD, a_part, learn, learner, manager, published_exam, stored_course

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Mill:
    """A lecture of the mill from nine to eleven on Monday, and those who come."""

    app: Flask
    clock: FrozenClock
    key: str
    organizer: str

    @property
    def code(self) -> str:
        """What stands on the screen now."""
        return code_of(self.event().secret, step_of(self.clock()))

    @property
    def path(self) -> str:
        return f"/manage/events/{self.key}"

    def at(self, minutes: float) -> Mill:
        self.clock.set(START + timedelta(minutes=minutes))
        return self

    def event(self) -> Event:
        with learn(self.app).database.reading() as session:
            return events.find(session, self.key)

    def rows(self) -> list[Attendance]:
        with learn(self.app).database.reading() as session:
            return list(session.scalars(select(Attendance).order_by(Attendance.id)))

    def hours(self) -> list[Decimal]:
        with learn(self.app).database.reading() as session:
            return list(session.scalars(select(HoursEntry.hours).order_by(HoursEntry.id)))

    def visitor(self, name: str = "lin") -> Visitor:
        return Visitor(self.app).sign_in(name)

    def scan(self, who: Visitor) -> Visitor:
        who.get(f"/events/{self.key}/here?code={self.code}")
        return who

    def press(self, who: Visitor, act: str) -> Visitor:
        who.post(f"/events/{self.key}/here", act=act)
        return who


@pytest.fixture
def mill(app: Flask, clock: FrozenClock) -> Iterator[Mill]:
    here = learn(app)
    clock.set(START - timedelta(days=1))
    with here.database.writing() as session:
        unit = people.add_unit(session, "Mill", parent=None, now=clock())
        organizer = manager(session, Role.ORGANIZER, unit, now=clock()).username or ""
        learner(session, now=clock(), unit=unit, name="Lin", username="lin")
        learner(session, now=clock(), unit=unit, name="Wu", username="wu")
        office = people.add_unit(session, "Office", parent=None, now=clock())
        learner(session, now=clock(), unit=office, name="Stranger", username="stranger")
    boss = Visitor(app).sign_in(organizer)
    boss.get("/manage/events/new")
    boss.post(
        "/manage/events/new",
        title="Dust and fire",
        kind="lecture",
        unit=str(unit_id(app)),
        hours="2",
        starts_at="2026-03-02T09:00",
        ends_at="2026-03-02T11:00",
        place="Hall 2",
        trainer="Zhao",
        plan="1. Dust",
    )
    assert "The event is arranged" in boss.words
    key = re.search(r"/manage/events/([^/\"]+)/edit", boss.text)[1]  # type: ignore[index]
    return Mill(app, clock, key, organizer)


def unit_id(app: Flask) -> int:
    with learn(app).database.reading() as session:
        return session.scalars(select(Unit.id).where(Unit.name == "Mill")).one()


def test_scan_come_scan_leave(mill: Mill) -> None:
    lin = mill.at(-5).visitor()
    mill.scan(lin)
    assert "I am here" in lin.words
    mill.press(lin, "in")
    assert "You are checked in" in lin.words
    mill.press(lin, "in")  # a double click
    mill.scan(lin)  # the same code once more
    assert "I am leaving now" not in lin.words
    assert "When you leave, scan the code" in lin.words
    mill.at(60).scan(lin)
    assert "It lasts until 11:00. Leaving now brings 1.33 of its 2 credit hours" in lin.words  # 60 minutes of 45 each
    mill.at(90).scan(lin)
    assert "You are here since" in lin.words
    assert "I am leaving now" in lin.words
    assert "Leaving now brings" not in lin.words  # ninety minutes are two hours
    mill.press(lin, "out")
    mill.press(lin, "out")
    assert "You were here from 2 Mar 2026, 08:55 to 10:30: 2 credit hours." in lin.words
    assert mill.hours() == [2]
    lin.get(f"/events/{mill.key}")
    assert "2 Mar 2026, 10:30" in lin.words
    lin.get("/records")
    assert "Dust and fire Event 2" in lin.words


def test_an_old_code_opens_nothing_and_says_what_to_do(mill: Mill) -> None:
    lin, old = mill.at(0).visitor(), mill.code
    mill.at(1.5)
    answer = lin.get(f"/events/{mill.key}/here?code={old}")
    assert answer.status_code == 422
    assert "Scan the screen once more" in lin.words
    mill.press(lin, "in")
    assert "Scan the screen once more" in lin.words
    assert mill.rows() == []
    nobody = Visitor(mill.app)
    assert nobody.get(f"/events/{mill.key}/here?code={old}").status_code == 422
    assert "Scan the screen once more" in nobody.words


def test_who_signs_in_after_the_scan_came_at_the_scan(mill: Mill) -> None:
    mill.at(10)
    lin = mill.scan(Visitor(mill.app))
    assert "/login" in lin.page.request.path  # type: ignore[union-attr]
    mill.at(14)
    next_url = re.search(r'name="next"[^>]*value="([^"]+)"', lin.text)[1]  # type: ignore[index]
    lin.post("/login", username="lin", password=PASSWORD, next=next_url)
    assert "I am here" in lin.words
    mill.press(lin, "in")
    assert [one.came_at for one in mill.rows()] == [START + timedelta(minutes=10)]
    late = mill.scan(Visitor(mill.app))
    mill.at(25)
    late.post("/login", username="wu", password=PASSWORD, next=f"/events/{mill.key}/here")
    assert "I am here" not in late.words  # ten minutes have passed
    assert "Scan the code on the screen" in late.words


def test_a_scan_is_of_one_person(mill: Mill) -> None:
    phone = mill.at(10).scan(Visitor(mill.app))
    phone.post("/login", username="lin", password=PASSWORD, next="/")  # theirs from now on
    phone.post("/login", username="wu", password=PASSWORD, next=f"/events/{mill.key}/here")
    assert "I am here" not in phone.words
    mill.press(phone, "in")
    phone.post("/login", username="lin", password=PASSWORD, next=f"/events/{mill.key}/here")
    assert "I am here" not in phone.words
    mill.press(mill.at(12).scan(phone), "in")
    phone.post("/logout")
    phone.post("/login", username="wu", password=PASSWORD, next=f"/events/{mill.key}/here")
    mill.press(phone, "in")
    assert [one.came_at for one in mill.rows()] == [START + timedelta(minutes=12)]
    assert "Scan the screen once more" in phone.words


def test_a_scan_before_signing_in_is_forgotten_at_sign_out(mill: Mill) -> None:
    phone = mill.at(10).visitor()
    phone.post("/logout")
    mill.scan(phone)
    phone.post("/logout")
    phone.post("/login", username="wu", password=PASSWORD, next=f"/events/{mill.key}/here")
    assert "I am here" not in phone.words


def test_typed_codes_and_people_of_other_units(mill: Mill) -> None:
    wu = mill.at(3).visitor("wu")
    wu.get(f"/events/{mill.key}/here")
    assert "Or type the code" in wu.words
    wu.get(f"/events/{mill.key}/here?code={mill.code.lower()}")
    assert "I am here" in wu.words
    stranger = mill.visitor("stranger")
    mill.scan(stranger)
    assert "for the people of another unit" in stranger.words
    mill.press(stranger, "in")
    assert mill.rows() == []
    assert stranger.get(f"/events/{mill.key}").status_code == 404


def test_who_organizes_it_comes_by_the_sheet(mill: Mill) -> None:
    boss = mill.at(0).visitor(mill.organizer)
    for _turn in range(2):
        assert "Sign the sheet; another organizer enters you" in mill.scan(boss).words
        mill.press(boss, "in")
    assert mill.rows() == []


@pytest.mark.parametrize(("minutes", "said"), [(-61, "It is too early"), (121, "The event is over")])
def test_outside_the_margins(mill: Mill, minutes: float, said: str) -> None:
    lin = mill.at(minutes).visitor()
    mill.scan(lin)
    assert said in lin.words
    mill.press(lin, "in")
    assert mill.rows() == []


def test_the_screen_shows_a_new_code_each_half_minute(mill: Mill) -> None:
    boss = mill.at(0).visitor(mill.organizer)
    boss.get(f"{mill.path}/screen")
    assert mill.code in boss.words
    assert 'http-equiv="refresh"' in boss.text
    assert "phones" in boss.words  # localhost reaches nobody; what to set is said
    mill.at(0.6)
    fragment = boss.get(f"{mill.path}/code")
    assert mill.code in fragment.get_data(as_text=True)
    note = fragment.get_data(as_text=True).partition("sl-code-screen__note")[2]
    assert "SUYU_LEARN_PUBLIC_URL" in note  # below the code, for the administrator
    assert 'data-left="24"' in fragment.get_data(as_text=True)
    assert mill.event().secret not in boss.text
    mill.at(300)
    assert "It is too late" in boss.get(f"{mill.path}/code").get_data(as_text=True)


@pytest.fixture
def public_address(app: Flask) -> None:
    object.__setattr__(learn(app).settings, "public_url", "http://learn.example.org")


def test_the_code_leads_to_the_address_that_phones_reach(mill: Mill, public_address: None) -> None:
    boss = mill.at(0).visitor(mill.organizer)
    boss.get(f"{mill.path}/screen")
    assert "<svg" in boss.text
    assert "sl-code-screen__note" not in boss.text


def test_the_sheet_is_typed_in_with_ticks_that_stay(mill: Mill) -> None:
    boss = mill.at(24 * 60).visitor(mill.organizer)
    boss.get(f"{mill.path}/attendance")
    assert 'value="2026-03-02T09:00"' in boss.text
    lin, wu = (re.search(rf'value="(\d+)"[^>]*><span[^>]*>.*?</span><span>{name} ', boss.text)[1]  # type: ignore[index]
               for name in ("Lin", "Wu"))  # fmt: skip
    assert "organizer" not in boss.words.split("Who came")[1]
    times = {"came_at": "2026-03-02T09:00", "left_at": "2026-03-02T11:00"}
    with learn(mill.app).database.reading() as session:
        stranger = str(session.scalars(select(Person.id).where(Person.name == "Stranger")).one())
    for action in ("show", "enter"):
        boss.post(f"{mill.path}/attendance", action=action, people=[stranger], **times)
        assert "Stranger" not in boss.words
    assert "Somebody ticked belongs neither" in boss.words
    boss.post(f"{mill.path}/attendance", action="show", search="Nobody", people=[wu], **times)
    assert re.search(rf'value="{wu}" checked', boss.text)
    assert "Nobody of that name" in boss.words
    boss.post(
        f"{mill.path}/attendance", action="enter", people=[lin], came_at="2026-03-02T12:00", left_at="2026-03-02T13:00"
    )
    assert boss.page.status_code == 422  # type: ignore[union-attr]
    assert "That is not when the event was" in boss.words
    assert re.search(rf'value="{lin}" checked', boss.text)
    boss.post(f"{mill.path}/attendance", action="enter", people=[lin, wu], **times)
    assert "2 people are entered" in boss.words
    assert "Nobody is left to be entered" in boss.words
    assert mill.hours() == [2, 2]


def test_forgotten_corrected_and_taken_back(mill: Mill) -> None:
    lin = mill.at(0).visitor()
    mill.press(mill.scan(lin), "in")
    boss = mill.at(400).visitor(mill.organizer)
    boss.get(mill.path)
    assert "Did not say when they left: Lin" in boss.words
    boss.get("/manage/events?show=past")
    assert "1 person did not check out" in boss.words
    [row] = mill.rows()
    page = f"{mill.path}/attendance/{row.id}"
    boss.get(page)
    boss.post(page, came_at="2026-03-02T09:00", left_at="2026-03-02T09:45", reason="")
    assert boss.page.status_code == 422  # type: ignore[union-attr]
    boss.post(page, came_at="2026-03-02T09:00", left_at="2026-03-02T09:45", reason="Left with Wu")
    assert "is corrected" in boss.words
    assert "Left with Wu" in boss.words
    assert mill.hours() == [1]
    boss.get(f"{page}/void")
    boss.post(f"{page}/void", reason="Was Wu")
    assert mill.hours() == [1, -1]
    assert "taken back" in boss.words
    with learn(mill.app).database.reading() as session:
        told = session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "event")).all()
    assert told == ["event.created", "attendance.corrected", "attendance.voided"]


def test_changed_called_off_and_shown_to_those_it_was_for(mill: Mill) -> None:
    boss = mill.visitor(mill.organizer)
    boss.get(f"{mill.path}/edit")
    same = {"title": "Dust and fire", "kind": "drill", "hours": "2", "starts_at": "2026-03-02T09:00",
            "ends_at": "2026-03-02T11:00", "place": "Yard"}  # fmt: skip
    boss.post(f"{mill.path}/edit", **{**same, "hours": "3"})
    assert "it can bring 2.66 credit hours of 45 minutes" in boss.words
    assert 'value="Yard"' in boss.text
    for hours in ("1.234", "1e999999999", "-0", "1e-999999999", "many"):
        boss.post(f"{mill.path}/edit", **{**same, "hours": hours})
        assert "two decimals at the most" in boss.words
        assert f'value="{hours}"' in boss.text
    boss.post(f"{mill.path}/edit", **same)
    assert "The event is changed" in boss.words
    boss.post(f"{mill.path}/cancel", reason="Snow")
    assert "Called off on" in boss.words
    lin = mill.visitor()
    lin.get(f"/events/{mill.key}")
    assert "Called off: Snow" in lin.words


def test_the_sheet_and_the_file_on_paper(mill: Mill) -> None:
    here = learn(mill.app)
    with here.database.writing() as session:
        unit = session.get_one(Unit, unit_id(mill.app))
        course = stored_course(session, now=here.now())
        exam = published_exam(session, now=here.now(), unit=unit)
        event = events.find(session, mill.key)
        event.course_id, event.exam_id, event.summary = course.id, exam.id, "All went well."
        exam_id = exam.id
    boss = mill.at(-30).visitor(mill.organizer)
    boss.get(f"{mill.path}/sheet")
    assert all(name in boss.words for name in ("Lin", "Wu", "Signature", "Came at", "2 Mar 2026, 09:00"))
    lin = mill.visitor()
    mill.press(mill.scan(lin), "in")
    paper = lin.start(exam_id)
    for slot in paper.slots:
        paper.save(slot, "right")
    paper.submit()
    mill.press(mill.at(100).scan(lin), "out")
    boss.get(f"{mill.path}/file")
    for said in ("1. Dust", "Black soil", "1 person came", "1 of 1 who came", "1 of 1 who sat, of 1 who came",
                 "All went well.", "Signature", "2 by the code 100 of 100 · Passed"):  # fmt: skip
        assert said in boss.words


def test_the_file_tells_the_result_that_counts_and_not_ones_own(mill: Mill) -> None:
    here = learn(mill.app)
    with here.database.writing() as session:
        unit = session.get_one(Unit, unit_id(mill.app))
        exam = published_exam(session, now=here.now(), unit=unit, attempts_allowed=2, counts=Counts.LAST)
        events.find(session, mill.key).exam_id = exam.id
        exam_id = exam.id
        ids = {one.name: one.id for one in session.scalars(select(Person))}
        boss_id = session.scalars(select(Person.id).where(Person.username == mill.organizer)).one()
        other = manager(session, Role.ORGANIZER, unit, now=here.now()).username or ""
    mill.at(10)
    lin, boss = mill.visitor(), mill.visitor(mill.organizer)
    for who, answer in ((lin, "right"), (lin, "wrong"), (boss, "right")):
        paper = who.start(exam_id)
        for slot in paper.slots:
            paper.save(slot, answer)
        paper.submit()
    mill.at(130)
    second = mill.visitor(other)
    second.get(f"{mill.path}/attendance")
    second.post(f"{mill.path}/attendance", action="enter", people=[ids["Lin"], ids["Wu"], boss_id],
                came_at="2026-03-02T09:00", left_at="2026-03-02T11:00")  # fmt: skip
    assert "3 people are entered." in second.words
    boss = mill.visitor(mill.organizer)
    boss.get(f"{mill.path}/file")
    for said in ("from the sheet 0 of 100 · Not passed", "from the sheet did not sit it", "from the sheet is not shown",
                 "2 of 3 who came", "1 of 2 who sat, of 3 who came"):  # fmt: skip
        assert said in boss.words
    second.get(f"{mill.path}/file")
    assert "from the sheet 100 of 100 · Passed" in second.words


def test_all_are_ticked_at_once_and_nothing_is_entered_by_it(mill: Mill) -> None:
    boss = mill.at(130).visitor(mill.organizer)
    boss.get(f"{mill.path}/attendance")
    boss.post(f"{mill.path}/attendance", action="all", came_at="2026-03-02T09:30", left_at="2026-03-02T11:00")
    assert boss.text.count('name="people"') == boss.text.count(" checked") == 2
    assert 'value="2026-03-02T09:30"' in boss.text
    assert mill.rows() == []


# Taught at the workplace, and elsewhere


@pytest.fixture
def signed(mill: Mill) -> str:
    """The address of a programme whose one part is signed, given to Lin."""
    here = learn(mill.app)
    with here.database.writing() as session:
        lin = session.scalars(select(Person).where(Person.name == "Lin")).one()
        part = a_part(session, session.get_one(Unit, unit_id(mill.app)), lin, now=here.now(), kind=PartKind.SIGN_OFF)
        return f"/manage/programmes/p/sign-offs/{part.id}"


def test_signed_for_a_class_with_a_card_to_print(mill: Mill, signed: str) -> None:
    with learn(mill.app).database.writing() as session:
        session.scalars(select(ProgrammePart)).one().hours = Decimal(20)
    boss = mill.at(24 * 60).visitor(mill.organizer)
    boss.get("/manage/")
    assert "Sign-offs" in boss.words
    boss.get("/manage/sign-offs")
    boss.get("/manage/programmes/p/sign-offs")
    assert "signed for 0 of" in boss.words
    boss.get(signed)
    assert 'value="20"' in boss.text  # the hours planned
    member = re.search(r'name="people" value="(\d+)"', boss.text)[1]  # type: ignore[index]
    times = {"began_at": "2026-03-02T09:00", "ended_at": "2026-03-02T10:30"}
    boss.post(signed, people=[member], trainer="Zhao", result="", hours="2", **times)
    assert boss.page.status_code == 422  # type: ignore[union-attr]
    assert 'value="Zhao"' in boss.text
    assert re.search(rf'value="{member}" checked', boss.text)
    boss.post(signed, people=[member], trainer="Zhao", result="All right", hours="1e999999999", **times)
    assert "two decimals at the most" in boss.words
    boss.post(signed, people=[member], trainer="Zhao", result="All right", hours="2", **times)
    assert "Signed for 1 person" in boss.words
    assert mill.hours() == [2]
    boss.get(f"/manage/programmes/p/sign-offs/card/{member}")
    for said in ("Training card", "Lin", "2 Mar 2026, 09:00 to 10:30", "All right", "Learner, signature"):
        assert said in boss.words
    boss.get("/manage/programmes/p/sign-offs")
    void = re.search(r'href="([^"]+/void/\d+)"', boss.text)[1]  # type: ignore[index]
    boss.post(void, reason="Was Wu")
    assert "void: Was Wu" in boss.words
    assert mill.hours() == [2, -2]


def test_hours_learnt_elsewhere_with_a_proof_that_others_do_not_see(mill: Mill) -> None:
    here = learn(mill.app)
    with here.database.writing() as session:
        lin = session.scalars(select(Person).where(Person.name == "Lin")).one()
        hr = manager(session, Role.HR, session.get_one(Unit, unit_id(mill.app)), now=here.now()).username or ""
        page = f"/manage/people/{lin.id}/outside-hours"
    clerk = mill.at(24 * 60).visitor(hr)
    clerk.get(page.rpartition("/")[0])
    assert page in clerk.text
    clerk.get(page)
    said = {"what": "Forklift course", "where": "City school", "first": "2026-03-02", "last": "2026-03-02",
            "hours": "6", "reason": "Sent by us"}  # fmt: skip
    clerk.post(page, **said)
    assert "Choose a photo or pdf of the proof" in clerk.words
    assert 'value="Forklift course"' in clerk.text
    clerk.post(page, **{**said, "hours": "1e999999999"}, file=(io.BytesIO(b"%PDF-1.4 x"), "c.pdf"))
    assert "two decimals at the most" in clerk.words
    clerk.post(page, **said, file=(io.BytesIO(b"%PDF-1.4 x"), "c.pdf"))
    assert "6 hours are entered for Lin" in clerk.words
    proof = re.search(r'href="([^"]+/proof)"', clerk.text)[1]  # type: ignore[index]
    assert clerk.client.get(proof).data == b"%PDF-1.4 x"
    lin_there = mill.visitor()
    lin_there.get("/records")
    assert "Forklift course Entered by hand 6 Sent by us" in lin_there.words
    assert lin_there.client.get(proof).status_code == 403
    clerk.post(proof.replace("/proof", "/void"), reason="A forgery")
    assert "A forgery" in clerk.words
    assert mill.hours() == [6, -6]
