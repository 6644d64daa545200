"""A course leaves as a zip and comes in again, whole or not at all."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from suyu_learn.content import course_packs
from suyu_learn.content.drafts import BankFile, CourseDraft
from suyu_learn.content.formats import course_zip
from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.models import AuditEntry, Bank, Course, CourseVersion, Lesson, Question, Status
from suyu_learn.services.course_packs import load_courses
from suyu_learn.services.course_settings import required_by
from tests.browser_without_script import Visitor
from tests.clock import START
from tests.factories import course_draft, learn
from tests.pictures import drawing
from tests.web.test_course_writing import LESSON, Writing, _png

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

COURSE = """\
slug = "ladders"
audience = "workers"
title = "梯子"
seek_lock = true

[[lesson]]
file = "01-feet.md"
title = "四只脚"
section = "一"
checkpoints = ["lad-1"]
sources = ["GB 1"]
"""
BANK = 'review = false\n[[bank]]\nfolder = "questions"\nname = "x"\n'
QUESTIONS = """\
[[question]]
uid = "lad-1"
type = "single"
stem = "几只脚？"
options = { a = "四", b = "三" }
answer = "a"
source = "GB 1"
"""
FILES = {
    "workers/ladders/course.toml": COURSE, "workers/ladders/01-feet.md": "看**脚**。\n\n![梯](media/梯子.png)\n",
    "bank.toml": BANK, "questions/1.toml": QUESTIONS,
}  # fmt: skip


class _Chinese(zipfile.ZipInfo):
    """A name as Chinese Windows writes it: in GBK, without saying so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def packed(files: dict[str, str | bytes], *, entry: type[zipfile.ZipInfo] = zipfile.ZipInfo) -> bytes:
    """A zip of files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            one = entry(name)
            one.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(one, content)
    return stream.getvalue()


def whole() -> dict[str, str | bytes]:
    return {**FILES, "workers/ladders/media/梯子.png": _png().getvalue()}


@pytest.fixture
def writing(app: Flask) -> Writing:
    return Writing(app)


def send(by: Visitor, content: bytes, name: str = "a.zip") -> int:
    """Choose a zip; the status of what comes then."""
    by.get("/manage/courses/import")
    return by.post("/manage/courses/import", file=(io.BytesIO(content), name)).status_code


def take(by: Visitor, how: str, **more: object) -> int:
    """Take in what was looked at."""
    key = re.findall(r'name="key"[^>]*value="([^"]*)"', by.text)[0]
    return by.post(by.page.request.path, how=how, key=key, audiences="workers", **more).status_code


def exported(by: Visitor, path: str) -> bytes:
    by.get(f"{path}/export")
    answer = by.post(f"{path}/export")
    assert answer.mimetype == "application/zip", by.words
    return answer.get_data()


def _count(app: Flask) -> tuple[int, ...]:
    with learn(app).database.reading() as session:
        return tuple(session.scalar(select(func.count()).select_from(one)) or 0
                     for one in (Course, CourseVersion, Lesson, Question, Bank))  # fmt: skip


@pytest.mark.parametrize("entry", [zipfile.ZipInfo, _Chinese])
def test_a_zip_is_looked_at_and_comes_in_as_a_draft(writing: Writing, entry: type[zipfile.ZipInfo]) -> None:
    before = _count(writing.app)
    assert send(writing.boss, packed(whole(), entry=entry)) == 200
    for said in ("Nothing has come in yet.", "梯子", "四只脚", "1 comes in", "A new course"):
        assert said in writing.boss.words
    assert _count(writing.app) == before
    looked = writing.boss.page.request.path
    assert writing.colleague.get(looked).status_code == 422  # it is nobody else's
    assert take(writing.boss, "new", unit=writing.units[0]) == 200
    assert "The course has come in as a draft." in writing.boss.words
    assert writing.boss.page.request.path == "/manage/courses/ladders"
    with learn(writing.app).database.reading() as session:
        course = session.scalars(select(Course).where(Course.slug == "ladders")).one()
        version = session.scalars(select(CourseVersion).where(CourseVersion.course_id == course.id)).one()
        lesson = session.scalars(select(Lesson).where(Lesson.course_version_id == version.id)).one()
        assert (course.seek_lock, course.unit_id, version.status) == (True, writing.units[0], Status.DRAFT)
        assert (lesson.section, lesson.checkpoints, lesson.sources) == ("一", ["lad-1"], ["GB 1"])
        assert re.fullmatch(r"看\*\*脚\*\*。\n\n!\[梯\]\(media:[0-9a-f]{64}\)", lesson.text)
        bank = session.scalars(select(Bank).join(Question, Question.bank_id == Bank.id).where(Question.uid == "lad-1"))
        assert bank.one().name == "梯子"
    writing.boss.get(looked)
    assert "The course here has a draft." in writing.boss.words


def test_export_import_export_is_the_same(writing: Writing, tmp_path: Path) -> None:
    path = writing.begun()
    writing.boss.get(f"{path}/lessons/new")
    writing.boss.post(f"{path}/lessons/new", act="picture", picture=(_png(), "a.png"), picture_alt="x", **LESSON)
    sha = re.findall(r'name="picture-sha256" value="([^"]*)"', writing.boss.text)[0]
    first = writing.lesson(text=f'A “quote”\\ and """ more.\n\n![a ladder](media:{sha})')
    writing.ask(first, writing.ids()[:3])
    second = writing.lesson(title='On "it"', sources="")
    writing.boss.get(f"{path}/contents")
    writing.boss.post(f"{path}/contents", base=writing.desk_base(writing.boss),
                      **{f"section_{first}": "One", f"section_{second}": "Two"})  # fmt: skip
    writing.press("publish", audiences=["workers", "farmers"])
    writing.boss.get(f"{path}/settings")
    writing.boss.post(f"{path}/settings", base=writing.desk_base(writing.boss), seek_lock="1")
    content = exported(writing.boss, path)
    assert exported(writing.boss, path) == content
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    slug = path.rsplit("/", 1)[1]
    at = f"farmers/{slug}"
    assert [name for name in names if name.startswith(at)] == [
        f"{at}/course.toml", *(name for name in names if name.endswith(".md")), f"{at}/media/{sha}.png",
    ]  # fmt: skip
    assert send(writing.boss, content) == 200
    assert "3 are here already and stay as they are" in writing.boss.words
    assert take(writing.boss, "next", unit=writing.units[0]) == 200
    assert "what stands here becomes version 2" in writing.boss.words
    assert exported(writing.boss, path) == content
    writing.press("publish", audiences=["workers", "farmers"])
    assert exported(writing.boss, path) == content
    send(writing.boss, content)
    assert take(writing.boss, "copy", unit=writing.units[1]) == 200
    copy = writing.boss.page.request.path
    assert copy != path
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path / "pack")
    course = next((tmp_path / "pack").glob("*/*/course.toml"))
    draft = course_packs.read_files(course_packs.Folder(course.parent, tmp_path), uids=None)
    types = learn(writing.app).plugins.question_types
    zipped, bank = course_zip.read(content, file_name="a.zip", types=types)
    assert (draft.content(), draft.media) == (zipped.content(), zipped.media)
    once = _written(zipped, bank)
    assert _written(*course_zip.read(once, file_name="b.zip", types=types)) == once
    assert _files(once) == _files(content) | {"questions/0001.toml": _files(once)["questions/0001.toml"]}
    with learn(writing.app).database.reading() as session:
        told = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("course.%ported"))).all()
    assert told.count("course.imported") == 2
    assert "course.exported" in told


def _written(course: CourseDraft, bank: BankFile) -> bytes:
    """What is written again of what was read, here with the keys of options as they come in from elsewhere."""
    stream, files = io.BytesIO(), {one.sha256: one.content for one in course.media}
    course_zip.write(course, bank.items, stream, lambda sha: (files[sha], "image/png"))
    return stream.getvalue()


def _files(content: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {name: archive.read(name) for name in archive.namelist()}


def test_the_same_form_twice_makes_one_course(writing: Writing) -> None:
    send(writing.boss, packed(whole()))
    where, key = writing.boss.page.request.path, re.findall(r'name="key"[^>]*value="([^"]*)"', writing.boss.text)[0]
    for _time in range(2):
        answer = writing.boss.post(where, follow=False, how="new", key=key, audiences="workers", unit=writing.units[0])
        assert answer.headers["Location"] == "/manage/courses/ladders"
    assert _count(writing.app)[0] == 2  # with the pack of the test


def test_the_next_version_posted_twice_is_one_draft(writing: Writing) -> None:
    send(writing.boss, packed(whole()))
    writing.boss.post(writing.boss.page.request.path, how="new", audiences="workers", unit=writing.units[0])
    writing.path = "/manage/courses/ladders"
    writing.press("publish")
    send(writing.boss, packed(whole()))
    where = writing.boss.page.request.path
    for _time in range(2):
        answer = writing.boss.post(where, follow=False, how="next", unit=writing.units[0])
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/manage/courses/ladders")
    with learn(writing.app).database.reading() as session:
        numbers = session.scalars(
            select(CourseVersion.number).join(Course, Course.id == CourseVersion.course_id)
            .where(Course.slug == "ladders").order_by(CourseVersion.number)
        ).all()  # fmt: skip
    assert numbers == [1, 2]
    for other in (
        {"workers/ladders/01-feet.md": "Anders.\n\n![梯](media/梯子.png)\n"},
        {"workers/ladders/media/梯子.png": drawing(30, 20)},
        {"workers/ladders/course.toml": COURSE.replace("GB 1", "GB 2")},
    ):
        send(writing.boss, packed(whole() | other))  # another one is another one
        answer = writing.boss.post(writing.boss.page.request.path, follow=False, how="next", unit=writing.units[0])
        assert answer.status_code == 422, other


def _link() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in whole().items():
            archive.writestr(name, content)
        entry = zipfile.ZipInfo("workers/ladders/02-link.md")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return stream.getvalue()


def _changed(name: str, change: Callable[[str], str]) -> bytes:
    files = whole()
    files[name] = change(str(files[name]))
    return packed(files)


TOML, LESSON_FILE = "workers/ladders/course.toml", "workers/ladders/01-feet.md"
FAULTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a missing picture": (
        lambda: packed(dict(FILES)), "workers/ladders/01-feet.md, line 3: The zip or folder has no file media/梯子.png",
    ),
    "a script": (
        lambda: _changed(LESSON_FILE, lambda text: text + "\n<script>x</script>"),
        "01-feet.md, line 5: A lesson has no HTML",
    ),
    "somebody else's picture": (
        lambda: _changed(LESSON_FILE, lambda text: f"{text}\n![x](media:{'0' * 64})"),
        "A picture from elsewhere cannot stand in a lesson.",
    ),
    "a missing lesson": (lambda: packed({TOML: COURSE, "bank.toml": BANK}), "01-feet.md: file:"),
    "bad TOML": (lambda: _changed(TOML, lambda text: text.replace('"梯子"', "梯子")), "line 3"),
    "a misspelt field": (lambda: _changed(TOML, lambda text: "tilte = 1\n" + text), "course.toml: tilte"),
    "a flag as text": (
        lambda: _changed(TOML, lambda text: text.replace("true", '"yes"')), "seek_lock: This is either true or false",
    ),
    "a question that is nowhere": (
        lambda: _changed("questions/1.toml", lambda _text: ""), "There is no published question lad-1.",
    ),
    "a question that is wrong": (
        lambda: _changed("questions/1.toml", lambda text: text.replace('answer = "a"', 'answer = "z"')), "1.toml",
    ),
    "another encoding": (
        lambda: packed({**whole(), LESSON_FILE: "看脚".encode("gb18030")}), "The file is not in UTF-8.",
    ),
    "a way out": (lambda: packed({**whole(), "../x.md": "x"}), "x.md"),
    "a link": (_link, "is a link and no file"),
    "a bomb": (lambda: packed({**whole(), "workers/ladders/media/b.png": b"\0" * 30_000_000}), "b.png"),
    "a long file": (lambda: packed({**whole(), LESSON_FILE: "a" * 400_001}), "400001"),
    "no picture": (lambda: packed({**FILES, "workers/ladders/media/梯子.png": "text"}), "media/梯子.png:"),
    "no zip": (lambda: b"PK\3\4 no", "zip"),
    "nothing in it": (lambda: packed({"a.txt": "x"}), "There is no course.toml in the zip."),
    "a fact of nobody": (lambda: packed({**whole(), LESSON_FILE: "看{{fact:ladder}}"}), "There is no fact “ladder”."),
    "two courses": (lambda: packed({**whole(), "a/b/course.toml": COURSE}), "The zip has 2 courses."),
}  # fmt: skip


def test_each_fault_has_its_sentence_and_nothing_comes_in(writing: Writing) -> None:
    before = _count(writing.app)
    for name, (make, said) in FAULTS.items():
        assert send(writing.boss, make()) == 422, name
        assert said in writing.boss.words, (name, writing.boss.words)
    assert writing.boss.post("/manage/courses/import").status_code == 422
    assert writing.boss.get("/manage/courses/import/nothing").status_code == 422
    assert _count(writing.app) == before


def test_a_question_of_a_bank_that_one_may_not_use_is_neither_asked_nor_taken_along(writing: Writing) -> None:
    with learn(writing.app).database.reading() as session:
        secret = session.scalars(select(Question.uid).join(Bank, Bank.id == Question.bank_id)
                                 .where(Bank.name == "Secret")).all()[0]  # fmt: skip
        assert session.scalar(select(func.count()).where(Question.uid == secret)) == 1
    without = {name: str(one).replace("lad-1", secret) for name, one in FILES.items() if not name.startswith("q")}
    picture = {"workers/ladders/media/梯子.png": _png().getvalue()}
    assert send(writing.boss, packed({**without, **picture})) == 422
    assert f"There is no published question {secret}." in writing.boss.words
    with_it = {name: str(one).replace("lad-1", secret) for name, one in FILES.items()}
    assert send(writing.boss, packed({**with_it, **picture})) == 200
    assert take(writing.boss, "new", unit=writing.units[0]) == 200
    with learn(writing.app).database.reading() as session:
        lesson = session.scalars(select(Lesson).order_by(Lesson.id.desc())).first()
        assert lesson is not None
        assert lesson.checkpoints != [secret]
        own = session.scalars(select(Question).where(Question.uid == lesson.checkpoints[0])).one()
        assert session.get_one(Bank, own.bank_id).unit_id == writing.units[0]


def test_a_pack_leaves_and_comes_in_beside_itself(writing: Writing) -> None:
    content = exported(writing.boss, "/manage/courses/soil")
    assert send(writing.boss, content) in (200, 422)
    if writing.boss.page.status_code == 200:
        assert "Another course beside it" in writing.boss.words
        assert "A new course" not in writing.boss.words
    assert writing.stranger.get(f"{writing.begun()}/export").status_code == 404


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (lambda text: text.replace("seek_lock = true", "in_order = 1"), "course.not_yes_or_no", "in_order"),
        (lambda text: text.replace("seek_lock = true", 'requires = ["ladders"]'), "course.requires_itself", "requires"),
        (lambda text: text.replace('"一"', '" "'), "course.not_a_text", "section"),
    ],
)
def test_new_fields_of_a_pack_name_file_and_key(
    writing: Writing, change: Callable[[str], str], code: str, field: str
) -> None:
    types = learn(writing.app).plugins.question_types
    with pytest.raises((Problem, Problems)) as found:
        course_zip.read(_changed(TOML, change), file_name="a.zip", types=types)
    [problem] = found.value.problems
    assert (problem.code, problem.place.file, problem.place.field) == (code, TOML, field)


def test_a_loaded_pack_sets_order_and_courses_before(writing: Writing) -> None:
    draft = replace(course_draft(), pack="courses/farmers/second", slug="second", requires=("soil",), in_order=False)
    with learn(writing.app).database.writing() as session:
        load_courses(session, [draft], now=START)
        second = session.scalars(select(Course).where(Course.slug == "second")).one()
        first = session.scalars(select(Course).where(Course.slug == "soil")).one()
        assert not second.in_order
        assert required_by(session, second) == {first.id}
        with pytest.raises(Problem, match="requires_circle"):
            load_courses(session, [replace(course_draft(), requires=("second",))], now=START)
        with pytest.raises(Problem) as found:
            load_courses(session, [replace(draft, requires=("gone",))], now=START)
    assert str(found.value.place) == "courses/farmers/second/course.toml: requires"
