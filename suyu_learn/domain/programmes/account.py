"""Honest hours: what a programme's courses, events and sign-offs bring, beside the hours that are due.

A course is planned with at most what it plausibly takes. Of elective parts the shortest ones count, so that the
hours are reached whatever somebody chooses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.programmes.plan import NOTHING, HoursScope, Part, PartKind, Plan, Stage, place_of


@dataclass(frozen=True, slots=True)
class StageAccount:
    """The hours of one stage, or of all together."""

    due: Decimal
    online: Decimal = NOTHING
    events: Decimal = NOTHING
    sign_offs: Decimal = NOTHING
    asked: bool = True
    """Whether its parts have to bring the hours that are due."""

    @property
    def planned(self) -> Decimal:
        return self.online + self.events + self.sign_offs

    @property
    def missing(self) -> Decimal:
        return max(NOTHING, self.due - self.planned) if self.asked else NOTHING

    @property
    def over(self) -> Decimal:
        return max(NOTHING, self.planned - self.due) if self.asked else NOTHING


@dataclass(frozen=True, slots=True)
class Account:
    """The hours of a programme, stage by stage and together."""

    stages: tuple[StageAccount, ...]
    whole: StageAccount


def worth(part: Part, rules: CreditRules) -> Decimal:
    """The credit hours that the course of a part can bring at the most."""
    return rules.hours(part.seconds)


def account(plan: Plan) -> Account:
    """What is due and what is planned."""
    by_parts = plan.counts is HoursScope.PARTS and plan.hours > 0
    stages = tuple(_stage_account(stage, asked=by_parts or stage.hours > 0) for stage in plan.stages)
    return Account(
        stages,
        StageAccount(
            due=plan.hours,
            online=sum((one.online for one in stages), NOTHING),
            events=sum((one.events for one in stages), NOTHING),
            sign_offs=sum((one.sign_offs for one in stages), NOTHING),
            asked=by_parts,
        ),
    )


def faults(plan: Plan, rules: CreditRules) -> list[Problem]:
    """What stands against publishing a programme."""
    found = list(_of_the_whole(plan))
    for number, (stage, its) in enumerate(zip(plan.stages, account(plan).stages, strict=True), start=1):
        found += _of_a_stage(number, stage, its)
        for place, part in enumerate(stage.parts, start=1):
            found += _of_a_part(number, place, part, rules)
    return found


def brings_no_hours(plan: Plan) -> bool:
    """Whether completing it asks for no hours at all: allowed, but seldom meant."""
    return plan.counts is HoursScope.PARTS and not plan.hours and any(plan.parts)


def filled_up(plan: Plan, title: str, *, only: int | None = None) -> Plan:
    """The plan with an event of that title in each stage that lacks hours, worth what is missing.

    `only` is the number of the one stage to fill.
    """
    its = account(plan).stages
    return replace(
        plan,
        stages=tuple(
            replace(stage, parts=(*stage.parts, Part(PartKind.EVENT, title, hours=one.missing)))
            if one.missing and only in (None, number)
            else stage
            for number, (stage, one) in enumerate(zip(plan.stages, its, strict=True), start=1)
        ),
    )


def _stage_account(stage: Stage, *, asked: bool) -> StageAccount:
    shortest = sorted(stage.elective, key=lambda part: part.hours)[: stage.electives]
    counted = (*stage.required, *shortest)
    return StageAccount(
        due=stage.hours,
        online=_sum(counted, PartKind.COURSE),
        events=_sum(counted, PartKind.EVENT),
        sign_offs=_sum(counted, PartKind.SIGN_OFF),
        asked=asked,
    )


def _sum(parts: Iterable[Part], kind: PartKind) -> Decimal:
    return sum((part.hours for part in parts if part.kind is kind), NOTHING)


def _of_the_whole(plan: Plan) -> Iterator[Problem]:
    stages = sum((stage.hours for stage in plan.stages), NOTHING)
    if plan.counts is HoursScope.ALL:
        if not plan.hours:
            yield Problem("programme.all_of_nothing", place=place_of("hours"))
    elif not any(plan.parts):
        yield Problem("programme.empty")
    elif plan.hours != stages:
        yield Problem("programme.hours_unlike_stages", place=place_of("hours"), hours=plan.hours, stages=stages)


def _of_a_stage(number: int, stage: Stage, its: StageAccount) -> Iterator[Problem]:
    if not stage.parts:
        yield Problem("programme.stage_empty", place=place_of("title", number), stage=stage.title)
    if stage.electives > len(stage.elective):
        yield Problem("programme.electives", place=place_of("electives", number), stage=stage.title,
                      asked=stage.electives, there=len(stage.elective))  # fmt: skip
    where = place_of("hours", number)
    if its.missing:
        yield Problem("programme.hours_missing", place=where, stage=stage.title, due=its.due, planned=its.planned,
                      missing=its.missing)  # fmt: skip
    if its.over:
        yield Problem("programme.hours_over", place=where, stage=stage.title, due=its.due, planned=its.planned,
                      over=its.over)  # fmt: skip


def _of_a_part(number: int, place: int, part: Part, rules: CreditRules) -> Iterator[Problem]:
    where = place_of("hours", number, place)
    if not part.available:
        gone = "programme.course_gone" if part.kind is PartKind.COURSE else "programme.exam_gone"
        yield Problem(gone, place=place_of("which", number, place), part=part.title)
    elif part.kind is PartKind.COURSE and part.hours > worth(part, rules):
        yield Problem("programme.course_worth", place=where, part=part.title, hours=part.hours,
                      worth=worth(part, rules))  # fmt: skip
    if part.kind is PartKind.EXAM and part.hours:
        yield Problem("programme.exam_hours", place=where, part=part.title)
    if part.kind in (PartKind.EVENT, PartKind.SIGN_OFF) and not part.hours:
        yield Problem("programme.part_without_hours", place=where, part=part.title)
