"""The document that came in, with remarks at the questions that were refused."""

from __future__ import annotations

import io
import zipfile

from docx import Document

from suyu_learn.content.formats.docx_remarks import annotated
from suyu_learn.content.formats.question_docx import FORMATS
from suyu_learn.domain.problems import Place
from suyu_learn.domain.questions import BUILT_IN
from tests.word_documents import changed, document, paragraph, table

TYPES = {kind.code: kind for kind in BUILT_IN}
ASKED = ("1. 甲？", "A. 红", "B. 黄", "答案：D", "2. 对吗？", "答案：对")
ROWS = (["题型", "题干", "答案"], ["判断", "天是蓝的。", "也许"], ["判断", "水往低处流。", "对"])


def errors(content: bytes) -> list[tuple[Place, str]]:
    found = FORMATS[0].read(content, file_name="a.docx", options={}, types=TYPES)
    return [(one.place, one.problems[0].code) for one in found.errors]


def texts(content: bytes) -> list[str]:
    return [one.text for one in Document(io.BytesIO(content)).paragraphs]


def test_a_remark_stands_below_its_question_and_is_not_read_again() -> None:
    content = document("说明", *ASKED, table(*ROWS))
    found = errors(content)
    told = annotated(content, "a.docx", found, "未导入：<看>")
    assert texts(told) == ["说明", *ASKED[:4], "▲▲ 未导入：<看> table.letter_beyond_options", *ASKED[4:]]
    cells = [cell.text for row in Document(io.BytesIO(told)).tables[0].rows for cell in row.cells]
    assert cells[5] == "也许\n▲▲ 未导入：<看> table.answer_not_a_verdict"
    again = errors(told)
    assert [code for _place, code in again] == [code for _place, code in found]
    assert texts(annotated(told, "a.docx", again, "未导入：<看>")) == texts(told)
    assert texts(annotated(told, "a.docx", [], "")) == texts(content)


def test_nothing_else_changes() -> None:
    content = changed(document(*ASKED, paragraph("末")), {"custom/note.bin": b"\x00\x01"})
    told = annotated(content, "a.docx", errors(content), "未导入")
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(io.BytesIO(told)) as new:
        assert old.namelist() == new.namelist()
        different = [name for name in old.namelist() if old.read(name) != new.read(name)]
        assert different == ["word/document.xml"]
        before, after = old.read("word/document.xml"), new.read("word/document.xml")
    start = after.index(b"<w:p xmlns:w=")
    end = after.index(b"</w:p>", start) + len(b"</w:p>")
    assert after[:start] + after[end:] == before


def test_the_encoding_of_the_part_is_kept() -> None:
    content = changed(
        document(*ASKED),
        {"word/document.xml": lambda old: old.decode().replace("UTF-8", "UTF-16", 1).encode("utf-16")},
    )
    told = annotated(content, "a.docx", errors(content), "未导入")
    assert "▲▲ 未导入 table.letter_beyond_options" in texts(told)


def test_several_remarks_and_places_without_a_question() -> None:
    content = document(*ASKED)
    place = Place(row=1)
    told = annotated(
        content, "a.docx", [(place, "甲"), (place, "乙"), (place, "甲"), (Place(), "丙"), (Place(row=99), "丁")], "注"
    )
    assert [text for text in texts(told) if text not in ASKED] == ["▲▲ 注 甲\n乙"]
