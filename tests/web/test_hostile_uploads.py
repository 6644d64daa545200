"""Uploads by hand-written requests: names that break headers, texts that no database keeps."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Import, Question, Role
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.factories import learn, manager, stored_bank
from tests.question_tables import csv_file, single


@pytest.fixture
def keeper(app: Flask) -> tuple[Visitor, str]:
    here = learn(app)
    with here.database.writing() as session:
        mill = people.add_unit(session, "Mill", parent=None, now=here.now())
        row = stored_bank(session, now=here.now(), unit=mill, questions=[])
        name = manager(session, Role.ORGANIZER, mill, now=here.now()).username
        where = f"/manage/bank/{row.id}/import"
    visitor = Visitor(app).sign_in(name)
    visitor.get(where)
    return visitor, where


def send(visitor: Visitor, where: str, disposition: str, content: bytes) -> Any:
    """A form with a file as no browser would send it."""
    fields = {"csrf_token": visitor.token, "form": "", "encoding": "", "text": ""}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
             for name, value in fields.items()]  # fmt: skip
    parts.append(f'--x\r\nContent-Disposition: form-data; name="file"; {disposition}\r\n\r\n'.encode() + content)
    body = b"\r\n".join(parts) + b"\r\n--x--\r\n"
    return visitor.client.post(where, data=body, content_type="multipart/form-data; boundary=x", follow_redirects=True,
                               headers=visitor.headers, environ_base=visitor.environ)  # fmt: skip


@pytest.mark.parametrize(
    "name", ["a%0D%0AX-Evil%3A%201.csv", "a%00b.csv", "..%2F..%2Fetc%2Fpasswd.csv", "%22%3Bx%3D.csv"]
)
def test_a_file_name_breaks_no_header(app: Flask, keeper: tuple[Visitor, str], name: str) -> None:
    visitor, where = keeper
    reply = send(visitor, where, f"filename*=UTF-8''{name}", csv_file(single("一？"), single("坏？", "Z")))
    assert reply.status_code == 200
    with learn(app).database.reading() as session:
        batch = session.scalars(select(Import)).one()
        assert batch.file_name.isprintable()
        assert "/" not in batch.file_name
    for path in ("remarked", "errors.xlsx"):
        sent = visitor.client.get(f"/manage/bank/imports/{batch.key}/{path}")
        assert sent.status_code == 200, path
        assert "X-Evil" not in sent.headers
        assert "/" not in sent.headers["Content-Disposition"]


def test_broken_characters_of_a_file_are_left_out(app: Flask, keeper: tuple[Visitor, str]) -> None:
    visitor, where = keeper
    broken = "\0\ud800"
    said = {"题目": f"一{broken}？", "选项A": "甲\0", "选项B": "乙\ud800", "答案": "A", "题型": "单选题",
            "知识点": f"点{broken}", "标签": f"签{broken}", "来源": f"源{broken}", f"另{broken}": "x"}  # fmt: skip
    reply = send(visitor, where, 'filename="a.json"', json.dumps([said, {**said, "答案": "Z\0"}]).encode())
    assert reply.status_code == 200
    with learn(app).database.reading() as session:
        key = session.scalars(select(Import.key)).one()
    visitor.get(f"/manage/bank/imports/{key}")
    visitor.post(f"/manage/bank/imports/{key}/apply")
    assert "1 question is in the bank now." in visitor.words
    with learn(app).database.reading() as session:
        assert len(session.scalars(select(Question)).all()) == 1


def test_a_form_that_chooses_without_end_is_answered(app: Flask, keeper: tuple[Visitor, str]) -> None:
    visitor, where = keeper
    visitor.post(where, text="1. 哪个？\nA. 一\nB. 二\n答案：A\n", form="", encoding="")
    with learn(app).database.reading() as session:
        key = session.scalars(select(Import.key)).one()
    reply = visitor.post(f"/manage/bank/imports/{key}/apply", take=[str(number) for number in range(70_000)])
    assert reply.status_code == 200
    assert "1 question is in the bank now." in visitor.words
