"""Who has a programme: how many stand where, the list, one member."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from suyu_learn.domain.statistics import ratio
from suyu_learn.models import PartKind, Programme, Unit
from suyu_learn.services import (
    grants,
    identity_desk,
    programme_assigning,
    programme_people,
    programme_progress,
)
from suyu_learn.services.grants import Reach
from suyu_learn.services.programme_assigning import GIVERS
from suyu_learn.services.programme_people import VIEWERS, Given, Line, Standing
from suyu_learn.services.unread import Unread
from suyu_learn.web import audiences, programme_words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, page_number, unread
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.exam_running import list_pages
from suyu_learn.web.i18n import _, dated_time, labelled, ngettext
from suyu_learn.web.identity import roles
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import Action, Alignment, Column, Row
from suyu_learn.web.pages.programme_members import GivenRow, ProgrammeMemberPage, ProgrammePeople, Tab
from suyu_learn.web.programme_shares import Shown, stages
from suyu_learn.web.report_tables import percent
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

ON_A_PAGE = 50
SEEING = holding(*VIEWERS)


@routes.get("/manage/programmes/<key>/people", access=SEEING)
def programme_people_list(key: str) -> str:
    """How many stand where, by what they have it, and who they are."""
    programme = open_programme(key)
    reach = grants.reach(session(), actor(), VIEWERS)
    within, only, search = _within(reach), _only(), request.args.get("search", "").strip()[:100]
    today, hidden = programme_words.today(), unread()
    found, total = programme_people.lines(
        session(), programme, reach, today=today, within=within, only=only, search=search, most=ON_A_PAGE,
        start=(page_number(request.args.get("page")) - 1) * ON_A_PAGE, unread=hidden,
    )  # fmt: skip
    counts = programme_people.counts(session(), programme, reach, within=within, today=today, unread=hidden)
    kept = {name: request.args[name] for name in ("unit", "search", "standing") if request.args.get(name)}
    own = grants.reach(session(), actor(), GIVERS)
    giving, names = bool(own), audiences.names()
    plan = programme_progress.plan_of(session(), programme.id)
    return render(
        "programmes/people.html",
        ProgrammePeople(
            trail=programme_trail(programme),
            title=programme.title,
            sums=_sums(counts),
            left_out=_left_out(programme, hidden),
            given=tuple(
                _given(programme, one, own, names) for one in programme_people.given(session(), programme, reach)
            ),
            assign_url=link("assign_programme", key=key) if giving else "",
            person_url=link("assign_programme_to_person", key=key) if giving else "",
            tabs=_tabs(key, counts, only, kept),
            search=search,
            search_url=link("programme_people_list", key=key),
            chosen=only.value if only is not None else "",
            columns=tuple(Column(label, Alignment.TEXT) for label in _headings()),
            rows=_rows(plan, found),
            pages=list_pages("programme_people_list", total, ON_A_PAGE, key=key, **kept),
            ways=_ways(plan),
        ),
    )


@routes.get("/manage/programmes/<key>/people/<int:member_id>", access=SEEING)
def programme_member(key: str, member_id: int) -> str:
    """One member: stages, hours, real times."""
    programme = open_programme(key)
    line = programme_line(programme, member_id)
    plan = programme_progress.plan_of(session(), programme.id)
    hidden = unread() if line.person.id == actor().id else None
    untold = hidden is not None and programme.id in hidden.programme_ids
    how = programme_progress.read_together(
        session(), [(plan, [line.member])], now=now(), zone=learn().zone,
        taken_for_done=hidden.exam_ids if hidden is not None else frozenset(),
    )[line.member.id]  # fmt: skip
    ways = programme_progress.ways_of(session(), [plan], now=now())
    shown = Shown(plan, line.member, how, ways, for_learner=False, unread=hidden)
    exemption = programme_assigning.exemption_of(session(), line.member)
    giving = bool(grants.reach(session(), actor(), GIVERS)) and line.person.id != actor().id
    here = {"key": key, "member_id": member_id}
    return render(
        "programmes/member.html",
        ProgrammeMemberPage(
            trail=(*programme_trail(programme), Action(_("Who has it"), link("programme_people_list", key=key))),
            name=line.person.name,
            title=programme.title,
            facts=(
                Row(_("Unit"), line.unit_names or "–"),
                Row(_("Staff number"), line.person.staff_number or "–"),
                Row(_("Until"), programme_words.due(line.member.due_on)),
                Row(_("State"), _("is not shown") if untold else programme_words.standing(line.standing)),
                *([Row(_("Exempt from it"), exemption.reason)] if exemption is not None else []),
                Row(_("Hours"), programme_words.hours_of(how.hours, how.due)),
                Row(_("Parts"), programme_words.parts_of(shown.known)),
                Row(_("Given"), dated_time(line.member.added_at)),
            ),
            stages=stages(shown),
            exempt_url=link("exempt_from_programme", **here) if giving and line.standing in _EXEMPTABLE else "",
            end_exemption_url=link("end_programme_exemption", **here) if giving and exemption is not None else "",
            ways=(Action(_("Training card to print"), link("programme_training_card", **here)),),
        ),
    )


_EXEMPTABLE = frozenset({Standing.MISSING, Standing.OVERDUE})


def open_programme(key: str) -> Programme:
    """A programme that the actor may give to people, or has people with."""
    return programme_people.open_to(session(), actor(), key)


def programme_line(programme: Programme, member_id: int) -> Line:
    """One member within reach."""
    return programme_people.member_of(session(), actor(), programme, member_id, today=programme_words.today())


def programme_trail(programme: Programme) -> tuple[Action, ...]:
    """The way to a programme's own page, as far as the actor may go it."""
    reach = grants.reach(session(), actor(), GIVERS)
    unit = session().get(Unit, programme.unit_id) if programme.unit_id is not None else None
    way = [(_("Programmes"), link("manage_programmes"))] if reach else []
    if reach.covers(unit.path if unit is not None else None):
        way.append((programme.title, link("manage_programme", key=programme.key)))
    return trail(*way)


def _left_out(programme: Programme, hidden: Unread | None) -> str:
    if hidden is None or programme.id not in hidden.programme_ids:
        return ""
    return _("You are left out here: an exam of this programme does not show its result to you.")


def _ways(plan: Programme) -> tuple[Action, ...]:
    ways = [Action(_("Remind those missing"), link("programme_reminders", key=plan.key))]
    if roles() & set(identity_desk.SEEING):
        ways.append(Action(_("Identity numbers"), link("programme_identity", key=plan.key)))
    if any(part.kind is PartKind.SIGN_OFF for stage in plan.stages for part in stage.parts):
        ways.insert(0, Action(_("Sign-offs"), link("programme_sign_offs", key=plan.key)))
    return tuple(ways)


def _within(reach: Reach) -> str:
    number = request.args.get("unit", "")
    unit = session().get(Unit, int(number)) if number.isdecimal() and len(number) < 10 else None
    return unit.path if unit is not None and reach.covers(unit.path) else ""


def _only() -> Standing | None:
    text = request.args.get("standing", "")
    return Standing(text) if text in set(Standing) else None


def _sums(counts: programme_people.Counts) -> tuple[Row, ...]:
    done = counts.of(Standing.COMPLETED)
    share = percent(ratio(done, counts.due))
    return (
        Row(_("Given to"), ngettext("%(num)s person", "%(num)s people", counts.given)),
        Row(_("Exempt from it"), str(counts.of(Standing.EXEMPT))),
        Row(_("Have to complete it"), str(counts.due)),
        Row(_("Completed"), _("%(done)s of %(due)s due: %(share)s", done=done, due=counts.due, share=share)),
    )


def _tabs(key: str, counts: programme_people.Counts, only: Standing | None, kept: dict[str, str]) -> tuple[Tab, ...]:
    rest = {name: value for name, value in kept.items() if name != "standing"}
    every = Tab(_("All"), str(sum(counts.by_standing.values())), link("programme_people_list", key=key, **rest),
                only is None)  # fmt: skip
    return (
        every,
        *(
            Tab(programme_words.standing(one), str(counts.of(one)),
                link("programme_people_list", key=key, standing=one.value, **rest), only is one)
            for one in Standing if counts.of(one) or only is one
        ),
    )  # fmt: skip


def _headings() -> tuple[str, ...]:
    return (_("Name"), _("Unit"), _("Until"), _("State"), _("Hours"), _("Parts done"))


def _rows(plan: Programme, found: list[Line]) -> tuple[tuple[object, ...], ...]:
    members = [line.member for line in found]
    how = programme_progress.read(session(), plan, members, now=now(), zone=learn().zone)
    return tuple(
        (
            Action(line.person.name, link("programme_member", key=plan.key, member_id=line.member.id)),
            line.unit_names,
            programme_words.day(line.member.due_on),
            programme_words.standing(line.standing),
            programme_words.hours_of(how[line.member.id].hours, how[line.member.id].due),
            programme_words.parts_of(how[line.member.id]),
        )
        for line in found
    )


def _given(programme: Programme, one: Given, own: Reach, names: Mapping[str, str]) -> GivenRow:
    row = one.assignment
    whom = one.person.name if one.person is not None else one.unit.name if one.unit is not None else ""
    if row.audience:
        whom = labelled(whom, names.get(row.audience, row.audience))
    until = programme_words.due(row.due_on)
    if row.due_days is not None:
        until = ngettext("%(num)s day from each beginning", "%(num)s days from each beginning", row.due_days)
    facts = [labelled(_("Begins on"), programme_words.day(row.starts_on)),
             ngettext("%(num)s person", "%(num)s people", one.members)]  # fmt: skip
    if row.newcomers_only:
        facts.append(_("only newcomers"))
    if row.reason:
        facts.append(row.reason)
    end = link("end_assignment", key=programme.key, assignment_id=row.id)
    return GivenRow(whom, until, tuple(facts), end if own.covers(one.path) else "")
