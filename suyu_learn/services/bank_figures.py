"""What attempts tell of the questions of a bank; trials and voided attempts are left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, Select, case, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from suyu_learn.content.texts import in_words
from suyu_learn.domain.statistics import (
    AnswerCount,
    ItemSums,
    QuestionNumbers,
    Spent,
    discrimination,
    exposure,
    observed_difficulty,
    question_numbers,
)
from suyu_learn.models import Attempt, Bank, Question, QuestionVersion, Slot
from suyu_learn.models.base import Exact
from suyu_learn.services.exam_standings import CLOSED
from suyu_learn.services.question_times import NEWEST, NEWEST_OF_A_BANK, times_of
from suyu_learn.services.versions import Asked, Versions

OTHER = "\0other"
FEWEST = 5
"""People below whom nothing is told to somebody who may not see persons, and attempts below which no time is told."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of one question, over all its versions; options and keys are those of the published one."""

    asked: int
    people: int
    marked: int
    share_right: Decimal | None
    omitted: int
    discrimination: Decimal | None
    observed: str | None
    exposure: Decimal | None
    drawn: int
    """Papers of the exams in which it was asked."""

    spent: Spent | None
    """How long it took; None where no attempt tells."""

    choices: tuple[tuple[str, bool, int, Decimal | None], ...]
    """Each option's text, whether it is right, how often it was chosen, and its share."""

    @property
    def time(self) -> Spent | None:
        """How long it took, where enough attempts tell to say so."""
        return self.spent if self.spent is not None and self.spent.count >= FEWEST else None

    @property
    def timed(self) -> int:
        """Attempts that tell how long it took."""
        return 0 if self.spent is None else self.spent.count

    @property
    def nobody_takes(self) -> tuple[str, ...]:
        """Wrong options that nobody chose, where enough people were asked to expect it."""
        if self.asked < 4 * FEWEST:
            return ()
        return tuple(text for text, right, count, _share in self.choices if not right and not count)


def of_question(
    session: Session, question: Question, *, versions: Versions, suppress: bool = False
) -> Figures | None:  # fmt: skip
    """The figures of one question; None while nobody was asked, or too few for who may not see persons."""
    which = Question.id == question.id
    return _figures(session, which, versions=versions, suppress=suppress, newest=NEWEST).get(question.id)


def of_bank(session: Session, row: Bank, *, versions: Versions, suppress: bool = False) -> dict[int, Figures]:
    """The same of every question of a bank that was asked, by the question's id."""
    return _figures(session, Question.bank_id == row.id, versions=versions, suppress=suppress, newest=NEWEST_OF_A_BANK)


def _figures(
    session: Session, which: ColumnElement[bool], *, versions: Versions, suppress: bool, newest: int
) -> dict[int, Figures]:
    answers, version_ids = _answers(session, which)
    if not answers:
        return {}
    sums, people = _sums(session, which)
    drawn = _drawn(session, which)
    times = times_of(session, which, newest=newest)
    version_ids.update(_published(session, version_ids))
    asked = versions.many(session, version_ids.values())
    found = {}
    for number, counted in answers.items():
        numbers, choices = _numbers(asked[version_ids[number]], counted)
        if numbers is None or (suppress and people[number] < FEWEST):
            continue
        found[number] = Figures(
            asked=numbers.asked, people=people[number], marked=numbers.marked, share_right=numbers.share_right,
            omitted=numbers.omitted, discrimination=discrimination(sums[number]) if number in sums else None,
            observed=observed_difficulty(numbers.share_right), exposure=exposure(numbers.asked, drawn.get(number, 0)),
            drawn=drawn.get(number, 0), spent=times.get(number), choices=choices,
        )  # fmt: skip
    return found


def _slots(which: ColumnElement[bool], *columns: Any) -> Select[Any]:
    return (
        select(QuestionVersion.question_id, *columns)
        .select_from(Slot)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == Slot.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(which, Attempt.trial.is_(False), Attempt.state.in_(CLOSED))
    )


def _answers(session: Session, which: ColumnElement[bool]) -> tuple[dict[int, list[AnswerCount]], dict[int, int]]:
    """How often each response was given, and the newest version that was asked."""
    total = type_coerce(func.sum(Slot.fraction), Exact)
    rows = session.execute(
        _slots(which, Slot.version_id, Slot.response, func.count(), func.count(Slot.fraction), total)
        .group_by(QuestionVersion.question_id, Slot.version_id, Slot.response)
    )  # fmt: skip
    answers: dict[int, list[AnswerCount]] = {}
    newest: dict[int, int] = {}
    for number, version_id, response, count, marked, fractions in rows:
        answers.setdefault(number, []).append(AnswerCount(response, count, marked, fractions or Decimal(0)))
        newest[number] = max(version_id, newest.get(number, 0))
    return answers, newest


def _sums(session: Session, which: ColumnElement[bool]) -> tuple[dict[int, ItemSums], dict[int, int]]:
    """The sums that a correlation needs, made by the database, and how many people were asked."""
    scale = 1_000_000.0
    x = cast(type_coerce(Slot.fraction, Integer), Float) / scale
    points = cast(type_coerce(Slot.points, Integer), Float) / scale
    earned = cast(type_coerce(Attempt.points, Integer), Float) / scale
    full = cast(type_coerce(Attempt.full_points, Integer), Float) / scale
    y = (earned - x * points) / func.nullif(full - points, 0.0)
    whole = case((y.is_not(None) & x.is_not(None), 1.0), else_=None)
    rows = session.execute(
        _slots(which, func.count(whole), func.sum(x * whole), func.sum(x * x * whole), func.sum(y), func.sum(y * y),
               func.sum(x * y), func.count(Attempt.person_id.distinct()))
        .group_by(QuestionVersion.question_id)
    ).all()  # fmt: skip
    sums = {row[0]: ItemSums(row[1], *(float(one or 0) for one in row[2:7])) for row in rows}
    return sums, {row[0]: row[7] for row in rows}


def _published(session: Session, numbers: Iterable[int]) -> dict[int, int]:
    """The version whose key holds now, which may be newer than any that was asked."""
    wanted, found = sorted(numbers), dict[int, int]()
    for start in range(0, len(wanted), 500):
        rows = select(Question.id, Question.published_version_id).where(
            Question.id.in_(wanted[start : start + 500]), Question.published_version_id.is_not(None)
        )
        found.update((number, version) for number, version in session.execute(rows) if version is not None)
    return found


def _drawn(session: Session, which: ColumnElement[bool]) -> dict[int, int]:
    """The papers of all exams in which each question was asked."""
    exams = _slots(which, Attempt.exam_id).distinct().subquery()
    papers = (
        select(Attempt.exam_id, func.count().label("papers"))
        .where(Attempt.trial.is_(False), Attempt.state.in_(CLOSED)).group_by(Attempt.exam_id).subquery()
    )  # fmt: skip
    rows = session.execute(
        select(exams.c.question_id, func.sum(papers.c.papers))
        .join(papers, papers.c.exam_id == exams.c.exam_id).group_by(exams.c.question_id)
    )  # fmt: skip
    return {number: int(count) for number, count in rows}


def _numbers(
    asked: Asked, counted: Iterable[AnswerCount]
) -> tuple[QuestionNumbers | None, tuple[tuple[str, bool, int, Decimal | None], ...]]:
    choices = {choice.key: choice for choice in asked.type.choices(asked.content)}

    def classify(response: Any) -> Sequence[str]:
        if not choices:
            return [OTHER]
        return [key if key in choices else OTHER for key in asked.type.classify(asked.content, response)]

    numbers = question_numbers(counted, classify=classify, keys=list(choices))
    if numbers is None:
        return None, ()
    lines = tuple(
        (in_words(choices[one.key].text, asked.text_format), choices[one.key].right, one.count, one.share)
        for one in numbers.choices if one.key in choices
    )  # fmt: skip
    return numbers, lines
