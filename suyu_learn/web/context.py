"""What belongs to the request at hand: the app's Learn, the transaction, the person, the language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import current_app, g

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.orm import Session

    from suyu_learn.db import Transaction
    from suyu_learn.extension import Learn


@dataclass(slots=True)
class RequestState:
    """Kept in `g` under one name while one of our views runs."""

    writes: bool = False
    transaction: Transaction | None = None
    now: datetime | None = None
    remembered: dict[str, Any] = field(default_factory=dict)


def learn() -> Learn:
    """What this app has of Suyu Learn."""
    found: Learn = current_app.extensions["suyu_learn"]
    return found


def secret() -> str:
    """What this app signs with."""
    key = current_app.secret_key or ""
    return key if isinstance(key, str) else key.hex()


def state() -> RequestState:
    """The state of this request; made at its first use."""
    found: RequestState | None = g.get("_suyu_learn")
    if found is None:
        found = g._suyu_learn = RequestState()
    return found


def session() -> Session:
    """The session of this request, reading or writing as its route states; begun at its first use."""
    return _transaction().session


def connection() -> Connection:
    """The connection of the same transaction, for who needs no session."""
    return _transaction().connection


def _transaction() -> Transaction:
    here = state()
    if here.transaction is None:
        here.transaction = learn().database.open(write=here.writes)
    return here.transaction


def begun() -> bool:
    """Whether this request is within a transaction, as it is once a host's person has been looked up."""
    return state().transaction is not None


def begin_writing() -> Session:
    """Turn a reading request into a writing one; rows read before are read anew."""
    here = state()
    here.writes = True
    if here.transaction is not None:
        here.transaction.become_write()
    return session()


def now() -> datetime:
    """One moment for the whole request."""
    here = state()
    if here.now is None:
        here.now = learn().now()
    return here.now


def commit() -> None:
    """Make what this request did durable; what follows reads in a new transaction."""
    here = state()
    if here.transaction is not None:
        transaction, here.transaction = here.transaction, None
        try:
            transaction.commit()
        finally:
            transaction.close()
    here.writes = False


def commit_and_go_on() -> None:
    """Make what was done so far durable in the middle of a writing request; a later refusal does not undo it."""
    writes = state().writes
    commit()
    state().writes = writes


@contextmanager
def writing_apart() -> Iterator[Session]:
    """A short write of its own within a longer request: durable at its end, and then others have their turn."""
    close()
    with learn().database.writing() as writing:
        yield writing


def close() -> None:
    """Roll back what is not committed."""
    here = state()
    if here.transaction is not None:
        transaction, here.transaction = here.transaction, None
        transaction.close()
