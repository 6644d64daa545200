"""What the cells of a question say: the reverse of reading a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats.question_template import TYPE_NAMES
from suyu_learn.content.normalise.open_answers import plain
from suyu_learn.content.normalise.options import LETTERS

CARRIED = frozenset(TYPE_NAMES)
"""The types that a table can hold."""
PICTURED = ("题干", "解析", "匹配项", *(f"选项{letter}" for letter in LETTERS))
"""Columns whose pictures come back in where they were."""
DIFFICULTIES = {"easy": "易", "medium": "中", "hard": "难"}
DIMENSIONS = {"knowledge": "知识", "methods": "方法", "spirit": "精神", "application": "应用"}
LANGUAGES = {"zh_Hans": "", "en": "English", "ru": "Русский"}
BREAK = "{break}"


def cells_of(draft: QuestionDraft, groups: Mapping[str, str]) -> dict[str, str]:
    """The cells by heading; `groups` are the labels of passages by uid."""
    cells = {
        "题型": TYPE_NAMES[draft.type],
        "题干": draft.body["stem"],
        "解析": draft.body.get("explanation", ""),
        "难度": DIFFICULTIES.get(draft.difficulty, draft.difficulty),
        "知识点": "，".join(draft.topics),
        "分值": draft.points or "",
        "来源": draft.source,
        "标签": "，".join(draft.tags),
        "题组": groups.get(draft.uid if draft.type == "group" else draft.group, ""),
        "科学素质基准": str(draft.criterion) if draft.criterion else "",
        "科学素质维度": DIMENSIONS.get(draft.dimension or "", ""),
        "语言": LANGUAGES.get(draft.lang, draft.lang),
        "格式": "Markdown" if draft.text_format == "markdown" else "",
    }
    return cells | _BODIES[draft.type](draft.body)


def _options(texts: Sequence[str]) -> dict[str, str]:
    return {f"选项{letter}": text for letter, text in zip(LETTERS, texts, strict=False)}


def _texts(items: Sequence[Mapping[str, Any]]) -> list[str]:
    return [item["text"] for item in items]


def _letters(keys: Sequence[str], items: Sequence[Mapping[str, Any]]) -> str:
    return "".join(letter for letter, item in zip(LETTERS, items, strict=False) if item["key"] in keys)


def _choice(body: Mapping[str, Any]) -> dict[str, str]:
    return {**_options(_texts(body["options"])), "正确答案": _letters(body["answer"], body["options"])}


def _true_false(body: Mapping[str, Any]) -> dict[str, str]:
    return {"正确答案": "正确" if body["answer"] else "错误"}


def _fill_in(body: Mapping[str, Any]) -> dict[str, str]:
    said = "|".join(";".join(blank["accepted"]) for blank in body["blanks"])
    return {"正确答案": said, "顺序不限": "是" if body["any_order"] else ""}


def _numeric(body: Mapping[str, Any]) -> dict[str, str]:
    answers = body["answers"]
    if len(answers) == 1:
        allowed = _allowed(answers[0])
        return {"正确答案": plain(Decimal(answers[0]["value"])), "误差": "" if allowed == "0" else allowed,
                "单位": body["unit"]}  # fmt: skip
    return {"正确答案": "；".join(_with_tolerance(answer) for answer in answers), "单位": body["unit"]}


def _allowed(answer: Mapping[str, Any]) -> str:
    tolerance = Decimal(answer["tolerance"])
    return f"{plain(tolerance * 100)}%" if answer["relative"] else plain(tolerance)


def _with_tolerance(answer: Mapping[str, Any]) -> str:
    return f"{plain(Decimal(answer['value']))}±{_allowed(answer)}"


def _matching(body: Mapping[str, Any]) -> dict[str, str]:
    right = _texts(body["options"])
    numbers = {option["key"]: str(number) for number, option in enumerate(body["options"], start=1)}
    pairs = (f"{letter}-{numbers[body['pairs'][prompt['key']]]}" for letter, prompt in zip(LETTERS, body["prompts"],
                                                                                           strict=False))  # fmt: skip
    listed = "\n".join(f"{number}. {text}" for number, text in enumerate(right, start=1))
    told = listed if not any("\n" in text for text in right) else BREAK.join(right)
    return {**_options(_texts(body["prompts"])), "匹配项": told, "正确答案": "，".join(pairs)}


def _ordering(body: Mapping[str, Any]) -> dict[str, str]:
    return {**_options(_texts(body["items"])), "正确答案": LETTERS[: len(body["items"])]}


def _cloze(body: Mapping[str, Any]) -> dict[str, str]:
    menus = ["\n".join(_texts(gap["options"])) if gap["kind"] == "menu" else "" for gap in body["gaps"]]
    return {**_options(menus), "正确答案": "|".join(_gap(gap) for gap in body["gaps"])}


def _gap(gap: Mapping[str, Any]) -> str:
    if gap["kind"] == "menu":
        return _letters([gap["answer"]], gap["options"])
    return ";".join(gap["accepted"]) if gap["kind"] == "text" else _with_tolerance(gap)


def _short_answer(body: Mapping[str, Any]) -> dict[str, str]:
    keywords = (f"{'/'.join(keyword['words'])}（{keyword['weight']}分）" for keyword in body["keywords"])
    return {"正确答案": body["reference"], "关键词": "；".join(keywords)}


def _essay(body: Mapping[str, Any]) -> dict[str, str]:
    return {"正确答案": body["reference"]}


def _group(body: Mapping[str, Any]) -> dict[str, str]:
    return {}


_BODIES = {
    "single": _choice, "multiple": _choice, "true_false": _true_false, "fill_in": _fill_in, "numeric": _numeric,
    "matching": _matching, "ordering": _ordering, "cloze": _cloze, "short_answer": _short_answer, "essay": _essay,
    "group": _group,
}  # fmt: skip


def same_question(one: QuestionDraft, other: QuestionDraft) -> bool:
    """Whether two drafts say the same, but for the names of keys."""
    return _bare(one) == _bare(other)


def _bare(draft: QuestionDraft) -> tuple[Any, ...]:
    body = without_keys(draft.body)
    return (draft.type, body, draft.text_format, draft.lang, draft.difficulty, draft.criterion, draft.dimension,
            draft.source, _number(draft.points), draft.topics, draft.tags, bool(draft.group))  # fmt: skip


_NUMBERS = ("weight", "value", "tolerance", "credit")


def without_keys(value: Any, names: Mapping[str, str] | None = None) -> Any:
    """A body whose keys are counted instead of named, and whose numbers are written in one way."""
    names = names or {}
    if isinstance(value, Mapping):
        own = {item["key"]: f"{name} {number}" for name, items in value.items() if isinstance(items, list | tuple)
               for number, item in enumerate(items) if isinstance(item, Mapping) and "key" in item}  # fmt: skip
        names = {**names, **own}
        return {names.get(name, name): without_keys(inner, names) if name not in _NUMBERS else _number(inner)
                for name, inner in value.items()}  # fmt: skip
    if isinstance(value, list | tuple):
        return [without_keys(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def _number(said: Any) -> Any:
    try:
        return Decimal(said) if isinstance(said, str) else said
    except InvalidOperation:
        return said
