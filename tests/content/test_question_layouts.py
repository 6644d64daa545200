"""The layouts of tables that go round: each is imported as it is; and what is asked where headings say nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from suyu_learn.content.formats.question_columns import FIELDS, columns_of, columns_said, fields_of
from suyu_learn.content.formats.question_tables import FORMATS
from suyu_learn.domain.questions import BUILT_IN
from tests.question_tables import HEADINGS, csv_file, single, workbook

TYPES = {kind.code: kind for kind in BUILT_IN}
XLSX = FORMATS[0]
FOUR = ("选项A", "选项B", "选项C", "选项D")
TEXTS = ("甲", "乙", "丙", "丁")

LAYOUTS: dict[str, tuple[Sequence[str], Sequence[Sequence[object]]]] = {
    "分值 分类 解析": (
        ("题型", "题干", *FOUR, "正确答案", "分值", "分类", "解析"),
        [("单选题", "一？", *TEXTS, "B", 2, "消防", "因为。"),
         ("判断题", "二。", "", "", "", "", "对", 1, "消防", "")],
    ),
    "参考答案 评分要点 课程 章节": (
        ("题型", "题干", *FOUR, "选项E", "选项F", "正确答案", "参考答案", "解析", "评分要点", "难度", "分值", "课程",
         "章节", "知识点"),
        [("多选题", "一？", *TEXTS, "", "", "A,B", "", "因为。", "", "易", 2, "安全", "第一章", "灭火"),
         ("填空题", "水____度沸腾。", "", "", "", "", "", "", "", "100", "", "", "中", 2, "安全", "第一章", "物理")],
    ),
    "题号 两个选项": (
        ("题号", "题型", "题干", "选项A", "选项B", "答案", "解析", "知识点"),
        [(1, "单选", "一？", "甲", "乙", "A", "", "用电"),
         (2, "判断", "二。", "正确", "错误", "B", "", "用电")],
    ),
    "题库名称": (
        ("题库名称", "题型", "难度", "题干", *FOUR, "正确答案", "解析"),
        [("安全月", "不定项选择题", "较难", "一？", *TEXTS, "ACD", ""),
         ("安全月", "是非题", "0.8", "二。", "", "", "", "", "×", "")],
    ),
    "编号 科目 图片": (
        ("编号", "科目", "题型", "章节", "标签", "题干", *FOUR, "答案", "解析", "图片"),
        [("Q01", "电工", "单选题", "1.2", "上岗", "一？", *TEXTS, "D", "", ""),
         ("Q02", "电工", "填空题", "1.3", "上岗", "电压是（ ）伏。", "", "", "", "", "220;二百二", "", "")],
    ),
    "正确答案1到12": (
        ("学科", "题型", "章节", "小节", "知识点", "题目", *FOUR, "选项E", "选项F", "选项G", "选项H", "难易程度",
         *(f"正确答案{number}" for number in range(1, 13)), "解析", "标签"),
        [("科普", "多选题", "一", "1", "天文", "一？", *TEXTS, "", "", "", "", "难", "A", "C", *[""] * 10, "", "月"),
         ("科普", "填空题", "一", "2", "天文", "____绕____转。", *[""] * 8, "易", "地球", "太阳", *[""] * 10, "", "")],
    ),
    "所属范围": (
        ("序号", "题目分类", "题目难度", "所属范围", "试题", *FOUR, "答案", "知识点名称"),
        [(1, "应急", "中等", "全市", "一？", *TEXTS, "C", "避险"),
         (2, "应急", "容易", "全市", "二？", *TEXTS, "AB", "避险")],
    ),
    "题型有图例": (
        ("问题", "题型（0单选，1判断，2多选）", *FOUR, "答案（多选用英文逗号分隔）"),
        [("一？", 0, *TEXTS, "A"), ("二。", 1, "对", "错", "", "", "A"), ("三？", 2, *TEXTS, "A,D")],
    ),
    "题目名称": (
        ("题目类型", "题目排序", "题目分数", "题目名称", "正确答案"),
        [("单选题", 1, 2, "一？\nA. 甲\nB. 乙\nC. 丙", "C"), ("判断题", 2, 2, "二。", "错误")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layouts_that_go_round_need_no_mapping(layout: str) -> None:
    headings, rows = LAYOUTS[layout]
    content = workbook(Sheet1=[headings, *rows])
    read = XLSX.read(content, file_name="q.xlsx", options={}, types=TYPES)
    assert (len(read.items), read.errors) == (len(rows), ())
    assert [look.doubtful for look in XLSX.look(content, file_name="q.xlsx", options={})] == [()]


def test_the_sheets_name_is_the_type_below_35_rows_of_remarks() -> None:
    remarks: list[Sequence[object]] = [("××市科学素质题库",), *[()] * 33]
    content = workbook(
        单选题=[*remarks, ("题干", *FOUR, "答案"), ("一？", *TEXTS, "A")], 判断题=[("题干", "答案"), ("二。", "A")]
    )
    read = XLSX.read(content, file_name="q.xlsx", options={}, types=TYPES)
    assert [item.type for item in read.items] == ["single", "true_false"]


def test_a_header_of_two_rows() -> None:
    rows = [
        ("题型", "题干", "选项", "", "", "", "答案"),
        ("", "", "A", "B", "C", "D", ""),
        ("单选", "一？", *TEXTS, "D"),
    ]
    for content, name in ((workbook(题=rows), "q.xlsx"), (csv_file(*rows[1:], headings=rows[0]), "q.csv")):
        read = XLSX.read(content, file_name=name, options={}, types=TYPES)
        assert [len(item.body["options"]) for item in read.items] == [4]
        assert not read.errors


def test_columns_without_known_headings_are_guessed_and_can_be_said() -> None:
    rows = [("类", "说法甲", "一号", "二号", "三号", "键", "讲"),
            ("单选题", "下列哪一种做法最安全呢？", "用水", "用沙", "用风", "B", "沙子能隔绝空气，所以最安全。"),
            ("单选题", "发生火灾时应当先做什么？", "报警", "睡觉", "唱歌", "A", "报警越早，损失就越小。")]  # fmt: skip
    content = csv_file(*rows[1:], headings=rows[0])
    look = XLSX.look(content, file_name="q.csv", options={})[0]
    assert look.fields == ("type", "stem", "option A", "option B", "option C", "answer", "explanation")
    assert (look.row, look.headings, look.samples[0], look.rows) == (1, rows[0], rows[1], 2)
    assert [doubt.code for doubt in look.doubtful] == ["table.columns_guessed"]
    said = {"": {"说法甲": "stem", "2": "option A", 3: "option B", "讲": ""}}
    read = XLSX.read(content, file_name="q.csv", options={"columns": said}, types=TYPES)
    assert ([item.type for item in read.items], read.errors) == (["single", "single"], ())
    assert [item.body["explanation"] for item in read.items] == ["", ""]
    assert len(read.items[0].body["options"]) == 3


def test_a_table_without_any_heading() -> None:
    content = csv_file(
        ("2", "发生火灾时应当先做什么？", "报警", "睡觉", "A"),
        headings=("1", "下列哪一种最安全？", "用水", "用沙", "B"),
    )
    look = XLSX.look(content, file_name="q.csv", options={})[0]
    assert (look.row, look.rows, look.fields) == (0, 2, ("number", "stem", "option A", "option B", "answer"))
    read = XLSX.read(content, file_name="q.csv", options={"columns": {"*": {}}}, types=TYPES)
    assert [item.place.row for item in read.items] == [1, 2]


def test_rows_that_contradict_the_headings_are_doubtful() -> None:
    rows = [single(f"{number}？", "B", "甲乙", "丙丁") for number in range(5)]
    swapped = tuple("解析" if name == "正确答案" else "正确答案" if name == "解析" else name for name in HEADINGS)
    long = [(*row[:7], "这里写着很长的一段讲解，不是答案。", row[8]) for row in rows]
    look = XLSX.look(csv_file(*long, headings=swapped), file_name="q.csv", options={})[0]
    assert [(doubt.code, doubt.params["column"], doubt.params["other"]) for doubt in look.doubtful] == [
        ("table.columns_contradict", "正确答案", "解析")
    ]
    without = XLSX.look(csv_file(("一", "甲"), headings=("题干", "选项A")), file_name="q.csv", options={})[0]
    assert [doubt.code for doubt in without.doubtful] == ["table.column_missing"]


@pytest.mark.parametrize("name", FIELDS)
def test_what_a_column_is_said_to_be_is_what_it_is(name: str) -> None:
    assert fields_of(columns_said(["stem", name, ""], ["一", "二", ""], 1)) == ["stem", name, ""]


def test_fields_of_headings_and_back() -> None:
    columns = columns_of(["题型", "题干", "选项A", "选项B", "答案1", "答案2", "心情"], 1)
    again = columns_said(fields_of(columns), columns.labels, 1)
    assert (again.fields, again.options, again.answers, again.unknown) == (
        columns.fields, columns.options, columns.answers, columns.unknown
    )  # fmt: skip
