"""Pages about identity numbers: the learner's own answer, and what HR sees of a programme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .common import Action, Pages, Row
from .people import Listing
from .reports import ExportForm


@dataclass(frozen=True, slots=True)
class MyIdentity:
    """`identity_numbers/mine.html`: why it is asked, who sees it, how long it is kept; the answer, or the form."""

    programme: str
    back: Action
    purpose: str
    facts: tuple[Row, ...]
    answer: str
    """What was answered and when; empty before."""

    number: str
    """Masked; empty where there is none."""

    asks: bool
    """Whether a number can be given now."""

    can_decline: bool
    seen: str
    post_url: str
    typed: str = ""
    error: str = ""
    refused: str = ""
    """Why nothing was stored, where that lies at no field."""


@dataclass(frozen=True, slots=True)
class IdentityList:
    """`identity_numbers/list.html`: the programmes that may ask."""

    trail: tuple[Action, ...]
    warnings: tuple[str, ...]
    programmes: Listing


@dataclass(frozen=True, slots=True)
class IdentityDesk:
    """`identity_numbers/desk.html`: whether a programme asks, and what its people answered."""

    key: str
    title: str
    trail: tuple[Action, ...]
    warnings: tuple[str, ...]
    lead: str
    purpose: str
    facts: tuple[Row, ...]
    form: Any
    """None for who does not decide; asks for purpose and day."""

    submit: str
    end_url: str
    people: Listing | None
    search: str
    pages: Pages | None
    ways: tuple[Action, ...]
    find_url: str
    found: Listing | None
    find_error: str
    export: ExportForm | None


@dataclass(frozen=True, slots=True)
class PersonIdentity:
    """`identity_numbers/person.html`: one person's number, typed by HR."""

    title: str
    trail: tuple[Action, ...]
    facts: tuple[Row, ...]
    post_url: str
    form: Any
    """None where the person has said no, or nothing is asked."""

    why_not: str
    withdraw: Any
    """None where there is nothing to erase; asks for the reason."""

    withdraw_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class IdentityImport:
    """`identity_numbers/import.html`: the file, and what became of one."""

    title: str
    trail: tuple[Action, ...]
    problem: str
    counts: tuple[Row, ...]
    refused: Listing | None
    back_url: str
    most_megabytes: int
