"""The cards of an import: the key openly, answers that contradict each other side by side, places in the file."""

from __future__ import annotations

import io
import re

import pytest

from tests.browser_without_script import Visitor
from tests.question_tables import HEADINGS, csv_file, single

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def upload(visitor: Visitor, content: bytes, name: str = "questions.csv") -> str:
    visitor.get("/manage/bank/1/import")
    visitor.post("/manage/bank/1/import", file=(io.BytesIO(content), name), encoding="")
    assert visitor.page is not None
    return visitor.page.request.path


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def keys_shown(visitor: Visitor) -> list[str]:
    """The right answers that stand openly on the page, in their order."""
    return [
        words(one) for one in re.findall(r'<span class="sl-answer__said">(.*?)</span></p>', visitor.text, re.DOTALL)
    ]


def sides(visitor: Visitor) -> list[tuple[str, str]]:
    """Where each of the contradicting answers stands, and what it says."""
    found = re.findall(r'sl-sides__where">(.*?)</p>.*?sl-answer__said">(.*?)</span></p>', visitor.text, re.DOTALL)
    return [(words(where), words(answer)) for where, answer in found]


def numbers(visitor: Visitor) -> list[str]:
    return re.findall(r'sl-question__number">(\d+)<', visitor.text)


KEYS = (
    (("单选题", "一？", "甲", "乙", "", "", "B"), "B 乙"),
    (("多选题", "二？", "甲", "乙", "丙", "", "AC"), "A 甲; C 丙"),
    (("判断题", "三。", "", "", "", "", "错"), "Wrong"),
    (("填空题", "四____。", "", "", "", "", "五/伍"), "五 / 伍"),
)


def test_the_key_of_each_question_stands_openly_and_one_tick_hides_all(keeper: Visitor) -> None:
    upload(keeper, csv_file(*(row for row, _key in KEYS), headings=HEADINGS[:7]))
    assert keys_shown(keeper) == [key for _row, key in KEYS]
    assert 'type="checkbox" id="hide-answers"' in keeper.text


def test_the_answers_of_bank_and_file_stand_side_by_side_beside_the_choice(keeper: Visitor) -> None:
    first = upload(keeper, csv_file(single("一？", "B"), single("二？", "B")))
    keeper.post(f"{first}/apply", how="all")
    upload(keeper, csv_file(single("新的？"), single("一？", "A"), single("二？", "B")))
    assert sides(keeper) == [("The bank has", "B 对的那个"), ("The file says, row 3", "A 错的")]
    assert "The file is right: take this answer" in keeper.words
    assert "Not ticked, the bank's answer stays." in keeper.words
    assert 'href="/manage/bank/1/questions/1"' in keeper.text
    assert keys_shown(keeper) == ["B 对的那个", "A 错的", "B 对的那个"]


def test_two_answers_within_one_file_stand_side_by_side(keeper: Visitor) -> None:
    upload(keeper, csv_file(single("一？", "A"), single("另一题？"), single("一？", "C")))
    row2, row4 = ("The file says, row 2", "A 错的"), ("The file says, row 4", "C 也错")
    assert sides(keeper) == [row4, row2, row2, row4]
    assert "Not ticked, it stays out." in keeper.words
    assert "the bank's answer stays" not in keeper.words


def test_blanks_whose_order_is_free_say_so_where_only_that_differs(keeper: Visitor) -> None:
    headings = ("题型", "题干", "正确答案", "顺序不限")
    fixed, free = ("填空题", "水由____和____组成。", "氢|氧", ""), ("填空题", "水由____和____组成。", "氢|氧", "是")
    first = upload(keeper, csv_file(free, headings=headings))
    keeper.post(f"{first}/apply", how="all")
    upload(keeper, csv_file(fixed, headings=headings))
    assert sides(keeper) == [("The bank has", "氢；氧 (in any order)"), ("The file says, row 2", "1. 氢; 2. 氧")]


def test_cards_have_the_number_of_their_place_in_the_file_before_and_after_mending(keeper: Visitor) -> None:
    where = upload(keeper, csv_file(single("一？"), single("坏的？", "F"), single("三？"), single("四？")))
    assert numbers(keeper) == ["1", "3", "4"]
    row = re.search(r'action="(/manage/bank/imports/[^"]+/rows/\d+)"', keeper.text)
    assert row is not None
    mended = {"csrf_token": keeper.token, "do": "save", "answer": "A"}
    reply = keeper.client.post(row[1], data=mended, headers={**keeper.headers, "X-Fragment": "1"})
    assert re.findall(r'sl-question__number">(\d+)<', reply.get_data(as_text=True)) == ["2"]
    keeper.get(row[1])
    assert numbers(keeper) == ["2"]
    keeper.get(where)
    assert numbers(keeper) == ["1", "2", "3", "4"]


def test_numbers_go_on_over_the_pages_of_a_preview(keeper: Visitor) -> None:
    where = upload(keeper, csv_file(*(single(f"第{number}问？") for number in range(25))))
    keeper.get(f"{where}?page=2")
    assert numbers(keeper) == [str(number) for number in range(21, 26)]


def test_questions_of_files_without_rows_are_counted(keeper: Visitor) -> None:
    one = "<question type='truefalse'><name><text>{0}</text></name><questiontext><text>{0}</text></questiontext>"
    one += (
        "<answer fraction='100'><text>true</text></answer><answer fraction='0'><text>false</text></answer></question>"
    )
    content = f"<quiz>{one.format('Water is wet.')}{one.format('Fire is hot.')}</quiz>".encode()
    upload(keeper, content, "questions.xml")
    assert "question 2" in words(keeper.text).lower()
    assert "row 2" not in words(keeper.text).lower()
