"""What may be asked of the records: a status, with where, whom, what and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ColumnElement, false, literal, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from suyu_learn.models import CompletionKind, Unit
from suyu_learn.services.grants import Reach
from suyu_learn.services.unread import Unread

EVERYWHERE = Reach(everywhere=True)


class Status(StrEnum):
    """Which records: how something stands with somebody.

    `LACKING` is whoever was given a programme and has not completed it, begun or not, overdue or not; `SHORT` those
    among them who lack hours. `ALL` is each of the others, one after the other.
    """

    COMPLETED = "completed"
    LEARNING = "learning"
    NOT_STARTED = "not_started"
    OVERDUE = "overdue"
    NOT_PASSED = "not_passed"
    ABSENT = "absent"
    VOIDED = "voided"
    LACKING = "lacking"
    SHORT = "short"
    ALL = "all"


class Source(StrEnum):
    """Where records of a status lie; a query reads one."""

    COMPLETIONS = "completions"
    COURSES = "courses"  # begun ones
    EXAMS = "exams"  # sat ones
    MEMBERS = "members"  # of programmes
    ROSTERS = "rosters"  # of exams that are over
    ADDED = "added"  # to these rosters by hand


_SOURCES: Mapping[Status, tuple[Source, ...]] = {
    Status.COMPLETED: (Source.COMPLETIONS,),
    Status.LEARNING: (Source.COURSES, Source.MEMBERS),
    Status.NOT_STARTED: (Source.MEMBERS,),
    Status.OVERDUE: (Source.MEMBERS,),
    Status.NOT_PASSED: (Source.EXAMS,),
    Status.ABSENT: (Source.ROSTERS, Source.ADDED),
    Status.VOIDED: (Source.COMPLETIONS,),
    Status.LACKING: (Source.MEMBERS,),
    Status.SHORT: (Source.MEMBERS,),
}
EACH = (
    Status.COMPLETED, Status.LEARNING, Status.NOT_STARTED, Status.OVERDUE, Status.NOT_PASSED, Status.ABSENT,
    Status.VOIDED,
)  # fmt: skip
"""What `Status.ALL` is, in this order; nothing is in two of them."""
CHANGING = (Status.COMPLETED, Status.VOIDED)
"""The records with a number of their own, which other systems take over."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records are wanted; `reach` is how far the one who asks may look, and `unread` what stays out of it.

    `since` and `until` bound the moment of a record: its completion, the last sitting, the beginning of a course, the
    end of an exam that was missed, and for programmes that are lacking the deadline. `now` is the moment by which
    deadlines are over, in the zone of the pages; statuses of programmes and of rosters need it. With `changed_since`
    only completions are meant that were written since then.
    """

    reach: Reach = EVERYWHERE
    unread: Unread | None = None
    unit: Unit | None = None
    audience: str = ""
    kind: CompletionKind | None = None
    subject_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    status: Status = Status.COMPLETED
    now: datetime | None = None
    changed_since: datetime | None = None
    source: Source = Source.COMPLETIONS

    @property
    def moment(self) -> datetime:
        """`now`, for the statuses that need it."""
        if self.now is None:
            raise ValueError(f"The status {self.status} needs to know what time it is.")
        return self.now


def parts_of(wanted: Filter) -> tuple[Filter, ...]:
    """The same by each status and source it stands for; a part is what one query can give."""
    statuses: tuple[Status, ...] = EACH if wanted.status is Status.ALL else (wanted.status,)
    if wanted.changed_since is not None:
        statuses = tuple(one for one in statuses if one in CHANGING)
    return tuple(replace(wanted, status=one, source=source) for one in statuses for source in _SOURCES[one])


class Below(FunctionElement[bool]):
    """Whether a column of paths lies in the subtree of a path, in the form that the database answers by an index."""

    inherit_cache = True
    name = "below"
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], path: str) -> None:
        # Ids and slashes alone: "0" is the next sign after the slash, and nothing in a path is a wildcard.
        super().__init__(column, literal(path), literal(f"{path[:-1]}0"), literal(f"{path}%"))

    def self_group(self, against: Any = None) -> Any:
        """Itself, in brackets already: compared with 1, as SQLAlchemy would, no index answers it."""
        return self


@compiles(Below)
def _by_pattern(element: Below, compiler: Any, **options: Any) -> str:
    column, _first, _beyond, pattern = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} LIKE {pattern})"


@compiles(Below, "sqlite")
def _by_range(element: Below, compiler: Any, **options: Any) -> str:
    column, first, beyond, _pattern = element.clauses
    low, high = compiler.process(first, **options), compiler.process(beyond, **options)
    left, right = compiler.process(column, **options), compiler.process(column, **options)
    return f"({left} >= {low} AND {right} < {high})"


def within(wanted: Filter, path: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """The conditions of reach and unit on a column of paths."""
    found: list[ColumnElement[bool]] = []
    if not wanted.reach.everywhere:
        found.append(or_(false(), *(Below(path, one) for one in wanted.reach.paths)))
    if wanted.unit is not None:
        found.append(Below(path, wanted.unit.path))
    return found
