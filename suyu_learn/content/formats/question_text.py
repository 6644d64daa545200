"""Questions in running text: what is pasted from a chat or a document, and .txt files.

The grammar is what people write (docs/formats.md): an optional section heading with the type, a number before each
question, options on lines of their own or several on one line, and the answer in the stem's brackets, behind a label
after the question, or in a list at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from suyu_learn.content.drafts import BankFile, QuestionDraft, Refused
from suyu_learn.content.formats import text_lines
from suyu_learn.content.formats.guard import MOST_ROWS
from suyu_learn.content.formats.sheets import decoded
from suyu_learn.content.formats.text_lines import Line
from suyu_learn.content.formats.text_passages import Passage, Passages
from suyu_learn.content.normalise import particulars
from suyu_learn.content.normalise.answers import text_shown
from suyu_learn.content.normalise.bodies import Said, settle
from suyu_learn.content.normalise.options import lettered
from suyu_learn.content.normalise.types import FILL_IN, TRUE_FALSE, UNSUPPORTED, type_named, type_of_heading
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType


class TextFormat:
    """Plain text, from a file or pasted."""

    code: str = "text"
    suffixes: tuple[str, ...] = (".txt",)

    def read(
        self, content: bytes, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
    ) -> BankFile:
        """The questions of a text; see `suyu_learn.hooks.BankFormat`."""
        place = Place(file=file_name)
        text = decoded(content, place=place, encoding=options.get("encoding", ""))
        if not text.strip():
            raise Problem("sheet.empty", place=place)
        return read_text(
            text,
            file_name=file_name,
            uid_prefix=options.get("uid_prefix", "text"),
            lang=options.get("lang", "zh_Hans"),
            types=types,
        )


FORMATS = (TextFormat(),)


def read_text(
    text: str, *, file_name: str, uid_prefix: str, types: Mapping[str, QuestionType[Any]], lang: str = "zh_Hans"
) -> BankFile:
    """The questions of a text; raises Problem when it has none."""
    lines = [Line(line.strip(), number) for number, line in enumerate(text.splitlines(), start=1)]
    return read_lines(lines, file_name=file_name, uid_prefix=uid_prefix, types=types, lang=lang)


class Inlays(Protocol):
    """What stands in lines for what is no text, such as a formula: put in once a question is understood."""

    def body(self, body: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """The body with everything put in, and its text format."""

    def words(self, text: str) -> str:
        """A text with words for everything."""


class _NoInlays:
    def body(self, body: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        return dict(body), "plain"

    def words(self, text: str) -> str:
        return text


def read_lines(
    lines: Sequence[Line], *, file_name: str, uid_prefix: str, types: Mapping[str, QuestionType[Any]],
    lang: str = "zh_Hans", inlays: Inlays | None = None,
) -> BankFile:  # fmt: skip
    """The questions of lines that come from a text or a document; raises Problem when they have none."""
    place = Place(file=file_name)
    reading = Passages(lines)
    if not reading.passages:
        raise Problem("text.no_questions", place=place)
    if len(reading.passages) > MOST_ROWS:
        raise Problem("sheet.too_many_rows", place=place, most=MOST_ROWS)
    drafting = _Drafting(file_name, types, lang, inlays or _NoInlays())
    drafting.warnings += [drafting.told(problem, problem.place.row) for problem in reading.warnings()]
    for number, passage in enumerate(reading.passages, start=1):
        drafting.passage(passage, f"{uid_prefix}-{number}")
    return BankFile(tuple(drafting.items), tuple(drafting.errors), tuple(drafting.warnings), tuple(drafting.losses))


class _Drafting:
    """Makes drafts of passages, and gathers what was refused and doubted."""

    def __init__(self, file: str, types: Mapping[str, QuestionType[Any]], lang: str, inlays: Inlays) -> None:
        self.file, self.types, self.lang, self.inlays = file, types, lang, inlays
        self.items: list[QuestionDraft] = []
        self.errors: list[Refused] = []
        self.warnings: list[Problem] = []
        self.losses: list[Problem] = []

    def told(self, problem: Problem, row: int | None, **more: object) -> Problem:
        """A problem with its place, in words that can be shown."""
        place = Place(file=self.file, row=row, field=problem.place.field)
        said = {name: self._shown(value) for name, value in (*problem.params.items(), *more.items())}
        return Problem(problem.code, place=place, **said)

    def _shown(self, value: object) -> object:
        if isinstance(value, list):
            return [self._shown(one) for one in value]
        return self.inlays.words(value) if isinstance(value, str) else value

    def passage(self, passage: Passage, uid: str) -> None:
        """The draft of a passage, or why there is none."""
        doubts: list[Problem] = []
        try:
            self.items.append(self._draft(passage, uid, doubts))
        except (Problem, Problems) as refused:
            problems = refused.problems if isinstance(refused, Problems) else (refused,)
            told = tuple(self.told(one, passage.line) for one in problems)
            self.errors.append(Refused(told[0].place, told, (("", self.inlays.words(passage.whole)),)))
        else:
            self.warnings += [self.told(one, passage.line) for one in doubts]
        question = text_shown(passage.lines[0]) if passage.losses else ""
        self.losses += [self.told(one, passage.line, question=question) for one in passage.losses]

    def _draft(self, passage: Passage, uid: str, warnings: list[Problem]) -> QuestionDraft:
        settled = settle(_said(passage, warnings), uid=uid)
        here = self.types.get(settled.type)
        if here is None:
            raise Problem("table.type_not_supported", place=Place(field="type"), type=settled.type)
        warnings += settled.warnings
        body, text_format = self.inlays.body(settled.body)
        words = self.inlays.words
        return QuestionDraft(
            uid=uid,
            type=settled.type,
            body=here.write(here.read(body)),
            text_format=text_format,
            lang=self.lang,
            difficulty=particulars.difficulty(passage.said("difficulty"), warnings),
            source=words(passage.said("source")),
            points=particulars.points(passage.said("points") or passage.own_points or passage.points, warnings),
            topics=particulars.topics([words(passage.said("topic"))], warnings),
            tags=particulars.tags([words(passage.said("tags"))], warnings),
            place=Place(file=self.file, row=passage.line),
        )


def _said(passage: Passage, warnings: list[Problem]) -> Said:
    named, stem = text_lines.own_type(passage.said("stem"))
    passage.own_points, stem = text_lines.own_points(stem)
    kind = _type(passage, named)
    options: dict[str, str] = {}
    if kind not in (TRUE_FALSE, FILL_IN):
        stem, options = lettered(stem)
    answer = passage.said("answer")
    own_number = text_lines.numbered(answer)
    if own_number is not None and own_number.number == passage.number and own_number.rest:
        answer = own_number.rest
    if not answer and kind != FILL_IN:
        answer, stem = text_lines.answer_in(stem)
    if not answer and kind != FILL_IN and passage.looks:
        answer = passage.standing_out
        if answer:
            warnings.append(Problem("text.answer_by_look", place=Place(field="answer"), answer=answer))
    return Said(stem=stem, answers=[answer], options=options, type=kind, explanation=passage.said("explanation"))


def _type(passage: Passage, named: str) -> str:
    said = passage.said("type")
    kind = (type_named(said) or type_of_heading(said)) if said else named or passage.type
    if kind is None:
        raise Problem("table.unknown_type", place=Place(field="type"), type=text_shown(said))
    if kind == UNSUPPORTED:
        raise Problem("table.type_not_supported", place=Place(field="type"), type=text_shown(said or passage.lines[0]))
    return kind
