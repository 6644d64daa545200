"""Single choice, multiple choice, true or false: reading, answering, marking."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import Multiple, PartialCredit, QuestionType, Single, TrueFalse

SINGLE, MULTIPLE, TRUE_FALSE = Single(), Multiple(), TrueFalse()


def body(*texts: str, answer: Any = ("a",), **changes: Any) -> dict[str, Any]:
    options = [{"key": key, "text": text} for key, text in zip("abcdefgh", texts, strict=False)]
    return {"stem": "下列哪一项正确？", "options": options, "answer": list(answer), "explanation": ""} | changes


COLOURS = ("红", "黄", "蓝", "绿")


def faults(asked: QuestionType[Any], stored: Any) -> list[str]:
    with pytest.raises(Problems) as refused:
        asked.read(stored)
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        pytest.param(body(*COLOURS, stem=" "), ["question.no_stem"], id="empty stem"),
        pytest.param(body(*COLOURS, stem=7), ["question.wrong_shape"], id="stem is a number"),
        pytest.param(body(*COLOURS, stem="长" * 2001), ["question.text_too_long"], id="long stem"),
        pytest.param(body("红", "长" * 501), ["question.text_too_long"], id="long option"),
        pytest.param(body(*COLOURS, explanation="长" * 2001), ["question.text_too_long"], id="long explanation"),
        pytest.param(body("红"), ["question.too_few_options"], id="one option"),
        pytest.param(body("红", " 红"), ["question.duplicate_option"], id="same option twice"),
        pytest.param(body("ABC", "ＡＢＣ"), ["question.duplicate_option"], id="same but for width"),
        pytest.param(body("红", ""), ["question.option_without_text"], id="empty option"),
        pytest.param(body(*COLOURS, answer=[]), ["question.no_right_option"], id="nothing is right"),
        pytest.param(body(*COLOURS, answer=["z"]), ["question.answer_not_an_option"], id="right option missing"),
        pytest.param(body(*COLOURS, answer="a") | {"answer": "a"}, ["question.wrong_shape"], id="answer is no list"),
    ],
)
@pytest.mark.parametrize("asked", [SINGLE, MULTIPLE], ids=["single", "multiple"])
def test_an_unsound_question_says_why(asked: QuestionType[Any], stored: Any, expected: list[str]) -> None:
    assert set(expected) <= set(faults(asked, stored))


def test_all_faults_are_told_at_once() -> None:
    unsound = {"stem": "", "options": [{"key": "a", "text": "红"}], "answer": ["z"], "explanation": "长" * 2001}
    assert faults(SINGLE, unsound) == [
        "question.no_stem",
        "question.too_few_options",
        "question.answer_not_an_option",
        "question.text_too_long",
    ]


def test_a_fault_names_its_field_and_figures() -> None:
    with pytest.raises(Problems) as refused:
        SINGLE.read(body("红", "黄", "红"))
    assert refused.value.problems == (
        Problem("question.duplicate_option", place=Place(field="options"), number=3, same_as=1),
    )


def test_from_2_to_26_options_are_allowed() -> None:
    options = [{"key": f"k{number}", "text": f"第{number}项"} for number in range(27)]
    assert len(SINGLE.read(body(options=options[:26], answer=["k0"])).options) == 26
    assert faults(SINGLE, body(options=options, answer=["k0"])) == ["question.too_many_options"]


def test_options_that_differ_in_case_or_exponent_are_different() -> None:
    assert len(SINGLE.read(body("CO", "Co", "10 m", "10 m²")).options) == 4


@pytest.mark.parametrize("keys", [["a", "a"], ["", "b"], [" a", "b"], [1, "b"]], ids=str)
def test_options_need_usable_keys(keys: list[Any]) -> None:
    options = [{"key": key, "text": f"第{number}项"} for number, key in enumerate(keys)]
    assert {"question.unusable_key", "question.duplicate_key"} & set(faults(SINGLE, body(options=options)))


def test_single_choice_has_one_right_option() -> None:
    assert faults(SINGLE, body(*COLOURS, answer="ab")) == ["question.several_right_options"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("z", "response.unknown_choice"),
        (["a", "b"], "response.too_many"),
        (7, "response.wrong_shape"),
        ({"a": True}, "response.wrong_shape"),
        ([["a"]], "response.wrong_shape"),
        ("a" * 2001, "response.too_long"),
    ],
)
def test_single_choice_says_why_a_response_is_unreadable(raw: Any, code: str) -> None:
    with pytest.raises(Problem) as unreadable:
        SINGLE.parse(SINGLE.read(body(*COLOURS)), raw)
    assert unreadable.value.code == code


@pytest.mark.parametrize("raw", ["b", ["b"], ["", "b"]], ids=["json", "form", "form with an empty field"])
def test_single_choice_takes_json_and_forms(raw: Any) -> None:
    assert SINGLE.parse(SINGLE.read(body(*COLOURS)), raw) == "b"


@pytest.mark.parametrize(
    ("chosen", "strict", "lenient"),
    [
        pytest.param("ab", "1", "1", id="all right"),
        pytest.param("a", "0", "0.5", id="one missing"),
        pytest.param("ac", "0", "0", id="one wrong"),
        pytest.param("abc", "0", "0", id="all right and one wrong"),
        pytest.param("c", "0", "0", id="only wrong"),
        pytest.param("", "0", "0", id="nothing"),
    ],
)
def test_multiple_choice_is_marked_by_the_policy(chosen: str, strict: str, lenient: str) -> None:
    content = MULTIPLE.read(body(*COLOURS, answer="ab"))
    response = MULTIPLE.parse(content, list(chosen))
    assert MULTIPLE.mark(content, response) == Decimal(strict)
    assert MULTIPLE.mark(content, response, PartialCredit.HALF_FOR_SUBSET) == Decimal(lenient)


def test_multiple_choice_keeps_the_authored_order() -> None:
    content = MULTIPLE.read(body(*COLOURS, answer="ca"))
    assert content.answer == ("a", "c")
    assert MULTIPLE.parse(content, ["d", "a", "d"]) == ["a", "d"]
    assert MULTIPLE.summarise(content, ["a", "d"]) == "红；绿"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("a", "response.wrong_shape"),
        (["a", 1], "response.wrong_shape"),
        (["a", "z"], "response.unknown_choice"),
        (list("abcda"), "response.too_many"),
    ],
)
def test_multiple_choice_says_why_a_response_is_unreadable(raw: Any, code: str) -> None:
    with pytest.raises(Problem) as unreadable:
        MULTIPLE.parse(MULTIPLE.read(body(*COLOURS)), raw)
    assert unreadable.value.code == code


def test_a_response_to_another_version_is_marked_and_told() -> None:
    content = MULTIPLE.read(body(*COLOURS, answer="ab"))
    assert MULTIPLE.mark(content, ["a", "gone"], PartialCredit.HALF_FOR_SUBSET) == 0
    assert MULTIPLE.summarise(content, ["a", "gone"]) == "红；gone"


@pytest.mark.parametrize("raw", [True, "true", ["true"]], ids=["json", "text", "form"])
def test_true_or_false_takes_json_and_forms(raw: Any) -> None:
    content = TRUE_FALSE.read({"stem": "地球绕太阳转。", "answer": True})
    assert TRUE_FALSE.parse(content, raw) is True


@pytest.mark.parametrize("raw", [1, 0, "yes", "True", ["true", "false"], {}], ids=str)
def test_true_or_false_takes_nothing_else(raw: Any) -> None:
    content = TRUE_FALSE.read({"stem": "地球绕太阳转。", "answer": True})
    with pytest.raises(Problem):
        TRUE_FALSE.parse(content, raw)


@pytest.mark.parametrize("answer", [None, 1, "true", []], ids=str)
def test_true_or_false_needs_a_plain_answer(answer: Any) -> None:
    assert faults(TRUE_FALSE, {"stem": "地球绕太阳转。", "answer": answer}) == ["question.answer_not_true_or_false"]


def test_true_or_false_has_no_order_of_options() -> None:
    assert TRUE_FALSE.arrange(TRUE_FALSE.read({"stem": "水是单质。", "answer": False}), Random(1)) == []


def orders(*texts: str) -> set[str]:
    content = SINGLE.read(body(*texts))
    return {"".join(SINGLE.arrange(content, Random(seed))) for seed in range(200)}


def test_shuffling_reaches_every_order() -> None:
    assert len(orders("红", "黄", "蓝")) == 6


@pytest.mark.parametrize("text", ["以上都对", "以上都不对", "All of the above"])
def test_an_option_that_sums_up_stays_last(text: str) -> None:
    assert {order[-1] for order in orders("红", "黄", "蓝", text)} == {"d"}


@pytest.mark.parametrize("text", ["A和B", "A、B都对", "A and B"])
def test_options_that_name_each_other_are_not_shuffled(text: str) -> None:
    assert orders("红", "黄", "蓝", text) == {"abcd"}
