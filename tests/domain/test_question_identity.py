"""Which questions are the same question, and which keys a browser sees."""

from typing import Any

import pytest

from suyu_learn.domain.questions.identity import (
    content_hash,
    normalised_identity,
    only_the_order_differs,
    option_keys,
    same_key,
)


def body(stem: str, *texts: str) -> dict[str, Any]:
    return {"stem": stem, "options": [{"key": f"k{number}", "text": text} for number, text in enumerate(texts)]}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(body("水的化学式是（  ）", "h2o", "CO2"), id="punctuation and case"),
        pytest.param(body("水 的 化学式 是____", "H2O", "CO2"), id="spaces and gaps"),
        pytest.param(body("水的化学式是", "ＣＯ２", "Ｈ２Ｏ"), id="width and order of options"),
    ],
)
def test_small_differences_make_no_other_question(other: dict[str, Any]) -> None:
    assert normalised_identity("single", other) == normalised_identity("single", body("水的化学式是？", "H2O", "CO2"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(body("气温", "5℃", "3℃"), body("气温", "-5℃", "3℃"), id="sign"),
        pytest.param(body("比例", "3.5"), body("比例", "35"), id="decimal point"),
        pytest.param(body("比例", "5%"), body("比例", "5"), id="percent"),
        pytest.param(body("比例", "1/2"), body("比例", "12"), id="fraction"),
        pytest.param(body("颜色", "红"), body("颜色", "红", "绿"), id="another option"),
    ],
)
def test_differences_in_substance_do(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert normalised_identity("single", one) != normalised_identity("single", other)


def test_the_type_is_part_of_the_identity() -> None:
    assert normalised_identity("single", body("颜色", "红")) != normalised_identity("multiple", body("颜色", "红"))


def test_true_or_false_and_blanks_go_by_their_stem() -> None:
    assert normalised_identity("true_false", {"stem": "水是单质。"}) == normalised_identity(
        "true_false", {"stem": "水是单质", "answer": False}
    )


def test_the_content_hash_ignores_the_order_of_fields_only() -> None:
    stored = {"stem": "水是单质。", "answer": False}
    known = content_hash("true_false", stored, "plain", "zh_Hans", {"topic": "水"})
    assert known == content_hash("true_false", dict(reversed(stored.items())), "plain", "zh_Hans", {"topic": "水"})
    edits = [
        ("single", stored, "plain", "zh_Hans", {"topic": "水"}),
        ("true_false", stored | {"answer": True}, "plain", "zh_Hans", {"topic": "水"}),
        ("true_false", stored, "markdown", "zh_Hans", {"topic": "水"}),
        ("true_false", stored, "plain", "ru", {"topic": "水"}),
        ("true_false", stored, "plain", "zh_Hans", {}),
    ]
    assert known not in {content_hash(*edit) for edit in edits}


def test_option_keys_are_opaque_and_lasting() -> None:
    keys = option_keys("wrk-fire-001", ["a", "b", "c"])
    assert list(keys) == ["a", "b", "c"]
    assert all(len(key) == 8 and int(key, 16) >= 0 for key in keys.values())
    assert keys == option_keys("wrk-fire-001", ["c", "b", "a"])
    assert keys["a"] != option_keys("wrk-fire-002", ["a"])["a"]


def test_option_keys_always_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suyu_learn.domain.questions.identity._opaque", lambda uid, key, attempt: f"{attempt:08x}")
    assert list(option_keys("wrk-fire-001", ["a", "b"]).values()) == ["00000000", "00000001"]


def test_keys_of_many_options_are_found_without_looking_at_all_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five values for a hundred keys: nearly each clashes, and gets what a search through all before would give."""

    def narrow(uid: str, key: str, attempt: int) -> str:
        return str((int(key) % 5) + 5 * attempt)

    monkeypatch.setattr("suyu_learn.domain.questions.identity._opaque", narrow)
    expected: dict[str, str] = {}
    for key in map(str, range(100)):
        expected[key] = next(
            one for attempt in range(100) if (one := narrow("", key, attempt)) not in expected.values()
        )
    assert option_keys("x", [*map(str, range(100)), "7"]) == expected


def blanks(*accepted: list[str], any_order: bool | None = False) -> dict[str, Any]:
    listed = [{"key": f"{any_order}{number}", "accepted": texts} for number, texts in enumerate(accepted)]
    free = {} if any_order is None else {"any_order": any_order}
    return {"stem": "水由____和____组成。", "blanks": listed, **free, "explanation": ""}


H, OX = ["氢", "H"], ["氧"]


@pytest.mark.parametrize(
    ("one", "other", "same", "order"),
    [
        pytest.param(blanks(H, OX), blanks(["h", "氢"], OX), True, False, id="variants have no order"),
        pytest.param(blanks(H, OX), blanks(OX, H), False, False, id="blanks have one"),
        pytest.param(blanks(H, OX, any_order=True), blanks(OX, H, any_order=True), True, False, id="unless free"),
        pytest.param(blanks(H, OX, any_order=True), blanks(OX, OX, any_order=True), False, False, id="other texts"),
        pytest.param(blanks(H, OX, any_order=True), blanks(H, OX), False, True, id="only the order"),
        pytest.param(blanks(H, OX), blanks(OX, H, any_order=True), False, True, id="only the order, turned round"),
        pytest.param(blanks(H, OX, any_order=True), blanks(H, ["硫"]), False, False, id="order and texts"),
        pytest.param(blanks(H, OX), blanks(H, OX, any_order=None), True, False, id="not said is not free"),
        pytest.param(blanks(H, any_order=True), blanks(H), True, False, id="one blank has no order"),
    ],
)
def test_blanks_in_any_order(one: dict[str, Any], other: dict[str, Any], same: bool, order: bool) -> None:
    assert (same_key(one, other), only_the_order_differs(one, other)) == (same, order)
    assert (same_key(other, one), only_the_order_differs(other, one)) == (same, order)
