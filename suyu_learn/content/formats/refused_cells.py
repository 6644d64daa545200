"""What a file had where a question was refused, field by field: for a table to correct, and for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats import text_lines
from suyu_learn.content.formats.question_columns import columns_of
from suyu_learn.content.formats.text_lines import Line
from suyu_learn.content.formats.text_passages import Passages
from suyu_learn.content.normalise import labels, particulars
from suyu_learn.content.normalise.options import lettering
from suyu_learn.content.normalise.types import WORDS, legend, type_named
from suyu_learn.domain.problems import Problem

Cells = Sequence[Sequence[str]]
"""Pairs of heading and text; a passage of running text stands under an empty heading."""

HEADINGS: Mapping[str, str] = {
    "type": "题型", "stem": "题干", "options": "选项", "answer": "正确答案", "explanation": "解析",
    "difficulty": "难度", "topic": "知识点", "points": "分值", "source": "来源", "tags": "标签",
    "keywords": "关键词", "tolerance": "误差",
    "unit": "单位", "pairs": "匹配项", "passage": "材料", "group": "题组", "category": "分类", "any_order": "顺序不限",
    "criterion": "基准号", "dimension": "维度", "format": "格式", "lang": "语言",
}  # fmt: skip
"""What each field is called in the table of refused questions, as in the template."""
ALWAYS = ("type", "stem", "options", "answer", "explanation")
"""Columns that a question may need to be corrected, whether or not one of them is filled."""
_LEFT_OUT = frozenset({"number", "ours", "remark"})


def is_passage(cells: Cells) -> bool:
    """Whether the question stood in running text."""
    return bool(cells) and not cells[0][0]


def passage_again(cells: Cells) -> str:
    """The question as it stood in running text, below the passage that it refers to, to be read once more."""
    text = "\n".join(text for label, text in cells if not label)
    above = next((text for label, text in cells if label == HEADINGS["passage"]), "")
    if not above or not text:
        return text
    start = text_lines.numbered(text)
    number = start.number if start is not None else 1
    question = text if start is not None else f"1. {text_lines.without_part_number(text)}"
    return f"【材料（第{number}～{number}题）】{above}\n{question}"


def fields_said(cells: Cells) -> dict[str, str]:
    """The texts by field, options of a table as `option A`; what has a heading nobody knows stands under that."""
    if not is_passage(cells):
        return _of_columns([label for label, _text in cells], [text for _label, text in cells])
    told = _of_passage("\n".join(text for label, text in cells if not label))
    return told | {name: text for label, text in cells if label for name, text in _of_columns([label], [text]).items()}


def table_of(rows: Sequence[Cells]) -> tuple[list[str], list[dict[str, str]]]:
    """Headings for all rows, and each row by heading, so that the table can be read once it is corrected."""
    said = [fields_said(cells) for cells in rows]
    present = {name for row in said for name in row}
    letters = sorted(name for name in present if name.startswith("option "))
    answers = sorted(name for name in present if name.startswith("answer "))
    known = [name for name in HEADINGS if name in present or (name in ALWAYS and not (name == "options" and letters))]
    order: list[str] = []
    for name in known:
        order += [*letters, name] if name == "answer" else [name]
        order += answers if name == "answer" else []
    order += [name for name in dict.fromkeys(name for row in said for name in row) if name not in order]
    return [_heading(name) for name in order], [{_heading(name): text for name, text in row.items()} for row in said]


def former_of(cells: Cells, draft: QuestionDraft) -> QuestionDraft:
    """The draft with what the cells say beside stem, options, answer and explanation."""
    said, doubts = fields_said(cells), list[Problem]()
    lang = labels.language(said["lang"]) if "lang" in said else None
    return replace(
        draft,
        lang=lang or draft.lang,
        text_format="markdown" if "markdown" in said.get("format", "").lower() else draft.text_format,
        difficulty=particulars.difficulty(said.get("difficulty", ""), doubts),
        source=said.get("source", "").replace("\n", "；"),
        points=particulars.points(said.get("points", ""), doubts),
        criterion=particulars.criterion(said.get("criterion", ""), doubts),
        dimension=particulars.dimension(said.get("dimension", ""), doubts),
        topics=particulars.topics([said.get("topic", "")], doubts),
        tags=particulars.tags([said.get("tags", ""), said.get("category", "")], doubts),
    )


def _heading(name: str) -> str:
    if name.startswith("option "):
        return f"选项{name.removeprefix('option ')}"
    if name.startswith("answer "):
        return f"答案{name.removeprefix('answer ')}"
    return HEADINGS.get(name, name)


def _of_columns(headings: Sequence[str], texts: Sequence[str]) -> dict[str, str]:
    columns = columns_of(headings, 1)
    told: dict[str, list[str]] = {}
    named = {at: name for name, places in columns.fields.items() for at in places}
    named |= {at: f"option {letter}" for letter, at in columns.options.items()}
    named |= {at: f"answer {number}" for number, at in enumerate(columns.answers, start=1)}
    for at, text in enumerate(texts):
        name = named.get(at, headings[at])
        if name not in _LEFT_OUT and text and name:
            told.setdefault(name, []).append(_type_in_words(headings[at], text) if name == "type" else text)
    said = {name: "\n".join(dict.fromkeys(some)) for name, some in told.items()}
    if columns.numbered and said.get("answer", "").isdigit():
        letters = list(columns.options)
        places = [int(one) for one in said["answer"]]
        if all(1 <= place <= len(letters) for place in places):
            said["answer"] = "".join(letters[place - 1] for place in places)
    return said


def _type_in_words(heading: str, text: str) -> str:
    kind = legend(heading).get(text)
    return WORDS[kind][0] if kind else text


def _of_passage(text: str) -> dict[str, str]:
    """The passage by the grammar of running text; what is no such text stands in the stem as it is."""
    lines = [Line(line.strip(), number) for number, line in enumerate(text.splitlines(), start=1)]
    passages = Passages(lines).passages
    if len(passages) != 1:
        return {"stem": text.strip()}
    passage = passages[0]
    said = {name: passage.said(name) for name in passage.fields}
    named, stem = text_lines.own_type(said.get("stem", ""))
    points, stem = text_lines.own_points(stem)
    kind = said.get("type") or (WORDS[named][0] if named in WORDS else "")
    cut = lettering(stem) if type_named(kind) != "fill_in" else None
    answer = said.get("answer", "")
    if cut is not None and cut.options:
        stem, said["options"] = cut.before, "\n".join(f"{letter}. {one}" for letter, one in cut.options)
    if not answer and type_named(kind) != "fill_in":
        answer, stem = text_lines.answer_in(stem)
    said |= {"type": kind, "stem": stem, "answer": answer, "points": said.get("points") or points}
    return {name: one for name, one in said.items() if one}
