"""A lesson from a PDF: choosing the file, and drawing its pages, some with each request."""

from __future__ import annotations

import time
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.content.formats.pdf_pages import MOST_PAGES
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import LessonDocument
from suyu_learn.services import course_pages, course_writing, lesson_writing
from suyu_learn.services.course_writing import Desk
from suyu_learn.web import context, problems
from suyu_learn.web.acting import actor
from suyu_learn.web.context import learn, now, session, writing_apart
from suyu_learn.web.course_writing import ORGANIZERS, course_trail, desk_of
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.pages.course_writing import DrawingPage, PdfPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

SECONDS = 4.0
"""For so long one request goes on drawing; then the page says how far it is, and posts the next."""


@routes.get("/manage/courses/<slug>/pdf", access=ORGANIZERS)
def pdf_lesson(slug: str) -> str:
    """Where a PDF is chosen."""
    return _pdf_page(desk_of(slug))


@routes.post("/manage/courses/<slug>/pdf", access=ORGANIZERS, writes=False, endpoint="pdf_lesson_post")
def pdf_lesson_post(slug: str) -> Any:
    """Take a PDF in, and begin to draw it."""
    desk_of(slug)
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Problem("pdf.none", place=Place(field="file"))
        name, content = sent.filename, sent.stream.read()
        context.close()
        filed = course_pages.file(content, name, folder=learn().media_folder)
    except Problem as problem:
        return _pdf_page(desk_of(slug), problems.sentence(problem)), 422
    with writing_apart() as writing:
        here = course_writing.desk(writing, slug, actor(), hold=True)
        course_writing.wrote(writing, here, actor(), now=now())
        lesson_id = course_pages.begin(writing, here, filed, now=now()).id
    return redirect(link("lesson_pages", slug=slug, lesson_id=lesson_id), code=303)


@routes.get("/manage/courses/<slug>/lessons/<int:lesson_id>/pages", access=ORGANIZERS)
def lesson_pages(slug: str, lesson_id: int) -> Any:
    """How far drawing has come; the lesson itself once all is there."""
    here = desk_of(slug)
    lesson = lesson_writing.lesson_of(session(), here, lesson_id)
    document = course_pages.of(session(), lesson)
    if document is None:
        return redirect(link("edit_lesson", slug=slug, lesson_id=lesson_id), code=303)
    return _drawing_page(here, document)


@routes.post("/manage/courses/<slug>/lessons/<int:lesson_id>/pages", access=ORGANIZERS, writes=False,
             endpoint="lesson_pages_post")  # fmt: skip
def lesson_pages_post(slug: str, lesson_id: int) -> Any:
    """Draw some pages more."""
    lesson_writing.lesson_of(session(), desk_of(slug), lesson_id)
    until = time.monotonic() + SECONDS
    try:
        while _drawn_more(slug, lesson_id) and time.monotonic() < until:
            pass
    except Problem as problem:
        context.close()
        say(MessageKind.ERROR, problems.sentence(problem))
        return redirect(link("course_desk", slug=slug), code=303)
    return _answer(slug, lesson_id)


def _drawn_more(slug: str, lesson_id: int) -> bool:
    """Draw and keep the next pages; whether there are more."""
    lesson = lesson_writing.lesson_of(session(), desk_of(slug), lesson_id)
    document = course_pages.of(session(), lesson)
    context.close()
    if document is None:
        return False
    drawn = course_pages.draw(document, folder=learn().media_folder)
    with writing_apart() as writing:
        here = course_writing.desk(writing, slug, actor(), hold=True)
        lesson = lesson_writing.lesson_of(writing, here, lesson_id)
        left_out = course_pages.keep(writing, lesson, drawn, now=now(), pace=learn().pace)
        goes_on = course_pages.of(writing, lesson) is not None
    if left_out:
        say(MessageKind.WARNING, _("Page %(number)s cannot be drawn and is left out.", number=left_out))
    return goes_on


def _answer(slug: str, lesson_id: int) -> Response:
    lesson = lesson_writing.lesson_of(session(), desk_of(slug), lesson_id)
    if course_pages.of(session(), lesson) is not None:
        return redirect(link("lesson_pages", slug=slug, lesson_id=lesson_id), code=303)
    say(MessageKind.SUCCESS, _("All pages are there. Give the lesson a title, and choose its questions."))
    return redirect(link("edit_lesson", slug=slug, lesson_id=lesson_id), code=303)


def _pdf_page(here: Desk, error: str = "") -> str:
    draft = course_writing.draft_of(here)
    return render("courses/pdf.html", PdfPage(
        trail=course_trail((draft.title, link("course_desk", slug=here.course.slug))),
        post_url=link("pdf_lesson_post", slug=here.course.slug),
        most_pages=str(MOST_PAGES),
        most_megabytes=str(min(course_pages.MOST_BYTES // 1024 // 1024, learn().settings.max_upload_mb)),
        error=error,
    ))  # fmt: skip


def _drawing_page(here: Desk, document: LessonDocument) -> str:
    return render("courses/drawing.html", DrawingPage(
        title=document.name,
        trail=course_trail((here.shown.title, link("course_desk", slug=here.course.slug))),
        said=_("%(done)s of %(count)s pages drawn", done=document.drawn, count=document.pages),
        done=document.drawn,
        of=document.pages,
        post_url=link("lesson_pages_post", slug=here.course.slug, lesson_id=document.lesson_id),
    ))  # fmt: skip
