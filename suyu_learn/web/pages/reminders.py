"""Values of the pages around reminders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from suyu_learn.web.pages.common import Action, Choice, Column, Contact
from suyu_learn.web.pages.people import Listing


@dataclass(frozen=True, slots=True)
class TeamText:
    """The text for one team."""

    id: str
    label: str
    text: str
    rows: int


@dataclass(frozen=True, slots=True)
class CopyPage:
    """`reminders/copy.html`: texts for chat groups."""

    title: str
    trail: tuple[Action, ...]
    lead: str
    text: str
    rows: int
    teams: tuple[TeamText, ...]
    with_names: bool
    action: str
    units: tuple[Choice, ...] = ()
    refusal: str = ""
    """Why no link is in the texts."""

    cut: str = ""
    """That not all names stand in the text."""

    note: str = ""
    """Who is left out, since they have begun."""

    table: Listing | None = None
    print_url: str = ""
    channels_url: str = ""


@dataclass(frozen=True, slots=True)
class TeamList:
    """One page of the printed list."""

    label: str
    said: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PrintedTeams:
    """`reminders/print.html`: a list for each team."""

    title: str
    columns: tuple[Column, ...]
    teams: tuple[TeamList, ...]
    printed: str
    contact: Contact
    empty: str


@dataclass(frozen=True, slots=True)
class ChannelCard:
    """A channel with what can be done."""

    name: str
    facts: tuple[Any, ...]
    test_url: str
    end_url: str


@dataclass(frozen=True, slots=True)
class MessageCard:
    """A message that went out, or did not."""

    title: str
    said: tuple[str, ...]
    state: str
    attention: bool
    reason: str = ""
    again_url: str = ""


@dataclass(frozen=True, slots=True)
class RemindersPage:
    """`reminders/index.html`: programmes that people lack, channels, and what was sent."""

    trail: tuple[Action, ...]
    programmes: Listing
    channels: tuple[ChannelCard, ...]
    messages: tuple[MessageCard, ...]
    new_url: str
    hours: str
    doubt: str = ""
    """What stands in the way of links in messages."""
