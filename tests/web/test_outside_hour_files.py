"""A table of hours learnt elsewhere in the browser: with one proof for all rows, and taken back as a whole."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import HoursEntry, Role
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import learn, learner, manager

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TABLE = """姓名,学习内容,办学单位,开始日期,学时,证明编号
An,Fire drill,Brigade,2026-02-02,2,AQ-001
Bo,Fire drill,Brigade,2026-02-02,2,
"""
PAGE = "/manage/outside-hours/import"


def test_a_table_with_one_proof_is_taken_in_and_back(app: Flask, clock: FrozenClock) -> None:
    here = learn(app)
    clock.set(START - timedelta(days=60))
    with here.database.writing() as session:
        works = people.add_unit(session, "Works", parent=None, now=clock())
        hr = manager(session, Role.HR, works, now=clock()).username or ""
        an, _bo = (learner(session, now=clock(), unit=works, name=name, username=name.lower()).id
                   for name in ("An", "Bo"))  # fmt: skip
    clock.set(START)
    clerk = Visitor(app).sign_in(hr)
    clerk.get("/manage/people")
    assert PAGE in clerk.text
    clerk.get(PAGE)
    assert "Files brought in before" not in clerk.words
    clerk.post(PAGE, file=_file(TABLE.encode(), "drill.csv"))
    assert "1 row is refused" in clerk.words
    assert "or bring one scan for the whole table" in clerk.words
    clerk.post(PAGE, file=_file(TABLE.encode(), "drill.csv"), proof=_file(b"MZ", "list.exe"))
    assert clerk.page is not None
    assert clerk.page.status_code == 422
    clerk.post(PAGE, file=_file(TABLE.encode(), "drill.csv"), proof=_file(b"%PDF-1.4 x", "list.pdf"))
    assert "2 rows go in" in clerk.words
    assert "One proof for all rows: list.pdf" in clerk.words
    clerk.post(_first(rf"{PAGE}/[\w-]+", clerk.text), do="apply")
    assert "2 entries of hours are in." in clerk.words

    there = Visitor(app).sign_in("an")
    there.get("/records")
    assert "Brigade · Number of the proof: AQ-001 · entered by" in there.words
    assert "drill.csv" not in there.words
    clerk.get(f"/manage/people/{an}/outside-hours")
    assert clerk.client.get(_first(r"/manage/people/\d+/outside-hours/\d+/proof", clerk.text)).data == b"%PDF-1.4 x"
    whole = _first(r"/manage/outside-hours/files/[\w-]+", clerk.text)
    clerk.get(PAGE)
    assert whole in clerk.text
    clerk.get(whole)
    for said in ("drill.csv", "Entries that stand 2", "Credit hours 4"):
        assert said in clerk.words
    clerk.post(whole, reason="")
    assert clerk.page is not None
    assert clerk.page.status_code == 422
    clerk.post(whole, reason="The drill was not held")
    assert "2 entries of hours are taken back." in clerk.words
    assert "taken back on 2 Mar 2026" in clerk.words
    clerk.get(f"/manage/people/{an}/outside-hours")
    assert "The drill was not held" in clerk.words
    with here.database.reading() as session:
        assert session.scalars(select(HoursEntry.hours).order_by(HoursEntry.id)).all() == [2, 2, -2, -2]
    there.get("/records")
    assert "The drill was not held" in there.words


def _file(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, text
    return found[0]
