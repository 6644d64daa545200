"""Courses: the list, the cover, the lessons; and the organizer's overview."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import redirect, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.models import CourseVersion, Person, PersonKind, Role, Status
from suyu_learn.services import (
    course_completion,
    course_overview,
    course_search,
    course_writing,
    courses,
    locks,
    studying,
)
from suyu_learn.services.course_completion import Recorded
from suyu_learn.services.course_overview import CourseCount, Overview
from suyu_learn.services.courses import Shelf, Situation
from suyu_learn.services.studying import Entered
from suyu_learn.services.versions import Asked
from suyu_learn.web import course_review, problems, watching, words
from suyu_learn.web.access import SIGNED_IN, holding
from suyu_learn.web.acting import actor
from suyu_learn.web.context import learn, now, session, writing_apart
from suyu_learn.web.i18n import _, credit_hours, listed, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import MessageKind, Row
from suyu_learn.web.pages.courses import CourseList, CourseShelf, DraftEntry, ManagedCourse, ManagedCourses
from suyu_learn.web.reading import (
    card,
    cover_page,
    found_course,
    has_on_cover,
    html_lang,
    lesson_page,
    open_words,
    read_on,
)
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.unread import Unread, say_unread

routes = Routes()

KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
NOT_YET = frozenset({"course.lesson_locked", "course.lesson_opens_later", "course.opens_later", "course.requires"})
"""Why a lesson cannot be opened yet; the cover says it beside the contents."""
LONGEST_AGE = 30 * 24 * 3600


@routes.get("/courses", access=SIGNED_IN, endpoint="courses")
def index() -> str:
    """Every course by audience, one's own first; or those in which the words `q` stand."""
    person = learner()
    shelves = courses.catalogue(session(), person, now=now(), zone=learn().zone)
    asked = courses.askable_in(session(), (one for shelf in shelves for one in shelf.courses))
    words_asked = request.args.get("q", "").strip()[: course_search.LONGEST]
    if words_asked:
        return render("courses/index.html", _search(shelves, asked, words_asked))
    return render(
        "courses/index.html",
        CourseList(
            tuple(
                CourseShelf(
                    words.audience(shelf.audience), shelf.mine, tuple(card(one, asked) for one in shelf.courses)
                )
                for shelf in shelves
            )
        ),
    )


def _search(shelves: Sequence[Shelf], asked: Container[str], words_asked: str) -> CourseList:
    """The courses in whose cover or lessons the words stand, in the order of the shelves and each once."""
    every = {one.course.id: one for shelf in shelves for one in shelf.courses}
    hits, more = course_search.lessons(session(), (one.version.id for one in every.values()), words_asked)
    found = tuple(
        found_course(one, asked, hits.get(one.version.id, ()))
        for one in every.values()
        if one.version.id in hits or has_on_cover(one, words_asked)
    )
    said = ngettext("%(num)s course found", "%(num)s courses found", len(found))
    first = _("Only the first %(most)s lessons are shown; more words find fewer.", most=course_search.MOST_LESSONS)
    return CourseList((), words_asked, found, said, first if more else "")


@routes.get("/courses/<slug>", access=SIGNED_IN)
def course(slug: str) -> str:
    """The cover: what one learns, its lessons, what it is worth, one button."""
    found = courses.situation(session(), courses.find(session(), slug), learner(), now=now(), zone=learn().zone)
    asked = courses.askable(session(), (uid for one in found.lessons for uid in one.checkpoints))
    if _is_due(found):
        _complete(found)
        found = courses.situation(session(), found.course, learner(), now=now(), zone=learn().zone)
    return render("courses/cover.html", cover_page(found, asked, _recorded(found)))


@routes.get("/courses/<slug>/<lesson>", access=SIGNED_IN)
def lesson(slug: str, lesson: str) -> Any:
    """The reading with its questions; opening the first one enrols.

    Nobody else waits while the page is made: what is written is written before and after it.
    """
    if request.method == "HEAD":
        raise MethodNotAllowed(valid_methods=["GET"])  # a look at the headers opens nothing
    try:
        entered = _go_on(slug, lesson) or _begin(slug, lesson)
    except Problem as problem:
        if problem.code not in NOT_YET:
            raise
        say(MessageKind.WARNING, problems.sentence(problem))
        return redirect(link("course", slug=slug), code=303)
    if _is_due(entered.situation):
        _complete(entered.situation)
    shown = render("courses/lesson.html", lesson_page(entered, questions_of(entered), again=_again(entered)))
    if studying.is_opening(entered, now()):
        with writing_apart() as writing:
            studying.open_lesson(writing, entered, now=now())
    return shown


@routes.post("/courses/<slug>/<lesson>", access=SIGNED_IN)
def study_lesson(slug: str, lesson: str) -> Any:
    """Keep the time and the answers; `action=finish` says that the lesson has been read."""
    entered = enter(slug, lesson)
    key = _key()
    seconds = request.form.get("seconds", "")
    studying.spend(session(), entered, now=now(), key=_key("time_key") or (key and f"{key}.time"),
                   seconds=min(int(seconds), LONGEST_AGE) if _is_number(seconds) else None)  # fmt: skip
    played = watching.read(request.form.get("watched", ""))
    if played:
        watching.keep(entered, played)
        entered = enter(slug, lesson)
    judged, unread = _take_answers(entered, key)
    finishing = request.form.get("action") == "finish" and _finish(entered)
    completion = course_completion.complete_if_due(
        session(), entered.situation.course, entered.person, now=now(), zone=learn().zone, rules=learn().credit
    )
    if completion is not None:
        return redirect(after_completion(slug), code=303)
    if unread:
        entered = enter(slug, lesson)
        say_unread(sorted(unread))
        page = lesson_page(entered, questions_of(entered), again=_again(entered), unread=unread)
        return render("courses/lesson.html", page), 422
    return redirect(way_after(entered, judged, finishing=finishing), code=303)


@routes.post("/courses/<slug>/<lesson>/time", access=SIGNED_IN)
def lesson_time(slug: str, lesson: str) -> Response:
    """Time during which the lesson was visible, as our script has counted it; the same key counts once."""
    key, seconds, age = _key(), request.form.get("seconds", ""), request.form.get("age", "0")
    if key is None or not _is_number(seconds) or not _is_number(age):
        raise Problem("course.unreadable_time")
    entered = enter(slug, lesson)
    told = timedelta(seconds=min(int(age), LONGEST_AGE))
    studying.spend(session(), entered, now=now(), seconds=min(int(seconds), LONGEST_AGE), key=key,
                   age=studying.age_at_most(entered, told, now=now()))  # fmt: skip
    return Response(status=204)


@routes.post("/courses/<slug>/<lesson>/watched", access=SIGNED_IN)
def lesson_watched(slug: str, lesson: str) -> Response:
    """What was played of the lesson's films and sounds, as our script has seen it; the same key counts once."""
    watching.keep(enter(slug, lesson), watching.read(request.form.get("watched", "")))
    return Response(status=204)


@routes.get("/manage/courses", access=holding(Role.ORGANIZER))
def manage_courses() -> str:
    """All courses with how many have begun and completed them, and the recycle bin."""
    return render("courses/manage.html", _managed(course_overview.overview(session(), learner())))


@routes.post("/manage/courses/<slug>/hide", access=holding(Role.ORGANIZER))
def hide_course(slug: str) -> Response:
    """Put a course into the recycle bin."""
    version = course_overview.set_hidden(session(), slug, hidden=True, actor=learner(), now=now())
    say(
        MessageKind.SUCCESS,
        _("“%(title)s” is hidden from learners.", title=version.title),
        todo=_("To undo this, show it again from the recycle bin below."),
    )
    return redirect(link("manage_courses"), code=303)


@routes.post("/manage/courses/<slug>/show", access=holding(Role.ORGANIZER))
def show_course(slug: str) -> Response:
    """Take a course out of the recycle bin."""
    version = course_overview.set_hidden(session(), slug, hidden=False, actor=learner(), now=now())
    say(MessageKind.SUCCESS, _("“%(title)s” is shown to learners again.", title=version.title))
    return redirect(link("manage_courses"), code=303)


def _is_due(found: Situation) -> bool:
    """Whether nothing is left to be done in a course, as after a paper that withheld what is right in it."""
    if found.enrolment is None or found.done is not None or found.withheld or found.finished < len(found.lessons):
        return False
    return not courses.open_questions(found, courses.askable_in(session(), [found]))


def _complete(found: Situation) -> None:
    person = learner()
    with writing_apart() as writing:
        locks.hold_people(writing, [person.id])
        course_completion.complete_if_due(
            writing, courses.find(writing, found.course.slug), person, now=now(), zone=learn().zone,
            rules=learn().credit,
        )  # fmt: skip


def learner() -> Person:
    """Who learns: anybody who is signed in, but no guest of an exam."""
    person = actor()
    if person.kind is PersonKind.GUEST:
        raise Problem("page.refused")
    return person


def enter(slug: str, lesson: str) -> Entered:
    """The lesson of an address, for who asks; raises Problem while it is not its turn."""
    found = courses.find(session(), slug)
    return studying.enter(session(), found, lesson, learner(), now=now(), zone=learn().zone)


def _go_on(slug: str, lesson: str) -> Entered | None:
    """The same for reading alone; None for who has not begun the course."""
    found = courses.find(session(), slug)
    return studying.go_on(session(), found, lesson, learner(), now=now(), zone=learn().zone)


def _begin(slug: str, lesson: str) -> Entered:
    """Enrol who asks."""
    person = learner()
    with writing_apart() as writing:
        return studying.enter(writing, courses.find(writing, slug), lesson, person, now=now(), zone=learn().zone)


def after_completion(slug: str) -> str:
    """The cover, with a word on the completion, and on the hours that were not read yet."""
    found = courses.situation(session(), courses.find(session(), slug), learner(), now=now(), zone=learn().zone)
    record = _recorded(found)
    hours = record.hours if record is not None else Decimal(0)
    said = {"todo": read_on(record)} if record is not None and record.more else {}
    say(MessageKind.SUCCESS, _("You have completed this course: %(hours)s.", hours=credit_hours(hours)), **said)
    return link("course", slug=slug)


def way_after(entered: Entered, judged: Mapping[int, bool], *, finishing: bool) -> str:
    """Where to go on: back to the answers until they are right, then to the next lesson."""
    slug, following = entered.situation.course.slug, entered.following
    here = link("lesson", slug=slug, lesson=entered.entry.slug)
    if not finishing or False in judged.values():
        place = next((place for place, right in judged.items() if not right), next(iter(judged), None))
        return f"{here}#q-{place}" if place else f"{here}#questions"
    _say_what_is_open(entered)
    return link("lesson", slug=slug, lesson=following.slug) if following else link("course", slug=slug)


def _finish(entered: Entered) -> bool:
    """Note that the lesson has been read, unless a film that cannot be skipped is not watched yet; whether it is."""
    try:
        studying.finish(session(), entered, now=now())
    except Problem as problem:
        say(MessageKind.WARNING, problems.sentence(problem))
        return False
    return True


def _say_what_is_open(entered: Entered) -> None:
    """A lesson may be read without its questions answered, but the hours wait for them."""
    found = courses.situation(session(), entered.situation.course, entered.person, now=now(), zone=learn().zone)
    left = courses.left_in(found, entered.entry, courses.askable(session(), entered.entry.checkpoints))
    if left and found.done is None:
        say(
            MessageKind.TEACH,
            _("“%(lesson)s” is read; %(open)s.", lesson=entered.entry.title, open=open_words(left)),
            todo=_("The hours are recorded once all questions of the course are answered right."),
        )


def questions_of(entered: Entered) -> dict[str, Asked]:
    """The checkpoints that can be asked: an answered one as it was asked, another as it is published."""
    progress = entered.situation.of(entered.entry)
    versions = courses.askable(session(), entered.entry.checkpoints)
    versions = {
        uid: progress.answers[uid].version if uid in progress.answers and uid != _again(entered) else version
        for uid, version in versions.items()
    }
    read = learn().versions.many(session(), versions.values())
    return {uid: read[version] for uid, version in versions.items()}


def _again(entered: Entered) -> str:
    """The uid of the checkpoint to be tried again."""
    place, uids = request.args.get("again", ""), entered.entry.checkpoints
    return uids[int(place) - 1] if _is_number(place) and 1 <= int(place) <= len(uids) else ""


def _take_answers(entered: Entered, key: str | None) -> tuple[dict[int, bool], dict[int, Unread]]:
    """Which of the questions that were answered now are right, and which could not be read, by place in the lesson."""
    judged: dict[int, bool] = {}
    unread: dict[int, Unread] = {}
    for place, uid in enumerate(entered.entry.checkpoints, start=1):
        given = request.form.getlist(f"q{place}")
        if not given:
            continue
        try:
            right = studying.answer(session(), entered, uid, given, now=now(), versions=learn().versions, key=key)
        except Problem as problem:
            unread[place] = Unread(given, problem)
            continue
        if right is not None:
            judged[place] = right
    return judged, unread


def _key(name: str = "key") -> str | None:
    value = request.form.get(name, "")
    return value if KEY.fullmatch(value) else None


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10


def _recorded(found: Situation) -> Recorded | None:
    return course_completion.recorded(session(), found, learner(), zone=learn().zone, rules=learn().credit)


def _managed(found: Overview) -> ManagedCourses:
    return ManagedCourses(
        trail=trail(),
        people=ngettext("%(num)s person in your units", "%(num)s people in your units", found.people),
        new_url=link("new_course"),
        import_url=link("import_course"),
        drafts=tuple(
            DraftEntry(version.title, link("course_desk", slug=one.slug), _draft_state(version))
            for one, version in course_writing.drafts(session(), learner())
        ),
        reviews=course_review.entries(),
        courses=tuple(_managed_course(one, found.people, hidden=False) for one in found.courses),
        hidden=tuple(_managed_course(one, found.people, hidden=True) for one in found.hidden),
    )


def _draft_state(version: CourseVersion) -> str:
    if version.status is Status.REVIEW:
        return _("waits for review")
    return _("sent back") if version.review_note else ""


def _managed_course(one: CourseCount, people: int, *, hidden: bool) -> ManagedCourse:
    toggle = "show_course" if hidden else "hide_course"
    return ManagedCourse(
        title=one.version.title,
        url="" if hidden else link("course", slug=one.course.slug),
        lang=html_lang(one.version.lang),
        facts=(
            Row(_("For"), listed(words.audience(audience) for audience in one.audiences)),
            Row(_("Started"), _("%(count)s of %(people)s people", count=one.started, people=people)),
            Row(_("Completed"), _("%(count)s of %(started)s who began", count=one.completed, started=one.started)),
            Row(_("Version"), str(one.version.number)),
        ),
        toggle_url=link(toggle, slug=one.course.slug) if one.may_hide else None,
        desk_url=link("course_desk", slug=one.course.slug) if one.may_hide and not hidden else "",
        copy_url=link("copy_course", slug=one.course.slug) if not hidden else "",
        export_url=link("export_course", slug=one.course.slug) if one.course.pack and not hidden else "",
    )
