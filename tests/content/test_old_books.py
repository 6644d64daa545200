"""Old workbooks: read in a process of their own, and refused in a sentence whatever they do to it."""

from __future__ import annotations

import contextlib
import random
import struct
import time

import pytest

from suyu_learn.content.formats import old_books
from suyu_learn.content.formats.question_tables import FORMATS
from suyu_learn.content.formats.sheets import read_sheets
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions import BUILT_IN
from tests.question_tables import HEADINGS, single
from tests.refusals import code_of
from tests.xls_files import compound, old_workbook

TYPES = {kind.code: kind for kind in BUILT_IN}


def test_an_old_workbook_is_read_like_a_new_one() -> None:
    content = old_workbook([("一", 1, 2.5), ("", "三")], sheet="表", merged=[(0, 0, 1, 0)])
    sheet = read_sheets(content, "a.xls")[0]
    assert (sheet.name, sheet.rows, sheet.merged) == ("表", (("一", "1", "2.5"), ("", "三", "")), ((0, 0, 1, 0),))
    read = FORMATS[1].read(old_workbook([HEADINGS, single("哪个？")]), file_name="题.xls", options={}, types=TYPES)
    assert [item.type for item in read.items] == ["single"]


def test_a_text_called_xls_is_a_text() -> None:
    assert read_sheets("题干\t答案\n一\t对".encode("gbk"), "a.xls")[0].rows[1] == ("一", "对")


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (compound(b"garbage" * 2000), "a.xls", "sheet.old_broken"),
        (old_workbook([("一",)])[:3000], "a.xls", "sheet.old_broken"),
        (compound(b"x", name="WordDocument"), "a.xls", "document.other_program"),
        (b"<html><table>", "a.xls", "sheet.web_page"),
        (b"x", "a.ods", "sheet.open_document"),
        (b"x", "a.et", "sheet.other_program"),
        (b"x", "a.wps", "document.other_program"),
        (b"x", "a.numbers", "sheet.numbers"),
        (b"x", "a.pdf", "document.pdf"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(content: bytes, name: str, code: str) -> None:
    assert code_of(lambda: read_sheets(content, name)) == code


def test_a_cell_far_away_takes_no_memory_of_the_worker() -> None:
    far = struct.pack("<HHHHd", 0x0203, 14, 65_000, 0, 0)[:4] + struct.pack("<HHHd", 65_000, 255, 0, 1.0)
    content = old_workbook([("一",)])
    at = content.index(struct.pack("<HH", 0x0204, 9 + 2))
    assert code_of(lambda: read_sheets(content[:at] + far + content[at + len(far) :], "a.xls")) in (
        "sheet.too_many_rows", "sheet.old_broken"
    )  # fmt: skip


def test_a_reader_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    script = f"{tmp_path}/hang.py"
    with open(script, "w", encoding="utf-8") as file:
        file.write("while True: pass")
    monkeypatch.setattr(old_books, "_CHILD", script)
    monkeypatch.setattr(old_books, "LONGEST_SECONDS", 0.5)
    started = time.monotonic()
    assert code_of(lambda: read_sheets(old_workbook([("一",)]), "a.xls")) == "sheet.old_broken"
    assert time.monotonic() - started < 4


def test_mutated_old_workbooks_are_read_or_refused() -> None:
    chance = random.Random(1)
    sound = old_workbook([HEADINGS, *(single(f"第{number}题？") for number in range(5))])
    for _number in range(10):
        content = bytearray(sound)
        for _change in range(chance.randint(1, 20)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        with contextlib.suppress(Problem):
            FORMATS[1].read(bytes(content), file_name="a.xls", options={}, types=TYPES)
