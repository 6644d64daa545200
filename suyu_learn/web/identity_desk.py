"""HR's side of identity numbers: whether a programme asks, who answered what, typing, finding, the export in full."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.exports import Heading
from suyu_learn.models import IdentityRequest, IdentityState, Programme, ProgrammeState
from suyu_learn.services import grants, identity_desk, identity_numbers, programmes
from suyu_learn.services.grants import Reach
from suyu_learn.services.identity_desk import KEEPERS, READERS, Line
from suyu_learn.services.identity_vault import SETTING
from suyu_learn.web import context, exporting, identity_words, problems
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, carried_out, page_number
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.exam_running import list_pages
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.identity_numbers import number_form, request_form, withdraw_form
from suyu_learn.web.forms.units import reason_form
from suyu_learn.web.i18n import _, dated_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import Action, Column, MessageKind, Row
from suyu_learn.web.pages.identity_numbers import IdentityDesk, IdentityList, PersonIdentity
from suyu_learn.web.pages.people import FormPage, Listing
from suyu_learn.web.programme_members import programme_trail
from suyu_learn.web.programme_words import day, today
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

ON_A_PAGE = 50
SEEING = holding(*identity_desk.SEEING)
KEEPING = holding(*KEEPERS)
READING = holding(*READERS)


@routes.get("/manage/identity", access=SEEING)
def identity_list() -> str:
    """The programmes whose people lie within reach, those that ask first."""
    rows = tuple(
        (
            Action(programme.title, link("programme_identity", key=programme.key)),
            day(asked.keep_until) if asked is not None else _("asks for none"),
        )
        for programme, asked in identity_desk.programmes_for(session(), actor())
    )
    return render("identity_numbers/list.html", IdentityList(
        trail=trail(), warnings=tuple(_warnings()),
        programmes=Listing(_("Programmes"), (Column(_("Programme")), Column(_("Kept until"))), rows,
                           _("There is no published programme yet.")),
    ))  # fmt: skip


@routes.get("/manage/programmes/<key>/identity", access=SEEING)
def programme_identity(key: str) -> str:
    """Whether the programme asks, what for, and what people answered, masked."""
    return _page(programme_of(key))


@routes.post("/manage/programmes/<key>/identity", access=KEEPING)
def programme_identity_post(key: str) -> Any:
    """Let it ask, or keep the numbers for a shorter time."""
    programme, form = programme_of(key), request_form()

    def ask() -> None:
        identity_numbers.ask(
            session(), programme, purpose=form.data["purpose"] or "", keep_until=form.data["keep_until"],
            actor=actor(), now=now(), today=today(), vault=learn().vault,
        )  # fmt: skip

    if not carried_out(form, ask):
        return _page(programme_of(key), form), 422
    say(MessageKind.SUCCESS, _("The programme asks for the identity number. Nobody has to give it."))
    return redirect(link("programme_identity", key=key), code=303)


@routes.get("/manage/programmes/<key>/identity/end", access=KEEPING)
def end_identity(key: str) -> str:
    """The question whether it shall end."""
    programme = _kept(key)
    return _end_page(programme, reason_form())


@routes.post("/manage/programmes/<key>/identity/end", access=KEEPING)
def end_identity_post(key: str) -> Any:
    """Ask no more and delete every number of the programme."""
    programme, form, erased = _kept(key), reason_form(), [0]

    def end() -> None:
        erased[0] = identity_numbers.end(session(), programme, actor=actor(), now=now(), reason=form.data["reason"])

    if not carried_out(form, end):
        return _end_page(_kept(key), form), 422
    say(
        MessageKind.SUCCESS,
        ngettext(
            "The programme asks no more; %(num)s identity number was deleted.",
            "The programme asks no more; %(num)s identity numbers were deleted.",
            erased[0],
        ),
    )
    return redirect(link("programme_identity", key=key), code=303)


@routes.get("/manage/programmes/<key>/identity/people/<int:person_id>", access=KEEPING)
def person_identity(key: str, person_id: int) -> str:
    """One person's answer, and the form for typing the number for them."""
    programme = programme_of(key)
    return _person_page(programme, _line(programme, person_id))


@routes.post("/manage/programmes/<key>/identity/people/<int:person_id>", access=KEEPING)
def person_identity_post(key: str, person_id: int) -> Any:
    """Store what was typed for a person; it is not shown again where it was wrong."""
    programme, form, twice = programme_of(key), number_form(), [False]
    line = _line(programme, person_id)

    def give() -> None:
        try:
            identity_numbers.give(
                session(), programme, line.person, form.data["number"] or "", seen=form.data["seen"] or "",
                actor=actor(), now=now(), today=today(), vault=learn().vault,
            )  # fmt: skip
        except Problem as problem:
            twice[0] = problem.code == "identity.twice"
            raise

    if carried_out(form, give):
        say(MessageKind.SUCCESS, _("The identity number of %(name)s is stored, encrypted.", name=line.person.name))
        return redirect(link("programme_identity", key=key), code=303)
    programme = programme_of(key)
    if twice[0]:  # who is told so has learned as much as by looking
        identity_desk.note_looked_up(session(), programme, actor=actor(), now=now(), people=1)
    return _person_page(programme, _line(programme, person_id), form), 422


@routes.post("/manage/programmes/<key>/identity/people/<int:person_id>/withdraw", access=KEEPING)
def withdraw_identity(key: str, person_id: int) -> Any:
    """Delete a number because the person asked for it."""
    programme, form = programme_of(key), withdraw_form()
    line = _line(programme, person_id)

    def withdraw() -> None:
        identity_numbers.withdraw(session(), programme, line.person, actor=actor(), now=now(),
                                  reason=form.data["reason"])  # fmt: skip

    if carried_out(form, withdraw):
        say(MessageKind.SUCCESS, _("The identity number of %(name)s is deleted.", name=line.person.name))
        return redirect(link("programme_identity", key=key), code=303)
    programme = programme_of(key)
    return _person_page(programme, _line(programme, person_id), withdraw=form), 422


@routes.post("/manage/programmes/<key>/identity/find", access=SEEING)
def find_identity(key: str) -> Any:
    """Who gave exactly this number; the number stands in no address and on no page."""
    programme = programme_of(key)
    try:
        found = identity_desk.find(
            session(), request.form.get("number", ""), reach=_reach(), programme=programme, actor=actor(), now=now(),
            today=today(), vault=learn().vault,
        )  # fmt: skip
    except Problem as problem:
        context.close()
        return _page(programme_of(key), find_error=problems.sentence(problem)), 422
    rows = tuple((person.name, person.staff_number or "–", held.title) for person, held in found)
    columns = (Column(_("Name")), Column(_("Staff number")), Column(_("Programme")))
    return _page(programme, found=Listing(
        _("Who gave this number"), columns, rows, _("Nobody within your reach gave this number.")
    ))  # fmt: skip


@routes.post("/manage/programmes/<key>/identity/export", access=READING)
def export_identity(key: str) -> Response:
    """The numbers in full, as a workbook; who took them and why is on record before the first byte."""
    programme = programme_of(key)
    reach, vault, key_of = grants.reach(session(), actor(), READERS), learn().vault, programme.id
    current = today()
    reason, form = exporting.asked_reason(), learn().plugins.export_formats["xlsx"]

    def in_full(line: Line) -> str:
        if line.answer is None:
            return ""
        try:
            return identity_desk.opened(vault, line.answer)
        except Problem as problem:
            return problems.sentence(problem)

    headings = [
        Heading("name", _("Name"), lambda one: one.person.name),
        Heading("number", _("Staff number"), lambda one: one.person.staff_number or ""),
        Heading("unit", _("Unit"), lambda one: one.unit_names, width=24),
        Heading("identity", _("Identity number"), in_full, width=24),
        Heading("given", _("Number given on"), lambda one: dated_time(one.answer.answered_at), width=20),
    ]
    return exporting.send(
        _("Identity numbers"), headings, lambda reading: identity_desk.in_full(reading, key_of, reach, today=current),
        form=form, action="identity.exported", actor=actor(), reason=reason, on=programme, unit_id=programme.unit_id,
        about=[programme.title],
    )  # fmt: skip


def programme_of(key: str) -> Programme:
    """A programme with people within the actor's reach."""
    return identity_desk.programme_for(session(), actor(), key)


def _kept(key: str) -> Programme:
    """A programme for which the actor decides."""
    programme = programme_of(key)
    identity_numbers.require_keeper(session(), actor(), programme)
    if identity_numbers.request_of(session(), programme) is None:
        raise Problem("identity.not_asked")
    return programme


def _line(programme: Programme, person_id: int) -> Line:
    return identity_desk.person_of(session(), programme, person_id, grants.reach(session(), actor(), KEEPERS))


def _reach() -> Reach:
    return grants.reach(session(), actor(), identity_desk.SEEING)


def _decides(programme: Programme) -> bool:
    unit = programmes.unit_of(session(), programme)
    return grants.reach(session(), actor(), KEEPERS).covers(unit.path if unit is not None else None)


def _way(programme: Programme) -> tuple[Action, ...]:
    """By the programme for its organizer, by the list for everybody else."""
    way = programme_trail(programme)
    return way if len(way) > 1 else trail((_("Identity numbers"), link("identity_list")))


def trail_to(programme: Programme) -> tuple[Action, ...]:
    """The way to the desk of a programme."""
    way = link("programme_identity", key=programme.key)
    return (*_way(programme), Action(_("%(title)s: identity numbers", title=programme.title), way))


def _page(programme: Programme, form: Form | None = None, *, found: Listing | None = None, find_error: str = "") -> str:
    asked, decides = identity_numbers.request_of(session(), programme), _decides(programme)
    open_here = programme.state is not ProgrammeState.CLOSED and learn().vault.ready
    if form is None and decides and open_here:
        form = request_form({"purpose": asked.purpose, "keep_until": asked.keep_until} if asked else {})
    keeps = bool(grants.reach(session(), actor(), KEEPERS))
    reads = bool(grants.reach(session(), actor(), READERS))
    search = request.args.get("search", "").strip()[:100]
    key = programme.key
    people, total = _people(programme, search) if asked is not None else (None, 0)
    return render("identity_numbers/desk.html", IdentityDesk(
        key=key,
        title=programme.title,
        trail=_way(programme),
        warnings=tuple(_warnings()),
        lead=_lead(programme, asked, decides=decides),
        purpose=asked.purpose if asked is not None else "",
        facts=_facts(programme, asked) if asked is not None else (),
        form=form if decides and open_here else None,
        submit=_("Ask for the number") if asked is None else _("Save"),
        end_url=link("end_identity", key=key) if asked is not None and decides else "",
        people=people,
        search=search,
        pages=list_pages("programme_identity", total, ON_A_PAGE, key=key, search=search) if people else None,
        ways=(Action(_("Bring in a table"), link("import_identity", key=key)),) if asked is not None and keeps else (),
        find_url=link("find_identity", key=key) if asked is not None else "",
        found=found,
        find_error=find_error,
        export=replace(exporting.export_form(link("export_identity", key=key)), formats=(("xlsx", "xlsx"),))
        if asked is not None and reads else None,
    ))  # fmt: skip


def _warnings() -> list[str]:
    vault = learn().vault
    if not vault.ready:
        return [problems.sentence(Problem("identity.no_key", setting=SETTING))]
    lost = identity_desk.unopened(session(), vault)
    return [
        ngettext("%(num)s stored number cannot be opened: its key is missing in SUYU_LEARN_IDENTITY_KEYS.",
                 "%(num)s stored numbers cannot be opened: their key is missing in SUYU_LEARN_IDENTITY_KEYS.", lost)
    ] if lost else []  # fmt: skip


def _lead(programme: Programme, asked: IdentityRequest | None, *, decides: bool) -> str:
    if asked is not None:
        return ""
    if programme.state is ProgrammeState.CLOSED:
        return _("This programme is closed and asks for no identity numbers.")
    if not decides:
        return _("This programme asks for no identity numbers. HR of the unit that keeps it decides about that.")
    return _("This programme asks for no identity numbers. Ask only where a rule or an office needs them; say which.")


def _facts(programme: Programme, asked: IdentityRequest) -> tuple[Row, ...]:
    counts = identity_desk.counts(session(), programme, _reach())
    given = counts.get(IdentityState.GIVEN, 0)
    return (
        Row(_("Asked since"), dated_time(asked.asked_at)),
        Row(_("Kept until"), day(asked.keep_until)),
        Row(_("Given by"), _("%(some)s of %(all)s", some=given, all=sum(counts.values()))),
        Row(_("Declined or withdrawn"), str(counts.get(IdentityState.DECLINED, 0)
                                            + counts.get(IdentityState.WITHDRAWN, 0))),
    )  # fmt: skip


def _people(programme: Programme, search: str) -> tuple[Listing, int]:
    start = (page_number(request.args.get("page")) - 1) * ON_A_PAGE
    found, total = identity_desk.lines(session(), programme, _reach(), search=search, start=start, most=ON_A_PAGE)
    own = grants.reach(session(), actor(), KEEPERS)
    columns = (Column(_("Name")), Column(_("Staff number")), Column(_("Unit")), Column(_("Decision")),
               Column(_("Identity number")))  # fmt: skip
    rows = tuple(
        (
            Action(one.person.name, link("person_identity", key=programme.key, person_id=one.person.id))
            if own else one.person.name,
            one.person.staff_number or "–", one.unit_names, _state(one),
            identity_words.number(one.answer) or "–",
        )
        for one in found
    )  # fmt: skip
    return Listing(_("Decisions"), columns, rows, _("Nobody here has it yet.")), total


def _state(line: Line) -> str:
    return _("The same number as somebody else") if line.doubled else identity_words.state(line.answer)


def _end_page(programme: Programme, form: Form) -> str:
    held = identity_numbers.held(session(), programme)
    return render("manage/form.html", FormPage(
        title=_("Ask no more"), form=form, submit=_("Delete the numbers"), danger=True,
        cancel_url=link("programme_identity", key=programme.key), trail=trail_to(programme),
        warning=ngettext("%(num)s stored number is deleted at once; there is no way back.",
                         "%(num)s stored numbers are deleted at once; there is no way back.", held),
        facts=(Row(_("Programme"), programme.title),),
    ))  # fmt: skip


def _person_page(programme: Programme, line: Line, form: Form | None = None, *, withdraw: Form | None = None) -> str:
    row, asked = line.answer, identity_numbers.request_of(session(), programme)
    given = row is not None and row.state is IdentityState.GIVEN
    why_not, seen = "", identity_numbers.mark(asked, row)
    if form is not None:
        form["number"].data, form["seen"].data = "", seen
    if not identity_numbers.is_open(asked, programme, today=today()):
        why_not = problems.sentence(Problem("identity.not_asked"))
    elif row is not None and row.state in identity_numbers.SAID_NO and line.person.id != actor().id:
        why_not = problems.sentence(Problem("identity.declined", name=line.person.name))
    facts = [Row(_("Unit"), line.unit_names or "–"), Row(_("Staff number"), line.person.staff_number or "–"),
             Row(_("Decision"), identity_words.answered(row) or identity_words.state(row))]  # fmt: skip
    if given:
        facts.append(Row(_("Identity number"), identity_words.number(row)))
    return render("identity_numbers/person.html", PersonIdentity(
        title=line.person.name, trail=trail_to(programme), facts=tuple(facts),
        post_url=link("person_identity_post", key=programme.key, person_id=line.person.id),
        form=None if why_not else form or number_form(seen), why_not=why_not,
        withdraw=(withdraw or withdraw_form()) if given else None,
        withdraw_url=link("withdraw_identity", key=programme.key, person_id=line.person.id),
        cancel_url=link("programme_identity", key=programme.key),
    ))  # fmt: skip
