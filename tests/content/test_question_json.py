"""Lists of JSON objects as questions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from suyu_learn.content.formats.question_json import FORMATS
from suyu_learn.domain.questions import BUILT_IN
from tests.refusals import code_of

TYPES = {kind.code: kind for kind in BUILT_IN}
ONE = {"stem": "哪个？", "answer": "B"}


def read(told: Any) -> Any:
    return FORMATS[0].read(json.dumps(told).encode(), file_name="q.json", options={}, types=TYPES)


@pytest.mark.parametrize(
    "options",
    [["甲", "乙"], {"A": "甲", "B": "乙"}, [{"option": "A", "content": "甲"}, {"option": "B", "content": "乙"}],
     ["甲", 2.50]],
)  # fmt: skip
def test_options_in_any_form(options: Any) -> None:
    found = read([{**ONE, "options": options, "img": None, "tags": ["消防", "电"]}])
    assert ([item.type for item in found.items], found.errors) == (["single"], ())
    assert found.items[0].tags == ("消防", "电")
    assert found.items[0].place.row == 1


def test_a_list_inside_an_object_and_a_refused_question() -> None:
    found = read({"format": "x", "questions": [{**ONE, "options": ["甲", "乙"]}, {"stem": "二？", "answer": None}]})
    assert [(one.place.row, one.problems[0].code) for one in found.errors] == [(2, "table.no_answer")]
    assert found.read == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"{", "json.broken"), (b"[" * 100_000, "json.broken"), (b"[1]", "json.no_questions"), (b"3", "json.no_questions"),
     (b'[{"a": 1}]', "json.no_questions"), (b"9" * 100_000, "json.no_questions"),
     (b" " * (17 * 1024 * 1024), "sheet.too_large")],
)  # fmt: skip
def test_what_is_no_list_of_questions(content: bytes, code: str) -> None:
    assert code_of(lambda: FORMATS[0].read(content, file_name="q.json", options={}, types=TYPES)) == code


def test_words_in_small_letters_are_no_letters_of_options() -> None:
    found = read([{"stem": "It takes ____ and makes ____.", "answer": "water, glucose"}])
    assert [item.type for item in found.items] == ["fill_in"]
