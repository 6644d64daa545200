"""Questions in running text: what is pasted from a chat or a document, and .txt files.

The grammar is what people write (docs/formats.md): an optional section heading with the type, a number before each
question, options on lines of their own or several on one line, and the answer in the stem's brackets, behind a label
after the question, or in a list at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, Protocol

from suyu_learn.content.drafts import BankFile, QuestionDraft, Refused
from suyu_learn.content.formats import text_lines
from suyu_learn.content.formats.guard import MOST_ROWS
from suyu_learn.content.formats.sheets import decoded
from suyu_learn.content.formats.text_answers import listed_answers
from suyu_learn.content.formats.text_lines import Line
from suyu_learn.content.formats.text_passage import Passage
from suyu_learn.content.formats.text_passages import Passages
from suyu_learn.content.normalise import particulars
from suyu_learn.content.normalise.answers import text_shown
from suyu_learn.content.normalise.blanks import with_blanks
from suyu_learn.content.normalise.bodies import settle
from suyu_learn.content.normalise.options import LETTERS, lettered, options_said
from suyu_learn.content.normalise.said import Said, Settled
from suyu_learn.content.normalise.truth import truth
from suyu_learn.content.normalise.types import (
    CHOICE,
    CLOZE,
    FILL_IN,
    GROUP,
    MULTIPLE,
    ORDERING,
    SINGLE,
    TRUE_FALSE,
    type_named,
    type_of_heading,
)
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType
from suyu_learn.domain.questions.texts import comparable

_CHOSEN = (SINGLE, MULTIPLE, CHOICE, GROUP)


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
    drafting = _Drafting(file_name, types, lang, inlays or _NoInlays(), uid_prefix)
    drafting.warnings += [drafting.told(problem, problem.place.row) for problem in reading.warnings()]
    for passage in reading.passages:
        drafting.passage(passage)
    return BankFile(tuple(drafting.items), tuple(drafting.errors), tuple(drafting.warnings), tuple(drafting.losses))


class _Drafting:
    """Makes drafts of passages, and gathers what was refused and doubted."""

    def __init__(
        self, file: str, types: Mapping[str, QuestionType[Any]], lang: str, inlays: Inlays, uid_prefix: str
    ) -> None:
        self.file, self.types, self.lang, self.inlays = file, types, lang, inlays
        self.uids = (f"{uid_prefix}-{number}" for number in count(1))
        self.passages: dict[str, str] = {}
        """The texts to be read for several questions, by uid."""
        self.group = ""
        """The uid of the passage for which the next questions are, by their numbers."""
        self.span = (0, 0)
        self.section = -1
        """The section whose questions the passage is for, where no numbers say it."""
        self.items: list[QuestionDraft] = []
        self.errors: list[Refused] = []
        self.warnings: list[Problem] = []
        self.losses: list[Problem] = []

    def told(self, problem: Problem, row: int | None, number: int | None = None, **more: object) -> Problem:
        """A problem with its place, in words that can be shown."""
        place = Place(file=self.file, row=row, field=problem.place.field, number=number)
        said = {name: self._shown(value) for name, value in (*problem.params.items(), *more.items())}
        return Problem(problem.code, place=place, **said)

    def _shown(self, value: object) -> object:
        if isinstance(value, list):
            return [self._shown(one) for one in value]
        return self.inlays.words(value) if isinstance(value, str) else value

    def passage(self, passage: Passage) -> None:
        """Take in a question, a text with questions of its own, or a text for those that follow."""
        before, parts = passage.parts() if passage.span is None else ("", [])
        if passage.span is not None:
            self.group, self.span, self.section = self._group(passage, passage.said("stem")), passage.span, -1
        elif passage.over:
            self.group, self.span = self._group(passage, passage.said("stem")), (0, 0)
            self.section = passage.section
        elif parts:
            uid = self._group(replace(passage, fields={"stem": [before]}), before)
            for part in parts:
                self._question(part, uid)
        else:
            in_span = passage.number is not None and self.span[0] <= passage.number <= self.span[1]
            if in_span and passage.number is not None:
                self.span = (passage.number + 1, self.span[1])  # a number that comes again is another question's
            if not in_span and passage.section != self.section:
                self.group, self.span, self.section = "", (0, 0), -1
            self._question(passage, self.group)

    def _group(self, passage: Passage, text: str) -> str:
        """The uid of a passage for several questions; nothing where it is refused."""
        uid = next(self.uids)
        stem = text_lines.own_points(text_lines.own_type(text)[1])[1]
        self.passages[uid] = stem
        taken = self._taken(passage, lambda doubts: self._checked(
            passage, uid, Settled(GROUP, {"stem": stem, "explanation": ""}), doubts))  # fmt: skip
        return uid if taken else ""

    def _question(self, passage: Passage, group: str) -> None:
        uid = next(self.uids)
        self._taken(passage, lambda doubts: self._draft(passage, uid, doubts, group=group), group)

    def _taken(self, passage: Passage, make: Callable[[list[Problem]], QuestionDraft], group: str = "") -> bool:
        """Whether the passage became a draft; if not, why is noted."""
        doubts: list[Problem] = []
        refused: tuple[Problem, ...] = ()
        try:
            self.items.append(make(doubts))
        except Problem as problem:
            refused = (problem,)
        except Problems as problems:
            refused = problems.problems
        if refused:
            told = tuple(self.told(one, passage.line, passage.number) for one in refused)
            cells = [("", self.inlays.words(passage.whole))]
            if group:
                cells.append(("材料", self.inlays.words(self.passages[group])))
            self.errors.append(Refused(told[0].place, told, tuple(cells), group))
        else:
            self.warnings += [self.told(one, passage.line, passage.number) for one in doubts]
        question = text_shown(passage.lines[0]) if passage.losses else ""
        self.losses += [self.told(one, passage.line, passage.number, question=question) for one in passage.losses]
        return not refused

    def _draft(self, passage: Passage, uid: str, warnings: list[Problem], *, group: str) -> QuestionDraft:
        return self._checked(passage, uid, settle(_said(passage, warnings), uid=uid), warnings, group=group)

    def _checked(
        self, passage: Passage, uid: str, settled: Settled, warnings: list[Problem], *, group: str = ""
    ) -> QuestionDraft:
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
            place=Place(file=self.file, row=passage.line, number=passage.number),
            group=group,
        )


def _said(passage: Passage, warnings: list[Problem]) -> Said:
    named, stem = text_lines.own_type(passage.said("stem"))
    passage.own_points, stem = text_lines.own_points(stem)
    kind = _type(passage, named)
    options: dict[str, str] = {}
    if kind == CLOZE:
        stem, options = _menus(stem)
    elif kind in ("", ORDERING, *_CHOSEN):
        stem, options = options_said(stem)
    answer = passage.said("answer")
    if kind in ("", FILL_IN):
        answer = _by_blank(answer, stem)
    own_number = text_lines.numbered(answer)
    if own_number is not None and own_number.number == passage.number and own_number.rest:
        answer = own_number.rest
    if kind in ("", TRUE_FALSE, *_CHOSEN):
        in_stem, emptied = text_lines.answer_in(stem)
        if in_stem and _says_the_same(in_stem, answer or in_stem):  # else learners would read it there
            answer, stem = answer or in_stem, emptied
    if not answer and kind in ("", TRUE_FALSE, *_CHOSEN) and passage.looks:
        answer = passage.standing_out
        if answer:
            warnings.append(Problem("text.answer_by_look", place=Place(field="answer"), answer=answer))
    return Said(
        stem=stem, answers=[answer], options=options, type=kind, explanation=passage.said("explanation"),
        keywords=passage.said("keywords"), tolerance=passage.said("tolerance"),
    )  # fmt: skip


def _by_blank(answer: str, stem: str) -> str:
    """The answer with a line for each blank, where it counts them: 1. 氧 2. 氢."""
    given = list(listed_answers(" ".join(answer.split("\n"))))
    if len(given) < 2 or [number for number, _said in given] != list(range(1, len(given) + 1)):
        return answer
    return "\n".join(said for _number, said in given) if with_blanks(stem)[1] == len(given) else answer


def _says_the_same(one: str, other: str) -> bool:
    """Whether two answers are the same verdict, or the same letters."""
    verdict = truth(one)
    return comparable(one) == comparable(other) if verdict is None else verdict is truth(other)


def _menus(stem: str) -> tuple[str, dict[str, str]]:
    """The text of a cloze, and the menu of each gap from the lines below it: （1）A. 是 B. 否."""
    told, menus = [], []
    for line in stem.split("\n"):
        bare = text_lines.without_part_number(line)
        before, found = lettered(bare)
        if found and not before and bare != line:
            menus.append("{break}".join(found.values()))
        else:
            told.append(line)
    return ("\n".join(told), dict(zip(LETTERS, menus, strict=False))) if menus else lettered(stem)


def _type(passage: Passage, named: str) -> str:
    said = passage.said("type")
    kind = (type_named(said) or type_of_heading(said)) if said else named or passage.type
    if kind is None:
        raise Problem("table.unknown_type", place=Place(field="type"), type=text_shown(said))
    return kind
