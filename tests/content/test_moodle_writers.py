"""What leaves as GIFT or Moodle XML comes back equal, or is told as a loss before it leaves."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from suyu_learn.content.drafts import BankFile, QuestionDraft
from suyu_learn.content.formats.gift import GiftFormat
from suyu_learn.content.formats.gift_writer import GiftWriter
from suyu_learn.content.formats.moodle_xml import MoodleXmlFormat
from suyu_learn.content.formats.moodle_xml_writer import MoodleXmlWriter
from suyu_learn.content.pictures import mark
from suyu_learn.domain.problems import Problems
from suyu_learn.domain.questions import BUILT_IN
from suyu_learn.domain.questions.identity import option_keys
from suyu_learn.domain.questions.texts import tidy
from tests.shipped import some_questions

TYPES = {kind.code: kind for kind in BUILT_IN}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PICTURE = sha256(PNG).hexdigest()
BOTH = pytest.mark.parametrize(
    ("writer", "reader"), [(GiftWriter(), GiftFormat()), (MoodleXmlWriter(), MoodleXmlFormat())], ids=["gift", "xml"]
)
QUESTION_BANK = Path(__file__).parents[2] / "question_bank"


def there_and_back(questions: list[QuestionDraft], writer: Any, reader: Any) -> BankFile:
    stream = io.BytesIO()
    writer.write(
        questions,
        stream,
        title="题库",
        lang="zh_Hans",
        media=lambda name: {PICTURE: (PNG, "image/png")}[name],
        options={},
    )
    found: BankFile = reader.read(stream.getvalue(), file_name="a", options={"uid_prefix": "b"}, types=TYPES)
    return found


def settled(draft: QuestionDraft) -> Any:
    """All that a draft says, without its keys, its uid and its place; options of a matching question in any order."""
    body = dict(draft.body)
    if draft.type in ("single", "multiple"):
        right = body.pop("answer")
        body["options"] = [(option["text"], option["key"] in right) for option in body["options"]]
    if draft.type == "matching":
        texts = {part["key"]: part["text"] for part in (*body["prompts"], *body["options"])}
        pairs = body.pop("pairs")
        body["prompts"] = [(part["text"], texts[pairs[part["key"]]]) for part in body["prompts"]]
        body["options"] = sorted(part["text"] for part in body["options"])
    if draft.type == "cloze":
        body["gaps"] = [_gap(gap) for gap in body["gaps"]]
    for name in ("blanks", "items"):
        if name in body:
            body[name] = [{key: value for key, value in part.items() if key != "key"} for part in body[name]]
    return replace(draft, uid="", body=body, place=QuestionDraft("", "", {}).place, group=str(bool(draft.group)))


def _gap(gap: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in gap.items() if name != "key"}
    if "options" in told:
        told["options"] = [(option["text"], option["key"] == gap["answer"]) for option in gap["options"]]
        del told["answer"]
    return told


TOPICS = ["安全", "安全/消防", "a//b", "top", "/x", "$y"]
TAGS = ["甲", "难度:易", "x]y\\n", "a:b"]
KEYWORDS = [[], [{"words": ["水|气", "a\\b"], "weight": "0.4"}, {"words": ["火"], "weight": "0.6"}]]
SIGNS = "ab甲乙1 。~={}#:\\%[]->*&<>$_/\"'|`!?"
words = st.text(SIGNS, min_size=1, max_size=12).map(tidy).filter(lambda text: text and "__" not in text)
stems = st.lists(words, min_size=1, max_size=3).map("\n".join)


def keyed(texts: list[str], name: str = "k") -> list[dict[str, str]]:
    keys = option_keys("q", [f"{name}{number}" for number in range(len(texts))])
    return [{"key": key, "text": text} for key, text in zip(keys.values(), texts, strict=True)]


@st.composite
def bodies(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    body: dict[str, Any] = {"stem": draw(stems), "explanation": draw(st.just("") | stems)}
    several = st.lists(words, min_size=2, max_size=5, unique=True)
    number = st.decimals(-1000, 1000, places=2, allow_nan=False).map(str)
    tolerance = st.sampled_from(["0", "0.5", "0.01"])
    if kind in ("single", "multiple"):
        body["options"] = keyed(draw(several))
        count = 1 if kind == "single" else draw(st.integers(1, len(body["options"])))
        body["answer"] = [option["key"] for option in body["options"][:count]]
    elif kind == "true_false":
        body["answer"] = draw(st.booleans())
    elif kind in ("fill_in", "several_blanks"):
        accepted = draw(st.lists(st.lists(words, min_size=1, max_size=3, unique=True), min_size=1, max_size=3))
        accepted = accepted[:1] if kind == "fill_in" else accepted
        body["blanks"] = [{"key": f"b{place}", "accepted": texts} for place, texts in enumerate(accepted)]
        body["stem"] += " ____ 和".join([""] * (len(accepted) + 1))
        body["any_order"] = draw(st.booleans())
    elif kind == "numeric":
        answers = draw(st.lists(st.tuples(number, tolerance, st.booleans()), min_size=1, max_size=3))
        body["unit"] = draw(st.sampled_from(["", "m/s", "%"]))
        body["answers"] = [
            {"value": value, "tolerance": near, "relative": relative, "credit": "0.5" if place else "1"}
            for place, (value, near, relative) in enumerate(answers)
        ]
    elif kind == "matching":
        body |= {"prompts": keyed(draw(several), "p"), "options": keyed(draw(several), "o")}
        body["pairs"] = {part["key"]: draw(st.sampled_from(body["options"]))["key"] for part in body["prompts"]}
    elif kind == "ordering":
        body["items"] = keyed(draw(several))
    elif kind == "cloze":
        menu = keyed(draw(several))
        body["gaps"] = [
            {"key": "1", "kind": "menu", "options": menu, "answer": menu[0]["key"]},
            {"key": "2", "kind": "text", "accepted": draw(st.lists(words, min_size=1, max_size=2, unique=True)),
             "weight": draw(st.sampled_from(["2", "0.5"]))},
            {"key": "3", "kind": "number", "value": draw(number), "tolerance": draw(tolerance),
             "relative": draw(st.booleans())},
        ][draw(st.integers(0, 2)) :]  # fmt: skip
        body["stem"] += " ____ 和".join([""] * (len(body["gaps"]) + 1))
    elif kind in ("essay", "short_answer"):
        body["reference"] = draw(st.just("") | stems)
        if kind == "short_answer":
            body["keywords"] = draw(
                st.sampled_from(
                    [[], [{"words": ["水|气", "a\\b"], "weight": "0.4"}, {"words": ["火"], "weight": "0.6"}]]
                )
            )
    return body


@st.composite
def drafts(draw: st.DrawFn, kind: str) -> QuestionDraft:
    code = "fill_in" if kind == "several_blanks" else kind
    try:
        body = TYPES[code].write(TYPES[code].read(draw(bodies(kind))))
    except Problems:
        assume(False)
    return QuestionDraft(
        uid="q", type=code, body=body, text_format=draw(st.sampled_from(["plain", "markdown"])),
        lang=draw(st.sampled_from(["zh_Hans", "en"])), difficulty=draw(st.sampled_from(["easy", "medium", "hard"])),
        criterion=draw(st.none() | st.integers(1, 26)), dimension=draw(st.sampled_from([None, "spirit"])),
        source=draw(st.just("") | words), points=draw(st.sampled_from([None, "2", "1.5"])),
        topics=tuple(draw(st.lists(st.sampled_from(TOPICS), unique=True, max_size=3))),
        tags=tuple(draw(st.lists(st.sampled_from(TAGS), unique=True, max_size=3))),
    )  # fmt: skip


IN_GIFT = ["single", "multiple", "true_false", "fill_in", "numeric", "matching", "essay", "short_answer", "group"]
IN_XML = [*IN_GIFT, "several_blanks", "ordering", "cloze"]


def formula_like(draft: QuestionDraft) -> bool:
    """Markdown in which `$` or a backslash could be read as something else is not for these tests."""
    texts = repr(draft.body)
    return draft.text_format == "markdown" and ("$" in texts or "\\\\" in texts)


@pytest.mark.parametrize("kind", IN_GIFT)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_gift_comes_back_equal(kind: str, data: Any) -> None:
    draft = data.draw(drafts(kind))
    assume(not formula_like(draft))
    found = there_and_back([draft], GiftWriter(), GiftFormat())
    assert found.errors == ()
    assert [settled(one) for one in found.items] == [settled(draft)]


@pytest.mark.parametrize("text_format", ["plain", "markdown"])
@pytest.mark.parametrize("prompt", ["->", "a->b", "a -> b", "->->", "-"])
def test_an_arrow_in_a_prompt_comes_back_from_gift(prompt: str, text_format: str) -> None:
    body = {
        "stem": "连线",
        "explanation": "",
        "prompts": keyed([prompt, "甲"], "p"),
        "options": keyed(["1", "->"], "o"),
    }
    body["pairs"] = {part["key"]: body["options"][0]["key"] for part in body["prompts"]}  # type: ignore[index]
    draft = QuestionDraft(uid="q", type="matching", body=body, text_format=text_format, lang="zh_Hans")
    found = there_and_back([draft], GiftWriter(), GiftFormat())
    assert found.errors == ()
    assert [settled(one) for one in found.items] == [settled(draft)]


@pytest.mark.parametrize("kind", IN_XML)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_moodle_xml_comes_back_equal(kind: str, data: Any) -> None:
    draft = data.draw(drafts(kind))
    assume(not formula_like(draft))
    found = there_and_back([draft], MoodleXmlWriter(), MoodleXmlFormat())
    assert found.errors == ()
    assert [settled(one) for one in found.items] == [settled(draft)]


def losses_of(writer: Any, one: QuestionDraft) -> set[str]:
    return {loss.code for loss in writer.losses([one])}


@BOTH
def test_shipped_questions_lose_only_what_is_told(writer: Any, reader: Any) -> None:
    questions = some_questions()
    told = {loss.code: loss.params["count"] for loss in writer.losses(questions)}
    found = there_and_back(questions, writer, reader)
    assert (found.errors, found.losses, found.warnings) == ((), (), ())
    left_out = sum(told.pop(f"moodle.{what}_not_written", 0) for what in ("blanks", "cloze", "ordering"))
    assert told == {}
    kept = [one for one in questions if not any(code.endswith("_not_written") for code in losses_of(writer, one))]
    assert len(kept) == len(questions) - left_out
    assert [settled(one) for one in found.items] == [settled(one) for one in kept]


@BOTH
def test_a_passage_keeps_its_questions(writer: Any, reader: Any) -> None:
    passage = QuestionDraft("g", "group", {"stem": "读一读。", "explanation": "为什么"})
    judged = QuestionDraft("m", "true_false", {"stem": "对吗？", "answer": True, "explanation": ""}, group="g")
    found = there_and_back([passage, judged], writer, reader)
    assert [settled(one) for one in found.items] == [settled(passage), settled(judged)]
    assert found.items[1].group == found.items[0].uid


@pytest.mark.parametrize("text_format", ["plain", "markdown"])
def test_pictures_leave_and_come_back(text_format: str) -> None:
    body = {"stem": f"看图 {mark(PICTURE, '火 <1>')}\n对  吗？", "answer": True, "explanation": f"因为{mark(PICTURE)}"}
    draft = QuestionDraft("q", "true_false", body, text_format=text_format)
    found = there_and_back([draft], MoodleXmlWriter(), MoodleXmlFormat())
    assert [settled(one) for one in found.items] == [settled(draft)]
    assert [one.content for one in found.media] == [PNG]
    assert GiftWriter().losses([draft])[0].code == "moodle.pictures_not_written"
    assert there_and_back([draft], GiftWriter(), GiftFormat()).items[0].body["stem"] == "看图 火 <1>\n对  吗？"


def test_formulas_are_moodles_outside_and_ours_inside() -> None:
    draft = QuestionDraft("q", "true_false", {"stem": "若 $x^2=4$，5$ 与 6$", "answer": True, "explanation": "$$y$$"},
                          text_format="markdown")  # fmt: skip
    stream = io.BytesIO()
    MoodleXmlWriter().write([draft], stream, title="", lang="zh_Hans", media=lambda _name: (b"", ""), options={})
    assert r"若 \\(x^2=4\\)，5$ 与 6$" in stream.getvalue().decode()
    for writer, reader in ((GiftWriter(), GiftFormat()), (MoodleXmlWriter(), MoodleXmlFormat())):
        assert there_and_back([draft], writer, reader).items[0].body == draft.body


def test_what_cannot_be_carried_is_told_by_kind() -> None:
    ordering = QuestionDraft("o", "ordering", {"stem": "排", "items": keyed(["一", "二"]), "explanation": ""})
    other = QuestionDraft("x", "hotspot", {"stem": "点"}, translations={"en": {}})
    blanks = QuestionDraft(
        "b", "fill_in", {"stem": "____和____", "blanks": [{}, {}]}, translations={"en": {"stem": "x"}}
    )
    assert [(loss.code, dict(loss.params)) for loss in GiftWriter().losses([ordering, ordering, other, blanks])] == [
        ("moodle.kind_not_written", {"kind": "hotspot", "count": 1}), ("moodle.ordering_not_written", {"count": 2}),
        ("moodle.blanks_not_written", {"count": 1}),
    ]  # fmt: skip
    assert [loss.code for loss in MoodleXmlWriter().losses([ordering, other, blanks])] == [
        "moodle.kind_not_written", "moodle.translations_not_written",
    ]  # fmt: skip
