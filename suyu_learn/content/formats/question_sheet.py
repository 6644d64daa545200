"""One sheet of a table, row by row: each becomes a question, part of one, or a refusal with its reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suyu_learn.content import pictures
from suyu_learn.content.drafts import BankFile, MediaDraft, QuestionDraft, Refused
from suyu_learn.content.formats.question_columns import Columns
from suyu_learn.content.formats.question_groups import TableGroups
from suyu_learn.content.formats.question_rows import SheetRows
from suyu_learn.content.formats.sheets import Sheet
from suyu_learn.content.normalise import labels, particulars
from suyu_learn.content.normalise.answers import text_shown
from suyu_learn.content.normalise.bodies import settle
from suyu_learn.content.normalise.options import split_cell, without_letters
from suyu_learn.content.normalise.said import Said
from suyu_learn.content.normalise.truth import truth
from suyu_learn.content.normalise.types import (
    ESSAY,
    FILL_IN,
    GROUP,
    MATCHING,
    NUMERIC,
    SHORT_ANSWER,
    is_section,
    legend,
    type_named,
    type_of_heading,
)
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType

KEPT_BY = {"keywords": (SHORT_ANSWER, ESSAY), "tolerance": (NUMERIC,), "unit": (NUMERIC,), "pairs": (MATCHING,),
           "any_order": (FILL_IN,)}  # fmt: skip
"""Fields that only questions of these types keep; beside others they are losses."""


@dataclass(slots=True)
class TableReading:
    """What has come together from the sheets so far."""

    file: str
    uid_prefix: str
    types: Mapping[str, QuestionType[Any]]
    lang: str
    items: list[QuestionDraft] = field(default_factory=list)
    errors: list[Refused] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    losses: list[Problem] = field(default_factory=list)
    media: dict[str, MediaDraft] = field(default_factory=dict)
    given: int = 0

    def next_uid(self) -> str:
        """A uid that no other question of the file has."""
        self.given += 1
        return f"{self.uid_prefix}-{self.given}"

    def file_read(self) -> BankFile:
        """All of it, with the pictures that the questions name."""
        named = {sha256 for item in self.items for sha256 in pictures.named_in(item.body)} if self.media else ()
        media = tuple(draft for sha256, draft in self.media.items() if sha256 in named)
        return BankFile(
            tuple(self.items), tuple(self.errors), tuple(self.warnings), tuple(self.losses), media
        )  # fmt: skip


class SheetReading:
    """One sheet, row by row; `tag` is what its name says of its questions."""

    def __init__(self, reading: TableReading, sheet: Sheet, columns: Columns, *, tag: str = "") -> None:
        self.reading = reading
        self.sheet = sheet
        self.columns = columns
        self.tag = tag
        self.tagged = 0
        self.heading_type = type_of_heading(sheet.name) or ""
        self.legend: dict[str, str] = {}
        for place in columns.fields.get("type", ()):
            self.legend.update(legend(columns.labels[place]))
        self.option_places = sorted(columns.options.items())
        self.lost_places = [*columns.fields.get("picture", ()), *columns.unknown, *columns.fields["stem"][1:]]
        self.kept_by = {at: kinds for name, kinds in KEPT_BY.items() for at in columns.fields.get(name, ())}
        self.unkept: Counter[int] = Counter()
        self.groups = TableGroups(self)
        self.grouped = any(name in columns.fields for name in ("passage", "group"))
        self.read_here = 0
        self.bare_rows = 0

    def read(self) -> None:
        """Every row below the header."""
        stem = self.columns.fields["stem"][0]
        number_only = set(self.columns.fields.get("number", ()))
        header = self.sheet.rows[self.columns.row - 1] if self.columns.row else ()
        rows = SheetRows(self.sheet, self.columns)
        for number, row in rows:
            if not row[stem]:
                filled = [place for place, cell in enumerate(row) if cell]
                if not filled:
                    self.groups.gap()
                    continue
                if number_only.issuperset(filled):
                    self.bare_rows += 1
                    continue
                if len(filled) == 1 and self._section(row[filled[0]]):
                    continue
            elif row == header or self._section_in_stem(row, stem):
                continue
            self._question(row, number)
        self.groups.finish()
        self.reading.media.update(rows.media)
        self._tell_losses(rows.beside_answers)

    def _section(self, text: str) -> bool:
        if is_section(text):
            self.heading_type = type_of_heading(text) or ""
            self.groups.close()
            return True
        return False

    def _section_in_stem(self, row: Sequence[str], stem: int) -> bool:
        return len(row[stem]) <= 30 and sum(map(bool, row)) == 1 and self._section(row[stem])

    def _question(self, row: Sequence[str], number: int) -> None:
        reading = self.reading
        self.read_here += 1
        self.unkept.update(at for at in self.lost_places if row[at])
        place = Place(file=reading.file, sheet=self.sheet.name, row=number)
        warnings: list[Problem] = []
        group = ""
        try:
            if self.sheet.formulas:
                self._refuse_formulas(row, number)
            kind = self._type(row)
            if kind == GROUP and self.groups.begins(row, number):
                return
            group = self.groups.of(row, number) if self.groups.open or self.grouped else ""
            draft = self._draft(row, kind, group, place, warnings)
        except Problem as problem:
            self._refuse(row, place, [problem], group)
        except Problems as found:
            self._refuse(row, place, found.problems, group)
        else:
            if group:
                self.groups.took()
            reading.items.append(draft)
            reading.warnings += [self.placed(warning, place) for warning in warnings]
            self._count_unkept(row, draft.type)

    def _refuse_formulas(self, row: Sequence[str], number: int) -> None:
        """A formula without a value says nothing: each such cell that would be read is told."""
        columns = self.columns
        read = {*columns.options.values(), *columns.answers, *(at for some in columns.fields.values() for at in some)}
        found = sorted(at for at in read if (number - 1, at) in self.sheet.formulas)
        if found:
            raise Problems(
                Problem("sheet.formula", place=Place(column=columns.labels[at]), value=text_shown(row[at]))
                for at in found
            )

    def options(self, row: Sequence[str]) -> dict[str, str]:
        """The options by letter, from columns of their own or out of one cell."""
        options = {letter: row[at] for letter, at in self.option_places if row[at]}
        if options:
            return without_letters(options)
        one_cell = self.first(row, "options")
        return split_cell(one_cell) if one_cell else {}

    def answers(self, row: Sequence[str]) -> list[str]:
        """The answers, from numbered columns or the one that there is."""
        answers = [row[at] for at in self.columns.answers if row[at]]
        return answers or ([answer] if (answer := self.first(row, "answer")) else [])

    def _draft(
        self, row: Sequence[str], kind: str, group: str, place: Place, warnings: list[Problem]
    ) -> QuestionDraft:  # fmt: skip
        uid = self.reading.next_uid()
        said = Said(
            stem=row[self.columns.fields["stem"][0]],
            answers=self.answers(row),
            options=self.options(row),
            type=kind,
            explanation="\n".join(self.all(row, "explanation")),
            numbered=self.columns.numbered,
        )
        if self.kept_by:
            said.keywords, said.pairs = "\n".join(self.all(row, "keywords")), self.first(row, "pairs")
            said.any_order = truth(self.first(row, "any_order")) is True
            said.tolerance, said.unit = self.first(row, "tolerance"), self.first(row, "unit")
        settled = settle(said, uid=uid)
        warnings += settled.warnings
        return self.draft(row, uid, settled.type, settled.body, place, warnings, group=group)

    def draft(
        self, row: Sequence[str], uid: str, kind: str, body: Mapping[str, Any], place: Place, warnings: list[Problem],
        *, group: str = "",
    ) -> QuestionDraft:  # fmt: skip
        """The draft of a body, checked, with what else the row says."""
        known = self.reading.types.get(kind)
        if known is None:
            raise Problem("table.type_not_supported", place=Place(field="type"), type=kind)
        said_lang = self.first(row, "lang")
        categories = self.all(row, "category")
        if self.tag and not categories:
            categories = [self.tag]
            self.tagged += 1
        return QuestionDraft(
            uid=uid,
            type=kind,
            body=known.write(known.read(body)),
            lang=(labels.language(said_lang) if said_lang else None) or self.reading.lang,
            difficulty=particulars.difficulty(self.first(row, "difficulty"), warnings),
            source="；".join(self.all(row, "source")),
            text_format="markdown" if "markdown" in self.first(row, "format").lower() else "plain",
            criterion=particulars.criterion(self.first(row, "criterion"), warnings),
            dimension=particulars.dimension(self.first(row, "dimension"), warnings),
            points=particulars.points(self.first(row, "points"), warnings),
            topics=particulars.topics(self.all(row, "topic"), warnings),
            tags=particulars.tags((*self.all(row, "tags"), *categories), warnings),
            place=place,
            group=group,
        )

    def _type(self, row: Sequence[str]) -> str:
        """What the row says, else the section or the sheet; empty where the answer must tell."""
        said = self.first(row, "type")
        if not said:
            return self.heading_type
        if said.isdigit():
            kind = self.legend.get(said)
            if kind is None:
                raise Problem("table.type_number", place=Place(field="type"), number=said)
            return kind
        named = type_named(said) or type_of_heading(said)
        if named is None:
            raise Problem("table.unknown_type", place=Place(field="type"), type=text_shown(said))
        return named

    def first(self, row: Sequence[str], name: str) -> str:
        """What the first filled column of a field says."""
        for place in self.columns.fields.get(name, ()):
            if row[place]:
                return row[place]
        return ""

    def all(self, row: Sequence[str], name: str) -> list[str]:
        """What all columns of a field say, each text once."""
        places = self.columns.fields.get(name)
        if not places:
            return []
        if len(places) == 1:
            return [row[places[0]]] if row[places[0]] else []
        return list(dict.fromkeys(row[place] for place in places if row[place]))

    def _refuse(self, row: Sequence[str], place: Place, problems: Sequence[Problem], group: str = "") -> None:
        labels_ = self.columns.labels
        ours = {at for name in ("ours", "remark") for at in self.columns.fields.get(name, ())}
        cells = [(labels_[at], cell) for at, cell in enumerate(row) if cell and at not in ours]
        if self.heading_type and not self.first(row, "type"):
            cells.insert(0, ("题型", self.sheet.name if type_of_heading(self.sheet.name) else self.heading_type))
        cells += self.groups.told(row)
        told = tuple(self.placed(problem, place) for problem in problems)
        self.reading.errors.append(Refused(told[0].place, told, tuple(cells), group))

    def placed(self, problem: Problem, place: Place) -> Problem:
        """The problem with its place, down to the heading of its column."""
        said = problem.place.field
        column = problem.place.column or self.columns.label(said)
        number = problem.params.get("number")
        if said == "options" and isinstance(number, int) and number <= len(self.option_places):
            column = self.columns.labels[self.option_places[number - 1][1]]
        elif not column and said in ("blanks", "answers", "gaps", "pairs", "items", "prompts", "reference", "unit"):
            column = self.columns.label("options" if said in ("items", "prompts") else "answer")
        return problem.at(Place(file=place.file, sheet=place.sheet, row=place.row, column=column, field=said))

    def _count_unkept(self, row: Sequence[str], kind: str) -> None:
        """Columns that questions of this type have no place for."""
        for at, kinds in self.kept_by.items():
            if row[at] and kind not in kinds:
                self.unkept[at] += 1

    def _tell_losses(self, beside_answers: int) -> None:
        columns, reading = self.columns, self.reading
        named = columns.fields.get("picture", ())
        here = Place(file=reading.file, sheet=self.sheet.name)
        for at, count in sorted(self.unkept.items()):
            label = columns.labels[at] or f"#{at + 1}"
            told: dict[str, Any] = {"column": label, "count": count, "read": self.read_here}
            place = Place(file=reading.file, sheet=self.sheet.name, column=label)
            if at in named:
                reading.losses.append(Problem("table.pictures_not_kept", place=place, **told))
            else:
                reading.losses.append(Problem("table.column_not_kept", place=place, **told))
        if beside_answers:
            reading.losses.append(Problem("table.pictures_in_answers", place=here, count=beside_answers))
        if self.bare_rows:
            reading.warnings.append(Problem("table.rows_with_number_only", place=here, count=self.bare_rows))
        if self.tagged:
            reading.warnings.append(Problem("table.sheet_name_kept", place=here, count=self.tagged, tag=self.tag))
