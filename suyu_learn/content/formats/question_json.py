"""Arrays of questions in JSON: their fields are columns of a table, by the same names (`question_columns`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.guard import MOST_COLUMNS, MOST_ROWS
from suyu_learn.content.formats.question_columns import NAMES
from suyu_learn.content.formats.question_tables import read_tables
from suyu_learn.content.formats.sheets import Sheet, decoded
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions import QuestionType

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTER_NAMES = ("option", "key", "label", "letter", "id", "选项", "序号")
_TEXT_NAMES = ("content", "text", "value", "内容", "文本")


class JsonFormat:
    """A file that is one array of questions, or an object with such an array in it."""

    code: str = "json"
    suffixes: tuple[str, ...] = (".json",)

    def read(
        self, content: bytes, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
    ) -> BankFile:
        """The questions of a file; see `suyu_learn.hooks.BankFormat`."""
        place = Place(file=file_name)
        text = decoded(content, place=place, encoding=options.get("encoding", ""))
        if not text.strip():
            raise Problem("sheet.empty", place=place)
        try:
            rows = _rows(_entries(json.loads(text), place), place)
        except (ValueError, RecursionError) as error:
            raise Problem("json.broken", place=place, line=getattr(error, "lineno", 1)) from error
        found = read_tables(
            [Sheet("", rows)], file_name=file_name,
            uid_prefix=options.get("uid_prefix", "json"), types=types, lang=options.get("lang", "zh_Hans"),
        )  # fmt: skip
        return _by_number(found)


FORMATS = (JsonFormat(),)


def _entries(said: Any, place: Place) -> list[Mapping[str, Any]]:
    """The questions of what a file says: its own array, or the longest in it."""
    arrays = [said] if isinstance(said, list) else list(said.values()) if isinstance(said, Mapping) else []
    fitting = [one for one in arrays if isinstance(one, list) and one and all(isinstance(it, Mapping) for it in one)]
    if not fitting:
        raise Problem("json.no_questions", place=place)
    entries: list[Mapping[str, Any]] = max(fitting, key=len)
    if len(entries) > MOST_ROWS:
        raise Problem("sheet.too_many_rows", place=place, most=MOST_ROWS)
    return entries


def _rows(entries: Iterable[Mapping[str, Any]], place: Place) -> tuple[tuple[str, ...], ...]:
    columns: dict[str, int] = {}
    told = []
    for entry in entries:
        cells = dict(_cells(entry))
        for name in cells:
            columns.setdefault(name, len(columns))
        if len(columns) > MOST_COLUMNS:
            raise Problem("sheet.too_many_columns", place=place, most=MOST_COLUMNS)
        told.append(cells)
    return (tuple(columns), *(tuple(cells.get(name, "") for name in columns) for cells in told))


def _cells(entry: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in entry.items():
        if name.strip().lower() in NAMES["options"] and isinstance(value, list | Mapping):
            yield from _options(value)
        elif isinstance(value, list):
            yield name, ",".join(_text(one) for one in value)
        else:
            yield name, _text(value)


def _options(value: list[Any] | Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    listed = [{"key": key, "text": text} for key, text in value.items()] if isinstance(value, Mapping) else value
    for letter, option in zip(_LETTERS, listed, strict=False):
        if not isinstance(option, Mapping):
            yield f"选项{letter}", _text(option)
            continue
        own = next((_text(option[name]).strip().upper() for name in _LETTER_NAMES if option.get(name)), letter)
        text = next((_text(option[name]) for name in _TEXT_NAMES if option.get(name) is not None), "")
        yield f"选项{own if own in _LETTERS and len(own) == 1 else letter}", text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _by_number(found: BankFile) -> BankFile:
    """The places as numbers of questions: the heading was the first row."""

    def at(place: Place) -> Place:
        return replace(place, row=place.row - 1) if place.row else place

    def told(problems: Iterable[Problem]) -> tuple[Problem, ...]:
        return tuple(problem.at(at(problem.place)) for problem in problems)

    return replace(
        found,
        items=tuple(replace(item, place=at(item.place)) for item in found.items),
        errors=tuple(replace(one, place=at(one.place), problems=told(one.problems)) for one in found.errors),
        warnings=told(found.warnings),
        losses=told(found.losses),
    )
