"""Citizens' identity numbers (公民身份号码, GB 11643-1999): read, checked and masked; nothing else is made of them.

Birthday and sex lie in a number. They serve its check alone and are handed to nobody. Codes of places are not checked:
they change, and people keep the number that they were given.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from suyu_learn.domain.problems import Place, Problem

LENGTH = 18
FIELD = "number"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_BETWEEN = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff'-]+")
_QUANTITY = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_ROUNDED = re.compile(r"[0-9]{15}000(\.0+)?")
_ALIKE = str.maketrans({**dict.fromkeys("‐‑‒–—―−－", "-"), **dict.fromkeys("ХхΧχ×✕╳", "X")})
"""Dashes of every kind, and what keyboards have that looks like an X."""


def read(text: str, *, today: date) -> str:
    """The number as 18 signs with a capital X; spaces, hyphens, full-width digits and a small x are understood.

    Raises Problem that says what is wrong and never repeats what was typed.
    """
    number = _BETWEEN.sub("", unicodedata.normalize("NFKC", text).translate(_ALIKE)).upper()
    place = Place(field=FIELD)
    if not number:
        raise Problem("identity.missing", place=place)
    if _QUANTITY.fullmatch(text.strip()):
        raise Problem("identity.rounded", place=place)
    if re.search(r"[^0-9X]", number) or "X" in number[:-1]:
        raise Problem("identity.signs", place=place)
    if len(number) != LENGTH:
        raise Problem("identity.old" if len(number) == 15 else "identity.length", place=place, signs=len(number))
    if not _is_day(number[6:14], today):
        raise Problem("identity.day", place=place)
    if check_sign(number[:17]) != number[17]:
        raise Problem("identity.check", place=place)
    return number


def read_cell(text: str, *, today: date) -> str:
    """The same from a table, where 18 digits may have been taken for a quantity: of those the last three are lost."""
    if _ROUNDED.fullmatch(text.strip()):
        raise Problem("identity.rounded", place=Place(field=FIELD))
    return read(text, today=today)


def check_sign(digits: str) -> str:
    """The 18th sign that belongs to 17 digits, by mod 11-2 of ISO 7064."""
    return _CHECKS[sum(int(one) * weight for one, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def masked(number: str) -> str:
    """The first and the last four signs, as in 2310**********1234; of anything shorter nothing is shown."""
    return f"{number[:4]}{'*' * 10}{number[-4:]}" if len(number) == LENGTH else "*" * LENGTH


def _is_day(text: str, today: date) -> bool:
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return date(1900, 1, 1) <= day <= today
