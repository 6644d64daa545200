"""For work on hundreds and thousands of rows at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from suyu_learn.models.base import Base

Row = TypeVar("Row", bound=Base)


def stored(session: Session, kind: type[Row], values: Sequence[Mapping[str, Any]]) -> list[Row]:
    """New rows of a table with an `id`, in the order of their values: a statement for some hundred of them.

    Adding them to the session asks SQLite once for each, since it does not promise in which order ids come back.
    """
    if not values:
        return []
    rows: Sequence[Any] = session.scalars(insert(kind).returning(kind), list(values)).all()
    ordered = sorted(rows, key=lambda row: int(row.id))
    for row, said in zip(ordered, values, strict=True):
        if any(getattr(row, name) != value for name, value in said.items()):
            raise RuntimeError(f"rows of {kind.__name__} were numbered in another order than they were given in")
    return list(ordered)


@contextmanager
def without_collecting() -> Iterator[None]:
    """Let the collector of cycles rest: what is made here lives on, and going through it again and again is dear."""
    resting = gc.isenabled()
    if resting:
        gc.disable()
    try:
        yield
    finally:
        if resting:
            gc.enable()
