"""The figures of a unit and the units below it: training, exams, weeks, lessons; what tells of few people is hidden.

What is hidden is worked out over all units within sight, not over those of one page, so that going from unit to unit
with one period and one filter shows no more than one page does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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

    @property
    def children(self) -> tuple[UnitFigures, ...]:
        """The units right below the one that was chosen, or the topmost ones."""
        return tuple(one for one in self.units if one.depth == 0)


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
    lines = _lines(session, wanted, exams, sight, few)
    inside = asked.unit.path if asked.unit is not None else ""
    narrow = replace(wanted, unit=asked.unit)
    weeks = statistics_trends.weeks(session, narrow)
    course = session.get(Course, asked.subject_id) if asked.kind is CompletionKind.COURSE else None
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
    )


def check(asked: Asked, *, limited: bool) -> None:
    """Raise Problem for what cannot be shown: a period too long, or free ones and several filters to who is limited."""
    if asked.period.days > LONGEST:
        raise Problem("statistics.too_long", days=asked.period.days, most=LONGEST)
    if limited and not asked.period.code:
        raise Problem("statistics.fixed_periods")
    if limited and asked.filters > 1:
        raise Problem("statistics.one_filter")


def _lines(session: Session, wanted: Wanted, exams: Sequence[Exam], sight: Sight, few: int) -> dict[str, UnitFigures]:
    trained = statistics_training.trained(session, wanted)
    sat = statistics_exams.sat(session, wanted, exams)
    finishers = statistics_training.completed_something(session, wanted)
    paths = {path for path in (*trained, *sat, *finishers) if path and _shown(path, wanted)}
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
    return _hidden(found, few, wanted) if few else found


def _shown(path: str, wanted: Wanted) -> bool:
    """Whether a unit lies within reach and is the one asked for, or below it."""
    return wanted.reach.covers(path) and (wanted.unit is None or path.startswith(wanted.unit.path))


def _hidden(found: Mapping[str, UnitFigures], few: int, wanted: Wanted) -> dict[str, UnitFigures]:
    """Each block of figures hidden by its own tree: due alone, what came of it, the same of exams, completions.

    Of one programme, course or exam the completions are those who completed it, give or take who was not due: they go
    where that is hidden.
    """

    def known(path: str) -> bool:
        return found[path].names

    due = hidden_rows({path: (one.trained.due,) for path, one in found.items()}, below=few, known=known)
    told = hidden_rows({path: one.trained.telling for path, one in found.items()}, below=few, forced=due, known=known)
    listed = hidden_rows({path: (one.sat.due,) for path, one in found.items()}, below=few, known=known)
    sat = hidden_rows({path: one.sat.telling for path, one in found.items()}, below=few, forced=listed, known=known)
    same = told | sat if wanted.kind is not None else ()
    ended = hidden_rows({path: (one.finishers,) for path, one in found.items()}, below=few, forced=same, known=known)
    return {
        path: replace(
            one, due_hidden=path in due, trained_hidden=path in told, exam_due_hidden=path in listed,
            sat_hidden=path in sat, finishers_hidden=path in ended,
        )
        for path, one in found.items()
    }  # fmt: skip


def _below(lines: Iterable[UnitFigures], inside: str) -> Iterable[UnitFigures]:
    """The lines below a unit, each with how far below it stands."""
    under = {one.path: one for one in lines if one.path and one.path.startswith(inside) and one.path != inside}
    for path, one in under.items():
        yield replace(one, depth=sum(above in under for above in reports.chain_of(path)[:-1]))


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
