"""Leaves that a page tells, letting a paper go on elsewhere, and exemptions from the integrity rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import jsonify, redirect

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Exam, Person
from suyu_learn.services import answers, devices, exam_lists, exam_rosters, integrity_exemptions, leaves, sitting
from suyu_learn.services.answers import Claim
from suyu_learn.services.leaves import Leave
from suyu_learn.web import paper_integrity
from suyu_learn.web.access import EXAM_ENTRY
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.exam_making import ORGANIZERS, managed, organizer
from suyu_learn.web.exam_running import answered
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exams import reason_form
from suyu_learn.web.i18n import _, dated_time
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.pages.exam_managing import ReasonPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.sitting import json_said, person_here, sent_queue, whole_numbers
from suyu_learn.web.templates import render

routes = Routes()


@routes.put("/attempts/<key>/leaves", access=EXAM_ENTRY)
def tell_leaves(key: str) -> Any:
    """Store what the page tells of its leaves, and before that the answers that waited beside them."""
    person, here = person_here(), learn()
    found = sitting.hold(session(), key, person)
    said = json_said()
    if not isinstance(said, Mapping) or not isinstance(said.get("leaves"), list):
        raise Problem("sitting.not_json")
    if len(said["leaves"]) > leaves.MOST_LEAVES:
        raise Problem("integrity.too_many", most=leaves.MOST_LEAVES)
    told, waiting = [_leave(one) for one in said["leaves"]], sent_queue(said.get("answers", []))
    if waiting and found.state is AttemptState.OPEN:
        answers.save(session(), key, Claim(person.id, person.stamp), waiting, now=now(), grace=here.grace,
                     versions=here.versions)  # fmt: skip
    rules = paper_integrity.rules_of(found, person)
    so_far = leaves.record(session(), found, rules, told, now=now(), grace=here.grace, versions=here.versions)
    more = {**({"closed": True} if so_far.closed else {}), **({} if rules.counts else {"off": True})}
    return jsonify(count=so_far.count, seconds=so_far.seconds, **more)


@routes.post("/attempts/<key>/device", access=EXAM_ENTRY)
def let_go(key: str) -> Any:
    """Let the paper go on elsewhere; said on the one that has it."""
    person = person_here()
    found = sitting.hold(session(), key, person)
    if found.state is not AttemptState.OPEN:
        return redirect(link("result", key=key), code=303)
    rules = paper_integrity.rules_of(found, person)
    held = paper_integrity.held_elsewhere(found, rules)
    if held is not None:
        return render("errors/problem.html", held), 409
    devices.let_go(session(), found, now=now())
    say(MessageKind.SUCCESS, _("Everything is saved. Open the exam on the other device and go on there."))
    return redirect(link("exam", exam_id=found.exam_id), code=303)


@routes.get("/manage/exams/<int:exam_id>/integrity/<int:person_id>", access=ORGANIZERS)
def exam_integrity(exam_id: int, person_id: int) -> str:
    """Ask why somebody is exempt, or no longer."""
    exam = managed(exam_id)
    return _page(exam, _sitter(exam, person_id), _form())


@routes.post("/manage/exams/<int:exam_id>/integrity/<int:person_id>", access=ORGANIZERS,
             endpoint="exam_integrity_post")  # fmt: skip
def exam_integrity_post(exam_id: int, person_id: int) -> Any:
    """Exempt, or take an exemption back."""
    exam, form = managed(exam_id), _form()
    person = _sitter(exam, person_id)
    back = integrity_exemptions.live(session(), exam, person) is not None
    act = integrity_exemptions.take_back if back else integrity_exemptions.exempt
    done = _("The integrity rules do not hold for %(name)s.", name=person.name)
    if back:
        done = _("The integrity rules hold for %(name)s again, from when the paper is opened next.", name=person.name)
    return answered(
        form,
        lambda: act(session(), exam, person, reason=form["reason"].data or "", actor=organizer(), now=now()),
        done=done,
        to=link("exam_roster", exam_id=exam_id),
        again=lambda: _page(managed(exam_id), _sitter(managed(exam_id), person_id), form),
    )


@routes.get("/manage/exams/<int:exam_id>/integrity", access=ORGANIZERS)
def lift_integrity(exam_id: int) -> str:
    """Ask why."""
    return _lift_page(managed(exam_id), reason_form(_("Learners read it on the cover")))


@routes.post("/manage/exams/<int:exam_id>/integrity", access=ORGANIZERS, endpoint="lift_integrity_post")
def lift_integrity_post(exam_id: int) -> Any:
    """Switch the rules off for everybody."""
    exam, form = managed(exam_id), reason_form(_("Learners read it on the cover"))
    return answered(
        form,
        lambda: integrity_exemptions.lift(
            session(), exam, reason=form["reason"].data or "", actor=organizer(), now=now()
        ),
        done=_("The integrity rules are lifted for everybody."),
        to=link("managed_exam", exam_id=exam_id),
        again=lambda: _lift_page(managed(exam_id), form),
    )


def _leave(said: Any) -> Leave:
    if not isinstance(said, Mapping):
        raise Problem("sitting.not_json")
    epoch, number, seconds, age = whole_numbers(said, ("epoch", "number", "seconds", "age"))
    return Leave(epoch, number, timedelta(seconds=seconds), timedelta(milliseconds=age))


def _form() -> Form:
    return reason_form(_("It is kept in the audit trail"))


def _sitter(exam: Exam, person_id: int) -> Person:
    """Somebody due at the exam, or who has sat it, or within the organizer's reach."""
    person = session().get(Person, person_id)
    due = {one.person_id for one in exam_rosters.due(session(), exam, now=now())}
    if person is not None and (person_id in due or integrity_exemptions.has_sat(session(), exam, person_id)):
        return person
    return exam_lists.person_within(session(), organizer(), person_id)


def _page(exam: Exam, person: Person, form: Form) -> str:
    row = integrity_exemptions.live(session(), exam, person)
    if row is None:
        heading = _("Exempt %(name)s from the integrity rules", name=person.name)
        said = (
            _("At this exam nothing is counted, handed in by itself, marked over the paper or bound to one device for "
              "this person, from now on and also while they sit. The person stays due."),
        )  # fmt: skip
        button = _("Exempt from the rules")
    else:
        heading, button = _("Let the integrity rules hold for %(name)s again", name=person.name), _("Take back")
        said = (_("Exempt since %(time)s with the reason: %(reason)s", time=dated_time(row.at), reason=row.reason),)
    url = link("exam_integrity_post", exam_id=exam.id, person_id=person.id)
    return render(
        "exams/manage_reason.html",
        ReasonPage(heading, exam.title, said, form, url, button, link("exam_roster", exam_id=exam.id)),
    )


def _lift_page(exam: Exam, form: Form) -> str:
    said = (
        _("From now on nothing is counted, handed in by itself, marked over the paper or bound to one device, also for "
          "those who sit. What was counted so far stays."),
        _("The rules cannot be set again for this exam."),
    )  # fmt: skip
    return render(
        "exams/manage_reason.html",
        ReasonPage(_("Lift the integrity rules"), exam.title, said, form, link("lift_integrity_post", exam_id=exam.id),
                   _("Lift them for everybody"), link("managed_exam", exam_id=exam.id), danger=True),
    )  # fmt: skip
