"""Organizers set what holds for a course beside its words, and the sections and dates of its lessons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import redirect, request

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Lesson
from suyu_learn.services import course_settings, course_writing
from suyu_learn.services.course_writing import Desk
from suyu_learn.web.acting import actor, carried_out
from suyu_learn.web.context import now, session
from suyu_learn.web.course_writing import ORGANIZERS, course_trail, desk_of
from suyu_learn.web.forms.course_settings import contents_form, contents_in, settings_form, settings_in
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.pages.course_writing import ContentsPage, PlacedLesson, SettingsPage
from suyu_learn.web.reading import html_lang
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()


@routes.get("/manage/courses/<slug>/settings", access=ORGANIZERS)
def course_settings_page(slug: str) -> str:
    """What holds at once for everybody who learns it."""
    here = _own(slug)
    kept = course_settings.settings_of(session(), here.course)
    form = settings_form(_titles(here), data=kept)
    return _settings_page(here, form, kept.fingerprint)


@routes.post("/manage/courses/<slug>/settings", access=ORGANIZERS)
def course_settings_post(slug: str) -> Any:
    """Keep the settings, or show the form again."""
    here = _own(slug)
    form = settings_form(_titles(here))
    base = request.form.get("base", "")

    def keep() -> None:
        wanted = settings_in(form, course_settings.settings_of(session(), here.course))
        course_settings.set_settings(session(), here.course, wanted, actor(), base=base, now=now())

    if not carried_out(form, keep):
        here = _own(slug)
        return _settings_page(here, form, course_settings.settings_of(session(), here.course).fingerprint), 422
    say(MessageKind.SUCCESS, _("Saved. It holds from now on."))
    return redirect(link("course_desk", slug=slug), code=303)


@routes.get("/manage/courses/<slug>/contents", access=ORGANIZERS)
def course_contents(slug: str) -> str:
    """Under which headings the lessons of the draft stand, and from when on each can be opened."""
    here = desk_of(slug)
    lessons = _lessons(here)
    return _contents_page(here, lessons, contents_form(lessons, filled=True))


@routes.post("/manage/courses/<slug>/contents", access=ORGANIZERS)
def course_contents_post(slug: str) -> Any:
    """Keep headings and dates, or show the form again."""
    here = desk_of(slug, hold=True)
    lessons = _lessons(here)
    form = contents_form(lessons)

    def keep() -> None:
        course_settings.set_contents(
            session(), here, contents_in(form, lessons), actor(), base=request.form.get("base", ""), now=now()
        )

    if not carried_out(form, keep):
        here = desk_of(slug)
        return _contents_page(here, _lessons(here), form), 422
    say(MessageKind.SUCCESS, _("Saved. Lessons with the same heading stand behind each other."))
    return redirect(link("course_desk", slug=slug), code=303)


def _own(slug: str) -> Desk:
    """A course whose settings are made here, not in a pack."""
    here = desk_of(slug)
    if here.from_pack:
        raise Problem("course.from_pack")
    return here


def _titles(here: Desk) -> list[tuple[str, str]]:
    return [(str(one.id), title) for one, title in course_settings.requirable(session(), here.course)]


def _lessons(here: Desk) -> Sequence[Lesson]:
    return course_writing.lessons_of(session(), course_writing.draft_of(here))


def _settings_page(here: Desk, form: Any, base: str) -> str:
    return render("courses/settings.html", SettingsPage(
        title=here.shown.title,
        trail=course_trail((here.shown.title, link("course_desk", slug=here.course.slug))),
        form=form,
        base=base,
    ))  # fmt: skip


def _contents_page(here: Desk, lessons: Sequence[Lesson], form: Any) -> str:
    return render("courses/contents.html", ContentsPage(
        title=here.shown.title,
        lang=html_lang(here.shown.lang),
        trail=course_trail((here.shown.title, link("course_desk", slug=here.course.slug))),
        form=form,
        base=course_settings.contents_fingerprint(lessons),
        lessons=tuple(
            PlacedLesson(str(one.position), one.title, form[f"section_{one.id}"], form[f"opens_{one.id}"])
            for one in lessons
            if f"section_{one.id}" in form
        ),
        sections=tuple(dict.fromkeys(one.section for one in lessons if one.section)),
    ))  # fmt: skip
