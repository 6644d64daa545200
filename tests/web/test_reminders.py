"""Reminders at the browser: texts to copy, lists to print, channels, and sending again by hand."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import AuditEntry, ProgrammeMember, Reminder, ReminderChannel, ReminderState, Role
from suyu_learn.services import people
from suyu_learn.web import reminder_texts
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.conftest import MakeApp
from tests.factories import Given, given_programme, learn, learner, manager, published_exam
from tests.fake_robots import Robot, robot

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TODAY = START.date()
KEY = "693a91f6-hush-0ec2sifa5aaa"
WECOM = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"


@dataclass
class Works:
    """Two workshops, a programme due in a week, and its organizer."""

    app: Flask
    clock: FrozenClock
    given: Given
    boss: Visitor
    saws: int
    mill_boss: str
    fake: Robot

    @property
    def page(self) -> str:
        return f"/manage/programmes/{self.given.programme.key}/reminders"

    @property
    def link(self) -> str:
        return f"https://learn.example.org/programmes/{self.given.programme.key}"

    def text(self) -> str:
        """What stands in the first text area."""
        found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", self.boss.text, re.DOTALL)
        assert found, self.boss.words
        return html.unescape(found[1])

    def messages(self) -> list[Reminder]:
        with learn(self.app).database.reading() as session:
            return list(session.scalars(select(Reminder)))


@pytest.fixture
def works(make_app: MakeApp, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Works]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with robot() as fake:
        app = make_app(
            clock=clock, SUYU_LEARN_PUBLIC_URL="https://learn.example.org", SUYU_LEARN_REMINDER_ADDRESSES=fake.origin,
            SUYU_LEARN_CONTACT_PHONE="0453-3900000", SUYU_LEARN_DEFAULT_LANGUAGE="en",
        )  # fmt: skip
        with learn(app).database.writing() as session:
            site, mill = (people.add_unit(session, name, parent=None, now=START) for name in ("Works", "Mill"))
            saws, glue = (people.add_unit(session, name, parent=site, now=START) for name in ("Saws", "Glue"))
            given = given_programme(session, site, now=START, due_on=TODAY + timedelta(days=7))
            for name, unit, more in (
                ("Lin", saws, {}), ("Mo", saws, {"completed_at": START}), ("Wu", glue, {}), ("Foreign", mill, {}),
            ):  # fmt: skip
                person = learner(session, now=START, unit=unit, name=name)
                given.to(session, person, now=START, due_on=TODAY + timedelta(days=7), **more)
            boss = manager(session, Role.ORGANIZER, site, now=START, home=mill).username
            mill_boss = manager(session, Role.ORGANIZER, mill, now=START).username
            number = saws.id
        yield Works(app, clock, given, Visitor(app).sign_in(boss or ""), number, mill_boss or "", fake)


def test_the_text_for_the_group(works: Works) -> None:
    works.boss.get(works.page)
    assert works.text() == (
        "Reminder: Safe on ladders\nNot completed yet: 2 of 3\nDeadline: 9 Mar 2026 (7 days left)\n"
        f"Learn here: {works.link}\nGlue (1 person): Wu\nSaws (1 person): Lin"
    )
    assert "Foreign" not in works.boss.text
    assert "Together 3 0 1 2 0" in works.boss.words


def test_the_text_without_names_and_of_one_unit(works: Works) -> None:
    works.boss.get(f"{works.page}?names=no")
    assert works.text().endswith("\nGlue: 1 person\nSaws: 1 person")
    assert "Lin" not in works.boss.words
    works.boss.get(f"{works.page}?unit={works.saws}")
    assert works.text().endswith("Saws (1 person): Lin")
    assert "Wu" not in works.boss.words


def test_the_text_of_one_team_is_shorter(works: Works) -> None:
    works.boss.get(works.page)
    areas = re.findall(r"<textarea[^>]*id=\"team-\d\"[^>]*>\n(.*?)</textarea>", works.boss.text, re.DOTALL)
    assert [area.split("\n")[-1] for area in areas] == ["Still missing: Wu", "Still missing: Lin"]
    assert areas[1].split("\n")[1] == "Not completed yet: 1 of 2"


def test_in_chinese(works: Works) -> None:
    works.boss.headers = {"Accept-Language": "zh-CN"}
    works.boss.get(works.page)
    assert works.text() == (
        "提醒：Safe on ladders\n未完成：2 人（应学 3 人）\n截止日期：2026年3月9日（还有 7 天）\n"
        f"学习入口：{works.link}\nGlue（1 人）：Wu\nSaws（1 人）：Lin"
    )


def test_an_address_that_no_phone_reaches_is_in_no_text(works: Works, make_app: MakeApp) -> None:
    app = make_app(clock=works.clock)
    with learn(app).database.writing() as session:
        name = manager(session, Role.ADMIN, None, now=START).username
    boss = Visitor(app).sign_in(name or "")
    boss.get(works.page)
    assert "SUYU_LEARN_PUBLIC_URL" in boss.text
    assert "Until then the text has no link." in boss.text
    assert "Learn here" not in boss.text
    assert "Lin" in boss.text


def test_hostile_names_and_titles_on_the_page(works: Works) -> None:
    with learn(works.app).database.writing() as session:
        person = learner(session, now=START, name="</textarea><script>@all")
        works.given.to(session, person, now=START)
        name = manager(session, Role.ADMIN, None, now=START).username
    works.boss = Visitor(works.app).sign_in(name or "")
    works.boss.get(works.page)
    assert works.text().endswith("Without a unit (1 person): ＜/textarea＞＜script＞＠all")
    assert "</textarea><script>" not in works.boss.text


def test_of_very_many_the_text_names_the_first_and_the_list_all(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminder_texts, "MOST_NAMES", 1)
    works.boss.get(works.page)
    assert works.text().endswith("\nGlue (1 person): Wu\nand 1 more person")
    assert "The text names the first 1 of 2 people; the list to print names all." in works.boss.words
    works.boss.get(f"{works.page}?names=no")
    assert "The text names" not in works.boss.words
    works.boss.get(f"{works.page}/print")
    for name in ("Wu", "Lin"):
        assert name in works.boss.words


def test_the_list_to_print(works: Works) -> None:
    works.boss.get(f"{works.page}/print")
    assert works.boss.text.count('class="sl-team-page"') == 2
    for said in ("Glue", "Wu", "9 Mar 2026", "☐", "0453-3900000", "Not completed yet: 1 of 2"):
        assert said in works.boss.text
    works.boss.get(f"{works.page}/print?unit={works.saws}")
    assert works.boss.text.count('class="sl-team-page"') == 1


def test_nobody_is_left(works: Works) -> None:
    works.clock.advance(days=1)
    with learn(works.app).database.writing() as session:
        for member in session.scalars(select(ProgrammeMember)):
            member.completed_at = works.clock()
    works.boss.get(works.page)
    assert "Everybody has completed it." in works.boss.words
    assert "<textarea" not in works.boss.text
    works.boss.get(f"{works.page}/print")
    assert "Everybody has completed it." in works.boss.words


def test_those_who_have_not_sat_an_exam(app: Flask) -> None:
    with learn(app).database.writing() as session:
        saws = people.add_unit(session, "Saws", parent=None, now=START)
        learner(session, now=START, unit=saws, name="Lin")
        exam_id = published_exam(session, now=START, unit=saws).id
        name = manager(session, Role.ADMIN, None, now=START).username
    boss = Visitor(app).sign_in(name or "")
    boss.get(f"/manage/exams/{exam_id}")
    assert f"/manage/exams/{exam_id}/reminders" in boss.text
    boss.get(f"/manage/exams/{exam_id}/reminders")
    assert "Not sat yet: 1 of 1" in boss.words
    assert "Saws (1 person): Lin" in html.unescape(boss.text)


def test_who_is_sitting_an_exam_now_is_not_reminded_of_it(app: Flask) -> None:
    with learn(app).database.writing() as session:
        saws = people.add_unit(session, "Saws", parent=None, now=START)
        for name in ("Lin", "Wu"):
            learner(session, now=START, unit=saws, name=name, username=name.lower())
        exam_id = published_exam(session, now=START, unit=saws, attempts_allowed=2).id
        name = manager(session, Role.ADMIN, None, now=START).username
    boss = Visitor(app).sign_in(name or "")
    papers = [Visitor(app).sign_in(name).start(exam_id) for name in ("lin",)]
    boss.get(f"/manage/exams/{exam_id}/reminders")
    assert "Not sat yet: 1 of 2" in boss.words
    assert "1 person is sitting it now and is not reminded." in boss.words
    assert "Saws (1 person): Wu" in html.unescape(boss.text)
    assert "Lin" not in boss.text
    papers += [Visitor(app).sign_in("wu").start(exam_id)]
    boss.get(f"/manage/exams/{exam_id}/reminders")
    assert "Nobody who is due is missing. 2 people are sitting it now" in boss.words
    assert "<textarea" not in boss.text
    for paper in papers:
        paper.submit()
    Visitor(app).sign_in("lin").start(exam_id)  # once more: who has sat it is not missing anyhow
    boss.get(f"/manage/exams/{exam_id}/reminders")
    assert "Nobody who is due is missing." in boss.words
    assert "sitting it now" not in boss.words


# Channels


def kept(works: Works, **form: str) -> Visitor:
    values = {"kind": "wecom", "name": "Early shift", "unit": str(works.saws), "address": WECOM, "secret": "", **form}
    works.boss.get("/manage/reminders/new")
    works.boss.post("/manage/reminders/new", **values)
    return works.boss


def test_a_channel_is_kept_and_its_secret_never_shown_again(works: Works) -> None:
    kept(
        works, kind="dingtalk", address="https://oapi.dingtalk.com/robot/send?access_token=" + KEY, secret="SECsilence"
    )
    assert "The channel is saved." in works.boss.words
    assert "oapi.dingtalk.com…5aaa" in works.boss.words
    for path in ("/manage/reminders", "/manage/reminders/1/end"):
        works.boss.get(path)
        assert "Early shift" in works.boss.text
        assert "hush" not in works.boss.text
        assert "silence" not in works.boss.text
    with learn(works.app).database.reading() as session:
        assert "hush" not in "".join(str(row.detail) for row in session.scalars(select(AuditEntry)))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"address": "https://example.org/send?key=1"}, "This is not the address of such a robot."),
        ({"address": "http://169.254.169.254/latest"}, "This is not the address of such a robot."),
        ({"name": " "}, "Give the channel a name"),
        ({"unit": "4096"}, "Not a valid choice"),
        ({"unit": ""}, "This field is required."),
        ({"kind": "fax"}, "Not a valid choice"),
        ({"kind": "mail", "address": "team@example.org"}, "SUYU_LEARN_SMTP_HOST, SUYU_LEARN_SMTP_SENDER"),
        ({"kind": "dingtalk", "address": WECOM}, "https://oapi.dingtalk.com/robot/send"),
    ],
)
def test_what_is_no_channel_is_said_and_nothing_typed_is_lost(works: Works, form: dict[str, str], said: str) -> None:
    kept(works, **form)
    assert works.boss.page is not None
    assert works.boss.page.status_code == 422
    assert said in works.boss.words
    assert form.get("address", KEY) in html.unescape(works.boss.text)
    with learn(works.app).database.reading() as session:
        assert session.scalars(select(ReminderChannel)).all() == []


def test_a_foreign_unit_and_all_units_are_no_choice(works: Works) -> None:
    mill = Visitor(works.app).sign_in(works.mill_boss)
    works.boss = mill
    kept(works)
    assert "Not a valid choice" in mill.words


def test_trying_a_channel(works: Works) -> None:
    kept(works, address=f"{works.fake.origin}/send?key={KEY}")
    works.boss.post("/manage/reminders/1/test")
    assert "The message was taken." in works.boss.words
    assert works.fake.texts == ["This is a test of Suyu Learn: reminders will arrive here."]
    works.fake.reply = b'{"errcode": 93000, "errmsg": "invalid webhook url"}'
    works.boss.post("/manage/reminders/1/test")
    assert "The robot refused the message with the number 93000: “invalid webhook url”." in works.boss.words
    assert works.messages() == []


def test_ending_a_channel_twice(works: Works) -> None:
    kept(works)
    works.boss.get("/manage/reminders/1/end")
    for _ in range(2):
        works.boss.post("/manage/reminders/1/end")
        assert "“Early shift” has ended." in works.boss.words
    assert works.boss.get("/manage/reminders/1/end").status_code == 404


def tick(works: Works) -> None:
    works.app.test_cli_runner().invoke(args=["suyu", "tick"])


def test_a_failed_message_is_shown_and_sent_again_by_hand(works: Works) -> None:
    kept(works, address=f"{works.fake.origin}/send?key={KEY}")
    works.fake.status = 500
    tick(works)
    works.boss.get("/manage/reminders")
    assert "answered with the fault 500 and took nothing." in works.boss.words
    number = works.messages()[0].id
    again = f"/manage/reminders/messages/{number}/again"
    works.boss.post(again)
    assert works.messages()[0].state is ReminderState.FAILED
    works.fake.status = 200
    works.boss.post(again)
    assert "The message was taken." in works.boss.words
    assert works.messages()[0].state is ReminderState.SENT
    works.boss.post(again)
    assert "Somebody else has sent this message" in works.boss.words
    assert len(works.fake.texts) == 3
    assert works.boss.text.count("again") == 0


def test_what_got_stuck_can_be_sent_again_only_after_a_while(works: Works) -> None:
    kept(works, address=f"{works.fake.origin}/send?key={KEY}")
    tick(works)
    with learn(works.app).database.writing() as session:
        session.scalars(select(Reminder)).one().state = ReminderState.SENDING
    again = f"/manage/reminders/messages/{works.messages()[0].id}/again"
    works.boss.get("/manage/reminders")
    assert "being sent" in works.boss.words
    works.boss.post(again)
    assert len(works.fake.texts) == 1
    works.clock.advance(minutes=6)
    works.boss.get("/manage/reminders")
    assert "The server was stopped while it was sending." in works.boss.words
    works.boss.post(again)
    assert len(works.fake.texts) == 2
    assert works.messages()[0].state is ReminderState.SENT


def test_nobody_is_missing_any_more(works: Works) -> None:
    kept(works, address=f"{works.fake.origin}/send?key={KEY}")
    works.fake.status = 500
    tick(works)
    with learn(works.app).database.writing() as session:
        for member in session.scalars(select(ProgrammeMember)):
            member.completed_at = START
    works.boss.get("/manage/reminders")
    works.boss.post(f"/manage/reminders/messages/{works.messages()[0].id}/again")
    assert "Nobody is missing any more" in works.boss.words
    assert len(works.fake.messages) == 1
