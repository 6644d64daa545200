"""Difficulty, points and languages as tables write them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from suyu_learn.content.normalise.texts import bare_label, folded

EASY, MEDIUM, HARD = "easy", "medium", "hard"
_WORDS = {
    EASY: ("易", "容易", "简单", "低", "较易", "很易", "较容易", "较简单", "初级", "入门", "基础", "easy", "low",
           "simple", "1级", "一级", "1", "2", "★", "★★", "⭐", "⭐⭐"),
    MEDIUM: ("中", "一般", "中等", "普通", "适中", "中级", "难度适中", "难易适中", "medium", "normal", "middle",
             "moderate", "2级", "二级", "3", "★★★", "⭐⭐⭐"),
    HARD: ("难", "较难", "很难", "困难", "高", "高级", "偏难", "hard", "high", "difficult", "3级", "三级", "4", "5",
           "★★★★", "★★★★★", "⭐⭐⭐⭐", "⭐⭐⭐⭐⭐"),
}  # fmt: skip
DIFFICULTIES = {word: grade for grade, words in _WORDS.items() for word in words}
_EASY_FROM, _MEDIUM_FROM = Decimal("0.7"), Decimal("0.4")
_NUMBER = re.compile(r"(?:每[小题个]*)?(\d{1,4}(?:\.\d{1,4})?)(?:分|points?|pts?)?")


def difficulty(text: str) -> str | None:
    """easy, medium or hard; a coefficient from 0 to 1 counts as the share that gets it right. None if unknown."""
    word = bare_label(text)
    if word in DIFFICULTIES:
        return DIFFICULTIES[word]
    number = _decimal(word)
    if number is not None:
        if number == number.to_integral_value() and 1 <= number <= 5:
            return DIFFICULTIES[str(int(number))]
        if 0 <= number <= 1:
            return EASY if number >= _EASY_FROM else MEDIUM if number >= _MEDIUM_FROM else HARD
        return None
    return DIFFICULTIES.get(word.removesuffix("题").removesuffix("度").removeprefix("难度"))


def points(text: str) -> str | None:
    """The points without the word behind them; None when the text is no number."""
    found = _NUMBER.fullmatch(folded(text))
    if not found:
        return None
    number = Decimal(found[1])
    return f"{number.normalize():f}" if number > 0 else None


def language(text: str) -> str | None:
    """Our code of a language: every Chinese is zh_Hans. None if unknown."""
    word = folded(text).replace("_", "-")
    if word.startswith(("zh", "中", "汉", "简体", "chinese")):
        return "zh_Hans"
    if word.startswith(("en", "英")):
        return "en"
    return "ru" if word.startswith(("ru", "俄", "рус")) else None


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
