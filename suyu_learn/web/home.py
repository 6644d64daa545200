"""The home page, the switches that every page has, static files, and the sign of life."""

from __future__ import annotations

from flask import Response, jsonify, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Redirect

from suyu_learn.models import Person
from suyu_learn.services import courses as course_service
from suyu_learn.services import exams as exam_service
from suyu_learn.services import identity_desk, people, practice, practice_mocks, result_changes
from suyu_learn.web import (
    coming_events,
    exam_words,
    identity_words,
    my_programmes,
    outside_words,
    practice_pages,
    preferences,
)
from suyu_learn.web.access import PUBLIC, SIGNED_IN
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import LANGUAGES, _, local_time, ngettext
from suyu_learn.web.identity import current_person, on_own_device
from suyu_learn.web.links import back_to, link
from suyu_learn.web.pages.common import Another, Home, OpenCourse, OpenExam
from suyu_learn.web.reading import html_lang, open_words, progress_words, words_of
from suyu_learn.web.result_words import notice
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

YEAR = 365 * 24 * 3600


@routes.get("/", access=SIGNED_IN)
def home() -> str:
    """What is open for the person now."""
    person = current_person()
    assert person is not None  # SIGNED_IN
    found = exam_service.open_exams(session(), person, now=now())
    begun = course_service.in_progress(session(), person, now=now(), zone=learn().zone)
    practised = practice.open_banks(session(), person, now=now())
    mock = practice_mocks.running(session(), person, now=now()) if practised else None
    due, more, asking = my_programmes.due_next(person)
    events, later = coming_events.shown_to(person, most=2, soon=True)
    return render(
        "home/index.html",
        Home(
            exams=tuple(_open_exam(one) for one in sorted(found, key=_turn)),
            course=_open_course(begun) if begun else None,
            another=_another(person),
            programmes=due,
            more_programmes=ngettext("%(num)s more", "%(num)s more", more) if more else "",
            events=events,
            more_events=later,
            practice_url=link("practice") if practised else "",
            mock=practice_pages.go_on(mock) if mock is not None else None,
            notices=(
                *(notice(one) for one in result_changes.news_for(session(), person, now=now(), grace=learn().grace)),
                *outside_words.own_notices(person),
                *identity_words.notices(person, asking),
            ),
        ),
    )


def _another(person: Person) -> Another | None:
    """The way for the next person, where this is not the person's own device."""
    return Another(person.name, link("login")) if learn().own_sign_in and not on_own_device() else None


def _open_course(found: course_service.Situation) -> OpenCourse:
    words, lang = words_of(found)
    asked = course_service.askable_in(session(), [found])
    slug, coming = found.course.slug, found.next
    return OpenCourse(
        title=words["title"],
        lang=lang,
        url=link("lesson", slug=slug, lesson=coming.slug) if coming else link("course", slug=slug),
        progress=progress_words(found),
        lesson=coming.title if coming else "",
        text_lang=html_lang(found.version.lang),
        done=found.finished,
        count=len(found.lessons),
        note=open_words(course_service.open_questions(found, asked)),
    )


def _turn(found: exam_service.Situation) -> int:
    """The place of an exam among others: what is under way, what can be begun, what is to come, what is done."""
    if found.open_attempt is not None:
        return 0
    if found.standing is exam_service.Standing.WAITING:
        return 2
    return 1 if found.last_attempt is None or (found.retake and found.attempts_left) else 3


def _open_exam(found: exam_service.Situation) -> OpenExam:
    exam = found.exam
    facts = [
        ngettext("%(num)s question", "%(num)s questions", exam_service.size(session(), exam).questions),
        exam_words.time_of(exam, found.extra),
    ]
    opens_at, closes_at = exam.opens_at, exam.closes_at
    if found.retake:
        opens_at, closes_at = exam.retake_opens_at, exam.retake_closes_at
        facts.insert(0, _("Retake"))
    if closes_at is not None:
        facts.append(_("until %(time)s", time=local_time(closes_at)))
    state, label = "", _("Look")
    if found.open_attempt is not None:
        state, label = _("started"), _("Continue")
    elif found.standing is exam_service.Standing.WAITING:
        state = _("opens %(time)s", time=local_time(opens_at))
    elif found.retake and found.attempts_left:
        label = _("Begin the retake")
    elif found.last_attempt is not None:
        state, label = _("done"), _("Result")
    elif found.late:
        state = _("too late to begin")
    elif found.attempts_left:
        label = _("Begin")
    return OpenExam(
        title=exam.title,
        url=link("exam", exam_id=exam.id),
        facts=tuple(facts),
        state=state,
        action_label=label,
        urgent=found.open_attempt is not None,
    )


@routes.post("/language", access=PUBLIC)
def set_language() -> Redirect:
    """Remember the language chosen."""
    chosen = request.form.get("lang", "")
    if chosen in LANGUAGES:
        preferences.choose(current_person(), language=chosen)
    return redirect(back_to(request.form.get("next"), link("home")))


@routes.post("/elder", access=PUBLIC)
def set_elder() -> Redirect:
    """Switch large text on or off."""
    preferences.choose(current_person(), elder=request.form.get("elder") == "1")
    return redirect(back_to(request.form.get("next"), link("home")))


@routes.get("/static/<tree>/<path:name>", access=PUBLIC)
def static(tree: str, name: str) -> Response:
    """A style, script or icon; its address carries the hash of all, so browsers may keep it for a year."""
    found = learn().assets.get(name)
    if found is None:
        raise NotFound
    gzipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(found.gzipped if gzipped else found.body, mimetype=None, content_type=found.mime)
    if gzipped:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    fresh = tree == learn().assets.hash
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if fresh else "no-cache"
    return response


@routes.get("/healthz", access=PUBLIC)
def healthz() -> Response:
    """Whether the database answers; and how many identity numbers cannot be opened, where a key is missing."""
    people.alive(session())
    lost = identity_desk.unopened(session(), learn().vault)
    return jsonify(status="ok", **({"identity_numbers_without_key": lost} if lost else {}))
