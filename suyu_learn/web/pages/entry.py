"""Coming to one exam without an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .common import Action, Another, Contact, Row


@dataclass(frozen=True, slots=True)
class JoinCode:
    """`entry/code.html`: a box for the code of an exam; the form has `code`."""

    form: Any
    contact: Contact = Contact()


@dataclass(frozen=True, slots=True)
class JoinExam:
    """`entry/join.html`: the ways into one exam; a form that is None is not offered."""

    title: str
    facts: tuple[Row, ...]
    number_form: Any = None
    """`name`, `number`."""

    number_url: str = ""
    open_form: Any = None
    """`name`, `unit` where there are units to choose from."""

    open_url: str = ""
    sign_in: Action | None = None
    going_on: Action | None = None
    """For who has entered already in this browser."""

    another: Another | None = None
    note: str = ""
    """Why nobody can enter, or that the exam has closed."""

    contact: Contact = Contact()
