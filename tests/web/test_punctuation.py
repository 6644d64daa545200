"""Chinese pages have Chinese punctuation, also where a sentence is put together from parts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from suyu_learn import _resources
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
NUMBERS = (
    "answers", "closes_at", "count", "day", "due", "final", "first", "full", "last", "minutes", "most", "num", "number",
    "opens_at", "points", "seconds", "share", "time", "until", "waiting",
)  # fmt: skip
"""Names under which texts are given figures and moments, which begin and end with digits."""
FIGURE = f"(?:%\\((?:{'|'.join(NUMBERS)})\\)s|[0-9]+(?:[.][0-9]+)?)"
PAGES = (
    "/", "/me", "/records", "/courses", "/exams/{exam}", "/manage", "/manage/exams", "/manage/exams/new",
    "/manage/exams/{exam}", "/manage/exams/{exam}/roster", "/manage/exams/{exam}/report", "/manage/exams/{exam}/change",
    "/manage/exams/{exam}/report/questions",
    "/manage/banks", "/manage/imports", "/manage/imports/roster", "/manage/records", "/manage/reports",
    "/manage/courses", "/manage/people", "/manage/units", "/manage/audiences", "/manage/grants", "/manage/audit",
)  # fmt: skip


def test_figures_and_times_stand_apart_from_chinese() -> None:
    with Path(_resources.inside("translations") / "zh_Hans" / "LC_MESSAGES" / "suyu_learn.po").open("rb") as stream:
        texts = [text for one in read_po(stream, locale="zh_Hans") for text in _texts(one.string)]
    found = [text for text in texts if re.search(f"{HAN}{FIGURE}|{FIGURE}{HAN}", _spoken(text))]
    assert (found, len(texts) > 3000) == ([], True)


def _texts(said: str | tuple[str, ...]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


def _spoken(text: str) -> str:
    """A text without what it quotes to be typed just so."""
    return re.sub("“[^”]*”|【[^】]*】|通风（2分）；检测（1分）|题型（1单选，2多选，3判断）", "", text)


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
