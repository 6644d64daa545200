"""Which column of a table says what: its heading in all the ways in which it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from suyu_learn.content.normalise.options import LETTERS
from suyu_learn.content.normalise.texts import bare_label, folded

HEADER_WITHIN = 35
LONGEST_LABEL = 30

NAMES: Mapping[str, tuple[str, ...]] = {
    "number": ("题号", "序号", "编号", "原题号", "题目编号", "试题编号", "试题id", "题目id", "题目排序",
               "题目顺序", "试题排序", "排序号", "no", "id", "number", "#"),
    "type": ("题型", "试题类型", "题目类型", "题型名称", "试题题型", "题类", "类型", "type", "questiontype",
             "question_type"),
    "stem": ("题干", "题目", "试题", "试题内容", "题目内容", "题目名称", "题目标题", "问题", "问题题干", "内容", "题面",
             "试题题干", "题干内容", "问题内容", "标题",
             "question", "stem", "content", "questiontext", "question_text"),
    "options": ("选项", "题目选项", "备选答案", "备选项", "选项内容", "试题选项", "全部选项", "options", "choices"),
    "answer": ("答案", "正确答案", "标准答案", "参考答案", "正确选项", "正确项", "答案选项", "试题答案", "题目答案",
               "answer", "answers", "correctanswer", "correct_answer", "correct", "key"),
    "explanation": ("解析", "答案解析", "试题解析", "题目解析", "题目分析", "解答", "说明", "解题思路", "试题分析",
                    "答案说明", "analysis", "explanation", "rationale"),
    "difficulty": ("难度", "难易度", "难易程度", "难度系数", "题目难度", "题型难度", "试题难度", "难度等级", "难度级别",
                   "difficulty", "level"),
    "topic": ("知识点", "知识点名称", "考点", "知识点标签", "所属知识点", "章节", "小节", "大纲", "基准点", "章", "节",
              "所属章节", "topic", "topics", "knowledge", "knowledgepoint"),
    "category": ("题库", "题库名称", "分类", "试题分类", "题目分类", "科目", "学科", "课程", "专业", "所属范围",
                 "所属题库", "类别", "category", "subject", "course"),
    "points": ("分值", "分数", "试题分数", "题目分数", "本题分数", "得分", "试题分值", "题目分值", "每题分值", "score",
               "points", "mark", "marks"),
    "tags": ("标签", "试题标签", "题目标签", "tag", "tags"),
    "source": ("来源", "出处", "依据", "法规依据", "试题来源", "题目来源", "答案依据", "source", "reference"),
    "picture": ("图片", "附件", "题干配图", "配图", "题目图片", "试题图片", "题干图片", "图片地址", "image", "images",
                "picture", "attachment"),
    "keywords": ("评分要点", "关键字", "关键词", "评分标准", "得分点", "采分点", "给分点", "keywords", "keyword"),
    "passage": ("材料", "材料内容", "阅读材料", "背景材料", "案例材料", "题组材料", "公共题干", "共用题干", "题组题干",
                "短文",
                "passage", "stimulus"),
    "group": ("题组", "题组号", "题组编号", "题组名称", "材料编号", "材料号", "所属题组", "所属材料", "group"),
    "pairs": ("匹配项", "配对项", "右列", "右侧", "右侧选项", "连线项", "对应项", "被匹配项", "pairs"),
    "any_order": ("顺序不限", "答案无序", "答案顺序不限", "混杂模式", "anyorder", "any_order"),
    "criterion": ("科学素质基准", "基准号", "基准编号", "criterion"),
    "dimension": ("科学素质维度", "维度", "素质维度", "dimension"),
    "format": ("格式", "文本格式", "format"),
    "tolerance": ("误差", "允许误差", "误差范围", "容差", "允差", "误差值", "tolerance"),
    "unit": ("单位", "计量单位", "答案单位", "数值单位", "unit"),
    "lang": ("语言", "语种", "language", "lang"),
    "remark": ("需要修改", "需要更正"),
    "ours": ("工作表", "原行号", "出错的列", "原因", "sheet", "row", "column", "reason"),
}  # fmt: skip
"""Field by field, the headings that mean it; `ours` are the columns of our own list of errors."""

_FIELD_OF = {name: said for said, names in NAMES.items() for name in names}
# Headings that only contain a name: a column for people or times is none of ours.
_WITHIN = {
    "题干": "stem", "题目": "stem", "试题": "stem", "问题": "stem", "答案": "answer", "正确选项": "answer",
    "解析": "explanation", "难度": "difficulty", "难易": "difficulty", "知识点": "topic", "考点": "topic",
    "章节": "topic", "分类": "category", "题库": "category", "科目": "category", "学科": "category",
    "分值": "points", "分数": "points", "题型": "type", "来源": "source", "出处": "source", "依据": "source",
    "图片": "picture", "附件": "picture", "配图": "picture", "标签": "tags", "选项": "options", "关键字": "keywords",
    "关键词": "keywords",
}  # fmt: skip
_NOT_WITHIN = re.compile(r".*((?<![系分])数|数量|个数|时间|日期|人|者|状态|次数|id|编码|编号|序号)")
_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九十", start=1)}
_OPTION = re.compile(
    r"(?:选项|答案项|备选项|备选答案|备选|选择|答案|option|choice|opt)[_\-:：]?([a-z]|[一二三四五六七八九十]|\d{1,2})"
    r"|([a-z])(?:选项|项|答案|选择|备选)?"
)
_ANSWER_NUMBERED = re.compile(r"(?:正确答案|正确选项|标准答案|答案|正确项|answer)[_\-]?(\d{1,2})")


@dataclass(slots=True)
class Columns:
    """A recognised header row: the places of each field, and the labels as they stand in the file."""

    row: int
    labels: tuple[str, ...]
    fields: dict[str, list[int]] = field(default_factory=dict)
    options: dict[str, int] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)
    numbered: bool = False
    """Whether the options are counted 1, 2, 3."""
    unknown: list[int] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Whether this can be the header of questions: a stem and something besides."""
        told = len(self.fields) + len(self.options) + len(self.answers) - ("ours" in self.fields)
        return "stem" in self.fields and told >= 2

    @property
    def sure(self) -> bool:
        """Whether it tells of answers too."""
        return self.usable and ("answer" in self.fields or bool(self.answers))

    def label(self, said: str) -> str:
        """The heading behind a field, for telling where a fault lies."""
        if said == "answer" and self.answers:
            return self.labels[self.answers[0]]
        places = self.fields.get(said)
        if places:
            return self.labels[places[0]]
        if said == "options" and self.options:
            return self.labels[next(iter(self.options.values()))]
        return ""


def find_columns(rows: Sequence[Sequence[str]]) -> Columns | None:
    """The header among the first rows: the first that names stem and answer, else the first that could be one."""
    possible = None
    for number, row in enumerate(rows[:HEADER_WITHIN], start=1):
        if sum(bool(cell.strip()) for cell in row) < 2:
            continue
        columns = columns_of(row, number)
        columns = _of_two_rows(rows, number, columns) or columns
        if columns.sure:
            return columns
        if possible is None and columns.usable:
            possible = columns
    return possible


def _of_two_rows(rows: Sequence[Sequence[str]], number: int, columns: Columns) -> Columns | None:
    """A header whose second row stands under a wide cell of the first: 选项 over A B C D."""
    if number >= len(rows) or "stem" not in columns.fields:
        return None
    upper, lower = rows[number - 1], rows[number]
    filled = [place for place, cell in enumerate(lower) if cell.strip()]
    if len(filled) < 2 or columns.fields["stem"][0] in filled or any(len(lower[place]) > 12 for place in filled):
        return None
    both, over = list(upper), ""
    for place, cell in enumerate(lower):
        over = upper[place] or over
        if cell.strip():
            alone = columns_of([cell], 1)
            both[place] = cell if alone.options or alone.fields else f"{over}{cell}"
    found = columns_of(both, number + 1)
    known = len(found.options) + len(found.answers)
    return found if known >= len(filled) - 1 and known > len(columns.options) + len(columns.answers) else None


def columns_of(row: Sequence[str], number: int) -> Columns:
    """What the cells of a row mean if it is a header: exact names first, then those that contain one; no sentences."""
    columns = Columns(number, tuple(" ".join(cell.split()) for cell in row))
    bare = ["" if len(cell) > 4 * LONGEST_LABEL or "。" in cell else bare_label(cell) for cell in row]
    for place, label in enumerate(bare):
        _take_exact(columns, place, label or folded(row[place][:LONGEST_LABEL]))
    _settle_numbered(columns)
    for place, label in enumerate(bare):
        if not label or _known(columns, place):
            continue
        said = _contained(label)
        if said and (said not in columns.fields or said in ("topic", "category", "tags", "source", "explanation")):
            columns.fields.setdefault(said, []).append(place)
        else:
            columns.unknown.append(place)
    return columns


def _take_exact(columns: Columns, place: int, label: str) -> None:
    if label in _FIELD_OF:
        columns.fields.setdefault(_FIELD_OF[label], []).append(place)
    elif _ANSWER_NUMBERED.fullmatch(label):
        columns.answers.append(place)
    elif found := _OPTION.fullmatch(label):
        letter = _letter(found[1] or found[2])
        if letter and letter not in columns.options:
            columns.options[letter] = place
            columns.numbered = columns.numbered or label[-1].isdigit()


def _settle_numbered(columns: Columns) -> None:
    """答案1 to 答案4 are answers; but beside a column 正确答案 and without options they are the options."""
    if "answer" in columns.fields and columns.answers and not columns.options:
        columns.options = dict(zip(LETTERS, columns.answers, strict=False))
        columns.answers = []
        columns.numbered = True


def _known(columns: Columns, place: int) -> bool:
    return (
        place in columns.options.values()
        or place in columns.answers
        or any(place in places for places in columns.fields.values())
    )


FIELDS = (*(name for name in NAMES if name != "ours"), *(f"option {letter}" for letter in LETTERS))
"""What a column can be said to be."""


def columns_said(said: Sequence[str], labels: Sequence[str], row: int) -> Columns:
    """The columns as a person, or a guess, says they are, one of FIELDS or nothing for each place."""
    columns = Columns(row, tuple(" ".join(cell.split()) for cell in labels))
    answers = [place for place, name in enumerate(said) if name == "answer"]
    for place, name in enumerate(said):
        if name.startswith("option "):
            columns.options.setdefault(name.removeprefix("option "), place)
            columns.numbered = columns.numbered or labels[place].strip()[-1:].isdigit()
        elif name == "answer" and len(answers) > 1:
            columns.answers.append(place)
        elif name:
            columns.fields.setdefault(name, []).append(place)
        elif labels[place].strip():
            columns.unknown.append(place)
    columns.options = dict(sorted(columns.options.items()))
    return columns


def fields_of(columns: Columns) -> list[str]:
    """What each place of the columns is, one of FIELDS or nothing; the reverse of `columns_said`."""
    said = [""] * len(columns.labels)
    for letter, place in columns.options.items():
        said[place] = f"option {letter}"
    for place in columns.answers:
        said[place] = "answer"
    for name, places in columns.fields.items():
        for place in places:
            said[place] = name if name != "ours" else ""
    return said


def _letter(said: str) -> str:
    if said in _DIGITS:
        return LETTERS[_DIGITS[said] - 1]
    if said.isdigit():
        return LETTERS[int(said) - 1] if 1 <= int(said) <= len(LETTERS) else ""
    return said.upper()


def _contained(label: str) -> str | None:
    if len(label) > LONGEST_LABEL or _NOT_WITHIN.fullmatch(label):
        return None
    ends = [(label.rfind(name) + len(name), len(name), said) for name, said in _WITHIN.items() if name in label]
    return max(ends)[2] if ends else None
