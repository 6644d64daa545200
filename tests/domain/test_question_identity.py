"""Which questions are the same question, and which keys a browser sees."""

from typing import Any

import pytest

from suyu_learn.domain.questions.identity import content_hash, normalised_identity, option_keys


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
