"""The unit tree, and one unit."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Unit, UnitKind
from suyu_learn.services import grants, people, persons, roster_units, units
from suyu_learn.services.units import Node
from suyu_learn.web import words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, carried_out, day_begins
from suyu_learn.web.context import now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.units import BY_NAME, reason_form, rename_form, unit_close_form, unit_form, unit_merge_form
from suyu_learn.web.forms.units import unit_move_form as move_form
from suyu_learn.web.i18n import N_, _, local_date, local_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import Action, Column, MessageKind, Row
from suyu_learn.web.pages.people import FormPage, Listing, UnitPage, UnitRow, UnitsPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

SEE = holding(*units.VIEWERS)
CHANGE = holding(*units.EDITORS)
MOST_MEMBERS = 20
CHANGES = {
    "renamed": N_("Renamed"),
    "kind": N_("Kind changed"),
    "moved": N_("Moved"),
    "merged": N_("Merged into another"),
    "took_in": N_("Took in another"),
    "closed": N_("Unit closed"),
    "reopened": N_("Opened again"),
}


@routes.get("/manage/units", access=SEE, endpoint="units")
def index() -> str:
    """The tree within one's reach; closed units stay behind a link."""
    with_closed = request.args.get("closed") == "1"
    reach = grants.reach(session(), actor(), units.VIEWERS)
    nodes = units.tree(session(), reach, with_closed=True)
    some_closed = any(node.unit.closed_at for node in nodes)
    if not with_closed:
        nodes = units.tree(session(), reach)
    page = UnitsPage(
        units=nested(nodes),
        trail=trail(),
        add_url=link("unit_new") if grants.reach(session(), actor(), units.EDITORS) else None,
        closed_url=link("units", **({} if with_closed else {"closed": 1})) if some_closed else None,
        closed_label=_("Hide closed units") if with_closed else _("Show closed units too"),
    )
    return render("units/index.html", page)


def nested(nodes: list[Node]) -> tuple[UnitRow, ...]:
    """Rows of the tree, each with those below it."""
    rows, _end = _nested(nodes, 0, nodes[0].depth if nodes else 0)
    return rows


def _nested(nodes: list[Node], start: int, depth: int) -> tuple[tuple[UnitRow, ...], int]:
    rows = []
    while start < len(nodes) and nodes[start].depth == depth:
        node = nodes[start]
        below, start = _nested(nodes, start + 1, depth + 1)
        rows.append(
            UnitRow(
                name=node.unit.name, url=link("unit", unit_id=node.unit.id), kind=_(words.UNIT_KINDS[node.unit.kind]),
                count=_count(node), below=below,
                closed=_("closed %(day)s", day=local_date(node.unit.closed_at)) if node.unit.closed_at else "",
            )
        )  # fmt: skip
    return tuple(rows), start


def _count(node: Node) -> str:
    total = ngettext("%(num)s person", "%(num)s people", node.members_below)
    if node.members_below != node.members:
        return _("%(total)s, %(own)s of them directly here", total=total, own=node.members)
    return total


@routes.get("/manage/units/<int:unit_id>", access=SEE)
def unit(unit_id: int) -> str:
    """One unit: where it hangs, who is in it, what happened to it, and what can be done."""
    found = units.seen(session(), unit_id, actor=actor())
    reach = grants.reach(session(), actor(), units.VIEWERS)
    subtree = units.tree(session(), grants.Reach(paths=(found.path,)))
    may_change = grants.reach(session(), actor(), units.EDITORS).covers(found.path)
    page = UnitPage(
        title=found.name,
        trail=_trail(found, reach),
        facts=_facts(found, subtree),
        below=nested(subtree)[0].below if subtree and subtree[0].unit.id == found.id else nested(subtree),
        members=_members(found),
        roles=_roles(found),
        changes=_changes(found),
        actions=_actions(found, empty=not subtree or not (subtree[0].members or subtree[1:])) if may_change else (),
        danger=_dangerous(found) if may_change and found.closed_at is None else (),
        closed=_closed(found),
    )
    return render("units/unit.html", page)


def _trail(found: Unit, reach: grants.Reach) -> tuple[Action, ...]:
    above = [one for one in people.ancestors(session(), found)[:-1] if reach.covers(one.path)]
    return trail((_("Units"), link("units")), *((one.name, link("unit", unit_id=one.id)) for one in above))


def _facts(found: Unit, subtree: list[Node]) -> tuple[Row, ...]:
    rows = [Row(_("Kind"), _(words.UNIT_KINDS[found.kind])), Row(_("Path"), people.path_names(session(), found))]
    if subtree and subtree[0].unit.id == found.id:
        rows.append(Row(_("People"), _count(subtree[0])))
    return (*rows, Row(_("Since"), local_date(found.created_at)))


def _closed(found: Unit) -> str:
    if found.closed_at is None:
        return ""
    if found.merged_into_id is not None:
        target = session().get_one(Unit, found.merged_into_id)
        return _("Merged into %(target)s on %(day)s.", target=target.name, day=local_date(found.closed_at))
    return _("Closed since %(day)s.", day=local_date(found.closed_at))


def _members(found: Unit) -> Listing:
    rows, total = persons.search(session(), reach=grants.Reach(paths=(found.path,)), unit=found)
    shown = tuple(
        (Action(one.person.name, link("person", person_id=one.person.id)), one.unit.name if one.unit else "",
         one.person.staff_number or "") for one in rows[:MOST_MEMBERS]
    )  # fmt: skip
    every = Action(
        ngettext("The one person here", "All %(num)s people here and below", total), link("persons", unit=found.id)
    )
    return Listing(
        _("People here and below"), (Column(_("Name")), Column(_("Unit")), Column(_("Staff number"))), shown,
        empty=_("Nobody belongs here today."), more=every if total > len(shown) else None,
    )  # fmt: skip


def _roles(found: Unit) -> Listing:
    rows = tuple(
        (Action(held.person.name, link("person", person_id=held.person_id)), words.role(held.role),
         local_date(held.granted_at)) for held in grants.on_unit(session(), found)
    )  # fmt: skip
    return Listing(_("Roles on this unit"), (Column(_("Name")), Column(_("Role")), Column(_("Since"))), rows,
                   empty=_("Nobody holds a role on this very unit; roles from above hold here too."))  # fmt: skip


def _changes(found: Unit) -> Listing:
    rows = tuple(
        (local_time(one.at), _(CHANGES.get(one.kind, one.kind)), _old(one.kind, one.old), _old(one.kind, one.new),
         one.reason, who or "") for one, who in units.changes(session(), found)
    )  # fmt: skip
    columns = (Column(_("When")), Column(_("What")), Column(_("Before")), Column(_("After")), Column(_("Reason")),
               Column(_("By")))  # fmt: skip
    return Listing(_("What happened to this unit"), columns, rows, empty=_("Nothing since it was added."))


def _old(kind: str, value: str) -> str:
    if kind == "kind":
        return _(words.UNIT_KINDS[UnitKind(value)])
    return value if kind not in ("closed", "reopened") else ""


def _actions(found: Unit, *, empty: bool) -> tuple[Action, ...]:
    if found.closed_at is not None:
        return (Action(_("Open again"), link("unit_reopen", unit_id=found.id)),)
    roster = (Action(_("Import a roster"), link("roster_upload")),) if empty else ()
    return (
        *roster,
        Action(_("Add a unit below"), link("unit_new", below=found.id)),
        Action(_("Add a person"), link("person_new", unit=found.id)),
        Action(_("Rename"), link("unit_rename", unit_id=found.id)),
        Action(_("Move"), link("unit_move", unit_id=found.id)),
    )


def _dangerous(found: Unit) -> tuple[Action, ...]:
    return (
        Action(_("Merge into another"), link("unit_merge", unit_id=found.id)),
        Action(_("Close"), link("unit_close", unit_id=found.id)),
    )


# Changing. Each page is a form; the two functions of a page share what makes it.


def _choices(*, without: Unit | None = None) -> list[tuple[Unit, int]]:
    reach = grants.reach(session(), actor(), units.EDITORS)
    return [
        (one, depth)
        for one, depth in units.choices(session(), reach)
        if without is None or not one.path.startswith(without.path)
    ]


def _reaches_top() -> bool:
    return grants.reach(session(), actor(), units.EDITORS).everywhere


def _chosen(value: str | None) -> Unit | None:
    return units.editable(session(), int(value), actor=actor()) if value else None


def _own_trail(found: Unit) -> tuple[Action, ...]:
    return trail((_("Units"), link("units")), (found.name, link("unit", unit_id=found.id)))


def _back(found: Unit, text: str) -> Any:
    say(MessageKind.SUCCESS, text)
    return redirect(link("unit", unit_id=found.id))


@routes.get("/manage/units/new", access=CHANGE)
def unit_new() -> str:
    """The form of a new unit."""
    below = request.args.get("below", "")
    parent = units.editable(session(), int(below), actor=actor()) if is_number(below) else None
    return _new_page(unit_form(_choices(), top=_reaches_top(), parent=parent))


@routes.post("/manage/units/new", access=CHANGE)
def unit_new_post() -> Any:
    """Add it."""
    form = unit_form(_choices(), top=_reaches_top())
    made: list[Unit] = []
    if carried_out(form, lambda: made.append(units.add(
        session(), form.data["name"], parent=_chosen(form.data["parent_id"]), kind=_kind(form), actor=actor(),
        now=now(),
    ))):  # fmt: skip
        return _back(made[0], _("%(name)s has been added.", name=made[0].name))
    return _new_page(form), 422


def _kind(form: Form) -> UnitKind:
    kind = form.data["kind"]
    return roster_units.kind_of(form.data["name"].strip()) if kind == BY_NAME else UnitKind(kind)


def _new_page(form: Form) -> str:
    return render("manage/form.html", FormPage(
        title=_("Add a unit"), form=form, submit=_("Add"), cancel_url=link("units"),
        trail=trail((_("Units"), link("units"))),
    ))  # fmt: skip


@routes.get("/manage/units/<int:unit_id>/rename", access=CHANGE)
def unit_rename(unit_id: int) -> str:
    """The form for another name or kind."""
    found = units.editable(session(), unit_id, actor=actor())
    return _rename_page(found, rename_form(found))


@routes.post("/manage/units/<int:unit_id>/rename", access=CHANGE)
def unit_rename_post(unit_id: int) -> Any:
    """Rename it."""
    found = units.editable(session(), unit_id, actor=actor())
    form = rename_form(found)
    if carried_out(form, lambda: units.rename(
        session(), found, form.data["name"], kind=UnitKind(form.data["kind"]), actor=actor(), now=now(),
        reason=form.data["reason"] or "",
    )):  # fmt: skip
        return _back(found, _("The unit is now called %(name)s.", name=found.name))
    return _rename_page(units.seen(session(), unit_id, actor=actor()), form), 422


def _rename_page(found: Unit, form: Form) -> str:
    return render("manage/form.html", FormPage(
        title=_("Rename %(name)s", name=found.name), form=form, submit=_("Save"),
        cancel_url=link("unit", unit_id=found.id), trail=_own_trail(found),
        lead=_("What was recorded under the old name keeps it."),
    ))  # fmt: skip


@routes.get("/manage/units/<int:unit_id>/move", access=CHANGE)
def unit_move(unit_id: int) -> str:
    """The form for another place in the tree."""
    found = units.editable(session(), unit_id, actor=actor())
    return _move_page(found, move_form(_choices(without=found), found, top=_reaches_top()))


@routes.post("/manage/units/<int:unit_id>/move", access=CHANGE)
def unit_move_post(unit_id: int) -> Any:
    """Hang it there."""
    found = units.editable(session(), unit_id, actor=actor())
    form = move_form(_choices(without=found), found, top=_reaches_top())
    if carried_out(form, lambda: units.move(
        session(), found, _chosen(form.data["parent"]), actor=actor(), now=now(), reason=form.data["reason"],
    )):  # fmt: skip
        return _back(found, _("%(name)s has been moved with all below it.", name=found.name))
    return _move_page(units.seen(session(), unit_id, actor=actor()), form), 422


def _move_page(found: Unit, form: Form) -> str:
    return render("manage/form.html", FormPage(
        title=_("Move %(name)s", name=found.name), form=form, submit=_("Move"),
        cancel_url=link("unit", unit_id=found.id), trail=_own_trail(found), facts=_weight(found),
        lead=_("The unit takes its people and all units below it along. Records keep the path of their day."),
    ))  # fmt: skip


def _weight(found: Unit) -> tuple[Row, ...]:
    hanging = units.weight(session(), found)
    return (
        Row(_("People here"), str(hanging.members)),
        Row(_("Units below"), str(hanging.units_below)),
        Row(_("Roles here"), str(hanging.roles)),
        Row(_("Exams here"), str(hanging.exams)),
    )


@routes.get("/manage/units/<int:unit_id>/merge", access=CHANGE)
def unit_merge(unit_id: int) -> str:
    """The form for making it part of another."""
    found = units.editable(session(), unit_id, actor=actor())
    return _merge_page(found, unit_merge_form(_choices(without=found)))


@routes.post("/manage/units/<int:unit_id>/merge", access=CHANGE)
def unit_merge_post(unit_id: int) -> Any:
    """Merge it."""
    found = units.editable(session(), unit_id, actor=actor())
    form = unit_merge_form(_choices(without=found))

    def act() -> None:
        target = _chosen(form.data["target"])
        assert target is not None  # the field asks for one
        units.merge(session(), found, target, actor=actor(), now=now(), reason=form.data["reason"])

    if carried_out(form, act):
        return _back(found, _("%(name)s has been merged.", name=found.name))
    return _merge_page(units.seen(session(), unit_id, actor=actor()), form), 422


def _merge_page(found: Unit, form: Form) -> str:
    exams = units.weight(session(), found).exams
    warning = _("%(num)s exams are given to this unit alone; look at them afterwards.", num=exams) if exams else ""
    return render("manage/form.html", FormPage(
        title=_("Merge %(name)s into another unit", name=found.name), form=form, submit=_("Merge"), danger=True,
        cancel_url=link("unit", unit_id=found.id), trail=_own_trail(found), facts=_weight(found), warning=warning,
        lead=_("People, units below and roles go over to the other unit; this one closes. What was recorded stays."),
    ))  # fmt: skip


@routes.get("/manage/units/<int:unit_id>/close", access=CHANGE)
def unit_close(unit_id: int) -> str:
    """The form for closing it."""
    return _close_page(units.editable(session(), unit_id, actor=actor()), unit_close_form())


@routes.post("/manage/units/<int:unit_id>/close", access=CHANGE)
def unit_close_post(unit_id: int) -> Any:
    """Close it."""
    found = units.editable(session(), unit_id, actor=actor())
    form = unit_close_form()
    if carried_out(form, lambda: units.close(
        session(), found, at=day_begins(form.data["day"]) or now(), actor=actor(), now=now(),
        reason=form.data["reason"],
    )):  # fmt: skip
        return _back(found, _("%(name)s is closed.", name=found.name))
    return _close_page(units.seen(session(), unit_id, actor=actor()), form), 422


def _close_page(found: Unit, form: Form) -> str:
    return render("manage/form.html", FormPage(
        title=_("Close %(name)s", name=found.name), form=form, submit=_("Close"), danger=True, facts=_weight(found),
        cancel_url=link("unit", unit_id=found.id), trail=_own_trail(found),
        lead=_("A closed unit keeps its records and can be opened again. "
               "People and units below must go elsewhere first."),
    ))  # fmt: skip


@routes.get("/manage/units/<int:unit_id>/reopen", access=CHANGE)
def unit_reopen(unit_id: int) -> str:
    """The form for opening it again."""
    found = units.editable(session(), unit_id, actor=actor())
    if found.closed_at is None:
        raise Problem("unit.is_open", name=found.name)
    return _reopen_page(found, reason_form())


@routes.post("/manage/units/<int:unit_id>/reopen", access=CHANGE)
def unit_reopen_post(unit_id: int) -> Any:
    """Open it again."""
    found = units.editable(session(), unit_id, actor=actor())
    form = reason_form()
    if carried_out(form, lambda: units.reopen(
        session(), found, actor=actor(), now=now(), reason=form.data["reason"]
    )):  # fmt: skip
        return _back(found, _("%(name)s is open again.", name=found.name))
    return _reopen_page(units.seen(session(), unit_id, actor=actor()), form), 422


def _reopen_page(found: Unit, form: Form) -> str:
    lead = _("The unit opens without people.")
    if found.merged_into_id is not None:
        lead = _("The unit opens without people: those who went over stay where they are.")
    return render("manage/form.html", FormPage(
        title=_("Open %(name)s again", name=found.name), form=form, submit=_("Open again"), lead=lead,
        cancel_url=link("unit", unit_id=found.id), trail=_own_trail(found),
    ))  # fmt: skip
