"""Questions that are nearly the same, side by side on the preview of an import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect
from werkzeug.wrappers import Response

from suyu_learn.content import pictures
from suyu_learn.content.texts import with_blanks
from suyu_learn.domain.questions.likeness import differences
from suyu_learn.domain.questions.words import texts_in
from suyu_learn.models import Import
from suyu_learn.services import bank_imports, bank_near
from suyu_learn.services.bank_near import Near
from suyu_learn.web.bank import ORGANIZERS, organizer
from suyu_learn.web.bank_import_cards import key_in_words, place_in, place_of
from suyu_learn.web.context import close, learn, session
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.bank import NearPair, NearQuestion
from suyu_learn.web.routing import Routes

routes = Routes()

MOST_SHOWN = 50


@routes.post("/manage/bank/imports/<import_key>/near", access=ORGANIZERS)
def import_near(import_key: str) -> Response:
    """Look for near duplicates: read without holding anybody up, then keep what was found."""
    batch, _here = bank_imports.find(session(), organizer(), import_key, change=True)
    if not bank_near.looked(batch):
        close()
        found = looked_for(import_key)
        batch, _here = bank_imports.find(session(), organizer(), import_key, change=True)
        if not bank_near.looked(batch):
            bank_near.keep(session(), batch, found)
    return redirect(link("import_show", import_key=import_key), code=303)


def looked_for(import_key: str) -> Mapping[str, Any]:
    """The near pairs of a preview, looked for in a transaction that only reads."""
    with learn().database.reading() as reading:
        return bank_near.looked_for(reading, bank_imports.by_key(reading, import_key))


def near_pairs(batch: Import, *, change: bool) -> tuple[NearPair, ...]:
    """The pairs that are shown, contradictions first."""
    return tuple(_pair(batch, near, change=change) for near in bank_near.near_in(session(), batch, limit=MOST_SHOWN))


def near_said(batch: Import) -> str:
    """How many pairs were found."""
    found = batch.options.get("near", {})
    count = int(found.get("count", 0))
    if not count:
        return ""
    said = ngettext("%(num)s pair of questions is nearly the same. Both come in unless you leave one out.",
                    "%(num)s pairs of questions are nearly the same. All come in unless you leave some out.",
                    count)  # fmt: skip
    if count > MOST_SHOWN:
        said += " " + _("The first %(shown)s of %(all)s are shown.", shown=MOST_SHOWN, all=count)
    if not found.get("complete", True):
        said += " " + _("There are so many alike that not all were compared.")
    return said


def _pair(batch: Import, near: Near, *, change: bool) -> NearPair:
    one, other = _text(near.body), _text(near.other)
    left, right = differences(one, other)
    other_row = near.other_row
    there = place_of(place_in(other_row), batch) if other_row else _("in the bank")
    return NearPair(
        percent=f"{int(near.likeness * 100)} %",
        one=NearQuestion(place_of(place_in(near.row), batch), tuple(left), key_in_words(near.body)),
        other=NearQuestion(there, tuple(right), key_in_words(near.other)),
        conflict=near.conflict,
        leave_url=link("import_row", import_key=batch.key, row_id=near.row.id) if change else "",
    )


def _text(body: Mapping[str, Any]) -> str:
    """Stem and what is offered, a line each."""
    offered = {name: value for name, value in body.items() if name not in ("stem", "explanation")}
    texts = [str(body.get("stem", "")), *texts_in(offered, named=frozenset({"text"}))]
    return "\n".join(pictures.without(with_blanks(text)) for text in texts)
