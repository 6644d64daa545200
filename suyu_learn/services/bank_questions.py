"""One question with all that is known of it: its versions, and where they are used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Attempt,
    Bank,
    Exam,
    PaperPick,
    Person,
    Question,
    QuestionVersion,
    ReviewNote,
    Role,
    Slot,
    Status,
    Unit,
)
from suyu_learn.services import bank, bank_contents, grants, papers
from suyu_learn.services.bank_contents import BankSeen


@dataclass(frozen=True, slots=True)
class QuestionHere:
    """A question within reach, in its bank."""

    here: BankSeen
    question: Question
    latest: QuestionVersion

    @property
    def standing(self) -> Status:
        """Where the question stands: what the newest version waits for, or whether papers draw it."""
        if self.latest.status in (Status.DRAFT, Status.REVIEW):
            return self.latest.status
        return Status.PUBLISHED if self.question.published_version_id is not None else Status.RETIRED


@dataclass(frozen=True, slots=True)
class Use:
    """An exam that a question stands in; the exam is None where it belongs to a unit out of reach."""

    exam: Exam | None
    fixed: bool
    """Whether it stands on the paper; else the paper may draw it."""

    attempts: int


def get_question(
    session: Session, person: Person, bank_id: int, question_id: int, *, change: bool = False
) -> QuestionHere:
    """A question of a bank within reach of an organizer or a reviewer; raises Problem when there is none."""
    here = bank_contents.get_bank(session, person, bank_id, change=change, reviewing=not change)
    question = session.get(Question, question_id)
    if question is None or question.bank_id != here.bank.id:
        raise Problem("question.not_found")
    if here.only_published:
        if question.published_version_id is None:
            raise Problem("question.not_found")
        return QuestionHere(here, question, session.get_one(QuestionVersion, question.published_version_id))
    return QuestionHere(here, question, latest_of(session, question))


def latest_of(session: Session, question: Question) -> QuestionVersion:
    """The newest version of a question."""
    return session.scalars(
        select(QuestionVersion).where(QuestionVersion.question_id == question.id)
        .order_by(QuestionVersion.number.desc()).limit(1)
    ).one()  # fmt: skip


def version_of(session: Session, question: Question, number: int) -> QuestionVersion:
    """One version by its number; raises Problem when there is none."""
    found = session.scalar(
        select(QuestionVersion).where(QuestionVersion.question_id == question.id, QuestionVersion.number == number)
    )
    if found is None:
        raise Problem("question.no_such_version")
    return found


def versions_seen(session: Session, found: QuestionHere) -> Sequence[tuple[QuestionVersion, str]]:
    """The versions that the person may see, newest first, each with the name of its author."""
    every = versions_of(session, found.question)
    if found.here.only_published:
        return [(version, "") for version, _who in every if version.id == found.question.published_version_id]
    return every


def versions_of(session: Session, question: Question) -> Sequence[tuple[QuestionVersion, str]]:
    """All versions, newest first, each with the name of its author."""
    rows = session.execute(
        select(QuestionVersion, Person.name).outerjoin(Person, Person.id == QuestionVersion.author_id)
        .where(QuestionVersion.question_id == question.id).order_by(QuestionVersion.number.desc())
    )  # fmt: skip
    return [(version, name or "") for version, name in rows]


def members_of(session: Session, found: QuestionHere) -> Sequence[tuple[Question, QuestionVersion]]:
    """The questions that refer to a passage, in their order, each in its newest version that the person may see."""
    members = session.scalars(
        select(Question).where(Question.group_id == found.question.id).order_by(Question.group_position, Question.id)
    ).all()
    if found.here.only_published:
        return [(one, session.get_one(QuestionVersion, one.published_version_id)) for one in members
                if one.published_version_id is not None]  # fmt: skip
    return [(one, latest_of(session, one)) for one in members]


def waiting_in(session: Session, row: Bank) -> Mapping[Status, int]:
    """How many drafts a bank has, and how many of its versions wait for review."""
    rows = session.execute(
        select(QuestionVersion.status, func.count())
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Question.bank_id == row.id, QuestionVersion.status.in_((Status.DRAFT, Status.REVIEW)))
        .group_by(QuestionVersion.status)
    ).all()
    return dict(rows)


def notes_of(session: Session, question: Question) -> Sequence[tuple[ReviewNote, int, str]]:
    """What reviewers said of a question, newest first: the note, the version's number, and who."""
    rows = session.execute(
        select(ReviewNote, QuestionVersion.number, Person.name)
        .join(QuestionVersion, QuestionVersion.id == ReviewNote.version_id)
        .outerjoin(Person, Person.id == ReviewNote.person_id)
        .where(QuestionVersion.question_id == question.id)
        .order_by(ReviewNote.id.desc())
    )
    return [(note, number, name or "") for note, number, name in rows]


def uses_of(session: Session, question: Question, *, person: Person) -> list[Use]:
    """The exams whose papers have a question or may draw it, newest first."""
    fixed, drawing, attempts = _fixed(session, question), _drawing(session, question), _attempts(session, question)
    within = grants.reach(session, person, Role.ORGANIZER)
    found = []
    for exam_id in sorted(fixed | drawing | attempts.keys(), reverse=True):
        exam = session.get_one(Exam, exam_id)
        if exam.deleted_at is not None and not attempts.get(exam_id):
            continue
        unit = session.get(Unit, exam.unit_id) if exam.unit_id else None
        known = exam if within.covers(unit.path if unit is not None else None) else None
        found.append(Use(known, exam_id not in drawing, attempts.get(exam_id, 0)))
    return found


def _fixed(session: Session, question: Question) -> set[int]:
    return set(session.scalars(
        select(Exam.id).join(PaperPick, PaperPick.paper_id == Exam.paper_id)
        .join(QuestionVersion, QuestionVersion.id == PaperPick.version_id)
        .where(QuestionVersion.question_id == question.id)
    ))  # fmt: skip


def _drawing(session: Session, question: Question) -> set[int]:
    if question.published_version_id is None:
        return set()
    drawn = {
        exam.id: papers.rules_of(exam.paper)
        for exam in session.scalars(select(Exam).where(Exam.deleted_at.is_(None)))
        if not exam.paper.picks
        and any(question.bank_id in rule.filter.get("banks", ()) for rule in exam.paper.rules)
    }  # fmt: skip
    if not drawn:
        return set()
    itself = next((one for one in bank.candidates(session, [question.bank_id]) if one.question_id == question.id), None)
    if itself is None:
        return set()
    return {exam_id for exam_id, rules in drawn.items() if any(rule.suits(itself) for rule in rules)}


def _attempts(session: Session, question: Question) -> dict[int, int]:
    rows = session.execute(
        select(Attempt.exam_id, func.count(Attempt.id.distinct()))
        .join(Slot, Slot.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == Slot.version_id)
        .where(QuestionVersion.question_id == question.id, Attempt.trial.is_(False))
        .group_by(Attempt.exam_id)
    ).all()
    return dict(rows)
