"""Events: as organizers arrange them, on the screen, for those who come, and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .common import Action, Choice, Pages, Row
from .people import Listing


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event in a list."""

    title: str
    url: str
    facts: tuple[str, ...]
    note: str = ""
    """What wants attention, such as people who did not say when they left."""

    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class EventsPage:
    """`events/index.html`."""

    trail: tuple[Action, ...]
    events: tuple[ListedEvent, ...]
    past: bool
    coming_url: str
    past_url: str
    new_url: str
    pages: Pages


@dataclass(frozen=True, slots=True)
class ManagedEvent:
    """`events/event.html`: one event for who looks after it."""

    title: str
    trail: tuple[Action, ...]
    facts: tuple[Row, ...]
    plan: str
    summary: str
    came: Listing
    changes: Listing
    actions: tuple[Action, ...]
    forgot: str = ""
    cancel_url: str = ""
    cancelled: str = ""


@dataclass(frozen=True, slots=True)
class ScreenCode:
    """`partials/_event_code.html`: the code of this half minute, or why there is none."""

    qr: Any = None
    code: str = ""
    address: str = ""
    seconds: int = 30
    said: str = ""
    here: str = ""
    note: str = ""
    """What the administrator has to set, in small."""


@dataclass(frozen=True, slots=True)
class ScreenPage:
    """`events/screen.html`: for the projector."""

    title: str
    facts: tuple[str, ...]
    code: ScreenCode
    code_url: str
    again_url: str
    back_url: str


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """`events/own.html`: one event for who comes."""

    title: str
    facts: tuple[Row, ...]
    plan: str
    attendance: tuple[Row, ...]
    state: str
    cancelled: str = ""
    here_url: str = ""
    course: Action | None = None
    exam: Action | None = None


@dataclass(frozen=True, slots=True)
class HerePage:
    """`events/here.html`: coming and going by the code on the screen."""

    title: str
    facts: tuple[str, ...]
    state: str
    """Where one stands: not here yet, here since, left."""

    act: str = ""
    """`in` or `out`; empty where there is nothing to press."""

    label: str = ""
    post_url: str = ""
    warning: str = ""
    """What to know before pressing."""
    error: str = ""
    todo: str = ""
    asks_code: bool = False
    event_url: str = ""


@dataclass(frozen=True, slots=True)
class TickedPerson:
    """Somebody in the list of those who may have come."""

    value: str
    name: str
    fact: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class TypingPage:
    """`events/typing.html`: the signed sheet typed in."""

    title: str
    trail: tuple[Action, ...]
    form: Any
    people: tuple[TickedPerson, ...]
    """Who was expected, and who was looked for or ticked besides."""

    units: tuple[Choice, ...]
    search: str
    note: str
    """What the search found, or how many are not shown."""

    back_url: str


@dataclass(frozen=True, slots=True)
class CorrectPage:
    """`events/correct.html`: when somebody came and left after all."""

    title: str
    trail: tuple[Action, ...]
    lead: str
    facts: tuple[Row, ...]
    form: Any
    void_url: str
    back_url: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line of the sheet to sign."""

    name: str = ""
    staff_number: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class SheetPage:
    """`events/sheet.html`: the 签到表 to print."""

    title: str
    facts: tuple[Row, ...]
    rows: tuple[SheetRow, ...]
    printed: str
    units: tuple[Action, ...] = ()
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class CameRow:
    """Somebody who came, on paper."""

    name: str
    unit: str
    came: str
    left: str
    hours: str
    way: str
    result: str = ""
    """Of the paper; empty where there is none."""


@dataclass(frozen=True, slots=True)
class DossierPage:
    """`events/dossier.html`: one session's file in one print."""

    title: str
    facts: tuple[Row, ...]
    plan: str
    summary: str
    came: tuple[CameRow, ...]
    came_words: str
    printed: str
    course: tuple[Row, ...] = ()
    lessons: tuple[str, ...] = ()
    paper: tuple[Row, ...] = ()
    results: tuple[Row, ...] = ()
    corrections: tuple[str, ...] = ()
