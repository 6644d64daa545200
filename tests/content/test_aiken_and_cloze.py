"""Moodle's two small text formats: Aiken, and texts with embedded answers."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.aiken import AikenFormat, looks_like_aiken
from suyu_learn.content.formats.cloze_text import ClozeFormat
from suyu_learn.content.formats.gift import GiftFormat
from suyu_learn.content.formats.question_text import TextFormat
from suyu_learn.domain.questions import BUILT_IN
from suyu_learn.services.bank_files import format_of
from tests.refusals import code_of

TYPES = {kind.code: kind for kind in BUILT_IN}
OPTIONS: dict[str, Any] = {"uid_prefix": "a"}


def aiken(text: str) -> BankFile:
    return AikenFormat().read(text.encode(), file_name="a.aiken", options=OPTIONS, types=TYPES)


def cloze(text: str) -> BankFile:
    return ClozeFormat().read(text.encode(), file_name="a.cloze", options=OPTIONS, types=TYPES)


@pytest.mark.parametrize(
    ("text", "kind", "right"),
    [
        ("天？\nA) 红\nB) <b>蓝</b>\nANSWER: B", "single", ["<b>蓝</b>"]),
        ("天？\n\nA. 红\nB. 蓝\n\nanswer:b", "single", ["蓝"]),
        ("天？\nA)红\nB)蓝\n而且高\nANSWER: B", "single", ["蓝\n而且高"]),
        ("天？\nA) 红\nB) 蓝\nC) 白\nANSWER: B, C", "multiple", ["蓝", "白"]),
        ("天？\r\nA) 红\r\nB) 蓝\r\nANSWER: A\r\n", "single", ["红"]),
    ],
)
def test_an_aiken_question(text: str, kind: str, right: list[str]) -> None:
    found = aiken(text)
    body = found.items[0].body
    assert (found.errors, found.items[0].type, body["stem"]) == ((), kind, "天？")
    assert [option["text"] for option in body["options"] if option["key"] in body["answer"]] == right


def test_faulty_aiken_questions_are_refused_one_by_one() -> None:
    found = aiken(
        "一个选项\nA) 甲\nANSWER: A\n\nA) 没有题干\n\nANSWER: 不知道\n\n好的\nA) 甲\nB) 乙\nANSWER: A\n\n"
        "没有答案\nA) 甲\nB) 乙\n\n又好的\nA)甲\nB)乙\nANSWER: B\n重复\nA) 甲\nA) 乙\nANSWER: C"
    )
    assert [(item.place.row, item.body["stem"]) for item in found.items] == [(9, "好的"), (18, "又好的")]
    assert [(error.place.row, [one.code for one in error.problems]) for error in found.errors] == [
        (1, ["aiken.too_few_options"]),
        (5, ["aiken.no_stem", "aiken.too_few_options", "aiken.answer_no_letter"]),
        (14, ["aiken.no_answer"]),
        (22, ["aiken.letter_twice", "aiken.answer_no_option"]),
    ]
    assert found.errors[0].cells == (("", "一个选项\nA) 甲\nANSWER: A"),)


def test_a_text_with_gaps() -> None:
    found = cloze(
        "首都是{1:MULTICHOICE:=北京#对~上海#不~%50%天津}，电话{2:SHORTANSWER:=119~=火警\\}~%0%*}，\n"
        "约{:NM:=3.14:0.01}，{1:MC:~a~%100%b}{1:SAC:%100%X}"
    )
    assert found.errors == ()
    body = found.items[0].body
    assert body["stem"] == "首都是____，电话____，\n约____，____ ____"
    assert [
        [one["text"] for one in gap["options"] if one["key"] == gap["answer"]] if gap["kind"] == "menu"
        else gap.get("accepted") or (gap["value"], gap["tolerance"])
        for gap in body["gaps"]
    ] == [["北京"], ["119", "火警}"], ("3.14", "0.01"), ["b"], ["X"]]  # fmt: skip
    assert [gap.get("weight", "1") for gap in body["gaps"]] == ["1", "2", "1", "1", "1"]
    assert body["explanation"] == "北京：对\n上海：不"
    assert [loss.code for loss in found.losses] == ["moodle.partial_marks"]


def test_only_typed_gaps_are_blanks() -> None:
    found = cloze("{1:SA:=甲~=乙}和{1:SA:=丙}").items[0]
    assert (found.type, [blank["accepted"] for blank in found.body["blanks"]]) == ("fill_in", [["甲", "乙"], ["丙"]])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("没有空", "moodle.no_gap"),
        ("{1:MULTICHOICE}", "moodle.gap_too_few_choices"),
        ("{1:MULTICHOICE:=一个}", "moodle.gap_too_few_choices"),
        ("{1:MULTICHOICE:甲~%50%乙}", "moodle.gap_without_full_mark"),
        ("{3:NUMERICAL:=zero}", "moodle.not_a_number"),
        ("{1:SA:=甲", "moodle.gap_not_closed"),
        ("{1:MULTIRESPONSE:=甲~乙}", "moodle.gap_several"),
        ("{1:SLIDER:=甲}", "moodle.gap_unknown"),
        ("{1:SA:=*甲*}", "moodle.only_patterns"),
    ],
)
def test_a_text_that_is_refused(text: str, code: str) -> None:
    found = cloze(text)
    assert (found.items, [one.code for one in found.errors[0].problems]) == ((), [code])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("天？\nA) 红\nB) 蓝\nANSWER: B", "aiken"),
        ("1. 天？\nA. 红\nB. 蓝\nANSWER: B", "text"),
        ("天？\nA. 红\nB. 蓝\n答案：B", "text"),
        ("首都是{1:MC:=北京~上海}", "cloze"),
        ("首都是{=北京}", "gift"),
        ("", "text"),
    ],
)
def test_the_format_of_a_txt_file_is_told_by_what_it_holds(text: str, code: str) -> None:
    formats: Any = {one.code: one for one in (TextFormat(), GiftFormat(), AikenFormat(), ClozeFormat())}
    assert format_of(text.encode(), file_name="a.txt", formats=formats).code == code
    assert format_of(text.encode(), file_name="a.txt", formats=formats, said="gift").code == "gift"
    assert looks_like_aiken(text) is (code == "aiken")


def test_nothing_to_read() -> None:
    assert code_of(lambda: aiken(" ")) == code_of(lambda: cloze("\n")) == "sheet.empty"


@pytest.mark.parametrize("empty", ["\n", "\n ", "\t\n"])
def test_endless_empty_lines_take_no_time(empty: str) -> None:
    began = process_time()
    assert looks_like_aiken("Q one\nA. b\nB. c\nANSWER: A\n" + empty * 50_000 + "x\n")
    assert process_time() - began < 2
