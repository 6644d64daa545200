r"""GIFT's escapes: `\~ \= \# \{ \} \: \n` and `\\`; any other backslash stands for itself."""

from __future__ import annotations

import re

_ESCAPED = re.compile(r"\\([\\~=#{}:n])")
_HIDDEN = {character: chr(0xE010 + place) for place, character in enumerate("\\~=#{}:n")}
_SHOWN = str.maketrans({stand_in: "\n" if character == "n" else character for character, stand_in in _HIDDEN.items()})
_CONTROLS = re.compile(r"[\\~=#{}:]")


def hidden(text: str) -> str:
    """A text whose escaped characters are out of sight, so that those left are control characters."""
    return _ESCAPED.sub(lambda found: _HIDDEN[found[1]], text)


def shown(text: str) -> str:
    """The characters for which the escaped ones stood."""
    return text.translate(_SHOWN)


def escaped(text: str) -> str:
    """A text written so that every character stands for itself; line ends become one line's."""
    return _CONTROLS.sub(lambda found: "\\" + found.group(), text).replace("\r\n", "\n").replace("\n", "\\n")
