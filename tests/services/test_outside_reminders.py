"""Certificates of others that come to their end: who is told, when, by which way, and never twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import (
    ChannelKind,
    OutsideCertificate,
    OutsideEnd,
    OutsideReminder,
    Person,
    ReminderState,
    Role,
    Unit,
)
from suyu_learn.services import outside_certificates, outside_reminders, people, reminder_channels, reminder_delivery
from suyu_learn.services.outside_certificates import Said
from suyu_learn.services.outside_reminders import Occasion, occasion_of
from suyu_learn.web import outside_reminders as messages
from suyu_learn.web import reminder_runs
from suyu_learn.web.reminder_runs import Run
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.conftest import MakeApp
from tests.factories import learn, learner, manager
from tests.fake_robots import Robot, mail_server, robot

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 2)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("left", "occasion"),
    [(61, None), (60, Occasion.SOON), (31, Occasion.SOON), (30, Occasion.MONTH), (8, Occasion.MONTH),
     (7, Occasion.WEEK), (0, Occasion.WEEK), (-1, Occasion.OVER), (-30, Occasion.OVER), (-31, None)],
)  # fmt: skip
def test_what_a_day_asks_for(left: int, occasion: Occasion | None) -> None:
    assert occasion_of(TODAY + timedelta(days=left), TODAY) is occasion


@dataclass
class Works:
    """A works with a yard and a mill beside it, its HR, and a robot."""

    app: Flask
    clock: FrozenClock
    fake: Robot
    hr: int
    units: dict[str, int]
    ids: dict[str, int] = field(default_factory=dict)

    def tick(self) -> Run:
        with self.app.test_request_context():
            return reminder_runs.send_due()

    def writing(self) -> Any:
        return learn(self.app).database.writing()

    def channel(self, name: str, unit: str | None, *, kind: ChannelKind = ChannelKind.WECOM, to: str = "") -> None:
        with self.writing() as session:
            reminder_channels.add(
                session, kind=kind, name=name, address=to or f"{self.fake.origin}/send?key={name}", secret="",
                unit=session.get(Unit, self.units[unit]) if unit else None, settings=learn(self.app).settings,
                actor=session.get_one(Person, self.hr), now=self.clock(),
            )  # fmt: skip

    def certificate(self, name: str, until: date, *, unit: str = "Yard", **said: Any) -> int:
        with self.writing() as session:
            if name not in self.ids:
                self.ids[name] = learner(session, now=START, unit=session.get(Unit, self.units[unit]), name=name).id
            wanted = Said(**{"kind": "special-equipment", "number": f"N-{name}", "issued_on": date(2024, 1, 1),
                             "valid_until": until, **said})  # fmt: skip
            return outside_certificates.enter(
                session, session.get_one(Person, self.ids[name]), wanted, None,
                actor=session.get_one(Person, self.hr), now=self.clock(), zone=ZONE,
            ).id  # fmt: skip

    def rows(self) -> list[OutsideReminder]:
        with learn(self.app).database.reading() as session:
            return list(session.scalars(select(OutsideReminder).order_by(OutsideReminder.id)))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Robot]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with robot() as made:
        yield made


@pytest.fixture
def works(make_app: MakeApp, clock: FrozenClock, fake: Robot) -> Works:
    app = make_app(clock=clock, SUYU_LEARN_REMINDER_ADDRESSES=fake.origin, SUYU_LEARN_DEFAULT_LANGUAGE="en",
                   SUYU_LEARN_PUBLIC_URL="https://learn.example.org")  # fmt: skip
    with learn(app).database.writing() as session:
        units = {name: people.add_unit(session, name, parent=None, now=START) for name in ("Works", "Mill")}
        units["Yard"] = people.add_unit(session, "Yard", parent=units["Works"], now=START)
        hr = manager(session, Role.HR, None, now=START)
        return Works(app, clock, fake, hr.id, {name: unit.id for name, unit in units.items()})


@ON_SQLITE
def test_one_certificate_from_two_months_before_to_its_end(works: Works) -> None:
    works.channel("works", "Works")
    works.certificate("Lin", TODAY + timedelta(days=70))
    told = []
    for day in range(120):
        works.clock.set(START + timedelta(days=day))
        if works.tick() == Run(sent=1):
            told.append((70 - day, works.fake.texts[-1]))
        assert works.tick() == Run()
    assert [left for left, _text in told] == [60, 30, 7, -1]
    assert told[0][1].split("\n") == [
        "Reminder: certificates that come to their end", "1 ends or has to be reviewed",
        "All of them: https://learn.example.org/manage/outside-certificates",
        "Yard: Lin (Permit to operate special equipment (forklift N1 and others) ends on 11 May 2026)",
    ]  # fmt: skip
    assert "1 certificate is over" in told[3][1]
    assert [(row.occasion, row.state) for row in works.rows()] == [
        (occasion, ReminderState.SENT) for occasion in ("60 days", "30 days", "7 days", "over")
    ]


@ON_SQLITE
def test_a_channel_is_told_of_its_own_people_by_unit_without_numbers(works: Works) -> None:
    works.channel("works", "Works")
    works.channel("mill", "Mill")
    works.channel("all", None)
    works.certificate("Lin", TODAY + timedelta(days=20), number="T310112199001011234")
    works.certificate("Ash", TODAY - timedelta(days=3), unit="Works", detail="N1")
    works.certificate("Wu", TODAY + timedelta(days=50), unit="Mill", kind="special-work",
                      review_on=TODAY + timedelta(days=5))  # fmt: skip
    works.certificate("Far", TODAY + timedelta(days=61))
    assert works.tick() == Run(sent=3)
    told = dict(zip((path.split("=")[1] for path in works.fake.paths), works.fake.texts, strict=True))
    assert [name for name in ("Lin", "Ash", "Wu", "Far") if name in told["works"]] == ["Lin", "Ash"]
    assert [name for name in ("Lin", "Ash", "Wu", "Far") if name in told["all"]] == ["Lin", "Ash", "Wu"]
    assert "Wu" in told["mill"]
    assert "to be reviewed by 7 Mar 2026" in told["mill"]
    assert "1990" not in "".join(told.values())
    assert [line.split(":")[0] for line in told["works"].split("\n")[4:]] == ["Works", "Yard"]
    assert works.tick() == Run()


@ON_SQLITE
def test_what_is_entered_later_is_told_alone_and_what_is_corrected_not_again(works: Works) -> None:
    works.channel("works", "Works")
    first = works.certificate("Lin", TODAY + timedelta(days=20))
    assert works.tick() == Run(sent=1)
    with works.writing() as session:
        row = session.get_one(OutsideCertificate, first)
        corrected = outside_certificates.follow(
            session, row, Said(row.kind, "N-9", row.issued_on, valid_until=row.valid_until), None,
            why=OutsideEnd.CORRECTED, reason="A wrong number", actor=session.get_one(Person, works.hr),
            now=works.clock(), zone=ZONE,
        ).id  # fmt: skip
    assert works.tick() == Run()
    works.certificate("Wu", TODAY + timedelta(days=20))
    assert works.tick() == Run(sent=1)
    assert "Lin" not in works.fake.texts[-1]
    with works.writing() as session:  # renewed: another day, another warning in its time
        row = session.get_one(OutsideCertificate, corrected)
        outside_certificates.follow(
            session, row, Said(row.kind, "N-10", TODAY, valid_until=TODAY + timedelta(days=90)), None,
            why=OutsideEnd.RENEWED, reason="", actor=session.get_one(Person, works.hr), now=works.clock(), zone=ZONE,
        )  # fmt: skip
    assert works.tick() == Run()
    works.clock.set(START + timedelta(days=31))
    works.tick()
    assert "Lin" in works.fake.texts[-1]


@ON_SQLITE
def test_nothing_leaves_by_night(works: Works) -> None:
    works.channel("works", "Works")
    works.certificate("Lin", TODAY + timedelta(days=20))
    works.clock.set(START.replace(hour=13))  # nine in the evening there
    assert works.tick() == Run()
    works.clock.set(START + timedelta(days=1))
    assert works.tick() == Run(sent=1)


@ON_SQLITE
def test_what_failed_is_shown_and_goes_out_again_by_hand(works: Works) -> None:
    works.channel("works", "Works")
    works.certificate("Lin", TODAY + timedelta(days=20))
    works.fake.status = 500
    assert works.tick() == Run(failed=1)
    assert works.tick() == Run()
    [row] = works.rows()
    assert row.state is ReminderState.FAILED
    with learn(works.app).database.reading() as session:
        boss = Visitor(works.app).sign_in(str(session.get_one(Person, works.hr).username))
    boss.get("/manage/reminders")
    assert "Certificates of others not sent" in boss.words
    assert "works · 1 person" in boss.words
    assert "the fault 500" in boss.words
    works.fake.status = 200
    boss.post(f"/manage/reminders/certificates/{row.message}/again")
    assert "The message was taken" in boss.words
    assert [one.state for one in works.rows()] == [ReminderState.SENT]
    boss.post(f"/manage/reminders/certificates/{row.message}/again")
    assert "Somebody else has sent this message" in boss.words
    assert len(works.fake.messages) == 2


@ON_SQLITE
def test_what_a_crash_leaves_is_not_sent_again_by_itself(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    works.channel("works", "Works")
    works.certificate("Lin", TODAY + timedelta(days=20))

    def killed(*_given: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(reminder_delivery, "deliver", killed)
        works.tick()
    works.clock.advance(minutes=10)
    assert works.tick() == Run()
    with learn(works.app).database.reading() as session:
        [sent] = outside_reminders.last(session, session.get_one(Person, works.hr), now=works.clock())
    assert (sent.stuck, sent.open, sent.people) == (True, True, 1)


def test_two_ticks_at_once_tell_it_once(works: Works) -> None:
    works.channel("works", "Works")
    for number in range(3):
        works.certificate(f"P{number}", TODAY + timedelta(days=20 + number))
    with works.app.test_request_context(), learn(works.app).database.reading() as session:
        found = outside_reminders.waiting(session, now=works.clock(), zone=ZONE)
    barrier, went = threading.Barrier(4), []

    def send() -> None:
        with works.app.test_request_context():
            barrier.wait()
            went.append(messages.send(found[0]))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(went, key=str) == [None, None, None, True]
    assert len(works.fake.messages) == 1
    assert len(works.rows()) == 3


@ON_SQLITE
def test_mail_takes_it_too(make_app: MakeApp, clock: FrozenClock, fake: Robot) -> None:
    with mail_server() as mail:
        app = make_app(clock=clock, SUYU_LEARN_DEFAULT_LANGUAGE="zh_Hans", SUYU_LEARN_SMTP_HOST="127.0.0.1",
                       SUYU_LEARN_SMTP_PORT=mail.port, SUYU_LEARN_SMTP_SENDER="learn@example.org",
                       SUYU_LEARN_SMTP_SECURITY="none")  # fmt: skip
        with learn(app).database.writing() as session:
            unit = people.add_unit(session, "木材厂", parent=None, now=START)
            hr = manager(session, Role.HR, None, now=START)
            works = Works(app, clock, fake, hr.id, {"Works": unit.id, "Yard": unit.id})
        works.channel("人事", None, kind=ChannelKind.MAIL, to="hr@example.org")
        works.certificate("林一", TODAY + timedelta(days=20))
        assert works.tick() == Run(sent=1)
        assert works.tick() == Run()
        assert mail.receivers == ["hr@example.org"]
