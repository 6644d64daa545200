"""Each type's editor: a stored body comes back through its form as it was, and faults stand at their rows."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from suyu_learn.web.editors import BUILT_IN
from suyu_learn.web.editors.base import Editor
from suyu_learn.web.pages.bank_questions import Fields

EDITORS = {one.code: one for one in BUILT_IN}
OPTIONS = [{"key": "k1", "text": "one"}, {"key": "k2", "text": "two"}, {"key": "k3", "text": "three"}]
BODIES: dict[str, dict[str, Any]] = {
    "single": {"options": OPTIONS, "answer": ["k2"]},
    "multiple": {"options": OPTIONS, "answer": ["k1", "k3"]},
    "true_false": {"answer": False},
    "fill_in": {"blanks": [{"key": "b1", "accepted": ["氧", "O2"]}, {"key": "b2", "accepted": ["x"]}],
                "any_order": True},
    "numeric": {"answers": [{"value": "9.8", "tolerance": "0.1", "relative": False, "credit": "1"},
                            {"value": "10", "tolerance": "0.02", "relative": True, "credit": "0.5"}], "unit": "m/s"},
    "matching": {"prompts": OPTIONS[:2], "options": [{"key": "o1", "text": "eins"}, {"key": "o9", "text": "spare"}],
                 "pairs": {"k1": "o1", "k2": "o1"}},
    "ordering": {"items": OPTIONS},
    "cloze": {"gaps": [
        {"key": "g1", "kind": "menu", "options": OPTIONS, "answer": "k3"},
        {"key": "g2", "kind": "text", "accepted": ["a", "b"], "weight": "2"},
        {"key": "g3", "kind": "number", "value": "9.8", "tolerance": "0.02", "relative": True},
        {"key": "g4", "kind": "number", "value": "-3", "tolerance": "0.5", "relative": False},
    ]},
    "short_answer": {"keywords": [{"words": ["fire", "flame"], "weight": "0.5"}, {"words": ["air"], "weight": "0.5"}],
                     "reference": "Fire needs air."},
    "essay": {"reference": "A model."},
    "group": {},
}  # fmt: skip


def sent(editor: Editor, fields: Fields) -> MultiDict[str, str]:
    """What a browser sends of the fields."""
    form: MultiDict[str, str] = MultiDict(fields.values)
    for name, rows in editor.lists.items():
        for row in fields.rows.get(name, ()):
            for column in rows.columns:
                form.add(f"{name}-{column}", row[column])
            for tick in rows.ticks:
                if row[tick]:
                    form.add(f"{name}-{tick}", row["key"])
    return form


@pytest.mark.parametrize("code", BODIES)
def test_a_body_comes_back_as_it_was(code: str) -> None:
    editor = EDITORS[code]
    fields = editor.padded(editor.fields_of(BODIES[code]))
    assert editor.body_from(editor.tidied(editor.fields_from(sent(editor, fields)))) == BODIES[code]


@pytest.mark.parametrize("code", EDITORS)
def test_an_empty_form_makes_a_body_without_an_exception(code: str) -> None:
    editor = EDITORS[code]
    for form in (MultiDict(), sent(editor, editor.fields_of({})), MultiDict([("option-key", "x"), ("gap-kind", "?")])):
        assert isinstance(editor.body_from(editor.tidied(editor.fields_from(form))), dict)


def test_there_is_an_editor_for_each_type_of_ours() -> None:
    assert EDITORS.keys() == BODIES.keys()


def test_a_reworded_line_of_a_menu_keeps_its_key_and_a_new_one_gets_its_own() -> None:
    editor = EDITORS["cloze"]
    fields = editor.fields_of(BODIES["cloze"])
    row = {**fields.rows["gap"][0], "said": "three\none, reworded\n*new"}
    gap = editor.body_from(Fields({"gap": (row,)}, {}))["gaps"][0]
    keys = {one["text"]: one["key"] for one in gap["options"]}
    assert keys["three"] == "k3"
    assert keys["one, reworded"] == "k2"
    assert keys["new"] not in {"k1", "k2", "k3"}
    assert gap["answer"] == keys["new"]


@pytest.mark.parametrize("said", ["", "abc", "9,8 ±", "± 2%", "1 ± x%"])
def test_a_number_gap_leaves_what_is_none_to_the_type(said: str) -> None:
    editor = EDITORS["cloze"]
    row = {"key": "g", "kind": "number", "said": said or "-", "keys": "", "weight": "1"}
    assert editor.body_from(Fields({"gap": (row,)}, {}))["gaps"][0]["kind"] == "number"
