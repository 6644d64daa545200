"""Personal cards: choosing whom for, the sheet, one card on the screen, and signing in by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from .common import Action, Contact, Row


@dataclass(frozen=True, slots=True)
class CardQuestion:
    """`cards/question.html`: are you this person? The form has `shared`, and `pin` where the card has one."""

    name: str
    unit: str
    form: Any
    url: str
    signed_in_as: str = ""
    """Somebody else who is signed in on this device, and would be signed out."""

    contact: Contact = Contact()


@dataclass(frozen=True, slots=True)
class DeadCard:
    """`cards/dead.html`: why a card does not work, and what to do."""

    sentence: str
    contact: Contact = Contact()


@dataclass(frozen=True, slots=True)
class CardUnit:
    """A unit to choose."""

    id: int
    name: str
    url: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class CardHolder:
    """One line of the list."""

    id: int
    name: str
    staff_number: str
    unit: str
    card: str
    """In words: none, or since when and when it was last used."""

    url: str
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class ChooseCards:
    """`cards/choose.html`: a unit, its people, and for whom cards are to be printed."""

    units: tuple[CardUnit, ...]
    unit: CardUnit | None = None
    search: str = ""
    holders: tuple[CardHolder, ...] = ()
    shown: str = ""
    """How many of how many are listed."""

    missing: int = 0
    count: int = 0
    who: str = "missing"
    address: str = ""
    refusal: str = ""
    """Why nothing can be printed now."""

    form_key: str = ""


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """One card, ready to print."""

    name: str
    unit: str
    staff_number: str
    code: Markup
    pin: str = ""


@dataclass(frozen=True, slots=True)
class CardSheet:
    """`cards/sheet.html`: cards to print and cut, ten a page; shown once."""

    title: str
    pages: tuple[tuple[PrintedCard, ...], ...]
    count: str
    address: str
    passed_over: str = ""
    """Names of those who got none."""

    contact: Contact = Contact()

    @property
    def with_pins(self) -> tuple[PrintedCard, ...]:
        """The cards whose PINs go on a page of their own."""
        return tuple(card for page in self.pages for card in page if card.pin)


@dataclass(frozen=True, slots=True)
class OneCard:
    """`cards/person.html`: one person's card, and making a new one; the form has `pin`."""

    name: str
    facts: tuple[Row, ...]
    form: Any
    reissue_url: str
    revoke_url: str
    """Empty when there is no live card."""

    back: Action | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class CardOnScreen:
    """`cards/screen.html`: a new card, large, to be scanned at once; shown once."""

    name: str
    unit: str
    code: Markup
    pin: str
    address: str
    back: Action
