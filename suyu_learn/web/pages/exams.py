"""The cover of an exam."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .common import Another, Contact, Row


class CoverState(StrEnum):
    """What the cover lets one do."""

    WAITING = "waiting"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    LATE = "late"  # still open, but too late to begin
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Wait:
    """The waiting room before the opening: the page counts down by the server's seconds and asks again."""

    seconds: int
    opens: int
    """The opening as the page gives it back when it asks."""

    ask_url: str
    label: str
    """What the button says once it can be pressed."""

    paused: bool = False
    """Not the opening is waited for, but the end of a pause."""


@dataclass(frozen=True, slots=True)
class ExamCover:
    """`exams/cover.html`: the rules, the window, and one button."""

    title: str
    state: CoverState
    rules: tuple[Row, ...]
    start_url: str
    later: tuple[Row, ...] = ()
    """What can be read below the button: marking, and what is shown when."""

    opens: str = ""
    closes: str = ""
    wait: Wait | None = None
    """While somebody who may sit it waits for the opening."""

    paper_script: str = "sitting.js"
    """What the paper will need, fetched ahead."""

    attempts_left: str = ""
    start_label: str = ""
    """“Start”, or “Continue” when an attempt is open; empty shows no button."""

    result_url: str | None = None
    changes: tuple[str, ...] = ()
    """What changed since the exam was announced, newest first; of each thing its last change."""

    earlier: tuple[str, ...] = ()
    """What was changed before that."""

    note: str = ""
    """Why there is no button, or what the organizer wrote."""

    again: str = ""
    """That a closed paper goes on, by whom and why."""
    voided: str = ""
    """That the latest attempt was voided, and why."""

    trial: bool = False
    retake: bool = False
    """Whether all of this is about the retake."""
    about: Any = None
    """The form of what is asked about oneself before beginning; None asks nothing."""
    about_reason: str = ""
    integrity: tuple[str, ...] = ()
    """The rules on leaving the page, watermark and devices, a sentence or two each."""
    accept: Any = None
    """The form with the tick without which one cannot begin; None where nothing is to be accepted."""
    contact: Contact = Contact()
    another: Another | None = None
