"""Mounted in a foreign app with its own Flask-SQLAlchemy, Flask-Login, CSRFProtect and Babel: nothing of it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask_login
import pytest
from flask import Flask, redirect, render_template_string, request
from flask_babel import Babel, gettext
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import generate_csrf
from wtforms import StringField
from wtforms.validators import InputRequired

from suyu_learn import HostPerson, SuyuLearn, hookimpl, migrations
from suyu_learn.services import people
from tests.browser_without_script import Paper, Visitor
from tests.factories import learn, published_exam, stored_bank

Host = Callable[..., Flask]


class HostLogin:
    """How a host tells who is there: ten lines."""

    @hookimpl
    def find_person(self) -> HostPerson | None:
        user = flask_login.current_user
        if not user.is_authenticated:
            return None
        return HostPerson(key=user.get_id(), name=f"Host user {user.get_id()}", unit="Host City")


class User(flask_login.UserMixin):
    def __init__(self, number: str) -> None:
        self.id = number


@pytest.fixture
def host() -> Iterator[Callable[..., Flask]]:
    """Make small apps of somebody else's; their connections are closed in the end."""
    made: list[Flask] = []

    def make(url: str, *, mounted: bool) -> Flask:
        made.append(_host(url, mounted=mounted))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            for engine in app.extensions["sqlalchemy"].engines.values():
                engine.dispose()
        if "suyu_learn" in app.extensions:
            learn(app).database.dispose()


def _host(url: str, *, mounted: bool) -> Flask:
    app = Flask(__name__)
    app.config.update(
        TESTING=True, SECRET_KEY="the host's", SQLALCHEMY_DATABASE_URI=url, SUYU_LEARN_DATABASE_URL=url,
        SUYU_LEARN_URL_PREFIX="/learn",
    )  # fmt: skip
    db = SQLAlchemy(app)
    manager = flask_login.LoginManager(app)
    CSRFProtect(app)
    Babel(app, locale_selector=lambda: "en")

    class Note(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)
        text = db.Column(db.String(100))

    class NoteForm(FlaskForm):
        text = StringField("Text", [InputRequired()])

    @manager.user_loader
    def load(number: str) -> User:
        return User(number)

    @app.get("/")
    def front() -> str:
        return render_template_string("<h1>{{ _('Host') }}</h1>{{ current_user.is_authenticated }}", _=gettext)

    @app.post("/enter")
    def enter() -> Any:
        flask_login.login_user(User(request.form["number"]))
        return redirect("/")

    @app.route("/notes", methods=["GET", "POST"])
    def notes() -> Any:
        form = NoteForm()
        if form.validate_on_submit():
            db.session.add(Note(text=form.text.data))
            db.session.commit()
            return redirect("/notes")
        texts = [note.text for note in Note.query.all()]
        return render_template_string(
            "<form method=post>{{ form.hidden_tag() }}{{ form.text }}</form>{{ texts|join(',') }}",
            form=form,
            texts=texts,
        )

    @app.get("/token")
    def token() -> str:
        return f'<input name="csrf_token" value="{generate_csrf()}">'

    with app.app_context():
        db.create_all()
    if mounted:
        SuyuLearn(app, plugins=[HostLogin()])
        migrations.upgrade(learn(app).database)
    return app


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'host.sqlite3'}"
    return str(request.getfixturevalue("postgres_database"))


def _behaviour(app: Flask) -> list[Any]:
    """Everything a visitor of the host sees, except what is random."""
    client = app.test_client()
    seen: list[Any] = []

    def note(response: Any) -> None:
        headers = {name: value for name, value in response.headers if name not in {"Set-Cookie", "Content-Length"}}
        body = response.get_data(as_text=True)
        seen.append((response.status_code, headers, body.split("csrf_token")[0]))

    note(client.get("/"))
    note(client.get("/nowhere"))
    note(client.post("/notes", data={"text": "without token"}))
    token = client.get("/token").get_data(as_text=True).split('value="')[1].split('"')[0]
    note(client.post("/enter", data={"number": "7", "csrf_token": token}))
    note(client.get("/"))
    note(client.post("/notes", data={"text": "with token", "csrf_token": token}))
    note(client.get("/notes"))
    return seen


def test_the_host_is_unchanged(host: Host, tmp_path: Path) -> None:
    plain = host(f"sqlite:///{tmp_path / 'a.sqlite3'}", mounted=False)
    mounted = host(f"sqlite:///{tmp_path / 'b.sqlite3'}", mounted=True)
    assert _behaviour(mounted) == _behaviour(plain)
    ours = {"suyu_learn"}
    assert set(mounted.extensions) - set(plain.extensions) == ours
    assert mounted.jinja_env.globals.keys() == plain.jinja_env.globals.keys()
    assert mounted.jinja_env.filters.keys() == plain.jinja_env.filters.keys()
    assert mounted.error_handler_spec[None] == plain.error_handler_spec[None]
    assert [f.__name__ for f in mounted.after_request_funcs[None]] == [
        f.__name__ for f in plain.after_request_funcs[None]
    ]
    assert len(mounted.before_request_funcs[None]) == len(plain.before_request_funcs[None])
    assert len(mounted.template_context_processors[None]) == len(plain.template_context_processors[None])
    assert mounted.teardown_appcontext_funcs == plain.teardown_appcontext_funcs or len(
        mounted.teardown_appcontext_funcs
    ) == len(plain.teardown_appcontext_funcs)
    changed = {key for key in mounted.config if mounted.config[key] != plain.config.get(key)}
    assert changed <= {"SQLALCHEMY_DATABASE_URI", "SUYU_LEARN_DATABASE_URL"}
    new_rules = {str(rule) for rule in mounted.url_map.iter_rules()} - {
        str(rule) for rule in plain.url_map.iter_rules()
    }
    assert new_rules
    assert all(rule.startswith("/learn/") for rule in new_rules)


def test_an_exam_is_taken_with_the_login_of_the_host(host: Host, empty_url: str) -> None:
    app = host(empty_url, mounted=True)
    here = learn(app)
    with here.database.writing() as session:
        unit = people.add_unit(session, "Host City", parent=None, now=here.now())
        exam = published_exam(
            session, now=here.now(), source=stored_bank(session, now=here.now(), unit=unit), unit=unit
        )
        number = exam.id
    visitor = Visitor(app)
    assert visitor.get(f"/learn/exams/{number}").status_code == 401
    visitor.page = visitor.client.get("/token")
    visitor.post("/enter", number="42")
    visitor.get(f"/learn/exams/{number}")
    visitor.post(f"/learn/exams/{number}/attempts")
    paper = Paper(visitor)
    assert "Host user 42" in visitor.words
    reply = visitor.put(f"/learn{paper.path}/answers/1", {"epoch": 1, "seq": 1, "response": "right"}, token=paper.token)
    assert reply.status_code == 200, reply.json
    visitor.post(f"/learn{paper.path}/submit")
    assert "20" in visitor.words
    assert visitor.get("/learn/").status_code == 200


def test_mounting_twice_teaches(host: Host, tmp_path: Path) -> None:
    app = host(f"sqlite:///{tmp_path / 'c.sqlite3'}", mounted=True)
    with pytest.raises(RuntimeError, match="already mounted"):
        SuyuLearn(app)


def test_a_host_brings_its_own_layout(host: Host, tmp_path: Path) -> None:
    app = host(f"sqlite:///{tmp_path / 'd.sqlite3'}", mounted=False)
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "host.html").write_text(
        "<!doctype html><title>{% block title %}{% endblock %}</title><p>The host's own head</p>"
        '{% include "suyu_learn/partials/_assets.html" %}{% block content %}{% endblock %}'
    )
    app.template_folder = str(folder)
    app.config["SUYU_LEARN_LAYOUT"] = "host.html"
    SuyuLearn(app, plugins=[HostLogin()])
    migrations.upgrade(learn(app).database)
    visitor = Visitor(app)
    visitor.page = visitor.client.get("/token")
    visitor.post("/enter", number="42")
    response = visitor.get("/learn/")
    assert "The host's own head" in visitor.text
    assert "Host user 42" in visitor.words
    assert "Content-Security-Policy" not in response.headers
    assert "/app.css" in visitor.text
    assert "/main.js" in visitor.text
    assert "/manage." not in visitor.text
    visitor.get("/learn/manage/")
    assert "The host's own head" in visitor.text
    assert visitor.text.index("/app.css") < visitor.text.index("/manage.css") < visitor.text.index("/manage.js")
    assert "/main.js" not in visitor.text
