"""Certificates of others from a table, and the kinds that there are."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.content.outside_kinds import Kind
from suyu_learn.content.outside_rows import COLUMNS
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.exports import Heading, Table
from suyu_learn.models import Import, ImportState, RowOutcome
from suyu_learn.services import audit, outside_imports, outside_kinds
from suyu_learn.services.outside_imports import Preview, Step
from suyu_learn.web import outside_words, problems
from suyu_learn.web.acting import actor, carried_out
from suyu_learn.web.certificate_words import day
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.outside import file_form, kind_form, kind_in
from suyu_learn.web.i18n import _, labelled, language, listed, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.outside_certificates import HR
from suyu_learn.web.pages.common import Action, Column, Message, MessageKind
from suyu_learn.web.pages.outside import KindsPage, OutsideForm, OutsidePreview, OutsideRow
from suyu_learn.web.pages.people import FormPage, Listing
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

SHOWN = 100
"""Rows that a preview shows of those that go in; of the refused it shows all."""


@routes.get("/manage/outside-certificates/import", access=HR)
def outside_import() -> str:
    """The form."""
    return _upload_page(file_form())


@routes.post("/manage/outside-certificates/import", access=HR)
def outside_import_post() -> Any:
    """Read the file and show what it would do."""
    form = file_form()
    try:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise Problem("roster.no_file", place=Place(field="file"))
        most = learn().settings.max_upload_mb
        content = file.stream.read(most * 1024 * 1024 + 1)
        if len(content) > most * 1024 * 1024:
            raise Problem("upload.too_large", place=Place(field="file"), most=most)
        batch = outside_imports.upload(session(), content, file.filename, actor=actor(), now=now())
        return redirect(link("outside_preview", key=batch.key), code=303)
    except Problem as problem:
        form.refuse(problem if problem.place.field else problem.at(Place(field="file")))
    return _upload_page(form), 422


@routes.get("/manage/outside-certificates/import/template.xlsx", access=HR)
def outside_template() -> Response:
    """An empty table with the columns that are understood, and an example."""
    kinds = list(outside_words.kinds().values())
    example = ["张三（示例，请删除）", "00123", "", kinds[0].name if kinds else "", "低压电工作业", "T000000", "",
               "2024-05-01", "2030-04-30", "2027-04-30", "本单位", ""]  # fmt: skip
    return _xlsx(_("Certificates of others"), list(COLUMNS), [example], "certificates.xlsx")


@routes.get("/manage/outside-certificates/import/<key>", access=HR)
def outside_preview(key: str) -> str:
    """What would become of the rows of a file, or what became of them."""
    return render("outside/preview.html", _preview_page(_preview(_batch(key))))


@routes.post("/manage/outside-certificates/import/<key>", access=HR)
def outside_preview_post(key: str) -> Response:
    """Enter what can go in, or forget the file."""
    batch = outside_imports.find(session(), key, actor=actor(), hold=True)
    if request.form.get("do") != "apply":
        outside_imports.discard(session(), batch)
        say(MessageKind.SUCCESS, _("The file is gone; what was entered before stays."))
        return redirect(link("outside_list"), code=303)
    count = outside_imports.apply(session(), batch, actor=actor(), now=now(), zone=learn().zone)
    say(MessageKind.SUCCESS, ngettext("%(num)s certificate is entered.", "%(num)s certificates are entered.", count))
    left = batch.counts["refused"]
    return redirect(link("outside_preview", key=key) if left else link("outside_list"), code=303)


@routes.get("/manage/outside-certificates/import/<key>/left-out.xlsx", access=HR, writes=True)
def outside_left_out(key: str) -> Response:
    """The rows that do not go in, as they stand in the file, with the reason."""
    found = _preview(_batch(key))
    rows = found.of(RowOutcome.REFUSED)
    audit.record(session(), "outside.left_out", now=now(), actor=actor(), on=found.batch, rows=len(rows))
    width = len(found.table.headings)
    names = [*(name or f"({place})" for place, name in enumerate(found.table.headings, start=1)), _("Reason")]
    cells = [[*(*one.row.cells, *[""] * width)[:width], _remarks(one)] for one in rows]
    return _xlsx(_("Left out"), names, cells, "left-out.xlsx")


def _batch(key: str) -> Import:
    return outside_imports.find(session(), key, actor=actor())


def _preview(batch: Import) -> Preview:
    return outside_imports.preview(session(), batch, actor=actor(), now=now(), zone=learn().zone)


def _trail() -> tuple[Action, ...]:
    return trail((_("Certificates of others"), link("outside_list")))


def _upload_page(form: Form) -> str:
    return render("outside/form.html", OutsideForm(
        title=_("Bring in a table"), trail=_trail(), form=form, submit=_("Look at it"), back_url=link("outside_list"),
        lead=_("People are recognised by staff number, else by phone, else by a name that only one has. Nothing is "
               "entered before you have looked at it. Scans are added on each person's page."),
        template_url=link("outside_template"),
    ))  # fmt: skip


def _preview_page(found: Preview) -> OutsidePreview:
    waits = found.batch.state is ImportState.PREVIEW
    new, refused = found.of(RowOutcome.NEW), found.of(RowOutcome.REFUSED)
    there = found.of(RowOutcome.SAME, RowOutcome.DUPLICATE)
    counts = [
        ngettext("%(num)s row goes in", "%(num)s rows go in", len(new)) if new else "",
        ngettext("%(num)s row is refused", "%(num)s rows are refused", len(refused)) if refused else "",
        ngettext("%(num)s row is entered already", "%(num)s rows are entered already", len(there)) if there else "",
    ]
    notes, known = [], outside_words.kinds()
    if found.table.unknown:
        notes.append(_("Columns that mean nothing here: %(names)s", names=listed(found.table.unknown)))
    if found.table.skipped:
        notes.append(_("Sheets without the columns: %(names)s", names=listed(found.table.skipped)))
    if len(new) > SHOWN:
        notes.append(_("Of the rows that go in the first %(num)s are shown.", num=SHOWN))
    return OutsidePreview(
        title=found.batch.file_name,
        trail=_trail(),
        message=_message(waits, bool(new)),
        counts=tuple(one for one in counts if one),
        notes=tuple(notes),
        refused=tuple(_row(one, known) for one in refused),
        new=tuple(_row(one, known) for one in new[:SHOWN]),
        post_url=link("outside_preview_post", key=found.batch.key),
        left_out_url=link("outside_left_out", key=found.batch.key) if refused else "",
        back_url=link("outside_list"),
        waits=waits and bool(new),
    )


def _message(waits: bool, any_new: bool) -> Message:
    if not waits:
        return Message(MessageKind.SUCCESS, _("The file is in. What was refused can be downloaded and mended."))
    if not any_new:
        return Message(MessageKind.WARNING, _("Nothing of this file can go in as it is."))
    return Message(MessageKind.TEACH, _("Nothing is entered yet. Look it over, then take it in."))


def _row(one: Step, known: Mapping[str, Kind]) -> OutsideRow:
    row, said = one.row, one.said
    kind = known.get(said.kind) if said is not None else None
    parts = [kind.called(language()) if kind is not None else row.kind, row.detail, row.number]
    if said is not None and said.valid_until is not None:
        parts.append(_("valid until %(day)s", day=day(said.valid_until)))
    if said is not None and said.review_on is not None:
        parts.append(labelled(_("Next review by"), day(said.review_on)))
    return OutsideRow(str(row.row), row.name, " · ".join(part for part in parts if part), _remarks(one))


def _remarks(one: Step) -> str:
    return " ".join(problems.sentence(problem) for problem in one.problems)


def _xlsx(title: str, names: list[str], rows: Iterable[Any], file_name: str) -> Response:
    form = learn().plugins.export_formats["xlsx"]
    stream = io.BytesIO()
    headings = [Heading(str(place), name, itemgetter(place)) for place, name in enumerate(names)]
    form.write(Table(title, headings, rows), stream)
    response = Response(stream.getvalue(), mimetype=form.mime)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


# Kinds


@routes.get("/manage/outside-kinds", access=HR)
def outside_kind_list() -> str:
    """The kinds with their months and basis."""
    changes = outside_kinds.may_change(session(), actor())
    columns = (Column(_("Kind")), Column(_("Valid")), Column(_("Review")), Column(_("Issued by")), Column(_("Basis")),
               Column(_("Compared with the basis on")))  # fmt: skip
    rows = tuple(
        (
            Action(one.called(language()), link("outside_kind", code=one.code)) if changes else one.called(language()),
            _months(one.valid_months) or _("without an end"),
            _months(one.review_months) or _("none"),
            one.issuer,
            one.basis,
            _compared(one),
        )
        for one in outside_words.kinds().values()
    )
    return render("outside/kinds.html", KindsPage(
        trail=_trail(), kinds=Listing(_("Kinds of certificates"), columns, rows),
        add_url=link("outside_kind", code="new"),
    ))  # fmt: skip


def _months(count: int | None) -> str:
    return ngettext("%(num)s month", "%(num)s months", count) if count else ""


def _compared(one: Kind) -> str:
    said = day(one.checked) if one.checked else _("not compared yet")
    return said if one.confirmed else _("%(day)s, to be confirmed", day=said)


@routes.get("/manage/outside-kinds/<code>", access=HR)
def outside_kind(code: str) -> str:
    """The form for a kind; `new` for another one."""
    return _kind_page(code, kind_form(_kind(code)))


@routes.post("/manage/outside-kinds/<code>", access=HR)
def outside_kind_post(code: str) -> Any:
    """Add it, or say otherwise of it."""
    _kind(code)
    form = kind_form()

    def keep() -> None:
        outside_kinds.save(session(), "" if code == "new" else code, kind_in(form), actor=actor(), now=now())

    if not carried_out(form, keep):
        return _kind_page(code, form), 422
    say(MessageKind.SUCCESS, _("Saved. Certificates that are entered already keep their days."))
    return redirect(link("outside_kind_list"), code=303)


def _kind(code: str) -> Kind | None:
    if code == "new":
        return None
    if not outside_kinds.may_change(session(), actor()):
        raise Problem("page.refused")
    found = outside_words.kinds().get(code)
    if found is None:
        raise Problem("page.unknown")
    return found


def _kind_page(code: str, form: Form) -> str:
    return render("manage/form.html", FormPage(
        title=_("Another kind of certificate") if code == "new" else _("Change a kind of certificate"), form=form,
        submit=_("Save"), cancel_url=link("outside_kind_list"), trail=_trail(),
        lead=_("From the months the last day and the review of a new entry follow, where nobody types them."),
    ))  # fmt: skip
