"""From an attempt to the pages that show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from suyu_learn.content.texts import render, render_inline, unbroken, with_blanks
from suyu_learn.domain.attempts import AttemptState, Projection, earned
from suyu_learn.models import Attempt, Exam, Person, Shown, Slot
from suyu_learn.services import exams, steps
from suyu_learn.services.sitting import OpenedPaper
from suyu_learn.services.versions import Asked
from suyu_learn.web.context import learn, now
from suyu_learn.web.exams import another, contact_of
from suyu_learn.web.i18n import N_, _, local_time, number
from suyu_learn.web.identity import current_person
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action
from suyu_learn.web.pages.sitting import (
    OpenQuestion,
    Paper,
    PaperBlank,
    PaperChoice,
    PaperQuestion,
    PaperSection,
    Result,
    ResultState,
    Review,
    ReviewedChoice,
    ReviewedQuestion,
    Verdict,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TYPE_NAMES = {
    "true_false": N_("True or false"),
    "single": N_("Single choice"),
    "multiple": N_("Multiple choice"),
    "fill_in": N_("Fill in the blanks"),
    "numeric": N_("Number"),
    "matching": N_("Matching"),
    "ordering": N_("Ordering"),
    "cloze": N_("Text with gaps"),
    "short_answer": N_("Short answer"),
    "essay": N_("Essay"),
    "group": N_("Group of questions"),
}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TRUTH = {"true": N_("Right"), "false": N_("Wrong")}


@dataclass(frozen=True, slots=True)
class Printed:
    """What is printed of a version, made once: its stem and the text of each choice."""

    stem: Markup
    choices: Mapping[str, Markup]
    blanks: int


@lru_cache(maxsize=8192)
def _printed(text_format: str, stem: str, choices: tuple[tuple[str, str], ...], blanks: int) -> Printed:
    return Printed(
        stem=unbroken(render(with_blanks(stem), text_format)) if blanks else render(stem, text_format),
        choices={key: render_inline(text, text_format) for key, text in choices},
        blanks=blanks,
    )


def printed(asked: Asked) -> Printed:
    """The printed form of a version, from memory after its first use."""
    if asked.type.code == "true_false":
        choices: tuple[tuple[str, str], ...] = tuple((key, _(text)) for key, text in TRUTH.items())
    else:
        choices = tuple((choice.key, choice.text) for choice in asked.type.choices(asked.content))
    blanks = len(getattr(asked.content, "blanks", ()))
    return _printed(asked.text_format, asked.stem, () if blanks else choices, blanks)


def paper_page(session: Session, opened: OpenedPaper, person: Person) -> Paper:
    """The paper in its new epoch, with what was saved and without any key."""
    attempt, projection = opened.attempt, opened.projection
    asked = learn().versions.many(session, [slot.version_id for slot in opened.slots])
    questions = [(slot, _question(slot, asked[slot.version_id], projection)) for slot in opened.slots]
    key = attempt.key
    return Paper(
        key=key,
        title=attempt.exam.title,
        epoch=attempt.epoch,
        remaining=max(0, int((attempt.deadline - now()).total_seconds())),
        deadline=local_time(attempt.deadline),
        person=person.name,
        person_key=person.key,
        unit=attempt.unit_names,
        sections=tuple(_sections(questions)),
        save_all_url=link("save_answers", key=key),
        save_page_url=link("save_page", key=key),
        submit_url=link("submit_attempt", key=key),
        result_url=link("result", key=key),
        sign_in_url=_way_back(attempt),
        csrf_token=generate_csrf(),
        trial=attempt.trial,
        contact=contact_of(attempt.exam),
    )


def _question(slot: Slot, asked: Asked, projection: Projection) -> PaperQuestion:
    shown = printed(asked)
    response = projection.responses.get(slot.number)
    chosen = set(keys_of(response))
    order = slot.option_order or list(shown.choices)
    filled: Sequence[str] = response if shown.blanks and isinstance(response, list) else [""] * shown.blanks
    return PaperQuestion(
        slot=slot.number,
        number=str(slot.number),
        type=asked.type.code,
        points=_("%(points)s points", points=number(slot.points)),
        stem=shown.stem,
        choices=tuple(
            PaperChoice(key, LETTERS[place], shown.choices[key], key in chosen) for place, key in enumerate(order)
        ) if not shown.blanks else (),
        blanks=tuple(PaperBlank(place, value) for place, value in enumerate(filled, start=1)),
        seq=projection.next_seq(slot.number),
        answered=asked.type.is_complete(asked.content, response),
    )  # fmt: skip


def keys_of(response: Any) -> Iterable[str]:
    """The keys of the choices that a response contains."""
    if isinstance(response, bool):
        return ("true" if response else "false",)
    if isinstance(response, str):
        return (response,)
    return response or ()


def _sections(questions: Sequence[tuple[Slot, PaperQuestion]]) -> Iterable[PaperSection]:
    for code, members in groupby(questions, key=lambda pair: pair[1].type):
        section = list(members)
        each = {slot.points for slot, _question in section}
        points = _("%(points)s points each", points=number(each.pop())) if len(each) == 1 else ""
        yield PaperSection(
            name=_(TYPE_NAMES.get(code, code)),
            count=len(section),
            points=points,
            questions=tuple(question for _slot, question in section),
        )


def review_page(session: Session, attempt: Attempt) -> Review:
    """Which questions have no complete answer yet."""
    projection = steps.projected(session, attempt)
    slots = steps.slots_of(session, attempt)
    asked = learn().versions.many(session, [slot.version_id for slot in slots])
    back = link("attempt", key=attempt.key)
    return Review(
        title=attempt.exam.title,
        unanswered=tuple(
            OpenQuestion(str(slot.number), f"{back}#q-{slot.number}")
            for slot in slots
            if not asked[slot.version_id].type.is_complete(
                asked[slot.version_id].content, projection.responses.get(slot.number)
            )
        ),
        count=len(slots),
        deadline=local_time(attempt.deadline),
        back_url=back,
        submit_url=link("submit_attempt", key=attempt.key),
        csrf_token=generate_csrf(),
        epoch=attempt.epoch,
    )


def result_page(session: Session, attempt: Attempt, person: Person) -> Result:
    """What the exam's policy opens of a closed attempt."""
    exam = attempt.exam
    if attempt.state is AttemptState.VOIDED:
        state = ResultState.VOIDED
    else:
        state = ResultState.MARKED if attempt.points is not None else ResultState.WAITING
    shown = exams.shown_now(session, exam, now=now(), grace=learn().grace)
    score = exam.show_score in shown and state is ResultState.MARKED
    key, explained = exam.show_key in shown, exam.show_explanation in shown
    questions: tuple[ReviewedQuestion, ...] = ()
    if score and (key or explained):
        slots = steps.slots_of(session, attempt)
        asked = learn().versions.many(session, [slot.version_id for slot in slots])
        questions = tuple(_reviewed(slot, asked[slot.version_id], key=key, explained=explained) for slot in slots)
    again = not attempt.trial and exams.attempts_left(exam, exams.attempts_of(session, exam, person)) > 0
    return Result(
        key=attempt.key,
        title=exam.title,
        state=state,
        submitted_at=local_time(attempt.closed_at),
        receipt=attempt.key[:8].upper(),
        points=number(attempt.points) if score else None,
        out_of=number(attempt.full_points) if score else None,
        passed=attempt.passed if score else None,
        pass_mark=number(exam.pass_share * attempt.full_points) if score else "",
        why_hidden=_why_hidden(exam, score=score, key=key),
        questions=questions,
        next=Action(_("Try again"), link("exam", exam_id=exam.id)) if again else None,
        trial=attempt.trial,
        person_key=person.key,
        person=person.name,
        unit=attempt.unit_names,
        contact=contact_of(exam),
        another=another(exam),
        home_url=link("home") if current_person() is not None else None,
    )


def _way_back(attempt: Attempt) -> str:
    """Where one signs in again when the sign-in has ended during the paper: the same way one came."""
    if current_person() is None:
        return link("join_exam", code=attempt.exam.code)
    return link("login", next=link("attempt", key=attempt.key))


def _why_hidden(exam: Exam, *, score: bool, key: bool) -> str | None:
    if not score and exam.show_score is Shown.AFTER_CLOSE:
        return _("Your answers are in. The score is shown after %(time)s.", time=local_time(exam.closes_at))
    if not score and exam.show_score is Shown.NEVER:
        return _("Your answers are in. This exam shows no scores; ask its organizer.")
    if score and not key and exam.show_key is Shown.AFTER_CLOSE:
        return _("The right answers are shown after %(time)s.", time=local_time(exam.closes_at))
    return None


def _reviewed(slot: Slot, asked: Asked, *, key: bool, explained: bool) -> ReviewedQuestion:
    shown = printed(asked)
    kind, content = asked.type, asked.content
    chosen = set(keys_of(slot.response))
    right = {choice.key for choice in kind.choices(content) if choice.right}
    fraction = slot.fraction or Decimal(0)
    return ReviewedQuestion(
        number=str(slot.number),
        type=kind.code,
        stem=shown.stem,
        choices=tuple(
            ReviewedChoice(LETTERS[place], shown.choices[one], one in chosen, one in right if key else None, one)
            for place, one in enumerate(slot.option_order or list(shown.choices))
        ) if shown.choices else None,
        response=kind.summarise(content, slot.response) if slot.response is not None else "",
        right=kind.summarise(content, kind.key(content)) if key else None,
        explanation=explanation_of(asked) if explained else None,
        mark=_("%(earned)s of %(points)s", earned=number(earned(slot.points, fraction)), points=number(slot.points)),
        verdict=_verdict(slot, fraction),
    )  # fmt: skip


def explanation_of(asked: Asked) -> Markup | None:
    """Why the right answer is right, with its source."""
    if not asked.explanation:
        return None
    text = render(asked.explanation, asked.text_format)
    if asked.source:
        text += Markup('<p class="sl-source">{}</p>').format(_("Source: %(source)s", source=asked.source))
    return text


def _verdict(slot: Slot, fraction: Decimal) -> Verdict:
    if slot.response is None:
        return Verdict.EMPTY
    if fraction == 1:
        return Verdict.RIGHT
    return Verdict.PARTLY if fraction else Verdict.WRONG
