"""Banks as their keepers see them: which ones, what is in them, and what may be taken out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Bank,
    Exam,
    ExamState,
    Import,
    PaperMode,
    Person,
    Question,
    QuestionVersion,
    Role,
    Topic,
    Unit,
    VersionTag,
    VersionTopic,
)
from suyu_learn.services import audit, bank, bank_sharing, exam_times, grants, papers

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class BankSeen:
    """A bank with what its keeper wants to know of it."""

    bank: Bank
    unit: Unit | None
    may_change: bool
    counts: Mapping[str, int]
    """Published questions by type."""

    may_review: bool = False
    shared: bool = False
    """Whether it is seen only because another unit shares it."""

    @property
    def only_published(self) -> bool:
        """Whether drafts, what waits for review, and how versions came about are nothing for who looks."""
        return not (self.may_change or self.may_review)


def banks_within(session: Session, person: Person, *, deleted: bool = False) -> list[BankSeen]:
    """The banks a person may see, their own first: of their units, shared with them, and those of Suyu Learn."""
    looking = _looking(session, person)
    state = Bank.deleted_at.is_not(None) if deleted else Bank.deleted_at.is_(None)
    rows = session.execute(
        select(Bank, Unit).outerjoin(Unit, Unit.id == Bank.unit_id).where(state)
        .order_by(Bank.unit_id.is_(None), Bank.name, Bank.id)
    ).all()  # fmt: skip
    counts = _counts(session)
    seen = [_seen(looking, row, unit, counts.get(row.id, {})) for row, unit in rows]
    within = [one for one in seen if one is not None and (one.may_change or not deleted)]
    return sorted(within, key=lambda one: (one.bank.unit_id is None, one.shared))


def get_bank(
    session: Session, person: Person, bank_id: int, *, change: bool = False, reviewing: bool = False,
    counted: bool = True,
) -> BankSeen:  # fmt: skip
    """One bank; raises Problem when there is none within reach, or when it may only be looked at.

    `reviewing` lets in who reviews there, too. Its questions are only counted where `counted`: that reads them all.
    """
    row = session.get(Bank, bank_id)
    if row is None:
        raise Problem("bank.not_found")
    unit = session.get(Unit, row.unit_id) if row.unit_id else None
    found = _seen(_looking(session, person), row, unit, {}, reviewing=reviewing)
    if found is None:
        raise Problem("bank.not_found")
    if change and not found.may_change:
        raise Problem("page.refused")
    if row.deleted_at is not None and not found.may_change:
        raise Problem("bank.not_found")
    return replace(found, counts=_counts(session, row).get(row.id, {})) if counted else found


def banks_to_review(session: Session, person: Person) -> list[BankSeen]:
    """The banks in which a person reviews."""
    looking = _looking(session, person)
    rows = session.execute(
        select(Bank, Unit).outerjoin(Unit, Unit.id == Bank.unit_id).where(Bank.deleted_at.is_(None)).order_by(Bank.name)
    ).all()
    seen = [_seen(looking, row, unit, {}, reviewing=True) for row, unit in rows]
    return [one for one in seen if one is not None and one.may_review]


@dataclass(frozen=True, slots=True)
class _Looking:
    """How far the person reaches who looks at banks."""

    own: grants.Reach
    reviewing: grants.Reach
    shared: frozenset[int]


def _looking(session: Session, person: Person) -> _Looking:
    own = grants.reach(session, person, Role.ORGANIZER)
    return _Looking(own, grants.reach(session, person, Role.REVIEWER), bank_sharing.shared_ids(session, own))


def _seen(
    looking: _Looking, row: Bank, unit: Unit | None, counts: Mapping[str, int], *, reviewing: bool = False
) -> BankSeen | None:
    path = unit.path if unit is not None else None
    may_change, may_review = looking.own.covers(path), looking.reviewing.covers(path)
    given = row.unit_id is None and bool(looking.own)
    shared = row.id in looking.shared and not may_change
    if not (may_change or given or shared or (reviewing and may_review)):
        return None
    return BankSeen(row, unit, may_change, counts, may_review, shared and not given)


def units_to_own(session: Session, person: Person) -> Sequence[Unit]:
    """The open units in which a person may keep a bank."""
    own = grants.reach(session, person, Role.ORGANIZER)
    rows = session.scalars(select(Unit).where(Unit.closed_at.is_(None)).order_by(Unit.path))
    return [unit for unit in rows if own.covers(unit.path)]


def new_bank(session: Session, name: str, *, unit: Unit, actor: Person | None, now: datetime) -> Bank:
    """A new, empty bank of a unit; its uploads are published at once."""
    name = checked_name(session, name, unit_id=unit.id)
    made = bank.add_bank(session, name, unit=unit, now=now, actor=actor)
    audit.record(session, "bank.created", now=now, actor=actor, on=made, unit_id=unit.id)
    return made


def own_bank(session: Session, name: str, *, unit: Unit, now: datetime, actor: Person | None = None) -> Bank:
    """The bank of a unit by its name, made if it is missing."""
    wanted = " ".join(name.split())
    found = session.scalar(select(Bank).where(Bank.name == wanted, Bank.unit_id == unit.id, Bank.deleted_at.is_(None)))
    return found or new_bank(session, wanted, unit=unit, actor=actor, now=now)


def checked_name(session: Session, name: str, *, unit_id: int | None, but: Bank | None = None) -> str:
    """The tidy name of a bank, which no other bank of its unit has."""
    name = " ".join(name.split())
    at = Place(field="name")
    if not name:
        raise Problem("bank.no_name", place=at)
    if len(name) > LONGEST_NAME:
        raise Problem("bank.name_too_long", place=at, most=LONGEST_NAME)
    owner = Bank.unit_id == unit_id if unit_id is not None else Bank.unit_id.is_(None)
    other = session.scalar(select(Bank.id).where(Bank.name == name, owner, Bank.deleted_at.is_(None)))
    if other is not None and (but is None or other != but.id):
        raise Problem("bank.name_taken", place=at, name=name)
    return name


def rename(session: Session, row: Bank, name: str, *, actor: Person, now: datetime) -> None:
    """Give a bank another name."""
    former, row.name = row.name, checked_name(session, name, unit_id=row.unit_id, but=row)
    audit.record(session, "bank.renamed", now=now, actor=actor, on=row, unit_id=row.unit_id, old=former, new=row.name)
    session.flush()


def bin_bank(session: Session, row: Bank, *, actor: Person, now: datetime) -> None:
    """Put a bank into the bin; raises Problem while an open exam draws from it."""
    using = drawing_exams(session, row, now=now)
    if using:
        raise Problem("bank.in_use", exams=[exam.title for exam in using])
    row.deleted_at, row.deleted_by_id = now, actor.id
    audit.record(session, "bank.deleted", now=now, actor=actor, on=row, unit_id=row.unit_id)
    session.flush()


def restore(session: Session, row: Bank, *, actor: Person, now: datetime) -> None:
    """Take a bank out of the bin, under its name as long as no other bank took it."""
    row.name = checked_name(session, row.name, unit_id=row.unit_id, but=row)
    row.deleted_at = row.deleted_by_id = None
    audit.record(session, "bank.restored", now=now, actor=actor, on=row, unit_id=row.unit_id)
    session.flush()


def retire(session: Session, row: Bank, question_id: int, *, actor: Person, now: datetime) -> Question:
    """Take a question out of drawing by hand; raises Problem where an open exam would have too few left."""
    question = session.get(Question, question_id)
    if question is None or question.bank_id != row.id or question.published_version_id is None:
        raise Problem("bank.no_such_question")
    with exams_served(session, row, now=now):
        bank.retire(session, question, now=now)
    audit.record(session, "question.retired", now=now, actor=actor, on=question, unit_id=row.unit_id, uid=question.uid)
    return question


def drawing_exams(session: Session, row: Bank, *, now: datetime) -> list[Exam]:
    """The published exams, not yet closed, that still draw from a bank."""
    open_ones = session.scalars(
        select(Exam).where(
            Exam.state == ExamState.PUBLISHED,
            Exam.deleted_at.is_(None),
            exam_times.closing_after(now),
        )
    )
    return [
        exam
        for exam in open_ones
        if exam.paper.mode is PaperMode.DRAWN_PER_PERSON
        and any(row.id in rule.filter.get("banks", ()) for rule in exam.paper.rules)
    ]


def exams_in_need(session: Session, row: Bank, gone: Collection[int], *, now: datetime) -> list[Exam]:
    """The open exams that could not be drawn any more without some questions."""
    in_need = []
    for exam in drawing_exams(session, row, now=now):
        rules = papers.rules_of(exam.paper)
        banks = {bank_id for rule in rules for bank_id in rule.banks}
        left = [one for one in bank.candidates(session, banks) if one.question_id not in gone]
        if papers.lacking(exam.paper, left) is not None:
            in_need.append(exam)
    return in_need


@contextmanager
def exams_served(session: Session, row: Bank, *, now: datetime) -> Iterator[None]:
    """Take back what is done within, and raise, if an open exam could no longer be drawn by its rules.

    A question may leave a rule by its status, topics, difficulty, tags, and whatever else rules look at.
    """
    before = _short(session, row, now=now)
    with session.begin_nested():
        yield
        session.flush()
        newly = {number: title for number, title in _short(session, row, now=now).items() if number not in before}
        if newly:
            raise Problem("bank.needed", exams=list(newly.values()))


def _short(session: Session, row: Bank, *, now: datetime) -> dict[int, str]:
    """The open exams that cannot be drawn, by title."""
    return {exam.id: exam.title for exam in exams_in_need(session, row, (), now=now)}


def imports_of(session: Session, row: Bank, *, limit: int = 10) -> list[tuple[Import, str]]:
    """What came into a bank lately, or waits to, newest first; each with the name of who sent it."""
    rows = session.execute(
        select(Import, Person.name).outerjoin(Person, Person.id == Import.actor_id)
        .where(Import.bank_id == row.id, Import.kind == "bank").order_by(Import.id.desc()).limit(limit)
    )  # fmt: skip
    return [(batch, name or "") for batch, name in rows if "arriving" not in batch.options]


def _counts(session: Session, row: Bank | None = None) -> dict[int, dict[str, int]]:
    statement = (
        select(Question.bank_id, QuestionVersion.type, func.count())
        .join(QuestionVersion, Question.published_version_id == QuestionVersion.id)
        .group_by(Question.bank_id, QuestionVersion.type)
    )
    if row is not None:
        statement = statement.where(Question.bank_id == row.id)
    counts: dict[int, dict[str, int]] = {}
    for bank_id, kind, count in session.execute(statement):
        counts.setdefault(bank_id, {})[kind] = count
    return counts


def labels_of(session: Session, version_ids: Sequence[int]) -> dict[int, list[str]]:
    """The topics and tags of versions, by name."""
    found: dict[int, list[str]] = {}
    topics = select(VersionTopic.version_id, Topic.name).join(Topic).where(VersionTopic.version_id.in_(version_ids))
    tags = select(VersionTag.version_id, VersionTag.tag).where(VersionTag.version_id.in_(version_ids))
    for statement in (topics, tags):
        for version_id, name in session.execute(statement):
            found.setdefault(version_id, []).append(name)
    return found
