"""Events for those who come: one of them, and coming and going by the code on its screen.

Who has to sign in first after scanning a code in time loses nothing: the moment of the scan is when they came or
left.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import redirect, request

from suyu_learn.domain.problems import Problem
from suyu_learn.domain.rotating_codes import step_of, step_shown
from suyu_learn.models import Attendance, Course, Event, Exam, ExamState, Person, PersonKind
from suyu_learn.services import attendance, courses, events
from suyu_learn.services.attendance import Terms
from suyu_learn.web import code_scans, context, event_words, problems
from suyu_learn.web.access import PUBLIC, SIGNED_IN
from suyu_learn.web.acting import actor
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import _, local_time, number
from suyu_learn.web.identity import current_person
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, MessageKind, Row
from suyu_learn.web.pages.events import HerePage, OwnEvent
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()


@routes.get("/events/<key>", access=SIGNED_IN, endpoint="event")
def own_event(key: str) -> str:
    """What, where and when; and one's own attendance."""
    person = actor()
    event = events.seen(session(), key, person, now=now())
    mine = attendance.own(session(), event, person)
    return render("events/own.html", OwnEvent(
        title=event.title,
        facts=event_words.facts(event),
        plan=event.plan,
        attendance=_attendance(mine),
        state=_state(event, mine),
        cancelled=_("Called off: %(reason)s", reason=event.cancel_reason) if event.cancelled_at is not None else "",
        here_url=link("event_here", key=key) if _takes_place(event) and (mine is None or _is_here(mine)) else "",
        course=_course(event),
        exam=_exam(event),
    ))  # fmt: skip


@routes.get("/events/<key>/here", access=PUBLIC, endpoint="event_here")
def here(key: str) -> Any:
    """Where the code on the screen leads: one button to come, later one to leave."""
    event, code, person = events.find(session(), key), request.args.get("code", ""), current_person()
    if code and step_shown(event.secret, code, now=now()) is not None:
        code_scans.keep(key, person_id=person.id if person is not None else None)
    elif person is not None:
        code_scans.belongs_to(person.id)  # the host app has signed them in after the scan
    scanned = code_scans.scanned_at(key, person_id=person.id if person is not None else None)
    refused = Problem("attendance.code_old") if code and scanned is None else None
    if person is None and refused is None:
        if not learn().own_sign_in:
            raise Problem("sign_in.needed")
        return redirect(link("login", next=link("event_here", key=key)))
    if person is None:
        return render("events/here.html", _blank(event, refused)), 422
    return _answer(event, person, refused)


@routes.post("/events/<key>/here", access=SIGNED_IN, endpoint="event_here_post")
def here_post(key: str) -> Any:
    """Come or leave, at the moment of the scan."""
    try:
        _come_or_go(events.find(session(), key), actor())
    except Problem as problem:
        if problems.status(problem) == 404:
            raise
        context.close()
        return _answer(events.find(session(), key), actor(), problem)
    return redirect(link("event_here", key=key), code=303)


def _come_or_go(event: Event, person: Person) -> None:
    mine, scanned = attendance.own(session(), event, person), code_scans.scanned_at(event.key, person_id=person.id)
    leaves = request.form.get("act") == "out"
    if mine is not None and (not leaves or mine.left_at is not None) and mine.voided_at is None:
        return  # the button was pressed twice
    if scanned is None:
        raise Problem("attendance.code_old")
    if not leaves:
        attendance.check_in(session(), event, person, at=scanned, now=now())
        say(MessageKind.SUCCESS, _("You are checked in."))
        return
    terms = Terms(now(), learn().zone, learn().credit)
    if attendance.check_out(session(), event, person, at=scanned, terms=terms).left_at is not None:
        say(MessageKind.SUCCESS, _("You are checked out."))


def _answer(event: Event, person: Person, refused: Problem | None) -> Any:
    page = _page(event, person, refused)
    return render("events/here.html", page), 422 if page.error else 200


def _blank(event: Event, refused: Problem | None, state: str = "") -> HerePage:
    return HerePage(
        title=event.title,
        facts=tuple(one for one in (event_words.when(event), event.place) if one),
        state=state,
        error=problems.sentence(refused) if refused is not None else "",
    )


def _page(event: Event, person: Person, refused: Problem | None) -> HerePage:
    """What there is to do for somebody who is signed in."""
    if person.kind is PersonKind.GUEST:
        raise Problem("page.refused")
    mine, scanned = attendance.own(session(), event, person), code_scans.scanned_at(event.key, person_id=person.id)
    stopped = _stopped(event, person, mine, scanned)
    shown = _blank(event, stopped or refused, _state(event, mine))
    if stopped is not None or (mine is not None and mine.left_at is not None):
        return replace(shown, event_url=link("event", key=event.key) if mine is not None else "")
    more: dict[str, Any] = {"post_url": link("event_here_post", key=event.key), "asks_code": scanned is None}
    if mine is None and scanned is not None:
        more |= {"act": "in", "label": _("I am here")}
    elif mine is None:
        more["todo"] = _("Scan the code on the screen in the room.")
    else:
        leaves = scanned is not None and step_of(scanned) > step_of(mine.came_at)
        more |= {"event_url": link("event", key=event.key), "asks_code": not leaves}
        more |= _leaving(event, mine, scanned) if leaves and scanned is not None else {
            "todo": _("When you leave, scan the code on the screen once more; the hours are settled then.")
        }  # fmt: skip
    return replace(shown, **more)


def _leaving(event: Event, mine: Attendance, scanned: datetime) -> dict[str, Any]:
    """The button to leave; before the end it says first what leaving now brings."""
    said = {"act": "out", "label": _("I am leaving now")}
    hours = attendance.brings(event, mine, left_at=scanned, zone=learn().zone, rules=learn().credit)
    if scanned < event.ends_at and hours < event.hours:
        said["warning"] = _(
            "It lasts until %(time)s. Leaving now brings %(hours)s of its %(all)s credit hours; press only when you "
            "really leave.",
            time=event_words.clock(event.ends_at, beside=scanned), hours=number(hours), all=number(event.hours),
        )  # fmt: skip
    return said


def _stopped(event: Event, person: Person, mine: Attendance | None, scanned: datetime | None) -> Problem | None:
    """Why nothing can be done here now."""
    if mine is not None and mine.voided_at is not None:
        return Problem("attendance.voided")
    if mine is not None and mine.left_at is not None:
        return None
    if mine is None and not events.may_attend(session(), event, person, at=now()):
        return Problem("attendance.not_for_you")
    try:
        attendance.refuse_organizer(session(), event, person)
        attendance.is_open(event, at=scanned or now())
    except Problem as problem:
        return problem
    if mine is None and (scanned or now()) > event.ends_at:
        return Problem("attendance.over")
    return None


def _takes_place(event: Event) -> bool:
    begins, ends = event.starts_at - attendance.OPENS_BEFORE, event.ends_at + attendance.CLOSES_AFTER
    return event.cancelled_at is None and begins <= now() <= ends


def _is_here(mine: Attendance) -> bool:
    return mine.voided_at is None and mine.left_at is None


def _state(event: Event, mine: Attendance | None) -> str:
    """Where one stands, in one sentence."""
    if mine is None:
        return _("You are not checked in.") if _takes_place(event) else ""
    if mine.voided_at is not None:
        return ""
    if mine.left_at is None and now() <= event.ends_at + attendance.CLOSES_AFTER:
        return _("You are here since %(time)s.", time=event_words.clock(mine.came_at))
    if mine.left_at is None:
        return _("You came at %(time)s and did not say when you left.", time=event_words.clock(mine.came_at))
    came, left = event_words.clock(mine.came_at), event_words.clock(mine.left_at, beside=mine.came_at)
    return _("You were here from %(came)s to %(left)s: %(hours)s credit hours.", came=came, left=left,
             hours=number(mine.hours))  # fmt: skip


def _attendance(mine: Attendance | None) -> tuple[Row, ...]:
    if mine is None:
        return ()
    if mine.voided_at is not None:
        return (Row(_("Taken back on"), local_time(mine.voided_at)),)
    hours = number(mine.hours) if mine.hours is not None else _("not settled: the organizer enters when you left")
    if mine.hours is None and _is_here(mine):
        hours = _("settled when you leave")
    left = (Row(_("Left at"), local_time(mine.left_at)),) if mine.left_at is not None else ()
    return (Row(_("Came at"), local_time(mine.came_at)), *left, Row(_("Credit hours"), hours))


def _course(event: Event) -> Action | None:
    course = session().get(Course, event.course_id) if event.course_id is not None else None
    if course is None or course.deleted_at is not None or course.published_version is None:
        return None
    return Action(course.published_version.title, link("course", slug=courses.find(session(), course.slug).slug))


def _exam(event: Event) -> Action | None:
    exam = session().get(Exam, event.exam_id) if event.exam_id is not None else None
    if exam is None or exam.deleted_at is not None or exam.state is not ExamState.PUBLISHED:
        return None
    return Action(exam.title, link("exam", exam_id=exam.id))
