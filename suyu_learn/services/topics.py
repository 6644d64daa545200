"""The tree of topics: where each stands, what lies below it, and who uses it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.models import QuestionVersion, Topic, VersionTag, VersionTopic

SEPARATOR = " / "
MOST_STEPS = 20
"""Deeper than any tree of topics; a ring, should one ever come about, ends here."""


@dataclass(frozen=True, slots=True)
class Node:
    """A topic with its place in the tree."""

    id: int
    name: str
    parent_id: int | None
    depth: int
    path: tuple[str, ...]
    """Names from the top down to its own."""

    @property
    def told(self) -> str:
        """The path in one line."""
        return SEPARATOR.join(self.path)


def nodes(session: Session) -> list[Node]:
    """Every topic, each below the one it belongs to, by name."""
    below: dict[int | None, list[tuple[str, int]]] = {}
    for number, name, parent_id in session.execute(select(Topic.id, Topic.name, Topic.parent_id)):
        below.setdefault(parent_id, []).append((name, number))
    found: list[Node] = []

    def add(parent_id: int | None, path: tuple[str, ...]) -> None:
        for name, number in sorted(below.get(parent_id, ())):
            found.append(Node(number, name, parent_id, len(path), (*path, name)))
            if len(path) < MOST_STEPS:
                add(number, (*path, name))

    add(None, ())
    return found


def subtree(session: Session, topic_id: int) -> set[int]:
    """A topic and all below it, by id."""
    below = _children(session)
    found, open_ones = set[int](), [topic_id]
    while open_ones:
        one = open_ones.pop()
        if one not in found:
            found.add(one)
            open_ones += below.get(one, ())
    return found


def with_ancestors(session: Session, topic_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """The names of each topic and of all above it: what a rule that asks for a topic finds it under."""
    if not topic_ids:
        return {}
    rows = {number: (name, parent) for number, name, parent in
            session.execute(select(Topic.id, Topic.name, Topic.parent_id))}  # fmt: skip
    found = {}
    for number in topic_ids:
        names, here = set[str](), number
        for _step in range(MOST_STEPS):
            if here not in rows:
                break
            name, parent = rows[here]
            names.add(name)
            if parent is None:
                break
            here = parent
        found[number] = frozenset(names)
    return found


def ids_of(session: Session, version_id: int) -> list[int]:
    """The topics of a version, by id."""
    return list(session.scalars(select(VersionTopic.topic_id).where(VersionTopic.version_id == version_id)))


def described(session: Session, version: QuestionVersion) -> tuple[list[str], list[str]]:
    """The topics of a version, each with its path, and its tags."""
    mine = set(ids_of(session, version.id))
    tags = session.scalars(
        select(VersionTag.tag).where(VersionTag.version_id == version.id).order_by(VersionTag.tag)
    ).all()
    return [node.told for node in nodes(session) if node.id in mine] if mine else [], list(tags)


def at_the_top(session: Session, names: Iterable[str]) -> Mapping[str, int]:
    """The ids of topics by bare name: the one at the top, else the first below; those that are missing are made."""
    wanted = list(dict.fromkeys(name for name in names if name))
    known: dict[str, int] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        rows = session.execute(
            select(Topic.name, Topic.id).where(Topic.name.in_(part))
            .order_by(Topic.parent_id.is_(None).desc(), Topic.id)
        )  # fmt: skip
        for name, number in rows:
            known.setdefault(name, number)
    missing = [Topic(name=name) for name in wanted if name not in known]
    session.add_all(missing)
    session.flush()
    known.update((topic.name, topic.id) for topic in missing)
    return known


def _children(session: Session) -> Mapping[int, Sequence[int]]:
    below: dict[int, list[int]] = {}
    for number, parent_id in session.execute(select(Topic.id, Topic.parent_id)):
        if parent_id is not None:
            below.setdefault(parent_id, []).append(number)
    return below
