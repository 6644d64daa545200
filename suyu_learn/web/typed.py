"""What people and scripts type into addresses and forms, before it is believed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import request

EARLIEST, LATEST = date(1990, 1, 1), date(2200, 1, 1)
LONGEST_NUMBER = 15
"""Digits that every database can hold, also when multiplied by the rows of a page."""


def is_number(text: str) -> bool:
    """Whether a text is a plain whole number that the database can hold."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


def is_sensible(day: date) -> bool:
    """Whether a day lies where anybody could mean it, far from where calendars end."""
    return EARLIEST <= day <= LATEST


def has_control_signs() -> bool:
    """Whether the address or the form holds a NUL, which no database keeps as text; what is only looked at has none."""
    form = () if request.is_json or request.method in ("GET", "HEAD") else request.form.values()
    return any("\0" in value for value in (request.path, *request.args.values(), *form))


def has_endless_numbers(values: Mapping[str, object]) -> bool:
    """Whether the path names a number that no table can hold."""
    return any(isinstance(value, int) and value >= 10**LONGEST_NUMBER for value in values.values())


def number_of(text: str) -> int:
    """A whole number as `request.args.get(type=number_of)` reads it; ValueError for what no table can hold."""
    if not is_number(text):
        raise ValueError(text)
    return int(text)
