"""Changing the tree of topics: adding, renaming, moving, merging and letting go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Bank, PaperRule, Person, Question, QuestionVersion, Role, Topic, Unit, VersionTopic
from suyu_learn.services import audit, grants, topics

LONGEST = 200


def counts(session: Session) -> Mapping[int, int]:
    """How many questions have each topic in their published version."""
    rows = session.execute(
        select(VersionTopic.topic_id, func.count())
        .join(Question, Question.published_version_id == VersionTopic.version_id)
        .group_by(VersionTopic.topic_id)
    ).all()
    return dict(rows)


def changeable(session: Session, actor: Person) -> frozenset[int]:
    """The topics a person may change: those that no bank out of their reach uses, in them or below."""
    own = grants.reach(session, actor, Role.ORGANIZER)
    nodes = topics.nodes(session)
    if own.everywhere:
        return frozenset(node.id for node in nodes)
    rows = session.execute(
        select(VersionTopic.topic_id, Unit.path).distinct()
        .join(QuestionVersion, QuestionVersion.id == VersionTopic.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Bank, Bank.id == Question.bank_id)
        .outerjoin(Unit, Unit.id == Bank.unit_id)
    ).all()  # fmt: skip
    foreign = {topic_id for topic_id, path in rows if not own.covers(path)}
    held = {node.path for node in nodes if node.id in foreign}
    above = {path[:depth] for path in held for depth in range(1, len(path) + 1)}
    return frozenset(node.id for node in nodes if node.path not in above)


def get(session: Session, actor: Person, topic_id: int) -> Topic:
    """A topic to be changed; raises Problem when there is none, or others use it."""
    found = session.get(Topic, topic_id)
    if found is None:
        raise Problem("topic.unknown")
    if topic_id not in changeable(session, actor):
        raise Problem("topic.used_elsewhere", name=found.name)
    return found


def add(session: Session, name: str, parent_id: int | None, *, actor: Person, now: datetime) -> Topic:
    """A new topic, at the top or below another."""
    if parent_id is not None and session.get(Topic, parent_id) is None:
        raise Problem("topic.unknown")
    made = Topic(name=_free_name(session, name, parent_id), parent_id=parent_id)
    session.add(made)
    session.flush()
    _tell(session, "added", made, actor=actor, now=now)
    return made


def rename(session: Session, row: Topic, name: str, *, actor: Person, now: datetime) -> None:
    """Another name; rules of papers that ask for the topic follow."""
    former, row.name = row.name, _free_name(session, name, row.parent_id, but=row.id)
    session.flush()
    if former != row.name and not session.scalar(select(exists().where(Topic.name == former))):
        _in_rules(session, former, row.name)
    _tell(session, "renamed", row, actor=actor, now=now, old=former, new=row.name)


def move(session: Session, row: Topic, parent_id: int | None, *, actor: Person, now: datetime) -> None:
    """Put a topic with all below it under another, or to the top."""
    if parent_id is not None and parent_id in topics.subtree(session, row.id):
        raise Problem("topic.into_itself", place=Place(field="parent"))
    if parent_id is not None and session.get(Topic, parent_id) is None:
        raise Problem("topic.unknown")
    _free_name(session, row.name, parent_id, but=row.id, field="parent")
    row.parent_id = parent_id
    _tell(session, "moved", row, actor=actor, now=now)


def merge(session: Session, row: Topic, into_id: int, *, actor: Person, now: datetime) -> Topic:
    """Make one topic of two: questions, rules and what lies below go over."""
    into = session.get(Topic, into_id)
    if into is None or into_id in topics.subtree(session, row.id):
        raise Problem("topic.into_itself", place=Place(field="into"))
    has_already = select(VersionTopic.version_id).where(VersionTopic.topic_id == into.id)
    session.execute(
        delete(VersionTopic).where(VersionTopic.topic_id == row.id, VersionTopic.version_id.in_(has_already))
    )
    session.execute(update(VersionTopic).where(VersionTopic.topic_id == row.id).values(topic_id=into.id))
    names = {name: number for number, name in
             session.execute(select(Topic.id, Topic.name).where(Topic.parent_id == into.id))}  # fmt: skip
    for below in session.scalars(select(Topic).where(Topic.parent_id == row.id)).all():
        if below.name in names:
            merge(session, below, names[below.name], actor=actor, now=now)
        else:
            below.parent_id = into.id
    session.flush()
    name = row.name
    _tell(session, "merged", row, actor=actor, now=now, new=into.name)
    session.delete(row)
    session.flush()
    if name != into.name and not session.scalar(select(exists().where(Topic.name == name))):
        _in_rules(session, name, into.name)
    return into


def remove(session: Session, row: Topic, *, actor: Person, now: datetime) -> None:
    """Let go of a topic that nothing uses and nothing lies below."""
    if not is_free(session, row):
        raise Problem("topic.in_use", name=row.name)
    _tell(session, "removed", row, actor=actor, now=now)
    session.delete(row)
    session.flush()


def is_free(session: Session, row: Topic) -> bool:
    """Whether a topic can be let go of."""
    return not session.scalar(select(or_(
        exists().where(VersionTopic.topic_id == row.id), exists().where(Topic.parent_id == row.id)
    ))) and not _asked_for(session, row.name)  # fmt: skip


def _free_name(session: Session, name: str, parent_id: int | None, *, but: int = 0, field: str = "name") -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise Problem("topic.no_name", place=Place(field=field), most=LONGEST)
    beside = Topic.parent_id == parent_id if parent_id is not None else Topic.parent_id.is_(None)
    if session.scalar(select(Topic.id).where(Topic.name == name, beside, Topic.id != but)) is not None:
        raise Problem("topic.name_taken", place=Place(field=field), name=name)
    return name


def _asked_for(session: Session, name: str) -> bool:
    return any(name in (one.filter or {}).get("topics", ()) for one in session.scalars(select(PaperRule)))


def _in_rules(session: Session, old: str, new: str) -> None:
    """Rules name topics by name; they follow a new one."""
    for rule in session.scalars(select(PaperRule)):
        asked = list((rule.filter or {}).get("topics", ()))
        if old in asked:
            named = list(dict.fromkeys(new if one == old else one for one in asked))
            rule.filter = {**rule.filter, "topics": named}
    session.flush()


def _tell(session: Session, what: str, row: Topic, *, actor: Person, now: datetime, **detail: Any) -> None:
    audit.record(session, f"topic.{what}", now=now, actor=actor, on=row, name=row.name, **detail)
    session.flush()
