"""Tables of questions: headings, types, answers and blanks in all the ways in which they are written."""

from __future__ import annotations

import io
import random
import time
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyu_learn.content.drafts import BankFile, QuestionDraft
from suyu_learn.content.formats.question_columns import NAMES, columns_of
from suyu_learn.content.formats.question_tables import FORMATS, read_tables
from suyu_learn.content.formats.question_template import EXAMPLES
from suyu_learn.content.formats.question_template import workbook as template
from suyu_learn.content.formats.sheets import Sheet
from suyu_learn.content.normalise import labels
from suyu_learn.content.normalise.blanks import accepted, with_blanks
from suyu_learn.content.normalise.open_answers import keywords
from suyu_learn.content.normalise.options import split_cell
from suyu_learn.content.normalise.truth import RIGHT, WRONG, truth
from suyu_learn.content.normalise.types import SHORT_ANSWER, WORDS, type_named, type_of_heading
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions import BUILT_IN
from tests.question_tables import HEADINGS, csv_file, single, workbook

TYPES = {kind.code: kind for kind in BUILT_IN}


def table(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS, sheet: str = "Sheet1") -> BankFile:
    width = len(headings)
    squared = tuple((*row, *[""] * (width - len(row))) for row in (headings, *rows))
    return read_tables([Sheet(sheet, squared)], file_name="q.xlsx", uid_prefix="imp", types=TYPES)


def one(*row: str, headings: tuple[str, ...] = HEADINGS, sheet: str = "Sheet1") -> QuestionDraft:
    read = table(row, headings=headings, sheet=sheet)
    assert not read.errors, [str(problem) for refused in read.errors for problem in refused.problems]
    return read.items[0]


def refusal(*row: str, headings: tuple[str, ...] = HEADINGS, sheet: str = "Sheet1") -> Problem:
    read = table(row, headings=headings, sheet=sheet)
    assert not read.items
    return read.errors[0].problems[0]


def right(draft: QuestionDraft) -> list[str]:
    texts = {option["key"]: option["text"] for option in draft.body["options"]}
    return [texts[key] for key in draft.body["answer"]]


def test_each_formula_without_a_value_is_told_by_its_column() -> None:
    row = ("=A9", "单选题", "1", "#REF!")
    sheet = Sheet("题", (("题干", "题型", "选项A", "答案"), row), formulas=frozenset({(1, 0), (1, 3)}))
    found = read_tables([sheet], file_name="a.xlsx", uid_prefix="t", types=TYPES)
    told = [(one.code, one.place.row, one.place.column) for one in found.errors[0].problems]
    assert told == [("sheet.formula", 2, "题干"), ("sheet.formula", 2, "答案")]


@pytest.mark.parametrize(("field", "name"), [(field, name) for field, names in NAMES.items() for name in names])
@pytest.mark.parametrize("decorated", ["{}", "* {} ", "{}（必填）", "  {}："])
def test_every_heading_is_known(field: str, name: str, decorated: str) -> None:
    assert columns_of([decorated.format(name.upper())], 1).fields == {field: [0]}


@pytest.mark.parametrize(
    ("label", "letter"),
    [("选项A", "A"), ("A选项", "A"), ("答案项B", "B"), ("备选C", "C"), ("备选项D", "D"), ("选项一", "A"),
     ("选项四", "D"),
     ("Ｅ", "E"), ("a", "A"), ("选项 F", "F"), ("选项1", "A"), ("Option B", "B"), ("option_c", "C")],
)  # fmt: skip
def test_every_option_heading_is_known(label: str, letter: str) -> None:
    assert columns_of([label], 1).options == {letter: 0}


@pytest.mark.parametrize(
    ("label", "field"),
    [("本题正确答案", "answer"), ("题目难度系数", "difficulty"), ("试题所属知识点", "topic"), ("建议分值", "points"),
     ("出题人", None), ("创建时间", None), ("选项数", None)],
)  # fmt: skip
def test_headings_that_contain_a_name(label: str, field: str | None) -> None:
    found = columns_of([label], 1)
    assert list(found.fields) == ([field] if field else [])
    assert found.unknown == ([] if field else [0])


@pytest.mark.parametrize(("kind", "word"), [(kind, word) for kind, words in WORDS.items() for word in words])
def test_every_type_word_is_known(kind: str, word: str) -> None:
    assert type_named(f" {word.upper()} ") == kind


@pytest.mark.parametrize(
    ("heading", "kind"),
    [("一、单选题（每题2分，共20题）", "single"), ("多选题", "multiple"), ("安全生产判断题50道", "true_false"),
     ("二. 填空题", "fill_in"), ("简答题", SHORT_ANSWER), ("Sheet1", None), ("题库", None), ("S", None)],
)  # fmt: skip
def test_sheets_and_sections_name_types(heading: str, kind: str | None) -> None:
    assert type_of_heading(heading) == kind


@pytest.mark.parametrize(("word", "verdict"), [*((word, False) for word in WRONG), *((word, True) for word in RIGHT)])
@pytest.mark.parametrize("decorated", ["{}", " {}。", "答案：{}", "（{}）"])
def test_every_verdict_is_known(word: str, verdict: bool, decorated: str) -> None:
    assert truth(decorated.format(word)) is verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("该说法不正确", False), ("这是正确的", True), ("大概", None), ("", None), ("对" * 100, None), ("ＴＲＵＥ", True)],
)
def test_verdicts_within_words(text: str, verdict: bool | None) -> None:
    assert truth(text) is verdict


@pytest.mark.parametrize(
    "answer",
    ["ABD", "A,B,D", "A、B、D", "A;B;D", "A|B|D", "A B D", "ＡＢＤ", "a,b,d", "DBA", "AABD", "A，B，D", "答案：ABD",
     "（ABD）", "A和B和D", "A\nB\nD", "甲；乙；丁", "甲\n乙\n丁", "A. 甲；B. 乙；D. 丁", "甲|乙|丁"],
)  # fmt: skip
def test_answers_of_multiple_choices(answer: str) -> None:
    assert right(one(*single("哪些？", answer, "甲", "乙", "丙", "丁", kind="多选"))) == ["甲", "乙", "丁"]


@pytest.mark.parametrize("answer", ["B", "b", "Ｂ", "乙", "B) 乙", "B. 乙", "B、乙", "（B）", "答案：B", " B。"])
def test_answers_of_single_choices(answer: str) -> None:
    assert right(one(*single("哪个？", answer, "甲", "乙", "丙"))) == ["乙"]


@pytest.mark.parametrize(
    ("answer", "options", "code"),
    [
        ("E", ("甲", "乙"), "table.letter_beyond_options"),
        ("戊", ("甲", "乙"), "table.answer_no_option"),
        ("A) 乙", ("甲", "乙"), "table.letter_and_text_differ"),
        ("B", ("B", "A"), "table.answer_ambiguous"),
        ("AB", ("甲", "乙"), "question.several_right_options"),
        ("", ("甲", "乙"), "table.no_answer"),
        ("A", ("甲",), "question.too_few_options"),
        ("A", ("甲", "甲"), "question.duplicate_option"),
    ],
)
def test_answers_that_cannot_be_told(answer: str, options: tuple[str, ...], code: str) -> None:
    row = ("单选", "哪个？", *options, *[""] * (4 - len(options)), answer)
    assert refusal(*row).code == code


def test_a_refusal_names_sheet_row_column_and_keeps_the_cells() -> None:
    read = table(single("好的？"), ("单选", "坏的？", "甲", "乙", "", "", "F"), sheet="安全")
    refused = read.errors[0]
    assert (refused.place.sheet, refused.place.row, refused.place.column) == ("安全", 3, "正确答案")
    assert ("题干", "坏的？") in refused.cells
    assert read.read == 2


@pytest.mark.parametrize(
    ("kind", "options", "answer", "verdict"),
    [("判断", (), "√", True), ("是非题", (), "×", False), ("判断题", ("正确", "错误"), "A", True),
     ("判断题", ("错误", "正确"), "A", False), ("", (), "错误", False), ("", ("对", "错"), "B", False),
     ("判断", (), "TRUE", True), ("判断", (), "0", False), ("判断", (), "B", False)],
)  # fmt: skip
def test_verdicts_of_true_false(kind: str, options: tuple[str, ...], answer: str, verdict: bool) -> None:
    draft = one(kind, "地球是圆的。", *options, *[""] * (4 - len(options)), answer)
    assert (draft.type, draft.body["answer"]) == ("true_false", verdict)


def test_a_judged_letter_without_options_is_warned_of() -> None:
    assert [warning.code for warning in table(("判断", "天是蓝的。", "", "", "", "", "A")).warnings] == [
        "table.letter_judged"
    ]


@pytest.mark.parametrize(
    ("row", "kind"),
    [(single("一？", "B", kind=""), "single"), (single("二？", "AC", kind=""), "multiple"),
     (("", "三。", "", "", "", "", "对"), "true_false"), (("", "水是____。", "", "", "", "", "液体"), "fill_in"),
     (single("四？", "AC", kind="选择题"), "multiple"), (single("五？", "A", kind="Multiple choice"), "single")],
)  # fmt: skip
def test_types_are_told_from_answers(row: tuple[str, ...], kind: str) -> None:
    assert one(*row).type == kind


@pytest.mark.parametrize(
    ("kind", "code"),
    [("1", "table.type_number"), ("连连看", "table.unknown_type")],
)
def test_types_that_are_refused(kind: str, code: str) -> None:
    problem = refusal(*single("哪个？", kind=kind))
    assert (problem.code, problem.place.column) == (code, "题型")


def test_numbers_of_types_are_read_by_their_legend() -> None:
    headings = ("题型（0单选，1判断，2多选）", *HEADINGS[1:])
    read = table(single("甲？", "A", kind="0"), ("1", "乙。", "", "", "", "", "对"), single("丙？", "AB", kind="2"),
                 headings=headings)  # fmt: skip
    assert [draft.type for draft in read.items] == ["single", "true_false", "multiple"]


def test_the_sheet_and_section_headings_give_types() -> None:
    rows = (("题干", "答案"), ("天是蓝的。", "A"), ("二、填空题（每题1分）", ""), ("水在____度结冰。", "0"))
    read = read_tables([Sheet("判断题", rows)], file_name="q", uid_prefix="i", types=TYPES)
    assert [draft.type for draft in read.items] == ["true_false", "fill_in"]


@pytest.mark.parametrize(
    ("cell", "texts"),
    [("甲\n乙\n丙", ["甲", "乙", "丙"]), ("甲|乙|丙", ["甲", "乙", "丙"]), ("甲；乙；丙", ["甲", "乙", "丙"]),
     ("甲{break}乙", ["甲", "乙"]), ("甲$;$乙", ["甲", "乙"]), ("A.甲 B.乙 C.丙", ["甲", "乙", "丙"]),
     ("A、甲\nB、乙", ["甲", "乙"]), ("A:甲;B:乙", ["甲", "乙"]), ("(A) 甲 (B) 乙", ["甲", "乙"])],
)  # fmt: skip
def test_options_in_one_cell(cell: str, texts: list[str]) -> None:
    assert list(split_cell(cell).values()) == texts
    draft = one("单选", "哪个？", cell, "A", headings=("题型", "题目", "选项", "答案"))
    assert right(draft) == ["甲"]


@pytest.mark.parametrize(
    "stem", ["哪个？\nA) 甲\nB) 乙\nC) 丙", "哪个？ A．甲 B．乙 C．丙", "哪个？（ ）A.甲 B.乙 C.丙"]
)
@pytest.mark.parametrize("answer", ["B", "B) 乙"])
def test_options_within_the_stem(stem: str, answer: str) -> None:
    draft = one(stem, answer, headings=("content", "answer"))
    assert (right(draft), len(draft.body["options"])) == (["乙"], 3)
    assert "甲" not in draft.body["stem"]


def test_letters_before_options_are_taken_off() -> None:
    draft = one(*single("哪个？", "A", "A. 甲", "B. 乙"))
    assert [option["text"] for option in draft.body["options"]] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("stem", "count"),
    [("水____火__", 2), ("水（ ）", 1), ("水(　)火（）", 2), ("水[BlankArea1]", 1), ("水{}", 1), ("水", 0)],
)
def test_blanks_of_stems(stem: str, count: int) -> None:
    told, found = with_blanks(stem)
    assert found == count == told.count("____")


@pytest.mark.parametrize(
    ("answer", "blanks", "expected"),
    [("北京|上海", 2, [["北京"], ["上海"]]), ("北京;京城|上海;沪", 2, [["北京", "京城"], ["上海", "沪"]]),
     ("（北京）（上海）", 2, [["北京"], ["上海"]]), ("北京；上海", 2, [["北京"], ["上海"]]),
     ("北京、上海", 2, [["北京"], ["上海"]]), ("北京 上海", 2, [["北京"], ["上海"]]),
     ("北京;京城", 1, [["北京", "京城"]]), ("北京/京城", 1, [["北京", "京城"]]), ("1/2", 1, [["1/2"]]),
     ("km/h", 1, [["km/h"]]), ("米/秒", 1, [["米/秒"]]),
     ("km/小时", 1, [["km/小时"]]), ("mg/升", 1, [["mg/升"]]), ("10元/2斤", 1, [["10元/2斤"]]), ("1/1", 1, [["1/1"]]),
     ("30万/300000", 1, [["30万", "300000"]]), ("5千米/5000米", 1, [["5千米", "5000米"]]),
     ("CO2/二氧化碳", 1, [["CO2", "二氧化碳"]]), ("世界卫生组织/WHO", 1, [["世界卫生组织", "WHO"]]),
     ("100|一百", 1, [["100", "一百"]])],
)  # fmt: skip
def test_what_blanks_accept(answer: str, blanks: int, expected: list[list[str]]) -> None:
    assert accepted([answer], blanks) == expected


def test_numbered_answer_columns() -> None:
    headings = ("题型", "题干", "选项A", "选项B", "选项C", "正确答案1", "正确答案2")
    assert right(one("多选", "哪些？", "甲", "乙", "丙", "A", "C", headings=headings)) == ["甲", "丙"]
    draft = one("填空", "____和____", "", "", "", "水", "火", headings=headings)
    assert [blank["accepted"] for blank in draft.body["blanks"]] == [["水"], ["火"]]


def test_a_fill_in_without_blank_gets_one_and_says_so() -> None:
    read = table(("填空", "中国的首都", "", "", "", "", "北京"))
    assert read.items[0].body["stem"].endswith("____")
    assert [warning.code for warning in read.warnings] == ["table.blank_added"]


@pytest.mark.parametrize(
    ("said", "grade"),
    [*labels.DIFFICULTIES.items(), ("0.85", "easy"), ("0.5", "medium"), ("0.2", "hard"), ("1.0", "easy"),
     ("火星", None),
     ("难度：高", None), ("9", None)],
)  # fmt: skip
def test_every_difficulty(said: str, grade: str | None) -> None:
    assert labels.difficulty(said) == grade


@pytest.mark.parametrize(("said", "points"), [("2", "2"), ("2分", "2"), ("2.50", "2.5"), ("0", None), ("许多", None)])
def test_points(said: str, points: str | None) -> None:
    assert labels.points(said) == points


def test_what_else_a_row_says_is_kept_or_told() -> None:
    headings = ("题目", "答案", "知识点", "科目", "标签", "来源", "分值", "图片", "出题人")
    read = table(("天是蓝的。", "对", "光、天空", "物理", "入门", "课本", "2分", "a.png", "王"), headings=headings)
    draft = read.items[0]
    assert (draft.topics, draft.tags, draft.source, draft.points) == (("光", "天空"), ("入门", "物理"), "课本", "2")
    assert draft.text_format == "plain"
    assert [(loss.code, loss.place.column) for loss in read.losses] == [
        ("table.pictures_not_kept", "图片"), ("table.column_not_kept", "出题人")
    ]  # fmt: skip


def test_the_header_may_stand_lower_and_sheets_may_differ() -> None:
    title = [("安全生产题库", "", "")] + [("说明", "请勿修改", "")] * 30
    first = Sheet("甲", (*title, ("序号", "试题", "答案"), ("1", "天是蓝的。", "对"), ("2", "", "")))
    second = Sheet("乙", (("stem", "answer"), ("水是____。", "液体"), ("stem", "answer")))
    third = Sheet("杂项", (("买菜", "两斤"), ("白菜", "一斤")))
    read = read_tables([first, second, third], file_name="q", uid_prefix="i", types=TYPES)
    assert [(draft.type, draft.place.sheet, draft.place.row) for draft in read.items] == [
        ("true_false", "甲", 33), ("fill_in", "乙", 2)
    ]  # fmt: skip
    assert {warning.code for warning in read.warnings} == {
        "table.rows_with_number_only", "table.sheet_without_header", "table.sheet_name_kept"
    }  # fmt: skip
    assert [draft.tags for draft in read.items] == [("甲",), ("乙",)]


def test_a_file_without_header_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        read_tables([Sheet("甲", (("买菜", "两斤"),))], file_name="q", uid_prefix="i", types=TYPES)
    assert refused.value.code == "table.no_header"


def test_xlsx_and_csv_say_the_same() -> None:
    rows = [single("一？"), ("判断", "二。", "", "", "", "", "对")]
    files = {"a.csv": csv_file(*rows), "a.xlsx": workbook(题库=[HEADINGS, *rows])}
    read = [FORMATS[0].read(content, file_name=name, options={}, types=TYPES) for name, content in files.items()]
    assert [draft.body for draft in read[0].items] == [draft.body for draft in read[1].items]


def test_the_template_imports_as_it_is() -> None:
    read = FORMATS[0].read(template().getvalue(), file_name="t.xlsx", options={}, types=TYPES)
    assert (len(read.items), read.errors, read.warnings, read.losses) == (len(EXAMPLES), (), (), ())
    assert {draft.type for draft in read.items} == set(TYPES)
    assert [bool(draft.group) for draft in read.items] == [False] * 11 + [True]


_CELL = st.text(alphabet="ABCDabcd正确错误单选填空_（）()|;；/、\n .0123456789甲乙√×{}$", max_size=25)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(_CELL, min_size=9, max_size=9), max_size=6))
def test_no_cell_breaks_the_reader(rows: list[list[str]]) -> None:
    read = table(*(tuple(row) for row in rows))
    assert read.read <= len(rows)
    for draft in read.items:
        TYPES[draft.type].read(draft.body)


@pytest.mark.parametrize("seed", range(10))
def test_mutated_files_are_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    rows = [single(f"第{number}题？") for number in range(5)]
    sound = [csv_file(*rows), workbook(题库=[HEADINGS, *rows])]
    for _number in range(50):
        content = bytearray(chance.choice(sound))
        for _change in range(chance.randint(1, 12)):
            _mutate(content, chance)
        name = chance.choice(["q.csv", "q.xlsx", "q"])
        _read_or_refuse(bytes(content), name)


def _mutate(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(content)) if content else 0
    match chance.randrange(4):
        case 0:
            content[at : at + 1] = bytes([chance.randrange(256)])
        case 1:
            del content[at : at + chance.randint(1, 40)]
        case 2:
            content[at:at] = chance.choice([b'"', b",", b"\n", "（".encode(), b"\x00", b"A. "])
        case _:
            content[at:at] = content[: chance.randint(1, 200)]


def _read_or_refuse(content: bytes, name: str) -> Any:
    try:
        return FORMATS[0].read(content, file_name=name, options={}, types=TYPES)
    except Problem as problem:
        return problem


def test_a_hostile_cell_takes_no_time() -> None:
    hostile = ["A. " * 10_000, "(" * 30_000, "A" * 30_000, "____" * 8_000, "（答案）" * 8_000, "A;" * 15_000]
    rows = tuple(("", text, "", "", "", "", text) for text in hostile)
    assert table(*rows).read == len(hostile)


def test_a_template_is_a_workbook() -> None:
    assert isinstance(template(), io.BytesIO)


def test_keywords_with_endless_spaces_take_no_time() -> None:
    began = time.process_time()
    assert keywords("检测" + " " * 200_000 + "x") == [{"words": ["检测 x"], "weight": "1"}]
    assert time.process_time() - began < 1


def test_a_remark_about_answers_is_no_heading() -> None:
    rows = [("题面", "备选1", "备选2", "标准解", "原因"), ("甲？", "一", "二", "A", ""),
            ("乙？", "一", "二", "", "缺少答案。没有答案的试题不能导入。")]  # fmt: skip
    columns = columns_of(rows[2], 3)
    assert not columns.usable


def test_columns_are_lost_with_refused_questions_too() -> None:
    headings = ("题型", "题干", "选项A", "选项B", "答案", "适用对象")
    rows = [headings, ("单选", "一？", "甲", "乙", "A", "全体"), ("单选", "二？", "甲", "乙", "1", "全体")]
    found = read_tables([Sheet("", rows)], file_name="a.xlsx", uid_prefix="t", types=TYPES)
    assert (len(found.items), len(found.errors)) == (1, 1)
    assert [(loss.params["count"], loss.params["read"]) for loss in found.losses] == [(2, 2)]


@pytest.mark.parametrize(
    ("kind", "stem", "answer"),
    [("填空题", "水在____沸腾。", "100{}x"), ("填空题", "水在{{{}沸腾。", "100"),
     ("填空题", "水在[填空{}沸腾。", "100"), ("排序题", "先后？", "B{}CA"),
     ("连线题", "连线？", "A{}x"), ("简答题", "说说。", "通风{}1{}x；检测")],
)  # fmt: skip
def test_endless_spaces_in_a_cell_take_no_time(kind: str, stem: str, answer: str) -> None:
    began = process_time()
    spaces = " " * 30_000
    table((kind, stem.format(spaces), "一", "二", "三", "", answer.format(spaces, spaces)))
    keywords(answer.format(spaces, spaces))
    assert process_time() - began < 2
