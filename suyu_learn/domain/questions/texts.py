"""The texts of questions and responses: how they are tidied, and when two of them say the same."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, normalize

_SURROGATES = range(0xD800, 0xE000)
_CONTROLS = (*(code for code in range(0x20) if chr(code) not in "\t\n"), 0x7F)
_ZERO_WIDTH = (0x200B, 0x2060, 0xFEFF)

# Databases, spreadsheets and Word files refuse most of these, and nobody can see any of them.
_NO_TEXT: dict[int, str | None] = {
    **dict.fromkeys((*_CONTROLS, *_SURROGATES, *_ZERO_WIDTH)),
    ord("\r"): "\n",
    ord("\v"): "\n",
    ord("\f"): "\n",
}

_ALIKE = str.maketrans(
    {
        "ё": "е",
        "⁄": "/",  # NFKC makes it of ½
        "−": "-",
        "–": "-",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
    }
)

_EXPONENT = re.compile(r"(?<=\d)[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_HAN = "[\u2e80-\u9fff\uf900-\ufaff]"
_SPACE_BESIDE_HAN = re.compile(f"(?<={_HAN}) | (?={_HAN})")
SHORT = 200
"""Texts of so many characters are remembered; longer ones would fill the memory."""
_CLOSING = " .,;:!?。、"


def tidy(text: str) -> str:
    """The text without what is no text: outer spaces, control characters, zero-width marks, broken characters."""
    if text.isprintable():  # then nothing has to go, which is how most texts are
        return text.strip()
    return text.replace("\r\n", "\n").translate(_NO_TEXT).strip()


def comparable(text: str) -> str:
    """The form in which two typed answers are the same: width, case, spaces, ё and a closing mark do not count."""
    return _comparable_short(text) if len(text) <= SHORT else _comparable(text)


def _comparable(text: str) -> str:
    text = with_exponents(text)
    text = normalize("NFKC", normalize("NFKC", text).casefold()).translate(_ALIKE)
    if not text.isprintable():
        text = "".join(character for character in text if category(character) != "Cf")
    text = _SPACE_BESIDE_HAN.sub("", " ".join(text.split()))
    return text.rstrip(_CLOSING) or text


_comparable_short = lru_cache(maxsize=4096)(_comparable)
"""An import asks it of each text twice, and of texts such as “correct” for each question."""


def with_exponents(text: str) -> str:
    """The text with `^` before a small raised number, which would stand on the line otherwise."""
    return _EXPONENT.sub(_spelt_out, text)


def _spelt_out(exponent: re.Match[str]) -> str:
    # NFKC alone would turn ten to the fifth into 105.
    return "^" + exponent.group()
