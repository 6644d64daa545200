"""One's own records by year, and one's own data to take along."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from suyu_learn.models import (
    Assignment,
    Attempt,
    AuditEntry,
    Base,
    Certificate,
    Completion,
    CompletionKind,
    Grant,
    HoursEntry,
    Person,
    ProgrammeMember,
    Role,
    Shown,
)
from suyu_learn.services import my_data, people, persons, record_values, unread
from suyu_learn.services.record_values import Asked, Said, What
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import (
    course_draft,
    exam_part,
    learn,
    learner,
    manager,
    programme_plan,
    published_exam,
    single,
    stored_bank,
    stored_course,
    stored_programme,
)
from tests.pdfs import words_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ZONE = ZoneInfo("Asia/Shanghai")


def _hours(app: Flask, person_id: int, *entries: tuple[date, str, str]) -> None:
    with learn(app).database.writing() as session:
        for day, hours, kind in entries:
            session.add(HoursEntry(person_id=person_id, hours=Decimal(hours), day=day, kind=kind, title=f"On {day}",
                                   evidence={}, at=learn(app).now()))  # fmt: skip


@pytest.fixture
def lin(app: Flask) -> int:
    with learn(app).database.writing() as session:
        unit = people.add_unit(session, "Pine", parent=None, now=learn(app).now())
        return learner(session, now=learn(app).now(), unit=unit, name="Lin", username="lin").id


def test_a_year_is_told_by_what_its_hours_consist_of(app: Flask, lin: int) -> None:
    _hours(app, lin, (date(2026, 1, 5), "2", "course"), (date(2026, 1, 6), "1.5", "course"),
           (date(2026, 2, 1), "4", "outside"), (date(2025, 12, 31), "8", "event"), (date(2022, 1, 1), "10", "event"),
           (date(2021, 12, 31), "100", "event"))  # fmt: skip
    own = Visitor(app).sign_in("lin")
    own.get("/records")
    assert "Credit hours in 2026 7.5" in own.words
    assert "2022 to 2026 together 25.5" in own.words  # 7.5 + 8 + 10; the last day of 2021 is out
    assert "Course 3.5 hours in 2 entries" in own.words
    assert "Entered by hand 4 hours in 1 entry" in own.words
    assert "2025-12-31" not in own.words
    own.get("/records?year=2025")
    assert "Credit hours in 2025 8" in own.words
    assert "2021 to 2025 together 118" in own.words
    for year in ("1999", "abc", "20266"):
        own.get(f"/records?year={year}")
        assert "Credit hours in 2026" in own.words


def test_the_last_minute_of_a_year_is_of_that_year(app: Flask, clock: FrozenClock, lin: int) -> None:
    """Two courses of two lessons that take 45 minutes: one ends at 23:59 in Shanghai, one two minutes later."""
    with learn(app).database.writing() as session:
        for slug in ("before", "after"):
            stored_course(
                session, course_draft((), (), slug=slug, title=slug.title(), characters=300 * 45), now=clock()
            )
    own = Visitor(app)
    for slug, ends in (("before", datetime(2026, 12, 31, 23, 59, tzinfo=ZONE)),
                       ("after", datetime(2027, 1, 1, 1, 30, tzinfo=ZONE))):  # fmt: skip
        clock.set(ends)
        clock.advance(minutes=-90)
        own.sign_in("lin")
        for lesson in ("lesson-1", "lesson-2"):
            own.get(f"/courses/{slug}/{lesson}")
            clock.advance(minutes=45)
            own.post(f"/courses/{slug}/{lesson}", action="finish")
    own.get("/records?year=2026")
    assert "Credit hours in 2026 2 " in own.words
    assert "Before Course 31 Dec 2026 31 Dec 2026" in own.words
    assert "After" not in own.words
    own.get("/records")
    assert "Credit hours in 2027 2 " in own.words
    assert "2023 to 2027 together 4" in own.words
    assert "After Course 1 Jan 2027 1 Jan 2027" in own.words


def test_the_records_lead_to_each_result_also_once_the_exam_is_gone_from_the_home_page(
    app: Flask, clock: FrozenClock, lin: int
) -> None:
    with learn(app).database.writing() as session:
        source = stored_bank(session, now=clock())
        for title, shown in (("Seen", Shown.NOW), ("Unseen", Shown.NEVER)):
            published_exam(session, now=clock(), source=source, title=title, show_score=shown,
                           closes_at=clock() + timedelta(hours=2))  # fmt: skip
    own = Visitor(app).sign_in("lin")
    keys = [paper.key for paper in (own.start(1), own.start(2)) if paper.submit().status_code]
    own.get(f"/attempts/{keys[0]}/result")
    assert "You find this result again among your records" in own.words
    clock.advance(days=3)
    own.sign_in("lin")
    own.get("/")
    assert "Seen" not in own.words
    own.get("/records")
    for key, title in zip(keys, ("Seen", "Unseen"), strict=True):
        assert f'<a href="/attempts/{key}/result">{title}</a>' in own.text
        assert own.get(f"/attempts/{key}/result").status_code == 200
        own.get("/records")


def test_ones_own_data_is_whole_and_tells_no_hidden_result_and_no_secret(app: Flask, lin: int) -> None:
    with learn(app).database.writing() as session:
        source = stored_bank(session, now=learn(app).now())
        for title, shown in (("Seen", Shown.NOW), ("Unseen", Shown.NEVER)):
            published_exam(session, now=learn(app).now(), source=source, title=title, show_score=shown,
                           show_key=Shown.NOW)  # fmt: skip
    own = Visitor(app).sign_in("lin")
    for exam_id in (1, 2):
        paper = own.start(exam_id)
        for slot in paper.slots:
            paper.save(slot, "right")
        paper.submit()
    _hours(app, lin, (date(2026, 1, 5), "2.50", "outside"))
    with learn(app).database.writing() as session:
        for done in session.scalars(select(Completion).order_by(Completion.id)):
            session.add(Certificate(number=f"N{done.subject_id}", completion_id=done.id, holder="Lin",
                                    issued_at=done.completed_at))  # fmt: skip
    own.get("/records")
    answer = own.post("/records/my-data", format="json")
    found = json.loads(answer.data)
    assert found["person"]["name"] == "Lin"
    assert found["hours_entry"][0]["hours"] == "2.5"
    assert [one.get("points") for one in found["attempts"]] == ["100", None]
    assert [one["subject_id"] for one in found["completions"]] == [1]
    assert [one["number"] for one in found["certificates"]] == ["N1"]
    assert {one["response"] for one in found["answers"]} == {"right"}
    assert [("fraction" in one) for one in found["answers"]] == [True] * 5 + [False] * 5
    whole = answer.data.decode()
    for secret in (*my_data.SECRET, "password_hash", "token_hash", "actor_id"):
        assert f'"{secret}"' not in whole, secret
    table = list(csv.reader(io.StringIO(own.post("/records/my-data", format="csv").data.decode("utf-8-sig"))))
    assert table[0] == ["Table", "Row", "Field", "Value"]
    assert ["hours_entry", "1", "hours", "2.5"] in table
    again = json.loads(own.post("/records/my-data", format="json").data)
    assert [one["action"] for one in again["done_by_me"]].count("my_data.taken") == 2


@pytest.mark.parametrize("opens", ["show_key", "show_explanation"])
def test_ones_own_data_does_not_say_which_answers_are_right_before_the_exam_does(
    app: Flask, clock: FrozenClock, lin: int, opens: str
) -> None:
    rules = {"show_key": Shown.NEVER, "show_explanation": Shown.NEVER, opens: Shown.AFTER_CLOSE}
    closes_at = clock() + timedelta(hours=2)
    with learn(app).database.writing() as session:
        published_exam(session, now=clock(), closes_at=closes_at, show_score=Shown.NOW, **rules)
    own = Visitor(app).sign_in("lin")
    paper = own.start(1)
    for slot in paper.slots:
        paper.save(slot, "right")
    paper.submit()

    def taken() -> tuple[str | None, list[str | None]]:
        own.get("/records")
        found = json.loads(own.post("/records/my-data", format="json").data)
        return found["attempts"][0].get("points"), [one.get("fraction") for one in found["answers"]]

    assert taken() == ("100", [None] * 5)
    clock.set(closes_at + timedelta(days=1))
    own.sign_in("lin")
    assert taken() == ("100", ["1"] * 5)


def test_every_table_of_people_is_in_it(app: Flask, lin: int) -> None:
    own = Visitor(app).sign_in("lin")
    own.get("/records")
    found = json.loads(own.post("/records/my-data", format="json").data)
    named = {table.name.removeprefix("suyu_") for table in Base.metadata.tables.values() if "person_id" in table.c}
    assert named - {"attempt", "completion"} <= found.keys()
    assert {"attempts", "answers", "steps", "completions", "learnt", "sign_offs", "done_by_me"} <= found.keys()
    assert found["membership"][0]["unit_id"] == found["names"][0]["id"]
    assert found["names"][0] == {"kind": "unit", "id": 1, "name": "Pine"}


@pytest.fixture
def hr_who_sat(app: Flask, lin: int) -> tuple[Visitor, Visitor, int]:
    """Lin, who is HR and has passed an exam that tells nobody its result, Wu, HR of the same unit, and the exam."""
    with learn(app).database.writing() as session:
        unit = persons.home_unit(session, session.get_one(Person, lin))
        wu = str(manager(session, Role.HR, unit, now=learn(app).now()).username)
        session.add(Grant(person_id=lin, role=Role.HR, unit_id=unit.id if unit else None, granted_at=learn(app).now()))
        source = stored_bank(session, now=learn(app).now(), questions=[single(1)])
        exam_id = published_exam(session, now=learn(app).now(), source=source, title="Unseen", show_score=Shown.NEVER,
                                 questions=1, points=100).id  # fmt: skip
    own = Visitor(app).sign_in("lin")
    paper = own.start(exam_id)
    for slot in paper.slots:
        paper.save(slot, "right")
    paper.submit()
    return own, Visitor(app).sign_in(wu), exam_id


def test_hr_reads_no_hidden_result_of_their_own_in_records(hr_who_sat: tuple[Visitor, Visitor, int]) -> None:
    own, other, _exam_id = hr_who_sat
    for reader, tells in ((own, False), (other, True)):
        for status in ("completed", "all", "voided", "not_passed"):
            reader.get(f"/manage/records?status={status}")
            assert ("Pine Unseen" in reader.words) is (tells and status in ("completed", "all")), status
            assert ("Your own result of 1 exam that does not show it to you is left out" in reader.words) is not tells
        sent = reader.post("/manage/records/export", format="csv", reason="inspection", status="all")
        assert ("Unseen" in sent.get_data(as_text=True)) is tells
        assert ("without%201%20own%20result" in sent.headers["Content-Disposition"]) is not tells


@pytest.mark.parametrize("passed", [True, False])
def test_a_file_says_that_an_own_result_is_left_out_and_not_which(
    app: Flask, hr_who_sat: tuple[Visitor, Visitor, int], passed: bool
) -> None:
    own, _other, _exam_id = hr_who_sat
    with learn(app).database.writing() as session:
        if not passed:
            session.execute(delete(Completion))
            session.execute(update(Attempt).values(points=Decimal(0), passed=False))
    for status, says in (("completed", True), ("not_passed", True), ("all", True), ("overdue", False)):
        sent = own.post("/manage/records/export", format="csv", reason="inspection", status=status)
        sent.get_data()
        assert ("own%20result" in sent.headers["Content-Disposition"]) is says, status
    with learn(app).database.reading() as session:
        logged = session.scalars(select(AuditEntry).where(AuditEntry.action == "records.exported.done")).all()
        assert [("without 1 own result" in one.detail["about"], one.detail["rows"]) for one in logged] == [
            (True, 0), (True, 0), (True, 0), (False, 0)
        ]  # fmt: skip


def test_who_failed_a_hidden_exam_is_not_told_so_by_records(
    app: Flask, hr_who_sat: tuple[Visitor, Visitor, int]
) -> None:
    own, other, _exam_id = hr_who_sat
    with learn(app).database.writing() as session:
        session.execute(delete(Completion))
        session.execute(update(Attempt).values(points=Decimal(0), passed=False))
    for reader, tells in ((own, False), (other, True)):
        reader.get("/manage/records?status=not_passed")
        assert ("Pine Unseen" in reader.words) is tells


def test_a_column_of_an_own_table_keeps_back_what_its_reader_may_not_know(
    app: Flask, hr_who_sat: tuple[Visitor, Visitor, int], lin: int
) -> None:
    exam_id, here = hr_who_sat[2], learn(app)
    with here.database.reading() as session:
        hidden = unread.of(session, lin, now=here.now(), grace=here.grace)
        for what, value in ((What.DONE, "yes"), (What.POINTS, 100)):
            asked = Asked(what, CompletionKind.EXAM, exam_id)
            for known, told in ((None, {lin: value}), (hidden, {})):
                found = record_values.values(session, asked, [lin], now=here.now(), zone=ZONE, unread=known,
                                             said=Said("yes", "no", {}))  # fmt: skip
                assert found == told


def test_hr_reads_no_hidden_result_of_their_own_in_the_report_of_the_exam(
    hr_who_sat: tuple[Visitor, Visitor, int]
) -> None:  # fmt: skip
    own, other, exam_id = hr_who_sat
    report = f"/manage/exams/{exam_id}/report"
    for reader, tells in ((own, False), (other, True)):
        reader.get(f"/manage/exams/{exam_id}/results")
        assert ("100 of 100 Passed" in reader.words, "Pine is not shown" in reader.words) == (tells, not tells)
        reader.get(f"/manage/exams/{exam_id}/results?outcome=passed")
        assert ("1 person" in reader.words) is tells
        reader.get(report)
        sent = reader.post(f"{report}/export", table="people", format="csv", reason="inspection")
        [line] = [one for one in sent.get_data(as_text=True).splitlines() if one.startswith("Lin")]
        assert ("Passed" in line, "is not shown" in line) == (tells, not tells)
        reader.get(f"/manage/exams/{exam_id}/marked-papers")
        assert ("Your own paper is left out" in reader.words, "100 of 100" in reader.words) == (not tells, tells)


def test_hr_reads_no_hidden_result_in_their_own_file(app: Flask, lin: int) -> None:
    """Lin is HR and has sat an exam that tells nobody its result; Wu, HR of the same unit, reads it in Lin's file."""
    with learn(app).database.writing() as session:
        person = session.get_one(Person, lin)
        unit = persons.home_unit(session, person)
        wu = str(manager(session, Role.HR, unit, now=learn(app).now()).username)
        session.add(Grant(person_id=lin, role=Role.HR, unit_id=unit.id if unit else None, granted_at=learn(app).now()))
        source = stored_bank(session, now=learn(app).now(), questions=[single(1)])
        exam = published_exam(session, now=learn(app).now(), source=source, title="Unseen", show_score=Shown.NEVER,
                              questions=1, points=100)  # fmt: skip
        programme = stored_programme(
            session, programme_plan(("Level", [exam_part(exam)])), now=learn(app).now(), unit=unit
        )  # fmt: skip
        given = Assignment(
            programme_id=programme.id, unit_id=1, starts_on=date(2026, 1, 1), created_at=learn(app).now()
        )
        session.add(given)
        session.flush()
        session.add(ProgrammeMember(programme_id=programme.id, person_id=lin, assignment_id=given.id,
                                    added_at=learn(app).now(), starts_on=date(2026, 1, 1)))  # fmt: skip
        exam_id, key = exam.id, person.key
    own = Visitor(app).sign_in("lin")
    paper = own.start(exam_id)
    for slot in paper.slots:
        paper.save(slot, "right")
    paper.submit()
    for reader, tells in ((own, False), (Visitor(app).sign_in(wu), True)):
        reader.get(f"/manage/records/{key}")
        assert ("Unseen 1 Online" in reader.words, " of 100 Passed " in reader.words) == (True, tells)
        assert ("is not shown" in reader.words) is not tells
        assert ("Passed with 100 of 100" in reader.words, reader.words.count("Passed")) == (tells, 2 if tells else 0)
        answer = reader.post(f"/manage/records/{key}/file", reason="inspection")
        assert ("is not shown" in words_of(answer.data)) is not tells
        zipped = reader.post("/manage/records/files", reason="inspection", unit=1)
        with zipfile.ZipFile(io.BytesIO(zipped.data)) as archive:
            name = next(one for one in archive.namelist() if "Lin" in one)
            assert ("is not shown" in words_of(archive.read(name))) is not tells
