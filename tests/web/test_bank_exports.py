"""Questions leaving a bank: on the page, from the command line, and into another bank."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from suyu_learn.content import pictures
from suyu_learn.models import AuditEntry, Bank, Media, Question, QuestionVersion, Role
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.factories import learn, manager, multiple, pictured, stored_bank, stored_picture, true_false
from tests.pictures import drawing

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def town(app: Flask) -> dict[str, Any]:
    """A bank of three questions, one with a picture, an empty one beside it, and their keeper."""
    here = learn(app)
    now = here.now()
    with here.database.writing() as session:
        mill = people.add_unit(session, "Mill", parent=None, now=now)
        sha = stored_picture(app, session, drawing())
        questions = [pictured(sha), multiple(1), true_false(2)]
        full = stored_bank(session, now=now, unit=mill, name="Full", questions=questions)
        empty = stored_bank(session, now=now, unit=mill, name="Empty", questions=[])
        keeper = manager(session, Role.ORGANIZER, mill, now=now).username
        return {"full": full.id, "empty": empty.id, "keeper": keeper, "sha": sha}


def test_a_bank_leaves_as_a_pack_and_comes_into_another(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keeper"])
    keeper.get(f"/manage/bank/{town['full']}")
    assert f"/manage/bank/{town['full']}/download" in keeper.text
    keeper.get(f"/manage/bank/{town['full']}/download?format=pack")
    assert "carries everything" in keeper.words
    assert "3 questions" in keeper.words
    reply = keeper.post(f"/manage/bank/{town['full']}/download", format="pack")
    assert reply.mimetype == "application/zip"
    content = reply.get_data()
    assert int(reply.headers["Content-Length"]) == len(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert f"questions/media/{town['sha']}.png" in archive.namelist()
    here = learn(app)
    with here.database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "bank.exported")).one()
        assert (entry.detail["format"], entry.detail["questions"]) == ("pack", 3)
    keeper.get(f"/manage/bank/{town['empty']}/import")
    keeper.post(f"/manage/bank/{town['empty']}/import", file=(io.BytesIO(content), "full.zip"), encoding="")
    assert "3 of 3 questions can be taken in" in keeper.words
    assert "comes in under a new one" in keeper.words
    assert keeper.page is not None
    keeper.post(keeper.page.request.path + "/apply")
    with here.database.reading() as session:
        uids = session.scalars(select(Question.uid)).all()
        assert len(uids) == len(set(uids)) == 6
        bodies = session.scalars(
            select(QuestionVersion.body).join(Question, Question.id == QuestionVersion.question_id)
            .where(Question.bank_id == town["empty"])
        ).all()  # fmt: skip
        assert {sha for body in bodies for sha in pictures.named_in(body)} == {town["sha"]}
        assert session.scalar(select(func.count()).select_from(Media)) == 1


def test_what_is_looked_for_leaves_alone(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keeper"])
    keeper.get(f"/manage/bank/{town['full']}/download?type=multiple&format=pack")
    assert "1 question" in keeper.words
    content = keeper.post(f"/manage/bank/{town['full']}/download?type=multiple", format="pack").get_data()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("questions/0001.toml").decode().count("[[question]]") == 1
    keeper.get(f"/manage/bank/{town['full']}/download?type=essay")
    assert "Nothing matches" in keeper.words
    assert keeper.post(f"/manage/bank/{town['full']}/download?type=essay", format="pack").status_code == 400
    assert keeper.post(f"/manage/bank/{town['full']}/download", format="none").status_code == 400


def test_a_picture_whose_file_is_gone_is_told(app: Flask, town: dict[str, Any]) -> None:
    for path in learn(app).media_folder.glob("??/*"):
        path.unlink()
    keeper = Visitor(app).sign_in(town["keeper"])
    keeper.get(f"/manage/bank/{town['full']}/download?format=pack")
    reply = keeper.post(f"/manage/bank/{town['full']}/download", format="pack")
    assert reply.status_code == 400
    assert "gone from this server" in keeper.words


def test_the_command_line_writes_and_reads_the_same(app: Flask, town: dict[str, Any], tmp_path: Path) -> None:
    runner, file = app.test_cli_runner(), tmp_path / "full.zip"
    said = runner.invoke(args=["suyu", "export-bank", "Full", "-o", str(file), "--json"])
    assert json.loads(said.stdout) == {"questions": 3, "losses": []}
    said = runner.invoke(args=["suyu", "import-bank", str(file), "--bank", "Anew", "--json"])
    assert json.loads(said.stdout)["imported"] == 3
    assert {one["code"] for one in json.loads(said.stdout)["warnings"]} == {"bank.uid_new"}
    assert runner.invoke(args=["suyu", "export-bank", "Full", "--format", "x", "-o", str(file)]).exit_code == 2
    with learn(app).database.reading() as session:
        assert session.scalars(select(Bank.name).order_by(Bank.id.desc())).first() == "Anew"
