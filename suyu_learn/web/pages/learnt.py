"""Pages of sign-offs at the workplace, and of hours learnt elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .common import Action, Choice, Row
from .events import TickedPerson
from .people import Listing


@dataclass(frozen=True, slots=True)
class SignedProgramme:
    """A programme with something to be signed, in the list."""

    title: str
    url: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignedProgrammesPage:
    """`programmes/signed.html`."""

    trail: tuple[Action, ...]
    programmes: tuple[SignedProgramme, ...]


@dataclass(frozen=True, slots=True)
class SignedPart:
    """A part that is signed: what has to be taught, and for how many it is open."""

    title: str
    stage: str
    facts: tuple[str, ...]
    content: str
    url: str


@dataclass(frozen=True, slots=True)
class SignOffsPage:
    """`programmes/sign_offs.html`."""

    title: str
    trail: tuple[Action, ...]
    parts: tuple[SignedPart, ...]
    people: Listing
    signed: Listing
    note: str = ""


@dataclass(frozen=True, slots=True)
class SignPage:
    """`programmes/sign.html`: one part, for one or many at once."""

    title: str
    trail: tuple[Action, ...]
    lead: str
    content: str
    form: Any
    people: tuple[TickedPerson, ...]
    units: tuple[Choice, ...]
    """The units of these people, to show one alone; empty where there is only one."""

    waiting: tuple[str, ...]
    """Who cannot be signed yet, each with why."""

    back_url: str


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line of the training card: one sign-off, or an empty one to be filled in by hand."""

    part: str
    content: str
    hours: str
    times: str
    trainer: str
    result: str


@dataclass(frozen=True, slots=True)
class CardStage:
    """A stage of the training card."""

    title: str
    hours: str
    lines: tuple[CardLine, ...]
    others: tuple[str, ...]
    """Its other parts with how they stand, in words."""


@dataclass(frozen=True, slots=True)
class TrainingCard:
    """`programmes/card.html`: one person's stages with places to sign."""

    title: str
    programme: str
    facts: tuple[Row, ...]
    stages: tuple[CardStage, ...]
    printed: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class OutsideRow:
    """Hours entered by hand."""

    title: str
    facts: tuple[str, ...]
    proof_url: str
    void_url: str = ""
    file_url: str = ""
    """Of the table that brought it."""
    taken_back: str = ""


@dataclass(frozen=True, slots=True)
class OutsidePage:
    """`persons/outside_hours.html`."""

    title: str
    trail: tuple[Action, ...]
    rows: tuple[OutsideRow, ...]
    form: Any
    """None for who may not enter any."""

    back_url: str
    import_url: str
    """Where a table of hours of many is brought in."""
