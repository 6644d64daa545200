"""Sign-offs: what was taught at the workplace, entered for one or many, voided; and the training card to print."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from suyu_learn.models import PartKind, Programme, ProgrammePart, ProgrammeStage, SignOff
from suyu_learn.services import sign_offs
from suyu_learn.services.sign_offs import Learner
from suyu_learn.web import event_words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, carried_out
from suyu_learn.web.attendance import terms
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import plain
from suyu_learn.web.forms.learnt import sign_off_form, taught_in
from suyu_learn.web.forms.units import reason_form
from suyu_learn.web.i18n import _, credit_hours, dated_time, labelled, listed, local_time, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import Action, Choice, Column, MessageKind, Row
from suyu_learn.web.pages.events import TickedPerson
from suyu_learn.web.pages.learnt import (
    CardLine,
    CardStage,
    SignedPart,
    SignedProgramme,
    SignedProgrammesPage,
    SignOffsPage,
    SignPage,
    TrainingCard,
)
from suyu_learn.web.pages.people import FormPage, Listing
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

KEEPERS = holding(*sign_offs.KEEPERS)
MOST_LISTED = 200


@routes.get("/manage/sign-offs", access=KEEPERS)
def signed_programmes() -> str:
    """The programmes in which something is to be signed."""
    found = sign_offs.programmes(session(), actor())
    return render("programmes/signed.html", SignedProgrammesPage(
        trail=trail(),
        programmes=tuple(
            SignedProgramme(
                one.title, link("programme_sign_offs", key=one.key), (credit_hours(one.hours),) if one.hours else ()
            )
            for one in found
        ),
    ))  # fmt: skip


@routes.get("/manage/programmes/<key>/sign-offs", access=KEEPERS, endpoint="programme_sign_offs")
def index(key: str) -> str:
    """The parts that are signed, the people, and what was signed."""
    programme = _programme(key)
    people = _learners(programme)
    rows = sign_offs.signed(session(), [one.member.id for one in people])
    return render("programmes/sign_offs.html", SignOffsPage(
        title=programme.title,
        trail=trail((_("Sign-offs"), link("signed_programmes"))),
        parts=tuple(_part(programme, stage, part, people) for stage, part in _parts(programme)),
        people=_people(programme, people),
        signed=_signed(programme, rows, people),
        note=_("One stage after the other: a later one is signed once the one before is done.")
        if programme.in_order else "",
    ))  # fmt: skip


@routes.get("/manage/programmes/<key>/sign-offs/<int:part_id>", access=KEEPERS)
def sign_part(key: str, part_id: int) -> str:
    """One part, for one or many."""
    programme = _programme(key)
    _stage, part = sign_offs.part_of(programme, part_id)
    data = {"hours": plain(part.hours)} if part.hours else {}
    return _sign_page(programme, part_id, sign_off_form(minutes=learn().credit.minutes, data=data))


@routes.post("/manage/programmes/<key>/sign-offs/<int:part_id>", access=KEEPERS, endpoint="sign_part_post")
def sign_part_post(key: str, part_id: int) -> Any:
    """Sign it for those ticked."""
    sign_offs.part_of(_programme(key), part_id)
    form = sign_off_form(minutes=learn().credit.minutes)
    if request.form.get("action") in ("all", "show"):
        return _sign_page(_programme(key), part_id, form)
    rows: list[SignOff] = []

    def enter() -> None:
        rows.extend(sign_offs.enter(session(), _programme(key), part_id, _ticked(), taught_in(form), actor=actor(),
                                    terms=terms()))  # fmt: skip

    if not carried_out(form, enter):
        return _sign_page(_programme(key), part_id, form), 422
    say(MessageKind.SUCCESS, ngettext("Signed for %(num)s person.", "Signed for %(num)s people.", len(rows)))
    _tell_of_less(_programme(key), rows, form["hours"].data)
    return redirect(link("programme_sign_offs", key=key), code=303)


@routes.get("/manage/programmes/<key>/sign-offs/void/<int:sign_off_id>", access=KEEPERS)
def void_sign_off(key: str, sign_off_id: int) -> str:
    """Ask why."""
    return _void_page(_programme(key), sign_off_id, reason_form())


@routes.post("/manage/programmes/<key>/sign-offs/void/<int:sign_off_id>", access=KEEPERS,
             endpoint="void_sign_off_post")  # fmt: skip
def void_sign_off_post(key: str, sign_off_id: int) -> Any:
    """Void it, and take its hours back."""
    form = reason_form()

    def void() -> None:
        programme = _programme(key)
        row = sign_offs.one_of(session(), programme, sign_off_id, actor=actor(), terms=terms())
        sign_offs.void(session(), programme, row, reason=form["reason"].data or "", actor=actor(), terms=terms())

    if not carried_out(form, void):
        return _void_page(_programme(key), sign_off_id, form), 422
    say(MessageKind.SUCCESS, _("The sign-off is void, and its hours are taken back."))
    return redirect(link("programme_sign_offs", key=key), code=303)


@routes.get("/manage/programmes/<key>/sign-offs/card/<int:member_id>", access=KEEPERS,
            endpoint="programme_training_card")  # fmt: skip
def training_card(key: str, member_id: int) -> str:
    """The card of one person, ready to be signed by hand."""
    programme = _programme(key)
    one = sign_offs.learner(session(), programme, member_id, actor=actor(), terms=terms())
    rows = [row for row in sign_offs.signed(session(), [member_id]) if row.voided_at is None][::-1]
    person, how = one.person, one.progress
    facts = (
        (_("Staff number"), person.staff_number),
        (_("Unit"), one.unit_names),
        (_("Job"), person.job),
        (_("Given on"), one.member.starts_on.isoformat()),
        (_("Credit hours"), _("%(have)s of %(due)s", have=number(how.hours), due=number(how.due)) if how.due
         else number(how.hours)),
    )  # fmt: skip
    return render("programmes/card.html", TrainingCard(
        title=person.name,
        programme=programme.title,
        facts=tuple(Row(label, value) for label, value in facts if value),
        stages=tuple(_card_stage(stage, one, rows) for stage in programme.stages),
        printed=_("As of %(time)s", time=dated_time(now())),
        basis=programme.legal_basis,
    ))  # fmt: skip


def _programme(key: str) -> Programme:
    return sign_offs.programme_of(session(), key, actor=actor())


def _learners(programme: Programme) -> list[Learner]:
    return sign_offs.learners(session(), programme, actor=actor(), terms=terms())


def _parts(programme: Programme) -> list[tuple[ProgrammeStage, ProgrammePart]]:
    return [(stage, part) for stage in programme.stages for part in stage.parts if part.kind is PartKind.SIGN_OFF]


def _ticked() -> list[int]:
    return [int(text) for text in request.form.getlist("people") if is_number(text)]


def _part(programme: Programme, stage: ProgrammeStage, part: ProgrammePart, people: list[Learner]) -> SignedPart:
    done = sum(one.has_done(part) for one in people)
    return SignedPart(
        title=part.title,
        stage=stage.title,
        facts=(credit_hours(part.hours), _("signed for %(some)s of %(all)s", some=done, all=len(people))),
        content=part.content,
        url=link("sign_part", key=programme.key, part_id=part.id),
    )


def _people(programme: Programme, people: list[Learner]) -> Listing:
    rows = tuple(
        (one.person.name, one.unit_names.rpartition(" / ")[2],
         listed(stage.title for stage, how in zip(programme.stages, one.progress.stages, strict=True) if how.done)
         or _("none"),
         number(one.progress.hours),
         Action(_("Training card"), link("programme_training_card", key=programme.key, member_id=one.member.id)))
        for one in people
    )  # fmt: skip
    columns = (Column(_("Name")), Column(_("Unit")), Column(_("Stages done")), Column(_("Credit hours")),
               Column(_("What to do")))  # fmt: skip
    return Listing(_("Who has it"), columns, rows, empty=_("Nobody within your units has this programme."))


def _signed(programme: Programme, rows: Any, people: list[Learner]) -> Listing:
    whose = {one.member.id: one.person for one in people}
    titles = {part.id: part.title for _stage, part in _parts(programme)}
    shown = []
    for row in rows[:MOST_LISTED]:
        what: Any = Action(_("Void"), link("void_sign_off", key=programme.key, sign_off_id=row.id))
        if row.voided_at is not None:
            what = _("void: %(reason)s", reason=row.void_reason)
        elif whose[row.member_id].id == actor().id:
            what = ""
        shown.append((whose[row.member_id].name, titles.get(row.part_id, ""), _times(row), number(row.hours),
                      row.trainer, row.result, what))  # fmt: skip
    columns = (Column(_("Name")), Column(_("What")), Column(_("When")), Column(_("Credit hours")),
               Column(_("Who taught")), Column(_("Result of the check")), Column(_("What to do")))  # fmt: skip
    return Listing(_("What was signed"), columns, tuple(shown), empty=_("Nothing yet."))


def _times(row: SignOff, *, dated: bool = False) -> str:
    began = dated_time(row.began_at) if dated else local_time(row.began_at)
    return _("%(starts)s to %(ends)s", starts=began, ends=event_words.clock(row.ended_at, beside=row.began_at))


def _tell_of_less(programme: Programme, rows: list[SignOff], wanted: Any) -> None:
    """Say for whom the day had no room for all hours."""
    short = {row.member_id for row in rows if row.hours < wanted}
    names = [one.person.name for one in _learners(programme) if one.member.id in short]
    if names:
        said = _("Not all hours count for %(names)s: a day brings %(most)s at the most, and the same time counts once.",
                 names=listed(names), most=learn().credit.per_day)  # fmt: skip
        say(MessageKind.WARNING, said)


def _sign_page(programme: Programme, part_id: int, form: Form) -> str:
    stage, part = sign_offs.part_of(programme, part_id)
    ticked, every = set(_ticked()), request.form.get("action") == "all"
    people = [one for one in _learners(programme) if not one.has_done(part) and one.person.id != actor().id]
    ready = [one for one in people if not one.waits_for(stage)]
    units, unit = sorted({one.unit_names for one in ready}), request.form.get("unit", "")
    if unit in units:
        ready = [one for one in ready if one.unit_names == unit or one.member.id in ticked]
    return render("programmes/sign.html", SignPage(
        title=part.title,
        trail=trail((_("Sign-offs"), link("signed_programmes")),
                    (programme.title, link("programme_sign_offs", key=programme.key))),
        lead=_("%(stage)s, %(hours)s", stage=stage.title, hours=credit_hours(part.hours)),
        content=part.content,
        form=form,
        people=tuple(
            TickedPerson(str(one.member.id), one.person.name,
                         " · ".join(text for text in (one.person.staff_number or "",
                                                      one.unit_names.rpartition(" / ")[2]) if text),
                         every or one.member.id in ticked)
            for one in ready
        ),
        units=tuple(Choice(one, one.rpartition(" / ")[2], one == unit) for one in units) if len(units) > 1 else (),
        waiting=tuple(_waits(programme, stage, one) for one in people if one.waits_for(stage)),
        back_url=link("programme_sign_offs", key=programme.key),
    ))  # fmt: skip


def _waits(programme: Programme, stage: ProgrammeStage, one: Learner) -> str:
    first, parts = sign_offs.missing(programme, stage, one.progress)
    if not parts:
        return _("%(name)s: hours of “%(stage)s” are missing", name=one.person.name, stage=first)
    return _("%(name)s: “%(stage)s” comes first (%(parts)s)", name=one.person.name, stage=first, parts=listed(parts))


def _void_page(programme: Programme, sign_off_id: int, form: Form) -> str:
    row = sign_offs.one_of(session(), programme, sign_off_id, actor=actor(), terms=terms())
    one = sign_offs.learner(session(), programme, row.member_id, actor=actor(), terms=terms())
    return render("manage/form.html", FormPage(
        title=_("Void the sign-off of %(name)s", name=one.person.name), form=form, submit=_("Void it"), danger=True,
        cancel_url=link("programme_sign_offs", key=programme.key),
        trail=trail((_("Sign-offs"), link("signed_programmes")),
                    (programme.title, link("programme_sign_offs", key=programme.key))),
        lead=_("Its hours are taken back; the sign-off stays on record with the reason."),
        facts=(Row(_("When"), _times(row)), Row(_("Credit hours"), number(row.hours)),
               Row(_("Who taught"), row.trainer), Row(_("Result of the check"), row.result)),
    ))  # fmt: skip


def _card_stage(stage: ProgrammeStage, one: Learner, rows: list[SignOff]) -> CardStage:
    found = next(how for how in one.progress.stages if how.id == stage.id)
    done = {part.id: part.done for part in found.parts}
    lines: list[CardLine] = []
    for part in stage.parts:
        if part.kind is not PartKind.SIGN_OFF:
            continue
        signed = [
            CardLine(part.title, part.content, number(row.hours), _times(row, dated=True), row.trainer, row.result)
            for row in rows
            if row.part_id == part.id
        ]
        lines += signed or [CardLine(part.title, part.content, "", "", "", "")]
    return CardStage(
        title=stage.title,
        hours=_("%(have)s of %(due)s", have=number(found.hours), due=number(found.due)),
        lines=tuple(lines),
        others=tuple(labelled(part.title, _("done") if done[part.id] else _("not done yet"))
                     for part in stage.parts if part.kind is not PartKind.SIGN_OFF),
    )  # fmt: skip
