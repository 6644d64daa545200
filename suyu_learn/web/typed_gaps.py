"""Answers of papers as they are typed in a form: a field for each question, and one for each gap of a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from suyu_learn.content.written_answers import LETTERS, parts_of
from suyu_learn.web.i18n import _
from suyu_learn.web.pages.common import Choice
from suyu_learn.web.pages.offline import GapField
from suyu_learn.web.typed import is_number

BETWEEN = ";"


def typed_answers(form: Mapping[str, str]) -> dict[int, str]:
    """The fields `q<number>` of a form by number; those of gaps, `q<number>-<place>`, as one text."""
    found: dict[int, str] = {}
    gaps: dict[int, dict[int, str]] = {}
    for name, value in form.items():
        number, dash, place = name[1:].partition("-")
        if name[:1] != "q" or not is_number(number):
            continue
        if not dash:
            found[int(number)] = value
        elif is_number(place):
            gaps.setdefault(int(number), {})[int(place)] = value
    for question, filled in gaps.items():
        found[question] = BETWEEN.join(text for _place, text in sorted(filled.items())) if any(filled.values()) else ""
    return found


def gap_fields(number: int, menus: Sequence[Sequence[str]], typed: str) -> Iterator[GapField]:
    """A field for each gap with what was typed; the options of a menu by their letters, with the words they have."""
    parts = parts_of(typed)
    if len(parts) > len(menus):
        parts = [*parts[: len(menus) - 1], BETWEEN.join(parts[len(menus) - 1 :])]
    for place, menu in enumerate(menus):
        value = parts[place] if place < len(parts) else ""
        choices = tuple(
            Choice(letter, f"{letter}. {words}" if words else letter, letter == value.upper())
            for letter, words in zip(LETTERS, menu, strict=False)
        )
        yield GapField(f"q{number}-{place + 1}", _("Gap %(number)s", number=place + 1), value, choices)
