"""The order in which the learner's home names exams."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from suyu_learn.models import Unit
from tests.browser_without_script import Visitor
from tests.clock import START
from tests.factories import learn, published_exam, stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_what_can_be_done_stands_before_what_is_done(app: Flask) -> None:
    given = stage(app, title="Done", closes_at=START + timedelta(days=1))
    with learn(app).database.writing() as session:
        unit = session.get_one(Unit, 1)
        published_exam(session, now=START, unit=unit, title="To come", opens_at=START + timedelta(hours=1),
                       closes_at=START + timedelta(days=2))  # fmt: skip
        published_exam(session, now=START, unit=unit, title="Open", closes_at=START + timedelta(days=3))
        sat = published_exam(session, now=START, unit=unit, title="Under way", closes_at=START + timedelta(days=4)).id
    lin = Visitor(app).sign_in("lin")
    lin.start(given.exam_id).submit()
    lin.start(sat)
    lin.get("/")
    assert re.findall(r'sl-exam__title"><a href="[^"]*">([^<]*)<', lin.text) == ["Under way", "Open", "To come", "Done"]
