"""The usual save by one statement that commits itself: a live answer to an open, running paper that is shown whole.

Over a network a save by `answers.save` goes there and back four times: BEGIN, what saving needs to know, the step,
COMMIT. Here the database looks and writes in one, where everything stands as it usually does; else nothing is written
and `answers.save` says why. Only PostgreSQL writes within WITH, so SQLite, which is in the process, does without.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import BigInteger, Integer, Table, bindparam, literal, or_, select, true
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from suyu_learn.db import UtcDateTime
from suyu_learn.domain.attempts import AttemptState, StepKind
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Delivery, Exam, Person, Slot, Step
from suyu_learn.models.base import JsonColumn
from suyu_learn.services.answers import SAVED_ONCE, Claim, Incoming, Saved, SaveReply
from suyu_learn.services.versions import Versions

_attempt, _slot, _exam, _person = Attempt.__table__, Slot.__table__, Exam.__table__, Person.__table__
_step = cast("Table", Step.__table__)
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
    .cte("usual")
)
_WRITTEN = (
    postgresql.insert(_step)
    .from_select(
        ["attempt_id", "kind", "slot", "epoch", "seq", "response", "made_at", "received_at", "actor_id"],
        select(
            _USUAL.c.id, literal(StepKind.SAVED, _step.c.kind.type), bindparam("slot", type_=Integer),
            bindparam("epoch", type_=Integer), bindparam("seq", type_=Integer),
            bindparam("response", type_=JsonColumn), _NOW, _NOW, _USUAL.c.person_id,
        ),
    )
    .on_conflict_do_nothing(**SAVED_ONCE)
    .returning(_step.c.id)
    .cte("written")
)  # fmt: skip
_SAVE = select(_USUAL.c.deadline).join_from(_USUAL, _WRITTEN, true())


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
        _SAVE,
        {"key": key, "person": claim.person_id, "entered": claim.exam_id, "stamp": claim.stamp, "epoch": one.epoch,
         "seq": one.seq, "slot": one.slot, "version": version_id, "response": response, "now": now},
    ).scalar()  # fmt: skip
    if deadline is None:
        return None
    remaining = max(0, int((deadline - now).total_seconds()))
    return SaveReply((Saved(one.slot, one.seq),), remaining=remaining, deadline=deadline)
