"""What the page of an attempt says of paper and of typing for somebody, and what can be done there."""

from __future__ import annotations

from collections.abc import Iterator

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import Attempt, Exam
from suyu_learn.services import offline, scans, typing_for
from suyu_learn.web.context import now, session
from suyu_learn.web.i18n import _, local_date, local_time, number
from suyu_learn.web.identity import current_person
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, Row


def of(attempt: Attempt) -> Iterator[Row]:
    """When and where it was sat on paper, who entered and corrected it; who typed for the person."""
    notes = offline.notes_of(session(), attempt)
    if notes is not None:
        yield Row(_("Form of the exam"), _("On paper"))
        yield Row(_("Sat on"), local_date(notes.sat_at))
        yield Row(_("Code on the paper"), notes.variant)
        yield Row(_("Room"), notes.room)
        yield Row(_("Remark"), notes.remark)
        for place, one in enumerate(notes.entries):
            yield Row(_("Corrected") if place else _("Entered"), _entry(one))
        if notes.entries[-1].points is None and attempt.points is not None:
            yield Row(_("Points"), number(attempt.points))
    typed = typing_for.told(session(), attempt)
    if typed is not None:
        yield Row(_("Typed by"), _("%(name)s. Reason: %(reason)s", name=typed[0], reason=typed[1]))


def _entry(one: offline.Entry) -> str:
    by = _("by %(name)s on %(time)s", name=one.by, time=local_time(one.at))
    if one.points is None:
        return _("the answers, %(by)s", by=by)
    said = _("%(points)s points, %(by)s", points=number(one.points), by=by)
    return _("%(said)s. Reason: %(reason)s", said=said, reason=one.reason) if one.reason else said


def actions(exam: Exam, attempt: Attempt) -> Iterator[Action]:
    """Correcting the points of a paper, its scans, a further paper, typing for who sits."""
    mine = current_person()
    here = {"exam_id": exam.id, "attempt_id": attempt.id}
    if mine is not None and attempt.person_id == mine.id:
        return
    if attempt.offline and attempt.state is not AttemptState.VOIDED:
        notes = offline.notes_of(session(), attempt)
        if notes is not None and notes.entries[-1].points is not None:
            yield Action(_("Correct the points"), link("correct_paper", **here))
    if attempt.state is not AttemptState.OPEN:
        kept = scans.count(session(), attempt)
        yield Action(_("Scans of the paper (%(num)s)", num=kept), link("paper_scans", **here))
        if offline.may_follow(session(), exam, attempt.person, now=now()):
            yield Action(_("Enter a result on paper"),
                         link("paper_person", exam_id=exam.id, person_id=attempt.person_id))  # fmt: skip
    if attempt.state is AttemptState.OPEN and attempt.person.guest_exam_id is None:
        yield Action(_("Type for this person"), link("start_typing", exam_id=exam.id, person_id=attempt.person_id))
