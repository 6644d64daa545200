"""Moodle's GIFT: questions as text, a blank line between them, the answers in braces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats import gift_answers, moodle_files
from suyu_learn.content.formats.gift_escapes import hidden, shown
from suyu_learn.content.formats.moodle_questions import MoodleQuestion, Reading
from suyu_learn.content.formats.moodle_texts import Said
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions import QuestionType
from suyu_learn.domain.questions.fill_in import BLANK

_NOTE = re.compile(r"\[(id|tag):((?:\\.|[^\\\]\n])+)\]")
_ROOTS = re.compile(r"^\$(?:course|system|module|cat\w*|category)?\$?$|^\$\w+\$$")
_BEGINS = ("::", "//", "$CATEGORY")
_ANSWERS = re.compile(r"\{\s*(?:[=~#}]|(?:TRUE|FALSE|T|F)\s*[#}])")
_CLOZE = re.compile(r"\{\s*(?:\d+\s*)?:\s*[A-Z_]+\s*:")
_LOOKED_AT = 200_000


class GiftFormat:
    """GIFT files, and .txt files that are clearly GIFT."""

    code: str = "gift"
    suffixes: tuple[str, ...] = (".gift", ".txt")

    def claims(self, content: bytes) -> bool:
        """Whether a file is GIFT by what it holds."""
        return looks_like_gift(moodle_files.beginning(content))

    def read(
        self, content: bytes, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
    ) -> BankFile:
        """The questions of a file; see `suyu_learn.hooks.BankFormat`."""
        text, reading = moodle_files.opened(content, file_name=file_name, options=options, types=types)
        category = ""
        for block in _blocks(text.splitlines()):
            lines = list(block.lines)
            if lines and lines[0].strip().startswith("$CATEGORY:"):
                category = category_path(lines.pop(0).strip().removeprefix("$CATEGORY:"))
                block.line += 1
            if any(line.strip() for line in lines):
                _take(reading, block, "\n".join(lines).strip("\n"), category)
        return moodle_files.closed(reading, "gift.no_questions")


FORMATS = (GiftFormat(),)


def looks_like_gift(text: str) -> bool:
    """Whether a text is clearly GIFT: most of its blocks have answers in braces, as GIFT writes them."""
    if _CLOZE.search(text):
        return False
    blocks = [block for block in _blocks(text[:_LOOKED_AT].splitlines()) if block.lines]
    if any(block.lines[0].lstrip().startswith("$CATEGORY:") for block in blocks):
        return True
    answered = sum(1 for block in blocks if _ANSWERS.search(hidden("\n".join(block.lines))))
    return answered > 0 and answered * 2 >= len(blocks)


def category_path(said: str) -> str:
    """A category as a topic: its names with `/` between them, without the roots that only Moodle knows."""
    names = [name.replace("\0", "/").strip() for name in said.replace("//", "\0").split("/")]
    names = [name for name in names if name and not _ROOTS.match(name)]
    return "/".join(names[1:] if names and names[0] == "top" else names)


@dataclass(slots=True)
class _Block:
    """What stands between two blank lines, its comments apart."""

    line: int
    lines: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """The blocks of a file; a blank line within braces ends none, unless another question begins behind it."""
    block = _Block(1)
    depth = 0
    for number, line in enumerate(lines, start=1):
        bare = line.strip()
        ends = not bare and depth <= 0
        if bare and depth > 0 and not lines[number - 2].strip() and _begins_another(bare):
            ends = True
        if ends and block.whole:
            yield block
            block, depth = _Block(number), 0
        if not bare and not block.lines:
            continue
        if not block.whole:
            block.line = number
        block.whole.append(line)
        if bare.startswith("//"):
            block.comments.append(bare)
            continue
        block.lines.append(line)
        unescaped = hidden(bare)
        depth = max(0, depth + unescaped.count("{") - unescaped.count("}"))
    if block.whole:
        yield block


def _begins_another(line: str) -> bool:
    opening, closing = line.find("{"), line.find("}")
    return line.startswith(_BEGINS) or (opening >= 0 and (closing < 0 or opening < closing))


def _take(reading: Reading, block: _Block, text: str, category: str) -> None:
    place = Place(file=reading.file, row=block.line)
    whole = "\n".join(block.whole)
    try:
        question = _question(text, reading)
    except Problem as refused:
        reading.refuse(place, (refused,), whole)
        return
    question.category = category
    for comment in block.comments:
        for kind, said in _NOTE.findall(comment):
            noted = re.sub(r"\\([\\\]n])", lambda sign: "\n" if sign[1] == "n" else sign[1], said).strip()
            if kind == "tag":
                question.tags.append(noted)
            else:
                question.id = noted[:60]
    reading.take(question, place=place, text=whole, picture=moodle_files.no_picture(reading))


def _question(text: str, reading: Reading) -> MoodleQuestion:
    if _CLOZE.search(text):
        raise Problem("gift.cloze_gaps")
    text = hidden(text.strip())
    name = ""
    if text.startswith("::"):
        name, found, rest = text[2:].partition("::")
        name, text = (shown(name).strip(), rest.strip()) if found else ("", text)
    head, answers, tail = _parts(text)
    stem_format, head = gift_answers.format_of(head, "moodle")
    if answers is None:
        question = MoodleQuestion("description", Said(_shown(head, stem_format), stem_format))
    else:
        answers, found, feedback = _feedback_apart(answers)
        question = gift_answers.read(answers, stem_format)
        stem = _with_tail(head, tail, question.kind)
        question.stem = Said(_shown(stem, stem_format), stem_format)
        question.explanation = gift_answers.said(feedback, stem_format)
    question.name = name
    return question


def _parts(text: str) -> tuple[str, str | None, str]:
    """What stands before the braces, in them, and behind them."""
    opening, closing = text.find("{"), text.find("}")
    if opening < 0 and closing < 0:
        return text, None, ""
    if opening < 0 or (0 <= closing < opening):
        raise Problem("gift.no_opening")
    if closing < 0:
        raise Problem("gift.no_closing")
    tail = text[closing + 1 :]
    if "{" in text[opening + 1 : closing] or "{" in tail or "}" in tail:
        raise Problem("gift.braces_twice")
    return text[:opening], text[opening + 1 : closing].strip(), tail


def _feedback_apart(answers: str) -> tuple[str, str, str]:
    before, found, feedback = answers.rpartition("####")
    return (before.strip(), found, feedback) if found else (answers, "", "")


def _with_tail(head: str, tail: str, kind: str) -> str:
    """The stem; where it goes on behind the braces there is a gap, as Moodle shows it."""
    if any(character.isalnum() for character in tail):
        return f"{head}____{tail}"
    tail = tail.strip().removeprefix('";')
    head = head.rstrip()
    if not tail or not head[-1:].isalnum():
        return head
    return f"{head} ____{tail}" if kind in ("short", "choice") and not BLANK.search(head) else head + tail


def _shown(text: str, text_format: str) -> str:
    return gift_answers.text_shown(text, text_format)
