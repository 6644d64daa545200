"""Opening a bank for practice, on its page, with what exams hold back of it."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.practice import Openness
from suyu_learn.domain.problems import Problem
from suyu_learn.models import ExamState, Purpose, Role
from suyu_learn.services import bank_contents, practice, practice_holders, practice_questions
from suyu_learn.services.bank_contents import BankSeen
from suyu_learn.services.practice_holders import Holder
from suyu_learn.services.practice_questions import HeldBack
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor
from suyu_learn.web.context import now, session
from suyu_learn.web.exam_presets import NAMES
from suyu_learn.web.i18n import N_, _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.moments import moment
from suyu_learn.web.pages.common import Choice, MessageKind
from suyu_learn.web.pages.practice import BankPractice, HeldBy
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say

routes = Routes()

CHOICES = {
    Openness.CLOSED: N_("Closed: nobody practises with it"),
    Openness.OPEN: N_("Open, without what exams that are not over may ask"),
    Openness.OPEN_WITH_EXAMS: N_("Open, also with what such exams may ask; learners see those answers before"),
}
STATES = {ExamState.DRAFT: N_("Draft"), ExamState.WITHDRAWN: N_("Withdrawn")}
SAYS = {
    Openness.CLOSED: N_("The bank is closed for practice."),
    Openness.OPEN: N_("The bank is open for practice. What exams may ask stays out until they are over."),
    Openness.OPEN_WITH_EXAMS: N_("The bank is open for practice, also with what exams may ask."),
}


@routes.post("/manage/bank/<int:bank_id>/practice", access=holding(Role.ORGANIZER))
def bank_practice(bank_id: int) -> Response:
    """Open a bank for practice, or close it."""
    here = bank_contents.get_bank(session(), actor(), bank_id, change=True, counted=False)
    try:
        wanted = Openness(request.form.get("practice", ""))
    except ValueError:
        raise Problem("practice.unreadable") from None
    practice.set_openness(session(), here.bank, wanted, actor=actor(), now=now())
    say(MessageKind.SUCCESS, _(SAYS[wanted]))
    return redirect(link("bank_show", bank_id=bank_id, _anchor="practice"), code=303)


def on_bank_page(here: BankSeen) -> BankPractice | None:
    """How far a bank is open and what is held back; nothing for who only looks into it, or when it is in the bin."""
    row = here.bank
    if row.deleted_at is not None or not (here.may_change or row.unit_id is None):
        return None
    held = practice_questions.held_back(session(), row, moment())
    open_for_exams = row.practice is Openness.OPEN_WITH_EXAMS
    found = practice_holders.Holders((), 0)
    if held.by_assessments or held.by_exams:
        found = practice_holders.holders(session(), row, actor(), moment())
    usable = held.all - held.by_assessments - (0 if open_for_exams else held.by_exams)
    return BankPractice(
        state=_(CHOICES[row.practice]),
        whom=_("Everybody who can sign in") if here.unit is None
        else _("Everybody in %(unit)s and below who can sign in", unit=here.unit.name),
        usable=_("%(usable)s of %(all)s questions can be practised.", usable=usable, all=held.all),
        notes=_notes(held, open_for_exams),
        held_by=tuple(_held_by(one) for one in found.named),
        more=ngettext("%(num)s more exam may ask some.", "%(num)s more exams may ask some.", found.more)
        if found.more else "",
        draft=_(
            "A draft of an assessment holds back too: whoever has practised what it draws knows the answers, and it "
            "would measure nothing. Delete the draft, and its questions can be practised again."
        ) if any(practice_holders.is_draft(one) for one in found.named) else "",
        choices=tuple(Choice(one.value, _(label), one is row.practice) for one, label in CHOICES.items()),
        url=link("bank_practice", bank_id=row.id) if here.may_change else "",
    )  # fmt: skip


def _notes(held: HeldBack, open_for_exams: bool) -> tuple[str, ...]:
    """How many questions are held back, and why."""
    notes = []
    if held.by_assessments:
        notes.append(ngettext(
            "%(num)s question stays out because an assessment may ask it; that cannot be changed here.",
            "%(num)s questions stay out because an assessment may ask them; that cannot be changed here.",
            held.by_assessments,
        ))  # fmt: skip
    if held.by_exams and open_for_exams:
        notes.append(ngettext(
            "%(num)s question may be asked by an exam that is not over, and can be practised all the same.",
            "%(num)s questions may be asked by an exam that is not over, and can be practised all the same.",
            held.by_exams,
        ))  # fmt: skip
    elif held.by_exams:
        notes.append(ngettext(
            "%(num)s question stays out until the exam is over that may ask it and keeps its answers to itself.",
            "%(num)s questions stay out until the exams are over that may ask them and keep their answers to "
            "themselves.",
            held.by_exams,
        ))  # fmt: skip
    return tuple(notes)


def _held_by(one: Holder) -> HeldBy:
    """One exam with how much it holds back; without its name for who has no right to know of it."""
    facts = []
    if one.exam.purpose == Purpose.ASSESSMENT:
        facts.append(_(NAMES[Purpose.ASSESSMENT]))
    if one.exam.state in STATES:
        facts.append(_(STATES[one.exam.state]))
    return HeldBy(
        title=one.exam.title if one.known else _("An exam of another unit"),
        url=link("managed_exam", exam_id=one.exam.id) if one.known else "",
        facts=tuple(facts),
        count=ngettext("%(num)s question", "%(num)s questions", one.questions),
    )
