"""What one line of running text is: a heading, the start of a question, a label with its value, an answer list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from suyu_learn.content.normalise.types import OPEN, is_section, type_named, type_of_heading
from suyu_learn.domain.problems import Problem

LONGEST_HEADING = 60

_WORDS = {
    "answer": ("正确答案", "参考答案", "标准答案", "试题答案", "正确选项", "答案", "correct answer", "answer"),
    "explanation": ("答案解析", "试题解析", "题目解析", "解析", "详解", "explanation"),
    "difficulty": ("难易程度", "难易度", "难度", "difficulty"),
    "topic": ("知识点", "考点", "topic"),
    "points": ("分值", "分数", "points"),
    "source": ("出处", "来源", "依据", "source"),
    "tags": ("标签", "tags"),
    "keywords": ("评分要点", "评分标准", "得分点", "采分点", "关键词", "关键字", "keywords"),
    "tolerance": ("允许误差", "误差范围", "tolerance"),
    "type": ("题型", "type"),
    "stem": ("题干", "题目", "question"),
}
_FIELDS = {word: field for field, words in _WORDS.items() for word in words}
_ANY = "|".join(sorted(map(re.escape, _FIELDS), key=len, reverse=True))
_LABEL = re.compile(
    rf"[【\[]\s*(?P<boxed>{_ANY})\s*[】\]]\s*[:：]?\s*"
    rf"|(?:^|(?<=[\s。；;，,）)】\]]))(?P<plain>{_ANY})\s*(?:应?[为是]\s*)?[:：]\s*"
    r"|^(?P<said>答)\s*[:：]\s*",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\s*(?P<before>[（(]\s{0,20}[A-Z√×✓✗对错]{0,8}\s{0,20}[）)]\s*(?=\d))?"
    r"(?:(?P<keys>(?:[0-9]\ufe0f?\u20e3){1,4}|\U0001f51f)\s*[:：.．、]?|第\s*(?P<said>\d{1,5})\s*题\s*[:：.．、]?"
    r"|(?P<plain>\d{1,5})\s*(?:[、)）]|[.．](?!\d)|[.．](?=(?:19|20)\d\d\s*年)))\s*(?P<rest>.*)",
    re.DOTALL,
)
_ENDLESS_SPACE = re.compile(r"\s{21,}")  # nobody means so many, and patterns with several spaces would try each
_PART = re.compile(
    r"\s*(?:第?[一二三四五六七八九十百]{1,4}\s*[、.．章节部编篇]|第[一二三四五六七八九十百\d]{1,4}\s*[章节编篇部])"
)
_EACH = re.compile(r"每[小]?[题个空]\s*(\d{1,3}(?:\.\d{1,2})?)\s*分")
_OWN_TYPE = re.compile(r"[【\[（(]\s*([^【】\[\]（）()]{2,8})\s*[】\]）)]")
_OWN_POINTS = re.compile(r"[（(]\s*(\d{1,3}(?:\.\d{1,2})?)\s*分\s*[）)]")
_RULE = re.compile(r"[-=*—─━~·•\s]{3,}")
SIGNS = "√✓✔×✗✘对错"
LONGEST_SPAN = 200
_SPAN = re.compile(
    r"第?\s*(\d{1,4})\s*(?:题)?\s*(?:[-~～–—－至到]|——)\s*第?\s*(\d{1,4})\s*(?:小?题|个?问题|questions)?"
)
_SPAN_SAID = re.compile(r"【材料\s*[（(]第?\s*\d{1,4}\s*[-~～]\s*第?\d{1,4}\s*题?[）)]】\s*")
_READING = re.compile(r"回答|完成|答第|根据|阅读|材料|案例|passage|read", re.IGNORECASE)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_PART_NUMBER = re.compile(rf"\s*(?:[（(]\s*(\d{{1,2}})\s*[)）]|([{_CIRCLED}]))\s*[.、．]?\s*")
_PART_ANYWHERE = re.compile(r"[（(]\s*(\d{1,2})\s*[)）]\s*")
_OPTION = re.compile(r"\s*[(（【]?[A-Za-zＡ-Ｚ](?:[)）】]|[.．、:：])")

_BEHIND_HEADING = re.compile(r"(?<=[题)）:：\s])(\d{1,4}\s{0,3}[.．、]\s{0,3}\S.{3,})$", re.DOTALL)
_MAY_BE_HEADING = re.compile(r"[一二三四五六七八九十第（(【单多判填简论选]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line and its place; a document may know more of it than the text says."""

    text: str
    row: int
    list: str = ""
    """The list that numbered the line by itself, if one did: lines of another list begin no question between these."""
    solid: bool = False
    """Whether it is no running text and belongs, as it is, to the question around it."""
    answers: tuple[tuple[int, str], ...] = ()
    """Answers by number, where the line is a table of them."""
    looks: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Of each option in the line, in what ways it stands out."""
    losses: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbered:
    """The start of a question: its number, how the number is set off, and the rest of the line."""

    number: int
    style: str
    rest: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a section: the type it names, if it names one, and the points of each question."""

    type: str
    points: str


def levelled(line: Line) -> Line:
    """The line with no more than 20 spaces one behind the other."""
    if line.solid or _ENDLESS_SPACE.search(line.text) is None:
        return line
    return replace(line, text=_ENDLESS_SPACE.sub(" " * 20, line.text))


def labelled(line: str) -> list[tuple[str, str]]:
    """The line in pieces, at least one, each with the field that its label names; "" for what is before any label."""
    pieces, field, start = [], "", 0
    for mark in _LABEL.finditer(line):
        word = mark["boxed"] or mark["plain"] or "答案"
        pieces.append((field, line[start : mark.start()].strip()))
        field, start = _FIELDS[word.lower()], mark.end()
    pieces.append((field, line[start:].strip()))
    return [(field, text) for field, text in pieces if text or field] or pieces[:1]


def numbered(line: str) -> Numbered | None:
    """The number that the line begins with, as `12.`, `12、`, `12)` or 第12题."""
    found = _NUMBER.match(line)
    if found is None:
        return None
    before, rest = (found["before"] or "").strip(), found["rest"].strip()
    if before:
        rest = f"{before}{rest}"
    if found["keys"]:
        return Numbered(int("".join(filter(str.isdecimal, found["keys"])) or 10), "⃣", rest)
    style = "第" if found["said"] else ")" if line[: found.start("rest")].rstrip().endswith((")", "）")) else "."
    return Numbered(int(found["said"] or found["plain"]), style, rest)


def heading(line: str) -> Heading | None:
    """The heading that the line is, as in 一、单选题（每题2分，共20题）."""
    if len(line) > LONGEST_HEADING:
        return None
    if not is_section(line) and not _PART.match(line) and type_named(line) in (None, *OPEN):
        return None
    if not is_section(line) and type_named(line) is None and line.rstrip().endswith(("？", "?", "。", "）", ")")):
        return None
    each = _EACH.search(line)
    return Heading(type_of_heading(line) or "", each[1] if each else "")


def behind_heading(text: str) -> int:
    """Where a question begins behind a heading on the same line; 0 if none does."""
    if not _MAY_BE_HEADING.match(text):
        return 0
    found = _BEHIND_HEADING.search(text[: 20 * LONGEST_HEADING], 2)
    if found is None or found.start() > LONGEST_HEADING:
        return 0
    head = heading(text[: found.start()].strip())
    return found.start() if head is not None and head.type else 0


def is_rule(line: str) -> bool:
    """Whether the line only separates."""
    return _RULE.fullmatch(line) is not None


def is_option(line: str) -> bool:
    """Whether the line begins with the letter of an option."""
    return _OPTION.match(line) is not None


_OF_A_SECTION = r"(?:第?[一二三四五六七八九十]{1,3}(?:部分|大题)?[、.．)）]?|[（(][一二三四五六七八九十]{1,3}[)）])?\s*"
_TO_READ = re.compile(
    _OF_A_SECTION + r"(?:[【\[](?:阅读|背景|共用)?(?:材料|案例|短文|资料|题干)[一二三四五六七八九十\d]{0,2}[】\]]"
    r"|(?:阅读|背景|共用)?(?:材料|案例|短文|资料|题干|情景|情境)[一二三四五六七八九十\d]{0,2}\s*[:：]"
    r"|(?:材料|案例|短文)[一二三四五六七八九十\d]{1,2}$"
    r"|(?:请?先?仔?细?(?:阅读|根据|依据|结合|分析))(?:下面|以下|下列|下述|所给|如下)?(?:的|一?[段则篇个])?[^。？?]{0,12}(?:材料|短文|文章|案例|资料|文字)[^？?]*"
    r"|passage\s*\d{0,2}\s*[:：]?$)", re.IGNORECASE
)  # fmt: skip


def is_to_read(line: str) -> bool:
    """Whether a passage begins with the line, as with 材料一： or 阅读下面的材料，回答问题。"""
    return _TO_READ.match(line[:LONGEST_SPAN]) is not None


def passage_span(line: str) -> tuple[int, int] | None:
    """The questions for which a passage follows, as in 阅读下面的材料，回答31～33题。"""
    found = _SPAN.search(line[:LONGEST_SPAN])
    if found is None or not _READING.search(line[:LONGEST_SPAN]):
        return None
    first, last = int(found[1]), int(found[2])
    return (first, last) if first <= last <= first + 30 else None


def without_span(line: str) -> str:
    """The line without 【材料（第31～33题）】 before it, which is no text to read."""
    return _SPAN_SAID.sub("", line, count=1)


def part_number(line: str) -> int:
    """The number of a part, （1） or ①, with which the line begins; 0 if it begins with none."""
    found = _PART_NUMBER.match(line)
    if found is None:
        return 0
    return int(found[1]) if found[1] else _CIRCLED.index(found[2]) + 1


def without_part_number(line: str) -> str:
    """The line without the number of its part."""
    return _PART_NUMBER.sub("", line, count=1)


def parts_of_answer(text: str) -> dict[int, str]:
    """What an answer says of each part: （1）A （2）B."""
    marks = list(_PART_ANYWHERE.finditer(text))[:60]
    ends = [*(mark.start() for mark in marks[1:]), len(text)] if marks else []
    return {int(mark[1]): text[mark.end() : end].strip(" \n;；,，") for mark, end in zip(marks, ends, strict=True)}


def own_type(stem: str) -> tuple[str, str]:
    """The type that a stem names in brackets at its beginning or end, and the stem without it."""
    for found in (_OWN_TYPE.match(stem), _last(_OWN_TYPE, stem)):
        kind = type_named(found[1]) if found else None
        if found and kind:
            before, behind = stem[: found.start()], stem[found.end() :]
            return kind, (before + behind if before.strip() else behind.lstrip(" :：")).strip()
    return "", stem


def own_points(stem: str) -> tuple[str, str]:
    """The points that a stem says of itself as （2分）, and the stem without them."""
    found = _OWN_POINTS.search(stem)
    return (found[1], (stem[: found.start()] + stem[found.end() :]).strip()) if found else ("", stem)


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    first_line = text.partition("\n")[0]
    found = list(pattern.finditer(first_line))
    return found[-1] if found and found[-1].end() == len(first_line) else None


_IN_STEM = re.compile(
    rf"[（(【]\s*(?:(?:选|答案?\s*[:：]|答案?)\s*)?([A-ZＡ-Ｚ](?:[\s,，、]*[A-ZＡ-Ｚ]){{0,8}}|[{SIGNS}]|正确|错误|不正确)\s*[)）】]"
)
EMPTY = "（　）"


def answer_in(stem: str) -> tuple[str, str]:
    """The answer that stands in brackets in the stem, and the stem with empty brackets there; "" unless just one."""
    found = list(_IN_STEM.finditer(stem))
    if len(found) != 1:
        return "", stem
    return found[0][1], stem[: found[0].start()] + EMPTY + stem[found[0].end() :]
