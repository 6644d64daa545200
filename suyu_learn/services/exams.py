"""Exams: creating, publishing, and what they are for one person at one moment."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CompoundSelect, Select, String, bindparam, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import NO_EXTRA, AttemptState, Extra, may_retake, standing_clock
from suyu_learn.domain.papers.specification import GROUP
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.statistics import Sitting, standing_of
from suyu_learn.models import (
    Attempt,
    Bank,
    Exam,
    ExamState,
    ExtraTime,
    Paper,
    PaperMode,
    PaperPick,
    PaperRule,
    Person,
    QuestionVersion,
    RosterChange,
    RosterChangeKind,
    RosterMember,
    Shown,
    Unit,
)
from suyu_learn.services import audit, bank, exam_appeals, exam_rosters, exam_scope, exam_times, papers

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without the characters that are read as others when copied by hand: 0 1 I L O."""

_AT_ONCE = 5000
_BY_ID = select(Exam).where(Exam.id == bindparam("exam"))
_ATTEMPTS = (
    select(Attempt)
    .where(Attempt.exam_id == bindparam("exam"), Attempt.person_id == bindparam("person"))
    .where(Attempt.trial == bindparam("trial"))
    .order_by(Attempt.number)
)
_EXTRA = (
    select(ExtraTime)
    .where(ExtraTime.person_id == bindparam("person"), ExtraTime.taken_back_at.is_(None))
    .where(or_(ExtraTime.exam_id.is_(None), ExtraTime.exam_id == bindparam("exam")))
    .order_by(ExtraTime.exam_id.is_(None), ExtraTime.id.desc())
    .limit(1)
)
_ON_ROSTER = select(
    select(RosterChange.kind)
    .where(RosterChange.exam_id == bindparam("exam"), RosterChange.person_id == bindparam("person"))
    .where(RosterChange.taken_back_at.is_(None))
    .order_by(RosterChange.id.desc())
    .limit(1)
    .scalar_subquery(),
    select(RosterMember)
    .where(RosterMember.exam_id == bindparam("exam"), RosterMember.person_id == bindparam("person"))
    .exists(),
    *(_EXTRA.with_only_columns(column).scalar_subquery() for column in (ExtraTime.factor, ExtraTime.minutes)),
)
_SIZES: CompoundSelect[Any] = union_all(
    select(literal("picked"), func.count(), func.sum(PaperPick.points))
    .join(QuestionVersion, QuestionVersion.id == PaperPick.version_id)
    .where(PaperPick.paper_id == bindparam("paper"), QuestionVersion.type != GROUP),
    select(literal("drawn"), func.sum(PaperRule.count), func.sum(PaperRule.points * PaperRule.count)).where(
        PaperRule.paper_id == bindparam("paper")
    ),
    select(literal("groups"), func.count(), literal(None)).where(
        PaperRule.paper_id == bindparam("paper"), cast(PaperRule.filter, String).like(f'%"{GROUP}"%')
    ),
)


class Standing(StrEnum):
    """Where an exam stands in its window."""

    DRAFT = "draft"
    WAITING = "waiting"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Situation:
    """An exam as one person finds it now."""

    exam: Exam
    standing: Standing
    may_sit: bool
    attempts_left: int
    open_attempt: Attempt | None
    last_attempt: Attempt | None
    """The latest attempt that is closed and not voided."""
    exempt: bool = False
    extra: Extra = NO_EXTRA
    retake: bool = False
    """Whether it is the retake that this person finds: standing and attempts left are then those of the retake."""
    late: bool = False
    """Whether it is too late to begin: the latest entry has passed, and this person has not begun before."""
    voided: Attempt | None = None
    """The latest attempt, where that was voided."""


def create_exam(
    session: Session,
    paper: Paper,
    *,
    title: str,
    minutes: int,
    now: datetime,
    pass_share: Decimal = Decimal("0.6"),
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    attempts_allowed: int = 1,
    unit: Unit | None = None,
    actor: Person | None = None,
    **policy: object,
) -> Exam:
    """A draft of an exam; `policy` sets any further column of Exam."""
    check_values(minutes, pass_share, opens_at, closes_at)
    exam = Exam(
        code=_new_code(session),
        paper_id=paper.id,
        title=title,
        minutes=minutes,
        pass_share=pass_share,
        opens_at=opens_at,
        closes_at=closes_at,
        attempts_allowed=attempts_allowed,
        unit_id=unit.id if unit else None,
        created_at=now,
        created_by_id=actor.id if actor else None,
        **policy,
    )
    session.add(exam)
    session.flush()
    audit.record(session, "exam.created", now=now, actor=actor, on=exam, unit_id=exam.unit_id)
    return exam


def check_values(minutes: int, pass_share: Decimal, opens_at: datetime | None, closes_at: datetime | None) -> None:
    """Raise Problem for what no exam can be."""
    if minutes < 1:
        raise Problem("exam.minutes", place=Place(field="minutes"))
    if not 0 <= pass_share <= 1:
        raise Problem("exam.pass_share", place=Place(field="pass_mark"))
    if opens_at and closes_at and closes_at <= opens_at:
        raise Problem("exam.window_turned", place=Place(field="closes_at"))


def exam_from_bank(
    session: Session,
    source: Bank,
    *,
    questions: int,
    minutes: int,
    pass_share: Decimal,
    now: datetime,
    title: str = "",
    days: int = 30,
) -> Exam:
    """A published exam of so many questions of one bank, open from now for so many days."""
    have = bank.drawable_count(session, source)
    if not 1 <= questions <= have:
        passages, below = bank.grouped_count(session, source)
        code = "exam.too_few_beside_passages" if passages else "exam.too_few_questions"
        raise Problem(code, place=Place(field="questions"), asked=questions, available=have, passages=passages,
                      below=below)  # fmt: skip
    paper = papers.one_bank_paper(session, source, title=title or source.name, questions=questions)
    unit = session.get(Unit, source.unit_id) if source.unit_id else None
    exam = create_exam(session, paper, title=title or source.name, minutes=minutes, pass_share=pass_share, now=now,
                       opens_at=now, closes_at=now + timedelta(days=days), unit=unit,
                       appeal_days=exam_appeals.USUAL_DAYS)  # fmt: skip
    publish(session, exam, actor=None, now=now)
    return exam


def publish(session: Session, exam: Exam, *, actor: Person | None, now: datetime) -> None:
    """Make an exam visible to those it is meant for; raises Problem when its paper cannot be drawn."""
    short = papers.check(session, exam.paper)
    if short is not None:
        raise short
    papers.fix(session, exam.paper)
    exam.state = ExamState.PUBLISHED
    exam.published_at = now
    audit.record(session, "exam.published", now=now, actor=actor, on=exam, unit_id=exam.unit_id)
    session.flush()
    exam_rosters.freeze_if_due(session, exam, now=now)


def get_exam(session: Session, exam_id: int) -> Exam:
    """A published or withdrawn exam; raises Problem for drafts, deleted and unknown ones."""
    exam = session.scalar(_BY_ID, {"exam": exam_id})
    if exam is None or exam.deleted_at is not None or exam.state is ExamState.DRAFT:
        raise Problem("exam.unknown")
    return exam


def standing(exam: Exam, *, now: datetime) -> Standing:
    """Where the exam stands."""
    if exam.state is not ExamState.PUBLISHED:
        return Standing(exam.state.value)
    if exam.opens_at is not None and now < exam.opens_at:
        return Standing.WAITING
    if exam.closes_at is not None and standing_clock(now, exam.paused_at) >= exam.closes_at:
        return Standing.CLOSED
    return Standing.OPEN if exam.paused_at is None else Standing.PAUSED


def retake_standing(exam: Exam, *, now: datetime) -> Standing:
    """Where the exam's retake stands once the exam has closed; closed where there is none."""
    opens, closes = exam.retake_opens_at, exam.retake_closes_at
    if exam.retake_for is None or opens is None or closes is None or standing_clock(now, exam.paused_at) >= closes:
        return Standing.CLOSED
    if now < opens:
        return Standing.WAITING
    return Standing.OPEN if exam.paused_at is None else Standing.PAUSED


def attempts_of(session: Session, exam: Exam, person: Person, *, trial: bool = False) -> Sequence[Attempt]:
    """The person's attempts, or their trials, in their order."""
    return session.scalars(_ATTEMPTS, {"exam": exam.id, "person": person.id, "trial": trial}).all()


def attempts_by_person(session: Session, exam: Exam, person_ids: Iterable[int]) -> dict[int, list[Attempt]]:
    """The attempts of each of these people, in their order; who has none is left out."""
    wanted, found = sorted(set(person_ids)), dict[int, list[Attempt]]()
    for start in range(0, len(wanted), _AT_ONCE):
        rows = session.scalars(
            select(Attempt)
            .where(Attempt.exam_id == exam.id, Attempt.trial.is_(False))
            .where(Attempt.person_id.in_(wanted[start : start + _AT_ONCE]))
            .order_by(Attempt.number)
        )
        for one in rows:
            found.setdefault(one.person_id, []).append(one)
    return found


def attempts_left(exam: Exam, attempts: Iterable[Attempt], *, retake: bool = False) -> int:
    """How many more times one may begin, the exam or its retake; a voided attempt is given back."""
    allowed = exam.retake_attempts if retake else exam.attempts_allowed
    return max(0, allowed - sum(one.state is not AttemptState.VOIDED and one.retake is retake for one in attempts))


def has_retake(exam: Exam, attempts: Iterable[Attempt]) -> bool:
    """Whether the exam's retake is for somebody with these attempts."""
    if exam.retake_for is None:
        return False
    counted = [one for one in attempts if one.state is not AttemptState.VOIDED]
    closed = [one for one in counted if one.state is not AttemptState.OPEN]
    found = standing_of([Sitting(one.number, one.points, one.full_points) for one in closed],
                        counts=exam.counts.value, pass_share=exam.pass_share)  # fmt: skip
    return may_retake(
        exam.retake_for,
        began=any(not one.retake for one in counted),
        passed=found.passed if found is not None else None,
    )


def _score_told(exam: Exam, *, now: datetime) -> bool:
    """Whether scores are shown while the retake is still to come; after closing they are once that is over."""
    return exam.show_score is Shown.NOW and (exam.results_at is None or exam.results_at <= now)


def retake_ahead(exam: Exam, attempts: Sequence[Attempt], *, now: datetime) -> bool:
    """Whether somebody with these attempts can sit the exam's retake, now or once it opens."""
    ends = exam.retake_closes_at
    if ends is None or (exam.paused_at is None and ends <= now) or not has_retake(exam, attempts):
        return False
    return attempts_left(exam, attempts, retake=True) > 0


def situation(
    session: Session, exam: Exam, person: Person, *, now: datetime, attempts: Sequence[Attempt] | None = None,
    home: str | None = None,
) -> Situation:  # fmt: skip
    """What the exam is for this person now; `attempts` and the path of the `home` unit where they were read already."""
    if attempts is None:
        attempts = attempts_of(session, exam, person)
    counted = [one for one in attempts if one.state is not AttemptState.VOIDED]
    closed = [one for one in counted if one.state is not AttemptState.OPEN]
    place = _place(session, exam, person, now=now, home=home)
    ends, stands = exam_times.last_entry(exam), standing(exam, now=now)
    again = retake_standing(exam, now=now) if stands is Standing.CLOSED else Standing.CLOSED
    retake = again is not Standing.CLOSED and has_retake(exam, attempts) and (bool(counted) or place.due)
    if retake and counted and again is Standing.WAITING:
        retake = _score_told(exam, now=now)  # it would tell who failed, and those without it who passed
    return Situation(
        exam=exam,
        standing=again if retake else stands,
        may_sit=place.may,
        attempts_left=attempts_left(exam, attempts, retake=retake),
        open_attempt=next((one for one in counted if one.state is AttemptState.OPEN), None),
        last_attempt=closed[-1] if closed else None,
        exempt=place.exempt,
        extra=place.extra,
        retake=retake,
        late=not (attempts or retake) and ends is not None and now > ends,
        voided=attempts[-1] if attempts and attempts[-1].state is AttemptState.VOIDED else None,
    )


def may_sit(session: Session, exam: Exam, person: Person, *, now: datetime) -> bool:
    """Whether the exam is meant for this person: in scope now or on the roster, or added; not exempt."""
    return _place(session, exam, person, now=now).may


@dataclass(frozen=True, slots=True)
class _Place:
    """What an exam is to a person: meant for them, exempt from, due at as far as is known; and their extra time."""

    may: bool
    exempt: bool = False
    due: bool = False
    extra: Extra = NO_EXTRA


def _place(session: Session, exam: Exam, person: Person, *, now: datetime, home: str | None = None) -> _Place:
    if not person.active:
        return _Place(may=False)
    if person.guest_exam_id is not None:
        return _Place(may=exam.entry_open and person.guest_exam_id == exam.id)
    changed, listed, factor, minutes = session.execute(_ON_ROSTER, {"exam": exam.id, "person": person.id}).one()
    extra = exam_times.extra_of(factor, minutes)
    if changed is not None:
        added = changed is RosterChangeKind.ADDITION
        return _Place(added, exempt=not added, due=added, extra=extra)
    may = listed or exam_scope.in_scope(session, exam, person, at=now, home=home)
    return _Place(may, due=may and (listed or exam.frozen_at is None), extra=extra)


def open_exams(session: Session, person: Person, *, now: datetime) -> list[Situation]:
    """Exams that are open or about to open for this person, the one that closes first on top."""
    rows = session.scalars(
        select(Exam)
        .where(Exam.state == ExamState.PUBLISHED, Exam.deleted_at.is_(None), Exam.entry_account)
        .where(or_(exam_times.closing_after(now), Exam.paused_at.is_not(None), Exam.id.in_(_being_sat_by(person))))
        .order_by(Exam.closes_at, Exam.id)
    ).all()
    found = [situation(session, exam, person, now=now) for exam in rows]
    return [one for one in found if one.may_sit and (one.standing is not Standing.CLOSED or one.open_attempt)]


def _being_sat_by(person: Person) -> Select[int]:
    return select(Attempt.exam_id).where(
        Attempt.person_id == person.id, Attempt.state == AttemptState.OPEN, Attempt.trial.is_(False)
    )


def shown_now(session: Session, exam: Exam, *, now: datetime, grace: timedelta) -> frozenset[Shown]:
    """The rules whose things may be seen now; nothing is "after closing" while an answer could still be taken.

    One could be in the grace for late answers, and also later, after the window was made shorter; and in the retake,
    which may ask the same questions.
    """
    if exam.results_at is not None and now < exam.results_at:
        return frozenset()
    if standing(exam, now=now) is not Standing.CLOSED or retake_standing(exam, now=now) is not Standing.CLOSED:
        return frozenset({Shown.NOW})
    sitting = session.scalar(
        select(Attempt.id)
        .where(Attempt.exam_id == exam.id, Attempt.state == AttemptState.OPEN, Attempt.trial.is_(False))
        .where((Attempt.deadline >= now - grace) | Attempt.paused_at.is_not(None))
        .limit(1)
    )
    return frozenset({Shown.NOW, Shown.AFTER_CLOSE} if sitting is None else {Shown.NOW})


@dataclass(frozen=True, slots=True)
class Size:
    """How many questions one attempt has, and the points it can earn."""

    questions: int
    points: Decimal


def size(session: Session, exam: Exam) -> Size:
    """The size of an exam's paper: what was picked, else what its rules draw."""
    rows = session.execute(_SIZES, {"paper": exam.paper_id})
    sizes = {kind: Size(questions or 0, points or Decimal(0)) for kind, questions, points in rows}
    if sizes["picked"].questions or (exam.state is ExamState.DRAFT and exam.paper.mode is PaperMode.FIXED):
        return sizes["picked"]
    return _with_groups(session, exam.paper) if sizes["groups"].questions else sizes["drawn"]


def _with_groups(session: Session, paper: Paper) -> Size:
    """The size of a drawn paper with groups, of which each brings all its members."""
    rules = papers.rules_of(paper)
    sizes = papers.group_sizes(session, rules)
    numbers = {rule.number: rule.count * sizes.get(rule.number, (1, 1))[0] for rule in rules}
    return Size(sum(numbers.values()), sum((rule.points * numbers[rule.number] for rule in rules), Decimal(0)))


def _new_code(session: Session) -> str:
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(6))
        if session.scalar(select(func.count()).select_from(Exam).where(Exam.code == code)) == 0:
            return code
