"""What HR sees and does with the identity numbers of a programme: masked lists, files brought in, finding, the export.

People are those within reach, where they belong today; who has no unit any more is seen where they had the programme.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from suyu_learn.content.formats.sheets import read_sheets
from suyu_learn.content.identity_tables import NumberedRow, read_numbers
from suyu_learn.domain import identity_numbers as numbers
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    IdentityNumber,
    IdentityRequest,
    IdentityState,
    Membership,
    Person,
    Programme,
    ProgrammeMember,
    ProgrammeState,
    Role,
    Unit,
)
from suyu_learn.services import audit, exam_scope, grants, identity_numbers, programme_people, record_filling
from suyu_learn.services.grants import Reach
from suyu_learn.services.identity_vault import Vault
from suyu_learn.services.name_order import by_name
from suyu_learn.services.record_filling import Matched, Outcome

KEEPERS = (Role.HR,)
"""Who sees numbers masked, types them and brings them in."""
READERS = (Role.IDENTITY,)
"""Who takes them along in full."""
SEEING = (*KEEPERS, *READERS)
MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 2000
AT_ONCE = 100
"""Rows that are stored in one transaction."""
Recognised = tuple[NumberedRow, Matched]


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as it may be shown; `fault` says why it cannot be opened."""

    text: str = ""
    fault: Problem | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A person of a programme with what they answered."""

    person: Person
    unit_names: str
    answer: IdentityNumber | None
    doubled: bool = False
    """Whether somebody else of the programme gave the same number."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row of a table that did not go in; `problem` or, where nobody was found, `outcome` says why."""

    row: NumberedRow
    outcome: Outcome
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What became of a table."""

    read: int
    stored: int
    there: int
    refused: Sequence[Refused]

    def with_(self, other: BroughtIn) -> BroughtIn:
        """The same of two parts of a table."""
        return BroughtIn(self.read + other.read, self.stored + other.stored, self.there + other.there,
                         [*self.refused, *other.refused])  # fmt: skip


def programme_for(session: Session, actor: Person, key: str) -> Programme:
    """A programme whose people, or some of them, lie within the actor's reach; raises Problem for every other."""
    row = session.execute(
        select(Programme, Unit.path).outerjoin(Unit, Unit.id == Programme.unit_id)
        .where(Programme.key == key, Programme.deleted_at.is_(None))
    ).one_or_none()  # fmt: skip
    reach = grants.reach(session, actor, SEEING)
    if row is None or not programme_people.usable(row[1], reach):
        raise Problem("programme.unknown")
    if row[0].state is ProgrammeState.DRAFT and not reach.covers(row[1]):
        raise Problem("programme.unknown")
    return row[0]


def programmes_for(session: Session, actor: Person) -> list[tuple[Programme, IdentityRequest | None]]:
    """The published and closed programmes that the actor can look at; those that ask come first."""
    reach = grants.reach(session, actor, SEEING)
    asks = and_(IdentityRequest.programme_id == Programme.id, IdentityRequest.ended_at.is_(None))
    rows = session.execute(
        select(Programme, IdentityRequest, Unit.path)
        .outerjoin(Unit, Unit.id == Programme.unit_id).outerjoin(IdentityRequest, asks)
        .where(Programme.deleted_at.is_(None), Programme.state != ProgrammeState.DRAFT)
        .order_by(IdentityRequest.programme_id.is_(None), Programme.id.desc())
    )  # fmt: skip
    return [(programme, asked) for programme, asked, path in rows if programme_people.usable(path, reach)]


def shown(vault: Vault, row: IdentityNumber | None) -> Shown:
    """A number masked; never raises, since a list shall not fail with one of its rows."""
    if row is None or row.state is not IdentityState.GIVEN:
        return Shown()
    try:
        return Shown(numbers.masked(opened(vault, row)))
    except Problem as problem:
        return Shown(fault=problem)


def opened(vault: Vault, row: IdentityNumber) -> str:
    """A number in full; raises Problem where it cannot be opened."""
    return vault.open(row.cipher, row.cipher_key, row=row.key)


def counts(session: Session, programme: Programme, reach: Reach) -> Mapping[IdentityState | None, int]:
    """How many people within reach answered what; None stands for those who did not answer."""
    each = _people(programme, reach).with_only_columns(Person.id, IdentityNumber.state).subquery()
    rows = session.execute(select(each.c.state, func.count()).group_by(each.c.state))
    return {state: number for state, number in rows}  # noqa: C416 - rows are no pairs to the types


def lines(
    session: Session, programme: Programme, reach: Reach, *, search: str = "", start: int = 0, most: int = 50
) -> tuple[list[Line], int]:
    """People from `start` on, in the order of their names, and how many in all."""
    query = _people(programme, reach)
    if search:
        query = query.where(or_(Person.name.contains(search, autoescape=True), Person.staff_number == search))
    total = session.scalar(query.with_only_columns(func.count()).order_by(None)) or 0
    rows = session.execute(query.order_by(by_name(session), Person.id).offset(start).limit(most)).all()
    names = exam_scope.names_of_paths(session, {path for _person, path, _answer in rows})
    twice = set(session.scalars(
        select(IdentityNumber.lookup_hash)
        .where(IdentityNumber.programme_id == programme.id, IdentityNumber.lookup_hash != "")
        .group_by(IdentityNumber.lookup_hash).having(func.count() > 1)
    ))  # fmt: skip
    return [
        Line(person, names[path], answer, doubled=answer is not None and answer.lookup_hash in twice)
        for person, path, answer in rows
    ], total


def person_of(session: Session, programme: Programme, person_id: int, reach: Reach) -> Line:
    """One person of the programme within reach; raises Problem for every other."""
    row = session.execute(_people(programme, reach).where(Person.id == person_id)).one_or_none()
    if row is None:
        raise Problem("programme.no_such_member")
    person, path, answer = row
    return Line(person, exam_scope.names_of_paths(session, [path])[path], answer)


def in_full(session: Session, programme_id: int, reach: Reach, *, today: date) -> Iterator[Line]:
    """Those who gave their number, by name, for the export; nobody after the last day, also before it is erased."""
    programme = session.get_one(Programme, programme_id)
    asked = identity_numbers.request_of(session, programme)
    if asked is None or asked.keep_until < today:
        return
    query = _people(programme, reach).where(IdentityNumber.state == IdentityState.GIVEN)
    rows = session.execute(query.order_by(by_name(session), Person.id)).all()
    names = exam_scope.names_of_paths(session, {path for _person, path, _answer in rows})
    for person, path, answer in rows:
        yield Line(person, names[path], answer)


def find(
    session: Session, text: str, *, reach: Reach, programme: Programme, actor: Person, now: datetime, today: date,
    vault: Vault,
) -> list[tuple[Person, Programme]]:  # fmt: skip
    """Who within reach gave exactly this number, and in which programme; it is on record that somebody looked."""
    number = numbers.read(text, today=today)
    rows = session.execute(
        select(Person, Programme)
        .join(IdentityNumber, IdentityNumber.person_id == Person.id)
        .join(Programme, Programme.id == IdentityNumber.programme_id)
        .outerjoin(Membership, and_(Membership.person_id == Person.id, Membership.home, Membership.until.is_(None)))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(IdentityNumber.lookup_hash.in_(vault.lookups(number)),
               _within(reach, _path_of(IdentityNumber.programme_id)))
        .order_by(Person.id, Programme.id)
    ).all()  # fmt: skip
    note_looked_up(session, programme, actor=actor, now=now, people=len({person.id for person, _programme in rows}))
    return [(person, held) for person, held in rows]


def note_looked_up(session: Session, programme: Programme, *, actor: Person, now: datetime, people: int) -> None:
    """Put on record that somebody learned how many people gave a number, not which number."""
    audit.record(session, "identity.looked_up", now=now, actor=actor, on=programme, unit_id=programme.unit_id,
                 people=people)  # fmt: skip


def read_table(content: bytes, file_name: str) -> list[NumberedRow]:
    """The rows of a file; raises Problem where it cannot be read. Nothing of it is kept."""
    place = Place(file=file_name)
    if len(content) > MOST_BYTES:
        raise Problem("fill.too_large", place=place, most=MOST_BYTES // 1024 // 1024)
    rows = read_numbers(read_sheets(content, file_name), file=file_name)
    if len(rows) > MOST_ROWS:
        raise Problem("identity.too_many", place=place, most=MOST_ROWS)
    return rows


def recognised(session: Session, rows: Sequence[NumberedRow], *, reach: Reach) -> list[Recognised]:
    """Whom within reach the rows of a table mean."""
    matches = record_filling.matched(session, [one.who for one in rows], reach=reach)
    return list(zip(rows, matches, strict=True))


def bring_in(
    session: Session, programme: Programme, rows: Sequence[Recognised], *, actor: Person, now: datetime, today: date,
    vault: Vault,
) -> BroughtIn:  # fmt: skip
    """Store what rows of a table say, one by one; what somebody answered already stays, and each row left out says why.

    Of a long table it is called for `AT_ONCE` rows at a time, so that nobody waits for all of them.
    """
    stored = there = 0
    refused: list[Refused] = []
    for row, match in rows:
        if match.person_id is None:
            refused.append(Refused(row, match.outcome))
            continue
        person = session.get_one(Person, match.person_id)
        try:
            number = numbers.read_cell(row.number, today=today)
            if _is_there(session, programme, person, number, vault):
                there += 1
                continue
            identity_numbers.store(session, programme, person, number, seen=None, actor=actor, now=now, today=today,
                                   vault=vault)  # fmt: skip
            stored += 1
        except Problem as problem:
            if problem.code == "identity.not_asked":
                raise
            refused.append(Refused(row, match.outcome, problem))
    audit.record(session, "identity.brought_in", now=now, actor=actor, on=programme, unit_id=programme.unit_id,
                 read=len(rows), stored=stored, refused=len(refused))  # fmt: skip
    return BroughtIn(len(rows), stored, there, refused)


def _is_there(session: Session, programme: Programme, person: Person, number: str, vault: Vault) -> bool:
    row = identity_numbers.answer_of(session, programme, person)
    return row is not None and row.lookup_hash in vault.lookups(number)


def unopened(session: Session, vault: Vault) -> int:
    """How many numbers are stored whose key is not set."""
    return session.scalar(
        select(func.count(IdentityNumber.id))
        .where(IdentityNumber.state == IdentityState.GIVEN, IdentityNumber.cipher_key.not_in(vault.names))
    ) or 0  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rotated:
    """What became of a portion: how many have the first key now, how many could not be opened, and where it ended."""

    changed: int
    failed: int
    last: int


def rotate(session: Session, *, vault: Vault, now: datetime, after: int = 0, most: int = AT_ONCE) -> Rotated | None:
    """Encrypt with the first key what was with another, of rows beyond `after`, at most so many; None where there are
    none left.

    Committed portion by portion it can break off anywhere: every number is under one of the keys, and whoever has both
    reads all of them.
    """
    changed = failed = 0
    rows = session.scalars(
        select(IdentityNumber)
        .where(IdentityNumber.state == IdentityState.GIVEN, IdentityNumber.cipher_key.not_in(vault.names[:1]),
               IdentityNumber.id > after)
        .order_by(IdentityNumber.id).limit(most).with_for_update(key_share=True)
    ).all()  # fmt: skip
    if not rows:
        return None
    for row in rows:
        try:
            sealed = vault.seal(opened(vault, row), row=row.key)
        except Problem:
            failed += 1
            continue
        row.cipher, row.cipher_key, row.lookup_hash = sealed.cipher, sealed.cipher_key, sealed.lookup_hash
        changed += 1
    session.flush()
    audit.record(session, "identity.rotated", now=now, rows=changed, refused=failed)
    return Rotated(changed, failed, rows[-1].id)


def _path_of(programme_id: Any) -> ColumnElement[str]:
    """Where somebody belongs; who belongs nowhere any more, where they did when they were given the programme."""
    then = (
        select(func.max(ProgrammeMember.unit_path))
        .where(ProgrammeMember.programme_id == programme_id, ProgrammeMember.person_id == Person.id)
        .scalar_subquery()
    )
    return func.coalesce(Unit.path, then, "")


def _within(reach: Reach, path: ColumnElement[str]) -> ColumnElement[bool]:
    return true() if reach.everywhere else or_(False, *(path.startswith(one, autoescape=True) for one in reach.paths))


def _people(programme: Programme, reach: Reach) -> Select[Person, str, IdentityNumber]:
    """Each person who has or had the programme once, with their path and answer."""
    path = _path_of(programme.id)
    members = select(ProgrammeMember.person_id).where(
        ProgrammeMember.programme_id == programme.id,
        or_(ProgrammeMember.left_at.is_(None), ProgrammeMember.completed_at.is_not(None)),
    )
    answered = select(IdentityNumber.person_id).where(
        IdentityNumber.programme_id == programme.id, IdentityNumber.state == IdentityState.GIVEN
    )
    query = (
        select(Person, path, IdentityNumber)
        .outerjoin(Membership, and_(Membership.person_id == Person.id, Membership.home, Membership.until.is_(None)))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .outerjoin(IdentityNumber, and_(IdentityNumber.person_id == Person.id,
                                        IdentityNumber.programme_id == programme.id))
        .where(or_(Person.id.in_(members), Person.id.in_(answered)), Person.merged_into_id.is_(None),
               _within(reach, path))
    )  # fmt: skip
    return query
