"""A film or sound for a lesson of the draft: choosing the file, its words, and where it stands."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from flask import jsonify, redirect, request

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Lesson
from suyu_learn.services import course_writing, films, lesson_writing
from suyu_learn.services.course_writing import Desk
from suyu_learn.web import context, problems, uploads
from suyu_learn.web.acting import actor
from suyu_learn.web.context import learn, now, session, writing_apart
from suyu_learn.web.course_writing import ORGANIZERS, course_trail, desk_of
from suyu_learn.web.errors import is_script
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.pages.course_films import FilmPage
from suyu_learn.web.players import playing
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

LONGEST_WORDS = 500


@routes.get("/manage/courses/<slug>/lessons/<int:lesson_id>/film", access=ORGANIZERS)
def lesson_film(slug: str, lesson_id: int) -> str:
    """Where a film or sound is chosen."""
    here = desk_of(slug)
    return _page(here, lesson_writing.lesson_of(session(), here, lesson_id))


@routes.post("/manage/courses/<slug>/lessons/<int:lesson_id>/film", access=ORGANIZERS, writes=False,
             endpoint="lesson_film_post", before=uploads.receive_films)  # fmt: skip
def lesson_film_post(slug: str, lesson_id: int) -> Any:
    """Take a film or sound in, and put it into the lesson."""
    lesson_writing.lesson_of(session(), desk_of(slug), lesson_id)
    words = " ".join(request.form.get("words", "").split())[:LONGEST_WORDS]
    sent = request.files.get("film")
    try:
        if sent is None or not sent.filename:
            raise Problem("film.none", place=Place(field="film"))
        context.close()
        filed, name = films.file(uploads.path_of(sent), folder=learn().media_folder), films.tidy_name(sent.filename)
        with writing_apart() as writing:
            here = course_writing.desk(writing, slug, actor(), hold=True)
            lesson = lesson_writing.lesson_of(writing, here, lesson_id)
            called = words or PurePath(name).stem
            films.put(writing, lesson, filed, called, name=name, first=request.form.get("where") == "first",
                      now=now(), pace=learn().pace)  # fmt: skip
    except Problem as problem:
        if is_script():
            raise
        context.close()
        here = desk_of(slug)
        return _page(here, lesson_writing.lesson_of(session(), here, lesson_id), words, problem), 422
    said = _("“%(words)s” stands in the lesson: %(length)s.", words=called, length=playing(filed.seconds or 0))
    if words:
        say(MessageKind.SUCCESS, said, todo=_("Move its sign in the text to where it shall play."))
    else:
        say(MessageKind.WARNING, said, todo=_("Write beside its sign what is shown or said, for who cannot see it."))
    way_on = link("edit_lesson", slug=slug, lesson_id=lesson_id)
    return jsonify(url=way_on) if is_script() else redirect(way_on, code=303)


def _page(here: Desk, lesson: Lesson, words: str = "", problem: Problem | None = None) -> str:
    most = uploads.most_megabytes()
    back = link("edit_lesson", slug=here.course.slug, lesson_id=lesson.id)
    return render("courses/film.html", FilmPage(
        trail=course_trail((here.shown.title, link("course_desk", slug=here.course.slug)), (lesson.title, back)),
        post_url=link("lesson_film_post", slug=here.course.slug, lesson_id=lesson.id),
        back_url=back,
        most_megabytes=str(most),
        too_large=problems.sentence(Problem("film.too_large", most=most)),
        words=words,
        first=request.form.get("where") == "first",
        error=problems.sentence(problem) if problem is not None else "",
    ))  # fmt: skip
