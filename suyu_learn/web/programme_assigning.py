"""Giving a programme to people, taking it back, and exempting from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Programme, Unit
from suyu_learn.services import exam_lists, grants, programme_assigning, programme_people, units
from suyu_learn.services.programme_assigning import GIVERS, Wanted
from suyu_learn.services.programme_members import Covered
from suyu_learn.web import audiences, programme_words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, carried_out
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.programme_members import assign_form, assign_person_form, why_form
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.pages.people import FormPage
from suyu_learn.web.pages.programme_members import AssignCheck
from suyu_learn.web.programme_members import open_programme, programme_line, programme_trail
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

SHOWN_NAMES = 12
GIVING = holding(*GIVERS)


@routes.get("/manage/programmes/<key>/assign", access=GIVING)
def assign_programme(key: str) -> str:
    """Ask whom it is for and until when."""
    programme = _published(key)
    return _assign_page(programme, _assign_form(programme))


@routes.post("/manage/programmes/<key>/assign", access=GIVING, endpoint="assign_programme_post")
def assign_programme_post(key: str) -> Any:
    """First say how many people it reaches, then give it."""
    programme = _published(key)
    form = _assign_form(programme)
    if request.form.get("action") != "give":
        reached: list[Covered] = []

        def look() -> None:
            reached.extend(
                programme_assigning.covered_by(session(), programme, _wanted(form), actor=actor(), now=now(),
                                               zone=learn().zone)
            )  # fmt: skip

        if not carried_out(form, look):
            return _assign_page(_published(key), form), 422
        return _assign_page(programme, form, reached=reached)
    return _given_to(form, key, lambda: _wanted(form), again=lambda: _assign_page(_published(key), form))


@routes.get("/manage/programmes/<key>/assign-person", access=GIVING)
def assign_programme_to_person(key: str) -> str:
    """Ask who, until when, and why: after a transfer, say, or a long absence."""
    return _person_page(_published(key), assign_person_form(today=programme_words.today()))


@routes.post("/manage/programmes/<key>/assign-person", access=GIVING, endpoint="assign_programme_to_person_post")
def assign_programme_to_person_post(key: str) -> Any:
    """Give it to one person."""
    form = assign_person_form(today=programme_words.today())
    _published(key)
    return _given_to(form, key, lambda: _wanted_person(form), again=lambda: _person_page(_published(key), form))


@routes.get("/manage/programmes/<key>/assignments/<int:assignment_id>/end", access=GIVING)
def end_assignment(key: str, assignment_id: int) -> str:
    """Ask why."""
    return _end_page(open_programme(key), assignment_id, why_form())


@routes.post("/manage/programmes/<key>/assignments/<int:assignment_id>/end", access=GIVING,
             endpoint="end_assignment_post")  # fmt: skip
def end_assignment_post(key: str, assignment_id: int) -> Any:
    """Take it back from those who have it by this alone."""
    form = why_form()
    return _done(
        form,
        lambda: programme_assigning.end(
            session(), programme_people.assignment_of(session(), open_programme(key), assignment_id),
            reason=form["reason"].data or "", actor=actor(), now=now(), zone=learn().zone,
        ),
        said=_("Taken back. Who has completed it keeps it."),
        to=link("programme_people_list", key=key),
        again=lambda: _end_page(open_programme(key), assignment_id, form),
    )  # fmt: skip


@routes.get("/manage/programmes/<key>/people/<int:member_id>/exempt", access=GIVING)
def exempt_from_programme(key: str, member_id: int) -> str:
    """Ask why."""
    return _exempt_page(open_programme(key), member_id, why_form())


@routes.post("/manage/programmes/<key>/people/<int:member_id>/exempt", access=GIVING,
             endpoint="exempt_from_programme_post")  # fmt: skip
def exempt_from_programme_post(key: str, member_id: int) -> Any:
    """Exempt."""
    form, name = why_form(), programme_line(open_programme(key), member_id).person.name
    return _done(
        form,
        lambda: programme_assigning.exempt(session(), programme_line(open_programme(key), member_id).member,
                                           reason=form["reason"].data or "", actor=actor(), now=now()),
        said=_("%(name)s need not complete it.", name=name),
        to=link("programme_member", key=key, member_id=member_id),
        again=lambda: _exempt_page(open_programme(key), member_id, form),
    )  # fmt: skip


@routes.get("/manage/programmes/<key>/people/<int:member_id>/exempt/end", access=GIVING)
def end_programme_exemption(key: str, member_id: int) -> str:
    """Ask why."""
    return _end_exemption_page(open_programme(key), member_id, why_form())


@routes.post("/manage/programmes/<key>/people/<int:member_id>/exempt/end", access=GIVING,
             endpoint="end_programme_exemption_post")  # fmt: skip
def end_programme_exemption_post(key: str, member_id: int) -> Any:
    """The member has to complete it after all."""
    form = why_form()
    return _done(
        form,
        lambda: programme_assigning.end_exemption(session(), programme_line(open_programme(key), member_id).member,
                                                  reason=form["reason"].data or "", actor=actor(), now=now()),
        said=_("Taken back."),
        to=link("programme_member", key=key, member_id=member_id),
        again=lambda: _end_exemption_page(open_programme(key), member_id, form),
    )  # fmt: skip


def _published(key: str) -> Programme:
    return programme_people.published(session(), actor(), key)


def _assign_form(programme: Programme) -> Form:
    """Its own unit is chosen where that is within reach."""
    reach = grants.reach(session(), actor(), GIVERS)
    names = list(audiences.names().items())
    return assign_form(units.choices(session(), reach), names, today=programme_words.today(), unit_id=programme.unit_id)


def _wanted(form: Form) -> Wanted:
    chosen = form["unit"].data
    return Wanted(
        unit=session().get(Unit, int(chosen)) if chosen else None,
        audience=form["audience"].data or None,
        starts_on=form["starts_on"].data or programme_words.today(),
        due_on=form["due_on"].data,
        due_days=form["due_days"].data,
        newcomers_only=form["newcomers_only"].data,
    )


def _wanted_person(form: Form) -> Wanted:
    found = exam_lists.find_people(session(), actor(), form["person"].data or "", most=2)
    if len(found) != 1:
        code = "programme.whom_exactly" if found else "programme.nobody_found"
        raise Problem(code, place=Place(field="person"))
    return Wanted(
        unit=None, audience=None, person=found[0][0], starts_on=form["starts_on"].data or programme_words.today(),
        due_on=form["due_on"].data, reason=form["reason"].data or "",
    )  # fmt: skip


def _given_to(form: Form, key: str, wanted: Callable[[], Wanted], *, again: Callable[[], str]) -> Any:
    return _done(
        form,
        lambda: programme_assigning.assign(session(), _published(key), wanted(), actor=actor(), now=now(),
                                           zone=learn().zone),
        said=_("Given. It stands on the home page of those people now."),
        to=link("programme_people_list", key=key),
        again=again,
    )  # fmt: skip


def _done(form: Form, act: Callable[[], Any], *, said: str, to: str, again: Callable[[], str]) -> Any:
    if not carried_out(form, act):
        return again(), 422
    say(MessageKind.SUCCESS, said)
    return redirect(to, code=303)


def _assign_page(programme: Programme, form: Form, *, reached: list[Covered] | None = None) -> str:
    names = tuple(one.name for one in (reached or ())[:SHOWN_NAMES])
    left = len(reached or ()) - len(names)
    return render(
        "programmes/assign.html",
        AssignCheck(
            trail=programme_trail(programme),
            title=_("Give “%(title)s” to people", title=programme.title),
            form=form,
            cancel_url=link("programme_people_list", key=programme.key),
            reached="" if reached is None else ngettext("It reaches %(num)s person today.",
                                                         "It reaches %(num)s people today.", len(reached)),
            names=names,
            more=ngettext("and %(num)s more person", "and %(num)s more people", left) if left > 0 else "",
            warning=_("Nobody is in it yet; who joins later gets it.") if reached == [] else "",
        ),
    )  # fmt: skip


def _person_page(programme: Programme, form: Form) -> str:
    return render(
        "manage/form.html",
        FormPage(
            title=_("Give “%(title)s” to one person", title=programme.title), form=form, submit=_("Give it"),
            cancel_url=link("programme_people_list", key=programme.key), trail=programme_trail(programme),
            lead=_("After a transfer or a long absence, say. It stands beside what the person has already."),
        ),
    )  # fmt: skip


def _end_page(programme: Programme, assignment_id: int, form: Form) -> str:
    programme_people.assignment_of(session(), programme, assignment_id)
    return _why_page(programme, form, _("Take the programme back"), _("Take back"), danger=True,
                     lead=_("Who has it by this alone and has not completed it, need not do it any more."))  # fmt: skip


def _exempt_page(programme: Programme, member_id: int, form: Form) -> str:
    name = programme_line(programme, member_id).person.name
    lead = _("%(name)s need not complete it then, and is listed with the reason.", name=name)
    title = _("Exempt %(name)s from the programme", name=name)
    return _why_page(programme, form, title, _("Exempt from it"), lead=lead)


def _end_exemption_page(programme: Programme, member_id: int, form: Form) -> str:
    name = programme_line(programme, member_id).person.name
    return _why_page(programme, form, _("Take back: %(name)s", name=name), _("Take back"),
                     lead=_("%(name)s is then due again.", name=name))  # fmt: skip


def _why_page(programme: Programme, form: Form, title: str, submit: str, *, lead: str, danger: bool = False) -> str:
    return render(
        "manage/form.html",
        FormPage(title=title, form=form, submit=submit, cancel_url=link("programme_people_list", key=programme.key),
                 trail=programme_trail(programme), lead=lead, danger=danger),
    )  # fmt: skip
