"""A backup brings everything back elsewhere, on either database, and never half of it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from suyu_learn.models import Attempt, Base, Completion, Person
from suyu_learn.services import people, sitting
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import learn, learner, stage

ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _run(app: Flask, *words: str, status: int = 0) -> str:
    result = app.test_cli_runner().invoke(args=["suyu", *words])
    assert result.exit_code == status, (result.output, result.exception)
    return str(result.output)


def _counts(app: Flask) -> dict[str, int]:
    with learn(app).database.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
            if name != "suyu_audit_entry"
        }


@pytest.fixture
def app(make_app: Callable[..., Flask], clock: FrozenClock) -> Flask:
    """The app, whose commands speak English here."""
    return make_app(clock=clock, SUYU_LEARN_DEFAULT_LANGUAGE="en")


@pytest.fixture
def busy(app: Flask) -> Flask:
    """An app with an exam that was sat, a guest, a picture and a secret."""
    given = stage(app)
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    for slot in paper.slots:
        paper.save(slot, "right")
    paper.submit()
    with learn(app).database.writing() as session:
        guest = people.add_person(session, "A guest", now=learn(app).now(), kind="guest", guest_exam_id=given.exam_id)
        assert guest.guest_exam_id
    instance = Path(app.instance_path)
    (instance / "media/ab").mkdir(parents=True)
    (instance / "media/ab/abcdef").write_bytes(b"\x89PNG picture")
    (instance / "scans/cd").mkdir(parents=True)
    (instance / "scans/cd/cdef01").write_bytes(b"%PDF-1.4 a paper")
    (instance / "secret_key").write_text("the old secret")
    return app


@pytest.fixture
def elsewhere(make_app: Callable[..., Flask], tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], Flask]:
    """An app on another, empty database and instance folder."""

    def make(kind: str) -> Flask:
        url = f"sqlite:///{tmp_path / 'other.sqlite3'}"
        if kind == "postgres":
            url = request.getfixturevalue("postgres_database")
        return make_app(SUYU_LEARN_DATABASE_URL=url, INSTANCE_PATH=str(tmp_path / "other"))

    return make


def _same(source: dict[str, int], app: Flask) -> None:
    assert _counts(app) == source
    visitor = Visitor(app).sign_in("lin")
    visitor.get("/")
    assert "Sign out" in visitor.words
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert sitting.rebuild(session, attempt) == {}
        assert (attempt.points, attempt.passed) == (100, True)
        assert session.scalars(select(Completion.title)).one() == "An exam"
    with learn(app).database.writing() as session:  # numbers go on where they stopped
        person = learner(session, now=learn(app).now())
        assert person.id > max(session.scalars(select(Person.id).where(Person.id != person.id)))


@pytest.mark.parametrize(
    ("database_url", "target"),
    [("sqlite", "sqlite"), ("sqlite", "postgres"), ("postgres", "sqlite")],
    indirect=["database_url"],
)
def test_a_backup_is_restored_elsewhere(
    busy: Flask, elsewhere: Callable[[str], Flask], tmp_path: Path, target: str
) -> None:
    file = tmp_path / "everything.zip"
    _run(busy, "backup", str(file))
    assert file.stat().st_mode & 0o077 == 0
    other = elsewhere(target)
    _run(other, "restore", str(file))
    _same(_counts(busy), other)
    instance = Path(other.instance_path)
    assert (instance / "media/ab/abcdef").read_bytes() == b"\x89PNG picture"
    assert (instance / "scans/cd/cdef01").read_bytes() == b"%PDF-1.4 a paper"
    assert (instance / "secret_key").read_text() == "the old secret"
    assert (instance / "secret_key").stat().st_mode & 0o077 == 0


def test_what_is_there_is_replaced_only_when_asked(busy: Flask, tmp_path: Path) -> None:
    file = tmp_path / "everything.zip"
    before = _counts(busy)
    _run(busy, "backup", str(file))
    with learn(busy).database.writing() as session:
        learner(session, now=learn(busy).now(), name="Came later")
    assert "not empty" in _run(busy, "restore", str(file), status=2)
    assert _counts(busy)["suyu_person"] == before["suyu_person"] + 1
    _run(busy, "restore", str(file), "--replace")
    _same(before, busy)


@ONLY_SQLITE
def test_a_backup_is_never_written_over(busy: Flask, tmp_path: Path) -> None:
    (tmp_path / "old.zip").write_text("precious")
    assert "already" in _run(busy, "backup", str(tmp_path / "old.zip"), status=2)
    assert (tmp_path / "old.zip").read_text() == "precious"


Change = Callable[[dict[str, bytes]], Any]


def _set(name: str, content: bytes) -> Change:
    return lambda members: members.__setitem__(name, content)


def _manifest(change: Callable[[dict[str, Any]], Any]) -> Change:
    def apply(members: dict[str, bytes]) -> None:
        said = json.loads(members["manifest.json"])
        change(said)
        members["manifest.json"] = json.dumps(said).encode()

    return apply


def _smuggled(name: str) -> Change:
    """A file under a wrong name that the manifest vouches for."""

    def apply(members: dict[str, bytes]) -> None:
        empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        members[name] = b""
        _manifest(lambda said: said["members"].append({"name": name, "sha256": empty, "size": 0}))(members)

    return apply


@ONLY_SQLITE
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_set("tables/suyu_person.jsonl", b'["id"]\n[1]\n'), "is not what was written"),
        (lambda members: members.pop("tables/suyu_step.jsonl"), "is not what was written"),
        (_manifest(lambda said: said["members"][0].update(rows=77)), "is not what was written"),
        (_manifest(lambda said: said.update(revision="9999")), "the form 9999"),
        (_manifest(lambda said: said.update(format=2)), "not a backup"),
        (lambda members: members.pop("manifest.json"), "not a backup"),
        (_set("manifest.json", b"[]"), "not a backup"),
        (_smuggled("../evil"), "no backup of ours has"),
        (_smuggled("/etc/evil"), "no backup of ours has"),
        (_smuggled("files/media/../../evil"), "no backup of ours has"),
        (_smuggled("files/media/..\\evil"), "no backup of ours has"),
        (_smuggled("files/app.py"), "no backup of ours has"),
        (_smuggled("tables/host_users.jsonl"), "no backup of ours has"),
        (_set("stray", b"x"), "no backup of ours has"),
    ],
    ids=["changed", "missing", "other count", "other form", "other format", "no manifest", "odd manifest", "above",
         "absolute", "through media", "backslash", "not media", "foreign table", "unlisted"],
)  # fmt: skip
def test_a_bad_backup_changes_nothing(
    busy: Flask, elsewhere: Callable[[str], Flask], tmp_path: Path, change: Change, sentence: str
) -> None:
    file, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    _run(busy, "backup", str(file))
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(bad, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    before = _counts(busy)
    assert sentence in _run(busy, "restore", str(bad), "--replace", status=2)
    assert _counts(busy) == before
    assert not (tmp_path / "evil").exists()


@ONLY_SQLITE
def test_what_is_no_zip_is_said_so(busy: Flask, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK no zip")
    assert "not a backup" in _run(busy, "restore", str(tmp_path / "x.zip"), status=2)
