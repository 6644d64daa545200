"""The pages on which appeals are answered."""

from __future__ import annotations

from dataclasses import dataclass

from .bank import QuestionSeen
from .common import Action
from .exam_managing import ListedExam


@dataclass(frozen=True, slots=True)
class AppealExams:
    """`appeals/index.html`: the exams that have appeals."""

    trail: tuple[Action, ...]
    exams: tuple[ListedExam, ...]


@dataclass(frozen=True, slots=True)
class AppealLine:
    """One appeal in a list of those who answer."""

    number: int
    who: str
    made: str
    text: str
    response: str
    """What was answered to the question, in words; empty for an appeal about the whole paper."""

    open: bool
    ticked: bool
    own: bool
    """Whether somebody else has to answer it."""

    verdict: str = ""
    accepted: bool = False
    answer: str = ""
    by: str = ""
    paper_url: str = ""
    """The marked paper of who appealed; empty for who may not see it."""


@dataclass(frozen=True, slots=True)
class AppealGroup:
    """All appeals about one question, with the form that answers those ticked."""

    anchor: str
    question: str
    """What the form sends to say which group it is about."""

    heading: str
    counts: str
    seen: QuestionSeen | None
    lines: tuple[AppealLine, ...]
    may_answer: bool
    note: str = ""
    """What is still to be done about the key once an appeal was accepted."""

    ways: tuple[Action, ...] = ()
    text: str = ""
    verdict: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class AppealsPage:
    """`appeals/exam.html`: the appeals of an exam by question."""

    trail: tuple[Action, ...]
    title: str
    lead: str
    note: str
    groups: tuple[AppealGroup, ...]
    post_url: str
