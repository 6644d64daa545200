"""What no programme can say, be it a draft or published."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.programmes.plan import HoursScope, Part, PartKind, Plan, Stage, place_of

LONGEST_TITLE = 200
LONGEST_TEXT = 5000
MOST_STAGES, MOST_PARTS = 20, 60
MOST_HOURS = Decimal(2000)
MOST_MONTHS, MOST_YEARS = 120, 10
_CENT = Decimal("0.01")


def beyond_bounds(plan: Plan) -> list[Problem]:
    """Where a programme says what it cannot."""
    found = [*_text("title", plan.title), *_hours(plan.hours, place_of("hours"))]
    for name in ("summary", "legal_basis"):
        found += _length(getattr(plan, name), place_of(name))
    if not 1 <= plan.window_years <= MOST_YEARS:
        found.append(Problem("programme.window", place=place_of("window_years"), most=MOST_YEARS))
    elif plan.window_years > 1 and plan.counts is not HoursScope.ALL:
        found.append(Problem("programme.window_of_parts", place=place_of("window_years")))
    if plan.valid_months is not None and not 1 <= plan.valid_months <= MOST_MONTHS:
        found.append(Problem("programme.months", place=place_of("valid_months"), most=MOST_MONTHS))
    if len(plan.stages) > MOST_STAGES or sum(1 for _part in plan.parts) > MOST_PARTS:
        found.append(Problem("programme.too_many", stages=MOST_STAGES, parts=MOST_PARTS))
    seen: set[tuple[int | None, int | None]] = set()
    for number, stage in enumerate(plan.stages, start=1):
        found += _of_a_stage(number, stage)
        for place, part in enumerate(stage.parts, start=1):
            found += _of_a_part(number, place, part, seen)
    return found


def _of_a_stage(number: int, stage: Stage) -> Iterator[Problem]:
    yield from _text("title", stage.title, number)
    yield from _hours(stage.hours, place_of("hours", number))
    if not 0 <= stage.electives <= MOST_PARTS:
        yield Problem("programme.electives", place=place_of("electives", number), stage=stage.title,
                      asked=stage.electives, there=len(stage.elective))  # fmt: skip


def _of_a_part(number: int, place: int, part: Part, seen: set[tuple[int | None, int | None]]) -> Iterator[Problem]:
    which, named = place_of("which", number, place), (part.course_id, part.exam_id)
    if part.kind is PartKind.COURSE and part.course_id is None:
        yield Problem("programme.which_course", place=which)
    elif part.kind is PartKind.EXAM and part.exam_id is None:
        yield Problem("programme.which_exam", place=which)
    else:
        yield from _text("title", part.title, number, place)
    if any(named) and named in seen:
        yield Problem("programme.twice", place=which, part=part.title)
    seen.add(named)
    yield from _hours(part.hours, place_of("hours", number, place))
    yield from _length(part.content, place_of("content", number, place))


def _text(field: str, text: str, *where: int) -> Iterator[Problem]:
    if not text.strip() or len(text) > LONGEST_TITLE:
        yield Problem("programme.title", place=place_of(field, *where), limit=LONGEST_TITLE)


def _length(text: str, place: Place) -> Iterator[Problem]:
    if len(text) > LONGEST_TEXT:
        yield Problem("programme.text", place=place, limit=LONGEST_TEXT)


def _hours(hours: Decimal, place: Place) -> Iterator[Problem]:
    if not 0 <= hours <= MOST_HOURS or hours != hours.quantize(_CENT):
        yield Problem("programme.hours", place=place, most=MOST_HOURS)
