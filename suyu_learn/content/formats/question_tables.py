"""Questions in tables: xlsx and csv files whose columns and words may be called in many ways."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suyu_learn.content.drafts import BankFile, QuestionDraft, Refused
from suyu_learn.content.formats.question_columns import Columns
from suyu_learn.content.formats.question_guess import TableLook, columns_of_sheet, look_at
from suyu_learn.content.formats.sheets import Sheet, read_sheets
from suyu_learn.content.normalise import labels, particulars
from suyu_learn.content.normalise.answers import text_shown
from suyu_learn.content.normalise.bodies import Said, settle
from suyu_learn.content.normalise.options import split_cell, without_letters
from suyu_learn.content.normalise.types import UNSUPPORTED, is_section, legend, type_named, type_of_heading
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType

_EXPLAINS = re.compile(r"说明|示例说明|须知|字典|instruction|readme|help|guide", re.IGNORECASE)
_LOST = ("picture", "keywords")


class TableFormat:
    """One kind of table file; what the file really is shows when it is opened."""

    def __init__(self, code: str, suffixes: tuple[str, ...]) -> None:
        self.code = code
        self.suffixes = suffixes

    def read(
        self, content: bytes, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
    ) -> BankFile:
        """The questions of every sheet that has them; see `suyu_learn.hooks.BankFormat`."""
        sheets = read_sheets(content, file_name, encoding=options.get("encoding", ""))
        return read_tables(
            sheets,
            file_name=file_name,
            uid_prefix=options.get("uid_prefix", "table"),
            lang=options.get("lang", "zh_Hans"),
            types=types,
            columns=options.get("columns") or {},
        )

    def look(self, content: bytes, *, file_name: str, options: Mapping[str, Any]) -> list[TableLook]:
        """The sheets with their headings, first rows and what each column is taken for; raises Problem as `read`.

        Where a `TableLook` is doubtful, a person says what the columns are, and `options["columns"]` carries it to
        `read` and back to here: {sheet's name, or `*` for all: {place from 0, or heading: field}}, with fields out of
        `question_columns.FIELDS` and "" for a column to leave out. An empty list means that no sheet has two columns.
        """
        sheets = read_sheets(content, file_name, encoding=options.get("encoding", ""))
        return look_at(sheets, options.get("columns") or {}, file_name=file_name)


FORMATS = (TableFormat("xlsx", (".xlsx",)), TableFormat("csv", (".csv", ".tsv")))


def read_tables(
    sheets: Sequence[Sheet], *, file_name: str, uid_prefix: str, types: Mapping[str, QuestionType[Any]],
    lang: str = "zh_Hans", columns: Mapping[str, Mapping[Any, str]] | None = None, first: int = 1,
) -> BankFile:  # fmt: skip
    """The questions of the sheets, counted from `first`; raises Problem when no sheet has a header that is known."""
    reading = _Reading(file_name, uid_prefix, types, lang, first)
    headed = [(sheet, columns_of_sheet(sheet, columns or {})) for sheet in sheets if sheet.rows]
    if not any(found for _sheet, found in headed):
        raise Problem("table.no_header", place=Place(file=file_name))
    for sheet, found in headed:
        place = Place(file=file_name, sheet=sheet.name)
        if found is None:
            if not _EXPLAINS.search(sheet.name):
                reading.warnings.append(Problem("table.sheet_without_header", place=place, rows=len(sheet.rows)))
        elif sheet.hidden:
            reading.warnings.append(Problem("table.sheet_hidden", place=place, rows=len(sheet.rows) - found.row))
        else:
            _SheetReading(reading, sheet, found).read()
    return BankFile(tuple(reading.items), tuple(reading.errors), tuple(reading.warnings), tuple(reading.losses))


@dataclass(slots=True)
class _Reading:
    """What has come together from the sheets so far."""

    file: str
    uid_prefix: str
    types: Mapping[str, QuestionType[Any]]
    lang: str
    first: int = 1
    items: list[QuestionDraft] = field(default_factory=list)
    errors: list[Refused] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    losses: list[Problem] = field(default_factory=list)

    @property
    def next_uid(self) -> str:
        return f"{self.uid_prefix}-{len(self.items) + len(self.errors) + self.first}"


class _SheetReading:
    """One sheet, row by row."""

    def __init__(self, reading: _Reading, sheet: Sheet, columns: Columns) -> None:
        self.reading = reading
        self.sheet = sheet
        self.columns = columns
        self.heading_type = type_of_heading(sheet.name) or ""
        self.legend = {}
        for place in columns.fields.get("type", ()):
            self.legend.update(legend(columns.labels[place]))
        self.option_places = sorted(columns.options.items())
        self.lost_places = [
            *(at for name in _LOST for at in columns.fields.get(name, ())),
            *columns.unknown,
            *columns.fields["stem"][1:],
        ]  # fmt: skip
        self.unkept: Counter[int] = Counter()
        self.read_here = 0
        self.bare_rows = 0

    def read(self) -> None:
        """Every row below the header."""
        stem = self.columns.fields["stem"][0]
        number_only = set(self.columns.fields.get("number", ()))
        header = self.sheet.rows[self.columns.row - 1] if self.columns.row else ()
        for number, row in enumerate(self.sheet.rows[self.columns.row :], start=self.columns.row + 1):
            if not row[stem]:
                filled = [place for place, cell in enumerate(row) if cell]
                if not filled:
                    continue
                if number_only.issuperset(filled):
                    self.bare_rows += 1
                    continue
                if len(filled) == 1 and self._section(row[filled[0]]):
                    continue
            elif row == header or self._section_in_stem(row, stem):
                continue
            self._question(row, number)
        self._tell_losses()

    def _section(self, text: str) -> bool:
        if is_section(text):
            self.heading_type = type_of_heading(text) or ""
            return True
        return False

    def _section_in_stem(self, row: Sequence[str], stem: int) -> bool:
        return len(row[stem]) <= 30 and sum(map(bool, row)) == 1 and self._section(row[stem])

    def _question(self, row: Sequence[str], number: int) -> None:
        reading = self.reading
        uid = reading.next_uid
        self.read_here += 1
        place = Place(file=reading.file, sheet=self.sheet.name, row=number)
        warnings: list[Problem] = []
        try:
            self._refuse_formulas(row, number)
            draft = self._draft(row, uid, place, warnings)
        except Problem as problem:
            self._refuse(row, place, [problem])
        except Problems as found:
            self._refuse(row, place, found.problems)
        else:
            reading.items.append(draft)
            reading.warnings += [self._placed(warning, place) for warning in warnings]
            self._count_unkept(row)

    def _refuse_formulas(self, row: Sequence[str], number: int) -> None:
        """A formula without a value says nothing: each such cell that would be read is told."""
        if not self.sheet.formulas:
            return
        columns = self.columns
        read = {*columns.options.values(), *columns.answers, *(at for some in columns.fields.values() for at in some)}
        found = sorted(at for at in read if (number - 1, at) in self.sheet.formulas)
        if found:
            raise Problems(
                Problem("sheet.formula", place=Place(column=columns.labels[at]), value=text_shown(row[at]))
                for at in found
            )

    def _draft(self, row: Sequence[str], uid: str, place: Place, warnings: list[Problem]) -> QuestionDraft:
        options = {letter: row[at] for letter, at in self.option_places if row[at]}
        if options:
            options = without_letters(options)
        elif one_cell := self._first(row, "options"):
            options = split_cell(one_cell)
        answers = [row[at] for at in self.columns.answers if row[at]]
        if not answers:
            answers = [answer] if (answer := self._first(row, "answer")) else []
        settled = settle(
            Said(
                stem=row[self.columns.fields["stem"][0]],
                answers=answers,
                options=options,
                type=self._type(row),
                explanation="\n".join(self._all(row, "explanation")),
                numbered=self.columns.numbered,
            ),
            uid=uid,
        )
        kind = self.reading.types.get(settled.type)
        if kind is None:
            raise Problem("table.type_not_supported", place=Place(field="type"), type=settled.type)
        body = kind.write(kind.read(settled.body))
        warnings += settled.warnings
        said_lang = self._first(row, "lang")
        return QuestionDraft(
            uid=uid,
            type=settled.type,
            body=body,
            lang=(labels.language(said_lang) if said_lang else None) or self.reading.lang,
            difficulty=particulars.difficulty(self._first(row, "difficulty"), warnings),
            source="；".join(self._all(row, "source")),
            points=particulars.points(self._first(row, "points"), warnings),
            topics=particulars.topics(self._all(row, "topic"), warnings),
            tags=particulars.tags((*self._all(row, "tags"), *self._all(row, "category")), warnings),
            place=place,
        )

    def _type(self, row: Sequence[str]) -> str:
        """What the row says, else the section or the sheet; empty where the answer must tell."""
        said = self._first(row, "type")
        if not said:
            kind: str | None = self.heading_type
        elif said.isdigit():
            kind = self.legend.get(said)
            if kind is None:
                raise Problem("table.type_number", place=Place(field="type"), number=said)
        else:
            kind = type_named(said) or type_of_heading(said)
            if kind is None:
                raise Problem("table.unknown_type", place=Place(field="type"), type=text_shown(said))
        if kind == UNSUPPORTED:
            raise Problem("table.type_not_supported", place=Place(field="type"),
                          type=text_shown(said or self.sheet.name))  # fmt: skip
        return kind or ""

    def _first(self, row: Sequence[str], name: str) -> str:
        for place in self.columns.fields.get(name, ()):
            if row[place]:
                return row[place]
        return ""

    def _all(self, row: Sequence[str], name: str) -> list[str]:
        places = self.columns.fields.get(name)
        if not places:
            return []
        if len(places) == 1:
            return [row[places[0]]] if row[places[0]] else []
        return list(dict.fromkeys(row[place] for place in places if row[place]))

    def _refuse(self, row: Sequence[str], place: Place, problems: Sequence[Problem]) -> None:
        labels_ = self.columns.labels
        ours = set(self.columns.fields.get("ours", ()))
        cells = [(labels_[at], cell) for at, cell in enumerate(row) if cell and at not in ours]
        if self.heading_type and not self._first(row, "type"):
            cells.insert(0, ("题型", self.sheet.name if type_of_heading(self.sheet.name) else self.heading_type))
        told = tuple(self._placed(problem, place) for problem in problems)
        self.reading.errors.append(Refused(told[0].place, told, tuple(cells)))

    def _placed(self, problem: Problem, place: Place) -> Problem:
        said = problem.place.field
        column = problem.place.column or self.columns.label(said)
        number = problem.params.get("number")
        if said == "options" and isinstance(number, int) and number <= len(self.option_places):
            column = self.columns.labels[self.option_places[number - 1][1]]
        elif said == "blanks":
            column = self.columns.label("answer")
        return problem.at(Place(file=place.file, sheet=place.sheet, row=place.row, column=column, field=said))

    def _count_unkept(self, row: Sequence[str]) -> None:
        for at in self.lost_places:
            if row[at]:
                self.unkept[at] += 1

    def _tell_losses(self) -> None:
        columns, reading = self.columns, self.reading
        pictures = columns.fields.get("picture", ())
        for at, count in sorted(self.unkept.items()):
            label = columns.labels[at] or f"#{at + 1}"
            told: dict[str, Any] = {"column": label, "count": count, "read": self.read_here}
            place = Place(file=reading.file, sheet=self.sheet.name, column=label)
            if at in pictures:
                reading.losses.append(Problem("table.pictures_not_kept", place=place, **told))
            else:
                reading.losses.append(Problem("table.column_not_kept", place=place, **told))
        if self.bare_rows:
            place = Place(file=reading.file, sheet=self.sheet.name)
            reading.warnings.append(Problem("table.rows_with_number_only", place=place, count=self.bare_rows))
