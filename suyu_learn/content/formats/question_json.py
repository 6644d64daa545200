"""Questions as a list of JSON objects, as small apps and exports keep them: read like the rows of a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from suyu_learn.content.drafts import BankFile, Refused
from suyu_learn.content.formats.guard import MOST_COLUMNS, MOST_ROWS
from suyu_learn.content.formats.question_columns import columns_of, fields_of
from suyu_learn.content.formats.question_tables import read_tables
from suyu_learn.content.formats.sheets import Sheet, decoded
from suyu_learn.content.normalise.options import LETTERS
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions import QuestionType
from suyu_learn.domain.questions.texts import tidy

LARGEST = 16 * 1024 * 1024
LONGEST = 40_000
_TEXTS = ("content", "text", "value", "label", "name", "title")


class JsonFormat:
    """A list of objects, or an object that has one; names are understood like headings of columns."""

    code: str = "json"
    suffixes: tuple[str, ...] = (".json",)

    def read(
        self, content: bytes, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
    ) -> BankFile:
        """The questions of the list; see `suyu_learn.hooks.BankFormat`."""
        place = Place(file=file_name)
        objects = _objects(content, place, options.get("encoding", ""))
        rows = [_cells(one) for one in objects]
        names = list(dict.fromkeys(name for row in rows for name in row))
        if len(names) > MOST_COLUMNS:
            raise Problem("sheet.too_many_columns", place=place, most=MOST_COLUMNS)
        if "stem" not in columns_of(names, 1).fields:
            raise Problem("json.no_questions", place=place)
        cells = tuple(tuple(row.get(name, "") for name in names) for row in rows)
        said = {"": dict(enumerate(fields_of(columns_of(names, 1))))}
        read = read_tables(
            [Sheet("", (tuple(names), *cells))], file_name=file_name, uid_prefix=options.get("uid_prefix", "json"),
            types=types, lang=options.get("lang", "zh_Hans"), columns=said,
        )  # fmt: skip
        return _counted(read)


FORMATS = (JsonFormat(),)


def _objects(content: bytes, place: Place, encoding: str) -> list[Mapping[str, Any]]:
    """The objects of the list that has most of them."""
    if len(content) > LARGEST:
        raise Problem("sheet.too_large", place=place, most=LARGEST // 1024 // 1024)
    try:
        told = json.loads(decoded(content, place=place, encoding=encoding), parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise Problem("json.broken", place=place) from error
    lists = [told] if isinstance(told, list) else list(told.values()) if isinstance(told, dict) else []
    found: list[list[Mapping[str, Any]]] = [
        [one for one in some if isinstance(one, dict)] for some in lists if isinstance(some, list)
    ]
    objects: list[Mapping[str, Any]] = max(found, key=len, default=[])
    if not objects:
        raise Problem("json.no_questions", place=place)
    if len(objects) > MOST_ROWS:
        raise Problem("sheet.too_many_rows", place=place, most=MOST_ROWS)
    return objects


def _cells(one: Mapping[str, Any]) -> dict[str, str]:
    """The values of an object as the cells of a row; a list of options gets a column for each."""
    cells: dict[str, str] = {}
    for name, value in one.items():
        if columns_of([name], 1).fields.get("options") and isinstance(value, list | dict):
            cells |= {f"选项{letter}": text for letter, text in _options(value)}
        else:
            cells[tidy(name)[:100]] = _text(value)
    return cells


def _options(value: Sequence[Any] | Mapping[str, Any]) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        by_letter = {str(name).strip().upper(): _text(text) for name, text in value.items()}
        if all(letter in LETTERS and len(letter) == 1 for letter in by_letter):
            return sorted(by_letter.items())
        value = list(value.values())
    return list(zip(LETTERS, (_option(one) for one in value), strict=False))


def _option(one: Any) -> str:
    if isinstance(one, dict):
        return next((_text(one[name]) for name in _TEXTS if name in one), _text(list(one.values())))
    return _text(one)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, list):
        return ",".join(_text(one) for one in value if not isinstance(one, list))[:LONGEST]
    if isinstance(value, dict):
        return tidy(",".join(str(name) for name in value))[:LONGEST]
    return tidy(str(value))[:LONGEST]


def _counted(read: BankFile) -> BankFile:
    """The same with questions counted from 1, since there is no heading row."""

    def at(place: Place) -> Place:
        return replace(place, row=place.row - 1) if place.row else place

    def told(problem: Problem) -> Problem:
        return problem.at(at(problem.place))

    return replace(
        read,
        items=tuple(replace(item, place=at(item.place)) for item in read.items),
        errors=tuple(
            Refused(at(one.place), tuple(map(told, one.problems)), one.cells, one.group) for one in read.errors
        ),
        warnings=tuple(map(told, read.warnings)),
    )
