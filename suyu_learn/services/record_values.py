"""What the records say of one person under one heading: whether and when something was completed, hours, a score.

Every value is read for many people at once. What is not there is empty, except whether something was completed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Attempt,
    Certificate,
    Completion,
    CompletionKind,
    HoursEntry,
    ProgrammeExemption,
    ProgrammeMember,
)
from suyu_learn.models.base import Exact
from suyu_learn.services import record_lacking, reminders
from suyu_learn.services.programme_people import of_former_years
from suyu_learn.services.record_filters import Filter, Source, Status
from suyu_learn.services.record_queries import query_of
from suyu_learn.services.unread import Unread

Value = str | int | float | Decimal
CHUNK = 500


class What(StrEnum):
    """What a column is filled with."""

    DONE = "done"
    DONE_ON = "done_on"
    STATUS = "status"
    DUE = "due"
    HOURS = "hours"
    SHORT = "short"
    POINTS = "points"
    RECORD = "record"
    CERTIFICATE = "certificate"


OF_SUBJECT = frozenset(What) - {What.HOURS}
"""What needs a course, an exam or a programme to be named."""
KINDS: Mapping[What, CompletionKind] = {
    What.STATUS: CompletionKind.PROGRAMME,
    What.DUE: CompletionKind.PROGRAMME,
    What.SHORT: CompletionKind.PROGRAMME,
    What.POINTS: CompletionKind.EXAM,
}
"""Of which kind that has to be, where it is not any."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One heading: what of what, in which calendar year; a year is optional except for hours."""

    what: What
    kind: CompletionKind | None = None
    subject_id: int | None = None
    year: int | None = None

    def check(self, number: int) -> None:
        """Raise Problem where something is missing, or does not go together; `number` says which heading it is."""
        if self.what in OF_SUBJECT and (self.kind is None or self.subject_id is None):
            raise Problem("fill.no_subject", number=number)
        if self.what in KINDS and self.kind is not KINDS[self.what]:
            only_exams = KINDS[self.what] is CompletionKind.EXAM
            raise Problem("fill.only_exam" if only_exams else "fill.only_programme", number=number)
        if self.what is What.HOURS and self.year is None:
            raise Problem("fill.no_year", number=number)


@dataclass(frozen=True, slots=True)
class Said:
    """The words for what is no number: yes, no, and statuses by their codes."""

    yes: str
    no: str
    statuses: Mapping[str, str]


def values(
    session: Session, asked: Asked, person_ids: Iterable[int], *, now: datetime, zone: tzinfo, said: Said,
    unread: Unread | None = None,
) -> dict[int, Value]:  # fmt: skip
    """The value of each person of whom there is one; of who may not read their own there is none."""
    found: dict[int, Value] = {}
    those = set(person_ids)
    if unread is not None and asked.subject_id in _untold(unread, asked.kind):
        those.discard(unread.person_id)
    for ids in _chunks(sorted(those)):
        found |= _READERS[asked.what](_Asking(session, asked, now.astimezone(zone), zone, said), ids)
    return found


def _untold(unread: Unread, kind: CompletionKind | None) -> frozenset[int]:
    """The exams, or the programmes, of which the reader may not know their own."""
    if kind is CompletionKind.EXAM:
        return unread.exam_ids
    return unread.programme_ids if kind is CompletionKind.PROGRAMME else frozenset()


@dataclass(frozen=True, slots=True)
class _Asking:
    """What every reader needs."""

    session: Session
    asked: Asked
    now: datetime
    zone: tzinfo
    said: Said

    def completions(self, ids: Sequence[int]) -> dict[int, Any]:
        """The latest standing completion of each, in the year asked for."""
        query = select(Completion.id, Completion.person_id, Completion.completed_at, Completion.key).where(
            Completion.kind == self.asked.kind, Completion.subject_id == self.asked.subject_id,
            Completion.person_id.in_(ids), Completion.voided_at.is_(None), *self._in_year(Completion.completed_at),
        )  # fmt: skip
        return {row.person_id: row for row in self.session.execute(query.order_by(Completion.completed_at))}

    def _in_year(self, moment: Any) -> list[ColumnElement[bool]]:
        year = self.asked.year
        if year is None:
            return []
        first, after = (datetime.combine(date(one, 1, 1), time(), tzinfo=self.zone) for one in (year, year + 1))
        return [moment >= first, moment < after]

    def best_points(self, ids: Sequence[int]) -> dict[int, Value]:
        """The most points of closed attempts, practice sittings and voided ones left out."""
        rows = self.session.execute(
            select(Attempt.person_id, func.max(Attempt.points, type_=Exact()))
            .where(Attempt.exam_id == self.asked.subject_id, Attempt.person_id.in_(ids), Attempt.trial.is_(False),
                   Attempt.state.in_((AttemptState.SUBMITTED, AttemptState.TIMED_OUT)), Attempt.points.is_not(None),
                   *self._in_year(Attempt.started_at))
            .group_by(Attempt.person_id)
        )  # fmt: skip
        return {person_id: _short(points) for person_id, points in rows if points is not None}

    def hours(self, ids: Sequence[int]) -> dict[int, Value]:
        """The ledger of one calendar year, corrections taken off; 0 where nothing was earned."""
        year = self.asked.year or self.now.year
        rows = self.session.execute(
            select(HoursEntry.person_id, func.sum(HoursEntry.hours, type_=Exact()))
            .where(HoursEntry.person_id.in_(ids), HoursEntry.day >= date(year, 1, 1),
                   HoursEntry.day <= date(year, 12, 31))
            .group_by(HoursEntry.person_id)
        )  # fmt: skip
        return dict.fromkeys(ids, 0) | {person_id: _short(hours) for person_id, hours in rows}

    def lacking(self, ids: Sequence[int]) -> list[Any]:
        """The rows of those who lack the programme."""
        wanted = Filter(kind=self.asked.kind, subject_id=self.asked.subject_id, status=Status.LACKING,
                        source=Source.MEMBERS, now=self.now)  # fmt: skip
        query = query_of(wanted).where(ProgrammeMember.person_id.in_(ids))
        return list(self.session.connection().execute(query))

    def exempt(self, ids: Sequence[int]) -> list[int]:
        """Those who have the programme and need not complete it."""
        return list(self.session.scalars(
            select(ProgrammeMember.person_id).join(ProgrammeExemption, reminders.stands())
            .where(ProgrammeMember.programme_id == self.asked.subject_id, ProgrammeMember.person_id.in_(ids),
                   ProgrammeMember.left_at.is_(None), ~of_former_years(self.now.date()))
        ))  # fmt: skip


def _done(asking: _Asking, ids: Sequence[int]) -> dict[int, Value]:
    done = asking.completions(ids)
    return {one: asking.said.yes if one in done else asking.said.no for one in ids}


def _done_on(asking: _Asking, ids: Sequence[int]) -> dict[int, Value]:
    return {
        one: row.completed_at.astimezone(asking.zone).date().isoformat()
        for one, row in asking.completions(ids).items()
    }  # fmt: skip


def _record(asking: _Asking, ids: Sequence[int]) -> dict[int, Value]:
    return {one: row.key for one, row in asking.completions(ids).items()}


def _certificate(asking: _Asking, ids: Sequence[int]) -> dict[int, Value]:
    done = asking.completions(ids)
    rows = asking.session.execute(
        select(Certificate.completion_id, Certificate.number)
        .where(Certificate.completion_id.in_([row.id for row in done.values()]), Certificate.revoked_at.is_(None))
    )  # fmt: skip
    numbers = dict(rows.all())
    return {one: numbers[row.id] for one, row in done.items() if row.id in numbers}


def _status(asking: _Asking, ids: Sequence[int]) -> dict[int, Value]:
    """What is lacking now comes before what was completed in a year before."""
    words = asking.said.statuses
    found: dict[int, Value] = dict.fromkeys(asking.completions(ids), words[Status.COMPLETED.value])
    found |= dict.fromkeys(asking.exempt(ids), words["exempt"])
    return found | {row.person_id: words[row.standing] for row in asking.lacking(ids)}


def _due(asking: _Asking, ids: Sequence[int]) -> dict[int, Value]:
    return {row.person_id: str(row.due_on) for row in asking.lacking(ids) if row.due_on}


def _hours_short(asking: _Asking, ids: Sequence[int]) -> dict[int, Value]:
    rows = asking.lacking(ids)
    lacks = record_lacking.lacks(asking.session, rows, now=asking.now, zone=asking.zone)
    return {row.person_id: _short(lacks[row.id].short) for row in rows}


_READERS: Mapping[What, Callable[[_Asking, Sequence[int]], dict[int, Value]]] = {
    What.DONE: _done,
    What.DONE_ON: _done_on,
    What.STATUS: _status,
    What.DUE: _due,
    What.HOURS: _Asking.hours,
    What.SHORT: _hours_short,
    What.POINTS: _Asking.best_points,
    What.RECORD: _record,
    What.CERTIFICATE: _certificate,
}


def _short(number: Decimal) -> Value:
    """A number as it is shown: 3 and 2.5, not 3.000000."""
    exact = number.quantize(Decimal("0.01"))
    return int(exact) if exact == exact.to_integral_value() else exact.normalize()


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
