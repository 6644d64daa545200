"""Pictures in workbooks: floating over a cell, and inside cells as WPS and Excel write them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
import xlsxwriter

from suyu_learn.content import pictures
from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats import book_pictures
from suyu_learn.content.formats.question_tables import FORMATS
from suyu_learn.domain.questions import BUILT_IN

TYPES = {kind.code: kind for kind in BUILT_IN}
HEADINGS = ("题型", "题干", "选项A", "选项B", "答案", "解析", "图片")
ROW = ("单选题", "哪个？", "甲", "乙", "A", "因为。")


def png(shade: int = 0) -> bytes:
    """A picture of one pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes([0, shade]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def floating(*cells: tuple[int, int], picture: bytes | None = None, rows: int = 1) -> bytes:
    """A workbook with a picture over each of the cells."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("题 库")
        sheet.write_row(0, 0, HEADINGS)
        for number in range(rows):
            sheet.write_row(number + 1, 0, ROW)
        for number, (row, column) in enumerate(cells):
            data = io.BytesIO(picture or png(number))
            sheet.insert_image(row, column, "p.png", {"image_data": data, "description": f"图 {number}"})
    return stream.getvalue()


def read(content: bytes) -> BankFile:
    found = FORMATS[0].read(content, file_name="q.xlsx", options={}, types=TYPES)
    assert not found.errors, [str(problem) for refused in found.errors for problem in refused.problems]
    return found


def packed(content: bytes, **changed: str) -> bytes:
    """The workbook with parts put in or changed; `__` stands for a slash in their names."""
    stream = io.BytesIO()
    names = {name.replace("__", "/"): text for name, text in changed.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for entry in old.infolist():
            if entry.filename not in names:
                new.writestr(entry, old.read(entry))
        for name, text in names.items():
            new.writestr(name, text)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("column", "field"), [(1, "stem"), (2, "option"), (5, "explanation"), (0, "stem"), (6, "stem"), (9, "stem")]
)
def test_a_floating_picture_belongs_to_the_text_of_its_cell(column: int, field: str) -> None:
    found = read(floating((1, column)))
    body = found.items[0].body
    text = body["options"][0]["text"] if field == "option" else body[field]
    assert found.media[0].content == png()
    assert text.endswith("\n" + pictures.mark(found.media[0].sha256, "图 0"))
    assert (len(pictures.named_in(body)), found.losses) == (1, ())


def test_a_picture_in_an_empty_row_belongs_to_the_question_above() -> None:
    assert pictures.SCHEME in read(floating((2, 1))).items[0].body["stem"]


def test_a_picture_may_be_the_whole_option() -> None:
    content = floating((1, 2), (1, 3))
    found = read(content)
    assert len(found.media) == 2
    assert [bool(pictures.MARK.search(one["text"])) for one in found.items[0].body["options"]] == [True, True]


def test_a_picture_beside_the_answer_is_a_loss() -> None:
    found = read(floating((1, 4)))
    assert ([loss.code for loss in found.losses], found.media) == (["table.pictures_in_answers"], ())


def test_a_picture_goes_where_the_text_marks_it() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ("判断题", "先看【图1】再答。", "", "", "对"))
        sheet.insert_image(1, 1, "p.png", {"image_data": io.BytesIO(png()), "description": "线"})
    found = read(stream.getvalue())
    assert found.items[0].body["stem"] == f"先看{pictures.mark(found.media[0].sha256, '线')}再答。"


def test_pictures_in_cells_as_excel_keeps_them() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ROW)
        sheet.embed_image(1, 2, "p.png", {"image_data": io.BytesIO(png(1)), "description": "甲图"})
        sheet.embed_image(1, 6, "p.png", {"image_data": io.BytesIO(png(2))})
    found = read(stream.getvalue())
    body = found.items[0].body
    by_content = {media.content: media.sha256 for media in found.media}
    assert body["options"][0]["text"] == pictures.mark(by_content[png(1)], "甲图")
    assert by_content[png(2)] in body["stem"]
    assert found.losses == ()


def test_pictures_in_cells_as_wps_keeps_them() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ROW)
        sheet.write_formula(1, 6, '=_xlfn.DISPIMG("ID_1",1)', None, '=DISPIMG("ID_1",1)')
        sheet.write_formula(1, 5, '=_xlfn.DISPIMG("ID_1",1)', None, "")
    images = (
        '<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData" xmlns:xdr="x" xmlns:a="a" '
        'xmlns:r="r"><etc:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="ID_1" descr="狗"/></xdr:nvPicPr>'
        '<xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill></xdr:pic></etc:cellImage></etc:cellImages>'
    )
    relations = '<Relationships><Relationship Id="rId1" Target="media/image1.png"/></Relationships>'
    content = packed(
        stream.getvalue(), **{"xl/cellimages.xml": images},
        **{"xl/_rels/cellimages.xml.rels": relations},
    )  # fmt: skip
    whole = io.BytesIO(content)
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr("xl/media/image1.png", png(7))
    found = read(whole.getvalue())
    body = found.items[0].body
    assert [media.content for media in found.media] == [png(7)]
    mark = pictures.mark(found.media[0].sha256, "狗")
    assert (body["stem"], body["explanation"]) == (f"哪个？\n{mark}", mark)
    assert found.losses == ()


def test_pictures_that_cannot_be_taken_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_pictures, "MOST_PICTURES", 1)
    assert [(one.code, one.params["count"]) for one in read(floating((1, 1), (1, 1), (1, 2))).losses] == [
        ("sheet.pictures_too_many", 2)
    ]
    monkeypatch.setattr(book_pictures, "LARGEST_MB", 0)
    assert [one.code for one in read(floating((1, 1))).losses] == ["sheet.pictures_too_large"]
    monkeypatch.undo()
    drawing = floating((1, 1))
    with zipfile.ZipFile(io.BytesIO(drawing)) as archive:
        told = archive.read("xl/drawings/drawing1.xml").decode()
    broken = packed(drawing, **{"xl/drawings/drawing1.xml": told.replace("xdr:from", "xdr:nowhere")})
    assert [one.code for one in read(broken).losses] == ["sheet.pictures_nowhere"]
    assert [one.code for one in read(packed(drawing, **{"xl/media/image1.png": "<svg/>"})).losses] == [
        "sheet.pictures_of_other_kind"
    ]
    missing = packed(drawing, **{"xl/drawings/_rels/drawing1.xml.rels": "<Relationships/>"})
    assert [one.code for one in read(missing).losses] == ["sheet.pictures_missing"]


def test_a_workbook_without_pictures_brings_none() -> None:
    assert read(floating()).media == ()
