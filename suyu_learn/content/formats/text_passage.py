"""One question of running text: what its lines say, label by label, and the questions inside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from suyu_learn.content.formats import text_chat, text_lines
from suyu_learn.content.formats.text_answers import answers_follow
from suyu_learn.content.formats.text_lines import Line
from suyu_learn.content.normalise.answers import letters_in
from suyu_learn.content.normalise.options import lettered
from suyu_learn.content.normalise.truth import truth
from suyu_learn.content.normalise.types import FILL_IN, GROUP, OPEN, WORDS
from suyu_learn.domain.problems import Problem

SHORT = 60


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
    over: bool = False
    """Whether it is to be read for the questions below it in its section."""
    guessed: bool = False
    """Whether nothing but its place says so."""
    asked: int = 0
    """How many questions （1）（2） it has."""

    def take(self, line: Line, text: str) -> None:
        """A line of the question; `text` is what stands behind its number."""
        self.last = max(self.last, line.row)
        if not line.solid and text and text_lines.part_number(text) == self.asked + 1:
            self.asked += 1
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
        if self.open == "stem" and "answer" not in self.fields and self.lines:
            line = text_chat.with_label(line, optioned=self.optioned)
        if answers_follow(line):
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
                self.fields.setdefault(self.open, []).extend([text] if text else ())

    def said(self, name: str) -> str:
        """What a field has, all lines of it."""
        return "\n".join(text for text in self.fields.get(name, ()) if text).strip()

    @property
    def whole(self) -> str:
        """The question as it stood; what only its section's heading says is said once more."""
        known = next((words[0] for kind, words in WORDS.items() if kind == self.type), "")
        said = [] if not known or "type" in self.fields else [f"题型：{known}"]
        if self.points and "points" not in self.fields and not text_lines.own_points(self.said("stem"))[0]:
            said.append(f"分值：{self.points}")
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
        answered = ["answer" in part.fields for part in found]
        if not all(answered) and not (self.type == GROUP and any(answered[:-1])):
            return "", []
        first = text_lines.numbered(before[0]) if self.number is not None else None
        return "\n".join([first.rest if first is not None else before[0], *before[1:]]), found

    def _part(self, start: int, end: int) -> Passage:
        part = Passage(self.line, self.section, points=self.points)
        for at, line in enumerate(self.lines[start:end]):
            part.add(line if at else text_lines.without_part_number(line))
            part.lines.append(line)
        return part

    @property
    def finished(self) -> bool:
        """Whether nothing more is needed: the next text may be another question."""
        return self.optioned or "answer" in self.fields

    @property
    def complete(self) -> bool:
        """Whether it has options or a short answer at its end, which nothing goes on with."""
        if self.open == "stem":
            return self.optioned
        given = self.fields.get("answer", ())
        if self.open != "answer" or not 0 < len(given) <= 3 or self.type in (FILL_IN, *OPEN):
            return False
        said = given[-1]
        return len(said) <= SHORT and (bool(letters_in(said)) if self.optioned else truth(said) is not None)
