"""Password hashes: argon2id with 19 MiB, two at a time, never inside a transaction.

Parameters: OWASP Password Storage Cheat Sheet, argon2id with m=19456 KiB, t=2, p=1.
"""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from suyu_learn.domain.problems import Place, Problem

SHORTEST = 8
LONGEST = 200

_hasher = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)
_lane = threading.BoundedSemaphore(2)
_nobody = _hasher.hash("the password of nobody")


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
    with _lane:
        return _hasher.hash(password)


def verify(password: str, stored: str | None) -> bool:
    """Whether the password fits; takes the same time when there is no such person."""
    if len(password) > LONGEST:
        return False
    with _lane:
        try:
            return _hasher.verify(stored or _nobody, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False
