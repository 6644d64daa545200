"""A draft read as learners would, by who writes or reviews it; a reviewer publishes it or sends it back."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from suyu_learn.content.bare_addresses import linked
from suyu_learn.content.texts import reading_parts
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Lesson, Role, Status
from suyu_learn.services import course_review, course_settings, course_writing, courses
from suyu_learn.services.course_writing import Desk
from suyu_learn.web import context, problems, words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor
from suyu_learn.web.bank_questions import seen
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.course_writing import course_trail
from suyu_learn.web.i18n import _, listed, local_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.bank_questions import QuestionSeen, ReviewEntry
from suyu_learn.web.pages.common import Action, MessageKind, Row
from suyu_learn.web.pages.course_writing import LookLesson, LookPage, LookPart, WrittenLesson
from suyu_learn.web.reading import html_lang, minutes
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

LOOKERS = holding(Role.ORGANIZER, Role.REVIEWER)
LONGEST_NOTE = 2000


@routes.get("/manage/courses/<slug>/look", access=LOOKERS)
def course_look(slug: str) -> str:
    """The cover and contents of a course as it is being written."""
    return _look_page(course_review.look(session(), slug, actor()))


@routes.get("/manage/courses/<slug>/look/<int:number>", access=LOOKERS)
def lesson_look(slug: str, number: int) -> str:
    """One lesson of it, with its questions and their keys."""
    here = course_review.look(session(), slug, actor())
    lessons = course_writing.lessons_of(session(), here.shown)
    if not 1 <= number <= len(lessons):
        raise Problem("course.no_such_lesson")
    lesson, last = lessons[number - 1], number == len(lessons)
    questions, gone = _questions(lesson)
    parts = tuple(
        LookPart(text, questions.pop(uid, None))
        for text, uid in reading_parts(lesson.text, lesson.text_format.value, _("Table"))
    )
    judge = Action(here.shown.title, f"{link('course_look', slug=slug)}#judge")
    return render("courses/look_lesson.html", LookLesson(
        title=lesson.title,
        trail=_trail(here, (here.shown.title, link("course_look", slug=slug))),
        place=_("Lesson %(number)s of %(count)s", number=number, count=len(lessons)),
        lang=html_lang(here.shown.lang),
        parts=parts,
        questions=tuple(questions.values()),
        gone=gone,
        sources=tuple(linked(one) for one in lesson.sources),
        previous=_way(here, lessons[number - 2]) if number > 1 else None,
        next=judge if last else _way(here, lessons[number]),
        next_says=_("Back to the course") if last else _("Next lesson"),
    ))  # fmt: skip


@routes.post("/manage/courses/<slug>/approve", access=LOOKERS)
def course_approve(slug: str) -> Any:
    """Publish what was read."""
    here = course_review.look(session(), slug, actor(), hold=True)
    try:
        course_review.approve(session(), here, actor(), base=request.form.get("base", ""), now=now())
    except Problem as problem:
        return _refused(slug, problem)
    say(MessageKind.SUCCESS, _("Published, with you as its reviewer."))
    return redirect(link("course_look", slug=slug), code=303)


@routes.post("/manage/courses/<slug>/send-back", access=LOOKERS)
def course_send_back(slug: str) -> Any:
    """Give it back to its author, with what is to be mended."""
    here = course_review.look(session(), slug, actor(), hold=True)
    note = request.form.get("note", "").replace("\r\n", "\n")[:LONGEST_NOTE]
    try:
        course_review.send_back(session(), here, actor(), note=note, base=request.form.get("base", ""), now=now())
    except Problem as problem:
        return _refused(slug, problem, note)
    say(MessageKind.SUCCESS, _("Sent back to its author with your note."))
    return redirect(link("manage"), code=303)


def entries() -> tuple[ReviewEntry, ...]:
    """The courses that wait for review, for lists."""
    return tuple(
        ReviewEntry(one.version.title, link("course_look", slug=one.course.slug), one.unit, one.author, one.own)
        for one in course_review.waiting(session(), actor())
    )


def _refused(slug: str, problem: Problem, note: str = "") -> Any:
    """The page as it is now, with what stands against it; the note as it was typed."""
    context.close()
    here = course_review.look(session(), slug, actor())
    at_note = problem.place.field == "note"
    said = problems.sentence(problem)
    return _look_page(here, note=note, note_error=said if at_note else "", error="" if at_note else said), 422


def _look_page(here: Desk, *, note: str = "", note_error: str = "", error: str = "") -> str:
    version, slug = here.shown, here.course.slug
    lessons = course_writing.lessons_of(session(), version)
    return render("courses/look.html", LookPage(
        title=version.title,
        trail=_trail(here),
        lang=html_lang(version.lang),
        state=_state(here),
        summary=version.summary,
        outcomes=tuple(version.outcomes),
        lessons=tuple(_row(here, one, before) for before, one in zip((None, *lessons), lessons, strict=False)),
        facts=_facts(here, sum(one.reading_seconds for one in lessons)),
        judges=course_review.may_judge(session(), here, actor()),
        approve_url=link("course_approve", slug=slug),
        back_url=link("course_send_back", slug=slug),
        base=course_review.fingerprint(session(), here),
        note=note,
        note_error=note_error,
        error=error,
    ))  # fmt: skip


def _trail(here: Desk, *more: tuple[str, str]) -> tuple[Action, ...]:
    """Through the desk for who writes, from the list of reviews for who only reviews."""
    if course_review.may_write(session(), here, actor()):
        desk = (here.shown.title, link("course_desk", slug=here.course.slug))
        return course_trail(desk, *((_("Preview"), url) for _title, url in more))
    return trail((_("To review"), link("review_list")), *more)


def _state(here: Desk) -> str:
    if here.draft is None:
        return _("This is what learners have.")
    if here.draft.status is not Status.REVIEW:
        return _("A draft, as learners would read it. Nothing is counted here.")
    if course_review.may_judge(session(), here, actor()):
        return _("It waits for your review. Read it as learners would; below the contents you say what becomes of it.")
    return _("It waits for review by somebody who wrote nothing of it.")


def _facts(here: Desk, seconds: int) -> tuple[Row, ...]:
    course, version = here.course, here.shown
    titles = {one.id: title for one, title in course_settings.requirable(session(), course)}
    before = [titles[one] for one in sorted(course_settings.required_by(session(), course)) if one in titles]
    rows = [
        Row(_("For"), listed(words.audience(one) for one in courses.audiences_of(session(), course))),
        Row(_("Reading time"), minutes(seconds)),
    ]
    if before:
        rows.append(Row(_("To be completed before"), listed(before)))
    if version.review_note and here.draft is not None:
        rows.append(Row(_("What the last review asked for"), version.review_note))
    return tuple(rows)


def _row(here: Desk, lesson: Lesson, before: Lesson | None) -> WrittenLesson:
    facts = [minutes(lesson.reading_seconds)]
    if lesson.checkpoints:
        facts.append(ngettext("%(num)s question", "%(num)s questions", len(lesson.checkpoints)))
    if lesson.opens_at is not None:
        facts.append(_("opens on %(time)s", time=local_time(lesson.opens_at)))
    return WrittenLesson(
        id=lesson.id, number=str(lesson.position), title=lesson.title, facts=tuple(facts),
        url=_way(here, lesson).url, first=before is None, last=False,
        heading=lesson.section if lesson.section != (before.section if before is not None else "") else "",
    )  # fmt: skip


def _way(here: Desk, lesson: Lesson) -> Action:
    return Action(lesson.title, link("lesson_look", slug=here.course.slug, number=lesson.position))


def _questions(lesson: Lesson) -> tuple[dict[str, QuestionSeen], str]:
    """The questions that are asked, by uid in their order, and how many are not any more."""
    versions = courses.askable(session(), lesson.checkpoints)
    asked = learn().versions.many(session(), versions.values())
    gone = len(lesson.checkpoints) - len(versions)
    return (
        {
            uid: seen(asked[versions[uid]], number=place)
            for place, uid in enumerate(lesson.checkpoints, start=1)
            if uid in versions
        },
        ngettext("%(num)s question is no longer published and not asked.",
                 "%(num)s questions are no longer published and not asked.", gone) if gone else "",
    )  # fmt: skip
