"""Which questions may be practised: the one place that decides, for every mode, page and picture.

Out are questions that an assessment picks or may draw, whatever its state and time, as long as it is not deleted; and,
unless the bank is opened for them too, those that a published exam may ask which is not over and keeps its key to
itself (`practice_claims`); and, for who is sitting a paper, whatever that asks (`being_sat`).
"""

from __future__ import annotations

import threading
import time
from array import array
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from suyu_learn.domain.practice import Openness
from suyu_learn.models import Bank, Question, QuestionVersion
from suyu_learn.services import being_sat, practice_claims
from suyu_learn.services.versions import Versions

KEPT_SECONDS = 30
SMALL = 2000
"""Up to so many questions nothing is kept: they are read quickly."""


@dataclass(frozen=True, slots=True)
class Permitted:
    """The questions of some banks that may be practised; every mode asks from this and nothing else."""

    conditions: tuple[ColumnElement[bool], ...]

    def select(self, *columns: Any) -> Select[Any]:
        """Columns of these questions and their published versions."""
        return (
            select(*columns)
            .select_from(Question)
            .join(QuestionVersion, QuestionVersion.id == Question.published_version_id)
            .where(*self.conditions)
        )

    def narrowed(self, *conditions: ColumnElement[bool]) -> Permitted:
        """Those of them that meet more conditions."""
        return Permitted((*self.conditions, *conditions))


class Catalogues:
    """The numbers of what may be practised, for counting and for choosing by chance.

    Those of a big bank are kept for half a minute, since counting them takes longer than all else on a page.
    What is asked in the end is always looked up anew.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[float, array[int]]] = {}
        self._guard = threading.Lock()

    def ids(self, session: Session, allowed: Permitted, name: Hashable) -> Sequence[int]:
        """The questions in their order; `name` stands for the same choice of them at every call."""
        kept = self._kept.get(name)
        if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        found = array("q", session.scalars(allowed.select(Question.id).order_by(Question.id)))
        if len(found) > SMALL:
            now = time.monotonic()
            with self._guard:
                self._kept = {one: said for one, said in self._kept.items() if now - said[0] < KEPT_SECONDS}
                self._kept[name] = (now, found)
        return found

    def forget(self, name: Hashable) -> None:
        """Read them anew at the next call."""
        with self._guard:
            self._kept.pop(name, None)


@dataclass(frozen=True, slots=True)
class Moment:
    """The time, how late answers may come in, and what the app has in memory."""

    now: datetime
    grace: timedelta
    versions: Versions
    catalogues: Catalogues
    person_id: int | None = None
    """Who practises: what a paper asks that they are sitting is nothing to practise; None for nobody in particular."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """How many published questions a bank has to practise with, and how many of them exams hold back."""

    all: int
    by_assessments: int
    by_exams: int
    """Of the others: what an exam that is not over may ask."""


def permitted(session: Session, banks: Collection[Bank], moment: Moment) -> Permitted:
    """The questions of these banks that may be practised now; the banks must be open to whoever asks."""
    found, allowed = practice_claims.claims(session, moment), askable(banks, moment)
    if moment.person_id is not None:
        allowed = allowed.narrowed(Question.identity.not_in(being_sat.identities(moment.person_id)))
    minding = [one.id for one in banks if one.practice is not Openness.OPEN_WITH_EXAMS]
    held = or_(found.of_assessments, and_(Question.bank_id.in_(minding), found.of_exams))
    return allowed.narrowed(not_(held))


def held_back(session: Session, bank: Bank, moment: Moment) -> HeldBack:
    """What a bank's page tells its keepers, whether it is open or not."""
    found = practice_claims.claims(session, moment)
    everything = askable([bank], moment)
    row = session.execute(
        everything.select(
            func.count(),
            func.sum(case((found.of_assessments, 1), else_=0)),
            func.sum(case((and_(not_(found.of_assessments), found.of_exams), 1), else_=0)),
        )
    ).one()
    return HeldBack(row[0], row[1] or 0, row[2] or 0)


def askable(banks: Collection[Bank], moment: Moment) -> Permitted:
    """Published questions that learners answer; one below a passage only together with it."""
    passage = aliased(Question)
    shown = select(passage.id).where(passage.published_version_id.is_not(None))
    return Permitted((
        Question.bank_id.in_([one.id for one in banks]),
        QuestionVersion.type.in_(moment.versions.answered_types),
        or_(Question.group_id.is_(None), Question.group_id.in_(shown)),
    ))  # fmt: skip
