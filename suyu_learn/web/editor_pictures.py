"""Pictures put into a question while it is written: taken in, put into a text, and seen before anything is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from suyu_learn.content import pictures
from suyu_learn.content.drafts import MediaDraft
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Person
from suyu_learn.services import media, media_access
from suyu_learn.services.films import is_one
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.editors.base import Editor
from suyu_learn.web.i18n import _
from suyu_learn.web.identity import roles
from suyu_learn.web.moments import moment
from suyu_learn.web.pages.bank_questions import Fields
from suyu_learn.web.pages.common import Choice
from suyu_learn.web.session import UPLOADS, get, put

MOST_KEPT = 10
"""How many pictures a browser remembers to have sent; they are few between two times of keeping."""


def take_in(form: Any, fields: Fields) -> Fields:
    """Put the picture that was sent to the end of the text it is meant for; raises Problem when it cannot be kept.

    It comes back with the fields, or stands in the form.
    """
    return _put(_sent(), request.form.get("picture_where", "stem"), form, fields)


def appended(text: str) -> str:
    """The text with the picture that was sent at its end; raises Problem when it cannot be kept."""
    return f"{text.rstrip()}\n\n{_sent()}\n".lstrip("\n")


def _sent() -> str:
    """The mark of the picture that was sent, which is kept."""
    at = Place(field="picture")
    sent = request.files.get("picture")
    content = sent.read() if sent is not None else b""
    if sent is None or not content:
        raise Problem("question.no_picture", place=at)
    alt = request.form.get("picture_alt", "").strip()
    if not alt:
        raise Problem("question.no_alt", place=at)
    draft = MediaDraft(content, sent.filename or "")
    prepared = media.prepare([draft], folder=learn().media_folder)
    stored = prepared[draft.sha256]
    if isinstance(stored, Problem):
        raise stored.at(at)
    media.keep(session(), [draft], prepared, now=now())
    put(UPLOADS, [*(get(UPLOADS) or [])[1 - MOST_KEPT :], stored.sha256])
    return pictures.mark(stored.sha256, alt)


def places(editor: Editor, fields: Fields, wanted: str) -> tuple[Choice, ...]:
    """Every field that a picture can be put into."""
    found = [("stem", _("Stem"))]
    for name, rows in editor.lists.items():
        for number, row in enumerate(fields.rows[name], start=1):
            found += [(f"{name}-{column}-{row['key']}", _(label, number=number))
                      for column, label in rows.pictured.items()]  # fmt: skip
    found.append(("explanation", _("Explanation")))
    return tuple(Choice(value, label, value == wanted) for value, label in found)


def _put(mark: str, where: str, form: Any, fields: Fields) -> Fields:
    """The mark at the end of a row's text; else of the stem or the explanation."""
    name, _dash, rest = where.partition("-")
    column, _dash, key = rest.partition("-")
    rows = fields.rows.get(name, ())
    at = next((place for place, row in enumerate(rows) if key and row["key"] == key and column in row), None)
    if at is None:
        field = form["explanation" if where == "explanation" else "stem"]
        field.data = f"{(field.data or '').rstrip()}\n{mark}".lstrip("\n")
        return fields
    changed = {**rows[at], column: f"{rows[at][column]} {mark}".strip()}
    return Fields({**fields.rows, name: (*rows[:at], changed, *rows[at + 1 :])}, fields.values)


def was_sent(sha256: str) -> bool:
    """Whether this browser sent the picture a while ago, and may see it before a question has it."""
    return sha256 in (get(UPLOADS) or ())


def require_own(body: Mapping[str, Any], before: Mapping[str, Any], person: Person, *, films: bool = False) -> None:
    """Raise Problem for a picture that a text names newly and that the person may not see; with `films`, which only
    lessons have, those may be named too."""
    for sha256 in pictures.named_in(body).keys() - pictures.named_in(before).keys():
        if was_sent(sha256):
            continue
        try:
            seen = media_access.find(session(), sha256, person, roles=roles(), moment=moment())
        except Problem:
            raise Problem("question.picture_unknown", place=Place(field="stem")) from None
        if is_one(seen.mime) and not films:
            raise Problem("question.no_films", place=Place(field="stem"))
