"""Question banks on their pages: reach, keeping, importing, mending."""

from __future__ import annotations

import html
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.content.formats.sheets import read_sheets
from suyu_learn.models import Bank, Grant, ImportRow, Person, Role, RowOutcome, Unit
from suyu_learn.services import bank_contents, people
from suyu_learn.web.bank_import_pages import MOST_LISTED
from tests.browser_without_script import Visitor
from tests.factories import learn, learner, stored_bank
from tests.factories import single as a_single
from tests.question_tables import HEADINGS, csv_file, single, workbook

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def town(app: Flask) -> dict[str, int]:
    """A city with two workshops, a keeper of one, an administrator, a learner, and a bank in each place."""
    here = learn(app)
    now = here.now()
    with here.database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=now)
        mill = people.add_unit(session, "Mill", parent=city, now=now)
        farm = people.add_unit(session, "Farm", parent=city, now=now)
        keeper = learner(session, now=now, unit=mill, username="keeper")
        admin = learner(session, now=now, unit=city, username="admin")
        learner(session, now=now, unit=mill, username="lin")
        _grant(session, keeper, Role.UNIT_MANAGER, mill, now)
        _grant(session, admin, Role.ADMIN, None, now)
        shipped = stored_bank(session, now=now, name="Shipped")
        shipped.pack = "packs/shipped"
        mine = stored_bank(session, now=now, unit=mill, name="Of the mill")
        other = stored_bank(session, now=now, unit=farm, name="Of the farm")
        return {"shipped": shipped.id, "mine": mine.id, "other": other.id, "mill": mill.id}


def _grant(session: Any, person: Person, role: Role, unit: Unit | None, now: Any) -> None:
    session.add(Grant(person_id=person.id, role=role, unit_id=unit.id if unit else None, granted_at=now))
    session.flush()


def upload(visitor: Visitor, bank_id: int, content: bytes, name: str = "questions.csv", **more: str) -> str:
    visitor.get(f"/manage/bank/{bank_id}/import")
    visitor.post(f"/manage/bank/{bank_id}/import", file=(io.BytesIO(content), name), encoding="", **more)
    return visitor.page.request.path if visitor.page is not None else ""


def test_who_sees_and_changes_which_bank(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    keeper.get("/manage/bank")
    assert "Of the mill" in keeper.words
    assert "Shipped" in keeper.words
    assert "Of the farm" not in keeper.words
    for path, method, status in (
        ("shipped", "get", 200), ("mine", "get", 200), ("other", "get", 404), ("shipped", "post", 403),
        ("other", "post", 404), ("mine", "post", 422),
    ):  # fmt: skip
        where = f"/manage/bank/{town[path]}"
        reply = keeper.get(where) if method == "get" else keeper.post(f"{where}/rename", name="")
        assert reply.status_code == status, (path, method)
    admin = Visitor(app).sign_in("admin")
    assert admin.get(f"/manage/bank/{town['other']}").status_code == 200
    lin = Visitor(app).sign_in("lin")
    assert lin.get("/manage/bank").status_code == 403
    assert "Question banks" not in lin.get("/").get_data(as_text=True)
    assert Visitor(app).get("/manage/bank", follow=False).status_code == 302


def test_a_new_bank_is_made_within_reach_only(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    keeper.get("/manage/bank")
    keeper.post("/manage/bank", name=" Fire  safety ")
    assert "Import questions" in keeper.words
    with learn(app).database.reading() as session:
        made = bank_contents.banks_within(session, session.get_one(Person, 1))[0:3]
        assert [one.unit.id for one in made if one.bank.name == "Fire safety" and one.unit] == [town["mill"]]
    keeper.get("/manage/bank")
    assert keeper.post("/manage/bank", name="Fire safety").status_code == 422
    assert "another bank called" in keeper.words


def test_questions_are_searched_shown_and_retired(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    keeper.get(f"/manage/bank/{town['mine']}")
    assert "Question 3?" in keeper.words
    assert "Because of 3." in keeper.words
    assert keeper.text.count('<details class="sl-seen__key"') == 5
    keeper.get(f"/manage/bank/{town['mine']}?q=wrong+3.1&type=single&difficulty=medium")
    assert "1 of 5 questions" in keeper.words
    assert "Question 4?" not in keeper.words
    own = re.search(r'href="([^"]+/questions/\d+)"', keeper.text)
    assert own
    keeper.get(own[1])
    retire = re.search(r'action="([^"]+/retire)"', keeper.text)
    assert retire
    keeper.post(retire[1])
    assert "is retired" in keeper.words
    keeper.get(f"/manage/bank/{town['mine']}")
    assert "Question 3?" not in keeper.words
    keeper.get(f"/manage/bank/{town['mine']}?status=retired")
    assert "Question 3?" in keeper.words


def test_long_banks_have_pages(app: Flask, town: dict[str, int]) -> None:
    with learn(app).database.writing() as session:
        long = stored_bank(session, now=learn(app).now(), unit=session.get_one(Unit, town["mill"]), name="Long",
                           questions=[a_single(number) for number in range(45)])  # fmt: skip
        number = long.id
    keeper = Visitor(app).sign_in("keeper")
    keeper.get(f"/manage/bank/{number}?page=3&q=Question")
    assert "Page 3 of 3" in keeper.words
    assert f"/manage/bank/{number}?q=Question&amp;page=2" in keeper.text
    keeper.get(f"/manage/bank/{number}?page=99")
    assert "Page 3 of 3" in keeper.words


def test_renaming_binning_and_taking_out_again(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    where = f"/manage/bank/{town['mine']}"
    keeper.get(where)
    keeper.post(f"{where}/rename", name="Of the old mill")
    assert "Of the old mill" in keeper.words
    keeper.post(f"{where}/delete")
    assert "is in the bin" in keeper.words
    keeper.post(f"{where}/restore")
    assert "is back" in keeper.words
    with learn(app).database.reading() as session:
        assert session.get_one(Bank, town["mine"]).deleted_at is None


def test_a_file_is_looked_at_taken_in_and_taken_back(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    rows = [single("木粉为什么会爆炸？"), single("坏的？", "F"), single("木粉为什么会爆炸？"), single("二？", "A"),
            single("二？", "B")]  # fmt: skip
    where = upload(keeper, town["mine"], csv_file(*rows))
    assert where.startswith("/manage/bank/imports/")
    assert "1 of 5 questions can be taken in. Nothing is in the bank yet." in keeper.words
    assert "The answer names F, but there are only 4 options." in keeper.words
    assert "2 questions stand in this file again with other answers." in keeper.words
    assert "in the bank with" not in keeper.words
    assert "1 question stands in this file a second time. It is passed over." in keeper.words
    assert "Twice in this file with the same answer; it stands first in row 2." in keeper.words
    assert (
        "1 of 5 questions come into the bank now; 4 stay out (refused 1, repeated 1, with another answer 2)."
        in keeper.words
    )
    assert "0 of 5 questions come in, and this preview goes." in keeper.words
    assert "Download the question with faults, to correct it and import it again" in keeper.words
    keeper.post(f"{where}/apply", how="all")
    assert "Nothing was taken in" in keeper.words
    taken = re.search(r'name="take" value="(\d+)"', keeper.text)
    assert taken
    keeper.post(f"{where}/apply", how="good", take=taken[1])
    assert "2 questions are in the bank now." in keeper.words
    assert "2 of 5 questions came into the bank" in keeper.words
    keeper.post(f"{where}/undo")
    assert "The import was taken back" in keeper.words
    assert keeper.post(f"{where}/apply", how="good").status_code == 400


def test_the_format_is_recognised_told_and_can_be_overridden(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    text = "1. 木粉为什么会爆炸？\nA. 太重\nB. 太细\n答案：B\n"
    where = upload(keeper, town["mine"], text.encode("utf-16"), "试题.txt")
    assert "Read as: running text." in keeper.words
    assert "1 of 1 questions can be taken in" in keeper.words
    keeper.post(f"{where}/read", form="csv", encoding="")
    assert keeper.page is not None
    assert keeper.page.status_code == 422
    assert "No heading row was found" in keeper.words
    assert "1 of 1 questions can be taken in" in keeper.words
    keeper.post(f"{where}/read", form="text", encoding="utf-16")
    assert "1 of 1 questions can be taken in" in keeper.words
    keeper.post(f"{where}/apply", how="all")
    assert "1 question is in the bank now" in keeper.words
    assert keeper.post(f"{where}/read", form="csv", encoding="").status_code == 400


def test_a_format_chosen_with_the_file_reads_it(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    upload(keeper, town["mine"], csv_file(single("一？")), "questions.dat", form="csv")
    assert "Read as: table as text (csv, tsv)." in keeper.words


def test_nearly_equal_questions_stand_side_by_side_and_conflicts_of_keys_are_shouted(
    app: Flask, town: dict[str, int]
) -> None:
    keeper = Visitor(app).sign_in("keeper")
    stem = "发现木粉尘大量堆积在除尘管道内时应当首先做什么？"
    where = upload(keeper, town["mine"], csv_file(
        single(stem, "A", "停机断电并挂牌", "继续生产", "加大风量吹走"),
        single(stem.replace("首先", "最先"), "A", "停机断电并挂牌", "继续生产", "加大风量吹走"),
        single(stem, "B", "停机断电并挂牌", "继续生产", "加大风量吹走吧"),
        single("完全不同的一道题？", "A", "甲", "乙", "丙"),
    ))  # fmt: skip
    assert "4 of 4 questions can be taken in" in keeper.words
    assert "3 pairs of questions are nearly the same" in keeper.words
    assert re.search(r"9\d % alike", keeper.words)
    assert "<mark>首</mark>" in keeper.text
    assert "The same question with another answer: find out which is right." in keeper.words
    assert keeper.words.index("find out which is right") < keeper.words.index("<mark>" in keeper.text and "最先")
    leave = re.search(r'action="([^"]+/rows/\d+)"><input[^>]+><button[^>]+value="leave"', keeper.text)
    assert leave
    keeper.post(leave[1], do="leave")
    assert "The question is left out." in keeper.words
    assert "1 pair of questions" not in keeper.words
    keeper.post(f"{where}/apply", how="all")
    assert "3 questions are in the bank now" in keeper.words
    upload(keeper, town["mine"], csv_file(single(stem + "请选择", "A", "停机断电并挂牌", "继续生产", "加大风量吹走")))
    assert "in the bank" in keeper.words
    assert "% alike" in keeper.words


def test_columns_are_asked_where_headings_are_unknown_and_remembered(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")

    def table(stem: str) -> bytes:
        headings = ("甲栏", "乙栏", "丙栏", "丁栏", "戊栏")
        rows = [(f"{stem}{number}号灭火器应放在哪里？", "对的", "错的", f"A{number}", "A") for number in range(3)]
        return csv_file(*rows, headings=headings)

    where = upload(keeper, town["mine"], table("第"))
    assert where.endswith("/columns")
    assert "甲栏" in keeper.words
    assert "第0号灭火器应放在哪里？" in keeper.words
    said = {"column-0-0": "stem", "column-0-1": "option A", "column-0-2": "option B", "column-0-3": "",
            "column-0-4": "answer"}  # fmt: skip
    keeper.get(where.removesuffix("/columns"))
    assert "What are the columns?" in keeper.words
    keeper.post(where, **{**said, "column-0-0": ""})
    assert keeper.page is not None
    assert keeper.page.status_code == 422
    keeper.post(where, **said)
    assert "3 of 3 questions can be taken in" in keeper.words
    keeper.post(f"{where.removesuffix('/columns')}/apply", how="all")
    upload(keeper, town["mine"], table("另"))
    assert "The columns were read as you said of a table with the same headings before." in keeper.words
    assert "3 of 3 questions can be taken in" in keeper.words


def test_the_mended_file_tells_what_came_in_before(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    where = upload(keeper, town["mine"], csv_file(single("一？"), single("坏的？", "F"), single("三？")))
    keeper.post(f"{where}/apply", how="good")
    upload(keeper, town["mine"], csv_file(single("一？"), single("坏的？", "B"), single("三？")))
    assert "2 of the 3 questions came in before. They are passed over." in keeper.words
    assert "1 of 3 questions can be taken in" in keeper.words


def test_the_very_table_comes_back_with_remarks_and_in_again(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    where = upload(keeper, town["mine"], csv_file(single("一？"), single("坏的？", "F")))
    given = keeper.get(f"{where}/remarked").get_data()
    assert "The answer names F, but there are only 4 options." in given.decode("utf-8-sig")
    keeper.post(f"{where}/apply", how="good")
    upload(keeper, town["mine"], given.decode("utf-8-sig").replace('"F"', '"B"').replace(",F,", ",B,").encode())
    assert "1 of the 2 questions came in before" in keeper.words
    assert "1 of 2 questions can be taken in" in keeper.words
    assert "is not kept" not in keeper.words


def test_the_very_document_comes_back_with_remarks(app: Flask, town: dict[str, int]) -> None:
    import docx

    document = docx.Document()
    for line in ("1. 哪个电话报火警？", "A. 110", "B. 119", "答案：E", "2. 先断电再救人。（ √ ）"):
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    keeper = Visitor(app).sign_in("keeper")
    where = upload(keeper, town["mine"], stream.getvalue(), "试题.docx")
    assert "Download your file with remarks" in keeper.words
    given = keeper.get(f"{where}/remarked").get_data()
    texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(given)).paragraphs]
    assert any("The answer names E, but there are only 2 options." in text for text in texts)
    upload(keeper, town["mine"], given, "试题.docx")
    assert "The answer names E" in keeper.words


def test_questions_of_a_document_are_named_by_their_numbers_and_lines(app: Flask, town: dict[str, int]) -> None:
    import docx

    document = docx.Document()
    for line in ("一、单选题", "1. 哪个电话报火警？", "A. 110", "B. 119", "答案：E",
                 "2. 红色的是？", "A. 血", "B. 草", "答案：A",
                 "3. 红色的是？", "A. 血", "B. 草", "答案：A", "4. 绿色的是？", "A. 血", "B. 草", "答案：A",
                 "5. 绿色的是？", "A. 血", "B. 草", "答案：B"):  # fmt: skip
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    keeper = Visitor(app).sign_in("keeper")
    where = upload(keeper, town["mine"], stream.getvalue(), "试题.docx")
    assert "question 1 · row 2" in keeper.words
    assert "Twice in this file with the same answer; it stands first as question 2 in row 6." in keeper.words
    assert "the other is question 5 in row 18." in keeper.words
    with learn(app).database.reading() as session:
        row = session.scalars(select(ImportRow).where(ImportRow.outcome == RowOutcome.REFUSED)).one()
    keeper.post(f"{where}/rows/{row.id}", type="single", stem="哪个电话报火警？", options="A. 110\nB. 119", answer="E")
    keeper.get(where)
    assert "question 1 · row 2" in keeper.words  # and so once somebody has had a hand in it


def test_page_and_report_say_the_same(app: Flask, town: dict[str, int], tmp_path: Path) -> None:
    headings = (*HEADINGS, "出题人")
    rows = [(*single(f"第{number}个？", "A", kind="多选题"), "李") for number in range(3)]
    rows += [(*single("坏的？", "F"), ""), (*single("第0个？", "A", kind="多选题"), "李")]
    content = csv_file(*rows, headings=headings)
    file = tmp_path / "questions.csv"
    file.write_bytes(content)
    reply = app.test_cli_runner().invoke(args=["suyu", "import-bank", str(file), "--bank", "By command", "--json"])
    report = json.loads(reply.stdout)
    assert report["read"] == report["imported"] + report["duplicates"] + len(report["errors"]) == 5
    assert [(one["code"], one["count"]) for one in report["warnings"]] == [("table.one_right_of_many", 3)]
    assert [(one["code"], one["count"]) for one in report["losses"]] == [("table.column_not_kept", 1)]
    keeper = Visitor(app, lang="zh-CN").sign_in("keeper")
    upload(keeper, town["mine"], content)
    for one in (*report["errors"], *report["warnings"], *report["losses"]):
        assert one["reason"] in keeper.words, one
    assert "3 次，最先：第 2 行" in keeper.words


def test_the_list_of_imports_says_what_became_of_each(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    bank = f"/manage/bank/{town['mine']}"
    where = upload(keeper, town["mine"], csv_file(single("一？"), single("二？"), single("坏的？", "F")))
    keeper.get(bank)
    waits = r"questions\.csv 2 Mar 2026, 09:00 · Learner \d+ · waits for a decision: 2 questions could come in"
    assert re.search(waits, keeper.words)
    keeper.post(f"{where}/apply", how="good")
    keeper.get(bank)
    assert "· 2 of 3 questions taken in" in keeper.words
    assert "waits for a decision" not in keeper.words
    keeper.post(f"{where}/undo")
    keeper.get(bank)
    assert "· taken back: 2 questions" in keeper.words


def test_an_imported_question_is_named_by_its_file_and_not_by_a_code(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    where = upload(keeper, town["mine"], csv_file(single("一？")))
    keeper.post(f"{where}/apply", how="all")
    keeper.get(f"/manage/bank/{town['mine']}")
    assert re.search(r"questions\.csv · 2 Mar 2026, 09:00 · Learner \d+", keeper.words)
    assert "imp-" not in keeper.words
    upload(keeper, town["mine"], csv_file(single("一？"), single("新的？")), "more.csv")
    known = (
        r"The bank has this question already, with the same answer: questions\.csv, 2 Mar 2026, 09:00, Learner \d+\."
    )
    assert re.search(known, keeper.words)
    assert "imp-" not in keeper.words


def test_a_repeated_question_names_sheet_and_row_of_the_first(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    content = workbook(甲=[HEADINGS, single("一？")], 乙=[HEADINGS, single("二？"), single("一？")])
    upload(keeper, town["mine"], content, "questions.xlsx")
    assert "Twice in this file with the same answer; it stands first in row 2 of sheet “甲”." in keeper.words


def test_correcting_first_throws_the_preview_away_and_asks_for_the_file(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    where = upload(keeper, town["mine"], csv_file(single("一？"), single("坏的？", "F")))
    keeper.post(f"{where}/discard", again="1")
    assert keeper.page is not None
    assert keeper.page.request.path == f"/manage/bank/{town['mine']}/import"
    assert keeper.get(where).status_code == 404


def test_a_preview_can_be_thrown_away_and_is_nobody_elses(app: Flask, town: dict[str, int]) -> None:
    keeper, admin = Visitor(app).sign_in("keeper"), Visitor(app).sign_in("admin")
    foreign = upload(admin, town["other"], csv_file(single("一？")))
    for path in ("", "/errors.xlsx"):
        assert keeper.get(foreign + path).status_code == 404
    assert keeper.post(f"{foreign}/apply", how="good").status_code == 404
    own = upload(keeper, town["mine"], csv_file(single("一？")))
    keeper.post(f"{own}/discard")
    assert "thrown away" in keeper.words
    assert keeper.get(own).status_code == 404


def test_refused_questions_come_back_as_a_table_that_can_be_mended(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    where = upload(keeper, town["mine"], csv_file(single("坏的？", "F"), single("=1+1是几？", "C", "1", "2")))
    table = keeper.get(f"{where}/errors.xlsx").get_data()
    rows = read_sheets(table, "errors.xlsx")[0].rows
    assert rows[0][:4] == ("Sheet", "Row", "Column", "Reason")
    assert rows[1][1:3] == ("2", "正确答案")
    assert rows[2][5] == "=1+1是几？"
    mended = [(*row[4:],) for row in rows]
    again = csv_file(*[tuple("B" if cell in ("F", "C") else cell for cell in row) for row in mended[1:]],
                     headings=mended[0])  # fmt: skip
    upload(keeper, town["mine"], again)
    assert "2 of 2 questions can be taken in" in keeper.words


def test_the_same_file_again_is_said(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    content = csv_file(single("一？"))
    where = upload(keeper, town["mine"], content)
    keeper.post(f"{where}/apply", how="all")
    upload(keeper, town["mine"], content)
    assert "Exactly this file came into the bank “Of the mill” before" in keeper.words
    assert "0 of 1 questions can be taken in" in keeper.words


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "empty"),
        (b"", "", "Choose a file first"),
        (b"PK\x03\x04nonsense", "a.xlsx", "damaged"),
        (b"x", "a.exe", "Files of this kind (.exe)"),
        ("买菜\n白菜\n".encode(), "a.csv", "No heading row was found"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xlsx", "Save as"),
    ],
)
def test_files_that_cannot_be_read_say_why(
    app: Flask, town: dict[str, int], content: bytes, name: str, said: str
) -> None:
    keeper = Visitor(app).sign_in("keeper")
    upload(keeper, town["mine"], content, name)
    assert keeper.page is not None
    assert keeper.page.status_code == 422
    assert said in keeper.words


def test_an_upload_over_the_limit_is_refused_in_words(make_app: Any, clock: Any) -> None:
    app = make_app(clock=clock, SUYU_LEARN_MAX_UPLOAD_MB=1)
    here = learn(app)
    with here.database.writing() as session:
        unit = people.add_unit(session, "Mill", parent=None, now=here.now())
        keeper_row = learner(session, now=here.now(), unit=unit, username="keeper")
        _grant(session, keeper_row, Role.ORGANIZER, unit, here.now())
        number = stored_bank(session, now=here.now(), unit=unit).id
    keeper = Visitor(app).sign_in("keeper")
    reply = keeper.client.post(
        f"/manage/bank/{number}/import", data=b"x" * 1_100_000, headers=keeper.headers,
        content_type="multipart/form-data; boundary=cut",
    )  # fmt: skip
    assert reply.status_code == 413
    assert "larger than 1 MB" in reply.get_data(as_text=True)


def test_shipped_banks_take_no_uploads(app: Flask, town: dict[str, int]) -> None:
    admin = Visitor(app).sign_in("admin")
    upload(admin, town["shipped"], csv_file(single("一？")))
    assert "comes with Suyu Learn and takes no uploads" in admin.words


def test_the_template_can_be_fetched_and_imported(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    template = keeper.get("/manage/bank/template.xlsx").get_data()
    assert [sheet.name for sheet in read_sheets(template, "t.xlsx")] == ["题库", "填写说明"]
    upload(keeper, town["mine"], template, "题库模板.xlsx")
    assert re.search(r"\b(\d+) of \1 questions can be taken in", keeper.words)


PASTED = """一、单选题（每题2分）
1. 木粉为什么会爆炸？（ B ）
A. 太重  B. 太细  C. 太湿
2. 哪个电话报火警？
A. 110  B. 119
答案：E
二、判断题
3. 先断电再救人。（ √ ）
"""


def paste(visitor: Visitor, bank_id: int, text: str, **more: Any) -> None:
    visitor.get(f"/manage/bank/{bank_id}/import")
    visitor.post(f"/manage/bank/{bank_id}/import", text=text, encoding="", **more)


def test_pasted_questions_come_in_and_the_faulty_one_is_mended_on_the_page(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    paste(keeper, town["mine"], PASTED)
    assert "2 of 3 questions can be taken in" in keeper.words
    assert "The answer names E, but there are only 2 options." in keeper.words
    preview = keeper.page.request.path  # type: ignore[union-attr]
    row = re.search(r'action="(/manage/bank/imports/[^"]+/rows/\d+)"', keeper.text)
    assert row
    fields = dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n(.*?)</textarea>', keeper.text, re.DOTALL)[:4])
    assert fields == {"stem": "哪个电话报火警？", "options": "A. 110\nB. 119", "answer": "E", "explanation": ""}
    keeper.post(row[1], do="save", **{**fields, "type": "single", "answer": "C"})
    assert "The answer names C, but there are only 2 options." in keeper.words
    assert ">\nC</textarea>" in keeper.text
    keeper.post(row[1], do="save", **{**fields, "type": "single", "answer": "B"})
    assert "The question is good and can be taken in." in keeper.words
    assert "3 of 3 questions can be taken in" in keeper.words
    keeper.post(f"{preview}/apply", how="all")
    assert "3 questions are in the bank now" in keeper.words
    keeper.get(f"/manage/bank/{town['mine']}")
    assert "哪个电话报火警" in keeper.text


def test_what_was_refused_of_a_text_can_be_read_again_later(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    paste(keeper, town["mine"], PASTED)
    preview = keeper.page.request.path  # type: ignore[union-attr]
    keeper.post(f"{preview}/apply", how="good")
    assert "2 questions are in the bank now" in keeper.words
    box = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", keeper.text, re.DOTALL)[1])  # type: ignore[index]
    assert box.strip() == "2. 哪个电话报火警？\nA. 110  B. 119\n答案：E\n题型：单选\n分值：2"
    paste(keeper, town["mine"], box.replace("答案：E", "答案：B"))
    assert "1 of 1 questions can be taken in" in keeper.words
    keeper.post(f"{keeper.page.request.path}/apply", how="all")  # type: ignore[union-attr]
    keeper.get(f"/manage/bank/{town['mine']}")
    assert "哪个电话报火警" in keeper.text


def test_what_was_pasted_is_not_lost(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    paste(keeper, town["mine"], PASTED, file=(io.BytesIO(b"x"), "a.csv"))
    assert "Either choose a file or paste text, not both" in keeper.words
    assert "木粉为什么会爆炸" in keeper.text
    paste(keeper, town["mine"], "----")
    assert "No question was found in the text" in keeper.words
    assert "----</textarea>" in keeper.text
    paste(keeper, town["mine"], "  ")
    assert "Choose a file first, or paste the questions" in keeper.words


def test_a_text_file_from_an_old_computer(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    upload(keeper, town["mine"], PASTED.encode("gb18030"), "试题.txt")
    assert "2 of 3 questions can be taken in" in keeper.words


def test_a_long_document_can_be_pasted(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    text = "".join(f"{number}. 第{number}问，{'长' * 300}？（ √ ）\n" for number in range(1, 1001))
    paste(keeper, town["mine"], f"一、判断题\n{text}")
    assert "1000 of 1000 questions can be taken in" in keeper.words


def test_every_refused_passage_stands_in_the_box(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    many = MOST_LISTED + 5
    paste(
        keeper, town["mine"], "一、判断题\n" + "".join(f"{number}. 第{number}问？\n" for number in range(1, many + 1))
    )
    assert f"0 of {many} questions can be taken in" in keeper.words
    keeper.get(f"{keeper.page.request.path}?faulty=99")  # type: ignore[union-attr]
    assert f">\n第{many}问？</textarea>" in keeper.text
    keeper.post(f"{keeper.page.request.path}/apply", how="good")  # type: ignore[union-attr]
    assert f"{many}. 第{many}问？" in keeper.text


def test_links_keep_the_filter_and_a_search_is_kept(app: Flask, town: dict[str, int]) -> None:
    keeper = Visitor(app).sign_in("keeper")
    where = f"/manage/bank/{town['mine']}"
    keeper.get(f"{where}?q=question&type=single&status=any&sort=new&topic=none&page=1&nonsense=1")
    assert "5 of 5 questions" in keeper.words
    assert '<option value="new" selected>' in keeper.text
    keeper.post(f"{where}/filters", name="All single", q="question", type="single", nonsense="1")
    assert "The search is saved" in keeper.words
    assert f'href="{where}?q=question&amp;type=single"' in keeper.text
    forget = re.search(r'action="([^"]+/forget)"', keeper.text)
    assert forget
    keeper.post(forget[1], bank=str(town["mine"]))
    assert "All single" not in keeper.words
    keeper.post(f"{where}/filters", name="", q="x")
    assert "Give the search a name" in keeper.words
