"""An exam's cover, and starting it."""

from __future__ import annotations

from typing import Any

from flask import redirect

from suyu_learn.domain.attempts import StepKind
from suyu_learn.models import Attempt, Delivery, Exam, Person, Shown
from suyu_learn.services import exam_changes, exam_integrity, exam_rosters, exams, invigilation, reopening, sitting
from suyu_learn.services.exams import Situation, Standing
from suyu_learn.web import exam_words, integrity_words, waiting_room
from suyu_learn.web.access import EXAM_ENTRY
from suyu_learn.web.context import begin_writing, learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exam_about import about_form, about_in
from suyu_learn.web.forms.exams import CREDIT
from suyu_learn.web.forms.integrity import accept_form
from suyu_learn.web.i18n import _, local_time, ngettext, number
from suyu_learn.web.identity import current_person, on_own_device, sitter
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Another, Contact, Row
from suyu_learn.web.pages.exams import CoverState, ExamCover
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

_STATES = {
    Standing.WAITING: CoverState.WAITING,
    Standing.OPEN: CoverState.OPEN,
    Standing.PAUSED: CoverState.PAUSED,
    Standing.CLOSED: CoverState.CLOSED,
    Standing.WITHDRAWN: CoverState.WITHDRAWN,
}


@routes.get("/exams/<int:exam_id>", access=EXAM_ENTRY)
def exam(exam_id: int) -> str:
    """The cover: rules, window, attempts left, whom to call, one button."""
    person = _person()
    row = exams.get_exam(session(), exam_id)
    found = exams.situation(session(), row, person, now=now())
    open_attempt = found.open_attempt
    if open_attempt is not None and sitting.is_over(open_attempt, now=now(), grace=learn().grace):
        key = open_attempt.key
        begin_writing()
        sitting.close_if_over(
            session(),
            sitting.hold(session(), key, _person()),
            now=now(),
            grace=learn().grace,
            versions=learn().versions,
        )
        row = exams.get_exam(session(), exam_id)
        found = exams.situation(session(), row, _person(), now=now())
    return render("exams/cover.html", _cover(found, _about_form(found)))


@routes.post("/exams/<int:exam_id>/attempts", access=EXAM_ENTRY)
def start_attempt(exam_id: int) -> Any:
    """Start, or go on with the open attempt."""
    here = learn()
    row = exams.get_exam(session(), exam_id)
    form = about_form() if row.ask_about else None
    accept = accept_form() if exam_integrity.rules_for(session(), row, _person()).limit else None
    wrong = [one for one in (form, accept) if one is not None and not one.validate()]
    if wrong:
        found = exams.situation(session(), row, _person(), now=now())
        if found.open_attempt is None:
            return render("exams/cover.html", _cover(found, form, accept)), 422
    attempt = sitting.start(
        session(), row, _person(),
        now=now(), grace=here.grace, versions=here.versions, pools=here.pools,
        about=about_in(form) if form is not None and not form.errors else None,
        accepted=accept is not None and not accept.errors,
    )  # fmt: skip
    exam_rosters.freeze_if_due(session(), row, now=now())  # never first: it holds the exam, and a start its person
    return redirect(link("attempt", key=attempt.key), code=303)


def _person() -> Person:
    person = sitter()
    assert person is not None  # every route here is for those signed in or entered
    return person


def _about_form(found: Situation) -> Form | None:
    """What is asked of somebody who may begin now."""
    return about_form(empty=True) if found.exam.ask_about and _begins(found) else None


def _begins(found: Situation) -> bool:
    """Whether this person may begin now, or as soon as the exam opens."""
    return found.open_attempt is None and bool(_label(found) or _waits(found))


def _waits(found: Situation) -> bool:
    """Whether this person may begin once the exam opens, or goes on after a pause."""
    here = found.standing in (Standing.WAITING, Standing.PAUSED) and found.open_attempt is None
    return here and found.may_sit and found.attempts_left > 0 and not found.late


def _cover(found: Situation, about: Form | None = None, accept: Form | None = None) -> ExamCover:
    exam = found.exam
    rules = exam_integrity.rules_for(session(), exam, _person())
    if accept is None and rules.limit and _begins(found):
        accept = accept_form(empty=True)
    state, note = _state_and_note(found)
    opens, closes = exam.opens_at, exam.closes_at
    if found.retake:
        opens, closes = exam.retake_opens_at, exam.retake_closes_at
    shown = exam_changes.changes(session(), exam, shown_only=True)
    latest, earlier = exam_changes.latest_and_earlier(row for row, _by in shown)
    return ExamCover(
        title=exam.title,
        state=state,
        rules=tuple(_rules(found)),
        later=tuple(_later(exam)),
        start_url=link("start_attempt", exam_id=exam.id),
        opens=local_time(opens),
        closes=local_time(closes),
        retake=found.retake,
        about=about,
        about_reason=exam.about_reason,
        integrity=integrity_words.on_the_cover(exam, rules),
        accept=accept,
        wait=waiting_room.wait_of(found) if _waits(found) else None,
        paper_script="sitting.js" if exam.delivery is Delivery.WHOLE else "stepwise.js",
        attempts_left=_attempts_left(found),
        start_label=_label(found),
        result_url=link("result", key=found.last_attempt.key) if found.last_attempt else None,
        changes=tuple(exam_words.changed(one) for one in latest),
        earlier=tuple(exam_words.changed(one) for one in earlier),
        note=note,
        voided=voided_words(found.voided) if found.voided is not None else "",
        again=_again_words(found.open_attempt) if found.open_attempt is not None else "",
        contact=contact_of(exam),
        another=another(exam),
    )


def _again_words(attempt: Attempt) -> str:
    """That a closed paper was opened again, by whom, when and why; asked only where it can have been."""
    said = reopening.told(session(), attempt) if attempt.epoch > 1 else None
    if said is None:
        return ""
    name, reason, at = said
    return _("Your paper was opened again by %(name)s on %(time)s; go on until %(until)s. Reason: %(reason)s",
             name=name, time=local_time(at), until=local_time(attempt.deadline), reason=reason)  # fmt: skip


def voided_words(attempt: Attempt) -> str:
    """That an attempt was voided, by whom, when and why."""
    said = invigilation.said_of(session(), attempt, StepKind.VOIDED)
    if said is None:
        return ""
    name, reason, at = said
    return _("Attempt %(number)s was voided by %(name)s on %(time)s. Reason: %(reason)s",
             number=number(attempt.number), name=name, time=local_time(at), reason=reason)  # fmt: skip


def _state_and_note(found: Situation) -> tuple[CoverState, str]:
    state = _STATES[found.standing]
    if state is not CoverState.WITHDRAWN and not found.may_sit:
        if found.exempt:
            return state, _("You are exempt from this exam. If that is not right, call the organizer.")
        return state, _("You are not on the list of this exam. If you should be, call the organizer.")
    if state is CoverState.WITHDRAWN and found.open_attempt is not None:
        return state, _("You had begun before; you can still finish what you began.")
    if state is CoverState.PAUSED:
        return state, _("The exam is paused. Nobody loses time: it is given back when the exam goes on.")
    if state is CoverState.OPEN and found.open_attempt is None and found.attempts_left == 0:
        return CoverState.DONE, ""
    if state is CoverState.OPEN and found.late:
        return CoverState.LATE, _(
            "Beginning was possible until %(time)s. If you could not, call the organizer.",
            time=exam_words.begin_by(found.exam),
        )
    return state, found.exam.notice


def _attempts_left(found: Situation) -> str:
    """How often one may still begin; while the last attempt is open there is nothing to say of that."""
    if (found.open_attempt is not None and not found.attempts_left) or found.late:
        return ""
    if found.standing not in (Standing.WAITING, Standing.OPEN, Standing.PAUSED):
        return ""
    return ngettext("%(num)s attempt left", "%(num)s attempts left", found.attempts_left)


def _label(found: Situation) -> str:
    if found.open_attempt is not None:
        return _("Continue")
    if found.standing is Standing.OPEN and found.may_sit and found.attempts_left and not found.late:
        if found.retake:
            return _("Begin the retake")
        return _("Begin") if found.last_attempt is None else _("Try again")
    return ""


def _rules(found: Situation) -> list[Row]:
    exam = found.exam
    size = exams.size(session(), exam)
    full = size.points
    return [
        Row(_("Questions"), number(size.questions)),
        Row(_("Time"), exam_words.time_of(exam, found.extra)),
        *_one_at_a_time(found),
        *([Row(_("Begin by"), begin)] if (begin := exam_words.begin_by(exam)) else []),
        *([Row(_("Hand in"), hand_in)] if (hand_in := exam_words.hand_in_rule(exam)) else []),
        Row(
            _("Pass mark"), _("%(points)s of %(full)s points", points=number(exam.pass_share * full), full=number(full))
        ),
        Row(_("Attempts"), exam_words.attempts(exam, retake=found.retake)),
        *([Row(_("Result"), comes)] if (comes := exam_words.result_comes(exam)) else []),
        *([Row(_("Retake"), retake)] if (retake := exam_words.retake(exam)) and not found.retake else []),
    ]


def _later(exam: Exam) -> list[Row]:
    """What can be read below the button: how it is marked, what is shown when, until when one may object."""
    return [
        Row(_("Multiple choice"), _(CREDIT[exam.partial_credit])),
        Row(_("Shown"), exam_words.shown(exam)),
        *([Row(_("Appeals"), exam_words.appeal_rule(exam.appeal_days))]
          if exam.appeal_days is not None and exam.show_score is not Shown.NEVER else []),
    ]  # fmt: skip


def _one_at_a_time(found: Situation) -> list[Row]:
    """How it goes where questions come one at a time, and that their time runs on."""
    rule = exam_words.one_at_a_time(found.exam, found.extra)
    if not rule:
        return []
    return [
        Row(_("How it goes"), rule),
        Row(_("While you are away"), _("the time of an open question runs on; a good line is needed throughout")),
    ]


def contact_of(exam: Exam) -> Contact:
    """Whom to call about an exam: its own contact, else the site's."""
    settings = learn().settings
    return Contact(exam.contact_name or settings.contact_name, exam.contact_phone or settings.contact_phone)


def another(exam: Exam) -> Another | None:
    """The button for the next person on a phone that goes round; None on one's own device."""
    if current_person() is not None and on_own_device():
        return None
    person = sitter()
    if person is None or (current_person() is not None and not learn().own_sign_in):
        return None
    if exam.entry_number or exam.entry_open:
        return Another(person.name, link("join_exam", code=exam.code))
    return Another(person.name, link("login", next=link("exam", exam_id=exam.id)))
