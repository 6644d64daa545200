"""The pictures that an editor's texts name: a short sign in the text, and the picture itself beside the field.

A question keeps `![what it shows](media:<sha256>)`. A form has `[Picture 1]` there, and carries along for each sign
which picture it means and what it shows, so that both can be changed and nothing long stands in a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from suyu_learn.content import pictures
from suyu_learn.domain.courses import Film
from suyu_learn.web.i18n import _
from suyu_learn.web.pages.bank_questions import Fields, PictureShown

MOST = 200
"""Pictures of one form that have signs; a mark of another stays in its text as it is."""
MOST_PUT = 1_000
"""Signs that are read in one form; more of them is a form that was made to grow."""
TEXTS = ("stem", "explanation")
_BRACKETED = re.compile(r"[\[【][^\[\]【】\n]{1,40}[\]】]")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def read(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """What a form sends, with the mark of each picture in the place of its sign."""
    signs = form.getlist("picture-sign")[:MOST]
    marks: dict[str, str] = {}
    for number, (sign, sha256, was) in enumerate(
        zip(signs, form.getlist("picture-sha256"), form.getlist("picture-was"), strict=False), start=1
    ):
        if sign and _SHA256.fullmatch(sha256):
            alt = form.get(f"picture-alt-{number}", was).strip()
            marks[sign] = pictures.mark(sha256, alt or was)
    if not marks:
        return form
    of_sign = re.compile("|".join(re.escape(sign) for sign in marks))
    put = count()

    def mark(found: re.Match[str]) -> str:
        return marks[found[0]] if next(put) < MOST_PUT else found[0]

    return MultiDict(
        (name, value if name.startswith("picture-") else of_sign.sub(mark, value))
        for name, value in form.items(multi=True)
    )


@dataclass
class Signs:
    """The signs of one form: each picture that its texts name, with what it is said to show, has a number."""

    texts: list[str]
    films: Mapping[str, Film] = field(default_factory=dict)
    """Those of its media that are played."""
    known: dict[tuple[str, str], PictureShown] = field(default_factory=dict)
    taken: frozenset[str] = field(init=False)
    """What stands in brackets in the texts already."""

    def __post_init__(self) -> None:
        self.taken = frozenset(found for text in self.texts for found in _BRACKETED.findall(text))

    def short(self, text: str) -> str:
        """The text with a sign in the place of each mark."""
        if pictures.SCHEME not in text:
            return text
        return pictures.MARK.sub(lambda found: one.sign if (one := self._of(found)) is not None else found[0], text)

    def shown(self, *texts: str) -> tuple[PictureShown, ...]:
        """The pictures that texts name, each once."""
        found = (one for text in texts if pictures.SCHEME in text for one in pictures.MARK.finditer(text))
        return tuple(dict.fromkeys(shown for one in found if (shown := self._of(one)) is not None))

    def _of(self, found: re.Match[str]) -> PictureShown | None:
        alt, sha256 = found[1], found[2]
        if (sha256, alt) not in self.known:
            if len(self.known) >= MOST:
                return None
            number = len(self.known) + 1
            image = Markup('<img class="sl-picture__small" src="media:{}" alt="{}">').format(sha256, alt)
            self.known[sha256, alt] = PictureShown(
                number, self._free(number, sha256), sha256, alt, image, played=sha256 in self.films
            )
        return self.known[sha256, alt]

    def _free(self, number: int, sha256: str) -> str:
        """A sign that no text happens to have."""
        film = self.films.get(sha256)
        while True:
            if film is None:
                sign = _("[Picture %(number)s]", number=number)
            else:
                sign = _("[Film %(number)s]", number=number) if film.is_film else _("[Sound %(number)s]", number=number)
            if sign not in self.taken:
                return sign
            number += MOST


def short(form: Any, fields: Fields) -> tuple[Fields, Mapping[str, tuple[PictureShown, ...]], tuple[PictureShown, ...]]:
    """The fields with signs, the pictures by the field or row below which they stand, and all of them by number.

    The texts of `form` get their signs in place.
    """
    signs = Signs([form[name].data or "" for name in TEXTS] + [text for _id, text in _texts(fields)])
    beside: dict[str, tuple[PictureShown, ...]] = {}
    for name in TEXTS:
        beside[name] = signs.shown(form[name].data or "")
        form[name].data = signs.short(form[name].data or "")
    for place, text in _texts(fields):
        beside[place] = tuple(dict.fromkeys((*beside.get(place, ()), *signs.shown(text))))
    rows = {
        name: tuple({column: signs.short(text) for column, text in row.items()} for row in of_list)
        for name, of_list in fields.rows.items()
    }
    told = Fields(rows, {name: signs.short(text) for name, text in fields.values.items()})
    return told, beside, tuple(signs.known.values())


def _texts(fields: Fields) -> Iterator[tuple[str, str]]:
    """Every text with the row or value it stands in; rows count from 1."""
    for name, rows in fields.rows.items():
        for number, row in enumerate(rows, start=1):
            yield from ((f"{name}-{number}", text) for text in row.values())
    yield from fields.values.items()
