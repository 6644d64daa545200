"""Wordings that a question must not have, and how many may ask for the one that is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from suyu_learn.domain.library.entries import Entry
from suyu_learn.domain.problems import Place, Problem

_ALL_OR_NONE = re.compile(
    r"^(?:以上|上述|前面|前[两三几])(?:各|几|三|两|四)?(?:项|个|种|条|者|选项|说法|答案|做法|情况)?(?:都|全|均|皆)|"
    r"^(?:都|全|均|皆)(?:部)?(?:不|是|可以)*(?:对|正确|错|错误|可以|可行)(?:的)?。?$|没有正确(?:答案|的)|[A-D](?:和|与|、)[A-D]"
)
"""An option that speaks of the others: it gives itself away, and means nothing once options are shuffled."""
_TWICE_NO = re.compile(
    r"不能不|不可不|不会不|不该不|不应不|不得不|(?<!是)不是[不没]|并非[不没无]|没有不|无不|莫不|未必不|未尝不|"
    r"不能没有|不可没有|不无[^法]|否认[^，。？]{0,8}不"
)
"""A negation of a negation, which has to be turned round in the head before it can be answered."""
_WRONG_ONE = re.compile(
    r"哪(?:些|项|个|种|样|条|一[项个种样条])(?!理由)[^，。？“”]{0,8}?(?<!最)(?:\*\*)?"
    r"(?:不正确|不对|不属于|不是|不能|不应|不该|不宜|不会|不妥|不适合|错误|错的|没有)(?:\*\*)?[^，。？]{0,8}[？?]?$|"
    r"(?:不正确|错误|不对|不妥|不合适|错)(?:\*\*)?的(?:一[项种])?(?:说法|做法)?是"
)
"""A stem that asks for the exception."""
_LETTER = re.compile(r"(?<![A-Za-z0-9])[A-D](?:项|选项)|选项?\s?[A-D](?![A-Za-z0-9])|[A-D]、[A-D](?:两|三)?项")
"""An explanation that names an option by a letter, which is another one on another paper."""
MOST_ASKING_FOR_THE_WRONG_ONE = Decimal("0.05")
_MARKED = re.compile(r"\*\*[^*]*(?:不|错|没)[^*]*\*\*")


def faults_of_an_entry(entry: Entry) -> list[Problem]:
    """What stands against the wording of one question."""
    return [
        Problem(code, place=Place(file=entry.place.file, uid=entry.uid, field=field), text=text)
        for code, field, text in _found(entry)
    ]


def _found(entry: Entry) -> Iterator[tuple[str, str, str]]:
    for text in entry.options:
        if found := _ALL_OR_NONE.search(text):
            yield "library.all_of_the_above", "options", found[0]
    for field, texts in (("stem", [entry.stem]), ("options", entry.options)):
        for text in texts:
            if found := _TWICE_NO.search(text):
                yield "library.double_negation", field, found[0]
    if (found := asks_for_the_wrong_one(entry)) and not _MARKED.search(entry.stem):
        yield "library.unmarked_negation", "stem", found[0]
    explanation = str(entry.body.get("explanation", ""))
    if found := _LETTER.search(explanation):
        yield "library.letter_in_explanation", "explanation", found[0]


def asks_for_the_wrong_one(entry: Entry) -> re.Match[str] | None:
    """Where the stem of a choice asks for the option that does not hold, or None."""
    return _WRONG_ONE.search(entry.stem) if entry.options else None


def share_asking_for_the_wrong_one(entries: Sequence[Entry], audiences: Collection[str]) -> list[Problem]:
    """Audiences of whose choices too many ask for the option that does not hold."""
    found = []
    for audience in audiences:
        choices = [one for one in entries if one.audience == audience and one.options]
        count = sum(asks_for_the_wrong_one(one) is not None for one in choices)
        if count > MOST_ASKING_FOR_THE_WRONG_ONE * len(choices):
            found.append(
                Problem("library.many_negations", audience=audience, count=count, of=len(choices),
                        most=int(MOST_ASKING_FOR_THE_WRONG_ONE * 100))
            )  # fmt: skip
    return found
