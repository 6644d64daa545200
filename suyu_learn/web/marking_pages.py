"""From the queue of answers to the pages on which people mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import request
from markupsafe import Markup

from suyu_learn.content.texts import in_words
from suyu_learn.domain.attempts import AnswerState, Projection, earned
from suyu_learn.models import Exam, OpenAnswer, Slot
from suyu_learn.services import marking_queue, marking_saving, steps
from suyu_learn.services.marking_queue import ExamQueue, QuestionQueue, Rights
from suyu_learn.services.versions import Asked
from suyu_learn.web import exam_words
from suyu_learn.web.acting import actor
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.marking import mark_form
from suyu_learn.web.i18n import N_, _, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.manage import pages as list_pages
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import Action, Row
from suyu_learn.web.pages.exam_managing import ListedExam
from suyu_learn.web.pages.marking import (
    AnswerList,
    AnswerPage,
    EarlierMark,
    ListedAnswer,
    MarkingExams,
    MarkingPage,
    MarkingQuestion,
    RubricRow,
)
from suyu_learn.web.printing import LETTERS, printed, type_name

STATES = {
    AnswerState.WAITING: N_("Waiting"),
    AnswerState.ONCE: N_("Marked once"),
    AnswerState.SETTLE: N_("To be settled"),
    AnswerState.DONE: N_("Done"),
    AnswerState.MACHINE: N_("Marked by keywords"),
}
BEGINNING = 120
HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class List:
    """A list of answers: its name, what is in it, and what to know about it."""

    code: str
    title: str
    states: tuple[AnswerState, ...]
    note: str = ""
    own: bool = False


SHOWN = {
    one.code: one
    for one in (
        List("settle", N_("To be settled"), (AnswerState.SETTLE,),
             N_("Two marks lie too far apart. A third person, or the organizer, says which mark stands.")),
        List("mine", N_("My marks"), (AnswerState.ONCE, AnswerState.DONE),
             N_("Open one to change your mark; the reason is kept, and so is what you gave before."), own=True),
        List("done", N_("Done"), (AnswerState.DONE,)),
        List("machine", N_("Marked by keywords"), (AnswerState.MACHINE,),
             N_("Those that earned least come first. Open one to give it another mark, with the reason.")),
    )
}  # fmt: skip


def exams(found: Sequence[ExamQueue]) -> MarkingExams:
    """The exams in which people mark."""
    return MarkingExams(
        trail=trail(),
        exams=tuple(
            ListedExam(
                title=one.exam.title,
                url=link("exam_marking", exam_id=one.exam.id),
                state=_(STATES[AnswerState.WAITING if one.waiting or one.to_settle else AnswerState.DONE]),
                facts=tuple(_exam_facts(one)),
                attention=bool(one.waiting or one.to_settle),
            )
            for one in found
        ),
    )


def _exam_facts(one: ExamQueue) -> list[str]:
    facts = [ngettext("%(num)s answer waits", "%(num)s answers wait", one.waiting)]
    if one.mine:
        facts.append(_("of these for you: %(count)s", count=one.mine))
    if one.to_settle:
        facts.append(ngettext("%(num)s to be settled", "%(num)s to be settled", one.to_settle))
    facts.append(_("done: %(count)s", count=one.done))
    return facts


def questions(exam: Exam, rights: Rights) -> MarkingPage:
    """The questions of an exam with how far each is."""
    found = marking_queue.questions_of(session(), exam, actor(), now=now())
    asked = learn().versions.many(session(), [one.version_id for one in found])
    waiting, closed = marking_queue.results_waiting(session(), exam)
    lead = ngettext("%(final)s of %(num)s result is final.", "%(final)s of %(num)s results are final.", closed,
                    final=closed - waiting)  # fmt: skip
    return MarkingPage(
        trail=trail((_("Marking"), link("marking_list"))),
        title=exam.title,
        lead=lead if closed else _("Nobody has handed in yet."),
        rules=tuple(_rules(exam, rights)),
        questions=tuple(_question(exam, one, asked[one.version_id], rights) for one in found if one.to_mark),
        checked=tuple(
            _checked(exam, one, asked[one.version_id]) for one in found if one.counts.get(AnswerState.MACHINE)
        ),
    )


def _rules(exam: Exam, rights: Rights) -> list[str]:
    said = [_("Names and units are not shown, and the order of the answers tells nothing.")]
    if exam.two_markers:
        said.append(
            _("Two people mark each answer. Up to a difference of %(share)s of the points the mean stands; beyond it "
              "somebody else settles.", share=exam_words.percent(exam.marks_apart))
        )  # fmt: skip
    if not rights.mark:
        said.append(_("You organize this exam: you see how far the marking is, and settle. Marking needs the role of "
                      "a marker."))  # fmt: skip
    return said


def _question(exam: Exam, one: QuestionQueue, asked: Asked, rights: Rights) -> MarkingQuestion:
    here = {"exam_id": exam.id, "question_id": one.question_id}
    states = [AnswerState.WAITING, AnswerState.DONE]
    if exam.two_markers:
        states[1:1] = [AnswerState.ONCE, AnswerState.SETTLE]
    counts = [Row(_(STATES[state]), str(one.counts.get(state, 0))) for state in states]
    if one.in_hand:
        counts.append(Row(_("In other hands now"), str(one.in_hand)))
    ways = [("settle", one.counts.get(AnswerState.SETTLE, 0)), ("mine", 1 if rights.mark else 0),
            ("done", one.counts.get(AnswerState.DONE, 0) if rights.settle else 0)]  # fmt: skip
    return MarkingQuestion(
        stem=printed(asked).stem,
        type=type_name(asked.type.code),
        counts=tuple(counts),
        mark_url=link("mark_next", **here) if rights.mark and one.mine else "",
        mark_label=ngettext("Mark (%(num)s)", "Mark (%(num)s)", one.mine),
        ways=tuple(Action(_(SHOWN[code].title), link("marking_answers", **here, show=code))
                   for code, there in ways if there),
    )  # fmt: skip


def _checked(exam: Exam, one: QuestionQueue, asked: Asked) -> MarkingQuestion:
    here = {"exam_id": exam.id, "question_id": one.question_id}
    return MarkingQuestion(
        stem=printed(asked).stem,
        type=type_name(asked.type.code),
        counts=(Row(_(STATES[AnswerState.MACHINE]), str(one.counts[AnswerState.MACHINE])),),
        mark_url="",
        mark_label="",
        ways=(Action(_("Look at them"), link("marking_answers", **here, show="machine")),),
    )


def answers(
    exam: Exam, question_id: int, show: List, found: Sequence[tuple[OpenAnswer, Slot]], total: int, page: int
) -> AnswerList:
    """A list of answers to one question."""
    asked = learn().versions.many(session(), [slot.version_id for _answer, slot in found])
    stem = printed(asked[found[0][1].version_id]).stem if found else Markup()
    return AnswerList(
        trail=_trail(exam),
        title=_(show.title),
        stem=stem,
        note=_(show.note) if show.note else "",
        answers=tuple(
            ListedAnswer(
                text=_beginning(asked[slot.version_id], slot),
                mark=_mark(slot) or "",
                state=_(STATES[answer.state]),
                url=link("mark_answer", exam_id=exam.id, answer_key=answer.key),
            )
            for answer, slot in found
        ),
        pages=list_pages(page, total, 50, "marking_answers", exam_id=exam.id, question_id=question_id, show=show.code),
    )


def answer(exam: Exam, found: OpenAnswer, rights: Rights, *, form: Form | None) -> AnswerPage:
    """One answer; `form` where what was typed comes back."""
    person, slot = actor(), marking_queue.slot_of(session(), found)
    asked = learn().versions.get(session(), slot.version_id)
    truth = steps.projected(session(), found.attempt)
    state, may = _what_to_do(found, rights)
    form = form or mark_form(ask_reason=asks_reason(state))
    queue = {one.question_id: one for one in marking_queue.questions_of(session(), exam, person, now=now())}
    left = queue[found.question_id].mine if state == AnswerState.WAITING and found.question_id in queue else 0
    here = {"exam_id": exam.id, "question_id": found.question_id}
    return AnswerPage(
        trail=_trail(exam),
        title=_(_TITLES[state]),
        left=ngettext("%(num)s answer waits for you, this one included",
                      "%(num)s answers wait for you, this one included", left) if left else "",
        stem=printed(asked).stem,
        passage=_passage(found, slot),
        answer=asked.type.summarise(asked.content, slot.response),
        reference=asked.type.key_in_words(asked.content),
        rubric=_rubric(asked, slot) if may else (),
        earlier=tuple(_earlier(found, slot, truth, rights)),
        note="" if may else _(_WHY_NOT[state]),
        form=form if may else None,
        state=state,
        seen="" if slot.fraction is None else str(slot.fraction),
        ask_reason="reason" in form,
        full=number(slot.points),
        step="0.5" if slot.points >= 2 else "0.1",
        post_url=link("mark_answer_post", exam_id=exam.id, answer_key=found.key),
        later_url=link("mark_next", **here, after=found.key) if left > 1 else "",
        back_url=link("exam_marking", exam_id=exam.id),
        button=_("Save and next") if left > 1 else _("Save"),
    )  # fmt: skip


def asks_reason(state: str) -> bool:
    """Whether a mark in this state is a change, which needs a reason."""
    return state in (AnswerState.ONCE, AnswerState.DONE, AnswerState.MACHINE)


_TITLES = {
    AnswerState.WAITING: N_("Mark an answer"),
    AnswerState.ONCE: N_("Change your mark"),
    AnswerState.SETTLE: N_("Settle two marks"),
    AnswerState.DONE: N_("Change a mark"),
    AnswerState.MACHINE: N_("Change the mark of a machine"),
}
_WHY_NOT = {
    AnswerState.WAITING: N_("This answer waits for a marker."),
    AnswerState.ONCE: N_("This answer waits for a second marker."),
    AnswerState.SETTLE: N_("You gave one of the two marks. A third person, or the organizer, settles."),
    AnswerState.DONE: N_("Whoever gave this mark, or the organizer, can change it."),
    AnswerState.MACHINE: N_("A marker can change this mark."),
}


def _what_to_do(found: OpenAnswer, rights: Rights) -> tuple[AnswerState, bool]:
    """As what the answer is shown, and whether this person may give it a mark."""
    person, state = actor(), found.state
    mine = person.id == found.first_id
    if state is AnswerState.WAITING or (state is AnswerState.ONCE and not mine):
        return AnswerState.WAITING, rights.mark and found.attempt.person_id != person.id
    if state is AnswerState.SETTLE:
        return state, marking_saving.may_settle(found, rights, person)
    return state, marking_saving.may_correct(session(), found, rights, person)


def _earlier(found: OpenAnswer, slot: Slot, truth: Projection, rights: Rights) -> list[EarlierMark]:
    """What was given before, where it does not sway a second marker; no names."""
    person, singles = actor(), truth.singles.get(found.slot, {})
    rows = []
    if found.state is AnswerState.ONCE and person.id in singles:
        rows.append(EarlierMark(_("Your mark"), _points(slot, singles[person.id])))
    if found.state in (AnswerState.SETTLE, AnswerState.DONE):
        for place, (marker, fraction) in enumerate(singles.items(), start=1):
            label = _("Your mark") if marker == person.id else _("Mark %(number)s", number=place)
            rows.append(EarlierMark(label, _points(slot, fraction)))
    if slot.fraction is not None:
        rows.append(EarlierMark(_("Stands now"), _points(slot, slot.fraction)))
    return rows


def _points(slot: Slot, fraction: Decimal) -> str:
    return _("%(earned)s of %(points)s", earned=number(earned(slot.points, fraction)), points=number(slot.points))


def _mark(slot: Slot) -> str | None:
    return None if slot.fraction is None else _points(slot, slot.fraction)


def _rubric(asked: Asked, slot: Slot) -> tuple[RubricRow, ...]:
    ticked = set(request.form.getlist("tick"))
    return tuple(
        RubricRow(
            value=str(place),
            letter=LETTERS[place].lower() if place < len(LETTERS) else "",
            label=in_words(one.label, asked.text_format),
            points=number(earned(slot.points, one.share)),
            exact=str(earned(slot.points, one.share)),
            ticked=str(place) in ticked,
        )
        for place, one in enumerate(asked.type.rubric(asked.content))
    )


def _passage(found: OpenAnswer, slot: Slot) -> Markup | None:
    if slot.parent_number is None:
        return None
    parent = session().get_one(Slot, (found.attempt_id, slot.parent_number))
    return printed(learn().versions.get(session(), parent.version_id)).stem


def _beginning(asked: Asked, slot: Slot) -> str:
    text = " ".join(asked.type.summarise(asked.content, slot.response).split())
    return text if len(text) <= BEGINNING else f"{text[:BEGINNING]}…"


def _trail(exam: Exam) -> tuple[Action, ...]:
    return trail((_("Marking"), link("marking_list")), (exam.title, link("exam_marking", exam_id=exam.id)))
