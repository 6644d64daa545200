"""Practice: the banks, one bank, a question before and after it is answered, and mock exams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from .common import Action, Choice
from .sitting import PaperQuestion, ReviewedQuestion


@dataclass(frozen=True, slots=True)
class PracticeBank:
    """A bank in the list, all of it one link."""

    name: str
    url: str
    lang: str
    facts: tuple[str, ...]
    share: int
    """How much of it was practised, in whole percent, for the bar beside the words."""

    notebook: str = ""
    """How many mistakes wait; empty where there are none."""


@dataclass(frozen=True, slots=True)
class ExamMock:
    """A mock exam as an exam will be; on the page of its bank `url` is where it begins."""

    title: str
    lang: str
    facts: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class PracticeHome:
    """`practice/index.html`."""

    banks: tuple[PracticeBank, ...]
    mocks: tuple[ExamMock, ...] = ()


@dataclass(frozen=True, slots=True)
class WayOn:
    """One way of practising, all of it one link."""

    name: str
    url: str
    note: str
    sign: str


@dataclass(frozen=True, slots=True)
class Part:
    """A topic or a type of a bank, with how many questions it has."""

    name: str
    url: str
    count: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class PracticeOverview:
    """`practice/bank.html`: the ways of practising with one bank."""

    name: str
    lang: str
    home_url: str
    facts: tuple[str, ...]
    share: int
    ways: tuple[WayOn, ...]
    topics: tuple[Part, ...]
    types: tuple[Part, ...]
    mock_url: str
    form: Any
    """Of a mock exam: has `questions` and `minutes`."""

    running: Action | None
    """The mock exam that still runs."""

    mocks: tuple[Action, ...]
    """The latest that are over, each with its score."""

    exam_mocks: tuple[ExamMock, ...] = ()
    """Mock exams as exams will be, with the questions of this bank."""


@dataclass(frozen=True, slots=True)
class Star:
    """Whether a question is among one's favourites, and where one says so."""

    url: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """`practice/ask.html`: one question, without its key."""

    bank: str
    bank_url: str
    way: str
    place: str
    lang: str
    question: PaperQuestion
    passage: Markup | None
    url: str
    next_url: str
    """Where one leaves it unanswered; empty in the notebook, which would ask it again."""

    question_id: int
    form_key: str
    star: Star


@dataclass(frozen=True, slots=True)
class Told:
    """`practice/told.html`: one question with its answer, after answering or instead of it."""

    bank: str
    bank_url: str
    way: str
    place: str
    lang: str
    question: ReviewedQuestion
    passage: Markup | None
    answered: bool
    """Whether somebody has answered it; else the answer is shown at once."""

    judged: str
    """Right or wrong in words, or why nobody can tell."""

    note: str
    """What that means for the notebook."""

    next_url: str
    question_id: int
    star: Star
    form_key: str = ""
    judge_url: str = ""
    """Where one says oneself whether it was right; empty where that is known."""

    by_oneself: bool = False


@dataclass(frozen=True, slots=True)
class Through:
    """`practice/through.html`: a way is at its end, or there is nothing in it."""

    bank: str
    bank_url: str
    way: str
    sentence: str
    again_url: str
    """Where a new round begins; empty where there is nothing to begin."""


@dataclass(frozen=True, slots=True)
class MockNumber:
    """A place of a mock exam, with the page it stands on."""

    number: int
    url: str
    page: int
    answered: bool


@dataclass(frozen=True, slots=True)
class MockPaper:
    """`practice/mock.html`: one page of a mock exam."""

    title: str
    lang: str
    questions: tuple[PaperQuestion, ...]
    passages: Mapping[int, Markup]
    """What stands above a question and those that follow, by its slot."""

    place: str
    remaining: int
    deadline: str
    url: str
    previous: int | None
    next: int | None
    page: int
    numbers: tuple[MockNumber, ...]
    dropped: str
    """How many questions an exam has claimed meanwhile; empty where none."""


@dataclass(frozen=True, slots=True)
class MockReview:
    """`practice/mock_review.html`: what is unanswered, before handing in."""

    title: str
    unanswered: tuple[MockNumber, ...]
    count: int
    deadline: str
    url: str
    back_url: str
    dropped: str


@dataclass(frozen=True, slots=True)
class MockResult:
    """`practice/mock_result.html`: what came of it, question by question."""

    title: str
    lang: str
    score: str
    facts: tuple[str, ...]
    questions: tuple[ReviewedQuestion, ...]
    dropped: str
    """How many an exam claimed while it ran; they are neither shown nor counted."""

    hidden: str
    """How many are not shown, since an exam may ask them by now."""

    bank_url: str


@dataclass(frozen=True, slots=True)
class HeldBy:
    """An exam that holds questions back."""

    title: str
    url: str
    """Its page; empty for who has no right to it."""

    facts: tuple[str, ...]
    count: str


@dataclass(frozen=True, slots=True)
class BankPractice:
    """What the page of a bank says of practice."""

    state: str
    whom: str
    usable: str
    """How many of its questions can be practised."""

    notes: tuple[str, ...]
    """How many are held back, and why."""

    held_by: tuple[HeldBy, ...]
    more: str
    draft: str
    """Why a draft of an assessment holds back too; empty where none does."""

    choices: tuple[Choice, ...]
    url: str
    """Where it is opened or closed; empty for who may only look."""
