"""Arrays of questions in JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.question_json import JsonFormat
from suyu_learn.domain.questions import BUILT_IN
from tests.refusals import code_of

TYPES = {kind.code: kind for kind in BUILT_IN}


def read(said: Any) -> BankFile:
    content = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    return JsonFormat().read(content.encode(), file_name="a.json", options={"uid_prefix": "j"}, types=TYPES)


@pytest.mark.parametrize(
    "entry",
    [
        {
            "stem": "天？",
            "options": [{"option": "A", "content": "红"}, {"option": "B", "content": "蓝"}],
            "answer": "B",
        },
        {"question": "天？", "choices": ["红", "蓝"], "answer": "B"},
        {"题目": "天？", "选项": {"A": "红", "B": "蓝"}, "答案": "B"},
        {"content": "天？\nA) 红\nB) 蓝", "answer": "B) 蓝", "img": None},
        {"stem": "天？", "optionA": "红", "optionB": "蓝", "correctAnswer": "B"},
    ],
)
def test_ways_of_writing_one_question(entry: dict[str, Any]) -> None:
    for said in ([entry], {"format": "json", "questions": [entry]}):
        found = read(said)
        body = found.items[0].body
        right = [option["text"] for option in body["options"] if option["key"] in body["answer"]]
        assert (found.errors, body["stem"], right, found.items[0].place.row) == ((), "天？", ["蓝"], 1)


def test_numbers_lists_and_verdicts() -> None:
    found = read([
        {"stem": "选", "options": [1, 2.5, "三"], "answer": ["A", "C"], "tags": ["甲", "乙"], "score": 2},
        {"stem": "对吗？", "type": "判断", "answer": True},
        {"stem": "没有答案", "options": ["甲", "乙"]},
    ])  # fmt: skip
    several, judged = found.items
    assert (several.type, [option["text"] for option in several.body["options"]]) == ("multiple", ["1", "2.5", "三"])
    assert (several.tags, several.points, judged.body["answer"]) == (("甲", "乙"), "2", True)
    assert [(error.place.row, error.problems[0].code) for error in found.errors] == [(3, "table.no_answer")]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "sheet.empty"),
        ("[{]", "json.broken"),
        ("[" * 100_000, "json.broken"),
        ("9" * 10_000, "json.broken"),
        ("[]", "json.no_questions"),
        ("[1, 2]", "json.no_questions"),
        ('{"a": 1}', "json.no_questions"),
        ('[{"a": 1}]', "table.no_header"),
    ],
)
def test_files_that_hold_none(said: str, code: str) -> None:
    assert code_of(lambda: read(said)) == code
