"""Pages on which a table of what people have from elsewhere is brought, looked at and taken in."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Generic, TypeVar

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.content.outside_tables import PersonRow
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.exports import Heading, Table
from suyu_learn.models import Import, ImportState, RowOutcome
from suyu_learn.services import audit, outside_tables, scans
from suyu_learn.services.outside_tables import Preview, Step, Tables
from suyu_learn.services.scans import Filed
from suyu_learn.web import problems, uploads
from suyu_learn.web.acting import actor
from suyu_learn.web.context import begin_writing, close, learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.outside import file_form
from suyu_learn.web.i18n import _, labelled, listed, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, Message, MessageKind
from suyu_learn.web.pages.outside import OutsideForm, OutsidePreview, OutsideRow
from suyu_learn.web.pages.people import Listing
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

SHOWN = 100
"""Rows that a preview shows of those that go in; of the refused it shows all."""

R = TypeVar("R", bound=PersonRow)
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Desk(Generic[R, S]):
    """One kind of table with its words and its pages, whose endpoints begin alike."""

    tables: Tables[R]
    endpoint: str
    left_out_action: str
    trail: tuple[Action, ...]
    back_url: str
    heading: str
    """What stands above that which a row says."""

    lead: str
    described: Callable[[Step[R, S]], list[str]]
    proof: bool = False
    """Whether one scan can come with a file that proves all its rows."""

    brought: Callable[[], Listing | None] = lambda: None
    """The files that came in before, below the form for another one."""

    def form(self) -> Form:
        """The form for a file."""
        return file_form(most=self.tables.most, proof=self.proof)

    def upload(self) -> Any:
        """Keep the file that was sent and go on to look at it, or say why not; it is read within no transaction."""
        form = self.form()
        try:
            content, name = uploads.sent_table()
            close()
            self.tables.require_readable(content, name)
            proof = _sent_proof() if self.proof else None
        except Problem as problem:
            form.refuse(problem if problem.place.field else problem.at(Place(field="file")))
            return self.upload_page(form), 422
        batch = self.tables.keep(begin_writing(), content, name, actor=actor(), now=now(), proof=proof)
        return redirect(self._url("preview", batch), code=303)

    def upload_page(self, form: Form) -> str:
        """The form with the empty table."""
        return render("outside/form.html", OutsideForm(
            title=_("Bring in a table"), trail=self.trail, form=form, submit=_("Look at it"), back_url=self.back_url,
            lead=self.lead, template_url=link(f"{self.endpoint}_template"), brought=self.brought(),
        ))  # fmt: skip

    def batch(self, key: str, *, hold: bool = False) -> Import:
        """One's own file."""
        return self.tables.find(session(), key, actor=actor(), hold=hold)

    def applies(self, batch: Import) -> bool:
        """Whether it was asked to take the file in; otherwise it is forgotten."""
        if request.form.get("do") == "apply":
            return True
        outside_tables.discard(session(), batch)
        say(MessageKind.SUCCESS, _("The file is gone; what was entered before stays."))
        return False

    def done(self, batch: Import, said: str) -> Response:
        """Say what went in; to the refused rows, if there are any."""
        say(MessageKind.SUCCESS, said)
        return redirect(self._url("preview", batch), code=303) if batch.counts["refused"] else self.back()

    def back(self) -> Response:
        """To where one came from."""
        return redirect(self.back_url, code=303)

    def left_out(self, found: Preview[R, S]) -> Response:
        """The refused rows as they stand in the file, with the reason."""
        rows = found.of(RowOutcome.REFUSED)
        audit.record(session(), self.left_out_action, now=now(), actor=actor(), on=found.batch, rows=len(rows))
        width = len(found.table.headings)
        names = [*(name or f"({place})" for place, name in enumerate(found.table.headings, start=1)), _("Reason")]
        cells = [[*(*one.row.cells, *[""] * width)[:width], _remarks(one)] for one in rows]
        return xlsx(_("Left out"), names, cells, "left-out.xlsx")

    def preview_page(self, found: Preview[R, S]) -> str:
        """What would become of the rows, or what became of them."""
        waits = found.batch.state is ImportState.PREVIEW
        new, refused = found.of(RowOutcome.NEW), found.of(RowOutcome.REFUSED)
        return render("outside/preview.html", OutsidePreview(
            title=found.batch.file_name,
            trail=self.trail,
            message=_message(waits, bool(new)),
            heading=self.heading,
            counts=_counts(found),
            notes=_notes(found),
            refused=tuple(self._row(one) for one in refused),
            new=tuple(self._row(one) for one in new[:SHOWN]),
            post_url=self._url("preview_post", found.batch),
            left_out_url=self._url("left_out", found.batch) if refused else "",
            back_url=self.back_url,
            waits=waits and bool(new),
        ))  # fmt: skip

    def _row(self, one: Step[R, S]) -> OutsideRow:
        said = " · ".join(part for part in self.described(one) if part)
        return OutsideRow(str(one.row.row), one.row.name, said, _remarks(one))

    def _url(self, page: str, batch: Import) -> str:
        return link(f"{self.endpoint}_{page}", key=batch.key)


def xlsx(title: str, names: list[str], rows: Iterable[Any], file_name: str) -> Response:
    """A table to download."""
    form = learn().plugins.export_formats["xlsx"]
    stream = io.BytesIO()
    headings = [Heading(str(place), name, itemgetter(place)) for place, name in enumerate(names)]
    form.write(Table(title, headings, rows), stream)
    response = Response(stream.getvalue(), mimetype=form.mime)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _counts(found: Preview[R, S]) -> tuple[str, ...]:
    new, refused = len(found.of(RowOutcome.NEW)), len(found.of(RowOutcome.REFUSED))
    there = len(found.of(RowOutcome.SAME, RowOutcome.DUPLICATE))
    counts = [
        ngettext("%(num)s row goes in", "%(num)s rows go in", new) if new else "",
        ngettext("%(num)s row is refused", "%(num)s rows are refused", refused) if refused else "",
        ngettext("%(num)s row is entered already", "%(num)s rows are entered already", there) if there else "",
    ]
    return tuple(one for one in counts if one)


def _sent_proof() -> Filed | None:
    sent = request.files.get("proof")
    if sent is None or not sent.filename:
        return None
    try:
        return scans.prepare(sent.stream.read(), sent.filename, folder=learn().scan_folder)
    except Problem as problem:
        raise problem.at(Place(field="proof")) from None


def _notes(found: Preview[R, S]) -> tuple[str, ...]:
    notes = []
    if "proof" in found.batch.options:
        notes.append(labelled(_("One proof for all rows"), found.batch.options["proof"]["name"]))
    if found.table.unknown:
        notes.append(_("Columns that mean nothing here: %(names)s", names=listed(found.table.unknown)))
    if found.table.skipped:
        notes.append(_("Sheets without the columns: %(names)s", names=listed(found.table.skipped)))
    if len(found.of(RowOutcome.NEW)) > SHOWN:
        notes.append(_("Of the rows that go in the first %(num)s are shown.", num=SHOWN))
    return tuple(notes)


def _message(waits: bool, any_new: bool) -> Message:
    if not waits:
        return Message(MessageKind.SUCCESS, _("The file is in. What was refused can be downloaded and mended."))
    if not any_new:
        return Message(MessageKind.WARNING, _("Nothing of this file can go in as it is."))
    return Message(MessageKind.TEACH, _("Nothing is entered yet. Look it over, then take it in."))


def _remarks(one: Step[R, S]) -> str:
    return " ".join(_remark(problem) for problem in one.problems)


def _remark(problem: Problem) -> str:
    said = problems.sentence(problem)
    return labelled(problem.place.column, said) if problem.place.column else said
