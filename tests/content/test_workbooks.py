"""What a workbook of ours holds in its cells."""

from __future__ import annotations

import io
from datetime import datetime

import openpyxl

from suyu_learn.exports.tables import Heading, Table
from suyu_learn.exports.workbook import write_sheets


def test_a_workbook_holds_days_and_times_as_such() -> None:
    headings = [Heading("due", "Due", lambda row: row[0], moment=True), Heading("n", "No.", lambda row: row[1])]
    table = Table("Days", headings, [("2026-12-31", "007"), ("2026-12-31 09:30", "1"), ("", ""), ("soon", "")])
    stream = io.BytesIO()
    write_sheets([table], stream)
    sheet = openpyxl.load_workbook(io.BytesIO(stream.getvalue())).active
    cells = [sheet.cell(row, 1) for row in range(2, 6)]
    assert [one.value for one in cells] == [datetime(2026, 12, 31), datetime(2026, 12, 31, 9, 30), None, "soon"]
    assert [one.number_format for one in cells[:2]] == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm"]
    assert sheet["B2"].value == "007"
