"""The usual save by one statement that commits itself: a live answer to an open, running paper that is shown whole.

`answers.save` asks four times: BEGIN, what saving needs to know, the step, COMMIT. Here the database looks and writes
in one, where everything stands as it usually does; else nothing is written and `answers.save` says why. A database
server holds the attempt's row meanwhile; on SQLite nobody else writes at that moment.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Executable,
    Insert,
    Integer,
    Select,
    Table,
    bindparam,
    literal,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from suyu_learn.db import UtcDateTime
from suyu_learn.domain.attempts import AttemptState, StepKind
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Delivery, Exam, Person, Slot, Step
from suyu_learn.models.base import JsonColumn
from suyu_learn.services.answers import SAVED_ONCE, Claim, Incoming, Saved, SaveReply
from suyu_learn.services.versions import Versions

_attempt, _slot, _exam, _person, _step = (
    cast("Table", model.__table__) for model in (Attempt, Slot, Exam, Person, Step)
)
_OF_PAPER = (
    select(_slot.c.number, _slot.c.version_id)
    .join(_attempt, _attempt.c.id == _slot.c.attempt_id)
    .where(_attempt.c.key == bindparam("key"))
)
_NOW = bindparam("now", type_=UtcDateTime)
_ENTERED = bindparam("entered", type_=BigInteger)
"""The one exam that an entry without an account is good for; NULL for a full sign-in."""
_USUAL = (
    select(_attempt.c.id, _attempt.c.deadline, _attempt.c.person_id)
    .join_from(_attempt, _exam, _exam.c.id == _attempt.c.exam_id)
    .join(_person, _person.c.id == _attempt.c.person_id)
    .join(_slot, _slot.c.attempt_id == _attempt.c.id)
    .where(
        _attempt.c.key == bindparam("key"),
        _attempt.c.person_id == bindparam("person"),
        or_(_ENTERED.is_(None), _attempt.c.exam_id == _ENTERED),
        _attempt.c.state == AttemptState.OPEN,
        _attempt.c.epoch == bindparam("epoch"),
        _attempt.c.paused_at.is_(None),
        _attempt.c.deadline >= _NOW,
        _exam.c.delivery == Delivery.WHOLE,
        _person.c.stamp == bindparam("stamp"),
        _person.c.disabled_at.is_(None),
        _slot.c.number == bindparam("slot"),
        _slot.c.version_id == bindparam("version"),
    )
    .with_for_update(of=_attempt)
)
_FIELDS = ("attempt_id", "actor_id", "kind", "slot", "epoch", "seq", "response", "made_at", "received_at")
_SAID = (
    literal(StepKind.SAVED, _step.c.kind.type), bindparam("slot", type_=Integer), bindparam("epoch", type_=Integer),
    bindparam("seq", type_=Integer), bindparam("response", type_=JsonColumn), _NOW, _NOW,
)  # fmt: skip


def _by_server() -> Select[Any]:
    """The deadline of the usual attempt that a step was written to."""
    usual = _USUAL.cte("usual")
    written = (
        postgresql.insert(_step)
        .from_select(_FIELDS, select(usual.c.id, usual.c.person_id, *_SAID))
        .on_conflict_do_nothing(**SAVED_ONCE)
        .returning(_step.c.id)
        .cte("written")
    )
    return select(usual.c.deadline).join_from(usual, written, true())


def _by_file() -> Insert:
    """The same for SQLite, which writes at the top of a statement only."""
    deadline = literal_column(f"(SELECT deadline FROM {_attempt.name} WHERE id = attempt_id)", UtcDateTime)
    return (
        sqlite.insert(_step)
        .from_select(_FIELDS, _USUAL.with_only_columns(_attempt.c.id, _attempt.c.person_id, *_SAID))
        .on_conflict_do_nothing(**SAVED_ONCE)
        .returning(deadline)
    )


_SAVE: Mapping[str, Executable] = {"postgresql": _by_server(), "sqlite": _by_file()}


class AskedPapers:
    """Which version stands at which place of the papers that are sat; a paper never changes.

    Bounded in number, shared by the threads of one app.
    """

    def __init__(self, *, most: int = 10_000) -> None:
        self._most = most
        self._known: OrderedDict[str, Mapping[int, int]] = OrderedDict()
        self._guard = threading.Lock()

    def of(self, connection: Connection, key: str) -> Mapping[int, int]:
        """The version at each place of a paper; a statement only at its first use."""
        known = self._known.get(key)
        if known is not None:
            return known
        found = {row.number: row.version_id for row in connection.execute(_OF_PAPER, {"key": key})}
        with self._guard:
            if found:
                self._known[key] = found
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return found


def save(
    connection: Connection, key: str, claim: Claim, one: Incoming, *, now: datetime, versions: Versions,
    papers: AskedPapers,
) -> SaveReply | None:  # fmt: skip
    """Store a live answer if all stands as usual, durably; else None, and nothing has changed.

    The connection commits each statement by itself.
    """
    if claim.typing_key or one.age or one.came is not None or one.seq < 1:
        return None
    version_id = papers.of(connection, key).get(one.slot)
    if version_id is None:
        return None
    asked = versions.get(connection, version_id)
    try:
        response = asked.type.parse(asked.content, one.raw)
    except Problem:
        return None
    deadline = connection.execute(
        _SAVE[connection.dialect.name],
        {"key": key, "person": claim.person_id, "entered": claim.exam_id, "stamp": claim.stamp, "epoch": one.epoch,
         "seq": one.seq, "slot": one.slot, "version": version_id, "response": response, "now": now},
    ).scalar()  # fmt: skip
    if deadline is None:
        return None
    remaining = max(0, int((deadline - now).total_seconds()))
    return SaveReply((Saved(one.slot, one.seq),), remaining=remaining, deadline=deadline)
