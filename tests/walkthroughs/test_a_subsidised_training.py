"""A subsidised training from its first day to the day on which the numbers are gone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from suyu_learn.content.formats.sheets import read_sheets
from suyu_learn.models import AuditEntry, IdentityNumber
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.conftest import MakeApp
from tests.factories import learn
from tests.identity_numbers import KEY, PURPOSE, asked, number, seen_on


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_bureau_gets_the_numbers_and_nobody_keeps_them(make_app: MakeApp, clock: FrozenClock) -> None:
    app = make_app(clock=clock, SUYU_LEARN_IDENTITY_KEYS=KEY)
    mill = asked(app, now=clock(), asks=False)

    # HR sees that the bureau's form wants the numbers, and lets the programme ask.
    hr = Visitor(app).sign_in(mill.hr.username or "")
    hr.get("/manage/identity")
    assert "asks for none" in hr.words
    hr.get(mill.desk)
    hr.post(mill.desk, purpose=PURPOSE, keep_until="2026-06-30")
    hr.get("/manage/identity")
    assert "30 Jun 2026" in hr.words

    # Li Xia reads what for, mistypes one digit, and gives it; Wang Wu would rather not.
    li, wang = (Visitor(app).sign_in(one.username or "") for one in (mill.worker, mill.other))
    for one in (li, wang):
        one.get("/")
        one.get(mill.way)
        assert PURPOSE in one.words
    li.post(mill.way, action="give", number="231003 19900101 0011", seen=seen_on(li))
    assert "does not fit the others" in li.words
    li.post(mill.way, action="give", number=number(), seen=seen_on(li))
    wang.post(mill.way, action="decline", seen=seen_on(wang))
    wang.get(f"/programmes/{mill.programme.key}")
    assert "Number declined" in wang.words

    # HR sees who has decided what, and no number; the reader takes the one there is along, for the bureau.
    hr.get(mill.desk)
    assert "Given by 1 of 3 Declined or withdrawn 1" in hr.words
    assert number() not in hr.text
    reader = Visitor(app).sign_in(mill.reader.username or "")
    reader.get("/manage/")
    assert "/manage/identity" in reader.text
    reader.get(mill.desk)
    sent = reader.post(f"{mill.desk}/export", format="xlsx", reason="report_upwards")
    [_headings, row, *rest] = read_sheets(sent.data, "a.xlsx")[0].rows
    assert (row[0], row[3], rest) == ("Li Xia", number(), [])

    # The training is over, and so is the day that was promised: the night's tick deletes what is left.
    clock.advance(days=121)
    done = app.test_cli_runner().invoke(args=["suyu", "tick"])
    assert "1 identity number deleted" in done.output or "1 个" in done.output, done.output
    li.get(mill.way)
    assert "Number deleted, its purpose is over" in li.words
    with learn(app).database.reading() as session:
        assert set(session.scalars(select(IdentityNumber.cipher))) == {""}
        told = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("identity.%"))).all()
        entries = session.scalars(select(AuditEntry)).all()
    assert told == ["identity.asked", "identity.given", "identity.declined", "identity.exported",
                    "identity.exported.done", "identity.ended"]  # fmt: skip
    assert all(number() not in f"{entry.detail} {entry.reason}" for entry in entries)
