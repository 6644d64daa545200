"""Which exams hold questions of a bank back from practice, and which questions of an exam can be practised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.practice import Openness
from suyu_learn.models import (
    Attempt,
    Bank,
    Exam,
    ExamState,
    Paper,
    PaperPick,
    PaperRule,
    Person,
    Purpose,
    Question,
    QuestionVersion,
    Role,
    Slot,
    Unit,
)
from suyu_learn.services import grants, practice_claims, practice_questions
from suyu_learn.services.practice_questions import Moment

MOST_NAMED = 10
"""So many exams are named; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Holder:
    """An exam that holds questions of a bank back."""

    exam: Exam
    questions: int
    known: bool
    """Whether who looks has a right to know of the exam; it is counted without its name else."""


@dataclass(frozen=True, slots=True)
class Holders:
    """Exams that hold questions back, assessments first, then the latest."""

    named: Sequence[Holder]
    more: int


def holders(session: Session, bank: Bank, person: Person, moment: Moment) -> Holders:
    """The exams whose papers draw from a bank or stand on its questions, each with what it holds back of it."""
    measures, keeps = practice_claims.kinds(moment)
    rows = session.execute(
        select(Exam, Unit.path)
        .outerjoin(Unit, Unit.id == Exam.unit_id)
        .where(or_(measures, keeps), Exam.id.in_(_concerning(session, bank, moment)))
        .order_by(Exam.purpose != Purpose.ASSESSMENT.value, Exam.id.desc())
    ).all()
    own = grants.reach(session, person, Role.ORGANIZER)
    everything = practice_questions.askable([bank], moment)
    found = []
    for exam, path in rows[:MOST_NAMED]:
        held = everything.narrowed(practice_claims.claims_of(session, exam.id))
        count = session.scalar(held.select(func.count())) or 0
        if count:
            found.append(Holder(exam, count, own.covers(path)))
    return Holders(found, len(rows[MOST_NAMED:]))


def _concerning(session: Session, bank: Bank, moment: Moment) -> set[int]:
    """Exams with a rule that names the bank, or with a question of it on their paper or on somebody's."""
    measures, keeps = practice_claims.kinds(moment)
    standing = select(Exam.id, Exam.paper_id).where(or_(measures, keeps)).subquery()
    ruled = session.execute(
        select(standing.c.id, PaperRule.filter)
        .join(PaperRule, PaperRule.paper_id == standing.c.paper_id)
        .join(Paper, Paper.id == standing.c.paper_id)
        .where(practice_claims.draws_by_rules())
    )
    of_bank = (
        select(QuestionVersion.id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Question.bank_id == bank.id)
    )
    picked = select(standing.c.id).join(PaperPick, PaperPick.paper_id == standing.c.paper_id)
    asked = (
        select(standing.c.id).join(Attempt, Attempt.exam_id == standing.c.id).join(Slot, Slot.attempt_id == Attempt.id)
    )
    return {exam_id for exam_id, wanted in ruled if bank.id in wanted.get("banks", ())}.union(
        session.scalars(picked.where(PaperPick.version_id.in_(of_bank)).distinct()),
        session.scalars(asked.where(Attempt.trial.is_(False), Slot.version_id.in_(of_bank)).distinct()),
    )


@dataclass(frozen=True, slots=True)
class Practised:
    """Questions that an exam may ask and that learners can practise all the same."""

    questions: int = 0
    banks: tuple[str, ...] = ()


def practised_all_the_same(session: Session, exam: Exam, moment: Moment) -> Practised:
    """What an exam that keeps its key to itself may ask from banks that are open for such questions too."""
    keeps = select(Exam.id).where(
        Exam.id == exam.id, Exam.purpose != Purpose.ASSESSMENT.value, practice_claims.keeps_to_itself(moment.now)
    )
    banks = session.scalars(
        select(Bank)
        .where(Bank.practice == Openness.OPEN_WITH_EXAMS, Bank.deleted_at.is_(None), keeps.exists())
        .order_by(Bank.id)
    ).all()
    if not banks:
        return Practised()
    allowed = practice_questions.permitted(session, banks, moment)
    claimed = allowed.narrowed(practice_claims.claims_of(session, exam.id))
    rows = session.execute(
        claimed.select(Question.bank_id, func.count()).group_by(Question.bank_id).order_by(Question.bank_id)
    ).all()
    names = {one.id: one.name for one in banks}
    return Practised(sum(row[1] for row in rows), tuple(names[row[0]] for row in rows))


def is_draft(one: Holder) -> bool:
    """Whether the exam is an assessment that was not published yet."""
    return one.exam.state is ExamState.DRAFT and one.exam.purpose == Purpose.ASSESSMENT.value
