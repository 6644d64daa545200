"""Who must wait after failures; docs/sign-in.md states the same numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from suyu_learn.domain.problems import Problem
from suyu_learn.services import delays
from suyu_learn.services.delays import Account, Caller
from tests.clock import START

LIN = Account("person:7", 7)


def caller(
    browser: str = "b", *, age: float = 600, known: int = 0, address: str = "10.0.0.1", kind: str = "phone"
) -> Caller:
    return Caller(browser, timedelta(seconds=age), frozenset({known}), address, kind)


def guess(session: Any, who: Caller, *, now: datetime, account: Account = LIN) -> bool:
    """Whether a wrong guess was looked at."""
    try:
        delays.take(session, delays.admit(session, who, [account], now=now), now=now)
    except Problem:
        return False
    delays.note_failure(session, who, [account], now=now)
    return True


def attack(session: Any, *, seconds: int, a_second: int, now: datetime = START, **more: Any) -> int:
    """Guesses that were looked at, each from a new browser."""
    looked_at = 0
    for second in range(seconds):
        for number in range(a_second):
            who = caller(f"{second}-{number}", **{key: value(number) for key, value in more.items()})
            looked_at += guess(session, who, now=now + timedelta(seconds=second))
    return looked_at


def test_own_slips_make_one_wait_longer_and_longer_but_never_long(session: Any) -> None:
    who, now, waits = caller(), START, []
    for _ in range(12):
        begun = now
        while not guess(session, who, now=now):
            now += timedelta(seconds=1)
        waits.append(int((now - begun).total_seconds()))
    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_success_forgets_ones_own_slips(session: Any) -> None:
    for _ in range(3):
        guess(session, caller(), now=START)
    assert not guess(session, caller(), now=START)
    delays.note_success(session, caller(), LIN)
    assert guess(session, caller(), now=START)


def test_a_stranger_does_not_slow_the_owners_own_browser(session: Any) -> None:
    attack(session, seconds=20, a_second=40)
    assert delays.admit(session, caller("own", known=7, age=0), [LIN], now=START + timedelta(seconds=20)) == ()


def test_a_stranger_hardly_slows_the_owners_new_browser(session: Any) -> None:
    """The guesser's kind of browser never has all the turns, so another kind gets in at the first try."""
    attack(session, seconds=20, a_second=40)
    now = START + timedelta(seconds=19)
    new = caller("new", kind="another phone", age=0)
    with pytest.raises(Problem) as wait:
        delays.admit(session, new, [LIN], now=now)
    assert wait.value.params["seconds"] <= 5
    now += timedelta(seconds=5)
    assert guess(session, caller("new", kind="another phone", age=5), now=now)


def test_the_bound_on_guesses_at_one_account(session: Any) -> None:
    """10 free; then 10 every 5 seconds for all browsers together, 5 for one kind of browser."""
    one_kind = attack(session, seconds=60, a_second=15)
    assert 10 + 5 <= one_kind <= 10 + 12 * 5
    other = Account("person:8", 8)
    several = 0
    for second in range(60):
        for number in range(15):
            who = caller(f"x{second}-{number}", kind=f"kind {number}", address=f"10.1.{number}.1")
            several += guess(session, who, now=START + timedelta(seconds=second), account=other)
    assert one_kind < several <= 10 + 12 * 10


def test_after_a_thousand_failures_the_turns_are_fewer(session: Any) -> None:
    for _ in range(1000):
        delays.note_failure(session, caller("z"), [LIN], now=START)
    looked_at = 0
    for second in range(60):
        for number in range(4):
            who = caller(f"{second}-{number}", kind=f"kind {number}")
            looked_at += guess(session, who, now=START + timedelta(seconds=second))
    assert looked_at <= 12 * 2


def test_a_browser_without_a_past_is_not_looked_at_during_an_attack(session: Any) -> None:
    assert attack(session, seconds=30, a_second=10, age=lambda number: 0) == 10


def test_guessing_at_many_accounts_from_one_address(session: Any) -> None:
    """Above 200 failures a minute unknown browsers there must be 4 seconds old; known ones notice nothing."""
    for number in range(201):
        assert guess(session, caller(f"s{number}", age=0), now=START, account=Account(f"person:{number + 100}"))
    assert not guess(session, caller("fresh", age=0), now=START, account=LIN)
    assert guess(session, caller("fresh", age=5, kind="another"), now=START, account=LIN)
    assert guess(session, caller("elsewhere", age=0, address="10.9.9.9"), now=START, account=Account("person:1"))
    assert guess(session, caller("own", age=0, known=7), now=START, account=LIN)


def test_old_counts_are_forgotten(session: Any) -> None:
    attack(session, seconds=5, a_second=20)
    delays.forget_old(session, now=START + timedelta(hours=2))
    assert attack(session, seconds=1, a_second=10, now=START + timedelta(hours=2), age=lambda number: 0) == 10


def test_knowing_one_person_opens_nothing_at_another_who_shares_the_number(session: Any) -> None:
    """Two wrong guesses and one own password, again and again: the other's account still makes one wait."""
    own, other = LIN, Account("person:8", 8)
    who, looked_at = caller(known=7), 0
    for minute in range(30):
        for _ in range(2):
            now = START + timedelta(seconds=minute)
            try:
                delays.take(session, delays.admit(session, who, [own, other], now=now), now=now)
            except Problem:
                continue
            looked_at += 1
            delays.note_failure(session, who, [own, other], now=now)
        delays.note_success(session, who, own)
    assert looked_at <= 8
    stored = delays._rows(session, who, [own, other], now=START)
    assert other.subject in stored
    assert own.subject not in stored
