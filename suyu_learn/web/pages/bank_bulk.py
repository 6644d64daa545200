"""Changing many questions at once; the tree of topics; with whom a bank is shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .common import Action, Choice, Message


@dataclass(frozen=True, slots=True)
class BulkChange:
    """One change that can be made, with its values to choose from, or a text to type."""

    what: str
    label: str
    choices: tuple[Choice, ...]
    text: bool


@dataclass(frozen=True, slots=True)
class BulkPage:
    """`bank/bulk.html`: first picking a change, then confirming it."""

    trail: tuple[Action, ...]
    bank: str
    says: str
    hidden: tuple[tuple[str, str], ...]
    changes: tuple[BulkChange, ...]
    check_url: str
    apply_url: str
    back_url: str
    what: str
    value: str
    number: int
    label: str
    effect: str
    """How many questions change, of how many; empty while the change is being picked."""

    besides: str
    """What it means for drafts, or for papers, beyond the number."""

    renewed: bool
    """Whether the change makes new versions."""

    nothing: bool
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic in the tree."""

    id: int
    name: str
    depth: int
    count: str
    url: str | None
    """Where it is changed; None where that is not for the person."""


@dataclass(frozen=True, slots=True)
class TopicList:
    """`bank/topics.html`; the form adds one: `name`, `parent`."""

    trail: tuple[Action, ...]
    topics: tuple[TopicRow, ...]
    form: Any
    action: str


@dataclass(frozen=True, slots=True)
class TopicPage:
    """`bank/topic.html`: one topic renamed, moved, merged or let go."""

    trail: tuple[Action, ...]
    title: str
    says: str
    rename: Any
    rename_url: str
    move: Any
    move_url: str
    merge: Any
    merge_url: str
    remove_url: str | None
    remove_says: str


@dataclass(frozen=True, slots=True)
class ShareEntry:
    """A unit that may look into a bank."""

    unit: str
    since: str
    says: str
    withdraw_url: str


@dataclass(frozen=True, slots=True)
class SharePage:
    """`bank/shares.html`; the form has `unit`."""

    trail: tuple[Action, ...]
    bank: str
    shares: tuple[ShareEntry, ...]
    form: Any
    action: str
