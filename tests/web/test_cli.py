"""The commands, from an empty folder to an exported record."""

from __future__ import annotations

import builtins
import csv
import errno
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from suyu_learn.exports.delimited import Csv
from suyu_learn.models import Exam
from suyu_learn.services import bank
from suyu_learn.web import exporting
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.conftest import MakeApp
from tests.factories import PASSWORD, learn
from tests.question_types import draft

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("small_library"),
]


def _run(app: Flask, *words: str, status: int = 0) -> str:
    result = app.test_cli_runner().invoke(args=["suyu", *words])
    assert result.exit_code == status, result.output
    return str(result.output)


def test_init_twice_changes_nothing_and_prints_the_link(make_app: MakeApp) -> None:
    app = make_app(SUYU_LEARN_DEFAULT_LANGUAGE="en")
    first = _run(app, "init")
    assert re.search(r"\b(\d+) read, \1 stored", first)
    second = _run(app, "init")
    assert "stored" not in second
    assert "administrator (ADDRESS is where your server answers, for instance http://127.0.0.1:8000):" in second
    assert re.search(r"^ +ADDRESS/welcome/\S+$", second, re.M)


def test_the_commands_speak_the_default_language(app: Flask) -> None:
    said = _run(app, "init", "--address", "http://127.0.0.1:9000")
    assert re.search(r"读取 (\d+) 题，存入 \1 题，停用 0 题", said)
    assert "首位管理员" in said
    assert "已交卷 0 份" in _run(app, "tick")


@pytest.mark.parametrize(
    ("setting", "said", "link"),
    [("", "http://127.0.0.1:9000", "http://127.0.0.1:9000"), ("https://learn.example.org/", "", "https://learn.example.org"),
     ("https://learn.example.org", "http://127.0.0.1:9000", "https://learn.example.org")],
)  # fmt: skip
def test_init_prints_a_whole_link_where_the_address_is_known(
    make_app: MakeApp, setting: str, said: str, link: str
) -> None:
    app = make_app(SUYU_LEARN_PUBLIC_URL=setting)
    printed = _run(app, "init", *(["--address", said] if said else []))
    assert "ADDRESS" not in printed
    assert re.search(rf"^ +{re.escape(link)}/welcome/\S+$", printed, re.M)


def test_the_first_administrator_comes_from_the_link_once(app: Flask) -> None:
    token = re.search(r"/welcome/(\S+)", _run(app, "init"))[1]  # type: ignore[index]
    visitor = Visitor(app)
    visitor.get(f"/welcome/{token}")
    assert "At least 8 characters, and not your own name or number" in visitor.words
    assert 'aria-describedby="password-hint' in visitor.text
    visitor.post(f"/welcome/{token}", name="An Admin", username="admin", password="short")
    assert "at least 8 characters" in visitor.words
    assert 'value="An Admin"' in visitor.text
    visitor.post(f"/welcome/{token}", name="An Admin", username="admin", password="a walk in the woods")
    assert "An Admin" in visitor.words
    assert visitor.page is not None
    assert visitor.page.request.path == "/manage/"
    assert Visitor(app).get(f"/welcome/{token}").status_code == 400
    assert "welcome" not in _run(app, "init")


def test_an_exam_from_a_pack_to_an_export(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _run(app, "init")
    _run(app, "create-admin", "--name", "=Lin", "--username", "lin", "--password", PASSWORD)
    said = json.loads(
        _run(
            app,
            "create-exam",
            "--bank",
            "农民题库",
            "--questions",
            "20",
            "--minutes",
            "30",
            "--pass",
            "0",
            "--json",
        )
    )
    assert said["url"].endswith(f"/exams/{said['id']}")
    paper = Visitor(app).sign_in("lin").start(said["id"])
    assert len(paper.slots) == 20
    paper.submit()
    for name in ("records.csv", "records.xlsx"):
        _run(app, "export-records", "-o", str(tmp_path / name))
    with (tmp_path / "records.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert len(rows) == 2
    assert rows[1][1] == "'=Lin"
    sheet = openpyxl.load_workbook(tmp_path / "records.xlsx").active
    assert sheet["B2"].value == "=Lin"
    assert sheet["B2"].data_type == "s"
    monkeypatch.setitem(exporting.MOST_ROWS, "xlsx", 0)
    kept = (tmp_path / "records.xlsx").read_bytes()
    app.test_cli_runner().invoke(args=["suyu", "export-records", "-o", str(tmp_path / "records.xlsx")])
    assert (tmp_path / "records.xlsx").read_bytes() == kept


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["create-exam", "--bank", "nowhere", "--questions", "1", "--minutes", "1"], "no bank called"),
        (["export-records", "-o", "x.pdf"], "Tables leave as"),
        (["export-records", "--unit", "nowhere", "-o", "x.csv"], "no unit called"),
        (["create-admin", "--name", "A", "--username", "a", "--password", "12345"], "at least 8"),
    ],
)
def test_faults_are_one_sentence_and_status_two(make_app: MakeApp, words: list[str], sentence: str) -> None:
    app = make_app(SUYU_LEARN_DEFAULT_LANGUAGE="en")
    assert sentence in _run(app, *words, status=2)


MISSING, FOLDER, FULL = "nowhere/x", "folder", "full"


@pytest.mark.parametrize(
    ("words", "place", "sentence"),
    [
        (["export-records", "-o"], f"{MISSING}.csv", "or no folder for it"),
        (["export-records", "-o"], f"{MISSING}.xlsx", "or no folder for it"),
        (["export-records", "-o"], "a.txt/x.csv", "or no folder for it"),
        (["export-records", "-o"], f"{FULL}.csv", "no room left"),
        (["export-records", "-o"], f"{FULL}.xlsx", "no room left"),
        (["export-bank", "农民题库", "-o"], f"{MISSING}.zip", "or no folder for it"),
        (["export-bank", "农民题库", "-o"], f"{FULL}.zip", "no room left"),
        (["backup"], f"{MISSING}.zip", "or no folder for it"),
        (["restore"], "a.txt", "not a backup"),
        (["import-bank", "--bank", "B"], "barred.csv", "may not be read"),
        (["import-roster"], "barred.csv", "may not be read"),
        (["restore"], "barred.csv", "may not be read"),
        (["load"], "pack", "may not be read"),
    ],
)
def test_a_path_that_cannot_be_used_is_one_sentence(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], place: str, sentence: str
) -> None:
    app = make_app(SUYU_LEARN_DEFAULT_LANGUAGE="en")
    _run(app, "init")
    for ending in ("csv", "xlsx", "zip"):
        (tmp_path / f"{FULL}.{ending}").symlink_to("/dev/full")
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "barred.csv").write_text("x")
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "bank.toml").write_text("x")
    _bar(monkeypatch, tmp_path / "barred.csv", tmp_path / "pack" / "bank.toml")
    result = app.test_cli_runner().invoke(args=["suyu", *words, str(tmp_path / place)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def _bar(monkeypatch: pytest.MonkeyPatch, *barred: Path) -> None:
    """Refuse to read files, as the system does with everybody but root."""
    usual = io.open

    def refusing(file: Any, *given: Any, **more: Any) -> Any:
        if str(file) in {str(one) for one in barred}:
            raise PermissionError(errno.EACCES, "Permission denied", str(file))
        return usual(file, *given, **more)

    for module in (io, builtins):
        monkeypatch.setattr(module, "open", refusing)


@pytest.mark.parametrize(
    "words",
    [["import-roster"], ["import-bank", "--bank", "B"], ["restore"], ["load"], ["export-records", "-o"], ["backup"]],
)
def test_what_is_no_file_or_folder_where_one_is_asked_for(app: Flask, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "x.csv").write_text("x")
    wrong = tmp_path / "x.csv" if words == ["load"] else tmp_path
    said = _run(app, *words, str(wrong), status=2)
    assert "Traceback" not in said
    assert str(wrong) in said


def test_an_export_that_breaks_off_leaves_what_stood_there(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(app, "init")
    kept = tmp_path / "records.csv"
    kept.write_text("of yesterday")

    def full(*_given: Any, **_more: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Csv, "write", full)
    said = _run(app, "export-records", "-o", str(kept), status=2)
    assert str(kept) in said
    assert kept.read_text() == "of yesterday"
    assert [one.name for one in tmp_path.iterdir() if "records" in one.name] == [kept.name]


@pytest.mark.parametrize("name", ["nowhere/x.sqlite3", "no-database"])
def test_a_database_that_cannot_be_opened_is_one_sentence(make_app: MakeApp, tmp_path: Path, name: str) -> None:
    (tmp_path / "no-database").write_text("This is a letter, and long enough to be read as one. " * 10)
    app = make_app(SUYU_LEARN_DEFAULT_LANGUAGE="en", SUYU_LEARN_DATABASE_URL=f"sqlite:///{tmp_path}/{name}")
    result = app.test_cli_runner().invoke(args=["suyu", "tick"])
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "database cannot be used" in result.stderr


def test_too_many_questions_are_refused_with_the_count(app: Flask) -> None:
    _run(app, "init")
    said = _run(app, "create-exam", "--bank", "农民题库", "--questions", "500", "--minutes", "1", status=2)
    assert "45" in said
    with learn(app).database.reading() as session:
        assert session.query(Exam).count() == 0


def test_passages_stay_out_of_an_exam_made_by_command_and_it_says_so(make_app: MakeApp) -> None:
    app = make_app(SUYU_LEARN_DEFAULT_LANGUAGE="en")
    _run(app, "init")
    with learn(app).database.writing() as session:
        target = bank.find_bank(session, "农民题库")
        below = replace(draft("numeric"), uid="member", group="passage")
        for one in (draft("group", uid="passage"), below):
            bank.store(session, target, one, now=learn(app).now(), reviewer="a test")
    words = ["create-exam", "--bank", "农民题库", "--minutes", "10", "--questions"]
    assert "45 to draw from one by one. Passages (1) with their questions (1)" in _run(app, *words, "46", status=2)
    result = app.test_cli_runner().invoke(args=["suyu", *words, "45", "--json"])
    assert "Passages (1) with their questions (1) stay out" in result.stderr
    assert json.loads(result.stdout)["code"]


def test_every_command_has_help(app: Flask) -> None:
    for name in app.cli.commands["suyu"].commands:  # type: ignore[attr-defined]
        assert "--help" in _run(app, name, "--help")


def test_tick_closes_what_has_run_out(app: Flask, clock: FrozenClock) -> None:
    _run(app, "init")
    _run(app, "create-admin", "--name", "Lin", "--username", "lin", "--password", PASSWORD)
    said = json.loads(_run(app, "create-exam", "--bank", "农民题库", "--questions", "5", "--minutes", "10", "--json"))
    Visitor(app).sign_in("lin").start(said["id"])
    assert "已交卷 0 份" in _run(app, "tick")
    clock.advance(minutes=16)
    assert "已交卷 1 份" in _run(app, "tick")
