"""Aiken: a stem, options `A) text` or `A. text` on lines of their own, and `ANSWER: A`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats import moodle_files
from suyu_learn.content.formats.moodle_questions import Answer, MoodleQuestion, Reading
from suyu_learn.content.formats.moodle_texts import Said
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions import QuestionType

_OPTION = re.compile(r"([A-Z])[).]\s*(.*)")
_ANSWER = re.compile(r"ANSWER\s*[:：]\s*(.*)", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Za-z](?:[\s,、，]+[A-Za-z])*|[A-Z]{2,10}")
_STRICT_ANSWER = re.compile(r"^ANSWER: ?[A-Z][ \t\r]*$", re.MULTILINE)
_STRICT_OPTION = re.compile(r"^[A-Z][).] ?\S", re.MULTILINE)
_RUNNING = re.compile(
    r"^[^\S\n]*(?:[0-9０-９]{1,4}[.．、)）]|[一二三四五六七八九十]+、|第.{1,4}题|【|.{0,6}(?:答案|解析|题型)[:：])",
    re.MULTILINE,
)


class AikenFormat:
    """Aiken files, and .txt files that are clearly Aiken."""

    code: str = "aiken"
    suffixes: tuple[str, ...] = (".aiken", ".txt")

    def claims(self, content: bytes) -> bool:
        """Whether a file is Aiken by what it holds."""
        return looks_like_aiken(moodle_files.beginning(content))

    def read(
        self, content: bytes, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
    ) -> BankFile:
        """The questions of a file; see `suyu_learn.hooks.BankFormat`."""
        text, reading = moodle_files.opened(content, file_name=file_name, options=options, types=types)
        for question in _questions(text.splitlines()):
            _take(reading, question)
        return moodle_files.closed(reading, "aiken.no_questions")


FORMATS = (AikenFormat(),)


def looks_like_aiken(text: str) -> bool:
    """Whether a text is clearly Aiken, and not questions as people number them."""
    found = _STRICT_ANSWER.search(text) and len(_STRICT_OPTION.findall(text)) > 1
    return bool(found) and not _RUNNING.search(text)


@dataclass(slots=True)
class _Question:
    """One question as it stands in the file."""

    line: int
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    answer: str | None = None
    whole: list[str] = field(default_factory=list)


def _questions(lines: list[str]) -> Iterator[_Question]:
    question: _Question | None = None
    after_blank = False
    for number, line in enumerate((line.strip() for line in lines), start=1):
        if not line:
            after_blank = True
            continue
        answer, option = _ANSWER.fullmatch(line), _OPTION.fullmatch(line)
        if question is not None and question.options and after_blank and not (answer or option):
            yield question
            question = None
        question = question or _Question(number)
        question.whole.append(line)
        after_blank = False
        if answer:
            question.answer = answer[1].strip()
            yield question
            question = None
        elif option:
            question.options.append((option[1], option[2]))
        elif question.options:
            letter, text = question.options[-1]
            question.options[-1] = (letter, f"{text}\n{line}")
        else:
            question.stem.append(line)
    if question is not None:
        yield question


def _take(reading: Reading, question: _Question) -> None:
    place = Place(file=reading.file, row=question.line)
    text = "\n".join(question.whole)
    faults = tuple(_faults(question))
    if faults:
        reading.refuse(place, faults, text)
        return
    right = set(_letters(question.answer or ""))
    answers = [Answer(Said(said, "plain"), Decimal(int(letter in right))) for letter, said in question.options]
    taken = MoodleQuestion("choice", Said("\n".join(question.stem), "plain"), answers, single=len(right) == 1)
    reading.take(taken, place=place, text=text, picture=moodle_files.no_picture(reading))


def _letters(answer: str) -> list[str]:
    return re.findall(r"[A-Z]", answer.upper())


def _faults(question: _Question) -> Iterator[Problem]:
    letters = [letter for letter, _text in question.options]
    if not question.stem:
        yield Problem("aiken.no_stem", place=Place(field="stem"))
    if len(letters) < 2:
        yield Problem("aiken.too_few_options", place=Place(field="options"), count=len(letters))
    twice = next((letter for place, letter in enumerate(letters) if letter in letters[:place]), "")
    if twice:
        yield Problem("aiken.letter_twice", place=Place(field="options"), letter=twice)
    if question.answer is None:
        yield Problem("aiken.no_answer", place=Place(field="answer"))
    elif not _LETTERS.fullmatch(question.answer):
        yield Problem("aiken.answer_no_letter", place=Place(field="answer"), said=question.answer[:60])
    else:
        unknown = [letter for letter in _letters(question.answer) if letter not in letters]
        if unknown:
            yield Problem("aiken.answer_no_option", place=Place(field="answer"), letter=unknown[0])
