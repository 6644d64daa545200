"""The tree of topics: added, renamed, moved, merged; by whom; rules of papers follow."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.db import Database
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Paper, PaperMode, Role, Topic, VersionTopic
from suyu_learn.services import bank, papers, people, topic_changes, topics
from tests.clock import START
from tests.factories import learner, manager, single, stored_bank


def tree(session: Session) -> list[str]:
    return [node.told for node in topics.nodes(session)]


def named(session: Session, name: str) -> Topic:
    return session.scalars(select(Topic).where(Topic.name == name)).one()


def test_a_tree_is_made_moved_and_merged(database: Database) -> None:
    with database.writing() as session:
        row = stored_bank(session, now=START, questions=[
            replace(single(1), topics=("Fire",)), replace(single(2), topics=("Fire", "Flames")),
            replace(single(3), topics=("Flames",)),
        ])  # fmt: skip
        actor = learner(session, now=START)
        safety = topic_changes.add(session, " Safety ", None, actor=actor, now=START)
        topic_changes.move(session, named(session, "Fire"), safety.id, actor=actor, now=START)
        topic_changes.add(session, "Exits", named(session, "Flames").id, actor=actor, now=START)
        assert tree(session) == ["Flames", "Flames / Exits", "Safety", "Safety / Fire"]
        paper = Paper(title="x", mode=PaperMode.DRAWN_PER_PERSON, created_at=START)
        papers.add_rule(paper, count=3, points=Decimal(1), banks=[row.id], topics=["Safety"])
        papers.add_rule(paper, count=1, points=Decimal(1), banks=[row.id], topics=["Flames"])
        session.add(paper)
        session.flush()
        assert papers.live_counts(session, paper) == {1: 2, 2: 2}
        topic_changes.merge(session, named(session, "Flames"), named(session, "Fire").id, actor=actor, now=START)
        assert tree(session) == ["Safety", "Safety / Fire", "Safety / Fire / Exits"]
        assert session.scalar(select(func.count()).select_from(VersionTopic)) == 3
        session.refresh(paper)
        assert paper.rules[1].filter["topics"] == ["Fire"]
        assert papers.live_counts(session, paper) == {1: 3, 2: 3}
        topic_changes.rename(session, safety, "Safe work", actor=actor, now=START)
        assert paper.rules[0].filter["topics"] == ["Safe work"]
        assert topic_changes.counts(session) == {named(session, "Fire").id: 3}
        bank.store(session, row, replace(single(9), topics=("Fire",)), now=START, reviewer="x")
        assert tree(session) == ["Safe work", "Safe work / Fire", "Safe work / Fire / Exits"]


def test_what_makes_no_tree_is_refused(database: Database) -> None:
    with database.writing() as session:
        stored_bank(session, now=START, questions=[replace(single(1), topics=("Fire",))])
        actor = learner(session, now=START)
        fire = named(session, "Fire")
        below = topic_changes.add(session, "Below", fire.id, actor=actor, now=START)
        for act in (
            lambda: topic_changes.move(session, fire, below.id, actor=actor, now=START),
            lambda: topic_changes.move(session, fire, fire.id, actor=actor, now=START),
            lambda: topic_changes.merge(session, fire, below.id, actor=actor, now=START),
            lambda: topic_changes.merge(session, fire, 0, actor=actor, now=START),
            lambda: topic_changes.add(session, "Fire", None, actor=actor, now=START),
            lambda: topic_changes.add(session, " ", None, actor=actor, now=START),
            lambda: topic_changes.rename(session, below, "x" * 201, actor=actor, now=START),
            lambda: topic_changes.remove(session, fire, actor=actor, now=START),
        ):
            with pytest.raises(Problem):
                act()
        topic_changes.remove(session, below, actor=actor, now=START)
        assert tree(session) == ["Fire"]


def test_only_who_reaches_all_banks_that_use_a_topic_changes_it(database: Database) -> None:
    with database.writing() as session:
        city = people.add_unit(session, "City", parent=None, now=START)
        mill = people.add_unit(session, "Mill", parent=city, now=START)
        farm = people.add_unit(session, "Farm", parent=city, now=START)
        stored_bank(session, now=START, unit=mill, questions=[replace(single(1), topics=("Shared", "Mine"))])
        stored_bank(session, now=START, unit=farm, questions=[replace(single(2), topics=("Shared",))])
        keeper = manager(session, Role.ORGANIZER, mill, now=START)
        above = manager(session, Role.ORGANIZER, city, now=START)
        everywhere = manager(session, Role.ADMIN, None, now=START, home=city)
        assert topic_changes.get(session, keeper, named(session, "Mine").id).name == "Mine"
        with pytest.raises(Problem, match="used_elsewhere"):
            topic_changes.get(session, keeper, named(session, "Shared").id)
        for person in (above, everywhere):
            assert topic_changes.get(session, person, named(session, "Shared").id).name == "Shared"
