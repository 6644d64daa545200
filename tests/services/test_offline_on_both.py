"""What of results on paper speaks to the database in ways that differ: the same day on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.problems import Problem
from suyu_learn.models import ImportState
from suyu_learn.services import (
    boards,
    grants,
    offline_imports,
    offline_obstacles,
    report_questions,
    reports,
    typing_for,
)
from suyu_learn.services import offline_import_steps as steps
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.record_filters import Filter, Status
from suyu_learn.services.record_rows import Field, Words, rows
from tests.clock import FrozenClock
from tests.services.test_offline import ZONE, Room, room, taken_in, uploaded
from tests.services.test_typing_for import save, tools


@pytest.fixture
def hall(session: Session, clock: FrozenClock) -> Room:
    return room(session, clock, attempts_allowed=2)


def test_a_file_goes_in_is_counted_and_taken_back(hall: Room) -> None:
    session, day = hall.session, hall.clock().astimezone(ZONE).date()
    sight = boards.sight_of(session, hall.exam, hall.clerk)
    text = f"姓名,单位,得分,考试日期\nAnn,Pine City,90,{day}\nBen,Pine City,20,{day}\nNobody,Pine City,20,{day}\n"
    desk, batch = uploaded(hall, text)
    assert (batch.counts["rows"], batch.counts["new"], batch.counts["refused"]) == (3, 2, 1)
    assert taken_in(hall, desk, batch) == 1
    assert offline_imports.listed(session, hall.exam, sight=sight, actor=hall.clerk) == [batch]
    board = boards.board(session, hall.exam, sight=sight, wanted=boards.Wanted(), now=hall.clock())
    assert board.counts[boards.Seat.ON_PAPER] == 2
    hall.clock.advance(days=1)
    hall.online(1, right=1)
    words = Words(online="online", offline="paper", both="both")
    for status, expected in ((Status.COMPLETED, ("Ann", "paper")), (Status.NOT_PASSED, ("Ben", "both"))):
        found = rows(session, Filter(status=status), (Field.NAME, Field.FORM), zone=ZONE, words=words)
        assert list(found) == [expected]
    assert report_questions.without_answers(session, hall.exam, sight=reports.EVERYTHING) == 2
    assert [one.code for one in offline_obstacles.of(session, batch)] == ["again"]
    hall.correct(hall.enter(2, "70"), "80")
    assert hall.sound()


def test_a_file_is_voided_as_a_whole(hall: Room) -> None:
    day = hall.clock().astimezone(ZONE).date()
    desk, batch = uploaded(hall, f"姓名,单位,得分,考试日期\nAnn,Pine City,90,{day}\n")
    taken_in(hall, desk, batch)
    steps.begin_undo(hall.session, desk, batch.key, reason="The wrong exam")
    assert steps.undo_step(hall.session, desk, batch.key)
    assert batch.state is ImportState.UNDONE
    stands = hall.completion(0)
    assert stands is not None
    assert stands.void_reason == "The wrong exam"
    assert hall.sound()


def test_typing_saves_in_the_persons_attempt(hall: Room) -> None:
    attempt = typing_for.begin(hall.session, hall.exam, hall.people[0], reason="Cannot see", actor=hall.clerk,
                               pools=PaperPools(), **tools(hall))  # fmt: skip
    assert save(hall, attempt, hall.clerk, epoch=1) == ""
    [held] = grants.live(hall.session, hall.clerk)
    held.revoked_at = hall.clock()
    hall.session.flush()
    with pytest.raises(Problem, match=r"sitting\.unknown"):
        save(hall, attempt, hall.clerk, epoch=1, seq=2)
    typing_for.hand_in(hall.session, attempt, actor=hall.clerk, **tools(hall))
    assert attempt.state is AttemptState.SUBMITTED
    assert hall.sound()
