"""Formulas `$...$` and `$$...$$` of Markdown texts: found, checked, drawn in the colour and size of the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from suyu_learn.content.remembering import MEGABYTE, remembered
from suyu_learn.domain.problems import Problem

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

LONGEST = 400
WIDEST, TALLEST = 60, 24
"""In letters of the text: what is larger is a fault of the formula, not something to be read."""
DEEPEST = 20
MOST_WORK = 5_000
"""Steps of drawing, as `_work` counts them: about half a second, and far more than a formula that people can read."""
SIZE = 24
MIDDLE = -0.26 * SIZE
"""Where `vertical-align: middle` has the middle of a box, above the line of writing."""

INLINE, BLOCK = "math_inline", "math_block"
_CHINESE = re.compile(
    r"[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
_BOX = re.compile(r'^<svg [^>]*viewBox="(-?[\d.]+) (-?[\d.]+) ([\d.]+) ([\d.]+)"[^>]*>')
_CE = re.compile(r"\\ce\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_CE_PLAIN = re.compile(r"[A-Za-z0-9()\[\]{}^+\-<>=.· ]*")
_CE_PARTS = re.compile(r"(<=>|->|<-)|\s+([+^v])(?=\s|$)|\^(\{[^{}]*\}|[0-9]*[+-])|(?<=[A-Za-z)\]])([0-9]+)|(\s+)|(.)")
_DOUBLING = frozenset({"mrow", "mtd", "mpadded", "mphantom"})
"""What the drawing lays out twice, so that each such level doubles all that stands within."""
_ARROWS = {"->": r"\rightarrow ", "<-": r"\leftarrow ", "<=>": r"\rightleftharpoons "}
_ALONE = {"+": "+", "^": r"\uparrow ", "v": r"\downarrow "}


def know_formulas(markdown: MarkdownIt) -> MarkdownIt:
    """The same reader of Markdown, which now finds formulas; a `$` that is money stays text."""
    markdown.inline.ruler.before("escape", "math", _found)
    return markdown


def _found(state: StateInline, silent: bool) -> bool:
    """A formula opens with `$` before a sign that is no space, and closes behind one, with no digit following."""
    source, start = state.src, state.pos
    if source[start] != "$":
        return False
    marks = "$$" if source.startswith("$$", start) else "$"
    begin = start + len(marks)
    end = _closing(source, begin, state.posMax, marks)
    if end < 0:
        return False
    if not silent:
        token = state.push(BLOCK if marks == "$$" else INLINE, "math", 0)
        token.content = source[begin:end].strip()
    state.pos = end + len(marks)
    return True


def _closing(source: str, begin: int, most: int, marks: str) -> int:
    """Where the formula that begins here closes; -1 where none does."""
    if begin >= most or (marks == "$" and source[begin].isspace()):
        return -1
    at = begin
    while (at := source.find("$", at, min(most, begin + 4 * LONGEST))) >= 0:
        if not source[begin:at].strip():
            return -1
        if source[at - 1] == "\\":
            at += 1
        elif marks == "$$":
            if source.startswith("$$", at):
                return at
            at += 1
        elif source[at - 1].isspace() or source[at + 1 : at + 2].isdigit():
            return -1
        else:
            return at
    return -1


def fault_of(source: str, *, draw: bool = True) -> Problem | None:
    """Why a formula cannot be shown."""
    if _CHINESE.search(source):
        return Problem("formula.chinese", formula=_short(source))
    if len(source) > LONGEST:
        return Problem("formula.too_long", formula=_short(source), most=LONGEST)
    if draw and drawn(source) is None:
        return Problem("formula.unreadable", formula=_short(source))
    return None


def _short(source: str) -> str:
    return source if len(source) <= 60 else source[:59] + "…"


@remembered(8 * MEGABYTE)
def drawn(source: str, *, block: bool = False) -> str | None:
    """The SVG of a formula, in `em` and the colour of the text; None where it cannot be drawn."""
    if len(source) > LONGEST or _CHINESE.search(source) or _depth(source) > DEEPEST:
        return None
    latex = _without_ce(source)
    if latex is None:
        return None
    import ziamath
    from latex2mathml.converter import convert, convert_to_element

    try:
        if "\\" in convert(latex):  # what it does not know it would print as it stands
            return None
        if _work(convert_to_element(latex)) > MOST_WORK:
            return None
        svg = ziamath.Latex(latex, size=SIZE, color="currentColor", inline=not block).svg()
    except Exception:  # it raises whatever comes to its mind
        return None
    return _sized(svg)


def _depth(source: str) -> int:
    deepest = depth = 0
    for sign in source:
        depth += (sign in "{[(") - (sign in "}])")
        deepest = max(deepest, depth)
    return deepest + len(re.findall(r"\\begin|\\left|\\sqrt|\\frac", source)) // 8


def _work(element: Any) -> int:
    """About how many steps it takes to draw an element of MathML: they double with each level of nesting."""
    times = 2 if element.tag in _DOUBLING else 1
    return 1 + times * sum(_work(inner) for inner in element)


def _sized(svg: str) -> str | None:
    """The same drawing, as high above the middle of the line as below, so that it stands on the line."""
    found = _BOX.match(svg)
    if found is None or "url(" in svg:  # a colour that would be fetched from elsewhere
        return None
    left, top, width, height = (float(one) for one in found.groups())
    half = max(MIDDLE - top, top + height - MIDDLE)
    if not (0 < width <= WIDEST * SIZE and 0 < half <= TALLEST * SIZE / 2):
        return None
    head = (
        f'<svg viewBox="{left:.5g} {MIDDLE - half:.5g} {width:.5g} {2 * half:.5g}" '
        f'width="{width / SIZE:.3f}em" height="{2 * half / SIZE:.3f}em" aria-hidden="true" focusable="false">'
    )
    return head + svg[found.end() :].replace("\n", "")


def _without_ce(source: str) -> str | None:
    r"""The formula with each `\ce{...}` in upright letters; None where one has more than we know."""
    if "\\ce" not in source:
        return source
    told = _CE.sub(lambda found: _chemistry(found[1]), source)
    return None if "\\ce" in told or "\0" in told else told


def _chemistry(said: str) -> str:
    if not _CE_PLAIN.fullmatch(said):
        return "\0"
    parts = []
    for arrow, alone, charge, count, space, sign in _CE_PARTS.findall(said.strip()):
        if arrow:
            parts.append(_ARROWS[arrow])
        elif alone:
            parts.append(rf"\ {_ALONE[alone]}\ " if alone == "+" else _ALONE[alone])
        elif charge:
            parts.append("^{" + charge.strip("{}") + "}")
        elif count:
            parts.append("_{" + count + "}")
        elif sign:
            parts.append(rf"\mathrm{{{sign}}}" if sign.isalpha() else sign)
        elif space:
            parts.append(r"\ ")
    return "{" + "".join(parts) + "}"
