"""The figures of a unit and the units below it: training, exams, weeks, lessons; what tells of few people is hidden.

What is hidden is worked out over all units within sight, not over those of one page, so that going from unit to unit
with one period and one filter shows no more than one page does. What has no such tree, as weeks and lessons, is shown
of all units together alone; and of an audience only what does not tell of the few who are not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.names import chinese_order
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.statistics import Group, Period, Sat, Trained, hidden_cells, hidden_rows, hidden_steps
from suyu_learn.models import CompletionKind, Course, CourseVersion, Exam, Programme, ProgrammeState, Unit
from suyu_learn.services import record_choices, reports, statistics_exams, statistics_training, statistics_trends
from suyu_learn.services.reports import Sight
from suyu_learn.services.statistics_training import Wanted
from suyu_learn.services.statistics_trends import Lessons, Week
from suyu_learn.services.unread import Unread

LONGEST = 400
"""Days that a period can have: every week of it is a point of the line."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody chose: a unit, an audience, a programme, course or exam, a period."""

    period: Period
    unit: Unit | None = None
    audience: str = ""
    kind: CompletionKind | None = None
    subject_id: int | None = None

    @property
    def filters(self) -> int:
        """How many filters stand beside unit and period."""
        return bool(self.audience) + (self.kind is not None)


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit with all below it; `path` is empty for all units together. What is hidden tells of few people."""

    path: str
    unit_id: int
    name: str
    depth: int
    trained: Trained
    sat: Sat
    finishers: int
    """People who completed something in the period, due or not."""
    due_hidden: bool = False
    trained_hidden: bool = False
    exam_due_hidden: bool = False
    sat_hidden: bool = False
    finishers_hidden: bool = False
    names: bool = False
    """Whether the viewer may see the people by name."""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All figures of a choice as one viewer may see them."""

    asked: Asked
    total: UnitFigures
    units: tuple[UnitFigures, ...]
    """Every unit below with somebody to count, parents before children."""
    exams: tuple[Exam, ...]
    weeks: tuple[Week, ...]
    hidden_weeks: frozenset[int]
    lessons: Lessons | None
    hidden_lessons: frozenset[int]
    suppressed: bool
    """Whether figures of few people are hidden, and periods and filters are limited."""
    own_left_out: bool = False
    """Whether some of the viewer's own results are in no figure, since exams do not show them to them."""
    by_name: bool = False
    """Whether the viewer may see everybody by name who is counted."""
    in_part: bool = False
    """Whether weeks and lessons are left out, since other units that are seen could be taken off them."""

    @property
    def children(self) -> tuple[UnitFigures, ...]:
        """The units right below the one that was chosen, or the topmost ones; below one that stands there alone."""
        by_depth: dict[int, list[UnitFigures]] = {}
        for one in self.units:
            by_depth.setdefault(one.depth, []).append(one)
        depth = 0
        while self.asked.unit is None and len(by_depth.get(depth, ())) == 1 and depth + 1 in by_depth:
            depth += 1
        return tuple(by_depth.get(depth, ()))


def limited(session: Session, sight: Sight, unit: Unit | None) -> bool:
    """Whether somebody sees figures of people whom they may not see by name."""
    if unit is not None:
        return not sight.names.covers(unit.path)
    wide = sight.names.everywhere or (
        not sight.numbers.everywhere and all(sight.names.covers(path) for path in sight.numbers.paths)
    )
    return not (sight.names and wide)


def dashboard(
    session: Session, asked: Asked, *, sight: Sight, now: datetime, zone: tzinfo, suppress_below: int,
    unread: Unread | None = None,
) -> Dashboard:  # fmt: skip
    """The figures; raises Problem for a period or filters that are not for this viewer.

    What the viewer may not read of themself is in none: it would follow from the figures of a small unit.
    """
    few = suppress_below if suppress_below and limited(session, sight, asked.unit) else 0
    check(asked, limited=bool(few))
    wanted = Wanted(sight.numbers, asked.period, now, zone, None if few else asked.unit, asked.audience, asked.kind,
                    asked.subject_id, unread=unread)  # fmt: skip
    exams = statistics_exams.exams_of(session, wanted)
    lines = _lines(session, wanted, exams, sight)
    if few:
        everybody = _lines(session, replace(wanted, audience=""), exams, sight) if wanted.audience else lines
        lines = _hidden(lines, everybody, few, wanted)
    inside = asked.unit.path if asked.unit is not None else ""
    in_part = bool(few) and not _stands_alone(sight, asked.unit)
    narrow = replace(wanted, unit=asked.unit)
    weeks = () if in_part else statistics_trends.weeks(session, narrow)
    course = session.get(Course, asked.subject_id) if asked.kind is CompletionKind.COURSE and not in_part else None
    lessons = statistics_trends.lessons(session, narrow, course) if course is not None else None
    return Dashboard(
        asked=asked,
        total=lines.get(inside) or _nobody(asked.unit),
        units=tuple(_below(lines.values(), inside)),
        exams=tuple(exams),
        weeks=weeks,
        hidden_weeks=hidden_cells({place: one.people for place, one in enumerate(weeks)}, below=few),
        lessons=lessons,
        hidden_lessons=_hidden_lessons(lessons, few),
        suppressed=bool(few),
        own_left_out=unread is not None,
        by_name=not limited(session, sight, asked.unit),
        in_part=in_part,
    )


def _stands_alone(sight: Sight, unit: Unit | None) -> bool:
    """Whether nothing is seen elsewhere that could be taken off the figures of a unit, or of all: neither people by
    name nor units beside it."""
    if sight.names:
        return False
    return unit is None or (
        not sight.numbers.everywhere and all(path.startswith(unit.path) for path in sight.numbers.paths)
    )


def check(asked: Asked, *, limited: bool) -> None:
    """Raise Problem for what cannot be shown: a period too long, or free ones and several filters to who is limited."""
    if asked.period.days > LONGEST:
        raise Problem("statistics.too_long", days=asked.period.days, most=LONGEST)
    if limited and not asked.period.code:
        raise Problem("statistics.fixed_periods")
    if limited and asked.filters > 1:
        raise Problem("statistics.one_filter")


def _lines(session: Session, wanted: Wanted, exams: Sequence[Exam], sight: Sight) -> dict[str, UnitFigures]:
    trained = statistics_training.trained(session, wanted)
    sat = statistics_exams.sat(session, wanted, exams)
    finishers = statistics_training.completed_something(session, wanted)
    paths = {path for path in (*trained, *sat, *finishers) if path and wanted.lies_within(path)}
    ids = {path: int(path.rstrip("/").rpartition("/")[2]) for path in paths}
    names: dict[int, str] = dict(session.execute(select(Unit.id, Unit.name)).all())
    said = {path: names.get(ids[path], "") for path in paths}
    found = {
        path: UnitFigures(
            path=path, unit_id=ids.get(path, 0), name=said.get(path, ""),
            depth=0, trained=trained.get(path, Trained()), sat=sat.get(path, Sat()),
            finishers=finishers.get(path, Group()).people,
            names=bool(path) and sight.names.covers(path),
        )
        for path in ("", *reports.in_order(paths, said))
    }  # fmt: skip
    return found


def _hidden(
    found: Mapping[str, UnitFigures], everybody: Mapping[str, UnitFigures], few: int, wanted: Wanted
) -> dict[str, UnitFigures]:
    """Each block of figures hidden by its own tree: due alone, what came of it, the same of exams, completions.

    Who of `everybody` is not in an audience is a tree of its own: a unit is hidden where it would tell of few of these.
    Of one programme, course or exam the completions are those who completed it, give or take who was not due: they go
    where that is hidden.
    """

    def gone(told: Callable[[UnitFigures], tuple[int, ...]], forced: Iterable[str] = ()) -> frozenset[str]:
        counts = {path: told(one) for path, one in found.items()}
        others = {
            path: tuple(all_ - some for all_, some in zip(told(one), counts[path], strict=True))
            for path, one in everybody.items()
            if wanted.audience and path in counts
        }
        beside = hidden_rows(others, below=few, known=known)
        return hidden_rows(counts, below=few, forced={*forced, *beside}, known=known)

    def known(path: str) -> bool:
        return found[path].names

    due = gone(lambda one: (one.trained.due,))
    told = gone(lambda one: one.trained.telling, due)
    listed = gone(lambda one: (one.sat.due,))
    sat = gone(lambda one: one.sat.telling, listed)
    ended = gone(lambda one: (one.finishers,), told | sat if wanted.kind is not None else ())
    return {
        path: replace(
            one, due_hidden=path in due, trained_hidden=path in told, exam_due_hidden=path in listed,
            sat_hidden=path in sat, finishers_hidden=path in ended,
        )
        for path, one in found.items()
    }  # fmt: skip


def _below(lines: Iterable[UnitFigures], inside: str) -> Iterable[UnitFigures]:
    """The lines below a unit, each with how far below it stands."""
    depths: dict[str, int] = {}
    for one in lines:  # parents before children
        if not one.path or one.path == inside or not one.path.startswith(inside):
            continue
        above = one.path[: one.path.rfind("/", 0, -1) + 1]
        depths[one.path] = depths[above] + 1 if above in depths else 0
        yield replace(one, depth=depths[one.path])


def _nobody(unit: Unit | None) -> UnitFigures:
    return UnitFigures(unit.path if unit else "", unit.id if unit else 0, unit.name if unit else "", 0,
                       Trained(), Sat(), 0)  # fmt: skip


def _hidden_lessons(lessons: Lessons | None, few: int) -> frozenset[int]:
    """Places of those who began (0) and of the lessons (1, 2, ...) that would tell of few."""
    if lessons is None or not few:
        return frozenset()
    return hidden_steps([lessons.began, *(one.reached for one in lessons.steps), 0], below=few)


def subjects(session: Session, sight: Sight) -> tuple[tuple[CompletionKind, int, str], ...]:
    """The programmes, courses and exams that can be asked for: those that concern the units in sight."""
    programmes = session.execute(
        select(Programme.id, Programme.title)
        .where(
            Programme.deleted_at.is_(None),
            Programme.state != ProgrammeState.DRAFT,
            record_choices.programmes_for(sight.numbers, sight.names),
        )
        .order_by(Programme.id.desc())
    )
    courses = session.execute(
        select(Course.id, CourseVersion.title)
        .join(CourseVersion, CourseVersion.id == Course.published_version_id)
        .where(Course.deleted_at.is_(None))
    )
    exams = session.execute(
        select(Exam.id, Exam.title)
        .where(
            Exam.published_at.is_not(None),
            Exam.deleted_at.is_(None),
            record_choices.exams_for(sight.numbers, sight.names),
        )
        .order_by(Exam.published_at.desc(), Exam.id.desc())
    )
    if not sight.numbers:
        return ()
    in_order = sorted(courses, key=lambda row: (chinese_order(row[1]), row[0]))
    return (
        *((CompletionKind.PROGRAMME, number, title) for number, title in programmes),
        *((CompletionKind.COURSE, number, title) for number, title in in_order),
        *((CompletionKind.EXAM, number, title) for number, title in exams),
    )
