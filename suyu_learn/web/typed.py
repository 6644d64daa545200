"""What people and scripts type into addresses and forms, before it is believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal

from flask import request

from suyu_learn.domain.problems import Place, Problem

EARLIEST, LATEST = date(1990, 1, 1), date(2200, 1, 1)
LONGEST_NUMBER = 15
"""Digits that every database can hold, also when multiplied by the rows of a page."""

_PLAIN = str.maketrans("０１２３４５６７８９－．。，,", "0123456789-....")
_DECIMAL = re.compile(r"-?(?:[0-9]{1,6}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})")


def is_number(text: str) -> bool:
    """Whether a text is a plain whole number that the database can hold."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


def decimal_of(text: str) -> Decimal | None:
    """A number as people write it, also with a comma or in full width; None for all that no form means.

    An exponent is never meant, and what has one can be too large to be reckoned with.
    """
    plain = text.strip().translate(_PLAIN)
    if not _DECIMAL.fullmatch(plain):
        return None
    found = Decimal(plain)
    return None if found.is_signed() and not found else found


def is_sensible(day: date) -> bool:
    """Whether a day lies where anybody could mean it, far from where calendars end."""
    return EARLIEST <= day <= LATEST


def day_of(text: str, field: str) -> date | None:
    """A day as a browser sends it; None where nothing was typed. Raises Problem at its field for what is none."""
    text = text.strip()
    if not text:
        return None
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if is_sensible(day):
            return day
    raise Problem("record.not_a_day", place=Place(field=field), given=text[:40])


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
