"""Long imports in steps: nothing twice, nothing lost, whichever step is the last before a break."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.db import Database
from suyu_learn.models import Import, ImportState, Question
from suyu_learn.services import bank_applying, bank_imports, bank_mending, bank_steps, bank_undo
from tests.clock import START
from tests.question_tables import single
from tests.services.test_bank_imports import applied, new_bank, previewed
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
        assert bank_steps.is_long(session, batch)
        bank_steps.begin(session, batch)
        assert bank_steps.progress(session, batch) == (0, 9)
        assert not step(session, batch)
        key = batch.key
    with database.writing() as session:  # as after a reload, or in another process
        batch = bank_imports.by_key(session, key)
        assert bank_steps.progress(session, batch) == (3, 9)
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
