"""Passages with their questions through an import: tied together, told apart, never taken without their passage."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import BankFile, QuestionDraft
from suyu_learn.db import Database
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Bank, Import, ImportRow, Question, RowOutcome
from suyu_learn.services import bank, bank_contents, bank_imports, exams, people
from tests.clock import START
from tests.factories import published_exam, true_false
from tests.question_types import draft
from tests.services.test_bank_imports import applied, codes, new_bank, outcomes


def passage(name: str) -> QuestionDraft:
    body = {"stem": f"Passage {name}.", "explanation": ""}
    return replace(draft("group", uid=f"g-{name}"), body=body)


def below(name: str, number: int, stem: str = "It is true.") -> QuestionDraft:
    body = {"stem": stem, "answer": True, "explanation": ""}
    return replace(true_false(number), uid=f"g-{name}-{number}", body=body, group=f"g-{name}")


def previewed(session: Session, target: Bank, *drafts: QuestionDraft) -> Import:
    items = tuple(replace(one, place=Place(row=number)) for number, one in enumerate(drafts, start=1))
    upload = bank_imports.Upload("questions.xml", b"")
    return bank_imports.take_up(
        session, target, BankFile(items), upload, key=bank_imports.new_import_key(), actor_id=None, day="2026-03-02",
        now=START,
    )  # fmt: skip


def test_members_come_in_behind_their_passage(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        batch = previewed(session, target, passage("a"), below("a", 1), below("a", 2, "It is false."), passage("b"),
                          below("b", 1))  # fmt: skip
        assert outcomes(session, batch) == [RowOutcome.NEW] * 5  # the same stem below two passages is two questions
        assert applied(session, batch)["imported"] == 5
        found = {one.uid: one for one in session.scalars(select(Question))}
        assert [found[f"g-a-{number}"].group_position for number in (1, 2)] == [1, 2]
        assert found["g-a-1"].group_id == found["g-a-2"].group_id == found["g-a"].id
        assert found["g-b-1"].group_id == found["g-b"].id
        assert sorted(one.size for one in bank.candidates(session, [target.id])) == [1, 2]
        [shown] = bank.passages_of(session, [found["g-b-1"]]).values()
        assert shown[0] == "Passage b."


def test_a_second_file_adds_to_the_passage_that_is_there(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        applied(session, previewed(session, target, passage("a"), below("a", 1)))
        again = [replace(passage("a"), uid="h"), replace(below("a", 1), uid="h-1", group="h"),
                 replace(below("a", 2, "It is false."), uid="h-2", group="h")]  # fmt: skip
        batch = previewed(session, target, *again)
        assert outcomes(session, batch) == [RowOutcome.DUPLICATE, RowOutcome.DUPLICATE, RowOutcome.NEW]
        applied(session, batch)
        found = {one.uid: one for one in session.scalars(select(Question))}
        assert (found["h-2"].group_id, found["h-2"].group_position) == (found["g-a"].id, 2)


def test_a_question_without_its_passage_is_refused(database: Database) -> None:
    with database.writing() as session:
        batch = previewed(session, new_bank(session), below("a", 1))
        assert outcomes(session, batch) == [RowOutcome.REFUSED]
        assert codes(session, batch) == {"bank.group_not_taken"}
        assert applied(session, batch) == {"read": 1, "imported": 0, "duplicates": 0, "errors": 1, "doubtful": 0}


def test_a_preview_keeps_the_passage_beside_the_question(database: Database) -> None:
    with database.writing() as session:
        batch = previewed(session, new_bank(session), passage("a"), below("a", 1))
        rows = session.scalars(select(ImportRow).where(ImportRow.import_id == batch.id).order_by(ImportRow.id)).all()
        assert [row.data.get("passage") for row in rows] == [None, ["Passage a.", "plain"]]


def test_an_exam_from_a_bank_counts_what_a_rule_of_any_type_can_draw(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        applied(session, previewed(session, target, passage("a"), below("a", 1), below("a", 2, "It is false."),
                                   true_false(7), true_false(8)))  # fmt: skip
        assert bank.drawable_count(session, target) == 2
        assert bank.grouped_count(session, target) == (1, 2)
        asking = {"minutes": 10, "pass_share": Decimal("0.6"), "now": START}
        with pytest.raises(Problem) as refused:
            exams.exam_from_bank(session, target, questions=3, **asking)
        assert refused.value.code == "exam.too_few_beside_passages"
        assert dict(refused.value.params) == {"asked": 3, "available": 2, "passages": 1, "below": 2}
        made = exams.exam_from_bank(session, target, questions=2, **asking)
        assert exams.size(session, made).questions == 2


def test_the_last_question_of_a_passage_is_not_retired_while_an_exam_draws_it(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        applied(session, previewed(session, target, passage("a"), below("a", 1), true_false(7)))
        keeper = people.add_person(session, "Wang", now=START)
        exam = published_exam(session, now=START, source=target, questions=1, title="Draws groups")
        exam.paper.rules[0].filter = {"banks": [target.id], "types": ["group"]}
        session.flush()
        member = session.scalars(select(Question).where(Question.uid == "g-a-1")).one()
        with pytest.raises(Problem) as refused:
            bank_contents.retire(session, target, member.id, actor=keeper, now=START)
        assert refused.value.params["exams"] == ["Draws groups"]
