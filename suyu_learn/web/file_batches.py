"""Many people's files in one zip, which is written while it is sent: a few people at a time, and none is kept."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Response, stream_with_context

from suyu_learn.exports import pdf_document
from suyu_learn.exports.delimited import harmless
from suyu_learn.exports.documents import Document
from suyu_learn.models import Person
from suyu_learn.services import audit
from suyu_learn.web import exporting
from suyu_learn.web.context import close, learn, session
from suyu_learn.web.i18n import _

MOST = 200
"""People in one zip; what is more comes in parts, so that a broken line costs one of them."""
AT_ONCE = 8
"""Files that share the work on the fonts."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A file before it is drawn, with what the list in the zip says of it."""

    name: str
    staff_number: str
    unit: str
    document: Document


class _Pipe(io.RawIOBase):
    """Takes what a zip writes until it is fetched; it cannot go back, so the zip writes sizes behind each file."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any, /) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def fetch(self) -> bytes:
        """What came since the last time."""
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole


def part_of(ids: Sequence[int], number: int) -> Sequence[int]:
    """The people of one part of a choice, the first part being 1."""
    return ids[(number - 1) * MOST : number * MOST] if number > 0 else ()


def sent(ids: Sequence[int], ready: Callable[[Person], Ready], *, name: str, logged: Mapping[str, Any]) -> Response:
    """The zip, on its way; at its end it is on record how many files it had and whether it was whole."""
    pieces = stream_with_context(_pieces(ids, ready, logged=logged))
    return exporting.attached_as(Response(pieces, mimetype="application/zip"), name)


def _pieces(ids: Sequence[int], ready: Callable[[Person], Ready], *, logged: Mapping[str, Any]) -> Iterator[bytes]:
    pipe, written, whole = _Pipe(), 0, False
    table: list[tuple[str, ...]] = []
    try:
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
            rest = iter(ids)
            while some := list(islice(rest, AT_ONCE)):
                files = _read(some, ready)
                for one, content in zip(files, pdf_document.written([file.document for file in files]), strict=True):
                    written += 1
                    name = exporting.safe(f"{written:04} {one.name} {one.staff_number}".strip()) + ".pdf"
                    archive.writestr(name, content)
                    table.append((str(written), one.name, one.staff_number, one.unit, name))
                    yield pipe.fetch()
            archive.writestr(exporting.safe(_("List")) + ".csv", _list(table))
        yield pipe.fetch()
        whole = True
    finally:
        close()
        here = learn()
        with here.database.writing() as writing:
            audit.record(writing, "person_files.exported.done", now=here.now(), rows=written, whole=whole, **logged)


def _read(ids: Sequence[int], ready: Callable[[Person], Ready]) -> list[Ready]:
    """A few people, each read as they are in one moment; nothing is held open while the files are drawn and sent."""
    try:
        return [ready(session().get_one(Person, one)) for one in ids]
    finally:
        close()


def _list(rows: Sequence[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    head = (_("No."), _("Name"), _("Staff number"), _("Unit"), _("File"))
    csv.writer(text).writerows([head, *([harmless(cell) for cell in row] for row in rows)])
    return text.getvalue().encode("utf-8-sig")
