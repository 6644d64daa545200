"""Imports on their pages beyond a first look: by steps, sent again, waiting for review, mended in the workbook."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from suyu_learn.models import Bank, Import, Question, QuestionVersion, Status
from suyu_learn.services import bank_imports, bank_steps, bank_undo
from suyu_learn.web import bank_import_reading, bank_import_steps
from tests.browser_without_script import Visitor
from tests.factories import learn
from tests.question_tables import HEADINGS, csv_file, single, workbook

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
RED = "FFC00000"


def upload(visitor: Visitor, content: bytes, name: str = "questions.csv") -> str:
    visitor.get("/manage/bank/1/import")
    visitor.post("/manage/bank/1/import", file=(io.BytesIO(content), name), encoding="")
    return visitor.page.request.path if visitor.page is not None else ""


def count(app: Flask, *where: Any) -> int:
    with learn(app).database.reading() as session:
        return session.scalar(select(func.count()).select_from(Question).where(*where)) or 0


@pytest.fixture
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three questions a step, and one step a request."""
    monkeypatch.setattr(bank_steps, "SLICE", 3)
    monkeypatch.setattr(bank_steps, "AT_ONCE", 4)
    monkeypatch.setattr(bank_undo, "SLICE", 3)
    monkeypatch.setattr(bank_import_reading, "PART", 2)
    monkeypatch.setattr(bank_import_steps, "SECONDS", 0.0)


@pytest.mark.usefixtures("short_steps")
def test_a_long_import_goes_in_and_back_by_steps(app: Flask, keeper: Visitor) -> None:
    where = upload(keeper, csv_file(*(single(f"第{number}问？") for number in range(8))))
    assert "8 of 8 questions can be taken in" in keeper.words
    keeper.post(f"{where}/apply", how="all")
    assert "3 of 8 questions are in the bank." in keeper.words
    assert '<progress class="sl-steps" value="3" max="8"' in keeper.text
    assert keeper.post(f"{where}/discard").status_code == 400
    keeper.get(where)
    for _number in range(2):
        keeper.post(f"{where}/step")
    assert "8 questions are in the bank now." in keeper.words
    assert "8 of 8 questions came into the bank" in keeper.words
    keeper.post(f"{where}/undo")
    assert "6 of 8 questions are marked as retired; none of them is drawn any more." in keeper.words
    assert count(app, Question.published_version_id.is_not(None)) == 0
    keeper.post(f"{where}/step")
    assert "8 of 8 questions were taken back" in keeper.words
    keeper.post(f"{where}/step")
    assert "8 of 8 questions were taken back" in keeper.words


def test_one_request_goes_on_with_steps_for_a_second(
    app: Flask, keeper: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_steps, "SLICE", 3)
    monkeypatch.setattr(bank_steps, "AT_ONCE", 4)
    where = upload(keeper, csv_file(*(single(f"第{number}问？") for number in range(8))))
    keeper.post(f"{where}/apply", how="all")
    assert "8 questions are in the bank now." in keeper.words
    assert count(app) == 8


@pytest.mark.usefixtures("short_steps")
def test_a_file_whose_storing_was_cut_off_is_shown_to_nobody(app: Flask, keeper: Visitor) -> None:
    where = upload(keeper, csv_file(*(single(f"第{number}问？") for number in range(8))))
    with learn(app).database.writing() as session:
        batch = session.scalars(select(Import)).one()
        batch.options = {**batch.options, bank_imports.ARRIVING: True}
    assert keeper.get(where).status_code == 409
    assert keeper.post(f"{where}/apply", how="all").status_code == 409
    keeper.get("/manage/bank/1")
    assert "questions.csv" not in keeper.words


@pytest.mark.usefixtures("short_steps")
def test_a_file_read_in_another_way_replaces_its_rows_part_by_part(app: Flask, keeper: Visitor) -> None:
    where = upload(keeper, csv_file(*(single(f"第{number}问？") for number in range(7))))
    keeper.post(f"{where}/read", form="csv", encoding="utf-8")
    assert "7 of 7 questions can be taken in" in keeper.words
    with learn(app).database.reading() as session:
        batch = session.scalars(select(Import)).one()
        assert bank_imports.counted_in(session, batch)["read"] == 7


def test_what_waits_for_review_is_known_again_and_the_pages_say_that_it_waits(app: Flask, keeper: Visitor) -> None:
    with learn(app).database.writing() as session:
        session.get_one(Bank, 1).review = True
    content = csv_file(single("一？", "A"), single("二？", "A"))
    where = upload(keeper, content)
    assert "This bank asks for review: what comes in waits until a reviewer agrees." in keeper.words
    keeper.post(f"{where}/apply", how="all")
    assert "2 questions are in the bank now and wait for review." in keeper.words
    assert "2 questions of this import wait for review." in keeper.words
    again = upload(keeper, content)
    assert "2 of the 2 questions came in before." in keeper.words
    keeper.post(f"{again}/discard")
    corrected = upload(keeper, csv_file(single("一？", "B"), single("二？", "A")))
    assert "with another answer" in keeper.words
    with learn(app).database.reading() as session:
        [doubtful] = bank_imports.rows_of(session, session.scalars(select(Import).order_by(Import.id.desc())).first(),
                                          [bank_imports.RowOutcome.DOUBTFUL])  # type: ignore[arg-type]  # fmt: skip
    keeper.post(f"{corrected}/apply", how="good", take=str(doubtful.id))
    assert _standing(app) == [(1, "retired"), (1, "review"), (2, "review")]
    keeper.post(f"{corrected}/undo")
    assert _standing(app) == [(1, "review"), (1, "review"), (2, "retired")]


def _standing(app: Flask) -> list[tuple[int, str]]:
    with learn(app).database.reading() as session:
        rows = session.execute(select(QuestionVersion.number, QuestionVersion.status))
        return sorted((number, Status(status).value) for number, status in rows)


def test_blanks_that_differ_in_their_order_alone_are_told_as_such(keeper: Visitor) -> None:
    headings = ("题型", "题干", "正确答案", "顺序不限")
    fixed, free = ("填空题", "水由____和____组成。", "氢|氧", ""), ("填空题", "水由____和____组成。", "氧|氢", "是")
    where = upload(keeper, csv_file(free, headings=headings))
    keeper.post(f"{where}/apply", how="all")
    upload(keeper, csv_file(("填空题", "水由____和____组成。", "氢|氧", "是"), headings=headings))
    assert "The bank has this question already, with the same answer" in keeper.words
    upload(keeper, csv_file(fixed, headings=headings))
    assert "with the same answers, but only one of the two takes them in any order" in keeper.words
    upload(keeper, csv_file(fixed, free, headings=headings))
    assert "0 of 2 questions can be taken in" in keeper.words


def test_a_workbook_comes_back_with_red_remarks_is_corrected_and_sent_again(keeper: Visitor) -> None:
    rows = [single("一？"), single("坏的？", "F"), single("二？"), single("没有答案？", "")]
    where = upload(keeper, workbook(题库=[HEADINGS, *rows]), "题库.xlsx")
    keeper.post(f"{where}/apply", how="good")
    assert "Download your file with remarks" in keeper.words
    reply = keeper.get(f"{where}/remarked")
    assert reply.headers["Content-Disposition"].endswith(".xlsx")
    book = load_workbook(io.BytesIO(reply.get_data()))
    sheet = book["题库"]
    remarks = len(HEADINGS) + 1
    assert [sheet.cell(row, remarks).value for row in (1, 2, 4)] == ["Reason", None, None]
    for row, reason in ((3, "The answer names F, but there are only 4 options."), (5, "The answer is missing.")):
        assert str(sheet.cell(row, remarks).value).startswith(reason)
        assert sheet.cell(row, remarks).font.color.rgb == RED
        sheet.cell(row, HEADINGS.index("正确答案") + 1).value = "B"
    stream = io.BytesIO()
    book.save(stream)
    again = upload(keeper, stream.getvalue(), "题库.xlsx")
    assert "2 of the 4 questions came in before. They are passed over." in keeper.words
    assert "2 of 4 questions can be taken in" in keeper.words
    assert "is not kept" not in keeper.words
    keeper.post(f"{again}/apply", how="all")
    assert "2 questions are in the bank now." in keeper.words
