"""Banks as workbooks: what leaves comes back in as it was, or is told before."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyu_learn.content import pictures
from suyu_learn.content.drafts import BankFile, QuestionDraft
from suyu_learn.content.formats.question_cells import same_question
from suyu_learn.content.formats.question_tables import FORMATS
from suyu_learn.content.formats.question_xlsx import XlsxWriter
from suyu_learn.domain.problems import Problems
from suyu_learn.domain.questions import BUILT_IN
from tests.content.test_sheet_pictures import png
from tests.shipped import some_questions

TYPES = {kind.code: kind for kind in BUILT_IN}
WRITER = XlsxWriter()
PICTURE = png(9)


def media(_sha256: str) -> tuple[bytes, str]:
    return PICTURE, "image/png"


def back(questions: Sequence[QuestionDraft]) -> BankFile:
    stream = io.BytesIO()
    WRITER.write(questions, stream, title="题", lang="zh_Hans", media=media, options={})
    return FORMATS[0].read(stream.getvalue(), file_name="题.xlsx", options={}, types=TYPES)


WORDS = st.text(alphabet="粉尘电力安全天地甲乙丙丁水火山石田土", min_size=2, max_size=8)
WILD = st.text(alphabet="粉尘电力AB12（）()|;；/\n。，= _[]【图1】{}±%x", min_size=1, max_size=14)
NUMBERS = st.decimals(min_value=-1000, max_value=1000, places=3).map(str)


def keyed(texts: Sequence[str], *, start: str = "k") -> list[dict[str, str]]:
    return [{"key": f"{start}{number}", "text": text} for number, text in enumerate(texts)]


@st.composite
def bodies(draw: st.DrawFn, kind: str, words: st.SearchStrategy[str] = WORDS) -> Mapping[str, Any]:
    body: dict[str, Any] = {"stem": draw(words), "explanation": draw(words | st.just(""))}
    texts = draw(st.lists(words, min_size=2, max_size=6, unique=True))
    match kind:
        case "single":
            body |= {"options": keyed(texts), "answer": [f"k{draw(st.integers(0, len(texts) - 1))}"]}
        case "multiple":
            right = draw(st.sets(st.integers(0, len(texts) - 1), min_size=2))
            body |= {"options": keyed(texts), "answer": [f"k{number}" for number in sorted(right)]}
        case "true_false":
            body |= {"answer": draw(st.booleans())}
        case "fill_in":
            accepted = draw(st.lists(st.lists(words, min_size=1, max_size=3, unique=True), min_size=1, max_size=3))
            blanks = [{"key": f"k{at}", "accepted": some} for at, some in enumerate(accepted)]
            body |= {"blanks": blanks, "any_order": draw(st.booleans()), "stem": body["stem"] + "____甲" * len(blanks)}
        case "numeric":
            count = draw(st.integers(1, 2))
            answers = [{"value": draw(NUMBERS), "tolerance": draw(st.sampled_from(["0", "0.1", "0.05"])),
                        "relative": draw(st.booleans()), "credit": "1"} for _at in range(count)]  # fmt: skip
            body |= {"answers": answers, "unit": draw(st.sampled_from(["", "米", "m/s²"]))}
        case "matching":
            right = draw(st.lists(words, min_size=2, max_size=6, unique=True))
            pairs = {f"p{at}": f"k{draw(st.integers(0, len(right) - 1))}" for at in range(len(texts))}
            body |= {"prompts": keyed(texts, start="p"), "options": keyed(right), "pairs": pairs}
        case "ordering":
            body |= {"items": keyed(texts)}
        case "cloze":
            gaps = draw(st.lists(gap(words), min_size=1, max_size=4))
            told = [{"key": f"g{at}", **one} for at, one in enumerate(gaps)]
            body |= {"gaps": told, "stem": body["stem"] + "____甲" * len(told)}
        case "short_answer":
            weights = draw(st.sampled_from([[], ["1"], ["0.5", "0.5"], ["0.2", "0.3", "0.5"]]))
            said = [{"words": draw(st.lists(words, min_size=1, max_size=2, unique=True)), "weight": weight}
                    for weight in weights]  # fmt: skip
            body |= {"keywords": said, "reference": draw(words | st.just(""))}
        case "essay":
            body |= {"reference": draw(words | st.just(""))}
    return body


@st.composite
def gap(draw: st.DrawFn, words: st.SearchStrategy[str]) -> dict[str, Any]:
    match draw(st.sampled_from(["menu", "text", "number"])):
        case "menu":
            texts = draw(st.lists(words, min_size=2, max_size=4, unique=True))
            return {
                "kind": "menu",
                "options": keyed(texts, start="o"),
                "answer": f"o{draw(st.integers(0, len(texts) - 1))}",
            }
        case "text":
            return {"kind": "text", "accepted": draw(st.lists(words, min_size=1, max_size=2, unique=True))}
        case _:
            return {"kind": "number", "value": draw(NUMBERS), "tolerance": "0.1", "relative": False}


@st.composite
def drafts(draw: st.DrawFn, words: st.SearchStrategy[str] = WORDS) -> QuestionDraft:
    kind = draw(st.sampled_from(sorted(TYPES)))
    return QuestionDraft(
        uid=f"q{draw(st.integers(0, 10**9))}",
        type=kind,
        body=TYPES[kind].write(TYPES[kind].read(draw(bodies(kind, words)))),
        text_format=draw(st.sampled_from(["plain", "markdown"])),
        lang=draw(st.sampled_from(["zh_Hans", "en", "ru"])),
        difficulty=draw(st.sampled_from(["easy", "medium", "hard"])),
        criterion=draw(st.none() | st.integers(1, 26)),
        dimension=draw(st.sampled_from([None, "knowledge", "methods", "spirit", "application"])),
        source=draw(words | st.just("")),
        points=draw(st.sampled_from([None, "2", "1.5"])),
        topics=tuple(draw(st.lists(WORDS, max_size=2, unique=True))),
        tags=tuple(draw(st.lists(WORDS, max_size=2, unique=True))),
    )


def with_groups(questions: list[QuestionDraft]) -> list[QuestionDraft]:
    """Every passage with the questions behind it; those at the end without any get one."""
    found: list[QuestionDraft] = []
    group = ""
    for number, one in enumerate(questions):
        uid = f"q{number}"
        group = uid if one.type == "group" else group
        found.append(replace(one, uid=uid, group="" if one.type == "group" else group))
        if one.type == "group":
            member = QuestionDraft(f"q{number}m", "true_false", {"stem": "对吗", "answer": True, "explanation": ""})
            found.append(replace(member, group=uid))
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(drafts(), min_size=1, max_size=6))
def test_what_leaves_comes_back(questions: list[QuestionDraft]) -> None:
    questions = with_groups(questions)
    assert WRITER.losses(questions) == ()
    read = back(questions)
    assert (read.errors, read.warnings, read.losses) == ((), (), ())
    assert len(read.items) == len(questions)
    uids = {again.uid: one.uid for one, again in zip(questions, read.items, strict=True)}
    for one, again in zip(questions, read.items, strict=True):
        assert same_question(one, again), (one, again)
        assert uids.get(again.group, "") == one.group


@settings(max_examples=60, deadline=None)
@given(st.lists(st.data(), min_size=1, max_size=1))
def test_what_would_change_is_told_before(some: list[st.DataObject]) -> None:
    try:
        questions = [some[0].draw(drafts(WILD))]
    except Problems:
        return
    if questions[0].type == "group":
        return
    told = sum(int(str(loss.params["count"])) for loss in WRITER.losses(questions))
    read = back(questions)
    same = len(read.items) == 1 and same_question(questions[0], read.items[0])
    assert same or told


def test_pictures_come_back_in_their_places() -> None:
    sha256 = "a" * 64
    mark = pictures.mark(sha256, "一只狗")
    body = {
        "stem": f"看{mark}图，{pictures.mark(sha256)}", "options": keyed([mark, "猫"]), "answer": ["k0"],
        "explanation": f"如图\n{mark}",
    }  # fmt: skip
    question = QuestionDraft("q", "single", body)
    assert WRITER.losses([question]) == ()
    read = back([question])
    assert [draft.content for draft in read.media] == [PICTURE]
    again = pictures.renamed(dict(read.items[0].body), lambda _sha256: sha256)
    assert same_question(question, replace(read.items[0], body=again))


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (QuestionDraft("q", "essay", {"stem": "谈", "reference": pictures.mark("b" * 64), "explanation": ""}),
         "xlsx.pictures_not_written"),
        (QuestionDraft("q", "true_false", {"stem": "对", "answer": True, "explanation": ""},
                       translations={"ru": {"stem": "а"}}), "xlsx.translations_not_written"),
        (QuestionDraft("q", "fill_in", {"stem": "____", "blanks": [{"key": "a", "accepted": ["1;2"]}],
                                        "any_order": False, "explanation": ""}), "xlsx.comes_back_changed"),
        (QuestionDraft("q", "hotspot", {"stem": "点"}), "xlsx.type_not_written"),
    ],
)  # fmt: skip
def test_what_has_no_place_is_told(draft: QuestionDraft, code: str) -> None:
    assert [loss.code for loss in WRITER.losses([draft])] == [code]
    assert isinstance(back([draft, QuestionDraft("r", "true_false", {"stem": "对", "answer": True})]), BankFile)


def test_shipped_questions_come_back_whole_or_it_is_told() -> None:
    questions = some_questions()
    [told] = WRITER.losses(questions)
    read = back(questions)
    assert len(read.items) == len(questions) > 100
    changed = [one for one, again in zip(questions, read.items, strict=True) if not same_question(one, again)]
    assert (told.code, told.params["count"]) == ("xlsx.comes_back_changed", len(changed))
