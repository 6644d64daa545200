"""A bank as a QTI 3 package, and back: equal, but for what the writer says it cannot carry."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyu_learn.content.drafts import BankFile, MediaDraft, QuestionDraft
from suyu_learn.content.formats import markdown
from suyu_learn.content.formats.qti3_writer import QtiWriter
from suyu_learn.content.formats.xml_guard import parse
from suyu_learn.content.pictures import mark
from suyu_learn.domain.questions.identity import option_keys
from tests.content.qti_files import PNG, TYPES, read
from tests.shipped import some_questions

SIGNS = "安全用电灭火abcXYZ0189 .,;:!?()（）《》<>&\"'*_#$%-+=/\\[]{}|~`^。，\n"
PICTURE = MediaDraft(PNG, "a.png")


def media(sha256: str) -> tuple[bytes, str]:
    assert sha256 == PICTURE.sha256
    return PNG, "image/png"


def written(questions: Sequence[QuestionDraft]) -> bytes:
    stream = io.BytesIO()
    QtiWriter().write(questions, stream, title="题库", lang="zh_Hans", media=media, options={})
    return stream.getvalue()


def back(questions: Sequence[QuestionDraft]) -> BankFile:
    return read(written(questions), "p.zip")


def comparable(draft: QuestionDraft) -> dict[str, Any]:
    """A draft without what is new on each import: uid, place, and the keys by their order."""
    keys: dict[str, str] = {}
    told = json.dumps(draft.body, ensure_ascii=False)
    for key in re.findall(r'"key": "([^"]+)"', told):
        keys.setdefault(key, f"key {len(keys)}")
    for key, name in keys.items():
        told = told.replace(f'"{key}"', f'"{name}"')
    return {"type": draft.type, "text_format": draft.text_format, "lang": draft.lang, **draft.metadata(),
            "body": json.loads(told), "in a group": bool(draft.group)}  # fmt: skip


def tidied(text: str) -> str:
    """Lines without outer spaces, at most one of them empty between others, and no blanks."""
    lines = [" ".join(line.split("\t")).strip() for line in re.sub("[_＿]{2,}", "_", text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


plain_texts = st.text(SIGNS, min_size=1, max_size=40).map(tidied).filter(bool)
lines = st.text(SIGNS.replace("\n", ""), min_size=1, max_size=20).map(tidied).filter(bool)


def _escaped(text: str) -> str:
    return markdown.escaped_lines(markdown.escaped(re.sub(" +", " ", text)))


pieces = st.one_of(
    lines.map(_escaped),
    st.sampled_from(["水的**沸点**是", "*斜体* 字", "`code` 是代码", "能量 $E = mc^2$ 公式", "$$\\frac{1}{2}$$",
                     mark(PICTURE.sha256, "泵 & 阀"), "- 一\n- 二", "1. 甲\n2. 乙",
                     "| a | b |\n| --- | --- |\n| 1 | 2 |"]),
)  # fmt: skip
two_lists_are_one = re.compile(
    r"- 二\n\n- 一|2\. 乙\n\n1\. 甲"
)  # with more space between its items, which no one keeps
markdown_texts = (
    st.lists(pieces, min_size=1, max_size=3).map("\n\n".join).filter(lambda text: not two_lists_are_one.search(text))
)
pictured = plain_texts.map(lambda text: f"{text}\n\n{mark(PICTURE.sha256, '图 <1>')}")


def texts(text_format: str) -> st.SearchStrategy[str]:
    return markdown_texts if text_format == "markdown" else st.one_of(plain_texts, pictured)


def unlike(many: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(many, min_size=least, max_size=most, unique_by=lambda text: re.sub(r"\W", "", text) or text)


def options(texts: Sequence[str], uid: str = "o") -> list[dict[str, str]]:
    return [
        {"key": key, "text": text}
        for key, text in zip(option_keys(uid, map(str, range(len(texts)))).values(), texts, strict=True)
    ]


words = st.sampled_from(["水", "泡沫", "干粉 灭火器", "CO2", "Water", "3 < 4", 'a "b"', "5%"])
numbers = st.decimals(-1000, 1000, places=2).map(lambda value: f"{value:f}").filter(lambda text: text != "-0.00")
tolerances = st.sampled_from([("0", False), ("0.1", False), ("2.50", False), ("0.05", True), ("0.001", True)])


@st.composite
def gaps(draw: st.DrawFn, key: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(["menu", "text", "number"]))
    if kind == "menu":
        made = options(draw(unlike(words, 2, 4)), key)
        return {"key": key, "kind": "menu", "options": made, "answer": draw(st.sampled_from(made))["key"]}
    if kind == "text":
        return {"key": key, "kind": "text", "accepted": draw(st.lists(words, min_size=1, max_size=3, unique=True))}
    tolerance, relative = draw(tolerances)
    value = draw(numbers)
    relative = relative and bool(Decimal(value))
    return {"key": key, "kind": "number", "value": value, "tolerance": tolerance, "relative": relative}


@st.composite
def bodies(draw: st.DrawFn, code: str, text_format: str) -> dict[str, Any]:
    text = texts(text_format)
    body: dict[str, Any] = {"stem": draw(text), "explanation": draw(st.one_of(st.just(""), text))}
    label = lines if text_format == "plain" else lines.map(_escaped)
    if code in ("single", "multiple"):
        body["options"] = options(draw(unlike(label, 2, 5)))
        most = 1 if code == "single" else len(body["options"])
        right = draw(st.sets(st.sampled_from([one["key"] for one in body["options"]]), min_size=1, max_size=most))
        body["answer"] = [one["key"] for one in body["options"] if one["key"] in right]
    elif code == "true_false":
        body["answer"] = draw(st.booleans())
    elif code in ("fill_in", "cloze"):
        count = draw(st.integers(1, 3))
        body["stem"] += "\n\n" + "".join(
            f"为 ____ {draw(st.sampled_from(['和', 'and', '米', '。']))}" for _n in range(count)
        )
        keys = list(option_keys("g", map(str, range(count))).values())
        if code == "cloze":
            body["gaps"] = [draw(gaps(key)) for key in keys]
        else:
            accepted = draw(st.lists(words, min_size=count, max_size=count * 2, unique=True))
            body["blanks"] = [{"key": key, "accepted": accepted[at::count]} for at, key in enumerate(keys)]
            body["any_order"] = draw(st.booleans()) if count > 1 else False
    elif code == "numeric":
        values = draw(st.lists(numbers, min_size=1, max_size=3, unique_by=Decimal))
        body["unit"] = draw(st.sampled_from(["", "m/s", "℃"]))
        credits = ["1", "0.5", "0.25"]
        body["answers"] = []
        for value, credit in zip(values, credits, strict=False):
            tolerance, relative = draw(tolerances)
            relative = relative and bool(Decimal(value))  # a share of 0 is no more than 0
            body["answers"].append({"value": value, "tolerance": tolerance, "relative": relative, "credit": credit})
    elif code == "matching":
        body["prompts"] = options(draw(unlike(label, 2, 4)), "p")
        body["options"] = options(draw(unlike(label, 2, 5)))
        body["pairs"] = {one["key"]: draw(st.sampled_from(body["options"]))["key"] for one in body["prompts"]}
    elif code == "ordering":
        body["items"] = options(draw(unlike(label, 2, 5)))
    elif code in ("essay", "short_answer"):
        body["reference"] = draw(st.one_of(st.just(""), text))
        if code == "short_answer":
            body["keywords"] = []
    return body


@st.composite
def drafts(draw: st.DrawFn, code: str, uid: str = "q-1", group: str = "") -> QuestionDraft:
    text_format = draw(st.sampled_from(["plain", "markdown"]))
    kind = TYPES[code]
    label = st.sampled_from(["火灾", "a & b", "<x>", "防汛 抗旱"])
    body = kind.write(kind.read(draw(bodies(code, text_format))))
    return QuestionDraft(
        uid=uid, type=code, body=body, text_format=text_format, lang=draw(st.sampled_from(["zh_Hans", "en"])),
        difficulty=draw(st.sampled_from(["easy", "medium", "hard"])),
        criterion=draw(st.one_of(st.none(), st.integers(1, 26))),
        dimension=draw(st.sampled_from([None, "knowledge", "methods"])),
        source=draw(st.sampled_from(["", "《消防法》第 <二> 条"])), points=draw(st.sampled_from([None, "1", "2.5"])),
        topics=tuple(draw(st.lists(label, max_size=2, unique=True))),
        tags=tuple(draw(st.lists(label, max_size=2, unique=True))), group=group,
    )  # fmt: skip


@pytest.mark.parametrize("code", [code for code in TYPES if code != "group"])
def test_every_type_comes_back_equal(code: str) -> None:
    @settings(max_examples=12, deadline=None, derandomize=True, database=None)
    @given(drafts(code))
    def check(draft: QuestionDraft) -> None:
        found = back([draft])
        assert [str(problem) for refused in found.errors for problem in refused.problems] == []
        assert [comparable(one) for one in found.items] == [comparable(draft)]
        assert (found.warnings, found.losses) == ((), ())

    check()


@pytest.mark.parametrize("text_format", ["plain", "markdown"])
@pytest.mark.parametrize("stem", [r"\(0\)", r"\[x\]", "$$1$$", r"a \( b", "1 $$ 2"])
def test_what_looks_like_a_formula_elsewhere_stays_text(stem: str, text_format: str) -> None:
    text = _escaped(stem) if text_format == "markdown" else stem
    draft = QuestionDraft(
        "q", "true_false", {"stem": text, "answer": True, "explanation": "**a**" if text_format == "markdown" else ""},
        text_format=text_format,
    )  # fmt: skip
    assert [comparable(one) for one in back([draft]).items] == [comparable(draft)]


@settings(max_examples=10, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_groups_and_pictures_come_back(data: st.DataObject) -> None:
    passage = data.draw(drafts("group", "g"))
    passage.body["explanation"] = ""  # type: ignore[index]
    members = [data.draw(drafts(code, code, "g")) for code in ("single", "essay")]
    alone = data.draw(drafts("true_false", "t"))
    found = back([passage, *members, alone])
    assert found.errors == ()
    assert [comparable(one) for one in found.items] == [comparable(one) for one in [passage, *members, alone]]
    assert {one.content for one in found.media} <= {PNG}


def test_shipped_questions_lose_only_what_is_told() -> None:
    questions = some_questions()
    found = back(questions)
    assert (found.errors, found.losses, found.warnings) == ((), (), ())
    whole = [not QtiWriter().losses([one]) and "|---" not in str(one.body) for one in questions]  # tables are redrawn
    assert sum(whole) > len(questions) * 0.9
    assert [comparable(one) for one, same in zip(questions, whole, strict=True) if same] == [
        comparable(one) for one, same in zip(found.items, whole, strict=True) if same
    ]


def test_what_cannot_be_carried_is_told_before() -> None:
    short = QuestionDraft(
        "s", "short_answer", {"stem": "?", "keywords": [{"words": ["水"], "weight": "1"}], "reference": ""}
    )
    cloze = QuestionDraft(
        "c", "cloze", {"stem": "____", "gaps": [{"key": "g", "kind": "text", "accepted": ["a"], "weight": "2"}]}
    )
    group = QuestionDraft("g", "group", {"stem": "p", "explanation": "e"})
    other = QuestionDraft("o", "drawing", {"stem": "?"}, translations={"en": {"stem": "?"}})
    assert [(loss.code, loss.params["count"]) for loss in QtiWriter().losses([short, cloze, group, other])] == [
        ("qti.keywords_not_written", 1), ("qti.weights_not_written", 1), ("qti.passage_explanation_not_written", 1),
        ("qti.type_not_written", 1), ("qti.translations_not_written", 1)]  # fmt: skip


def test_the_package_is_well_formed_and_names_each_file_once() -> None:
    stem = f"见图 {mark(PICTURE.sha256, '泵')}"
    draft = QuestionDraft("t", "true_false", {"stem": stem, "answer": True, "explanation": ""})
    archive = zipfile.ZipFile(io.BytesIO(written([draft, draft])))
    names = archive.namelist()
    assert sorted(names) == ["assessment.xml", "imsmanifest.xml", "items/item-00001.xml", "items/item-00002.xml",
                             f"media/{PICTURE.sha256[:16]}.png"]  # fmt: skip
    roots = [parse(archive.read(name)) for name in names if name.endswith(".xml")]
    manifest = next(root for root in roots if root.tag == "manifest")
    assert sorted(one.get("href", "") for one in manifest.iter("resource")) == sorted(set(names) - {"imsmanifest.xml"})
