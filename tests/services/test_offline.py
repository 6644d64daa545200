"""Results of papers: steps are the truth, corrections are further steps, and everything counts as if sat here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn import defaults
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.domain.attempts import AttemptState, RetakeFor, StepKind
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Appeal,
    Attempt,
    AuditEntry,
    Completion,
    Counts,
    Exam,
    Import,
    ImportState,
    OpenAnswer,
    PaperMode,
    Person,
    Question,
    Role,
    Slot,
    Step,
    Unit,
)
from suyu_learn.plugins import Plugins
from suyu_learn.services import (
    bank,
    boards,
    exam_rosters,
    exams,
    invigilation,
    offline,
    offline_imports,
    offline_obstacles,
    paper_prints,
    people,
    records,
    regrading,
    report_questions,
    reports,
    sitting,
)
from suyu_learn.services import offline_import_steps as steps
from suyu_learn.services.offline import Typed
from suyu_learn.services.offline_import_plan import Desk
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.record_filters import Filter, Status
from suyu_learn.services.record_rows import Field, Words, rows
from suyu_learn.services.versions import Versions
from tests.clock import FrozenClock
from tests.factories import (
    essay,
    fill_in,
    learner,
    manager,
    multiple,
    published_exam,
    single,
    stored_bank,
    true_false,
)
from tests.statements import counted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ZONE = ZoneInfo("Asia/Shanghai")
GRACE = timedelta(minutes=5)


@dataclass
class Room:
    """An exam with people who are due, and who enters their papers."""

    session: Session
    clock: FrozenClock
    exam: Exam
    people: list[Person]
    clerk: Person
    versions: Versions

    def enter(self, who: int, points: str = "", day: str = "", **more: Any) -> Attempt:
        typed = Typed(points=points, day=day or self.clock().astimezone(ZONE).date().isoformat(), **more)
        paper = offline.paper_of(self.session, self.exam, self.versions, typed.variant)
        result = offline.read(self.session, self.exam, typed, paper=paper, zone=ZONE, now=self.clock(),
                              versions=self.versions)  # fmt: skip
        return offline.enter(self.session, self.exam, self.people[who], result, actor=self.clerk, now=self.clock(),
                             versions=self.versions)  # fmt: skip

    def refused(self, who: int, points: str = "", day: str = "", **more: Any) -> str:
        with pytest.raises(Problem) as caught:
            self.enter(who, points, day, **more)
        return caught.value.code

    def correct(self, attempt: Attempt, points: str, reason: str = "Added up wrongly", seen: str = "") -> None:
        offline.correct(self.session, self.exam, attempt.id, points=points, seen=seen or offline.shown(attempt.points),
                        reason=reason, actor=self.clerk, now=self.clock())  # fmt: skip

    def online(self, who: int, *, right: int = 5) -> Attempt:
        """Sit it here, with so many right answers of five."""
        tools: dict[str, Any] = {"now": self.clock(), "grace": GRACE, "versions": self.versions}
        attempt = sitting.start(self.session, self.exam, self.people[who], pools=PaperPools(), **tools)
        sitting.open_paper(self.session, attempt, **tools)
        for slot in range(1, right + 1):
            self.session.add(Step(attempt_id=attempt.id, kind=StepKind.SAVED, slot=slot, epoch=1, seq=1,
                                  response="right", made_at=self.clock(), received_at=self.clock(),
                                  actor_id=attempt.person_id))  # fmt: skip
        self.session.flush()
        return sitting.submit(self.session, attempt, **tools)

    def sound(self) -> bool:
        """Whether every row is what its steps say."""
        return all(sitting.rebuild(self.session, one) == {} for one in self.session.scalars(select(Attempt)))

    def completion(self, who: int) -> Completion | None:
        return self.session.scalar(select(Completion).where(Completion.person_id == self.people[who].id,
                                                            Completion.occasion == ""))  # fmt: skip


def room(
    session: Session, clock: FrozenClock, *, drafts: Any = None, names: Iterable[str] = ("Ann", "Ben", "Cem"),
    **policy: Any,
) -> Room:  # fmt: skip
    unit = people.add_unit(session, "Pine City", parent=None, now=clock())
    source = stored_bank(session, now=clock(), unit=unit, questions=drafts)
    office = people.add_unit(session, "Office", parent=None, now=clock())
    clerk = manager(session, Role.ORGANIZER, unit, now=clock(), home=office)
    those = [learner(session, now=clock(), unit=unit, name=name) for name in names]
    exam = published_exam(session, now=clock(), source=source, unit=unit, **{"mode": PaperMode.DRAWN_ONCE, **policy})
    clock.advance(hours=1)
    return Room(session, clock, exam, those, clerk, Versions(Plugins([defaults]).question_types))


def uploaded(hall: Room, text: str) -> tuple[Desk, Import]:
    """A table of results in its preview, and who sent it."""
    sight = boards.sight_of(hall.session, hall.exam, hall.clerk)
    desk = Desk(hall.exam, sight, hall.clerk, hall.clock(), ZONE, hall.versions)
    upload = offline_imports.planned(hall.session, desk, offline_imports.read(text.encode(), "room.csv"))
    batch = offline_imports.announce(hall.session, desk, upload)
    offline_imports.keep_rows(hall.session, batch, upload.rows)
    offline_imports.arrived(hall.session, batch)
    return desk, batch


def taken_in(hall: Room, desk: Desk, batch: Import) -> int:
    """Take a file in to its end; in how many steps."""
    steps.begin(hall.session, batch)
    count, done = 0, False
    while not done:
        for part in steps.coming(hall.session, desk, batch):
            done, count = steps.step(hall.session, desk, batch.key, part), count + 1
    return count


@pytest.fixture
def hall(session: Session, clock: FrozenClock) -> Room:
    return room(session, clock)


def test_the_same_paper_is_entered_once_though_more_attempts_are_allowed(session: Session, clock: FrozenClock) -> None:
    hall = room(session, clock, attempts_allowed=3)
    hall.enter(0, "60")
    assert hall.refused(0, "60") == "offline.entered_already"
    hall.enter(0, "80")


def test_where_printed_papers_differ_answers_need_their_code(hall: Room) -> None:
    paper_prints.make(hall.session, hall.exam, 2, actor=hall.clerk, now=hall.clock(), versions=hall.versions,
                      pools=PaperPools())  # fmt: skip
    assert hall.refused(0, answers={1: "A"}) == "offline.which_variant"
    attempt = hall.enter(0, answers={1: "A"}, variant=f"{hall.exam.code}-b")
    assert attempt.points is not None
    assert hall.enter(1, "40").points == 40


def test_points_alone_make_an_attempt_that_follows_from_its_steps(hall: Room) -> None:
    attempt = hall.enter(0, "87.5", room="Room 3", remark="came late")
    assert (attempt.state, attempt.points, attempt.full_points) == (AttemptState.SUBMITTED, Decimal("87.5"), 100)
    assert (attempt.passed, attempt.offline, attempt.unit_names) == (True, True, "Pine City")
    assert hall.sound()
    notes = offline.notes_of(hall.session, attempt)
    assert notes is not None
    assert (notes.room, notes.remark, notes.entries[0].by) == ("Room 3", "came late", hall.clerk.name)
    kinds = hall.session.scalars(select(Step.kind).where(Step.attempt_id == attempt.id).order_by(Step.id)).all()
    assert kinds == [StepKind.OPENED, StepKind.ENTERED, StepKind.SUBMITTED]
    entry = hall.session.scalars(select(AuditEntry).where(AuditEntry.action == "paper.entered")).one()
    assert (entry.actor_id, entry.detail["person_id"]) == (hall.clerk.id, hall.people[0].id)


@pytest.mark.parametrize(("points", "passed"), [("60", True), ("59.99", False), ("0", False), ("100", True)])
def test_the_pass_mark_is_that_of_the_exam(hall: Room, points: str, passed: bool) -> None:
    assert hall.enter(0, points).passed is passed
    assert (hall.completion(0) is not None) is passed


def test_it_counts_as_sat_in_reports_and_records(hall: Room) -> None:
    hall.enter(0, "90")
    hall.enter(1, "30")
    hall.online(2)
    report = reports.exam_report(hall.session, hall.exam, now=hall.clock())
    assert report.total is not None
    tally = report.total.tally
    assert (tally.due, tally.sat, tally.passed, report.on_paper) == (3, 3, 2, 2)
    assert [(one.name, one.offline) for one in report.people] == [("Ann", True), ("Ben", True), ("Cem", False)]
    words = Words(online="online", offline="paper")
    for status, expected in ((Status.COMPLETED, {("Ann", "paper"), ("Cem", "online")}),
                             (Status.NOT_PASSED, {("Ben", "paper")})):  # fmt: skip
        found = rows(hall.session, Filter(status=status), (Field.NAME, Field.FORM), zone=ZONE, words=words)
        assert set(found) == expected
    everywhere = reports.EVERYTHING
    assert report_questions.without_answers(hall.session, hall.exam, sight=everywhere) == 2


def test_a_correction_is_one_more_step_and_takes_everything_along(hall: Room) -> None:
    attempt = hall.enter(0, "90")
    hall.clock.advance(hours=2)
    hall.correct(attempt, "40")
    assert (attempt.points, attempt.passed) == (40, False)
    stands = hall.completion(0)
    assert stands is not None
    assert stands.void_reason == "Added up wrongly"
    hall.correct(attempt, "95", reason="It was right after all")
    assert attempt.passed
    assert hall.sound()
    notes = offline.notes_of(hall.session, attempt)
    assert notes is not None
    assert [one.points for one in notes.entries] == [90, 40, 95]
    assert notes.entries[2].reason == "It was right after all"
    told = hall.session.scalars(select(AuditEntry).where(AuditEntry.action == "paper.corrected")).all()
    assert [(Decimal(one.detail["old"]), Decimal(one.detail["new"])) for one in told] == [(90, 40), (40, 95)]


def test_a_completion_tells_the_points_as_corrected(hall: Room) -> None:
    attempt = hall.enter(0, "90")
    hall.correct(attempt, "80")
    stands = hall.completion(0)
    assert stands is not None
    assert Decimal(stands.evidence["points"]) == 80
    assert stands.evidence["offline"] is True


@pytest.mark.parametrize(
    ("points", "reason", "seen", "code"),
    [
        ("80", "", "", "reason.missing"),
        ("80", "why", "12", "offline.changed_meanwhile"),
        ("90", "why", "", "offline.same_points"),
        ("101", "why", "", "offline.too_many_points"),
        ("many", "why", "", "offline.not_points"),
    ],
)
def test_a_correction_that_cannot_be(hall: Room, points: str, reason: str, seen: str, code: str) -> None:
    attempt = hall.enter(0, "90")
    with pytest.raises(Problem) as caught:
        hall.correct(attempt, points, reason, seen)
    assert caught.value.code == code
    assert attempt.points == 90


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ("", "offline.nothing"),
        ("-3", "offline.not_points"),
        ("eighty", "offline.not_points"),
        ("1e3", "offline.not_points"),
        ("100.01", "offline.too_many_points"),
        ("88.125", "offline.too_exact"),
    ],
)
def test_points_that_cannot_be(hall: Room, points: str, code: str) -> None:
    assert hall.refused(0, points) == code


@pytest.mark.parametrize(("typed", "points"), [("８７", "87"), ("87分", "87"), ("87,5", "87.5"), (" 87.50 ", "87.5")])
def test_points_as_people_type_them(hall: Room, typed: str, points: str) -> None:
    assert hall.enter(0, typed).points == Decimal(points)


def test_days_lie_within_the_exam(session: Session, clock: FrozenClock) -> None:
    hall = room(session, clock, closes_at=clock() + timedelta(days=3))
    today = clock().astimezone(ZONE).date()
    clock.advance(days=10)
    assert hall.refused(0, "80", (today - timedelta(days=1)).isoformat()) == "offline.day_outside"
    assert hall.refused(0, "80", (today + timedelta(days=4)).isoformat()) == "offline.day_outside"
    assert hall.refused(0, "80", (today + timedelta(days=20)).isoformat()) == "offline.day_to_come"
    assert hall.refused(0, "80", "the day before yesterday") == "offline.not_a_day"
    assert hall.refused(0, "80", "2026-02-30") == "offline.not_a_day"
    attempt = hall.enter(0, "80", f"{today:%Y}年{today.month}月{today.day}日")
    assert attempt.closed_at == attempt.started_at == hall.exam.published_at
    assert hall.sound()


def test_ones_own_result_is_entered_by_somebody_else(hall: Room) -> None:
    hall.people[0] = hall.clerk
    assert hall.refused(0, "80") == "offline.yourself"


def test_who_has_sat_online_is_refused_until_that_attempt_is_void(hall: Room) -> None:
    attempt = hall.online(0)
    assert hall.refused(0, "80") == "offline.has_attempt"
    invigilation.void(hall.session, hall.exam, attempt.id, reason="Wrong room", actor=hall.clerk, now=hall.clock())
    assert hall.enter(0, "80").points == 80
    assert hall.refused(0, "80") == "offline.entered_already"
    assert hall.sound()


def test_who_is_sitting_right_now_is_refused(hall: Room) -> None:
    tools: dict[str, Any] = {"now": hall.clock(), "grace": GRACE, "versions": hall.versions}
    sitting.start(hall.session, hall.exam, hall.people[0], pools=PaperPools(), **tools)
    assert hall.refused(0, "80") == "offline.sits_now"


@pytest.mark.parametrize(("counts", "points"), [(Counts.BEST, 100), (Counts.LAST, 100), (Counts.MEAN, 70)])
def test_with_attempts_left_it_stands_beside_the_online_one(
    session: Session, clock: FrozenClock, counts: Counts, points: int
) -> None:
    """The paper was sat the day before, so it is the first of the two, though it was entered last."""
    hall = room(session, clock, attempts_allowed=2, counts=counts)
    yesterday = clock().astimezone(ZONE).date().isoformat()
    clock.advance(days=1)
    hall.online(0)
    paper = hall.enter(0, "40", yesterday)
    assert paper.number == 1
    report = reports.exam_report(session, hall.exam, now=clock())
    [ann] = [one for one in report.people if one.name == "Ann"]
    assert ann.standing is not None
    assert (ann.standing.points, ann.standing.attempts, ann.offline) == (points, 2, False)
    assert hall.sound()


def test_a_paper_of_the_retake_is_for_those_whom_it_is_for(session: Session, clock: FrozenClock) -> None:
    start = clock()
    hall = room(
        session, clock, closes_at=start + timedelta(days=2), retake_for=RetakeFor.FAILED,
        retake_opens_at=start + timedelta(days=5), retake_closes_at=start + timedelta(days=7),
    )  # fmt: skip
    first = clock().astimezone(ZONE).date()
    clock.advance(days=6)
    again = clock().astimezone(ZONE).date().isoformat()
    assert hall.refused(0, "80", again) == "offline.no_retake"
    hall.enter(0, "20", first.isoformat())
    attempt = hall.enter(0, "80", again)
    assert (attempt.retake, attempt.number) == (True, 2)
    assert exams.has_retake(hall.exam, [attempt]) is False


def test_a_retake_on_the_same_day_is_told_apart_by_the_time_or_by_who_has_sat(
    session: Session, clock: FrozenClock
) -> None:
    start = clock()  # nine in the morning
    hall = room(
        session, clock, closes_at=start + timedelta(hours=2), attempts_allowed=1, retake_for=RetakeFor.FAILED_OR_ABSENT,
        retake_opens_at=start + timedelta(hours=4), retake_closes_at=start + timedelta(hours=8),
    )  # fmt: skip
    today = start.astimezone(ZONE).date().isoformat()
    clock.advance(hours=2)
    assert not hall.enter(0, "20").retake
    assert hall.refused(0, "80") == "offline.entered_already", "the retake has not begun"
    clock.advance(hours=3)
    assert hall.refused(0, "20") == "offline.entered_already", "the same paper twice"
    again = hall.enter(0, "80")
    assert (again.retake, again.number, again.started_at) == (True, 2, start + timedelta(hours=4))
    assert not hall.enter(1, "40").retake
    absent = hall.enter(2, "90", f"{today} 13:30")
    assert (absent.retake, absent.number) == (True, 1)
    assert hall.sound()


DRAFTS = [single(1), multiple(2), true_false(3), fill_in(4, "oxygen"), essay(5)]


def _numbers(hall: Room) -> dict[str, int]:
    """The number of each question on the paper, by its type."""
    paper = offline.paper_of(hall.session, hall.exam, hall.versions)
    asked = hall.versions.many(hall.session, [slot.version_id for slot in paper.slots])
    return {asked[slot.version_id].type.code: slot.number for slot in paper.slots}


def test_answers_are_marked_by_the_key(session: Session, clock: FrozenClock) -> None:
    hall = room(session, clock, drafts=DRAFTS)
    at = _numbers(hall)
    answers = {at["single"]: "A", at["multiple"]: "a、c", at["true_false"]: "×", at["fill_in"]: "oxygen",
               at["essay"]: "The cause is …"}  # fmt: skip
    attempt = hall.enter(0, answers=answers)
    slots = {slot.number: slot for slot in session.scalars(select(Slot).where(Slot.attempt_id == attempt.id))}
    assert slots[at["single"]].response == "right"
    assert slots[at["multiple"]].response == ["a", "c"]
    assert [slots[at[kind]].fraction for kind in ("single", "multiple", "true_false", "fill_in")] == [1, 1, 0, 1]
    assert attempt.points is None
    assert session.scalars(select(OpenAnswer.slot).where(OpenAnswer.attempt_id == attempt.id)).all() == [at["essay"]]
    assert hall.sound()
    assert report_questions.without_answers(session, hall.exam, sight=reports.EVERYTHING) == 0
    with pytest.raises(Problem, match=r"offline\.by_answers"):
        hall.correct(attempt, "50", seen="")


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("single", "E", "offline.letter"),
        ("single", "AB", "offline.one_letter"),
        ("true_false", "maybe", "offline.right_or_wrong"),
        ("multiple", "AZ", "offline.letter"),
    ],
)
def test_an_answer_that_cannot_be_read_names_its_question(
    session: Session, clock: FrozenClock, kind: str, text: str, why: str
) -> None:
    hall = room(session, clock, drafts=DRAFTS)
    number = _numbers(hall)[kind]
    with pytest.raises(Problem) as caught:
        hall.enter(0, answers={number: text})
    reason = caught.value.params["error"]
    assert isinstance(reason, Problem)
    assert (caught.value.code, caught.value.place.field, reason.code) == ("offline.answer", f"q{number}", why)


def gaps() -> QuestionDraft:
    """A text with a menu and a word to write."""
    menu = [{"key": "light", "text": "lighter"}, {"key": "heavy", "text": "heavier"}, {"key": "warm", "text": "warmer"}]
    body = {"stem": "Ice is ____ than ____.", "explanation": "", "gaps": [
        {"key": "a", "kind": "menu", "answer": "light", "options": menu},
        {"key": "b", "kind": "text", "accepted": ["water"]},
    ]}  # fmt: skip
    return QuestionDraft(uid="gaps", type="cloze", body=body, source="a test")


@pytest.mark.parametrize(
    ("form", "response"),
    [
        ("{light};water", ["light", "water"]),
        (" {light} ； water ", ["light", "water"]),
        ("{heavy}", ["heavy", ""]),
        ("-;water", ["", "water"]),
        (";", None),
    ],
)
def test_a_menu_in_a_text_is_typed_by_its_letter(
    session: Session, clock: FrozenClock, form: str, response: list[str] | None
) -> None:
    hall = room(session, clock, drafts=[gaps(), single(1)], questions=2)
    at = _numbers(hall)
    slots = {slot.number: slot for slot in offline.paper_of(session, hall.exam, hall.versions).slots}
    order = [key.removeprefix("a:") for key in slots[at["cloze"]].options]
    text = form.format(**dict(zip(order, "abc", strict=True)))
    attempt = hall.enter(0, answers={at["cloze"]: text, at["single"]: "A"})
    stored = session.scalars(select(Slot).where(Slot.attempt_id == attempt.id, Slot.number == at["cloze"])).one()
    assert stored.response == response
    for wrong in ("D;water", "AB;water", "lighter;water"):
        assert hall.refused(1, answers={at["cloze"]: wrong}) == "offline.answer"


def test_answers_need_a_paper_that_was_the_same_for_all(session: Session, clock: FrozenClock) -> None:
    hall = room(session, clock, mode=PaperMode.DRAWN_PER_PERSON)
    assert hall.refused(0, answers={1: "A"}) == "offline.no_questions"
    assert hall.enter(0, "70").points == 70


def test_answers_of_a_printed_variant_are_read_by_its_code(session: Session, clock: FrozenClock) -> None:
    hall = room(session, clock, mode=PaperMode.DRAWN_PER_PERSON, drafts=[single(n) for n in range(1, 13)], questions=5)
    first, second = paper_prints.make(session, hall.exam, 2, actor=hall.clerk, now=clock(), versions=hall.versions,
                                      pools=PaperPools())  # fmt: skip
    right = {one.number: "ABCD"[one.options.index("right")] for one in second.slots}
    attempt = hall.enter(0, answers=right, variant=second.code.lower())
    assert attempt.points == attempt.full_points == second.points
    asked = session.scalars(select(Slot.version_id).where(Slot.attempt_id == attempt.id).order_by(Slot.number)).all()
    assert asked == [one.version_id for one in second.slots] != [one.version_id for one in first.slots]
    notes = offline.notes_of(session, attempt)
    assert notes is not None
    assert notes.variant == second.code
    assert hall.enter(1, "33", variant=first.code).points == 33
    assert hall.refused(2, answers={1: "A"}, variant="Q") == "print.unknown_variant"
    assert hall.sound()


WRONG_KEY = replace(single(1), body={**single(1).body, "answer": ["wrong1"]})


def corrected(hall: Room) -> tuple[Question, Person]:
    """The question whose key was wrong, corrected by now, and who may mark anew."""
    question = hall.session.scalars(select(Question).where(Question.uid == WRONG_KEY.uid)).one()
    bank.store(hall.session, question.bank, replace(WRONG_KEY, body=single(1).body), now=hall.clock(), reviewer="r")
    return question, manager(hall.session, Role.ORGANIZER, None, now=hall.clock())


def test_a_key_corrected_before_any_printed_paper_came_in_marks_them_all(session: Session, clock: FrozenClock) -> None:
    hall = room(session, clock, mode=PaperMode.DRAWN_PER_PERSON, drafts=[WRONG_KEY, single(2)], questions=2)
    [printed] = paper_prints.make(session, hall.exam, 1, actor=hall.clerk, now=clock(), versions=hall.versions,
                                  pools=PaperPools())  # fmt: skip
    question, keeper = corrected(hall)
    tools: dict[str, Any] = {"person": keeper, "versions": hall.versions}
    assert regrading.has_another_key(session, question)
    plan = regrading.plan(session, question, **tools)
    assert (len(plan.changes), [one.paper.code for one in plan.printed]) == (0, ["A"])
    regrading.apply(session, question, reason="A slip", now=clock(), **tools)
    assert paper_prints.variant(session, hall.exam, "A") == printed
    assert not regrading.has_another_key(session, question)
    with pytest.raises(Problem, match=r"regrade\.nothing"):
        regrading.apply(session, question, reason="Again", now=clock(), **tools)
    right = {one.number: "ABCD"[one.options.index("right")] for one in printed.slots}
    attempt = hall.enter(0, answers=right)
    assert attempt.points == attempt.full_points
    keys = select(Slot.version_id, Slot.key_version_id).where(Slot.attempt_id == attempt.id)
    asked = [row.version_id for row in session.execute(keys)]
    assert sorted(asked) == sorted(one.version_id for one in printed.slots)
    assert question.published_version_id in [row.key_version_id for row in session.execute(keys)]
    assert hall.sound()


def test_papers_that_came_in_with_answers_are_marked_anew(session: Session, clock: FrozenClock) -> None:
    hall = room(session, clock, mode=PaperMode.DRAWN_PER_PERSON, drafts=[WRONG_KEY, single(2)], questions=2)
    [printed] = paper_prints.make(session, hall.exam, 1, actor=hall.clerk, now=clock(), versions=hall.versions,
                                  pools=PaperPools())  # fmt: skip
    right = {one.number: "ABCD"[one.options.index("right")] for one in printed.slots}
    before = hall.enter(0, answers=right)
    assert before.points == 20
    question, keeper = corrected(hall)
    regrading.apply(session, question, person=keeper, reason="A slip", now=clock(), versions=hall.versions)
    assert before.points == 40
    assert hall.enter(1, answers=right).points == 40
    assert hall.sound()


def test_points_and_answers_together_are_refused(hall: Room) -> None:
    assert hall.refused(0, "80", answers={1: "A"}) == "offline.points_and_answers"
    assert hall.refused(0, answers={9: "A"}) == "offline.no_such_question"


def test_a_void_paper_counts_nowhere_and_is_given_back(hall: Room) -> None:
    attempt = hall.enter(0, "90")
    invigilation.void(hall.session, hall.exam, attempt.id, reason="Of somebody else", actor=hall.clerk,
                      now=hall.clock())  # fmt: skip
    report = reports.exam_report(hall.session, hall.exam, now=hall.clock())
    assert report.total is not None
    assert (report.total.tally.sat, report.on_paper) == (0, 0)
    stands = hall.completion(0)
    assert stands is not None
    assert stands.voided_at is not None
    assert hall.enter(0, "50").points == 50
    assert hall.sound()


def test_the_list_of_who_waits_is_bounded_by_sight(hall: Room) -> None:
    def names(who: Person) -> list[str]:
        sight = boards.sight_of(hall.session, hall.exam, who)
        return [one.name for one in offline.waiting(hall.session, hall.exam, sight=sight, now=hall.clock())]

    assert names(hall.clerk) == ["Ann", "Ben", "Cem"]
    hall.enter(1, "80")
    assert names(hall.clerk) == ["Ann", "Cem"]
    foreign = manager(hall.session, Role.ORGANIZER, hall.session.scalar(select(Unit).where(Unit.name == "Office")),
                      now=hall.clock())  # fmt: skip
    assert names(foreign) == []


def test_records_of_a_person_may_have_both_forms(session: Session, clock: FrozenClock) -> None:
    hall = room(session, clock, attempts_allowed=2)
    hall.enter(0, "10")
    clock.advance(days=1)
    hall.online(0, right=1)
    [row] = rows(session, Filter(status=Status.NOT_PASSED), (Field.NAME, Field.FORM), zone=ZONE, words=Words())
    assert row == ("Ann", "online and on paper")
    assert records.EXAM_RULE["version"] == 1


# A table of results


def crowd(session: Session, clock: FrozenClock, count: int) -> Room:
    """So many people who are due, with numbers from 0 on."""
    hall = room(session, clock, names=[f"Sitter {number}" for number in range(count)])
    for number, person in enumerate(hall.people):
        person.staff_number = str(number)
    session.flush()
    return hall


def results(hall: Room, numbers: Iterable[int]) -> str:
    """A table with a result of each of these people."""
    day = hall.clock().astimezone(ZONE).date()
    return "工号,得分,考试日期\n" + "".join(f"{number},{60 + number},{day}\n" for number in numbers)


def test_a_table_and_its_obstacles_cost_as_many_statements_for_3_rows_as_for_30(
    session: Session, clock: FrozenClock
) -> None:
    hall, spent = crowd(session, clock, 33), []
    for numbers in (range(3), range(3, 33)):
        with counted(session) as reading:
            desk, batch = uploaded(hall, results(hall, numbers))
        with counted(session) as looking:
            offline_imports.look(session, desk, batch, {})
        assert taken_in(hall, desk, batch) == -(-len(numbers) // steps.SLICE)
        with counted(session) as asking:
            assert offline_obstacles.of(session, batch) == []
        spent.append((len(reading), len(looking), len(asking)))
    assert all(many <= few for few, many in zip(*spent, strict=True)), spent


def test_an_open_appeal_keeps_a_file_from_being_taken_back(session: Session, clock: FrozenClock) -> None:
    hall = crowd(session, clock, 2)
    desk, batch = uploaded(hall, results(hall, range(2)))
    taken_in(hall, desk, batch)
    attempt = hall.session.scalars(select(Attempt).where(Attempt.person_id == hall.people[-1].id)).one()
    appeal = Appeal(exam_id=hall.exam.id, attempt_id=attempt.id, slot=0, text="Look again", made_at=hall.clock())
    hall.session.add(appeal)
    hall.session.flush()
    assert offline_obstacles.of(hall.session, batch) == [offline_obstacles.Obstacle("appealed", "Sitter 1")]
    with pytest.raises(Problem, match=r"offline\.built_on"):
        steps.begin_undo(hall.session, desk, batch.key, reason="The wrong exam")


def test_a_file_goes_in_a_few_papers_at_a_time_and_goes_on_where_it_broke_off(
    session: Session, clock: FrozenClock
) -> None:
    hall = crowd(session, clock, steps.SLICE + 3)
    desk, batch = uploaded(hall, results(hall, range(steps.SLICE + 3)))
    steps.begin(hall.session, batch)
    first, second = steps.coming(hall.session, desk, batch)
    assert steps.step(hall.session, desk, batch.key, first) is False
    assert steps.progress(batch) == (steps.SLICE, steps.SLICE + 3)
    assert len(hall.session.scalars(select(Attempt)).all()) == steps.SLICE
    for refused in (
        lambda: offline_imports.discard(hall.session, desk, batch),
        lambda: steps.begin(hall.session, batch),
    ):
        with pytest.raises(Problem, match=r"offline\.applied_already"):
            refused()
    assert steps.step(hall.session, desk, batch.key, first) is False
    assert len(hall.session.scalars(select(Attempt)).all()) == steps.SLICE
    late = second.fates[0][1].person
    assert late is not None
    hall.people[0] = hall.session.get_one(Person, late)
    hall.online(0)
    assert steps.step(hall.session, desk, batch.key, second)
    assert (batch.state, batch.counts["new"], batch.counts["refused"]) == (ImportState.DONE, steps.SLICE + 2, 1)
    [row] = [one for one in offline_imports.rows_of(hall.session, batch) if one.problems]
    assert row.problems[0]["code"] == "offline.has_attempt"
    steps.begin_undo(hall.session, desk, batch.key, reason="The wrong exam")
    assert steps.taking_back(batch)
    assert [steps.undo_step(hall.session, desk, batch.key) for _place in range(2)] == [False, True]
    assert not steps.under_way(batch)
    voided = [one for one in hall.session.scalars(select(Attempt)) if one.state is AttemptState.VOIDED]
    assert len(voided) == steps.SLICE + 2
    assert hall.sound()


def test_a_number_that_several_have_asks_who_is_meant(hall: Room) -> None:
    """Numbers are unique below one top unit only; somebody of another one was added to the roster."""
    office = hall.session.scalars(select(Unit).where(Unit.name == "Office")).one()
    other, namesake = (learner(hall.session, now=hall.clock(), unit=office, name=name) for name in ("Zoe", "Ben"))
    for person, number in ((hall.people[0], "7"), (hall.people[1], "8"), (other, "7"), (namesake, "8")):
        person.staff_number = number
    hall.session.flush()
    for person in (other, namesake):
        exam_rosters.add(hall.session, hall.exam, person, reason="Helps out", actor=hall.clerk, now=hall.clock())
    day = hall.clock().astimezone(ZONE).date()
    rows = ("7,,", "7,,Office", "7,Ann,", "8,Ben,", "8,Ben,Pine City", "7,Ann,Office", "7,Dan,", "8,Ben,Elsewhere")
    text = "工号,姓名,单位,得分,考试日期\n" + "".join(f"{row},60,{day}\n" for row in rows)
    _desk, batch = uploaded(hall, text)
    ann, ben = hall.people[:2]
    expected = [
        (None, {ann.id, other.id}), (other.id, set()), (ann.id, set()), (None, {ben.id, namesake.id}), (ben.id, set()),
        (None, {ann.id, other.id}), (None, {ann.id, other.id}), (None, {ben.id, namesake.id}),
    ]  # fmt: skip
    found = [row.data for row in offline_imports.rows_of(hall.session, batch)]
    assert [(one["person"], {who["id"] for who in one["candidates"]}) for one in found] == expected
    codes = {row.problems[0]["code"] for row in offline_imports.rows_of(hall.session, batch) if not row.data["person"]}
    assert codes == {"roster.doubt_number_of_several"}
