"""Which questions may be practised: the one place that decides, for every mode, page and picture.

Out are questions that an assessment picks or may draw, whatever its state and time, as long as it is not deleted; and,
unless the bank is opened for them too, those that a published exam may ask which is not over and keeps its key to
itself. Rules are read as papers read them (`domain.papers.specification.Rule.suits`), but by the database.
"""

from __future__ import annotations

import json
import threading
import time
from array import array
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.papers.specification import GROUP
from suyu_learn.domain.practice import Openness
from suyu_learn.models import (
    Attempt,
    Bank,
    Difficulty,
    Dimension,
    Exam,
    ExamState,
    Paper,
    PaperMode,
    PaperPick,
    PaperRule,
    Purpose,
    Question,
    QuestionVersion,
    Shown,
    Slot,
    VersionTag,
    VersionTopic,
)
from suyu_learn.services import exam_times, topics
from suyu_learn.services.versions import Versions

KEPT_SECONDS = 30
SMALL = 2000
"""Up to so many questions nothing is kept: they are read quickly."""

Filter = Mapping[str, Sequence[Any]]


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


@dataclass(frozen=True, slots=True)
class HeldBack:
    """How many published questions a bank has to practise with, and how many of them exams hold back."""

    all: int
    by_assessments: int
    by_exams: int
    """Of the others: what an exam that is not over may ask."""


def permitted(session: Session, banks: Collection[Bank], moment: Moment) -> Permitted:
    """The questions of these banks that may be practised now; the banks must be open to whoever asks."""
    found = _claims(session, {one.id for one in banks}, moment)
    minding = [one.id for one in banks if one.practice is not Openness.OPEN_WITH_EXAMS]
    held = or_(found.of_assessments, and_(Question.bank_id.in_(minding), found.of_exams))
    return Permitted((*_askable(banks, moment), not_(held)))


def held_back(session: Session, bank: Bank, moment: Moment) -> HeldBack:
    """What a bank's page tells its keepers, whether it is open or not."""
    found = _claims(session, {bank.id}, moment)
    everything = Permitted(_askable([bank], moment))
    row = session.execute(
        everything.select(
            func.count(),
            func.sum(case((found.of_assessments, 1), else_=0)),
            func.sum(case((and_(not_(found.of_assessments), found.of_exams), 1), else_=0)),
        )
    ).one()
    return HeldBack(row[0], row[1] or 0, row[2] or 0)


def _askable(banks: Collection[Bank], moment: Moment) -> tuple[ColumnElement[bool], ...]:
    """Published questions that learners answer; one below a passage only together with it."""
    passage = aliased(Question)
    shown = select(passage.id).where(passage.published_version_id.is_not(None))
    return (
        Question.bank_id.in_([one.id for one in banks]),
        QuestionVersion.type.in_(moment.versions.answered_types),
        or_(Question.group_id.is_(None), Question.group_id.in_(shown)),
    )


@dataclass(frozen=True, slots=True)
class _Claims:
    """Conditions on a question and its published version, which are never NULL."""

    of_assessments: ColumnElement[bool]
    of_exams: ColumnElement[bool]


def _claims(session: Session, bank_ids: Collection[int], moment: Moment) -> _Claims:
    """What exams may ask of these banks."""
    sat = _being_sat(moment)
    stands = or_(Exam.deleted_at.is_(None), Exam.id.in_(sat))
    measures = and_(stands, Exam.purpose == Purpose.ASSESSMENT.value)
    keeps = and_(stands, _keeps_its_key(moment, sat))
    rows = session.execute(
        select(Exam.paper_id, PaperRule.filter, measures, keeps)
        .join(Paper, Paper.id == Exam.paper_id)
        .join(PaperRule, PaperRule.paper_id == Paper.id)
        .where(or_(measures, keeps), _draws_by_rules())
    ).all()
    papers: dict[int, set[int]] = {}
    for paper_id, wanted, _measures, _keeps in rows:
        papers.setdefault(paper_id, set()).update(wanted.get("banks", ()))
    drawn: dict[bool, list[Filter]] = {True: [], False: []}
    for paper_id, wanted, is_assessment, _keeps in rows:
        banks = set(wanted.get("banks") or papers[paper_id])
        if banks:
            drawn[bool(is_assessment)].append({**wanted, "banks": sorted(banks)})
    below = _below(session, [one for those in drawn.values() for one in those])
    return _Claims(*(
        _with_copies(or_(_picked(exams), _asked(exams), _drawn(drawn[of_assessments], below)), bank_ids)
        for exams, of_assessments in ((measures, True), (keeps, False))
    ))  # fmt: skip


def _with_copies(held: ColumnElement[bool], bank_ids: Collection[int]) -> ColumnElement[bool]:
    """What is held, and what asks the same as something that is held in another bank."""
    elsewhere = (
        select(Question.identity)
        .join(QuestionVersion, QuestionVersion.id == Question.published_version_id)
        .where(Question.bank_id.not_in(bank_ids), held)
        .correlate(None)
    )
    return or_(held, Question.identity.in_(elsewhere))


def _being_sat(moment: Moment) -> Select[int]:
    """Exams in which an answer can still come."""
    return select(Attempt.exam_id).where(
        Attempt.state == AttemptState.OPEN,
        Attempt.trial.is_(False),
        (Attempt.deadline >= moment.now - moment.grace) | Attempt.paused_at.is_not(None),
    )


def _keeps_its_key(moment: Moment, sat: Select[int]) -> ColumnElement[bool]:
    """Exams that are not over and show nobody what is right before they are; one that was withdrawn may go on."""
    late = and_(Exam.results_at.is_not(None), Exam.results_at > moment.now)
    return and_(
        or_(Exam.state == ExamState.PUBLISHED, Exam.id.in_(sat)),
        or_(Exam.show_key != Shown.NOW, Exam.show_score != Shown.NOW, late),
        or_(exam_times.closing_after(moment.now), Exam.paused_at.is_not(None), late, Exam.id.in_(sat)),
    )


def _draws_by_rules() -> ColumnElement[bool]:
    """Papers that still draw; what one that is drawn once has drawn stands among its picks."""
    picked = select(PaperPick.paper_id)
    return or_(
        Paper.mode == PaperMode.DRAWN_PER_PERSON,
        and_(Paper.mode == PaperMode.DRAWN_ONCE, Paper.id.not_in(picked)),
    )


def _picked(exams: ColumnElement[bool]) -> ColumnElement[bool]:
    """Questions that stand on a paper of such exams, in whatever version, and all below a passage that does."""
    of_paper = aliased(QuestionVersion)
    those = (
        select(of_paper.question_id)
        .join(PaperPick, PaperPick.version_id == of_paper.id)
        .where(PaperPick.paper_id.in_(select(Exam.paper_id).where(exams)))
    )
    return or_(Question.id.in_(those), and_(Question.group_id.is_not(None), Question.group_id.in_(those)))


def _asked(exams: ColumnElement[bool]) -> ColumnElement[bool]:
    """Questions that somebody was asked in such exams, whatever has become of their topic or bank since."""
    asked = aliased(QuestionVersion)
    return Question.id.in_(
        select(asked.question_id)
        .join(Slot, Slot.version_id == asked.id)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .where(Attempt.trial.is_(False), Attempt.exam_id.in_(select(Exam.id).where(exams)))
    )


def _drawn(filters: Iterable[Filter], below: Mapping[str, frozenset[int]]) -> ColumnElement[bool]:
    """Questions that one of the rules may draw; each kind of rule once."""
    once = {json.dumps(one, sort_keys=True, default=str): one for one in filters}
    return or_(false(), *(_suits(one, below) for one in once.values()))


def _suits(wanted: Filter, below: Mapping[str, frozenset[int]]) -> ColumnElement[bool]:
    """Standing alone it is drawn by itself; below a passage it is drawn with that, by rules that name passages."""
    types = list(wanted.get("types", ()))
    alone = [one for one in types if one != GROUP]
    ways: list[ColumnElement[bool]] = []
    if alone or not types:
        own = (QuestionVersion.type.in_(alone),) if types else ()
        ways.append(and_(Question.bank_id.in_(wanted["banks"]), Question.group_id.is_(None), *own,
                         *_facts(QuestionVersion, wanted, below)))  # fmt: skip
    if GROUP in types:
        passage, version = aliased(Question), aliased(QuestionVersion)
        drawn = (
            select(passage.id)
            .join(version, version.id == passage.published_version_id)
            .where(passage.bank_id.in_(wanted["banks"]), version.type == GROUP, *_facts(version, wanted, below))
        )
        ways.append(and_(Question.group_id.is_not(None), Question.group_id.in_(drawn)))
    return or_(*ways)


def _facts(version: Any, wanted: Filter, below: Mapping[str, frozenset[int]]) -> list[ColumnElement[bool]]:
    """What a rule asks of a version besides bank and type; a fact that a version lacks does not suit."""
    found: list[ColumnElement[bool]] = []
    if wanted.get("difficulties"):
        found.append(version.difficulty.in_([one for one in Difficulty if one in wanted["difficulties"]]))
    if wanted.get("criteria"):
        found.append(func.coalesce(version.criterion, 0).in_(list(wanted["criteria"])))
    if wanted.get("dimensions"):
        named = [one for one in Dimension if one in wanted["dimensions"]]
        found.append(and_(version.dimension.is_not(None), version.dimension.in_(named)))
    if wanted.get("topics"):
        numbers = set[int]().union(*(below.get(name, frozenset()) for name in wanted["topics"]))
        about = select(VersionTopic.version_id).where(VersionTopic.topic_id.in_(sorted(numbers)))
        found.append(version.id.in_(about))
    if wanted.get("tags"):
        tagged = select(VersionTag.version_id).where(VersionTag.tag.in_(list(wanted["tags"])))
        found.append(version.id.in_(tagged))
    return found


def _below(session: Session, filters: Iterable[Filter]) -> dict[str, frozenset[int]]:
    """The topics that rules name, each with all below it; read only where a rule names one."""
    names = set[str]().union(*(one.get("topics", ()) for one in filters))
    nodes = topics.nodes(session) if names else []
    return {name: frozenset(node.id for node in nodes if name in node.path) for name in names}
