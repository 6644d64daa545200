"""Whom an exam is meant for: the subtrees of its units, narrowed to its audiences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, literal, or_, select, union_all
from sqlalchemy.orm import Session

from suyu_learn.models import Exam, ExamAudience, ExamUnit, Membership, Person, PersonAudience, PersonKind, Unit

_SCOPE = union_all(
    select(literal("audience"), ExamAudience.audience).where(ExamAudience.exam_id == bindparam("exam")),
    select(literal("named"), Unit.path)
    .join(ExamUnit, ExamUnit.unit_id == Unit.id)
    .where(ExamUnit.exam_id == bindparam("exam")),
    select(literal("own"), Unit.path).where(Unit.id == bindparam("unit")),
)
_HOME_PATH = (
    select(Unit.path)
    .join(Membership, Membership.unit_id == Unit.id)
    .where(Membership.person_id == bindparam("person"), Membership.home, Membership.since <= bindparam("at"))
    .where(Membership.until.is_(None) | (Membership.until > bindparam("at")))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Paths of subtrees, empty for everybody; audience codes, empty for all."""

    paths: tuple[str, ...] = ()
    audiences: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Placed:
    """A person with the home unit of a moment."""

    person_id: int
    unit_id: int
    unit_path: str
    unit_names: str


def scope_of(session: Session, exam: Exam) -> Scope:
    """The scope as it stands now: its subtrees, its own unit's where none is named."""
    found: dict[str, list[str]] = {}
    for kind, value in session.execute(_SCOPE, {"exam": exam.id, "unit": exam.unit_id}):
        found.setdefault(kind, []).append(value)
    return Scope(tuple(sorted(found.get("named") or found.get("own") or [])), frozenset(found.get("audience") or []))


def chosen(session: Session, exam: Exam) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The units and audiences named for an exam; neither where it is for everybody in its own unit."""
    units = session.scalars(select(ExamUnit.unit_id).where(ExamUnit.exam_id == exam.id).order_by(ExamUnit.unit_id))
    audiences = session.scalars(
        select(ExamAudience.audience).where(ExamAudience.exam_id == exam.id).order_by(ExamAudience.audience)
    )
    return tuple(units), tuple(audiences)


def units_of(session: Session, exam: Exam) -> list[Unit]:
    """The open units of an exam's scope that have people, or nothing below them; read from the top."""
    paths = scope_of(session, exam).paths
    query = select(Unit).where(Unit.closed_at.is_(None)).order_by(Unit.path)
    if paths:
        query = query.where(or_(*(Unit.path.startswith(path, autoescape=True) for path in paths)))
    units = list(session.scalars(query))
    parents = {one.parent_id for one in units}
    peopled = set(session.scalars(select(Membership.unit_id).where(Membership.home, Membership.until.is_(None))))
    return [one for one in units if one.id in peopled or one.id not in parents]


def in_scope(session: Session, exam: Exam, person: Person, *, at: datetime, home: str | None = None) -> bool:
    """Whether units and audiences of the exam cover the person's home unit at a moment; its path where it was read."""
    scope = scope_of(session, exam)
    if scope.audiences:
        have = set(session.scalars(select(PersonAudience.audience).where(PersonAudience.person_id == person.id)))
        if not scope.audiences & have:
            return False
    if not scope.paths:
        return True
    if home is None:
        home = session.scalar(_HOME_PATH, {"person": person.id, "at": at})
    return home is not None and home.startswith(scope.paths)


def members_query(scope: Scope, *, at: datetime) -> Select[int, int, str]:
    """Who lies in a scope at a moment: person, home unit and its path. Guests and people disabled by then never do."""
    query = (
        select(Membership.person_id, Unit.id, Unit.path)
        .join(Unit, Unit.id == Membership.unit_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.home, Membership.since <= at)
        .where((Membership.until.is_(None)) | (Membership.until > at))
        .where(Person.kind == PersonKind.MEMBER, Person.merged_into_id.is_(None))
        .where((Person.disabled_at.is_(None)) | (Person.disabled_at > at))
    )
    if scope.paths:
        query = query.where(or_(*(Unit.path.startswith(path, autoescape=True) for path in scope.paths)))
    if scope.audiences:
        query = query.where(
            Membership.person_id.in_(
                select(PersonAudience.person_id).where(PersonAudience.audience.in_(sorted(scope.audiences)))
            )
        )
    return query


def members(session: Session, scope: Scope, *, at: datetime, among: Collection[int] | None = None) -> list[Placed]:
    """The same, once each, by the home unit that they had last; of `among` alone where these are named."""
    query = members_query(scope, at=at).order_by(Membership.person_id, Membership.since.desc(), Membership.id.desc())
    if among is not None:
        query = query.where(Membership.person_id.in_(among))
    found: dict[int, tuple[int, str]] = {}
    for person_id, unit_id, path in session.execute(query):
        found.setdefault(person_id, (unit_id, path))
    names = names_of_paths(session, {path for _, path in found.values()})
    return [Placed(person_id, unit_id, path, names[path]) for person_id, (unit_id, path) in found.items()]


def names_of_paths(session: Session, paths: Iterable[str]) -> Mapping[str, str]:
    """For each path the names from the top down, joined by slashes."""
    wanted = {path: [int(part) for part in path.split("/") if part] for path in paths}
    ids: Sequence[int] = sorted(set().union(*wanted.values()))
    names: dict[int, str] = {row.id: row.name for row in session.execute(select(Unit.id, Unit.name).where(
        Unit.id.in_(ids)))} if ids else {}  # fmt: skip
    return {path: " / ".join(names[one] for one in chain if one in names) for path, chain in wanted.items()}
