"""Chinese pages have Chinese punctuation, also where a sentence is put together from parts."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from suyu_learn.models import Grant, Role
from tests.browser_without_script import Visitor
from tests.factories import learn, learner, stage

HAN = "[\u4e00-\u9fff]"
TAGS = "(?:</?(?:a|b|span|small|strong)\\b[^>]*>)*"
FAULTS = {
    "a half-width stop after Chinese": re.compile(rf"{HAN}{TAGS}[.,;:!?](?=[\s<])"),
    "a space after a full-width stop": re.compile(rf"[：，；。、]{TAGS} {TAGS}[^\s<]"),
    "a space before a full-width stop": re.compile(rf"\S {TAGS}[：，；。、]"),
}
PAGES = (
    "/", "/me", "/records", "/courses", "/exams/{exam}", "/manage", "/manage/exams", "/manage/exams/new",
    "/manage/exams/{exam}", "/manage/exams/{exam}/roster", "/manage/exams/{exam}/report", "/manage/exams/{exam}/change",
    "/manage/banks", "/manage/imports", "/manage/imports/roster", "/manage/records", "/manage/reports",
    "/manage/courses", "/manage/people", "/manage/units", "/manage/audiences", "/manage/grants", "/manage/audit",
)  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_page_mixes_the_stops_of_two_languages(app: Flask) -> None:
    given = stage(app)
    with learn(app).database.writing() as session:
        boss = learner(session, now=learn(app).now(), name="林主任", username="boss")
        session.add(Grant(person_id=boss.id, role=Role.ADMIN, granted_at=learn(app).now()))
    visitor = Visitor(app, lang="zh-CN")
    faults = []
    for path in ("/login", "/join"):
        visitor.get(path)
        faults += _faults(path, visitor.text)
    visitor.sign_in("boss")
    seen = 0
    for path in PAGES:
        page = visitor.get(path.format(exam=given.exam_id))
        seen += page.status_code == 200
        faults += _faults(path, visitor.text)
    assert faults == []
    assert seen >= len(PAGES) - 3


def _faults(path: str, text: str) -> list[str]:
    body = re.sub(r"<(script|style|head|option)\b.*?</\1>", "", text, flags=re.DOTALL)
    body = re.sub(r'<span class="sl-hidden">[^<]*</span>\s*', "", body)
    return [
        f"{path}: {what}: {body[max(0, found.start() - 40) : found.end() + 40]}"
        for what, pattern in FAULTS.items()
        for found in pattern.finditer(body)
    ]
