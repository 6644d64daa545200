"""What a person has completed, for HR: take it back, give it back, revoke its certificate or issue it anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Response, redirect

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Certificate, Completion, Person
from suyu_learn.services import certificates, completions, persons
from suyu_learn.services.certificates import State
from suyu_learn.web import certificate_words, record_columns
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, carried_out, unread
from suyu_learn.web.attendance import terms
from suyu_learn.web.certificates import refuse_revoked, sent, standing_words
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.units import reason_form
from suyu_learn.web.i18n import N_, _, dated_time, labelled, local_date, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.certificates import CompletionRow, CompletionsPage
from suyu_learn.web.pages.common import Action, MessageKind, Row
from suyu_learn.web.pages.people import FormPage
from suyu_learn.web.persons import person_trail
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

HR = holding(*persons.EDITORS)
_ONE = "/manage/people/<int:person_id>/completions/<int:completion_id>"


@dataclass(frozen=True, slots=True)
class Act:
    """Something that HR does to a completion or its certificate, with a reason."""

    title: str
    lead: str
    submit: str
    carry_out: Callable[[Completion, str], str]
    """Does it for a reason, and says what was done."""

    danger: bool = True


def _void(completion: Completion, reason: str) -> str:
    fallen = completions.void(session(), completion, actor=actor(), reason=reason, now=now(), zone=learn().zone)
    if not fallen:
        return _("The completion is taken back.")
    return _("The completion is taken back, and with it %(hours)s credit hours.", hours=number(fallen))


def _reinstate(completion: Completion, reason: str) -> str:
    here = terms()
    back = completions.reinstate(session(), completion, actor=actor(), reason=reason, now=here.now, zone=here.zone,
                                 rules=here.rules)  # fmt: skip
    if not back:
        return _("The completion stands again.")
    return _("The completion stands again, with %(hours)s credit hours.", hours=number(back))


def _revoke(completion: Completion, reason: str) -> str:
    found = _certificate(completion)
    if found is None:
        raise Problem("certificate.unknown")
    certificates.revoke(session(), found, reason=reason, actor=actor(), now=now())
    return _("The certificate is revoked.")


def _reissue(completion: Completion, reason: str) -> str:
    made = certificates.reissue(session(), completion, reason=reason, actor=actor(), now=now())
    return _("Issued with the number %(number)s, for %(name)s.", number=made.number, name=made.holder)


ACTS = {
    "void": Act(
        N_("Take a completion back"),
        N_("Its hours fall, programmes that stand on it are looked at once more, and its certificate shows as revoked. "
           "The person sees that it was taken back and why. What is learnt from now on can bring it anew."),
        N_("Take back"), _void,
    ),
    "reinstate": Act(
        N_("Give a completion back"),
        N_("For what was taken back by mistake. Its hours come back as far as their days still have room, and its "
           "certificate is valid again."),
        N_("Give back"), _reinstate, danger=False,
    ),
    "revoke": Act(
        N_("Revoke a certificate"),
        N_("The completion stands. Whoever checks the certificate sees that it is revoked, but not why."),
        N_("Revoke"), _revoke,
    ),
    "reissue": Act(
        N_("Issue a certificate anew"),
        N_("With the name of today and a new number, as after a change of name. The one before is revoked."),
        N_("Issue"), _reissue, danger=False,
    ),
}  # fmt: skip


@routes.get("/manage/people/<int:person_id>/completions", access=HR)
def person_completions(person_id: int) -> str:
    """What somebody completed, with what was taken back."""
    person = _person(person_id)
    rows = persons.all_completions(session(), person, unread=unread())
    known = certificates.of_completions(session(), [one.id for one in rows])
    return render("persons/completions.html", CompletionsPage(
        title=_("Completions and certificates of %(name)s", name=person.name),
        trail=person_trail(person),
        rows=tuple(_row(person, one, known.get(one.id)) for one in rows),
    ))  # fmt: skip


@routes.get(f"{_ONE}/certificate.pdf", access=HR)
def completion_certificate(person_id: int, completion_id: int) -> Response:
    """The certificate to print."""
    completion = _completion(_person(person_id), completion_id)
    found = _certificate(completion)
    if found is None:
        raise Problem("certificate.unknown")
    refuse_revoked(found)
    return sent([found], name=_("Certificate"), about=[found.holder, completion.title])


@routes.get(f"{_ONE}/<act>", access=HR)
def completion_act(person_id: int, completion_id: int, act: str) -> str:
    """Ask why."""
    person = _person(person_id)
    return _act_page(person, _completion(person, completion_id), _act(act), reason_form())


@routes.post(f"{_ONE}/<act>", access=HR)
def completion_act_post(person_id: int, completion_id: int, act: str) -> Any:
    """Do it."""
    form, wanted, done = reason_form(), _act(act), list[str]()

    def carry_out() -> None:
        completion = _completion(_person(person_id), completion_id)
        done.append(wanted.carry_out(completion, form["reason"].data or ""))

    if not carried_out(form, carry_out):
        person = _person(person_id)
        return _act_page(person, _completion(person, completion_id), wanted, form), 422
    say(MessageKind.SUCCESS, done[0])
    return redirect(link("person_completions", person_id=person_id), code=303)


def _act(name: str) -> Act:
    if name not in ACTS:
        raise Problem("page.unknown")
    return ACTS[name]


def _person(person_id: int) -> Person:
    return persons.editable(session(), person_id, actor=actor())


def _completion(person: Person, completion_id: int) -> Completion:
    """A completion of the person that the reader may know of."""
    hidden = unread()
    if hidden is not None and completion_id in hidden.completion_ids:
        raise Problem("completion.unknown")
    return completions.of_person(session(), person, completion_id)


def _certificate(completion: Completion) -> Certificate | None:
    return certificates.of_completions(session(), [completion.id]).get(completion.id)


def _row(person: Person, one: Completion, certificate: Certificate | None) -> CompletionRow:
    here = {"person_id": person.id, "completion_id": one.id}
    ways, dangers = list[Action](), list[Action]()
    state = certificates.state_of(certificate, now=now(), zone=learn().zone) if certificate is not None else None
    if state in (State.VALID, State.EXPIRED):
        ways.append(Action(_("Certificate as PDF"), link("completion_certificate", **here)))
    if person.id != actor().id:
        names = _offered(one, certificate, state)
        for name in names:
            to = dangers if ACTS[name].danger else ways
            to.append(Action(_(ACTS[name].title), link("completion_act", **here, act=name)))
    return CompletionRow(
        title=one.title, facts=_facts(one, certificate), notes=tuple(_notes(one, certificate, state)),
        taken_back=one.voided_at is not None, actions=tuple(ways), dangers=tuple(dangers),
    )  # fmt: skip


def _offered(one: Completion, certificate: Certificate | None, state: State | None) -> list[str]:
    if one.voided_at is not None:
        again = one.voided_by_hand and not completions.is_earned_anew(one)
        return ["reinstate"] if again else []
    if certificate is None:
        return ["void"]
    return ["reissue", "void"] if state is State.REVOKED else ["reissue", "revoke", "void"]


def _facts(one: Completion, certificate: Certificate | None) -> tuple[str, ...]:
    said = [_(record_columns.KINDS[one.kind.value]), local_date(one.completed_at), one.unit_names]
    if certificate is not None:
        said.append(labelled(_("Certificate"), certificate.number))
        until = certificates.valid_until(certificate, zone=learn().zone)
        if until is not None:
            said.append(_("valid until %(day)s", day=certificate_words.day(until)))
    return tuple(part for part in said if part)


def _notes(one: Completion, certificate: Certificate | None, state: State | None) -> list[str]:
    notes = []
    if one.voided_at is not None:
        notes.append(_("Taken back by %(name)s on %(time)s: %(reason)s", name=_name(one.voided_by_id),
                       time=dated_time(one.voided_at), reason=one.void_reason))  # fmt: skip
    if certificate is not None and state is not None and state is not State.VALID:
        notes.append(labelled(_("Certificate"), standing_words(certificate, state)))
    return notes


def _name(person_id: int | None) -> str:
    person = session().get(Person, person_id) if person_id is not None else None
    return person.name if person is not None else _("somebody")


def _act_page(person: Person, completion: Completion, act: Act, form: Form) -> str:
    hours = sum((one.hours for one in completions.hours_of(session(), completion)), Decimal(0))
    rows = [Row(_("Name"), person.name), Row(_("Course or exam"), completion.title),
            Row(_("Completed on"), local_date(completion.completed_at))]  # fmt: skip
    if hours:
        rows.append(Row(_("Credit hours"), number(hours)))
    return render("manage/form.html", FormPage(
        title=_(act.title), form=form, submit=_(act.submit), danger=act.danger, lead=_(act.lead),
        cancel_url=link("person_completions", person_id=person.id), trail=person_trail(person), facts=tuple(rows),
    ))  # fmt: skip
