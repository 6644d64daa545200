"""Passages without a number, answers behind a type, and what stands around questions in chats and documents."""

# ruff: noqa: E501  (texts as people send them are not broken)

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from suyu_learn.content.drafts import BankFile, QuestionDraft
from suyu_learn.content.formats.question_docx import FORMATS as WORD
from suyu_learn.content.formats.question_text import read_text
from suyu_learn.domain.questions import BUILT_IN
from tests.word_documents import document, table

TYPES = {kind.code: kind for kind in BUILT_IN}


def of_text(text: str) -> BankFile:
    return read_text(text, file_name="a.txt", uid_prefix="t", types=TYPES)


def of_word(text: str) -> BankFile:
    return WORD[0].read(document(*text.split("\n")), file_name="a.docx", options={}, types=TYPES)


READERS = pytest.mark.parametrize("reads", [of_text, of_word])


def key(question: QuestionDraft) -> Any:
    body = question.body
    if "options" in body:
        return "".join(one["text"] for one in body["options"] if one["key"] in body["answer"])
    if "blanks" in body:
        return [one["accepted"] for one in body["blanks"]]
    return body.get("answer", body.get("reference", ""))


def keys(found: BankFile) -> list[Any]:
    assert found.errors == ()
    return [key(one) for one in found.items]


def grouped(found: BankFile) -> list[tuple[str, list[str]]]:
    """Each passage with the stems of its questions."""
    assert found.errors == ()
    return [
        (str(one.body["stem"]), [str(part.body["stem"]) for part in found.items if part.group == one.uid])
        for one in found.items
        if one.type == "group"
    ]


def lines_left(found: BankFile) -> list[str]:
    return [line for one in found.warnings if one.code == "text.left_over" for line in one.params["lines"]]


FIRE = ("某厂着火。\n火很大。", ["先做什么？", "电话？"])
ASKED = "{}先做什么？\nA. 跑 B. 报警\n答案：B\n{}电话？\nA. 119 B. 120\n答案：A"


@READERS
@pytest.mark.parametrize("heading", ["三、材料题（每题3分）", "四、案例分析题", "五、综合题"])
@pytest.mark.parametrize("numbers", [("1. ", "2. "), ("（1）", "（2）"), ("(1) ", "(2) "), ("①", "②")])
def test_a_passage_without_a_number(reads: Any, heading: str, numbers: tuple[str, str]) -> None:
    assert grouped(reads(f"{heading}\n某厂着火。\n火很大。\n{ASKED.format(*numbers)}")) == [FIRE]


@READERS
@pytest.mark.parametrize(
    "marks", [("【材料一】", "【材料二】"), ("材料一：", "材料二："), ("案例1：", "案例2："), ("", "")]
)
@pytest.mark.parametrize("numbers", [("1. ", "2. "), ("（1）", "（2）")])
def test_several_passages_in_a_section(reads: Any, marks: tuple[str, str], numbers: tuple[str, str]) -> None:
    asked = ASKED.format(*numbers)
    found = reads(f"三、材料题\n{marks[0]}某厂着火。\n{asked}\n\n{marks[1]}某村发了大水。\n{asked}")
    assert grouped(found) == [(f"{marks[0]}某厂着火。", FIRE[1]), (f"{marks[1]}某村发了大水。", FIRE[1])]


@READERS
def test_a_passage_under_no_heading_is_told(reads: Any) -> None:
    found = reads(f"阅读下面的材料，回答问题。\n某厂着火。\n{ASKED.format('1. ', '2. ')}")
    assert grouped(found) == [("阅读下面的材料，回答问题。\n某厂着火。", FIRE[1])]
    assert [one.code for one in found.warnings] == ["text.passage_guessed"]
    found = reads(f"一、单选题\n本题共2小题，请将答案填在括号内。\n{ASKED.format('1. ', '2. ')}\n谢谢大家！")
    assert ([one.type for one in found.items], grouped(found)) == (["single", "single"], [])
    assert lines_left(found) == ["本题共2小题，请将答案填在括号内。", "谢谢大家！"]


@READERS
def test_answers_at_the_end_for_parts_of_a_passage(reads: Any) -> None:
    asked = "（1）先做什么？\nA. 跑 B. 报警\n（2）电话？\nA. 119 B. 120"
    assert keys(reads(f"三、案例题\n某厂着火。\n{asked}\n答案\n三、案例题\n（1）B\n（2）A")) == ["", "报警", "119"]
    assert keys(reads(f"三、案例题\n1. 某厂着火。\n{asked}\n答案\n1.（1）B\n（2）A")) == ["", "报警", "119"]


PAPER = (
    "一、单选题\n1. 甲是什么？\nA. 红 B. 黄\n2. 乙是什么？\nA. 红 B. 黄\n二、多选题\n1. 丙是什么？\nA. 红 B. 黄 C. 蓝\n"
    "2. 丁是什么？\nA. 红 B. 黄 C. 蓝\n三、判断题\n1. 天是蓝的。\n2. 血是蓝的。\n四、简答题\n1. 说说看。\n答案：略\n"
)
ALL = ["红", "黄", "红黄", "红蓝", True, False, "略"]


@READERS
@pytest.mark.parametrize(
    "answers",
    ["单选题参考答案：1. A 2. B\n多选题参考答案：1. AB 2. AC\n判断题参考答案：1. √ 2. ×",
     "一、单选题：1-2 AB\n二、多选题：1-2 AB AC\n三、判断题：1-2 √×",
     "参考答案\n一、单选题：1-2 AB\n二、多选题 1.AB 2.AC\n三、判断题 1.√ 2.×",
     "单选题答案：1.A 2.B\n多选题答案：1.AB；2.AC\n判断题答案：1√2×",
     "判断题答案：1.对 2.错\n（一）单选题：1.A 2.B\n多选题：1、AB 2、AC"],
)  # fmt: skip
def test_answers_behind_the_name_of_a_type(reads: Any, answers: str) -> None:
    found = reads(PAPER + answers)
    assert keys(found) == ALL
    assert found.warnings == ()


@READERS
def test_answers_behind_each_section(reads: Any) -> None:
    assert keys(
        reads("一、单选题\n1. 甲是什么？\nA. 红 B. 黄\n单选题答案：1.A\n二、判断题\n1. 天是蓝的。\n判断题答案：1.√\n"
              "三、填空题\n1. 水在____度沸腾。\n填空题答案：1. 100")
    ) == ["红", True, [["100"]]]  # fmt: skip


@READERS
def test_two_papers_each_with_its_answers(reads: Any) -> None:
    one = "一、单选题\n1. {}是什么？\nA. 红 B. 黄\n二、判断题\n1. {}是蓝的。\n答案\n一、单选题\n1. {}\n二、判断题\n1. {}\n"
    found = reads(one.format("甲", "天", "A", "√") + "第二套\n" + one.format("乙", "血", "B", "×"))
    assert keys(found) == ["红", True, "黄", False]
    assert [(one.code, one.params["lines"]) for one in found.warnings] == [("text.answers_left_over", ["第二套"])]


@READERS
@pytest.mark.parametrize("answers", ["参考答案：1-2 AB", "答案：1.A 2.B", "答案：1. A；2. B", "题号 1 2\n答案 A B"])
def test_a_list_on_one_line(reads: Any, answers: str) -> None:
    assert keys(reads(f"1. 甲是什么？\nA. 红 B. 黄\n2. 乙是什么？\nA. 红 B. 黄\n{answers}")) == ["红", "黄"]


@READERS
def test_answers_of_another_type_go_to_no_question(reads: Any) -> None:
    found = reads("一、单选题\n1. 甲是什么？\nA. 红 B. 黄\n二、判断题\n1. 天是蓝的。（√）\n多选题参考答案：1. AB")
    assert [one.problems[0].code for one in found.errors] == ["table.no_answer"]
    assert [one.params["lines"] for one in found.warnings] == [["1. AB"]]


@READERS
def test_numbered_answers_of_blanks_stay_with_their_question(reads: Any) -> None:
    assert keys(reads("1. 甲____乙____。\n答案：1. 氧 2. 氢\n2. 丙____丁____。\n答案：1. 氮 2. 碳")) == [
        [["氧"], ["氢"]], [["氮"], ["碳"]],
    ]  # fmt: skip


def test_a_table_of_answers_under_the_names_of_types() -> None:
    content = document(
        "一、单选题", "1. 甲是什么？", "A. 红", "B. 黄", "二、判断题", "1. 天是蓝的。", "2. 血是蓝的。",
        table(["判断题", "", ""], ["题号", "1", "2"], ["答案", "√", "×"], ["单选题", "", ""], ["题号", "1", ""], ["答案", "B", ""]),
    )  # fmt: skip
    found = WORD[0].read(content, file_name="a.docx", options={}, types=TYPES)
    assert [(one.body["stem"], key(one)) for one in found.items] == [
        ("甲是什么？", "黄"), ("天是蓝的。", True), ("血是蓝的。", False),
    ]  # fmt: skip


@READERS
@pytest.mark.parametrize(
    "said",
    ["答案B", "答案 B", "选B", "选 B", "答B", "（选B）", "B对", "B 正确", "正确答案是B", "答案为：B", "答案是B。", "B", "（B）",
     "故选B", "\nB", "• 答案：B", "B ✓"],
)  # fmt: skip
def test_an_answer_said_without_a_colon(reads: Any, said: str) -> None:
    found = reads(f"1. 甲是什么？\nA. 红\nB. 黄\n{said}\n2. 乙是什么？（选A）\nA. 红\nB. 黄 \n")
    assert (keys(found), found.warnings) == (["黄", "红"], ())


@READERS
@pytest.mark.parametrize(
    "number",
    ["Q{}：", "Q{}. ", "q{} ", "题{}：", "题目{}、", "问题{}：", "第{}题 ", "{}️⃣ ", "【{}】", "[{}] ", "（{}）", "{}：", "#{} ", "{} ",
     "• {}. ", "● {}、", "（ ）{}. ", "1.{} "],
)  # fmt: skip
def test_other_ways_of_counting(reads: Any, number: str) -> None:
    asked = "".join(
        f"{number.format(at)}{name}是什么？\nA. 红\nB. 黄\n答案：{'AB'[at - 1]}\n"
        for at, name in ((1, "甲"), (2, "乙"))
    )
    found = reads(asked)
    assert keys(found) == ["红", "黄"]
    assert [one.body["stem"].removeprefix("（　）").removeprefix("（ ）") for one in found.items] == [
        "甲是什么？",
        "乙是什么？",
    ]


@READERS
@pytest.mark.parametrize(("first", "second"), [("①", "②"), ("一、", "二、"), ("• ", "• "), ("", "\n")])
def test_circles_words_and_bullets_count_too(reads: Any, first: str, second: str) -> None:
    found = reads(f"{first}甲是什么？\nA. 红\nB. 黄\n答案：A\n{second}乙是什么？\nA. 红\nB. 黄\n选B")
    assert ([one.body["stem"] for one in found.items], keys(found)) == (["甲是什么？", "乙是什么？"], ["红", "黄"])


@READERS
def test_an_answer_before_the_number(reads: Any) -> None:
    found = reads("（ B ）1. 甲是什么？\nA. 红 B. 黄\n（ √ ）2. 天是蓝的。")
    assert ([one.body["stem"] for one in found.items], keys(found)) == (
        ["（　）甲是什么？", "（　）天是蓝的。"],
        ["黄", True],
    )


CHAT = """张三 2024/5/1 10:23:11
各位老师，本周的题如下：
1. 甲是什么？
A. 红
- 1 -
B. 黄
答案A
李四 10:25
收到
王五：
2. 乙是什么？
A. 红
B. 黄
选B
第 2 页 共 2 页
{}以上是本周的题目，请大家认真完成"""


@READERS
@pytest.mark.parametrize("gap", ["", "\n"])
def test_names_times_pages_and_greetings_are_told(reads: Any, gap: str) -> None:
    found = reads(CHAT.format(gap))
    assert keys(found) == ["红", "黄"]
    [warning] = found.warnings
    assert (warning.code, warning.params["count"]) == ("text.left_over", 8)


@READERS
def test_a_line_behind_an_empty_one_is_no_option(reads: Any) -> None:
    found = reads(
        "1. 甲是什么？（A）\nA. 红\nB. 黄\n\n本卷由某某单位提供\n2. 乙是什么？\nA. 红\nB. 黄\n答案：B\n\n另附一句话"
    )
    assert ([one["text"] for one in found.items[0].body["options"]], keys(found)) == (["红", "黄"], ["红", "黄"])
    assert lines_left(found) == ["本卷由某某单位提供", "另附一句话"]


@READERS
@pytest.mark.parametrize(
    ("text", "stem", "right"),
    [("1. 请大家判断：以上是对的。（√）", "请大家判断：以上是对的。（　）", True),
     ("1. 下列答案\n选A 的人最多的是？\nA. 红\nB. 黄\n答案：B", "下列答案\n选A 的人最多的是？", "黄"),
     ("1. 小明说：\n地球是方的。对吗？（×）", "小明说：\n地球是方的。对吗？（　）", False),
     ("1. 列车何时到？\n甲站 10:23\nA. 红\nB. 黄\n答案：A", "列车何时到？\n甲站 10:23", "红"),
     ("1. 排序：\n（1）断电\n（2）呼救\nA. 红\nB. 黄\n答案：A", "排序：\n（1）断电\n（2）呼救", "红"),
     ("1. 甲\n谢谢大家\nA. 红\nB. 黄\n答案：A", "甲\n谢谢大家", "红")],
)  # fmt: skip
def test_stems_may_have_such_words(reads: Any, text: str, stem: str, right: Any) -> None:
    found = reads(text)
    assert ([one.body["stem"] for one in found.items], keys(found), found.warnings) == ([stem], [right], ())


@READERS
def test_paragraphs_of_a_reason_and_of_a_long_answer_stay(reads: Any) -> None:
    found = reads(
        "1. 甲是什么？\nA. 红\nB. 黄\n答案：A\n解析：因为。\n\n所以。\n二、简答题\n1. 说说看。\n答案：先断电。\n\n再救人。"
    )
    assert (found.items[0].body["explanation"], keys(found)) == ("因为。\n所以。", ["红", "先断电。\n再救人。"])


@READERS
def test_a_number_that_comes_again_behind_an_empty_line_begins_a_question(reads: Any) -> None:
    assert keys(reads("1. 甲是什么？\nA. 红\nB. 黄\n答案：A\n分值：2\n\n1. 天是蓝的。\n答案：对")) == ["红", True]
    assert keys(reads("1. 甲是什么？\nA. 红\nB. 黄\n答案\n\n1. B")) == ["黄"]


@READERS
@pytest.mark.parametrize(
    "text", ["一、单选题：1. 甲是什么？\nA. 红 B. 黄\n答案：A", "一、单选题 1. 甲是什么？A. 红 B. 黄 答案：A"]
)
def test_a_question_behind_its_heading(reads: Any, text: str) -> None:
    [question] = reads(text).items
    assert (question.type, question.body["stem"], key(question)) == ("single", "甲是什么？", "红")


@pytest.mark.parametrize(
    "text",
    ["三、材料题\n" + "某厂着火。\n\n" * 20_000, "三、材料题\n某厂\n" + "".join(f"（{n}）x\n答案：A\n" for n in range(1, 15_000)),
     "单选题答案：" + "1.A " * 50_000, "单选题答案：1.A\n" * 20_000, "1. x\nA. y\nB. z\n" + "张三：\n" * 30_000,
     "1. x\n" + "A. y B. z " * 20_000, "1. x\n" + "A. y\nC. z\n" * 15_000, "Q1：x\n" * 30_000, "• " * 100_000,
     "1. x\nA. y\nB. z\n" + "\n以上是题目" * 30_000, "（" * 100_000 + "1. x", "题号 " + "1 " * 50_000 + "\n答案 " + "A " * 50_000,
     "1. x\nA. y\nB. z\n答案：A\n" * 1_500 + "答案\n" + "一、单选题\n1. A\n" * 15_000, "1√" * 100_000,
     "一、单选题\n1. x\n答案：A\n" * 5_000 + "答案\n" + "一、单选题：1-2 AB\n" * 10_000],
)  # fmt: skip
def test_hostile_text_takes_no_time(text: str) -> None:
    began = process_time()
    of_text("1. x\nA. a\nB. b\n答案：A\n" + text)
    assert process_time() - began < 5


@READERS
@pytest.mark.parametrize("empty", ["•", "● ", "▶\n•"])
def test_a_point_of_a_list_in_which_nothing_is_written_is_none(reads: Any, empty: str) -> None:
    found = reads(
        f"{empty}\n• 1. 甲？\n• A. 一\n• B. 二\n• 答案：A\n{empty}\n• 2. 乙？\n• A. 三\n• B. 四\n答案：B\n{empty}"
    )
    assert [(one.body["stem"], key(one)) for one in found.items] == [("甲？", "一"), ("乙？", "四")]
    assert found.errors == ()
