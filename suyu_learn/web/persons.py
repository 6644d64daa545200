"""People: finding them, and one person."""

from __future__ import annotations

from typing import Any

from flask import request

from suyu_learn.models import Attempt, Employment, Person, PersonKind, Unit
from suyu_learn.services import audiences, extra_time, grants, people, persons, splitting, units
from suyu_learn.services.persons import Standing
from suyu_learn.services.unread import Unread
from suyu_learn.web import exam_words, words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, midnight, page_number, unread
from suyu_learn.web.context import session
from suyu_learn.web.forms.fields import INDENT
from suyu_learn.web.i18n import N_, _, listed, local_date, local_time, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.manage import pages, role_in_words, trail
from suyu_learn.web.pages.common import Action, Choice, Column, Row
from suyu_learn.web.pages.people import Listing, PersonPage, PersonsPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

SEE = holding(*persons.VIEWERS)
STANDINGS = {
    Standing.CURRENT: N_("People of today"),
    Standing.DISABLED: N_("Disabled"),
    Standing.GUESTS: N_("Guests of open exams"),
}
CHANGES = {"merged": N_("Merged"), "split": N_("Split")}


@routes.get("/manage/people", access=SEE, endpoint="persons")
def index() -> str:
    """People within one's reach, by name, number, phone, unit and audience."""
    reach = grants.reach(session(), actor(), persons.VIEWERS)
    asked = {name: request.args.get(name, "").strip()[:100] for name in ("q", "unit", "audience", "show")}
    unit = units.seen(session(), int(asked["unit"]), actor=actor()) if is_number(asked["unit"]) else None
    standing = Standing(asked["show"]) if asked["show"] in tuple(Standing) else Standing.CURRENT
    current = page_number(request.args.get("page"))
    may_edit = bool(grants.reach(session(), actor(), persons.EDITORS))
    rows, total = persons.search(
        session(), reach=reach, text=asked["q"], unit=unit, audience=asked["audience"], standing=standing, page=current
    )
    page = PersonsPage(
        trail=trail(),
        text=asked["q"],
        units=tuple(
            Choice(str(one.id), INDENT * depth + one.name, unit is not None and one.id == unit.id)
            for one, depth in units.choices(session(), reach)
        ),
        audiences=tuple(
            Choice(one.code, words.audience(one), one.code == asked["audience"]) for one in audiences.every(session())
        ),
        standings=tuple(Choice(one.value, _(label), one is standing) for one, label in STANDINGS.items()),
        people=_people(rows),
        found=ngettext("%(num)s person found", "%(num)s people found", total),
        pages=pages(current, total, persons.PAGE, "persons", **asked),
        actions=(
            Action(_("Add a person"), link("person_new")),
            Action(_("Bring in hours learnt elsewhere"), link("hours_import")),
        )
        if may_edit
        else (),
        filtered=bool(asked["q"] or unit or asked["audience"] or standing is not Standing.CURRENT),
    )
    return render("persons/index.html", page)


def _people(rows: list[persons.Found]) -> Listing:
    columns = (Column(_("Name")), Column(_("Unit")), Column(_("Staff number")), Column(_("Job")))
    shown = tuple(
        (Action(one.person.name, link("person", person_id=one.person.id)), one.unit.name if one.unit else _("no unit"),
         one.person.staff_number or "", one.person.job or "") for one in rows
    )  # fmt: skip
    return Listing(_("People"), columns, shown, empty=_("Nobody fits. Try fewer letters, or take a filter away."))


@routes.get("/manage/people/<int:person_id>", access=SEE)
def person(person_id: int) -> str:
    """One person: who, where since when, roles, results, and what can be done."""
    found = persons.seen(session(), person_id, actor=actor())
    home = persons.home_unit(session(), found)
    may_change = grants.reach(session(), actor(), persons.EDITORS).covers(home.path if home else None)
    equal = may_change and grants.is_equal(session(), actor(), found)
    changeable = may_change and found.merged_into_id is None
    notice, way_on = _notice(found, may_split=equal)
    hidden = unread()
    page = PersonPage(
        title=found.name,
        trail=_trail(home),
        facts=(*_facts(found, home), *_extra_time(found)),
        assessment=_assessment(found) if may_change else (),
        memberships=memberships(found, linked=True),
        roles=_roles(found),
        attempts=_attempts(found, hidden),
        completions=_completions(found, hidden),
        changes=_changes(found),
        actions=(*(_actions(found, equal=equal) if changeable else ()), *_papers(found), *_for_exams(found)),
        danger=_dangerous(found) if changeable and equal and found.id != actor().id else (),
        link_url=link("person_link", person_id=found.id) if changeable and equal and found.active else None,
        link_label=_("Link for a new password") if found.password_hash else _("Link to set a password"),
        notice=notice,
        notice_action=way_on,
    )
    return render("persons/person.html", page)


def _trail(home: Unit | None) -> tuple[Action, ...]:
    steps = [(_("People"), link("persons"))]
    if home is not None:
        steps.append((home.name, link("unit", unit_id=home.id)))
    return trail(*steps)


def person_trail(found: Person) -> tuple[Action, ...]:
    """The way to a page about one person."""
    return trail((_("People"), link("persons")), (found.name, link("person", person_id=found.id)))


def _notice(found: Person, *, may_split: bool) -> tuple[str, Action | None]:
    if found.merged_into_id is not None:
        kept = session().get_one(Person, found.merged_into_id)
        change = splitting.merge_of(session(), found)
        said = _("This entry was merged into that of %(name)s on %(day)s: %(reason)s", name=kept.name,
                 day=local_date(change.at), reason=change.reason)  # fmt: skip
        if may_split:
            return said, Action(_("Split again"), link("person_split", person_id=found.id))
        return said, Action(_("To the entry that was kept"), link("person", person_id=kept.id))
    if found.disabled_at is not None:
        return _("Disabled since %(day)s: cannot sign in.", day=local_date(found.disabled_at)), None
    return "", None


def sign_in_with(found: Person) -> str:
    """With what a person signs in, in words."""
    ways = [
        _("sign-in name %(value)s", value=found.username) if found.username else "",
        _("staff number %(value)s", value=found.staff_number) if found.staff_number else "",
        _("phone %(value)s", value=found.phone) if found.phone else "",
    ]
    return listed(way for way in ways if way)


def _facts(found: Person, home: Unit | None) -> tuple[Row, ...]:
    said = (
        (_("Unit"), people.path_names(session(), home) if home else _("no unit")),
        (_("Staff number"), found.staff_number),
        (_("Phone"), found.phone),
        (_("Sign-in name"), found.username),
        (_("Password"), _("set") if found.password_hash else _("none yet")),
        (_("Job"), found.job),
        (_("Day of entry"), local_date(midnight(found.hired_on)) if found.hired_on else ""),
        (_("Employed as"), _(words.EMPLOYMENTS[found.employment]) if found.employment is not Employment.OWN else ""),
        (_("Audiences"), listed(words.audience(one) for one in persons.audiences_of(session(), found))),
    )
    return tuple(Row(label, value) for label, value in said if value)


def _extra_time(found: Person) -> tuple[Row, ...]:
    row = extra_time.live(session(), found, None)
    return (Row(_("Extra time"), exam_words.extra_given(row)),) if row is not None else ()


def _assessment(found: Person) -> tuple[Row, ...]:
    said = (
        (_("Year of birth"), str(found.birth_year or "")),
        (_("Sex"), _(words.SEXES[found.sex]) if found.sex else ""),
        (_("Schooling"), _(words.SCHOOLINGS[found.schooling]) if found.schooling else ""),
        (_("Lives"), _(words.RESIDENCES[found.residence]) if found.residence else ""),
    )
    return tuple(Row(label, value) for label, value in said if value)


def memberships(found: Person, *, linked: bool) -> Listing:
    """Where somebody belonged from when to when."""
    rows = []
    for one in persons.memberships(session(), found):
        name: Any = Action(one.unit.name, link("unit", unit_id=one.unit_id)) if linked else one.unit.name
        kind = _("home") if one.home else _("further entry")
        rows.append((name, local_date(one.since), local_date(one.until) or _("today"), kind))
    columns = (Column(_("Unit")), Column(_("From")), Column(_("To")), Column(_("Kind")))
    return Listing(_("Units"), columns, tuple(rows), empty=_("Belongs to no unit."))


def _roles(found: Person) -> Listing:
    rows = []
    for held in grants.live(session(), found):
        mine = held.person_id == actor().id or grants.may_grant(session(), actor(), held.role, held.unit)
        way = Action(_("Take back"), link("role_revoke", grant_id=held.id)) if mine else ""
        rows.append((role_in_words(held), local_date(held.granted_at), way))
    columns = (Column(_("Role and unit")), Column(_("Since")), Column(_("What to do")))
    return Listing(_("Roles"), columns, tuple(rows), empty=_("Holds no role: learns and sits exams."))


def _attempts(found: Person, hidden: Unread | None) -> Listing:
    rows = tuple(
        (
            one.exam.title,
            local_date(one.started_at) if one.offline else local_time(one.started_at),
            _("%(result)s (on paper)", result=_result(one, hidden)) if one.offline else _result(one, hidden),
        )
        for one in persons.attempts(session(), found)
    )
    return Listing(_("Latest exams"), (Column(_("Exam")), Column(_("Started on")), Column(_("Result"))), rows,
                   empty=_("Has sat no exam yet."))  # fmt: skip


def _result(one: Attempt, hidden: Unread | None) -> str:
    if hidden is not None and one.person_id == hidden.person_id and one.exam_id in hidden.exam_ids:
        return _("is not shown")
    if one.points is None:
        return _(words.ATTEMPT_STATES[one.state])
    points = _("%(points)s of %(full)s points", points=number(one.points), full=number(one.full_points))
    if one.passed is None:
        return points
    return _("%(points)s, passed", points=points) if one.passed else _("%(points)s, not passed", points=points)


def _completions(found: Person, hidden: Unread | None) -> Listing:
    rows = tuple(
        (one.title, local_date(one.completed_at), one.unit_names)
        for one in persons.completions(session(), found, unread=hidden)
    )
    columns = (Column(_("Course or exam")), Column(_("Completed on")), Column(_("Unit of that day")))
    return Listing(_("Completion records"), columns, rows, empty=_("Nothing completed yet."))


def _changes(found: Person) -> Listing:
    rows = tuple(
        (local_time(one.at), _(CHANGES[one.kind]),
         Action(other.name, link("person", person_id=other.id)) if other else "", one.reason, who or "")
        for one, other, who in persons.changes(session(), found)
    )  # fmt: skip
    columns = (Column(_("When")), Column(_("What")), Column(_("Other entry")), Column(_("Reason")), Column(_("By")))
    return Listing(_("Merged and split"), columns, rows)


def _actions(found: Person, *, equal: bool) -> tuple[Action, ...]:
    ways = [
        Action(_("Edit"), link("person_edit", person_id=found.id)),
        Action(_("Move"), link("person_move", person_id=found.id)),
    ]
    if found.kind is not PersonKind.GUEST:
        ways.append(Action(_("Hours learnt elsewhere"), link("outside_hours", person_id=found.id)))
        ways.append(Action(_("Completions and certificates"), link("person_completions", person_id=found.id)))
        ways.append(Action(_("Certificates of others"), link("person_outside", person_id=found.id)))
    if found.active and grants.grantable(session(), actor()):
        ways.append(Action(_("Give a role"), link("person_role", person_id=found.id)))
    if equal and grants.live(session(), found):
        ways.append(Action(_("Hand over all roles"), link("person_hand_over", person_id=found.id)))
    return tuple(ways)


def _papers(found: Person) -> tuple[Action, ...]:
    """What is printed of somebody: the file to sign, the card to sign in with."""
    if found.kind is PersonKind.GUEST or found.merged_into_id is not None:
        return ()
    file = Action(_("Training file"), link("person_records", key=found.key))
    return (file, Action(_("QR card"), link("person_card", person_id=found.id))) if found.active else (file,)


def _for_exams(found: Person) -> tuple[Action, ...]:
    if not found.active or found.kind is PersonKind.GUEST:
        return ()
    return (Action(_("Extra time"), link("person_extra_time", person_id=found.id)),)


def _dangerous(found: Person) -> tuple[Action, ...]:
    if found.disabled_at is not None:
        return (Action(_("Enable"), link("person_enable", person_id=found.id)),)
    return (
        Action(_("Merge another entry into this one"), link("person_merge", person_id=found.id)),
        Action(_("Disable"), link("person_disable", person_id=found.id)),
    )
