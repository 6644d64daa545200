"""Options with the letters that they have, whatever their order."""

# ruff: noqa: E501  (texts as people send them are not broken)

from __future__ import annotations

from typing import Any

import pytest

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.question_docx import FORMATS as WORD
from suyu_learn.content.formats.question_tables import read_tables
from suyu_learn.content.formats.question_text import read_text
from suyu_learn.content.formats.sheets import Sheet
from suyu_learn.domain.questions import BUILT_IN
from tests.word_documents import document, paragraph, run

TYPES = {kind.code: kind for kind in BUILT_IN}


def of_text(lines: list[str]) -> BankFile:
    return read_text("\n".join(lines), file_name="a.txt", uid_prefix="t", types=TYPES)


def of_word(lines: list[str]) -> BankFile:
    return WORD[0].read(document(*lines), file_name="a.docx", options={}, types=TYPES)


def of_table(*rows: tuple[str, ...]) -> BankFile:
    return read_tables([Sheet("", rows)], file_name="a.xlsx", uid_prefix="t", types=TYPES)


def told(found: BankFile) -> tuple[list[tuple[list[str], list[str]]], list[str], list[str]]:
    """The options and the right ones of each question, the codes of refusals, and those of warnings."""
    questions = [
        (
            [one["text"] for one in item.body["options"]],
            [one["text"] for one in item.body["options"] if one["key"] in item.body["answer"]],
        )
        for item in found.items
    ]
    refused = [problem.code for one in found.errors for problem in one.problems]
    return questions, refused, [one.code for one in found.warnings]


MISSING, SORTED = "table.option_letter_missing", "table.options_sorted"
TWICE, BEYOND, NONE = "question.option_letter_twice", "table.letter_beyond_options", "table.letter_of_no_option"
THREE, FOUR = ["红", "黄", "蓝"], ["红", "黄", "蓝", "绿"]
CASES: list[tuple[str, list[str], str, Any]] = [
    ("middle missing", ["A. 红", "B. 黄", "D. 蓝"], "D", (THREE, ["蓝"], [], [MISSING])),
    ("second missing", ["A. 红", "C. 黄", "D. 蓝"], "D", (THREE, ["蓝"], [], [MISSING])),
    ("first missing", ["B. 红", "C. 黄", "D. 蓝"], "C", (THREE, ["黄"], [], [MISSING])),
    ("the missing one named", ["A. 红", "B. 黄", "D. 蓝"], "C", ([], [], [NONE], [])),
    ("one beyond named", ["A. 红", "B. 黄", "D. 蓝"], "E", ([], [], [BEYOND], [])),
    ("missing on one line", ["A.红 B.黄 D.蓝"], "D", (THREE, ["蓝"], [], [MISSING])),
    ("small letters", ["a) 红", "b) 黄", "d) 蓝"], "d", (THREE, ["蓝"], [], [MISSING])),
    ("out of order", ["A. 红", "C. 蓝", "B. 黄", "D. 绿"], "B", (FOUR, ["黄"], [], [SORTED])),
    ("columns", ["A. 红\tC. 蓝", "B. 黄\tD. 绿"], "BC", (FOUR, ["黄", "蓝"], [], [SORTED])),
    ("twice", ["A. 红", "B. 黄", "B. 蓝", "D. 绿"], "D", ([], [], [TWICE], [])),
    ("twice on one line", ["A. 红 B. 黄 B. 蓝 C. 绿"], "A", ([], [], [TWICE], [])),
    ("two lists", ["A. 红", "B. 黄", "对的是", "A. 都对", "B. 都错"], "A", ([], [], [TWICE], [])),
    ("letter in a text", ["A. 红 B. 缺维生素 D: 骨折 C. 蓝"], "C",
     (["红", "缺维生素 D: 骨折", "蓝"], ["蓝"], [], [])),
    ("far letter in a line", ["A. 球菌 B. 杆菌 E. coli"], "A", (["球菌", "杆菌 E. coli"], ["球菌"], [], [])),
    ("letters alone", ["A 红", "B 黄", "C 蓝"], "C", (THREE, ["蓝"], [], [])),
    ("letters alone, one missing", ["A 红", "B 黄", "D 蓝"], "D", (THREE, ["蓝"], [], [MISSING])),
    ("letters alone on two lines", ["A 红 B 黄", "C 蓝\tD 绿"], "D", (FOUR, ["绿"], [], [])),
    ("letters at ends", ["A. Vitamin A.", "B. Vitamin B."], "B", (["Vitamin A.", "Vitamin B."], ["Vitamin B."], [], [])),
]  # fmt: skip


@pytest.mark.parametrize("reads", [of_text, of_word])
@pytest.mark.parametrize(("options", "answer", "expected"), [case[1:] for case in CASES], ids=[one[0] for one in CASES])
def test_written_letters_stay(reads: Any, options: list[str], answer: str, expected: Any) -> None:
    texts, right, refused, warnings = expected
    found = reads(["1. 天？", *options, f"答案：{answer}"])
    assert told(found) == ([(texts, right)] if texts else [], refused, warnings)


def test_a_warning_names_the_letter() -> None:
    [warning] = of_text(["1. 天？", "A. 红", "B. 黄", "E. 蓝", "答案：E"]).warnings
    assert (warning.params["letters"], warning.params["options"]) == (["C", "D"], "ABE")


def test_options_in_columns_and_cells_of_a_table() -> None:
    head = ("题干", "选项A", "选项B", "选项C", "选项D", "答案")
    found = of_table(head, ("甲？", "红", "黄", "", "蓝", "D"), ("乙？", "红", "黄", "", "蓝", "C"),
                     ("丙？", "红", "黄", "", "", "B"))  # fmt: skip
    assert told(found) == ([(THREE, ["蓝"]), (THREE[:2], ["黄"])], [NONE], [MISSING])
    found = of_table(("题干", "选项", "答案"), ("甲？", "A.红 B.黄 D.蓝", "D"), ("乙？", "A.红\nB.黄\nB.蓝", "A"))
    assert told(found) == ([(THREE, ["蓝"])], [TWICE], [MISSING])


@pytest.mark.parametrize(
    ("stem", "left"),
    [("x^(ab)（A）", "x^(ab)（　）"), ("（见图）（A）", "（见图）（　）"), ("（A）哪个？", "（　）哪个？")],
)
@pytest.mark.parametrize("options", [["A. 红", "B. 黄"], ["（A）红", "（B）黄"]])
def test_an_answer_in_brackets_is_no_option(stem: str, left: str, options: list[str]) -> None:
    if stem.startswith("（A）") and options[0].startswith("（"):
        return
    found = of_text([f"1. {stem}", *options])
    assert told(found) == ([(["红", "黄"], ["红"])], [], [])
    assert found.items[0].body["stem"] == left


def test_an_answer_behind_raised_and_lowered_letters() -> None:
    low, high = '<w:vertAlign w:val="subscript"/>', '<w:vertAlign w:val="superscript"/>'
    content = document(
        paragraph("1. H", run("2", low), "O（A）"), "A. 红", "B. 黄", paragraph("2. x", run("ab", high), "（A）"),
        "A. 红", "B. 黄", paragraph("3. a", run("max", low), "（A） A. 红 B. 黄"),
    )  # fmt: skip
    found = WORD[0].read(content, file_name="a.docx", options={}, types=TYPES)
    assert told(found) == ([(["红", "黄"], ["红"])] * 3, [], [])
    assert [one.body["stem"] for one in found.items] == ["H₂O（　）", "x^(ab)（　）", "a_(max)（　）"]


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        (("A 红", "B 黄"), ["红", "黄"]),
        (("A. 红", "B 黄"), ["红", "黄"]),
        (("A 地", "B 地"), ["A 地", "B 地"]),
        (("A 红", "黄"), ["A 红", "黄"]),
    ],
)
def test_letters_before_the_texts_of_a_table_are_no_text(cells: tuple[str, str], texts: list[str]) -> None:
    found = of_table(("题型", "题干", "选项A", "选项B", "答案"), ("单选", "哪个？", *cells, "A"))
    assert told(found) == ([(texts, texts[:1])], [], [])
