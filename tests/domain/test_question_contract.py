"""Every built-in question type keeps the contract, whatever it is fed."""

import json
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyu_learn.domain.papers.arrange import PAPER_ORDER
from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.domain.questions import BUILT_IN, PartialCredit, QuestionType
from tests.marks import BODIES, CASES, Case

WORDS = st.text(min_size=1, max_size=12).filter(lambda text: any(character.isalnum() for character in text))
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
FIELDS = (
    "stem", "options", "answer", "explanation", "blanks", "any_order", "answers", "unit", "prompts", "pairs", "items",
    "gaps", "keywords", "reference",
)  # fmt: skip
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


NUMBERS = st.decimals(min_value=-(10**6), max_value=10**6, allow_nan=False, places=3).map(str)
AMOUNTS = st.decimals(min_value=0, max_value=100, allow_nan=False, places=2).map(str)


def keyed(prefix: str, texts: list[str]) -> list[dict[str, str]]:
    return [{"key": f"{prefix}{place}", "text": f"{text} {place}"} for place, text in enumerate(texts)]


SEVERAL = st.lists(WORDS, min_size=2, max_size=8)


@st.composite
def numeric_bodies(draw: st.DrawFn) -> dict[str, Any]:
    answer = st.fixed_dictionaries({"value": NUMBERS, "tolerance": AMOUNTS, "relative": st.booleans()})
    answers = draw(st.lists(answer, min_size=1, max_size=3))
    less = [one | {"credit": draw(st.sampled_from(["0", "0.25", "1"]))} for one in answers[1:]]
    unit = draw(st.sampled_from(["", "m/s", "%", "千克", "℃", "m²", "e"]))
    return {"stem": draw(WORDS), "answers": [answers[0], *less], "unit": unit}


@st.composite
def matching_bodies(draw: st.DrawFn) -> dict[str, Any]:
    prompts, options = keyed("p", draw(SEVERAL)), keyed("o", draw(SEVERAL))
    right = st.sampled_from([option["key"] for option in options])
    pairs = {prompt["key"]: draw(right) for prompt in prompts}
    return {"stem": draw(WORDS), "prompts": prompts, "options": options, "pairs": pairs}


@st.composite
def cloze_bodies(draw: st.DrawFn) -> dict[str, Any]:
    menu = SEVERAL.map(lambda texts: {"kind": "menu", "options": keyed("o", texts), "answer": "o1"})
    text = st.fixed_dictionaries({"kind": st.just("text"), "accepted": st.lists(WORDS, min_size=1, max_size=3)})
    number = st.fixed_dictionaries({"kind": st.just("number"), "value": NUMBERS, "tolerance": AMOUNTS})
    gaps = [
        gap | {"key": f"g{place}", "weight": draw(st.sampled_from(["1", "0.5", "2"]))}
        for place, gap in enumerate(draw(st.lists(menu | text | number, min_size=1, max_size=5)))
    ]
    return {"stem": "是".join(["____"] * len(gaps)), "gaps": gaps}


@st.composite
def short_answer_bodies(draw: st.DrawFn) -> dict[str, Any]:
    words = st.lists(WORDS, min_size=1, max_size=3)
    weights = draw(st.sampled_from([[], ["1"], ["0.5", "0.5"], ["0.34", "0.33", "0.33"]]))
    keywords = [{"words": draw(words), "weight": weight} for weight in weights]
    return {"stem": draw(WORDS), "keywords": keywords, "reference": draw(st.text(max_size=20))}


def bodies_of(code: str) -> st.SearchStrategy[dict[str, Any]]:
    return {
        "true_false": st.fixed_dictionaries({"stem": WORDS, "answer": st.booleans()}),
        "single": choice_bodies(most_right=1),
        "multiple": choice_bodies(most_right=26),
        "fill_in": fill_in_bodies(),
        "numeric": numeric_bodies(),
        "matching": matching_bodies(),
        "ordering": st.builds(lambda stem, texts: {"stem": stem, "items": keyed("i", texts)}, WORDS, SEVERAL),
        "cloze": cloze_bodies(),
        "short_answer": short_answer_bodies(),
        "essay": st.fixed_dictionaries({"stem": WORDS, "reference": st.text(max_size=20)}),
        "group": st.fixed_dictionaries({"stem": WORDS}),
    }[code]


def responses_to(asked: QuestionType[Any], content: Any) -> st.SearchStrategy[Any]:
    """Nonsense, and much that comes close to an answer."""
    keys = [choice.key for choice in asked.choices(content)] + [f"o{place}" for place in range(8)]
    keys += ["3,5", "1/2", "１．５", "1e9999", "-3.5x", "9" * 300]
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
    if not asked.has_response or not asked.marked_by_machine(content):
        assert all(asked.mark(content, key, partial) == 0 for partial in PartialCredit)
        return
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
    assert isinstance(asked.key_in_words(content), str)
    assert all(isinstance(part.is_right, bool) for part in asked.parts(content, response))
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
    assert set(shown) <= {"stem", "options", "blanks", "unit", "prompts", "items", "gaps", "limit"}
    assert all(set(gap) == {"key", "kind", "options"} for gap in shown.get("gaps", []))
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
    assert asked.is_complete(content, None) is not asked.has_response
    assert asked.mark(content, None) == 0
    assert asked.summarise(content, None) == ""
    assert list(asked.classify(content, None)) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_answer_earns_what_the_table_says(case: Case) -> None:
    [asked] = [one for one in BUILT_IN if one.code == case.type]
    content = asked.read(BODIES[case.type])
    if case.share is None:
        with pytest.raises(Problem, match="response"):
            asked.parse(content, case.raw)
        return
    response = asked.parse(content, case.raw)
    assert (response is None) == (case.state == "unanswered")
    assert asked.mark(content, response, PartialCredit.ALL_OR_NOTHING) == case.share
    assert asked.mark(content, response, PartialCredit.HALF_FOR_SUBSET) == case.half


@every_type
def test_the_table_has_every_type_in_every_state_that_it_can_be_in(asked: QuestionType[Any]) -> None:
    states = {case.state for case in CASES if case.type == asked.code}
    wanted = {"unanswered", "unreadable"}
    if asked.machine_marked and asked.has_response:
        wanted |= {"right", "wrong"}
    if asked.code not in ("true_false", "single", "essay", "group"):
        wanted.add("partly")
    assert wanted <= states


@every_type
def test_every_type_has_a_name_and_a_place_on_the_paper(asked: QuestionType[Any]) -> None:
    assert asked.label
    assert PAPER_ORDER.index(asked.code) == BUILT_IN.index(asked)
