"""Near duplicates: exact, fast, and nothing lost by the index."""

from __future__ import annotations

import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from suyu_learn.domain.differences import differences as words_changed
from suyu_learn.domain.questions.likeness import MOST_FOUND, NEAR, differences, likeness, near_pairs, pairs_of

STEMS = st.text(st.sampled_from("火警电话木粉尘爆炸abc "), min_size=1, max_size=24).filter(str.strip)
SETS = st.lists(st.frozensets(st.sampled_from("甲乙丙丁戊己庚辛壬癸"), max_size=10), max_size=14)


def body(stem: str, *options: str) -> dict[str, object]:
    return {"stem": stem, "options": [{"key": str(at), "text": text} for at, text in enumerate(options)]}


@given(STEMS, st.lists(STEMS, max_size=4), st.randoms(use_true_random=False))
def test_what_is_equal_after_normalising_is_wholly_alike(stem: str, options: list[str], chance: random.Random) -> None:
    shuffled = chance.sample(options, len(options))
    dressed = body(f" {stem.upper()}？".replace("a", "ａ"), *(f"{text}。" for text in shuffled))
    one, other = pairs_of(body(stem, *options)), pairs_of(dressed)
    assert one == other
    assert likeness(one, other) in ((0.0,) if not one else (1.0,))


@settings(max_examples=400)
@given(SETS, st.integers(0, 14), st.sampled_from([0.5, 0.66, NEAR, 0.9, 1.0]))
def test_the_index_loses_nothing(texts: list[frozenset[str]], new: int, threshold: float) -> None:
    new = min(new, len(texts))
    brute = {
        (one, other)
        for one in range(new) for other in range(one + 1, len(texts))
        if texts[one] and likeness(texts[one], texts[other]) >= threshold - 1e-9
    }  # fmt: skip
    found = near_pairs(texts, new=new, threshold=threshold)
    assert found.complete
    assert {(pair.one, pair.other) for pair in found.pairs} == brute


def test_thousands_against_thousands_take_seconds() -> None:
    chance = random.Random(7)
    signs = [chr(0x4E00 + number) for number in range(2500)]
    texts = [
        pairs_of(body("".join(chance.choices(signs, k=45)), *("".join(chance.choices(signs, k=12)) for _ in range(4))))
        for _number in range(4_000)
    ]
    texts[5] = frozenset([*list(texts[3_999])[:-6], "zz"])
    started = time.process_time()
    found = near_pairs(texts, new=2_000)
    spent = time.process_time() - started
    assert [(pair.one, pair.other) for pair in found.pairs] == [(5, 3_999)]
    assert found.complete
    assert spent < 10


def test_texts_that_are_all_alike_end_and_say_so() -> None:
    texts = [pairs_of(body(f"从下列说法中选出关于消防安全的正确的一项，第{number}题")) for number in range(3000)]
    found = near_pairs(texts, effort=20_000)
    assert not found.complete
    assert found.pairs


def test_differing_words_are_told() -> None:
    left, right = differences("火警电话是119", "报警电话是110")
    assert "".join(text for text, _differs in left) == "火警电话是119"
    assert [text for text, differs in left if differs] == ["火", "9"]
    assert [text for text, differs in right if differs] == ["报", "0"]


def test_texts_that_repeat_themselves_are_compared_in_no_time() -> None:
    began = time.monotonic()
    one, other = "甲乙" * 1500, "乙丙甲" * 1000
    for _time in range(50):
        left, right = differences(one, other)
    assert "".join(text for text, _otherwise in left) == one
    assert "".join(text for text, _otherwise in right) == other
    assert [text for _change, text in words_changed("甲 " * 1900, "乙 甲 " * 900)]
    assert time.monotonic() - began < 3


def test_thousands_of_like_texts_are_not_all_told() -> None:
    common = frozenset(f"a{number}" for number in range(20))
    texts = [common | {f"own {place}"} for place in range(700)]
    found = near_pairs(texts)
    assert not found.complete
    assert len(found.pairs) < 2 * MOST_FOUND
