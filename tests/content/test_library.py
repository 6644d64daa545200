"""What comes along as a whole: it is enough, it is fair, its facts stand in one place, its papers can be drawn."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from suyu_learn import _resources
from suyu_learn.content import checking, paper_templates
from suyu_learn.content.checking import Checked
from suyu_learn.content.facts import facts_of, read_facts
from suyu_learn.content.question_packs import read_pack
from suyu_learn.domain.problems import Problems
from suyu_learn.domain.questions import BUILT_IN

TYPES = {kind.code: kind for kind in BUILT_IN}
PAPER_TYPES = frozenset({"single", "multiple", "true_false", "fill_in"})
"""What the papers of 48 questions are made of."""
AUDIENCES = ("officials", "workers", "farmers", "seniors", "youth")
FACT = '[[fact]]\nkey = "{key}"\nabout = "{about}"\nvalue = "{value}"\nsource = "某规定"\nchecked = 2026-11-30\n'
QUESTION = """
[[question]]
uid = "q-1"
type = "fill_in"
stem = "新工人要学____学时。"
blanks = [["{{fact:hours}}"]]
explanation = "不少于{{fact:hours}}学时。"
source = "某规定"
"""


@pytest.fixture(scope="module")
def shipped() -> Checked:
    return checking.check(_resources.folder("question_bank"), _resources.folder("courses"),
                          _resources.inside("programme_templates"), types=TYPES)  # fmt: skip


def test_the_packs_that_come_along_have_no_faults(shipped: Checked) -> None:
    assert [str(problem) for problem in shipped.problems] == []


def test_the_library_is_enough_and_fair(shipped: Checked) -> None:
    found = replace(shipped, problems=[])
    checking.check_library(found, types=TYPES, audiences=AUDIENCES)
    assert [str(problem) for problem in found.problems] == []


def test_every_ready_paper_can_be_assembled(shipped: Checked) -> None:
    found = replace(shipped, problems=[])
    checking.check_papers(found, _resources.inside("paper_templates"))
    assert [str(problem) for problem in found.problems] == []
    templates = {one.code: one for one in paper_templates.read_templates(_resources.inside("paper_templates"))}
    assert {one.audience for one in templates.values()} == {"", *AUDIENCES}
    for one in templates.values():
        assert sum(rule.count * rule.points for rule in one.rules) == 100, one.code
    blueprint = templates["assessment-b"]
    assert sum(rule.count for rule in blueprint.rules) == 50
    assert dict(blueprint.dimensions) == {"knowledge": 20, "methods": 10, "spirit": 10, "application": 10}
    assert (blueprint.all_criteria, blueprint.purpose) == (True, "assessment")
    assert {rule.type for rule in templates["rumours-20"].rules} == {"true_false"}


def test_rumours_are_true_or_false_have_their_sources_and_change_from_paper_to_paper() -> None:
    banks = read_pack(_resources.folder("question_bank"), types=TYPES)
    rumours = [one for bank in banks for one in bank.questions if "辨流言" in one.tags]
    assert len(rumours) > 30
    assert {one.type for one in rumours} == {"true_false"}
    assert all(one.source and one.body["explanation"] for one in rumours)
    assert 0.2 <= sum(one.body["answer"] is True for one in rumours) / len(rumours) <= 0.5


def test_what_a_ready_paper_leaves_out_is_said(shipped: Checked) -> None:
    """All but that for older people ask all 26 criteria; it names the paper that does."""
    blueprint = "公民科学素质测评（50题）"
    papers = [one for one in paper_templates.read_templates(_resources.inside("paper_templates")) if one.audience]
    assert [one.code for one in papers if not one.all_criteria] == ["seniors-25"]
    for one in papers:
        if not one.all_criteria:
            assert blueprint in one.summary.of("zh_Hans"), one.code
            assert "all 26" in one.summary.of("en"), one.code
    for audience in set(AUDIENCES) - {"seniors"}:
        drawn = [one.criterion for one in shipped.entries if one.audience == audience and one.type in PAPER_TYPES]
        assert min(drawn.count(criterion) for criterion in range(1, 27)) >= 2, audience


def test_a_paper_that_the_bank_cannot_fill_is_told(shipped: Checked, tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    text = (
        'code = "{code}"\ntitle = "卷"\nsummary = "说明"\npurpose = "exam"\n'
        'en = {{title = "Paper", summary = "About"}}\n'
        '[[rule]]\nbank = "{bank}"\ntype = "essay"\ncount = 500\npoints = 1\n'
    )
    for code, bank in (("greedy", "workers"), ("lost", "sailors")):
        (tmp_path / "papers" / f"{code}.toml").write_text(text.format(code=code, bank=bank), encoding="utf-8")
    found = replace(shipped, problems=[], papers=0)
    checking.check_papers(found, tmp_path / "papers")
    assert [(one.code, one.place.file) for one in found.problems] == [
        ("paper.not_enough_questions", "papers/greedy.toml"), ("template.bank_unknown", "papers/lost.toml"),
    ]  # fmt: skip


def pack(folder: Path, facts: str, question: str = QUESTION) -> Path:
    (folder / "pack" / "workers").mkdir(parents=True)
    (folder / "pack" / "bank.toml").write_text('[[bank]]\nfolder = "workers"\nname = "W"\n', encoding="utf-8")
    (folder / "pack" / "facts.toml").write_text(facts, encoding="utf-8")
    (folder / "pack" / "workers" / "a.toml").write_text(question, encoding="utf-8")
    return folder / "pack"


def test_a_changed_law_is_changed_in_one_place(tmp_path: Path) -> None:
    folder = pack(tmp_path, FACT.format(key="hours", about="学时", value="24"))
    first = read_pack(folder, types=TYPES)[0].questions[0]
    assert (first.body["explanation"], first.facts) == ("不少于24学时。", ("hours",))
    (folder / "facts.toml").write_text(FACT.format(key="hours", about="学时", value="32"), encoding="utf-8")
    second = read_pack(folder, types=TYPES)[0].questions[0]
    assert (second.body["explanation"], second.body["blanks"][0]["accepted"]) == ("不少于32学时。", ["32"])
    assert first.body["blanks"][0]["key"] == second.body["blanks"][0]["key"]


def test_a_fact_that_nobody_declares_is_told_with_the_question(tmp_path: Path) -> None:
    with pytest.raises(Problems) as found:
        read_pack(pack(tmp_path, FACT.format(key="days", about="天数", value="7")), types=TYPES)
    assert [(one.code, str(one.place)) for one in found.value.problems] == [
        ("fact.unknown", "pack/workers/a.toml: q-1")
    ]


def test_faults_of_facts_are_told_with_their_keys(tmp_path: Path) -> None:
    path = tmp_path / "bank" / "facts.toml"
    path.parent.mkdir()
    texts = ['[[fact]]\nkey = "a"\nabout = "甲"\nvalue = ""\ncolour = "red"\nsource = "x"\n']
    texts += [FACT.format(key=key, about="新工人学时", value=value) for key, value in (("b", "1"), ("c", "2"))]
    path.write_text("".join(texts), encoding="utf-8")
    with pytest.raises(Problems) as found:
        read_facts(path, base=tmp_path)
    assert [(one.code, str(one.place)) for one in found.value.problems] == [
        ("pack.unknown_field", "bank/facts.toml: a: colour"), ("pack.field_missing", "bank/facts.toml: a: value"),
        ("pack.field_missing", "bank/facts.toml: a: checked"), ("fact.contradicts", "bank/facts.toml: c"),
    ]  # fmt: skip


def test_courses_take_the_facts_of_the_banks_beside_them(tmp_path: Path) -> None:
    pack(tmp_path, FACT.format(key="hours", about="学时", value="24")).rename(tmp_path / "question_bank")
    assert facts_of(tmp_path / "courses").keys() == facts_of(tmp_path / "question_bank").keys() == {"hours"}
    assert facts_of(tmp_path / "elsewhere" / "courses") == {}


@pytest.mark.parametrize(("text", "seen"), [
    ("要改成“**记着洗净**”：出圈换鞋。**鼓了包的，别再充。** 规定写得明白。", 0),
    ("要改成**“记着洗净”**：出圈换鞋。", 2),
    ("去那里充。**鼓了包的，别再充。**规定写得明白。", 2),
])  # fmt: skip
def test_asterisks_that_readers_would_see_are_told(tmp_path: Path, text: str, seen: int) -> None:
    folder = tmp_path / "courses" / "workers" / "a"
    folder.mkdir(parents=True)
    (folder / "course.toml").write_text(
        'slug = "a"\naudience = "workers"\nlang = "zh_Hans"\ntitle = "A"\nsummary = "B"\noutcomes = ["C"]\n'
        '[[lesson]]\nfile = "01-a.md"\ntitle = "A"\nsources = ["D"]\n', encoding="utf-8",
    )  # fmt: skip
    (folder / "01-a.md").write_text(text, encoding="utf-8")
    bank = pack(tmp_path, FACT.format(key="hours", about="学时", value="24"))
    found = checking.check(bank, tmp_path / "courses", tmp_path / "none", types=TYPES)
    told = [one for one in found.problems if one.code == "pack.marks_shown"]
    assert [str(one.place) for one in told] == ["courses/workers/a/01-a.md"] * seen
    assert all("**" in str(one.params["near"]) for one in told)


def test_each_course_has_a_drawing_that_says_what_it_shows() -> None:
    courses = sorted(path.parent for path in _resources.folder("courses").glob("*/*/course.toml"))
    for course in courses:
        drawn = {path.stem for path in course.glob("drawings/*.svg")}
        assert drawn, course
        texts = "".join(path.read_text(encoding="utf-8") for path in course.glob("*.md"))
        named = {name: alt for alt, name in re.findall(r"!\[([^\]]*)\]\(media/([a-z0-9-]+)\.png\)", texts)}
        assert named.keys() == drawn == {path.stem for path in course.glob("media/*.png")}, course
        assert all(len(alt) >= 10 for alt in named.values()), course
