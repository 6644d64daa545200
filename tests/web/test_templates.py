"""Every template loads, and every page has a title."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.factories import learn

FOLDER = Path(__file__).parents[2] / "templates"
NAMES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
PAGES = [name for name in NAMES if not {"layouts", "macros", "partials", "questions"} & set(Path(name).parts)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_template_loads(app: Flask) -> None:
    for name in NAMES:
        learn(app).templates.get_template(name)


def test_every_page_extends_one_layout_and_has_a_title() -> None:
    faults = []
    for name in PAGES:
        text = (FOLDER / name).read_text(encoding="utf-8")
        if len(re.findall(r"{% extends ", text)) != 1 or "{% block title %}" not in text:
            faults.append(name)
    assert faults == []


def test_no_page_asks_elsewhere_or_has_inline_script() -> None:
    faults = []
    for name in NAMES:
        text = (FOLDER / name).read_text(encoding="utf-8")
        if re.search(r'(?:src|href)="(?:https?:)?//|<script(?![^>]*\bsrc=)|\son[a-z]+="|style="', text):
            faults.append(name)
    assert faults == []
