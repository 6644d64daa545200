"""Long imports in steps: nothing twice, nothing lost, whichever step is the last before a break."""

from __future__ import annotations

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from suyu_learn.db import Database
from suyu_learn.models import Bank, Import, ImportState, Question, QuestionVersion, Status
from suyu_learn.services import bank_applying, bank_imports, bank_mending, bank_steps, bank_undo
from tests.clock import START
from tests.question_tables import single
from tests.services.test_bank_imports import applied, codes, new_bank, previewed
from tests.services.test_bank_mending import mend, rows


def step(session: Session, batch: Import) -> bool:
    return bool(bank_steps.step(session, batch, actor_id=None, reviewer="Wang", now=START))


@pytest.fixture(autouse=True)
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank_steps, "SLICE", 3)
    monkeypatch.setattr(bank_steps, "AT_ONCE", 4)


def test_steps_go_on_after_a_break_and_end_with_right_counts(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        applied(session, previewed(session, target, single("旧？", "A")))
        batch = previewed(session, target, *(single(f"第{number}问？") for number in range(8)), single("坏？", "F"),
                          single("第1问？"), single("旧？", "B"))  # fmt: skip
        mend(session, batch, rows(session, batch)[8], answer="A")
        doubtful = [row.id for row in rows(session, batch) if row.outcome.value == "doubtful"]
        bank_applying.decide(session, batch, doubtful)
        assert bank_steps.is_long(batch)
        bank_steps.begin(session, batch)
        assert bank_steps.progress(batch) == (0, 10)
        assert not step(session, batch)
        key = batch.key
    with database.writing() as session:  # as after a reload, or in another process
        batch = bank_imports.by_key(session, key)
        assert bank_steps.progress(batch) == (3, 10)
        with pytest.raises(bank_imports.Problem):
            bank_imports.discard(session, batch)
        with pytest.raises(bank_imports.Problem):
            bank_mending.find_row(session, batch, rows(session, batch)[0].id, change=True)
        with pytest.raises(bank_imports.Problem):
            bank_applying.apply(session, batch, actor_id=None, reviewer="Wang", now=START)
        while not step(session, batch):
            pass
        counts = dict(batch.counts)
        assert counts == {"read": 11, "imported": 10, "duplicates": 1, "errors": 0, "doubtful": 0}
        assert batch.state is ImportState.DONE
        assert session.scalar(select(func.count()).select_from(Question)) == 10
        step(session, batch)  # pressed once more
        assert session.scalar(select(func.count()).select_from(Question)) == 10
        bank_undo.undo(session, batch, actor_id=None, now=START)
        published = select(func.count()).where(Question.published_version_id.is_not(None))
        assert session.scalar(published.select_from(Question)) == 1


def test_what_came_between_the_steps_is_a_duplicate(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        batch = previewed(session, target, *(single(f"第{number}问？") for number in range(6)))
        bank_steps.begin(session, batch)
        step(session, batch)
        applied(session, previewed(session, target, single("第5问？")))
        while not step(session, batch):
            pass
        assert (batch.counts["imported"], batch.counts["duplicates"]) == (5, 1)


def test_a_step_that_another_request_took_is_left_alone(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        batch = previewed(session, target, *(single(f"第{number}问？") for number in range(6)))
        bank_steps.begin(session, batch)
        part = bank_steps.next_slice(session, batch)
        for _time in range(2):
            bank_steps.step(session, batch, part, actor_id=None, reviewer="Wang", now=START)
        assert bank_steps.progress(batch) == (3, 6)
        assert session.scalar(select(func.count()).select_from(Question)) == 3


def test_another_answer_that_came_between_the_steps_stays_out_and_is_told(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        batch = previewed(session, target, *(single(f"第{number}问？", "A") for number in range(6)))
        bank_steps.begin(session, batch)
        applied(session, previewed(session, target, single("第5问？", "B")))
        while not step(session, batch):
            pass
        assert (batch.counts["imported"], batch.counts["doubtful"]) == (5, 1)
        assert "bank.conflict_in_bank" in codes(session, batch)


def test_corrected_answers_come_in_by_steps_too(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank_steps, "MOST_CHANGED", 1)
    with database.writing() as session:
        target = new_bank(session)
        applied(session, previewed(session, target, *(single(f"第{number}问？", "A") for number in range(4))))
        batch = previewed(session, target, *(single(f"第{number}问？", "B") for number in range(6)))
        bank_applying.decide(session, batch, [row.id for row in rows(session, batch)])
        bank_steps.begin(session, batch)
        done = []
        while not step(session, batch):
            done.append(bank_steps.progress(batch))
        assert done == [(1, 6), (2, 6), (3, 6), (6, 6)]
        assert (batch.counts["imported"], batch.counts["errors"]) == (6, 0)
        bank_undo.undo(session, batch, actor_id=None, now=START)
        published = session.scalars(select(QuestionVersion.number).where(QuestionVersion.status == Status.PUBLISHED))
        assert list(published) == [1] * 4


def test_a_step_costs_the_same_however_much_there_is(database: Database) -> None:
    """No statement of a late step gives or takes more rows than one of an early step."""
    told: list[int] = []

    def count(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        told.append(len(parameters) if isinstance(parameters, list | tuple | dict) else 0)

    with database.writing() as session:
        target = new_bank(session)
        applied(session, previewed(session, target, *(single(f"旧{number}？") for number in range(20))))
        batch = previewed(session, target, *(single(f"第{number}问？") for number in range(12)))
        bank_steps.begin(session, batch)
        event.listen(session.connection(), "before_cursor_execute", count)
        costs = []
        for _number in range(3):
            told.clear()
            step(session, batch)
            costs.append(list(told))
        assert costs[0] == costs[1] == costs[2]
        assert max(costs[0]) < 60


def test_taking_back_thousands_goes_on_after_a_break(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank_undo, "SLICE", 3)
    with database.writing() as session:
        target = new_bank(session)
        batch = previewed(session, target, *(single(f"第{number}问？") for number in range(8)))
        applied(session, batch)
        bank_undo.undo(session, batch, actor_id=None, now=START)
        assert bank_undo.unsettled(batch)
        assert bank_steps.progress(batch) == (3, 8)
        drawn = select(func.count()).where(Question.published_version_id.is_not(None))
        assert session.scalar(drawn.select_from(Question)) == 0
        key = batch.key
    with database.writing() as session:
        batch = bank_imports.by_key(session, key)
        while bank_undo.settle(session, batch):
            pass
        assert not bank_undo.unsettled(batch)
        assert not bank_undo.settle(session, batch)
        assert set(session.scalars(select(QuestionVersion.status))) == {Status.RETIRED}
        target = session.get_one(Bank, batch.bank_id)
        assert applied(session, previewed(session, target, single("第1问？")))["imported"] == 1
