"""Question types as tables name them, and what an answer says of its question's type."""

from __future__ import annotations

import re
from collections.abc import Mapping

from suyu_learn.content.normalise.texts import bare_label, folded

SINGLE, MULTIPLE, TRUE_FALSE, FILL_IN = "single", "multiple", "true_false", "fill_in"
CHOICE = "choice"
"""A choice of which only the answer says whether it is single or multiple."""
UNSUPPORTED = "unsupported"

WORDS: Mapping[str, tuple[str, ...]] = {
    SINGLE: ("单选", "单选题", "单项选择", "单项选择题", "单一选择题", "单选问题", "s", "single", "singlechoice",
             "singleselect", "single_choice", "radio"),
    MULTIPLE: ("多选", "多选题", "多项选择", "多项选择题", "不定项", "不定项选择", "不定项选择题", "多选问题", "m",
               "multiple", "multi", "multipleanswer", "multipleanswers", "multipleresponse", "multiselect",
               "multiple_select", "checkbox"),
    TRUE_FALSE: ("判断", "判断题", "判断对错", "判断正误", "是非", "是非题", "对错", "对错题", "正误", "正误题",
                 "judge", "judgement", "judgment", "truefalse", "true/false", "true_false", "trueorfalse", "t/f", "tf",
                 "boolean"),
    FILL_IN: ("填空", "填空题", "单项填空", "单项填空题", "多项填空", "多项填空题", "fill", "fillin", "fill_in",
              "fill-in", "fillintheblank", "fillintheblanks", "fillblank", "blank", "blanks"),
    CHOICE: ("选择", "选择题", "choice", "multiplechoice", "multiple_choice", "mc", "mcq", "客观题"),
    UNSUPPORTED: ("问答", "问答题", "简答", "简答题", "论述", "论述题", "案例", "案例题", "案例分析", "案例分析题",
                  "写作", "写作题", "作文", "主观", "主观题", "名词解释", "计算", "计算题", "应用题", "编程题", "排序",
                  "排序题", "连线", "连线题", "匹配", "匹配题", "配对", "配对题", "材料", "材料题", "材料分析题",
                  "阅读", "阅读题", "阅读理解", "题组", "综合", "综合题", "essay", "shortanswer", "short_answer",
                  "ordering", "matching", "numerical", "cloze", "附件题", "操作题", "实操题", "完形填空", "改错题"),
}  # fmt: skip
_BY_WORD = {word: kind for kind, words in WORDS.items() for word in words}
_IN_HEADINGS = (
    ("不定项", MULTIPLE), ("多选", MULTIPLE), ("多项选择", MULTIPLE), ("单选", SINGLE), ("单项选择", SINGLE),
    ("判断", TRUE_FALSE), ("是非", TRUE_FALSE), ("对错题", TRUE_FALSE), ("完形填空", UNSUPPORTED), ("填空", FILL_IN),
    ("问答", UNSUPPORTED), ("简答", UNSUPPORTED), ("论述", UNSUPPORTED), ("案例分析", UNSUPPORTED),
    ("主观", UNSUPPORTED), ("排序", UNSUPPORTED), ("连线", UNSUPPORTED), ("选择题", CHOICE),
)  # fmt: skip
_SECTION = re.compile(r"^(?:第?[一二三四五六七八九十]{1,3}(?:部分)?|[ivx]{1,4})[、.:：,，)）]?")
_LEGEND = re.compile(r"(\d)\s*[-=:：、.]?\s*([^\d\s,，;；、/()（）]{2,6})")


def type_named(text: str) -> str | None:
    """The type that a cell names; None when the word is not known."""
    word = bare_label(text)
    return _BY_WORD.get(word) or _BY_WORD.get(word.removesuffix("题")) or _BY_WORD.get(folded(text))


def type_of_heading(text: str) -> str | None:
    """The type in a sheet's name or in a section heading such as 一、单选题（每题2分）."""
    word = folded(text)
    named = type_named(_SECTION.sub("", bare_label(text)))
    if named:
        return named if len(word) > 1 else None
    return next((kind for part, kind in _IN_HEADINGS if part in word), None)


def is_section(text: str) -> bool:
    """Whether a lone cell is the heading of a section that names a type."""
    word = bare_label(text)
    return len(word) <= 30 and (bool(_SECTION.match(word)) or word in _BY_WORD) and type_of_heading(text) is not None


def legend(label: str) -> dict[str, str]:
    """What numbers mean, where the heading says so, as in 题型（0单选，1判断，2多选）."""
    found = {number: type_named(word) for number, word in _LEGEND.findall(label)}
    return {number: kind for number, kind in found.items() if kind}
