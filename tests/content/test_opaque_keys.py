"""Whatever door a question comes through, the keys of its options, blanks and so on tell nothing."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from benchmarks import fuzz
from suyu_learn.content.checking import marked_on_samples
from suyu_learn.content.question_packs import question_of
from suyu_learn.domain.problems import NOWHERE, Place, Problem, Problems
from suyu_learn.domain.questions import BUILT_IN
from suyu_learn.domain.questions.opaque import LISTS, look_counted, with_opaque_keys
from suyu_learn.web.editors import BUILT_IN as EDITORS
from suyu_learn.web.pages.bank_questions import Fields
from tests.question_types import BODIES, draft

TYPES = {kind.code: kind for kind in BUILT_IN}
FOUND = fuzz.plugins()
OPAQUE = re.compile(r"[0-9a-f]{8}")
RAW = {
    **{code: body for code, body in BODIES.items() if code in LISTS},
    "single": {"stem": "?", "options": [{"key": key, "text": f"text {key}"} for key in "abcd"], "answer": ["a"]},
    "multiple": {"stem": "?", "options": [{"key": key, "text": f"text {key}"} for key in "abcd"],
                 "answer": ["a", "c"]},
    "fill_in": {"stem": "____ ____", "blanks": [{"key": "1", "accepted": ["1", "2"]}, {"key": "2", "accepted": ["2"]}],
                "any_order": False},
}  # fmt: skip


TEXTS = (
    "Which one?\nA. ice\nB. water\nC. steam\nANSWER: B\n",
    "Water is {1:MULTICHOICE:=wet~dry~hard} and boils at {1:NUMERICAL:=100:1}. It is {1:SHORTANSWER:=H2O}.\n",
)


def lists_in(value: Any) -> Iterator[list[str]]:
    """The keys of each list of a body, at whatever depth."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from lists_in(inner)
    elif isinstance(value, list | tuple):
        keys = [one["key"] for one in value if isinstance(one, Mapping) and "key" in one]
        if keys:
            yield keys
        for inner in value:
            yield from lists_in(inner)


def tells_nothing(bodies: list[Mapping[str, Any]]) -> None:
    lists = [keys for body in bodies for keys in lists_in(body)]
    assert lists
    assert all(OPAQUE.fullmatch(key) for keys in lists for key in keys), lists
    assert not any(look_counted(keys) for keys in lists)
    long = [keys for keys in lists if len(keys) > 2]
    assert len(long) < 3 or not all(keys == sorted(keys) for keys in long)


def entry(code: str, body: Mapping[str, Any], uid: str = "q-1", **more: Any) -> dict[str, Any]:
    return {"uid": uid, "type": code, "source": "a test", "body": body, **more}


def taken(code: str, body: Mapping[str, Any], uid: str = "q-1", **more: Any) -> Any:
    return question_of(entry(code, body, uid, **more), place=Place(), topic="", types=TYPES, lang="zh_Hans")


@pytest.mark.parametrize("code", LISTS)
def test_a_body_as_it_is_stored_gets_keys_of_ours(code: str) -> None:
    got = taken(code, RAW[code]).body
    tells_nothing([taken(code, RAW[code], f"q-{number}").body for number in range(20)])
    assert marked_on_samples(replace(draft("essay"), type=code, body=got), TYPES[code]) == []
    assert json.dumps(without_keys(got)) == json.dumps(without_keys(TYPES[code].write(TYPES[code].read(RAW[code]))))


def without_keys(value: Any) -> Any:
    """The body with each key replaced by the place at which it first stands."""
    places: dict[str, str] = {}

    def told(inner: Any, field: str) -> Any:
        if isinstance(inner, Mapping):
            return {places.get(name, name): told(one, name) for name, one in inner.items()}
        if isinstance(inner, list | tuple):
            return [told(one, field) for one in inner]
        if field == "key":
            return places.setdefault(inner, f"#{len(places)}")
        return places.get(inner, inner) if field not in ("text", "accepted", "stem") else inner

    return told(value, "")


@pytest.mark.parametrize("code", LISTS)
def test_versions_of_a_question_keep_their_keys(code: str) -> None:
    first = taken(code, RAW[code]).body
    again = taken(code, {**RAW[code], "stem": f"{RAW[code]['stem']} (reworded)"}).body
    assert list(lists_in(again)) == list(lists_in(first))
    assert taken(code, first).body == first
    assert list(lists_in(taken(code, RAW[code], "q-2").body)) != list(lists_in(first))


def test_a_new_option_leaves_the_keys_of_the_others() -> None:
    options = RAW["single"]["options"]
    first = taken("single", RAW["single"]).body
    more = taken("single", {**RAW["single"], "options": [{"key": "e", "text": "new"}, *options]}).body
    assert more["options"][1:] == first["options"]
    mixed = taken("single", {**first, "options": [*first["options"], {"key": "e", "text": "new"}]}).body
    assert mixed["options"][:-1] == first["options"]
    assert mixed["options"][-1] == more["options"][0]


def test_a_body_and_the_form_of_authors_come_to_the_same() -> None:
    authored = {"uid": "q-1", "type": "single", "source": "a test", "stem": "?", "answer": "a",
                "options": {key: f"text {key}" for key in "abcd"}}  # fmt: skip
    told = question_of(authored, place=NOWHERE, topic="", types=TYPES, lang="zh_Hans")
    assert replace(taken("single", RAW["single"]), place=NOWHERE) == told


def test_a_prompt_and_its_option_of_one_name_get_two_keys() -> None:
    body = {"stem": "?", "prompts": [{"key": "1", "text": "ice"}, {"key": "2", "text": "rust"}],
            "options": [{"key": "1", "text": "water"}, {"key": "2", "text": "iron"}],
            "pairs": {"1": "1", "2": "2"}}  # fmt: skip
    got = taken("matching", body).body
    prompts, options = lists_in(got)
    assert not set(prompts) & set(options)
    assert got["pairs"] == dict(zip(prompts, options, strict=True))


def test_translations_follow() -> None:
    english = {"stem": "What?", "options": [{"key": key, "text": f"english {key}"} for key in "abcd"]}
    got = taken("single", RAW["single"], translations={"en": english})
    assert list(lists_in(got.translations["en"])) == list(lists_in(got.body))


@pytest.mark.parametrize(
    ("keys", "counted"),
    [
        (["00000001", "00000002"], True), (["10000000", "20000000", "30000000"], True),
        (["aaaaaaaa", "bbbbbbbb"], True),
        (["12345678", "12345700"], True), (["3f9a01c7", "9be2774d"], False), (["3f9a01c7"], False), ([], False),
    ],
)  # fmt: skip
def test_keys_that_were_counted_are_none_of_ours(keys: list[str], counted: bool) -> None:
    assert look_counted(keys) is counted


def test_counted_keys_of_our_form_are_replaced() -> None:
    items = [{"key": f"{number:08x}", "text": f"step {number}"} for number in range(1, 6)]
    tells_nothing([with_opaque_keys("ordering", f"q{number}", {"stem": "?", "items": items}) for number in range(20)])


@pytest.mark.parametrize("code", sorted(FOUND.bank_formats))
def test_every_format(code: str) -> None:
    bodies: list[Mapping[str, Any]] = []
    one = FOUND.bank_formats[code]
    for name, content in [*fuzz.seeds(one, FOUND), *((f"q{one.suffixes[0]}", text.encode()) for text in TEXTS)]:
        with contextlib.suppress(Problem, Problems):  # of another format with the same suffix
            read = one.read(content, file_name=name, options={"uid_prefix": "door"}, types=FOUND.question_types)
            bodies += [item.body for item in read.items if item.type in LISTS]
    tells_nothing(bodies)


@pytest.mark.parametrize("writer", sorted(FOUND.bank_writers))
def test_a_pack_of_questions_with_plain_keys_through_every_writer(writer: str) -> None:
    """What a writer makes of keys that tell something, its reader does not give back."""
    kept = FOUND.bank_writers[writer]
    stream = io.BytesIO()
    drafts = [draft(code, f"q-{code}") for code in BODIES if code in LISTS]
    kept.write(drafts, stream, title="q", lang="zh_Hans", media=fuzz._no_media, options={})
    reader = next(one for one in FOUND.bank_formats.values()
                  if one.code == writer or (kept.suffix in one.suffixes and writer.startswith(one.code)))  # fmt: skip
    read = reader.read(stream.getvalue(), file_name=f"q{kept.suffix}", options={"uid_prefix": "door"},
                       types=FOUND.question_types)  # fmt: skip
    tells_nothing([item.body for item in read.items if item.type in LISTS])


@pytest.mark.parametrize("editor", [one for one in EDITORS if one.code in LISTS], ids=lambda one: one.code)
def test_new_rows_of_the_editor(editor: Any) -> None:
    keys = [row["key"] for _number in range(5) for rows in editor.padded(Fields({}, {})).rows.values() for row in rows]
    assert keys
    assert all(OPAQUE.fullmatch(key) for key in keys)
    assert len(set(keys)) == len(keys)
    assert editor.fields_from(MultiDict()).rows is not None
