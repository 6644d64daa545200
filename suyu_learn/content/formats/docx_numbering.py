"""The numbers that Word sets before paragraphs by itself, as a reader of the document sees them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from suyu_learn.content.formats.docx_package import child, local, value
from suyu_learn.content.formats.docx_styles import Styles

LEVELS = 9
LONGEST_LABEL = 60
_MOST = 99_999
_PLACE = re.compile(r"%([1-9])")
_DIGITS = "零一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(slots=True)
class Level:
    """How one level of a list counts."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False
    style: str = ""


@dataclass(slots=True)
class _List:
    levels: dict[int, Level] = field(default_factory=dict)
    counters: list[int | None] = field(default_factory=lambda: [None] * LEVELS)


@dataclass(slots=True)
class _Number:
    """A use of a list: it counts with all other uses of the same one, unless it begins anew."""

    list: _List
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, Level] = field(default_factory=dict)


class Numbering:
    """Counts the paragraphs of a document's lists, in their order."""

    def __init__(self, tree: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._numbers: dict[str, _Number] = {}
        parts = list(tree) if tree is not None else []
        abstract = {value(one, "abstractNumId") or "": one for one in parts if local(one.tag) == "abstractNum"}
        lists: dict[str, _List] = {}
        uses = {value(one, "numId") or "": one for one in parts if local(one.tag) == "num"}
        for number, use in uses.items():
            named = value(child(use, "abstractNumId")) or ""
            resolved = self._resolved(named, abstract, uses)
            if resolved not in abstract:
                continue
            if resolved not in lists:
                lists[resolved] = _List(_levels(abstract[resolved]))
            self._numbers[number] = _used(use, lists[resolved])

    def _resolved(self, named: str, abstract: Mapping[str, Element], uses: Mapping[str, Element]) -> str:
        """A list may refer to a style for its levels, and that to another list; at most once round."""
        for _step in range(LEVELS):
            link = value(child(abstract.get(named), "numStyleLink"))
            target = uses.get(self._styles.numbering_of(link) or "") if link else None
            following = value(child(target, "abstractNumId"))
            if following is None or following == named:
                return named
            named = following
        return named

    def label(self, properties: Element | None, style: str | None) -> tuple[str, str]:
        """The label before a paragraph, which is counted by asking; and which list it is of."""
        direct = child(properties, "numPr")
        number, level = value(child(direct, "numId")), _whole(value(child(direct, "ilvl")), 0)
        if number is None:
            found = self._styles.list_of(style)
            if found is None:
                return "", ""
            number, said_by = found
            use = self._numbers.get(number)
            if use is not None and direct is None:
                level = next((at for at, one in use.list.levels.items() if one.style == said_by), level)
        use = self._numbers.get(number)
        if use is None or not 0 <= level < LEVELS:
            return "", ""
        here = use.levels.get(level) or use.list.levels.get(level)
        if here is None:
            return "", ""
        self._count(use, level, here)
        text = _label(use, here)
        return (text + ("" if here.suffix == "nothing" or not text else " ")), f"list {number} {level}"

    def _count(self, use: _Number, level: int, here: Level) -> None:
        counters = use.list.counters
        if level in use.starts:
            counters[level] = use.starts.pop(level)
        else:
            known = counters[level]
            counters[level] = here.start if known is None else min(known + 1, _MOST)
        for deeper in range(level + 1, LEVELS):
            one = use.levels.get(deeper) or use.list.levels.get(deeper)
            after = one.restart if one is not None else None
            if after != 0 and (after is None or level < after):
                counters[deeper] = None


def _used(use: Element, of: _List) -> _Number:
    number = _Number(of)
    for override in use:
        if local(override.tag) == "lvlOverride":
            level = _whole(value(override, "ilvl"), 0)
            start = value(child(override, "startOverride"))
            if start is not None:
                number.starts[level] = _whole(start, 1)
            own = child(override, "lvl")
            if own is not None:
                number.levels[level] = _level(own)
    return number


def _levels(abstract: Element) -> dict[int, Level]:
    return {_whole(value(one, "ilvl"), 0): _level(one) for one in abstract if local(one.tag) == "lvl"}


def _level(one: Element) -> Level:
    restart = value(child(one, "lvlRestart"))
    return Level(
        start=_whole(value(child(one, "start")), 0 if child(one, "start") is None else 1),
        format=_format(one),
        text=(value(child(one, "lvlText")) or "")[:LONGEST_LABEL],
        suffix=value(child(one, "suff")) or "tab",
        restart=None if restart is None else _whole(restart, 0),
        legal=child(one, "isLgl") is not None,
        style=value(child(one, "pStyle")) or "",
    )


def _format(one: Element) -> str:
    found = child(one, "numFmt")
    if found is None:  # newer kinds stand in a wrapper, with a plain one for older programs
        choices = [inner for wrapper in one for inner in wrapper.iter() if local(inner.tag) == "numFmt"]
        found = choices[-1] if choices else None
    return value(found) or "decimal"


def _label(use: _Number, here: Level) -> str:
    if here.format == "bullet":
        return ""

    def said(found: re.Match[str]) -> str:
        at = int(found[1]) - 1
        level = use.levels.get(at) or use.list.levels.get(at) or Level()
        counter = use.list.counters[at]
        return counted(level.start if counter is None else counter, "decimal" if here.legal else level.format)

    return _PLACE.sub(said, here.text)


def counted(number: int, way: str) -> str:
    """A number in one of Word's ways of counting."""
    number = max(0, min(number, _MOST))
    ways = {
        "none": lambda: "",
        "decimalZero": lambda: f"{number:02}",
        "decimalFullWidth": lambda: _wide(number),
        "decimalFullWidth2": lambda: _wide(number),
        "upperLetter": lambda: _lettered(number),
        "lowerLetter": lambda: _lettered(number).lower(),
        "upperRoman": lambda: _roman(number).upper(),
        "lowerRoman": lambda: _roman(number),
        "ideographTraditional": lambda: _STEMS[(number - 1) % 10],
        "ideographZodiac": lambda: _BRANCHES[(number - 1) % 12],
        "ideographDigital": lambda: "".join(_DIGITS[int(digit)] for digit in str(number)).replace("零", "〇"),
        "decimalEnclosedCircle": lambda: _enclosed(number, 0x2460, 20),
        "decimalEnclosedCircleChinese": lambda: _enclosed(number, 0x2460, 20),
        "decimalEnclosedParen": lambda: f"({number})",
        "decimalEnclosedFullstop": lambda: f"{number}.",
        "chineseLegalSimplified": lambda: _chinese(number, _FORMAL, "拾佰仟"),
        "ideographLegalTraditional": lambda: _chinese(number, _FORMAL, "拾佰仟"),
        "japaneseDigitalTenThousand": lambda: "".join(_DIGITS[int(digit)] for digit in str(number)),
        "ordinal": lambda: f"{number}.",
        "numberInDash": lambda: f"- {number} -",
    }
    if way in ways:
        return ways[way]()
    if way in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
               "taiwaneseCountingThousand", "koreanCounting", "japaneseLegal"):  # fmt: skip
        return _chinese(number, _DIGITS, "十百千")
    return str(number)


def _wide(number: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))


def _lettered(number: int) -> str:
    return chr(ord("A") + (number - 1) % 26) * min((number - 1) // 26 + 1, 10) if number else ""


def _roman(number: int) -> str:
    said = ""
    for worth, sign in _ROMAN:
        said += sign * (number // worth)
        number %= worth
    return said


def _enclosed(number: int, first: int, most: int) -> str:
    return chr(first + number - 1) if 1 <= number <= most else str(number)


def _chinese(number: int, digits: str, units: str) -> str:
    if number >= 10_000:
        high, rest = divmod(number, 10_000)
        between = digits[0] if 0 < rest < 1000 else ""
        return _chinese(high, digits, units) + "万" + between + (_chinese(rest, digits, units) if rest else "")
    said, zero = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            said += (digits[0] if zero and said else "") + digits[digit] + (units[place - 1] if place else "")
            zero = False
        else:
            zero = True
    if 10 <= number < 20 and units[0] == "十":
        said = said.removeprefix(digits[1])
    return said or digits[0]


def _whole(said: str | None, otherwise: int) -> int:
    try:
        return max(0, min(int(said or ""), _MOST))
    except ValueError:
        return otherwise
