"""Matching, ordering, cloze, short answer, essay and group: their marks and what they refuse."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.domain.questions import BUILT_IN, Cloze, Essay, Group, Matching, Ordering, ShortAnswer
from suyu_learn.domain.questions.identity import normalised_identity, same_key, with_keys_of

TYPES = {kind.code: kind for kind in BUILT_IN}


def keyed(*texts: str, prefix: str = "") -> list[dict[str, str]]:
    return [{"key": f"{prefix}{text[0]}", "text": text} for text in texts]


MATCHING: dict[str, Any] = {
    "stem": "哪个是哪个？", "prompts": keyed("氢", "氧", "碳"), "options": keyed("H", "O", "C", "N"),
    "pairs": {"氢": "H", "氧": "O", "碳": "C"}, "explanation": "",
}  # fmt: skip
ORDERING: dict[str, Any] = {"stem": "由小到大", "items": keyed("1", "2", "3"), "explanation": ""}
CLOZE: dict[str, Any] = {
    "stem": "水在____℃结冰，____℃沸腾，冰比水____。",
    "gaps": [
        {"key": "a", "kind": "number", "value": "0", "tolerance": "0.5", "relative": False},
        {"key": "b", "kind": "text", "accepted": ["100", "一百"]},
        {"key": "c", "kind": "menu", "options": keyed("轻", "重"), "answer": "轻", "weight": "2"},
    ],
    "explanation": "",
}
SHORT: dict[str, Any] = {
    "stem": "为什么要通风？",
    "keywords": [{"words": ["氧气", "O2"], "weight": "0.6"}, {"words": ["有毒气体"], "weight": "0.4"}],
    "reference": "补充氧气，排出有毒气体。", "explanation": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code", "response", "mark"),
    [
        pytest.param(MATCHING, "matching", ["H", "O", "C"], "1", id="all pairs"),
        pytest.param(MATCHING, "matching", ["H", "C", "O"], "0.333333", id="one pair"),
        pytest.param(MATCHING, "matching", ["", "O", ""], "0.333333", id="one pair, others open"),
        pytest.param(MATCHING, "matching", ["N", "N", "N"], "0", id="no pair"),
        pytest.param(ORDERING, "ordering", ["1", "2", "3"], "1", id="in order"),
        pytest.param(ORDERING, "ordering", ["1", "3", "2"], "0", id="two exchanged"),
        pytest.param(ORDERING, "ordering", ["1", "1", "1"], "0", id="one item everywhere"),
        pytest.param(CLOZE, "cloze", ["0,2", "一百", "轻"], "1", id="all gaps"),
        pytest.param(CLOZE, "cloze", ["1", "99", "轻"], "0.5", id="the heavy gap"),
        pytest.param(CLOZE, "cloze", ["0", "", ""], "0.25", id="a light gap"),
        pytest.param(SHORT, "short_answer", "补充 氧气；排出有毒气体", "1", id="both keywords"),
        pytest.param(SHORT, "short_answer", "Ｏ２ 不够", "0.6", id="another wording"),
        pytest.param(SHORT, "short_answer", "不知道", "0", id="no keyword"),
        pytest.param({"stem": "谈谈", "reference": "……"}, "essay", "很多话", "0", id="an essay waits for a person"),
    ],
)
def test_marks(body: dict[str, Any], code: str, response: Any, mark: str) -> None:
    kind = TYPES[code]
    content = kind.read(body)
    assert kind.mark(content, kind.parse(content, response)) == Decimal(mark)


@pytest.mark.parametrize("body", [MATCHING, ORDERING, CLOZE, SHORT], ids=["matching", "ordering", "cloze", "short"])
def test_bodies_are_stored_as_they_are(body: dict[str, Any]) -> None:
    kind = TYPES[
        {"prompts": "matching", "items": "ordering", "gaps": "cloze", "keywords": "short_answer"}[list(body)[1]]
    ]
    assert kind.write(kind.read(body)) == body


def test_an_unreadable_number_in_a_gap_names_the_gap() -> None:
    kind = Cloze()
    with pytest.raises(Problem) as refused:
        kind.parse(kind.read(CLOZE), ["3,5x", "", ""])
    assert refused.value.params == {"typed": "3,5x", "number": 1}


def test_who_marks_a_short_answer_depends_on_its_keywords() -> None:
    kind = ShortAnswer()
    assert kind.marked_by_machine(kind.read(SHORT))
    assert not kind.marked_by_machine(kind.read({**SHORT, "keywords": []}))
    assert not Essay().marked_by_machine(Essay().read({"stem": "谈谈"}))


def test_an_order_with_an_item_twice_is_kept_but_not_complete() -> None:
    kind = Ordering()
    content = kind.read(ORDERING)
    assert kind.parse(content, ["1", "1", ""]) == ["1", "1", ""]
    assert [kind.is_complete(content, order) for order in (["1", "1", "2"], ["3", "1", "2"])] == [False, True]


def test_neither_pairs_nor_items_are_shown_as_they_belong_together() -> None:
    ordering, matching = Ordering(), Matching()
    content = ordering.read(ORDERING)
    assert all(ordering.arrange(content, rng) != ["1", "2", "3"] for rng in (None, *map(Random, range(50))))
    shown = matching.asked(matching.read(MATCHING), [])
    keys = [option["key"] for option in shown["options"]]
    assert sorted(keys) == ["C", "H", "N", "O"]
    assert keys not in (sorted(keys), [option["key"] for option in MATCHING["options"]])


def test_menus_are_shuffled_each_for_itself() -> None:
    kind = Cloze()
    content = kind.read(CLOZE)
    orders = {tuple(kind.arrange(content, Random(seed))) for seed in range(20)}
    assert orders == {("c:轻", "c:重"), ("c:重", "c:轻")}
    assert kind.asked(content, ["c:重", "c:轻"])["gaps"][2]["options"] == keyed("重", "轻")


def test_statistics_count_pairs_places_menus_and_keywords() -> None:
    def counted(code: str, body: dict[str, Any], response: Any) -> list[str]:
        content = TYPES[code].read(body)
        texts = {choice.key: choice.text for choice in TYPES[code].choices(content)}
        return [texts[key] for key in TYPES[code].classify(content, response)]

    assert counted("matching", MATCHING, ["H", "C", "C"]) == ["氢 → H", "碳 → C"]
    assert counted("ordering", ORDERING, ["1", "3", "2"]) == ["1. 1"]
    assert counted("cloze", CLOZE, ["0", "x", "重"]) == ["3. 重"]
    assert counted("short_answer", SHORT, "氧气") == ["氧气"]


@pytest.mark.parametrize(
    ("code", "body", "problem"),
    [
        pytest.param("matching", {**MATCHING, "pairs": {"氢": "H"}}, "question.prompt_without_option", id="pair"),
        pytest.param("matching", {**MATCHING, "pairs": {**MATCHING["pairs"], "?": "H"}}, "question.pair_without_prompt",
                     id="astray"),
        pytest.param("matching", {**MATCHING, "prompts": keyed("氢")}, "question.too_few_prompts", id="one prompt"),
        pytest.param("ordering", {"stem": "?", "items": keyed("1")}, "question.too_few_items", id="one item"),
        pytest.param("cloze", {**CLOZE, "stem": "____"}, "question.gaps_do_not_match_stem", id="gaps"),
        pytest.param("cloze", {"stem": "____", "gaps": [{"key": "a", "kind": "?"}]}, "question.unknown_gap", id="kind"),
        pytest.param("cloze", {"stem": "____", "gaps": [{"key": "a", "kind": "text"}]}, "question.gap_without_answer",
                     id="nothing accepted"),
        pytest.param("short_answer", {"stem": "?", "keywords": [{"words": ["a"], "weight": "0.5"}]},
                     "question.weights_not_one", id="weights"),
        pytest.param("group", {"stem": ""}, "question.no_stem", id="no passage"),
    ],
)  # fmt: skip
def test_unsound_bodies_are_refused(code: str, body: dict[str, Any], problem: str) -> None:
    with pytest.raises(Problems) as refused:
        TYPES[code].read(body)
    assert problem in [found.code for found in refused.value.problems]


def test_a_passage_has_no_response() -> None:
    content = Group().read({"stem": "材料"})
    assert not Group().has_response
    with pytest.raises(Problem):
        Group().parse(content, "x")


def other(body: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return body | changed


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        pytest.param(MATCHING, other(MATCHING, prompts=MATCHING["prompts"][::-1]), True, id="prompts in another order"),
        pytest.param(MATCHING, other(MATCHING, pairs={"氢": "H", "氧": "C", "碳": "O"}), False, id="other pairs"),
        pytest.param(ORDERING, other(ORDERING, items=ORDERING["items"][::-1]), False, id="another order"),
        pytest.param(ORDERING, other(ORDERING, items=keyed("1", "2", "3", prefix="x")), True, id="other keys"),
        pytest.param(
            CLOZE, other(CLOZE, gaps=[*CLOZE["gaps"][:2], {**CLOZE["gaps"][2], "answer": "重"}]), False, id="menu"
        ),
        pytest.param(SHORT, other(SHORT, keywords=SHORT["keywords"][::-1], reference="?"), True, id="keywords turned"),
        pytest.param({"answers": [{"value": "9.8"}]}, {"answers": [{"value": "9.80"}]}, True, id="a zero behind"),
        pytest.param({"answers": [{"value": "9.8"}]}, {"answers": [{"value": "9.9"}]}, False, id="another number"),
    ],
)
def test_whether_two_have_the_same_key(one: dict[str, Any], two: dict[str, Any], same: bool) -> None:
    assert same_key(one, two) is same
    assert same_key(two, one) is same


def test_identity_knows_what_is_offered_and_which_passage() -> None:
    assert normalised_identity("matching", MATCHING) != normalised_identity(
        "matching", other(MATCHING, options=MATCHING["options"][:3])
    )
    assert normalised_identity("ordering", ORDERING) == normalised_identity(
        "ordering", other(ORDERING, items=ORDERING["items"][::-1])
    )
    assert normalised_identity("essay", {"stem": "谈谈"}) != normalised_identity("essay", {"stem": "谈谈"}, group="x")


@pytest.mark.parametrize(
    ("former", "body"),
    [
        pytest.param(MATCHING, other(MATCHING, prompts=keyed("碳", "氢", prefix="new-"),
                                     options=keyed("C", "H", prefix="new"),
                                     pairs={"new-碳": "newC", "new-氢": "newH"}), id="matching"),
        pytest.param(CLOZE, other(CLOZE, gaps=[{**gap, "key": f"new{gap['key']}"} for gap in CLOZE["gaps"]]),
                     id="cloze"),
        pytest.param(ORDERING, other(ORDERING, items=keyed("3", "1", prefix="new")), id="ordering"),
    ],
)  # fmt: skip
def test_keys_of_a_former_body_come_back(former: dict[str, Any], body: dict[str, Any]) -> None:
    told = with_keys_of(body, former)
    assert "new" not in repr(told)
    assert same_key(told, body)
