"""Questions in running text: what is pasted from a chat or a document, and .txt files.

The grammar is what people write (docs/formats.md): an optional section heading with the type, a number before each
question, options on lines of their own or several on one line, and the answer in the stem's brackets, behind a label
after the question, or in a list at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from suyu_learn.content.drafts import BankFile, QuestionDraft, Refused
from suyu_learn.content.formats import text_lines
from suyu_learn.content.formats.guard import MOST_ROWS
from suyu_learn.content.formats.sheets import decoded
from suyu_learn.content.normalise import particulars
from suyu_learn.content.normalise.answers import text_shown
from suyu_learn.content.normalise.bodies import Said, settle
from suyu_learn.content.normalise.options import lettered
from suyu_learn.content.normalise.types import FILL_IN, TRUE_FALSE, UNSUPPORTED, WORDS, type_named, type_of_heading
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType

LONGEST_LINE = 20_000
MOST_SHOWN = 5


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
    place = Place(file=file_name)
    reading = _Passages(text.splitlines())
    if not reading.passages:
        raise Problem("text.no_questions", place=place)
    if len(reading.passages) > MOST_ROWS:
        raise Problem("sheet.too_many_rows", place=place, most=MOST_ROWS)
    items: list[QuestionDraft] = []
    errors: list[Refused] = []
    warnings = [problem.at(Place(file=file_name, row=problem.place.row)) for problem in reading.warnings()]
    for number, passage in enumerate(reading.passages, start=1):
        here = Place(file=file_name, row=passage.line)
        found: list[Problem] = []
        try:
            items.append(_draft(passage, f"{uid_prefix}-{number}", here, types, lang, found))
        except (Problem, Problems) as refused:
            told = tuple(
                one.at(Place(file=file_name, row=passage.line, field=one.place.field))
                for one in (refused.problems if isinstance(refused, Problems) else (refused,))
            )
            errors.append(Refused(told[0].place, told, (("", passage.whole),)))
        else:
            warnings += [one.at(Place(file=file_name, row=passage.line, field=one.place.field)) for one in found]
    return BankFile(tuple(items), tuple(errors), tuple(warnings))


@dataclass(slots=True)
class _Passage:
    """One question as it stands in the text."""

    line: int
    section: int
    number: int | None = None
    style: str = ""
    type: str = ""
    points: str = ""
    lines: list[str] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=lambda: {"stem": []})
    open: str = "stem"
    """The field that a line without a label goes on with."""
    optioned: bool = False

    def add(self, line: str) -> None:
        if text_lines.answers_follow(line):
            self.open = "answer"
            self.fields.setdefault("answer", [])
            return
        for name, text in text_lines.labelled(line):
            if name:
                self.open = name
            elif self.open != "stem" and text_lines.is_option(text):
                self.open = "stem"
            if self.open == "stem" and not self.optioned:
                self.optioned = text_lines.is_option(text) or bool(lettered(text)[1])
            if text or name:
                self.fields.setdefault(self.open, []).append(text)

    def said(self, name: str) -> str:
        return "\n".join(text for text in self.fields.get(name, ()) if text).strip()

    @property
    def whole(self) -> str:
        """The question as it stood; a type that only its section named is said once more."""
        known = next((words[0] for kind, words in WORDS.items() if kind == self.type), "")
        said = [] if not known or "type" in self.fields else [f"题型：{known}"]
        return "\n".join([*self.lines, *said])

    @property
    def finished(self) -> bool:
        """Whether nothing more is needed: the next text may be another question."""
        return self.optioned or "answer" in self.fields


class _Passages:
    """Cuts a text into questions and gives them the answers that stand at the end."""

    def __init__(self, lines: list[str]) -> None:
        self.passages: list[_Passage] = []
        self.by_number: dict[int, list[_Passage]] = {}
        self.left_over: list[tuple[int, str]] = []
        self.unmatched: list[tuple[int, str]] = []
        self.sections = [text_lines.Heading("", "")]
        self.by_type: dict[str, list[int]] = {}
        self.in_answers = False
        self.answer_section: int | None = None
        self.answered: _Passage | None = None
        self.gap = False
        self.numbered = any(text_lines.numbered(line) for line in lines if len(line) <= LONGEST_LINE)
        for number, line in enumerate(lines, start=1):
            self._line(number, line.strip())

    def warnings(self) -> Iterable[Problem]:
        """What was left out: lines before the first question, and answers without a question."""
        for code, found in (("text.left_over", self.left_over), ("text.answers_left_over", self.unmatched)):
            if found:
                shown = [text_shown(text) for _line, text in found[:MOST_SHOWN]]
                yield Problem(code, place=Place(row=found[0][0]), count=len(found), lines=shown)

    def _line(self, number: int, line: str) -> None:
        if not line or text_lines.is_rule(line):
            self.gap = True
            return
        if self._begins_answers(line):
            self.in_answers, self.answer_section = True, None
        elif (found := text_lines.heading(line)) is not None and not self._goes_on(line):
            self._heading(number, line, found)
        elif self.in_answers or text_lines.is_range(line):
            self._answers(number, line)
        else:
            self._text(number, line)
        self.gap = False

    def _begins_answers(self, line: str) -> bool:
        """Whether a list of answers begins: a lone 答案 after several questions of which the last has none."""
        if not text_lines.answers_follow(line) or not self.passages:
            return False
        if self.in_answers or "answer" in self.passages[-1].fields:
            return True
        return len(self.passages) > 1 and not any("answer" in one.fields for one in self.passages)

    def _goes_on(self, line: str) -> bool:
        """Whether what looks like a heading is the second line of a question."""
        return bool(self.passages) and not self.in_answers and not self.passages[-1].finished and "、" not in line

    def _heading(self, number: int, line: str, found: text_lines.Heading) -> None:
        if not self.in_answers:
            self.sections.append(found)
            if found.type:
                self.by_type.setdefault(found.type, []).append(len(self.sections) - 1)
            else:
                self.left_over.append((number, line))
            return
        fitting = self.by_type.get(found.type, [])
        following = (self.answer_section or 0) + 1
        self.answer_section = fitting[0] if len(fitting) == 1 else min(following, len(self.sections) - 1)

    def _answers(self, line: int, text: str) -> None:
        pieces = text_lines.labelled(text)
        given = list(text_lines.listed_answers(pieces[0][1])) if pieces and not pieces[0][0] else []
        if not given and self.answered is not None:
            self.answered.open = "explanation" if pieces and not pieces[0][0] else self.answered.open
            self.answered.add(text)
            return
        if not given:
            self.unmatched.append((line, text))
        for number, said in given:
            self.answered = self._asked(number)
            if self.answered is None:
                self.unmatched.append((line, f"{number}. {said}"))
            else:
                self.answered.fields.setdefault("answer", []).append(said)
                self.answered.lines.append(f"答案：{said}")
                self.answered.open = "explanation"
        for name, said in pieces[1:]:
            if self.answered is not None and said:
                self.answered.fields.setdefault(name, []).append(said)

    def _asked(self, number: int) -> _Passage | None:
        for passage in self.by_number.get(number, ()):
            if "answer" not in passage.fields and self.answer_section in (None, passage.section):
                return passage
        return None

    def _text(self, line: int, text: str) -> None:
        start = text_lines.numbered(text)
        if start is not None and self._starts(start):
            self._begin(line, start.rest, start)
        elif not self.numbered and self._new_block(text):
            self._begin(line, text, None)
        elif self.passages and self.passages[-1].section == len(self.sections) - 1:
            self.passages[-1].add(text)
        else:
            self.left_over.append((line, text))
            return
        self.passages[-1].lines.append(text)

    def _starts(self, found: text_lines.Numbered) -> bool:
        """Whether a numbered line is the next question, and not a numbered line inside one."""
        last = self.passages[-1] if self.passages else None
        if last is None or last.number is None or last.section != len(self.sections) - 1:
            return True
        if last.finished or self.gap:
            return found.number != last.number
        return found.number == last.number + 1 and found.style == last.style

    def _new_block(self, text: str) -> bool:
        if not self.passages:
            return True
        name = text_lines.labelled(text)[0][0]
        if text_lines.is_option(text) or name not in ("", "stem"):
            return False
        last = self.passages[-1]
        return name == "stem" or self.gap or ("answer" in last.fields and last.open == "answer")

    def _begin(self, line: int, text: str, found: text_lines.Numbered | None) -> None:
        section = self.sections[-1]
        passage = _Passage(line, len(self.sections) - 1, type=section.type, points=section.points)
        if found is not None:
            passage.number, passage.style = found.number, found.style
            self.by_number.setdefault(found.number, []).append(passage)
        passage.add(text)
        self.passages.append(passage)


def _draft(
    passage: _Passage, uid: str, place: Place, types: Mapping[str, QuestionType[Any]], lang: str,
    warnings: list[Problem],
) -> QuestionDraft:  # fmt: skip
    named, stem = text_lines.own_type(passage.said("stem"))
    own_points, stem = text_lines.own_points(stem)
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
    settled = settle(
        Said(stem=stem, answers=[answer], options=options, type=kind, explanation=passage.said("explanation")), uid=uid
    )
    here = types.get(settled.type)
    if here is None:
        raise Problem("table.type_not_supported", place=Place(field="type"), type=settled.type)
    warnings += settled.warnings
    return QuestionDraft(
        uid=uid,
        type=settled.type,
        body=here.write(here.read(settled.body)),
        lang=lang,
        difficulty=particulars.difficulty(passage.said("difficulty"), warnings),
        source=passage.said("source"),
        points=particulars.points(passage.said("points") or own_points or passage.points, warnings),
        topics=particulars.topics([passage.said("topic")], warnings),
        tags=particulars.tags([passage.said("tags")], warnings),
        place=place,
    )


def _type(passage: _Passage, named: str) -> str:
    said = passage.said("type")
    kind = (type_named(said) or type_of_heading(said)) if said else named or passage.type
    if kind is None:
        raise Problem("table.unknown_type", place=Place(field="type"), type=text_shown(said))
    if kind == UNSUPPORTED:
        raise Problem("table.type_not_supported", place=Place(field="type"), type=text_shown(said or passage.lines[0]))
    return kind
