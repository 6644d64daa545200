"""What stands in the braces of a GIFT question; its escaped characters are hidden (`gift_escapes`)."""

from __future__ import annotations

import re
from decimal import Decimal

from suyu_learn.content.formats.gift_escapes import shown
from suyu_learn.content.formats.moodle_bodies import decimal, number
from suyu_learn.content.formats.moodle_questions import Answer, MoodleQuestion
from suyu_learn.content.formats.moodle_texts import NO_TEXT, Said
from suyu_learn.domain.problems import Place, Problem

_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"%\s*(-?\d{1,3}(?:[.,]\d{0,20})?)\s*%")
_VERDICTS = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_HUNDRED = Decimal(100)


def read(text: str, stem_format: str) -> MoodleQuestion:
    """The question that these answers make, its stem still to come."""
    if not text:
        return MoodleQuestion("essay", NO_TEXT)
    if text.startswith("#"):
        return _numeric(text[1:], stem_format)
    if "~" in text:
        return _choice(text, stem_format)
    if "=" in text and "->" in text:
        return _matching(text, stem_format)
    verdict, *replies = text.split("#", 2)
    if verdict.strip().upper() in _VERDICTS:
        return _true_false(_VERDICTS[verdict.strip().upper()], replies, stem_format)
    return MoodleQuestion("short", NO_TEXT, [_answer(one, Decimal(1), stem_format) for one in _split(text, "=")])


def format_of(text: str, otherwise: str) -> tuple[str, str]:
    """The format that a text names at its beginning, and the text behind it."""
    found = _FORMAT.match(text)
    return (found[1], text[found.end() :].lstrip()) if found else (otherwise, text.lstrip())


def text_shown(text: str, text_format: str) -> str:
    """A text with its escaped characters; indents count in Markdown and HTML only."""
    if text_format in ("moodle", "plain"):
        text = "\n".join(line.strip() for line in text.split("\n"))
    return shown(text.strip())


def said(text: str, otherwise: str) -> Said:
    """A text with the format that it names, or the stem's."""
    text_format, text = format_of(text, otherwise)
    return Said(text_shown(text, text_format), text_format)


def _split(text: str, sign: str) -> list[str]:
    first, *rest = text.split(sign)
    return [part.strip() for part in ([first, *rest] if first.strip() else rest)]


def _weight(text: str, otherwise: Decimal) -> tuple[Decimal, str]:
    found = _WEIGHT.match(text)
    weight = decimal(found[1]) if found else None
    return (otherwise, text) if found is None or weight is None else (weight / _HUNDRED, text[found.end() :].lstrip())


def _answer(text: str, weight: Decimal, stem_format: str) -> Answer:
    weight, text = _weight(text, weight)
    words, _sign, reply = text.partition("#")
    return Answer(said(words, stem_format), weight, said(reply, stem_format))


def _choice(text: str, stem_format: str) -> MoodleQuestion:
    answers = []
    parts = text.replace("~=", "=").replace("=", "~=").split("~")
    for part in (one.strip() for one in parts[0 if parts[0].strip() else 1 :]):
        right = part.startswith("=")
        answers.append(_answer(part[right:].strip(), Decimal(int(right)), stem_format))
    return MoodleQuestion("choice", NO_TEXT, answers, single="=" in text)


def _true_false(verdict: bool, replies: list[str], stem_format: str) -> MoodleQuestion:
    wrong, right = [*(said(reply, stem_format) for reply in replies), NO_TEXT, NO_TEXT][:2]
    sides = [(True, right if verdict else wrong), (False, wrong if verdict else right)]
    answers = [
        Answer(Said("true" if side else "false", "plain"), Decimal(int(side is verdict)), reply)
        for side, reply in sides
    ]
    return MoodleQuestion("true_false", NO_TEXT, answers)


def _matching(text: str, stem_format: str) -> MoodleQuestion:
    pairs = []
    for part in _split(text, "="):
        prompt, arrow, option = part.partition("->")
        if not arrow:
            raise Problem("gift.no_arrow", place=Place(field="answer"), said=shown(part)[:60])
        left = said(prompt, stem_format)
        if left.format == "markdown":  # an arrow in a prompt can only be written so
            left = left._replace(text=left.text.replace("-\\>", "->"))
        pairs.append((left, said(option, "plain" if stem_format == "plain" else stem_format)))
    return MoodleQuestion("matching", NO_TEXT, pairs=pairs)


def _numeric(text: str, stem_format: str) -> MoodleQuestion:
    text, _tilde, wrong = text.partition("~")
    answers = []
    for part in _split(text, "="):
        answer = _answer(part, Decimal(1), stem_format)
        low, dots, high = answer.said.text.partition("..")
        value, colon, tolerance = answer.said.text.partition(":")
        if value.strip() == "*":
            answers.append(Answer(Said("*", "plain"), Decimal(0), answer.feedback))
        elif dots:
            answers.append(_between(low, high, answer))
        else:
            answers.append(
                Answer(Said(number(value), "plain"), answer.weight, answer.feedback, number(tolerance) if colon else "")
            )
    if wrong.strip():
        answers.append(Answer(Said("*", "plain"), Decimal(0), _answer(wrong, Decimal(0), stem_format).feedback))
    if not answers:
        raise Problem("moodle.no_full_mark", place=Place(field="answer"))
    return MoodleQuestion("numeric", NO_TEXT, answers)


def _between(low: str, high: str, answer: Answer) -> Answer:
    least, most = Decimal(number(low)), Decimal(number(high))
    if least > most:
        raise Problem("gift.range_reversed", place=Place(field="answer"), low=low.strip(), high=high.strip())
    middle = (least + most) / 2
    return Answer(Said(_plain(middle), "plain"), answer.weight, answer.feedback, _plain(most - middle))


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f") if abs(value.adjusted()) < 20 else str(value)
