"""Practice: which banks are open to whom, opening them, and how far somebody has come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.practice import Openness
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Bank,
    Membership,
    Person,
    PersonKind,
    PracticeAnswer,
    PracticeFavourite,
    PracticeMock,
    PracticeState,
    Question,
    QuestionVersion,
    Unit,
    VersionTopic,
)
from suyu_learn.models import Topic as TopicRow
from suyu_learn.services import audit, practice_questions, topics
from suyu_learn.services.practice_questions import Moment, Permitted


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody has come with some questions."""

    questions: int = 0
    practised: int = 0
    """Questions answered at least once."""
    marked: int = 0
    """Answers that were judged, by a machine or by oneself, those that were given again included."""
    right: int = 0
    """Of these."""
    in_notebook: int = 0
    favourites: int = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """A bank that somebody may practise with, and how far they are."""

    bank: Bank
    progress: Progress


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a bank with all below it."""

    id: int
    name: str
    depth: int
    questions: int


def open_banks(session: Session, person: Person, *, now: datetime) -> Sequence[Bank]:
    """The banks that are open to a person: of no unit, or of one that they belong to or that lies above it."""
    if person.kind is PersonKind.GUEST:
        return []
    paths = session.scalars(
        select(Unit.path).join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == person.id, Membership.since <= now)
        .where(Membership.until.is_(None) | (Membership.until > now))
    )  # fmt: skip
    units = {int(part) for path in paths for part in path.split("/") if part}
    return session.scalars(
        select(Bank)
        .where(Bank.practice != Openness.CLOSED, Bank.deleted_at.is_(None))
        .where(or_(Bank.unit_id.is_(None), Bank.unit_id.in_(sorted(units))))
        .order_by(Bank.unit_id.is_(None), Bank.name, Bank.id)
    ).all()


def find(session: Session, person: Person, bank_id: int, *, now: datetime) -> Bank:
    """A bank that is open to a person; raises Problem for every other, known or not."""
    found = next((one for one in open_banks(session, person, now=now) if one.id == bank_id), None)
    if found is None:
        raise Problem("practice.no_such_bank")
    return found


def shelves(session: Session, person: Person, moment: Moment) -> list[Shelf]:
    """Every bank that has something to practise for a person, with how far they are."""
    banks = open_banks(session, person, now=moment.now)
    if not banks:
        return []
    found = progress(session, person, practice_questions.permitted(session, banks, moment))
    return [Shelf(one, found[one.id]) for one in banks if one.id in found]


def progress(session: Session, person: Person, permitted: Permitted) -> dict[int, Progress]:
    """How far a person has come with what may be practised, by bank; a bank without such questions is left out."""
    state, favourite = PracticeState, PracticeFavourite
    rows = session.execute(
        permitted.select(
            Question.bank_id, func.count(), func.count(state.question_id).filter(state.answers > 0),
            func.sum(state.marked), func.sum(state.right),
            func.count(state.question_id).filter(state.in_notebook), func.count(favourite.question_id),
        )
        .outerjoin(state, (state.question_id == Question.id) & (state.person_id == person.id))
        .outerjoin(favourite, (favourite.question_id == Question.id) & (favourite.person_id == person.id))
        .group_by(Question.bank_id)
    )  # fmt: skip
    return {
        bank_id: Progress(count, practised, marked or 0, right or 0, in_notebook, favourites)
        for bank_id, count, practised, marked, right, in_notebook, favourites in rows
    }


def types_of(session: Session, permitted: Permitted) -> dict[str, int]:
    """How many questions of each type there are to practise."""
    rows = session.execute(permitted.select(QuestionVersion.type, func.count()).group_by(QuestionVersion.type))
    return {row[0]: row[1] for row in rows}


def topics_of(session: Session, permitted: Permitted) -> list[Topic]:
    """The topics of what may be practised, as a tree; each counts the questions of all below it once."""
    rows = session.execute(
        permitted.select(VersionTopic.topic_id, Question.id)
        .join(VersionTopic, VersionTopic.version_id == QuestionVersion.id)
    ).all()  # fmt: skip
    own: dict[int, set[int]] = {}
    for topic_id, question_id in rows:
        own.setdefault(topic_id, set()).add(question_id)
    nodes = topics.nodes(session) if own else []
    within: dict[tuple[str, ...], set[int]] = {}
    for node in nodes:
        for depth in range(1, len(node.path) + 1):
            within.setdefault(node.path[:depth], set()).update(own.get(node.id, ()))
    return [Topic(node.id, node.name, node.depth, len(within[node.path])) for node in nodes if within[node.path]]


def about(session: Session, permitted: Permitted, *, topic: int = 0, kind: str = "") -> Permitted:
    """What may be practised of one topic with all below it, or of one type."""
    if kind:
        permitted = permitted.narrowed(QuestionVersion.type == kind)
    if topic:
        named = select(VersionTopic.version_id).where(VersionTopic.topic_id.in_(topics.subtree(session, topic)))
        permitted = permitted.narrowed(QuestionVersion.id.in_(named))
    return permitted


def topic_name(session: Session, topic_id: int) -> str:
    """The name of a topic; empty where there is none."""
    return session.scalar(select(TopicRow.name).where(TopicRow.id == topic_id)) or ""


def group_of(session: Session, question_id: int) -> int | None:
    """The passage that a question refers to."""
    return session.scalar(select(Question.group_id).where(Question.id == question_id))


def may_be_shown(
    session: Session, banks: Collection[Bank], question_ids: Collection[int], moment: Moment
) -> set[int]:  # fmt: skip
    """Which of these questions may be practised now; an exam may have claimed some that were answered before."""
    allowed = practice_questions.permitted(session, banks, moment)
    return set(session.scalars(allowed.select(Question.id).where(Question.id.in_(question_ids))))


def passage(session: Session, group_id: int) -> tuple[str, str] | None:
    """The text of a passage as it is published, and its format."""
    row = session.execute(
        select(QuestionVersion.body, QuestionVersion.text_format)
        .join(Question, Question.published_version_id == QuestionVersion.id)
        .where(Question.id == group_id)
    ).one_or_none()
    return (str(row.body["stem"]), row.text_format.value) if row is not None else None


def set_openness(session: Session, bank: Bank, openness: Openness, *, actor: Person, now: datetime) -> None:
    """Open a bank for practice, or close it."""
    if bank.practice is openness:
        return
    bank.practice = openness
    audit.record(session, f"bank.practice_{openness.value}", now=now, actor=actor, on=bank, unit_id=bank.unit_id)
    session.flush()


def may_see(session: Session, person: Person, version_ids: Collection[int], moment: Moment) -> bool:
    """Whether a person may practise one of these versions now, as pictures ask.

    An older one is seen by who was asked it, in an answer or a mock exam, as long as the question may be practised.
    """
    rows = session.execute(
        select(QuestionVersion.id.label("version_id"), Question.id, Question.bank_id, Question.published_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(version_ids))
    ).all()
    wanted = {row.bank_id for row in rows}
    banks = [one for one in open_banks(session, person, now=moment.now) if one.id in wanted] if rows else []
    if not banks:
        return False
    older = {row.version_id for row in rows if row.version_id != row.published_version_id}
    asked_before = _asked_of(session, person, banks, older) if older else set()
    numbers = [row.id for row in rows if row.version_id not in older or row.version_id in asked_before]
    asked = practice_questions.permitted(session, banks, moment).select(Question.id)
    shown = asked.where(or_(Question.id.in_(numbers), Question.group_id.in_(numbers)))
    return session.scalar(shown.limit(1)) is not None


def _asked_of(
    session: Session, person: Person, banks: Collection[Bank], version_ids: Collection[int]
) -> set[int]:  # fmt: skip
    """Which of these versions a person was asked, in answers or mock exams, or read as the passage above."""
    answered = select(PracticeAnswer.version_id).where(
        PracticeAnswer.person_id == person.id, PracticeAnswer.version_id.in_(version_ids)
    )
    mocks = select(PracticeMock.slots).where(
        PracticeMock.person_id == person.id, PracticeMock.bank_id.in_([one.id for one in banks])
    )
    found = {number for slots in session.scalars(mocks) for slot in slots for number in (slot[0], *slot[5:])}
    return found.intersection(version_ids).union(session.scalars(answered))
