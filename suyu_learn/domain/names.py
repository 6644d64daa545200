"""How names, numbers and phones that people type are made comparable."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_JOINERS = "\u200c\u200d\u180e"
"""Signs of width zero that Arabic, Indian and Mongolian words are written with, between two letters."""
_SEPARATORS = re.compile(r"[\s\-()（）]+")
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_PLAUSIBLE = re.compile(
    r"1[3-9]\d{9}"  # mobile
    r"|(?:0\d{2,3})?[2-9]\d{6,7}"  # landline, with or without the area
    r"|[48]00\d{7}"
    r"|(?:\+|00)(?!86)[1-9]\d{6,14}"  # from abroad
)


def tidy(text: str) -> str:
    """Full-width letters and digits made half-width; outer and doubled spaces gone, and what nobody can see: controls,
    marks of width zero, and those that turn the direction of all behind them."""
    plain = _SPACE.sub(" ", unicodedata.normalize("NFKC", text))
    if not plain.isprintable():
        plain = "".join(sign for sign in plain if sign in _JOINERS or unicodedata.category(sign) not in _UNSEEN)
    return _SPACE.sub(" ", plain).strip(f" {_JOINERS}")


def name_key(name: str) -> str:
    """What two spellings of one name share: no spaces, no case, no width."""
    return _SPACE.sub("", tidy(name)).casefold()


def tidy_number(text: str) -> str:
    """A staff number as stored: text, half-width, without spaces; leading zeros stay."""
    return _SPACE.sub("", tidy(text))


def tidy_phone(text: str) -> str:
    """A phone number as stored: half-width digits without separators; `+86` and `0086` before a mobile number go."""
    digits = _SEPARATORS.sub("", tidy(text))
    for prefix in ("+86", "0086", "86"):
        if digits.startswith(prefix) and len(digits) - len(prefix) == 11:
            return digits[len(prefix) :]
    return digits


def plausible_phone(phone: str) -> bool:
    """Whether a stored phone has the shape of a Chinese mobile, landline or service number, or of a foreign one."""
    return _PLAUSIBLE.fullmatch(phone) is not None


def chinese_order(text: str) -> bytes:
    """A sort key: GB 18030 keeps the common characters in the order of their pinyin."""
    return text.encode("gb18030", errors="replace")
