"""The sheet of an event: typing in who signed it, correcting, taking back."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Event, Unit
from suyu_learn.services import attendance, exam_lists, grants, units
from suyu_learn.services.attendance import Present, Seen, Terms
from suyu_learn.web import event_words
from suyu_learn.web.acting import actor, carried_out
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.event_making import ORGANIZERS, event_trail, managed
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.events import correction_form, typing_form
from suyu_learn.web.forms.exams import utc
from suyu_learn.web.forms.fields import INDENT
from suyu_learn.web.forms.units import reason_form
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Choice, MessageKind, Row
from suyu_learn.web.pages.events import CorrectPage, TickedPerson, TypingPage
from suyu_learn.web.pages.people import FormPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

MOST_SHOWN = 300


@routes.get("/manage/events/<key>/attendance", access=ORGANIZERS)
def type_attendance(key: str) -> str:
    """Those expected, to tick; with the event's own times."""
    event, zone = managed(key), learn().zone
    return _typing_page(event, typing_form({
        "came_at": event.starts_at.astimezone(zone), "left_at": event.ends_at.astimezone(zone),
    }))  # fmt: skip


@routes.post("/manage/events/<key>/attendance", access=ORGANIZERS, endpoint="type_attendance_post")
def type_attendance_post(key: str) -> Any:
    """Enter those who are ticked, or look for others; the ticks stay."""
    form = typing_form()
    if request.form.get("action") != "enter":
        return _typing_page(managed(key), form)
    entered: list[int] = []

    def enter() -> None:
        came, left = utc(form["came_at"].data), utc(form["left_at"].data)
        assert came is not None  # both are required
        assert left is not None
        entered.append(len(attendance.type_in(
            session(), managed(key), _ticked(), came_at=came, left_at=left, actor=actor(), terms=terms()
        )))  # fmt: skip

    if not carried_out(form, enter):
        return _typing_page(managed(key), form), 422
    say(MessageKind.SUCCESS, ngettext("%(num)s person is entered.", "%(num)s people are entered.", entered[0]))
    return redirect(link("type_attendance", key=key), code=303)


@routes.get("/manage/events/<key>/attendance/<int:attendance_id>", access=ORGANIZERS)
def correct_attendance(key: str, attendance_id: int) -> str:
    """When somebody came and left after all."""
    event, zone = managed(key), learn().zone
    present = _another(event, attendance_id)
    left = present.attendance.left_at or event.ends_at
    return _correct_page(event, present, correction_form({
        "came_at": present.attendance.came_at.astimezone(zone), "left_at": left.astimezone(zone),
    }))  # fmt: skip


@routes.post("/manage/events/<key>/attendance/<int:attendance_id>", access=ORGANIZERS,
             endpoint="correct_attendance_post")  # fmt: skip
def correct_attendance_post(key: str, attendance_id: int) -> Any:
    """Correct it; the hours follow."""
    form = correction_form()
    present = _another(managed(key), attendance_id)

    def correct() -> None:
        event = managed(key)
        came, left = utc(form["came_at"].data), utc(form["left_at"].data)
        assert came is not None  # both are required
        assert left is not None
        attendance.correct(
            session(), event, _another(event, attendance_id), came_at=came, left_at=left,
            reason=form["reason"].data or "", actor=actor(), terms=terms(),
        )  # fmt: skip

    if not carried_out(form, correct):
        event = managed(key)
        return _correct_page(event, _another(event, attendance_id), form), 422
    say(MessageKind.SUCCESS, _("The attendance of %(name)s is corrected.", name=present.person.name))
    return redirect(link("managed_event", key=key), code=303)


@routes.get("/manage/events/<key>/attendance/<int:attendance_id>/void", access=ORGANIZERS)
def void_attendance(key: str, attendance_id: int) -> str:
    """Ask why."""
    event = managed(key)
    return _void_page(event, _another(event, attendance_id), reason_form())


@routes.post("/manage/events/<key>/attendance/<int:attendance_id>/void", access=ORGANIZERS,
             endpoint="void_attendance_post")  # fmt: skip
def void_attendance_post(key: str, attendance_id: int) -> Any:
    """Take an attendance back, and its hours."""
    form = reason_form()
    name = _another(managed(key), attendance_id).person.name

    def void() -> None:
        event = managed(key)
        attendance.void(session(), event, _another(event, attendance_id), reason=form["reason"].data or "",
                        actor=actor(), terms=terms())  # fmt: skip

    if not carried_out(form, void):
        event = managed(key)
        return _void_page(event, _another(event, attendance_id), form), 422
    say(MessageKind.SUCCESS, _("The attendance of %(name)s is taken back, and its hours.", name=name))
    return redirect(link("managed_event", key=key), code=303)


def terms() -> Terms:
    """By what hours are settled in this request."""
    return Terms(now(), learn().zone, learn().credit)


def unit_asked(event: Event, text: str) -> Unit | None:
    """The unit that a list is narrowed to; none but those below the event's own."""
    unit = session().get(Unit, int(text)) if is_number(text) else None
    own = session().get(Unit, event.unit_id) if event.unit_id is not None else None
    return unit if unit is not None and (own is None or unit.path.startswith(own.path)) else None


def unit_choices(event: Event, chosen: Unit | None) -> tuple[Choice, ...]:
    """The units below the event's own, to narrow a list to."""
    own = session().get(Unit, event.unit_id) if event.unit_id is not None else None
    below = grants.Reach(everywhere=own is None, paths=(own.path,) if own is not None else ())
    found = units.choices(session(), below)
    return tuple(
        Choice(str(one.id), INDENT * depth + one.name, chosen is not None and one.id == chosen.id)
        for one, depth in found
        if own is None or one.id != own.id
    )


def _another(event: Event, attendance_id: int) -> Present:
    """An attendance that is not one's own."""
    present = attendance.one_of(session(), event, attendance_id)
    grants.require_another(actor(), present.person.id)
    return present


def _ticked() -> list[int]:
    return [int(text) for text in request.form.getlist("people") if is_number(text)]


def _typing_page(event: Event, form: Form) -> str:
    if event.cancelled_at is not None:
        raise Problem("event.cancelled")
    every = request.form.get("action") == "all"
    ticked, search = set(_ticked()), request.form.get("search", "").strip()[:100]
    unit = unit_asked(event, request.form.get("unit", ""))
    expected, count = attendance.candidates(session(), event, actor=actor(), now=now(), unit=unit)
    known = {one.person.id for one in expected}
    found = [Seen(person, name) for person, name in exam_lists.find_people(session(), actor(), search)]
    there = {one.person.id for one in attendance.of_event(session(), event)} | {actor().id}
    unseen = ticked - known - there - {one.person.id for one in found}
    besides = attendance.named(session(), event, unseen, actor=actor(), now=now())
    others = [one for one in (*besides, *found) if one.person.id not in known | there]
    note = ""
    if count > MOST_SHOWN:
        note = _("%(shown)s of %(count)s people are shown. Choose a unit, or look for a name.", shown=MOST_SHOWN,
                 count=count)  # fmt: skip
    elif search and not found:
        note = _("Nobody of that name or number lies within your units.")
    listed = [*others, *(one for place, one in enumerate(expected) if place < MOST_SHOWN or one.person.id in ticked)]
    return render("events/typing.html", TypingPage(
        title=_("Type the sheet in"),
        trail=event_trail(event),
        form=form,
        people=tuple(TickedPerson(str(one.person.id), one.person.name, _fact(one), every or one.person.id in ticked)
                     for one in listed),
        units=unit_choices(event, unit),
        search=search,
        note=note,
        back_url=link("managed_event", key=event.key),
    ))  # fmt: skip


def _fact(one: Seen) -> str:
    unit = one.unit.rpartition(" / ")[2]
    return " · ".join(text for text in (one.person.staff_number or "", unit) if text)


def _correct_page(event: Event, present: Present, form: Form) -> str:
    row = present.attendance
    here = {"key": event.key, "attendance_id": row.id}
    lead = _("The hours follow from the new times. The old ones stay on record.")
    if row.voided_at is not None:
        lead = _("This attendance was taken back. With times and a reason it counts again.")
    return render("events/correct.html", CorrectPage(
        title=_("Attendance of %(name)s", name=present.person.name),
        trail=event_trail(event),
        lead=lead,
        facts=(Row(_("Until now"), event_words.times(row)), Row(_("Credit hours"), event_words.brought(row)),
               Row(_("The event"), event_words.when(event))),
        form=form,
        void_url=link("void_attendance", **here) if row.voided_at is None else "",
        back_url=link("managed_event", key=event.key),
    ))  # fmt: skip


def _void_page(event: Event, present: Present, form: Form) -> str:
    row = present.attendance
    return render("manage/form.html", FormPage(
        title=_("Take back the attendance of %(name)s", name=present.person.name), form=form, submit=_("Take it back"),
        cancel_url=link("managed_event", key=event.key), trail=event_trail(event), danger=True,
        lead=_("As if the person had not been there. Its hours are taken back too; all of it stays on record."),
        facts=(Row(_("There"), event_words.times(row)), Row(_("Credit hours"), event_words.brought(row))),
    ))  # fmt: skip
