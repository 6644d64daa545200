"""The stand-alone app answers in its own look and language, also where no route of ours is."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flask import Flask, abort
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from tests.browser_without_script import Visitor
from tests.conftest import MakeApp
from tests.factories import learn, stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The app as it runs for people, with a page beside ours that breaks."""
    app = make_app(TESTING=False)

    @app.get("/beside")
    def beside() -> str:
        raise ZeroDivisionError

    @app.get("/busy")
    def busy() -> str:
        abort(503)

    return app


def _is_ours(page: TestResponse) -> bool:
    return "sl-problem" in page.text and "default-src 'self'" in page.headers.get("Content-Security-Policy", "")


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/nowhere", 404, "没有这个页面"),
        ("GET", "/manage/nowhere/at/all", 404, "没有这个页面"),
        ("POST", "/courses", 405, "这个地址不支持这样的操作"),
        ("DELETE", "/login", 405, "这个地址不支持这样的操作"),
        ("GET", "/beside", 500, "服务器出了问题"),
        ("GET", "/busy", 503, "服务器出了问题"),
    ],
)
def test_errors_anywhere_have_our_page(app: Flask, method: str, path: str, status: int, words: str) -> None:
    page = app.test_client().open(path, method=method, headers={"Accept-Language": "zh-CN"})
    assert page.status_code == status
    assert words in page.text
    assert 'lang="zh-Hans"' in page.text
    assert _is_ours(page)
    assert ("Allow" in page.headers) is (status == 405)


def test_who_is_signed_in_stays_so_on_an_unknown_page(app: Flask) -> None:
    scene = stage(app)
    visitor = Visitor(app).sign_in(scene.username)
    assert visitor.get("/nowhere").status_code == 404
    assert "There is no such page." in visitor.words
    assert "Sign in" not in visitor.words


@pytest.mark.parametrize(
    ("method", "headers"),
    [("PUT", {}), ("GET", {"Accept": "application/json"}), ("POST", {"Content-Type": "application/json"})],
)
def test_scripts_get_json(app: Flask, method: str, headers: dict[str, str]) -> None:
    reply = app.test_client().open("/nowhere", method=method, headers={"Accept-Language": "en", **headers})
    assert reply.status_code == 404
    assert reply.json == {
        "reason": "page.unknown", "message": "There is no such page. Check the address, or start from the home page.",
    }  # fmt: skip


def test_too_large_is_said_with_the_limit(app: Flask) -> None:
    client = app.test_client()
    reply = client.post("/login", data={"username": "x" * (3 * 1024 * 1024)}, headers={"Accept-Language": "en"})
    assert reply.status_code == 413
    assert "The file is larger than 2 MB." in reply.text
    assert _is_ours(reply)


def test_without_a_database_there_still_is_a_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = stage(app)
    visitor = Visitor(app).sign_in(scene.username)

    def broken(**_: Any) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the disk is gone"))

    monkeypatch.setattr(learn(app).database, "open", broken)
    page = visitor.get("/")
    assert page.status_code == 500
    assert "Something went wrong on the server." in visitor.words
    assert _is_ours(page)
    page = visitor.get("/nowhere")
    assert page.status_code == 404


def test_a_session_that_was_known_is_refused_once_it_is_changed_or_old(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = stage(app)
    visitor = Visitor(app).sign_in(scene.username)
    for _known in range(2):
        assert visitor.get("/records").status_code == 200
    cookie = visitor.client.get_cookie("session")
    assert cookie is not None
    stranger = app.test_client()
    for value in (
        cookie.value[:-1] + ("A" if cookie.value[-1] != "A" else "B"),
        "x" + cookie.value,
        cookie.value + ".",
    ):
        stranger.set_cookie("session", value)
        assert stranger.get("/records").status_code == 302
    stranger.set_cookie("session", cookie.value)
    assert stranger.get("/records").status_code == 200
    later = time.time() + app.permanent_session_lifetime.total_seconds() + 60
    monkeypatch.setattr("time.time", lambda: later)
    assert stranger.get("/records").status_code == 302


def test_another_key_ends_sessions(app: Flask) -> None:
    scene = stage(app)
    visitor = Visitor(app).sign_in(scene.username)
    assert visitor.client.get("/records").status_code == 200
    app.secret_key = "another"
    assert visitor.client.get("/records").status_code == 302
