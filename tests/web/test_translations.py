"""Every text has its Chinese, and a page comes in the language that was asked for."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask

from suyu_learn.services.people import BUILT_IN_AUDIENCES
from suyu_learn.web.i18n import credit_hours, local_time
from suyu_learn.web.words import AUDIENCES
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock

ROOT = Path(__file__).parents[2]
PO = ROOT / "suyu_learn" / "translations" / "zh_Hans" / "LC_MESSAGES" / "suyu_learn.po"
PLACEHOLDER = re.compile(r"%(?:\((\w+)\)[a-z]|%)")

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@cache
def _extracted() -> Catalog:
    """What `make translations` would find now."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    found = extract_from_dir(
        ROOT,
        method_map=[(one["pattern"], one["method"]) for one in mappings],
        options_map={one.pop("pattern"): one for one in mappings if one.pop("method")},
        keywords={**DEFAULT_KEYWORDS, "_l": None, "N_": None},
    )
    catalog = Catalog()
    for _path, _line, text, _comments, context in found:
        catalog.add(text, context=context)
    return catalog


@cache
def _chinese() -> Catalog:
    with PO.open("rb") as stream:
        return read_po(stream, locale="zh_Hans", abort_invalid=True)


def _texts(catalog: Catalog) -> set[Any]:
    return {message.id for message in catalog if message.id}


def _strings(message: Any) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def test_every_text_has_its_chinese() -> None:
    chinese = _chinese()
    done = {message.id for message in chinese if message.id and all(_strings(message))}
    missing = sorted(_texts(_extracted()) - done, key=str)
    assert missing == [], "run `make translations`, then fill these in"


def test_no_chinese_is_left_over() -> None:
    left_over = sorted(_texts(_chinese()) - _texts(_extracted()), key=str)
    assert left_over == [], "run `make translations`"
    assert list(_chinese().obsolete) == []


def test_placeholders_are_equal_on_both_sides() -> None:
    faults = []
    for message in _chinese():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        wanted = sorted(set(PLACEHOLDER.findall(ids[-1])))
        faults += [text for text in _strings(message) if ids[0] and sorted(set(PLACEHOLDER.findall(text))) != wanted]
    assert faults == []


# What a Chinese sentence borrows from another language keeps its own signs: a file ending, a letter before a bracket.
BORROWED = re.compile(r"\(\*\.\w+\)|“[A-Z]\) ?[^”]+”")
HALF_WIDTH = re.compile(
    r"[\u3001-\u303f\u3400-\u9fff\uff00-\uffef“”‘’…][,:;!?()]"
    r"|[,:;!?()] ?[\u3001-\u303f\u3400-\u9fff\uff00-\uffef“”‘’…]"
)


def half_width(text: str) -> list[str]:
    """ASCII punctuation that touches Chinese characters, or placeholders, which mostly stand for some."""
    bare = PLACEHOLDER.sub("人", BORROWED.sub("", text))
    return [found[0] for found in HALF_WIDTH.finditer(bare)]


@pytest.mark.parametrize(
    "text", ["存疑:", "第 %(number)s 题: 选一个", "账号, 二维码卡", "(可选)", "%(label)s: %(value)s"]
)
def test_half_width_signs_are_found(text: str) -> None:
    assert half_width(text)


def test_chinese_has_the_signs_of_chinese() -> None:
    faults = [text for message in _chinese() if message.id for text in _strings(message) if half_width(text)]
    assert faults == []


def test_audiences_have_one_name_in_chinese() -> None:
    chinese = _chinese()
    assert {code: chinese.get(text).string for code, text in AUDIENCES.items()} == BUILT_IN_AUDIENCES  # type: ignore[union-attr]


def test_the_catalog_is_tidy() -> None:
    text = PO.read_text(encoding="utf-8")
    assert "fuzzy" not in text
    assert "@" not in text
    assert (_chinese().num_plurals, _chinese().plural_expr) == (1, "0")


@on_one_database
@pytest.mark.parametrize(
    ("asked", "lang", "word"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans", "登录"),
        ("zh-TW", "zh-Hans", "登录"),
        ("en-GB,en;q=0.9", "en", "Sign in"),
        ("de,en;q=0.5", "en", "Sign in"),
        ("de", "zh-Hans", "登录"),
    ],
)
def test_a_page_comes_in_the_language_of_the_browser(app: Flask, asked: str, lang: str, word: str) -> None:
    visitor = Visitor(app, lang=asked)
    visitor.get("/login")
    assert f'<html lang="{lang}"' in visitor.text
    assert f"<h1>{word}</h1>" in visitor.text


@on_one_database
def test_the_choice_made_on_the_page_wins_over_the_browser(app: Flask) -> None:
    visitor = Visitor(app, lang="en")
    visitor.get("/login")
    visitor.post("/language", lang="zh_Hans", next="/login")
    assert '<html lang="zh-Hans"' in visitor.text
    assert "<h1>登录</h1>" in visitor.text
    visitor.post("/language", lang="en", next="/login")
    assert "<h1>Sign in</h1>" in visitor.text


@on_one_database
def test_chinese_leaves_out_the_year_while_it_lasts(app: Flask, clock: FrozenClock) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert local_time(clock()) == "3月2日 09:00"
        assert local_time(clock() + timedelta(days=365)) == "2027年3月2日 09:00"
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert local_time(clock()) == "2 Mar 2026, 09:00"


@on_one_database
@pytest.mark.parametrize(("hours", "said"), [("4.00", "4"), ("2.50", "2.5"), ("0", "0"), ("120", "120")])
def test_credit_hours_are_said_without_useless_zeros(app: Flask, hours: str, said: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert credit_hours(Decimal(hours)) == f"{said} credit hours"
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert credit_hours(Decimal(hours)) == f"{said} 学时"
