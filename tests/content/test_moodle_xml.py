"""Moodle XML: every kind of question, pictures, and what is refused."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.moodle_xml import MoodleXmlFormat
from suyu_learn.content.pictures import mark
from suyu_learn.domain.questions import BUILT_IN
from tests.refusals import code_of

TYPES = {kind.code: kind for kind in BUILT_IN}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(30)
STEM = "<questiontext format='html'><text><![CDATA[<p>题干</p>]]></text></questiontext>"


def read(questions: str) -> BankFile:
    content = f"<?xml version='1.0' encoding='UTF-8'?><quiz>{questions}</quiz>".encode()
    return MoodleXmlFormat().read(content, file_name="a.xml", options={"uid_prefix": "m"}, types=TYPES)


def question(kind: str, inner: str, stem: str = STEM) -> str:
    return f"<question type='{kind}'><name><text>题干</text></name>{stem}{inner}</question>"


def one(kind: str, inner: str, stem: str = STEM) -> Any:
    found = read(question(kind, inner, stem))
    assert found.errors == ()
    return found.items[0]


def answer(text: str, fraction: object = 0, more: str = "") -> str:
    return f"<answer fraction='{fraction}' format='html'><text>{text}</text>{more}</answer>"


def chosen(body: Any) -> list[str]:
    return [option["text"] for option in body["options"] if option["key"] in body["answer"]]


def html(text: str) -> str:
    return f"<questiontext format='html'><text><![CDATA[{text}]]></text></questiontext>"


def test_choices() -> None:
    single = one("multichoice", "<single>true</single>" + answer("甲") + answer("乙", 100) + answer("丙", "33.33333"))
    assert (single.type, chosen(single.body)) == ("single", ["乙"])
    several = one("multichoice", "<single>0</single>" + answer("甲", 50) + answer("乙", "50.0000") + answer("丙", -100))
    assert (several.type, chosen(several.body)) == ("multiple", ["甲", "乙"])
    assert one("multichoiceset", answer("甲", 100) + answer("乙", 100) + answer("丙")).type == "multiple"


def test_right_or_wrong_typed_and_long_answers() -> None:
    judged = one("truefalse", answer("true", 0, "<feedback><text>错</text></feedback>") + answer("false", 100))
    assert (judged.body["answer"], judged.body["explanation"]) == (False, "√：错")
    typed = one("shortanswer", answer("119", 100) + answer("一一九", 100) + answer("*", 0))
    assert (typed.type, typed.body["stem"], typed.body["blanks"][0]["accepted"]) == (
        "fill_in",
        "题干 ____",
        ["119", "一一九"],
    )
    number = one(
        "numerical",
        answer("9.8", 100, "<tolerance>0.1</tolerance>") + answer("9", 50)
        + "<units><unit><multiplier>1</multiplier><unit_name>m/s</unit_name></unit></units>",
    )  # fmt: skip
    assert (number.body["unit"], [part["credit"] for part in number.body["answers"]]) == ("m/s", ["1", "0.5"])
    essay = one("essay", "<graderinfo format='html'><text>&lt;p&gt;要点&lt;/p&gt;</text></graderinfo>")
    assert essay.body["reference"] == "要点"


def test_tags_that_nobody_hid_are_text_too() -> None:
    taken = one("multichoice", answer("H<sub>2</sub>O", 100) + answer("<b>火</b>"), html("什么是水？"))
    assert taken.body["options"][0]["text"] == "H₂O"


def test_matching_and_ordering() -> None:
    pairs = "".join(
        f"<subquestion format='html'><text>{left}</text><answer><text>{right}</text></answer></subquestion>"
        for left, right in (("甲", "1"), ("乙", "1"), ("", "2"))
    )
    body = one("matching", pairs).body
    assert [len(body[name]) for name in ("prompts", "options", "pairs")] == [2, 2, 2]
    assert [part["text"] for part in one("ordering", answer("一", 1) + answer("二", 2)).body["items"]] == ["一", "二"]


def test_gaps_of_all_kinds() -> None:
    cloze = one("cloze", "", html("<p>首都{1:MC:=北京~上海}，电话{1:SA:=119}，约{1:NM:=3:0.5}</p>"))
    assert cloze.body["stem"] == "首都____，电话____，约____"
    assert [gap["kind"] for gap in cloze.body["gaps"]] == ["menu", "text", "number"]
    boxes = "".join(
        f"<dragbox><text>{text}</text><group>{group}</group></dragbox>"
        for text, group in (("猫", 1), ("大", 2), ("狗", 1), ("小", 2))
    )
    dragged = one("ddwtos", boxes, html("一只[[2]]的[[3]]"))
    assert dragged.body["stem"] == "一只____的____"
    assert [[option["text"] for option in gap["options"]] for gap in read(
        question("gapselect", boxes.replace("dragbox", "selectoption") + "", html("[[1]]和[[3]]"))
    ).items[0].body["gaps"]] == [["猫", "狗"], ["猫", "狗"]]  # fmt: skip


def test_categories_tags_points_and_titles() -> None:
    found = read(
        "<question type='category'><category><text>$course$/top/安全/消防</text></category>"
        "<info><text>说明</text></info></question>"
        + question("truefalse", answer("true", 100) + answer("false") + "<defaultgrade>2.0000000</defaultgrade>"
                   "<idnumber>q7</idnumber><penalty>0.1</penalty><hint><text>想</text></hint>"
                   "<tags><tag><text>难度:难</text></tag><tag><text>新</text></tag></tags>"
                   "<generalfeedback format='markdown'><text>**理由**</text></generalfeedback>")
    )  # fmt: skip
    item = found.items[0]
    assert (item.topics, item.tags, item.points, item.difficulty) == (("安全/消防",), ("新", "id:q7"), "2", "hard")
    assert (item.text_format, item.body["explanation"], item.place.row, item.place.uid) == (
        "markdown",
        "**理由**",
        1,
        "题干",
    )
    assert [loss.code for loss in found.losses] == ["moodle.category_lost", "moodle.hints_lost"]


def test_pictures_come_along_and_other_files_are_told() -> None:
    coded = base64.b64encode(PNG).decode()
    found = read(
        question("truefalse", answer("true", 100) + answer("false"), "<questiontext format='html'><text><![CDATA["
                 "<p><img src='@@PLUGINFILE@@/%E7%81%AB.png' alt='火'>对吗？<img src='http://a.cn/b.png' alt='远'>"
                 f"<img src='data:image/png;base64,{coded}'></p>]]></text>"
                 f"<file name='火.png' encoding='base64'>{coded}</file><file name='a.mp3'>AAAA</file></questiontext>")
        + question("truefalse", answer("true", 100) + answer("false")
                   + f"<image>x/old.png</image><image_base64>\n{coded}\n</image_base64>")
    )  # fmt: skip
    sha = found.media[0].sha256
    assert (len(found.media), found.media[0].content) == (1, PNG)
    assert found.items[0].body["stem"] == f"{mark(sha, '火')}对吗？远{mark(sha)}"
    assert found.items[1].body["stem"] == f"题干\n\n{mark(sha)}"
    assert [(loss.code, loss.params.get("name")) for loss in found.losses] == [
        ("moodle.name_lost", None), ("moodle.picture_lost", "b.png"), ("html.media_lost", "a.mp3"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "inner", "code"),
    [
        ("calculated", "", "moodle.calculated"),
        ("ddimageortext", "", "moodle.on_a_picture"),
        ("random", "", "moodle.random"),
        ("coderunner", "", "moodle.needs_a_program"),
        ("pmatch", "", "moodle.kind_unknown"),
        ("", "", "moodle.kind_unknown"),
        ("description", "", "moodle.only_information"),
        ("multichoice", answer("甲", 33) + answer("乙", 100), "moodle.invalid_grade"),
        ("multichoice", answer("甲", "x") + answer("乙", 100), "moodle.invalid_grade"),
        ("multichoice", answer("甲", 50) + answer("乙"), "moodle.no_full_mark"),
        ("multichoice", answer("甲", 100), "question.too_few_options"),
        ("truefalse", answer("true", 100), "moodle.not_true_or_false"),
        ("truefalse", answer("true") + answer("false"), "moodle.no_full_mark"),
        ("shortanswer", "", "moodle.no_full_mark"),
        ("matching", "", "moodle.too_few_pairs"),
        ("cloze", "", "moodle.no_gap"),
        ("gapselect", "", "moodle.no_gap"),
    ],
)
def test_refused_by_name_and_reason(kind: str, inner: str, code: str) -> None:
    found = read(question("essay", "") + question(kind, inner))
    assert (found.read, len(found.items)) == (2, 1)
    assert (found.errors[0].problems[0].code, found.errors[0].place.row) == (code, 2)
    assert found.errors[0].cells[0][1].startswith("题干")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "sheet.empty"),
        (b"<quiz><question></quiz>", "xml.broken"),
        (b"<quiz/>", "moodle_xml.no_questions"),
        (b"<quiz xmlns='http://canvas.instructure.com/xsd/cccv1p0'><title>x</title></quiz>", "moodle_xml.no_questions"),
        (b"<questestinterop/>", "moodle_xml.not_moodle"),
        (b"<!DOCTYPE quiz [<!ENTITY a 'b'>]><quiz>&a;</quiz>", "xml.entities"),
        (b"<quiz>" + b"<a>" * 5000, "xml.too_deep"),
    ],
)
def test_files_that_hold_none(content: bytes, code: str) -> None:
    assert code_of(lambda: MoodleXmlFormat().read(content, file_name="a.xml", options={}, types=TYPES)) == code


def test_long_files_are_forgotten_as_they_are_read() -> None:
    found = read(question("truefalse", answer("true", 100) + answer("false") + "<x/>" * 500) * 650)
    assert len(found.items) == 650  # more elements than a tree may have at once
