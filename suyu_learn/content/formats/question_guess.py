"""What the columns of a table are: by their headings, by a person's word, or guessed from what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from suyu_learn.content.formats.question_columns import (
    FIELDS,
    HEADER_WITHIN,
    LONGEST_LABEL,
    Columns,
    columns_said,
    fields_of,
    find_columns,
)
from suyu_learn.content.formats.sheets import Sheet
from suyu_learn.content.normalise.answers import letters_in
from suyu_learn.content.normalise.labels import DIFFICULTIES
from suyu_learn.content.normalise.options import LETTERS
from suyu_learn.content.normalise.texts import bare_label, same_width
from suyu_learn.content.normalise.truth import truth
from suyu_learn.content.normalise.types import type_named
from suyu_learn.domain.problems import Place, Problem

SAMPLES = 5
ROWS_WEIGHED = 200
_SENTENCE_ENDS = ("？", "?", "。", "！", "!", "；", "，")


@dataclass(frozen=True, slots=True)
class TableLook:
    """One sheet as a person must see it to say what its columns are."""

    sheet: str
    row: int
    """The row of the headings, counted from 1; 0 when the sheet has none and begins with questions."""
    headings: tuple[str, ...]
    """As the file has them; empty texts where a column has none."""
    samples: tuple[tuple[str, ...], ...]
    """The first rows below the headings, each as wide as `headings`."""
    fields: tuple[str, ...]
    """For each column one of `question_columns.FIELDS` (`stem`, `answer`, `option A`, ...), or "" if it is not kept."""
    rows: int
    """How many filled rows stand below the headings."""
    doubtful: tuple[Problem, ...] = ()
    """Why a person should look before the file is read; empty where the headings leave no doubt."""


def look_at(sheets: Sequence[Sheet], said: Mapping[str, Mapping[Any, str]], *, file_name: str) -> list[TableLook]:
    """Every sheet that may hold questions, with what its columns are taken for and why that is doubtful."""
    found = []
    any_header = any(sheet.rows and find_columns(sheet.rows) for sheet in sheets)
    for sheet in sheets:
        if not sheet.rows or sheet.hidden:
            continue
        place = Place(file=file_name, sheet=sheet.name)
        columns = find_columns(sheet.rows)
        if columns is None and any_header and sheet.name not in said:
            continue
        doubts: list[Problem]
        if columns is not None:
            doubts = [doubt.at(place) for doubt in contradictions(sheet.rows, columns)]
        else:
            columns = guessed(sheet.rows)
            doubts = [Problem("table.columns_guessed", place=place)]
        told = columns_of_sheet(sheet, said) or columns
        body = [row for row in sheet.rows[columns.row :] if any(row)]
        found.append(
            TableLook(sheet.name, columns.row, columns.labels, tuple(body[:SAMPLES]), tuple(fields_of(told)),
                      len(body), tuple(doubts))
        )  # fmt: skip
    return found


def columns_of_sheet(sheet: Sheet, said: Mapping[str, Mapping[Any, str]]) -> Columns | None:
    """The columns of a sheet: by its headings, unless a person said what they are; None if nothing is known.

    `said` is {sheet's name: {place from 0, or heading: field}}; the name `*` stands for every sheet that is not
    named. A column that is not named keeps what its heading means.
    """
    columns = find_columns(sheet.rows) if sheet.rows else None
    own = said.get(sheet.name, said.get("*"))
    if own is None or not sheet.rows:
        return columns
    columns = columns or guessed(sheet.rows)
    fields = fields_of(columns)
    for place, label in enumerate(columns.labels):
        for key in (label, place, str(place)):
            name = own.get(key) if key != "" else None
            if name is not None and (name in FIELDS or not name):
                fields[place] = name
    told = columns_said(fields, columns.labels, columns.row)
    return told if "stem" in told.fields else None


def guessed(rows: Sequence[Sequence[str]]) -> Columns:
    """The columns by what stands in them, where no heading tells; the header is a first row of short words, or none."""
    number = next((at for at, row in enumerate(rows[:HEADER_WITHIN], 1) if sum(map(bool, row)) > 1), 0)
    row = rows[number - 1] if number else ()
    headed = bool(number) and _may_be_header(row, rows[number : number + ROWS_WEIGHED])
    labels = tuple(row) if headed else ("",) * len(rows[0])
    first = number if headed else 0
    return columns_said(_by_content(rows[first : first + ROWS_WEIGHED], len(labels)), labels, first)


def _may_be_header(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    filled = [cell for cell in row if cell]
    if not all(len(cell) <= LONGEST_LABEL and not cell.endswith(_SENTENCE_ENDS) for cell in filled):
        return False
    said_below = {cell for other in below for cell in other}
    return not any(cell in said_below or cell.isdigit() or letters_in(cell) or truth(cell) is not None
                   or type_named(cell) for cell in filled)  # fmt: skip


def _by_content(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    cells = [[row[place] for row in rows if row[place]] for place in range(width)]
    said = [""] * width

    def take(name: str, fits: Callable[[str], bool], *, last: bool = False) -> None:
        places = [at for at in range(width) if not said[at] and cells[at] and _share(cells[at], fits) >= 0.8]
        if places:
            said[places[-1] if last else places[0]] = name

    take("type", lambda cell: len(cell) > 1 and type_named(cell) is not None)
    take("difficulty", lambda cell: not cell.isdigit() and bare_label(cell) in DIFFICULTIES)
    take("answer", is_key, last=True)
    for at in range(width):
        numbers = [int(cell) for cell in cells[at] if cell.isdecimal() and len(cell) < 7]
        if not said[at] and len(numbers) == len(cells[at]) > 1 and sorted(set(numbers)) == numbers:
            said[at] = "number"
            break
    lengths = {at: sum(map(len, cells[at])) / len(cells[at]) for at in range(width) if not said[at] and cells[at]}
    if not lengths:
        return said
    answer = said.index("answer") if "answer" in said else width
    before = {at: mean for at, mean in lengths.items() if at < answer} or lengths
    stem = max(before, key=lambda at: before[at])
    said[stem] = "stem"
    between = [at for at in lengths if stem < at < answer and lengths[at] < lengths[stem]]
    for letter, at in zip(LETTERS, between if len(between) > 1 else [], strict=False):
        said[at] = f"option {letter}"
    after = [at for at in lengths if not said[at] and at > answer and lengths[at] >= 8]
    if after:
        said[max(after, key=lambda at: lengths[at])] = "explanation"
    return said


def contradictions(rows: Sequence[Sequence[str]], columns: Columns) -> list[Problem]:
    """Where the rows say something else than the headings."""
    if "stem" not in columns.fields or not columns.sure:
        return [Problem("table.column_missing", column="答案" if "stem" in columns.fields else "题干")]
    weighed = [row for row in rows[columns.row : columns.row + ROWS_WEIGHED] if any(row)]
    stem = columns.fields["stem"][0]
    answers = columns.answers or columns.fields["answer"]
    chosen = [row for row in weighed if sum(bool(row[at]) for at in columns.options.values()) >= 2]
    found = []
    keys = [row[at] for row in chosen for at in answers if row[at]]
    texts = [{same_width(row[at]) for at in columns.options.values()} for row in chosen]
    told = {cell for row, options in zip(chosen, texts, strict=True) for at in answers
            if (cell := row[at]) and same_width(cell) in options}  # fmt: skip
    if len(keys) >= 2 and _share(keys, lambda cell: not is_key(cell) and cell not in told and len(cell) > 8) > 0.5:
        others = [at for at in range(len(columns.labels)) if at not in answers and at not in columns.options.values()]
        better = [at for at in others if _is_mostly(chosen, at, is_key)]
        if better:
            found.append(Problem("table.columns_contradict", column=columns.labels[answers[0]],
                                 other=columns.labels[better[0]] or f"#{better[0] + 1}"))  # fmt: skip
    if len(weighed) >= 2 and _is_mostly(weighed, stem, lambda cell: is_key(cell) or cell.isdecimal()):
        found.append(Problem("table.column_no_stem", column=columns.labels[stem]))
    return found


def is_key(cell: str) -> bool:
    """Whether a cell is an answer by its looks: letters of options, or a verdict."""
    return bool(letters_in(cell)) or (len(cell) <= 4 and truth(cell) is not None)


def _is_mostly(rows: Sequence[Sequence[str]], place: int, fits: Callable[[str], bool]) -> bool:
    cells = [row[place] for row in rows if row[place]]
    return 2 * len(cells) >= len(rows) and _share(cells, fits) > 0.8


def _share(cells: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, cells)) / len(cells) if cells else 0.0
