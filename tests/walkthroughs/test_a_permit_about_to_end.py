"""A works keeps the permits of its people; one is about to end, is warned of everywhere, and is renewed.

Worked out by hand: a forklift permit of 11 January 2023 is valid for four years, until 10 January 2027. It is warned of
from sixty days before that on: from 11 November 2026. A welder's permit of 20 January 2024 has its review after three
years, by 19 January 2027: from 20 November 2026.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from suyu_learn.models import Role
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import learn, learner, manager

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Works:
    app: Flask
    clock: FrozenClock
    lin: int
    wu: int

    def at(self, month: int, day: int, hour: int = 0, *, year: int = 2026) -> None:
        self.clock.set(datetime(year, month, day, hour, tzinfo=ZONE))

    def hr(self) -> Visitor:
        return Visitor(self.app).sign_in("hr")

    def home(self, who: str) -> str:
        visitor = Visitor(self.app).sign_in(who)
        visitor.get("/")
        return visitor.words

    def card(self) -> str:
        hr = self.hr()
        hr.get("/manage/")
        found = re.search(r"Certificates of others (.*?) Statistics ", hr.words)
        return found[1] if found else ""


@pytest.fixture
def works(app: Flask, clock: FrozenClock) -> Works:
    clock.set(datetime(2026, 10, 1, 9, tzinfo=ZONE))
    before = clock() - timedelta(days=900)
    with learn(app).database.writing() as session:
        unit = people.add_unit(session, "Pine Works", parent=None, now=before)
        yard = people.add_unit(session, "Yard", parent=unit, now=before)
        manager(session, Role.HR, unit, now=before).username = "hr"
        lin = learner(session, now=before, unit=yard, name="Lin", username="lin")
        wu = learner(session, now=before, unit=unit, name="Wu", username="wu")
        return Works(app, clock, lin.id, wu.id)


def _enter(works: Works, person: int, **said: str) -> Visitor:
    hr, path = works.hr(), f"/manage/people/{person}/outside-certificates"
    hr.get(path)
    scan = (io.BytesIO(b"%PDF-1.4 a permit"), "permit.pdf")
    hr.client.post(path, data={"csrf_token": hr.token, "file": scan, **said},
                   headers=hr.headers, content_type="multipart/form-data")  # fmt: skip
    hr.get(path)
    return hr


def test_a_permit_about_to_end_is_warned_of_and_renewed(works: Works) -> None:
    hr = _enter(works, works.lin, kind="special-equipment", detail="N1", number="N1-7", issued_on="2023-01-11")
    assert "Valid until: 10 Jan 2027" in hr.words
    _enter(works, works.wu, kind="special-work", detail="Welding", number="T31010119800101123X", issued_on="2024-01-20")
    works.at(11, 10, 23)
    assert "Your certificate" not in works.home("lin")
    assert works.card() == "Permits for special work, forklift, safety: who has which until when"
    works.at(11, 11)
    assert "N1” ends on 10 Jan 2027. Ask HR about the next one in time." in works.home("lin")
    assert "Your certificate" not in works.home("wu")
    assert works.card() == "1 comes due within 60 days"
    works.at(11, 20)
    assert "has to be reviewed by 19 Jan 2027" in works.home("wu")
    assert works.card() == "2 come due within 60 days"
    works.at(1, 11, year=2027)
    assert "has been over since 10 Jan 2027: you may not do this work with it." in works.home("lin")
    assert works.card() == "1 certificate is over; 1 comes due within 60 days"
    hr = works.hr()
    hr.get("/manage/outside-certificates?due=over")
    assert "1 certificate found" in hr.words
    assert "over since 10 Jan 2027" in hr.words
    hr.get("/manage/outside-certificates")
    assert "T3101**********123X" in hr.words  # the identity number within stays with HR's page of the person
    path = f"/manage/people/{works.lin}/outside-certificates"
    hr.get(path)
    [renew] = re.findall(rf'href="({path}/\d+/renew)"', hr.text)
    hr.get(renew)
    assert 'value="N1-7"' in hr.text
    hr.post(renew, kind="special-equipment", detail="N1", number="N1-7", issued_on="2027-01-08", valid_until="",
            review_on="", issuer="", note="")  # fmt: skip
    assert "Valid until: 7 Jan 2031" in hr.words
    assert "Valid until: 10 Jan 2027" in hr.words  # as history
    assert "Your certificate" not in works.home("lin")
    assert works.card() == "1 comes due within 60 days"
    lin = Visitor(works.app).sign_in("lin")
    lin.get("/records")
    assert "valid until 7 Jan 2031" in lin.words


def test_a_table_is_looked_at_taken_in_and_taken_along(works: Works) -> None:
    hr, path = works.hr(), "/manage/outside-certificates/import"
    table = "姓名,证书类别,证书编号,发证日期\nLin,叉车,0012,2023-01-11\nLin,叉车,,2023-01-11\nZhao,叉车,9,2023-01-11\n"
    hr.get(path)
    answer = hr.client.post(
        path, data={"csrf_token": hr.token, "file": (io.BytesIO(table.encode()), "c.csv")}, headers=hr.headers,
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 303
    there = answer.headers["Location"]
    hr.get(there)
    for said in ("1 row goes in", "2 rows are refused", "Nothing is entered yet", "Zhao"):
        assert said in hr.words
    left = hr.get(f"{there}/left-out.xlsx")
    assert left.data.startswith(b"PK")
    hr.post(there, do="apply")
    assert "1 certificate is entered." in hr.words
    hr.get("/manage/outside-certificates")
    assert "0012" in hr.words
    file = hr.post("/manage/outside-certificates/export", format="csv", reason="inspection", due="")
    assert file.data.decode("utf-8-sig").splitlines()[1].startswith("Lin,")
    assert ",0012," in file.data.decode("utf-8-sig")
    assert hr.get(f"{path}/template.xlsx").data.startswith(b"PK")
    hr.post(there, do="discard")
    assert hr.get(there).status_code == 404


def test_a_form_that_was_refused_keeps_what_was_typed(works: Works) -> None:
    hr, path = works.hr(), f"/manage/people/{works.lin}/outside-certificates"
    hr.get(path)
    hr.post(
        path, kind="special-work", number="T9", issued_on="2024-01-20", valid_until="2023-01-01", note="From the fair"
    )
    assert "The last day lies before the day of issue." in hr.words
    assert 'value="From the fair"' in hr.text
    hr.get("/manage/outside-kinds")
    assert "72 months" in hr.words
    assert "to be confirmed" in hr.words
    hr.post("/manage/outside-kinds/new", name="Crane signaller", valid_months="0", review_months="")
    assert "Give whole months from 1 to 600" in hr.words
    hr.post("/manage/outside-kinds/new", name="Crane signaller", valid_months="24", review_months="")
    assert "Crane signaller" in hr.words
    assert hr.get("/manage/outside-kinds/special-work").status_code == 403
