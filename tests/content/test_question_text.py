"""Questions in running text, as people paste and save them."""

from __future__ import annotations

import contextlib
import time
from time import process_time
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from suyu_learn.content.drafts import BankFile, QuestionDraft
from suyu_learn.content.formats.question_text import FORMATS, read_text
from suyu_learn.content.formats.text_lines import Line
from suyu_learn.content.formats.text_ways import usual
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions import BUILT_IN

TYPES = {kind.code: kind for kind in BUILT_IN}
WHOLE = """消防安全试题
一、单选题（每题2分，共2题）
1. 下列哪种灭火器适合扑救电气火灾（ A ）。
A. 二氧化碳灭火器  B. 水基型灭火器
C. 泡沫灭火器  D. 清水灭火器
2、粉尘作业场所应当多久清扫一次？
A.每班
B.每月
C.每年
答案：A
解析：粉尘沉积会引起二次爆炸，
所以每班都要清。
难度：易  知识点：粉尘、爆炸
二、多选题
3. 有限空间作业前必须（ ）
A.通风 B.检测 C.审批 D.饮酒
【答案】ABC
三、判断题
4. 触电后应立即用手拉开伤者。（ × ）
5．先断电再救人。（对）
四、填空题
6. 我国火警电话是____，急救电话是____。
答案：119；120
"""


def read(text: str) -> BankFile:
    return read_text(text, file_name="a.txt", uid_prefix="t", types=TYPES)


def key(question: QuestionDraft) -> Any:
    """The right answer, choices by their text."""
    body = question.body
    if "options" in body:
        return [one["text"] for one in body["options"] if one["key"] in body["answer"]]
    return [one["accepted"] for one in body["blanks"]] if "blanks" in body else body["answer"]


def told(text: str) -> list[tuple[str, str, Any]]:
    found = read(text)
    assert found.errors == ()
    return [(one.type, one.body["stem"], key(one)) for one in found.items]


def test_a_whole_paper() -> None:
    found = read(WHOLE)
    assert found.errors == ()
    assert [(one.type, one.points, key(one)) for one in found.items] == [
        ("single", "2", ["二氧化碳灭火器"]),
        ("single", "2", ["每班"]),
        ("multiple", None, ["通风", "检测", "审批"]),
        ("true_false", None, False),
        ("true_false", None, True),
        ("fill_in", None, [["119"], ["120"]]),
    ]
    first, second = found.items[:2]
    assert first.body["stem"] == "下列哪种灭火器适合扑救电气火灾（　）。"
    assert second.body["explanation"] == "粉尘沉积会引起二次爆炸，\n所以每班都要清。"
    assert (second.difficulty, second.topics, second.place.row) == ("easy", ("粉尘", "爆炸"), 6)
    assert [one.code for one in found.warnings] == ["text.left_over"]


OPTIONS = "A. 红\nB. 黄\nC. 蓝\n"
ONE = [("single", "天是什么颜色？", ["蓝"])]


@pytest.mark.parametrize(
    "text",
    [
        f"1. 天是什么颜色？\n{OPTIONS}答案：C",
        f"1、天是什么颜色？\n{OPTIONS}正确答案:C",
        f"1）天是什么颜色？\n{OPTIONS}【答案】C",
        f"第1题 天是什么颜色？\n{OPTIONS}参考答案： c",
        f"１．天是什么颜色？\n{OPTIONS}答：C",
        f"天是什么颜色？\n{OPTIONS}ANSWER: C",
        f"【题干】天是什么颜色？\n{OPTIONS}[答案] C",
        f"【单选题】天是什么颜色？\n{OPTIONS}答案：C",
        f"1. （单选题）天是什么颜色？\n{OPTIONS}答案：蓝",
        f"【单选题】1．天是什么颜色？\n{OPTIONS}【答案】C",
        f"（单选）第1题：天是什么颜色？\n{OPTIONS}答案：C",
        f"第1题（单选）：天是什么颜色？\n{OPTIONS}答案：C",
        "1. 天是什么颜色？\nA 红\nB 黄\n\nC 蓝\n答案：C",
        "1. 天是什么颜色？\nA 红  B 黄  C 蓝\n答案：C",
        "1. 天是什么颜色？\nA红\nB黄\nC蓝\n答案：C",
        "1. 天是什么颜色？\nＡ　红\nＢ　黄　Ｃ　蓝\n答案：C",
        "1. 天是什么颜色？ A. 红 B. 黄 C. 蓝 答案：C",
        "1. 天是什么颜色？\nA.红 B.黄\nC.蓝\n答案：C",
        "1. 天是什么颜色？\n（A）红\n（B）黄\n（C）蓝\n答案：C",
        "1. 天是什么颜色？\nＡ、红\nＢ、黄\nＣ、蓝\n答案\nC",
        f"1. 天是什么颜色？\n\n{OPTIONS}\n答案：C\n",
        f"1. 天是什么颜色？\n{OPTIONS}答案\n1. C",
        f"1. 天是什么颜色？\r\n{OPTIONS}答案：C\r\n------",
    ],
)
def test_ways_of_writing_one_question(text: str) -> None:
    assert told(text) == ONE


@pytest.mark.parametrize(
    "lines", ["A 10:23\nB 10:24", "A B D", "A对\nB错", "A", "A 型血的人", "【图1】2. 甲", "B 乙\nC 丙", "A\nB"]
)
def test_what_only_looks_like_options_or_a_type_stays_as_it_is(lines: str) -> None:
    told = [Line(text, row) for row, text in enumerate(lines.split("\n"))]
    assert usual(told) == told


@pytest.mark.parametrize(
    "answers",
    ["参考答案\n1-3 CAB", "答案：\n1~3：C A B", "1—3 C，A，B", "【答案】\n1.C 2.A 3.B", "参考答案\n1、C\n2、A\n3、B",
     "附：参考答案\n一、单选题\n1.C  2.A\n3.B"],
)  # fmt: skip
def test_answers_in_a_list_at_the_end(answers: str) -> None:
    questions = "".join(f"{number}. 第{number}问？\n{OPTIONS}" for number in (1, 2, 3))
    assert [one[2] for one in told(f"一、单选题\n{questions}\n{answers}")] == [["蓝"], ["红"], ["黄"]]


def test_a_list_of_answers_by_sections_with_reasons() -> None:
    found = read(
        f"一、单选题\n1. 甲？\n{OPTIONS}二、判断题\n1. 乙是对的。\n2. 丙是对的。\n参考答案及解析\n一、单选题\n1. B\n"
        "解析：黄的才是。\n二、判断题\n1.√ 2.×"
    )
    assert [key(one) for one in found.items] == [["黄"], True, False]
    assert found.items[0].body["explanation"] == "黄的才是。"
    assert (found.errors, found.warnings) == ((), ())


def test_nothing_is_swallowed() -> None:
    found = read(
        f"培训须知\n1. 甲？\n{OPTIONS}答案：D\n2. 谈谈你的看法。\n3. 乙？\n{OPTIONS}\n"
        "二、简答题\n4. 说明原因。\n答案：略\n5-6 AB\n"
    )
    assert [(one.type, one.body["reference"]) for one in found.items] == [("short_answer", "略")]
    assert [(one.place.row, one.problems[0].code) for one in found.errors] == [
        (2, "table.letter_beyond_options"), (7, "table.no_answer"), (8, "table.no_answer"),
    ]  # fmt: skip
    assert [one.code for one in found.warnings] == ["text.left_over", "text.answers_left_over"]
    again = read("\n\n".join(one.cells[0][1] for one in found.errors))
    assert [one.problems[0].code for one in again.errors] == [one.problems[0].code for one in found.errors]


def test_numbers_inside_a_question_begin_no_other() -> None:
    text = "1. 排好顺序：\n1）断电\n2）呼救\n3）急救\nA. 123\nB. 213\n答案：A\n2. 长 2.5 米对吗？\n答案：对"
    assert [(one[0], one[2]) for one in told(text)] == [("single", ["123"]), ("true_false", True)]


def test_a_gbk_file_and_an_empty_one() -> None:
    reading = FORMATS[0]
    found = reading.read(WHOLE.encode("gb18030"), file_name="a.txt", options={}, types=TYPES)
    assert len(found.items) == 6
    for content in (b"", b" \n\t"):
        with pytest.raises(Problem, match=r"sheet\.empty"):
            reading.read(content, file_name="a.txt", options={}, types=TYPES)


PIECES = st.sampled_from(
    ["1. ", "2、", "第3题", "一、单选题（每题2分）", "二、判断题", "答案：", "【答案】", "参考答案", "解析：", "A. ",
     "B、", "（C）", "（ A ）", "( √ )", "1-5 ABCDA", "1~3 AB CD A", "____", "（　）", "----", "\n",
     "\n\n", " ", "\t", "题型：", "多选", "难度：", "9", "∞", "对", "错",
     "Ａ", "\u3000", "。", "[", "】", "99999999999999999999", "\u2028", "\ufeff"]
)  # fmt: skip


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES | st.text(max_size=6), max_size=60).map("".join))
@example("1. 甲\nA. x\nB. y\n" * 3 + "答案\n1-3 ABA")
def test_hostile_text_is_read_or_refused(text: str) -> None:
    try:
        found = read(text)
    except Problem as refused:
        found = BankFile(())
        refusal = refused.code
    else:
        refusal = ""
    assert refusal in ("", "text.no_questions")
    assert found.read == len(found.items) + len(found.errors)
    for one in found.errors:
        assert one.problems
        assert one.cells[0][1]


@pytest.mark.parametrize(
    "text",
    ["1. " + "（" * 200_000, "1. x\nA." + " A." * 100_000, "答案：" * 100_000, "1-2 " + "A " * 200_000,
     "（ A " * 100_000, "1. " * 100_000, "\n".join(f"{number}. " for number in range(19_000)), "【" * 200_000,
     " " * 300_000 + "1. x", "1. x" + " " * 300_000 + "y\n答案：对", "1. x\n" * 50_000,
     "".join(f"{number}. x\n" for number in range(1, 15_000)) + "答案\n1-14999 " + "对" * 14_999,
     "一、单选题\n" * 20_000 + "1. x\n答案：对\n答案\n" + "一、单选题\n" * 20_000, "1. x\n2. y\n" + "答案\n" * 100_000,
     "1. x\n" * 3 + "参考答案\n" + "9. A\n" * 50_000],
)  # fmt: skip
def test_hostile_text_takes_no_time(text: str) -> None:
    began = time.process_time()  # whatever else the machine does
    with contextlib.suppress(Problem):
        read(text)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("stem", "answer", "left"),
    [("地球是方的。（×）", "错误", "地球是方的。（　）"), ("地球是圆的（√）。", "对", "地球是圆的（　）。"),
     ("甲写作（√）。", "错", "甲写作（√）。")],
)  # fmt: skip
def test_what_the_answer_says_too_is_not_left_in_the_stem(stem: str, answer: str, left: str) -> None:
    found = read(f"一、判断题\n1. {stem}\n2. 乙。（ ）\n答案：\n1. {answer}\n2. 对")
    assert next(item.body["stem"] for item in found.items) == left


@pytest.mark.parametrize("line", ["参考答案{}x", "1-5{}x", "一、{}x", "（{}A", "答案：A{}x"])
def test_endless_spaces_take_no_time(line: str) -> None:
    began = process_time()
    read("1. 甲？\nA. 一\nB. 二\n答案：A\n" + line.format(" " * 15_000))
    assert process_time() - began < 2


@pytest.mark.parametrize("before", ["1. 甲？\nA. 一\nB. 二", "1. 甲____乙____？", "1. 甲？\n答案："])
@pytest.mark.parametrize("line", ["参考答案9. A", "参考答案1. A 2. B", "解析：答案：\n乙"])
def test_lines_that_look_like_answers_of_others_take_no_time(before: str, line: str) -> None:
    began = process_time()
    read(before + f"\n{line}" * 8_000)
    assert process_time() - began < 5
