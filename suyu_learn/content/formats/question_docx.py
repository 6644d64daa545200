"""Questions in Word documents: the grammar of running text over paragraphs, tables, list numbers and text boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from suyu_learn.content import pictures
from suyu_learn.content.drafts import BankFile, QuestionDraft, Refused
from suyu_learn.content.formats import text_lines
from suyu_learn.content.formats.docx_lines import Document, QuestionTable
from suyu_learn.content.formats.docx_package import UNREADABLE, Package, open_package
from suyu_learn.content.formats.question_tables import read_tables
from suyu_learn.content.formats.question_text import read_lines
from suyu_learn.content.formats.text_lines import Line
from suyu_learn.content.normalise.answers import text_shown
from suyu_learn.content.normalise.options import lettered
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType


class DocxFormat:
    """Word documents as Word, WPS and LibreOffice write them."""

    code: str = "docx"
    suffixes: tuple[str, ...] = (".docx", ".docm")

    def read(
        self, content: bytes, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
    ) -> BankFile:
        """The questions of a document; see `suyu_learn.hooks.BankFormat`."""
        document = read_document(content, file_name)
        reading = _Reading(document, file_name, options, types)
        return reading.result()


FORMATS = (DocxFormat(),)


def read_document(content: bytes, file_name: str) -> Document:
    """The lines and tables of a document; raises Problem and nothing else."""
    try:
        return Document(open_package(content, file_name))
    except UNREADABLE as error:
        raise Problem("docx.broken", place=Place(file=file_name)) from error


class _Reading:
    """Brings together what the lines and the tables of a document have."""

    def __init__(
        self, document: Document, file: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
    ) -> None:
        self.document, self.file, self.types = document, file, types
        self.prefix = options.get("uid_prefix", "docx")
        self.lang = options.get("lang", "zh_Hans")
        self.items: list[QuestionDraft] = []
        self.errors: list[Refused] = []
        self.warnings: list[Problem] = list(self._about_the_file(document.package))
        self.losses: list[Problem] = [one.at(Place(file=file)) for one in document.losses]

    def result(self) -> BankFile:
        """All questions, those of the tables behind those of the text."""
        if self._has_text():
            self._add(
                read_lines(
                    self.document.lines, file_name=self.file, uid_prefix=self.prefix, types=self.types, lang=self.lang,
                    inlays=self.document.inlays,
                )
            )  # fmt: skip
        for table in self.document.tables:
            self._table(table)
        media = self.document.pictures.media
        named = {sha256 for one in self.items for sha256 in pictures.named_in(one.body)}
        named |= {sha for one in self.errors for _label, text in one.cells for _alt, sha in pictures.MARK.findall(text)}
        return BankFile(
            tuple(self.items), tuple(self.errors), tuple(self.warnings), tuple(self.losses),
            tuple(one for sha256, one in media.items() if sha256 in named),
        )  # fmt: skip

    def _has_text(self) -> bool:
        """Whether there are questions outside of tables; else what stands around the tables is told."""
        if not self.document.tables or any(map(_is_question, self.document.lines)):
            return True
        lines = [line for line in self.document.lines if line.text]
        if lines:
            shown = [text_shown(self.document.inlays.words(line.text)) for line in lines[:5]]
            place = Place(file=self.file, row=lines[0].row)
            self.warnings.append(Problem("text.left_over", place=place, count=len(lines), lines=shown))
        return False

    def _add(self, found: BankFile) -> None:
        self.items += found.items
        self.errors += found.errors
        self.warnings += found.warnings
        self.losses += found.losses

    def _table(self, table: QuestionTable) -> None:
        found = read_tables(
            [table.sheet], file_name=self.file, uid_prefix=self.prefix, types=self.types, lang=self.lang,
            first=len(self.items) + len(self.errors) + 1,
        )  # fmt: skip
        words = self.document.inlays.words
        for item in found.items:
            self._item(replace(item, place=self._placed(item.place, table)), table)
        for error in found.errors:
            told = tuple(self._told(one, table) for one in error.problems)
            cells = tuple((words(label), words(text)) for label, text in error.cells)
            self.errors.append(Refused(told[0].place, told, cells, error.group))
        self.warnings += [self._told(one, table) for one in found.warnings]
        self.losses += [self._told(one, table) for one in found.losses]
        self.losses += [one.at(Place(file=self.file, row=one.place.row)) for one in table.losses]

    def _item(self, item: QuestionDraft, table: QuestionTable) -> None:
        """A question of a table, with what its cells hold beside text."""
        inlays, kind = self.document.inlays, self.types[item.type]
        try:
            body, text_format = inlays.body(item.body)
            body = kind.write(kind.read(body))
        except (Problem, Problems) as refused:
            problems = refused.problems if isinstance(refused, Problems) else (refused,)
            told = tuple(one.at(replace(item.place, field=one.place.field)) for one in problems)
            self.errors.append(Refused(item.place, told, (("", inlays.words(str(item.body.get("stem")))),)))
            return
        source = inlays.words(item.source)
        self.items.append(replace(item, body=body, text_format=text_format, source=source))

    def _told(self, problem: Problem, table: QuestionTable) -> Problem:
        said = {
            name: self.document.inlays.words(one) if isinstance(one, str) else one
            for name, one in problem.params.items()
        }
        return Problem(problem.code, place=self._placed(problem.place, table), **said)

    def _placed(self, place: Place, table: QuestionTable) -> Place:
        row = table.places[place.row - 1][0] if place.row and place.row <= len(table.places) else None
        return Place(file=self.file, row=row, column=place.column, field=place.field)

    def _about_the_file(self, package: Package) -> Sequence[Problem]:
        place, counts = Place(file=self.file), self.document.paragraphs.counts
        told = [Problem("docx.macros", place=place)] if package.macros else []
        for code, count in (("docx.changes", counts.changes), ("docx.hidden_kept", counts.hidden_kept),
                            ("docx.hidden_left", counts.hidden_left), ("docx.comments", counts.comments)):  # fmt: skip
            if count:
                told.append(Problem(code, place=place, count=count))
        return told


def _is_question(line: Line) -> bool:
    if line.solid or line.answers:
        return bool(line.answers)
    text = line.text
    return (
        text_lines.is_option(text)
        or any(name == "answer" for name, _said in text_lines.labelled(text))
        or text_lines.numbered(text) is not None
        or bool(lettered(text)[1])
    )
