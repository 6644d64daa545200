"""A library as a whole: balance, keys that give themselves away, wordings, near duplicates, facts, links."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from suyu_learn.domain import library
from suyu_learn.domain.library import CourseEntry, Entry, Fact, LessonEntry, Named
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.statistics.chance import at_least, chi_square_beyond, uneven


def single(
    uid: str, stem: str = "哪个对？", right: int = 0, *options: str, audience: str = "workers", **more: Any
) -> Entry:
    texts = options or ("甲甲", "乙乙", "丙丙", "丁丁")
    body = {
        "stem": stem,
        "options": [{"key": f"k{at}", "text": text} for at, text in enumerate(texts)],
        "answer": [f"k{right}"],
        "explanation": str(more.pop("explanation", "")),
    }
    return Entry(uid, "single", audience, body, place=Place(uid=uid), **more)


def codes(problems: list[Problem]) -> list[str]:
    return [one.code for one in problems]


@pytest.mark.parametrize(
    ("value", "freedom", "chance"),
    [(3.841, 1, 0.05), (5.991, 2, 0.05), (7.815, 3, 0.05), (11.345, 3, 0.01), (18.307, 10, 0.05), (0, 3, 1.0)],
)
def test_chi_square_agrees_with_the_printed_table(value: float, freedom: int, chance: float) -> None:
    assert chi_square_beyond(value, freedom) == pytest.approx(chance, abs=1e-4)


def test_counts_are_uneven_only_beyond_chance() -> None:
    assert uneven(()) is None
    assert uneven((0, 0)) is None
    assert uneven((25, 25, 25, 25)) == 1
    assert uneven((40, 20, 20, 20)) == pytest.approx(0.0074, abs=1e-4)


def test_hits_among_unequal_chances_are_counted_exactly() -> None:
    assert at_least(3, ()) is None
    assert at_least(0, (0.25, 0.5)) == 1
    assert at_least(2, (0.25, 0.5)) == pytest.approx(0.125)
    assert at_least(1, (0.25, 0.5)) == pytest.approx(1 - 0.75 * 0.5)
    assert at_least(8, (0.5,) * 10) == pytest.approx(56 / 1024)


def test_right_options_that_stand_first_are_told() -> None:
    fair = [single(f"q{at}", right=at % 4) for at in range(40)]
    assert library.biases(fair, ("workers",)) == []
    found = library.biases([single(f"q{at}") for at in range(12)], ("workers", "farmers"))
    assert codes(found) == ["library.places"]
    assert found[0].params["counts"] == [12, 0, 0, 0]


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (("很长很长的话", "短话", "短话", "短话"), "library.longest"),
        (("短话", "长的话", "长的话", "长的话"), "library.shortest"),
    ],
)
def test_right_options_that_stand_out_by_their_length_are_told(texts: tuple[str, ...], code: str) -> None:
    turned = [[texts[(place - at) % 4] for place in range(4)] for at in range(4)]
    entries = [single(f"q{at}", "哪个？", at % 4, *turned[at % 4]) for at in range(12)]
    assert codes(library.biases(entries, ("workers",))) == [code]


def test_the_length_counts_only_where_one_option_is_the_longest() -> None:
    own = library.answers_of([single("q", "哪个？", 0, "三个字", "三个字", "两字", "两字")], "workers")
    assert (own.longest, own.chances, own.chances_of_shortest) == (0, (), ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("以上都对", "library.all_of_the_above"),
        ("以上各项全都可以", "library.all_of_the_above"),
        ("都不正确", "library.all_of_the_above"),
        ("A和C", "library.all_of_the_above"),
        ("不能不管", "library.double_negation"),
        ("并非没有危险", "library.double_negation"),
        ("噪声会降3分贝以上", ""),
        ("是不是不吉利", ""),
        ("都要关好", ""),
    ],
)
def test_banned_wordings_of_options(text: str, code: str) -> None:
    found = library.faults_of_an_entry(single("q", "怎样做？", 0, "好", text))
    assert codes(found) == ([code] if code else [])
    assert [str(one.place) for one in found] == (["q: options"] if code else [])


@pytest.mark.parametrize(
    ("stem", "code"),
    [
        ("下面哪样不能放进去？", "library.unmarked_negation"),
        ("下列说法中，不正确的是", "library.unmarked_negation"),
        ("下面哪样**不能**放进去？", ""),
        ("哪个理由最能说明不该上去？", ""),
        ("哪些东西属于有害垃圾，不能和剩饭扔在一起？", ""),
    ],
)
def test_a_stem_that_asks_for_the_exception_says_so_boldly(stem: str, code: str) -> None:
    assert codes(library.faults_of_an_entry(single("q", stem))) == ([code] if code else [])


def test_only_one_choice_in_twenty_asks_for_the_exception() -> None:
    asking = [single("n", "哪样**不能**放？")]
    usual = [single(f"q{at}") for at in range(19)]
    assert library.share_asking_for_the_wrong_one(asking + usual, ("workers",)) == []
    found = library.share_asking_for_the_wrong_one(asking + usual[:18], ("workers",))
    assert codes(found) == ["library.many_negations"]


def test_an_explanation_names_no_letters() -> None:
    assert codes(library.faults_of_an_entry(single("q", explanation="B项错在……"))) == ["library.letter_in_explanation"]
    assert library.faults_of_an_entry(single("q", explanation="维生素B和AED都要紧")) == []


def test_questions_that_ask_nearly_the_same_are_told_once() -> None:
    one = single("a", "木粉爆炸要同时凑齐哪五个条件？")
    other = single("b", "木粉爆炸，要同时凑齐哪五个条件")
    third = single("c", "水烧开两遍还能不能喝？", 0, "能喝", "有毒", "变酸", "变甜")
    found = library.nearly_the_same([one, other, third])
    assert [(one.code, str(one.place), one.params["other"]) for one in found] == [("library.nearly_the_same", "b", "a")]


def test_too_few_of_anything_is_told() -> None:
    entries = [single(f"q{at}", criterion=1, dimension="knowledge", difficulty="hard") for at in range(30)]
    found = codes(library.counts_fall_short(entries, ("single", "essay"), ("workers",)))
    assert found.count("library.few_of_criterion") == 25
    assert found.count("library.few_of_dimension") == 4
    assert found.count("library.difficulty") == found.count("library.difficulty_of_audience") == 3
    assert found.count("library.unused_type") == 1
    assert "library.few_questions" in found


def test_the_table_of_balance_counts_no_passages() -> None:
    passage = Entry("p", "group", "workers", {"stem": "材料"}, criterion=1, dimension="knowledge")
    asked = [single(uid, criterion=1, dimension="knowledge") for uid in ("q", "r")]
    cells = library.tally([passage, *asked])
    assert [(one.audience, one.criterion, one.dimension, one.difficulty, one.questions) for one in cells] == [
        ("workers", 1, "knowledge", "medium", 2)
    ]


@pytest.mark.parametrize(
    ("audience", "length", "told"),
    [("workers", 599, True), ("workers", 600, False), ("workers", 1500, False), ("workers", 1501, True),
     ("seniors", 900, False), ("seniors", 901, True)],
)  # fmt: skip
def test_a_lesson_has_its_length(audience: str, length: int, told: bool) -> None:
    assert bool(library.length_of(LessonEntry("字 " * length, 3), audience)) is told


def test_courses_are_enough_and_say_what_they_are_in_english() -> None:
    lesson = LessonEntry("字", 2)
    course = CourseEntry("fire", "workers", (lesson,) * 3, in_english=False)
    assert codes(library.courses_fall_short([course], ("workers",))) == [
        "library.few_courses", "library.lessons", "library.not_in_english", *["library.checkpoints"] * 3,
    ]  # fmt: skip


def test_links_lead_somewhere() -> None:
    text = "[课](/courses/fire) [同](/courses/fire#a) [出处](https://a.example) ![图](media:x) [哪儿](/courses/smoke)"
    found = library.astray(LessonEntry(text, 3), {"/courses/fire"})
    assert [one.params["link"] for one in found] == ["/courses/smoke"]


def fact(key: str, about: str, value: str) -> Fact:
    return Fact(key, about, value, "学时", "某规定", date(2026, 11, 30), Place(uid=key))


def test_facts_are_filled_in_wherever_they_are_named() -> None:
    known = {"hours": fact("hours", "新工人的学时", "24")}
    said = {"stem": "要{{fact:hours}}学时", "blanks": [["{{ fact:hours }}", "二十四"]], "n": 3, "b": "{{fact:no}}"}
    assert library.facts_named(said) == ("hours", "no")
    assert library.filled(said, known) == {"stem": "要24学时", "blanks": [["24", "二十四"]], "n": 3, "b": "{{fact:no}}"}


def test_facts_that_nobody_names_or_that_do_not_stand_there_are_told() -> None:
    known = {"hours": fact("hours", "新工人的学时", "24"), "phone": fact("phone", "火警", "119")}
    texts = [Named(("hours",), "要24学时"), Named(("hours",), "要很久", Place(uid="q"))]
    found = library.misnamed(known, texts)
    assert [(one.code, str(one.place)) for one in found] == [("fact.not_in_text", "q"), ("fact.unused", "phone")]


def test_facts_do_not_contradict_each_other() -> None:
    hours = "新上岗工人的岗前培训时间"
    facts = [fact("a", hours, "24"), fact("b", f"{hours}。", "20"), fact("c", hours, "24"),
             fact("d", "噪声的限值", "85"), fact("d", "火警电话", "119")]  # fmt: skip
    found = library.contradictions(facts)
    assert [(one.code, str(one.place)) for one in found] == [
        ("fact.contradicts", "b"), ("fact.said_twice", "c"), ("fact.contradicts", "c"), ("fact.key_twice", "d"),
    ]  # fmt: skip
