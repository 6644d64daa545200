"""Organizers write a course from an empty cover to what learners read, without script."""

from __future__ import annotations

import html
import io
import re
import threading
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from pypdf import PdfWriter
from sqlalchemy import func, select

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats import pdf_pages
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    AuditEntry,
    Bank,
    Course,
    CourseVersion,
    Lesson,
    LessonDocument,
    LessonMedia,
    Question,
    Role,
    Status,
    Unit,
)
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.content.test_pdf_pages import pdf
from tests.factories import course_draft, essay, learn, learner, manager, single, stored_bank, stored_course

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

COVER = {"title": "Safe on ladders", "summary": "Three falls.", "outcomes": "Set up a ladder\nRefuse one",
         "audiences": "workers"}  # fmt: skip
LESSON = {"title": "Before you climb", "text": "Look at the feet.\n\n## Angle\n\nFour to one.", "sources": "GB 1\nGB 2"}


class Writing:
    """An organizer of a mill with a bank, a colleague, and a worker."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with learn(app).database.writing() as session:
            people.install_audiences(session)
            mill = people.add_unit(session, "Mill", parent=None, now=START)
            yard = people.add_unit(session, "Yard", parent=mill, now=START)
            other = people.add_unit(session, "Elsewhere", parent=None, now=START)
            learner(session, now=START, name="Lin", username="lin", unit=mill)
            head = QuestionDraft(uid="g", type="group", body={"stem": "A passage.", "explanation": ""}, source="x")
            member = replace(single(9), uid="g-1", group="g")
            self.bank_id = stored_bank(session, now=START, unit=mill, name="Ladders", questions=[
                *(single(number) for number in range(1, 6)), essay(6), head, member]).id  # fmt: skip
            stored_bank(session, now=START, unit=other, name="Secret", questions=[single(1)])
            stored_course(session, course_draft(), now=START)
            names = [manager(session, Role.ORGANIZER, unit, now=START).username for unit in (mill, mill, yard, other)]
            self.units = (mill.id, yard.id)
        self.boss, self.colleague, self.below, self.stranger = (Visitor(app).sign_in(name or "") for name in names)
        self.lin = Visitor(app).sign_in("lin")

    def begun(self) -> str:
        """A course with a cover; its address under /manage/courses."""
        self.boss.get("/manage/courses/new")
        answer = self.boss.post("/manage/courses/new", follow=False, unit=self.units[0], **COVER)
        self.path = answer.headers["Location"]
        return self.path

    def lesson(self, **changed: Any) -> int:
        """A lesson kept; its number."""
        self.boss.get(f"{self.path}/lessons/new")
        answer = self.boss.post(f"{self.path}/lessons/new", follow=False, act="ask", **{**LESSON, **changed})
        assert answer.status_code == 303, self.boss.words
        return int(re.findall(r"/lessons/(\d+)", answer.headers["Location"])[0])

    def ids(self, bank: str = "") -> list[int]:
        """The questions of a bank, else of the mill's."""
        with learn(self.app).database.reading() as session:
            return list(session.scalars(select(Question.id).where(Question.bank_id == self.bank_id)))

    def ask(self, lesson: int, ids: list[int]) -> None:
        """Tick questions for a lesson."""
        self.boss.get(f"{self.path}/lessons/{lesson}/questions")
        self.boss.post(f"{self.path}/lessons/{lesson}/questions", question=ids, action="ticked")

    def press(self, action: str, **more: Any) -> None:
        """Press a button of the desk, with its cover as it is."""
        self.boss.get(self.path)
        self.boss.post(self.path, **{"action": action, "base": self.desk_base(self.boss), **COVER, **more})

    def desk_base(self, by: Visitor) -> str:
        """What the desk was read as."""
        return re.findall(r'name="base" value="([^"]*)"', by.text)[0]

    def base(self, by: Visitor, lesson: int) -> str:
        """What the form of a lesson was read as."""
        by.get(f"{self.path}/lessons/{lesson}")
        return re.findall(r'name="base" value="([^"]*)"', by.text)[0]


@pytest.fixture
def writing(app: Flask) -> Writing:
    return Writing(app)


def _count(app: Flask, model: type) -> int:
    with learn(app).database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_from_an_empty_cover_to_a_learner_who_has_completed_it(writing: Writing, clock: FrozenClock) -> None:
    path = writing.begun()
    first = writing.lesson()
    writing.ask(first, writing.ids()[:2])
    assert "2 questions added." in writing.boss.words
    writing.lesson(title="On it", text="Three points of touch.")
    writing.lin.get("/courses")
    assert "Safe on ladders" not in writing.lin.words
    slug = path.rsplit("/", 1)[1]
    assert writing.lin.get(f"/courses/{slug}").status_code == 404
    writing.press("publish")
    assert "“Safe on ladders” is published; learners find it under Courses." in writing.boss.words
    writing.lin.get("/courses")
    assert "Workers Safe on ladders" in writing.lin.words
    writing.lin.get(f"/courses/{slug}")
    assert "Set up a ladder" in writing.lin.words
    lessons = re.findall(rf'href="(/courses/{slug}/[^"]+)"', writing.lin.text)
    writing.lin.get(lessons[0])
    assert "<h2>Angle</h2>" in writing.lin.text
    assert "GB 2" in writing.lin.words
    clock.advance(minutes=1)
    writing.lin.post(lessons[0], q1="right", q2="right", action="finish")
    clock.advance(minutes=1)
    writing.lin.post(writing.lin.page.request.path, action="finish")
    assert "You have completed this course" in writing.lin.words
    with learn(writing.app).database.reading() as session:
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "course")).all()
    assert actions[-2:] == ["course.begun", "course.published"]


def test_a_change_is_a_draft_until_it_is_published_and_who_began_goes_on(writing: Writing) -> None:
    path = writing.begun()
    lesson = writing.lesson()
    slug = path.rsplit("/", 1)[1]
    assert writing.boss.get(f"{path}/lessons/{lesson}").status_code == 200
    writing.press("publish")
    address = writing.lin.get(f"/courses/{slug}") and re.findall(rf'"(/courses/{slug}/[^"]+)"', writing.lin.text)[0]
    writing.lin.get(address)
    assert writing.boss.get(f"{path}/lessons/{lesson}").status_code == 409
    writing.press("change")
    assert "Learners have version 1; what stands here becomes version 2" in writing.boss.words
    changed = int(re.findall(r"/lessons/(\d+)", writing.boss.text)[0])
    base = writing.base(writing.boss, changed)
    writing.boss.post(f"{path}/lessons/{changed}", act="save", base=base, **{**LESSON, "text": "Another text."})
    assert "Four to one." in writing.lin.get(address).get_data(as_text=True)
    writing.press("publish", title="Safer on ladders")
    assert "Four to one." in writing.lin.get(address).get_data(as_text=True)
    assert "Another text." in writing.colleague.get(address).get_data(as_text=True)
    with learn(writing.app).database.reading() as session:
        course = session.scalars(select(Course).where(Course.slug == slug)).one()
        versions = session.scalars(select(CourseVersion).where(CourseVersion.course_id == course.id)).all()
    assert [(one.number, one.status) for one in versions] == [(1, Status.RETIRED), (2, Status.PUBLISHED)]
    assert len({one.content_hash for one in versions}) == 2


def test_lessons_move_and_go(writing: Writing) -> None:
    writing.begun()
    numbers = [writing.lesson(title=title) for title in ("A", "B", "C")]

    def titles() -> list[str]:
        with learn(writing.app).database.reading() as session:
            rows = session.execute(select(Lesson.title, Lesson.position).where(Lesson.id.in_(numbers))
                                   .order_by(Lesson.position)).all()  # fmt: skip
        assert [position for _title, position in rows] == list(range(1, len(rows) + 1))
        return [title for title, _position in rows]

    writing.press(f"up-{numbers[2]}")
    assert titles() == ["A", "C", "B"]
    writing.press(f"down-{numbers[2]}")
    writing.press(f"up-{numbers[0]}")
    assert titles() == ["A", "B", "C"]
    writing.press(f"remove-{numbers[1]}", title="Typed beside it")
    assert "Remove “B” with all that is written in it?" in writing.boss.words
    assert titles() == ["A", "B", "C"]
    writing.press(f"sure-{numbers[1]}")
    assert titles() == ["A", "C"]
    writing.press(f"sure-{numbers[1]}")
    assert writing.boss.page.status_code == 404


def test_what_is_missing_is_said_and_nothing_typed_is_lost(writing: Writing) -> None:
    writing.boss.get("/manage/courses/new")
    answer = writing.boss.post(
        "/manage/courses/new", title=" ", summary="Kept words", outcomes="", unit=writing.units[0]
    )
    assert answer.status_code == 422
    assert "Kept words" in writing.boss.words
    assert "Give it a title of at most 200 characters." in writing.boss.words
    writing.begun()
    answer = writing.boss.post(f"{writing.path}/lessons/new", act="save", title="A", text="# Big\n", sources="Kept too")
    assert answer.status_code == 422
    assert "Kept too" in writing.boss.words
    assert "# Big" in writing.boss.text
    answer = writing.boss.post(f"{writing.path}/lessons/new", act="save", title="A", text="![x](https://a.b/c.png)")
    assert answer.status_code == 422
    assert "A picture from elsewhere cannot stand in a lesson." in writing.boss.words
    writing.press("publish", title="Changed title", audiences=[])
    assert "Tick at least one audience" in writing.boss.words
    assert "Changed title" in writing.boss.text
    writing.press("publish")
    assert "The course has no lesson yet. Add one." in writing.boss.words
    assert _count(writing.app, Lesson) == 2  # those of the other course


def test_two_write_one_lesson(writing: Writing) -> None:
    path = writing.begun()
    lesson = writing.lesson()
    bases = [writing.base(one, lesson) for one in (writing.boss, writing.colleague)]
    writing.boss.post(f"{path}/lessons/{lesson}", act="save", base=bases[0], **{**LESSON, "text": "Of the boss."})
    answer = writing.colleague.post(
        f"{path}/lessons/{lesson}", act="save", base=bases[1], **{**LESSON, "text": "Of the colleague."}
    )
    assert answer.status_code == 422
    assert "Of the colleague." in writing.colleague.text
    assert "Of the boss." in writing.colleague.text
    fresh = re.findall(r'name="base" value="([^"]*)"', writing.colleague.text)[0]
    writing.colleague.post(f"{path}/lessons/{lesson}", act="save", base=fresh, **{**LESSON, "text": "Of both."})
    with learn(writing.app).database.reading() as session:
        assert session.get_one(Lesson, lesson).text == "Of both."


def test_questions_of_ones_own_banks_and_no_passages(writing: Writing) -> None:
    path = writing.begun()
    lesson = writing.lesson()
    with learn(writing.app).database.reading() as session:
        everything = list(session.scalars(select(Question.id)))
    writing.ask(lesson, everything)
    assert "6 questions added." in writing.boss.words
    writing.boss.get(f"{path}/lessons/{lesson}/questions")
    assert writing.boss.words.count("Asked in this lesson") == 6
    assert "Belongs to a passage, which only exams ask" in writing.boss.words
    writing.ask(lesson, everything)
    assert "0 questions added." in writing.boss.words
    answer = writing.boss.post(f"{path}/lessons/{lesson}/questions", action="ticked")
    assert answer.status_code == 422
    with learn(writing.app).database.reading() as session:
        uid = session.get_one(Lesson, lesson).checkpoints[0]
    base = writing.base(writing.boss, lesson)
    writing.boss.post(f"{path}/lessons/{lesson}", act=f"unask:{uid}", base=base, **{**LESSON, "text": "Kept with it."})
    with learn(writing.app).database.reading() as session:
        kept = session.get_one(Lesson, lesson)
        assert uid not in kept.checkpoints
        assert len(kept.checkpoints) == 5
        assert kept.text == "Kept with it."


def test_who_has_no_bank_begins_with_the_one_for_whom_the_course_is(writing: Writing) -> None:
    path = writing.begun()
    lesson = writing.lesson()
    with learn(writing.app).database.writing() as session:
        session.get_one(Bank, writing.bank_id).deleted_at = START
        for code in ("workers", "youth"):
            shipped = stored_bank(session, now=START, questions=[replace(single(1), uid=f"{code}-1")], name=code)
            shipped.pack = f"question_bank/{code}"
    writing.boss.get(f"{path}/lessons/{lesson}/questions")
    assert re.search(r"<option[^>]* selected>([^<]*)", writing.boss.text)[1] == "workers"  # type: ignore[index]
    query = dict(re.findall(r'<input type="hidden" name="(bank|page)" value="([^"]*)"', writing.boss.text))
    writing.boss.post(f"{path}/lessons/{lesson}/questions", action="all", **query)
    with learn(writing.app).database.reading() as session:
        assert session.get_one(Lesson, lesson).checkpoints == ["workers-1"]


def test_a_retired_question_stands_against_publishing(writing: Writing) -> None:
    writing.begun()
    writing.ask(writing.lesson(), writing.ids()[:1])
    with learn(writing.app).database.writing() as session:
        session.get_one(Question, writing.ids()[0]).published_version_id = None
    writing.press("publish")
    assert "“Before you climb” asks questions that are no longer published: 1." in writing.boss.words


def _png() -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(stream, "PNG")
    stream.seek(0)
    return stream


def test_a_picture_stands_in_a_lesson_for_those_who_may_read_it(writing: Writing) -> None:
    path = writing.begun()
    slug = path.rsplit("/", 1)[1]
    writing.boss.get(f"{path}/lessons/new")
    answer = writing.boss.post(
        f"{path}/lessons/new", act="picture", picture=(_png(), "a.png"), picture_alt="", **LESSON
    )
    assert answer.status_code == 422
    assert LESSON["text"].split("\n")[0] in writing.boss.text
    writing.boss.post(f"{path}/lessons/new", act="picture", picture=(_png(), "a.png"), picture_alt="A ladder", **LESSON)
    assert "[Picture 1]" in writing.boss.text
    signs = {name: re.findall(rf'name="{name}" value="([^"]*)"', writing.boss.text)[0]
             for name in ("picture-sign", "picture-sha256", "picture-was")}  # fmt: skip
    text = re.findall(r"<textarea[^>]*name=\"text\"[^>]*>\s*(.*?)</textarea>", writing.boss.text, re.DOTALL)[0]
    writing.boss.post(f"{path}/lessons/new", act="save", **{**LESSON, **signs, "text": text})
    assert _count(writing.app, LessonMedia) == 1
    picture = f"/media/{signs['picture-sha256']}"
    assert writing.boss.get(picture).status_code == writing.colleague.get(picture).status_code == 200
    assert writing.lin.get(picture).status_code == writing.stranger.get(picture).status_code == 404
    writing.press("publish")
    writing.lin.get(f"/courses/{slug}")
    writing.lin.get(re.findall(rf'"(/courses/{slug}/[^"]+)"', writing.lin.text)[0])
    assert 'alt="A ladder"' in writing.lin.text
    assert writing.lin.get(picture).status_code == 200
    writing.stranger.get("/manage/courses/new")
    writing.stranger.post("/manage/courses/new", **COVER)
    answer = writing.stranger.post(f"{writing.stranger.page.request.path}/lessons/new", act="save", title="Mine",
                                   text=f"![stolen](media:{signs['picture-sha256']})")  # fmt: skip
    assert answer.status_code == 422


def test_the_preview_needs_no_keeping(writing: Writing) -> None:
    path = writing.begun()
    writing.boss.get(f"{path}/lessons/new")
    answer = writing.boss.post(
        f"{path}/lessons/preview", **{**LESSON, "text": "| a | b |\n|---|---|\n| 1 | <b>2</b> |"}
    )
    shown = answer.get_data(as_text=True)
    assert "<table>" in shown
    assert "<b>2" not in shown
    assert "<html" not in shown
    writing.boss.get(f"{path}/lessons/new")
    writing.boss.post(f"{path}/lessons/new", act="preview", **LESSON)
    assert "<h2>Angle</h2>" in writing.boss.text
    assert _count(writing.app, Lesson) == 2


def test_the_preview_asks_the_questions_of_the_lesson_behind_its_text(writing: Writing) -> None:
    path, lesson = writing.begun(), writing.lesson()
    writing.ask(lesson, writing.ids()[:1])
    writing.boss.get(f"{path}/lessons/{lesson}")
    url = html.unescape(re.search(r'data-preview="([^"]*)"', writing.boss.text)[1])  # type: ignore[index]
    shown = writing.boss.post(url, **LESSON).get_data(as_text=True)
    assert "sl-question" in shown
    writing.boss.get(f"{path}/lessons/{lesson}")
    writing.boss.post(f"{path}/lessons/{lesson}", act="preview", **LESSON)
    preview = writing.boss.text[writing.boss.text.index("data-shown ") :]
    assert "sl-question" in preview
    assert "sl-question" not in writing.boss.post(f"{path}/lessons/preview", **LESSON).get_data(as_text=True)


def test_a_pack_is_copied_not_changed(writing: Writing) -> None:
    writing.boss.get("/manage/courses/soil/copy")
    writing.boss.post("/manage/courses/soil/copy", title="Our soil", unit=writing.units[1])
    assert "This is the copy." in writing.boss.words
    assert "Kept by Yard" in writing.boss.words
    with learn(writing.app).database.reading() as session:
        copy = session.scalars(select(CourseVersion).where(CourseVersion.title == "Our soil")).one()
        assert copy.status is Status.DRAFT
        texts = [list(session.scalars(select(Lesson.text).where(Lesson.course_version_id == one.id)
                                      .order_by(Lesson.position)))
                 for one in session.scalars(select(CourseVersion))]  # fmt: skip
    assert texts[0] == texts[1]
    for path in ("/manage/courses/soil", "/manage/courses/soil/lessons/new"):
        assert writing.boss.get(path).status_code == 404


def test_a_draft_can_be_thrown_away(writing: Writing) -> None:
    path = writing.begun()
    writing.ask(writing.lesson(), writing.ids()[:1])
    writing.press("discard")
    assert writing.boss.page.request.path == "/manage/courses"
    assert writing.boss.get(path).status_code == 404
    assert _count(writing.app, Lesson) == 2
    path = writing.begun()
    writing.lesson()
    writing.press("publish")
    writing.press("change")
    writing.press("discard")
    assert "Published: version 1" in writing.boss.words


def test_only_who_organizes_the_unit_writes(writing: Writing) -> None:
    path = writing.begun()
    lesson = writing.lesson()
    for visitor in (writing.below, writing.stranger):
        visitor.get("/manage/courses")
        assert "Safe on ladders" not in visitor.words
        for address in (path, f"{path}/lessons/new", f"{path}/lessons/{lesson}", f"{path}/lessons/{lesson}/questions"):
            assert visitor.get(address).status_code == 404, address
        assert visitor.post(path, action="publish", base="", **COVER).status_code == 404
        visitor.get("/manage/courses/new")
        visitor.post("/manage/courses/new", unit=writing.units[0], **COVER)  # it is kept where they organize
    writing.colleague.get("/manage/courses")
    assert "Safe on ladders" in writing.colleague.words
    with learn(writing.app).database.reading() as session:
        kept = session.scalars(select(Unit.name).join(Course, Course.unit_id == Unit.id)).all()
    assert kept == ["Mill", "Yard", "Elsewhere"]


def test_slides_become_a_lesson(writing: Writing) -> None:
    path = writing.begun()
    slug = path.rsplit("/", 1)[1]
    slides = pdf(*(f"Slide {number}" for number in range(1, 8)))
    writing.boss.get(f"{path}/pdf")
    answer = writing.boss.post(f"{path}/pdf", follow=False, file=(io.BytesIO(slides), "梯子安全.pdf"))
    address = answer.headers["Location"]
    lesson = int(re.findall(r"/lessons/(\d+)/pages", address)[0])
    writing.boss.get(address)
    assert "0 of 7 pages drawn" in writing.boss.words
    assert writing.boss.get(f"{path}/lessons/{lesson}", follow=False).headers["Location"] == address
    writing.press("publish")
    assert "The pages of “梯子安全” are still being drawn." in writing.boss.words
    while "All pages are there." not in writing.boss.words:
        writing.boss.post(address)
    with learn(writing.app).database.reading() as session:
        kept = session.get_one(Lesson, lesson)
        assert re.findall(r"!\[([^]]*)\]\(media:", kept.text) == [f"Slide {number}" for number in range(1, 8)]
        assert kept.reading_seconds == 5  # 14 words at 238 a minute, four characters at 300
    assert (_count(writing.app, LessonMedia), _count(writing.app, LessonDocument)) == (7, 0)
    writing.press("publish")
    writing.lin.get(f"/courses/{slug}")
    writing.lin.get(re.findall(rf'"(/courses/{slug}/[^"]+)"', writing.lin.text)[0])
    pictures = re.findall(r'src="(/media/[0-9a-f]{64})"', writing.lin.text)
    assert len(pictures) == 7
    assert writing.lin.get(pictures[0]).mimetype == "image/jpeg"
    document = sha256(slides).hexdigest()
    assert writing.lin.get(f"/media/{document}").status_code == 404


def _empty_pages(count: int) -> bytes:
    """A PDF of so many pages without anything on them."""
    writer, stream = PdfWriter(), io.BytesIO()
    for _page in range(count):
        writer.add_blank_page(200, 200)
    writer.write(stream)
    return stream.getvalue()


def test_a_pdf_that_cannot_be_read_is_said_at_its_field(writing: Writing) -> None:
    path = writing.begun()
    writing.boss.get(f"{path}/pdf")
    for content, name, said in (
        (b"PK\3\4", "a.pptx", "This is no PDF."),
        (b"%PDF-1.7 nothing", "a.pdf", "This PDF cannot be read."),
        (_empty_pages(3000), "b.pdf", "This PDF has 3000 pages; a lesson takes 200."),
    ):
        answer = writing.boss.post(f"{path}/pdf", file=(io.BytesIO(content), name))
        assert answer.status_code == 422
        assert said in writing.boss.words
    assert _count(writing.app, Lesson) == 2  # those of the pack of the test
    assert writing.boss.post(f"{path}/pdf").status_code == 422
    assert _count(writing.app, LessonDocument) == 0


def test_pages_are_drawn_once_though_two_look_on(writing: Writing) -> None:
    path = writing.begun()
    slides = pdf(*(f"Slide {number}" for number in range(1, 13)))
    answer = writing.boss.post(f"{path}/pdf", follow=False, file=(io.BytesIO(slides), "a.pdf"))
    address = answer.headers["Location"]
    visitors = (writing.boss, writing.colleague)
    for visitor in visitors:
        visitor.get(address)
    threads = [threading.Thread(target=visitor.post, args=(address,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while _count(writing.app, LessonDocument):  # on a slow machine a request draws only some
        writing.boss.post(address)
    with learn(writing.app).database.reading() as session:
        text = session.scalars(select(Lesson.text).where(Lesson.title == "a")).one()
    assert re.findall(r"!\[([^]]*)\]", text) == [f"Slide {number}" for number in range(1, 13)]


def test_enter_in_the_cover_saves_it(writing: Writing) -> None:
    writing.begun()
    writing.lesson()
    writing.boss.get(writing.path)
    first = re.findall(r'<button[^>]*type="submit"[^>]*name="action" value="([^"]*)"', writing.boss.text)[0]
    assert first == "save"


def test_what_is_typed_outlives_a_colleague_who_publishes_or_removes(writing: Writing) -> None:
    path = writing.begun()
    lesson = writing.lesson()
    base = writing.base(writing.colleague, lesson)
    writing.press("publish")
    writing.colleague.post(f"{path}/lessons/{lesson}", act="save", base=base, **{**LESSON, "text": "Of the colleague."})
    assert "The course was published meanwhile" in writing.colleague.words
    with learn(writing.app).database.reading() as session:
        rows = session.execute(
            select(CourseVersion.number, CourseVersion.status, Lesson.text, Lesson.slug)
            .join(Lesson, Lesson.course_version_id == CourseVersion.id).where(CourseVersion.title == COVER["title"])
            .order_by(CourseVersion.number)
        ).all()  # fmt: skip
    assert [row[:3] for row in rows] == [(1, Status.PUBLISHED, LESSON["text"]), (2, Status.DRAFT, "Of the colleague.")]
    assert rows[0].slug == rows[1].slug
    changed = int(re.findall(r"/lessons/(\d+)", writing.boss.get(path).get_data(as_text=True))[0])
    base = writing.base(writing.colleague, changed)
    writing.press(f"sure-{changed}")
    writing.colleague.post(f"{path}/lessons/{changed}", act="save", base=base, **{**LESSON, "text": "Still here."})
    assert "it is there again, as the last one" in writing.colleague.words
    assert "Still here." in writing.boss.get(f"{path}/lessons/{_last(writing.app)}").get_data(as_text=True)


def _last(app: Flask) -> int:
    with learn(app).database.reading() as session:
        return session.scalar(select(func.max(Lesson.id))) or 0


@pytest.mark.parametrize("action", ["discard", "publish", "save"])
def test_an_old_desk_does_nothing_to_the_next_draft(writing: Writing, action: str) -> None:
    path = writing.begun()
    writing.lesson()
    writing.colleague.get(path)
    old = writing.desk_base(writing.colleague)
    writing.press("publish")
    writing.press("change")
    writing.press("save", title="Written since")
    answer = writing.colleague.post(path, action=action, base=old, **{**COVER, "summary": "Typed by the colleague"})
    assert answer.status_code == 409
    assert "nothing was done" in writing.colleague.words
    assert "Typed by the colleague" in writing.colleague.text
    with learn(writing.app).database.reading() as session:
        draft = session.scalars(select(CourseVersion).where(CourseVersion.status == Status.DRAFT)).one()
    assert draft.title == "Written since"


TABLES = ("|a" * 600 + "|\n" + "|-" * 600 + "|\n" + "a\n" * 100 + "\n\nx\n\n") * 100


def test_tables_without_end_are_refused_before_they_are_drawn(writing: Writing) -> None:
    path = writing.begun()
    writing.boss.get(f"{path}/lessons/new")
    began = time.process_time()  # whatever else the machine does
    answer = writing.boss.post(f"{path}/lessons/new", act="save", title="A", text=TABLES)
    assert answer.status_code == 422
    assert "All tables together have more than 5000 cells." in writing.boss.words
    assert "5000 cells" in writing.boss.post(f"{path}/lessons/preview", text=TABLES).get_data(as_text=True)
    brackets = "![" * 150_000
    assert writing.boss.post(f"{path}/lessons/new", act="save", title="A", text=brackets).status_code == 422
    assert "The text has more than 20000 signs of Markdown ([ * _ ` $ ~)" in writing.boss.words
    assert "20000 signs" in writing.boss.post(f"{path}/lessons/preview", text=brackets).get_data(as_text=True)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "form", ["![a [b] c](media:{})", "![r]\n\n[r]: media:{}", "![a](<media:{}>)", '![a](media:{} "t")']
)
def test_a_picture_is_named_as_we_name_it_or_refused(writing: Writing, form: str) -> None:
    path = writing.begun()
    writing.boss.get(f"{path}/lessons/new")
    answer = writing.boss.post(f"{path}/lessons/new", act="save", title="A", text=form.format("0" * 64))
    assert answer.status_code == 422


def test_translations_go_only_with_their_words(writing: Writing) -> None:
    writing.begun()
    writing.lesson()
    with learn(writing.app).database.writing() as session:
        draft = session.scalars(select(CourseVersion).where(CourseVersion.status == Status.DRAFT)).one()
        draft.translations = {"zh_Hans": {"title": "梯子"}}
    writing.press("save", outcomes="\r\n".join(COVER["outcomes"].split("\n")))
    writing.press("publish")
    with learn(writing.app).database.reading() as session:
        kept = session.scalars(select(CourseVersion.translations).where(CourseVersion.title == COVER["title"])).one()
    assert kept == {"zh_Hans": {"title": "梯子"}}


def test_a_page_that_cannot_be_drawn_is_left_out(writing: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    path = writing.begun()
    whole = pdf_pages.drawn

    def broken(at: Path, first: int, count: int) -> list[pdf_pages.Page]:
        if first == 2:
            raise Problem("pdf.page_broken", number=3)
        return whole(at, first, min(count, 2 - first) if first < 2 else count)

    monkeypatch.setattr(pdf_pages, "drawn", broken)
    writing.boss.get(f"{path}/pdf")
    slides = pdf(*(f"D:\\{number}\\" for number in range(1, 6)))
    answer = writing.boss.post(f"{path}/pdf", follow=False, file=(io.BytesIO(slides), "a\0b.pdf"))
    told = ""
    while _count(writing.app, LessonDocument):
        writing.boss.post(answer.headers["Location"])
        told += writing.boss.words
    assert "Page 3 cannot be drawn and is left out." in told
    with learn(writing.app).database.reading() as session:
        lesson = session.get_one(Lesson, _last(writing.app))
    assert lesson.title == "ab"
    assert re.findall(r"!\[([^]]*)\]\(media:", lesson.text) == [f"D:＼{number}＼" for number in (1, 2, 4, 5)]


def _key(by: Visitor) -> str:
    return re.findall(r'name="key"[^>]*value="([^"]*)"', by.text)[0]


def test_a_form_sent_twice_makes_one_course_one_copy_and_one_lesson(writing: Writing) -> None:
    writing.boss.get("/manage/courses/new")
    cover = {**COVER, "unit": writing.units[0], "key": _key(writing.boss)}
    places = {writing.boss.post("/manage/courses/new", follow=False, **cover).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    path = places.pop()
    writing.boss.get(f"{path}/lessons/new")
    key = _key(writing.boss)
    for text in ("One.", "One.", "Two."):
        writing.boss.post(f"{path}/lessons/new", act="save", key=key, **{**LESSON, "text": text})
    with learn(writing.app).database.reading() as session:
        texts = session.scalars(select(Lesson.text).where(Lesson.title == LESSON["title"]).order_by(Lesson.id)).all()
    assert texts == ["One.", "Two."]
    writing.boss.get("/manage/courses/soil/copy")
    copy = {"title": "Our soil", "unit": writing.units[0], "key": _key(writing.boss)}
    for _time in range(2):
        writing.boss.post("/manage/courses/soil/copy", **copy)
    writing.colleague.get("/manage/courses/new")
    writing.colleague.post("/manage/courses/new", **cover)  # somebody else's key makes a course of one's own
    assert _count(writing.app, Course) == 4  # with the pack of the test


def test_words_for_a_course_that_a_colleague_throws_away_are_shown(writing: Writing) -> None:
    path = writing.begun()
    lesson = writing.lesson()
    writing.colleague.get(f"{path}/lessons/new")
    writing.press("discard")
    for address in (f"{path}/lessons/new", f"{path}/lessons/{lesson}"):
        answer = writing.colleague.post(address, act="save", **{**LESSON, "text": "Two hours of <work>."})
        assert answer.status_code == 404
        assert "This course is no longer there" in writing.colleague.words
        assert "Two hours of &lt;work&gt;." in writing.colleague.text
        assert "GB 2" in writing.colleague.text
    assert _count(writing.app, Lesson) == 2


def test_the_form_says_how_many_pages_of_a_pdf_have_no_words(writing: Writing) -> None:
    path, number = writing.begun(), writing.lesson()
    form = {**LESSON, "base": writing.base(writing.boss, number)}
    writing.boss.post(f"{path}/lessons/{number}", act="picture", picture=(_png(), "a.png"), picture_alt="1 / 3", **form)
    assert "1 page of the PDF has no text of its own." in writing.boss.words
    signs = {name: re.findall(rf'name="{name}" value="([^"]*)"', writing.boss.text)[0]
             for name in ("picture-sign", "picture-sha256", "picture-was")}  # fmt: skip
    words = "A ladder stands on four dry feet, and nobody climbs above its third rung from the top."
    form |= {"text": signs["picture-sign"], **signs, "picture-alt-1": words}
    writing.boss.post(f"{path}/lessons/{number}", act="preview", **form)
    assert "of the PDF" not in writing.boss.words
    assert f">\n{words}</textarea>" in writing.boss.text  # more than a line to write in


def test_what_organizers_wrote_stands_before_what_came_as_packs(writing: Writing) -> None:
    for title in ("First of ours", "Second of ours"):
        writing.begun()
        writing.lesson()
        writing.press("publish", title=title)
    writing.boss.get("/manage/courses")
    places = [writing.boss.text.index(f">{title}<") for title in ("Second of ours", "First of ours", "Black soil")]
    assert places == sorted(places)
