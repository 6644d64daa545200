"""Films and sounds in lessons: put in by organizers, sent by ranges, played by learners, counted as watched."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Completion, Course, Lesson, Media, ProgressStep, Question
from suyu_learn.services import films, media
from suyu_learn.services import lesson_writing as lessons
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import filmed_course, learn, learner, stored_film
from tests.films import film, mp3
from tests.web.test_bank_editor import typed_form
from tests.web.test_course_writing import LESSON, Writing

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _send(writing: Writing, lesson: int, content: bytes, *, name: str = "ladder.mp4", by: Visitor | None = None,
          follow: bool = False, **more: Any) -> TestResponse:  # fmt: skip
    path, by = f"{writing.path}/lessons/{lesson}/film", by or writing.boss
    by.get(path)
    return by.post(path, follow=follow, **{"film": (io.BytesIO(content), name), "words": "Up a ladder", **more})


def _lesson(app: Flask) -> Lesson:
    with learn(app).database.reading() as session:
        return session.scalars(select(Lesson).order_by(Lesson.id.desc())).first()  # type: ignore[return-value]


def _left_over(app: Flask) -> list[Path]:
    return [path for path in (learn(app).media_folder.parent / media.UPLOADS).glob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "name", "mime", "seconds", "where"),
    [
        (film(61, head_last=True), "ladder.mp4", "video/mp4", 61, "last"),
        (mp3(5.01), "梯子.mp3", "audio/mpeg", 5, "first"),
    ],
)
def test_a_film_or_sound_is_put_into_a_lesson_and_plays_there(
    writing: Writing, content: bytes, name: str, mime: str, seconds: int, where: str
) -> None:
    writing.begun()
    number = writing.lesson()
    writing.boss.get(f"{writing.path}/lessons/{number}")
    assert "Save, and add a film or sound" in writing.boss.words
    answer = _send(writing, number, content, name=name, where=where)
    assert answer.headers["Location"] == f"{writing.path}/lessons/{number}"
    with learn(writing.app).database.reading() as session:
        row = session.scalars(select(Media)).one()
        assert (row.mime, row.seconds, row.name) == (mime, seconds, name)
    path = media.path_of(learn(writing.app).media_folder, row.sha256)
    assert path.stat().st_size == row.size == len(content)
    assert _left_over(writing.app) == []
    text = _lesson(writing.app).text
    mark = f"![Up a ladder](media:{row.sha256})"
    assert text == (f"{mark}\n\n{LESSON['text']}" if where == "first" else f"{LESSON['text']}\n\n{mark}")
    writing.boss.get(f"{writing.path}/lessons/{number}")
    assert ("[Film 1]" if mime == "video/mp4" else "[Sound 1]") in writing.boss.text
    writing.press("publish")
    writing.lin.get(f"/courses/{writing.path.rpartition('/')[2]}")
    lesson = re.findall(r'href="(/courses/[^"/]+/[^"/]+)"', writing.lin.text)[0]
    writing.lin.get(lesson)
    kind = "video" if mime == "video/mp4" else "audio"
    player = re.search(rf"<{kind} [^>]*>", writing.lin.text)
    assert player is not None
    for said in ("controls", 'preload="metadata"', f'src="/media/{row.sha256}"', 'aria-label="Up a ladder"'):
        assert said in player[0]
    assert "autoplay" not in writing.lin.text
    with writing.lin.client.get(f"/media/{row.sha256}") as reply:
        assert (reply.status_code, reply.get_data()) == (200, path.read_bytes())


@pytest.fixture
def writing(app: Flask) -> Writing:
    return Writing(app)


REFUSED = (
    (film(codec=b"hvc1"), "is coded as HEVC (H.265), which many phones do not play. Export it again as MP4"),
    (film(sound=b"ac-3"), "The sound of this file is coded as AC-3"),
    (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(90), "This file is WebM"),
    (film()[:-30], "This file is not whole"),
    (b"", "Choose a film or sound"),
)


def test_what_phones_do_not_play_is_named_and_nothing_is_kept(writing: Writing) -> None:
    writing.begun()
    number = writing.lesson()
    for content, said in REFUSED:
        answer = _send(writing, number, content, name="x.mp4" if content else "")
        assert answer.status_code == 422
        assert said in writing.boss.words
        assert 'value="Up a ladder"' in writing.boss.text  # what was typed
    with learn(writing.app).database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Media)) == 0
    assert _left_over(writing.app) == []
    assert _lesson(writing.app).text == LESSON["text"]
    writing.boss.headers["Accept"] = "application/json"  # as our script asks
    answer = _send(writing, number, film(codec=b"vp09"))
    assert (answer.status_code, answer.json["reason"]) == (400, "film.codec")  # type: ignore[index]
    assert "VP9" in answer.json["message"]  # type: ignore[index]
    assert _send(writing, number, film()).json == {"url": f"{writing.path}/lessons/{number}"}


def test_a_film_that_is_too_large_for_the_rules_or_the_disk_is_refused_before_it_comes(
    writing: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing.begun()
    number = writing.lesson()
    path = f"{writing.path}/lessons/{number}/film"
    writing.boss.get(path)

    class Unread(io.BytesIO):
        def read(self, *_size: int) -> bytes:  # type: ignore[override]
            raise AssertionError("nothing of it is read")

        readline = readinto = read  # type: ignore[assignment]

    reply = writing.boss.client.post(
        path, input_stream=Unread(), headers=writing.boss.headers,
        environ_overrides={"CONTENT_LENGTH": str(2 * 1024**3), "CONTENT_TYPE": "multipart/form-data; boundary=x"},
    )  # fmt: skip
    assert reply.status_code == 413
    assert "A film or sound has 500 MB at the most. Export it smaller" in reply.get_data(as_text=True)
    monkeypatch.setattr(films, "SPARE", 1 << 60)
    assert _send(writing, number, film()).status_code == 507
    assert "The disk of this server is too full" in writing.boss.words


def test_only_who_writes_the_course_puts_films_into_it_and_questions_take_none(writing: Writing) -> None:
    writing.begun()
    number = writing.lesson()
    for stranger in (writing.stranger, writing.lin):
        assert _send(writing, number, film(), by=stranger).status_code in (403, 404)
    _send(writing, number, film())
    with learn(writing.app).database.reading() as session:
        sha = session.scalars(select(Media.sha256)).one()
    assert writing.stranger.get(f"/media/{sha}").status_code == 404
    assert writing.lin.get(f"/media/{sha}").status_code == 404  # not published yet
    with writing.colleague.client.get(f"/media/{sha}") as reply:
        assert reply.status_code == 200
    with learn(writing.app).database.writing() as session:
        lesson = session.scalars(select(Lesson).where(Lesson.id == number)).one()
        source = learn(writing.app).media_folder / sha[:2] / sha
        filed = films.file(source, folder=learn(writing.app).media_folder)
        films.MOST_FILMS, most = 1, films.MOST_FILMS
        try:
            with pytest.raises(Problem, match="too_many"):
                films.put(session, lesson, filed, "Once more", name="a.mp4", first=False, now=START)
        finally:
            films.MOST_FILMS = most
        assert lessons.written(lesson).text.count("media:") == 1
    with learn(writing.app).database.reading() as session:
        question = session.scalars(select(Question.id).where(Question.bank_id == writing.bank_id)).first()
    editor = f"/manage/bank/{writing.bank_id}/questions/{question}/edit"
    writing.boss.get(editor)
    form = typed_form(writing.boss)
    answer = writing.boss.post(editor, **{**form, "stem": f"What is it? ![a film](media:{sha})", "act": "save"})
    assert answer.status_code == 422
    assert "A question has no films or sounds; they stand in lessons." in writing.boss.words


# Ranges


@pytest.fixture
def shown(app: Flask) -> tuple[Visitor, str, bytes]:
    """A learner in a lesson with a film, its address and its bytes."""
    content = film(8)
    with learn(app).database.writing() as session:
        sha = stored_film(app, session, content)
        filmed_course(session, (sha, "A film"), now=START)
        learner(session, now=START, username="lin")
    lin = Visitor(app).sign_in("lin")
    lin.get("/courses/soil/lesson-1")
    return lin, f"/media/{sha}", content


RANGES: tuple[tuple[str | None, int, slice, str | None], ...] = (
    (None, 200, slice(None), None),
    ("bytes=0-", 206, slice(0, None), "bytes 0-{last}/{size}"),
    ("bytes=0-99", 206, slice(0, 100), "bytes 0-99/{size}"),
    ("bytes=100-100", 206, slice(100, 101), "bytes 100-100/{size}"),
    ("bytes=-7", 206, slice(-7, None), "bytes {seventh}-{last}/{size}"),
    ("bytes=5-99999999", 206, slice(5, None), "bytes 5-{last}/{size}"),
    ("bytes=0-1,5-6", 200, slice(None), None),
)


def test_players_ask_for_ranges(shown: tuple[Visitor, str, bytes]) -> None:
    lin, path, content = shown
    size = len(content)
    for asked, status, part, told in RANGES:
        headers = {"Range": asked} if asked else {}
        with lin.client.get(path, headers=headers) as reply:
            assert (reply.status_code, reply.get_data()) == (status, content[part])
            assert int(reply.headers["Content-Length"]) == len(content[part])
            wanted = told.format(last=size - 1, seventh=size - 7, size=size) if told else None
            assert reply.headers.get("Content-Range") == wanted
            assert (reply.headers["Accept-Ranges"], reply.headers["Content-Type"]) == ("bytes", "video/mp4")
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            assert reply.headers["Cache-Control"].startswith("private")
        with lin.client.head(path, headers=headers) as reply:
            assert (reply.status_code, reply.get_data()) == (status, b"")
    for asked in ("bytes=99999999-", "bytes=-0", "bytes=9-3", "bytes=x-y", "lines=0-1"):
        with lin.client.get(path, headers={"Range": asked}) as reply:
            assert (reply.status_code, reply.headers["Content-Range"]) == (416, f"bytes */{size}")


def test_a_range_of_another_file_is_the_whole_one_and_what_is_known_is_not_sent_again(
    shown: tuple[Visitor, str, bytes],
) -> None:
    lin, path, content = shown
    with lin.client.get(path, headers={"Range": "bytes=0-3"}) as reply:
        etag = reply.headers["ETag"]
    with lin.client.get(path, headers={"Range": "bytes=0-3", "If-Range": etag}) as reply:
        assert (reply.status_code, reply.get_data()) == (206, content[:4])
    with lin.client.get(path, headers={"Range": "bytes=0-3", "If-Range": '"another"'}) as reply:
        assert (reply.status_code, reply.get_data()) == (200, content)
    with lin.client.get(path, headers={"If-None-Match": etag}) as reply:
        assert (reply.status_code, reply.get_data()) == (304, b"")


def test_a_range_is_for_those_who_may_see_the_film(app: Flask, shown: tuple[Visitor, str, bytes]) -> None:
    _lin, path, _content = shown
    assert Visitor(app).client.get(path, headers={"Range": "bytes=0-1"}).status_code == 404


# Watching


@dataclass
class Room:
    """A learner before a lesson with a film of a minute and a sound of ten seconds."""

    app: Flask
    clock: FrozenClock
    lin: Visitor
    film: str
    sound: str

    def tell(self, *spans: tuple[str, float, float], seconds: float, key: str = "", age: int = 0) -> TestResponse:
        """Let time pass, and tell what was played in it."""
        self.clock.advance(seconds=seconds)
        told = [[sha, begin, end, end - begin] for sha, begin, end in spans]
        key = key or f"key-{self.clock().timestamp()}-{len(told)}".replace(".", "-")
        report = {"key": key, "spans": told, "unseen": 0, "age": age}
        return self.lin.post("/courses/soil/lesson-1/watched", follow=False, watched=json.dumps([report]))

    def watched(self) -> list[tuple[str, float, float, int]]:
        with learn(self.app).database.reading() as session:
            rows = session.scalars(
                select(ProgressStep).where(ProgressStep.kind == "watched").order_by(ProgressStep.id)
            ).all()
        return [(row.detail["media"], row.detail["from"], row.detail["to"], row.seconds) for row in rows]  # type: ignore[index]

    def finish(self, place: int = 1, **more: Any) -> TestResponse:
        return self.lin.post(f"/courses/soil/lesson-{place}", follow=False, action="finish", **more)


@pytest.fixture
def room(app: Flask, clock: FrozenClock) -> Room:
    with learn(app).database.writing() as session:
        sha, sound = stored_film(app, session, film(60)), stored_film(app, session, mp3(10.01), name="a.mp3")
        filmed_course(session, (sha, "Up a ladder"), (sound, "Read out"), now=START, seek_lock=True)
        learner(session, now=START, username="lin")
    lin = Visitor(app).sign_in("lin")
    lin.get("/courses/soil/lesson-1")
    return Room(app, clock, lin, sha, sound)


def test_pages_say_how_long_the_films_are(room: Room) -> None:
    assert "about 1 minute · films 1 minute · sounds 10 seconds" in room.lin.words
    assert "Films cannot be skipped here" in room.lin.words
    room.lin.get("/courses/soil")
    assert "Films and sounds 1 minute" in room.lin.words
    assert "up to 0.07 credit hours" in room.lin.words  # 120 s of text and 70 s of film of 2700 s
    room.lin.get("/courses")
    assert "films 1 minute" in room.lin.words


def test_a_film_that_cannot_be_skipped_is_watched_before_the_lesson_is_finished(room: Room) -> None:
    assert room.finish().headers["Location"].endswith("/courses/soil/lesson-1#questions")
    room.lin.get("/courses/soil/lesson-1")
    assert "“Up a ladder” is not watched to its end: 0:57 are left. Go on from 0:00;" in room.lin.words
    room.tell((room.film, 0, 40), seconds=40)
    room.finish()
    room.lin.get("/courses/soil/lesson-1")
    assert "“Up a ladder” is not watched to its end: 0:17 are left. Go on from 0:40;" in room.lin.words
    assert "&#34;: [[0.0, 40.0]]" in room.lin.text  # where the script goes on
    room.clock.advance(seconds=17)
    report = {"key": "last-part", "spans": [[room.film, 40, 57.2, 17]], "unseen": 0, "age": 0}
    reply = room.finish(seconds=57, watched=json.dumps([report]))  # what was just watched comes with the button
    assert reply.headers["Location"].endswith("/courses/soil/lesson-2")


def test_no_more_is_watched_than_time_has_passed_and_a_key_counts_once(room: Room) -> None:
    assert room.tell((room.film, 0, 60), seconds=10).status_code == 204
    assert room.watched() == [(room.film, 0.0, 20.0, 10)]  # at double speed at the most
    room.tell((room.film, 20, 60), seconds=0)
    assert len(room.watched()) == 1
    room.tell((room.film, 20, 30), seconds=10, key="the-same")
    room.tell((room.film, 30, 40), seconds=10, key="the-same")
    assert len(room.watched()) == 2
    room.tell((room.film, 30, 40), ("f" * 64, 0, 5), (room.sound, 8, 99), seconds=12, age=0)
    assert room.watched()[2:] == [(room.film, 30.0, 40.0, 10), (room.sound, 8.0, 10.0, 12)]
    room.tell((room.film, 40, 50), seconds=5, age=24 * 3600)  # before the lesson was opened
    assert len(room.watched()) == 4


UNREADABLE = (
    "{", "[1]", '[{"key": "x"}]', '[{"key": "a-good-key", "spans": [[1, 2, 3, 4]], "unseen": 0, "age": 0}]',
    f'[{{"key": "a-good-key", "spans": [["{"f" * 64}", 0, NaN, 4]], "unseen": 0, "age": 0}}]',
    f'[{{"key": "a-good-key", "spans": [["{"f" * 64}", 0, 1e999, 4]], "unseen": 0, "age": 0}}]',
    '[{"key": "a-good-key", "spans": [], "unseen": -1, "age": 0}]', "[" * 5000,
)  # fmt: skip


def test_what_our_script_does_not_write_is_refused(room: Room) -> None:
    for said in UNREADABLE:
        assert room.lin.post("/courses/soil/lesson-1/watched", watched=said).status_code == 400
    assert room.watched() == []


def test_hours_count_what_was_watched_and_the_evidence_names_it(room: Room) -> None:
    with learn(room.app).database.writing() as session:
        session.scalars(select(Course)).one().seek_lock = False
    room.tell((room.film, 0, 30), seconds=30)
    room.tell((room.film, 20, 40), (room.sound, 0, 5), seconds=25)
    room.clock.advance(seconds=500)
    reply = room.finish(seconds=555, time_key="time-of-one")
    assert reply.headers["Location"].endswith("/courses/soil/lesson-2")
    room.lin.get("/courses/soil/lesson-2")
    room.clock.advance(seconds=70)
    room.finish(2, seconds=70, time_key="time-of-two")
    with learn(room.app).database.reading() as session:
        first, second = session.scalars(select(Completion)).one().evidence["lessons"]
    assert first["films"] == [
        {"media": room.film, "name": "a.mp4", "seconds": 60, "watched": 40},
        {"media": room.sound, "name": "a.mp3", "seconds": 10, "watched": 5},
    ]
    assert (first["spent"], first["plausible"], first["counted"]) == (555, first["plausible"], first["plausible"] + 45)
    assert "films" not in second
    assert second["counted"] == 60


def test_a_page_that_is_kept_says_that_its_film_needs_a_line(writing: Writing) -> None:
    writing.begun()
    _send(writing, writing.lesson(), film(61))
    writing.press("publish")
    writing.lin.get(f"/courses/{writing.path.rpartition('/')[2]}")
    lesson = re.findall(r'href="(/courses/[^"/]+/[^"/]+)"', writing.lin.text)[0]
    said = "The films and sounds of this lesson are not kept on this device"
    writing.lin.get(lesson)
    assert said not in writing.lin.words
    writing.lin.get(f"{lesson}/kept")
    assert said in writing.lin.words
