"""HR's own table, filled from the records: upload, columns, preview, and the finished workbook."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.content.formats import xlsx_filling
from suyu_learn.content.formats.book_parts import column_letters
from suyu_learn.content.own_tables import KEYS, OwnTable
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import CompletionKind, Import
from suyu_learn.services import audit, record_choices, record_filling
from suyu_learn.services.record_filling import Outcome, Plan, Preview
from suyu_learn.web import exporting, fill_asked, fill_words, record_asked, record_columns
from suyu_learn.web.acting import actor, unread
from suyu_learn.web.context import begin_writing, learn, now, session
from suyu_learn.web.fill_asked import Shown, Typed
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

routes = Routes()

SHOWN = 20
EMPTY_ROWS = 2
FEWEST_ROWS = 3
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Titles = dict[tuple[CompletionKind, int], str]


@routes.get("/manage/records/fill", access=MAY_SEE)
def fill_upload() -> str:
    """The form for the table."""
    return _upload()


@routes.post("/manage/records/fill", access=MAY_SEE, writes=False)
def fill_upload_post() -> Any:
    """Read the table and show what its columns seem to be; it is read before the short write that keeps it."""
    try:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise Problem("roster.no_file", place=Place(field="file"))
        content = file.stream.read(record_filling.MOST_BYTES + 1)
        plan = record_filling.first_plan(content, file.filename)
        batch = record_filling.keep(begin_writing(), content, file.filename, plan, actor=actor(), now=now())
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


@routes.post("/manage/records/fill/<key>", access=MAY_SEE, writes=False)
def fill_table_post(key: str) -> Any:
    """Remember the columns and show the preview; another sheet begins with what its own columns seem to be."""
    batch = _batch(key)
    plan, tables = record_filling.plan_of(batch), record_filling.tables(session(), batch)
    table = next((one for one in tables if one.sheet.name == request.form.get("sheet")), tables[0])
    asked = record_filling.guessed(table)
    if table.sheet.name == plan.sheet:
        shown = fill_asked.of_form(request.form, table)
        try:
            asked = fill_asked.plan_of(shown, table)
            record_filling.check(asked)
        except Problem as problem:
            return _table_page(batch, plan, shown, sentence(problem)), 422
    begin_writing()
    record_filling.keep_plan(session(), _batch(key), asked)
    return redirect(link("fill_table", key=key), code=303)


@routes.post("/manage/records/fill/<key>/file", access=MAY_SEE, writes=False)
def fill_file(key: str) -> Response:
    """The table with its columns filled, outside any write; who took it and why is on record."""
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
    file, unit_id = batch.file_name, record_asked.unit_id(record_asked.reach())  # the table may be gone by then
    audit.record(begin_writing(), "records.filled", now=now(), actor=actor(), reason=reason, file=file,
                 rows=found.counts.get(Outcome.MATCHED, 0), unit_id=unit_id,
                 about=", ".join(fill_words.heading_of(one, titles) for one in plan.fills))  # fmt: skip
    return exporting.attached(done.content, exporting.file_name(_stem(file), (), "xlsx"), XLSX)


@routes.post("/manage/records/fill/<key>/discard", access=MAY_SEE)
def fill_discard(key: str) -> Response:
    """Forget the table at once."""
    record_filling.discard(session(), _batch(key))
    say(MessageKind.SUCCESS, _("The table is forgotten."))
    return redirect(link("records"), code=303)


def _batch(key: str) -> Import:
    return record_filling.find(session(), key, actor=actor(), now=now())


def _stem(file: str) -> str:
    return file.rpartition(".")[0] or file


def _table(batch: Import, plan: Plan) -> OwnTable:
    found = record_filling.tables(session(), batch)
    return next((one for one in found if one.sheet.name == plan.sheet), found[0])


def _preview(table: OwnTable, plan: Plan) -> Preview:
    return record_filling.preview(
        session(), table, plan, reach=record_asked.reach(), unread=unread(), now=now(), zone=learn().zone,
        said=fill_words.said(),
    )  # fmt: skip


def _titles() -> Titles:
    found = record_choices.subjects(session(), record_asked.reach())
    return {(kind, number): title for kind, number, title in found}


def _table_page(batch: Import, plan: Plan, shown: Shown | None = None, problem: str = "") -> str:
    """The page of a plan; with a problem its form stays as it was typed."""
    tables = record_filling.tables(session(), batch)
    table = next((one for one in tables if one.sheet.name == plan.sheet), tables[0])
    found = _preview(table, plan)
    titles = _titles()
    shown = shown or fill_asked.of_plan(plan, table)
    empty = max(EMPTY_ROWS if plan.fills else 0, FEWEST_ROWS - len(shown.fills))
    fills = [*shown.fills, *[Typed()] * empty][: record_filling.MOST_FILLS]
    return render("records/fill_table.html", FillPage(
        trail=trail((_("Training records"), link("records"))), title=batch.file_name, problem=problem,
        kept=fill_words.until(batch),
        sheets=tuple(Choice(one.sheet.name, one.sheet.name, one is table) for one in tables),
        keys=tuple(KeyColumn(f"key-{one}", _(fill_words.KEYS[one]), _columns(table, str(shown.keys.get(one, ""))))
                   for one in KEYS),
        fills=tuple(_fill_column(number, one, table, titles) for number, one in enumerate(fills)),
        replace=shown.replace,
        counts=tuple(Row(_(label), ngettext("%(num)s row", "%(num)s rows", found.counts.get(outcome, 0)))
                     for outcome, label in fill_words.OUTCOMES.items()
                     if outcome is Outcome.MATCHED or found.counts.get(outcome)),
        preview=_listing(plan, found, titles),
        export=_export(batch) if plan.fills and not problem else None,
        discard_url=link("fill_discard", key=batch.key),
    ))  # fmt: skip


def _export(batch: Import) -> ExportForm:
    return replace(exporting.export_form(link("fill_file", key=batch.key)), formats=(("xlsx", "xlsx"),))


def _columns(table: OwnTable, chosen: str) -> tuple[Choice, ...]:
    """The columns by their headings; those without one by their letter."""
    return tuple(
        Choice(str(place), _column_name(table, place), str(place) == chosen) for place in range(table.width)
    )  # fmt: skip


def _column_name(table: OwnTable, place: int) -> str:
    heading = table.headings[place] if place < len(table.headings) else ""
    letters = column_letters(place)
    return f"{letters} {heading}".strip()


def _fill_column(number: int, one: Typed, table: OwnTable, titles: Titles) -> FillColumn:
    return FillColumn(
        number=number,
        columns=(*_columns(table, one.column),
                 Choice(fill_asked.NEW, _("a new column"), one.column == fill_asked.NEW)),
        whats=tuple(Choice(what.value, _(label), what.value == one.what) for what, label in fill_words.WHAT.items()),
        subjects=tuple(
            Choice(value := f"{kind.value}:{subject}", labelled(_(record_columns.KINDS[kind.value]), title),
                   value == one.subject)
            for (kind, subject), title in titles.items()
        ),
        year=one.year,
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
