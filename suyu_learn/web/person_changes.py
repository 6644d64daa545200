"""Changing a person: adding, editing, moving, disabling, merging, a new password."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from suyu_learn.models import Person, Unit
from suyu_learn.services import (
    audiences,
    grants,
    merging,
    password_links,
    persons,
    programme_members,
    splitting,
    units,
)
from suyu_learn.web import addresses, problems
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, carried_out, day_begins
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.persons import ASSESSMENT_FIELDS, details, other_person_form, person_form, person_move_form
from suyu_learn.web.forms.units import reason_form
from suyu_learn.web.i18n import _, local_time
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import MessageKind, Row
from suyu_learn.web.pages.people import FormPage, LinkPage
from suyu_learn.web.persons import person_trail, sign_in_with
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

CHANGE = holding(*persons.EDITORS)


def _units() -> list[tuple[Unit, int]]:
    return units.choices(session(), grants.reach(session(), actor(), persons.EDITORS))


def _editable(person_id: int) -> Person:
    return persons.editable(session(), person_id, actor=actor())


def _back(found: Person, text: str) -> Any:
    say(MessageKind.SUCCESS, text)
    return redirect(link("person", person_id=found.id))


def _page(found: Person, form: Form, title: str, submit: str, **more: Any) -> str:
    return render("manage/form.html", FormPage(
        title=title, form=form, submit=submit, cancel_url=link("person", person_id=found.id),
        trail=person_trail(found), **more,
    ))  # fmt: skip


def _folded(form: Form) -> dict[str, Any]:
    return {
        "folded": ASSESSMENT_FIELDS,
        "folded_title": _("For assessments only"),
        "folded_open": any(form[name].errors for name in ASSESSMENT_FIELDS),
    }


# Adding


@routes.get("/manage/people/new", access=CHANGE)
def person_new() -> str:
    """The form of a new person."""
    asked = request.args.get("unit", "")
    unit = units.editable(session(), int(asked), actor=actor()) if is_number(asked) else None
    return _new_page(person_form(audiences.every(session()), units=_units(), unit=unit))


@routes.post("/manage/people/new", access=CHANGE)
def person_new_post() -> Any:
    """Add them."""
    form = person_form(audiences.every(session()), units=_units())
    made: list[Person] = []

    def act() -> None:
        unit = units.editable(session(), int(form.data["unit_id"]), actor=actor())
        made.append(persons.add(session(), details(form), unit, actor=actor(), now=now()))
        _give_programmes(made[0])

    if carried_out(form, act):
        return _back(made[0], _("%(name)s has been added.", name=made[0].name))
    return _new_page(form), 422


def _new_page(form: Form) -> str:
    return render("manage/form.html", FormPage(
        title=_("Add a person"), form=form, submit=_("Add"), cancel_url=link("persons"),
        trail=trail((_("People"), link("persons"))),
        lead=_("Name and unit are enough; the rest helps with signing in."), **_folded(form),
    ))  # fmt: skip


def _give_programmes(found: Person) -> None:
    """Let whoever signs or reminds find them at once among those who have what their unit was given."""
    programme_members.sync_people(session(), [found.id], now=now(), zone=learn().zone)


# Editing and moving


@routes.get("/manage/people/<int:person_id>/edit", access=CHANGE)
def person_edit(person_id: int) -> str:
    """The form of what is kept of a person."""
    found = _editable(person_id)
    return _edit_page(found, _edit_form(found))


@routes.post("/manage/people/<int:person_id>/edit", access=CHANGE)
def person_edit_post(person_id: int) -> Any:
    """Store it."""
    found = _editable(person_id)
    form = _edit_form(found)

    def act() -> None:
        persons.edit(session(), found, details(form), actor=actor(), now=now())
        _give_programmes(found)

    if carried_out(form, act):
        return _back(found, _("Saved."))
    return _edit_page(_editable(person_id), form), 422


def _edit_form(found: Person) -> Form:
    have = [one.code for one in persons.audiences_of(session(), found)]
    return person_form(audiences.every(session()), person=found, have=have)


def _edit_page(found: Person, form: Form) -> str:
    return _page(found, form, _("Edit %(name)s", name=found.name), _("Save"), **_folded(form))


@routes.get("/manage/people/<int:person_id>/move", access=CHANGE)
def person_move(person_id: int) -> str:
    """The form for another unit."""
    found = _editable(person_id)
    return _move_page(found, person_move_form(_units()))


@routes.post("/manage/people/<int:person_id>/move", access=CHANGE)
def person_move_post(person_id: int) -> Any:
    """Move them."""
    found = _editable(person_id)
    form = person_move_form(_units())

    def act() -> None:
        unit = units.editable(session(), int(form.data["unit"]), actor=actor())
        persons.move(session(), found, unit, since=day_begins(form.data["since"]), actor=actor(), now=now(),
                     reason=form.data["reason"] or "")  # fmt: skip
        _give_programmes(found)

    if carried_out(form, act):
        return _back(found, _("%(name)s has been moved.", name=found.name))
    return _move_page(_editable(person_id), form), 422


def _move_page(found: Person, form: Form) -> str:
    home = persons.home_unit(session(), found)
    return _page(found, form, _("Move %(name)s", name=found.name), _("Move"),
                 facts=(Row(_("Unit now"), home.name if home else _("no unit")),))  # fmt: skip


# Out and in


@routes.get("/manage/people/<int:person_id>/disable", access=CHANGE)
def person_disable(person_id: int) -> str:
    """The form for keeping somebody out."""
    return _disable_page(_editable(person_id), reason_form())


@routes.post("/manage/people/<int:person_id>/disable", access=CHANGE)
def person_disable_post(person_id: int) -> Any:
    """Keep them out."""
    found, form = _editable(person_id), reason_form()

    def act() -> None:
        persons.disable(session(), found, actor=actor(), now=now(), reason=form.data["reason"])
        _give_programmes(found)

    if carried_out(form, act):
        return _back(found, _("%(name)s is disabled.", name=found.name))
    return _disable_page(_editable(person_id), form), 422


def _disable_page(found: Person, form: Form) -> str:
    return _page(found, form, _("Disable %(name)s", name=found.name), _("Disable"), danger=True,
                 lead=_("Ends all sign-ins at once. Results and records stay, and it can be undone."))  # fmt: skip


@routes.get("/manage/people/<int:person_id>/enable", access=CHANGE)
def person_enable(person_id: int) -> str:
    """The form for letting somebody in again."""
    return _enable_page(_editable(person_id), reason_form())


@routes.post("/manage/people/<int:person_id>/enable", access=CHANGE)
def person_enable_post(person_id: int) -> Any:
    """Let them in."""
    found, form = _editable(person_id), reason_form()

    def act() -> None:
        persons.enable(session(), found, actor=actor(), now=now(), reason=form.data["reason"])
        _give_programmes(found)

    if carried_out(form, act):
        return _back(found, _("%(name)s may sign in again.", name=found.name))
    return _enable_page(_editable(person_id), form), 422


def _enable_page(found: Person, form: Form) -> str:
    return _page(found, form, _("Enable %(name)s", name=found.name), _("Enable"))


# Two entries of one person


@routes.get("/manage/people/<int:person_id>/merge", access=CHANGE)
def person_merge(person_id: int) -> str:
    """The form for merging another entry into this one."""
    return _merge_page(_editable(person_id), _merge_form())


@routes.post("/manage/people/<int:person_id>/merge", access=CHANGE)
def person_merge_post(person_id: int) -> Any:
    """Merge it."""
    found, form = _editable(person_id), _merge_form()

    def act() -> None:
        reach = grants.reach(session(), actor(), persons.EDITORS)
        other = persons.find_one(session(), form.data["person"], reach=reach, besides=found)
        merging.merge(session(), found, other, actor=actor(), now=now(), reason=form.data["reason"],
                      zone=learn().zone, rules=learn().credit)  # fmt: skip

    if carried_out(form, act):
        return _back(found, _("The other entry has been merged into this one."))
    return _merge_page(_editable(person_id), form), 422


def _merge_form() -> Form:
    return other_person_form(_("The other entry, which ends"))


def _merge_page(found: Person, form: Form) -> str:
    return _page(found, form, _("Merge another entry into that of %(name)s", name=found.name), _("Merge"), danger=True,
                 lead=_("Exams, completions, units, roles and audiences of the other entry come to this one. "
                        "It can be split again as long as nothing new depends on it."))  # fmt: skip


@routes.get("/manage/people/<int:person_id>/split", access=CHANGE)
def person_split(person_id: int) -> str:
    """The form for making two of it again."""
    found = _editable(person_id)
    splitting.merge_of(session(), found)
    return _split_page(found, reason_form())


@routes.post("/manage/people/<int:person_id>/split", access=CHANGE)
def person_split_post(person_id: int) -> Any:
    """Split it."""
    found, form = _editable(person_id), reason_form()
    if carried_out(form, lambda: splitting.split(
        session(), found, actor=actor(), now=now(), reason=form.data["reason"], zone=learn().zone
    )):  # fmt: skip
        return _back(found, _("The two entries are apart again."))
    return _split_page(_editable(person_id), form), 422


def _split_page(found: Person, form: Form) -> str:
    return _page(found, form, _("Split the merged entry of %(name)s", name=found.name), _("Split"), danger=True,
                 lead=_("Everything that came from this entry goes back to it."))  # fmt: skip


# A new password


@routes.post("/manage/people/<int:person_id>/password-link", access=CHANGE)
def person_link(person_id: int) -> Any:
    """Make a one-time link and show it, this once."""
    found = _editable(person_id)
    refusal = addresses.unproved()
    if refusal is not None:
        return _link_page(found), problems.status(refusal)
    made = password_links.issue(session(), found, actor=actor(), now=now())
    return _link_page(found, addresses.public_link("password", token=made.token), local_time(made.expires_at))


def _link_page(found: Person, url: str = "", valid_until: str = "") -> str:
    return render("persons/link.html", LinkPage(
        title=_("Link for a new password"), trail=person_trail(found), name=found.name, url=url,
        valid_until=valid_until, sign_in_with=sign_in_with(found), back_url=link("person", person_id=found.id),
        doubt=addresses.doubt_in_words(),
    ))  # fmt: skip
