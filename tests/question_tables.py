"""Tables of questions made for tests."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

HEADINGS = ("题型", "题干", "选项A", "选项B", "选项C", "选项D", "正确答案", "解析", "难度")


def csv_file(*rows: Sequence[str], headings: Sequence[str] = HEADINGS) -> bytes:
    """A csv file as Excel saves it."""
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (headings, *rows)]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def workbook(**sheets: Iterable[Sequence[object]]) -> bytes:
    """An xlsx file; each keyword is a sheet with its rows."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return stream.getvalue()


def single(stem: str, answer: str = "B", *options: str, kind: str = "单选题") -> tuple[str, ...]:
    """One row under HEADINGS."""
    options = options or ("错的", "对的那个", "也错", "还是错")
    return (kind, stem, *options, *[""] * (4 - len(options)), answer, "因为如此。", "易")
