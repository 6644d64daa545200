"""Running text cut into questions: where each begins, what its labels say, and which answers at the end are its own."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from suyu_learn.content.formats import text_answers, text_chat, text_lines
from suyu_learn.content.formats.text_answers import AnswerList
from suyu_learn.content.formats.text_asking import Asking, agree, is_closed
from suyu_learn.content.formats.text_lines import Line
from suyu_learn.content.formats.text_passage import Passage
from suyu_learn.content.formats.text_ways import usual
from suyu_learn.content.normalise.answers import text_shown
from suyu_learn.content.normalise.blanks import with_blanks
from suyu_learn.content.normalise.texts import without_preface
from suyu_learn.content.normalise.types import GROUP
from suyu_learn.domain.problems import Place, Problem

LONGEST_LINE = 20_000
MOST_SHOWN = 5
MOST_LINES = 50
"""A question with more lines has no blanks to be filled from one line; counting them anew each time takes long."""
_PLAIN = re.compile(r"\d{1,5}\s?[.．、)）](?!\d)|[A-H][.．、)）:：]")
_NO_PASSAGE = re.compile(r"[（(]?(?:本大?题|每小?题|共\s*\d|注意|说明|要求|下列各题|请(?:将|把|在))")


class Passages:
    """Cuts a text into questions and gives them the answers that stand at the end."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.passages: list[Passage] = []
        self.left_over: list[tuple[int, str]] = []
        self.unmatched: list[tuple[int, str]] = []
        self.sections = [text_lines.Heading("", "")]
        self.by_type: dict[str, list[int]] = {}
        self.asking = Asking()
        self.in_answers = False
        self.answer_section: int | None = None
        self.answered: Passage | None = None
        self.gap = False
        self.lines = text_answers.with_rows_of_answers(usual([text_lines.levelled(line) for line in lines]))
        self.paper = 0
        """The section at which the questions begin that stand behind the last answers."""
        self.at = 0
        self.numbered = _are_numbered(self.lines)
        self.way = "" if self.numbered else text_chat.way_of_counting(self.lines)
        self.counted = self.numbered or bool(self.way)
        if not self.counted:
            self.counted = any(map(_is_numbered, self.lines))
        for at, line in enumerate(self.lines):
            self.at = at
            self._line(self._bare(line))
        self._settle()

    def warnings(self) -> Iterable[Problem]:
        """What was left out: lines that belong to no question, and answers without a question."""
        for code, found in (("text.left_over", self.left_over), ("text.answers_left_over", self.unmatched)):
            if found:
                found.sort(key=lambda one: one[0])
                shown = [text_shown(text) for _line, text in found[:MOST_SHOWN]]
                yield Problem(code, place=Place(row=found[0][0]), count=len(found), lines=shown)
        for passage in self.passages:
            if passage.over and passage.guessed:
                yield Problem(
                    "text.passage_guessed", place=Place(row=passage.line), passage=text_shown(passage.lines[0])
                )

    @property
    def _last(self) -> Passage | None:
        """The question before this line, if it is in the same section."""
        return self.passages[-1] if self.passages and self.passages[-1].section == len(self.sections) - 1 else None

    def _bare(self, line: Line) -> Line:
        """The line without the sign of a list before its number, letter or label."""
        if line.solid or not text_chat.has_bullet(line.text):
            return line
        text = text_chat.without_bullet(line.text)
        if not text:  # a point of a list in which nothing was written
            return replace(line, text="")
        told = self._number_of(text) is not None or text_lines.is_option(text) or bool(text_lines.labelled(text)[0][0])
        begins = not self.counted and len(text) > 3 and (self._last is None or self._last.finished)
        if begins and not told:
            self.gap = True
        return replace(line, text=text) if told or begins else line

    def _number_of(self, text: str) -> text_lines.Numbered | None:
        return text_chat.numbered(text, self.way) if self.way else text_lines.numbered(text)

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
        elif _PLAIN.match(text):  # most lines are such, and no other kind
            self._plain(line)
        elif self._is_aside(text):
            self.left_over.append((line.row, text))
            return
        elif self._begins_answers(text):
            self.in_answers, self.answer_section = True, None
        elif (listed := text_answers.answer_list(text)) is not None and self._is_list(listed):
            self._listed(line, listed)
        elif (cut := text_lines.behind_heading(text)) and not self.in_answers:
            self._heading(line.row, text[:cut].strip(), text_lines.heading(text[:cut].strip()), text[cut:])
            self._line(replace(line, text=text[cut:].strip()))
        elif self._is_heading(text) and (found := text_lines.heading(text)) is not None:
            self._heading(line.row, text, found, self._following())
        else:
            self._plain(line)
        self.gap = False

    def _plain(self, line: Line) -> None:
        if self.in_answers or text_answers.is_range(line.text):
            self._answers(line.row, line.text)
        else:
            self._text(line)

    def _is_heading(self, text: str) -> bool:
        return not self._goes_on(text) and not text_lines.is_to_read(text)

    def _following(self) -> str:
        """The next line that is not empty; "" at the end."""
        for at in range(self.at + 1, len(self.lines)):
            if self.lines[at].text and not text_lines.is_rule(self.lines[at].text):
                return self.lines[at].text
        return ""

    def _is_aside(self, text: str) -> bool:
        """Whether a line is none of the text: the number of a page, the name of who sent it, thanks at the end."""
        last = self._last
        if last is not None and last.open == "answer" and not any(last.fields.get("answer", ())):
            return False
        if text_chat.is_page(text):
            return True
        if last is not None and not last.finished:
            return False
        stamp, other = text_chat.is_aside(text), text_chat.is_speaker(text) or text_chat.is_closing(text)
        if not (stamp or other) or self._means_something(text):
            return False
        return stamp or self._may_begin(self._following())

    def _means_something(self, text: str) -> bool:
        return (
            text_lines.is_option(text)
            or any(name for name, _said in text_lines.labelled(text))
            or self._number_of(text) is not None
            or text_lines.is_to_read(text)
            or text_answers.answers_follow(text)
            or text_lines.heading(text) is not None
        )

    def _may_begin(self, text: str) -> bool:
        """Whether a question, a heading or answers begin with the line, or nothing follows."""
        if (
            not text
            or self._number_of(text_chat.without_bullet(text)) is not None
            or text_lines.heading(text) is not None
        ):
            return True
        if text_chat.is_aside(text) or text_chat.is_speaker(text) or text_chat.is_closing(text):
            return True
        if text_answers.answers_follow(text) or text_answers.answer_list(text) is not None:
            return True
        told = text_lines.is_option(text) or bool(text_lines.labelled(text)[0][0])
        return text_lines.is_to_read(text) or (not self.counted and not told)

    def _begins_answers(self, line: str) -> bool:
        """Whether a list of answers begins: a lone 答案 after several questions of which the last has none."""
        if not text_answers.answers_follow(line) or not self.passages:
            return False
        last = self.passages[-1]
        if self.in_answers or "answer" in last.fields or last.asked > 1:
            return True
        following = self._following()
        found = text_lines.heading(following)
        if found is not None and found.type in self.by_type:
            return True
        start = self._number_of(following)
        if start is not None and start.number != last.number and last.number is not None:
            return self.asking.open(start.number, None) is not None
        return len(self.passages) > 1 and not any("answer" in one.fields for one in self.passages)

    def _is_list(self, found: AnswerList) -> bool:
        """Whether answers behind a heading on one line are those of questions above, and not of the last one alone."""
        if self.in_answers:
            return True
        given = list(text_answers.listed_answers(found.rest))
        sections = self.by_type.get(found.type, ()) if found.type else ()
        if not given or not self.passages or not (found.said or (found.closed and sections)):
            return False
        if found.type:
            return any(self.asking.open(number, None) for number, _said in given)
        if len(given) < 2 or not all(self.asking.open(number, None) for number, _said in given):
            return False
        return not self._has_as_many_blanks(given)

    def _has_as_many_blanks(self, given: Sequence[tuple[int, str]]) -> bool:
        """Whether answers that count from 1 fill the blanks of the last question, which has no answer yet."""
        last = self.passages[-1]
        if "answer" in last.fields or [number for number, _said in given] != list(range(1, len(given) + 1)):
            return False
        return len(last.lines) <= MOST_LINES and with_blanks(last.said("stem"))[1] == len(given)

    def _listed(self, line: Line, found: AnswerList) -> None:
        if found.type:
            self._turn_to(found.type)
        elif not self.in_answers:
            self.answer_section = None
        self.in_answers, self.answered = True, None
        self._answers(line.row, found.rest)

    def _goes_on(self, line: str) -> bool:
        """Whether what looks like a heading is the second line of a question."""
        if self.in_answers or not self.passages or self._answers_next():
            return False
        return not self.passages[-1].finished and "、" not in line

    def _answers_next(self) -> bool:
        """Whether a table of answers is next."""
        return self.at + 1 < len(self.lines) and bool(self.lines[self.at + 1].answers)

    def _heading(self, number: int, line: str, found: text_lines.Heading | None, following: str) -> None:
        if found is None:
            return
        if self._answers_next() or (self.in_answers and not self._resumes(found, following)):
            self.in_answers = True
            self._turn_to(found.type)
            return
        if self.in_answers:
            self.paper = len(self.sections)
        self.in_answers, self.answered, self.answer_section = False, None, None
        self.sections.append(found)
        if found.type:
            self.by_type.setdefault(found.type, []).append(len(self.sections) - 1)
        else:
            self.left_over.append((number, line))

    def _resumes(self, found: text_lines.Heading, following: str) -> bool:
        """Whether questions go on below a heading behind answers: what follows it answers none of those before."""
        start = self._number_of(following[:LONGEST_LINE])
        if not found.type or start is None or len(start.rest) < 4 or text_answers.is_bare(start.rest):
            return False
        return self.asking.open(start.number, None) is None

    def _turn_to(self, kind: str) -> None:
        """Which section answers below a heading belong to: that of its type, else the next if its type agrees."""
        self.answered = None
        fitting, following = self.by_type.get(kind, []), max((self.answer_section or 0) + 1, self.paper)
        first = bisect_left(fitting, self.paper)
        if fitting:
            at = first if first == len(fitting) - 1 else bisect_left(fitting, following)
            self.answer_section = fitting[min(at, len(fitting) - 1)]
            return
        following = min(max(following, 0), len(self.sections) - 1)
        self.answer_section = following if agree(kind, self.sections[following].type) else -1

    def _answers(self, line: int, text: str) -> None:
        pieces = text_lines.labelled(text)
        bare = bool(pieces) and not pieces[0][0]
        given = list(text_answers.listed_answers(pieces[0][1])) if bare else []
        if not given and text_lines.part_number(text) and self._answers_part(text):
            return
        apart = bare and (self.gap or text_chat.is_title(text))
        if not given and self.answered is not None and not (apart and is_closed(self.answered)):
            if bare and any(self.answered.fields.get("answer", ())):
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

    def _answers_part(self, text: str) -> bool:
        """Whether the line goes on with the answers of a passage's questions （1）（2）, or begins them."""
        going_on = self.answered
        if going_on is not None and any(map(text_lines.part_number, going_on.fields.get("answer", ())[:1])):
            going_on.fields["answer"].append(text)
            going_on.lines.append(text)
            return True
        found = self.asking.passage(self.answer_section)
        if found is None:
            return False
        found.fields["answer"] = [text]
        found.lines.append(f"答案：{text}")
        self.answered = found
        return True

    def _give(self, line: int, number: int, said: str) -> None:
        self.answered = self.asking.open(number, self.answer_section)
        if self.answered is None:
            self.unmatched.append((line, f"{number}. {said}"))
        else:
            self.answered.fields.setdefault("answer", []).append(said)
            self.answered.lines.append(f"答案：{said}")
            self.answered.open = "explanation" if said else "answer"

    def _text(self, line: Line) -> None:
        text, last = line.text, self._last
        start = None if line.solid else self._number_of(text)
        if start is not None and line.list:
            start = replace(start, style=line.list)
        span = None if line.solid or start is not None else text_lines.passage_span(text)
        if last is not None and not line.solid and self._is_part(text, last):
            last.take(line, text)
            if last.number is None and last.asked == 1:
                self.asking.add_passage(last)
        elif span is not None and not (self.passages and self.passages[-1].span):
            self._begin(line, text_lines.without_span(text), None)
            self.passages[-1].span = span
        elif start is not None and self._starts(start):
            self._begin(line, start.rest, start)
        elif not line.solid and self._opens_passage(text):
            self._begin(line, text, None)
            marked = text_lines.is_to_read(text)
            self.passages[-1].over = True
            self.passages[-1].guessed = self.sections[-1].type != GROUP or (last is not None and not marked)
        elif not line.solid and not self.counted and self._new_block(text):
            self._begin(line, text, None)
        elif last is not None and not (self.gap and not line.solid and self.counted and self._is_behind(text, last)):
            last.take(line, text)
        else:
            self.left_over.append((line.row, text))
            return
        self.passages[-1].lines.append(text)

    def _is_part(self, text: str, last: Passage) -> bool:
        """Whether a line is the next question （1）（2） of the passage before it."""
        return (last.type == GROUP or last.over) and text_lines.part_number(text) == last.asked + 1

    def _opens_passage(self, text: str) -> bool:
        """Whether a text without a number is to be read for the questions below it."""
        last = self._last
        if last is not None and (not last.finished or last.span):
            return False
        if text_lines.is_option(text) or text_lines.part_number(text) or text_lines.labelled(text)[0][0]:
            return False
        if text_lines.is_to_read(text):
            return self.counted or self.sections[-1].type == GROUP
        in_group = self.sections[-1].type == GROUP and len(text) > 3 and not _NO_PASSAGE.match(text)
        return in_group and (last is None or (self.gap and self.counted and not text_chat.is_closing(text)))

    def _is_behind(self, text: str, last: Passage) -> bool:
        """Whether a line behind an empty one is no part of the question before it."""
        if not last.complete or text_lines.is_option(text) or text_lines.labelled(text)[0][0]:
            return False
        return text_chat.with_label(text, optioned=last.optioned) == text

    def _starts(self, found: text_lines.Numbered) -> bool:
        """Whether a numbered line is the next question, and not a numbered line inside one."""
        last = self._last
        if self.way and last is not None and not last.finished and not self.gap:
            return False
        if last is None or last.number is None:
            return True
        if found.number == last.number:  # another section's first question, or the answer of this one
            ended = self.gap and (last.finished or last.open != "stem")
            return ended and not text_answers.is_bare(found.rest)
        if last.finished or self.gap:
            return True
        return found.number == last.number + 1 and found.style == last.style

    def _new_block(self, text: str) -> bool:
        if not self.passages or self.passages[-1].span:
            return not self.passages
        name = text_lines.labelled(text)[0][0]
        if text_lines.is_option(text) or name not in ("", "stem"):
            return False
        last = self.passages[-1]
        if last.optioned and "answer" not in last.fields and text_chat.with_label(text, optioned=True) != text:
            return False
        return name == "stem" or self.gap or ("answer" in last.fields and last.open == "answer")

    def _begin(self, line: Line, text: str, found: text_lines.Numbered | None) -> None:
        section = self.sections[-1]
        passage = Passage(line.row, len(self.sections) - 1, type=section.type, points=section.points)
        if found is not None:
            passage.number, passage.style = found.number, found.style
            self.asking.add(passage)
        passage.take(line, text)
        self.passages.append(passage)

    def _settle(self) -> None:
        """A text to be read for questions below it, but without any, is none."""
        kept: list[Passage] = []
        following: Passage | None = None
        for passage in reversed(self.passages):
            told = passage.over and not passage.asked and not passage.finished
            passage.over = (
                told and following is not None and following.section == passage.section
                and not following.span and not (following.over and following.number is None)
            )  # fmt: skip
            if told and not passage.over:
                self.left_over += [(passage.line, text) for text in passage.lines]
                continue
            following = passage
            kept.append(passage)
        self.passages = kept[::-1]


def _is_numbered(line: Line) -> bool:
    return len(line.text) <= LONGEST_LINE and not line.solid and text_lines.numbered(line.text) is not None


def _are_numbered(lines: Iterable[Line]) -> bool:
    """Whether there are numbers as `1.` before the answers at the end."""
    for line in lines:
        if line.text and text_answers.answers_follow(line.text[:60]):
            return False
        if _is_numbered(line):
            return True
    return False
