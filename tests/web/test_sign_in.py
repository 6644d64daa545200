"""Signing in: how long it lasts, on whose device, and what the next person finds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from suyu_learn.models import Grant, Person, Role
from suyu_learn.services import passwords, people, signing_in
from suyu_learn.services.signing_in import MOST_CANDIDATES
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.conftest import MakeApp
from tests.factories import PASSWORD, Stage, learn, learner, stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def given(app: Flask) -> Stage:
    return stage(app)


def cookies(response: object) -> dict[str, str]:
    return {line.split("=")[0]: line for line in response.headers.getlist("Set-Cookie")}  # type: ignore[attr-defined]


def signed_in_at(app: Flask, base: str) -> tuple[Any, Any]:
    """A browser that signed in at another address than localhost, and the answer to its form."""
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login", base_url=base).text)
    form = {"username": "lin", "password": PASSWORD, "csrf_token": token[1]}  # type: ignore[index]
    return client, client.post(
        "/login", base_url=base, data=form, headers={"Referer": f"{base}/login", "Accept-Language": "en"}
    )


def is_in(visitor: Visitor) -> bool:
    return "Hello" in visitor.get("/").get_data(as_text=True)


class TestOwnDevice:
    def test_one_stays_for_180_days_and_use_renews_them(self, app: Flask, given: Stage, clock: FrozenClock) -> None:
        visitor = Visitor(app).sign_in("lin")
        for days in (30, 179, 170):
            visitor.client.delete_cookie("session")
            clock.advance(days=days)
            assert is_in(visitor)
        visitor.client.delete_cookie("session")
        clock.advance(days=181)
        assert not is_in(visitor)

    def test_the_session_alone_does_not_outlast_them_either(self, app: Flask, given: Stage, clock: FrozenClock) -> None:
        visitor = Visitor(app).sign_in("lin")
        clock.advance(days=181)
        assert not is_in(visitor)

    def test_renewal_is_at_most_once_a_day(self, app: Flask, given: Stage, clock: FrozenClock) -> None:
        visitor = Visitor(app).sign_in("lin")
        assert "suyu_remember" not in cookies(visitor.get("/"))
        clock.advance(days=1)
        assert "suyu_remember" in cookies(visitor.get("/"))
        assert "suyu_remember" not in cookies(visitor.get("/"))

    def test_a_new_stamp_ends_it(self, app: Flask, given: Stage) -> None:
        visitor = Visitor(app).sign_in("lin")
        with learn(app).database.writing() as session:
            session.get_one(Person, given.person_id).stamp = "another"
        assert not is_in(visitor)

    def test_no_button_for_another_person(self, app: Flask, given: Stage) -> None:
        visitor = Visitor(app).sign_in("lin")
        visitor.get("/")
        assert "Another person" not in visitor.words


class TestSharedDevice:
    @pytest.fixture
    def visitor(self, app: Flask, given: Stage) -> Visitor:
        visitor = Visitor(app)
        visitor.get("/login")
        visitor.post("/login", username="lin", password=PASSWORD, shared="y")
        return visitor

    def test_it_ends_with_the_browser(self, visitor: Visitor) -> None:
        assert is_in(visitor)
        visitor.client.delete_cookie("session")
        assert not is_in(visitor)

    def test_it_ends_after_a_day_without_use(self, visitor: Visitor, clock: FrozenClock) -> None:
        clock.advance(days=1)
        assert is_in(visitor)
        clock.advance(days=2)
        assert not is_in(visitor)

    def test_another_person_is_one_tap(self, visitor: Visitor, given: Stage) -> None:
        for page in ("/", f"/exams/{given.exam_id}"):
            visitor.get(page)
            assert "Another person" in visitor.words
        visitor.post("/logout", next="/login")
        assert visitor.page is not None
        assert visitor.page.request.path == "/login"
        assert not is_in(visitor)

    def test_it_leaves_no_older_sign_in_behind(self, app: Flask, given: Stage) -> None:
        visitor = Visitor(app).sign_in("lin")
        assert visitor.client.get_cookie("suyu_remember")
        visitor.post("/logout")
        assert visitor.client.get_cookie("suyu_remember") is None

    def test_nobody_is_sent_elsewhere(self, visitor: Visitor) -> None:
        assert visitor.post("/logout", follow=False, next="https://evil.example/").location == "/login"


class TestPreferences:
    def test_large_text_and_language_come_along(self, app: Flask, given: Stage) -> None:
        visitor = Visitor(app).sign_in("lin")
        visitor.get("/")
        visitor.post("/elder", elder="1", next="/")
        visitor.post("/language", lang="zh_Hans", next="/")
        new = Visitor(app).sign_in("lin")
        new.get("/")
        assert "data-elder" in new.text
        assert '<html lang="zh-Hans"' in new.text

    def test_what_is_chosen_at_the_sign_in_page_is_kept_with_the_person(self, app: Flask, given: Stage) -> None:
        visitor = Visitor(app)
        visitor.get("/login")
        visitor.post("/elder", elder="1", next="/login")
        visitor.sign_in("lin")
        with learn(app).database.reading() as session:
            assert session.get_one(Person, given.person_id).elder

    def test_the_next_person_begins_anew(self, app: Flask, given: Stage) -> None:
        visitor = Visitor(app).sign_in("lin")
        visitor.post("/elder", elder="1", next="/")
        visitor.post("/logout")
        visitor.get("/login")
        assert "data-elder" not in visitor.text


class TestScheme:
    def test_cookies_are_secure_over_https_only(self, app: Flask, given: Stage) -> None:
        for scheme, secure in (("http", False), ("https", True)):
            sent = cookies(signed_in_at(app, f"{scheme}://learn.example.org")[1])
            assert {"session", "suyu_remember", "suyu_browser"} <= set(sent)
            for line in sent.values():
                assert ("; Secure" in line) is secure, line
                assert "; HttpOnly" in line
                assert "; SameSite=Lax" in line

    @pytest.mark.parametrize(("proxies", "secure"), [(0, False), (1, True)])
    def test_forwarded_headers_are_believed_when_told_so(
        self, make_app: MakeApp, app: Flask, given: Stage, proxies: int, secure: bool
    ) -> None:
        client = make_app(SUYU_LEARN_PROXIES=str(proxies)).test_client()
        page = client.get("/login", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "1.2.3.4"})
        assert ("; Secure" in cookies(page)["session"]) is secure

    @pytest.mark.parametrize(
        ("base", "warned"),
        [("http://192.168.1.20:8000", True), ("http://localhost", False), ("https://learn.example.org", False)],
    )
    def test_administrators_are_warned_over_plain_http(
        self, app: Flask, given: Stage, clock: FrozenClock, base: str, warned: bool
    ) -> None:
        with learn(app).database.writing() as session:
            session.add(Grant(person_id=given.person_id, role=Role.ADMIN, granted_at=clock()))
        client = signed_in_at(app, base)[0]
        page = client.get("/", base_url=base, headers={"Accept-Language": "en"}).get_data(as_text=True)
        assert ("open over http" in page) is warned


def test_the_remember_cookie_lasts_180_days(app: Flask, given: Stage) -> None:
    visitor = Visitor(app)
    visitor.get("/login")
    line = cookies(visitor.post("/login", follow=False, username="lin", password=PASSWORD))["suyu_remember"]
    assert f"Max-Age={180 * 24 * 3600}" in line


def test_slips_are_told_what_to_do(app: Flask, given: Stage) -> None:
    visitor = Visitor(app)
    visitor.get("/login")
    statuses = [visitor.post("/login", username="lin", password="wrong").status_code for _ in range(4)]
    assert statuses == [422, 422, 422, 429]
    assert "wait 1 seconds" in visitor.words or "wait 2 seconds" in visitor.words
    assert 'value="lin"' in visitor.text


def test_a_staff_number_that_several_share(app: Flask, given: Stage) -> None:
    """Numbers are unique only below one top unit: each is let in by it, until too many share it."""
    with learn(app).database.writing() as session:
        for number in range(MOST_CANDIDATES):
            top = people.add_unit(session, f"Top {number}", parent=None, now=learn(app).now())
            person = learner(session, now=learn(app).now(), name=f"Sharer {number}", unit=top)
            person.staff_number = "1001"
            person.password_hash = passwords.make_hash(f"{PASSWORD} {number}")
    last = Visitor(app).sign_in("1001", f"{PASSWORD} {MOST_CANDIDATES - 1}")
    assert f"Sharer {MOST_CANDIDATES - 1}" in last.text
    with learn(app).database.writing() as session:
        top = people.add_unit(session, "One more", parent=None, now=learn(app).now())
        learner(session, now=learn(app).now(), unit=top, username="own").staff_number = "1001"
    assert "Too many people share this number" in Visitor(app).sign_in("1001").words
    assert is_in(Visitor(app).sign_in("own"))


def test_an_old_password_is_worth_nothing_once_it_was_changed(
    app: Flask, given: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the change comes while the old one is being checked."""
    check = signing_in.verified

    def verified_late(password: str, among: Any) -> Any:
        found = check(password, among)
        with learn(app).database.writing() as session:
            signing_in.end_sign_ins(session.get_one(Person, given.person_id))
        return found

    monkeypatch.setattr(signing_in, "verified", verified_late)
    visitor = Visitor(app).sign_in("lin")
    assert "The name or the password is wrong" in visitor.words
    assert not is_in(visitor)


def test_a_token_of_a_sign_in_is_worth_nothing_in_the_next_one(app: Flask, given: Stage) -> None:
    visitor = Visitor(app).sign_in("lin")
    visitor.get("/")
    mine = visitor.token
    visitor.post("/logout")
    after = visitor.token
    assert after != mine
    refused = visitor.post("/login", csrf_token=mine, username="lin", password=PASSWORD, own_device="y")
    assert refused.status_code == 400
    visitor.sign_in("lin")
    for old in (mine, after):
        assert visitor.post("/logout", csrf_token=old).status_code == 400
        assert is_in(visitor)
