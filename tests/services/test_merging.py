"""Two entries of one person made one, and made two again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Attempt,
    Completion,
    CompletionKind,
    Event,
    Exam,
    HoursEntry,
    Membership,
    PartKind,
    Person,
    PersonAudience,
    PersonChange,
    ProgrammeMember,
    ProgrammePart,
    Role,
    RosterMember,
    SignOff,
    Unit,
    new_key,
)
from suyu_learn.services import (
    attendance,
    completions,
    events,
    grants,
    hours,
    merging,
    people,
    persons,
    records,
    signing_in,
    splitting,
)
from tests.clock import START, FrozenClock
from tests.factories import MEASURE, a_part, learner, manager, published_exam

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass
class Two:
    unit: Unit
    admin: Person
    kept: Person
    other: Person
    exam: Exam


@pytest.fixture
def two(session: Session) -> Two:
    people.install_audiences(session)
    unit = people.add_unit(session, "Pine City", parent=None, now=START)
    admin = manager(session, Role.ADMIN, None, now=START, home=unit)
    kept = people.add_person(session, "Wang Min", unit=unit, username="wang", audiences=["workers"], now=START)
    other = people.add_person(session, "Wang Min", unit=unit, staff_number="0012", phone="13800138000",
                              audiences=["workers", "seniors"], now=START)  # fmt: skip
    return Two(
        unit,
        admin,
        kept,
        other,
        published_exam(session, now=START, unit=unit, attempts_allowed=5, opens_at=START + 99 * DAY),
    )


def _attempt(session: Session, exam: Exam, person: Person, *, number: int, at: datetime, open: bool = False) -> Attempt:
    row = Attempt(key=new_key(), exam_id=exam.id, person_id=person.id, number=number, started_at=at, seed="s",
                  deadline=at + timedelta(hours=1), full_points=Decimal(100), unit_names="Pine City",
                  state=AttemptState.OPEN if open else AttemptState.SUBMITTED)  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _completion(session: Session, exam: Exam, person: Person, *, at: datetime, hours: int = 0) -> Completion:
    row = Completion(key=new_key(), person_id=person.id, kind=CompletionKind.EXAM, subject_id=exam.id, title="An exam",
                     rule={}, evidence={}, completed_at=at)  # fmt: skip
    session.add(row)
    session.flush()
    if hours:
        session.add(HoursEntry(person_id=person.id, hours=Decimal(hours), day=date(2026, 3, 2), kind="course", title="",
                               evidence={}, completion_id=row.id, at=at))  # fmt: skip
        session.flush()
    return row


def _merge(session: Session, two: Two, now: datetime = START + 5 * DAY) -> PersonChange:
    return merging.merge(session, two.kept, two.other, actor=two.admin, now=now, reason="entered twice", **MEASURE)


def _split(session: Session, two: Two, now: datetime = START + 6 * DAY) -> Person:
    return splitting.split(session, two.other, actor=two.admin, now=now, reason="they are two", zone=MEASURE["zone"])


def _picture(session: Session, *whose: Person) -> dict[int, object]:
    """All that hangs on people, to compare."""
    session.expire_all()
    found = {}
    for person in whose:
        found[person.id] = (
            person.merged_into_id, person.staff_number, person.phone, person.username, person.top_unit_id,
            sorted(session.execute(select(Attempt.id, Attempt.number).where(Attempt.person_id == person.id)).all()),
            sorted(session.execute(select(Completion.id, Completion.voided_at)
                                   .where(Completion.person_id == person.id)).all()),
            session.scalar(select(func.sum(HoursEntry.hours)).where(HoursEntry.person_id == person.id)),
            sorted((one.id, one.home, one.since, one.until or START) for one in session.scalars(
                select(Membership).where(Membership.person_id == person.id))),
            sorted((one.role, one.unit_id) for one in grants.live(session, person)),
            sorted(session.scalars(select(PersonAudience.audience).where(PersonAudience.person_id == person.id))),
            sorted(session.scalars(select(RosterMember.exam_id).where(RosterMember.person_id == person.id))),
        )  # fmt: skip
    return found


def _full_history(session: Session, two: Two) -> None:
    second = published_exam(session, now=START, unit=two.unit, opens_at=START + 99 * DAY)
    _attempt(session, two.exam, two.kept, number=1, at=START + DAY)
    _attempt(session, two.exam, two.kept, number=2, at=START + 3 * DAY)
    _attempt(session, two.exam, two.other, number=1, at=START + 2 * DAY)
    _attempt(session, second, two.other, number=1, at=START + 2 * DAY)
    _completion(session, two.exam, two.kept, at=START + 3 * DAY, hours=3)
    _completion(session, two.exam, two.other, at=START + 2 * DAY, hours=3)
    _completion(session, second, two.other, at=START + 2 * DAY, hours=2)
    grants.grant(session, two.kept, Role.ORGANIZER, two.unit, actor=None, now=START)
    grants.grant(session, two.other, Role.ORGANIZER, two.unit, actor=None, now=START)
    grants.grant(session, two.other, Role.HR, two.unit, actor=None, now=START)
    for exam, person in ((two.exam, two.kept), (two.exam, two.other), (second, two.other)):
        session.add(
            RosterMember(exam_id=exam.id, person_id=person.id, unit_id=two.unit.id, unit_path="", unit_names="")
        )
    session.flush()


def test_a_role_that_was_taken_away_after_a_merge_does_not_come_back_with_the_split(session: Session, two: Two) -> None:
    for person in (two.kept, two.other):
        grants.grant(session, person, Role.ORGANIZER, two.unit, actor=None, now=START)
    _merge(session, two)
    [held] = grants.live(session, two.kept)
    grants.revoke(session, held, actor=two.admin, now=START + 5 * DAY, reason="no longer an organizer")
    hr = manager(session, Role.HR, two.unit, now=START, home=two.unit)
    splitting.split(session, two.other, actor=hr, now=START + 6 * DAY, reason="they are two", zone=MEASURE["zone"])
    session.expire_all()
    assert not grants.live(session, two.other)


def test_nobody_takes_the_results_of_another_entry_by_their_own_hand(session: Session, two: Two) -> None:
    hr = manager(session, Role.HR, two.unit, now=START, home=two.unit)
    _completion(session, two.exam, two.other, at=START + 2 * DAY, hours=3)
    with pytest.raises(Problem) as refused:
        merging.merge(session, hr, two.other, actor=hr, now=START + 5 * DAY, reason="both are me", **MEASURE)
    assert refused.value.code == "person.yourself"
    merging.merge(session, two.kept, two.other, actor=hr, now=START + 5 * DAY, reason="entered twice", **MEASURE)


def test_an_entry_without_results_can_be_merged_into_ones_own(session: Session, two: Two) -> None:
    hr = manager(session, Role.HR, two.unit, now=START, home=two.unit)
    merging.merge(session, hr, two.other, actor=hr, now=START + 5 * DAY, reason="both are me", **MEASURE)
    assert two.other.merged_into_id == hr.id


def test_the_history_of_the_other_goes_to_the_kept_one(session: Session, two: Two) -> None:
    _full_history(session, two)
    _merge(session, two)
    session.expire_all()
    kept = two.kept
    attempts = session.scalars(select(Attempt).where(Attempt.exam_id == two.exam.id).order_by(Attempt.number)).all()
    assert [(one.person_id, one.number, one.started_at) for one in attempts] == [
        (kept.id, place, START + place * DAY) for place in (1, 2, 3)
    ]
    standing = session.scalars(
        select(Completion).where(Completion.voided_at.is_(None)).order_by(Completion.completed_at, Completion.id)
    ).all()
    assert {one.person_id for one in standing} == {kept.id}
    assert [one.completed_at for one in standing] == [START + 2 * DAY, START + 2 * DAY]
    assert session.scalar(select(func.sum(HoursEntry.hours))) == 5
    assert session.scalar(select(func.sum(HoursEntry.hours)).where(HoursEntry.person_id == kept.id)) == 5
    assert {(one.role, one.unit_id) for one in grants.live(session, kept)} == {
        (Role.ORGANIZER, two.unit.id), (Role.HR, two.unit.id),
    }  # fmt: skip
    assert not grants.live(session, two.other)
    assert (kept.staff_number, kept.phone, kept.username) == ("0012", "13800138000", "wang")
    assert {one.code for one in persons.audiences_of(session, kept)} == {"workers", "seniors"}
    assert session.scalars(select(RosterMember.person_id)).all() == [kept.id, kept.id]
    homes = session.scalars(select(Membership).where(Membership.person_id == kept.id, Membership.home)).all()
    assert [one.until for one in homes] == [None]
    assert (two.other.merged_into_id, two.other.active) == (kept.id, False)
    assert persons.seen(session, two.other.id, actor=two.admin) is two.other


def test_a_split_puts_everything_back(session: Session, two: Two) -> None:
    _full_history(session, two)
    before = _picture(session, two.kept, two.other)
    _merge(session, two)
    assert _picture(session, two.kept, two.other) != before
    assert _split(session, two) is two.kept
    assert _picture(session, two.kept, two.other) == before
    kinds = [change.kind for change, _, _ in persons.changes(session, two.kept)]
    assert kinds == ["split", "merged"]


def test_merging_twice_and_splitting_the_first_is_refused(session: Session, two: Two) -> None:
    third = people.add_person(session, "Wang Min", unit=two.unit, now=START)
    _merge(session, two)
    merging.merge(session, two.kept, third, actor=two.admin, now=START + 6 * DAY, reason="also", **MEASURE)
    with pytest.raises(Problem, match=r"split\.merged_since"):
        _split(session, two)
    splitting.split(session, third, actor=two.admin, now=START + 7 * DAY, reason="not that one", zone=MEASURE["zone"])
    _split(session, two, now=START + 8 * DAY)
    assert two.other.active


def test_what_was_built_upon_a_merge_is_not_split(session: Session, two: Two) -> None:
    _attempt(session, two.exam, two.other, number=1, at=START + DAY)
    _merge(session, two)
    _attempt(session, two.exam, two.kept, number=2, at=START + 6 * DAY)
    with pytest.raises(Problem, match=r"split\.sat_since"):
        _split(session, two, now=START + 7 * DAY)


def _passed(session: Session, attempt: Attempt) -> Completion:
    attempt.points, attempt.passed, attempt.closed_at = Decimal(80), True, attempt.started_at
    found = records.complete_exam(session, attempt, now=START + 5 * DAY)
    assert found is not None
    return found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_completions_say_the_number_of_their_attempt_as_it_is_after_a_merge_and_a_split(
    session: Session, two: Two
) -> None:
    _attempt(session, two.exam, two.kept, number=1, at=START + DAY)
    resting = _passed(session, _attempt(session, two.exam, two.other, number=1, at=START + 2 * DAY))
    _merge(session, two)
    assert (resting.person_id, resting.evidence["number"]) == (two.kept.id, 2)
    _split(session, two)
    assert (resting.person_id, resting.evidence["number"]) == (two.other.id, 1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_completion_since_the_merge_goes_with_the_attempt_on_which_it_rests(session: Session, two: Two) -> None:
    """A regrade finds a pass that is older than the merge."""
    mine = _attempt(session, two.exam, two.kept, number=1, at=START + DAY)
    theirs = _attempt(session, two.exam, two.other, number=1, at=START + 2 * DAY)
    _merge(session, two)
    resting = _passed(session, theirs)
    assert resting.person_id == two.kept.id
    _split(session, two)
    assert (resting.person_id, theirs.person_id) == (two.other.id, two.other.id)
    assert resting.evidence["number"] == 1
    assert mine.person_id == two.kept.id


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("whose", ["kept", "other"])
def test_a_completion_that_rests_on_what_the_other_did_is_not_split(session: Session, two: Two, whose: str) -> None:
    """Theirs was given back, and the attempt of the one they were taken for stands in."""
    rows = {name: _attempt(session, two.exam, person, number=1, at=START + DAY)
            for name, person in (("kept", two.kept), ("other", two.other))}  # fmt: skip
    resting = _passed(session, rows[whose])
    if whose == "kept":
        _completion(session, two.exam, two.other, at=START + 3 * DAY)
    _merge(session, two)
    resting.evidence = {**resting.evidence, "attempt": rows["other" if whose == "kept" else "kept"].key}
    session.flush()
    with pytest.raises(Problem, match=r"split\.completed_since"):
        _split(session, two)


def test_a_number_changed_since_is_not_split(session: Session, two: Two) -> None:
    _merge(session, two)
    two.kept.staff_number = "0013"
    session.flush()
    with pytest.raises(Problem, match=r"split\.changed_since"):
        _split(session, two)


def test_nobody_is_merged_while_sitting(session: Session, two: Two, clock: FrozenClock) -> None:
    _attempt(session, two.exam, two.other, number=1, at=START, open=True)
    with pytest.raises(Problem, match=r"person\.is_sitting"):
        _merge(session, two, now=START + timedelta(minutes=30))
    _attempt(session, two.exam, two.kept, number=1, at=START, open=True)
    with pytest.raises(Problem, match=r"person\.is_sitting"):
        _merge(session, two)


@pytest.mark.parametrize("case, code", [
    ("same", "person.same"), ("reason", "reason.missing"), ("disabled", "person.keep_active"),
    ("foreign", "page.refused"), ("more", "person.holds_more"), ("again", "person.is_merged"),
])  # fmt: skip
def test_what_is_not_merged(session: Session, two: Two, case: str, code: str) -> None:
    kept, other, actor, reason = two.kept, two.other, two.admin, "entered twice"
    if case == "same":
        other = kept
    elif case == "reason":
        reason = ""
    elif case == "disabled":
        kept.disabled_at = START
    elif case == "foreign":
        below = people.add_unit(session, "Town", parent=two.unit, now=START)
        actor = manager(session, Role.HR, below, now=START)
    elif case == "more":
        actor = manager(session, Role.HR, two.unit, now=START)
        other = two.admin
    else:
        _merge(session, two)
    session.flush()
    with pytest.raises(Problem) as refusal:
        merging.merge(session, kept, other, actor=actor, now=START + DAY, reason=reason, **MEASURE)
    assert refusal.value.code == code


def test_the_kept_one_takes_the_way_in_where_there_was_none(session: Session, two: Two) -> None:
    signer = learner(session, now=START, unit=two.unit, username="min")
    plain = people.add_person(session, "Wang Min", unit=two.unit, now=START)
    merging.merge(session, plain, signer, actor=two.admin, now=START + DAY, reason="entered twice", **MEASURE)
    assert [one.person_id for one in signing_in.candidates(session, "min")] == [plain.id]
    splitting.split(session, signer, actor=two.admin, now=START + DAY, reason="they are two", zone=MEASURE["zone"])
    assert [one.person_id for one in signing_in.candidates(session, "min")] == [signer.id]


def test_a_home_in_another_time_stays_a_home(session: Session, two: Two) -> None:
    """Who left before the other entry began had a home then, and has it still."""
    town = people.add_unit(session, "Town", parent=two.unit, now=START)
    [early] = persons.memberships(session, two.other)
    early.unit_id, early.since, early.until = town.id, START - 9 * DAY, START - 2 * DAY
    session.flush()
    session.expire_all()
    _merge(session, two)
    assert people.unit_of_the_day(session, two.kept.id, at=START - 3 * DAY).unit_id == town.id
    assert people.unit_of_the_day(session, two.kept.id, at=START + DAY).unit_id == two.unit.id


def test_a_host_account_follows_its_person(session: Session, two: Two) -> None:
    two.kept.host_key, two.other.host_key = "a", "b"
    session.flush()
    _merge(session, two)
    assert people.by_host_key(session, "b") is two.kept


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("whose", ["kept", "other"])
def test_what_was_taken_back_by_hand_takes_nothing_from_the_completion_that_stands(
    session: Session, two: Two, whose: str
) -> None:
    both = {"kept": _completion(session, two.exam, two.kept, at=START + DAY, hours=3),
            "other": _completion(session, two.exam, two.other, at=START + 2 * DAY, hours=3)}  # fmt: skip
    _take_back(session, two, both[whose])
    before = _picture(session, two.kept, two.other)
    _merge(session, two)
    session.expire_all()
    assert [(one.hours, one.completion_id) for one in hours.standing(session, two.kept)] == [
        (3, both["other" if whose == "kept" else "kept"].id)
    ]
    assert session.scalar(select(func.sum(HoursEntry.hours)).where(HoursEntry.person_id == two.kept.id)) == 3
    with pytest.raises(Problem, match=r"person\.is_merged"):  # what fell before stays with the other entry
        completions.reinstate(session, both[whose], actor=two.admin, reason="x", now=START + 5 * DAY, **MEASURE)
    _split(session, two)
    assert _picture(session, two.kept, two.other) == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_hours_that_were_taken_back_since_a_merge_do_not_come_back_by_its_split(session: Session, two: Two) -> None:
    done = _completion(session, two.exam, two.other, at=START + DAY, hours=3)
    _merge(session, two)
    session.expire_all()
    _take_back(session, two, done)
    _split(session, two)
    session.expire_all()
    for person in (two.kept, two.other):
        assert hours.standing(session, person) == []
        assert not session.scalar(select(func.sum(HoursEntry.hours)).where(HoursEntry.person_id == person.id))
    assert done.voided_at is not None


def _take_back(session: Session, two: Two, done: Completion) -> None:
    assert completions.void(session, done, actor=two.admin, reason="Mixed up", now=START + 3 * DAY,
                            zone=MEASURE["zone"]) == 3  # fmt: skip


def test_events_go_over_and_two_rows_for_one_event_count_once(session: Session, two: Two) -> None:
    """Both signed the sheet of the first lecture, only the other one that of the second, which was corrected."""
    rules = CreditRules()
    terms = attendance.Terms(START + 4 * DAY, ZoneInfo("Asia/Shanghai"), rules)
    held = []
    for day, who in ((0, (two.kept, two.other)), (1, (two.other,))):
        begins = START + day * DAY
        wanted = events.Wanted("A lecture", begins, begins + timedelta(minutes=90), Decimal(2), unit_id=two.unit.id)
        event = events.create(session, wanted, actor=two.admin, now=START, zone=terms.zone, rules=rules)
        attendance.type_in(session, event, [one.id for one in who], came_at=begins, left_at=event.ends_at,
                           actor=two.admin, terms=terms)  # fmt: skip
        held.append(event)
    [second] = attendance.of_event(session, held[1])
    attendance.correct(session, held[1], second, came_at=START + DAY, left_at=START + DAY + timedelta(minutes=45),
                       reason="Left early", actor=two.admin, terms=terms)  # fmt: skip

    def hours(person: Person) -> Decimal:
        return sum(session.scalars(select(HoursEntry.hours).where(HoursEntry.person_id == person.id)), Decimal(0))

    assert (hours(two.kept), hours(two.other)) == (2, 3)
    _merge(session, two)
    session.expire_all()
    assert (hours(two.kept), hours(two.other)) == (3, 2)
    assert [one.person.id for one in attendance.of_event(session, held[1])] == [two.kept.id]
    _split(session, two)
    session.expire_all()
    assert (hours(two.kept), hours(two.other)) == (2, 3)
    assert [one.person.id for one in attendance.of_event(session, held[1])] == [two.other.id]


def _credit(session: Session, person: Person, began: datetime, minutes: int, *, kind: str, subject: int) -> HoursEntry:
    [entry] = hours.credit(
        session, person, kind=kind, title="Taught", subject_id=subject, began_at=began,
        ended_at=began + timedelta(minutes=minutes), hours=Decimal(8), evidence={}, now=START + 4 * DAY, **MEASURE,
    )  # fmt: skip
    return entry


def _ledger(session: Session, person: Person) -> list[tuple[str, Decimal]]:
    return [(one.kind, one.hours) for one in hours.standing(session, person)]


def _at_an_event(session: Session, two: Two, person: Person, began: datetime, minutes: int) -> Event:
    wanted = events.Wanted("A lecture", began, began + timedelta(minutes=minutes), Decimal(2), unit_id=two.unit.id)
    event = events.create(session, wanted, actor=two.admin, now=START, **MEASURE)
    terms = attendance.Terms(START + 4 * DAY, **MEASURE)
    attendance.type_in(session, event, [person.id], came_at=began, left_at=event.ends_at, actor=two.admin, terms=terms)
    return event


def test_of_two_events_at_the_same_time_one_counts_and_a_split_gives_both_back(session: Session, two: Two) -> None:
    first = _at_an_event(session, two, two.kept, START, 90)
    second = _at_an_event(session, two, two.other, START + timedelta(minutes=45), 90)
    third = _at_an_event(session, two, two.other, START + DAY, 90)
    before = _picture(session, two.kept, two.other)
    _merge(session, two)
    assert _ledger(session, two.kept) == [("event", 2), ("event", 2), ("event", 1)]
    assert sum(session.scalars(select(HoursEntry.hours).where(HoursEntry.person_id == two.kept.id))) == 5

    def brought() -> list[Decimal | None]:
        session.expire_all()
        return [attendance.of_event(session, one)[0].attendance.hours for one in (first, second, third)]

    assert brought() == [2, 1, 2]
    _split(session, two)
    assert brought() == [2, 2, 2]
    assert _picture(session, two.kept, two.other) == before
    assert _ledger(session, two.other) == [("event", 2), ("event", 2)]


@pytest.mark.parametrize("void", [True, False], ids=["taken back", "corrected"])
def test_what_was_corrected_since_a_merge_goes_with_its_event(session: Session, two: Two, void: bool) -> None:
    _at_an_event(session, two, two.kept, START, 90)
    held = [_at_an_event(session, two, two.other, START + timedelta(minutes=45), 90),
            _at_an_event(session, two, two.other, START + DAY, 90)]  # fmt: skip
    _merge(session, two)
    terms = attendance.Terms(START + 5 * DAY, **MEASURE)
    for event in held:
        [here] = attendance.of_event(session, event)
        said = {"reason": "a mistake", "actor": two.admin, "terms": terms}
        if void:
            attendance.void(session, event, here, **said)
        else:
            left = event.starts_at + timedelta(minutes=68)
            attendance.correct(session, event, here, came_at=event.starts_at, left_at=left, **said)
    _split(session, two)
    session.expire_all()
    brought = sum(attendance.of_event(session, event)[0].attendance.hours or 0 for event in held)
    assert _picture(session, two.kept)[two.kept.id][7] == 2  # type: ignore[index]
    assert _picture(session, two.other)[two.other.id][7] == brought  # type: ignore[index]
    assert (brought == 0) is void


def test_a_day_of_the_two_together_is_no_fuller_than_of_one(session: Session, two: Two) -> None:
    _credit(session, two.kept, START, 240, kind="event", subject=1)  # 5.33 hours
    _credit(session, two.other, START + timedelta(hours=5), 180, kind="sign_off", subject=2)  # 4
    _credit(session, two.other, START + timedelta(hours=9), 90, kind="event", subject=3)  # 2
    _merge(session, two)
    assert _ledger(session, two.kept) == [("event", Decimal("5.33")), ("sign_off", Decimal("2.66"))]
    assert hours.already(session, two.kept) == {date(2026, 3, 2): 8 * 45 * 60}
    _split(session, two)
    assert [brought for _kind, brought in _ledger(session, two.other)] == [4, 2]


def test_an_event_over_the_end_of_a_year_goes_over_with_the_hours_of_both(session: Session, two: Two) -> None:
    began = datetime(2025, 12, 31, 22, 30, tzinfo=MEASURE["zone"])
    entries = hours.credit(
        session, two.other, kind="event", title="Taught", subject_id=1, began_at=began,
        ended_at=began + timedelta(minutes=180), hours=Decimal(4), evidence={}, now=START, **MEASURE,
    )  # fmt: skip
    assert [one.hours for one in entries] == [2, 2]
    _merge(session, two)
    assert _ledger(session, two.kept) == [("event", 2), ("event", 2)]


def test_a_completion_that_rested_on_hours_counted_twice_goes_and_comes_back(session: Session, two: Two) -> None:
    part = a_part(session, two.unit, two.other, now=START)
    _at_an_event(session, two, two.kept, START, 90)
    event = _at_an_event(session, two, two.other, START, 90)
    terms = attendance.Terms(START + 4 * DAY, **MEASURE)
    wanted = events.Wanted("A lecture", event.starts_at, event.ends_at, Decimal(2), part_id=part.id)
    events.change(session, event, wanted, actor=two.admin, now=terms.now, **MEASURE)

    def stand() -> list[bool]:
        session.expire_all()
        rows = session.scalars(select(Completion).where(Completion.kind == CompletionKind.PROGRAMME))
        return [one.voided_at is None for one in rows]

    assert stand() == [True]
    _merge(session, two)
    assert stand() == [False]
    _split(session, two)
    assert stand() == [False, True]


@pytest.fixture
def drills(session: Session, two: Two) -> list[ProgrammePart]:
    """Two drills of one programme that the kept one has."""
    first = a_part(session, two.unit, two.kept, now=START, kind=PartKind.SIGN_OFF)
    second = ProgrammePart(stage_id=first.stage_id, position=2, kind=PartKind.SIGN_OFF, title="Drill", hours=Decimal(2))
    session.add(second)
    session.flush()
    return [first, second]


def _turn(session: Session, person: Person, *drills: ProgrammePart) -> ProgrammeMember:
    """Somebody's turn of the programme, with what of it was signed."""
    member = session.scalar(select(ProgrammeMember).where(ProgrammeMember.person_id == person.id))
    if member is None:
        given = session.scalars(select(ProgrammeMember)).first()
        assert given is not None
        member = ProgrammeMember(programme_id=given.programme_id, person_id=person.id, added_at=START,
                                 assignment_id=given.assignment_id, starts_on=START.date())  # fmt: skip
        session.add(member)
        session.flush()
    session.add_all(
        SignOff(member_id=member.id, part_id=one.id, trainer="Zhao", began_at=START, ended_at=START + 2 * HOUR,
                hours=Decimal(2), at=START) for one in drills
    )  # fmt: skip
    session.flush()
    return member


def test_what_two_did_together_is_completed_by_their_merge_and_parted_by_a_split(
    session: Session, two: Two, drills: list[ProgrammePart]
) -> None:
    mine, theirs = _turn(session, two.kept, drills[0]), _turn(session, two.other, drills[1])
    _merge(session, two)
    [done] = session.scalars(select(Completion).where(Completion.kind == CompletionKind.PROGRAMME)).all()
    assert (done.person_id, done.completed_at) == (two.kept.id, START + 5 * DAY)
    assert (mine.completion_id, theirs.completion_id) == (done.id, None)
    _split(session, two)
    session.expire_all()
    assert (done.voided_at, done.person_id) == (START + 6 * DAY, two.kept.id)
    assert [one.completion_id for one in (mine, theirs)] == [None, None]
    assert [one.completed_at for one in (mine, theirs)] == [None, None]
    _merge(session, two, START + 7 * DAY)
    standing = select(Completion.person_id).where(
        Completion.kind == CompletionKind.PROGRAMME, Completion.voided_at.is_(None)
    )
    assert session.scalars(standing).all() == [two.kept.id]


def test_what_a_merge_completed_and_somebody_took_back_holds_up_no_split(
    session: Session, two: Two, drills: list[ProgrammePart]
) -> None:
    _turn(session, two.kept, drills[0])
    _turn(session, two.other, drills[1])
    _merge(session, two)
    [done] = session.scalars(select(Completion).where(Completion.kind == CompletionKind.PROGRAMME)).all()
    completions.void(session, done, actor=two.admin, reason="by mistake", now=START + 5 * DAY,
                     zone=MEASURE["zone"])  # fmt: skip
    _split(session, two)
    assert two.other.merged_into_id is None
    assert (done.person_id, done.void_reason) == (two.kept.id, "by mistake")


def test_what_the_other_had_nearly_done_goes_back_to_them_with_a_split(
    session: Session, two: Two, drills: list[ProgrammePart]
) -> None:
    """The programme was given to the other one alone, who lacked what the kept one had signed in the same turn."""
    mine = _turn(session, two.kept, drills[0])
    theirs = _turn(session, two.other, *drills)
    mine.left_at = START
    session.flush()
    session.delete(session.scalars(select(SignOff).where(SignOff.member_id == mine.id)).one())
    mine.occasion = "earlier"
    session.flush()
    _merge(session, two)
    [done] = session.scalars(select(Completion).where(Completion.kind == CompletionKind.PROGRAMME)).all()
    assert (done.person_id, theirs.person_id) == (two.kept.id, two.kept.id)
    _split(session, two)
    session.expire_all()
    assert (done.person_id, theirs.person_id, done.voided_at) == (two.other.id, two.other.id, None)
    assert theirs.completion_id == done.id
