"""Codes that change every half minute, so that a photograph sent to somebody elsewhere soon opens nothing.

A code follows from a secret and the number of the half minute; that one and the one before it are good.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256

SECONDS = 30
LENGTH = 6
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that look like others, for who types the code."""


def step_of(now: datetime) -> int:
    """The number of the half minute."""
    return int(now.timestamp()) // SECONDS


def seconds_left(now: datetime) -> int:
    """How long this half minute still lasts, at least one second."""
    return SECONDS - int(now.timestamp()) % SECONDS


def code_of(secret: str, step: int) -> str:
    """The code of a half minute."""
    digest = hmac.new(secret.encode(), f"here {step}".encode(), sha256).digest()
    return "".join(SIGNS[byte % len(SIGNS)] for byte in digest[:LENGTH])


def step_shown(secret: str, code: str, *, now: datetime) -> int | None:
    """The half minute whose code this is, if it is this one or the one before; None for every other text."""
    said = "".join(code.split()).upper().encode()
    for step in (step_of(now), step_of(now) - 1):
        if hmac.compare_digest(said, code_of(secret, step).encode()):
            return step
    return None
