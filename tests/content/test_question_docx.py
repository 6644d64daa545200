"""Questions in Word documents, as people write them."""

# ruff: noqa: E501  (XML as it stands in a file is not broken)

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from suyu_learn.content import pictures
from suyu_learn.content.drafts import BankFile, QuestionDraft
from suyu_learn.content.formats.question_docx import FORMATS
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions import BUILT_IN
from tests.word_documents import (
    PNG,
    changed,
    document,
    formula,
    letter,
    level,
    listed,
    numbering,
    paragraph,
    run,
    saved,
    table,
    xml,
)

TYPES = {kind.code: kind for kind in BUILT_IN}
OPTIONS = ("A. 红", "B. 黄", "C. 蓝")
BLANKS = '<w:u w:val="single"/>'


def read(content: bytes, name: str = "a.docx") -> BankFile:
    return FORMATS[0].read(content, file_name=name, options={"uid_prefix": "d"}, types=TYPES)


def key(question: QuestionDraft) -> Any:
    body = question.body
    if "options" in body:
        return [one["text"] for one in body["options"] if one["key"] in body["answer"]]
    return [one["accepted"] for one in body["blanks"]] if "blanks" in body else body["answer"]


def told(*parts: Any) -> list[tuple[str, str, Any]]:
    found = read(document(*parts))
    assert found.errors == ()
    return [(one.type, one.body["stem"], key(one)) for one in found.items]


def codes(problems: Any) -> list[str]:
    return [one.code for one in problems]


def test_a_whole_paper() -> None:
    found = read(
        document(
            "一、单选题（每题2分，共2题）", "1. 扑救电气火灾用（ A ）。", "A. 二氧化碳灭火器\tB. 水\n C. 泡沫\tD. 清水",
            "2、多久清扫一次？", *OPTIONS, "答案：A", "解析：积尘会爆炸，", "所以每班都要清。", "难度：易\t知识点：粉尘、爆炸",
            "二、多选题", "3. 作业前必须（ ）", "A.通风 B.检测 C.审批 D.饮酒", "【答案】ABC", "三、判断题",
            "4. 触电后应立即用手拉开伤者。（ × ）", "5．先断电再救人。（对）", "四、填空题",
            "6. 火警电话是____，急救电话是____。", "答案：119；120",
        )
    )  # fmt: skip
    assert found.errors == found.losses == found.warnings == ()
    assert [(one.type, one.points, key(one)) for one in found.items] == [
        ("single", "2", ["二氧化碳灭火器"]), ("single", "2", ["红"]), ("multiple", None, ["通风", "检测", "审批"]),
        ("true_false", None, False), ("true_false", None, True), ("fill_in", None, [["119"], ["120"]]),
    ]  # fmt: skip
    second = found.items[1]
    assert second.uid == "d-2"
    assert second.body["explanation"] == "积尘会爆炸，\n所以每班都要清。"
    assert (second.difficulty, second.topics, second.place.row) == ("easy", ("粉尘", "爆炸"), 4)
    assert {one.text_format for one in found.items} == {"plain"}


ONE = [("single", "天是什么颜色？", ["蓝"])]
LISTS = numbering(
    '<w:abstractNum w:abstractNumId="0">' + level(0, "chineseCounting", "%1、") + "</w:abstractNum>"
    '<w:abstractNum w:abstractNumId="1">' + level(0, "decimal", "%1.") + level(1, "upperLetter", "%2.")
    + level(2, "lowerRoman", "(%3)") + "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
    "</w:lvlOverride></w:num>"
)  # fmt: skip


def test_numbers_that_word_sets_itself() -> None:
    assert told(
        LISTS, listed("单选题", 1), listed("天是什么颜色？", 2), *(listed(text, 2, 1) for text in "红黄蓝"),
        listed("血是什么颜色？", 2), *(listed(text, 2, 1) for text in "红黄蓝"),
        listed("判断题", 1), listed("天是蓝的。", 3), listed("血是蓝的。", 3),
        "参考答案", "一、单选题", "1-2 CA", "二、判断题", "1.对 2.错",
    ) == [
        ("single", "天是什么颜色？", ["蓝"]), ("single", "血是什么颜色？", ["红"]), ("true_false", "天是蓝的。", True),
        ("true_false", "血是蓝的。", False),
    ]  # fmt: skip


def test_a_list_inside_a_question_begins_no_other() -> None:
    own = numbering(
        "".join(f'<w:abstractNum w:abstractNumId="{at}">{level(0, "decimal", "%1.")}</w:abstractNum>' for at in (0, 1))
        + "".join(f'<w:num w:numId="{at}"><w:abstractNumId w:val="{at - 1}"/></w:num>' for at in (1, 2))
    )
    assert told(
        own, listed("先做哪个？", 1), listed("断电", 2), listed("呼救", 2), "A. 1", "B. 2", "答案：A", listed("对吗？", 1), "答案：对"
    ) == [("single", "先做哪个？\n1. 断电\n2. 呼救", ["1"]), ("true_false", "对吗？", True)]  # fmt: skip


def test_a_style_may_number() -> None:
    def style(made: Any) -> None:
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        made.styles.element.append(
            parse_xml(
                f'<w:style {nsdecls("w")} w:type="paragraph" w:styleId="Q"><w:name w:val="Q"/><w:pPr><w:numPr>'
                '<w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
            )
        )

    asked = [paragraph(f"第{name}问？", properties='<w:pStyle w:val="Q"/>') for name in "甲乙"]
    assert told(LISTS, style, asked[0], *OPTIONS, "答案：A", asked[1], *OPTIONS, "答案：B") == [
        ("single", "第甲问？", ["红"]), ("single", "第乙问？", ["黄"])
    ]  # fmt: skip


@pytest.mark.parametrize(
    "parts",
    [
        (table(["1. 天是什么颜色？\nA. 红\nB. 黄\nC. 蓝"]), "答案：C"),
        ("1. 天是什么颜色？", table(["A. 红", "B. 黄"], ["C. 蓝", ""]), "答案：C"),
        (table(["1", "天是什么颜色？"], ["", "A. 红 B. 黄 C. 蓝"], ["", "答案：C"]),),
        (table(["题干", "选项A", "选项B", "选项C", "答案"], ["天是什么颜色？", "红", "黄", "蓝", "C"]),),
        ("培训须知", table(["题型", "题目", "选项", "答案"], ["单选题", "天是什么颜色？", "A.红 B.黄 C.蓝", "C"])),
        ("1. 天是什么颜色？", *OPTIONS, table(["题号", "1"], ["答案", "C"])),
        ("1. 天是什么颜色？", *OPTIONS, table(["题号", "答案"], ["1", "C"])),
        (paragraph("1. 天是什么颜色？", "<w:r><w:br/></w:r>", "A. 红", "<w:r><w:tab/></w:r>", "B. 黄", "<w:r><w:br/></w:r>", "C. 蓝"), "答案：C"),
        (paragraph('<w:hyperlink><w:r><w:t>1. 天是什么</w:t></w:r></w:hyperlink>', "颜色？"), *OPTIONS, "答案：C"),
        (paragraph('<w:ins w:id="1" w:author="a"><w:r><w:t>1. 天是</w:t></w:r></w:ins>', '<w:del w:id="2" w:author="a"><w:r><w:delText>不</w:delText></w:r></w:del>', "什么颜色？"), *OPTIONS, "答案：C"),
        (paragraph("1. 天是什么", '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF x</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>', "颜色？", '<w:r><w:fldChar w:fldCharType="end"/></w:r>'), *OPTIONS, "答案：C"),
        (paragraph("1. 天是什么颜色？"), xml('<w:sdt><w:sdtContent><w:p><w:r><w:t>A. 红 B. 黄 C. 蓝</w:t></w:r></w:p></w:sdtContent></w:sdt>'), "答案：C"),
        (paragraph("1. 天是什么颜色？", run("无关的字", "<w:vanish/>")), *OPTIONS, "答案：C"),
        (paragraph("1. 天是什么颜色？"), *OPTIONS, paragraph(run("答案：C", "<w:vanish/>"))),
    ],
)  # fmt: skip
def test_ways_of_writing_one_question(parts: tuple[Any, ...]) -> None:
    assert told(*parts) == ONE


def test_what_was_hidden_or_changed_is_told() -> None:
    found = read(
        document(
            paragraph('<w:del w:id="2" w:author="a"><w:r><w:delText>9.</w:delText></w:r></w:del>', "1. 对吗？", run("x", "<w:vanish/>")),
            paragraph(run("答案：对", "<w:vanish/>")),
        )
    )  # fmt: skip
    assert codes(found.warnings) == ["docx.changes", "docx.hidden_kept", "docx.hidden_left"]
    assert found.items[0].body["stem"] == "对吗？"


def test_a_text_box_belongs_where_it_hangs() -> None:
    box = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData>'
        "<wps:wsp><wps:txbx><w:txbxContent><w:p><w:r><w:t>A. 红 B. 黄 C. 蓝</w:t></w:r></w:p></w:txbxContent></wps:txbx>"
        "</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape>"
        "<v:textbox><w:txbxContent><w:p><w:r><w:t>A. 红 B. 黄 C. 蓝</w:t></w:r></w:p></w:txbxContent></v:textbox>"
        "</v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert told(paragraph("1. 天是什么颜色？", box), "答案：C") == ONE


@pytest.mark.parametrize(
    "properties", ["<w:b/>", '<w:color w:val="FF0000"/>', BLANKS, '<w:highlight w:val="yellow"/>', '<w:b/><w:color w:val="FF0000"/>']
)  # fmt: skip
def test_an_answer_that_only_stands_out(properties: str) -> None:
    found = read(document("1. 天是什么颜色？", "A. 红", "B. 黄", paragraph(run("C. 蓝", properties))))
    assert [(one.type, one.body["stem"], key(one)) for one in found.items] == ONE
    assert codes(found.warnings) == ["text.answer_by_look"]
    one_line = paragraph("A. 红 B. 黄 ", run("C. 蓝", properties))
    assert told("1. 天是什么颜色？", one_line) == ONE


@pytest.mark.parametrize(
    "options",
    [
        [run(text, "<w:b/>") for text in OPTIONS],
        [run("A. 红", "<w:b/>"), "B. 黄", run("C. 蓝", '<w:color w:val="FF0000"/>')],
        ["A. 红", run("B.", "<w:b/>") + run(" 黄"), "C. 蓝"],
    ],
)
def test_looks_that_say_nothing_are_no_answer(options: list[str]) -> None:
    found = read(document("1. 天是什么颜色？", *(paragraph(one) for one in options)))
    assert [codes(one.problems) for one in found.errors] == [["table.no_answer"]]
    written = read(document("1. 天是什么颜色？", "A. 红", paragraph(run("B. 黄", "<w:b/>")), "C. 蓝", "答案：C"))
    assert (key(written.items[0]), written.warnings) == (["蓝"], ())


@pytest.mark.parametrize(
    "blank", [run("   ", BLANKS), run("\u3000", BLANKS), f"<w:r><w:rPr>{BLANKS}</w:rPr><w:tab/></w:r>",
              run(" ", BLANKS) + run("  ", BLANKS), run("（\u3000\u3000）"), run("____")]
)  # fmt: skip
def test_blanks(blank: str) -> None:
    assert told("一、填空题", paragraph("1. 火警电话是", blank, "。"), "答案：119") == [
        ("fill_in", "火警电话是____。", [["119"]])
    ]


def test_signs_and_small_letters() -> None:
    check = '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
    high = run("2", '<w:vertAlign w:val="superscript"/>')
    low = run("2", '<w:vertAlign w:val="subscript"/>')
    assert told(
        paragraph("1. H", low, "O 占 3m", high, "（", check, "）"),
        paragraph("2. x", run("n+1", '<w:vertAlign w:val="superscript"/>'), " 是幂（",
                  '<w:r><w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr><w:t>ü</w:t></w:r>', "）"),
        paragraph("3. a", run("max", '<w:vertAlign w:val="subscript"/>'), "最大（×）"),
    ) == [("true_false", "H₂O 占 3m²（　）", True), ("true_false", "xⁿ⁺¹ 是幂（　）", True),
          ("true_false", "a_(max)最大（　）", False)]  # fmt: skip


def test_pictures() -> None:
    def picture(made: Any) -> None:
        shape = made.paragraphs[-1].add_run().add_picture(io.BytesIO(PNG))
        shape._inline.docPr.set("descr", "一只手 [左]")

    found = read(document("1. 这是什么？", picture, "A. 手", picture, "B. 脚", "答案：A"))
    assert found.errors == found.losses == ()
    (one,) = found.media
    assert one.content == PNG
    mark = pictures.mark(one.sha256, "一只手 [左]")
    assert found.items[0].body["stem"] == f"这是什么？{mark}"
    assert [option["text"] for option in found.items[0].body["options"]] == [f"手{mark}", "脚"]
    assert found.items[0].text_format == "plain"
    old = changed(
        document("1. 这是什么？", picture, "A. 手", "B. 脚", "答案：A"), {"word/media/image1.png": b"\xd7\xcd\xc6\x9a" + bytes(40)}
    )  # fmt: skip
    refused = read(old)
    assert (codes(refused.losses), refused.losses[0].params["question"]) == (["docx.picture_kind"], "1. 这是什么？")
    assert (refused.items[0].body["stem"], refused.media) == ("这是什么？", ())


FRACTION = formula(f"<m:f><m:num>{letter('1')}</m:num><m:den>{letter('x')}</m:den></m:f>")


def test_formulas_make_markdown() -> None:
    found = read(
        document(
            paragraph("1. 若 a*b_c 且 y=", FRACTION, "，y 是____。#"),
            "一、填空题",
            paragraph("2. 乙是____？", FRACTION),
            "答案：1",
        )
    )
    assert codes(found.errors[0].problems) == ["table.no_answer"]
    assert found.errors[0].cells[0][1].startswith("1. 若 a*b_c 且 y=1/x，")
    (item,) = found.items
    assert (item.text_format, item.body["stem"]) == ("markdown", r"乙是____？$\frac{1}{x}$")
    plain = read(document(paragraph("1. 若 a*b_c 且 ", FRACTION, "\n1. 是\n+ 对吗？"), "答案：对"))
    assert plain.items[0].body["stem"] == r"若 a\*b\_c 且 $\frac{1}{x}$" + "\n1\\. 是\n\\+ 对吗？"


def e(inner: str, name: str = "e") -> str:
    return f"<m:{name}>{inner}</m:{name}>"


@pytest.mark.parametrize(
    "inner, latex",
    [
        (letter("α×β≤2"), r"\alpha \times \beta \leq 2"),
        (f"<m:rad><m:radPr><m:degHide m:val='1'/></m:radPr><m:deg/>{e(letter('x'))}</m:rad>", r"\sqrt{x}"),
        (f"<m:rad><m:deg>{letter('3')}</m:deg>{e(letter('x'))}</m:rad>", r"\sqrt[3]{x}"),
        (f"<m:sSup>{e(letter('x'))}{e(letter('2'), 'sup')}</m:sSup>", "x^{2}"),
        (f"<m:sSubSup>{e(letter('x'))}{e(letter('i'), 'sub')}{e(letter('2'), 'sup')}</m:sSubSup>", "x_{i}^{2}"),
        (f"<m:sPre>{e(letter('6'), 'sub')}{e(letter('12'), 'sup')}{e(letter('C'))}</m:sPre>", "{}_{6}^{12}C"),
        (f"<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr>{e(letter('i=1'), 'sub')}{e(letter('n'), 'sup')}{e(letter('i'))}</m:nary>",
         r"\sum_{i=1}^{n} i"),
        (f"<m:nary>{e(letter('0'), 'sub')}{e(letter('1'), 'sup')}{e(letter('x'))}</m:nary>", r"\int_{0}^{1} x"),
        (f"<m:d>{e(letter('x'))}</m:d>", r"\left( x \right)"),
        (f"<m:d><m:dPr><m:begChr m:val='['/><m:endChr m:val=''/></m:dPr>{e(letter('x'))}</m:d>", r"\left[ x \right."),
        (f"<m:m><m:mr>{e(letter('1'))}{e(letter('2'))}</m:mr><m:mr>{e(letter('3'))}{e(letter('4'))}</m:mr></m:m>",
         r"\begin{matrix} 1 & 2 \\ 3 & 4 \end{matrix}"),
        (f"<m:acc><m:accPr><m:chr m:val='\u20d7'/></m:accPr>{e(letter('a'))}</m:acc>", r"\vec{a}"),
        (f"<m:bar><m:barPr><m:pos m:val='top'/></m:barPr>{e(letter('AB'))}</m:bar>", r"\overline{AB}"),
        (f"<m:func><m:fName>{letter('sin')}</m:fName>{e(letter('x'))}</m:func>", r"\sin x"),
        (f"<m:func><m:fName><m:limLow>{e(letter('lim'))}{e(letter('x→0'), 'lim')}</m:limLow></m:fName>{e(letter('x'))}</m:func>",
         r"\lim_{x\rightarrow 0} x"),
        (f"<m:d><m:dPr><m:begChr m:val='{{'/><m:endChr m:val=''/></m:dPr>{e('<m:eqArr>' + e(letter('x=1')) + e(letter('y=2')) + '</m:eqArr>')}</m:d>",
         r"\begin{cases} x=1 \\ y=2 \end{cases}"),
        (f"<m:f><m:fPr><m:type m:val='noBar'/></m:fPr>{e(letter('n'), 'num')}{e(letter('k'), 'den')}</m:f>", r"\binom{n}{k}"),
    ],
)  # fmt: skip
def test_formulas(inner: str, latex: str) -> None:
    found = read(document(paragraph("1. 求 ", formula(inner), " 对吗？"), "答案：对"))
    assert found.losses == ()
    assert found.items[0].body["stem"] == f"求 ${latex}$ 对吗？"


def test_a_formula_that_browsers_cannot_set_is_kept_as_text() -> None:
    chinese = formula(f"<m:f>{e(letter('路程'), 'num')}{e(letter('时间'), 'den')}</m:f>")
    found = read(document(paragraph("1. 速度=", chinese, "，对吗？"), "答案：对"))
    assert (found.items[0].body["stem"], found.items[0].text_format) == ("速度=路程/时间，对吗？", "plain")
    assert [(one.code, one.params["question"]) for one in found.losses] == [
        ("docx.formula_as_text", "1. 速度=路程/时间，对吗？")
    ]


def test_formulas_as_fields() -> None:
    def field(text: str) -> str:
        return (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">' + text
            + '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )  # fmt: skip

    found = read(
        document(paragraph("1. ", field(r" EQ \f(1,\r(2)) "), "和", field(r"eq \o\ac(○,3)"), "对吗？"), "答案：对")
    )
    assert found.items[0].body["stem"] == r"$\frac{1}{\sqrt{2}}$和③对吗？"


def test_a_table_of_data_stays_with_its_question() -> None:
    found = read(
        document(
            "1. 看表回答：", table(["月份", "雨量|毫米"], ["1", "20"]), *OPTIONS, "答案：C", "2. 对吗？", "答案：对"
        )
    )
    first, second = found.items
    assert first.body["stem"] == "看表回答：\n\n| 月份 | 雨量\\|毫米 |\n| --- | --- |\n| 1 | 20 |"
    assert (first.text_format, key(first), second.text_format) == ("markdown", ["蓝"], "plain")


def test_answers_in_a_table_at_the_end() -> None:
    asked = [text for number in range(1, 6) for text in (f"{number}. 第{number}问？", *OPTIONS)]
    end = table(["题号", "1", "2", "3"], ["答案", "A", "B", "C"], ["题号", "4", "5", ""], ["答案", "B", "C", ""])
    assert [one[2] for one in told("一、单选题", *asked, "参考答案", end)] == [["红"], ["黄"], ["蓝"], ["黄"], ["蓝"]]
    down = table(["题号", "答案", "解析"], *([str(n), "ABCAB"[n - 1], f"因为{n}"] for n in range(1, 6)))
    found = read(document("一、单选题", *asked, down))
    assert [key(one) for one in found.items] == [["红"], ["黄"], ["蓝"], ["红"], ["黄"]]
    assert found.items[2].body["explanation"] == "因为3"


def test_a_table_of_questions_says_where_each_is() -> None:
    found = read(
        document(
            "1. 天是什么颜色？", *OPTIONS, "答案：C", "二、判断题",
            table(["序号", "题目", "答案"], ["1", "天是蓝的。", "对"], ["2", "水往高处流。", "也许"]),
        )
    )  # fmt: skip
    assert [(one.uid, one.type, one.place.row) for one in found.items] == [
        ("d-1", "single", 1),
        ("d-2", "true_false", 10),
    ]
    assert [(one.place.row, one.place.column) for one in found.errors] == [(13, "答案")]
    assert found.errors[0].cells[-1] == ("答案", "也许")


def test_a_long_question_with_parts_and_its_answers_at_the_end() -> None:
    found = read(
        document(
            LISTS, listed("判断题", 1), "1. 天是蓝的。（ ）", "A. 正确 B. 错误", listed("综合探究题", 1), "1. 看图说明",
            "某班有三人。", "(1) 共有______人。", "(2) 比较三人的身高。", "参考答案", "判断题", "1、参考答案：A", "解析：抬头看。",
            "综合探究题", "1、参考答案：", "(1) 三", "(2) 一样高。",
        )
    )  # fmt: skip
    assert (found.errors, found.warnings) == ((), ())
    assert [(one.type, one.group) for one in found.items] == [
        ("true_false", ""), ("group", ""), ("fill_in", "d-2"), ("essay", "d-2")
    ]  # fmt: skip
    first, passage, blank, essay = (one.body for one in found.items)
    assert (first["answer"], first["explanation"]) == (True, "抬头看。")
    assert passage["stem"] == "看图说明\n某班有三人。"
    assert (blank["blanks"][0]["accepted"], essay["reference"]) == (["三"], "一样高。")


def test_notes_comments_and_objects_are_losses() -> None:
    chart = '<w:r><w:drawing><wp:inline><a:graphic><a:graphicData><c:chart r:id="x"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    found = read(document(paragraph("1. 对吗？", chart, '<w:r><w:commentReference w:id="0"/></w:r>'), "答案：对"))
    assert (codes(found.losses), codes(found.warnings)) == (["docx.object"], ["docx.comments"])
    sign = '<w:r><w:sym w:font="Wingdings" w:char="F001"/></w:r>'
    assert codes(read(document(paragraph("1. 对吗？", sign), "答案：对")).losses) == ["docx.sign"]


def test_other_files_are_refused_with_what_to_do() -> None:
    good = document("1. 对吗？", "答案：对")

    def code(content: bytes, name: str = "a.docx") -> str:
        with pytest.raises(Problem) as refused:
            read(content, name)
        return refused.value.code

    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert code(ole) == "docx.other_program"
    assert code(ole + "EncryptedPackage".encode("utf-16-le")) == "docx.password"
    assert code(b"{\\rtf1 x}") == "docx.other_program"
    assert code(b"") == "docx.empty"
    assert code(b"hello") == "docx.not_docx"
    assert code(good[:-30]) == "docx.broken"
    assert code(changed(good, {"[Content_Types].xml": None})) == "docx.not_docx"
    assert code(changed(good, {"word/document.xml": b"<w:document"})) == "docx.broken"
    assert code(changed(good, {"../evil.xml": b"<x/>"})) == "docx.broken"
    assert code(document()) == "text.no_questions"
    macros = read(changed(good, {"word/vbaProject.bin": b"x"}), "a.docm")
    assert (len(macros.items), codes(macros.warnings)) == (1, ["docx.macros"])


def test_ways_of_counting() -> None:
    from suyu_learn.content.formats.docx_numbering import counted

    assert [counted(n, "chineseCounting") for n in (1, 10, 12, 20, 101, 110, 12_345)] == [
        "一", "十", "十二", "二十", "一百零一", "一百一十", "一万二千三百四十五",
    ]  # fmt: skip
    assert [counted(28, way) for way in ("upperLetter", "lowerRoman", "decimalZero", "decimalFullWidth", "other")] == [
        "BB", "xxviii", "28", "２８", "28",
    ]  # fmt: skip
    assert [counted(3, way) for way in ("decimalEnclosedCircle", "ideographTraditional", "none")] == ["③", "丙", ""]


def test_a_document_of_2000_questions(tmp_path: Any) -> None:
    import subprocess
    import sys

    one = "<w:p><w:r><w:rPr><w:rFonts w:hint='eastAsia'/></w:rPr><w:t>{}</w:t></w:r></w:p>"
    body = "".join(
        "".join(map(one.format, (f"{n}. 第{n}题的题干说的是什么？", "A. 甲", "B. 乙", "C. 丙", "D. 丁", "答案：B", "解析：因为。")))
        for n in range(1, 2001)
    )  # fmt: skip
    made = changed(
        saved(__import__("docx").Document()),
        {"word/document.xml": lambda old: re.sub(rb"(<w:body>).*(</w:body>)", lambda m: m[1] + body.encode() + m[2], old, flags=re.S)},
    )  # fmt: skip
    path = tmp_path / "large.docx"
    path.write_bytes(made)
    measured = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)], capture_output=True, text=True, check=True, timeout=120
    ).stdout.split()
    assert int(measured[0]) == 2000
    assert float(measured[1]) < 10
    assert int(measured[2]) < 300_000


_MEASURE = """
import sys, time
from pathlib import Path
from suyu_learn.content.formats.question_docx import FORMATS
from suyu_learn.domain.questions import BUILT_IN
content, began = Path(sys.argv[1]).read_bytes(), time.monotonic()
found = FORMATS[0].read(content, file_name="a.docx", options={}, types={kind.code: kind for kind in BUILT_IN})
print(len(found.items), time.monotonic() - began, Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""
