"""Picking the questions of a paper."""

from __future__ import annotations

from dataclasses import dataclass

from .bank import FilterChoice, QuestionSeen
from .common import Choice, Pages


@dataclass(frozen=True, slots=True)
class PickedQuestion:
    """A question on the paper, or a passage, which has no points of its own."""

    whole: int
    version_id: int
    number: str
    stem: str
    url: str
    points: str
    first: bool
    last: bool
    head: bool
    """Whether it is moved and removed by itself: a question that stands alone, or a passage."""

    member: bool = False
    note: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class PickedSection:
    """The questions of one type."""

    name: str
    fact: str
    questions: tuple[PickedQuestion, ...]


@dataclass(frozen=True, slots=True)
class PicksPage:
    """`exams/picks.html`: what stands on a paper."""

    title: str
    sections: tuple[PickedSection, ...]
    total: str
    hundred: bool
    post_url: str
    add_url: str
    edit_url: str
    others: tuple[Choice, ...]
    beyond: str = ""
    """What of it comes from banks that are not this organizer's to use."""
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A question of a bank, to be ticked."""

    seen: QuestionSeen
    id: int
    label: str
    there: bool
    """Whether it stands on the paper already."""

    chosen: bool = False


@dataclass(frozen=True, slots=True)
class PickMorePage:
    """`exams/pick_more.html`: the questions of a bank to choose from."""

    title: str
    banks: tuple[Choice, ...]
    text: str
    source: str
    filters: tuple[FilterChoice, ...]
    filtered: bool
    query: tuple[tuple[str, str], ...]
    found: str
    offers: tuple[Offer, ...]
    pages: Pages
    total: str
    points: str
    every: str
    """How many would come in with all that were found; empty where that is nothing."""

    own_url: str
    picks_url: str
    clear_url: str
    errors: tuple[str, ...] = ()
