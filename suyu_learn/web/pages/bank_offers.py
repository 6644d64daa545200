"""Questions of a bank to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from .bank import FilterChoice, QuestionSeen
from .common import Action, Choice, Pages


@dataclass(frozen=True, slots=True)
class Offer:
    """A question of a bank, to be ticked."""

    seen: QuestionSeen
    id: int
    label: str
    told: str
    """Why it cannot be ticked, as when it is there already."""

    chosen: bool = False


@dataclass(frozen=True, slots=True)
class OffersPage:
    """`bank/offers.html`: the questions of a bank to choose from, for a paper or a lesson."""

    title: str
    lead: str
    banks: tuple[Choice, ...]
    text: str
    source: str
    filters: tuple[FilterChoice, ...]
    filtered: bool
    query: tuple[tuple[str, str], ...]
    found: str
    offers: tuple[Offer, ...]
    pages: Pages
    points: str | None
    """The points typed for each; None where questions have none."""

    every: str
    """How many would come in with all that were found; empty where that is nothing."""

    own_url: str
    own_questions_url: str
    """Where questions of one's own are imported or written."""

    back: Action
    clear_url: str
    errors: tuple[str, ...] = ()
    bring_url: str = ""
    """Where a button makes room for them and leads on; empty where there is no such way."""
