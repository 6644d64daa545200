"""Questions from a file: choosing it, looking at what it brings, throwing it away, getting it back with remarks."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from flask import redirect, request, send_file
from werkzeug.wrappers import Response

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.refused_cells import table_of
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.texts import tidy
from suyu_learn.exports import Heading, Table
from suyu_learn.models import ImportState, RowOutcome
from suyu_learn.services import bank_columns, bank_contents, bank_imports, bank_remarks
from suyu_learn.services.bank_contents import BankSeen
from suyu_learn.web import problems
from suyu_learn.web.bank import ORGANIZERS, organizer
from suyu_learn.web.bank_import_cards import columns_of, reason_of
from suyu_learn.web.bank_import_pages import import_page, progress_page, upload_page
from suyu_learn.web.bank_import_reading import keep_anew, keep_preview, looked_at, only_once, read_upload
from suyu_learn.web.context import close, learn, session
from suyu_learn.web.forms.bank import reading_form, upload_form
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import number_of

routes = Routes()


@routes.get("/manage/bank/<int:bank_id>/import", access=ORGANIZERS)
def bank_import(bank_id: int) -> str:
    """Choose a file."""
    here = bank_contents.get_bank(session(), organizer(), bank_id, change=True)
    return render("bank/import.html", upload_page(here, upload_form(learn().plugins.bank_formats), lesson_id=_lesson()))


@routes.post("/manage/bank/<int:bank_id>/import", access=ORGANIZERS, writes=False)
def bank_import_post(bank_id: int) -> Any:
    """Read the file, outside any transaction since it may take seconds, and keep what it says as a preview."""
    here = bank_contents.get_bank(session(), organizer(), bank_id, change=True, counted=False)
    form = upload_form(learn().plugins.bank_formats)
    try:
        key = _read_and_keep(here, form)
    except Problem as problem:
        return render("bank/import.html", upload_page(here, form, problem, lesson_id=_lesson())), 422
    return redirect(link("import_show", import_key=key), code=303)


def _lesson() -> int:
    """The lesson for which somebody brings questions; 0 for none."""
    return request.args.get("lesson", 0, type=number_of)


def _upload(form: Any) -> bank_imports.Upload:
    """The file that was chosen, else the text that was pasted; raises Problem when there is neither, or both."""
    sent, pasted = form.file.data, form.text.data or ""
    chosen = sent is not None and bool(sent.filename)
    if not form.validate() or not (chosen or pasted.strip()):
        raise Problem("bank.no_file", place=Place(field="file"))
    if chosen and pasted.strip():
        raise Problem("bank.file_and_text", place=Place(field="text"))
    if chosen:
        with sent.stream as stream:
            name = tidy(sent.filename.replace("\\", "/").rsplit("/", 1)[-1]).replace("\n", " ").replace("\t", " ")
            return bank_imports.Upload(name, stream.read(), form.form.data, form.encoding.data)
    return bank_imports.Upload(_("pasted text") + ".txt", pasted.encode(), form.form.data, "utf-8")


def _read_and_keep(here: BankSeen, form: Any) -> str:
    upload = replace(_upload(form), lesson_id=_lesson())
    if here.bank.pack is not None:
        raise Problem("bank.pack_only", name=here.bank.name)
    key = bank_imports.new_import_key()
    person_id = organizer().id
    close()
    upload, looked = looked_at(upload, person_id)
    columns_open = bank_columns.doubtful(looked) and not upload.columns
    read = BankFile(())
    if not columns_open:
        upload, read = read_upload(upload, key, here.bank.lang)
    keep_preview(here.bank.id, read, upload, key=key, person_id=person_id, columns_open=columns_open)
    return key


@routes.get("/manage/bank/imports/<import_key>", access=ORGANIZERS)
def import_show(import_key: str) -> Any:
    """What the file brings, or what became of it."""
    batch, here = bank_imports.find(session(), organizer(), import_key)
    if batch.options.get("columns_open") and here.may_change:
        return redirect(link("import_columns", import_key=import_key), code=303)
    if "stage" in batch.options:
        return render("bank/import_progress.html", progress_page(batch, here))
    return render("bank/import_preview.html", import_page(batch, here))


@routes.post("/manage/bank/imports/<import_key>/read", access=ORGANIZERS, writes=False)
@only_once
def import_read_again(import_key: str) -> Any:
    """Read the kept file in another way."""
    batch, here = bank_imports.find(session(), organizer(), import_key, change=True)
    upload = bank_imports.kept_upload(session(), batch)
    if upload is None or batch.state is not ImportState.PREVIEW:
        raise Problem("bank.import_not_waiting")
    form = reading_form(learn().plugins.bank_formats, form=upload.form, encoding=upload.encoding)
    if not form.validate():
        raise Problem("page.unreadable")
    upload, lang = replace(upload, form=form.form.data, encoding=form.encoding.data), here.bank.lang
    try:
        upload, read = read_upload(upload, import_key, lang)
    except Problem as problem:
        batch, here = bank_imports.find(session(), organizer(), import_key, change=True)
        return render("bank/import_preview.html", import_page(batch, here, form=form, problem=problem)), 422
    keep_anew(here.bank.id, read, upload, key=import_key)
    return redirect(link("import_show", import_key=import_key), code=303)


@routes.post("/manage/bank/imports/<import_key>/discard", access=ORGANIZERS)
def import_discard(import_key: str) -> Response:
    """Throw a preview away."""
    batch, here = bank_imports.find(session(), organizer(), import_key, change=True)
    bank_imports.discard(session(), batch)
    say(MessageKind.SUCCESS, _("The file was thrown away; nothing was taken in."))
    where = "bank_import" if "again" in request.form else "bank_show"
    return redirect(link(where, bank_id=here.bank.id), code=303)


@routes.get("/manage/bank/imports/<import_key>/remarked", access=ORGANIZERS)
def import_remarked(import_key: str) -> Response:
    """The very file that came in, with a remark beside each question that is refused or doubtful."""
    batch, _here = bank_imports.find(session(), organizer(), import_key)
    upload = bank_imports.kept_upload(session(), batch)
    if upload is None:
        raise Problem("bank.no_remarks")
    rows = bank_imports.rows_of(session(), batch, (RowOutcome.REFUSED, RowOutcome.DOUBTFUL), decision="")
    remarks = [(replace(one.place, sheet=row.sheet, row=row.row), problems.sentence(one))
               for row in rows for one in bank_imports.problems_of(row)]  # fmt: skip
    close()
    content = bank_remarks.remarked(upload.form, upload.content, file_name=upload.file_name, remarks=remarks,
                                    heading=_("Reason"))  # fmt: skip
    if content is None:
        raise Problem("bank.no_remarks")
    stem, _dot, ending = upload.file_name.rpartition(".")
    marked = _("with remarks")
    name = f"{stem}-{marked}.{ending}"
    return send_file(io.BytesIO(content), as_attachment=True, download_name=name)


@routes.get("/manage/bank/imports/<import_key>/errors.xlsx", access=ORGANIZERS)
def import_errors(import_key: str) -> Response:
    """The refused questions as they stood, with their reasons, to be mended and sent again."""
    batch, _here = bank_imports.find(session(), organizer(), import_key)
    rows = bank_imports.rows_of(session(), batch, (RowOutcome.REFUSED,))
    labels, told = table_of([row.data.get("cells", ()) for row in rows])
    headings = [
        Heading("sheet", _("Sheet"), lambda pair: pair[0].sheet),
        Heading("row", _("Row"), lambda pair: pair[0].row),
        Heading("column", _("Column"), lambda pair: columns_of(pair[0])),
        Heading("reason", _("Reason"), lambda pair: reason_of(pair[0])),
        *(Heading(label, label, _cell_of(label)) for label in labels),
    ]
    stream = io.BytesIO()
    form = learn().plugins.export_formats["xlsx"]
    form.write(Table(_("Refused questions"), headings, list(zip(rows, told, strict=True))), stream)
    stream.seek(0)
    name = batch.file_name.rsplit(".", 1)[0]
    return send_file(stream, mimetype=form.mime, as_attachment=True, download_name=f"{name}-{_('refused')}.xlsx")


def _cell_of(label: str) -> Any:
    return lambda pair: pair[1].get(label, "")
