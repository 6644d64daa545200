"""Numbers, orders, pairs, gaps, texts and passages, out of tables and out of running text."""

from __future__ import annotations

import io
from typing import Any

import pytest

from suyu_learn.content import pictures
from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.question_tables import FORMATS
from suyu_learn.content.formats.question_text import read_text
from suyu_learn.domain.questions import BUILT_IN
from tests.question_tables import HEADINGS, csv_file

TYPES = {kind.code: kind for kind in BUILT_IN}
MORE = (*HEADINGS, "关键词", "误差", "单位", "匹配项", "材料", "题组")


def table(*rows: tuple[str, ...], headings: tuple[str, ...] = MORE) -> BankFile:
    squared = [(*row, *[""] * (len(headings) - len(row))) for row in rows]
    return FORMATS[1].read(csv_file(*squared, headings=headings), file_name="q.csv", options={}, types=TYPES)


def one(**cells: str) -> tuple[str, dict[str, Any]]:
    read = table(tuple(cells.get(name, "") for name in MORE))
    assert not read.errors, [str(problem) for refused in read.errors for problem in refused.problems]
    return read.items[0].type, dict(read.items[0].body)


def texts(body: dict[str, Any], name: str) -> list[str]:
    return [each["text"] for each in body[name]]


def text(words: str) -> BankFile:
    return read_text(words, file_name="a.txt", uid_prefix="t", types=TYPES)


@pytest.mark.parametrize(
    ("answer", "tolerance", "unit", "expected"),
    [
        ("9.8", "", "", ("9.8", "0", False, "")),
        ("9.8±0.1 m/s²", "", "", ("9.8", "0.1", False, "m/s²")),
        ("9.8", "0.1", "m/s", ("9.8", "0.1", False, "m/s")),
        ("100", "5%", "", ("100", "0.05", True, "")),
        ("3.14（误差0.01）", "", "", ("3.14", "0.01", False, "")),
        ("3.14，允许误差±2%", "", "", ("3.14", "0.02", True, "")),
        ("9.7~9.9", "", "", ("9.8", "0.1", False, "")),
        ("1/2", "", "", ("0.5", "0", False, "")),
        ("3×10^8 米", "", "", ("300000000", "0", False, "米")),
        ("１，２００元", "", "", ("1200", "0", False, "元")),
        ("-5℃", "", "", ("-5", "0", False, "°C")),
    ],
)
def test_numbers(answer: str, tolerance: str, unit: str, expected: tuple[str, str, bool, str]) -> None:
    kind, body = one(题型="计算题", 题干="多少？", 正确答案=answer, 误差=tolerance, 单位=unit)
    first = body["answers"][0]
    assert (kind, (first["value"], first["tolerance"], first["relative"], body["unit"])) == ("numeric", expected)


def test_a_calculation_with_steps_is_for_a_person_to_mark() -> None:
    kind, body = one(题型="计算题", 题干="解方程。", 正确答案="移项得 x=5，检验成立。")
    assert (kind, body["reference"]) == ("essay", "移项得 x=5，检验成立。")


@pytest.mark.parametrize("answer", ["CAB", "C,A,B", "C→A→B", "③①②", "3,1,2", "丙→甲→乙", "丙\n甲\n乙"])
def test_orders(answer: str) -> None:
    kind, body = one(题型="排序题", 题干="排好。", 选项A="甲", 选项B="乙", 选项C="丙", 正确答案=answer)
    assert (kind, texts(body, "items")) == ("ordering", ["丙", "甲", "乙"])


def test_orders_out_of_the_stem_or_as_written() -> None:
    assert texts(one(题型="排序", 题干="排好：①甲 ②乙 ③丙", 正确答案="②③①")[1], "items") == ["乙", "丙", "甲"]
    assert texts(one(题型="排序", 题干="排好。", 正确答案="甲→乙→丙")[1], "items") == ["甲", "乙", "丙"]
    read = table(("排序题", "排好。", "甲", "乙"))
    assert [warning.code for warning in read.warnings] == ["table.order_as_written"]
    assert (
        table(("排序题", "排好。", "甲", "乙", "丙", "", "AC")).errors[0].problems[0].code == "table.order_incomplete"
    )


@pytest.mark.parametrize(
    "cells",
    [
        {"选项A": "法国", "选项B": "日本", "匹配项": "1. 东京\n2. 巴黎\n3. 伦敦", "正确答案": "A-2，B-1"},
        {"选项A": "法国", "选项B": "日本", "匹配项": "东京|巴黎|伦敦", "正确答案": "A2;B1"},
        {"题干": "连线：A.法国 B.日本 1.东京 2.巴黎 3.伦敦", "正确答案": "A-2,B-1"},
        {"题干": "连线：1.法国 2.日本", "选项A": "东京", "选项B": "巴黎", "选项C": "伦敦", "正确答案": "1-B,2-A"},
        {"选项A": "法国 = 巴黎", "选项B": "日本 = 东京", "选项C": "= 伦敦"},
        {"选项A": "法国——巴黎", "选项B": "日本——东京", "选项C": "——伦敦"},
    ],
)
def test_pairs(cells: dict[str, str]) -> None:
    kind, body = one(**{"题型": "连线题", "题干": "连线。"} | cells)
    right = {option["key"]: option["text"] for option in body["options"]}
    pairs = [(prompt["text"], right[body["pairs"][prompt["key"]]]) for prompt in body["prompts"]]
    assert (kind, pairs) == ("matching", [("法国", "巴黎"), ("日本", "东京")])
    assert set(right.values()) == {"东京", "巴黎", "伦敦"}


def test_gaps_with_menus_words_and_texts() -> None:
    kind, body = one(题型="完形填空", 题干="水是____，火是____。", 选项A="热|冷", 选项B="热|冷|湿", 正确答案="B|A")
    assert (kind, [gap["kind"] for gap in body["gaps"]]) == ("cloze", ["menu", "menu"])
    chosen = [next(o["text"] for o in gap["options"] if o["key"] == gap["answer"]) for gap in body["gaps"]]
    assert chosen == ["冷", "热"]
    body = one(题型="选词填空", 题干="____和____。", 选项A="甲", 选项B="乙", 选项C="丙", 正确答案="C A")[1]
    assert [len(gap["options"]) for gap in body["gaps"]] == [3, 3]
    body = one(题型="完形填空", 题干="____和____。", 正确答案="甲;乙|9.8±0.1")[1]
    assert [gap["kind"] for gap in body["gaps"]] == ["text", "number"]


@pytest.mark.parametrize(
    ("said", "weights"),
    [("通风（2分）；检测/测氧（2分）", ["0.5", "0.5"]), ("通风:0.4；检测:0.6", ["0.4", "0.6"]),
     ("通风、检测、监护", ["0.3333", "0.3333", "0.3334"])],
)  # fmt: skip
def test_keywords(said: str, weights: list[str]) -> None:
    kind, body = one(题型="简答题", 题干="说说。", 正确答案="先通风。", 关键词=said)
    assert (kind, [keyword["weight"] for keyword in body["keywords"]]) == ("short_answer", weights)
    assert body["reference"] == "先通风。"


def test_points_in_prose_go_to_whoever_marks() -> None:
    body = one(题型="简答题", 题干="说说。", 关键词="能够说出先通风再检测后作业这三个步骤的道理；条理清楚")[1]
    assert body["keywords"] == []
    assert body["reference"].startswith("评分要点：能够")
    body = one(题型="论述题", 题干="谈谈。", 正确答案="略", 关键词="通风（2分）")[1]
    assert body["reference"] == "略\n评分要点：通风（2分）"


def groups(read: BankFile) -> list[tuple[str, bool]]:
    assert not read.errors, [str(problem) for refused in read.errors for problem in refused.problems]
    first = {item.uid for item in read.items if item.type == "group"}
    return [(item.type, item.group in first) for item in read.items]


def test_a_passage_in_a_row_of_its_own() -> None:
    headings = ("题号", *HEADINGS)
    rows = [
        ("1", "材料题", "某厂粉尘爆炸。"),
        ("(1)", "", "哪个？", "甲", "乙", "", "", "A"),
        ("(2)", "判断题", "对吗。", "", "", "", "", "对"),
        ("2", "单选题", "别的？", "甲", "乙", "", "", "A"),
    ]
    expected = [("group", False), ("single", True), ("true_false", True), ("single", False)]
    assert groups(table(*rows, headings=headings)) == expected


def test_a_passage_without_numbers_ends_at_an_empty_row_and_says_so() -> None:
    read = table(
        ("阅读理解", "短文。"), ("单选", "一？", "甲", "乙", "", "", "A"), (), ("单选", "二？", "甲", "乙", "", "", "A")
    )
    assert groups(read) == [("group", False), ("single", True), ("single", False)]
    assert [warning.code for warning in read.warnings] == ["table.group_guessed"]


def test_passages_beside_their_questions() -> None:
    def row(stem: str, passage: str, label: str = "") -> tuple[str, ...]:
        return ("判断", stem, "", "", "", "", "对", "", "", "", "", "", "", passage, label)

    read = table(row("一。", "材料甲"), row("二。", "材料甲"), row("三。", ""), row("四。", "材料乙"))
    expected = [("group", False), ("true_false", True), ("true_false", True), ("true_false", False), ("group", False),
                ("true_false", True)]  # fmt: skip
    assert groups(read) == expected
    labelled = table(
        ("材料题", "短文", *[""] * 12, "G1"), row("一。", "", "G1"), row("二。", "", ""), row("三。", "", "G1")
    )
    assert [bool(item.group) for item in labelled.items] == [False, True, False, True]


def test_passages_that_nothing_belongs_to() -> None:
    read = table(("案例分析题", "某厂着火，怎么办？"), ("单选", "二？", "甲", "乙", "", "", "A"))
    assert ([item.type for item in read.items], read.errors) == (["essay", "single"], ())
    read = table(("材料题", "短文"), ("单选", "二？", "甲", "乙", "", "", "F"))
    assert {refused.problems[0].code for refused in read.errors} == {
        "table.group_without_questions", "table.letter_beyond_options"
    }  # fmt: skip
    assert (read.read, read.items) == (2, ())
    assert ("材料", "短文") in read.errors[0].cells


def merged() -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("题")
        sheet.merge_range(0, 0, 0, 6, "××市题库")
        for column, name in enumerate(("题型", "材料", "题干", "选项", "", "", "答案")):
            sheet.write(1, column, name)
        sheet.merge_range(1, 3, 1, 5, "选项")
        sheet.write_row(2, 3, ["A", "B", "C"])
        for column in (0, 1, 2, 6):
            sheet.merge_range(1, column, 2, column, ("题型", "材料", "题干", "", "", "", "答案")[column])
        sheet.merge_range(3, 0, 4, 0, "单选题")
        sheet.merge_range(3, 1, 4, 1, "一段材料")
        sheet.write_row(3, 2, ["一？", "甲", "乙", "丙", "A"])
        sheet.write_row(4, 2, ["二？", "甲", "乙", "丙", "B"])
    return stream.getvalue()


def test_merged_cells_say_their_text_of_each_row() -> None:
    read = FORMATS[0].read(merged(), file_name="q.xlsx", options={}, types=TYPES)
    assert groups(read) == [("group", False), ("single", True), ("single", True)]
    assert [item.place.row for item in read.items] == [4, 4, 5]


def test_a_stem_merged_over_its_options() -> None:
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("题")
        sheet.write_row(0, 0, ["题干", "选项", "答案"])
        sheet.merge_range(1, 0, 3, 0, "哪个？")
        sheet.merge_range(1, 2, 3, 2, "C")
        sheet.write_column(1, 1, ["A. 甲", "B. 乙", "C. 丙"])
        sheet.write_row(4, 0, ["二？", "A.子 B.丑", "A"])
    read = FORMATS[0].read(stream.getvalue(), file_name="q.xlsx", options={}, types=TYPES)
    assert [(len(item.body["options"]), item.place.row) for item in read.items] == [(3, 2), (2, 5)]


def test_types_that_only_the_text_tells() -> None:
    rows = [
        ("Match:\n\nCountries:\nA) France\nB) Japan\n\nCities:\n1) Tokyo\n2) Paris", "A-2, B-1"),
        ("Arrange:\nA) one\nB) two\nC) three", "C, A, B"),
        ("25 × 4 = ?", "100"), ("What is the capital of Japan?", "Tokyo"), ("True or False: yes.", "True"),
        ("谈谈四大发明的意义。", "造纸术、指南针、火药和印刷术对世界文明的发展产生了深远的影响。"),
    ]  # fmt: skip
    read = table(*rows, headings=("content", "answer"))
    assert ([item.type for item in read.items], read.errors) == (
        ["matching", "ordering", "numeric", "fill_in", "true_false", "essay"], ()
    )  # fmt: skip


TEXT = """一、简答题
1. 进入有限空间前要做什么？
答案：先通风，再检测。
关键词：通风（2分）；检测（2分）
二、排序题
2. 把步骤排好。 A. 断电 B. 呼救 C. 报警
答案：ACB
三、计算题
3. 重力加速度是多少？
答案：9.8±0.1
四、材料题
4. 某厂发生粉尘爆炸，造成损失。
（1）下列哪种做法最安全？
A. 吹 B. 吸
答案：B
（2）应立即报告。（ √ ）
答案：对
五、论述题
5. 谈谈安全。
"""


def test_all_types_in_running_text() -> None:
    read = text(TEXT)
    assert not read.errors, [str(problem) for refused in read.errors for problem in refused.problems]
    assert [item.type for item in read.items] == [
        "short_answer", "ordering", "numeric", "group", "single", "true_false", "essay"
    ]  # fmt: skip
    group = read.items[3]
    assert [item.group for item in read.items] == ["", "", "", "", group.uid, group.uid, ""]
    assert group.body["stem"] == "某厂发生粉尘爆炸，造成损失。"


def test_a_text_for_the_questions_that_follow() -> None:
    read = text(
        "1. 前面的。对吗？\n答案：对\n阅读下面的材料，回答2～3题。\n黑土是宝。\n第二段。\n2. 黑土是什么？\n"
        "A. 土 B. 水\n答案：A\n3. 要保护。\n答案：对\n4. 无关的。\n答案：错\n"
    )
    assert [item.type for item in read.items] == ["true_false", "group", "single", "true_false", "true_false"]
    assert [bool(item.group) for item in read.items] == [False, False, True, True, False]
    assert "第二段。" in read.items[1].body["stem"]


def test_a_long_answer_with_parts_stays_one_question() -> None:
    read = text("1. 回答：\n（1）什么？\n（2）为何？\n答案：因为如此这般，所以需要这样去做才好。")
    assert [item.type for item in read.items] == ["essay"]


def test_no_text_names_a_picture_by_itself() -> None:
    assert pictures.named_in(one(题型="简答题", 题干="![a](media:x)")[1]) == {}
