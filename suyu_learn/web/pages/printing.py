"""What is printed of an exam: choosing it, and marked papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .common import Choice, Row
from .sitting import ReviewedQuestion


@dataclass(frozen=True, slots=True)
class PrintedVariant:
    """A variant that was made: its letter, and what is to be known of it."""

    code: str
    fact: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PrintPage:
    """`exams/print.html`."""

    title: str
    refusal: str
    """Why nothing of the paper can be printed yet; empty where it can."""

    same: str
    """Whether all variants ask the same questions, in words."""

    variants: tuple[PrintedVariant, ...]
    made: int
    """How many variants there are; a form posted twice is known by it."""
    left: int
    make_url: str
    print_url: str
    sign_in_url: str
    sign_in_state: str
    units: tuple[Choice, ...]
    papers_url: str
    paper_units: tuple[Choice, ...]
    back_url: str
    orders: tuple[Choice, ...]
    option_orders: tuple[Choice, ...]
    count: str = "1"
    parts: tuple[Choice, ...] = ()
    formats: tuple[Choice, ...] = ()
    error: str = ""
    """What was wrong with what was asked for."""
    error_of: str = ""
    """The part of the page that the error belongs to."""


@dataclass(frozen=True, slots=True)
class SheetOption:
    """An option on a marked paper."""

    letter: str
    text: Any
    chosen: bool


@dataclass(frozen=True, slots=True)
class SheetQuestion:
    """A question on a marked paper, in few lines."""

    asked: ReviewedQuestion
    options: tuple[SheetOption, ...]
    given: str
    right: str
    """What is right; empty where it is not open, or where it was answered so."""
    mark: str
    sign: str


@dataclass(frozen=True, slots=True)
class MarkedPaper:
    """One paper as it was sat."""

    title: str
    facts: tuple[Row, ...]
    result: tuple[Row, ...]
    questions: tuple[SheetQuestion, ...]
    notes: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedPapers:
    """`exams/marked_papers.html`: one paper, or those of a unit, each on sheets of its own."""

    heading: str
    papers: tuple[MarkedPaper, ...]
    left_out: str = ""
    back_url: str = ""
