"""HR's own table, filled from the records: upload, columns, preview, and the finished workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.content.formats import xlsx_filling
from suyu_learn.content.own_tables import KEYS, OwnTable
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import CompletionKind, Import
from suyu_learn.services import audit, record_choices, record_filling
from suyu_learn.services.record_filling import NEW_COLUMN, Fill, Outcome, Plan, Preview
from suyu_learn.services.record_values import Asked, What
from suyu_learn.web import exporting, fill_words, record_asked, record_columns
from suyu_learn.web.acting import actor
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import _, labelled, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import Choice, Column, MessageKind, Row
from suyu_learn.web.pages.filling import FillColumn, FillPage, FillUpload, KeyColumn
from suyu_learn.web.pages.people import Listing
from suyu_learn.web.pages.reports import ExportForm
from suyu_learn.web.problems import sentence
from suyu_learn.web.records import MAY_SEE
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

SHOWN = 20
EMPTY_ROWS = 2
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EARLIEST, LATEST = 1990, 2199
Titles = dict[tuple[CompletionKind, int], str]


@routes.get("/manage/records/fill", access=MAY_SEE)
def fill_upload() -> str:
    """The form for the table."""
    return _upload()


@routes.post("/manage/records/fill", access=MAY_SEE)
def fill_upload_post() -> Any:
    """Read the table and show what its columns seem to be."""
    try:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise Problem("roster.no_file", place=Place(field="file"))
        content = file.stream.read(record_filling.MOST_BYTES + 1)
        batch = record_filling.upload(session(), content, file.filename, actor=actor(), now=now())
    except Problem as problem:
        return _upload(sentence(problem)), 422
    return redirect(link("fill_table", key=batch.key), code=303)


def _upload(problem: str = "") -> str:
    way = trail((_("Training records"), link("records")))
    most = str(record_filling.MOST_BYTES // 1024 // 1024)
    return render("records/fill_upload.html", FillUpload(trail=way, most_megabytes=most, problem=problem))


@routes.get("/manage/records/fill/<key>", access=MAY_SEE)
def fill_table(key: str) -> str:
    """Which columns say who, which are filled, and how that would come out."""
    batch = _batch(key)
    return _table_page(batch, record_filling.plan_of(batch))


@routes.post("/manage/records/fill/<key>", access=MAY_SEE)
def fill_table_post(key: str) -> Any:
    """Remember the columns and show the preview."""
    batch = _batch(key)
    plan = record_filling.plan_of(batch)
    try:
        plan = _asked_plan(batch)
        record_filling.keep_plan(session(), batch, plan)
    except Problem as problem:
        return _table_page(batch, plan, sentence(problem)), 422
    return redirect(link("fill_table", key=key), code=303)


@routes.post("/manage/records/fill/<key>/file", access=MAY_SEE)
def fill_file(key: str) -> Response:
    """The table with its columns filled, logged with the reason."""
    batch = _batch(key)
    reason = exporting.asked_reason()
    plan, titles = record_filling.plan_of(batch), _titles()
    if not plan.fills:
        raise Problem("fill.nothing", place=Place(field="fills"))
    found = _preview(_table(batch, plan), plan)
    done = xlsx_filling.fill(
        record_filling.content_of(session(), batch), plan.sheet, fill_words.cells(plan, found, titles),
        fill_words.explanation(batch, plan, found, titles), file=batch.file_name,
    )  # fmt: skip
    audit.record(session(), "records.filled", now=now(), actor=actor(), reason=reason, file=batch.file_name,
                 rows=found.counts.get(Outcome.MATCHED, 0),
                 about=", ".join(fill_words.heading_of(one, titles) for one in plan.fills))  # fmt: skip
    return exporting.attached(done.content, exporting.file_name(_stem(batch), (), "xlsx"), XLSX)


@routes.post("/manage/records/fill/<key>/discard", access=MAY_SEE)
def fill_discard(key: str) -> Response:
    """Forget the table at once."""
    record_filling.discard(session(), _batch(key))
    say(MessageKind.SUCCESS, _("The table is forgotten."))
    return redirect(link("records"), code=303)


def _batch(key: str) -> Import:
    return record_filling.find(session(), key, actor=actor(), now=now())


def _stem(batch: Import) -> str:
    return batch.file_name.rpartition(".")[0] or batch.file_name


def _table(batch: Import, plan: Plan) -> OwnTable:
    found = record_filling.tables(session(), batch)
    return next((one for one in found if one.sheet.name == plan.sheet), found[0])


def _preview(table: OwnTable, plan: Plan) -> Preview:
    return record_filling.preview(
        session(), table, plan, reach=record_asked.reach(), now=now(), zone=learn().zone, said=fill_words.said()
    )


def _asked_plan(batch: Import) -> Plan:
    """What the form says; another sheet begins with what its own columns seem to be."""
    tables = record_filling.tables(session(), batch)
    before = record_filling.plan_of(batch)
    table = next((one for one in tables if one.sheet.name == request.form.get("sheet")), tables[0])
    if table.sheet.name != before.sheet:
        return record_filling.guessed(table)
    keys = {one: place for one in KEYS if (place := _place(f"key-{one}", table)) is not None}
    return Plan(table.sheet.name, keys, list(_asked_fills(table)), "replace" in request.form)


def _place(name: str, table: OwnTable) -> int | None:
    said = request.form.get(name, "")
    return int(said) if is_number(said) and int(said) < table.width else None


def _asked_fills(table: OwnTable) -> Iterator[Fill]:
    for number in range(record_filling.MOST_FILLS):
        column, what = request.form.get(f"column-{number}", ""), request.form.get(f"what-{number}", "")
        if not column or what not in list(What):
            continue
        place = NEW_COLUMN if column == "new" else _place(f"column-{number}", table)
        if place is None:
            raise Problem("page.unknown")
        kind, _colon, subject = request.form.get(f"subject-{number}", "").partition(":")
        named = kind in list(CompletionKind) and is_number(subject)
        yield Fill(
            place,
            Asked(What(what), CompletionKind(kind) if named else None, int(subject) if named else None,
                  _year(request.form.get(f"year-{number}", ""))),
        )  # fmt: skip


def _year(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not is_number(text) or not EARLIEST <= int(text) <= LATEST:
        raise Problem("fill.year", given=text[:20])
    return int(text)


def _titles() -> Titles:
    return {(kind, number): title for kind, number, title in record_choices.subjects(session())}


def _table_page(batch: Import, plan: Plan, problem: str = "") -> str:
    tables = record_filling.tables(session(), batch)
    table = next((one for one in tables if one.sheet.name == plan.sheet), tables[0])
    found = _preview(table, plan)
    titles = _titles()
    fills = [*plan.fills, *[None] * EMPTY_ROWS][: record_filling.MOST_FILLS]
    if not plan.fills:
        fills = [None] * (EMPTY_ROWS + 1)
    return render("records/fill_table.html", FillPage(
        trail=trail((_("Training records"), link("records"))), title=batch.file_name, problem=problem,
        kept=fill_words.until(batch),
        sheets=tuple(Choice(one.sheet.name, one.sheet.name, one is table) for one in tables),
        keys=tuple(KeyColumn(f"key-{one}", _(fill_words.KEYS[one]), _columns(table, plan.keys.get(one)))
                   for one in KEYS),
        fills=tuple(_fill_column(number, one, table, titles) for number, one in enumerate(fills)),
        replace=plan.replace,
        counts=tuple(Row(_(label), ngettext("%(num)s row", "%(num)s rows", found.counts.get(outcome, 0)))
                     for outcome, label in fill_words.OUTCOMES.items()
                     if outcome is Outcome.MATCHED or found.counts.get(outcome)),
        preview=_listing(plan, found, titles),
        export=_export(batch) if plan.fills and not problem else None,
        discard_url=link("fill_discard", key=batch.key),
    ))  # fmt: skip


def _export(batch: Import) -> ExportForm:
    return replace(exporting.export_form(link("fill_file", key=batch.key)), formats=(("xlsx", "xlsx"),))


def _columns(table: OwnTable, chosen: int | None) -> tuple[Choice, ...]:
    """The columns by their headings; those without one by their letter."""
    return tuple(
        Choice(str(place), _column_name(table, place), place == chosen) for place in range(table.width)
    )  # fmt: skip


def _column_name(table: OwnTable, place: int) -> str:
    heading = table.headings[place] if place < len(table.headings) else ""
    letters = xlsx_filling.column_letters(place + 1)
    return f"{letters} {heading}".strip()


def _fill_column(number: int, fill: Fill | None, table: OwnTable, titles: Titles) -> FillColumn:
    asked = fill.asked if fill is not None else None
    guessed = list(islice(table.wanted.items(), 12))
    what, column = (asked.what.value, fill.column) if asked and fill else ("", None)
    if fill is None and number < len(guessed) and guessed[number][0] in list(What):
        what, column = guessed[number]
    chosen = (asked.kind, asked.subject_id) if asked else None
    return FillColumn(
        number=number,
        columns=(*_columns(table, column), Choice("new", _("a new column"), column == NEW_COLUMN)),
        whats=tuple(Choice(one.value, _(label), one.value == what) for one, label in fill_words.WHAT.items()),
        subjects=tuple(
            Choice(f"{kind.value}:{subject}", labelled(_(record_columns.KINDS[kind.value]), title),
                   (kind, subject) == chosen)
            for (kind, subject), title in titles.items()
        ),
        year=str(asked.year) if asked and asked.year else "",
    )  # fmt: skip


def _listing(plan: Plan, found: Preview, titles: Titles) -> Listing:
    """The first rows as they would come out; those that were not matched first."""
    rows = sorted(found.rows, key=lambda one: one.outcome is Outcome.MATCHED)[:SHOWN]
    columns = [Column(_("Row")), Column(_("In the table")), Column(_("Match"))]
    columns += [Column(fill_words.heading_of(one, titles)) for one in plan.fills]
    shown = []
    for one in rows:
        who = " · ".join(part for part in (one.row.name, one.row.staff_number or one.row.phone, one.row.unit) if part)
        values = [str(some.get(one.person_id, "")) if one.person_id else "" for some in found.values]
        shown.append((str(one.row.row), who or "…", _(fill_words.OUTCOMES[one.outcome]), *values))
    caption = _("The first rows; those without a match come first")
    return Listing(caption, tuple(columns), tuple(shown), _("There are no rows below the headings."))
