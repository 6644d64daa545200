"""What a worker remembers stays within its bytes, however huge or many the texts are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup

from suyu_learn.content import formulas, texts
from suyu_learn.content.formats import qti_names
from suyu_learn.content.remembering import Remembered, remembered, weight
from suyu_learn.services.versions import Versions
from suyu_learn.web import printing
from tests.factories import learn, single, stored_bank
from tests.question_types import TYPES


@dataclass(frozen=True, slots=True)
class Thing:
    words: tuple[str, ...]


@pytest.mark.parametrize(
    ("value", "least"),
    [("x" * 1000, 1000), ("水" * 1000, 2000), (Markup("x" * 1000), 1000), (("x" * 1000, "y" * 1000), 2000),
     ({"a": ["x" * 1000]}, 1000), (Thing(("x" * 1000,)), 1000), (None, 1), (object(), 1)],
)  # fmt: skip
def test_what_a_value_weighs(value: Any, least: int) -> None:
    assert least <= weight(value) < least + 1500


def test_an_answer_is_made_once_and_the_last_used_stay_longest() -> None:
    asked: list[str] = []

    @remembered(64 * 1024)
    def doubled(text: str, *, times: int = 2) -> str:
        asked.append(text[:1])
        return text * times

    for name in "aab":
        assert doubled(name * 1000) == name * 2000
    assert asked == ["a", "b"]
    assert doubled("a" * 1000, times=1) == "a" * 1000
    assert asked == ["a", "b", "a"]
    for name in "cdefghijklmnopqrstuvwxyz":
        doubled(name * 1000)
        doubled("a" * 1000)
    assert asked.count("a") == 2
    doubled("b" * 1000)
    assert asked.count("b") == 2
    assert doubled.__name__ == "doubled"


def test_none_is_an_answer_too() -> None:
    calls: list[int] = []

    @remembered(100_000)
    def nothing(number: int) -> None:
        calls.append(number)

    nothing(1)
    nothing(1)
    assert calls == [1]


KEPT: dict[str, tuple[Remembered[Any, Any], Callable[[int, int], object]]] = {
    "render": (texts.render, lambda one, size: texts.render(f"{one} " + "x" * size, "plain")),
    "render_inline": (texts.render_inline, lambda one, size: texts.render_inline(f"{one} " + "x" * size, "plain")),
    "reading": (texts.render_reading, lambda one, size: texts.render_reading(f"{one} " + "x" * size, "plain", "T")),
    "in_words": (texts._in_words, lambda one, size: texts.in_words(f"{one} " + "x" * size, "markdown")),
    "printed": (printing._printed, lambda one, size: printing._printed("plain", f"{one} " + "x" * size, (), 0, 0)),
    "drawn": (formulas.drawn, lambda one, size: formulas.drawn(f"{one} " + "x" * size)),
    "camel": (qti_names._camel, lambda one, size: qti_names._camel(f"a{one}-" + "x" * size)),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize(("count", "size"), [(40, 300_000), (3_000, 5_000)])
def test_huge_and_many_texts_do_not_grow_a_worker(name: str, count: int, size: int) -> None:
    kept, ask = KEPT[name]
    if name in ("in_words", "drawn"):
        count //= 10
    for number in range(count):
        ask(number, size)
        assert kept.bytes <= kept.most_bytes
    assert kept.bytes == sum(size for _answer, size in kept._known.values())
    kept.forget()
    assert (len(kept), kept.bytes) == (0, 0)


def test_threads_keep_the_count() -> None:
    @remembered(50_000)
    def same(text: str) -> str:
        return text

    def run() -> None:
        for number in range(500):
            assert same(f"{number % 60} " + "x" * 500).startswith(str(number % 60))

    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert same.bytes == sum(size for _answer, size in same._known.values()) <= same.most_bytes


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_versions_are_bounded_by_bytes(app: Flask) -> None:
    here = learn(app)
    with here.database.writing() as session:
        drafts = [single(number) for number in range(20)]
        for draft in drafts:
            draft.body["explanation"] = "x" * 1_900  # type: ignore[index]
        stored_bank(session, now=here.now(), questions=drafts)
    versions = Versions(TYPES, most_bytes=16_000)
    with here.database.reading() as session:
        found = versions.many(session, range(1, 21))
        assert len(found) == 20
        assert 1 <= len(versions._known) <= 6
        assert versions._bytes == sum(versions._weights.values()) <= 16_000
        assert versions.get(session, 1).explanation == "x" * 1_900
        assert Versions(TYPES, most_bytes=10).get(session, 2).version_id == 2
