"""Numbers of certificates, how long one is valid, and a name of which a stranger may see only the beginning."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from random import Random
from typing import Protocol

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 signs without 0, 1, I, L and O, which are read as others when a number is copied by hand."""
LENGTH = 12
"""Signs of a number; eleven are drawn, of which there are 2.5 * 10**16, and the last one checks them."""
_GROUP = 4
_READ_AS = str.maketrans("０１２３４５６７８９－", "0123456789-")


class _Draws(Protocol):
    def choice(self, seq: str) -> str: ...


def new_number(rng: Random | _Draws) -> str:
    """A number in three groups of four, as `7KQP-3MXA-92HD`; `rng` draws its signs."""
    drawn = "".join(rng.choice(LETTERS) for _sign in range(LENGTH - 1))
    return _grouped(drawn + _check_sign(drawn))


def read_number(typed: str) -> str | None:
    """The number that was typed, however it was grouped; None where it is none, such as one with a slip in it."""
    signs = re.sub(r"[\s\-–—_.]", "", typed.translate(_READ_AS)).upper()
    if len(signs) != LENGTH or any(sign not in LETTERS for sign in signs):
        return None
    return _grouped(signs) if _check_sign(signs[:-1]) == signs[-1] else None


def _check_sign(signs: str) -> str:
    """The sign that makes the weighted sum 0 modulo 31.

    The modulus is prime and every weight different, so one wrong sign, or two that changed places, never passes
    (as in ISO/IEC 7064 and the ISBN).
    """
    total = sum(place * LETTERS.index(sign) for place, sign in enumerate(signs, start=2))
    return LETTERS[-total % len(LETTERS)]


def _grouped(signs: str) -> str:
    return "-".join(signs[place : place + _GROUP] for place in range(0, len(signs), _GROUP))


def months_later(day: date, months: int) -> date:
    """The same day some months later; the last of the month where there is none such."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def masked(name: str) -> str:
    """The first sign of a name, with a star for each further one, two at the most: 张**, 李*."""
    name = name.strip()
    return name[:1] + "*" * min(2, max(1, len(name) - 1)) if name else ""
