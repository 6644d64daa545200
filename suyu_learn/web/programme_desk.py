"""Organizers look after programmes: the list, one with its account of hours, publishing, closing, copying, the bin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from flask import redirect, request

from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.domain.programmes import Plan, account, brings_no_hours, faults, filled_up
from suyu_learn.models import Programme, ProgrammeState, Role, Unit
from suyu_learn.services import (
    identity_desk,
    identity_numbers,
    programme_people,
    programme_templates,
    programme_writing,
    programmes,
)
from suyu_learn.services.programmes import Listed
from suyu_learn.web import context, problems, programme_plans, programme_words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, unread
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import N_, _, credit_hours, language, ngettext
from suyu_learn.web.identity import roles
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import Action, MessageKind, Row
from suyu_learn.web.pages.programmes import (
    ListedProgramme,
    ManagedProgrammePage,
    ProgrammeBinPage,
    ProgrammeGroup,
    ProgrammeListPage,
)
from suyu_learn.web.programme_rows import sorted_out
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

ORGANIZERS = holding(Role.ORGANIZER)

_GROUPS = {
    ProgrammeState.PUBLISHED: N_("Published"),
    ProgrammeState.DRAFT: N_("Drafts"),
    ProgrammeState.CLOSED: N_("Closed"),
}


@routes.get("/manage/programmes", access=ORGANIZERS)
def manage_programmes() -> str:
    """The programmes within reach."""
    listed = programmes.overview(session(), actor(), today=programme_words.today(), unread=unread())
    groups = [
        ProgrammeGroup(_(title), tuple(_listed(one) for one in listed if one.programme.state is state))
        for state, title in _GROUPS.items()
    ]
    above = programme_people.from_above(session(), actor())
    groups.append(ProgrammeGroup(_("From units above"), tuple(_from_above(*one) for one in above)))
    return render("programmes/manage_list.html", ProgrammeListPage(
        trail=trail(),
        groups=tuple(group for group in groups if group.programmes),
        new_url=link("new_programme"),
        bin_url=link("programme_bin"),
        deleted=len(programmes.overview(session(), actor(), today=programme_words.today(), deleted=True)),
    ))  # fmt: skip


@routes.get("/manage/programmes/bin", access=ORGANIZERS)
def programme_bin() -> str:
    """What was thrown away, with the way back."""
    gone = programmes.overview(session(), actor(), today=programme_words.today(), deleted=True)
    return render("programmes/manage_bin.html", ProgrammeBinPage(
        trail=programme_trail(),
        programmes=tuple(
            replace(_listed(one), url=link("restore_programme", key=one.programme.key)) for one in gone
        ),
    ))  # fmt: skip


@routes.post("/manage/programmes/<key>/restore", access=ORGANIZERS)
def restore_programme(key: str) -> Any:
    """Take a programme out of the bin."""
    programme = programmes.managed(session(), actor(), key, deleted=None, hold=True)
    programme_writing.restore(session(), programme, actor=actor(), now=now())
    say(MessageKind.SUCCESS, _("“%(title)s” is back, as it was.", title=programme.title))
    return redirect(link("manage_programme", key=key), code=303)


@routes.get("/manage/programmes/<key>", access=ORGANIZERS)
def manage_programme(key: str) -> str:
    """One programme: what it asks for, its account of hours, what can be done with it."""
    return _page(managed(key))


@routes.post("/manage/programmes/<key>", access=ORGANIZERS, endpoint="manage_programme_post")
def manage_programme_post(key: str) -> Any:
    """What a button asks for: publish, close, copy, discard, fill up with events."""
    programme, act = managed(key, hold=True), _ACTS.get(request.form.get("action", ""))
    try:
        return redirect(act(programme) if act is not None else link("manage_programme", key=key), code=303)
    except Problems as found:
        context.close()
        return _page(managed(key), refused=sorted_out(found)), 422


def managed(key: str, *, hold: bool = False) -> Programme:
    """The programme of an address, for who may change it."""
    return programmes.managed(session(), actor(), key, hold=hold)


def store(programme: Programme, plan: Plan) -> None:
    """Keep what a programme shall ask for."""
    here = learn()
    programme_writing.store(session(), programme, plan, actor=actor(), now=now(), zone=here.zone, rules=here.credit)


def programme_trail(*more: tuple[str, str]) -> tuple[Action, ...]:
    """The way from the organizer's home to a page about a programme."""
    return trail((_("Programmes"), link("manage_programmes")), *more)


def _publish(programme: Programme) -> str:
    programme_writing.publish(session(), programme, actor=actor(), now=now(), rules=learn().credit)
    say(MessageKind.SUCCESS, _("“%(title)s” is published. Now it can be given to people.", title=programme.title))
    return link("manage_programme", key=programme.key)


def _close(programme: Programme) -> str:
    programme_writing.close(session(), programme, actor=actor(), now=now())
    say(MessageKind.SUCCESS, _("“%(title)s” is closed: nobody is given it any more.", title=programme.title))
    return link("manage_programme", key=programme.key)


def _copy(programme: Programme) -> str:
    title = _("%(title)s (copy)", title=programme.title[:180])
    made = programme_writing.copy(session(), programme, title=title, actor=actor(), now=now())
    say(MessageKind.SUCCESS, _("This is the copy, as a draft. The original is not touched."))
    return link("edit_programme", key=made.key)


def _discard(programme: Programme) -> str:
    held = identity_numbers.held(session(), programme)
    programme_writing.discard(session(), programme, actor=actor(), now=now())
    if held:
        say(
            MessageKind.WARNING,
            ngettext(
                "%(num)s identity number was deleted with it; there is no way back.",
                "%(num)s identity numbers were deleted with it; there is no way back.",
                held,
            ),
        )
    say(MessageKind.SUCCESS, _("“%(title)s” is in the recycle bin.", title=programme.title))
    return link("manage_programmes")


def _fill(programme: Programme) -> str:
    plan = programmes.plan_of(session(), programme)
    full = filled_up(plan, empty_event_title())
    store(programme, full)
    say(MessageKind.SUCCESS, _("Empty events stand for the missing hours. Say in them what is taught when and where."))
    return link("edit_programme", key=programme.key)


_ACTS: dict[str, Callable[[Programme], str]] = {
    "publish": _publish, "close": _close, "copy": _copy, "discard": _discard, "fill": _fill,
}  # fmt: skip


def empty_event_title() -> str:
    """What an event is called that only stands for missing hours."""
    return _("Offline event, still to be planned")


def _listed(one: Listed) -> ListedProgramme:
    programme = one.programme
    facts = [
        credit_hours(programme.hours) if programme.hours else _("no hours due"),
        one.unit.name if one.unit is not None else _("all units"),
    ]
    if programme.state is not ProgrammeState.DRAFT:
        facts.append(ngettext("%(num)s person has it", "%(num)s people have it", one.members))
        if one.members:
            facts.append(_("%(count)s have completed it", count=one.completed))
    return ListedProgramme(programme.title, link("manage_programme", key=programme.key), tuple(facts))


def _from_above(programme: Programme, unit: Unit | None) -> ListedProgramme:
    whose = unit.name if unit is not None else _("all units")
    return ListedProgramme(programme.title, link("programme_people_list", key=programme.key), (whose,))


def _page(programme: Programme, *, refused: Iterable[Problem] = ()) -> str:
    plan = programmes.plan_of(session(), programme)
    state, key = programme.state, programme.key
    wrong = list(refused) or faults(plan, learn().credit)
    unit = programmes.unit_of(session(), programme)
    members, completed = programmes.counted(
        session(), [programme.id], today=programme_words.today(), unread=unread()
    ).get(programme.id, (0, 0))
    publishes = {ProgrammeState.DRAFT: _("Publish"), ProgrammeState.CLOSED: _("Open it again")}.get(state, "")
    return render("programmes/manage_programme.html", ManagedProgrammePage(
        title=programme.title,
        trail=programme_trail(),
        state=programme_plans.state(programme),
        summary=plan.summary,
        facts=(Row(_("Kept by"), unit.name if unit is not None else _("all units")),
               *programme_plans.how_it_counts(plan), *_identity_facts(programme)),
        basis=plan.legal_basis,
        basis_facts=(*programme_plans.basis_facts(plan), *_source(programme)),
        to_check=_to_check(programme),
        hours=programme_plans.hours_table(plan),
        stages=programme_plans.outline(plan),
        faults=tuple(problems.sentence(one) for one in wrong),
        fillable=_lacks_hours(plan),
        post_url=link("manage_programme_post", key=key),
        edit_url=link("edit_programme", key=key),
        publishes=publishes,
        no_hours=_(
            "No hours are due: whoever does all its parts has completed it, however short that was, and what its parts "
            "are planned to bring is not asked for. Write hours into the stages, unless this is what you mean."
        ) if brings_no_hours(plan) else "",
        closes=state is ProgrammeState.PUBLISHED,
        discards="" if state is ProgrammeState.PUBLISHED else _("Put it into the recycle bin"),
        people=() if state is ProgrammeState.DRAFT else (
            Row(_("Given to"), ngettext("%(num)s person", "%(num)s people", members)),
            Row(_("Completed by"), ngettext("%(num)s person", "%(num)s people", completed)),
        ),
        people_links=tuple(_people_links(programme)),
        tasks_url=link("plan_task_choice", kind="programme", key=key),
    ))  # fmt: skip


def _people_links(programme: Programme) -> Iterator[Action]:
    if programme.state is ProgrammeState.PUBLISHED:
        yield Action(_("Assign it"), link("assign_programme", key=programme.key))
    if programme.state is not ProgrammeState.DRAFT:
        yield Action(_("Who has it"), link("programme_people_list", key=programme.key))
        yield Action(_("Certificates"), link("certificate_terms", kind="programme", subject_id=programme.id))
    if roles() & set(identity_desk.SEEING):
        yield Action(_("Identity numbers"), link("programme_identity", key=programme.key))


def _identity_facts(programme: Programme) -> Iterator[Row]:
    asked = identity_numbers.request_of(session(), programme)
    if asked is not None:
        yield Row(_("Asks for the identity number"), asked.purpose)


def _lacks_hours(plan: Plan) -> bool:
    return any(one.missing for one in account(plan).stages)


def _source(programme: Programme) -> tuple[Row, ...]:
    template = programme_templates.shipped().get(programme.template)
    if template is None:
        return ()
    return (Row(_("From the template"), template.title.of(language())),
            Row(_("Source of the template"), template.source),
            Row(_("Checked on"), programme_words.day(template.checked)))  # fmt: skip


def _to_check(programme: Programme) -> str:
    template = programme_templates.shipped().get(programme.template)
    if template is None or not template.to_check or programme.state is not ProgrammeState.DRAFT:
        return ""
    return template.note.of(language()) or _("Check the basis before you publish it.")
