"""Few pages of learners are made at a time, so that a saved answer waits behind a few of them and never behind many.

Python runs one thread at a time: of fifty requests that are let go at once each gets a fiftieth, and an answer whose
saving takes two milliseconds waits for fifty pages. Made in turn, the pages come no later on average, and an answer
that passes them comes at once.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2
"""While one page waits for the database, another can be made."""
PATIENCE = 1.0
"""Seconds after which a page goes on without a turn: whoever holds one may wait for somebody outside."""

_mine = threading.local()


def _new_turns() -> None:
    """A forked process begins with all turns free: the threads that held some do not run in it."""
    global _free
    _free = threading.Semaphore(AT_ONCE)


_free: threading.Semaphore
_new_turns()
os.register_at_fork(after_in_child=_new_turns)


@contextmanager
def one_turn() -> Iterator[None]:
    """Make a page when it is its turn."""
    if getattr(_mine, "held", False):
        yield
        return
    _mine.held = _free.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        _give_up()


@contextmanager
def others_meanwhile() -> Iterator[None]:
    """Wait for something that needs no Python, while others make their pages."""
    held = getattr(_mine, "held", False)
    _give_up()
    try:
        yield
    finally:
        if held:
            _mine.held = _free.acquire(timeout=PATIENCE)


def _give_up() -> None:
    if getattr(_mine, "held", False):
        _mine.held = False
        _free.release()
