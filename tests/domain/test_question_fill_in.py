"""Fill in the blanks: which typed texts count as right."""

from decimal import Decimal
from typing import Any

import pytest

from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.domain.questions import FillIn
from suyu_learn.domain.questions.fill_in import FillInContent
from suyu_learn.domain.questions.pairing import most_pairs
from suyu_learn.domain.questions.texts import comparable, tidy

FILL_IN = FillIn()


def question(*accepted: str, any_order: bool = False) -> FillInContent:
    """A question with one blank for each argument; variants are divided by a bar."""
    blanks = [{"key": f"b{number}", "accepted": texts.split("|")} for number, texts in enumerate(accepted)]
    return FILL_IN.read({"stem": "，".join(["____"] * len(blanks)), "blanks": blanks, "any_order": any_order})


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [
        pytest.param("DNA", "dna", id="case"),
        pytest.param("DNA", "ＤＮＡ", id="width"),
        pytest.param("水", " 水 ", id="outer spaces"),
        pytest.param("New York", "new   york", id="runs of spaces"),
        pytest.param("5 米", "5米", id="a space beside a Chinese character"),
        pytest.param("ёлка", "Елка", id="yo"),
        pytest.param("北京", "北京。", id="closing mark"),
        pytest.param("3.5", "３．５", id="wide number"),
        pytest.param("-5", "−5", id="minus sign"),
        pytest.param("10⁵", "10^5", id="exponent"),
        pytest.param("m²", "m2", id="unit"),
        pytest.param("1/2", "½", id="fraction"),
        pytest.param("水", "\u200b水\ufeff", id="marks of zero width"),
        pytest.param("二氧化碳|CO2", "co₂", id="a variant"),
    ],
)
def test_the_same_answer_typed_differently_is_right(accepted: str, typed: str) -> None:
    content = question(accepted)
    assert FILL_IN.mark(content, FILL_IN.parse(content, [typed])) == 1


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [
        pytest.param("50%", "50", id="percent"),
        pytest.param("10⁵", "105", id="exponent"),
        pytest.param("3.5", "35", id="decimal point"),
        pytest.param("-5", "5", id="sign"),
        pytest.param("по этому", "поэтому", id="a space that divides words"),
        pytest.param("水", "水银", id="more than asked"),
    ],
)
def test_a_different_answer_is_wrong(accepted: str, typed: str) -> None:
    content = question(accepted)
    assert FILL_IN.mark(content, FILL_IN.parse(content, [typed])) == 0


@pytest.mark.parametrize(
    ("typed", "mark"),
    [
        (["甲", "乙", "丙"], "1"),
        (["甲", "乙", ""], "0.666667"),
        (["甲", "丙", "乙"], "0.333333"),
        (["", "", "甲"], "0"),
    ],
)
def test_the_mark_is_the_share_of_right_blanks(typed: list[str], mark: str) -> None:
    content = question("甲", "乙", "丙")
    assert FILL_IN.mark(content, FILL_IN.parse(content, typed)) == Decimal(mark)


@pytest.mark.parametrize(
    ("typed", "mark"),
    [
        pytest.param(["丙", "甲", "乙"], "1", id="any order"),
        pytest.param(["甲", "甲", "甲"], "0.333333", id="one answer three times"),
        pytest.param(["丁", "乙", ""], "0.333333", id="one right"),
    ],
)
def test_order_is_free_where_the_author_says_so(typed: list[str], mark: str) -> None:
    content = question("甲", "乙", "丙", any_order=True)
    assert FILL_IN.mark(content, FILL_IN.parse(content, typed)) == Decimal(mark)


def test_the_best_pairing_counts() -> None:
    # Read greedily, 甲 would take the first blank and leave 乙 without one.
    content = question("甲|乙", "甲", any_order=True)
    assert FILL_IN.mark(content, ["甲", "乙"]) == 1
    assert most_pairs([[0, 1], [0], [0]]) == 2


@pytest.mark.parametrize(
    ("raw", "parsed"),
    [
        (["", " "], None),
        (["甲"], ["甲", ""]),
        ([" 甲\r\n", "乙\x00"], ["甲", "乙"]),
        (["\ud83d", "乙"], ["", "乙"]),
    ],
    ids=["spaces are nothing", "missing blanks are open", "outer space and control marks", "half a character"],
)
def test_parsing_tidies(raw: Any, parsed: Any) -> None:
    content = question("甲", "乙")
    assert FILL_IN.parse(content, raw) == parsed
    assert not FILL_IN.is_complete(content, parsed) or all(parsed)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("甲", "response.wrong_shape"),
        (["甲", 1], "response.wrong_shape"),
        (["甲", None], "response.wrong_shape"),
        (["甲", "乙", "丙"], "response.too_many"),
        (["长" * 2001], "response.too_long"),
    ],
    ids=["no list", "number", "null", "more than blanks", "long"],
)
def test_an_unreadable_response_says_why(raw: Any, code: str) -> None:
    with pytest.raises(Problem) as unreadable:
        FILL_IN.parse(question("甲", "乙"), raw)
    assert unreadable.value.code == code


BLANK = {"key": "b", "accepted": ["水"]}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"stem": "没有空"}, "question.blanks_do_not_match_stem", id="no gap"),
        pytest.param({"stem": "____和____"}, "question.blanks_do_not_match_stem", id="more gaps"),
        pytest.param({"blanks": []}, "question.blanks_do_not_match_stem", id="no blank"),
        pytest.param({"blanks": [BLANK | {"accepted": []}]}, "question.blank_without_answer", id="no answer"),
        pytest.param({"blanks": [BLANK | {"accepted": [" "]}]}, "question.blank_without_answer", id="empty answer"),
        pytest.param({"blanks": [BLANK | {"accepted": "水"}]}, "question.wrong_shape", id="answer is no list"),
        pytest.param({"blanks": [BLANK | {"accepted": ["长" * 501]}]}, "question.text_too_long", id="long answer"),
        pytest.param({"blanks": ["水"]}, "question.wrong_shape", id="blank is no table"),
        pytest.param({"any_order": "yes"}, "question.wrong_shape", id="order is no flag"),
    ],
)
def test_an_unsound_question_says_why(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Problems) as refused:
        FILL_IN.read({"stem": "____是液体", "blanks": [BLANK]} | changes)
    assert code in [problem.code for problem in refused.value.problems]


def test_two_or_more_underscores_are_one_gap() -> None:
    content = FILL_IN.read({"stem": "__和______，但x_1不是", "blanks": [BLANK, {"key": "c", "accepted": ["冰"]}]})
    assert len(content.blanks) == 2


def test_open_blanks_are_shown_as_such() -> None:
    assert FILL_IN.summarise(question("甲", "乙"), ["甲", ""]) == "甲；—"


@pytest.mark.parametrize("text", ["。", "?", "..."])
def test_a_text_of_closing_marks_alone_stays(text: str) -> None:
    assert comparable(text)
    assert tidy(text) == text
