"""Finding questions in a bank: parts of words in all their texts, and all that is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, func, or_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.texts import comparable
from suyu_learn.models import (
    Bank,
    Difficulty,
    Dimension,
    Import,
    ImportState,
    Person,
    Question,
    QuestionVersion,
    SavedFilter,
    Status,
    VersionTag,
    VersionTopic,
)
from suyu_learn.services import topics

ANY = "any"
"""The status that asks for questions whatever their status."""
MOST_WORDS = 10
MOST_SAVED = 50
LONGEST_NAME = 100
NO_TOPIC = -1
_HARDNESS = case({Difficulty.EASY: 1, Difficulty.MEDIUM: 2, Difficulty.HARD: 3}, value=QuestionVersion.difficulty)
SORTS: dict[str, tuple[Any, ...]] = {
    "": (Question.id,),
    "new": (Question.id.desc(),),
    "edited": (QuestionVersion.created_at.desc(), Question.id.desc()),
    "easy": (_HARDNESS, Question.id),
    "hard": (_HARDNESS.desc(), Question.id),
    "type": (QuestionVersion.type, Question.id),
}


@dataclass(frozen=True, slots=True)
class QuestionFilter:
    """What to look for in a bank; empty values ask nothing."""

    text: str = ""
    type: str = ""
    difficulty: str = ""
    topic: int = 0
    """A topic with all below it; `NO_TOPIC` asks for questions that have none."""

    criterion: int = 0
    dimension: str = ""
    tag: str = ""
    source: str = ""
    status: str = ""
    """Published ones unless said otherwise; `ANY` asks for all."""

    audience: str = ""
    """A tag, as the audience of a question is kept."""

    import_id: int = 0
    sort: str = ""


def questions(
    session: Session, row: Bank, wanted: QuestionFilter, *, offset: int, limit: int
) -> tuple[int, Sequence[tuple[Question, QuestionVersion]]]:
    """How many questions of a bank match, and one page of them with the version to show."""
    total = count(session, row, wanted)
    found = session.execute(
        _matching(session, row, wanted).order_by(*SORTS.get(wanted.sort, SORTS[""])).offset(offset).limit(limit)
    ).all()
    return total, [(one[0], one[1]) for one in found]


def count(session: Session, row: Bank, wanted: QuestionFilter) -> int:
    """How many questions of a bank match."""
    matching = _matching(session, row, wanted).with_only_columns(func.count(), maintain_column_froms=True)
    return session.scalar(matching) or 0


def all_of(session: Session, row: Bank, wanted: QuestionFilter) -> int:
    """How many questions a bank has of the status that is asked for: what a count is a part of."""
    return count(session, row, replace(QuestionFilter(), status=wanted.status))


def ids(session: Session, row: Bank, wanted: QuestionFilter) -> list[int]:
    """All questions of a bank that match."""
    matching = _matching(session, row, wanted).with_only_columns(Question.id, maintain_column_froms=True)
    return list(session.scalars(matching.order_by(Question.id)))


def tags_of(session: Session, row: Bank) -> list[str]:
    """The tags that questions of a bank have, by name."""
    rows = session.scalars(
        select(VersionTag.tag)
        .distinct()
        .join(QuestionVersion, QuestionVersion.id == VersionTag.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Question.bank_id == row.id)
    )
    return sorted(rows)


def topics_of(session: Session, row: Bank) -> list[topics.Node]:
    """The topics that questions of a bank have, and those above them, as a tree."""
    used = set(
        session.scalars(
            select(VersionTopic.topic_id)
            .distinct()
            .join(QuestionVersion, QuestionVersion.id == VersionTopic.version_id)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(Question.bank_id == row.id)
        )
    )
    nodes = topics.nodes(session) if used else []
    paths = {node.path for node in nodes if node.id in used}
    above = {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
    return [node for node in nodes if node.path in above]


def saved(session: Session, person: Person) -> Sequence[SavedFilter]:
    """The searches a person kept, by name."""
    return session.scalars(
        select(SavedFilter).where(SavedFilter.person_id == person.id).order_by(SavedFilter.name)
    ).all()


def save(session: Session, person: Person, name: str, query: str, *, now: datetime) -> None:
    """Keep a search under a name; one of the same name is replaced."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Problem("filter.no_name", place=Place(field="name"), most=LONGEST_NAME)
    if not query:
        raise Problem("filter.empty")
    kept = saved(session, person)
    same = next((one for one in kept if one.name == name), None)
    if same is not None:
        same.query = query
    elif len(kept) >= MOST_SAVED:
        raise Problem("filter.too_many", most=MOST_SAVED)
    else:
        session.add(SavedFilter(person_id=person.id, name=name, query=query, created_at=now))
    session.flush()


def forget(session: Session, person: Person, filter_id: int) -> None:
    """Let go of a kept search."""
    session.execute(delete(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.person_id == person.id))


def _matching(session: Session, row: Bank, wanted: QuestionFilter) -> Select[Question, QuestionVersion]:
    return (
        select(Question, QuestionVersion)
        .join(QuestionVersion, _shown(wanted.status))
        .where(Question.bank_id == row.id, *_standing(wanted.status), *_words(wanted.text), *_facts(session, wanted))
    )


def _shown(status: str) -> ColumnElement[bool]:
    """The published version, or the newest where others are asked for."""
    if status in ("", Status.PUBLISHED):
        return Question.published_version_id == QuestionVersion.id
    newest = (
        select(func.max(QuestionVersion.number)).where(QuestionVersion.question_id == Question.id)
        .correlate(Question).scalar_subquery()
    )  # fmt: skip
    return (QuestionVersion.question_id == Question.id) & (QuestionVersion.number == newest)


def _standing(status: str) -> list[ColumnElement[bool]]:
    if status in (Status.DRAFT, Status.REVIEW):
        return [QuestionVersion.status == Status(status)]
    if status not in (Status.RETIRED, ANY):
        return []
    undone = select(Import.id).where(Import.state == ImportState.UNDONE)
    kept = or_(Question.import_id.is_(None), Question.import_id.not_in(undone))
    return [kept, Question.retired_at.is_not(None)] if status == Status.RETIRED else [kept]


def _words(text: str) -> list[ColumnElement[bool]]:
    """Every word somewhere in what a question says, or the whole as its uid."""
    words = [word for word in (comparable(part) for part in text.split()[:MOST_WORDS]) if word]
    if not words:
        return []
    said = [QuestionVersion.words.contains(word, autoescape=True) for word in words]
    return [or_(Question.uid == text.strip(), said[0] if len(said) == 1 else _all(said))]


def _all(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    whole = conditions[0]
    for one in conditions[1:]:
        whole = whole & one
    return whole


def _facts(session: Session, wanted: QuestionFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.type:
        conditions.append(QuestionVersion.type == wanted.type)
    if wanted.difficulty in set(Difficulty):
        conditions.append(QuestionVersion.difficulty == Difficulty(wanted.difficulty))
    if wanted.dimension in set(Dimension):
        conditions.append(QuestionVersion.dimension == Dimension(wanted.dimension))
    if wanted.criterion:
        conditions.append(QuestionVersion.criterion == wanted.criterion)
    if wanted.source:
        conditions.append(QuestionVersion.source.icontains(wanted.source, autoescape=True))
    if wanted.import_id:
        conditions.append(Question.import_id == wanted.import_id)
    if wanted.topic == NO_TOPIC:
        conditions.append(QuestionVersion.id.not_in(select(VersionTopic.version_id)))
    elif wanted.topic:
        below = topics.subtree(session, wanted.topic)
        about = select(VersionTopic.version_id).where(VersionTopic.topic_id.in_(below))
        conditions.append(QuestionVersion.id.in_(about))
    for tag in (wanted.tag, wanted.audience):
        if tag:
            conditions.append(QuestionVersion.id.in_(select(VersionTag.version_id).where(VersionTag.tag == tag)))
    return conditions
