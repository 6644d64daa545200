"""Texts for chat groups: they mention nobody, and end before a robot cuts them off."""

from __future__ import annotations

import pytest

from suyu_learn.domain.messages import Group, Phrases, composed, fitted, harmless, sent_bytes

ENGLISH = Phrases("{}: {}".format, ", ", "and {} more".format)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("张三", "张三"),
        ("@all", "＠all"),
        ("<@all>", "＜＠all＞"),
        ("＠所有人 ", "＠所有人"),
        ("Li\nNa\r\n@all", "Li Na ＠all"),
        ("Li\u2028Na\u202e", "Li Na"),
        ("**bold** [x](http://a)", "**bold** [x](http://a)"),
        ("", ""),
    ],
)
def test_a_name_is_one_line_that_mentions_nobody(typed: str, said: str) -> None:
    assert harmless(typed) == said


def test_a_long_name_is_shortened_and_says_so() -> None:
    assert harmless("x" * 200) == "x" * 59 + "…"


GROUPS = [Group("A (2)", ("Li", "Na")), Group("B (1)", ("Wu",)), Group("C (0)")]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (None, "Head\nA (2): Li, Na\nB (1): Wu"),
        (3, "Head\nA (2): Li, Na\nB (1): Wu"),
        (2, "Head\nA (2): Li, Na\nand 1 more"),
        (1, "Head\nA (2): Li\nand 2 more"),
        (0, "Head\nand 3 more"),
    ],
)
def test_what_finds_no_room_is_counted(names: int | None, said: str) -> None:
    assert composed(["Head", ""], GROUPS, ENGLISH, names=names) == said


@pytest.mark.parametrize("name", ["张三丰", 'a"b\\c', "Nguyễn"])
@pytest.mark.parametrize("most", [200, 2048])
def test_a_message_is_as_long_as_it_may_be_and_no_longer(name: str, most: int) -> None:
    groups = [Group(f"Team {number}", tuple(f"{name}{number}{one}" for one in range(30))) for number in range(70)]
    said = fitted(["Head"], groups, ENGLISH, most=most)
    shown = sum(line.count(name) for line in said.split("\n"))
    assert sent_bytes(said) <= most
    assert said.endswith(f"\nand {2100 - shown} more")
    assert shown > 0
    assert sent_bytes(composed(["Head"], groups, ENGLISH, names=shown + 1)) > most


def test_a_message_that_fits_is_whole() -> None:
    assert fitted(["Head"], GROUPS, ENGLISH, most=40) == composed(["Head"], GROUPS, ENGLISH)
