"""Completions that HR takes back: hours, programmes and certificates follow; what comes later brings them anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Assignment,
    Attempt,
    AuditEntry,
    Certificate,
    CertificateTerms,
    Completion,
    CompletionKind,
    Exam,
    HoursEntry,
    Person,
    ProgrammeMember,
    Role,
    Unit,
)
from suyu_learn.services import (
    certificates,
    completions,
    course_completion,
    hours,
    people,
    programme_progress,
    records,
    studying,
)
from suyu_learn.services.certificates import State
from tests.clock import START, FrozenClock
from tests.factories import (
    course_draft,
    exam_part,
    learner,
    manager,
    programme_plan,
    published_exam,
    stored_course,
    stored_programme,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ZONE, RULES = ZoneInfo("Asia/Shanghai"), CreditRules()


@dataclass
class Mill:
    """A mill with HR and a learner."""

    session: Session
    unit: Unit
    hr: Person
    lin: Person
    clock: FrozenClock

    def void(self, completion: Completion, **said: Any) -> Decimal:
        usual: dict[str, Any] = {"actor": self.hr, "reason": "Somebody else sat there"}
        return completions.void(self.session, completion, now=self.clock(), zone=ZONE, **{**usual, **said})

    def reinstate(self, completion: Completion, **said: Any) -> Decimal:
        usual: dict[str, Any] = {"actor": self.hr, "reason": "Mixed up"}
        return completions.reinstate(self.session, completion, now=self.clock(), zone=ZONE, rules=RULES,
                                     **{**usual, **said})  # fmt: skip

    def total(self) -> Decimal:
        rows = self.session.scalars(select(HoursEntry.hours).where(HoursEntry.person_id == self.lin.id))
        return sum(rows, Decimal(0))

    def standing(self) -> list[Completion]:
        return list(self.session.scalars(select(Completion).where(Completion.voided_at.is_(None))))

    def certified(self, kind: CompletionKind, subject_id: int) -> None:
        self.session.add(CertificateTerms(kind=kind, subject_id=subject_id, issued=True, issuer="The mill"))
        self.session.flush()

    def state(self, completion: Completion) -> State:
        [one] = self.session.scalars(select(Certificate).where(Certificate.completion_id == completion.id))
        return certificates.state_of(one, now=self.clock(), zone=ZONE)


@pytest.fixture
def mill(session: Session) -> Mill:
    unit = people.add_unit(session, "Mill", parent=None, now=START)
    hr = manager(session, Role.HR, unit, now=START)
    return Mill(session, unit, hr, learner(session, now=START, unit=unit, name="Lin"), FrozenClock())


@pytest.fixture
def read(mill: Mill) -> Callable[[], Completion | None]:
    """Read a course of two lessons of 45 minutes each, in full: two credit hours."""
    course = stored_course(mill.session, course_draft((), (), characters=300 * 45), now=START)
    mill.certified(CompletionKind.COURSE, course.id)

    def read() -> Completion | None:
        done = None
        for place in (1, 2):
            enter = lambda at=place: studying.enter(  # noqa: E731
                mill.session, course, f"lesson-{at}", mill.lin, now=mill.clock(), zone=ZONE
            )
            studying.open_lesson(mill.session, enter(), now=mill.clock())
            mill.clock.advance(minutes=45)
            studying.spend(mill.session, enter(), now=mill.clock())
            studying.finish(mill.session, enter(), now=mill.clock())
            done = course_completion.complete_if_due(
                mill.session, course, mill.lin, now=mill.clock(), zone=ZONE, rules=RULES
            )
        return done

    return read


def passed(mill: Mill, exam: Exam, number: int) -> Attempt:
    """An attempt that has passed, handed in now."""
    at = mill.clock()
    attempt = Attempt(
        key=f"attempt-{exam.id}-{number}", exam_id=exam.id, person_id=mill.lin.id, number=number, seed=1,
        state=AttemptState.SUBMITTED, started_at=at, deadline=at + timedelta(hours=1), closed_at=at, passed=True,
        points=Decimal(80), full_points=Decimal(100), unit_id=mill.unit.id, unit_path=mill.unit.path, unit_names="Mill",
    )  # fmt: skip
    mill.session.add(attempt)
    mill.session.flush()
    return attempt


def test_hours_fall_by_a_correction_and_come_back_with_it(mill: Mill, read: Any) -> None:
    done = read()
    assert (mill.total(), mill.state(done)) == (2, State.VALID)
    assert mill.void(done) == 2
    assert (mill.total(), mill.state(done), done.void_reason) == (0, State.REVOKED, "Somebody else sat there")
    assert hours.already(mill.session, mill.lin) == {}  # the day is free again
    entries = mill.session.scalars(select(HoursEntry).order_by(HoursEntry.id)).all()
    assert [(one.kind, one.hours) for one in entries] == [("course", 2), ("correction", -2)]
    [told] = mill.session.scalars(select(AuditEntry).where(AuditEntry.action == "completion.voided"))
    assert (told.actor_id, told.reason) == (mill.hr.id, "Somebody else sat there")
    with pytest.raises(Problem, match=r"completion\.voided_already"):
        mill.void(done)
    assert mill.reinstate(done) == 2
    assert (mill.total(), mill.state(done), done.voided_at, done.void_reason) == (2, State.VALID, None, "")
    with pytest.raises(Problem, match=r"completion\.stands"):
        mill.reinstate(done)
    assert (mill.void(done), mill.total()) == (2, 0)
    assert (mill.reinstate(done), mill.total()) == (2, 2)


def test_hours_come_back_only_where_their_day_has_room(mill: Mill, read: Any) -> None:
    done = read()
    mill.void(done)
    day = mill.clock().astimezone(ZONE).date()
    mill.session.add(HoursEntry(person_id=mill.lin.id, hours=Decimal("6.5"), day=day, kind="outside", title="Elsewhere",
                                evidence={"days": {day.isoformat(): 17_550}}, at=mill.clock()))  # fmt: skip
    mill.session.flush()
    assert mill.reinstate(done) == 0  # 6.5 + 2 is more than the eight of a day
    assert (mill.total(), done.voided_at) == (Decimal("6.5"), None)


def test_hours_that_came_otherwise_meanwhile_do_not_come_back_beside_them(mill: Mill, read: Any) -> None:
    done = read()
    mill.void(done)
    day = mill.clock().astimezone(ZONE).date()
    full = HoursEntry(person_id=mill.lin.id, hours=Decimal("6.5"), day=day, kind="outside", title="Elsewhere",
                      evidence={"days": {day.isoformat(): 17_550}}, at=mill.clock())  # fmt: skip
    mill.session.add(full)
    mill.session.flush()
    assert mill.reinstate(done) == 0
    read()  # the day has room for an hour and a half of the two
    assert mill.total() == 8
    assert mill.void(done) == Decimal("1.5")
    hours.take_back(mill.session, full, why="voided", reason="None", actor=mill.hr, now=mill.clock())
    assert mill.reinstate(done) == Decimal("1.5")
    read()
    assert mill.total() == 2  # what one course takes, however it came


def test_time_that_an_event_has_counted_meanwhile_does_not_come_back(mill: Mill, read: Any) -> None:
    began = mill.clock()
    done = read()
    mill.void(done)
    there: dict[str, Any] = {"kind": "event", "title": "A lecture", "subject_id": 1, "evidence": {}, "zone": ZONE}
    hours.credit(mill.session, mill.lin, began_at=began, ended_at=began + timedelta(minutes=90), hours=Decimal(2),
                 now=mill.clock(), rules=RULES, **there)  # fmt: skip
    assert (mill.reinstate(done), mill.total()) == (0, 2)


def test_a_course_is_read_again_to_be_completed_anew(mill: Mill, read: Any) -> None:
    first = read()
    mill.clock.advance(days=1)
    mill.void(first)
    mill.clock.advance(seconds=1)
    second = read()
    assert second is not None
    assert (second.occasion, first.occasion, mill.total()) == ("2026", f"void-{first.id}", 2)
    assert mill.standing() == [second]
    assert (mill.state(first), mill.state(second)) == (State.REVOKED, State.VALID)
    with pytest.raises(Problem, match=r"completion\.earned_anew"):
        mill.reinstate(first)


def test_taking_back_what_an_earlier_year_brought_touches_no_later_one(mill: Mill, read: Any) -> None:
    first = read()
    mill.clock.advance(days=365)
    second = read()
    assert (first.occasion, second.occasion, mill.total()) == ("2026", "2027", 4)
    mill.clock.advance(days=1)
    mill.void(first)
    assert (mill.standing(), mill.total()) == ([second], 2)
    assert read() is None  # this year's stands, with all that was read for it
    assert mill.total() == 2


def test_an_exam_comes_anew_with_a_later_attempt_only(mill: Mill) -> None:
    exam = published_exam(mill.session, now=START, unit=mill.unit, attempts_allowed=3)
    first, second = passed(mill, exam, 1), passed(mill, exam, 2)
    done = records.complete_exam(mill.session, first, now=mill.clock())
    assert done is not None
    mill.clock.advance(minutes=1)
    mill.void(done)
    for before in (first, second):  # as when their marks are gone through once more
        assert records.complete_exam(mill.session, before, now=mill.clock()) is None
    mill.clock.advance(minutes=1)
    anew = records.complete_exam(mill.session, passed(mill, exam, 3), now=mill.clock())
    assert mill.standing() == [anew]


def test_an_exam_is_given_back_on_an_attempt_that_still_passes(mill: Mill) -> None:
    exam = published_exam(mill.session, now=START, unit=mill.unit, attempts_allowed=3)
    first, second = passed(mill, exam, 1), passed(mill, exam, 2)
    done = records.complete_exam(mill.session, first, now=mill.clock())
    assert done is not None
    mill.void(done)
    first.state, second.passed = AttemptState.VOIDED, False
    with pytest.raises(Problem, match=r"completion\.without_ground"):
        mill.reinstate(done)
    assert mill.standing() == []
    second.passed, second.points = True, Decimal(90)
    mill.reinstate(done)
    assert [(one.evidence["attempt"], one.evidence["points"]) for one in mill.standing()] == [(second.key, "90")]


def test_a_programme_that_stands_on_it_falls_and_comes_back(mill: Mill) -> None:
    exam = published_exam(mill.session, now=START, unit=mill.unit, title="Rules", attempts_allowed=3)
    plan = programme_plan(("One", (exam_part(exam, title="Rules"),)), title="Yard")
    programme = stored_programme(mill.session, plan, now=START, unit=mill.unit)
    _give(mill, programme.id)
    mill.certified(CompletionKind.PROGRAMME, programme.id)
    done = records.complete_exam(mill.session, passed(mill, exam, 1), now=mill.clock())
    assert done is not None
    programme_progress.settle(mill.session, [mill.lin.id], now=mill.clock(), zone=ZONE)
    [whole] = [one for one in mill.standing() if one.kind is CompletionKind.PROGRAMME]
    assert mill.state(whole) is State.VALID
    mill.clock.advance(minutes=1)
    mill.void(done)
    assert mill.standing() == []
    assert (whole.void_reason, mill.state(whole)) == ("Somebody else sat there", State.REVOKED)
    with pytest.raises(Problem, match=r"completion\.voided_by_rule"):
        mill.reinstate(whole)
    mill.reinstate(done)
    assert sorted(one.kind for one in mill.standing()) == ["exam", "programme"]


def test_a_programme_taken_back_by_hand_waits_for_something_new(mill: Mill) -> None:
    exam = published_exam(mill.session, now=START, unit=mill.unit, title="Rules", attempts_allowed=3)
    plan = programme_plan(("One", (exam_part(exam, title="Rules"),)), title="Yard")
    programme = stored_programme(mill.session, plan, now=START, unit=mill.unit)
    _give(mill, programme.id)
    records.complete_exam(mill.session, passed(mill, exam, 1), now=mill.clock())
    settle = lambda: programme_progress.settle(mill.session, [mill.lin.id], now=mill.clock(), zone=ZONE)  # noqa: E731
    [whole] = settle()
    mill.clock.advance(minutes=1)
    mill.void(whole)
    assert settle() == []  # all of it is there, and nothing new
    member = mill.session.scalars(select(ProgrammeMember)).one()
    assert (member.completed_at, member.completion_id) == (None, None)
    mill.reinstate(whole)
    assert member.completion_id == whole.id
    mill.void(whole)
    [rules] = mill.standing()
    mill.void(rules)
    with pytest.raises(Problem, match=r"completion\.without_ground"):
        mill.reinstate(whole)
    mill.clock.advance(minutes=1)
    assert records.complete_exam(mill.session, passed(mill, exam, 2), now=mill.clock()) is not None
    [anew] = settle()
    assert (anew.occasion, whole.occasion) == ("", f"void-{whole.id}")


def _give(mill: Mill, programme_id: int) -> None:
    given = Assignment(programme_id=programme_id, unit_id=mill.unit.id, starts_on=START.date(), created_at=START)
    mill.session.add(given)
    mill.session.flush()
    mill.session.add(ProgrammeMember(programme_id=programme_id, person_id=mill.lin.id, assignment_id=given.id,
                                     starts_on=START.date(), added_at=START))  # fmt: skip
    mill.session.flush()


@pytest.mark.parametrize("who", ["themself", "elsewhere", "organizer"])
def test_only_hr_of_the_persons_unit_takes_back_and_nobody_their_own(mill: Mill, read: Any, who: str) -> None:
    done = read()
    if who == "themself":
        actor = mill.lin
    elif who == "elsewhere":
        actor = manager(mill.session, Role.HR, people.add_unit(mill.session, "Inn", parent=None, now=START), now=START)
    else:
        actor = manager(mill.session, Role.ORGANIZER, mill.unit, now=START)
    with pytest.raises(Problem, match=r"person\.yourself|page\.refused"):
        mill.void(done, actor=actor)
    with pytest.raises(Problem, match=r"reason\.missing"):
        mill.void(done, reason=" ")
    assert done.voided_at is None


def test_a_certificate_is_revoked_and_issued_anew_with_the_name_of_the_day(mill: Mill, read: Any) -> None:
    done = read()
    first = certificates.of_completions(mill.session, [done.id])[done.id]
    assert (first.holder, first.unit_names, first.issuer) == ("Lin", "Mill", "The mill")
    mill.lin.name = "Lin-Wu"
    assert first.holder == "Lin"
    second = certificates.reissue(mill.session, done, reason="Married", actor=mill.hr, now=mill.clock())
    assert (second.holder, second.replaces_id, first.revoke_reason) == ("Lin-Wu", first.id, certificates.REPLACED)
    certificates.revoke(mill.session, second, reason="Lent to others", actor=mill.hr, now=mill.clock())
    with pytest.raises(Problem, match=r"certificate\.revoked_already"):
        certificates.revoke(mill.session, second, reason="x", actor=mill.hr, now=mill.clock())
    with pytest.raises(Problem, match=r"person\.yourself"):
        certificates.reissue(mill.session, done, reason="x", actor=mill.lin, now=mill.clock())
    assert done.voided_at is None


@pytest.mark.parametrize(
    ("months", "at", "state"),
    [(12, datetime(2027, 3, 1, 15, 59), State.VALID), (12, datetime(2027, 3, 1, 16, 0), State.EXPIRED),
     (None, datetime(2099, 1, 1), State.VALID)],
)  # fmt: skip
def test_a_certificate_is_over_at_midnight_in_shanghai(
    mill: Mill, read: Any, months: int | None, at: datetime, state: State
) -> None:
    """Completed on 2 March 2026: twelve months end with 1 March 2027."""
    terms = mill.session.scalars(select(CertificateTerms)).one()
    terms.months = months
    read()
    [one] = mill.session.scalars(select(Certificate))
    now = at.replace(tzinfo=START.tzinfo)
    assert certificates.state_of(one, now=now, zone=ZONE) is state


def test_certificates_are_issued_afterwards_once(mill: Mill, read: Any) -> None:
    terms = mill.session.scalars(select(CertificateTerms)).one()
    terms.issued = False
    done = read()
    assert mill.session.scalars(select(Certificate)).all() == []
    organizer = manager(mill.session, Role.ADMIN, None, now=START)
    subject = certificates.subject_of(mill.session, "course", done.subject_id, actor=organizer)
    with pytest.raises(Problem, match=r"certificate\.not_issued"):
        certificates.issue_waiting(mill.session, subject, actor=organizer, now=mill.clock())
    terms.issued = True
    issue = lambda: certificates.issue_waiting(mill.session, subject, actor=organizer, now=mill.clock())  # noqa: E731
    assert (issue(), issue()) == (1, 0)
    assert certificates.issue(mill.session, done, now=mill.clock()) is None  # one stands, whoever else tries
