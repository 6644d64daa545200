"""Which options an answer means: letters in all notations, the texts of options, or both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from unicodedata import normalize

from suyu_learn.content.normalise.texts import same_width, without_preface
from suyu_learn.domain.problems import Place, Problem

_LETTERS = re.compile(r"[A-Z](?:[\s,、;|/.:+&和与及()]*[A-Z])*[\s.。,;、)]*")
_LETTER = re.compile(r"[A-Z]")
_WORDS = re.compile(r"[a-z]{2}[^a-z]+[a-z]|[a-z][^a-z]+[a-z]{2}")
_LABELLED = re.compile(r"[(\[]?([A-Za-z])[)\].、,:]\s*(\S.*)", re.DOTALL)
_PARTS = re.compile(r"\{break\}|\$;\$|[\n;；|｜]")
_DIGITS = re.compile(r"\d{1,2}(?:[\s,、;|/]+\d{1,2})*")
_AT = Place(field="answer")
SHOWN = 60


def letters_in(text: str) -> list[str]:
    """The letters of an answer that is nothing but letters, sorted, each once; empty for any other answer."""
    if len(text) == 1 and "A" <= text <= "Z":
        return [text]
    said = normalize("NFKC", without_preface(text)).strip("()[]【】 \t\n\"'")
    plain = said.upper()
    if said not in (plain, said.lower()) or not _LETTERS.fullmatch(plain):
        return []
    found = _LETTER.findall(plain)
    if said != plain and len(said) > 3 and _WORDS.search(said):
        return []
    spelt_like_a_word = said != plain and len(found) == len(plain) > len(set(found))
    return [] if spelt_like_a_word else sorted(set(found))


def chosen(answers: Sequence[str], options: Mapping[str, str], *, numbered: bool = False) -> list[str]:
    """The letters of the right options in authored order; raises Problem when the answer cannot be told.

    `numbered` says that the table counts its options 1, 2, 3, so that an answer may too.
    """
    right: set[str] = set()
    for answer in answers:
        right.update(_one(answer, options, numbered=numbered))
    return [letter for letter in options if letter in right]


def _one(answer: str, options: Mapping[str, str], *, numbered: bool) -> Sequence[str]:
    found = letters_in(answer)
    text = same_width(answer)
    if found and all(letter in options for letter in found):
        same = [letter for letter, said in options.items() if len(said) <= 2 * len(text) and same_width(said) == text]
        if same and same != found:
            raise Problem("table.answer_ambiguous", place=_AT, answer=text[:SHOWN])
        return found
    by_text = _by_text(options)
    if text in by_text:
        return [_unique(text, by_text)]
    if numbered and _DIGITS.fullmatch(text):
        keys = list(options)
        places = [int(number) for number in re.findall(r"\d+", text)]
        if all(1 <= place <= len(keys) for place in places):
            return [keys[place - 1] for place in places]
    return _in_parts(answer, options, by_text, found)


def _in_parts(
    answer: str, options: Mapping[str, str], by_text: Mapping[str, str | None], found: Sequence[str]
) -> Sequence[str]:
    labelled = _labelled(same_width(answer), options)
    if labelled:
        return [labelled]
    parts = [part for part in map(same_width, _PARTS.split(without_preface(answer))) if part]
    if parts and all(part in by_text or _labelled(part, options) for part in parts):
        return [_labelled(part, options) or _unique(part, by_text) for part in parts]
    beyond = [letter for letter in found if letter not in options]
    if beyond and len(options) > 1 and max(beyond) < max(options):
        raise Problem("table.letter_of_no_option", place=_AT, letters=beyond, options="".join(options))
    if beyond and (len(found) <= 2 * len(options) or len(answer) <= 2):
        raise Problem("table.letter_beyond_options", place=_AT, letters=beyond, count=len(options))
    raise Problem("table.answer_no_option", place=_AT, answer=text_shown(answer))


def _labelled(text: str, options: Mapping[str, str]) -> str:
    """The letter of `B) text`, if the text is that option's."""
    parts = _LABELLED.fullmatch(text)
    if not parts or parts[1].upper() not in options:
        return ""
    letter = parts[1].upper()
    if same_width(options[letter]) == parts[2].strip():
        return letter
    if _DIFFERENT.search(text) is None:
        raise Problem("table.letter_and_text_differ", place=_AT, letter=letter, answer=text_shown(parts[2]))
    return ""


_DIFFERENT = re.compile(r"[;|\n]|\{break\}|\$;\$")


def _by_text(options: Mapping[str, str]) -> dict[str, str | None]:
    by_text: dict[str, str | None] = {}
    for letter, text in options.items():
        said = same_width(text)
        by_text[said] = letter if said not in by_text else None
    return by_text


def _unique(text: str, by_text: Mapping[str, str | None]) -> str:
    letter = by_text[text]
    if letter is None:
        raise Problem("table.answer_ambiguous", place=_AT, answer=text[:SHOWN])
    return letter


def text_shown(text: str) -> str:
    """A text short enough to stand in a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
