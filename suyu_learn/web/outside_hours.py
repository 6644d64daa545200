"""Hours learnt elsewhere (补录): HR enters them for a person with a proof, and takes them back."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import HoursEntry, Person
from suyu_learn.services import outside_hour_files, outside_hours, persons, scans
from suyu_learn.services.outside_hours import Entered
from suyu_learn.web import context
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, carried_out
from suyu_learn.web.attendance import terms
from suyu_learn.web.context import begin_writing, close, learn, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.learnt import learnt_in, outside_form
from suyu_learn.web.forms.units import reason_form
from suyu_learn.web.i18n import _, credit_hours, labelled, local_time, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind, Row
from suyu_learn.web.pages.learnt import OutsidePage, OutsideRow
from suyu_learn.web.pages.people import FormPage
from suyu_learn.web.persons import person_trail
from suyu_learn.web.routing import Routes
from suyu_learn.web.scans import sent_file
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

HR = holding(*persons.EDITORS)


@routes.get("/manage/people/<int:person_id>/outside-hours", access=HR, endpoint="outside_hours")
def index(person_id: int) -> str:
    """What was entered for somebody, and the form for more."""
    return _page(_person(person_id), outside_form())


@routes.post("/manage/people/<int:person_id>/outside-hours", access=HR, writes=False, endpoint="outside_hours_post")
def enter(person_id: int) -> Any:
    """Enter hours; the proof is read and re-encoded outside any transaction."""
    _person(person_id)
    form = outside_form()
    entry: HoursEntry | None = None
    try:
        if form.validate():
            filed = _filed()
            begin_writing()
            entry = outside_hours.enter(session(), _person(person_id), learnt_in(form), filed, actor=actor(),
                                        reason=form["reason"].data or "", terms=terms())  # fmt: skip
    except Problem as problem:
        if problem.code == "page.refused":
            raise
        context.close()
        form.refuse(problem)
    if entry is None:
        return _page(_person(person_id), form), 422
    said = _("%(hours)s hours are entered for %(name)s.", hours=number(entry.hours), name=_person(person_id).name)
    if entry.hours < form["hours"].data:
        said += " " + _("The other hours find no room: the days have others already.")
    say(MessageKind.SUCCESS, said)
    return redirect(link("outside_hours", person_id=person_id), code=303)


@routes.get("/manage/people/<int:person_id>/outside-hours/<int:entry_id>/proof", access=HR)
def outside_proof(person_id: int, entry_id: int) -> Response:
    """The proof, for HR alone."""
    proof = outside_hours.one_of(session(), _person(person_id), entry_id).entry.evidence.get("proof")
    if proof is None:  # it came from a table, which gives the number of the paper alone
        raise Problem("page.unknown")
    return sent_file(proof["sha256"], proof["mime"], name=f"proof-{entry_id}")


@routes.get("/manage/people/<int:person_id>/outside-hours/<int:entry_id>/void", access=HR)
def void_outside(person_id: int, entry_id: int) -> str:
    """Ask why."""
    return _void_page(_person(person_id), entry_id, reason_form())


@routes.post("/manage/people/<int:person_id>/outside-hours/<int:entry_id>/void", access=HR,
             endpoint="void_outside_post")  # fmt: skip
def void_outside_post(person_id: int, entry_id: int) -> Any:
    """Take them back."""
    form = reason_form()

    def void() -> None:
        outside_hours.void(session(), _person(person_id), entry_id, reason=form["reason"].data or "", actor=actor(),
                           terms=terms())  # fmt: skip

    if not carried_out(form, void):
        return _void_page(_person(person_id), entry_id, form), 422
    say(MessageKind.SUCCESS, _("The hours are taken back."))
    return redirect(link("outside_hours", person_id=person_id), code=303)


def _person(person_id: int) -> Person:
    return persons.editable(session(), person_id, actor=actor())


def _filed() -> scans.Filed:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Problem("hours.no_proof", place=Place(field="file"))
    content = sent.stream.read()
    close()
    return scans.prepare(content, sent.filename, folder=learn().scan_folder)


def _page(person: Person, form: Form) -> str:
    rows = outside_hours.of_person(session(), person)
    keys = outside_hour_files.keys_of(session(), [one.entry for one in rows])
    return render("persons/outside_hours.html", OutsidePage(
        title=_("Hours of %(name)s learnt elsewhere", name=person.name),
        trail=person_trail(person),
        rows=tuple(_row(person, one, keys.get(one.entry.id, "")) for one in rows),
        form=form if person.id != actor().id else None,
        back_url=link("person", person_id=person.id),
        import_url=link("hours_import"),
    ))  # fmt: skip


def _row(person: Person, one: Entered, file_key: str) -> OutsideRow:
    entry, here = one.entry, {"person_id": person.id, "entry_id": one.entry.id}
    back = one.taken_back
    return OutsideRow(
        title=entry.title,
        facts=_facts(entry),
        proof_url=link("outside_proof", **here) if "proof" in entry.evidence else "",
        void_url=link("void_outside", **here) if back is None and person.id != actor().id else "",
        file_url=link("hours_file", key=file_key) if file_key else "",
        taken_back=_("Taken back by %(name)s on %(time)s: %(reason)s", name=_name(back.actor_id),
                     time=local_time(back.at), reason=back.reason) if back is not None else "",
    )  # fmt: skip


def _facts(entry: HoursEntry) -> tuple[str, ...]:
    said = entry.evidence
    return (
        credit_hours(entry.hours),
        _("%(first)s to %(last)s", first=said["first"], last=said["last"]),
        said["where"],
        *((labelled(_("Number of the proof"), said["number"]),) if said.get("number") else ()),
        labelled(_("Reason"), entry.reason),
        _("entered by %(name)s on %(time)s", name=_name(entry.actor_id), time=local_time(entry.at)),
    )


def _name(person_id: int | None) -> str:
    person = session().get(Person, person_id) if person_id is not None else None
    return person.name if person is not None else _("somebody")


def _void_page(person: Person, entry_id: int, form: Form) -> str:
    entry = outside_hours.one_of(session(), person, entry_id).entry
    return render("manage/form.html", FormPage(
        title=_("Take back hours of %(name)s", name=person.name), form=form, submit=_("Take back"), danger=True,
        cancel_url=link("outside_hours", person_id=person.id), trail=person_trail(person),
        lead=_("They count no more; the entry and its proof stay on record."),
        facts=(Row(_("What was learnt"), entry.title), Row(_("Credit hours"), number(entry.hours))),
    ))  # fmt: skip
