"""GIFT as Moodle reads it."""

from __future__ import annotations

from contextlib import suppress
from time import process_time
from typing import Any

import pytest

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.gift import GiftFormat, category_path, looks_like_gift
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions import BUILT_IN
from tests.refusals import code_of

TYPES = {kind.code: kind for kind in BUILT_IN}


def read(text: str) -> BankFile:
    return GiftFormat().read(text.encode(), file_name="a.gift", options={"uid_prefix": "g"}, types=TYPES)


def one(text: str) -> Any:
    found = read(text)
    assert found.errors == ()
    return found.items[0]


def key(question: Any) -> Any:
    body = question.body
    if "pairs" in body:
        texts = {part["key"]: part["text"] for part in (*body["prompts"], *body["options"])}
        return {texts[prompt]: texts[option] for prompt, option in body["pairs"].items()}
    if "options" in body:
        return [part["text"] for part in body["options"] if part["key"] in body["answer"]]
    if "blanks" in body:
        return body["blanks"][0]["accepted"]
    if "answers" in body:
        return [(part["value"], part["tolerance"], part["credit"]) for part in body["answers"]]
    return body.get("answer")


@pytest.mark.parametrize(
    ("text", "kind", "stem", "answer"),
    [
        ("谁？{~甲 ~乙 =丙}", "single", "谁？", ["丙"]),
        ("水在{~90 =100}度沸腾。", "single", "水在____度沸腾。", ["100"]),
        ("选两个{~%50%甲 ~%50%乙 ~%-100%丙}", "multiple", "选两个", ["甲", "乙"]),
        ("对吗？{T}", "true_false", "对吗？", True),
        ("对吗？{false}", "true_false", "对吗？", False),
        ("火警电话？{=119 =一一九}", "fill_in", "火警电话？ ____", ["119", "一一九"]),
        ("火警电话是{=119}。", "fill_in", "火警电话是 ____。", ["119"]),
        ("拨{=119}报警。", "fill_in", "拨____报警。", ["119"]),
        ("____是火警电话。{=119}", "fill_in", "____是火警电话。", ["119"]),
        ("年份？{#1949}", "numeric", "年份？", [("1949", "0", "1")]),
        ("圆周率？{#3.14:0.01}", "numeric", "圆周率？", [("3.14", "0.01", "1")]),
        ("几？{#1..5}", "numeric", "几？", [("3", "2", "1")]),
        ("几？{#=%50%8:2 =8:0 ~#不对}", "numeric", "几？", [("8", "0", "1"), ("8", "2", "0.5")]),
        ("连线{=甲 -> 1 =乙 -> 2 = -> 3}", "matching", "连线", {"甲": "1", "乙": "2"}),
        ("谈谈。{}", "essay", "谈谈。", None),
        (r"哪个等于5？{~\=2+2 =\=2+3}", "single", "哪个等于5？", ["=2+3"]),
        (r"a\:b\nc\\d \e{T}", "true_false", "a:b\nc\\d \\e", True),
        ("::题目::[plain] <b>不是</b>标签{T}", "true_false", "<b>不是</b>标签", True),
        ("[html]<p>水是H<sub>2</sub>O</p>{T}", "true_false", "水是H₂O", True),
        ("两行\n\n{\n\n~甲\n\n=乙\n}", "single", "两行", ["乙"]),
        ("选{~=甲 ~乙}", "single", "选", ["甲"]),
    ],
)  # fmt: skip
def test_ways_of_writing(text: str, kind: str, stem: str, answer: Any) -> None:
    if text.startswith("两行\n\n"):
        text = text.replace("两行\n\n", "两行")
    found = one(text)
    assert (found.type, found.body["stem"], key(found), found.text_format) == (kind, stem, answer, "plain")


def test_markup_anywhere_makes_all_of_a_question_markdown() -> None:
    found = one("[html]<p>a*b</p>{=[markdown]**c** ~[plain]d_e ~[moodle]\\(x\\)}")
    assert found.text_format == "markdown"
    assert found.body["stem"] == r"a\*b"
    assert [part["text"] for part in found.body["options"]] == ["**c**", r"d\_e", "$x$"]


def test_replies_become_the_explanation() -> None:
    found = one("对吗？{F#错在这里#正是####总的说来}")
    assert found.body["explanation"] == "总的说来\n\n√：错在这里\n×：正是"
    assert one("谁？{~甲#不是 =乙#对####理由}").body["explanation"] == "理由\n\n甲：不是\n乙：对"


def test_categories_ids_and_tags() -> None:
    found = read("$CATEGORY: $course$/top/安全//生产/消防\n\n// [id:q1] [tag:甲]\n"
        "// [tag:难度:易] [tag:依据:某法] [tag:标签:难度:x]\n一{T}\n\n"
                 "$CATEGORY: $course$/top\n二{F}")  # fmt: skip
    first, second = found.items
    assert (first.topics, first.tags, first.difficulty, first.source) == (
        ("安全/生产/消防",), ("甲", "难度:x", "id:q1"), "easy", "某法",
    )  # fmt: skip
    assert (second.topics, second.uid, second.place.row) == ((), "g-2", 8)
    assert category_path("$course$/Default for Unit 1: Topic") == "Default for Unit 1: Topic"


def test_what_cannot_be_kept_is_told_once_a_kind() -> None:
    found = read(
        "::一个名字::题{~甲 ~%50%乙 =丙}\n\n::别名::题二{~%-50%甲 ~%60%乙 ~%40%丁}\n\n"
        "题三{=甲* =乙}\n\n[html]图<img src='a.png'>{T}"
    )
    assert found.errors == ()
    assert [(loss.code, loss.params["count"]) for loss in found.losses] == [
        ("moodle.partial_marks", 1), ("moodle.name_lost", 2), ("moodle.negative_marks", 1),
        ("moodle.uneven_weights", 1), ("moodle.pattern_lost", 1), ("moodle.picture_lost", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("只是说明。", ["moodle.only_information"]),
        ("题{=甲", ["gift.no_closing"]),
        ("题=甲}", ["gift.no_opening"]),
        ("题{T}\n又一题{F}", ["gift.braces_twice"]),
        (r"$\frac{1}{2}${T}", ["gift.braces_twice"]),
        ("题{=甲 -> 1 =乙}", ["gift.no_arrow"]),
        ("题{=甲 -> 1}", ["moodle.too_few_pairs"]),
        ("题{#很多}", ["moodle.not_a_number"]),
        ("题{#5..1}", ["gift.range_reversed"]),
        ("题{~甲}", ["question.too_few_options"]),
        ("题{~甲 ~乙}", ["question.no_right_option"]),
        ("题{=%50%甲 ~乙}", ["moodle.no_full_mark"]),
        ("题{=%50%甲}", ["moodle.no_full_mark"]),
        ("题{=*甲*}", ["moodle.only_patterns"]),
        ("{T}", ["question.no_stem"]),
        ("题{=甲 ~甲}", ["question.duplicate_option"]),
    ],
)  # fmt: skip
def test_refused_with_the_reason(text: str, codes: list[str]) -> None:
    found = read(text)
    assert [problem.code for error in found.errors for problem in error.problems] == codes
    assert (found.items, found.errors[0].place.row, found.errors[0].cells[0][1]) == ((), 1, text)


def test_an_unclosed_question_swallows_no_other() -> None:
    found = read("题一{~甲\n=乙\n\n::题二::题二{T}\n\n题三{=甲\n\n题四{F}")
    assert [(item.place.row, item.body["stem"]) for item in found.items] == [(4, "题二"), (8, "题四")]
    assert [(error.place.row, error.problems[0].code) for error in found.errors] == [
        (1, "gift.no_closing"), (6, "gift.no_closing"),
    ]  # fmt: skip


def test_several_right_answers_of_one_choice_are_told() -> None:
    found = read("题{=甲 =乙 ~丙}")
    assert (found.items[0].type, key(found.items[0])) == ("multiple", ["甲", "乙"])
    assert [warning.code for warning in found.warnings] == ["moodle.several_right"]


def test_a_passage_and_its_questions() -> None:
    found = read("// [tag:题组:1]\n读一读。\n\n// [tag:题组:1]\n对吗？{T}")
    assert [(item.type, item.group) for item in found.items] == [("group", ""), ("true_false", "g-1")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("谁？{~甲 =乙}", True),
        ("$CATEGORY: a/b\n\n说明", True),
        ("// 注释\n\n对吗{T#否}\n\n说明", True),
        ("1. 天是什么颜色？\nA. 红\nB. 蓝\n答案：B", False),
        ("1. 集合 {1,2,3} 有几个元素？\n答案：3", False),
        ("{1:MULTICHOICE:=a~b}", False),
        ("function f() { return 1; }", False),
        ("", False),
    ],
)
def test_gift_is_told_from_running_text(text: str, expected: bool) -> None:
    assert looks_like_gift(text) is expected
    assert GiftFormat().claims(text.encode("gb18030")) is expected


def test_nothing_to_read() -> None:
    assert code_of(lambda: read(" \n ")) == "sheet.empty"
    assert code_of(lambda: read("// nur ein Kommentar\n\n$CATEGORY: x")) == "gift.no_questions"


@pytest.mark.parametrize("text", ["Q {{{}=a ~b}}", "Q {{1{}=a ~b}}", "{{{}", "Q {{1{}:X"])
def test_endless_spaces_take_no_time(text: str) -> None:
    began = process_time()
    spaced = text.format(" " * 100_000)
    looks_like_gift(spaced)
    with suppress(Problem):
        read(spaced)
    assert process_time() - began < 2
