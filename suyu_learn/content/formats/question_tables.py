"""Questions in tables: xlsx, xls and csv files whose columns and words may be called in many ways."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.question_guess import TableLook, columns_of_sheet, look_at
from suyu_learn.content.formats.question_sheet import SheetReading, TableReading
from suyu_learn.content.formats.sheets import Sheet, read_file, read_sheets
from suyu_learn.content.normalise.types import type_of_heading
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions import QuestionType

_EXPLAINS = re.compile(r"说明|示例说明|须知|字典|instruction|readme|help|guide", re.IGNORECASE)
_NAMELESS = re.compile(r"(sheet|工作表|表格?|题库|试题|题目|questions?|table)\s*[(（]?\d*[)）]?", re.IGNORECASE)


class TableFormat:
    """One kind of table file; what the file really is shows when it is opened."""

    def __init__(self, code: str, suffixes: tuple[str, ...]) -> None:
        self.code = code
        self.suffixes = suffixes

    def read(
        self, content: bytes, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
    ) -> BankFile:
        """The questions of every sheet that has them; see `suyu_learn.hooks.BankFormat`."""
        tables = read_file(content, file_name, encoding=options.get("encoding", ""), pictures=True)
        return read_tables(
            tables.sheets,
            file_name=file_name,
            uid_prefix=options.get("uid_prefix", "table"),
            lang=options.get("lang", "zh_Hans"),
            types=types,
            columns=options.get("columns") or {},
            losses=tables.losses,
        )

    def look(self, content: bytes, *, file_name: str, options: Mapping[str, Any]) -> list[TableLook]:
        """The sheets with their headings, first rows and what each column is taken for; raises Problem as `read`.

        Where a `TableLook` is doubtful, a person says what the columns are, and `options["columns"]` carries it to
        `read` and back to here: {sheet's name, or `*` for all: {place from 0, or heading: field}}, with fields out of
        `question_columns.FIELDS` and "" for a column to leave out. An empty list means that no sheet has two columns.
        """
        sheets = read_sheets(content, file_name, encoding=options.get("encoding", ""))
        return look_at(sheets, options.get("columns") or {}, file_name=file_name)


FORMATS = (TableFormat("xlsx", (".xlsx",)), TableFormat("xls", (".xls",)), TableFormat("csv", (".csv", ".tsv")))


def read_tables(
    sheets: Sequence[Sheet], *, file_name: str, uid_prefix: str, types: Mapping[str, QuestionType[Any]],
    lang: str = "zh_Hans", columns: Mapping[str, Mapping[Any, str]] | None = None, losses: Sequence[Problem] = (),
    first: int = 1,
) -> BankFile:  # fmt: skip
    """The questions of the sheets, counted from `first`; raises Problem when no sheet has a header that is known."""
    reading = TableReading(file_name, uid_prefix, types, lang, given=first - 1)
    headed = [(sheet, columns_of_sheet(sheet, columns or {})) for sheet in sheets if sheet.rows]
    if not any(found for _sheet, found in headed):
        raise Problem("table.no_header", place=Place(file=file_name))
    several = sum(bool(found) and not sheet.hidden for sheet, found in headed) > 1
    for sheet, found in headed:
        place = Place(file=file_name, sheet=sheet.name)
        if found is None:
            if not _EXPLAINS.search(sheet.name):
                reading.warnings.append(Problem("table.sheet_without_header", place=place, rows=len(sheet.rows)))
        elif sheet.hidden:
            reading.warnings.append(Problem("table.sheet_hidden", place=place, rows=len(sheet.rows) - found.row))
        else:
            SheetReading(reading, sheet, found, tag=_tag(sheet.name) if several else "").read()
    reading.losses += losses
    return reading.file_read()


def _tag(name: str) -> str:
    """The name of a sheet as a tag of its questions, unless it says nothing or only their type."""
    return "" if _NAMELESS.fullmatch(name.strip()) or type_of_heading(name) else name.strip()
