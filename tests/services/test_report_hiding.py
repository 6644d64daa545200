"""What is hidden of few people's answers cannot be worked out from what is shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyu_learn.domain.statistics import AnswerCount, Flag, QuestionNumbers, Raised, Tally, question_numbers
from suyu_learn.services.report_hiding import Hidden, hidden_of, hidden_results

BELOW = 5
KEYS = ("right", "b", "c")


def numbers_of(right: int, b: int, c: int, left_open: int) -> QuestionNumbers:
    given_ones = zip((*KEYS, None), (right, b, c, left_open), strict=True)
    found = question_numbers(
        [AnswerCount(key, count, count, Decimal(count if key == "right" else 0)) for key, count in given_ones if count],
        classify=lambda response: [response], keys=KEYS,
    )  # fmt: skip
    assert found is not None
    return found


COUNTS = st.integers(0, 12)


@settings(max_examples=150, deadline=None)
@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_no_small_number_follows_from_the_others(right: int, b: int, c: int, left_open: int) -> None:
    counts = (right, b, c, left_open)
    if not any(counts):
        return
    numbers = numbers_of(*counts)
    hidden = hidden_of(numbers, {"right"}, below=BELOW)
    if hidden.line:
        assert numbers.asked < BELOW
        return
    gone = [key in hidden.options for key in KEYS] + [hidden.omitted]
    shown = [not one for one in gone]
    assert all(count == 0 or count >= BELOW for count, is_shown in zip(counts, shown, strict=True) if is_shown)
    unknown = [
        place for place, is_shown in enumerate(shown) if not is_shown and not (place == 0 and not hidden.share_right)
    ]
    for place, count in enumerate(counts):
        if 0 < count < BELOW:  # of two or more that are only known together each may be anything
            assert place in unknown
            assert len(unknown) > 1


def test_remarks_do_not_say_what_is_hidden() -> None:
    raised = (Raised(Flag.KEY, ("b", "c")), Raised(Flag.HARD), Raised(Flag.LEFT_OPEN), Raised(Flag.UNUSED, ("c",)))
    assert Hidden().may_tell(raised) == raised
    assert Hidden(line=True).may_tell(raised) == ()
    told = Hidden(share_right=True, omitted=True, options=frozenset({"c"})).may_tell(raised)
    assert told == (Raised(Flag.KEY, ("b",)),)


def tallies(**of: tuple[int, int, int, int, int]) -> dict[str, Tally]:
    """A city of several units: due, sat, passed, excellent and unmarked of each."""
    units = {f"/1/{number}/": Tally(*counts) for number, counts in enumerate(of.values(), start=2)}
    whole = Tally(*(sum(column) for column in zip(*of.values(), strict=True)))
    return {"/1/": whole, **units}


@pytest.mark.parametrize(
    ("bureau", "due", "sat", "passed", "marks"),
    [
        ((20, 14, 8, 0, 0), 0, 0, 0, 0),
        ((3, 3, 3, 0, 0), 2, 2, 2, 2),
        ((20, 17, 8, 0, 0), 0, 2, 2, 2),
        ((20, 14, 12, 0, 0), 0, 0, 2, 2),
        ((20, 14, 8, 0, 2), 0, 0, 0, 4),
        ((20, 14, 8, 6, 0), 0, 0, 0, 2),
    ],
    ids=["nothing", "few due", "few absent", "few failed", "few unmarked in all", "few good, not excellent"],
)
def test_a_block_goes_with_the_one_before_and_a_sibling_with_it(
    bureau: tuple[int, int, int, int, int], due: int, sat: int, passed: int, marks: int
) -> None:
    found = hidden_results(
        tallies(bureau=bureau, town=(40, 30, 20, 0, 0), port=(60, 50, 40, 0, 0)), below=BELOW, known=lambda path: False
    )
    counts = [sum(getattr(one, block) for one in found.values()) for block in ("due", "sat", "passed", "marks")]
    assert counts == [due, sat, passed, marks]
    assert not found["/1/"].due
