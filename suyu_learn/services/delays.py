"""Who must wait before the next guess: failures per browser, per account and per address; never a lock.

The reasoning, the numbers and what they cannot do are in docs/sign-in.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, delete, select
from sqlalchemy.orm import Session

from suyu_learn.db import upsert
from suyu_learn.domain.problems import Problem
from suyu_learn.models import FailedSignIn

FREE_FAILURES = 3
"""Slips of one browser at one account before it must wait."""
FREE_FAILURES_OF_A_BROWSER = 10
"""Slips of one browser at any accounts; a phone that goes round a workshop makes some."""
LONGEST_DELAY = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(hours=1)
UNDER_ATTACK = 10
"""Failures of unknown browsers at one account from which on they take turns."""
ADDRESS_LIMIT = 200
"""Failures a minute from one address: whole offices share one, so only a script reaches this."""
YOUNGEST = timedelta(seconds=4)
"""How long ago an unknown browser must have opened the page; typing a password takes longer."""
TURN = timedelta(seconds=5)
TURNS = 10
"""Guesses of all unknown browsers at one account under attack in one TURN; one kind of browser has half of them."""
LONG_ATTACK = 1000
TURNS_IN_A_LONG_ATTACK = 2
TURNS_AT_AN_ADDRESS = 10
"""Guesses of one kind of unknown browser from one address above its limit in one TURN."""

_counted = FailedSignIn.subject.in_(bindparam("subjects", expanding=True))
_COUNTS = select(FailedSignIn.subject, FailedSignIn.failures, FailedSignIn.last_at).where(_counted)
_FORGET = delete(FailedSignIn).where(_counted).execution_options(synchronize_session=False)


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a guess comes from."""

    browser: str
    """The id in our signed cookie."""
    age: timedelta
    """Since that cookie was made."""
    known: frozenset[int]
    """The people who have signed in from this browser before."""
    address: str
    kind: str
    """What the browser says it is; decides about whose turn it is, never about how many turns there are."""


@dataclass(frozen=True, slots=True)
class Account:
    """What is being guessed at: a person, or a name that means nobody."""

    subject: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Turn:
    subject: str
    most: int


def name_account(name: str) -> Account:
    """An account that does not exist; it is slowed like one that does, so that nobody can tell."""
    return Account(f"name:{_hash(name)}")


def admit(session: Session, caller: Caller, accounts: Sequence[Account], *, now: datetime) -> tuple[_Turn, ...]:
    """The turns to take before a guess is looked at, mostly none; raises Problem when the caller must wait."""
    rows = _rows(session, caller, accounts, now=now)
    wait = max(
        _left(rows.get(_browser(caller)), FREE_FAILURES_OF_A_BROWSER, now=now),
        *(_left(rows.get(_pair(caller, account)), FREE_FAILURES, now=now) for account in accounts),
    )
    if wait > timedelta(0):
        raise _wait(wait)
    guessed = _unknown(caller, accounts)
    if not guessed:
        return ()
    turns: list[_Turn] = []
    for account in guessed:
        failures = _recent(rows.get(account.subject), now=now)
        if failures >= UNDER_ATTACK:
            most = TURNS_IN_A_LONG_ATTACK if failures >= LONG_ATTACK else TURNS
            turns += [
                _Turn(f"turn:{account.subject}:{_hash(caller.kind, caller.address)}", most // 2),
                _Turn(f"turn:{account.subject}", most),
            ]
    if _recent(rows.get(_minute(caller.address, now)), now=now) > ADDRESS_LIMIT:
        turns.append(_Turn(f"turn:address:{_hash(caller.kind, caller.address)}", TURNS_AT_AN_ADDRESS))
    if turns and caller.age < YOUNGEST:
        raise _wait(YOUNGEST - caller.age)
    return tuple(turns)


def take(session: Session, turns: Iterable[_Turn], *, now: datetime) -> None:
    """Take a turn of each kind, or raise Problem when this moment's are taken; before the guess, so none slips by."""
    begun = datetime.fromtimestamp(now.timestamp() // TURN.total_seconds() * TURN.total_seconds(), now.tzinfo)
    for turn in turns:
        taken = session.scalar(
            upsert(session, FailedSignIn)
            .values(subject=turn.subject, failures=1, last_at=begun)
            .on_conflict_do_update(
                index_elements=["subject"],
                set_={"failures": case((FailedSignIn.last_at < begun, 1), else_=FailedSignIn.failures + 1),
                      "last_at": begun},
            )
            .returning(FailedSignIn.failures)
        )  # fmt: skip
        if taken > turn.most:
            raise _wait(begun + TURN - now)


def refuse_while_shared_delay(session: Session, caller: Caller, account: Account, *, now: datetime) -> None:
    """Raise Problem while the account waits for all browsers together, except those that know the person.

    For the PIN of a card: only who holds the card can cause it, and four digits stand no more.
    """
    rows = _rows(session, caller, [account], now=now)
    wait = _left(rows.get(_pair(caller, account)), FREE_FAILURES, now=now)
    if _unknown(caller, [account]):
        wait = max(wait, _left(rows.get(account.subject), FREE_FAILURES, now=now))
    if wait > timedelta(0):
        raise _wait(wait)


def note_failure(session: Session, caller: Caller, accounts: Sequence[Account], *, now: datetime) -> None:
    """Count a wrong guess for the browser, and for account and address unless the browser knows the person."""
    subjects = [_browser(caller), *(_pair(caller, account) for account in accounts)]
    guessed = _unknown(caller, accounts)
    if guessed:
        subjects += [*(account.subject for account in guessed), _minute(caller.address, now)]
    for subject in sorted(subjects):  # always in one order, so that no two requests wait for each other
        session.execute(
            upsert(session, FailedSignIn)
            .values(subject=subject, failures=1, last_at=now)
            .on_conflict_do_update(
                index_elements=["subject"],
                set_={
                    "failures": case(
                        (FailedSignIn.last_at < now - FORGOTTEN_AFTER, 1), else_=FailedSignIn.failures + 1
                    ),
                    "last_at": now,
                },
            )
        )


def has_slipped(session: Session, caller: Caller, account: Account) -> bool:
    """Whether there is something to forget once the account is proved."""
    return session.scalar(_COUNTS, {"subjects": _mine(caller, account)}) is not None


def note_success(session: Session, caller: Caller, account: Account) -> None:
    """Forget this browser's slips, also those at the account that was proved; what others did to it stays counted,
    and so do the slips at other people who share a staff number with it."""
    session.execute(_FORGET, {"subjects": _mine(caller, account)})


def _mine(caller: Caller, account: Account) -> list[str]:
    return [_browser(caller), _pair(caller, account)]


def forget_old(session: Session, *, now: datetime) -> None:
    """Drop counts that no longer matter."""
    session.execute(delete(FailedSignIn).where(FailedSignIn.last_at < now - FORGOTTEN_AFTER))


def _rows(
    session: Session, caller: Caller, accounts: Sequence[Account], *, now: datetime
) -> dict[str, tuple[int, datetime]]:
    wanted = [_browser(caller), _minute(caller.address, now)]
    for account in accounts:
        wanted += [account.subject, _pair(caller, account)]
    found = session.execute(_COUNTS, {"subjects": wanted})
    return {row.subject: (row.failures, row.last_at) for row in found}


def _unknown(caller: Caller, accounts: Sequence[Account]) -> list[Account]:
    """Those of the accounts that nobody has signed in to from this browser."""
    return [one for one in accounts if one.person_id is None or one.person_id not in caller.known]


def _recent(row: tuple[int, datetime] | None, *, now: datetime) -> int:
    return row[0] if row is not None and now - row[1] <= FORGOTTEN_AFTER else 0


def _left(row: tuple[int, datetime] | None, free: int, *, now: datetime) -> timedelta:
    """What is left of the wait: 1, 2, 4 seconds and so on after the free failures."""
    over = _recent(row, now=now) - free
    if row is None or over < 0:
        return timedelta(0)
    return row[1] + min(LONGEST_DELAY, timedelta(seconds=2 ** min(over, 6))) - now


def _wait(left: timedelta) -> Problem:
    return Problem("sign_in.wait", seconds=int(left.total_seconds()) + 1)


def _browser(caller: Caller) -> str:
    return f"browser:{caller.browser}"


def _pair(caller: Caller, account: Account) -> str:
    return f"browser:{caller.browser}:{_hash(account.subject)}"


def _minute(address: str, now: datetime) -> str:
    return f"address:{address[:64]}:{now:%Y%m%d%H%M}"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
