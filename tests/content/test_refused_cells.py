"""The table of refused questions."""

from __future__ import annotations

from time import process_time

import pytest

from suyu_learn.content.formats.refused_cells import HEADINGS, fields_said, table_of


def test_rows_of_tables_that_call_things_differently_stand_under_the_same_headings() -> None:
    headings, rows = table_of([
        (("题型（0单选，1判断）", "0"), ("题目", "甲？"), ("选项1", "红"), ("选项2", "黄"), ("正确答案", "2"),
         ("怪", "x")),
        (("", "1. 乙？\nA. 红 B. 黄\n题型：单选"), ("材料", "某厂")),
        (), (("", "不成题"),),
    ])  # fmt: skip
    assert headings == ["题型", "题干", "选项", "选项A", "选项B", "正确答案", "解析", "材料", "怪"]
    assert rows[0] == {"题型": "单选", "题干": "甲？", "选项A": "红", "选项B": "黄", "正确答案": "B", "怪": "x"}
    assert rows[1] == {"题型": "单选", "题干": "乙？", "选项": "A. 红\nB. 黄", "材料": "某厂"}
    assert rows[2:] == [{}, {"题干": "不成题"}]
    assert len(set(HEADINGS.values())) == len(HEADINGS)


@pytest.mark.parametrize("line", ["1. 甲（{}x", "（{}A", "参考答案{}x", "答案：（{}A", "（1）{}x"])
def test_endless_spaces_take_no_time(line: str) -> None:
    began = process_time()
    fields_said([("", line.format(" " * 20_000))])
    assert process_time() - began < 2
