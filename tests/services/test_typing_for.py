"""Typing for somebody: the attempt is theirs, every step names who typed, and whoever opens the paper last goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState, StepKind
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, AuditEntry, Person, Role, Step, Unit
from suyu_learn.services import answers, grants, invigilation, sitting, typing_for
from suyu_learn.services.answers import Claim, Incoming, NotSignedIn
from suyu_learn.services.papers import PaperPools
from tests.clock import FrozenClock
from tests.factories import manager
from tests.services.test_offline import Room, room

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

GRACE = timedelta(minutes=5)


@pytest.fixture
def hall(session: Session, clock: FrozenClock) -> Room:
    return room(session, clock)


def tools(hall: Room) -> dict[str, Any]:
    return {"now": hall.clock(), "grace": GRACE, "versions": hall.versions}


def begun(hall: Room, who: int = 0, reason: str = "Cannot see the screen") -> Attempt:
    return typing_for.begin(hall.session, hall.exam, hall.people[who], reason=reason, actor=hall.clerk,
                            pools=PaperPools(), **tools(hall))  # fmt: skip


def save(hall: Room, attempt: Attempt, by: Person, *, epoch: int, seq: int = 1, slot: int = 1, typing: bool = True,
         stamp: str = "") -> str:  # fmt: skip
    claim = Claim(by.id, stamp or by.stamp, typing_key=attempt.key if typing else "")
    reply = answers.save(hall.session, attempt.key, claim, [Incoming(slot, epoch, seq, "right")], **tools(hall))
    return reply.results[0].error


def test_the_attempt_is_the_persons_and_the_steps_are_the_helpers(hall: Room) -> None:
    attempt = begun(hall)
    assert save(hall, attempt, hall.clerk, epoch=1) == ""
    typing_for.hand_in(hall.session, attempt, actor=hall.clerk, **tools(hall))
    assert (attempt.person_id, attempt.state) == (hall.people[0].id, AttemptState.SUBMITTED)
    assert (attempt.typed_by_id, attempt.closed_by_id, attempt.points) == (hall.clerk.id, hall.clerk.id, 20)
    steps = hall.session.execute(select(Step.kind, Step.actor_id).where(Step.attempt_id == attempt.id)).all()
    assert {actor for kind, actor in steps if kind is not StepKind.MARKED} == {hall.clerk.id}
    assert hall.sound()
    assert typing_for.told(hall.session, attempt) == (hall.clerk.name, "Cannot see the screen")
    rows = hall.session.execute(select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.detail)).all()
    told = [(action, actor, detail["person_id"]) for action, actor, detail in rows if action.startswith("typing.")]
    mine = hall.people[0].id
    assert told == [("typing.started", hall.clerk.id, mine), ("typing.ended", hall.clerk.id, mine)]


def test_the_person_takes_over_by_opening_the_paper(hall: Room) -> None:
    attempt = begun(hall)
    assert save(hall, attempt, hall.clerk, epoch=1) == ""
    sitting.open_paper(hall.session, attempt, **tools(hall))
    assert save(hall, attempt, hall.clerk, epoch=1, seq=2) == "continued_elsewhere"
    assert save(hall, attempt, hall.people[0], epoch=2, typing=False) == ""
    assert hall.sound()
    typing_for.open_paper(hall.session, attempt, actor=hall.clerk, **tools(hall))
    assert save(hall, attempt, hall.people[0], epoch=2, seq=2, typing=False) == "continued_elsewhere"
    assert hall.sound()


def test_nobody_types_without_having_begun(hall: Room) -> None:
    attempt = begun(hall)
    other = hall.people[1]
    with pytest.raises(Problem, match=r"sitting\.unknown"):
        save(hall, attempt, other, epoch=1)
    with pytest.raises(Problem, match=r"sitting\.unknown"):
        save(hall, attempt, hall.clerk, epoch=1, typing=False)
    with pytest.raises(NotSignedIn):
        save(hall, attempt, hall.clerk, epoch=1, stamp="an older sign-in")
    hall.clerk.disabled_at = hall.clock()
    hall.session.flush()
    with pytest.raises(NotSignedIn):
        save(hall, attempt, hall.clerk, epoch=1)


def test_a_permission_is_for_one_attempt(hall: Room) -> None:
    first, second = begun(hall, 0), begun(hall, 1)
    claim = Claim(hall.clerk.id, hall.clerk.stamp, typing_key=first.key)
    with pytest.raises(Problem, match=r"sitting\.unknown"):
        answers.save(hall.session, second.key, claim, [Incoming(1, 1, 1, "right")], **tools(hall))


@pytest.mark.parametrize(("reason", "code"), [("  ", "reason.missing"), ("why", "typing.yourself")])
def test_what_cannot_begin(hall: Room, reason: str, code: str) -> None:
    if code == "typing.yourself":
        hall.people[0] = hall.clerk
    with pytest.raises(Problem) as caught:
        begun(hall, reason=reason)
    assert caught.value.code == code
    assert hall.session.scalars(select(Attempt)).all() == []


def test_who_has_no_attempt_left_cannot_begin_by_a_helper_either(hall: Room) -> None:
    hall.enter(0, "80")
    with pytest.raises(Problem) as caught:
        begun(hall)
    why = caught.value.params["error"]
    assert isinstance(why, Problem)
    assert (caught.value.code, why.code) == ("typing.not_now", "exam.no_attempt_left")


def test_only_who_types_and_still_looks_after_the_person_holds_it(hall: Room) -> None:
    attempt = begun(hall)
    assert typing_for.hold(hall.session, attempt.key, hall.clerk, now=hall.clock()).id == attempt.id
    with pytest.raises(Problem, match=r"sitting\.unknown"):
        typing_for.hold(hall.session, attempt.key, hall.people[1], now=hall.clock())


def test_a_permission_lasts_through_pauses(hall: Room) -> None:
    assert typing_for.lasts_until(now=hall.clock()) == hall.clock() + typing_for.LONGEST


def told(hall: Room) -> list[tuple[str, str]]:
    """What stands on record of typing, with how the paper stood."""
    rows = hall.session.execute(
        select(AuditEntry.action, AuditEntry.detail).where(AuditEntry.action.like("typing.%")).order_by(AuditEntry.id)
    )
    return [(action.removeprefix("typing."), detail.get("state", "")) for action, detail in rows]


def runs_out(hall: Room, attempt: Attempt) -> None:
    hall.clock.advance(hours=2)
    assert sitting.close_overdue(hall.session, now=hall.clock(), grace=GRACE, versions=hall.versions) == 1


def is_handed_in(hall: Room, attempt: Attempt) -> None:
    invigilation.hand_in(hall.session, hall.exam, attempt.id, reason="Gone home", actor=hall.clerk, now=hall.clock(),
                         versions=hall.versions)  # fmt: skip


def is_voided(hall: Room, attempt: Attempt) -> None:
    invigilation.void(hall.session, hall.exam, attempt.id, reason="Gone home", actor=hall.clerk, now=hall.clock())


def is_taken_over(hall: Room, attempt: Attempt) -> None:
    sitting.open_paper(hall.session, attempt, **tools(hall))


def is_let_go(hall: Room, attempt: Attempt) -> None:
    typing_for.end(hall.session, attempt, actor=hall.clerk, now=hall.clock())


@pytest.mark.parametrize(
    ("ends", "state"),
    [
        (runs_out, "timed_out"),
        (is_handed_in, "submitted"),
        (is_voided, "voided"),
        (is_taken_over, "open"),
        (is_let_go, "open"),
    ],
)
def test_whatever_ends_typing_is_on_record_once(hall: Room, ends: Callable[[Room, Attempt], None], state: str) -> None:
    attempt = begun(hall)
    typing_for.open_paper(hall.session, attempt, actor=hall.clerk, **tools(hall))
    invigilation.extend(hall.session, hall.exam, [attempt], minutes=5, reason="A lift stood still", actor=hall.clerk,
                        now=hall.clock())  # fmt: skip
    assert told(hall) == [("started", "")]
    ends(hall, attempt)
    assert told(hall) == [("started", ""), ("ended", state)]
    if attempt.state is AttemptState.OPEN:
        sitting.submit(hall.session, attempt, **tools(hall))
    typing_for.end(hall.session, attempt, actor=hall.clerk, now=hall.clock())
    assert told(hall) == [("started", ""), ("ended", state)]
    assert hall.sound()


def test_a_second_reason_ends_what_the_first_began(hall: Room) -> None:
    attempt = begun(hall)
    begun(hall, reason="The arm hurts")
    typing_for.hand_in(hall.session, attempt, actor=hall.clerk, **tools(hall))
    assert [action for action, _state in told(hall)] == ["started", "ended", "started", "ended"]


def test_whose_role_is_taken_away_saves_no_more(hall: Room) -> None:
    attempt = begun(hall)
    assert save(hall, attempt, hall.clerk, epoch=1) == ""
    [held] = grants.live(hall.session, hall.clerk)
    city = held.unit
    admin = manager(hall.session, Role.ADMIN, None, now=hall.clock())
    grants.grant(hall.session, hall.clerk, Role.UNIT_MANAGER, city, actor=admin, now=hall.clock())
    grants.revoke(hall.session, held, actor=admin, now=hall.clock(), reason="Moved on")
    assert save(hall, attempt, hall.clerk, epoch=1, seq=2) == ""
    for one in grants.live(hall.session, hall.clerk):
        grants.revoke(hall.session, one, actor=admin, now=hall.clock(), reason="Moved on")
    office = hall.session.scalars(select(Unit).where(Unit.name == "Office")).one()
    for role, unit in ((Role.HR, city), (Role.ORGANIZER, office)):
        grants.grant(hall.session, hall.clerk, role, unit, actor=admin, now=hall.clock())
    with pytest.raises(Problem, match=r"sitting\.unknown"):
        save(hall, attempt, hall.clerk, epoch=1, seq=3)
    sitting.open_paper(hall.session, attempt, **tools(hall))
    assert save(hall, attempt, hall.people[0], epoch=2, typing=False) == ""
    grants.grant(hall.session, hall.clerk, Role.ORGANIZER, None, actor=admin, now=hall.clock())
    typing_for.open_paper(hall.session, attempt, actor=hall.clerk, **tools(hall))
    assert save(hall, attempt, hall.clerk, epoch=3) == ""
