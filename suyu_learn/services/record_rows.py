"""Training records as rows: what was completed, by whom, in which unit of that day.

A big export stays close to a raw cursor: Core rows in batches, one tuple a record, no ORM objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, func, select, type_coerce
from sqlalchemy.orm import Session

from suyu_learn.models import (
    Audience,
    Certificate,
    Completion,
    CompletionKind,
    Course,
    Exam,
    HoursEntry,
    PersonAudience,
    Unit,
    UnitKind,
)
from suyu_learn.models.base import Exact
from suyu_learn.services import record_lacking
from suyu_learn.services.people import BUILT_IN_AUDIENCES
from suyu_learn.services.record_filters import Filter, Source, Status, parts_of
from suyu_learn.services.record_lacking import Lacks
from suyu_learn.services.record_queries import BOTH, OFFLINE, query_of

BATCH = 2000
DEPARTMENTS = frozenset({UnitKind.DEPARTMENT, UnitKind.WORKSHOP, UnitKind.VILLAGE})


class Field(StrEnum):
    """What can be told of a record, in the order in which it is printed."""

    NUMBER = "number"
    NAME = "name"
    STAFF_NUMBER = "staff_number"
    SEX = "sex"
    PHONE = "phone"
    UNIT = "unit"
    DEPARTMENT = "department"
    JOB = "job"
    AUDIENCES = "audiences"
    TITLE = "title"
    KIND = "kind"
    FORM = "form"
    ORGANIZER = "organizer"
    STARTED = "started"
    ENDED = "ended"
    HOURS_DUE = "hours_due"
    HOURS = "hours"
    HOURS_SHORT = "hours_short"
    YEAR = "year"
    EXAM = "exam"
    EXAM_TIME = "exam_time"
    ATTEMPTS = "attempts"
    POINTS = "points"
    PASS_POINTS = "pass_points"
    RESULT = "result"
    STATUS = "status"
    DUE = "due"
    MISSING = "missing"
    COMPLETED = "completed"
    KEY = "key"
    CERTIFICATE = "certificate"
    CHANGED = "changed"
    REMARK = "remark"


FIELDS = tuple(Field)
MOMENTS = frozenset({Field.STARTED, Field.ENDED, Field.EXAM_TIME, Field.DUE, Field.COMPLETED, Field.CHANGED})
"""Fields that hold a time as text, as in 2026-03-02 09:30, or a day."""

RESULTS = {
    Status.COMPLETED: "passed", Status.VOIDED: "passed", Status.NOT_PASSED: "failed", Status.ABSENT: "absent",
}  # fmt: skip
_OF_LACKING = frozenset({Field.HOURS, Field.HOURS_DUE, Field.HOURS_SHORT, Field.MISSING})


@dataclass(frozen=True, slots=True)
class Words:
    """How closed sets are called in the language of the reader; the code itself where no word is given.

    Audiences are built-in ones; those that were renamed are called as their organizers call them.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, str] = field(default_factory=dict)
    sexes: Mapping[str, str] = field(default_factory=dict)
    audiences: Mapping[str, str] = field(default_factory=dict)
    online: str = "online"
    offline: str = "on paper"
    both: str = "online and on paper"
    electives: str = "%(num)s of the optional parts"

    def medium(self, code: str) -> str:
        """Online, on paper, or some of each."""
        return {OFFLINE: self.offline, BOTH: self.both}.get(code, self.online)


def rows(
    session: Session, wanted: Filter, fields: Sequence[Field] = FIELDS, *, zone: tzinfo, words: Words
) -> Iterator[tuple[Any, ...]]:
    """The records in a lasting order within each status, one tuple each with the fields asked for."""
    number = 0
    names = Names(session, words)
    for part in parts_of(wanted):
        for cells, _row in of_part(session, part, fields, zone=zone, words=words, names=names, number=number):
            number += 1
            yield cells


def of_part(
    session: Session,
    part: Filter,
    fields: Sequence[Field] = FIELDS,
    *,
    zone: tzinfo,
    words: Words,
    names: Names | None = None,
    number: int = 0,
    query: Select[Any] | None = None,
    batch_size: int = BATCH,
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The records of one part, each with the row of the query it came from; `number` is that of the one before."""
    pick = _picked(fields)
    # Straight on the connection: the same statement without the ORM's loading of rows.
    result = session.connection().execute(
        query if query is not None else query_of(part), execution_options={"yield_per": batch_size}
    )
    cells = _Cells(session, part, names or Names(session, words), zone=zone, words=words)
    for batch in result.partitions():
        beside = cells.beside(batch, fields)
        for row in batch:
            if part.status is Status.SHORT and not beside.lacks[row.id].short:
                continue
            number += 1
            whole = cells.of(number, row, beside)
            yield (pick(whole) if pick else whole), row


def _picked(fields: Sequence[Field]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]] | None:
    """What takes the fields asked for out of a whole row; None when they are all of it."""
    if tuple(fields) == FIELDS:
        return None
    places = [FIELDS.index(one) for one in fields]
    return itemgetter(*places) if len(places) > 1 else lambda row: tuple(row[place] for place in places)


def masked(phone: str | None) -> str:
    """A phone number by which its owner, but nobody else, knows it: 138****5678."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 8 else "*" * len(phone)


class Names:
    """What units, organizers and audiences are called, for all parts of a table; read once."""

    def __init__(self, session: Session, words: Words) -> None:
        self.hours: dict[str, tuple[str, int]] = {}
        self.split: dict[tuple[str, str], tuple[str, str]] = {}
        self.units = {row.id: row for row in session.execute(select(Unit.id, Unit.name, Unit.kind))}
        exams = session.execute(select(Exam.id, Exam.unit_id).where(Exam.unit_id.is_not(None)))
        courses = session.execute(select(Course.id, Course.unit_id).where(Course.unit_id.is_not(None)))
        self.organizers = {(CompletionKind.EXAM.value, row.id): self.units[row.unit_id].name for row in exams}
        self.organizers |= {(CompletionKind.COURSE.value, row.id): self.units[row.unit_id].name for row in courses}
        called = dict(session.execute(select(Audience.code, Audience.name)).all())
        self.audiences = {
            code: words.audiences.get(code, name) if BUILT_IN_AUDIENCES.get(code) == name else name
            for code, name in called.items()
        }


@dataclass(frozen=True, slots=True)
class _Beside:
    """What the rows of a batch do not hold themselves: audiences by person, all else by record."""

    hours: Mapping[int, Any]
    audiences: Mapping[int, str]
    lacks: Mapping[int, Lacks]
    certificates: Mapping[int, str]


class _Cells:
    """What a row of the query becomes."""

    def __init__(self, session: Session, part: Filter, names: Names, *, zone: tzinfo, words: Words) -> None:
        self._session = session
        self._zone = zone
        self._words = words
        self._part = part
        self._status = words.statuses.get(part.status, part.status.value)
        self._ends = part.source in (Source.COMPLETIONS, Source.EXAMS)
        self._absent = part.status is Status.ABSENT
        result = RESULTS.get(part.status, "")
        self._result = words.results.get(result, result)
        self._of_completions = part.source is Source.COMPLETIONS
        self._hours, self._split, self._units = names.hours, names.split, names.units
        self._organizers, self._audiences = names.organizers, names.audiences

    def beside(self, batch: Sequence[Any], fields: Sequence[Field]) -> _Beside:
        """What the fields asked for need besides the rows themselves, read for a batch at once."""
        return _Beside(
            self._hours_of(batch) if Field.HOURS in fields else {},
            self._audiences_of(batch) if Field.AUDIENCES in fields else {},
            self._lacks_of(batch, fields),
            self._certificates_of(batch) if Field.CERTIFICATE in fields else {},
        )

    def of(self, number: int, row: Any, beside: _Beside) -> tuple[Any, ...]:
        """One record in all its fields, in the order of `FIELDS`."""
        (
            record_id, person_id, _person_key, name, staff_number, sex, phone, job, unit_path, unit_names, title,
            kind, subject_id, started, ended, hours_due, attempts, points, pass_points, key, void_reason,
            medium, changed, due, standing,
        ) = row  # fmt: skip
        unit, department = self._split.get((unit_path, unit_names)) or self._unit(unit_path, unit_names)
        begun = self._local(started)
        over = self._local(ended)
        done = over if self._ends else ""
        by_exam = kind == "exam"
        words = self._words
        lacking = beside.lacks.get(record_id)
        return (
            number,
            name,
            staff_number,
            words.sexes.get(sex, sex) if sex else "",
            masked(phone) if phone else "",
            unit,
            department,
            job,
            beside.audiences.get(person_id, ""),
            title,
            words.kinds.get(kind, kind),
            words.medium(medium) if medium else words.online,
            self._organizers.get((kind, subject_id), ""),
            begun,
            done,
            _plain(lacking.due if lacking else hours_due) if lacking or hours_due else "",
            _plain(lacking.hours) if lacking else beside.hours.get(record_id, ""),
            _plain(lacking.short) if lacking else "",
            (done or over)[:4] if self._ends or self._absent else "",
            title if by_exam else "",
            over if by_exam else "",
            _plain(attempts),
            _plain(points),
            _plain(pass_points),
            self._result if by_exam else "",
            words.statuses.get(standing, standing) if standing else self._status,
            str(due) if due else "",
            self._missing(lacking) if lacking else "",
            done if key else "",
            key,
            beside.certificates.get(record_id, ""),
            self._to_the_second(changed) if changed else "",
            void_reason,
        )

    def _hours_of(self, batch: Sequence[Any]) -> dict[int, Any]:
        """The hours that the completions of a batch have earned."""
        if not self._of_completions:
            return {}
        ids = [row.id for row in batch]
        total = type_coerce(func.sum(HoursEntry.hours), Exact)
        found = self._session.execute(
            select(HoursEntry.completion_id, total)
            .where(HoursEntry.completion_id.between(min(ids), max(ids)), HoursEntry.completion_id.in_(ids))
            .group_by(HoursEntry.completion_id)
        ).all()
        hours = {completion_id: hours for completion_id, hours in found if completion_id is not None}
        of_programmes = [row.id for row in batch if row.kind == CompletionKind.PROGRAMME.value]
        if of_programmes:  # they stand in no ledger: their courses and events do
            brought = self._session.execute(
                select(Completion.id, Completion.evidence["hours"].as_string())
                .where(Completion.id.in_(of_programmes))
            )  # fmt: skip
            hours |= {completion_id: _plain(said) for completion_id, said in brought if said}
        return hours

    def _certificates_of(self, batch: Sequence[Any]) -> dict[int, str]:
        """The numbers of the certificates that stand; they fall with their completions."""
        if not self._of_completions or self._part.status is Status.VOIDED:
            return {}
        ids = [row.id for row in batch]
        found = self._session.execute(
            select(Certificate.completion_id, Certificate.number)
            .where(Certificate.completion_id.between(min(ids), max(ids)), Certificate.completion_id.in_(ids),
                   Certificate.revoked_at.is_(None))
        )  # fmt: skip
        return dict(found.all())

    def _lacks_of(self, batch: Sequence[Any], fields: Sequence[Field]) -> dict[int, Lacks]:
        """What the members of a batch lack, where the table is about that."""
        wanted = self._part.status is Status.SHORT or not _OF_LACKING.isdisjoint(fields)
        if self._part.source is not Source.MEMBERS or not wanted:
            return {}
        return record_lacking.lacks(self._session, batch, now=self._part.moment, zone=self._zone)

    def _missing(self, lacking: Lacks) -> str:
        more = (self._words.electives % {"num": lacking.electives},) if lacking.electives else ()
        return "、".join((*lacking.parts, *more))

    def _audiences_of(self, batch: Sequence[Any]) -> dict[int, str]:
        """The audiences of the people of a batch, as one text each."""
        found: dict[int, list[str]] = {}
        query = select(PersonAudience.person_id, PersonAudience.audience).order_by(PersonAudience.audience)
        for row in self._session.execute(query.where(PersonAudience.person_id.in_({row.person_id for row in batch}))):
            found.setdefault(row.person_id, []).append(self._audiences[row.audience])
        return {person_id: "、".join(names) for person_id, names in found.items()}

    def _local(self, value: str | datetime | None) -> str:
        """A moment in the zone of the pages, to the minute; the way there is looked up once an hour of the calendar.

        SQLite gives UTC as text, PostgreSQL an aware time.
        """
        if value is None:
            return ""
        text = value if isinstance(value, str) else value.astimezone(UTC).isoformat(" ")
        known = self._hours.get(text[:13])
        if known is None:
            hour = datetime.fromisoformat(f"{text[:13]}:00:00+00:00").astimezone(self._zone)
            known = self._hours[text[:13]] = (hour.isoformat(" ")[:14], hour.minute)
        start, minutes = known
        if minutes == 0:
            return start + text[14:16]
        moment = datetime.fromisoformat(f"{text[:16]}:00+00:00").astimezone(self._zone)
        return moment.isoformat(" ")[:16]

    def _to_the_second(self, value: str | datetime) -> str:
        """A moment that other systems go on from."""
        text = value if isinstance(value, str) else value.astimezone(UTC).isoformat(" ")
        return self._local(value) + text[16:19]

    def _unit(self, path: str, names: str) -> tuple[str, str]:
        """Unit and department: departments, workshops and villages at the end of the path are the latter."""
        known = self._split.get((path, names))
        if known is None:
            ids = [int(part) for part in path.split("/") if part]
            parts = names.split(" / ") if names else []
            if len(parts) != len(ids):
                parts = [self._units[one].name if one in self._units else "" for one in ids] if not names else [names]
            first = len(parts)
            while first > 1 and len(parts) == len(ids) and self._is_department(ids[first - 1]):
                first -= 1
            unit = parts[first - 1] if parts else ""
            known = self._split[path, names] = (unit, " / ".join(parts[first:]))
        return known

    def _is_department(self, unit_id: int) -> bool:
        return unit_id in self._units and self._units[unit_id].kind in DEPARTMENTS


def _plain(value: Any) -> Any:
    """A number as it is shown: 3 and 2.5, not 3.000000; what is no number stays empty."""
    known = _NUMBERS.get(value)
    if known is None:
        if value in (None, "", "None"):
            return ""
        exact = Decimal(str(value)).quantize(Decimal("0.01"))
        known = int(exact) if exact == exact.to_integral_value() else float(exact)
        if len(_NUMBERS) < 10_000:
            _NUMBERS[value] = known
    return known


_NUMBERS: dict[Any, int | float] = {}
