"""Sending a table as a file: logged before its first byte with who, what and why, and after its last with how many."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Response, abort, make_response, request, stream_with_context

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.exports import Heading, Table
from suyu_learn.hooks import ExportFormat
from suyu_learn.models import Person, new_key
from suyu_learn.services import audit
from suyu_learn.web import problems
from suyu_learn.web.context import commit, learn, now, session
from suyu_learn.web.errors import is_script
from suyu_learn.web.i18n import N_, _
from suyu_learn.web.links import back_to, link
from suyu_learn.web.pages.reports import ExportAgain, ExportForm, ExportReason
from suyu_learn.web.templates import render

REASONS = {
    "training_record": N_("Training records of the unit"),
    "report_upwards": N_("Report to a higher authority"),
    "inspection": N_("Inspection or audit"),
    "reminding": N_("Reminding people"),
    "other": N_("Other"),
}
_REFUSED = re.compile(r'[\x00-\x1f\\/:*?"<>|\s]+')
IN_MEMORY = 2**20
PIECE = 2**16
MOST_ROWS = {"xlsx": 100_000}
"""What a workbook may hold: it is made whole before its first byte is sent, and a browser does not wait for minutes."""


class Counted:
    """Rows on their way into a file, counted as they pass."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Any]:
        for row in self._rows:
            self.count += 1
            yield row


def export_form(
    url: str, *, hidden: Iterable[tuple[str, str]] = (), kinds: Iterable[tuple[str, str]] = ()
) -> ExportForm:
    """The form under a table: format and reason."""
    forms = tuple((code, code) for code in learn().plugins.export_formats)
    return ExportForm(url=url, hidden=tuple(hidden), kinds=tuple(kinds), formats=forms, reasons=_reasons())


def asked_format() -> ExportFormat:
    """The format that was asked for."""
    found = learn().plugins.export_formats.get(request.form.get("format", ""))
    if found is None:
        raise Problem("export.unknown_format", known=sorted(learn().plugins.export_formats))
    return found


def asked_reason() -> str:
    """Why the table leaves the house: a choice, and words where the choice is “other”.

    Without them the request ends with a page that asks for them and keeps all else that was sent.
    """
    code = request.form.get("reason", "")
    note = " ".join(request.form.get("note", "").split())[:500]
    if code not in REASONS or (code == "other" and not note):
        missing = Problem("export.no_reason", place=Place(field="reason"))
        if is_script():
            raise missing
        abort(make_response(render("reports/export_again.html", _again(missing)), problems.status(missing)))
    return f"{code}: {note}" if note else code


def _again(missing: Problem) -> ExportAgain:
    came_from = urlsplit(request.referrer or "")
    return ExportAgain(
        url=request.script_root + request.path,
        hidden=tuple(
            (name, value) for name, values in request.form.lists() for value in values
            if name not in ("csrf_token", "reason", "note")
        ),
        reasons=_reasons(),
        reason=request.form.get("reason", ""),
        note=request.form.get("note", "")[:500],
        error=problems.sentence(missing),
        back_url=back_to(f"{came_from.path}?{came_from.query}" if came_from.path else "", link("home")),
    )  # fmt: skip


def _reasons() -> tuple[ExportReason, ...]:
    return tuple(ExportReason(code, _(label)) for code, label in REASONS.items())


def refuse_too_many(form: ExportFormat, count: int) -> None:
    """Raise Problem when a format cannot hold so many rows; nothing is cut off silently."""
    most = MOST_ROWS.get(form.code)
    if most is not None and count > most:
        raise Problem("export.too_many_rows", most=most, format=form.code)


def send(
    title: str,
    headings: Iterable[Heading],
    rows: Callable[[Any], Iterable[Any]],
    *,
    form: ExportFormat,
    action: str,
    actor: Person,
    reason: str,
    on: Any = None,
    unit_id: int | None = None,
    plain: bool = False,
    about: Iterable[str] = (),
    **detail: Any,
) -> Response:
    """The file; `rows` reads in a session of the file's own. `plain` rows are ready sequences of cells.

    Its name says what it is `about`, such as a unit, and the day.
    """
    if about := list(about):
        detail["about"] = ", ".join(about)
    detail["export"] = new_key()  # by which the beginning and the end of an export know each other
    audit.record(session(), action, now=now(), actor=actor, on=on, unit_id=unit_id, reason=reason,
                 format=form.code, **detail)  # fmt: skip
    commit()
    table_of = _table_of(title, list(headings), plain=plain)
    logged = {"action": f"{action}.done", "actor": actor, "on": on, "unit_id": unit_id, "format": form.code, **detail}
    pieces = stream_with_context(_pieces(form, table_of, rows, logged))
    response = Response(pieces, mimetype=form.mime)
    name = quote(file_name(title, about, form.code), safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=export.{form.code}; filename*=UTF-8''{name}"
    return response


def file_name(title: str, about: Iterable[str], code: str) -> str:
    """What a file is called: what it holds, of whom, and the day; without signs that a system of files refuses."""
    parts = [title, *about, now().astimezone(learn().zone).date().isoformat()]
    return "-".join(_REFUSED.sub(" ", part).strip()[:60] for part in parts if part) + f".{code}"


def attached(content: bytes, name: str, mime: str) -> Response:
    """A file that is ready, under its name."""
    return attached_as(Response(content, mimetype=mime), name)


def attached_as(response: Response, name: str) -> Response:
    """A response that the browser keeps as a file of this name."""
    named, suffix = quote(safe(name), safe=""), name.rpartition(".")[2]
    response.headers["Content-Disposition"] = f"attachment; filename=export.{suffix}; filename*=UTF-8''{named}"
    return response


def safe(name: str) -> str:
    """The name of a file without signs that a system of files refuses."""
    return _REFUSED.sub(" ", name).strip()


def _table_of(title: str, headings: list[Heading], *, plain: bool) -> Callable[[Iterable[Any]], Table]:
    return lambda rows: Ready(title, headings, rows) if plain else Table(title, headings, rows)


class Ready(Table):
    """A table whose rows are ready sequences of cells."""

    @property
    def rows(self) -> Iterable[Any]:
        return self._rows


def _pieces(
    form: ExportFormat,
    table_of: Callable[[Iterable[Any]], Table],
    rows: Callable[[Any], Iterable[Any]],
    logged: dict[str, Any],
) -> Iterator[bytes]:
    here = learn()
    counted = Counted(())
    whole = False
    try:
        with here.database.reading() as reading:
            counted = Counted(rows(reading))
            yield from written(form, table_of(counted))
        whole = True
    finally:
        with here.database.writing() as writing:
            audit.record(writing, logged.pop("action"), now=here.now(), rows=counted.count, whole=whole, **logged)


def written(form: ExportFormat, table: Table) -> Iterator[bytes]:
    """The bytes of a file: as they come where the format can, else from a temporary file."""
    pieces = getattr(form, "pieces", None)
    if pieces is not None:
        yield from pieces(table)
        return
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as stream:
        form.write(table, stream)  # type: ignore[arg-type]
        stream.seek(0)
        while piece := stream.read(PIECE):
            yield piece
