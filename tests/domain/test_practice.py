"""The notebook of mistakes: what puts a question in, and what takes it out."""

from __future__ import annotations

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyu_learn.domain.practice import NEW, Given, PracticeMode, Standing, after

MODES = (PracticeMode.IN_ORDER, PracticeMode.RANDOM, PracticeMode.NOTEBOOK, PracticeMode.MOCK)


def stand(signs: str, *, mode: PracticeMode = PracticeMode.IN_ORDER) -> Standing:
    """The standing after answers: `+` right, `-` wrong, `?` for a person, `e` wrong in an exam."""
    said = {
        "+": Given(True, mode),
        "-": Given(False, mode),
        "?": Given(None, mode),
        "e": Given(False, PracticeMode.EXAM),
    }
    return reduce(after, (said[sign] for sign in signs), NEW)


@pytest.mark.parametrize(
    ("signs", "in_notebook"),
    [
        ("", False),
        ("+", False),
        ("-", True),
        ("-+", True),
        ("-++", False),
        ("-+-+", True),
        ("-+-++", False),
        ("++-", True),
        ("++-+", True),
        ("-++-", True),
        ("-+?+", False),
        ("?", False),
        ("-?", True),
        ("e", True),
        ("e+", True),
        ("e++", False),
        ("-+e+", True),
        ("-+e++", False),
    ],
)
def test_two_right_in_a_row_take_a_question_out(signs: str, in_notebook: bool) -> None:
    assert stand(signs).in_notebook is in_notebook


def test_counts_have_their_denominators() -> None:
    assert stand("+-?e+") == Standing(answers=4, marked=3, right=2, in_row=1, in_notebook=True)


@pytest.mark.parametrize("mode", MODES)
def test_every_way_of_practising_clears_the_notebook(mode: PracticeMode) -> None:
    assert not stand("-++", mode=mode).in_notebook


@given(st.text(alphabet="+-?e"))
def test_the_notebook_holds_what_was_wrong_and_not_right_twice_in_a_row_since(signs: str) -> None:
    marked = signs.replace("?", "").replace("e", "-")
    since = marked.rpartition("-")[2]
    assert stand(signs).in_notebook is ("-" in marked and len(since) < 2)
    assert stand(signs).right <= stand(signs).marked <= stand(signs).answers == len(signs.replace("e", ""))
