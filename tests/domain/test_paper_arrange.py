"""The layout of a paper: sections, groups, shuffled questions and options."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyu_learn.domain.papers.arrange import PAPER_ORDER, Chosen, Slot, arrange
from suyu_learn.domain.papers.specification import total_points
from suyu_learn.domain.questions import BUILT_IN

TYPES = {asked.code: asked for asked in BUILT_IN}
OPTIONS = [{"key": key, "text": f"第{key}项"} for key in "abcd"]
BODIES: dict[str, dict[str, Any]] = {
    "true_false": {"stem": "水是单质。", "answer": False},
    "single": {"stem": "选一项", "options": OPTIONS, "answer": ["a"]},
    "multiple": {"stem": "选几项", "options": OPTIONS, "answer": ["a", "b"]},
    "fill_in": {"stem": "____是液体", "blanks": [{"key": "a", "accepted": ["水"]}]},
    "numeric": {"stem": "几度", "answers": [{"value": "100"}]},
    "matching": {"stem": "配对", "prompts": OPTIONS, "options": OPTIONS, "pairs": {key: key for key in "abcd"}},
    "ordering": {"stem": "排序", "items": OPTIONS},
    "cloze": {"stem": "____是液体", "gaps": [{"key": "a", "kind": "text", "accepted": ["水"]}]},
    "short_answer": {"stem": "为什么"},
    "essay": {"stem": "谈谈"},
    "group": {"stem": "材料"},
}


def chosen(version_id: int, code: str = "single", group: int | None = None) -> Chosen:
    asked = TYPES[code]
    return Chosen(version_id, Decimal("1.5"), asked, asked.read(BODIES[code]), group)


def laid_out(questions: list[Chosen], seed: int = 1, *, shuffled: bool = False, options: bool = False) -> list[Slot]:
    return arrange(questions, Random(seed), shuffle_questions=shuffled, shuffle_options=options)


def versions(slots: list[Slot]) -> list[int]:
    return [slot.version_id for slot in slots]


def test_sections_follow_the_order_of_a_paper() -> None:
    slots = laid_out([chosen(1, "fill_in"), chosen(2, "multiple"), chosen(3), chosen(4, "true_false"), chosen(5)])
    assert versions(slots) == [4, 3, 5, 2, 1]
    assert [slot.number for slot in slots] == [1, 2, 3, 4, 5]


def test_types_from_elsewhere_come_last() -> None:
    slots = arrange(
        [chosen(1, "fill_in"), chosen(2)], Random(1), shuffle_questions=False, shuffle_options=False, order=("single",)
    )
    assert versions(slots) == [2, 1]


def test_without_shuffling_options_stand_as_written() -> None:
    assert laid_out([chosen(1)])[0].options == ("a", "b", "c", "d")


def test_questions_without_options_have_no_order_of_them() -> None:
    slots = laid_out([chosen(1, "true_false"), chosen(2, "fill_in")], shuffled=True, options=True)
    assert [slot.options for slot in slots] == [(), ()]


def test_shuffled_papers_differ() -> None:
    questions = [chosen(number) for number in range(1, 11)]
    assert len({tuple(versions(laid_out(questions, seed, shuffled=True))) for seed in range(20)}) == 20
    assert len({laid_out(questions, seed, options=True)[0].options for seed in range(20)}) > 5


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(PAPER_ORDER), st.none() | st.integers(1, 3)), max_size=12),
    st.integers(),
    st.booleans(),
    st.booleans(),
)
def test_a_layout_loses_nothing_and_keeps_groups_whole(
    asked: list[tuple[str, int | None]], seed: int, shuffled: bool, options: bool
) -> None:
    questions = [chosen(number, code, group) for number, (code, group) in enumerate(asked)]
    slots = laid_out(questions, seed, shuffled=shuffled, options=options)
    assert slots == laid_out(questions, seed, shuffled=shuffled, options=options)
    assert sorted(versions(slots)) == list(range(len(questions)))
    assert total_points(slots) == total_points(questions) == Decimal("1.5") * len(questions)
    for group in {1, 2, 3}:
        of_group = [slot for slot in slots if slot.group == group]
        assert versions(of_group) == sorted(versions(of_group))
        assert not of_group or of_group[-1].number - of_group[0].number == len(of_group) - 1


@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "shuffled"])
def test_questions_of_a_type_stay_together(shuffled: bool) -> None:
    questions = [chosen(number, PAPER_ORDER[number % 11]) for number in range(33)]
    codes = [PAPER_ORDER[slot.version_id % 11] for slot in laid_out(questions, shuffled=shuffled)]
    assert codes == sorted(codes, key=PAPER_ORDER.index)
