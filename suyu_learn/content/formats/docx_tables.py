"""What a table of a Word document is: questions in rows, answers under numbers, text set in columns, or data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from suyu_learn.content.formats.question_columns import Columns, find_columns
from suyu_learn.content.formats.text_lines import heading, is_option, labelled, numbered
from suyu_learn.content.normalise.texts import bare_label

Rows = Sequence[Sequence[str]]
_NUMBER = re.compile(r"第?\s*(\d{1,4})\s*[.．、题]?")
_ASKED = frozenset({"题号", "序号", "题目", "编号", "题", "no", "number", ""})
_ANSWERED = frozenset({"答案", "正确答案", "参考答案", "标准答案", "选项", "answer", "answers", ""})
_NUMBERS, _ANSWERS, _REASONS = frozenset({"题号", "序号", "编号", "no"}), _ANSWERED - {"", "选项"}, {"解析", "答案解析"}

Entry = tuple[int, str, str]
"""A number, its answer, and the reason if one is given."""


def columns_of_questions(rows: Rows) -> Columns | None:
    """The header, if the table has questions in its rows."""
    found = find_columns(rows)
    if found is None or found.row >= len(rows) or not (found.sure or len(found.options) >= 2):
        return None
    return found


def answers(rows: Rows) -> list[Entry | str]:
    """The answers of a table of answers, with the headings between them; nothing if it is another table."""
    return _down(rows) or _across(rows)


def _down(rows: Rows) -> list[Entry | str]:
    """Numbers in one column and answers in another, below a header; also several such pairs side by side."""
    labels = [bare_label(cell) for cell in rows[0]]
    asked = [at for at, label in enumerate(labels) if label in _NUMBERS]
    given = [at for at, label in enumerate(labels) if label in _ANSWERS]
    if not asked or len(asked) != len(given):
        return []
    reasons = [at for at, label in enumerate(labels) if label in _REASONS]
    if len(labels) != len(asked) + len(given) + len(reasons):
        return []
    found: list[Entry | str] = []
    for row in rows[1:]:
        for at, answer in zip(asked, given, strict=True):
            number = _NUMBER.fullmatch(row[at].strip())
            if number and row[answer].strip():
                reason = row[reasons[0]].strip() if len(reasons) == len(asked) == 1 else ""
                found.append((int(number[1]), row[answer].strip(), reason))
            elif any(cell.strip() for cell in (row[at], row[answer])):
                return []
    return found


def _across(rows: Rows) -> list[Entry | str]:
    """A row of numbers above a row of answers, once or several times."""
    found: list[Entry | str] = []
    waiting: list[tuple[int, int]] | None = None
    for row in rows:
        filled = [(at, cell.strip()) for at, cell in enumerate(row) if cell.strip()]
        if not filled:
            continue
        if waiting is None:
            said = list(dict.fromkeys(cell for _at, cell in filled))
            if len(said) == 1 and heading(said[0]) is not None:
                found.append(said[0])
                continue
            waiting = _row_of_numbers(filled)
            if waiting is None:
                return []
            continue
        cells = dict(filled)
        first = filled[0]
        if first[0] not in dict(waiting) and bare_label(first[1]) not in _ANSWERED:
            return []
        given = [(number, cells[at]) for at, number in waiting if at in cells]
        found += [(number, answer, "") for number, answer in given]
        waiting = None
    return found if waiting is None and any(isinstance(one, tuple) for one in found) else []


def _row_of_numbers(filled: Sequence[tuple[int, str]]) -> list[tuple[int, int]] | None:
    if bare_label(filled[0][1]) in _ASKED:
        filled = filled[1:]
    numbers = [(at, _NUMBER.fullmatch(cell)) for at, cell in filled]
    counted = [(at, int(number[1])) for at, number in numbers if number]
    if len(counted) < len(filled) or not counted:
        return None
    return counted if all(a[1] < b[1] for a, b in pairwise(counted)) else None


def holds_text(rows: Rows) -> bool:
    """Whether the cells hold running text: options, questions, labels; or the table is but a frame."""
    filled = [cell for row in rows for cell in row if cell.strip()]
    if len(filled) <= 1:
        return True
    return any(_is_text(line) for cell in filled for line in cell.split("\n"))


def _is_text(line: str) -> bool:
    if is_option(line) or any(name for name, _text in labelled(line)):
        return True
    found = numbered(line)
    return found is not None and len(found.rest) >= 4


def number_alone(cell: str) -> str:
    """The number of a question that stands in a cell of its own; "" if the cell says anything else."""
    found = _NUMBER.fullmatch(cell.strip())
    return found[1] if found else ""
