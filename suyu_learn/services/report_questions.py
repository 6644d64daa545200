"""What was answered to each question of an exam."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select, type_coerce
from sqlalchemy.orm import Session

from suyu_learn.domain.statistics import AnswerCount, QuestionNumbers, question_numbers
from suyu_learn.models import Attempt, Exam, Question, QuestionVersion, Slot, Unit
from suyu_learn.models.base import Exact
from suyu_learn.services.exam_standings import CLOSED
from suyu_learn.services.report_hiding import NOTHING_HIDDEN, Hidden, hidden_of
from suyu_learn.services.reports import Sight, own_path
from suyu_learn.services.versions import Asked, Versions

_KEY = func.coalesce(Slot.key_version_id, Slot.version_id)
OTHER = "\0other"
"""What is chosen in a question without choices: something was written."""


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """One option with its text, how often it was chosen, and whether it is right; `key` is the type's own."""

    text: str
    right: bool
    count: int
    share: Decimal | None
    hidden: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question of an exam with its figures; numbers count from the first paper on, then by uid."""

    uid: str
    version: int
    asked: Asked
    numbers: QuestionNumbers
    choices: tuple[ChoiceLine, ...]
    hidden: Hidden = NOTHING_HIDDEN
    """What would tell of few people, for somebody who may not see names."""


def question_report(
    session: Session, exam: Exam, *, sight: Sight, versions: Versions, unit: Unit | None = None,
    suppress_below: int = 0, unshown: int | None = None,
) -> tuple[QuestionLine, ...]:  # fmt: skip
    """Every question that was asked in closed attempts within sight, the hardest first; what is hidden stands last.
    Papers of `unshown`, who reads it and may not know how they did, are in no figure.

    Versions that differ in their key alone are one question, named by the newer one.
    """
    own = own_path(session, exam)
    total = type_coerce(func.sum(Slot.fraction), Exact)
    rows = session.execute(
        select(Slot.version_id, _KEY, Slot.response, func.count(), func.count(Slot.fraction), total)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .where(Attempt.exam_id == exam.id, Attempt.trial.is_(False), Attempt.state.in_(CLOSED))
        .where(seen_of(sight, unit, own), not_of(unshown))
        .group_by(Slot.version_id, _KEY, Slot.response)
    ).all()
    asked = versions.many(session, {number for row in rows for number in row[:2]})
    counted: dict[int, list[AnswerCount]] = {}
    keys: dict[int, int] = {}
    for version_id, key_id, response, count, marked, fractions in rows:
        shown = key_id if asks_alike(asked[version_id], asked[key_id]) else version_id
        keys[shown] = max(key_id, keys.get(shown, 0))
        counted.setdefault(shown, []).append(AnswerCount(response, count, marked, fractions or Decimal(0)))
    names = {row.id: (row.uid, row.number) for row in session.execute(
        select(QuestionVersion.id, Question.uid, QuestionVersion.number)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(counted))
    )}  # fmt: skip
    few = 0 if sight.names.covers((unit.path if unit else own) or None) else suppress_below
    lines = [
        _line(names[one], asked[one], answers, by=asked[keys[one]], below=few)
        for one, answers in counted.items()
        if asked[one].type.has_response
    ]
    return tuple(sorted((line for line in lines if line is not None), key=_hardest_first))


def without_answers(session: Session, exam: Exam, *, sight: Sight, unit: Unit | None = None) -> int:
    """How many papers within sight only their points are known of; they are in no figure of a question."""
    asked = select(Slot.attempt_id).where(Slot.attempt_id == Attempt.id).exists()
    return session.scalar(
        select(func.count(Attempt.id))
        .where(Attempt.exam_id == exam.id, Attempt.offline, Attempt.state.in_(CLOSED), ~asked)
        .where(seen_of(sight, unit, own_path(session, exam)))
    ) or 0  # fmt: skip


def seen_of(sight: Sight, unit: Unit | None, own: str) -> ColumnElement[bool]:
    """Which attempts are of the units in sight; those of people without a unit belong to the exam's own."""
    path = func.coalesce(func.nullif(Attempt.unit_path, ""), own)
    within: ColumnElement[bool] = literal(True)
    if not sight.numbers.everywhere:
        within = or_(literal(False), *(path.startswith(one, autoescape=True) for one in sight.numbers.paths))
    return within & path.startswith(unit.path, autoescape=True) if unit is not None else within


def not_of(person_id: int | None) -> ColumnElement[bool]:
    """Which attempts are not those of a person; all of them where nobody is named."""
    return literal(True) if person_id is None else Attempt.person_id != person_id


def asks_alike(one: Asked, other: Asked) -> bool:
    """Whether two versions differ in nothing that is asked, so that what was answered to both is counted together."""
    return one is other or (
        (one.type.code, one.stem, one.type.asked(one.content, ()))
        == (other.type.code, other.stem, other.type.asked(other.content, ()))
    )


def _line(
    name: tuple[str, int], asked: Asked, answers: list[AnswerCount], *, by: Asked, below: int
) -> QuestionLine | None:  # fmt: skip
    """The figures of a question; what is right is said by the version `by` whose key marked it."""
    choices = {choice.key: choice for choice in asked.type.choices(asked.content)}
    right = {choice.key for choice in by.type.choices(by.content) if choice.right}

    def classify(response: Any) -> list[str]:
        return [key if key in choices or not choices else OTHER for key in asked.type.classify(asked.content, response)]

    numbers = question_numbers(answers, classify=classify if choices else _written, keys=list(choices))
    if numbers is None:
        return None
    hidden = hidden_of(numbers, right, below=below) if below else NOTHING_HIDDEN
    lines = tuple(
        ChoiceLine(
            text=choices[one.key].text if one.key in choices else "",
            right=one.key in choices and one.key in right,
            count=one.count, share=one.share, hidden=one.key in hidden.options, key=one.key,
        )
        for one in numbers.choices
    )  # fmt: skip
    return QuestionLine(name[0], name[1], asked, numbers, lines, hidden)


def _written(response: Any) -> list[str]:
    return [OTHER]


def _hardest_first(line: QuestionLine) -> tuple[Decimal, str]:
    share = None if line.hidden.share_right else line.numbers.share_right
    return (Decimal(2) if share is None else share, line.uid)
