"""Refused questions of every kind of file: as a table to correct, and in the box of the page, with all that was said."""

# ruff: noqa: E501  (what a file says is not broken)

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from suyu_learn.models import Import, ImportRow, Question, QuestionVersion, RowOutcome
from suyu_learn.services import bank_mending
from suyu_learn.services.bank_import_rows import draft_of_row
from tests.browser_without_script import Visitor
from tests.factories import learn
from tests.question_tables import csv_file, single
from tests.web.test_bank_imports import upload
from tests.word_documents import document, table

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAPER = """一、单选题（每题2分）
1. 甲是什么？
A. 红 B. 黄 C. 蓝
答案：F
难度：难 知识点：颜色 来源：手册 标签：急用
二、多选题（每题4分）
1. 乙是什么？
A. 红
B. 黄
B. 蓝
答案：AB
三、材料题（每题3分）
某厂着火了。
1. 电话？
A. 119 B. 120
2. 先做什么？
A. 报警 B. 跑
答案：A
四、判断题（每题1分）
1. 天是蓝的。
"""
MENDED = {"F": "B", "A. 红\nB. 黄\nB. 蓝": "A. 红\nB. 黄\nC. 蓝"}


def as_word() -> bytes:
    return document(
        *PAPER.splitlines(), table(["题目", "选项1", "选项2", "标准答案", "分值"], ["丙？", "红", "黄", "7", "5"])
    )


def as_json() -> bytes:
    one = {"question": "甲是什么？", "options": ["红", "黄"], "answer": "F", "score": "2"}
    return json.dumps([one, {**one, "question": "乙是什么？"}]).encode()


FILES = {
    "a.txt": PAPER.encode(),
    "a.docx": as_word(),
    "a.json": as_json(),
    "a.csv": csv_file(single("甲是什么？", "F"), single("乙是什么？", "F")),
    "a.gift": "甲是什么？{=红 ~%50%黄 ~}\n\n乙是什么？{#x}".encode(),
    "a.aiken": "甲是什么？\nA. 红\nB. 黄\nANSWER: F\n".encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_the_table_of_refused_questions_comes_in_once_it_is_corrected(app: Flask, keeper: Visitor, name: str) -> None:
    where = upload(keeper, FILES[name], name)
    book = load_workbook(io.BytesIO(keeper.get(f"{where}/errors.xlsx").get_data()))
    sheet = book.worksheets[0]
    heads: list[Any] = [cell.value for cell in sheet[1]]
    count = sheet.max_row - 1
    assert count
    at = {str(head): place for place, head in enumerate(heads, start=1)}
    for row in range(2, sheet.max_row + 1):
        for place in range(5, len(heads) + 1):
            cell = sheet.cell(row, place)
            cell.value = MENDED.get(cell.value, cell.value)
        answer = sheet.cell(row, at["正确答案"])
        answer.value = {None: "正确" if name.endswith(("docx", "txt")) and row > 4 else "A", "7": "B"}.get(
            answer.value, answer.value
        )
        if name == "a.gift":
            sheet.cell(row, at["选项"]).value = "A. 红\nB. 黄"
    stream = io.BytesIO()
    book.save(stream)
    keeper.post(f"{where}/discard")
    upload(keeper, stream.getvalue(), "corrected.xlsx")
    with learn(app).database.reading() as session:
        rows = session.scalars(select(ImportRow).order_by(ImportRow.id)).all()
        members = [row for row in rows if row.data.get("group")]
        drafts = [
            draft_of_row(row.data) for row in rows if row.outcome is RowOutcome.NEW and row.data["type"] != "group"
        ]
        assert [row.problems for row in rows if row.outcome is RowOutcome.REFUSED] == []
        assert len(drafts) == count
    if name in ("a.txt", "a.docx"):
        assert [one.points for one in drafts][:4] == ["2", "4", "3", "1"]
        first = drafts[0]
        assert (first.difficulty, first.topics, first.source, first.tags) == ("hard", ("颜色",), "手册", ("急用",))
        assert [row.data["passage"][0] for row in members] == ["某厂着火了。"]


def test_what_the_file_said_beside_a_refused_question_stays_when_it_is_mended(app: Flask, keeper: Visitor) -> None:
    upload(keeper, PAPER.encode(), "a.txt")
    types = learn(app).plugins.question_types
    with learn(app).database.writing() as session:
        rows = session.scalars(select(ImportRow).order_by(ImportRow.id)).all()
        refused = [row for row in rows if row.outcome is RowOutcome.REFUSED]
        batch = session.get_one(Import, refused[0].import_id)
        answers = iter(("B", "AB", "A", "对"))
        told = []
        for row in refused:
            said = bank_mending.wording(row, types)
            kept = bank_mending.wording_kept(
                said.as_json() | {"answer": next(answers), "options": MENDED.get(said.options, said.options)}
            )
            bank_mending.mend(session, batch, row, kept, types=types, day="2026-03-02")
            assert row.outcome is RowOutcome.NEW, row.problems
            told.append(draft_of_row(row.data))
        assert [one.points for one in told] == ["2", "4", "3", "1"]
        first = told[0]
        assert (first.difficulty, first.topics, first.source, first.tags) == ("hard", ("颜色",), "手册", ("急用",))
        assert told[2].group == next(row.data["uid"] for row in rows if row.data.get("type") == "group")
        assert refused[2].data["passage"][0] == "某厂着火了。"


def test_the_box_of_refused_passages_keeps_all_that_was_said(app: Flask, keeper: Visitor) -> None:
    where = upload(keeper, PAPER.encode(), "a.txt")
    keeper.post(f"{where}/apply", how="good")
    keeper.get(where)
    box = keeper.text.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
    for old, new in (("答案：F", "答案：B"), ("B. 蓝", "C. 蓝"), ("A. 119 B. 120", "A. 119 B. 120\n答案：A"),
                     ("天是蓝的。", "天是蓝的。（√）")):  # fmt: skip
        assert old in box
        box = box.replace(old, new)
    keeper.get("/manage/bank/1/import")
    keeper.post("/manage/bank/1/import", text=box, encoding="")
    assert keeper.page is not None
    again = keeper.page.request.path
    keeper.post(f"{again}/apply", how="all")
    with learn(app).database.reading() as session:
        versions = session.scalars(select(QuestionVersion).order_by(QuestionVersion.id)).all()
        assert {one.body["stem"]: str(one.points) for one in versions} == {
            "某厂着火了。": "3", "先做什么？": "3", "甲是什么？": "2", "乙是什么？": "4", "电话？": "3", "天是蓝的。（　）": "1",
        }  # fmt: skip
        asked = {session.get_one(QuestionVersion, one.published_version_id).body["stem"]: one.group_id
                 for one in session.scalars(select(Question))}  # fmt: skip
        assert asked["电话？"] == asked["先做什么？"] is not None
        assert asked["天是蓝的。（　）"] is None
