"""A Word file with three mistakes: dropped on the page, mended in the preview, and taken in at the first try."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

import docx
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from suyu_learn.models import Bank, Role
from suyu_learn.services import bank, people
from tests.factories import PASSWORD, learn, manager

MakePhone = Callable[..., BrowserContext]
LINES = """一、单选题（每题2分）
1. 发现火情应拨打哪个电话？
A. 110
B. 119
答案：E
2. 清理除尘管道前应先做什么？
A. 停机断电
B. 开大风量
3. 木粉尘遇到明火最可能发生什么？（ A ）
A. 爆炸  B. 结冰
二、判断题
4. 电锯运转时可以用手清理木屑。（ × ）
5. 先断电再救人。
答案：也许
"""


@pytest.fixture
def import_page(app: Flask) -> str:
    """The import page of an empty bank, and somebody to use it."""
    here = learn(app)
    with here.database.writing() as session:
        mill = people.add_unit(session, "Mill", parent=None, now=here.now())
        keeper = manager(session, Role.ORGANIZER, mill, now=here.now())
        keeper.username = "keeper"
        return f"/manage/bank/{bank.add_bank(session, 'Of the mill', unit=mill, now=here.now()).id}/import"


def word_file() -> bytes:
    document = docx.Document()
    for line in LINES.splitlines():
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def dropped(page: Page, content: bytes, name: str) -> None:
    """What the browser does when a file is let go above the page."""
    page.evaluate(
        """([text, name]) => {
          const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
          const carried = new DataTransfer();
          carried.items.add(new File([bytes], name));
          document.body.dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: carried}));
        }""",
        [base64.b64encode(content).decode(), name],
    )


def card(page: Page, stem: str) -> Locator:
    return page.locator(".sl-mend").filter(has_text=stem).first


def test_three_mistakes_are_mended_and_all_is_taken_in(
    app: Flask, live_url: str, import_page: str, phone: MakePhone
) -> None:
    page = phone().new_page()
    page.goto(f"{live_url}/login")
    page.fill("input[name=username]", "keeper")
    page.fill("input[name=password]", PASSWORD)
    page.click("form.sl-form button[type=submit]")
    page.goto(f"{live_url}{import_page}")
    dropped(page, word_file(), "试题.docx")
    expect(page.locator("[data-name]")).to_have_text("Chosen: 试题.docx")
    page.keyboard.press("Enter")
    expect(page.locator(".sl-lead")).to_contain_text("2 of 5 questions can be taken in")
    address = page.url
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert not Axe().run(page).response["violations"]
    cards = page.locator("#faulty .sl-mend")
    expect(cards).to_have_count(3)
    for place, answer in enumerate(("B", "A", "对")):
        cards.nth(place).locator("[name=answer]").fill(answer)
        cards.nth(place).locator("button[value=save]").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".sl-lead")).to_contain_text(f"{3 + place} of 5 questions can be taken in")
    assert page.url == address
    page.get_by_role("button", name="Take in all 5 questions").click()
    expect(page.locator("main")).to_contain_text("5 questions are in the bank now.")
    with learn(app).database.reading() as session:
        assert bank.drawable_count(session, session.query(Bank).one()) == 5
