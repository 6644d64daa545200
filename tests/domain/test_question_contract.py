"""Every built-in question type keeps the contract, whatever it is fed."""

import json
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.domain.questions import BUILT_IN, PartialCredit, QuestionType

WORDS = st.text(min_size=1, max_size=12).filter(lambda text: any(character.isalnum() for character in text))
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ("stem", "options", "answer", "explanation", "blanks", "any_order")
BODIES_OF_ANY_KIND = st.dictionaries(st.sampled_from(FIELDS), ANY_JSON)


@st.composite
def choice_bodies(draw: st.DrawFn, *, most_right: int) -> dict[str, Any]:
    count = draw(st.integers(2, 26))
    keys = [f"k{number}" for number in range(count)]
    right = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=most_right, unique=True))
    options = [{"key": key, "text": f"{draw(WORDS)} {number}"} for number, key in enumerate(keys)]
    return {"stem": draw(WORDS), "options": options, "answer": right, "explanation": ""}


@st.composite
def fill_in_bodies(draw: st.DrawFn) -> dict[str, Any]:
    accepted = draw(st.lists(st.lists(WORDS, min_size=1, max_size=3), min_size=1, max_size=5))
    blanks = [{"key": f"b{number}", "accepted": texts} for number, texts in enumerate(accepted)]
    return {"stem": "是".join(["____"] * len(blanks)), "blanks": blanks, "any_order": draw(st.booleans())}


def bodies_of(code: str) -> st.SearchStrategy[dict[str, Any]]:
    return {
        "true_false": st.fixed_dictionaries({"stem": WORDS, "answer": st.booleans()}),
        "single": choice_bodies(most_right=1),
        "multiple": choice_bodies(most_right=26),
        "fill_in": fill_in_bodies(),
    }[code]


def responses_to(asked: QuestionType[Any], content: Any) -> st.SearchStrategy[Any]:
    """Nonsense, and much that comes close to an answer."""
    keys = [choice.key for choice in asked.choices(content)]
    texts = st.sampled_from([*keys, "", "?", "true"]) | st.text(max_size=8)
    return ANY_JSON | texts | st.lists(texts, max_size=28)


in_seconds = settings(max_examples=40, deadline=None)
every_type = pytest.mark.parametrize("asked", BUILT_IN, ids=lambda asked: asked.code)


@every_type
@in_seconds
@given(body=ANY_JSON | BODIES_OF_ANY_KIND)
def test_reading_answers_with_a_question_or_with_problems(asked: QuestionType[Any], body: Any) -> None:
    try:
        content = asked.read(body)
    except Problems:
        return
    assert asked.read(asked.write(content)) == content


@every_type
@in_seconds
@given(data=st.data())
def test_a_sound_body_survives_reading_and_writing(asked: QuestionType[Any], data: st.DataObject) -> None:
    content = asked.read(data.draw(bodies_of(asked.code)))
    stored = json.loads(json.dumps(asked.write(content)))
    assert asked.read(stored) == content


@every_type
@in_seconds
@given(data=st.data())
def test_samples_get_the_marks_they_promise(asked: QuestionType[Any], data: st.DataObject) -> None:
    content = asked.read(data.draw(bodies_of(asked.code)))
    for sample in asked.samples(content):
        if sample.mark is None:
            with pytest.raises(Problem):
                asked.parse(content, sample.response)
        else:
            assert asked.mark(content, asked.parse(content, sample.response)) == sample.mark


@every_type
@in_seconds
@given(data=st.data())
def test_the_key_earns_everything(asked: QuestionType[Any], data: st.DataObject) -> None:
    content = asked.read(data.draw(bodies_of(asked.code)))
    key = asked.key(content)
    assert asked.parse(content, key) == key
    assert asked.is_complete(content, key)
    assert all(asked.mark(content, key, partial) == 1 for partial in PartialCredit)


@every_type
@in_seconds
@given(data=st.data())
def test_anything_sent_is_marked_from_0_to_1_or_unreadable(asked: QuestionType[Any], data: st.DataObject) -> None:
    content = asked.read(data.draw(bodies_of(asked.code)))
    try:
        response = asked.parse(content, data.draw(responses_to(asked, content)))
    except Problem:
        return
    assert asked.parse(content, response) == response
    assert isinstance(asked.summarise(content, response), str)
    assert set(asked.classify(content, response)) <= {choice.key for choice in asked.choices(content)}
    for partial in PartialCredit:
        mark = asked.mark(content, response, partial)
        assert isinstance(mark, Decimal)
        assert 0 <= mark <= 1


@every_type
@in_seconds
@given(data=st.data())
def test_what_is_asked_gives_no_answer_away(asked: QuestionType[Any], data: st.DataObject) -> None:
    body = data.draw(bodies_of(asked.code)) | {"explanation": "because of a secret"}
    content = asked.read(body)
    shown = asked.asked(content, asked.arrange(content, Random(data.draw(st.integers()))))
    assert set(shown) <= {"stem", "options", "blanks"}
    assert "secret" not in json.dumps(shown)
    assert all(set(option) == {"key", "text"} for option in shown.get("options", []))


@every_type
@in_seconds
@given(data=st.data(), seed=st.integers())
def test_arranging_loses_no_choice_and_can_be_repeated(
    asked: QuestionType[Any], data: st.DataObject, seed: int
) -> None:
    content = asked.read(data.draw(bodies_of(asked.code)))
    order = asked.arrange(content, Random(seed))
    assert order == asked.arrange(content, Random(seed))
    assert sorted(order) == sorted(asked.arrange(content, None))


@every_type
@in_seconds
@given(data=st.data())
def test_nothing_sent_is_nothing_answered(asked: QuestionType[Any], data: st.DataObject) -> None:
    content = asked.read(data.draw(bodies_of(asked.code)))
    assert [asked.parse(content, nothing) for nothing in (None, [], [""])] == [None, None, None]
    assert not asked.is_complete(content, None)
    assert asked.mark(content, None) == 0
    assert asked.summarise(content, None) == ""
    assert list(asked.classify(content, None)) == []


def test_types_have_codes_of_their_own() -> None:
    assert [asked.code for asked in BUILT_IN] == ["true_false", "single", "multiple", "fill_in"]
