"""Which questions would come back from a Word document other than they went."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from suyu_learn.content import pictures, texts
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats.docx_writer import DocxWriter, sections_of
from suyu_learn.content.formats.question_docx import DocxFormat
from suyu_learn.domain import questions as built_in
from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.domain.questions.texts import tidy

TOGETHER = 64
_NUMBERS = frozenset({"value", "tolerance", "credit", "weight"})
_TEXTS = frozenset({"stem", "explanation", "text", "reference"})
_AROUND_TAGS = re.compile(r"(?:(?<!\s)\s+)?(<[^>]+>)\s*")
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


def changed(questions: Sequence[QuestionDraft]) -> list[QuestionDraft]:
    """The questions that are different when the document is read again; a group goes with its members."""
    units: list[list[QuestionDraft]] = []
    for kind, found in sections_of(questions):
        for one in found:
            if kind == "group" and one.group and units:
                units[-1].append(one)
            else:
                units.append([one])
    told: list[QuestionDraft] = []
    for start in range(0, len(units), TOGETHER):
        told += _changed(units[start : start + TOGETHER])
    return told


def _changed(units: Sequence[Sequence[QuestionDraft]]) -> list[QuestionDraft]:
    """Those that differ: found by halves, since one that is cut differently moves all that follow."""
    flat = [one for unit in units for one in unit]
    if _same(flat):
        return []
    if len(units) == 1:
        return flat
    half = len(units) // 2
    return _changed(units[:half]) + _changed(units[half:])


def _same(questions: Sequence[QuestionDraft]) -> bool:
    stream = io.BytesIO()
    DocxWriter().write(
        questions, stream, title="", lang="", media=lambda _sha256: (_PIXEL, "image/png"), options={"answers": True}
    )
    try:
        found = DocxFormat().read(
            stream.getvalue(), file_name="", options={}, types={kind.code: kind for kind in built_in.BUILT_IN}
        )
    except (Problem, Problems):
        return False
    return not found.errors and [said(one) for one in found.items] == [said(one) for one in questions]


def said(question: QuestionDraft) -> tuple[Any, ...]:
    """All that a question says, without its keys, for comparing."""
    names: dict[str, Any] = {}
    body = dict(question.body)
    _name(body, names, question.text_format)
    told = {name: _told(inner, name, names, question.text_format) for name, inner in body.items()}
    if question.type == "matching":
        told["options"] = sorted(told["options"], key=str)
    return (
        question.type, told, bool(question.group), question.difficulty, tidy(question.source),
        _number(question.points) if question.points else None, question.topics, question.tags,
    )  # fmt: skip


def _name(value: Any, names: dict[str, Any], text_format: str) -> None:
    """What stands for each key: the text beside it."""
    if isinstance(value, Mapping):
        if isinstance(value.get("key"), str):
            names[value["key"]] = _html(str(value.get("text", "")), text_format)
        for inner in value.values():
            _name(inner, names, text_format)
    elif isinstance(value, list | tuple):
        for inner in value:
            _name(inner, names, text_format)


def _told(value: Any, name: str, names: Mapping[str, Any], text_format: str) -> Any:
    if isinstance(value, str):
        if name in _TEXTS:
            return _html(value, text_format)
        return _number(value) if name in _NUMBERS else names.get(value, tidy(value))
    if isinstance(value, Mapping):
        return {
            str(names.get(key, key)): _told(inner, key, names, text_format)
            for key, inner in value.items()
            if key != "key"
        }
    if isinstance(value, list | tuple):
        return [_told(inner, name, names, text_format) for inner in value]
    return value


def _number(text: str) -> Any:
    try:
        return Decimal(text).normalize()
    except InvalidOperation:
        return text


def _html(text: str, text_format: str) -> str:
    bare = pictures.MARK.sub(lambda found: pictures.mark("0" * 64, found[1]), text)
    return _AROUND_TAGS.sub(r"\1", str(texts.render(bare, text_format)))
