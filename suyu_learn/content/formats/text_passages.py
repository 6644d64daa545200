"""Running text cut into questions: where each begins, what its labels say, and which answers at the end are its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from suyu_learn.content.formats import text_lines
from suyu_learn.content.formats.text_lines import Line
from suyu_learn.content.normalise.answers import text_shown
from suyu_learn.content.normalise.options import lettered
from suyu_learn.content.normalise.texts import without_preface
from suyu_learn.content.normalise.types import GROUP, WORDS
from suyu_learn.domain.problems import Place, Problem

LONGEST_LINE = 20_000
MOST_SHOWN = 5


@dataclass(slots=True)
class Passage:
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
    last: int = 0
    """Where its last line stands."""
    looks: dict[str, set[str]] = field(default_factory=dict)
    """Of each option, in what ways it stands out among others."""
    losses: list[Problem] = field(default_factory=list)
    own_points: str = ""
    span: tuple[int, int] | None = None
    """The numbers of the questions that it is to be read for."""

    def take(self, line: Line, text: str) -> None:
        """A line of the question; `text` is what stands behind its number."""
        self.last = max(self.last, line.row)
        self.losses += line.losses
        for letter, ways in line.looks.items():
            self.looks.setdefault(letter, set()).update(ways)
        if line.solid:
            self._add_solid(text)
        else:
            self.add(text)

    def _add_solid(self, text: str) -> None:
        """What is no running text goes on with the open field, but never with the last of the options."""
        said = self.fields.setdefault(self.open, [])
        at = len(said)
        if self.open == "stem" and self.optioned:
            at = next((number for number, one in enumerate(said) if text_lines.is_option(one)), at)
        said.insert(at, text)

    def add(self, line: str) -> None:
        """A line of text."""
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
        """What a field has, all lines of it."""
        return "\n".join(text for text in self.fields.get(name, ()) if text).strip()

    @property
    def whole(self) -> str:
        """The question as it stood; a type that only its section named is said once more."""
        known = next((words[0] for kind, words in WORDS.items() if kind == self.type), "")
        said = [] if not known or "type" in self.fields else [f"题型：{known}"]
        return "\n".join([*self.lines, *said])

    @property
    def standing_out(self) -> str:
        """The letters of the options that alone stand out; nothing where two ways of doing so differ."""
        found = set()
        for way in {way for ways in self.looks.values() for way in ways}:
            letters = "".join(sorted(letter for letter, ways in self.looks.items() if way in ways))
            if len(letters) < len(self.looks):
                found.add(letters)
        return found.pop() if len(found) == 1 else ""

    def parts(self) -> tuple[str, list[Passage]]:
        """The text before the questions （1）（2） inside it, and these; nothing if it is one question as a whole."""
        starts: list[int] = []
        for at, line in enumerate(self.lines):
            if text_lines.part_number(line) == len(starts) + 1 and at:
                starts.append(at)
        if not starts or (len(starts) < 2 and self.type != GROUP):
            return "", []
        before = self.lines[: starts[0]]
        if any(text_lines.is_option(line) or text_lines.labelled(line)[0][0] == "answer" for line in before):
            return "", []
        found = [self._part(start, end) for start, end in zip(starts, [*starts[1:], len(self.lines)], strict=True)]
        said = text_lines.parts_of_answer(found[-1].said("answer"))
        if sorted(said) == list(range(1, len(found) + 1)):
            for number, part in enumerate(found, start=1):
                part.fields["answer"] = [said[number]]
        if not all("answer" in part.fields for part in found):
            return "", []
        first = text_lines.numbered(before[0]) if self.number is not None else None
        return "\n".join([first.rest if first is not None else before[0], *before[1:]]), found

    def _part(self, start: int, end: int) -> Passage:
        part = Passage(self.line, self.section, points=self.points)
        part.lines = self.lines[start:end]
        for line in (text_lines.without_part_number(part.lines[0]), *part.lines[1:]):
            part.add(line)
        return part

    @property
    def finished(self) -> bool:
        """Whether nothing more is needed: the next text may be another question."""
        return self.optioned or "answer" in self.fields


class Passages:
    """Cuts a text into questions and gives them the answers that stand at the end."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.passages: list[Passage] = []
        self.by_number: dict[int, list[Passage]] = {}
        self.left_over: list[tuple[int, str]] = []
        self.unmatched: list[tuple[int, str]] = []
        self.sections = [text_lines.Heading("", "")]
        self.by_type: dict[str, list[int]] = {}
        self.in_answers = False
        self.answer_section: int | None = None
        self.answered: Passage | None = None
        self.gap = False
        lines = list(lines)
        self.numbered = any(
            text_lines.numbered(line.text) for line in lines if len(line.text) <= LONGEST_LINE and not line.solid
        )
        for line in lines:
            self._line(line)

    def warnings(self) -> Iterable[Problem]:
        """What was left out: lines before the first question, and answers without a question."""
        for code, found in (("text.left_over", self.left_over), ("text.answers_left_over", self.unmatched)):
            if found:
                shown = [text_shown(text) for _line, text in found[:MOST_SHOWN]]
                yield Problem(code, place=Place(row=found[0][0]), count=len(found), lines=shown)

    def _line(self, line: Line) -> None:
        text = line.text
        if line.answers:
            self.in_answers = True
            for number, said in line.answers:
                self._give(line.row, number, said)
        elif line.solid:
            self._text(line)
        elif not text or text_lines.is_rule(text):
            self.gap = True
            return
        elif self._begins_answers(text):
            self.in_answers, self.answer_section = True, None
        elif (found := text_lines.heading(text)) is not None and not self._goes_on(text):
            self._heading(line.row, text, found)
        elif self.in_answers or text_lines.is_range(text):
            self._answers(line.row, text)
        else:
            self._text(line)
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
            if pieces and not pieces[0][0] and self.answered.said("answer"):
                self.answered.open = "explanation"
            self.answered.add(text)
            self.answered.lines.append(text)
            return
        if not given:
            self.unmatched.append((line, text))
        for number, said in given:
            self._give(line, number, without_preface(said))
        for name, said in pieces[1:]:
            if self.answered is not None and said:
                self.answered.fields.setdefault(name, []).append(said)

    def _give(self, line: int, number: int, said: str) -> None:
        self.answered = self._asked(number)
        if self.answered is None:
            self.unmatched.append((line, f"{number}. {said}"))
        else:
            self.answered.fields.setdefault("answer", []).append(said)
            self.answered.lines.append(f"答案：{said}")
            self.answered.open = "explanation" if said else "answer"

    def _asked(self, number: int) -> Passage | None:
        for passage in self.by_number.get(number, ()):
            if "answer" not in passage.fields and self.answer_section in (None, passage.section):
                return passage
        return None

    def _text(self, line: Line) -> None:
        text = line.text
        start = None if line.solid else text_lines.numbered(text)
        if start is not None and line.list:
            start = replace(start, style=line.list)
        span = None if line.solid or start is not None else text_lines.passage_span(text)
        if span is not None and not (self.passages and self.passages[-1].span):
            self._begin(line, text, None)
            self.passages[-1].span = span
        elif start is not None and self._starts(start):
            self._begin(line, start.rest, start)
        elif not line.solid and not self.numbered and self._new_block(text):
            self._begin(line, text, None)
        elif self.passages and self.passages[-1].section == len(self.sections) - 1:
            self.passages[-1].take(line, text)
        else:
            self.left_over.append((line.row, text))
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
        if not self.passages or self.passages[-1].span:
            return not self.passages
        name = text_lines.labelled(text)[0][0]
        if text_lines.is_option(text) or name not in ("", "stem"):
            return False
        last = self.passages[-1]
        return name == "stem" or self.gap or ("answer" in last.fields and last.open == "answer")

    def _begin(self, line: Line, text: str, found: text_lines.Numbered | None) -> None:
        section = self.sections[-1]
        passage = Passage(line.row, len(self.sections) - 1, type=section.type, points=section.points)
        if found is not None:
            passage.number, passage.style = found.number, found.style
            self.by_number.setdefault(found.number, []).append(passage)
        passage.take(line, text)
        self.passages.append(passage)
