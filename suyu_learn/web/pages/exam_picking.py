"""Picking the questions of a paper."""

from __future__ import annotations

from dataclasses import dataclass

from .common import Choice


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
