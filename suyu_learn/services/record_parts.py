"""What the queries of records have in common: their columns, in one order, and the conditions of days and subjects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, String, and_, literal, null, or_, type_coerce

from suyu_learn.models import Completion, CompletionKind, Person
from suyu_learn.services.record_filters import Filter, Status, within
from suyu_learn.services.unread import but_own_completions


def raw(column: Any, name: str) -> ColumnElement[Any]:
    """A column as the driver gives it, so that a big export pays for no conversion it does not need."""
    return type_coerce(column, String).label(name)


def int_of(column: Any) -> ColumnElement[int]:
    """A column of another integer type, to be compared or reckoned with."""
    return type_coerce(column, BigInteger)


PERSON = (
    Person.id.label("person_id"),
    Person.key.label("person_key"),
    Person.name.label("name"),
    Person.staff_number,
    raw(Person.sex, "sex"),
    Person.phone,
    Person.job,
)
NOTHING_SAT = tuple(null().label(name) for name in ("hours_due", "attempts", "points", "pass_points"))
NO_RECORD = (
    literal("").label("key"),
    literal("").label("void_reason"),
    literal("").label("medium"),
    null().label("changed_at"),
)
NOT_DUE = (null().label("due_on"), literal("").label("standing"))


@dataclass(frozen=True, slots=True)
class Part:
    """A query with what its filters need: the path of the unit, the moment of a record, and the person.

    `path` is empty where there is no unit, and `else_path` stands in for it then. A record is found again by its `key`.
    """

    query: Select[Any]
    path: ColumnElement[Any]
    moment: ColumnElement[Any]
    person: Any
    key: tuple[Any, ...]
    else_path: ColumnElement[Any] | None = None
    grouped: bool = False
    by_day: bool = False
    """Whether the moment is a day: the deadline."""

    def within(self, wanted: Filter) -> list[ColumnElement[bool]]:
        """The conditions of reach and unit."""
        found = within(wanted, self.path)
        if self.else_path is None:
            return found
        instead = within(wanted, self.else_path)
        return [or_(one, and_(self.path.is_(None), other)) for one, other in zip(found, instead, strict=True)]


def bounds_of(wanted: Filter, moment: ColumnElement[Any], *, by_day: bool = False) -> list[ColumnElement[bool]]:
    """The conditions of `since` and `until`."""
    found: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(moment >= (wanted.since.date() if by_day else wanted.since))
    if wanted.until is not None:
        found.append(moment < (_day_after(wanted.until) if by_day else wanted.until))
    return found


def _day_after(until: datetime) -> date:
    """The first day that lies wholly beyond a moment."""
    return (until - timedelta(microseconds=1)).date() + timedelta(days=1)


def completion_conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    """What is asked of completions themselves; reach, unit, audience and days come on top."""
    fallen = wanted.status is Status.VOIDED
    found: list[ColumnElement[bool]] = [Completion.voided_at.is_not(None) if fallen else Completion.voided_at.is_(None)]
    if wanted.kind is not None:
        found.append(Completion.kind == wanted.kind)
    if wanted.subject_id is not None:
        found.append(Completion.subject_id == wanted.subject_id)
    if wanted.changed_since is not None:
        found.append(Completion.changed_at >= wanted.changed_since)
    return [*found, *but_own_completions(wanted.unread)]


def only(query: Select[Any], wanted: Filter, kind: CompletionKind, subject: Any) -> Select[Any]:
    """The query where it can hold what is wanted: records of one kind, of one subject."""
    if wanted.kind not in (None, kind):
        return query.where(literal(False))
    return query.where(subject == wanted.subject_id) if wanted.subject_id is not None else query
