"""Tables that come in: what is read, what is refused, and that nothing hostile gets through."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from suyu_learn.content.formats.guard import MOST_COLUMNS, MOST_ROWS
from suyu_learn.content.formats.headers import find_header
from suyu_learn.content.formats.sheets import Sheet, read_sheets
from suyu_learn.domain.problems import Problem

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(*rows: list[object], name: str = "人员") -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet(name)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write(number, column, value)
    return stream.getvalue()


def raw_workbook(
    sheet: str, *, part: str = "xl/worksheets/sheet1.xml", shared: str = "", compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A workbook around hand-written XML of its one sheet."""
    target = part.removeprefix("xl/")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships><Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships><Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="{target}"/>'
            f'<Relationship Id="r2" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{shared}</sst>')
        archive.writestr(part, sheet)
    return stream.getvalue()


def sheet_xml(rows: str) -> str:
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def code(content: bytes, name: str = "名册.xlsx", **settings: str) -> str:
    with pytest.raises(Problem) as caught:
        read_sheets(content, name, **settings)
    assert caught.value.place.file == name
    return caught.value.code


def test_cells_are_what_the_file_says() -> None:
    content = workbook([None, "工号", "手机"], ["", "00123", 13800138000, 123, 1.5, True], [datetime(2020, 1, 2)])
    assert read_sheets(content, "a.xlsx") == [
        Sheet(
            "人员",
            (
                ("", "工号", "手机", "", "", ""),
                ("", "00123", "13800138000", "123", "1.5", "TRUE"),
                ("2020-01-02", "", "", "", "", ""),
            ),
        )
    ]


def test_formulas_without_a_value_are_shown_and_marked() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet("空")
        sheet = book.add_worksheet("人员")
        sheet.write_row(0, 1, ["姓名", "工号"])
        sheet.write_formula(1, 1, "=A9", None, "")
        sheet.write_formula(2, 1, "=A9", None, "张三")
        sheet.write_formula(3, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(5, 1, "=VLOOKUP(A1,B:C,2,0)", None, "")
    sheet = read_sheets(stream.getvalue(), "a.xlsx")[1]
    assert sheet.rows == (
        ("", "姓名", "工号"), ("", "=A9", ""), ("", "张三", ""), ("", "", "#DIV/0!"), ("", "", ""),
        ("", "=VLOOKUP(A1,B:C,2,0)", ""),
    )  # fmt: skip
    assert sheet.formulas == {(1, 1), (3, 2), (5, 1)}


def test_a_sheet_of_formulas_is_read_without_their_places_in_the_file() -> None:
    cells = (
        '<row><c><f>A1</f></c><c t="str"><f>B1</f><v>x</v></c></row><row><c/><c><f t="shared" si="0"/><v/></c></row>'
    )
    sheet = read_sheets(raw_workbook(sheet_xml(cells)), "a.xlsx")[0]
    assert sheet.rows == (("=A1", "x"), ("", "=…"))
    assert sheet.formulas == {(0, 0), (1, 1)}


def test_row_numbers_are_those_of_the_file() -> None:
    content = raw_workbook(sheet_xml('<row r="3"><c r="B3" t="inlineStr"><is><t>甲</t></is></c></row>'))
    assert read_sheets(content, "a.xlsx")[0].rows == (("", ""), ("", ""), ("", "甲"))


def test_merged_cells_have_their_text_once() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet("s").merge_range(0, 0, 1, 1, "甲")
    assert read_sheets(stream.getvalue(), "a.xlsx")[0].rows == (("甲",),)


@pytest.mark.parametrize(
    "content",
    [
        "姓名,工号\n张三,00123\n".encode(),
        "\ufeff姓名,工号\r\n张三,00123".encode(),
        "姓名\t工号\n张三\t00123".encode("utf-16"),
        "姓名;工号\n张三;00123".encode("gb18030"),
        '姓名|工号\n"张三"|="00123"'.encode("gbk"),
    ],
)
def test_text_tables_are_read_whatever_wrote_them(content: bytes) -> None:
    assert read_sheets(content, "a.csv")[0].rows == (("姓名", "工号"), ("张三", "00123"))


def test_a_line_break_within_quotes_stays_in_its_row() -> None:
    assert read_sheets('题干,答案\n"一\n二",A\n\n三,B'.encode(), "a.csv")[0].rows == (
        ("题干", "答案"), ("一\n二", "A"), ("", ""), ("三", "B"),
    )  # fmt: skip


def test_a_russian_file_is_read_when_its_encoding_is_said() -> None:
    content = "Имя,Номер\nИван,7".encode("cp1251")
    assert read_sheets(content, "a.csv", encoding="cp1251")[0].rows[1] == ("Иван", "7")


@pytest.mark.parametrize(
    "content, name, expected",
    [
        (b"", "a.xlsx", "sheet.empty"),
        (workbook(), "a.xlsx", "sheet.empty"),
        (b"a,b", "a.xlsx", "sheet.not_xlsx"),
        (b"a b", "a.xls", "sheet.old_broken"),
        (workbook(["a"]), "a.xlsm", "sheet.other_program"),
        (workbook(["a"]), "a.ods", "sheet.open_document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xlsx", "sheet.old_broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "sheet.password"),
        (b"PK\x05\x06" + bytes(18), "a.xlsx", "sheet.not_xlsx"),
        (b"a,b\x00c", "a.csv", "sheet.not_text"),
        (b"%PDF-1.7 a", "a.csv", "sheet.not_text"),
        (b"\xff\xff\xff", "a.csv", "sheet.encoding"),
        (b"a," + b"b" * 200_000, "a.csv", "sheet.long_line"),
        (b"," * 300 + b"a", "a.csv", "sheet.too_many_columns"),
        (b"a\n" * (MOST_ROWS + 1), "a.csv", "sheet.too_many_rows"),
    ],
)
def test_what_cannot_be_read_is_said(content: bytes, name: str, expected: str) -> None:
    assert code(content, name) == expected


def test_a_workbook_under_another_name_is_still_read() -> None:
    assert read_sheets(workbook(["a"]), "a.csv")[0].rows == (("a",),)


# Hostile files.

FAR = {
    "two cells": '<row r="1"><c r="A1"><v>1</v></c></row><row r="400000"><c r="ZZ400000"><v>1</v></c></row>',
    "single quotes": "<row r='1'><c r='A1'><v>1</v></c></row><row r='400000'><c r='ZZ400000'><v>1</v></c></row>",
    "only the cell says where": "<row><c r='A1'><v>1</v></c></row><row><c r='ZZ400000'><v>1</v></c></row>",
    "a far column": "<row><c r='A1'><v>1</v></c><c r='XFD1'><v>1</v></c></row>",
    "rows counted on": "<row/>" * (MOST_ROWS + 1) + "<row><c><v>1</v></c></row>",
    "rows counted on from a number": f"<row r='{MOST_ROWS}'/><row><c><v>1</v></c></row>",
    "cells counted on": "<row>" + "<c/>" * MOST_COLUMNS + "<c><v>1</v></c></row>",
    "cells counted on from a place": "<row><c r='IV1'/><c><v>1</v></c></row>",
    "with a prefix": "<x:row xmlns:x='u' r='400000'><x:c r='ZZ400000'><x:v>1</x:v></x:c></x:row>",
    "lower case": "<row><c r='zz400000'><v>1</v></c></row>",
    "a number out of all bounds": "<row r='99999999999999999999'><c><v>1</v></c></row>",
}


@pytest.mark.parametrize("rows", FAR.values(), ids=FAR.keys())
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/media/image1.png"])
def test_no_cell_lies_far_away(rows: str, part: str) -> None:
    assert code(raw_workbook(sheet_xml(rows), part=part)).startswith("sheet.")


def test_what_is_not_xml_is_not_opened() -> None:
    """A reader would pass over the word before the XML, and find the far cell."""
    bomb = raw_workbook("leading " + sheet_xml(FAR["two cells"]).removeprefix('<?xml version="1.0"?>'))
    assert code(bomb) in {"sheet.broken", "sheet.empty"}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_other_encodings_are_read_too(encoding: str) -> None:
    mark = "\ufeff".encode(encoding)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", mark + f"<worksheet>{FAR['two cells']}</worksheet>".encode(encoding))
    assert code(stream.getvalue()) == "sheet.too_many_rows"


def test_sheets_count_together() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for number in range(3):
            archive.writestr(f"xl/{number}.xml", sheet_xml(f"<row r='1'><c r='IV{MOST_ROWS // 2}'/></row>"))
    assert code(stream.getvalue()) == "sheet.too_many_cells"


def test_one_long_text_in_many_cells_is_refused() -> None:
    cells = "<c t='s'><v>0</v></c>" * 200
    rows = f"<row>{cells}</row>" * 200
    assert code(raw_workbook(sheet_xml(rows), shared=f"<si><t>{'长' * 1000}</t></si>")) == "sheet.too_much_text"
    assert read_sheets(raw_workbook(sheet_xml(f"<row>{cells}</row>"), shared="<si><t>长</t></si>"), "a.xlsx")


@pytest.mark.parametrize(
    "rows",
    ["<a>" * 300_000, "<a>" * 300_000 + "</a>" * 300_000,
     "<a " + " ".join(f"b{number}='>'" for number in range(600_000)) + "/>"],
    ids=["deep and never closed", "deep", "a tag without end"],
)  # fmt: skip
def test_neither_depth_nor_a_tag_is_endless(rows: str) -> None:
    assert code(raw_workbook(sheet_xml(rows))) == "sheet.broken"


def test_entities_are_refused() -> None:
    doctype = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    assert code(raw_workbook(doctype + f"<worksheet>{'&b;' * 9}</worksheet>")) == "sheet.entities"
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert code(raw_workbook(outside + "<worksheet>&a;</worksheet>")) == "sheet.entities"


def test_a_hundred_megabytes_of_nothing_are_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", bytes(100_000_000))
    assert code(stream.getvalue()) == "sheet.too_large"


def test_too_many_parts_and_other_packings_are_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(2_001):
            archive.writestr(str(number), "")
    assert code(stream.getvalue()) == "sheet.too_many_parts"
    assert code(raw_workbook(sheet_xml(""), compression=zipfile.ZIP_LZMA)) == "sheet.broken"


def test_a_cut_file_is_refused() -> None:
    content = workbook(["姓名"], ["张三"])
    for length in range(4, len(content), len(content) // 60):
        assert code(content[:length]) in {"sheet.broken", "sheet.not_xlsx"}


def test_the_bomb_costs_no_memory() -> None:
    """The reader alone would take 8.7 GB; the process has 700 MB, and an overrun would abort it."""
    program = (
        "import sys, resource; resource.setrlimit(resource.RLIMIT_AS, (700 * 2**20,) * 2)\n"
        "from suyu_learn.content.formats.sheets import read_sheets\n"
        "from suyu_learn.domain.problems import Problem\n"
        "import python_calamine\n"
        "data = sys.stdin.buffer.read()\n"
        "while data:\n"
        "    size = int.from_bytes(data[:4], 'little'); one, data = data[4:4 + size], data[4 + size:]\n"
        "    try: read_sheets(one, 'a.xlsx')\n"
        "    except Problem: print('refused')\n"
    )
    bombs = [raw_workbook(sheet_xml(rows)) for rows in FAR.values()]
    result = subprocess.run(
        [sys.executable, "-c", program],
        input=b"".join(struct.pack("<I", len(bomb)) + bomb for bomb in bombs),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-500:]
    assert result.stdout.split() == [b"refused"] * len(bombs)


def _mutated(original: bytes, chance: random.Random) -> bytes:
    content = bytearray(original)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(content))
        choice = chance.random()
        if choice < 0.5:
            content[place] = chance.randrange(256)
        elif choice < 0.7:
            del content[place : place + chance.randint(1, 40)]
        elif choice < 0.9:
            content[place:place] = chance.randbytes(chance.randint(1, 40))
        else:
            other = chance.randrange(len(content))
            content[place : place + 30] = content[other : other + 30]
    return bytes(content)


def _never_but_problem(content: bytes, name: str) -> None:
    try:
        sheets = read_sheets(content, name)
    except Problem:
        return
    for sheet in sheets:
        assert len({len(row) for row in sheet.rows}) <= 1
        assert not any("\x00" in cell for row in sheet.rows for cell in row)


def _stored(content: bytes) -> bytes:
    """The same archive unpacked, so that a changed byte reaches the XML."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return stream.getvalue()


def _xml_mutated(content: bytes, chance: random.Random) -> bytes:
    """One part changed, with its checksum right again."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        hit = chance.choice(old.namelist())
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, _mutated(part, chance) if name == hit and part else part)
    return stream.getvalue()


@pytest.mark.parametrize("mutate", [_mutated, lambda content, chance: _mutated(_stored(content), chance), _xml_mutated])
def test_changed_workbooks_are_read_or_refused(mutate: Callable[[bytes, random.Random], bytes]) -> None:
    original = workbook(["姓名", "工号"], ["张三", "00123"], [datetime(2020, 1, 2), 1.5])
    chance = random.Random(20261123)
    for _ in range(170):
        _never_but_problem(mutate(original, chance), "a.xlsx")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.xlsx", "a.csv", "a.txt", "a", "甲\\.tsv", ""]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str) -> None:
    _never_but_problem(content, name)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    _never_but_problem(text.encode("utf-8", "surrogatepass"), "a.csv")


# Headers.

SYNONYMS = {"name": ["姓名", "名字"], "phone": ["手机号", "手机", "联系电话"], "unit": ["单位", "所属单位"]}


def test_the_header_is_found_below_a_title() -> None:
    rows = [
        ["甲公司职工姓名表", "", ""],
        ["", "", ""],
        ["＊姓　名（必填）：", "单位联系电话", "备注"],
        ["张三", "138", ""],
    ]
    header = find_header(rows, SYNONYMS, needed=["name"])
    assert header is not None
    assert (header.row, dict(header.columns), dict(header.unknown)) == (2, {"name": 0, "phone": 1}, {2: "备注"})
    assert header.cell(rows[3], "phone") == "138"
    assert header.cell(rows[3], "unit") == ""
    assert header.heading("name") == "＊姓　名（必填）："


def test_an_exact_heading_comes_before_one_that_contains_it() -> None:
    header = find_header([["原单位", "单位", "姓名"]], SYNONYMS, needed=["name"])
    assert header is not None
    assert header.columns == {"unit": 1, "name": 2}
    assert header.unknown == {0: "原单位"}


def test_without_the_needed_fields_there_is_no_header() -> None:
    assert find_header([["手机", "单位"]] + [[""]] * 40 + [["姓名"]], SYNONYMS, needed=["name"]) is None


@pytest.mark.parametrize(
    ("where", "found"),
    [("A1", None), ("AB1", None), ("A", "sheet.broken"), ("1", "sheet.broken"), ("", "sheet.broken"),
     ("a1", "sheet.broken"), ("A١", "sheet.broken"), ("A 1", "sheet.broken"), ("ZZ1", "sheet.too_many_columns"),
     ("A99999", "sheet.too_many_rows")],
)  # fmt: skip
def test_where_a_cell_says_it_stands_is_read_to_the_letter(where: str, found: str | None) -> None:
    """Whether it is the first of its row or another one, which the same row makes quick to read."""
    for before in ("", "<c r='B1'><v>1</v></c>"):
        content = raw_workbook(sheet_xml(f"<row r='1'>{before}<c r='{where}'><v>1</v></c></row>"))
        if found is None:
            assert read_sheets(content, "a.xlsx")
        else:
            assert code(content) == found
