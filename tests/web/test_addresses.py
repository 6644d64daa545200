"""What addresses stand in links that leave the page, whatever a request says its host is."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from suyu_learn.content.formats.sheets import read_sheets
from suyu_learn.models import OneTimeLink, Role
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.conftest import MakeApp
from tests.factories import learn, manager, published_exam, stored_bank
from tests.rosters import workbook

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SETTING = "SUYU_LEARN_PUBLIC_URL"
INVENTED = "learn.attacker.example"


@dataclass
class Site:
    """A city with an exam and a person, and its administrator at a browser."""

    app: Flask
    unit: int
    person: int
    exam: int
    admin: Visitor

    def links(self) -> int:
        with learn(self.app).database.reading() as session:
            return session.scalar(select(func.count(OneTimeLink.id))) or 0


def _site(app: Flask, host: str) -> Site:
    here = learn(app)
    with here.database.writing() as session:
        people.install_audiences(session)
        unit = people.add_unit(session, "City", parent=None, now=here.now())
        person = people.add_person(session, "Wang Min", unit=unit, staff_number="0012", now=here.now())
        exam = published_exam(
            session, now=here.now(), source=stored_bank(session, now=here.now(), unit=unit), unit=unit
        )
        username = str(manager(session, Role.ADMIN, None, now=here.now(), home=unit).username)
        made = (unit.id, person.id, exam.id)
    visitor = Visitor(app)
    visitor.headers["Host"] = host
    return Site(app, *made, visitor.sign_in(username))


def _imported(site: Site) -> str:
    """The path of a roster that has been imported."""
    site.admin.get("/manage/imports/roster")
    file = (io.BytesIO(workbook(["姓名", "工号"], ["新人", "7"])), "roster.xlsx")
    reply = site.admin.post("/manage/imports/roster", follow=False, unit=str(site.unit), encoding="", file=file)
    path = reply.headers["Location"]
    site.admin.get(path)
    site.admin.post(path, do="apply", units_shown="1", create_units="1")
    return path


def test_an_invented_host_gets_no_link(make_app: MakeApp, clock: FrozenClock) -> None:
    site = _site(make_app(clock=clock), INVENTED)
    admin = site.admin
    said = f"set {SETTING} to the address of this site"
    for path in (f"/manage/exams/{site.exam}", f"/manage/exams/{site.exam}/poster", f"/manage/cards?unit={site.unit}",
                 f"/manage/cards/{site.person}"):  # fmt: skip
        assert admin.get(path).status_code == 200, path
        assert said in admin.words, path
        assert f'"http://{INVENTED}' not in admin.text, path
    assert admin.get(f"/manage/exams/{site.exam}/qr.png").status_code == 409
    assert admin.post("/manage/cards", unit=site.unit, who="all").status_code == 422
    assert admin.post(f"/manage/cards/{site.person}/reissue", pin="").status_code == 422
    admin.get(f"/manage/people/{site.person}")
    assert admin.post(f"/manage/people/{site.person}/password-link").status_code == 409
    assert said in admin.words
    assert "<textarea" not in admin.text
    path = _imported(site)
    assert said in admin.words
    assert "sign-in links" not in admin.words
    assert admin.post(f"{path}/sign-in.xlsx").status_code == 409
    assert said in admin.words
    assert site.links() == 0


def test_links_that_only_this_machine_opens_come_with_a_warning(make_app: MakeApp, clock: FrozenClock) -> None:
    site = _site(make_app(clock=clock), "127.0.0.1:8000")
    admin = site.admin
    said = "No phone can reach http://127.0.0.1:8000. To try it in one room"
    for path in (f"/manage/exams/{site.exam}", f"/manage/exams/{site.exam}/poster", f"/manage/cards?unit={site.unit}",
                 f"/manage/cards/{site.person}"):  # fmt: skip
        admin.get(path)
        assert said in admin.words, path
    admin.post(f"/manage/people/{site.person}/password-link")
    assert said in admin.words
    assert ">http://127.0.0.1:8000/password/" in admin.text
    path = _imported(site)
    assert said in admin.words
    assert admin.post(f"{path}/sign-in.xlsx").status_code == 200


@pytest.mark.parametrize(
    ("host", "settings", "base"),
    [
        ("192.168.1.20:8000", {}, "http://192.168.1.20:8000"),
        ("office-pc:8000", {}, "http://office-pc:8000"),
        ("office-pc.local", {}, "http://office-pc.local"),
        ("[fe80::7]:8000", {}, "http://[fe80::7]:8000"),
        (INVENTED, {SETTING: "https://learn.example.org/"}, "https://learn.example.org"),
        (INVENTED, {"SERVER_NAME": "learn.example.org"}, "http://learn.example.org"),
        ("a.example.org", {"TRUSTED_HOSTS": [".example.org"], "SERVER_NAME": "example.org"}, "http://a.example.org"),
    ],
)
def test_links_carry_what_is_vouched_for(
    make_app: MakeApp, clock: FrozenClock, host: str, settings: dict[str, object], base: str
) -> None:
    site = _site(make_app(clock=clock, **settings), host)
    site.admin.post(f"/manage/people/{site.person}/password-link")
    assert f">{base}/password/" in site.admin.text
    path = _imported(site)
    rows = read_sheets(site.admin.post(f"{path}/sign-in.xlsx").data, "a.xlsx")[0].rows
    assert rows[1][3].startswith(f"{base}/password/")


def test_under_a_trusted_name_nothing_is_missing(make_app: MakeApp, clock: FrozenClock) -> None:
    site = _site(make_app(clock=clock, TRUSTED_HOSTS=["learn.example.org"]), "learn.example.org")
    for path in (f"/manage/exams/{site.exam}", f"/manage/exams/{site.exam}/poster", f"/manage/cards/{site.person}"):
        site.admin.get(path)
        assert SETTING not in site.admin.words, path


def test_pages_of_an_app_below_a_path_know_where_they_are(app: Flask) -> None:
    site = _site(app, "localhost")

    def below(path: str, **more: object) -> TestResponse:
        return site.admin.client.get(path, base_url="http://localhost/city", headers={"Accept-Language": "en"}, **more)

    for path, name in (("/", "Home"), ("/courses", "Courses"), ("/manage/people", "Manage")):
        page = below(path, follow_redirects=True).get_data(as_text=True)
        assert re.findall(r'href="([^"]+)" aria-current="page">(\w+)<', page)[0][1] == name
        assert f'name="next" value="/city{path}"' in page  # where the switches of language and text come back to
        assert ("/manage.css" in page) is (name == "Manage")
    site.admin.post("/logout")
    asked = below("/courses?page=2").headers["Location"]
    assert (urlsplit(asked).path, parse_qs(urlsplit(asked).query)) == (
        "/city/login",
        {"next": ["/city/courses?page=2"]},
    )
