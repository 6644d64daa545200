"""Roles: giving, taking back, handing over."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from suyu_learn.models import Grant, Person, Role, Unit
from suyu_learn.services import grants, persons, units
from suyu_learn.web import words
from suyu_learn.web.access import SIGNED_IN, holding
from suyu_learn.web.acting import actor, carried_out, page_number
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.persons import grant_form, other_person_form
from suyu_learn.web.forms.units import reason_form
from suyu_learn.web.i18n import _, local_date
from suyu_learn.web.links import link
from suyu_learn.web.manage import pages, role_in_words, trail
from suyu_learn.web.pages.common import Action, Column, MessageKind, Row
from suyu_learn.web.pages.people import FormPage, Listing, RolesPage
from suyu_learn.web.persons import person_trail, sign_in_with
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

ANY_ROLE = holding(*Role)
SEE_PEOPLE = holding(*persons.VIEWERS)
SIZE = 50


@routes.get("/manage/roles", access=ANY_ROLE)
def roles() -> str:
    """Who holds what that one could take back, and the form for giving a role."""
    return _roles_page(_grant_form(ask_person=True))


@routes.post("/manage/roles", access=ANY_ROLE)
def roles_post() -> Any:
    """Give a role to somebody named by number or name."""
    form = _grant_form(ask_person=True)
    given: list[Grant] = []

    def act() -> None:
        reach = grants.giving(session(), actor(), Role(form.data["role"]))
        person = persons.find_one(session(), form.data["person"], reach=reach)
        given.append(_give(form, person))

    if carried_out(form, act):
        said = _("%(name)s is now %(role)s.", name=given[0].person.name, role=role_in_words(given[0]))
        say(MessageKind.SUCCESS, said, todo=_way_in(given[0].person))
        return redirect(link("roles"))
    return _roles_page(form), 422


def _give(form: Form, person: Person) -> Grant:
    unit = session().get(Unit, int(form.data["unit"])) if form.data["unit"] else None
    return grants.grant(session(), person, Role(form.data["role"]), unit, actor=actor(), now=now())


def _way_in(person: Person) -> str:
    """How somebody who was given a role signs in, or what they need to; empty where the host does that."""
    if not learn().own_sign_in:
        return ""
    ways = sign_in_with(person)
    if person.password_hash and ways:
        return _("They sign in with their password and %(ways)s.", ways=ways)
    if ways:
        return _("They have no password yet. “Link to set a password” on their page makes one; they sign in with "
                 "%(ways)s then.", ways=ways)  # fmt: skip
    return _("They have no staff number, phone or sign-in name to sign in with: enter one on their page, then make a "
             "link to set a password.")  # fmt: skip


def _grant_form(*, ask_person: bool) -> Form:
    may = grants.grantable(session(), actor())
    if not learn().vault.ready:
        may.pop(Role.IDENTITY, None)  # nothing is stored that it could read
    reach = grants.Reach(
        everywhere=any(where.everywhere for where in may.values()),
        paths=tuple(sorted({path for where in may.values() for path in where.paths})),
    )
    return grant_form(may, units.choices(session(), reach), everywhere=reach.everywhere, ask_person=ask_person)


def _roles_page(form: Form) -> str:
    current = page_number(request.args.get("page"))
    rows, total = grants.visible(session(), actor(), offset=(current - 1) * SIZE, limit=SIZE)
    sees_people = grants.reach(session(), actor(), persons.VIEWERS)
    shown = []
    for held in rows:
        home = persons.home_unit(session(), held.person)
        name: Any = held.person.name
        if sees_people.covers(home.path if home else None):
            name = Action(name, link("person", person_id=held.person_id))
        shown.append((name, home.name if home else "", words.role(held.role),
                      held.unit.name if held.unit else _("all units"), local_date(held.granted_at),
                      Action(_("Take back"), link("role_revoke", grant_id=held.id))))  # fmt: skip
    columns = (Column(_("Name")), Column(_("Home unit")), Column(_("Role")), Column(_("On")), Column(_("Since")),
               Column(_("What to do")))  # fmt: skip
    listing = Listing(_("Who holds what"), columns, tuple(shown))
    return render("grants/index.html", RolesPage(
        trail=trail(), form=form, roles=listing, pages=pages(current, total, SIZE, "roles")
    ))  # fmt: skip


@routes.get("/manage/roles/<int:grant_id>/revoke", access=SIGNED_IN)
def role_revoke(grant_id: int) -> str:
    """The form for taking a role back."""
    return _revoke_page(_takeable(grant_id), reason_form())


@routes.post("/manage/roles/<int:grant_id>/revoke", access=SIGNED_IN)
def role_revoke_post(grant_id: int) -> Any:
    """Take it back."""
    held, form = _takeable(grant_id), reason_form()
    if carried_out(form, lambda: grants.revoke(
        session(), held, actor=actor(), now=now(), reason=form.data["reason"]
    )):  # fmt: skip
        say(MessageKind.SUCCESS, _("The role has been taken back."))
        return redirect(link("roles") if grants.roles_of(session(), actor()) else link("home"))
    return _revoke_page(_takeable(grant_id), form), 422


def _takeable(grant_id: int) -> Grant:
    return grants.get(session(), grant_id, actor=actor())


def _revoke_page(held: Grant, form: Form) -> str:
    return render("manage/form.html", FormPage(
        title=_("Take a role back"), form=form, submit=_("Take back"), danger=True, cancel_url=link("roles"),
        trail=trail((_("Roles"), link("roles"))),
        facts=(Row(_("Name"), held.person.name), Row(_("Role"), role_in_words(held))),
    ))  # fmt: skip


@routes.get("/manage/people/<int:person_id>/role", access=SEE_PEOPLE)
def person_role(person_id: int) -> str:
    """The form for giving a person a role."""
    found = persons.seen(session(), person_id, actor=actor())
    return _person_page(found, _grant_form(ask_person=False))


@routes.post("/manage/people/<int:person_id>/role", access=SEE_PEOPLE)
def person_role_post(person_id: int) -> Any:
    """Give it."""
    found = persons.seen(session(), person_id, actor=actor())
    form = _grant_form(ask_person=False)
    given: list[Grant] = []
    if carried_out(form, lambda: given.append(_give(form, found))):
        say(MessageKind.SUCCESS, _("%(name)s is now %(role)s.", name=found.name, role=role_in_words(given[0])),
            todo=_way_in(found))  # fmt: skip
        return redirect(link("person", person_id=found.id))
    return _person_page(persons.seen(session(), person_id, actor=actor()), form), 422


def _person_page(found: Person, form: Form) -> str:
    return render("manage/form.html", FormPage(
        title=_("Give %(name)s a role", name=found.name), form=form, submit=_("Give"),
        cancel_url=link("person", person_id=found.id), trail=person_trail(found),
        lead=_("A role holds for a unit and all below it, and can be passed on inside it."),
    ))  # fmt: skip


@routes.get("/manage/people/<int:person_id>/hand-over", access=SEE_PEOPLE)
def person_hand_over(person_id: int) -> str:
    """The form for handing all roles of a person to another."""
    found = persons.seen(session(), person_id, actor=actor())
    grants.require_equal(session(), actor(), found)
    return _hand_over_page(found, _receiver_form())


@routes.post("/manage/people/<int:person_id>/hand-over", access=SEE_PEOPLE)
def person_hand_over_post(person_id: int) -> Any:
    """Hand them over."""
    found = persons.seen(session(), person_id, actor=actor())
    grants.require_equal(session(), actor(), found)
    form = _receiver_form()
    received: list[Person] = []

    def act() -> None:
        reach = grants.reach(session(), actor(), persons.VIEWERS)
        receiver = persons.find_one(session(), form.data["person"], reach=reach)
        grants.hand_over(session(), found, receiver, actor=actor(), now=now(), reason=form.data["reason"])
        received.append(receiver)

    if carried_out(form, act):
        said = _("%(name)s now holds the roles of %(giver)s.", name=received[0].name, giver=found.name)
        say(MessageKind.SUCCESS, said)
        return redirect(link("roles") if grants.roles_of(session(), actor()) else link("home"))
    return _hand_over_page(persons.seen(session(), person_id, actor=actor()), form), 422


def _receiver_form() -> Form:
    return other_person_form(_("To whom"))


def _hand_over_page(found: Person, form: Form) -> str:
    held = tuple(Row(_("Role"), role_in_words(one)) for one in grants.live(session(), found))
    return render("manage/form.html", FormPage(
        title=_("Hand over all roles of %(name)s", name=found.name), form=form, submit=_("Hand over"), danger=True,
        cancel_url=link("person", person_id=found.id), trail=person_trail(found), facts=held,
        lead=_("Everything goes at once; %(name)s holds nothing afterwards.", name=found.name),
    ))  # fmt: skip
