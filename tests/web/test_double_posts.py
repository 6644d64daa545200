"""Forms posted twice at once, as a double click does: on both databases nobody meets an error."""

from __future__ import annotations

import io
import threading

import pytest
from flask import Flask
from sqlalchemy import func, select

from suyu_learn.content.formats.question_guess import TableLook
from suyu_learn.models import ColumnMap, Import, ImportRow, Person, PrintedPaper, Role
from suyu_learn.services import bank_columns, bank_imports, people
from suyu_learn.web import bank_import_reading
from tests.browser_without_script import Visitor
from tests.factories import learn, manager, published_exam, stored_bank
from tests.question_tables import csv_file

CLICKS = 6
HEADINGS = ("甲栏", "乙栏", "丙栏", "丁栏")
SAID = {"column-0-0": "stem", "column-0-1": "option A", "column-0-2": "option B", "column-0-3": "answer"}


def table_in_doubt(visitor: Visitor) -> str:
    """A table whose columns are asked for; where that is done."""
    rows = [(f"{number}号灭火器应放在哪里？", "对的", "错的", "A") for number in range(9)]
    visitor.get("/manage/bank/1/import")
    visitor.post("/manage/bank/1/import", file=(io.BytesIO(csv_file(*rows, headings=HEADINGS)), "a.csv"), encoding="")
    assert visitor.page is not None
    assert visitor.page.request.path.endswith("/columns")
    return visitor.page.request.path


def posted_at_once(app: Flask, visitor: Visitor, path: str, **data: str) -> list[int]:
    """The statuses of the same post sent by several threads in one moment, each ended by the page it leads to."""
    barrier = threading.Barrier(CLICKS)
    found: list[int] = []
    cookies = "; ".join(f"{one.key}={one.value}" for one in visitor.client._cookies.values())
    token = visitor.token

    def post() -> None:
        client = app.test_client(use_cookies=False)
        headers = {**visitor.headers, "Cookie": cookies}
        barrier.wait()
        reply = client.post(path, data={"csrf_token": token, **data}, headers=headers, environ_base=visitor.environ)
        found.append(reply.status_code)

    threads = [threading.Thread(target=post) for _ in range(CLICKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_the_columns_said_twice_at_once_are_read_and_remembered_once(
    app: Flask, keeper: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_import_reading, "PART", 2)
    where = table_in_doubt(keeper)
    assert posted_at_once(app, keeper, where, **SAID) == [303] * CLICKS
    with learn(app).database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ColumnMap)) == 1
        assert session.scalar(select(func.count()).select_from(ImportRow)) == 9
    keeper.get(where.removesuffix("/columns"))
    assert "9 of 9 questions can be taken in" in keeper.words


def test_papers_to_print_posted_twice_at_once_are_made_once(app: Flask) -> None:
    here = learn(app)
    with here.database.writing() as session:
        unit = people.add_unit(session, "Mill", parent=None, now=here.now())
        source = stored_bank(session, now=here.now(), unit=unit)
        exam_id = published_exam(session, now=here.now(), unit=unit, source=source).id
        name = str(manager(session, Role.ORGANIZER, unit, now=here.now()).username)
    boss = Visitor(app).sign_in(name)
    boss.get(f"/manage/exams/{exam_id}/print")
    assert posted_at_once(app, boss, f"/manage/exams/{exam_id}/print/make", count="3", after="0") == [303] * CLICKS
    with here.database.reading() as session:
        assert session.scalars(select(PrintedPaper.code).order_by(PrintedPaper.code)).all() == ["A", "B", "C"]


def test_who_posts_while_it_is_stored_is_led_to_the_preview_and_can_look_again(app: Flask, keeper: Visitor) -> None:
    where = table_in_doubt(keeper)
    with learn(app).database.writing() as session:
        batch = session.scalars(select(Import)).one()
        batch.options = {**batch.options, bank_imports.ARRIVING: True}
    shown = where.removesuffix("/columns")
    for path in (where, f"{shown}/read"):
        reply = keeper.post(path, follow=False, form="csv", encoding="", **SAID)
        assert (reply.status_code, reply.headers["Location"]) == (303, shown)
    assert keeper.get(shown).status_code == 409
    assert f'href="{shown}"' in keeper.text
    assert "Look again" in keeper.words


def test_what_several_say_of_the_same_headings_at_once_is_kept_once(app: Flask, keeper: Visitor) -> None:
    here = learn(app)
    look = TableLook("", 1, HEADINGS, (), (), 3, ())
    barrier = threading.Barrier(CLICKS)
    failures: list[BaseException] = []

    def say(number: int) -> None:
        barrier.wait()
        try:
            with here.database.writing() as session:
                person = session.scalars(select(Person.id).order_by(Person.id).limit(1)).one()
                bank_columns.remember(session, person, [look], {"": {"0": f"said {number}"}}, now=here.now())
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=say, args=(number,)) for number in range(CLICKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with here.database.reading() as session:
        [kept] = session.scalars(select(ColumnMap)).all()
        assert kept.columns["sheets"][0]["0"].startswith("said ")
