"""Certificates of completions: issued once with the completion, revoked with a reason, checked by their number."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from suyu_learn.db import upsert
from suyu_learn.domain.certificates import months_later, new_number
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Certificate,
    CertificateTerms,
    Completion,
    CompletionKind,
    Course,
    CourseVersion,
    Exam,
    HoursEntry,
    Person,
    Programme,
    Role,
    Unit,
)
from suyu_learn.models.records import written
from suyu_learn.services import audit, grants, locks, persons
from suyu_learn.services.grants import Reach

LONGEST_LINE = 60
"""Signs of a line that the organizer sets: what fits beside the others in readable letters."""
MOST_MONTHS = 600
MOST_AT_ONCE = 1000
"""Certificates that are issued afterwards in one go."""
MOST_IN_A_FILE = 200
"""Certificates of one pdf."""
REPLACED = "replaced"
"""The reason that stands in a certificate in the place of which another was issued."""


class State(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a certificate can be set for, within an organizer's reach."""

    kind: CompletionKind
    id: int
    title: str
    row: Course | Exam | Programme
    usual_months: int | None = None
    """How long what is completed is valid by itself."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to stand on certificates from now on."""

    issued: bool
    heading: str = ""
    issuer: str = ""
    months: int | None = None
    signature: str = ""


def subject_of(session: Session, kind: str, subject_id: int, *, actor: Person) -> Subject:
    """A course, exam or programme that the actor organizes; raises Problem for every other, known or not."""
    tables: dict[str, Any] = {
        CompletionKind.COURSE: Course, CompletionKind.EXAM: Exam, CompletionKind.PROGRAMME: Programme,
    }  # fmt: skip
    row: Course | Exam | Programme | None = session.get(tables[kind], subject_id) if kind in tables else None
    if row is None or row.deleted_at is not None:
        raise Problem("certificate.no_subject")
    unit = session.get(Unit, row.unit_id) if row.unit_id is not None else None
    if not grants.reach(session, actor, Role.ORGANIZER).covers(unit.path if unit else None):
        raise Problem("certificate.no_subject")
    months = row.valid_months if isinstance(row, Programme) else None
    return Subject(CompletionKind(kind), row.id, _title(session, row), row, months)


def _title(session: Session, row: Course | Exam | Programme) -> str:
    if not isinstance(row, Course):
        return row.title
    shown = select(CourseVersion.title).where(CourseVersion.course_id == row.id).order_by(
        (CourseVersion.id == row.published_version_id).desc(), CourseVersion.id.desc()
    )  # fmt: skip
    return session.scalar(shown.limit(1)) or row.slug


def terms_of(session: Session, kind: CompletionKind, subject_id: int) -> CertificateTerms | None:
    """What is set for a course, exam or programme; None where nothing ever was."""
    return session.scalar(
        select(CertificateTerms).where(CertificateTerms.kind == kind, CertificateTerms.subject_id == subject_id)
    )


def hold_terms(session: Session, subject: Subject) -> None:
    """Hold what is set for a subject until the end of the transaction."""
    terms = terms_of(session, subject.kind, subject.id)
    if terms is not None:
        locks.hold_row(session, terms)


def set_terms(session: Session, subject: Subject, wanted: Wanted, *, actor: Person, now: datetime) -> CertificateTerms:
    """Let certificates be issued so, or no more; those that were issued stay as they are."""
    _check(wanted)
    terms = terms_of(session, subject.kind, subject.id)
    if terms is None:
        session.execute(
            upsert(session, CertificateTerms)
            .values(kind=subject.kind, subject_id=subject.id, issued=False, heading="", issuer="", signature="")
            .on_conflict_do_nothing()
        )
        terms = terms_of(session, subject.kind, subject.id)
        assert terms is not None  # it was there, or is now
    was = terms.issued
    terms.issued, terms.heading, terms.issuer = wanted.issued, wanted.heading, wanted.issuer
    terms.months, terms.signature = wanted.months, wanted.signature
    switched = _switched(was, wanted.issued)
    audit.record(session, f"certificates.{switched}", now=now, actor=actor, on=subject.row,
                 unit_id=subject.row.unit_id, heading=wanted.heading, issuer=wanted.issuer,
                 months=wanted.months or 0, signature=wanted.signature)  # fmt: skip
    session.flush()
    return terms


def _switched(was: bool, issued: bool) -> str:
    if issued is was:
        return "changed"
    return "on" if issued else "off"


def _check(wanted: Wanted) -> None:
    for field in ("heading", "issuer", "signature"):
        if len(getattr(wanted, field)) > LONGEST_LINE:
            raise Problem("certificate.line_too_long", place=Place(field=field), most=LONGEST_LINE)
    if wanted.issued and not wanted.issuer:
        raise Problem("certificate.no_issuer", place=Place(field="issuer"))
    if wanted.months is not None and not 1 <= wanted.months <= MOST_MONTHS:
        raise Problem("certificate.months", place=Place(field="months"), most=MOST_MONTHS)


def issue(session: Session, completion: Completion, *, now: datetime) -> Certificate | None:
    """The certificate of a completion that was just recorded; None where none is issued for it.

    Called by whoever records a completion, in the same transaction: there is no completion without its certificate.
    """
    terms = terms_of(session, completion.kind, completion.subject_id)
    return _issue(session, completion, terms, now=now) if terms is not None and terms.issued else None


def _issue(
    session: Session, completion: Completion, terms: CertificateTerms | Certificate, *, now: datetime,
    replaces: Certificate | None = None,
) -> Certificate | None:  # fmt: skip
    """Issue it unless one stands, whoever else does so in this moment."""
    person = session.get_one(Person, completion.person_id)
    number = session.scalar(
        upsert(session, Certificate)
        .values(
            number=new_number(secrets.SystemRandom()),
            completion_id=completion.id,
            holder=person.name,
            unit_names=completion.unit_names,
            heading=terms.heading,
            issuer=terms.issuer,
            months=terms.months,
            signature=terms.signature,
            issued_at=now,
            revoke_reason="",
            replaces_id=replaces.id if replaces is not None else None,
        )
        .on_conflict_do_nothing()
        .returning(Certificate.id)
    )
    return session.get_one(Certificate, number) if number is not None else None


def waiting(session: Session, subject: Subject, *, limit: int = MOST_AT_ONCE + 1) -> Sequence[Completion]:
    """The completions that stand and never had a certificate, the earliest first."""
    return session.scalars(
        select(Completion)
        .where(Completion.kind == subject.kind, Completion.subject_id == subject.id, Completion.voided_at.is_(None),
               ~exists().where(Certificate.completion_id == Completion.id))
        .order_by(Completion.id).limit(limit)
    ).all()  # fmt: skip


def issue_waiting(session: Session, subject: Subject, *, actor: Person, now: datetime) -> int:
    """Issue to those who completed it before certificates were set, a thousand at once; how many."""
    terms = terms_of(session, subject.kind, subject.id)
    if terms is None or not terms.issued:
        raise Problem("certificate.not_issued")
    made = [one for one in waiting(session, subject, limit=MOST_AT_ONCE) if _issue(session, one, terms, now=now)]
    for one in made:
        one.changed_at = written()
    count = len(made)
    audit.record(session, "certificates.issued", now=now, actor=actor, on=subject.row, unit_id=subject.row.unit_id,
                 people=count)  # fmt: skip
    session.flush()
    return count


def find(session: Session, number: str) -> Certificate:
    """The certificate of a number as it is stored; raises Problem for every other."""
    found = session.scalar(
        select(Certificate).where(Certificate.number == number).options(joinedload(Certificate.completion))
    )
    if found is None:
        raise Problem("certificate.unknown")
    return found


def own(session: Session, number: str, person: Person) -> Certificate:
    """One's own certificate; raises Problem for every other."""
    found = find(session, number)
    if found.completion.person_id != person.id:
        raise Problem("certificate.unknown")
    return found


def valid_until(certificate: Certificate, *, zone: tzinfo) -> date | None:
    """The last day on which it is valid, reckoned from the completion; None for ever."""
    if certificate.months is None:
        return None
    begun = certificate.completion.completed_at.astimezone(zone).date()
    return months_later(begun, certificate.months) - timedelta(days=1)


def state_of(certificate: Certificate, *, now: datetime, zone: tzinfo) -> State:
    """How it stands now; it falls and comes back with its completion."""
    if certificate.revoked_at is not None or certificate.completion.voided_at is not None:
        return State.REVOKED
    until = valid_until(certificate, zone=zone)
    return State.EXPIRED if until is not None and until < now.astimezone(zone).date() else State.VALID


def of_completions(session: Session, ids: Iterable[int]) -> Mapping[int, Certificate]:
    """The latest certificate of each completion, by the completion's id."""
    rows = session.scalars(
        select(Certificate).where(Certificate.completion_id.in_(set(ids)))
        .options(joinedload(Certificate.completion)).order_by(Certificate.id)
    )  # fmt: skip
    return {row.completion_id: row for row in rows}


def hours_now(session: Session, some: Iterable[Certificate]) -> Mapping[int, Decimal]:
    """The credit hours that stand in the ledger for the courses of certificates, by completion: those of the completion
    and of what was read after it, without what was taken back; in one statement."""
    ids = [one.completion_id for one in some if one.completion.kind is CompletionKind.COURSE]
    rows = session.execute(
        select(HoursEntry.completion_id, HoursEntry.hours).where(HoursEntry.completion_id.in_(ids))
    ).all() if ids else []  # fmt: skip
    found: dict[int, Decimal] = {}
    for number, hours in rows:
        if number is not None:
            found[number] = found.get(number, Decimal(0)) + hours
    return found


def of_person(session: Session, person: Person) -> Sequence[Certificate]:
    """The certificates of a person that were not revoked by themselves, the latest first."""
    return session.scalars(
        select(Certificate).join(Completion, Completion.id == Certificate.completion_id)
        .where(Completion.person_id == person.id, Certificate.revoked_at.is_(None))
        .options(joinedload(Certificate.completion)).order_by(Completion.completed_at.desc(), Certificate.id.desc())
    ).all()  # fmt: skip


def of_subject(
    session: Session, subject: Subject, *, reach: Reach, unit: Unit | None = None, limit: int = MOST_IN_A_FILE
) -> Sequence[Certificate]:
    """Certificates that stand, of people who completed the subject in units within reach, in the order of issue."""
    query = _standing(select(Certificate), subject, reach, unit)
    return session.scalars(
        query.options(joinedload(Certificate.completion)).order_by(Certificate.id).limit(limit)
    ).all()


def count_of_subject(session: Session, subject: Subject, *, reach: Reach, unit: Unit | None) -> int:
    """How many these are."""
    return session.scalar(_standing(select(func.count(Certificate.id)), subject, reach, unit)) or 0


def _standing(query: Select[Any], subject: Subject, reach: Reach, unit: Unit | None) -> Select[Any]:
    query = query.join(Completion, Completion.id == Certificate.completion_id).where(
        Completion.kind == subject.kind, Completion.subject_id == subject.id, Completion.voided_at.is_(None),
        Certificate.revoked_at.is_(None), reach.includes(Completion.unit_path),
    )  # fmt: skip
    return query if unit is None else query.where(Completion.unit_path.startswith(unit.path, autoescape=True))


def revoke(session: Session, certificate: Certificate, *, reason: str, actor: Person, now: datetime) -> None:
    """Let a certificate be valid no more, while its completion stands; nobody does so with their own."""
    said = audit.required(reason)
    person = _require(session, certificate.completion, actor)
    session.refresh(certificate, with_for_update={"of": Certificate})
    if certificate.revoked_at is not None:
        raise Problem("certificate.revoked_already")
    certificate.revoked_at, certificate.revoked_by_id, certificate.revoke_reason = now, actor.id, said
    certificate.completion.changed_at = written()
    audit.record(session, "certificate.revoked", now=now, actor=actor, on=person,
                 unit_id=certificate.completion.unit_id, reason=said, number=certificate.number,
                 title=certificate.completion.title)  # fmt: skip
    session.flush()


def reissue(session: Session, completion: Completion, *, reason: str, actor: Person, now: datetime) -> Certificate:
    """A certificate with the name of today in the place of the one before, which is revoked."""
    said = audit.required(reason)
    person = _require(session, completion, actor)
    if completion.voided_at is not None:
        raise Problem("certificate.completion_voided")
    former = of_completions(session, [completion.id]).get(completion.id)
    terms = terms_of(session, completion.kind, completion.subject_id)
    if former is not None and former.revoked_at is None:
        former.revoked_at, former.revoked_by_id, former.revoke_reason = now, actor.id, REPLACED
        session.flush()
    basis = terms if terms is not None and terms.issued else former
    if basis is None:
        raise Problem("certificate.not_issued")
    made = _issue(session, completion, basis, now=now, replaces=former)
    if made is None:
        raise Problem("certificate.changed_meanwhile")
    completion.changed_at = written()
    audit.record(session, "certificate.reissued", now=now, actor=actor, on=person, unit_id=completion.unit_id,
                 reason=said, number=made.number, title=completion.title)  # fmt: skip
    session.flush()
    return made


def _require(session: Session, completion: Completion, actor: Person) -> Person:
    """Whose completion it is, for HR of where they belong; they are held."""
    person = session.get_one(Person, completion.person_id)
    grants.require_another(actor, person.id)
    grants.require(session, actor, Role.HR, persons.home_unit(session, person))
    locks.hold_people(session, [person.id])
    return person
