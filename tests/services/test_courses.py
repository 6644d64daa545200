"""Courses in the database: loading, reading in order, time, answers, completion once a year, hours."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain import questions
from suyu_learn.domain.courses import CreditRules, Pace
from suyu_learn.domain.problems import Problem
from suyu_learn.hooks import completion_recorded
from suyu_learn.models import (
    Completion,
    Course,
    CourseVersion,
    Enrolment,
    Grant,
    HoursEntry,
    Lesson,
    Person,
    PersonKind,
    ProgressStep,
    Question,
    Role,
    Unit,
)
from suyu_learn.services import (
    bank,
    course_completion,
    course_overview,
    course_packs,
    courses,
    hours,
    merging,
    people,
    splitting,
    studying,
)
from suyu_learn.services.studying import Entered
from suyu_learn.services.versions import Versions
from tests.clock import START, FrozenClock
from tests.factories import course_draft, learner, manager, single, stored_bank, stored_course

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Reader:
    """A person with a course, on a clock that the test moves."""

    session: Session
    course: Course
    person: Person
    clock: FrozenClock
    rules: CreditRules = CreditRules()

    def situation(self) -> courses.Situation:
        return courses.situation(self.session, self.course, self.person, now=self.clock(), zone=ZONE)

    def enter(self, place: int) -> Entered:
        return studying.enter(
            self.session, self.course, f"lesson-{place}", self.person, now=self.clock(), zone=ZONE
        )  # fmt: skip

    def read(self, place: int, *, seconds: float) -> Completion | None:
        """Open a lesson, stay, and say that it has been read."""
        studying.open_lesson(self.session, self.enter(place), now=self.clock())
        self.clock.advance(seconds=seconds)
        entered = self.enter(place)
        studying.spend(self.session, entered, now=self.clock())
        studying.finish(self.session, entered, now=self.clock())
        return self.complete()

    def complete(self) -> Completion | None:
        return course_completion.complete_if_due(
            self.session, self.course, self.person, now=self.clock(), zone=ZONE, rules=self.rules
        )

    def recorded(self) -> course_completion.Recorded | None:
        return course_completion.recorded(
            self.session, self.situation(), self.person, zone=ZONE, rules=self.rules
        )  # fmt: skip

    def hours(self) -> list[Decimal]:
        return list(self.session.scalars(select(HoursEntry.hours).order_by(HoursEntry.id)))


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(START)


@pytest.fixture
def session(database: Any) -> Any:
    transaction = database.open(write=True)
    yield transaction.session
    transaction.close()


@pytest.fixture
def reader(session: Session, clock: FrozenClock) -> Reader:
    return Reader(session, stored_course(session, now=clock()), learner(session, now=clock()), clock)


VERSIONS = {kind.code: kind for kind in questions.BUILT_IN}


def test_the_same_pack_twice_changes_nothing_and_a_changed_one_is_a_new_version(reader: Reader) -> None:
    session, draft = reader.session, course_draft()
    again = course_packs.load_courses(session, [draft], now=START)
    assert [(one.number, one.stored) for one in again] == [(1, False)]
    changed = course_packs.load_courses(session, [replace(draft, summary="Other words.")], now=START)
    assert [(one.number, one.stored) for one in changed] == [(2, True)]
    assert session.scalar(select(func.count()).select_from(CourseVersion)) == 2
    assert courses.find(session, "soil").published_version.summary == "Other words."  # type: ignore[union-attr]


def test_who_began_a_version_finishes_it_and_then_reads_the_new_one(reader: Reader) -> None:
    reader.read(1, seconds=60)
    course_packs.load_courses(reader.session, [replace(course_draft(), title="New soil")], now=reader.clock())
    assert reader.situation().version.number == 1
    assert reader.situation().finished == 1
    completion = reader.read(2, seconds=60)
    assert completion is not None
    assert completion.evidence["version"] == 1
    found = reader.situation()
    assert (found.version.number, found.done) == (2, completion)
    assert found.openable == set(found.order)


def test_who_clicked_through_gets_the_rest_by_reading_properly(reader: Reader) -> None:
    for place in (1, 2):
        reader.read(place, seconds=5)
    assert reader.situation().done is not None
    assert reader.hours() == []  # 10 s of 2700 s
    reader.clock.advance(days=1)
    for place in (1, 2, 1, 2):
        reader.read(place, seconds=300)
    # 60 s each is all that the lessons take: 55 s more of the first are 0.02, of the second as much
    assert reader.hours() == [Decimal("0.02"), Decimal("0.02")]
    assert {row.completion_id for row in reader.session.scalars(select(HoursEntry))} == {reader.situation().done.id}  # type: ignore[union-attr]


def test_what_single_entries_round_down_is_not_lost_twice(reader: Reader) -> None:
    for place in (1, 2):
        reader.read(place, seconds=20)
    assert reader.hours() == [Decimal("0.01")]  # 40 s of 2700 s are 0.0148
    record = reader.recorded()
    assert record is not None
    assert (record.hours, record.seconds, record.more, record.left) == (Decimal("0.01"), 40, Decimal("0.03"), 80)
    assert record.lesson is not None
    assert record.lesson.slug == "lesson-1"
    reader.clock.advance(days=1)
    reader.read(1, seconds=40)
    # 80 s are 0.0296: 40 s alone would have brought 0.01, and so would the whole; nothing is credited below a cent
    assert sum(reader.hours()) == Decimal("0.02")
    reader.read(2, seconds=40)
    assert sum(reader.hours()) == Decimal("0.04")  # 120 s are 0.0444, as the cover promises; each alone made 0.03
    record = reader.recorded()
    assert record is not None
    assert (record.hours, record.seconds, record.more, record.lesson) == (Decimal("0.04"), 120, 0, None)


def test_what_was_finished_on_the_last_day_of_a_year_and_sent_later_belongs_to_that_year(reader: Reader) -> None:
    reader.clock.set(datetime(2026, 12, 31, 15, 0, tzinfo=UTC))  # an hour before midnight in Shanghai
    for place in (1, 2):
        studying.open_lesson(reader.session, reader.enter(place), now=reader.clock())
        reader.clock.advance(seconds=60)
        studying.spend(reader.session, reader.enter(place), now=reader.clock())
        studying.finish(reader.session, reader.enter(place), now=reader.clock())
    finished_at = reader.clock()
    reader.clock.set(datetime(2027, 1, 2, tzinfo=UTC))
    completion = reader.complete()
    assert completion is not None
    assert (completion.occasion, completion.completed_at) == ("2026", finished_at)
    assert completion.evidence["arrived_at"] == reader.clock().isoformat()
    assert reader.session.scalars(select(HoursEntry.day)).one().isoformat() == "2026-12-31"
    assert (reader.situation().done, reader.situation().begun) == (None, False)


def test_what_brought_the_rest_of_a_year_brings_nothing_in_the_next(reader: Reader) -> None:
    for _time in range(2):
        for place in (1, 2):
            reader.read(place, seconds=2 if _time == 0 else 58)
    assert reader.hours() == [Decimal("0.02"), Decimal("0.02")]
    reader.clock.set(datetime(2027, 3, 3, tzinfo=UTC))
    assert reader.situation().progress == {}
    for place in (1, 2):
        reader.read(place, seconds=2)
    assert reader.situation().done is not None
    assert reader.hours() == [Decimal("0.02"), Decimal("0.02")]


def test_a_new_version_brings_no_hours_anew_in_the_same_year(reader: Reader) -> None:
    for place in (1, 2):
        reader.read(place, seconds=60)
    assert reader.hours() == [Decimal("0.04")]
    course_packs.load_courses(reader.session, [replace(course_draft(), title="New soil")], now=reader.clock())
    reader.clock.advance(days=1)
    for place in (1, 2):
        reader.read(place, seconds=60)
    assert reader.hours() == [Decimal("0.04")]


def test_the_pace_sets_the_plausible_time(session: Session) -> None:
    people.install_audiences(session)
    course_packs.load_courses(session, [course_draft()], now=START, pace=Pace(characters=100))
    assert set(session.scalars(select(Lesson.reading_seconds))) == {180}


def test_a_slug_of_another_pack_and_an_unknown_audience_are_refused(reader: Reader) -> None:
    for draft, code in (
        (course_draft(audience="workers"), "course.slug_twice"),
        (course_draft(audience="sailors", slug="sea"), "course.unknown_audience"),
    ):
        with pytest.raises(Problem) as refusal:
            course_packs.load_courses(reader.session, [draft], now=START)
        assert (refusal.value.code, refusal.value.place.file) == (code, f"{draft.pack}/course.toml")


def test_lessons_open_in_order(reader: Reader) -> None:
    with pytest.raises(Problem, match="lesson_locked"):
        reader.enter(2)
    with pytest.raises(Problem, match="no_such_lesson"):
        reader.enter(9)
    reader.read(1, seconds=10)
    assert reader.enter(2).previous is not None
    assert reader.session.scalar(select(func.count()).select_from(Enrolment)) == 1


def test_hidden_and_draft_courses_are_not_there(reader: Reader) -> None:
    reader.course.deleted_at = START
    reader.session.flush()
    with pytest.raises(Problem, match="unknown"):
        courses.find(reader.session, "soil")
    assert courses.catalogue(reader.session, reader.person, now=START, zone=ZONE) == []
    reader.course.deleted_at, reader.course.published_version_id = None, None
    reader.session.flush()
    with pytest.raises(Problem, match="unknown"):
        courses.find(reader.session, "soil")


def test_guests_of_an_exam_read_no_courses(reader: Reader) -> None:
    reader.person.kind = PersonKind.GUEST
    with reader.session.no_autoflush, pytest.raises(Problem, match="refused"):
        reader.enter(1)
    assert courses.in_progress(reader.session, reader.person, now=START, zone=ZONE) is None
    reader.person.kind = PersonKind.MEMBER


def test_time_counts_once_however_it_arrives(reader: Reader) -> None:
    clock = reader.clock
    entered = reader.enter(1)
    studying.open_lesson(reader.session, entered, now=clock())
    clock.advance(seconds=50)
    spend = lambda **more: studying.spend(reader.session, entered, now=clock(), **more)  # noqa: E731
    assert spend(seconds=40, key="first-key") == 40
    assert spend(seconds=40, key="first-key") == 0
    assert spend(seconds=40, key="other-key") == 0  # no time has passed since
    clock.advance(seconds=10)
    assert spend(seconds=3600, key="third-key") == 10
    assert spend(seconds=30, key="early-key", age=timedelta(days=1)) == 0  # before it was opened
    assert reader.situation().progress[entered.entry.id].spent == 50


def test_two_lessons_side_by_side_share_the_time(reader: Reader) -> None:
    other = Reader(reader.session, stored_course(reader.session, course_draft(slug="water"), now=START), reader.person,
                   reader.clock)  # fmt: skip
    for one in (reader, other):
        studying.open_lesson(one.session, one.enter(1), now=START)
    reader.clock.advance(seconds=60)
    granted = [studying.spend(one.session, one.enter(1), now=reader.clock(), seconds=60) for one in (reader, other)]
    assert granted == [60, 0]


def test_time_that_waited_in_the_browser_counts_when_it_was_spent(reader: Reader) -> None:
    entered = reader.enter(1)
    studying.open_lesson(reader.session, entered, now=reader.clock())
    reader.clock.advance(hours=20)
    age = timedelta(hours=20) - timedelta(seconds=45)
    assert studying.spend(reader.session, entered, now=reader.clock(), seconds=40, key="late-key", age=age) == 40
    assert list(reader.situation().progress[entered.entry.id].days) == [START.astimezone(ZONE).date()]


def test_time_that_arrives_late_is_cut_to_what_was_not_counted_yet(reader: Reader) -> None:
    """Counted are minutes 10 to 15 and 20 to 30; then comes what another device has kept since."""
    entered, clock = reader.enter(1), reader.clock
    studying.open_lesson(reader.session, entered, now=clock())
    clock.advance(minutes=40)
    minute = lambda at: timedelta(minutes=40 - at)  # noqa: E731
    spend = lambda until, minutes, key: studying.spend(  # noqa: E731
        reader.session, reader.enter(1), now=clock(), seconds=60 * minutes, key=f"a-key-{key}", age=minute(until)
    ) / 60  # fmt: skip
    assert [spend(15, 5, 1), spend(30, 10, 2)] == [5, 10]
    assert spend(25, 60, 3) == 5  # of 15 to 20
    assert spend(12, 60, 4) == 10  # of 0 to 10
    assert spend(35, 60, 5) == 5
    assert [spend(until, 60, f"more-{until}") for until in (5, 10, 14, 15, 20, 29, 30, 35)] == [0] * 8
    assert reader.situation().progress[entered.entry.id].spent == 35 * 60


def test_without_script_an_open_page_counts_the_plausible_time_at_most(reader: Reader) -> None:
    reader.read(1, seconds=3 * 3600)
    assert reader.situation().progress[reader.situation().order[0]].spent == 60


def test_a_page_shown_again_at_once_is_no_second_opening(reader: Reader) -> None:
    for pause in (0, 10, 30):
        reader.clock.advance(seconds=pause)
        studying.open_lesson(reader.session, reader.enter(1), now=reader.clock())
    assert reader.session.scalar(select(func.count()).select_from(ProgressStep)) == 2


def test_a_course_is_completed_once_with_rule_evidence_unit_and_hours(session: Session, clock: FrozenClock) -> None:
    unit = people.add_unit(session, "Pine Village", parent=None, now=clock())
    course = stored_course(session, course_draft(characters=6750), now=clock())  # 22.5 minutes a lesson
    reader = Reader(session, course, learner(session, now=clock(), unit=unit), clock)
    assert reader.read(1, seconds=1000) is None
    done = reader.read(2, seconds=5000)
    assert done is not None
    assert done.rule == {"name": "all lessons finished and checkpoints answered right", "version": 1}
    assert (done.occasion, done.unit_names, done.started_at) == ("2026", "Pine Village", START)
    assert [(one["spent"], one["plausible"], one["counted"]) for one in done.evidence["lessons"]] == [
        (1000, 1350, 1000), (1350, 1350, 1350),
    ]  # fmt: skip
    (entry,) = session.scalars(select(HoursEntry)).all()
    assert entry.hours == Decimal("0.87")  # 2350 s of 2700 s is 0.8703...
    assert (entry.day, entry.completion_id, entry.unit_names) == (
        clock().astimezone(ZONE).date(), done.id, "Pine Village",
    )  # fmt: skip
    assert entry.evidence["days"] == {"2026-03-02": 2350}
    assert reader.complete() is None
    assert reader.situation().done == done
    assert courses.in_progress(session, reader.person, now=clock(), zone=ZONE) is None


def test_reading_again_counts_in_the_next_year_only(reader: Reader) -> None:
    reader.read(1, seconds=60)
    assert reader.read(2, seconds=60) is not None
    reader.clock.advance(days=30)
    assert reader.read(1, seconds=60) is None
    assert reader.read(2, seconds=60) is None
    reader.clock.set(datetime(2026, 12, 31, 15, 59, tzinfo=UTC))  # a minute before the year ends in Shanghai
    assert reader.situation().done is not None
    reader.clock.advance(minutes=1)
    found = reader.situation()
    assert (found.done, found.finished, found.openable) == (None, 0, {found.order[0]})
    assert found.earlier is not None
    reader.clock.advance(days=5)
    assert reader.read(1, seconds=60) is None
    second = reader.read(2, seconds=60)
    assert second is not None
    assert second.occasion == "2027"
    assert reader.hours() == [Decimal("0.04"), Decimal("0.04")]  # 120 s of 2700 s each


def test_a_voided_completion_is_not_written_again_that_year(reader: Reader) -> None:
    reader.read(1, seconds=60)
    done = reader.read(2, seconds=60)
    assert done is not None
    done.voided_at = reader.clock()
    reader.session.flush()
    assert reader.complete() is None
    assert len(reader.hours()) == 1


def test_the_days_cap_holds_over_several_courses(session: Session, clock: FrozenClock) -> None:
    person = learner(session, now=clock())
    rules = CreditRules(per_day=Decimal(1))
    given = []
    for slug in ("one", "two", "three"):
        course = stored_course(session, course_draft(slug=slug, characters=9000), now=clock())  # half an hour a lesson
        reader = Reader(session, course, person, clock, rules)
        reader.read(1, seconds=900)
        assert reader.read(2, seconds=900) is not None
        given = reader.hours()
    assert given == [Decimal("0.66"), Decimal("0.33")]  # 1800 s, then what is left of 2700 s, then nothing
    (first, second) = session.scalars(select(HoursEntry).order_by(HoursEntry.id)).all()
    session.add(HoursEntry(person_id=person.id, hours=-first.hours, day=first.day, kind="correction", title="",
                           evidence={}, corrects_id=first.id, at=clock()))  # fmt: skip
    session.flush()
    assert hours.already(session, person) == {second.day: 900}


def test_checkpoints_are_marked_at_once_and_all_answers_stay(session: Session, clock: FrozenClock) -> None:
    drafts = [single(1), single(2)]
    stored_bank(session, now=clock(), questions=drafts)
    first, second = (draft.uid for draft in drafts)
    course = stored_course(session, course_draft((first, second)), now=clock())
    reader, versions = Reader(session, course, learner(session, now=clock()), clock), Versions(VERSIONS)

    def answer(uid: str, raw: list[str], key: str | None = None) -> bool | None:
        return studying.answer(session, reader.enter(1), uid, raw, now=clock(), versions=versions, key=key)

    assert reader.read(1, seconds=60) is None
    assert answer(first, ["wrong1"], key="a-key-1") is False
    assert answer(first, ["wrong1"], key="a-key-1") is False  # the same form twice
    assert answer(first, []) is None
    assert answer("another question", ["right"]) is None
    with pytest.raises(Problem, match="unknown_choice"):
        answer(first, ["no such"])
    assert answer(first, ["right"]) is True
    assert answer(first, ["wrong2"]) is False  # kept, but the right answer stays
    assert reader.complete() is None
    assert session.scalar(
        select(func.count()).select_from(ProgressStep).where(ProgressStep.kind == "answered")
    ) == 3  # fmt: skip
    assert answer(second, ["right"]) is True
    done = reader.complete()
    assert done is not None
    assert [(one["uid"], one["tries"]) for one in done.evidence["checkpoints"]] == [(first, 2), (second, 1)]


def test_a_retired_question_keeps_nobody_from_completing(session: Session, clock: FrozenClock) -> None:
    draft = single(1)
    stored_bank(session, now=clock(), questions=[draft])
    reader = Reader(session, stored_course(session, course_draft((draft.uid,)), now=clock()),
                    learner(session, now=clock()), clock)  # fmt: skip
    assert reader.read(1, seconds=60) is None
    bank.retire(session, session.scalars(select(Question).where(Question.uid == draft.uid)).one(), now=clock())
    assert reader.complete() is not None


def test_the_catalogue_has_ones_own_audiences_first(session: Session, clock: FrozenClock) -> None:
    for slug, audience in (("one", "officials"), ("two", "seniors"), ("three", "farmers")):
        stored_course(session, course_draft(slug=slug, audience=audience), now=clock())
    person = people.add_person(session, "Li", now=clock(), audiences=["seniors"])
    shelves = courses.catalogue(session, person, now=clock(), zone=ZONE)
    assert (shelves[0].audience.code, shelves[0].mine) == ("seniors", True)
    assert {shelf.audience.code for shelf in shelves[1:]} == {"officials", "farmers"}


def test_the_course_in_progress_is_the_last_one_opened(reader: Reader) -> None:
    assert courses.in_progress(reader.session, reader.person, now=START, zone=ZONE) is None
    reader.read(1, seconds=60)
    other = stored_course(reader.session, course_draft(slug="water"), now=START)
    Reader(reader.session, other, reader.person, reader.clock).read(1, seconds=60)
    found = courses.in_progress(reader.session, reader.person, now=reader.clock(), zone=ZONE)
    assert found is not None
    assert found.course.slug == "water"


def test_organizers_see_their_own_people_and_hide_what_is_theirs(reader: Reader) -> None:
    session, now = reader.session, START
    city = people.add_unit(session, "City", parent=None, now=now)
    village = people.add_unit(session, "Village", parent=city, now=now)
    town = people.add_unit(session, "Town", parent=city, now=now)
    organizer = learner(session, now=now, unit=village)
    session.add(Grant(person_id=organizer.id, role=Role.ORGANIZER, unit_id=village.id, granted_at=now))
    boss = learner(session, now=now)
    session.add(Grant(person_id=boss.id, role=Role.ADMIN, unit_id=None, granted_at=now))
    for unit in (village, town):
        one = Reader(session, reader.course, learner(session, now=now, unit=unit), reader.clock)
        one.read(1, seconds=60)
        one.read(2, seconds=60)
    reader.read(1, seconds=60)
    near, far = course_overview.overview(session, organizer), course_overview.overview(session, boss)
    assert (near.people, near.courses[0].started, near.courses[0].completed) == (2, 1, 1)
    assert (far.people, far.courses[0].started, far.courses[0].completed) == (5, 3, 2)
    assert (near.courses[0].may_hide, far.courses[0].may_hide) == (False, True)
    with pytest.raises(Problem, match="refused"):
        course_overview.set_hidden(session, "soil", hidden=True, actor=organizer, now=now)
    course_overview.set_hidden(session, "soil", hidden=True, actor=boss, now=now)
    hidden = course_overview.overview(session, boss)
    assert (len(hidden.courses), len(hidden.hidden)) == (0, 1)
    course_overview.set_hidden(session, "soil", hidden=False, actor=boss, now=now)
    assert len(course_overview.overview(session, boss).courses) == 1
    assert session.get(Unit, village.id) is not None


def test_the_signal_comes_after_the_commit(database: Any, clock: FrozenClock) -> None:
    with database.writing() as session:
        course, person = stored_course(session, course_draft(()), now=clock()), learner(session, now=clock())
    heard: list[str] = []

    def hear(_sender: str, completion: str) -> None:
        heard.append(completion)

    with completion_recorded.connected_to(hear):
        with database.writing() as session:
            done = Reader(session, course, person, clock).read(1, seconds=60)
            assert done is not None
            assert heard == []
        assert heard == [done.key]


def test_twenty_hands_at_once_complete_a_course_once(database: Any, clock: FrozenClock) -> None:
    with database.writing() as session:
        course, person = stored_course(session, course_draft(()), now=clock()), learner(session, now=clock())
        studying.open_lesson(session, Reader(session, course, person, clock).enter(1), now=clock())
    clock.advance(seconds=60)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with database.writing() as session:
                mine = Reader(session, courses.find(session, "soil"), session.get_one(Person, person.id), clock)
                entered = mine.enter(1)
                studying.spend(session, entered, now=clock())
                studying.finish(session, entered, now=clock())
                mine.complete()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Completion)) == 1
        assert session.scalar(select(func.sum(ProgressStep.seconds))) == 60
        assert session.scalars(select(HoursEntry.hours)).all() == [Decimal("0.02")]


def _lecture(reader: Reader, began: datetime, minutes: float) -> list[Decimal]:
    """What an event from then on brings, so many minutes long and meant to fill them."""
    entries = hours.credit(
        reader.session, reader.person, kind="event", title="A lecture", subject_id=1, began_at=began,
        ended_at=began + timedelta(minutes=minutes), hours=Decimal(8), evidence={}, now=reader.clock(), zone=ZONE,
        rules=reader.rules,
    )  # fmt: skip
    return [one.hours for one in entries]


def test_what_is_read_at_an_event_counts_for_the_event_alone(reader: Reader) -> None:
    began = reader.clock()
    reader.clock.advance(minutes=90)
    assert _lecture(reader, began, 90) == [2]
    reader.clock.set(began + timedelta(minutes=89, seconds=30))
    reader.read(1, seconds=60)  # half of it in the lecture
    reader.read(2, seconds=60)
    [entry] = reader.session.scalars(select(HoursEntry).where(HoursEntry.kind == "course"))
    assert entry.evidence["seconds"] == 90
    assert [one["counted"] for one in entry.evidence["lessons"]] == [30, 60]
    assert hours.already(reader.session, reader.person) == {began.date(): 90 * 60 + 90}


def test_an_event_brings_nothing_for_the_time_that_a_course_has_counted(reader: Reader) -> None:
    began = reader.clock()
    for place in (1, 2):
        reader.read(place, seconds=900)  # of which a minute each counts
    reader.clock.advance(minutes=15)
    assert _lecture(reader, began, 45) == [Decimal("0.95")]  # two minutes less
    [entry] = reader.session.scalars(select(HoursEntry).where(HoursEntry.kind == "event"))
    assert entry.evidence["seconds"] == 43 * 60
    reader.read(1, seconds=60)  # what was counted stays counted, once
    assert hours.already(reader.session, reader.person) == {began.date(): 45 * 60}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("keeps", ["who read", "who came"])
def test_two_entries_of_one_person_count_what_was_read_at_an_event_once(reader: Reader, keeps: str) -> None:
    began, session = reader.clock(), reader.session
    for place in (1, 2):
        reader.read(place, seconds=900)  # of which a minute each counts
    reader.clock.advance(minutes=15)
    other = learner(session, now=reader.clock())
    guest = Reader(session, reader.course, other, reader.clock)
    assert _lecture(guest, began, 45) == [1]
    kept, gone = (reader.person, other) if keeps == "who read" else (other, reader.person)
    said = {"actor": manager(session, Role.ADMIN, None, now=START), "now": reader.clock(), "reason": "twice"}
    merging.merge(session, kept, gone, **said, zone=ZONE, rules=reader.rules)
    assert hours.already(session, kept) == {began.date(): 45 * 60}
    splitting.split(session, gone, **said, zone=ZONE)
    assert hours.already(session, reader.person) == {began.date(): 120}
    assert hours.already(session, other) == {began.date(): 45 * 60}


def test_a_page_left_open_at_an_event_takes_nothing_once_its_course_is_full(reader: Reader) -> None:
    for place in (1, 2):
        reader.read(place, seconds=60)
    began = reader.clock()
    studying.open_lesson(reader.session, reader.enter(1), now=began)
    reader.clock.advance(minutes=45)
    studying.spend(reader.session, reader.enter(1), now=reader.clock(), seconds=2700)
    assert _lecture(reader, began, 45) == [1]


def test_a_field_school_of_days_says_only_roughly_when_somebody_was_there(reader: Reader) -> None:
    began = reader.clock()
    for place in (1, 2):
        reader.read(place, seconds=60)
    reader.clock.advance(days=3)
    assert _lecture(reader, began - timedelta(hours=1), 3 * 24 * 60) == [8]
    assert hours.already(reader.session, reader.person)[began.date()] == 120 + 8 * 45 * 15
