"""Reading time, progress, order, completion and hours: whatever the steps, nothing is counted that was not studied."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyu_learn.domain.courses import (
    COMPLETION_RULE,
    CreditRules,
    LessonNeeds,
    LessonProgress,
    Pace,
    StepKind,
    StepRecord,
    counted,
    credit,
    free,
    fulfilled,
    grant,
    may_open,
    most,
    next_to_read,
    plausible_seconds,
    project,
    split_by_day,
    with_names,
    without_question,
    without_questions,
    worth,
)

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # nine in the morning in Shanghai
moments = st.integers(0, 3 * 86_400).map(lambda seconds: MONDAY + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0),
        ("，。！|---|---|", 0),
        ("字" * 300, 60),
        ("字" * 301, 61),
        ("word " * 238, 60),
        ("**字**" * 300, 60),
        ("字" * 300 + "\n\n  ::question many-words-of-a-uid and more \n", 60),
        ("[" + "字" * 300 + "](https://example.org/a-very-long-address)", 60),
        ("字" * 150 + " word" * 119, 60),
    ],
)
def test_reading_time_counts_characters_and_words(text: str, seconds: int) -> None:
    assert plausible_seconds(text) == seconds


def test_the_lines_of_questions_are_taken_out_and_renamed() -> None:
    text = "one\n::question q\ntwo\n  ::question question  \n::question q q"
    assert with_names(text, {"q": "new", "question": "q-2"}) == (
        "one\n::question new\ntwo\n  ::question q-2  \n::question q q"
    )
    assert without_question(text, "q") == "one\ntwo\n  ::question question  \n::question q q"
    assert without_questions(text) == "one\ntwo\n"


def test_a_slower_pace_takes_longer_and_a_pace_of_nothing_does_not_divide() -> None:
    assert plausible_seconds("字" * 300, Pace(characters=150)) == 120
    assert plausible_seconds("字", Pace(characters=0, words=0)) == 60


def _steps(*said: tuple[str, int, int, dict[str, Any]]) -> list[StepRecord]:
    return [
        StepRecord(StepKind(kind), lesson, MONDAY + timedelta(minutes=minute), more.pop("seconds", 0), more)
        for kind, lesson, minute, more in said
    ]


def test_steps_make_progress() -> None:
    wrong = {"uid": "q", "version": 4, "response": "a", "right": False}
    lessons = project(
        _steps(
            ("opened", 1, 0, {}),
            ("spent", 1, 3, {"seconds": 100}),
            ("answered", 1, 4, wrong),
            ("answered", 1, 5, {**wrong, "response": "b", "right": True}),
            ("answered", 1, 6, wrong),
            ("finished", 1, 7, {}),
            ("opened", 1, 8, {}),
            ("finished", 1, 9, {}),
            ("opened", 2, 10, {}),
        ),
        zone=ZONE,
    )
    first, second = lessons[1], lessons[2]
    assert (first.opened_at, first.finished_at) == (MONDAY, MONDAY + timedelta(minutes=7))
    assert first.days == {date(2026, 3, 2): 100}
    assert (first.answers["q"].right, first.answers["q"].response, first.answers["q"].tries) == (True, "b", 2)
    assert second.finished_at is None
    assert not second.right("q")


def test_seconds_over_midnight_belong_to_both_days() -> None:
    five_past_midnight = datetime(2026, 3, 2, 16, 5, tzinfo=UTC)
    assert split_by_day(five_past_midnight, 600, zone=ZONE) == {date(2026, 3, 2): 300, date(2026, 3, 3): 300}
    assert split_by_day(five_past_midnight - timedelta(minutes=5), 60, zone=ZONE) == {date(2026, 3, 2): 60}
    assert list(split_by_day(MONDAY, 2 * 86_400, zone=ZONE).values()) == [54_000, 86_400, 32_400]


@given(moments, st.integers(-5, 10 * 86_400))
def test_split_days_add_up_and_none_is_longer_than_a_day(end: datetime, seconds: int) -> None:
    days = split_by_day(end, seconds, zone=ZONE)
    assert sum(days.values()) == max(0, seconds)
    assert all(0 < one <= 86_400 for one in days.values())
    assert list(days) == sorted(days)


def test_lessons_open_in_order() -> None:
    done = LessonProgress(finished_at=MONDAY)
    assert may_open([1, 2, 3], {}) == {1}
    assert may_open([1, 2, 3], {1: done}) == {1, 2}
    assert may_open([1, 2, 3], {1: done, 3: done}) == {1, 2, 3}
    assert next_to_read([1, 2, 3], {1: done}) == 2
    assert next_to_read([1], {1: done}) is None


def test_a_course_is_complete_when_all_is_finished_and_right() -> None:
    right = {"uid": "q", "version": 1, "response": "a", "right": True}
    steps = _steps(("finished", 1, 1, {}), ("finished", 2, 2, {}), ("answered", 1, 3, right))
    needs = [LessonNeeds(1, ["q"]), LessonNeeds(2, [])]
    assert fulfilled(COMPLETION_RULE, needs, project(steps, zone=ZONE))
    assert not fulfilled(COMPLETION_RULE, needs, project(steps[:2], zone=ZONE))
    assert not fulfilled(COMPLETION_RULE, needs, project(steps[1:], zone=ZONE))
    assert not fulfilled(COMPLETION_RULE, [], {})
    with pytest.raises(ValueError, match="No completion rule"):
        fulfilled({**COMPLETION_RULE, "version": 99}, needs, {})


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.one_of(st.none(), st.integers(-10, 40_000)), st.integers(0, 20_000)),
        max_size=30,
    )
)
def test_counted_time_is_never_more_than_elapsed(claims: list[tuple[int, int | None, int]]) -> None:
    now, until = MONDAY, None
    steps = []
    for lesson, claimed, pause in claims:
        now += timedelta(seconds=pause)
        seconds = grant(claimed=claimed, opened_at=MONDAY, until=now, counted_until=until)
        assert seconds >= 0
        if seconds:
            until = now
            steps.append(StepRecord(StepKind.SPENT, lesson, now, seconds))
    lessons = project(steps, zone=ZONE)
    assert sum(lesson.spent for lesson in lessons.values()) <= (now - MONDAY).total_seconds()
    worth = credit((lesson.days for lesson in lessons.values()), already={}, rules=CreditRules(per_day=Decimal(24)))
    by_day = split_by_day(now, int((now - MONDAY).total_seconds()), zone=ZONE)
    assert all(seconds <= by_day.get(day, 0) for day, seconds in worth.days.items())


@given(
    st.lists(st.tuples(st.dictionaries(st.integers(1, 4), st.integers(-5, 90_000)), st.integers(-5, 2_000))),
    st.dictionaries(st.integers(1, 4), st.integers(0, 90_000)),
    st.integers(1, 90),
    st.integers(0, 12),
)
def test_hours_are_never_above_spent_plausible_or_the_days_cap(
    lessons: list[tuple[dict[int, int], int]], already: dict[int, int], minutes: int, cap: int
) -> None:
    def dated(days: dict[int, int]) -> dict[date, int]:
        return {date(2026, 3, day): seconds for day, seconds in days.items()}

    rules = CreditRules(minutes=minutes, per_day=Decimal(cap))
    kept = [counted(dated(days), plausible) for days, plausible in lessons]
    for (days, plausible), one in zip(lessons, kept, strict=True):
        assert sum(one.values()) <= max(0, plausible)
        assert all(0 < seconds <= dated(days)[day] for day, seconds in one.items())
    worth = credit(kept, already=dated(already), rules=rules)
    assert 0 <= worth.seconds <= sum(sum(one.values()) for one in kept)
    assert worth.hours * minutes * 60 <= worth.seconds
    for day, seconds in worth.days.items():
        assert seconds + dated(already).get(day, 0) <= rules.seconds_per_day


@pytest.mark.parametrize(
    ("claimed", "most", "granted"),
    [(None, None, 120), (None, 90, 90), (60, None, 60), (500, None, 120), (-3, None, 0), (60, -1, 0)],
)
def test_a_claim_is_granted_within_what_has_passed(claimed: int | None, most: int | None, granted: int) -> None:
    now = MONDAY + timedelta(minutes=5)
    before = MONDAY + timedelta(minutes=3)
    assert grant(claimed=claimed, opened_at=MONDAY, until=now, counted_until=before, most=most) == granted
    assert grant(claimed=claimed, opened_at=None, until=now, counted_until=None, most=most) == 0


def test_hours_by_hand() -> None:
    rules = CreditRules()
    assert rules.hours(45 * 60) == 1
    assert rules.hours(1_000) == Decimal("0.37")  # 1000 s of 2700 s is 0.3703...
    assert rules.hours(26) == 0
    assert rules.seconds_per_day == 6 * 3600


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("span", "hours", "already", "days", "brought"),
    [
        # a lecture of two credit hours in an hour and a half
        ((_at(2, 9), _at(2, 10, 30)), "2", {}, {2: 5_400}, "2.00"),
        # meant to bring three, but 90 minutes are two
        ((_at(2, 9), _at(2, 10, 30)), "3", {}, {2: 5_400}, "2.00"),
        # an afternoon from which only two count
        ((_at(2, 13), _at(2, 17)), "2", {}, {2: 5_400}, "2.00"),
        # 40 minutes of a lecture of two hours: 2400 s of 2700 s
        ((_at(2, 9), _at(2, 9, 40)), "2", {}, {2: 2_400}, "0.88"),
        # nine to seven is ten hours of the clock; a day brings eight
        ((_at(2, 9), _at(2, 19)), "13", {}, {2: 21_600}, "8.00"),
        # seven hours stand there, one is left
        ((_at(2, 9), _at(2, 11)), "2", {2: 18_900}, {2: 2_700}, "1.00"),
        ((_at(2, 9), _at(2, 11)), "2", {2: 21_600}, {}, "0"),
        # a night drill from eleven to half past one: both days bear alike
        ((_at(2, 23), _at(3, 1, 30)), "2", {}, {2: 2_700, 3: 2_700}, "2.00"),
        ((_at(2, 23, 30), _at(3, 2)), "2", {}, {2: 1_800, 3: 3_600}, "2.00"),
        ((_at(2, 23), _at(3, 1)), "2", {2: 21_600}, {3: 3_600}, "1.33"),
        # a field school of three days: 20 hours are 54000 s, 18000 s a day; a full first day leaves 16
        ((_at(2, 8), _at(4, 17)), "20", {}, {2: 18_000, 3: 18_000, 4: 18_000}, "20.00"),
        ((_at(2, 8), _at(4, 17)), "20", {2: 21_600}, {3: 21_600, 4: 21_600}, "16.00"),
        ((_at(2, 8), _at(4, 17)), "1.01", {}, {2: 909, 3: 909, 4: 909}, "1.01"),
        # turned round, or nothing
        ((_at(2, 11), _at(2, 9)), "2", {}, {}, "0"),
        ((_at(2, 9), _at(2, 11)), "-1", {}, {}, "0"),
    ],
)
def test_time_in_person_by_hand(
    span: tuple[datetime, datetime], hours: str, already: dict[int, int], days: dict[int, int], brought: str
) -> None:
    there = {date(2026, 3, day): seconds for day, seconds in already.items()}
    found = worth([span], Decimal(hours), already=there, zone=ZONE, rules=CreditRules())
    assert {day.day: seconds for day, seconds in found.days.items()} == days
    assert (found.seconds, found.hours) == (sum(days.values()), Decimal(brought))


def test_the_most_that_a_time_can_bring_by_hand() -> None:
    rules = CreditRules()
    assert most([(_at(2, 9), _at(2, 10, 30))], zone=ZONE, rules=rules) == 2
    assert most([(_at(2, 9), _at(2, 19))], zone=ZONE, rules=rules) == 8
    assert most([(_at(2, 8), _at(4, 17))], zone=ZONE, rules=rules) == 24
    assert most([], zone=ZONE, rules=rules) == 0


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], [(9, 12)]),
        ([(10, 11)], [(9, 10), (11, 12)]),
        ([(8, 10), (11, 13)], [(10, 11)]),
        ([(8, 13)], []),
        ([(12, 14), (7, 9)], [(9, 12)]),
        ([(9, 12), (9, 12)], []),
    ],
)
def test_nobody_is_in_two_places(taken: list[tuple[int, int]], left: list[tuple[int, int]]) -> None:
    found = free((_at(2, 9), _at(2, 12)), [(_at(2, begins), _at(2, ends)) for begins, ends in taken])
    assert found == [(_at(2, begins), _at(2, ends)) for begins, ends in left]


@given(
    st.lists(st.tuples(moments, st.integers(-600, 200_000)), max_size=3),
    st.integers(-5, 6000),
    st.dictionaries(st.integers(1, 6), st.integers(0, 90_000)),
    st.integers(1, 90),
    st.integers(0, 12),
)
def test_time_in_person_is_never_above_the_time_the_hours_or_the_days_cap(
    said: list[tuple[datetime, int]], hundredths: int, already: dict[int, int], minutes: int, cap: int
) -> None:
    rules, there = CreditRules(minutes, Decimal(cap)), {date(2026, 3, day): one for day, one in already.items()}
    spans = [(began, began + timedelta(seconds=seconds)) for began, seconds in said]
    hours = Decimal(hundredths) / 100
    found = worth(spans, hours, already=there, zone=ZONE, rules=rules)
    assert 0 <= found.hours <= max(hours, Decimal(0))
    assert found.hours * minutes * 60 <= found.seconds == sum(found.days.values())
    assert found.seconds <= sum(max(0, seconds) for _began, seconds in said)
    assert all(one > 0 and one + there.get(day, 0) <= rules.seconds_per_day for day, one in found.days.items())
    assert list(found.days) == sorted(found.days)
