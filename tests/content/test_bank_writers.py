"""Shipped questions through every writer and back: they lose only what the writer says."""

from __future__ import annotations

import io
from typing import Any

import pytest

from suyu_learn import defaults
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.domain.questions.identity import normalised_identity
from tests.drafts import TYPES
from tests.shipped import some_questions

FORMATS = {one.code: one for one in defaults.bank_formats()}
READ_BY = {"qti3": "qti"}
"""Formats that are read under another code than they are written."""


def key_in_words(one: QuestionDraft) -> str:
    kind = TYPES[one.type]
    content: Any = kind.read(one.body)
    return str(kind.summarise(content, kind.key(content)))


@pytest.mark.parametrize("writer", defaults.bank_writers(), ids=lambda one: one.code)
def test_our_own_banks_leave_and_come_back(writer: Any) -> None:
    questions = some_questions()
    losses = list(writer.losses(questions))
    assert all(isinstance(one.params.get("count"), int) for one in losses)
    stream = io.BytesIO()
    writer.write(questions, stream, title="All", lang="zh_Hans", media=lambda sha: (b"", ""), options={})
    content = stream.getvalue()
    assert content
    reader = FORMATS.get(READ_BY.get(writer.code, writer.code))
    if reader is None:
        return
    back = reader.read(content, file_name=f"all{writer.suffix}", types=TYPES,
                       options={"uid_prefix": "back", "encoding": "", "lang": "zh_Hans"})  # fmt: skip
    told = sum(int(str(one.params["count"])) for one in losses)
    changed = sum(int(str(one.params["count"])) for one in losses if one.code.endswith("comes_back_changed"))
    assert len(back.errors) <= changed
    assert len(questions) - told <= back.read <= len(questions)
    came = {(normalised_identity(one.type, one.body), key_in_words(one)) for one in back.items}
    gone = [one for one in questions if (normalised_identity(one.type, one.body), key_in_words(one)) not in came]
    assert len(gone) <= told
