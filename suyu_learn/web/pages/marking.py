"""The pages on which people mark: which exams, which questions, one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from .common import Action, Pages, Row
from .exam_managing import ListedExam


@dataclass(frozen=True, slots=True)
class MarkingExams:
    """`marking/index.html`."""

    trail: tuple[Action, ...]
    exams: tuple[ListedExam, ...]


@dataclass(frozen=True, slots=True)
class MarkingQuestion:
    """One question with how many of its answers stand where; an empty address offers nothing."""

    stem: Markup
    type: str
    counts: tuple[Row, ...]
    mark_url: str
    mark_label: str
    ways: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkingPage:
    """`marking/exam.html`: the questions of an exam whose answers people mark."""

    trail: tuple[Action, ...]
    title: str
    lead: str
    rules: tuple[str, ...]
    questions: tuple[MarkingQuestion, ...]
    checked: tuple[MarkingQuestion, ...]
    """Questions that a machine marks and a person may look at."""


@dataclass(frozen=True, slots=True)
class ListedAnswer:
    """One answer in a list: its beginning, its mark, the way to it."""

    text: str
    mark: str
    state: str
    url: str


@dataclass(frozen=True, slots=True)
class AnswerList:
    """`marking/answers.html`."""

    trail: tuple[Action, ...]
    title: str
    stem: Markup
    note: str
    answers: tuple[ListedAnswer, ...]
    pages: Pages


@dataclass(frozen=True, slots=True)
class RubricRow:
    """Something to tick, the letter that ticks it, and the points it is worth; `exact` is for the script."""

    value: str
    letter: str
    label: str
    points: str
    exact: str
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class EarlierMark:
    """A mark that was given before: by whom, without a name, and how much."""

    label: str
    mark: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """`marking/answer.html`: one answer, without a word of who wrote it, and the form to mark it."""

    trail: tuple[Action, ...]
    title: str
    left: str
    stem: Markup
    passage: Markup | None
    answer: str
    reference: str
    rubric: tuple[RubricRow, ...]
    earlier: tuple[EarlierMark, ...]
    note: str
    form: Any
    """With `points`, `comment` and `reason`; None where there is nothing to mark for this person."""

    state: str
    seen: str
    """What the form sends back of the state and mark that it was shown with."""

    ask_reason: bool
    full: str
    step: str
    """In which steps the arrow keys change the points."""

    post_url: str
    later_url: str
    back_url: str
    button: str
