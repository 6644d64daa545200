"""Password hashes: argon2id with 19 MiB, in two threads of their own, never inside a transaction.

Parameters: OWASP Password Storage Cheat Sheet, argon2id with m=19456 KiB, t=2, p=1. A thread that has made a hash
keeps the memory for the next one (glibc gives each thread an arena), so the threads of requests make none.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from suyu_learn import turns
from suyu_learn.domain.problems import Place, Problem

SHORTEST = 8
LONGEST = 200

_hasher = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)


def _new_lane() -> None:
    """Threads for hashes; a forked process needs its own, since it inherits none that run."""
    global _lane
    _lane = ThreadPoolExecutor(2, thread_name_prefix="suyu-passwords")


_lane: ThreadPoolExecutor
_new_lane()
os.register_at_fork(after_in_child=_new_lane)


def check_strength(password: str, *, names: tuple[str, ...] = ()) -> None:
    """Raise Problem when a password is too short, too long, all one character, or one of the person's names."""
    place = Place(field="password")
    if len(password) < SHORTEST:
        raise Problem("password.too_short", place=place, shortest=SHORTEST)
    if len(password) > LONGEST:
        raise Problem("password.too_long", place=place, longest=LONGEST)
    if len(set(password)) < 3 or password.casefold() in {name.casefold() for name in names if name}:
        raise Problem("password.too_easy", place=place)


def make_hash(password: str) -> str:
    """The hash to store; costs tens of milliseconds."""
    with turns.others_meanwhile():
        return _lane.submit(_hasher.hash, password).result()


def verify(password: str, stored: str | None) -> bool:
    """Whether the password fits; takes the same time when there is no such person."""
    with turns.others_meanwhile():
        return len(password) <= LONGEST and _lane.submit(_fits, password, stored).result()


def _fits(password: str, stored: str | None) -> bool:
    nobody = _nobody()
    try:
        return _hasher.verify(stored or nobody, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _hasher.hash("the password of nobody")
