"""Acting on people while they sit: more time, pauses, handing in for somebody, voiding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import redirect

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Exam
from suyu_learn.services import boards, devices, exam_integrity, invigilation, leaves
from suyu_learn.services.boards import Sight
from suyu_learn.services.exam_standings import CLOSED
from suyu_learn.web import integrity_words, offline_facts
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.exam_making import ORGANIZERS, organizer
from suyu_learn.web.exam_running import answered
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exams import reason_form
from suyu_learn.web.i18n import N_, _, clock_time, local_time, number
from suyu_learn.web.invigilation import seen
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, MessageKind, Row
from suyu_learn.web.pages.exam_managing import ReasonPage
from suyu_learn.web.pages.invigilation import SeatPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.words import ATTEMPT_STATES

routes = Routes()


@routes.get("/manage/exams/<int:exam_id>/board/pause", access=ORGANIZERS)
def pause_exam(exam_id: int) -> str:
    """Ask why."""
    return _pause_page(_whole(exam_id), reason_form(_("Learners read it on the cover")))


@routes.post("/manage/exams/<int:exam_id>/board/pause", access=ORGANIZERS, endpoint="pause_exam_post")
def pause_exam_post(exam_id: int) -> Any:
    """Pause for everybody."""
    exam, form = _whole(exam_id), reason_form(_("Learners read it on the cover"))
    return answered(
        form,
        lambda: invigilation.pause(session(), exam, reason=form["reason"].data or "", actor=organizer(), now=now()),
        done=_("The exam is paused. No time runs until you let it go on."),
        to=link("board", exam_id=exam_id),
        again=lambda: _pause_page(_whole(exam_id), form),
    )


@routes.post("/manage/exams/<int:exam_id>/board/resume", access=ORGANIZERS)
def resume_exam(exam_id: int) -> Any:
    """Let it go on; every deadline moves by the pause."""
    passed = invigilation.resume(session(), _whole(exam_id), actor=organizer(), now=now())
    minutes, seconds = divmod(round(passed.total_seconds()), 60)
    said = _("The exam goes on. Everybody who sits got %(minutes)s min %(seconds)s s back.",
             minutes=number(minutes), seconds=number(seconds))  # fmt: skip
    say(MessageKind.SUCCESS, said)
    return redirect(link("board", exam_id=exam_id), code=303)


@dataclass(frozen=True, slots=True)
class Act:
    """Something done to one attempt: its words, and what does it."""

    heading: str
    button: str
    said: str
    done: str
    do: Callable[[Exam, int, str], Any]
    whole: bool = False
    """Only for who organizes the exam itself."""

    danger: bool = False


def _pause(exam: Exam, attempt_id: int, reason: str) -> None:
    invigilation.pause_one(session(), exam, attempt_id, reason=reason, actor=organizer(), now=now())


def _hand_in(exam: Exam, attempt_id: int, reason: str) -> None:
    invigilation.hand_in(
        session(), exam, attempt_id, reason=reason, actor=organizer(), now=now(), versions=learn().versions
    )


def _void(exam: Exam, attempt_id: int, reason: str) -> None:
    invigilation.void(session(), exam, attempt_id, reason=reason, actor=organizer(), now=now())


def _release(exam: Exam, attempt_id: int, reason: str) -> None:
    devices.release(session(), exam, attempt_id, reason=reason, actor=organizer(), now=now())


ACTS = {
    "device": Act(
        N_("Let %(name)s continue on another device"),
        N_("Let another device have it"),
        N_("The next device that opens the paper has it from then on; what the first one still sends does not count."),
        N_("The paper can be opened on another device now."),
        _release,
    ),
    "pause": Act(
        N_("Pause for %(name)s"),
        N_("Pause"),
        N_("No time runs until you let it go on; it is given back."),
        N_("The attempt is paused."),
        _pause,
    ),
    "hand-in": Act(
        N_("Hand in for %(name)s"),
        N_("Hand in"),
        N_("What was saved is marked, and nothing can be changed any more. The learner reads who did it and why."),
        N_("Handed in."),
        _hand_in,
        danger=True,
    ),
    "void": Act(
        N_("Void the attempt of %(name)s"),
        N_("Void"),
        N_(
            "It counts nowhere, a completion that rests on it is taken back, and the attempt is given back: a new one "
            "can be begun while the exam is open. There is no other way back. The learner reads the reason."
        ),
        N_("The attempt is void and given back."),
        _void,
        whole=True,
        danger=True,
    ),
}


@routes.get("/manage/exams/<int:exam_id>/board/attempts/<int:attempt_id>", access=ORGANIZERS)
def seat(exam_id: int, attempt_id: int) -> str:
    """One person who sits, and what can be done."""
    exam, sight = seen(exam_id)
    return render("invigilation/seat.html", _seat_page(exam, sight, _attempt(exam, sight, attempt_id)))


@routes.get("/manage/exams/<int:exam_id>/board/attempts/<int:attempt_id>/<act>", access=ORGANIZERS)
def act_on(exam_id: int, attempt_id: int, act: str) -> str:
    """Ask why."""
    exam, sight = seen(exam_id)
    return _act_page(exam, _attempt(exam, sight, attempt_id), _asked(act, sight), act, reason_form(_read_by()))


@routes.post(
    "/manage/exams/<int:exam_id>/board/attempts/<int:attempt_id>/<act>", access=ORGANIZERS, endpoint="act_on_post"
)
def act_on_post(exam_id: int, attempt_id: int, act: str) -> Any:
    """Do it."""
    exam, sight = seen(exam_id)
    attempt = _attempt(exam, sight, attempt_id)
    if act == "resume":
        invigilation.resume_one(session(), exam, attempt.id, actor=organizer(), now=now())
        say(MessageKind.SUCCESS, _("The time goes on; the pause was given back."))
        return redirect(link("seat", exam_id=exam_id, attempt_id=attempt_id), code=303)
    asked, form = _asked(act, sight), reason_form(_read_by())
    return answered(
        form,
        lambda: asked.do(exam, attempt_id, form["reason"].data or ""),
        done=_(asked.done),
        to=link("seat", exam_id=exam_id, attempt_id=attempt_id),
        again=lambda: _again(exam_id, attempt_id, act, form),
    )


def _again(exam_id: int, attempt_id: int, act: str, form: Form) -> str:
    exam, sight = seen(exam_id)
    return _act_page(exam, _attempt(exam, sight, attempt_id), _asked(act, sight), act, form)


def _read_by() -> str:
    return _("It is kept in the audit trail, and the learner may read it")


def _asked(act: str, sight: Sight) -> Act:
    found = ACTS.get(act)
    if found is None:
        raise Problem("page.unknown")
    if found.whole and not sight.whole:
        raise Problem("page.refused")
    return found


def _whole(exam_id: int) -> Exam:
    """The exam, for who organizes it and not only looks after some of its people."""
    exam, sight = seen(exam_id)
    if not sight.whole:
        raise Problem("exam.unknown")
    return exam


def _attempt(exam: Exam, sight: Sight, attempt_id: int) -> Attempt:
    return boards.in_sight(session(), exam, [attempt_id], sight=sight, now=now())[0]


def _pause_page(exam: Exam, form: Form) -> str:
    said = (
        _("No time runs for anybody, and nobody can start. Answers are still taken and kept."),
        _("When it goes on, everybody who sits gets the time back, and the closing moves by the same time."),
    )
    return render(
        "exams/manage_reason.html",
        ReasonPage(_("Pause the exam"), _("Board: %(title)s", title=exam.title), said, form,
                   link("pause_exam_post", exam_id=exam.id), _("Pause"), link("board", exam_id=exam.id), danger=True),
    )  # fmt: skip


def _act_page(exam: Exam, attempt: Attempt, asked: Act, act: str, form: Form) -> str:
    here = {"exam_id": exam.id, "attempt_id": attempt.id}
    return render(
        "exams/manage_reason.html",
        ReasonPage(_(asked.heading, name=attempt.person.name), _("Board: %(title)s", title=exam.title),
                   (_(asked.said),), form, link("act_on_post", **here, act=act), _(asked.button),
                   link("seat", **here), danger=asked.danger),
    )  # fmt: skip


def _seat_page(exam: Exam, sight: Sight, attempt: Attempt) -> SeatPage:
    here = {"exam_id": exam.id, "attempt_id": attempt.id}
    running, paused = attempt.state is AttemptState.OPEN, attempt.paused_at is not None
    figures = boards.figures_of(session(), [attempt.id]).get(attempt.id, boards.NO_FIGURES)
    facts = [
        Row(_("State"), _("Paused") if paused else _(ATTEMPT_STATES[attempt.state])),
        *offline_facts.of(attempt),
        Row(_("Unit"), attempt.unit_names),
        Row(_("Attempt"), number(attempt.number)),
        Row(_("Begun"), "" if attempt.offline else local_time(attempt.started_at)),
        Row(_("Answered"), _("%(part)s of %(whole)s", part=number(figures.answered), whole=number(figures.questions))
            if figures.questions else ""),
        Row(_("Closed"), "" if attempt.offline else local_time(attempt.closed_at)) if attempt.closed_at is not None
        else Row(_("Hand in by"), local_time(attempt.deadline)),
    ]  # fmt: skip
    void = sight.whole and attempt.state is not AttemptState.VOIDED
    return SeatPage(
        title=attempt.person.name,
        exam=exam.title,
        facts=tuple(row for row in facts if row.value),
        actions=tuple(_actions(exam, sight, attempt)),
        resume_url=link("act_on_post", **here, act="resume") if running and paused and exam.paused_at is None else "",
        void_url=link("act_on", **here, act="void") if void else "",
        back_url=link("board", exam_id=exam.id),
        note=_("The whole exam is paused.") if running and paused and exam.paused_at is not None else "",
        left=_left(exam, attempt),
    )


def _actions(exam: Exam, sight: Sight, attempt: Attempt) -> Iterator[Action]:
    """What can be done for one person."""
    here = {"exam_id": exam.id, "attempt_id": attempt.id}
    yield from offline_facts.actions(exam, attempt)
    if attempt.state is AttemptState.OPEN:
        yield Action(_("Give more time"), link("extend", exam_id=exam.id, attempt=attempt.id))
        if attempt.paused_at is None:
            yield Action(_("Pause"), link("act_on", **here, act="pause"))
        yield Action(_("Hand in"), link("act_on", **here, act="hand-in"))
        if attempt.device:
            yield Action(_("Continue on another device"), link("act_on", **here, act="device"))
    elif sight.whole and attempt.state in CLOSED and not attempt.offline and attempt.person_id != organizer().id:
        yield Action(_("Open the paper again"), link("extend", exam_id=exam.id, again=attempt.id))
    if sight.whole and exam_integrity.rules_of(exam):
        yield Action(_("Integrity rules"), link("exam_integrity", exam_id=exam.id, person_id=attempt.person_id))


def _left(exam: Exam, attempt: Attempt) -> tuple[Row, ...]:
    """When and how long the page was left, the sum first."""
    if not (exam.count_leaves or attempt.left_count):
        return ()
    rows = [Row(_("In all"), integrity_words.left(attempt.left_count, attempt.left_seconds))]
    if attempt.left_too_much:
        rows.append(Row(_("State"), integrity_words.handed_in_short()))
    rows += [
        Row(_("Came back at %(time)s", time=clock_time(at)), _("after %(seconds)s s", seconds=number(seconds)))
        for at, seconds in leaves.told_of(session(), attempt)
    ]
    return tuple(rows)
