"""Mending one question of a preview: on a page of its own, or in place with script."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from flask import redirect, request

from suyu_learn.content import pictures
from suyu_learn.content.formats.text_of import Wording
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Import, ImportRow, RowOutcome
from suyu_learn.services import bank_imports, bank_mending
from suyu_learn.services.bank_contents import BankSeen
from suyu_learn.web import editor_pictures
from suyu_learn.web.bank import ORGANIZERS, organizer
from suyu_learn.web.bank_import_cards import cards
from suyu_learn.web.bank_import_pages import import_page
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link
from suyu_learn.web.pages.bank import ImportRowPage
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

TEXTS = ("stem", "options", "answer", "explanation")


@routes.get("/manage/bank/imports/<import_key>/rows/<int:row_id>", access=ORGANIZERS)
def import_row(import_key: str, row_id: int) -> str:
    """One question of a preview, to be changed."""
    batch, _here = bank_imports.find(session(), organizer(), import_key, change=True)
    row = bank_mending.find_row(session(), batch, row_id, change=True)
    return render("bank/import_row.html", _row_page(batch, row))


@routes.post("/manage/bank/imports/<import_key>/rows/<int:row_id>", access=ORGANIZERS)
def import_row_post(import_key: str, row_id: int) -> Any:
    """Change it, leave it out, take it in after all, or have it again as the file has it."""
    batch, here = bank_imports.find(session(), organizer(), import_key, change=True)
    row = bank_mending.find_row(session(), batch, row_id, change=True)
    _do(request.form.get("do", ""), batch, row)
    if request.headers.get("X-Fragment"):
        return _fragment(batch, here, row)
    if row.outcome is RowOutcome.REFUSED and row.decision != bank_imports.LEFT_OUT:
        return redirect(link("import_row", import_key=import_key, row_id=row_id), code=303)
    say(MessageKind.SUCCESS, _told(row))
    return redirect(link("import_show", import_key=import_key), code=303)


def _do(what: str, batch: Import, row: ImportRow) -> None:
    types = learn().plugins.question_types
    if what == "leave":
        bank_mending.leave_out(session(), batch, row)
    elif what == "take":
        bank_mending.take_after_all(session(), batch, row)
    elif what == "came":
        bank_mending.as_it_came(session(), batch, row)
    else:
        day = now().astimezone(learn().zone).date().isoformat()
        said = _with_own_pictures(_typed(bank_mending.wording(row, types)), row)
        bank_mending.mend(session(), batch, row, said, types=types, day=day)


def _typed(former: Wording) -> Wording:
    """What the form says; what it does not have stays as it was."""

    def said(name: str) -> str:
        return request.form.get(name, getattr(former, name)).replace("\r\n", "\n")

    kind = said("type")
    known = kind if kind in learn().plugins.question_types else ""
    return Wording(known if former.whole else former.type, said("stem"), said("options"), said("answer"),
                   said("explanation"), former.whole)  # fmt: skip


def _with_own_pictures(said: Wording, row: ImportRow) -> Wording:
    """What was typed without pictures that neither the row has nor the person may see."""
    texts = {name: getattr(said, name) for name in TEXTS}
    if not any(pictures.SCHEME in text for text in texts.values()):
        return said
    came = {sha256 for _alt, sha256 in pictures.MARK.findall(json.dumps(row.data, ensure_ascii=False))}

    def allowed(sha256: str) -> str | None:
        try:
            editor_pictures.require_own({"stem": pictures.mark(sha256)}, {}, organizer())
        except Problem:
            return sha256 if sha256 in came else None
        return sha256

    return replace(said, **pictures.renamed(texts, allowed))


def _fragment(batch: Import, here: BankSeen, row: ImportRow) -> str:
    """The question and the counts as they are now, for a page that is open."""
    page = import_page(batch, here)
    [card] = cards(batch, [row], change=True)
    return render("partials/_import_saved.html", page, card=card, said=_told(row))


def _row_page(batch: Import, row: ImportRow) -> ImportRowPage:
    [card] = cards(batch, [row], change=True)
    return ImportRowPage(
        heading=_("Change a question"),
        file_name=batch.file_name,
        back_url=link("import_show", import_key=batch.key),
        card=card,
    )


def _told(row: ImportRow) -> str:
    """What became of the question, in words."""
    if row.decision == bank_imports.LEFT_OUT:
        return _("The question is left out.")
    return {
        RowOutcome.REFUSED: _("Something is still wrong with the question."),
        RowOutcome.DUPLICATE: _("The question is known already: it is among the repeated ones now."),
        RowOutcome.DOUBTFUL: _("The question is known with another answer."),
    }.get(row.outcome, _("The question is good and can be taken in."))
