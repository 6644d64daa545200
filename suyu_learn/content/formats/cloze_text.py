"""Moodle's cloze text, "embedded answers": gaps stand in the text as `{1:SHORTANSWER:=answer}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats import moodle_files
from suyu_learn.content.formats.moodle_bodies import GAP, decimal
from suyu_learn.content.formats.moodle_questions import Answer, Gap, MoodleQuestion
from suyu_learn.content.formats.moodle_texts import NO_TEXT, Said
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions import QuestionType

_GAP = re.compile(r"\{\s{0,20}([0-9]{0,4})\s{0,20}:\s{0,20}([A-Z][A-Z_]{0,30})\s{0,20}(?=[:}])")
_INSIDE = re.compile(r"(?:[^\\}]|\\.)*", re.DOTALL)
_WEIGHT = re.compile(r"%\s*(-?[0-9]{1,3}(?:[.,][0-9]{0,20})?)\s*%")
_ESCAPED = re.compile(r"\\([\\~#}{=%\"/])")
_HIDDEN = {character: chr(0xE030 + place) for place, character in enumerate('\\~#}{=%"/')}
_SHOWN = str.maketrans({stand_in: character for character, stand_in in _HIDDEN.items()})
_KINDS = {"NUMERICAL": "number", "NM": "number", "SHORTANSWER": "text", "SA": "text", "MW": "text", "SAC": "text",
          "MWC": "text"}  # fmt: skip
_MENU = re.compile(r"(?:MULTICHOICE|MC)(?:_?(?:V|H|S|VS|HS))?")
_SEVERAL = re.compile(r"(?:MULTIRESPONSE|MR)(?:_?(?:V|H|S|VS|HS))?")
_CLEARLY = re.compile(r"\{[0-9]{0,4}:(?:MULTICHOICE|MC|MULTIRESPONSE|MR|SHORTANSWER|SA|MW|NUMERICAL|NM)[A-Z_]{0,4}:")


class ClozeFormat:
    """A text file that is one question with gaps."""

    code: str = "cloze"
    suffixes: tuple[str, ...] = (".cloze", ".txt")

    def claims(self, content: bytes) -> bool:
        """Whether a file has gaps as Moodle writes them."""
        return bool(_CLEARLY.search(moodle_files.beginning(content)))

    def read(
        self, content: bytes, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
    ) -> BankFile:
        """The question of a file; see `suyu_learn.hooks.BankFormat`."""
        text, reading = moodle_files.opened(content, file_name=file_name, options=options, types=types)
        place = Place(file=file_name, row=1)
        try:
            question = gaps_apart(Said(text.strip(), "moodle"))
        except Problem as refused:
            reading.refuse(place, (refused,), text)
        else:
            reading.take(question, place=place, text=text, picture=moodle_files.no_picture(reading))
        return moodle_files.closed(reading, "sheet.empty")


FORMATS = (ClozeFormat(),)


def gaps_apart(said: Said) -> MoodleQuestion:
    """The question that a text with gaps is; raises Problem where a gap cannot be read."""
    pieces: list[str] = []
    gaps: list[Gap] = []
    at = 0
    while (found := _GAP.search(said.text, at)) is not None:
        inside = _INSIDE.match(said.text, found.end())
        end = inside.end() if inside else len(said.text)
        if end >= len(said.text):
            raise Problem("moodle.gap_not_closed", place=Place(field="stem"), number=len(gaps) + 1)
        pieces += [said.text[at : found.start()], GAP]
        kind = _kind(found[2], len(gaps) + 1)
        weight = str(int(found[1] or "1") or 1)
        gaps.append(Gap(kind, tuple(_answers(said.text[found.end() + 1 : end], said.format)), weight))
        at = end + 1
    pieces.append(said.text[at:])
    return MoodleQuestion("gaps", Said("".join(pieces), said.format), gaps=gaps)


def escaped(text: str) -> str:
    """A text written so that it stands for itself inside a gap."""
    return re.sub(r"[\\~#}{=%\"]", lambda found: "\\" + found.group(), text)


def _kind(word: str, number: int) -> str:
    if _MENU.fullmatch(word):
        return "menu"
    if _SEVERAL.fullmatch(word):
        raise Problem("moodle.gap_several", place=Place(field="gaps"), number=number)
    kind = _KINDS.get(word.removesuffix("_C"))
    if kind is None:
        raise Problem("moodle.gap_unknown", place=Place(field="gaps"), number=number, kind=word)
    return kind


def _answers(text: str, text_format: str) -> list[Answer]:
    hidden = _ESCAPED.sub(lambda found: _HIDDEN[found[1]], text)
    alternatives = [one.strip() for one in hidden.split("~")]
    return [_answer(one, text_format) for one in alternatives if one]


def _answer(text: str, text_format: str) -> Answer:
    weight, found = Decimal(0), _WEIGHT.match(text)
    if text.startswith("="):
        weight, text = Decimal(1), text[1:]
    elif found:
        weight, text = (decimal(found[1]) or Decimal(0)) / 100, text[found.end() :]
    words, _sign, reply = text.partition("#")
    value, colon, tolerance = words.partition(":")
    whole = Said(words.translate(_SHOWN).strip(), text_format)
    feedback = Said(reply.translate(_SHOWN).strip(), text_format) if reply.strip() else NO_TEXT
    if colon and decimal(value) is not None and decimal(tolerance) is not None:
        return Answer(whole, weight, feedback, tolerance.strip())
    return Answer(whole, weight, feedback)
