"""Saying what the columns of a table are, where its headings leave a doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import redirect, request

from suyu_learn.content.formats.question_columns import FIELDS
from suyu_learn.content.formats.question_guess import TableLook
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Import, ImportState
from suyu_learn.services import bank_columns, bank_imports
from suyu_learn.services.bank_contents import BankSeen
from suyu_learn.services.bank_imports import Upload
from suyu_learn.web import problems
from suyu_learn.web.bank import ORGANIZERS, organizer
from suyu_learn.web.bank_import_pages import told_of
from suyu_learn.web.bank_import_reading import keep_anew, only_once, read_upload
from suyu_learn.web.bank_questions import chosen
from suyu_learn.web.context import close, learn, now, session, writing_apart
from suyu_learn.web.i18n import N_, _
from suyu_learn.web.links import link
from suyu_learn.web.pages.bank import ColumnsPage, ColumnsSheet
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

LONGEST_SAMPLE = 60
FIELD_NAMES = {
    "stem": N_("Question"), "type": N_("Type"), "answer": N_("Answer"), "options": N_("All options in one cell"),
    "explanation": N_("Explanation"), "difficulty": N_("Difficulty"), "topic": N_("Topic"), "points": N_("Points"),
    "source": N_("Source"), "tags": N_("Tags"), "category": N_("Category"), "number": N_("Number"),
    "keywords": N_("Keywords"), "picture": N_("Picture"), "lang": N_("Language"), "group": N_("Passage"),
    "tolerance": N_("Tolerance"), "unit": N_("Measuring unit"), "pairs": N_("Right-hand list"),
}  # fmt: skip
MOST_OPTIONS = 8


@routes.get("/manage/bank/imports/<import_key>/columns", access=ORGANIZERS)
def import_columns(import_key: str) -> Any:
    """The first rows of each sheet, with a choice above every column."""
    batch, here, upload = _waiting(import_key)
    return render("bank/import_columns.html", _page(batch, here, _looks(upload)))


@routes.post("/manage/bank/imports/<import_key>/columns", access=ORGANIZERS, writes=False)
@only_once
def import_columns_post(import_key: str) -> Any:
    """Read the file by what was said, and remember it for the next one with these headings."""
    batch, here, upload = _waiting(import_key)
    person_id, lang = organizer().id, here.bank.lang
    close()
    looked = _looks(upload)
    said = {
        one.sheet: {str(place): _field(f"column-{at}-{place}") for place in range(len(one.headings))}
        for at, one in enumerate(looked)
    }
    upload = replace(upload, columns=said, remembered=False)
    try:
        upload, read = read_upload(upload, import_key, lang)
    except Problem as problem:
        close()
        batch, here, _upload = _waiting(import_key)
        page = _page(batch, here, _looks(upload), problem)
        return render("bank/import_columns.html", page), 422
    keep_anew(here.bank.id, read, upload, key=import_key)
    with writing_apart() as writing:
        bank_columns.remember(writing, person_id, looked, said, now=now())
    return redirect(link("import_show", import_key=import_key), code=303)


def _field(name: str) -> str:
    """What a column is said to be; what can be none leaves it out."""
    said = request.form.get(name, "")
    return said if said in FIELDS else ""


def _waiting(import_key: str) -> tuple[Import, BankSeen, Upload]:
    batch, here = bank_imports.find(session(), organizer(), import_key, change=True)
    upload = bank_imports.kept_upload(session(), batch)
    if upload is None or batch.state is not ImportState.PREVIEW:
        raise Problem("bank.import_not_waiting")
    return batch, here, upload


def _looks(upload: Upload) -> Sequence[TableLook]:
    return bank_columns.looks(learn().plugins.bank_formats[upload.form], upload) if upload.form else ()


def _page(batch: Import, here: BankSeen, looked: Sequence[TableLook], problem: Problem | None = None) -> ColumnsPage:
    return ColumnsPage(
        file_name=batch.file_name,
        bank=here.bank.name,
        bank_url=link("bank_show", bank_id=here.bank.id),
        sheets=tuple(_sheet(at, one) for at, one in enumerate(looked)),
        action=link("import_columns_post", import_key=batch.key),
        back_url=None if batch.options.get("columns_open") else link("import_show", import_key=batch.key),
        discard_url=link("import_discard", import_key=batch.key),
        refused=told_of(problem) if problem is not None else None,
    )


def _sheet(at: int, look: TableLook) -> ColumnsSheet:
    about = (_("Headings in row %(row)s, %(count)s rows below them.", row=look.row, count=look.rows) if look.row
             else _("No headings; %(count)s rows.", count=look.rows))  # fmt: skip
    return ColumnsSheet(
        name=look.sheet,
        about=about,
        doubts=tuple(problems.sentence(one) for one in look.doubtful),
        headings=tuple(text or _("column %(number)s", number=place + 1) for place, text in enumerate(look.headings)),
        samples=tuple(tuple(_short(cell) for cell in row) for row in look.samples),
        fields=tuple((f"column-{at}-{place}", chosen(_offered(name), name, _("leave it out")))
                     for place, name in enumerate(look.fields)),
    )  # fmt: skip


def _offered(name: str) -> list[tuple[str, str]]:
    letters = [one for one in FIELDS if one.startswith("option ")][:MOST_OPTIONS]
    known = [*(one for one in FIELD_NAMES if one in FIELDS), *letters]
    if name and name not in known:
        known.append(name)
    return [(one, field_name(one)) for one in known]


def field_name(name: str) -> str:
    """What a column can be said to be, in words."""
    if name.startswith("option "):
        return _("Option %(letter)s", letter=name.removeprefix("option "))
    return _(FIELD_NAMES[name]) if name in FIELD_NAMES else name


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST_SAMPLE else cell[: LONGEST_SAMPLE - 1] + "…"
