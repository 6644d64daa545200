"""Identity numbers of people in a programme that asks for them: asked, given, declined, withdrawn, erased.

A number belongs to the programme that asked and to nothing else. Nothing depends on whether somebody gives it. It goes
into the table encrypted; into the audit trail, messages and files of imports it never goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from suyu_learn.domain import identity_numbers
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    IdentityNumber,
    IdentityRequest,
    IdentityState,
    Person,
    Programme,
    ProgrammeMember,
    ProgrammeState,
    Role,
)
from suyu_learn.services import audit, grants, programmes
from suyu_learn.services.identity_vault import Vault

KEPT_AFTER = timedelta(days=90)
"""How long a number outlives the closing of its programme, or its person's part in it."""
LONGEST_KEPT = timedelta(days=5 * 366)
MOST_PURPOSE = 1000
SAID_NO = frozenset({IdentityState.DECLINED, IdentityState.WITHDRAWN})
_NOTHING = {"cipher": "", "cipher_key": "", "lookup_hash": ""}


# Asking


def request_of(session: Session, programme: Programme, *, hold: bool = False) -> IdentityRequest | None:
    """What a programme asks by, unless it never did or has ended; `hold` keeps others off."""
    query = select(IdentityRequest).where(
        IdentityRequest.programme_id == programme.id, IdentityRequest.ended_at.is_(None)
    )
    if hold:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalar(query)


def ask(
    session: Session, programme: Programme, *, purpose: str, keep_until: date | None, actor: Person, now: datetime,
    today: date, vault: Vault,
) -> IdentityRequest:  # fmt: skip
    """Let a programme ask, or shorten until when it keeps what it was given.

    Only HR of the unit that keeps the programme can. Once somebody has given their number the purpose stays as they
    read it, and the day comes no later.
    """
    require_keeper(session, actor, programme)
    vault.require_key()
    if programme.state is ProgrammeState.CLOSED:
        raise Problem("identity.closed")
    purpose = _purpose(purpose)
    keep_until = _until(keep_until, today)
    row = session.get(IdentityRequest, programme.id, with_for_update={"key_share": True}, populate_existing=True)
    if row is None:
        row = IdentityRequest(programme_id=programme.id)
        session.add(row)
    elif row.ended_at is None and held(session, programme):
        if purpose != row.purpose:
            raise Problem("identity.purpose_fixed", place=Place(field="purpose"))
        if keep_until > row.keep_until:
            raise Problem("identity.no_longer", place=Place(field="keep_until"), day=row.keep_until)
    row.purpose, row.keep_until = purpose, keep_until
    row.asked_by_id, row.asked_at = actor.id, now
    row.ended_at, row.ended_by_id, row.end_reason = None, None, ""
    session.flush()
    audit.record(session, "identity.asked", now=now, actor=actor, on=programme, unit_id=programme.unit_id,
                 reason=purpose, until=keep_until.isoformat())  # fmt: skip
    return row


def end(session: Session, programme: Programme, *, actor: Person, now: datetime, reason: str) -> int:
    """Ask no more, and erase what was given; says how many numbers that were."""
    require_keeper(session, actor, programme)
    reason = audit.required(reason)
    row = request_of(session, programme, hold=True)
    if row is None:
        raise Problem("identity.not_asked")
    return _end(session, row, programme, actor=actor, now=now, reason=reason)


def end_with(session: Session, programme: Programme, *, actor: Person, now: datetime) -> int:
    """The same because the programme was thrown away."""
    row = request_of(session, programme, hold=True)
    return _end(session, row, programme, actor=actor, now=now, reason="discarded") if row is not None else 0


def shorten(session: Session, programme: Programme, *, today: date) -> None:
    """Keep the numbers of a programme that closes for as long as its papers may take, at most."""
    row = request_of(session, programme, hold=True)
    if row is not None:
        row.keep_until = min(row.keep_until, today + KEPT_AFTER)
        session.flush()


def require_keeper(session: Session, actor: Person, programme: Programme) -> None:
    """Raise Problem unless the actor decides for a programme whether it asks."""
    grants.require(session, actor, Role.HR, programmes.unit_of(session, programme))


def held(session: Session, programme: Programme) -> int:
    """How many numbers are stored for a programme."""
    given = and_(IdentityNumber.programme_id == programme.id, IdentityNumber.state == IdentityState.GIVEN)
    return session.scalar(select(func.count(IdentityNumber.id)).where(given)) or 0


def _purpose(text: str) -> str:
    purpose = "\n".join(line.strip() for line in text.strip().splitlines())
    if len(purpose) < 10 or len(purpose) > MOST_PURPOSE:
        raise Problem("identity.purpose", place=Place(field="purpose"), fewest=10, most=MOST_PURPOSE)
    return purpose


def _until(day: date | None, today: date) -> date:
    if day is None or not today <= day <= today + LONGEST_KEPT:
        raise Problem("identity.until", place=Place(field="keep_until"), last=today + LONGEST_KEPT)
    return day


def _end(
    session: Session, row: IdentityRequest, programme: Programme, *, actor: Person | None, now: datetime, reason: str
) -> int:
    row.ended_at, row.ended_by_id, row.end_reason = now, actor.id if actor else None, reason
    session.flush()
    erased = _erase(session, IdentityNumber.programme_id == programme.id, now=now)
    audit.record(session, "identity.ended", now=now, actor=actor, on=programme, unit_id=programme.unit_id,
                 reason=reason, rows=erased)  # fmt: skip
    return erased


# Answering


def has_part(session: Session, programme: Programme, person: Person) -> bool:
    """Whether a person has the programme, or has completed it."""
    member = exists().where(
        ProgrammeMember.programme_id == programme.id, ProgrammeMember.person_id == person.id,
        or_(ProgrammeMember.left_at.is_(None), ProgrammeMember.completed_at.is_not(None)),
    )  # fmt: skip
    return bool(session.scalar(select(member)))


def answer_of(session: Session, programme: Programme, person: Person, *, hold: bool = False) -> IdentityNumber | None:
    """What a person answered, if anything; `hold` keeps others off."""
    query = select(IdentityNumber).where(
        IdentityNumber.programme_id == programme.id, IdentityNumber.person_id == person.id
    )
    if hold:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalar(query)


def is_open(asked: IdentityRequest | None, programme: Programme, *, today: date) -> bool:
    """Whether a programme takes numbers now; after the last day it does not, though nothing was erased yet."""
    return asked is not None and programme.state is ProgrammeState.PUBLISHED and today <= asked.keep_until


def mark(asked: IdentityRequest | None, row: IdentityNumber | None) -> str:
    """Tells what is asked and answered from what was before, so that nobody gives a number for a purpose that they
    have not read, or writes over an answer that they have not seen."""
    moments = (asked.asked_at if asked is not None else None, row.answered_at if row is not None else None)
    return " ".join(moment.isoformat() for moment in moments if moment is not None)


def give(
    session: Session, programme: Programme, person: Person, text: str, *, seen: str, actor: Person, now: datetime,
    today: date, vault: Vault,
) -> IdentityNumber:  # fmt: skip
    """Store a number that was typed by the person, or for them; `seen` is the mark of what was shown.

    Raises Problem for what is no number. That somebody else of the programme has the same is told only to who types it
    for others: a learner could else try out the few hundred numbers that a colleague may have.
    """
    number = identity_numbers.read(text, today=today)
    return store(session, programme, person, number, seen=seen, actor=actor, now=now, today=today, vault=vault)


def store(
    session: Session, programme: Programme, person: Person, number: str, *, seen: str | None, actor: Person,
    now: datetime, today: date, vault: Vault,
) -> IdentityNumber:  # fmt: skip
    """The same for a number that was read already; without `seen` only where no answer stands."""
    asked, row = _answerable(session, programme, person, today=today)
    if row is not None and row.lookup_hash in vault.lookups(number):
        return row  # sent twice
    _check_seen(asked, row, seen)
    if row is not None and actor.id != person.id and row.state in SAID_NO:
        raise Problem("identity.declined", name=person.name)
    if actor.id != person.id and _is_taken(session, programme, person, vault.lookups(number)):
        raise Problem("identity.twice", place=Place(field=identity_numbers.FIELD))
    if row is None:
        row = _begun(session, programme, person, IdentityState.DECLINED, actor=actor, now=now)
    sealed = vault.seal(number, row=row.key)
    row.cipher, row.cipher_key, row.lookup_hash = sealed.cipher, sealed.cipher_key, sealed.lookup_hash
    _answered(session, row, IdentityState.GIVEN, programme, person, actor=actor, now=now)
    return row


def decline(session: Session, programme: Programme, person: Person, *, seen: str, now: datetime, today: date) -> None:
    """Say no; nothing else changes by it."""
    asked, row = _answerable(session, programme, person, today=today)
    if row is not None and row.state is IdentityState.DECLINED:
        return  # sent twice
    _check_seen(asked, row, seen)
    if row is None:
        row = _begun(session, programme, person, IdentityState.DECLINED, actor=person, now=now)
    elif row.state is IdentityState.GIVEN:
        raise Problem("identity.given")
    _answered(session, row, IdentityState.DECLINED, programme, person, actor=person, now=now)


def withdraw(
    session: Session, programme: Programme, person: Person, *, actor: Person, now: datetime, reason: str = ""
) -> None:
    """Erase a number at once, also while the programme asks no more; who does so for somebody else says why."""
    if actor.id != person.id:
        reason = audit.required(reason)
    row = answer_of(session, programme, person, hold=True)
    if row is not None and row.state is IdentityState.WITHDRAWN and actor.id == person.id:
        return  # sent twice
    if row is None or row.state is not IdentityState.GIVEN:
        raise Problem("identity.none")
    row.cipher = row.cipher_key = row.lookup_hash = ""
    _answered(session, row, IdentityState.WITHDRAWN, programme, person, actor=actor, now=now, reason=reason)


def open_for(
    session: Session, person: Person, programme_ids: Iterable[int], *, today: date
) -> Sequence[Programme]:  # fmt: skip
    """Those of the programmes that ask the person and were not answered yet, or whose number was erased since."""
    ids = list(programme_ids)
    if not ids:
        return ()
    answered = exists().where(
        IdentityNumber.programme_id == Programme.id, IdentityNumber.person_id == person.id,
        IdentityNumber.state != IdentityState.ERASED,
    )  # fmt: skip
    return session.scalars(
        select(Programme).join(IdentityRequest, IdentityRequest.programme_id == Programme.id)
        .where(Programme.id.in_(ids), Programme.state == ProgrammeState.PUBLISHED, Programme.deleted_at.is_(None))
        .where(~answered, IdentityRequest.ended_at.is_(None), IdentityRequest.keep_until >= today)
        .order_by(Programme.id)
    ).all()  # fmt: skip


def of_person(session: Session, person: Person) -> Sequence[tuple[Programme, IdentityNumber]]:
    """What a person answered in which programme, the latest first."""
    rows = session.execute(
        select(Programme, IdentityNumber).join(Programme, Programme.id == IdentityNumber.programme_id)
        .where(IdentityNumber.person_id == person.id).order_by(IdentityNumber.id.desc())
    )  # fmt: skip
    return [(programme, row) for programme, row in rows]


def _answerable(
    session: Session, programme: Programme, person: Person, *, today: date
) -> tuple[IdentityRequest, IdentityNumber | None]:  # fmt: skip
    """The request and the answer that is there, both held, so that two who type at once come one after the other."""
    asked = request_of(session, programme, hold=True)
    if asked is None or not is_open(asked, programme, today=today):
        raise Problem("identity.not_asked")
    if not has_part(session, programme, person):
        raise Problem("identity.no_part", name=person.name)
    return asked, answer_of(session, programme, person, hold=True)


def _check_seen(asked: IdentityRequest, row: IdentityNumber | None, seen: str | None) -> None:
    if seen is None and row is not None and row.state is not IdentityState.ERASED:
        raise Problem("identity.answered")
    if seen is not None and seen != mark(asked, row):
        raise Problem("identity.changed_meanwhile")


def _is_taken(session: Session, programme: Programme, person: Person, hashes: Sequence[str]) -> bool:
    same = select(IdentityNumber.id).where(
        IdentityNumber.programme_id == programme.id, IdentityNumber.person_id != person.id,
        IdentityNumber.lookup_hash.in_(hashes),
    )  # fmt: skip
    return session.scalar(same.limit(1)) is not None


def _begun(
    session: Session, programme: Programme, person: Person, state: IdentityState, *, actor: Person, now: datetime
) -> IdentityNumber:
    row = IdentityNumber(programme_id=programme.id, person_id=person.id, state=state, answered_at=now,
                         answered_by_id=actor.id, **_NOTHING)  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _answered(
    session: Session, row: IdentityNumber, state: IdentityState, programme: Programme, person: Person, *,
    actor: Person, now: datetime, reason: str = "",
) -> None:  # fmt: skip
    row.state, row.answered_at, row.answered_by_id = state, now, actor.id
    session.flush()
    audit.record(session, f"identity.{state.value}", now=now, actor=actor, on=person, unit_id=programme.unit_id,
                 reason=reason, programme=programme.title)  # fmt: skip


# The end


def sweep(session: Session, *, now: datetime, today: date) -> int:
    """Erase every number whose purpose is over; says how many.

    That is after the last day of its request, once its programme is thrown away, and `KEPT_AFTER` its person has left
    the programme without completing it, or was disabled.
    """
    erased = 0
    over = session.execute(
        select(IdentityRequest, Programme).join(Programme, Programme.id == IdentityRequest.programme_id)
        .where(IdentityRequest.ended_at.is_(None))
        .where(or_(IdentityRequest.keep_until < today, Programme.deleted_at.is_not(None)))
        .with_for_update(of=IdentityRequest, key_share=True)
    ).all()  # fmt: skip
    for request, programme in over:
        erased += _end(session, request, programme, actor=None, now=now, reason="time is over")
    stays = exists().where(
        ProgrammeMember.programme_id == IdentityNumber.programme_id,
        ProgrammeMember.person_id == IdentityNumber.person_id,
        or_(ProgrammeMember.left_at.is_(None), ProgrammeMember.left_at > now - KEPT_AFTER,
            ProgrammeMember.completed_at.is_not(None)),
    )  # fmt: skip
    gone = select(Person.id).where(Person.disabled_at <= now - KEPT_AFTER)
    left = _erase(session, or_(~stays, IdentityNumber.person_id.in_(gone)), now=now)
    if left:
        audit.record(session, "identity.erased", now=now, rows=left)
    return erased + left


def _erase(session: Session, which: ColumnElement[bool], *, now: datetime) -> int:
    erased = session.execute(
        update(IdentityNumber).where(IdentityNumber.state == IdentityState.GIVEN, which)
        .values(state=IdentityState.ERASED, answered_at=now, **_NOTHING)
        .execution_options(synchronize_session=False)
    ).rowcount  # type: ignore[attr-defined]  # fmt: skip
    if erased:
        session.expire_all()
    return int(erased)
