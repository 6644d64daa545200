"""Changing many questions at once: chosen, counted, confirmed; refused where an open exam would lack them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from suyu_learn.models import AuditEntry, Bank, Person, Question, QuestionVersion, Role, Unit
from suyu_learn.services import bank, bank_editing, bank_questions, bank_search, people, topics
from suyu_learn.services.bank_search import QuestionFilter
from tests.browser_without_script import Visitor
from tests.factories import learn, learner, manager, published_exam, single, stored_bank

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def town(app: Flask) -> dict[str, Any]:
    here = learn(app)
    now = here.now()
    with here.database.writing() as session:
        people.install_audiences(session)
        city = people.add_unit(session, "City", parent=None, now=now)
        mill = people.add_unit(session, "Mill", parent=city, now=now)
        farm = people.add_unit(session, "Farm", parent=city, now=now)
        row = stored_bank(session, now=now, unit=mill, name="Of the mill", questions=[single(one) for one in range(6)])
        target = stored_bank(session, now=now, unit=mill, name="Second", questions=[])
        foreign = stored_bank(session, now=now, unit=farm, name="Foreign", questions=[])
        topic = topics.at_the_top(session, ["Safety"])["Safety"]
        keeper = manager(session, Role.ORGANIZER, mill, now=now)
        ids = list(session.scalars(select(Question.id).where(Question.bank_id == row.id).order_by(Question.id)))
        return {"bank": row.id, "target": target.id, "foreign": foreign.id, "topic": topic, "ids": ids,
                "keeper": keeper.username, "mill": mill.id}  # fmt: skip


def bulk(visitor: Visitor, town: dict[str, Any], what: str, value: str = "", **which: Any) -> str:
    """Choose, look at what would change, confirm; the effect as it was told."""
    where = f"/manage/bank/{town['bank']}/bulk"
    which = which or {"question": [str(one) for one in town["ids"]], "which": "chosen"}
    visitor.get(f"/manage/bank/{town['bank']}")
    visitor.post(where, **which)
    assert f'value="{what}"' in visitor.text
    visitor.post(f"{where}/check", **which, what=what, **{f"value-{what}": value})
    told = re.search(r"\d+ of \d+ questions change", visitor.words)
    if told is None:
        return visitor.words
    number = re.search(r'name="number" value="(\d+)"', visitor.text)
    assert number
    visitor.post(f"{where}/apply", **which, what=what, value=value, number=number[1])
    return told[0]


def found(app: Flask, town: dict[str, Any], **wanted: Any) -> int:
    with learn(app).database.reading() as session:
        return bank_search.count(session, session.get_one(Bank, town["bank"]), QuestionFilter(**wanted))


def test_what_is_known_changes_as_new_versions(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keeper"])
    assert bulk(keeper, town, "topic_add", str(town["topic"])) == "6 of 6 questions change"
    assert "Done: 6 of 6 questions." in keeper.words
    assert found(app, town, topic=town["topic"]) == 6
    two = {"question": [str(one) for one in town["ids"][:2]], "which": "chosen"}
    assert bulk(keeper, town, "difficulty", "hard", **two) == "2 of 2 questions change"
    assert bulk(keeper, town, "difficulty", "hard") == "4 of 6 questions change"
    assert bulk(keeper, town, "tags_add", "粉尘，old", which="all", difficulty="hard") == "6 of 6 questions change"
    assert bulk(keeper, town, "tags_remove", "old", **two) == "2 of 2 questions change"
    assert found(app, town, tag="old") == 4
    for what, value in (("criterion", "7"), ("dimension", "methods"), ("source", "GB 1"),
                        ("audience_add", "audience:workers"), ("topic_remove", str(town["topic"]))):  # fmt: skip
        assert bulk(keeper, town, what, value) == "6 of 6 questions change", what
    assert found(app, town, criterion=7, dimension="methods", source="GB", audience="audience:workers") == 6
    assert found(app, town, topic=town["topic"]) == 0
    with learn(app).database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Question)) == 6
        numbers = session.scalars(select(func.max(QuestionVersion.number)).group_by(QuestionVersion.question_id))
        assert max(numbers) == 10
        told = session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "questions.difficulty")).all()
        assert [one["rows"] for one in told] == [2, 4]
        assert session.scalar(select(AuditEntry.id).where(AuditEntry.action == "question.edited")) is None


def test_looking_changes_nothing_and_nonsense_is_refused(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keeper"])
    where = f"/manage/bank/{town['bank']}/bulk"
    keeper.post(where)
    assert "Choose questions first." in keeper.words
    which = {"question": [str(one) for one in town["ids"]]}
    keeper.post(f"{where}/check", **which, what="difficulty", value="hard")
    assert found(app, town, difficulty="hard") == 0
    for what, value in (("difficulty", "odd"), ("criterion", "99"), ("nothing", ""), ("tags_add", " "),
                        ("tags_add", "x" * 80), ("move", "x"), ("move", str(town["bank"]))):  # fmt: skip
        assert keeper.post(f"{where}/check", **which, what=what, value=value).status_code == 422, what
    assert keeper.post(f"{where}/check", **which, what="move", value=str(town["foreign"])).status_code == 404
    assert keeper.post(f"{where}/apply", **which, what="retire", number="5").status_code == 422
    assert "Other questions are found by now" in keeper.words


def test_status_move_and_copy_and_the_exam_that_needs_them(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keeper"])
    one, two = ({"question": [str(town["ids"][place])], "which": "chosen"} for place in (0, 1))
    assert bulk(keeper, town, "retire", **one) == "1 of 1 questions change"
    assert bulk(keeper, town, "publish") == "1 of 6 questions change"
    assert bulk(keeper, town, "copy", str(town["target"]), **one) == "1 of 1 questions change"
    assert bulk(keeper, town, "copy", str(town["target"]), **one) == "0 of 1 questions change"
    assert bulk(keeper, town, "move", str(town["target"]), **two) == "1 of 1 questions change"
    with learn(app).database.writing() as session:
        assert bank_search.count(session, session.get_one(Bank, town["target"]), QuestionFilter()) == 2
        now, mill = learn(app).now(), session.get_one(Unit, town["mill"])
        published_exam(session, now=now, source=session.get_one(Bank, town["bank"]), unit=mill, title="Needs five")
    three = {"question": [str(town["ids"][2])], "which": "chosen"}
    for what, value in (("retire", ""), ("move", str(town["target"]))):
        assert "too few questions: Needs five" in bulk(keeper, town, what, value, **three)


def drafted(app: Flask, number: int, *, submitted: bool = False, **facts: Any) -> None:
    """A further wording of a question that nobody has published."""
    with learn(app).database.writing() as session:
        question = session.get_one(Question, number)
        row = session.get_one(Bank, question.bank_id)
        writer = session.scalars(select(Person).where(Person.name == "Writer")).one()
        latest = bank_questions.latest_of(session, question)
        kept = bank_editing.edit_of(session, question, latest, base=latest.number)
        draft = replace(kept.draft, body={**kept.draft.body, "stem": "Reworded?"}, **facts)
        bank_editing.edit(session, row, question, replace(kept, draft=draft), actor=writer, now=learn(app).now())
        if submitted:
            bank_editing.submit(session, row, question, actor=writer, now=learn(app).now())


def versions(app: Flask, number: int) -> list[tuple[str, str, str, bool]]:
    """Stem, status and difficulty of each version of a question, and whether papers draw it."""
    with learn(app).database.reading() as session:
        question = session.get_one(Question, number)
        rows = session.scalars(
            select(QuestionVersion).where(QuestionVersion.question_id == number).order_by(QuestionVersion.number)
        )
        return [(one.body["stem"], one.status.value, one.difficulty.value, one.id == question.published_version_id)
                for one in rows]  # fmt: skip


@pytest.fixture
def writer(app: Flask, town: dict[str, Any]) -> int:
    with learn(app).database.writing() as session:
        return learner(session, now=learn(app).now(), name="Writer").id


@pytest.mark.parametrize("submitted", [False, True])
def test_a_published_question_and_its_draft_are_both_changed(
    app: Flask, town: dict[str, Any], writer: int, submitted: bool
) -> None:
    first = town["ids"][0]
    drafted(app, first, submitted=submitted)
    status = "review" if submitted else "draft"
    keeper = Visitor(app).sign_in(town["keeper"])
    where, which = f"/manage/bank/{town['bank']}/bulk/check", {"question": [str(one) for one in town["ids"]]}
    keeper.post(where, **which, what="difficulty", **{"value-difficulty": "hard"})
    assert "6 of 6 questions change" in keeper.words
    assert "1 of them has an unfinished draft" in keeper.words
    assert bulk(keeper, town, "difficulty", "hard") == "6 of 6 questions change"
    stem = "Question 0?"
    assert versions(app, first) == [
        (stem, "retired", "medium", False), ("Reworded?", "retired", "medium", False),
        (stem, "published", "hard", True), ("Reworded?", status, "hard", False),
    ]  # fmt: skip
    assert versions(app, town["ids"][1])[-1] == ("Question 1?", "published", "hard", True)
    assert bulk(keeper, town, "difficulty", "hard") == "0 of 6 questions change"


def test_where_only_one_of_both_differs_the_other_keeps_its_place(
    app: Flask, town: dict[str, Any], writer: int
) -> None:
    first, second = town["ids"][:2]
    drafted(app, first, difficulty="hard")
    keeper = Visitor(app).sign_in(town["keeper"])
    one = {"question": [str(first)], "which": "chosen"}
    assert bulk(keeper, town, "difficulty", "hard", **one) == "1 of 1 questions change"
    assert versions(app, first)[2:] == [("Question 0?", "published", "hard", True),
                                        ("Reworded?", "draft", "hard", False)]  # fmt: skip
    two = {"question": [str(second)], "which": "chosen"}
    assert bulk(keeper, town, "difficulty", "hard", **two) == "1 of 1 questions change"
    drafted(app, second, difficulty="easy")
    assert bulk(keeper, town, "difficulty", "hard", **two) == "1 of 1 questions change"
    assert versions(app, second)[-2:] == [
        ("Reworded?", "retired", "easy", False),
        ("Reworded?", "draft", "hard", False),
    ]
    assert [one[3] for one in versions(app, second)] == [False, True, False, False]


def test_whoever_wrote_the_draft_does_not_review_it_after_a_change_of_many(
    app: Flask, town: dict[str, Any], writer: int
) -> None:
    drafted(app, town["ids"][0], submitted=True)
    bulk(Visitor(app).sign_in(town["keeper"]), town, "tags_add", "dust")
    with learn(app).database.reading() as session:
        question = session.get_one(Question, town["ids"][0])
        assert writer in bank_editing.hands_in(session, question, bank_questions.latest_of(session, question))


def reviewed_target(app: Flask, town: dict[str, Any]) -> str:
    with learn(app).database.writing() as session:
        session.get_one(Bank, town["target"]).review = True
    return str(town["target"])


def published_in(app: Flask, bank_id: int) -> int:
    with learn(app).database.reading() as session:
        return bank_search.count(session, session.get_one(Bank, bank_id), QuestionFilter())


@pytest.mark.parametrize(
    ("what", "says"), [("move", "5 published questions wait there"), ("copy", "5 copies are drafts")]
)
def test_a_bank_with_review_lets_nothing_in_past_it(app: Flask, town: dict[str, Any], what: str, says: str) -> None:
    target = reviewed_target(app, town)
    with learn(app).database.writing() as session:
        session.execute(update(QuestionVersion).where(QuestionVersion.question_id == town["ids"][0]).values(source=""))
    keeper = Visitor(app).sign_in(town["keeper"])
    bulk(keeper, town, "retire", question=[str(town["ids"][5])], which="chosen")
    where, which = f"/manage/bank/{town['bank']}/bulk/check", {"question": [str(one) for one in town["ids"]]}
    keeper.post(where, **which, what=what, **{f"value-{what}": target})
    assert says in keeper.words
    assert bulk(keeper, town, what, target) == "6 of 6 questions change"
    assert published_in(app, town["target"]) == 0
    with learn(app).database.reading() as session:
        states = [
            bank_questions.latest_of(session, question).status.value
            for question in session.scalars(select(Question).where(Question.bank_id == town["target"]))
        ]
    assert states == (["draft", *["review"] * 4, "retired"] if what == "move" else ["draft"] * 6)


def test_what_was_retired_before_it_moved_is_reviewed_before_it_is_published(app: Flask, town: dict[str, Any]) -> None:
    target, retired = reviewed_target(app, town), town["ids"][0]
    keeper = Visitor(app).sign_in(town["keeper"])
    one = {"question": [str(retired)], "which": "chosen"}
    bulk(keeper, town, "retire", **one)
    bulk(keeper, town, "move", target, **one)
    page = f"/manage/bank/{target}/questions/{retired}"
    keeper.get(page)
    assert "Send to review" in keeper.words
    keeper.post(f"{page}/publish")
    assert published_in(app, town["target"]) == 0
    keeper.get(page)
    keeper.post(f"{page}/submit")
    assert versions(app, retired)[-1][1] == "review"


def test_what_somebody_else_has_agreed_to_stays_published(app: Flask, town: dict[str, Any], writer: int) -> None:
    target = reviewed_target(app, town)
    with learn(app).database.writing() as session:
        session.execute(update(QuestionVersion).values(author_id=writer, reviewer_id=session.scalar(
            select(Person.id).where(Person.username == town["keeper"]))))  # fmt: skip
    keeper = Visitor(app).sign_in(town["keeper"])
    assert bulk(keeper, town, "move", target) == "6 of 6 questions change"
    assert published_in(app, town["target"]) == 6


def test_a_draft_goes_along_as_it_is(app: Flask, town: dict[str, Any], writer: int) -> None:
    target = reviewed_target(app, town)
    drafted(app, town["ids"][0])
    bulk(Visitor(app).sign_in(town["keeper"]), town, "move", target)
    assert versions(app, town["ids"][0]) == [("Question 0?", "retired", "medium", False),
                                             ("Reworded?", "draft", "medium", False)]  # fmt: skip


@pytest.mark.parametrize("review", [False, True])
def test_without_review_in_the_other_bank_nothing_waits(app: Flask, town: dict[str, Any], review: bool) -> None:
    with learn(app).database.writing() as session:
        session.get_one(Bank, town["bank"]).review = review
    keeper = Visitor(app).sign_in(town["keeper"])
    assert bulk(keeper, town, "move", str(town["target"])) == "6 of 6 questions change"
    assert "asks for review" not in keeper.words
    assert published_in(app, town["target"]) == 6


def test_a_change_of_many_by_somebody_else_is_no_review(app: Flask, town: dict[str, Any], writer: int) -> None:
    """The writer has published the questions without review; who changes their tags then has agreed to nothing."""
    target = reviewed_target(app, town)
    with learn(app).database.writing() as session:
        session.execute(update(QuestionVersion).values(author_id=writer, reviewer_id=writer))
    keeper = Visitor(app).sign_in(town["keeper"])
    assert bulk(keeper, town, "tags_add", "dust") == "6 of 6 questions change"
    assert bulk(keeper, town, "move", target) == "6 of 6 questions change"
    assert published_in(app, town["target"]) == 0


def test_what_somebody_else_agreed_to_stays_published_though_its_writer_changed_a_tag(
    app: Flask, town: dict[str, Any], writer: int
) -> None:
    target = reviewed_target(app, town)
    with learn(app).database.writing() as session:
        reviewer = learner(session, now=learn(app).now(), name="Reviewer").id
        session.execute(update(QuestionVersion).values(author_id=writer, reviewer_id=reviewer))
    keeper = Visitor(app).sign_in(town["keeper"])
    assert bulk(keeper, town, "tags_add", "dust") == "6 of 6 questions change"
    assert bulk(keeper, town, "move", target) == "6 of 6 questions change"
    assert published_in(app, town["target"]) == 6


def test_a_version_that_was_withdrawn_does_not_come_past_review_with_the_one_that_is_drawn(
    app: Flask, town: dict[str, Any], writer: int
) -> None:
    target, first = reviewed_target(app, town), town["ids"][0]
    with learn(app).database.writing() as session:
        reviewer = learner(session, now=learn(app).now(), name="Reviewer").id
        session.execute(update(QuestionVersion).values(author_id=writer, reviewer_id=reviewer))
    drafted(app, first)
    with learn(app).database.writing() as session:
        question, now = session.get_one(Question, first), learn(app).now()
        person, former = session.get_one(Person, writer), question.published_version_id
        bank_editing.publish_one(session, session.get_one(Bank, town["bank"]), question, actor=person, now=now)
        agreed = session.get_one(QuestionVersion, former)
        bank.publish(session, question, agreed, reviewer="Reviewer", now=agreed.reviewed_at or now)
    keeper = Visitor(app).sign_in(town["keeper"])
    bulk(keeper, town, "move", target, question=[str(first)], which="chosen")
    assert published_in(app, town["target"]) == 1
    keeper.post(f"/manage/bank/{target}/questions/{first}/publish")
    assert [one[3] for one in versions(app, first)] == [True, False]
