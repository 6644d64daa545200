"""Films and sounds of course packs: filed, named as they are stored, and taken along again."""

from __future__ import annotations

import io
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content import pictures
from suyu_learn.content.drafts import FilmDraft, MediaDraft
from suyu_learn.content.formats import course_zip
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Lesson, Media
from suyu_learn.services import course_packs, films, people
from tests.clock import START
from tests.factories import course_draft
from tests.films import film
from tests.pictures import drawing

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def session(database: Any) -> Any:
    transaction = database.open(write=True)
    yield transaction.session
    transaction.close()


@on_sqlite
def test_pictures_and_films_of_a_pack_are_kept_with_their_lessons(session: Session, tmp_path: Path) -> None:
    people.install_audiences(session)
    picture, path = MediaDraft(drawing(), "soil.png"), tmp_path / "plough.mp4"
    path.write_bytes(film(2, head_last=True))
    played = FilmDraft(path, sha256(path.read_bytes()).hexdigest())
    draft = course_draft()
    first = replace(draft.lessons[0], text=f"{pictures.mark(picture.sha256, 'soil')} {pictures.mark(played.sha256)}")
    draft = replace(draft, lessons=(first, *draft.lessons[1:]), media=(picture, played))
    for stored in (True, False):
        prepared = films.prepare(draft.media, folder=tmp_path / "media")
        (loaded,) = course_packs.load_courses(session, [draft], now=START, prepared=prepared)
        assert loaded.stored is stored
    lesson = session.scalars(select(Lesson).order_by(Lesson.position)).first()
    assert lesson is not None
    kept = films.of_lessons(session, [lesson.id])[lesson.id]
    assert [(one.seconds, one.is_film, one.name) for one in kept] == [(2, True, "plough.mp4")]
    assert kept[0].sha256 == sha256(film(2)).hexdigest()  # with its tables in front
    assert set(pictures.named_in({"text": lesson.text})) == {one.sha256 for one in session.scalars(select(Media))}
    broken = replace(draft, media=(MediaDraft(b"\x1aE\xdf\xa3 webm", "plough.webm"),))
    broken = replace(broken, lessons=(replace(first, text=pictures.mark(broken.media[0].sha256)), *draft.lessons[1:]))
    prepared = films.prepare(broken.media, folder=tmp_path / "media")
    with pytest.raises(Problem) as refusal:
        course_packs.load_courses(session, [broken], now=START, prepared=prepared)
    assert (refusal.value.code, str(refusal.value.place)) == (
        "film.container", "courses/farmers/soil/media/plough.webm",
    )  # fmt: skip


def test_a_film_goes_along_in_a_zip_from_its_file_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(film(2))
    sha = sha256(film(2)).hexdigest()
    draft = course_draft()
    first = replace(draft.lessons[0], title="Ploughs", text=pictures.mark(sha, "a plough"))
    draft = replace(draft, lessons=(first, replace(draft.lessons[1], title="More")))
    stream = io.BytesIO()
    course_zip.write(draft, (), stream, lambda _sha: pytest.fail("no picture"), {sha: (path, "video/mp4")})
    back, _bank = course_zip.read(stream.getvalue(), file_name="a.zip", types={})
    assert back.lessons[0].text == first.text
    assert [one.name for one in back.media] == [f"{sha}.mp4"]
    stored = films.prepare(back.media, folder=tmp_path / "media")[sha]
    assert not isinstance(stored, Problem)
    assert (stored.sha256, stored.seconds) == (sha, 2)
