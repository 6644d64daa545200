"""Word documents to print, which come back in as they went."""

# ruff: noqa: E501  (questions in a line each)

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suyu_learn.content import pictures
from suyu_learn.content.drafts import BankFile, QuestionDraft
from suyu_learn.content.formats.docx_latex import NotKnown, omml
from suyu_learn.content.formats.docx_return import changed, said
from suyu_learn.content.formats.docx_writer import DocxWriter, sections_of
from suyu_learn.content.formats.question_docx import FORMATS
from suyu_learn.domain.questions import BUILT_IN
from suyu_learn.domain.questions.identity import option_keys
from tests.word_documents import PNG, document, paragraph

TYPES = {kind.code: kind for kind in BUILT_IN}
KEYS = list(option_keys("q", "ABCDEFGH").values())
SHA = "ab" * 32


def draft(
    kind: str, stem: str, *, text_format: str = "plain", group: str = "", uid: str = "q", **body: Any
) -> QuestionDraft:
    known = TYPES[kind]
    particulars = {
        name: body.pop(name) for name in ("points", "topics", "tags", "source", "difficulty") if name in body
    }
    body = {"stem": stem, "explanation": body.pop("explanation", ""), **body}
    return QuestionDraft(
        uid=uid, type=kind, body=known.write(known.read(body)), text_format=text_format, group=group, **particulars
    )


def options(*texts: str) -> list[dict[str, str]]:
    return [{"key": key, "text": text} for key, text in zip(KEYS, texts, strict=False)]


ALL = [
    draft("single", "天是什么颜色？", options=options("红", "黄", "蓝"), answer=[KEYS[2]], points="2", explanation="抬头\n看看。"),
    draft("single", "哪句对？", options=options("这一句话很长很长很长很长", "那一句话也不短", "都不对"), answer=[KEYS[0]], difficulty="hard"),
    draft("single", f"图{pictures.mark(SHA, '一只手')}是什么？", options=options(f"手{pictures.mark(SHA, '手')}", "脚"), answer=[KEYS[0]]),
    draft("multiple", "哪些是水果？", options=options("梨", "石", "桃", "杏"), answer=[KEYS[0], KEYS[2]], topics=("植物", "食物"), tags=("甲",)),
    draft("true_false", "水往低处流。（　）", answer=True, source="课本第3页"),
    draft("fill_in", "火警____，急救____。", blanks=[{"key": KEYS[0], "accepted": ["119"]}, {"key": KEYS[1], "accepted": ["120", "一二〇"]}], any_order=False),
    draft("numeric", "重力加速度是多少？", answers=[{"value": "9.8", "tolerance": "0.1", "relative": False, "credit": "1"}], unit="m/s²"),
    draft("matching", "首都在哪里？", prompts=options("法国", "德国"), options=[{"key": "x1", "text": "柏林"}, {"key": "x2", "text": "巴黎"}, {"key": "x0", "text": "伦敦"}], pairs={KEYS[0]: "x2", KEYS[1]: "x1"}),
    draft("ordering", "先做什么？", items=options("断电", "呼救", "急救")),
    draft("cloze", "天是____的，火警是____。", gaps=[{"key": "g1", "kind": "menu", "options": options("红", "蓝"), "answer": KEYS[1]}, {"key": "g2", "kind": "text", "accepted": ["119"]}]),
    draft("short_answer", "有限空间作业前做什么？", keywords=[{"words": ["通风"], "weight": "0.5"}, {"words": ["检测", "测氧"], "weight": "0.5"}], reference="先通风，再检测。"),
    draft("essay", "谈谈你的看法。", reference="言之有理即可。"),
    draft("group", "读下面的材料。\n某市有三个区。", uid="g"),
    draft("single", "共有几个区？", options=options("二", "三"), answer=[KEYS[1]], group="g", uid="g1"),
    draft("essay", "为什么？", reference="因为。", group="g", uid="g2"),
    draft("single", r"若 $x^{2}=4$ 且 a\*b，则 $\frac{1}{x}$ 是？", text_format="markdown", options=options(r"$\frac{1}{2}$", r"$\sqrt{2}$"), answer=[KEYS[0]]),
    draft("true_false", "看表：\n\n| 月 | 雨 |\n| --- | --- |\n| 1 | 20 |\n\n对吗？", text_format="markdown", answer=False),
]  # fmt: skip


def written(questions: list[QuestionDraft], **given_options: Any) -> bytes:
    stream = io.BytesIO()
    DocxWriter().write(
        questions,
        stream,
        title="消防知识试题",
        lang="zh_Hans",
        media=lambda _sha256: (PNG, "image/png"),
        options=given_options,
    )
    return stream.getvalue()


def read(content: bytes) -> BankFile:
    return FORMATS[0].read(content, file_name="a.docx", options={}, types=TYPES)


def in_order(questions: list[QuestionDraft]) -> list[QuestionDraft]:
    return [one for _kind, found in sections_of(questions) for one in found]


@pytest.mark.parametrize("question", ALL, ids=lambda one: f"{one.type} {one.body['stem'][:8]}")
def test_each_comes_back(question: QuestionDraft) -> None:
    if question.group or question.type == "group":
        return
    found = read(written([question]))
    assert found.errors == ()
    assert [said(one) for one in found.items] == [said(question)]


def test_all_come_back_together() -> None:
    found = read(written(ALL))
    assert (found.errors, found.warnings, found.losses) == ((), (), ())
    assert [said(one) for one in found.items] == [said(one) for one in in_order(ALL)]
    assert found.media[0].content == PNG
    assert changed(ALL) == []
    assert DocxWriter().losses(ALL) == []


def test_without_answers_nothing_tells_them() -> None:
    printed = written(ALL, answers=False)
    text = "\n".join(one.text for one in Document(io.BytesIO(printed)).paragraphs)
    for word in ("答案", "解析", "抬头", "难度", "来源", "通风", "言之有理", "错误"):
        assert word not in text
    assert "一、单选题（共4题）" in text
    assert "1. （2分）天是什么颜色？" in text


def test_the_page_is_fit_to_print() -> None:
    made = Document(io.BytesIO(written(ALL)))
    section = made.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    fonts = made.styles.element.xpath("//w:rPrDefault//w:rFonts/@w:eastAsia") + made.styles["Title"].element.xpath(
        ".//@w:eastAsia"
    )
    assert fonts == ["宋体", "黑体"]
    assert made.core_properties.title == "消防知识试题"
    lines = [one.text for one in made.paragraphs]
    assert "A. 红\tB. 黄\tC. 蓝" in lines
    assert "A. 这一句话很长很长很长很长\tB. 那一句话也不短" in lines
    assert len(made.inline_shapes) == 2
    assert written(ALL) == written(ALL)
    with zipfile.ZipFile(io.BytesIO(written(ALL))) as archive:
        assert archive.testzip() is None


def test_losses_tell_what_a_document_does_not_have() -> None:
    from dataclasses import replace

    strange = replace(ALL[0], type="drawing")
    assert [(one.code, one.params["count"]) for one in DocxWriter().losses([replace(ALL[0], criterion=3), strange])] == [
        ("docx.type_not_written", 1), ("docx.particulars_not_written", 1)
    ]  # fmt: skip
    odd = draft("true_false", "第一行\n2. 第二行\n答案：错", answer=True)
    assert changed([ALL[0], odd, ALL[4]]) == [odd]
    assert [(one.code, dict(one.params)) for one in DocxWriter().losses([odd, ALL[0]])] == [
        ("docx.comes_back_changed", {"count": 1, "total": 2})
    ]


def test_of_a_large_bank_only_the_first_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suyu_learn.content.formats.docx_writer.MOST_TRIED", 2)
    assert [(one.code, dict(one.params)) for one in DocxWriter().losses(ALL[:5])] == [
        ("docx.comes_back_untried", {"count": 3, "tried": 2})
    ]


@pytest.mark.parametrize(
    "latex",
    ["x^{2}", r"\frac{1}{2}", r"\sqrt{x}", r"\sqrt[3]{x}", "x_{i}^{2}", r"\sum_{i=1}^{n} i", r"\int_{0}^{1} x",
     r"\left( x \right)", r"\left[ x \right.", r"\begin{matrix} 1 & 2 \\ 3 & 4 \end{matrix}", r"\vec{a}", r"\overline{AB}",
     r"\sin x", r"\begin{cases} x=1 \\ y=2 \end{cases}", r"\binom{n}{k}", r"\alpha \times \beta \leq 2", r"\boxed{x}",
     r"\frac{\sqrt{a}}{b^{2}}", r"60^{\circ}", r"\text{ab}"],
)  # fmt: skip
def test_formulas_there_and_back(latex: str) -> None:
    from suyu_learn.content.formulas import fault_of

    (item,) = read(document(paragraph("1. 求 ", omml(latex), " 对吗？"), "答案：对")).items
    back = item.body["stem"].removeprefix("求 $").removesuffix("$ 对吗？")
    assert back.replace(" ", "") == latex.replace(" ", "")
    assert fault_of(back) is None


@pytest.mark.parametrize(
    "latex", [r"\unknown", "{", "}", r"\frac{1}", r"\begin{align} x", r"\left( x", "{" * 200 + "}" * 200, ""]
)
def test_formulas_that_are_not_known(latex: str) -> None:
    with pytest.raises(NotKnown):
        omml(latex)


TEXTS = st.text("天地人水火AB ab12.,，。？（）()、：:√×\t/|;；_-<>&\"'$*#答案\n", min_size=1, max_size=24).filter(
    str.strip
)


@st.composite
def drafts(draw: st.DrawFn) -> QuestionDraft:
    kind = draw(
        st.sampled_from(
            ["single", "multiple", "true_false", "fill_in", "numeric", "ordering", "matching", "short_answer", "essay"]
        )
    )
    text = lambda: draw(TEXTS)  # noqa: E731
    more: dict[str, Any] = {
        "explanation": draw(st.just("") | TEXTS),
        "difficulty": draw(st.sampled_from(["easy", "medium", "hard"])),
    }
    texts = draw(st.lists(TEXTS, min_size=2, max_size=5, unique_by=lambda one: "".join(one.split())))
    stem = text()
    if kind in ("single", "multiple"):
        right = KEYS[:1] if kind == "single" else KEYS[:2]
        more |= {"options": options(*texts), "answer": right}
    elif kind == "true_false":
        more |= {"answer": draw(st.booleans())}
    elif kind == "fill_in":
        stem = stem.replace("_", "") + "____"
        more |= {"blanks": [{"key": KEYS[0], "accepted": [text()]}], "any_order": False}
    elif kind == "numeric":
        value = str(draw(st.decimals(-1000, 1000, places=2)))
        more |= {"answers": [{"value": value, "tolerance": "0", "relative": False, "credit": "1"}], "unit": ""}
    elif kind == "ordering":
        more |= {"items": options(*texts)}
    elif kind == "matching":
        right_side = [{"key": f"o{at}", "text": one} for at, one in enumerate(texts)]
        more |= {
            "prompts": options(*texts),
            "options": right_side,
            "pairs": dict(zip(KEYS, [one["key"] for one in right_side], strict=False)),
        }
    else:
        more |= {"reference": text()} | ({"keywords": []} if kind == "short_answer" else {})
    return draft(kind, stem, **more)


def made(question: st.SearchStrategy[QuestionDraft]) -> st.SearchStrategy[list[QuestionDraft]]:
    return st.lists(question, min_size=1, max_size=6)


@st.composite
def sound(draw: st.DrawFn) -> list[QuestionDraft]:
    from suyu_learn.domain.problems import Problem, Problems

    found: list[QuestionDraft] = []
    for _one in range(draw(st.integers(1, 6))):
        try:
            found.append(draw(drafts()))
        except (Problem, Problems):
            continue
    return found


@pytest.mark.parametrize("answer", ["1)2", "2)1", "2. 1", "1、2", "第2题：1", "2、2、1"])
@pytest.mark.parametrize("grouped", [False, True])
def test_an_answer_that_begins_with_a_number_keeps_it(answer: str, grouped: bool) -> None:
    blank = {"blanks": [{"key": KEYS[0], "accepted": [answer]}], "any_order": False}
    questions = [draft("fill_in", f"{stem}____", **blank) for stem in ("甲", "乙")]
    if grouped:
        questions = [replace(draft("group", "材料"), uid="g"), *(replace(one, group="g") for one in questions)]
    assert changed(questions) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(sound())
def test_what_is_not_told_as_a_loss_comes_back(questions: list[QuestionDraft]) -> None:
    lost = {id(one) for one in changed(questions)}
    kept = [one for one in questions if id(one) not in lost]
    if kept:
        found = read(written(kept))
        assert found.errors == ()
        assert [said(one) for one in found.items] == [said(one) for one in in_order(kept)]
    Document(io.BytesIO(written(questions)))
