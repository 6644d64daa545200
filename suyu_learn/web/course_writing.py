"""Organizers write courses: the desk of one, its lessons with a preview, the questions at their end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.models import CourseVersion, Lesson, Person, Role, Status, Unit
from suyu_learn.services import (
    audiences,
    course_review,
    course_settings,
    course_writing,
    courses,
    grants,
    lesson_writing,
    units,
)
from suyu_learn.services.course_writing import Desk
from suyu_learn.web import problems, words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, carried_out
from suyu_learn.web.context import now, session
from suyu_learn.web.forms.courses import copy_form, cover_form, cover_in
from suyu_learn.web.i18n import _, language, listed, local_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import Action, Choice, Message, MessageKind, Row
from suyu_learn.web.pages.course_writing import (
    DeskPage,
    NewCoursePage,
    WrittenLesson,
)
from suyu_learn.web.reading import html_lang, minutes
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

ORGANIZERS = holding(Role.ORGANIZER)
_ENDS: dict[str, Callable[..., object]] = {"publish": course_writing.publish, "hand_in": course_review.hand_in}
"""The buttons that end the writing."""


@routes.get("/manage/courses/new", access=ORGANIZERS)
def new_course() -> str:
    """An empty cover."""
    return _new_page(cover_form(audience_choices(), units=unit_choices(), begins=True))


@routes.post("/manage/courses/new", access=ORGANIZERS, endpoint="new_course_post")
def new_course_post() -> Any:
    """Begin a course, and go on at its desk."""
    form: Any = cover_form(audience_choices(), units=unit_choices(), begins=True)
    begun: list[str] = []

    def begin() -> None:
        cover = cover_in(form)
        course = course_writing.begin(
            session(), actor(), _unit(form), cover, lang=language(), now=now(), slug=form.key.data or ""
        )
        begun.append(course.slug)

    if not carried_out(form, begin):
        return _new_page(form), 422
    return redirect(link("course_desk", slug=begun[0]), code=303)


@routes.get("/manage/courses/<slug>", access=ORGANIZERS)
def course_desk(slug: str) -> str:
    """A course being written, or what is published of it."""
    return _desk_page(desk_of(slug))


@routes.post("/manage/courses/<slug>", access=ORGANIZERS, endpoint="course_desk_post")
def course_desk_post(slug: str) -> Any:
    """What a button asks for: begin a draft, keep the cover, move or remove a lesson, publish, discard.

    Whatever it is, the cover as typed is kept first; nothing is done to another draft than the one that was looked at.
    """
    here = desk_of(slug, hold=True)
    act, _sep, which = request.form.get("action", "").partition("-")
    number = int(which) if is_number(which) else 0
    back = link("course_desk", slug=slug)
    if act == "change":
        course_writing.change(session(), here, now=now())
        return redirect(back, code=303)
    if request.form.get("base", "") != here.fingerprint:
        return _changed_meanwhile(here), 409
    if act == "discard":
        return _discarded(here)
    if here.draft is None:
        return redirect(back, code=303)
    wrong = _kept(here, act if act in _ENDS else "")
    if wrong is not None:
        return wrong
    if act in ("up", "down"):
        note_writing(here)
        lesson_writing.move_lesson(session(), here, number, up=act == "up")
        back += f"#lesson-{number}"
    elif act == "remove":
        return _desk_page(desk_of(slug), asks=lesson_writing.lesson_of(session(), here, number))
    elif act == "sure":
        note_writing(here)
        lesson_writing.remove_lesson(session(), here, number)
        say(MessageKind.SUCCESS, _("The lesson is removed."))
    elif act == "withdraw":
        course_review.take_back(session(), here, actor(), now=now())
        say(MessageKind.SUCCESS, _("It is a draft again."))
    elif act == "save":
        say(MessageKind.SUCCESS, _("Saved."))
    return redirect(back, code=303)


@routes.get("/manage/courses/<slug>/copy", access=ORGANIZERS)
def copy_course(slug: str) -> str:
    """What a copy shall be called."""
    found = courses.find(session(), slug)
    assert found.published_version is not None  # `find` finds published courses
    title = _("%(title)s (copy)", title=found.published_version.title[:180])
    return _copy_page(slug, copy_form(title, unit_choices()))


@routes.post("/manage/courses/<slug>/copy", access=ORGANIZERS, endpoint="copy_course_post")
def copy_course_post(slug: str) -> Any:
    """Make the copy, as a draft."""
    found = courses.find(session(), slug)
    form: Any = copy_form("", unit_choices())
    made: list[str] = []

    def copied() -> None:
        title = (form.title.data or "").strip()
        copy = course_writing.copy(
            session(), found, actor(), _unit(form), title=title, now=now(), slug=form.key.data or ""
        )
        made.append(copy.slug)

    if not carried_out(form, copied):
        return _copy_page(slug, form), 422
    say(MessageKind.SUCCESS, _("This is the copy. Change what you like; learners see it once you publish it."))
    return redirect(link("course_desk", slug=made[0]), code=303)


def desk_of(slug: str, *, hold: bool = False) -> Desk:
    """The course of an address, for who may write it."""
    return course_writing.desk(session(), slug, actor(), hold=hold)


def unit_choices() -> list[tuple[Unit, int]]:
    """The units in which the person organizes, as a tree."""
    return units.choices(session(), grants.reach(session(), actor(), Role.ORGANIZER))


def _unit(form: Any) -> int:
    """The unit that was chosen, or the only one there is."""
    field = getattr(form, "unit", None)
    if field is not None:
        return int(field.data)
    only = unit_choices()
    if not only:
        raise Problem("course.no_unit")
    return only[0][0].id


def audience_choices() -> list[tuple[str, str]]:
    """Audiences with their names."""
    return [(one.code, words.audience(one)) for one in audiences.every(session())]


def _new_page(form: Any) -> str:
    return render("courses/new.html", NewCoursePage(
        title=_("New course"), trail=course_trail(), form=form, label=_("Begin to write"),
        hint=_("You can change all of it until you publish, and afterwards too."),
    ))  # fmt: skip


def _copy_page(slug: str, form: Any) -> str:
    return render("courses/new.html", NewCoursePage(
        title=_("Copy a course"), trail=course_trail(), form=form, label=_("Copy"),
        hint=_("Lessons and questions come along; who learns the original is not touched."),
    ))  # fmt: skip


def course_trail(*more: tuple[str, str]) -> tuple[Action, ...]:
    """The way from the organizer's home to a page about a course."""
    return trail((_("Courses"), link("manage_courses")), *more)


def _changed_meanwhile(here: Desk) -> str:
    """The desk as it is now, with the cover as it was typed."""
    say(MessageKind.ERROR, _("Somebody else has changed this course meanwhile, so nothing was done."),
        todo=_("This is how it stands now. Look it over, and press the button once more."))  # fmt: skip
    return _desk_page(here, cover_form(audience_choices()) if here.draft is not None else None)


def note_writing(here: Desk) -> None:
    """Note that the person writes in the draft, and say so where that takes it back from review."""
    waited = course_writing.draft_of(here).status is Status.REVIEW
    course_writing.wrote(session(), here, actor(), now=now())
    if waited:
        _say_taken_back()


def _say_taken_back() -> None:
    say(MessageKind.WARNING, _("With this change the draft is taken back from review."),
        todo=_("Send it to review again when you have finished."))  # fmt: skip


def _kept(here: Desk, end: str) -> Any:
    """Keep the cover, and publish or send to review; the page with what is wrong, or None."""
    slug, waited = here.course.slug, course_writing.draft_of(here).status is Status.REVIEW
    form = cover_form(audience_choices())

    def keep() -> None:
        again = desk_of(slug, hold=True)
        course_writing.set_cover(session(), again, cover_in(form), actor(), now=now())
        if end:
            _ENDS[end](session(), again, actor(), now=now())

    if not carried_out(form, keep):
        return _desk_page(desk_of(slug), form), 422
    title = (form.title.data or "").strip()
    if end == "publish":
        say(
            MessageKind.SUCCESS,
            _("“%(title)s” is published; learners find it under Courses.", title=title),
            todo=_("Whoever has to complete it by a day is given it by “Give it to people”."),
        )
    elif end == "hand_in":
        say(
            MessageKind.SUCCESS, _("Sent to review: learners have it once somebody who wrote nothing of it has agreed.")
        )
    elif waited and course_writing.draft_of(desk_of(slug)).status is Status.DRAFT:
        _say_taken_back()
    return None


def _discarded(here: Desk) -> Response:
    slug = here.course.slug
    stays = course_writing.discard(session(), here, actor(), now=now())
    say(MessageKind.SUCCESS, _("The draft is thrown away."))
    return redirect(link("course_desk", slug=slug) if stays else link("manage_courses"), code=303)


def _desk_page(here: Desk, form: Any = None, *, asks: Lesson | None = None) -> str:
    version, slug = here.shown, here.course.slug
    lessons = course_writing.lessons_of(session(), version)
    writes = here.draft is not None
    for_whom = courses.audiences_of(session(), here.course)
    if writes and form is None:
        form = cover_form(audience_choices(), data={
            "title": version.title, "summary": version.summary, "outcomes": "\n".join(version.outcomes),
            "audiences": [one.code for one in for_whom],
        })  # fmt: skip
    number = here.course.published_version.number if here.course.published_version is not None else 0
    return render("courses/desk.html", DeskPage(
        title=version.title,
        lang=html_lang(version.lang),
        trail=course_trail(),
        state=_state(here, number),
        facts=(
            Row(_("Kept by"), here.unit.name if here.unit is not None else _("came with Suyu Learn")),
            Row(_("For"), listed(words.audience(one) for one in for_whom)),
            *([Row(_("Reading time"), minutes(sum(one.reading_seconds for one in lessons)))] if lessons else []),
            *_set(here),
        ),
        lessons=tuple(
            _lesson_row(here, one, before, last=place == len(lessons))
            for place, (before, one) in enumerate(zip((None, *lessons), lessons, strict=False), start=1)
        ),
        level="h4" if any(one.section for one in lessons) else "h3",
        post_url=link("course_desk_post", slug=slug),
        base=here.fingerprint,
        asks=_("Remove “%(title)s” with all that is written in it?", title=asks.title) if asks is not None else "",
        asks_of=asks.id if asks is not None else 0,
        form=form if writes else None,
        add_url=link("new_lesson", slug=slug) if writes else "",
        pdf_url=link("pdf_lesson", slug=slug) if writes else "",
        contents_url=link("course_contents", slug=slug) if writes and lessons else "",
        settings_url=link("course_settings_page", slug=slug) if not here.from_pack else "",
        tasks_url=link("plan_task_choice", kind="course", key=slug),
        certificates_url=link("certificate_terms", kind="course", subject_id=here.course.id),
        look_url=link("course", slug=slug) if number else "",
        export_url=link("export_course", slug=slug) if lessons else "",
        copy_url=link("copy_course", slug=slug) if number else "",
        give_url=link("new_programme", course=here.course.id) if number and not writes else "",
        may_change=not writes and not here.from_pack,
        end=_end(here, number),
        look_at_url=link("course_look", slug=slug) if writes else "",
        note=_note(version) if writes else None,
        waits=version.status is Status.REVIEW,
        discards=_("Throw this draft away") if number else _("Throw this course away"),
        faults=tuple(problems.sentence(one) for one in course_writing.faults(session(), here)) if writes else (),
        from_pack=here.from_pack,
    ))  # fmt: skip


def _set(here: Desk) -> list[Row]:
    """What is set otherwise than usual."""
    course, said = here.course, []
    if not course.in_order:
        said.append(Row(_("Order"), _("all lessons open at once")))
    if course.seek_lock:
        said.append(Row(_("Films"), _("cannot be moved on")))
    if course.opens_at is not None:
        said.append(Row(_("Release date"), local_time(course.opens_at)))
    asked = course_settings.required_by(session(), course)
    before = [title for one, title in course_settings.requirable(session(), course) if one.id in asked]
    return [*said, Row(_("To be completed before"), listed(before))] if before else said


def _state(here: Desk, number: int) -> str:
    """Who has the course, in words; `number` is the version that learners have, 0 for none."""
    if here.shown.status is Status.REVIEW:
        return _("Waits for review: somebody who wrote nothing of it publishes it, or sends it back")
    if number and here.draft is not None:
        return _("Learners have version %(number)s; what stands here becomes version %(next)s",
                 number=number, next=here.draft.number)  # fmt: skip
    if number:
        return _("Published: version %(number)s", number=number)
    return _("Not published yet: nobody but organizers sees it")


def _end(here: Desk, number: int) -> Choice:
    """The button that ends the writing: its action and what it says."""
    if here.course.review and here.shown.status is Status.REVIEW:
        return Choice("withdraw", _("Take it back from review"))
    if here.course.review:
        return Choice("hand_in", _("Send to review"))
    label = _("Publish version %(number)s", number=here.shown.number) if number else _("Publish")
    return Choice("publish", label)


def _note(version: CourseVersion) -> Message | None:
    """What a reviewer wants mended."""
    if not version.review_note:
        return None
    reviewer = session().get(Person, version.reviewer_id) if version.reviewer_id is not None else None
    by = _("%(name)s, %(time)s", name=reviewer.name, time=local_time(version.reviewed_at)) if reviewer else ""
    return Message(MessageKind.WARNING, _("To be mended: %(note)s", note=version.review_note), where=by)


def _lesson_row(here: Desk, lesson: Lesson, before: Lesson | None, *, last: bool) -> WrittenLesson:
    asks, section = len(lesson.checkpoints), before.section if before is not None else ""
    facts = [minutes(lesson.reading_seconds)]
    if asks:
        facts.append(ngettext("%(num)s question", "%(num)s questions", asks))
    if lesson.opens_at is not None:
        facts.append(_("opens on %(time)s", time=local_time(lesson.opens_at)))
    return WrittenLesson(
        id=lesson.id,
        number=str(lesson.position),
        title=lesson.title,
        facts=tuple(facts),
        url=link("edit_lesson", slug=here.course.slug, lesson_id=lesson.id) if here.draft is not None else "",
        first=before is None,
        last=last,
        notes=() if asks else (_("No question at its end"),),
        heading=lesson.section if lesson.section != section else "",
    )
