"""Question types as tables name them, and what an answer says of its question's type."""

from __future__ import annotations

import re
from collections.abc import Mapping

from suyu_learn.content.normalise.texts import bare_label, folded

SINGLE, MULTIPLE, TRUE_FALSE, FILL_IN = "single", "multiple", "true_false", "fill_in"
NUMERIC, MATCHING, ORDERING, CLOZE = "numeric", "matching", "ordering", "cloze"
SHORT_ANSWER, ESSAY, GROUP = "short_answer", "essay", "group"
CHOICE = "choice"
"""A choice of which only the answer says whether it is single or multiple."""
OPEN = (NUMERIC, MATCHING, ORDERING, CLOZE, SHORT_ANSWER, ESSAY, GROUP)
"""Types whose short names are also ordinary words, so that a line with one alone is no heading."""

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
    NUMERIC: ("数值", "数值题", "数值计算", "数值计算题", "计算", "计算题", "数字题", "数字填空",
              "数字填空题", "numeric", "numerical", "number"),
    ORDERING: ("排序", "排序题", "顺序题", "ordering", "order", "sequence", "sequencing"),
    MATCHING: ("连线", "连线题", "匹配", "匹配题", "配对", "配对题", "配伍", "配伍题", "搭配题", "matching", "match"),
    CLOZE: ("完形", "完形填空", "完形填空题", "完型填空", "选词", "选词填空", "选词填空题", "下拉填空",
            "下拉填空题", "cloze"),
    SHORT_ANSWER: ("简答", "简答题", "名词解释", "名词解释题", "shortanswer", "short_answer", "short"),
    ESSAY: ("问答", "问答题", "论述", "论述题", "写作", "写作题", "作文", "作文题", "主观", "主观题", "应用题",
            "编程题", "附件题", "操作题", "实操题", "改错题", "essay", "open"),
    GROUP: ("材料", "材料题", "材料分析", "材料分析题", "阅读", "阅读题", "阅读理解", "阅读理解题", "题组", "题组题",
            "共用题干题", "综合", "综合题", "综合分析题", "综合应用题", "综合探究题", "案例", "案例题", "案例分析",
            "案例分析题", "group", "passage"),
}  # fmt: skip
_BY_WORD = {word: kind for kind, words in WORDS.items() for word in words}
_IN_HEADINGS = (
    ("不定项", MULTIPLE), ("多选", MULTIPLE), ("多项选择", MULTIPLE), ("单选", SINGLE), ("单项选择", SINGLE),
    ("判断", TRUE_FALSE), ("是非", TRUE_FALSE), ("对错题", TRUE_FALSE), ("完形填空", CLOZE), ("选词填空", CLOZE),
    ("填空", FILL_IN),
    ("简答", SHORT_ANSWER), ("名词解释", SHORT_ANSWER), ("问答", ESSAY), ("论述", ESSAY), ("主观", ESSAY),
    ("案例分析", GROUP), ("材料题", GROUP), ("材料分析题", GROUP), ("阅读理解", GROUP), ("综合题", GROUP),
    ("排序题", ORDERING), ("连线", MATCHING), ("匹配题", MATCHING), ("计算题", NUMERIC), ("选择题", CHOICE),
)  # fmt: skip
_SECTION = re.compile(r"^(?:第?[一二三四五六七八九十]{1,3}(?:部分)?|[ivx]{1,4})[、.:：,，)）]?")
_LEGEND = re.compile(r"(\d)\s*(?:[-=:：、.]\s*)?([^\d\s,，;；、/()（）]{2,6})")


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
