"""The paper, the question before handing in, and the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Any

from markupsafe import Markup

from .common import Action, Another, Contact


@dataclass(frozen=True, slots=True)
class PaperChoice:
    """An option as the learner sees it: `letter` is its place on this paper only."""

    key: str
    letter: str
    text: Markup
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class PaperBlank:
    """A blank to fill in, with what was saved."""

    number: int
    value: str = ""


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question without key, mark or explanation; `type` names the folder of its templates."""

    slot: int
    number: str
    type: str
    points: str
    stem: Markup
    choices: tuple[PaperChoice, ...] = ()
    blanks: tuple[PaperBlank, ...] = ()
    pieces: tuple[Markup, ...] = ()
    """The stem cut at its gaps, one piece more than there are gaps; empty where nothing stands within the sentence."""

    asked: Mapping[str, Any] = field(default_factory=dict)
    """All that the question's type asks, texts as HTML and, beside each `text`, its words as `plain`."""

    response: Any = None
    """The saved response as the type keeps it; None while there is none."""

    seq: int = 0
    parent: int | None = None
    """What the questions of one passage have in common; None for a question that stands alone."""

    parent_stem: Markup | None = None
    """The passage of a group, given with the first of its questions."""

    answered: bool = False
    fault: str = ""
    """Why what was typed could not be read; `response` is then what was typed, and nothing of it is saved."""

    @property
    def described(self) -> str:
        """The ids of what describes its fields."""
        return f"stem-{self.slot} fault-{self.slot}" if self.fault else f"stem-{self.slot}"


@dataclass(frozen=True, slots=True)
class PaperBlock:
    """Questions below one passage, or questions that stand alone."""

    passage: Markup | None
    questions: tuple[PaperQuestion, ...]


@dataclass(frozen=True, slots=True)
class PaperSection:
    """The questions of one kind, under their heading."""

    name: str
    count: int
    points: str
    questions: tuple[PaperQuestion, ...]

    @property
    def blocks(self) -> tuple[PaperBlock, ...]:
        """The questions, those of one passage together."""
        together = (list(block) for _parent, block in groupby(self.questions, key=lambda one: one.parent))
        return tuple(PaperBlock(block[0].parent_stem, tuple(block)) for block in together)


@dataclass(frozen=True, slots=True)
class Guard:
    """What the page of a paper does for the integrity rules; what is empty, it does not do."""

    leaves_url: str = ""
    """Where leaves are told."""

    count: int = 0
    warning: str = ""
    """With {seconds} and {count} in it, for the script to fill in."""

    limit: str = ""
    watermark: str = ""
    let_go_url: str = ""
    """Where the paper is let go on elsewhere."""


@dataclass(frozen=True, slots=True)
class Paper:
    """`sitting/paper.html`: the whole paper with what was saved."""

    key: str
    title: str
    epoch: int
    remaining: int | None
    """Seconds left; None where the exam has no time limit."""

    deadline: str
    person: str
    person_key: str
    """What the browser keeps waiting answers apart by; says nothing about the person."""

    unit: str
    sections: tuple[PaperSection, ...]
    save_all_url: str
    """PUT a list here; one answer goes to the same address with `/<slot>` behind it."""

    save_page_url: str
    """Where the form posts without script: buttons `action=save` and `action=review`."""

    submit_url: str
    result_url: str
    cover_url: str
    """The exam's page, from which one goes on."""

    sign_in_url: str
    """The sign-in page that comes back to this paper."""

    csrf_token: str
    trial: bool = False
    contact: Contact = Contact()
    hand_in_from: str = ""
    """While it is too early to hand in: from when it is possible."""

    paused: bool = False
    """No time runs; what is answered meanwhile is kept."""

    paused_because: str = ""
    """Why, in a sentence."""

    typed_for: str = ""
    """The name of the person for whom somebody else types on this page."""

    stop_url: str = ""
    """Where who types for somebody saves and leaves."""

    kept: tuple[str, ...] = ()
    """Numbers of the questions of which an answer came that did not count, until the person decides."""

    kept_url: str = ""
    guard: Guard | None = None
    """Of the integrity rules; None where none holds."""

    @property
    def questions(self) -> tuple[PaperQuestion, ...]:
        """All questions in the order of the paper."""
        return tuple(question for section in self.sections for question in section.questions)

    @property
    def answered_count(self) -> int:
        """How many have an answer."""
        return sum(question.answered for question in self.questions)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that has no complete answer yet, with the way back to it."""

    number: str
    url: str


@dataclass(frozen=True, slots=True)
class Review:
    """`sitting/review.html`: what is unanswered, before handing in."""

    title: str
    unanswered: tuple[OpenQuestion, ...]
    count: int
    deadline: str
    back_url: str
    submit_url: str
    csrf_token: str
    epoch: int
    hand_in_from: str = ""
    """While it is too early to hand in: from when it is possible; there is no button then."""


class ResultState(StrEnum):
    """How far a handed-in attempt has come."""

    MARKED = "marked"
    WAITING = "waiting"  # a person still has to mark something
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class ReviewedChoice:
    """An option afterwards; `right` is None while the key is not open."""

    letter: str
    text: Markup
    chosen: bool = False
    right: bool | None = None
    key: str = ""


class Verdict(StrEnum):
    """A mark in one word, for its sign and its words."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class ReviewedPart:
    """A pair, a gap or a place afterwards; `right` and `is_right` are None while the key is not open."""

    label: Markup
    given: Markup | None = None
    """Empty if it was left open; None where a part has no answer of its own."""

    right: Markup | None = None
    is_right: bool | None = None


@dataclass(frozen=True, slots=True)
class ReviewedQuestion:
    """A question after marking, as far as the policy opens it; also what `answer.html` shows."""

    number: str
    type: str
    stem: Markup
    choices: tuple[ReviewedChoice, ...] | None = None
    response: str = ""
    """The answer in words, for questions without options; empty when nothing was answered."""

    right: str | None = None
    explanation: Markup | None = None
    mark: str | None = None
    verdict: Verdict | None = None
    flags: tuple[str, ...] = ()
    """In words, such as "came in late" or "marked again"."""

    parent_stem: Markup | None = None
    parts: tuple[ReviewedPart, ...] = ()
    asked: Mapping[str, Any] = field(default_factory=dict)
    """All that the question's type asked, as on the paper."""

    given: Any = None
    """The response as the type keeps it."""

    key: Any = None
    """A response that earns everything, once the key is open."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody who marked an answer says of it."""

    question: str
    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class AppealSaid:
    """One appeal of the learner, with its answer once there is one."""

    text: str
    made: str
    verdict: str
    accepted: bool | None
    """None while it waits for an answer."""

    answer: str
    by: str
    withdraw_url: str
    """Empty once it is answered."""


@dataclass(frozen=True, slots=True)
class AppealBox:
    """What stands of appeals below one question, or below the result (slot 0)."""

    slot: int
    said: tuple[AppealSaid, ...]
    form_url: str
    """Where an appeal is posted; empty where none can be made now."""

    until: str
    text: str = ""
    """What was typed and could not be taken, with the reason as `error`."""

    error: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """`sitting/result.html`: what the policy lets the learner see."""

    key: str
    title: str
    state: ResultState
    submitted_at: str
    receipt: str
    points: str | None = None
    out_of: str | None = None
    passed: bool | None = None
    pass_mark: str = ""
    why_hidden: str | None = None
    questions: tuple[ReviewedQuestion, ...] = ()
    retake: str = ""
    """When the retake is, for somebody who may sit it."""

    next: Action | None = None
    """Another attempt, or what to learn; None offers the way home alone."""

    trial: bool = False
    person_key: str = ""
    person: str = ""
    unit: str = ""
    contact: Contact = Contact()
    another: Another | None = None
    home_url: str | None = None
    """The start page, for those who may see it."""

    by_another: str = ""
    """Who handed it in or voided it in the person's place, and why."""

    on_paper: tuple[str, ...] = ()
    """That it was sat on paper, where, and who entered it; a sentence each."""

    corrected: tuple[str, ...] = ()
    """Which points of a paper were corrected, and why."""

    typed: str = ""
    """Who typed for the person, and why."""

    scans: tuple[Action, ...] = ()
    """Photos of the paper, where it may be seen."""

    regraded: tuple[str, ...] = ()
    """What was marked anew after handing in, and why."""

    waiting: str = ""
    """How many answers a person still reads, in a sentence; empty when all are marked."""

    remarks: tuple[Remark, ...] = ()
    print_url: str = ""
    """The same on paper, once score and right answers are open."""

    handed_in: str = ""
    """That the limit on leaving the page handed it in."""

    picture: str = ""
    """What the picture of the result says, as JSON: only what the page itself shows."""

    leaves_url: str = ""
    """Where leaves are told that the browser still keeps."""

    appeals: Mapping[int, AppealBox] = field(default_factory=dict)
    """By the number of the question; 0 stands for the whole paper."""
