"""Blanks in a stem, and the texts accepted in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from math import prod

from suyu_learn.content.normalise.texts import without_preface
from suyu_learn.domain.problems import Place, Problem

BLANK = "____"
_LINES = re.compile(r"[_＿]{2,}")
_MARKS = re.compile(r"\[\s*(?:BlankArea|blank|填空)\s*(?:\d+\s*)?\]|\{\s*(?:\d+\s*)?\}"
                    r"|[（(][\s　_＿]*[)）]|[【\[]\s*[】\]]|＿|—{4,}|\.{6,}|…{2,}", re.IGNORECASE)  # fmt: skip
_BRACKETED = re.compile(r"[（(【\[]([^（）()【】\[\]]+)[)）】\]]")
_BETWEEN_BLANKS = ("|", "｜", "\n", "{break}", "$;$", ";", "；", "、", "，", ",")
_VARIANTS = re.compile(r"[;；]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_UNITS = re.compile(
    r"(?:[\d.]*\s*)?(?:毫|厘|分|千|公|平方|立方)?(?:米|里|克|斤|吨|升|元|人|亩|公顷|度|瓦|焦耳?|牛顿?|摩尔?|次|个|转|人次)"
    r"/(?:平方|立方|千)?(?:米|秒|分钟?|小?时|天|日|周|月|年|克|升|吨|元|人|亩|公顷|次|户|千克|公斤)"
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9.+-]{1,19}|[\u4e00-\u9fff]{2,20}")
_PER = re.compile(r"(?:平方|立方|千|毫|每)?(?:米|秒|分钟|小时|升|公里|公斤|千克|公顷|人次)")
_COUNTED = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)([十百千万亿]{0,3})(.*)", re.DOTALL)
_TIMES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


def with_blanks(stem: str) -> tuple[str, int]:
    """The stem with every kind of blank as `____`, and how many there are."""
    if _LINES.search(stem):
        told = _LINES.sub(BLANK, stem)
        return told, told.count(BLANK)
    told, count = _MARKS.subn(BLANK, stem)
    return told, count


def accepted(answers: Sequence[str], blanks: int) -> list[list[str]]:
    """What each blank accepts; raises Problem when the answers do not divide into so many blanks."""
    given = [without_preface(answer) for answer in answers if answer.strip()]
    if len(given) > 1:
        parts: list[str] = given
    elif blanks > 1:
        parts = _split(given[0], blanks)
    else:
        parts = _one_bracketed(given[0])
    if len(parts) != blanks:
        raise Problem("question.blanks_do_not_match_stem", place=Place(field="answer"), in_stem=blanks,
                      listed=len(parts))  # fmt: skip
    return [_variants(part, bar=blanks == 1) for part in parts]


def _split(text: str, blanks: int) -> list[str]:
    """The texts of several blanks, by the first separator that gives as many parts as there are blanks."""
    if (bracketed := _bracketed(text)) and len(bracketed) == blanks:
        return bracketed
    tries = []
    for separator in _BETWEEN_BLANKS:
        if separator in text:
            parts = [part.strip() for part in text.split(separator)]
            if parts[-1] == "":
                parts.pop()
            if len(parts) == blanks and all(parts):
                return parts
            tries.append(parts)
    spaced = text.split()
    return spaced if len(spaced) == blanks else tries[0] if tries else [text]


def _bracketed(text: str) -> list[str]:
    parts = _BRACKETED.findall(text)
    return [part.strip() for part in parts] if parts and not _BRACKETED.sub("", text).strip() else []


def _one_bracketed(text: str) -> list[str]:
    return _bracketed(text) if len(_bracketed(text)) == 1 else [text]


def _variants(text: str, *, bar: bool) -> list[str]:
    parts = [part.strip() for part in _VARIANTS.split(text)]
    if bar:
        parts = [piece.strip() for part in parts for piece in re.split(r"[|｜]", part)]
    parts = [piece for part in parts for piece in _slashed(part)]
    return list(dict.fromkeys(part for part in parts if part)) or [text]


def variants(text: str) -> list[str]:
    """The texts that one blank accepts."""
    return _variants(text, bar=True)


def _slashed(text: str) -> list[str]:
    """Variants around a slash, as in CO2/二氧化碳 and 30万/300000; 1/2, km/h, km/小时 and 米/秒 are no variants."""
    for slash in ("/", "／"):
        if slash in text and not _UNITS.fullmatch(text):
            parts = [part.strip() for part in text.split(slash)]
            if f" {slash} " in text or all(_HAN.search(part) and not part[0].isdigit() for part in parts if part):
                return parts
            if _are_names(parts) or (len(set(parts)) > 1 and len({_amount(part) for part in parts}) == 1):
                return parts
    return [text]


def _are_names(parts: Sequence[str]) -> bool:
    """Whether the same may be named in letters and in Chinese, and none of it is what something is counted by."""
    latin = [part for part in parts if part.isascii()]
    return (
        0 < len(latin) < len(parts)
        and all(_NAME.fullmatch(part) and not _PER.fullmatch(part) for part in parts)
        and any(len(part) > 2 or part.isupper() for part in latin)
    )


def _amount(text: str) -> tuple[Decimal, str] | str:
    """How much a text says, 30万 and 300000 alike, and of what; the text where it says no amount."""
    found = _COUNTED.fullmatch(text)
    if found is None:
        return text
    return Decimal(found[1]) * prod(_TIMES[word] for word in found[2]), found[3].strip()
