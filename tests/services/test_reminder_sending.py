"""Channels and their messages: where they may lead, what becomes of one, and that none goes out twice."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.config import Settings
from suyu_learn.domain.problems import Problem
from suyu_learn.models import AuditEntry, ChannelKind, Person, Reminder, ReminderChannel, ReminderState, Role, Unit
from suyu_learn.services import people, reminder_channels, reminder_delivery
from suyu_learn.services.reminder_delivery import Destination, deliver
from suyu_learn.services.reminder_sending import Occasion, may_disturb, occasion_of
from suyu_learn.web import reminder_runs
from suyu_learn.web.reminder_runs import Run
from tests.clock import START, FrozenClock
from tests.conftest import MakeApp
from tests.factories import Given, given_programme, learn, learner, manager
from tests.fake_robots import Robot, mail_server, robot
from tests.refusals import code_of

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 2)
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=566cc69da782ec"

GIVEN, WEEK, DAY, OVERDUE, OPEN = (
    Occasion.GIVEN, Occasion.WEEK, Occasion.DAY, Occasion.OVERDUE, Occasion.GIVEN_OPEN,
)  # fmt: skip


@pytest.mark.parametrize(
    ("given_ago", "due_in", "occasion"),
    [
        (0, 30, GIVEN), (1, 30, GIVEN), (2, 30, None), (-1, 30, None),
        (0, 8, GIVEN), (0, 7, WEEK), (9, 7, WEEK), (9, 2, WEEK), (9, 8, None),
        (9, 1, DAY), (9, 0, DAY), (0, 1, DAY),
        (9, -1, OVERDUE), (9, -7, OVERDUE), (9, -8, None), (0, -1, OVERDUE),
        (0, None, OPEN), (1, None, OPEN), (2, None, None), (-1, None, None),
    ],
)  # fmt: skip
def test_what_a_day_asks_for(given_ago: int, due_in: int | None, occasion: Occasion | None) -> None:
    due_on = TODAY + timedelta(days=due_in) if due_in is not None else None
    assert occasion_of(due_on, TODAY - timedelta(days=given_ago), TODAY) == occasion


@pytest.mark.parametrize(
    ("hour", "minute", "may"), [(7, 59, False), (8, 0, True), (19, 59, True), (20, 0, False), (0, 0, False)]
)
def test_nobody_is_disturbed_by_night(hour: int, minute: int, may: bool) -> None:
    assert may_disturb(datetime(2026, 3, 2, hour, minute, tzinfo=ZONE), ZONE) is may


# Addresses


@pytest.mark.parametrize(("kind", "address"), [(ChannelKind.WECOM, WECOM), (ChannelKind.DINGTALK, DINGTALK)])
def test_addresses_of_robots(kind: ChannelKind, address: str) -> None:
    reminder_channels.check_robot(kind, address, Settings())


@pytest.mark.parametrize(
    "address",
    [
        "", "x", "https://", DINGTALK, WECOM.replace("https", "http"), WECOM.replace(".com", ".com:8443"),
        WECOM.replace("//", "//me@"), WECOM.replace(".com", ".com.example.org"), WECOM.replace("//qyapi", "//QYAPI.x"),
        "https://169.254.169.254/cgi-bin/webhook/send?key=1", "https://localhost/cgi-bin/webhook/send?key=1",
        WECOM.replace("key=", "x="), WECOM[: WECOM.index("693")], WECOM + "&key=2", WECOM + "#x", WECOM + "\r\nHost: e",
        WECOM.replace("/send", "/../admin"), WECOM + "é", WECOM + "x" * 500, "https://[::1", "file:///etc/passwd",
        "https://qyapi.weixin.qq.com@example.org/cgi-bin/webhook/send?key=1",
    ],
)  # fmt: skip
def test_addresses_that_lead_elsewhere(address: str) -> None:
    code = code_of(lambda: reminder_channels.check_robot(ChannelKind.WECOM, address, Settings()))
    assert code == "reminder.address"


@pytest.mark.parametrize(
    ("allowed", "address", "may"),
    [
        ("https://gate.example.org", "https://gate.example.org/wecom/7", True),
        ("https://a.example.org  http://10.0.0.9:8080/", "http://10.0.0.9:8080/x", True),
        ("https://gate.example.org", "http://gate.example.org/wecom/7", False),
        ("https://gate.example.org", "https://gate.example.org.evil.net/", False),
        ("https://gate.example.org", "https://gate.example.org:444/", False),
    ],
)
def test_a_gateway_of_ones_own(allowed: str, address: str, may: bool) -> None:
    settings = Settings(reminder_addresses=allowed)
    if may:
        reminder_channels.check_robot(ChannelKind.DINGTALK, address, settings)
    else:
        code = code_of(lambda: reminder_channels.check_robot(ChannelKind.DINGTALK, address, settings))
        assert code == "reminder.address"


MAIL = Settings(smtp_host="127.0.0.1", smtp_sender="learn@example.org", smtp_security="none")


@pytest.mark.parametrize(
    "address", ["", "x", "a@b", "a@b.org, c@d.org", "A <a@b.org>", "a@b.org\nBcc: c@d.org", "张@b.org", "a b@c.org"]
)
def test_mail_addresses_that_are_none(address: str) -> None:
    assert code_of(lambda: reminder_channels.check_mail(address, MAIL)) == "reminder.mail_address"


def test_mail_says_what_is_not_set() -> None:
    with pytest.raises(Problem) as refusal:
        reminder_channels.check_mail("team@example.org", Settings(smtp_host="mail.example.org"))
    assert refusal.value.params == {"missing": ["SUYU_LEARN_SMTP_SENDER"]}


# One message


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Robot]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with robot() as made:
        yield made


def to(fake: Robot, kind: ChannelKind = ChannelKind.WECOM, secret: str = "") -> Destination:
    path = {ChannelKind.WECOM: "/send?key=hush-hush", ChannelKind.DINGTALK: "/send?access_token=hush-hush"}[kind]
    return Destination(kind, fake.origin + path, secret)


def sent(fake: Robot, text: str = "Come", kind: ChannelKind = ChannelKind.WECOM, secret: str = "") -> None:
    deliver(to(fake, kind, secret), "Topic", text, settings=Settings(reminder_addresses=fake.origin), now=START)


def test_wecom_gets_plain_text(fake: Robot) -> None:
    sent(fake, "记得学习 “x”\n张三")
    assert fake.messages == [{"msgtype": "text", "text": {"content": "记得学习 “x”\n张三"}}]
    assert fake.paths == ["/send?key=hush-hush"]


def test_dingtalk_gets_a_signature_and_mentions_nobody(fake: Robot) -> None:
    sent(fake, kind=ChannelKind.DINGTALK, secret="SECabc")
    [path] = fake.paths
    query = parse_qs(urlsplit(path).query)
    moment = str(int(START.timestamp() * 1000))
    right = hmac.new(b"SECabc", f"{moment}\nSECabc".encode(), hashlib.sha256).digest()
    assert query == {"access_token": ["hush-hush"], "timestamp": [moment], "sign": [base64.b64encode(right).decode()]}
    assert fake.messages[0]["at"] == {"isAtAll": False}


def test_dingtalk_without_a_secret_has_no_signature(fake: Robot) -> None:
    sent(fake, kind=ChannelKind.DINGTALK)
    assert fake.paths == ["/send?access_token=hush-hush"]


@pytest.mark.parametrize(
    ("answer", "code", "params"),
    [
        ({"status": 500}, "reminder.http_status", {"status": 500}),
        ({"status": 404}, "reminder.http_status", {"status": 404}),
        ({"status": 302, "location": "/elsewhere"}, "reminder.redirected", {"status": 302}),
        ({"status": 307, "location": "http://169.254.169.254/"}, "reminder.redirected", {"status": 307}),
        ({"reply": b"<html>"}, "reminder.unreadable_reply", {}),
        ({"reply": b"[]"}, "reminder.unreadable_reply", {}),
        ({"reply": b"{}"}, "reminder.unreadable_reply", {}),
        ({"reply": b"\xff"}, "reminder.unreadable_reply", {}),
        ({"silent": True}, "reminder.no_answer", {"seconds": 10}),
        (
            {"reply": b'{"errcode": 93000, "errmsg": "invalid\\nurl, key hush-hush"}'}, "reminder.refused",
            {"number": "93000", "words": "invalid url, key …"},
        ),
    ],
)  # fmt: skip
def test_answers_that_are_no_yes(fake: Robot, answer: dict[str, Any], code: str, params: dict[str, Any]) -> None:
    for name, value in answer.items():
        setattr(fake, name, value)
    with pytest.raises(Problem) as refusal:
        sent(fake)
    assert (refusal.value.code, dict(refusal.value.params)) == (code, params)
    assert len(fake.messages) == 1


def test_a_robot_that_never_answers(fake: Robot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminder_delivery, "TIMEOUT", 0.1)
    fake.gone = threading.Event()
    try:
        assert code_of(lambda: sent(fake)) == "reminder.no_answer"
    finally:
        fake.gone.set()


def test_a_robot_that_is_not_there() -> None:
    gone = Robot(origin="http://127.0.0.1:9")
    assert code_of(lambda: sent(gone)) == "reminder.unreached"


def test_a_channel_whose_gateway_is_allowed_no_more_gets_nothing(fake: Robot) -> None:
    assert code_of(lambda: deliver(to(fake), "T", "x", settings=Settings(), now=START)) == "reminder.address"
    assert fake.messages == []


def test_mail() -> None:
    with mail_server() as box:
        settings = Settings(smtp_host="127.0.0.1", smtp_port=box.port, smtp_sender="learn@example.org",
                            smtp_security="none")  # fmt: skip
        where = Destination(ChannelKind.MAIL, "team@example.org", "")
        deliver(where, "提醒：梯子\r\nBcc: all@example.org", "张三\n.\n李四", settings=settings, now=START)
    assert box.receivers == ["team@example.org"]
    letter = message_from_bytes(box.letters[0].replace(b"\n..", b"\n."), policy=policy.default)
    assert (letter["To"], letter["From"]) == ("team@example.org", "learn@example.org")
    assert letter["Subject"] == "提醒：梯子 Bcc: all＠example.org"
    assert letter["Bcc"] is None
    assert letter.get_content().strip() == "张三\n.\n李四"


@pytest.mark.parametrize(
    ("refuses", "security", "user", "code"),
    [
        (("RCPT",), "none", "", "reminder.mail_recipient"),
        (("MAIL",), "none", "", "reminder.mail_refused"),
        (("DATA",), "none", "", "reminder.mail_refused"),
        ((), "starttls", "", "reminder.mail_security"),
        ((), "tls", "", "reminder.mail_security"),
        ((), "none", "me", "reminder.mail_sign_in"),
    ],
)
def test_mail_that_is_refused(refuses: tuple[str, ...], security: str, user: str, code: str) -> None:
    with mail_server() as box:
        box.refuses = refuses
        settings = Settings(smtp_host="127.0.0.1", smtp_port=box.port, smtp_sender="a@example.org", smtp_user=user,
                            smtp_security=security)  # fmt: skip
        where = Destination(ChannelKind.MAIL, "team@example.org", "")
        assert code_of(lambda: deliver(where, "T", "x", settings=settings, now=START)) == code
    assert box.letters == []


# What a tick does


@dataclass
class Site:
    """A works with two workshops and a mill, a programme due in a week, and a robot of the works."""

    app: Flask
    clock: FrozenClock
    fake: Robot
    given: Given
    units: dict[str, int]
    boss: int

    def tick(self) -> Run:
        with self.app.test_request_context():
            return reminder_runs.send_due()

    def channel(self, name: str, unit: str | None = "Works", kind: ChannelKind = ChannelKind.WECOM) -> int:
        with self.writing() as session:
            row = reminder_channels.add(
                session, kind=kind, name=name, address=f"{self.fake.origin}/send?key={name}", secret="",
                unit=session.get(Unit, self.units[unit]) if unit else None, settings=learn(self.app).settings,
                actor=session.get_one(Person, self.boss), now=self.clock(),
            )  # fmt: skip
            return row.id

    def member(self, name: str, unit: str = "Saws", **member: Any) -> int:
        with self.writing() as session:
            person = learner(session, now=self.clock(), unit=session.get(Unit, self.units[unit]), name=name)
            values = {"due_on": TODAY + timedelta(days=30), "starts_on": TODAY, **member}
            return self.given.to(session, person, now=self.clock(), **values).id

    def writing(self) -> Any:
        return learn(self.app).database.writing()

    def rows(self) -> list[Reminder]:
        with learn(self.app).database.reading() as session:
            return list(session.scalars(select(Reminder).order_by(Reminder.id)))


@pytest.fixture
def site(make_app: MakeApp, clock: FrozenClock, fake: Robot) -> Site:
    app = make_app(clock=clock, SUYU_LEARN_REMINDER_ADDRESSES=fake.origin, SUYU_LEARN_DEFAULT_LANGUAGE="en",
                   SUYU_LEARN_PUBLIC_URL="https://learn.example.org")  # fmt: skip
    with learn(app).database.writing() as session:
        works, mill = (people.add_unit(session, name, parent=None, now=START) for name in ("Works", "Mill"))
        saws, glue = (people.add_unit(session, name, parent=works, now=START) for name in ("Saws", "Glue"))
        boss = manager(session, Role.ADMIN, None, now=START, home=works)
        given = given_programme(session, works, now=START)
        units = {unit.name: unit.id for unit in (works, mill, saws, glue)}
    return Site(app, clock, fake, given, units, boss.id)


ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ON_SQLITE
def test_a_deadline_from_its_giving_to_its_end(site: Site) -> None:
    site.channel("works")
    site.member("Lin")
    site.member("Done", completed_at=START)
    told = []
    for day in range(40):
        site.clock.set(START + timedelta(days=day))
        if site.tick().sent:
            told.append((day, site.fake.texts[-1].split("\n")[2]))
        assert site.tick() == Run()
    assert told == [
        (0, "Deadline: 1 Apr 2026 (30 days left)"),
        (23, "Deadline: 1 Apr 2026 (7 days left)"),
        (29, "Deadline: 1 Apr 2026 (1 day left)"),
        (31, "Deadline: 1 Apr 2026 (1 day ago)"),
    ]
    assert site.fake.texts[0].split("\n") == [
        "Reminder: Safe on ladders", "Not completed yet: 1 of 2", "Deadline: 1 Apr 2026 (30 days left)",
        f"Learn here: https://learn.example.org/programmes/{site.given.programme.key}",
        "Saws (1 person): Lin",
    ]  # fmt: skip
    assert [(row.occasion, row.state, row.people) for row in site.rows()] == [
        ("given", ReminderState.SENT, 1), ("7 days", ReminderState.SENT, 1), ("1 day", ReminderState.SENT, 1),
        ("overdue", ReminderState.SENT, 1),
    ]  # fmt: skip


@ON_SQLITE
def test_a_channel_is_told_of_its_own_people_only(site: Site) -> None:
    site.channel("saws", "Saws")
    site.channel("glue", "Glue")
    site.channel("all", None)
    site.member("Lin", "Saws")
    site.member("Wu", "Mill")
    assert site.tick() == Run(sent=2)
    told = dict(zip((path.split("=")[1] for path in site.fake.paths), site.fake.texts, strict=True))
    assert told.keys() == {"saws", "all"}
    assert "Wu" not in told["saws"]
    assert "Lin" in told["all"]
    assert "Wu" in told["all"]


@ON_SQLITE
def test_the_night_and_midnight_are_those_of_the_zone(site: Site) -> None:
    site.channel("works")
    site.member("Lin", due_on=TODAY + timedelta(days=2))
    for hour, sent in ((7, 0), (8, 1), (9, 0), (23, 0)):
        site.clock.set(datetime(2026, 3, 3, hour, 59, tzinfo=ZONE))
        assert (hour, site.tick().sent) == (hour, sent)
    site.clock.set(datetime(2026, 3, 5, 0, 1, tzinfo=ZONE))  # late since a minute, at night
    assert site.tick() == Run()
    site.clock.set(datetime(2026, 3, 5, 8, 0, tzinfo=ZONE))
    assert site.tick() == Run(sent=1)
    assert "(1 day ago)" in site.fake.texts[-1]


@ON_SQLITE
def test_without_a_deadline_it_is_told_once_to_those_of_the_day(site: Site) -> None:
    site.channel("works")
    site.member("Lin", due_on=None)
    assert site.tick() == Run(sent=1)
    site.clock.advance(days=1)
    site.member("Wu", due_on=None, starts_on=TODAY + timedelta(days=1))
    assert site.tick() == Run(sent=1)
    assert site.fake.texts[1].endswith("Saws (1 person): Wu")
    site.clock.advance(days=9)
    assert site.tick() == Run()


@ON_SQLITE
@pytest.mark.parametrize(
    "answer", [{"status": 500}, {"silent": True}, {"status": 302, "location": "/x"}, {"reply": b'{"errcode": 310000}'}]
)
def test_what_failed_is_kept_and_not_tried_again_by_itself(site: Site, answer: dict[str, Any]) -> None:
    site.channel("works")
    site.member("Lin")
    for name, value in answer.items():
        setattr(site.fake, name, value)
    assert site.tick() == Run(failed=1)
    assert site.tick() == Run()
    [row] = site.rows()
    assert row.state is ReminderState.FAILED
    assert row.detail["code"].startswith("reminder.")
    assert len(site.fake.messages) == 1


@ON_SQLITE
def test_what_a_crash_leaves_is_not_sent_again_by_itself(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.channel("works")
    site.member("Lin")

    def killed(*_given: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(reminder_delivery, "deliver", killed)
        site.tick()
    assert [row.state for row in site.rows()] == [ReminderState.SENDING]
    site.clock.advance(hours=1)
    assert site.tick() == Run()
    assert site.fake.messages == []


@ON_SQLITE
def test_a_minute_takes_only_so_many_messages(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminder_runs, "PER_MINUTE", 2)
    site.channel("works")
    for day in range(5):
        site.member(f"P{day}", due_on=TODAY + timedelta(days=20 + day))
    assert [site.tick().sent, site.tick().sent] == [2, 0]
    site.clock.advance(seconds=61)
    assert site.tick().sent == 2
    site.clock.advance(seconds=61)
    assert [site.tick().sent, site.tick().sent] == [1, 0]


@ON_SQLITE
def test_a_tick_ends_when_its_seconds_are_spent(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminder_runs, "BUDGET", -1)
    site.channel("works")
    site.member("Lin")
    assert site.tick() == Run()
    assert site.rows() == []


@ON_SQLITE
def test_hostile_names_in_a_message(site: Site) -> None:
    site.channel("works")
    for name in ("@all", "<@all>", "Li\nDeadline: never", '"},"at":{"isAtAll":true}'):
        site.member(name)
    with site.writing() as session:
        session.get_one(type(site.given.programme), site.given.programme.id).title = "Come\n<@all> @all"
    assert site.tick() == Run(sent=1)
    [message] = site.fake.messages
    assert set(message) == {"msgtype", "text"}
    text = message["text"]["content"]
    assert "@" not in text
    assert "<" not in text
    assert len(text.split("\n")) == 5


@ON_SQLITE
def test_many_names_are_shortened_and_counted(site: Site) -> None:
    site.channel("works")
    for number in range(130):
        site.member(f"欧阳娜娜{number:03}")
    assert site.tick() == Run(sent=1)
    [text] = site.fake.texts
    shown = text.count("欧阳娜娜")
    assert len(text.encode()) <= 2048
    assert text.endswith(f"\nand {130 - shown} more people")
    assert "Not completed yet: 130 of 130" in text


@ON_SQLITE
def test_without_an_address_for_phones_messages_have_no_link(make_app: MakeApp, site: Site) -> None:
    site.app = make_app(clock=site.clock, SUYU_LEARN_REMINDER_ADDRESSES=site.fake.origin,
                        SUYU_LEARN_DEFAULT_LANGUAGE="en")  # fmt: skip
    site.channel("works")
    site.member("Lin")
    assert site.tick() == Run(sent=1)
    assert "://" not in site.fake.texts[0]


@ON_SQLITE
def test_an_ended_channel_gets_nothing_and_forgets_its_secret(site: Site) -> None:
    number = site.channel("works", kind=ChannelKind.DINGTALK)
    site.member("Lin")
    with site.writing() as session:
        boss = session.get_one(Person, site.boss)
        reminder_channels.end(session, reminder_channels.get(session, number, actor=boss), actor=boss, now=START)
    assert site.tick() == Run()
    with learn(site.app).database.reading() as session:
        row = session.get_one(ReminderChannel, number)
        assert (row.address, row.secret) == ("", "")
        assert code_of(lambda: reminder_channels.get(session, number, actor=boss)) == "reminder.no_such_channel"


@ON_SQLITE
def test_secrets_stay_out_of_the_trail_and_the_log(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    site.channel("hush-hush-hush", kind=ChannelKind.DINGTALK)
    site.member("Lin")
    site.fake.reply = b'{"errcode": 1, "errmsg": "key=hush-hush-hush"}'
    site.tick()
    with learn(site.app).database.reading() as session:
        details = [str(row.detail) for row in session.scalars(select(AuditEntry))]
        kept = [str(row.detail) for row in session.scalars(select(Reminder))]
    assert "send?key" not in "".join(details)
    assert "hush" not in "".join(kept) + caplog.text


def test_two_ticks_at_once_send_each_message_once(site: Site) -> None:
    for number in range(6):
        site.channel(f"works-{number}")
    site.member("Lin")
    barrier, runs = threading.Barrier(6), []

    def tick() -> None:
        barrier.wait()
        runs.append(site.tick())

    threads = [threading.Thread(target=tick) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(run.sent for run in runs) == 6
    assert sorted(site.fake.paths) == [f"/send?key=works-{number}" for number in range(6)]
    assert [row.state for row in site.rows()] == [ReminderState.SENT] * 6
