"""Programmes as values: hours that add up, or what is missing where."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.programmes import (
    HoursScope,
    Part,
    PartKind,
    Plan,
    Stage,
    account,
    beyond_bounds,
    faults,
    filled_up,
)

RULES = CreditRules()


def part(kind: PartKind = PartKind.EVENT, hours: str = "4", **said: object) -> Part:
    return Part(**{"kind": kind, "title": kind.value, "hours": Decimal(hours), **said})  # type: ignore[arg-type]


def course(hours: str, *, seconds: int = 2700, number: int = 1) -> Part:
    return part(PartKind.COURSE, hours, course_id=number, seconds=seconds)


def plan(*parts: Part, due: str = "8", hours: str | None = None, electives: int = 0, **said: object) -> Plan:
    stage = Stage("Workshop", Decimal(due), electives, parts)
    return Plan(**{"title": "T", "stages": (stage,), "hours": Decimal(hours or due), **said})  # type: ignore[arg-type]


def told(one: Plan) -> list[tuple[str, str]]:
    return [(fault.code.removeprefix("programme."), fault.place.field) for fault in faults(one, RULES)]


def test_what_courses_events_and_sign_offs_bring_is_told_apart() -> None:
    made = account(plan(course("0.5"), part(hours="3.5"), part(PartKind.SIGN_OFF, "4"), due="8"))
    (one,) = made.stages
    assert (one.online, one.events, one.sign_offs, one.planned) == (Decimal("0.5"), Decimal("3.5"), 4, 8)
    assert (one.missing, one.over, made.whole.planned, made.whole.missing) == (0, 0, 8, 0)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (plan(part(hours="8")), []),
        (plan(course("1"), part(hours="7")), []),
        (plan(part(hours="7.99")), [("hours_missing", "s1-hours")]),
        (plan(part(hours="8.01")), [("hours_over", "s1-hours")]),
        (plan(part(hours="8"), hours="9"), [("hours_unlike_stages", "hours")]),
        (plan(course("1.01"), part(hours="6.99")), [("course_worth", "s1-p1-hours")]),
        (plan(course("0.37", seconds=1000), part(hours="7.63")), []),
        (plan(course("0.38", seconds=1000), part(hours="7.62")), [("course_worth", "s1-p1-hours")]),
        (plan(replace(course("0"), available=False), part(hours="8")), [("course_gone", "s1-p1-which")]),
        (plan(part(PartKind.EXAM, "0", exam_id=1, available=False), part(hours="8")), [("exam_gone", "s1-p1-which")]),
        (plan(part(PartKind.EXAM, "1", exam_id=1), part(hours="8")), [("exam_hours", "s1-p1-hours")]),
        (plan(part(hours="8"), part(hours="0")), [("part_without_hours", "s1-p2-hours")]),
        (plan(part(PartKind.SIGN_OFF, "0"), due="0"), [("part_without_hours", "s1-p1-hours")]),
        (plan(due="0"), [("empty", ""), ("stage_empty", "s1-title")]),
        (Plan("T"), [("empty", "")]),
        # where nothing but the parts count, nobody asks for hours
        (plan(course("0.5"), due="0"), []),
        # where all hours count, the parts need not bring them
        (Plan("T", hours=Decimal(90), counts=HoursScope.ALL), []),
        (Plan("T", counts=HoursScope.ALL), [("all_of_nothing", "hours")]),
        (plan(course("0.5"), due="0", hours="90", counts=HoursScope.ALL), []),
        (plan(course("0.5"), due="2", hours="90", counts=HoursScope.ALL), [("hours_missing", "s1-hours")]),
    ],
)
def test_only_hours_that_add_up_are_published(made: Plan, said: list[tuple[str, str]]) -> None:
    assert told(made) == said


def test_of_elective_parts_the_shortest_count() -> None:
    chosen = [part(hours=hours, required=False) for hours in ("2", "5", "3")]
    assert account(plan(part(hours="4"), *chosen, electives=2)).stages[0].planned == 9
    assert told(plan(part(hours="4"), *chosen, due="9", electives=2)) == []
    assert told(plan(part(hours="4"), *chosen, due="12", electives=2)) == [("hours_missing", "s1-hours")]
    assert told(plan(part(hours="8"), *chosen, due="8")) == []
    assert told(plan(*chosen, due="10", electives=4)) == [("electives", "s1-electives")]


def test_each_stage_has_its_own_account_and_what_is_missing_can_be_filled_with_events() -> None:
    made = Plan("T", (Stage("A", Decimal(4), parts=(part(hours="4"),)),
                      Stage("B", Decimal(8), parts=(part(PartKind.SIGN_OFF, "1.5"),)), Stage("C", Decimal(2))),
                hours=Decimal(14))  # fmt: skip
    assert [one.missing for one in account(made).stages] == [0, Decimal("6.5"), 2]
    assert account(made).whole.missing == Decimal("8.5")
    full = filled_up(made, "Still to plan")
    assert [[(one.title, one.hours) for one in stage.parts] for stage in full.stages[1:]] == [
        [("sign_off", Decimal("1.5")), ("Still to plan", Decimal("6.5"))], [("Still to plan", 2)],
    ]  # fmt: skip
    assert faults(full, RULES) == []
    assert filled_up(full, "Still to plan") == full
    assert [len(stage.parts) for stage in filled_up(made, "x", only=3).stages] == [1, 1, 1]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (plan(part()), []),
        (plan(part(), title=" "), [("title", "title")]),
        (plan(part(), title="x" * 201), [("title", "title")]),
        (plan(part(), legal_basis="x" * 5001), [("text", "legal_basis")]),
        (plan(part(hours="0.001")), [("hours", "s1-p1-hours")]),
        (plan(part(), due="-1"), [("hours", "hours"), ("hours", "s1-hours")]),
        (plan(part(), hours="2000.01"), [("hours", "hours")]),
        (plan(part(), window_years=11, counts=HoursScope.ALL), [("window", "window_years")]),
        (plan(part(), window_years=5, counts=HoursScope.ALL), []),
        (plan(part(), window_years=5), [("window_of_parts", "window_years")]),
        (plan(part(), valid_months=0), [("months", "valid_months")]),
        (plan(replace(course("1"), course_id=None)), [("which_course", "s1-p1-which")]),
        (plan(part(PartKind.EXAM, "0")), [("which_exam", "s1-p1-which")]),
        (plan(course("1"), course("1")), [("twice", "s1-p2-which")]),
        (plan(course("1"), course("1", number=2)), []),
        (plan(*[part(title=f"{number}") for number in range(61)]), [("too_many", "")]),
    ],
)
def test_what_no_programme_can_say_is_told_at_its_field(made: Plan, said: list[tuple[str, str]]) -> None:
    found = [(fault.code.removeprefix("programme."), fault.place.field) for fault in beyond_bounds(made)]
    assert found == said


def test_other_words_are_no_other_rule() -> None:
    made = plan(course("0.5"), part(hours="7.5", content="Old"), due="8")
    stage = made.stages[0]
    said = replace(stage, title="Other", parts=tuple(replace(one, title="x", content="New") for one in stage.parts))
    assert replace(made, title="Other", summary="New", stages=(said,)).asked() == made.asked()
    for other in (
        replace(made, in_order=True),
        replace(made, stages=(replace(stage, parts=stage.parts[:1]),)),
        replace(made, stages=(replace(stage, parts=(replace(stage.parts[0], required=False), stage.parts[1])),)),
    ):
        assert other.asked() != made.asked()
