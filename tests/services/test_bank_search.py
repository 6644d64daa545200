"""Finding questions: parts of words, in Chinese too, and all that is known of them; on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.db import Database
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Bank, Topic
from suyu_learn.services import bank, bank_search, topics
from suyu_learn.services.bank_search import ANY, NO_TOPIC, QuestionFilter
from tests.clock import START
from tests.factories import fill_in, learner, multiple, single, stored_bank, true_false


def asked(stem: str, draft: QuestionDraft, **more: object) -> QuestionDraft:
    return replace(draft, body={**draft.body, "stem": stem}, **more)


def filled(session: Session) -> Bank:
    safety = Topic(name="安全")
    session.add(safety)
    session.flush()
    session.add(Topic(name="消防", parent_id=safety.id))
    session.flush()
    return stored_bank(session, now=START, questions=[
        asked("木粉为什么会爆炸？", single(1), topics=("消防",), difficulty="hard", tags=("粉尘", "audience:workers")),
        asked("Wood DUST burns, and ＦＵＬＬ width too.", multiple(2), criterion=7, dimension="methods"),
        asked("100% 安全？", true_false(3), source="GB 15577-2018", topics=("安全",)),
        asked("空气中有____。", fill_in(4, "氧气"), difficulty="easy"),
    ])  # fmt: skip


CASES = {
    "part of a Chinese word": (QuestionFilter(text="爆"), 1),
    "several words, all of them": (QuestionFilter(text="爆炸 木粉"), 1),
    "several words, one missing": (QuestionFilter(text="爆炸 空气"), 0),
    "an option's text": (QuestionFilter(text="wrong answer 1.2"), 1),
    "an accepted answer": (QuestionFilter(text="氧"), 1),
    "case and width": (QuestionFilter(text="dust full"), 1),
    "full width asked": (QuestionFilter(text="ｄｕｓｔ"), 1),
    "a sign of LIKE": (QuestionFilter(text="100%"), 1),
    "another sign of LIKE": (QuestionFilter(text="1_0"), 0),
    "only a mark": (QuestionFilter(text="？"), 0),
    "type": (QuestionFilter(type="single"), 1),
    "difficulty": (QuestionFilter(difficulty="hard"), 1),
    "nonsense asks nothing": (QuestionFilter(difficulty="nonsense"), 4),
    "criterion": (QuestionFilter(criterion=7), 1),
    "dimension": (QuestionFilter(dimension="methods"), 1),
    "tag": (QuestionFilter(tag="粉尘"), 1),
    "audience": (QuestionFilter(audience="audience:workers"), 1),
    "source": (QuestionFilter(source="gb 15577"), 1),
    "without a topic": (QuestionFilter(topic=NO_TOPIC), 2),
    "drafts": (QuestionFilter(status="draft"), 0),
    "any status": (QuestionFilter(status=ANY), 4),
    "two things": (QuestionFilter(type="single", difficulty="easy"), 0),
}


def test_each_way_of_asking(database: Database) -> None:
    with database.writing() as session:
        row = filled(session)
        for name, (wanted, expected) in CASES.items():
            total, found = bank_search.questions(session, row, wanted, offset=0, limit=9)
            assert (total, len(found)) == (expected, expected), name
            assert len(bank_search.ids(session, row, wanted)) == expected, name


def test_a_topic_is_found_with_all_below_it(database: Database) -> None:
    with database.writing() as session:
        row = filled(session)
        below = {node.name: node.id for node in topics.nodes(session)}
        assert bank_search.count(session, row, QuestionFilter(topic=below["安全"])) == 2
        assert bank_search.count(session, row, QuestionFilter(topic=below["消防"])) == 1
        assert [node.told for node in bank_search.topics_of(session, row)] == ["安全", "安全 / 消防"]
        drawn = {one.question_id: one.topics for one in bank.candidates(session, [row.id])}
        assert sorted(map(sorted, drawn.values())) == [[], [], ["安全"], ["安全", "消防"]]


def test_retired_ones_are_counted_apart_and_sorting_sorts(database: Database) -> None:
    with database.writing() as session:
        row = filled(session)
        easy, *_middle, hard = bank_search.questions(session, row, QuestionFilter(sort="easy"), offset=0, limit=9)[1]
        assert (easy[1].difficulty.value, hard[1].difficulty.value) == ("easy", "hard")
        bank.retire(session, hard[0], now=START)
        assert bank_search.count(session, row, QuestionFilter()) == 3
        assert bank_search.all_of(session, row, QuestionFilter(status="retired", text="x")) == 1
        assert bank_search.count(session, row, QuestionFilter(status=ANY)) == 4


def test_searches_are_kept_under_a_name_each_for_its_person(database: Database) -> None:
    with database.writing() as session:
        one, other = learner(session, now=START), learner(session, now=START)
        bank_search.save(session, one, " Hard  ones ", "difficulty=hard", now=START)
        bank_search.save(session, one, "Hard ones", "difficulty=hard&type=single", now=START)
        assert [(kept.name, kept.query) for kept in bank_search.saved(session, one)] == [
            ("Hard ones", "difficulty=hard&type=single")
        ]
        for name, query in (("", "q=x"), ("x" * 101, "q=x"), ("x", "")):
            with pytest.raises(Problem):
                bank_search.save(session, one, name, query, now=START)
        bank_search.forget(session, other, bank_search.saved(session, one)[0].id)
        assert len(bank_search.saved(session, one)) == 1
        bank_search.forget(session, one, bank_search.saved(session, one)[0].id)
        assert bank_search.saved(session, one) == []
