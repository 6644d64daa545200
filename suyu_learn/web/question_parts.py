"""A version taken apart for comparing: stem, each row of its body, key, explanation, and what else is known of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from suyu_learn.content import pictures
from suyu_learn.domain.differences import differences
from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.models import QuestionVersion
from suyu_learn.services import topics
from suyu_learn.web import question_words
from suyu_learn.web.bank_questions import right_answer
from suyu_learn.web.context import learn, session
from suyu_learn.web.i18n import N_, _
from suyu_learn.web.pages.bank_questions import Difference, Piece

ROWS = {
    "options": N_("Option %(number)s"),
    "blanks": N_("Blank %(number)s"),
    "items": N_("Step %(number)s"),
    "prompts": N_("Pair %(number)s"),
    "gaps": N_("Gap %(number)s"),
    "keywords": N_("Keyword %(number)s"),
    "answers": N_("Accepted value %(number)s"),
}
FIRST_SIGN = 0xE000
MOST_PICTURES = 1000
_OWN = re.compile(f"([{chr(FIRST_SIGN)}-{chr(FIRST_SIGN + MOST_PICTURES)}])")
"""Signs of nobody's, which stand for pictures while texts are compared word by word."""
_TEXTS = ("text", "accepted", "words", "value", "tolerance", "weight", "credit", "answer", "options")


def compared(older: QuestionVersion, newer: QuestionVersion) -> tuple[Difference, ...]:
    """What differs between two versions, part by part; nothing where they say the same."""
    before, after = dict(_parts(older)), dict(_parts(newer))
    found = []
    for place in [*before, *(place for place in after if place not in before)]:
        label = (after.get(place) or before[place])[0]
        old, new = before.get(place, ("", ""))[1], after.get(place, ("", ""))[1]
        if old != new:
            found.append(Difference(label, tuple(_pieces(old, new))))
    return tuple(found)


def _pieces(old: str, new: str) -> Iterator[Piece]:
    """The runs of both texts; a picture is one word, and shown."""
    marks = list(dict.fromkeys(found[0] for found in pictures.MARK.finditer(old + new)))[:MOST_PICTURES]
    signs = {mark: chr(FIRST_SIGN + place) for place, mark in enumerate(marks)}
    shown = {sign: _picture(mark) for mark, sign in signs.items()}

    def signed(text: str) -> str:
        return pictures.MARK.sub(lambda found: signs.get(found[0], found[0]), _OWN.sub("", text))

    for change, text in differences(signed(old), signed(new)):
        parts = (shown.get(part, Markup.escape(part)) for part in _OWN.split(text))
        yield Piece(Markup("").join(parts), change.value)


def _picture(mark: str) -> Markup:
    """A picture with what it is said to show, which may be all that differs."""
    found = pictures.MARK.fullmatch(mark)
    assert found is not None
    image = Markup('<img class="sl-picture__small" src="media:{}" alt="{}">').format(found[2], found[1])
    return Markup(
        '<span class="sl-changes__picture">{}<span class="sl-changes__alt" aria-hidden="true">{}</span></span>'
    ).format(image, found[1])


def _parts(version: QuestionVersion) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Each part with what tells it apart, its label and its text."""
    body: Mapping[str, Any] = version.body
    yield ("stem", ""), (_("Stem"), str(body.get("stem", "")))
    for field, rows in body.items():
        if field in ROWS and isinstance(rows, list):
            for number, row in enumerate(rows, start=1):
                if isinstance(row, Mapping):
                    key = str(row.get("key", number))
                    yield (field, key), (_(ROWS[field], number=number), _told(row))
    yield ("right", ""), (_("Right answer"), _key(version))
    if body.get("any_order") is not None:
        yield ("any_order", ""), (_("Order of the blanks"), _("free") if body["any_order"] else _("as in the stem"))
    for field, label in (("unit", _("Unit of measure")), ("reference", _("Model answer"))):
        yield (field, ""), (label, str(body.get(field) or ""))
    yield ("explanation", ""), (_("Explanation"), str(body.get("explanation", "")))
    about, tags = topics.described(session(), version)
    for row in question_words.facts(version, about, tags, {}, "", ""):
        yield ("fact", row.label), (row.label, row.value)


def _told(row: Mapping[str, Any]) -> str:
    """A row of a body in one line."""
    said = []
    for name in _TEXTS:
        value = row.get(name)
        if isinstance(value, list):
            said.append(" / ".join(str(one.get("text", "")) if isinstance(one, Mapping) else str(one)
                                   for one in value))  # fmt: skip
        elif value not in (None, ""):
            said.append(str(value))
    return " · ".join(said)


def _key(version: QuestionVersion) -> str:
    try:
        return right_answer(learn().versions.get(session(), version.id))
    except (KeyError, Problem, Problems):
        return ""
