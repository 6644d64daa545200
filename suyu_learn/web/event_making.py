"""Events as organizers look after them: the list, a new one, one of them, calling it off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, request

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Event, Role
from suyu_learn.services import attendance, events, exam_lists, grants, locks, units
from suyu_learn.services.attendance import Present
from suyu_learn.services.events import HeldFor
from suyu_learn.web import event_words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, carried_out, page_number
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.events import event_form, wanted_in
from suyu_learn.web.forms.fields import plain
from suyu_learn.web.forms.shared import SharedForm, Values
from suyu_learn.web.forms.units import reason_form
from suyu_learn.web.i18n import _, credit_hours, listed, local_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import pages, trail
from suyu_learn.web.pages.common import Action, Column, MessageKind
from suyu_learn.web.pages.events import EventsPage, ListedEvent, ManagedEvent
from suyu_learn.web.pages.people import FormPage, Listing
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

ORGANIZERS = holding(Role.ORGANIZER)


@routes.get("/manage/events", access=ORGANIZERS)
def event_list() -> str:
    """The events of one's units: those to come, or those that are over."""
    past, current = request.args.get("show") == "past", page_number(request.args.get("page"))
    reach = grants.reach(session(), actor(), Role.ORGANIZER)
    rows, total = events.within(session(), reach, past=past, now=now(), page=current)
    counts = attendance.counts(session(), [one.id for one in rows])
    return render("events/index.html", EventsPage(
        trail=trail(),
        events=tuple(_listed(one, *counts.get(one.id, (0, 0))) for one in rows),
        past=past,
        coming_url=link("event_list"),
        past_url=link("event_list", show="past"),
        new_url=link("new_event"),
        pages=pages(current, total, events.PAGE, "event_list", show="past" if past else ""),
    ))  # fmt: skip


@routes.get("/manage/events/new", access=ORGANIZERS)
def new_event() -> str:
    """An empty form; for the part of a programme that the address names."""
    return _form_page(None, _form(data={"part": request.args.get("part", "")}))


@routes.post("/manage/events/new", access=ORGANIZERS, endpoint="new_event_post")
def new_event_post() -> Any:
    """Arrange it."""
    form = _form()
    made: list[str] = []

    def create() -> None:
        made.append(events.create(session(), wanted_in(form), actor=actor(), now=now(), zone=learn().zone,
                                  rules=learn().credit).key)  # fmt: skip

    if not carried_out(form, create):
        return _form_page(None, form), 422
    say(MessageKind.SUCCESS, _("The event is arranged. Print its sheet, or show its code on the day."))
    return redirect(link("managed_event", key=made[0]), code=303)


@routes.get("/manage/events/<key>", access=ORGANIZERS)
def managed_event(key: str) -> str:
    """One event: what it is, who came, what can be done."""
    event = managed(key)
    rows = attendance.of_event(session(), event)
    over, cancelled = event.ends_at < now(), event.cancelled_at is not None
    missing = event_words.forgot(rows) if over else []
    return render("events/event.html", ManagedEvent(
        title=event.title,
        trail=trail((_("Events"), link("event_list"))),
        facts=(*event_words.facts(event), *event_words.whose(event)),
        plan=event.plan,
        summary=event.summary,
        came=_came(event, rows),
        changes=_changes(event),
        actions=(*_actions(event),
                 Action(_("Tasks of the action plan"), link("plan_task_choice", kind="event", key=key))),
        forgot=_("Did not say when they left: %(names)s. They get no hours until you have entered it.",
                 names=listed(missing)) if missing else "",
        cancel_url=link("cancel_event", key=key) if not cancelled and not rows else "",
        cancelled=_("Called off on %(time)s: %(reason)s", time=local_time(event.cancelled_at),
                    reason=event.cancel_reason) if cancelled else "",
    ))  # fmt: skip


@routes.get("/manage/events/<key>/edit", access=ORGANIZERS)
def edit_event(key: str) -> str:
    """The form of an event that is there."""
    event = managed(key)
    return _form_page(event, _form(event, _values(event)))


@routes.post("/manage/events/<key>/edit", access=ORGANIZERS, endpoint="edit_event_post")
def edit_event_post(key: str) -> Any:
    """Store what it is now."""
    form = _form(managed(key))

    def change() -> None:
        event = managed(key)
        locks.hold_row(session(), event)
        form.require_unchanged(_values(event))
        events.change(session(), event, wanted_in(form), actor=actor(), now=now(), zone=learn().zone,
                      rules=learn().credit, reason=form["reason"].data or "" if "reason" in form else "")  # fmt: skip

    if not carried_out(form, change):
        return _form_page(managed(key), form), 422
    say(MessageKind.SUCCESS, _("The event is changed."))
    return redirect(link("managed_event", key=key), code=303)


@routes.get("/manage/events/<key>/cancel", access=ORGANIZERS)
def cancel_event(key: str) -> str:
    """Ask why."""
    return _cancel_page(managed(key), reason_form())


@routes.post("/manage/events/<key>/cancel", access=ORGANIZERS, endpoint="cancel_event_post")
def cancel_event_post(key: str) -> Any:
    """Call it off."""
    form = reason_form()

    def cancel() -> None:
        events.cancel(session(), managed(key), reason=form["reason"].data or "", actor=actor(), now=now())

    if not carried_out(form, cancel):
        return _cancel_page(managed(key), form), 422
    say(MessageKind.SUCCESS, _("The event is called off."))
    return redirect(link("managed_event", key=key), code=303)


def managed(key: str) -> Event:
    """One event within reach."""
    return events.managed(session(), key, actor=actor())


def event_trail(event: Event) -> tuple[Action, ...]:
    """The way to a page about one event."""
    return trail((_("Events"), link("event_list")), (event.title, link("managed_event", key=event.key)))


def _listed(event: Event, came: int, here: int) -> ListedEvent:
    facts = [event_words.when(event), event.place, credit_hours(event.hours)]
    if came:
        facts.append(ngettext("%(num)s person came", "%(num)s people came", came))
    note = ""
    if here and event.ends_at < now():
        note = ngettext("%(num)s person did not check out", "%(num)s people did not check out", here)
    return ListedEvent(event.title, link("managed_event", key=event.key), tuple(one for one in facts if one), note,
                       cancelled=event.cancelled_at is not None)  # fmt: skip


def _came(event: Event, rows: list[Present]) -> Listing:
    mine = actor().id
    shown = tuple(
        (one.person.name, one.attendance.unit_names.rpartition(" / ")[2], event_words.times(one.attendance),
         event_words.brought(one.attendance), _(event_words.WAYS[one.attendance.way]),
         Action(_("Correct"), link("correct_attendance", key=event.key, attendance_id=one.attendance.id))
         if one.person.id != mine else "")
        for one in rows
    )  # fmt: skip
    columns = (Column(_("Name")), Column(_("Unit")), Column(_("There")), Column(_("Credit hours")), Column(_("How")),
               Column(_("What to do")))  # fmt: skip
    return Listing(_("Who came"), columns, shown, empty=_("Nobody yet."))


def _changes(event: Event) -> Listing:
    rows = tuple(
        (local_time(change.at), whose, event_words.changed(change), change.reason, by)
        for change, whose, by in attendance.changes(session(), event)
    )
    columns = (Column(_("When")), Column(_("Name")), Column(_("What")), Column(_("Reason")), Column(_("By")))
    return Listing(_("What was corrected"), columns, rows)


def _actions(event: Event) -> tuple[Action, ...]:
    ways = [Action(_("Print its file"), link("event_dossier", key=event.key))]
    if event.cancelled_at is not None:
        return tuple(ways)
    ways.insert(0, Action(_("Print the sign-in sheet"), link("attendance_sheet", key=event.key)))
    if event.starts_at <= now():
        ways.insert(0, Action(_("Type the sheet in"), link("type_attendance", key=event.key)))
    if now() <= event.ends_at + attendance.CLOSES_AFTER:
        ways.insert(0, Action(_("Code on the screen"), link("event_screen", key=event.key)))
    return (*ways, Action(_("Change it"), link("edit_event", key=event.key)))


def _values(event: Event) -> Values:
    zone = learn().zone
    return {
        "title": event.title, "kind": event.kind.value, "starts_at": event.starts_at.astimezone(zone),
        "ends_at": event.ends_at.astimezone(zone), "hours": plain(event.hours), "place": event.place,
        "trainer": event.trainer, "part": str(event.part_id or ""), "course": str(event.course_id or ""),
        "exam": str(event.exam_id or ""), "plan": event.plan, "summary": event.summary,
    }  # fmt: skip


def _form(event: Event | None = None, data: Mapping[str, Any] | None = None) -> SharedForm:
    parts = [(one.part.id, _part(one)) for one in events.parts_for(session(), actor())]
    exams = [(one.id, one.title) for one in exam_lists.within(session(), actor())]
    held = events.held_for(session(), event) if event is not None else None
    return event_form(
        units=units.choices(session(), grants.reach(session(), actor(), Role.ORGANIZER)),
        parts=_offered(parts, event.part_id if event else None, _part(held) if held else ""),
        courses=_offered(events.materials(session()), event.course_id if event else None, _("as it was")),
        exams=_offered(exams, event.exam_id if event else None, _("as it was")),
        minutes=learn().credit.minutes, data=data, changes=event is not None,
        moves=event is not None and event.part_id is not None and events.has_settled(session(), event),
    )  # fmt: skip


def _part(held: HeldFor) -> str:
    return _("%(programme)s: %(part)s", programme=held.programme.title, part=held.part.title)


def _offered(pairs: list[tuple[int, str]], chosen: int | None, name: str) -> list[tuple[str, str]]:
    """What can be chosen; what was chosen before stays, also where it is offered no more."""
    there = {value for value, _label in pairs}
    kept = [(chosen, name)] if chosen is not None and chosen not in there else []
    return [(str(value), label) for value, label in (*pairs, *kept)]


def _form_page(event: Event | None, form: Form) -> str:
    if "unit" in form and not list(form["unit"].choices):
        raise Problem("event.no_unit")
    back = link("managed_event", key=event.key) if event is not None else link("event_list")
    return render("manage/form.html", FormPage(
        title=_("Change the event") if event is not None else _("New event"),
        form=form,
        submit=_("Save") if event is not None else _("Arrange it"),
        cancel_url=back,
        trail=event_trail(event) if event is not None else trail((_("Events"), link("event_list"))),
    ))  # fmt: skip


def _cancel_page(event: Event, form: Form) -> str:
    return render("manage/form.html", FormPage(
        title=_("Call the event off"), form=form, submit=_("Call it off"), danger=True,
        cancel=_("Leave it as it is"),
        cancel_url=link("managed_event", key=event.key), trail=event_trail(event),
        lead=_("It stays in the list with the reason, which those it was for can read."),
        facts=event_words.facts(event),
    ))  # fmt: skip
