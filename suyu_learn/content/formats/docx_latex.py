"""LaTeX as Word's formulas, for what we read from them; anything else is `NotKnown` and stays text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape, quoteattr

from suyu_learn.content.formats.docx_math import ACCENTS, COMMANDS, FUNCTIONS, NARY

DEEPEST = 40
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}^_&]|\s+|.", re.DOTALL)
_SIGNS: Mapping[str, str] = {
    **{f"\\{name}": sign for sign, name in COMMANDS.items() if sign not in ("°", "′")},
    r"\ne": "≠", r"\le": "≤", r"\ge": "≥", r"\to": "→", r"\cdot": "·", r"\degree": "°", r"\prime": "′", r"\circ": "∘",
    r"\{": "{", r"\}": "}", r"\%": "%", r"\#": "#", r"\&": "&", r"\_": "_", r"\$": "$", r"\,": " ", r"\;": " ",
    r"\ ": " ", r"\:": " ", r"\!": "", r"\quad": "  ", r"\backslash": "\\", r"\|": "‖", r"\lbrace": "{",
    r"\rbrace": "}", r"\dots": "…", r"\neq": "≠", r"\phi": "ϕ", r"\epsilon": "ϵ", r"\iff": "⇔", r"\emptyset": "∅",
}  # fmt: skip
_ACCENT_OF = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7",
              "check": "\u030c", "breve": "\u0306", "acute": "\u0301", "grave": "\u0300", "widehat": "\u0302",
              "widetilde": "\u0303", "overrightarrow": "\u20d7"}  # fmt: skip
_NARY_OF = {name: sign for sign, name in NARY.items()}
_BRACKET_OF = {r"\{": "{", r"\}": "}", ".": "", r"\|": "‖", r"\lceil": "⌈", r"\rceil": "⌉", r"\lfloor": "⌊",
               r"\rfloor": "⌋", r"\langle": "⟨", r"\rangle": "⟩", r"\lbrace": "{", r"\rbrace": "}"}  # fmt: skip
_MATRICES = {"matrix": ("", ""), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "vmatrix": ("|", "|")}
assert set(_ACCENT_OF) >= set(ACCENTS.values())


class NotKnown(Exception):
    """The formula has something that we do not write for Word."""


def omml(latex: str) -> str:
    """The `oMath` element of a formula; raises NotKnown."""
    reading = _Reading([one for one in _TOKEN.findall(latex) if not one.isspace() or one == "\n"])
    inner = reading.until(())
    if reading.at < len(reading.tokens) or not inner:
        raise NotKnown(latex)
    return f"<m:oMath>{inner}</m:oMath>"


def _run(text: str, *, plain: bool = False) -> str:
    kind = '<m:rPr><m:sty m:val="p"/></m:rPr>' if plain else ""
    fonts = '<w:rPr><w:rFonts w:ascii="Cambria Math" w:hAnsi="Cambria Math"/></w:rPr>'
    return f'<m:r>{kind}{fonts}<m:t xml:space="preserve">{escape(text)}</m:t></m:r>' if text else ""


def _in(name: str, inner: str) -> str:
    return f"<m:{name}>{inner}</m:{name}>"


class _Reading:
    """Reads tokens one after the other."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = self.depth = 0

    def next(self) -> str:
        if self.at >= len(self.tokens):
            raise NotKnown("an end too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def until(self, ends: tuple[str, ...]) -> str:
        """Everything up to one of the tokens, which is left where it is."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotKnown("too deep")
        told = ""
        while self.peek() and self.peek() not in ends:
            told += self.scripted()
        self.depth -= 1
        return told

    def group(self) -> str:
        """What stands in braces, or the next piece alone."""
        if self.peek() != "{":
            return self.piece()
        self.next()
        told = self.until(("}",))
        if self.next() != "}":
            raise NotKnown("a brace")
        return told

    def scripted(self) -> str:
        """A piece with what stands below and above it."""
        token = self.peek()
        limits = token in _NARY_OF
        under = token in (r"\lim", r"\max", r"\min", r"\sup", r"\inf")
        base = "" if token in "^_" else self.group() if token == "{" else "" if limits else self.piece()
        if limits:
            self.next()
        low, high = self._scripts()
        if limits:
            return self._nary(_NARY_OF[token], low, high)
        if under and low and not high:
            return _in("func", _in("fName", _in("limLow", _in("e", base) + _in("lim", low))) + _in("e", ""))
        if low and high:
            return _in("sSubSup", _in("e", base) + _in("sub", low) + _in("sup", high))
        if low:
            return _in("sSub", _in("e", base) + _in("sub", low))
        return _in("sSup", _in("e", base) + _in("sup", high)) if high else base

    def _scripts(self) -> tuple[str, str]:
        low = high = ""
        while self.peek() in ("^", "_"):
            if self.next() == "_":
                low += self.group()
            else:
                high += self.group()
        while self.peek() == "'":
            self.next()
            high += _run("′")
        return low, high

    def _nary(self, sign: str, low: str, high: str) -> str:
        hidden = "".join(f'<m:{name}Hide m:val="1"/>' for name, inner in (("sub", low), ("sup", high)) if not inner)
        inside = self.scripted() if self.peek() and self.peek() not in ("}", "&", r"\\", r"\right") else ""
        properties = f'<m:naryPr><m:chr m:val="{sign}"/>{hidden}</m:naryPr>'
        return _in("nary", properties + _in("sub", low) + _in("sup", high) + _in("e", inside))

    def piece(self) -> str:
        """One piece without its scripts."""
        token = self.next()
        name = token[1:]
        if token in _COMMANDS:
            return _COMMANDS[token](self)
        if token.startswith("\\") and name in FUNCTIONS:
            return _run(name, plain=True)
        if token.startswith("\\") and name in _ACCENT_OF:
            properties = f'<m:accPr><m:chr m:val="{_ACCENT_OF[name]}"/></m:accPr>'
            return _in("acc", properties + _in("e", self.group()))
        if token in _SIGNS:
            return _run(_SIGNS[token])
        if token in ("{", "}", "&") or token.startswith("\\"):
            raise NotKnown(token)
        return _run(token)

    def words(self) -> str:
        """Braces with nothing but text in them."""
        if self.next() != "{":
            raise NotKnown("text")
        told = ""
        while (token := self.next()) != "}":
            told += _SIGNS.get(token, token)
        return told


def _fraction(reading: _Reading) -> str:
    return _in("f", _in("num", reading.group()) + _in("den", reading.group()))


def _binomial(reading: _Reading) -> str:
    properties = '<m:fPr><m:type m:val="noBar"/></m:fPr>'
    return _in("f", properties + _in("num", reading.group()) + _in("den", reading.group()))


def _root(reading: _Reading) -> str:
    if reading.peek() == "[":
        reading.next()
        degree = reading.until(("]",))
        reading.next()
        return _in("rad", _in("deg", degree) + _in("e", reading.group()))
    return _in("rad", '<m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/>' + _in("e", reading.group()))


def _text(reading: _Reading) -> str:
    kind = "<m:rPr><m:nor/></m:rPr>"
    return f'<m:r>{kind}<m:t xml:space="preserve">{escape(reading.words())}</m:t></m:r>'


def _bracket(reading: _Reading) -> str:
    token = reading.next()
    return _BRACKET_OF.get(token, token)


def _between(reading: _Reading) -> str:
    begin = _bracket(reading)
    parts = [reading.until((r"\right", r"\middle"))]
    between = ""
    while reading.next() == r"\middle":
        between = _bracket(reading)
        parts.append(reading.until((r"\right", r"\middle")))
    return _brackets(begin, _bracket(reading), parts, between)


def _brackets(begin: str, end: str, parts: list[str], between: str = "") -> str:
    said = {"begChr": begin, "sepChr": between, "endChr": end}
    properties = "".join(
        f"<m:{name} m:val={quoteattr(sign)}/>" for name, sign in said.items() if sign or name != "sepChr"
    )  # fmt: skip
    return _in("d", _in("dPr", properties) + "".join(_in("e", part) for part in parts))


def _environment(reading: _Reading) -> str:
    name = reading.words()
    if name not in ("cases", *_MATRICES):
        raise NotKnown(name)
    rows: list[list[str]] = [[]]
    while True:
        rows[-1].append(reading.until(("&", r"\\", r"\end")))
        mark = reading.next()
        if mark == r"\\":
            rows.append([])
        elif mark == r"\end":
            break
    if reading.words() != name:
        raise NotKnown(name)
    if name == "cases":
        lines = "".join(_in("e", _run("&").join(row)) for row in rows)
        return _brackets("{", "", [_in("eqArr", lines)])
    told = _in("m", "".join(_in("mr", "".join(_in("e", cell) for cell in row)) for row in rows))
    begin, end = _MATRICES[name]
    return _brackets(begin, end, [told]) if begin else told


def _line(position: str) -> Callable[[_Reading], str]:
    return lambda reading: _in("bar", f'<m:barPr><m:pos m:val="{position}"/></m:barPr>' + _in("e", reading.group()))


def _upright(reading: _Reading) -> str:
    return _run(reading.words(), plain=True)


def _boxed(reading: _Reading) -> str:
    return _in("borderBox", _in("e", reading.group()))


_COMMANDS: Mapping[str, Callable[[_Reading], str]] = {
    r"\frac": _fraction, r"\dfrac": _fraction, r"\tfrac": _fraction, r"\binom": _binomial, r"\sqrt": _root,
    r"\text": _text, r"\left": _between, r"\begin": _environment, r"\overline": _line("top"),
    r"\underline": _line("bot"), r"\mathrm": _upright, r"\operatorname": _upright, r"\boxed": _boxed,
}  # fmt: skip
