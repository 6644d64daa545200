"""The report of a year to the city, in one click: an editable Word file, or a workbook with all its tables."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from flask import Response, request

from suyu_learn.domain.problems import Problem
from suyu_learn.exports import Xlsx, docx_document
from suyu_learn.exports.tables import Table
from suyu_learn.exports.workbook import write_sheets
from suyu_learn.hooks import ExportTable
from suyu_learn.models import Unit
from suyu_learn.services import record_choices, reports, statistics_report
from suyu_learn.services.statistics_report import CityReport
from suyu_learn.web import exporting, statistics_documents
from suyu_learn.web.acting import actor, unread
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import _
from suyu_learn.web.pages.common import Choice
from suyu_learn.web.pages.reports import ExportReason
from suyu_learn.web.pages.statistics import CityReportPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.statistics_desk import MAY_SEE, statistics_trail, today
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

YEARS = 5
FORMATS = {"docx": docx_document.MIME, "xlsx": Xlsx.mime}


@dataclass(slots=True)
class Made:
    """A file that is made already, as the exports send it."""

    code: str
    mime: str
    content: bytes

    def pieces(self, table: ExportTable) -> Iterator[bytes]:
        """The whole file; the lines of its tables are counted for the audit trail."""
        for _line in table.rows:
            pass
        yield self.content

    def write(self, table: ExportTable, stream: BinaryIO) -> None:
        """The same into a stream."""
        stream.write(b"".join(self.pieces(table)))


@routes.get("/manage/statistics/report", access=MAY_SEE)
def city_report() -> str:
    """Of which unit and year, in which form and why."""
    chosen = request.args.get("unit", "")
    reach = reports.sight_of(session(), actor()).numbers
    year = today().year
    return render("statistics/report.html", CityReportPage(
        trail=statistics_trail(),
        units=tuple(
            Choice(str(one.unit_id), one.name, str(one.unit_id) == chosen, one.depth)
            for one in record_choices.units(session(), reach)
        ),
        years=tuple(Choice(str(one), str(one), one == year) for one in range(year, year - YEARS, -1)),
        formats=(Choice("docx", _("Word, to go on writing")), Choice("xlsx", _("Excel, all tables"))),
        reasons=tuple(ExportReason(code, _(label)) for code, label in exporting.REASONS.items()),
        holds=statistics_documents.holds(),
    ))  # fmt: skip


@routes.post("/manage/statistics/report", access=MAY_SEE)
def city_report_file() -> Response:
    """The file, logged with its reason before the first byte."""
    reason, unit, year = exporting.asked_reason(), _unit(), _year()
    code = request.form.get("format", "")
    if code not in FORMATS:
        raise Problem("export.unknown_format", known=sorted(FORMATS))
    found = statistics_report.city_report(
        session(), year, unit, sight=reports.sight_of(session(), actor()), now=now(), zone=learn().zone,
        suppress_below=learn().settings.suppress_below, unread=unread(),
    )  # fmt: skip
    tables = statistics_documents.tables(found)
    rows = [row for table in tables for row in table.rows]
    made = Made(code, FORMATS[code], _word(found) if code == "docx" else _workbook(tables))
    return exporting.send(
        _("Report of the year %(year)s", year=year), (), lambda _session: rows, form=made,
        action="city_report.made", actor=actor(), reason=reason, plain=True,
        about=[*([unit.name] if unit else []), *([_("without own results")] if found.dashboard.own_left_out else [])],
        unit_id=unit.id if unit else None, year=year,
    )  # fmt: skip


def _word(found: CityReport) -> bytes:
    return docx_document.written([statistics_documents.document(found)])[0]


def _workbook(tables: list[Table]) -> bytes:
    stream = io.BytesIO()
    write_sheets(tables, stream)
    return stream.getvalue()


def _unit() -> Unit | None:
    asked = request.form.get("unit", "")
    if not asked:
        return None
    unit = session().get(Unit, int(asked)) if is_number(asked) else None
    if unit is None or not reports.sight_of(session(), actor()).numbers.covers(unit.path):
        raise Problem("page.unknown")
    return unit


def _year() -> int:
    asked = request.form.get("year", "")
    if not is_number(asked) or not 1990 <= int(asked) <= today().year:
        raise Problem("page.unknown")
    return int(asked)
