"""Where a lesson asks one of its questions: a line `::question UID` by itself, outside lists and quotations.

In the HTML a comment stands there, which no author can write, and by which the page is cut in pieces.
"""

from __future__ import annotations

import re
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markupsafe import Markup, escape

from suyu_learn.domain.courses.lesson_text import BEGINNING, QUESTION_LINE
from suyu_learn.domain.problems import Place, Problem

TOKEN = "question_place"

_MARK = re.compile(r"<!--question ([^<>]*)-->\n?")


def know_places(parser: MarkdownIt) -> MarkdownIt:
    """The same parser, which knows the line that places a question."""
    may_end: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", TOKEN, _place, may_end)
    return parser


def _place(state: StateBlock, line: int, _end: int, silent: bool) -> bool:
    found = QUESTION_LINE.fullmatch(state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]])
    if found is None or state.is_code_block(line) or state.level:
        return False
    if not silent:
        state.line = line + 1
        token = state.push(TOKEN, "", 0)
        token.content, token.map = found[1], [line, line + 1]
    return True


def mark(uid: str) -> str:
    """What stands in the HTML for a question."""
    return f"<!--question {escape(uid)}-->"


def split(html: Markup) -> list[tuple[Markup, str]]:
    """The pieces of the HTML, each with the uid of the question behind it; the last with none."""
    pieces = _MARK.split(str(html))
    return [
        (Markup(piece), unescape(uid)) for piece, uid in zip(pieces[::2], [*pieces[1::2], ""], strict=True)
    ]  # fmt: skip


def is_misplaced(paragraph: str) -> bool:
    """Whether a paragraph has a line that means to place a question, and cannot."""
    return any(line.lstrip().startswith(BEGINNING) for line in paragraph.split("\n"))


def faults(placed: list[tuple[str, int]], checkpoints: tuple[str, ...]) -> list[Problem]:
    """What is placed though the lesson does not ask it, or asks it above already; each with its row."""
    found = []
    for at, (uid, row) in enumerate(placed):
        if uid not in checkpoints:
            found.append(Problem("course.question_not_asked", place=Place(field="text", row=row), uid=uid))
        elif uid in [other for other, _row in placed[:at]]:
            found.append(Problem("course.question_placed_twice", place=Place(field="text", row=row), uid=uid))
    return found
