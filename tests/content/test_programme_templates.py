"""Templates of programmes: what ships adds up, and a fault names file and key."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from suyu_learn import _resources
from suyu_learn.content.programme_templates import Template, check, plan_of, read_template, read_templates
from suyu_learn.domain.problems import Problems
from suyu_learn.domain.programmes import HoursScope, Part, PartKind, Repeats, account

TEMPLATE = """
code = "drill"
title = "演练"
summary = "说明"
audience = "workers"
basis = "某规定第一条"
in_force = 2015-07-01
source = "原文"
checked = 2026-11-30
hours = 2.35
in_order = true
en = {title = "Drill", summary = "About it", basis = "Rule 1"}

[[stage]]
title = "一"
en.title = "One"
hours = 2.35

[[stage.part]]
kind = "course"
course = "workers/fire"
hours = 0.35

[[stage.part]]
kind = "event"
title = "演练"
hours = 2
content = "跑出去"
en = {title = "Drill", content = "Run out"}
"""
SECONDS = {"workers/fire": 945}


def template(tmp_path: Path, text: str = TEMPLATE, name: str = "drill") -> Template:
    path = tmp_path / "programme_templates" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read_template(path, base=tmp_path)


def test_a_template_is_read_with_both_languages(tmp_path: Path) -> None:
    made = template(tmp_path)
    assert (made.hours, made.in_force, made.counts, made.repeats) == (
        Decimal("2.35"), date(2015, 7, 1), HoursScope.PARTS, Repeats.ONCE,
    )  # fmt: skip
    plan = plan_of(made, "en", {"workers/fire": Part(PartKind.COURSE, "Fire", course_id=7)})
    assert [(part.title, part.hours, part.content) for part in plan.parts] == [
        ("Fire", Decimal("0.35"), ""), ("Drill", 2, "Run out"),
    ]  # fmt: skip
    assert (plan.title, plan.stages[0].title, plan.in_order) == ("Drill", "One", True)
    assert [part.title for part in plan_of(made, "zh_Hans", {}).parts] == ["演练"]
    assert check(made, "f", seconds=SECONDS, audiences={"workers"}) == []


@pytest.mark.parametrize(
    ("old", "new", "key", "code"),
    [
        ('code = "drill"', 'code = "fire"', "code", "code_unlike_file"),
        ('code = "drill"\n', "", "code", "key_missing"),
        ('basis = "某规定第一条"', 'basis = " "', "basis", "text"),
        ("hours = 2.35\nin", "hours = -1\nin", "hours", "number"),
        ("hours = 2.35\nin", 'hours = "2"\nin', "hours", "number"),
        ("checked = 2026-11-30", 'checked = "2026"', "checked", "day"),
        ("checked = 2026-11-30", "", "checked", "key_missing"),
        ("in_order = true", "in_order = 1", "in_order", "truth"),
        ("in_order = true", 'counts = "most"', "counts", "one_of"),
        ("in_order = true", "colour = 1", "colour", "key_unknown"),
        ('en = {title = "Drill", summary = "About it", basis = "Rule 1"}', "", "en.title", "key_missing"),
        ('basis = "Rule 1"}', 'basis = "Rule 1", colour = 1}', "en.colour", "key_unknown"),
        ('en.title = "One"', "en.title = 1", "stage.1.en.title", "text"),
        ('kind = "event"', 'kind = "exam"', "stage.1.part.2.kind", "one_of"),
        ('kind = "event"\n', "", "stage.1.part.2.kind", "key_missing"),
        ('course = "workers/fire"\n', "", "stage.1.part.1.course", "key_missing"),
        ('content = "Run out"}', 'content = "Run out", x = 1}', "stage.1.part.2.en.x", "key_unknown"),
    ],
)
def test_faults_name_file_and_key(tmp_path: Path, old: str, new: str, key: str, code: str) -> None:
    assert old in TEMPLATE
    with pytest.raises(Problems) as found:
        template(tmp_path, TEMPLATE.replace(old, new, 1))
    places = {(one.place.file, one.place.field, one.code) for one in found.value.problems}
    assert ("programme_templates/drill.toml", key, f"template.{code}") in places


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("hours = 2\n", "hours = 1\n", "programme.hours_missing"),
        ("hours = 2.35\nin", "hours = 3\nin", "programme.hours_unlike_stages"),
        ('"workers/fire"', '"workers/smoke"', "template.course_unknown"),
        ('audience = "workers"', 'audience = "cats"', "template.audience"),
    ],
)
def test_hours_that_do_not_add_up_and_courses_that_are_not_there_are_told(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    made = template(tmp_path, TEMPLATE.replace(old, new, 1))
    assert code in {one.code for one in check(made, "f", seconds=SECONDS, audiences={"workers"})}
    longer = template(tmp_path)
    assert [one.code for one in check(longer, "f", seconds={"workers/fire": 944}, audiences={"workers"})] == [
        "programme.course_worth"
    ]


def test_what_ships_has_the_hours_of_its_rules() -> None:
    shipped = {one.code: one for one in read_templates(_resources.inside("programme_templates"))}
    assert {code: one.hours for code, one in shipped.items()} == {
        "officials-90": 90, "officials-550": 550, "safety-heads-32": 32, "safety-heads-12": 12, "safety-heads-48": 48,
        "safety-heads-16": 16, "new-workers-24": 24, "new-workers-72": 72, "workers-yearly-20": 20,
        "workers-return": 8, "farmers-e-commerce": 40, "seniors-phone-and-health": 12,
    }  # fmt: skip
    assert (shipped["officials-90"].repeats, shipped["officials-550"].window_years) == (Repeats.YEARLY, 5)
    three = account(plan_of(shipped["new-workers-24"], "en", {}))
    assert [one.sign_offs > 0 for one in three.stages] == [True, True, True]
