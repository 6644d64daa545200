"""Values as TOML that `tomllib` reads back the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_TO_ESCAPE = re.compile('[\\\\"\x00-\x1f\x7f]')
_TO_ESCAPE_IN_LINES = re.compile('\\\\|"(?="")|"$|[\x00-\x08\x0b-\x1f\x7f]')


def table(values: Mapping[str, Any]) -> str:
    """The lines of a table, a key each; what is None is left out."""
    return "".join(f"{key(name)} = {value(one)}\n" for name, one in values.items() if one is not None)


def key(name: str) -> str:
    """A key, quoted where it must be."""
    return name if _BARE.fullmatch(name) else quoted(name)


def value(one: Any) -> str:
    """A value; a text of several lines stands in several lines."""
    if isinstance(one, str) and "\n" in one:
        return '"""\n' + _TO_ESCAPE_IN_LINES.sub(_escaped, one) + '"""'
    return inline(one)


def inline(one: Any) -> str:
    """A value in one line."""
    if isinstance(one, bool):
        return "true" if one else "false"
    if isinstance(one, int | float):
        return str(one)
    if isinstance(one, str):
        return quoted(one)
    if isinstance(one, Mapping):
        inner = ", ".join(f"{key(name)} = {inline(each)}" for name, each in one.items() if each is not None)
        return "{ " + inner + " }" if inner else "{}"
    if isinstance(one, list | tuple):
        return "[" + ", ".join(inline(each) for each in one) + "]"
    raise TypeError(f"TOML has no form for {type(one).__name__}")


def quoted(text: str) -> str:
    """A text within quotation marks."""
    return '"' + _TO_ESCAPE.sub(_escaped, text) + '"'


def _escaped(found: re.Match[str]) -> str:
    sign = found[0]
    return _ESCAPES.get(sign) or f"\\u{ord(sign):04x}"
