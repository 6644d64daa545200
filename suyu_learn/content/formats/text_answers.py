"""Answers that stand apart from their questions: in a list at the end, or on one line behind the name of a type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from suyu_learn.content.formats.text_lines import SIGNS, Line
from suyu_learn.content.normalise.answers import letters_in
from suyu_learn.content.normalise.truth import truth
from suyu_learn.content.normalise.types import type_named, type_of_heading

_ANSWERS_FOLLOW = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.．]|附[:：]?)?[【\[]?(?:参考|标准|正确|试题)?答案(?:及解析|与解析|部分|汇总|区)?[】\]]?[:：]?"
)
_RANGE = re.compile(
    r"(\d{1,5})\s*[-~～–—－至到]\s*(\d{1,5})\s*(?:题)?\s*[:：.．、]?\s*"
    rf"((?:[A-Za-zＡ-Ｚ{SIGNS}][\s,，、;；]*)+)"
)
_ENTRY = re.compile(r"(?:^|(?<=[\s,，;；、。]))(\d{1,5})\s*[.．、:：)）]\s*")
_COMPACT = re.compile(rf"(?:\d{{1,5}}\s*(?:[{SIGNS}]|[A-Z]{{1,8}})(?=[\s,，;；、。\d]|$)[\s,，;；、。]*)+")
_COMPACT_ENTRY = re.compile(rf"(\d{{1,5}})\s*([{SIGNS}]|[A-Z]{{1,8}})")
_BEGINS = re.compile(
    rf"(?<![.\d])\d{{1,5}}\s*(?:[-~～–—－至到]\s*\d{{1,5}}\s*(?:题)?\s*[:：.．、]?\s*[A-Za-zＡ-Ｚ{SIGNS}]|[.．、:：)）]|[{SIGNS}A-Z])"
)
LONGEST_HEAD = 40
_HEAD = re.compile(
    r"(?:附\s*[:：]?\s*)?(?:第?[一二三四五六七八九十]{1,3}(?:部分|大题)?[、.．)）]?|[（(][一二三四五六七八九十]{1,3}[)）])?\s*[【\[]?"
    r"(?P<type>[\u4e00-\u9fff]{2,8}?)??(?:\s*[（(][^（）()]{0,24}[)）])?(?:部分)?\s*"
    r"(?P<said>的?(?:参考|标准|正确|试题)?答案(?:及解析|与解析|如下)?)?[】\]]?\s*[:：]?\s*"
)


_ROW_OF_NUMBERS = re.compile(
    r"(?:题号|序号|编号|题目)\s{0,20}[:：|]?\s{0,20}(\d{1,4}(?:[\s,，、|]{1,20}\d{1,4})+)\s{0,20}\|?"
)
_ROW_OF_ANSWERS = re.compile(
    rf"(?:正确|参考|标准)?(?:答案|选项)\s{{0,20}}[:：|]?\s{{0,20}}((?:[A-ZＡ-Ｚ{SIGNS}]{{1,8}}|正确|错误)"
    rf"(?:[\s,，、|]{{1,20}}(?:[A-ZＡ-Ｚ{SIGNS}]{{1,8}}|正确|错误))+)\s{{0,20}}\|?"
)
_BETWEEN = re.compile(r"[\s,，、|]+")


def with_rows_of_answers(lines: list[Line]) -> list[Line]:
    """The lines, a row of numbers above a row of as many answers as one line of answers."""
    told: list[Line] = []
    for line in lines:
        above = _ROW_OF_NUMBERS.fullmatch(told[-1].text) if told and line.text.startswith(_STARTS) else None
        below = _ROW_OF_ANSWERS.fullmatch(line.text) if above is not None else None
        if above is not None and below is not None:
            numbers, answers = _BETWEEN.split(above[1]), _BETWEEN.split(below[1])
            if len(numbers) == len(answers):
                pairs = tuple((int(number), said) for number, said in zip(numbers, answers, strict=True))
                told[-1] = replace(told[-1], text="", answers=pairs)
                continue
        told.append(line)
    return told


_STARTS = ("答案", "正确", "参考", "标准", "选项")


@dataclass(frozen=True, slots=True)
class AnswerList:
    """A line that names a type or says 答案, and goes on with answers: 多选题参考答案：1. ABD 2. AC."""

    type: str
    said: bool
    """Whether it says that these are answers."""
    head: str
    rest: str

    @property
    def closed(self) -> bool:
        """Whether all of them are letters or verdicts, as no question is."""
        given = list(listed_answers(self.rest))
        return bool(given) and all(is_bare(said) for _number, said in given)


def is_bare(text: str) -> bool:
    """Whether a text is letters or a verdict and nothing else."""
    return len(text) <= 30 and (bool(letters_in(text)) or (len(text) <= 4 and truth(text) is not None))


def answer_list(line: str) -> AnswerList | None:
    """The list of answers that the line is behind its heading; None if it is no such line."""
    begins = _BEGINS.search(line[: LONGEST_HEAD + 20])
    if begins is None or not 0 < begins.start() <= LONGEST_HEAD:
        return None
    head = line[: begins.start()]
    found = _HEAD.fullmatch(head)
    if found is None:
        return None
    named = found["type"] or ""
    kind = (type_named(named) or type_of_heading(named) or "") if named else ""
    if named and not kind:
        return None
    return AnswerList(kind, bool(found["said"]), head, line[begins.start() :]) if kind or found["said"] else None


def answers_follow(line: str) -> bool:
    """Whether the line announces a list of answers."""
    return _ANSWERS_FOLLOW.fullmatch("".join(line.split())) is not None


def is_range(line: str) -> bool:
    """Whether the line is a list of answers as `1-5 ABCDA`."""
    return _RANGE.match(line.strip()) is not None


def listed_answers(line: str) -> Iterable[tuple[int, str]]:
    """The numbers and answers of a line of an answer list; a range whose answers do not go round gives none."""
    ranges = list(_RANGE.finditer(line))
    for found in ranges:
        first, last = int(found[1]), int(found[2])
        said = _each(found[3], last - first + 1)
        yield from zip(range(first, last + 1), said, strict=False)
    if ranges:
        return
    if _COMPACT.fullmatch(line.strip()):
        yield from ((int(found[1]), found[2]) for found in _COMPACT_ENTRY.finditer(line))
        return
    marks = list(_ENTRY.finditer(line))
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        said_here = line[mark.end() : following.start() if following else len(line)].strip().rstrip(",，;；、")
        if said_here:
            yield int(mark[1]), said_here


def _each(text: str, count: int) -> list[str]:
    parts = re.split(r"[\s,，、;；]+", text.strip())
    parts = [part for part in parts if part]
    if len(parts) == count:
        return parts
    signs = [sign for part in parts for sign in part]
    return signs if len(signs) == count else []
