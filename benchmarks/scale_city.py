"""A city with a million records, made by the database itself: 2,000 units, 50,000 people, 20 completions each.

Beside them stand a programme that half of the people lack, a course that was begun, an exam that some failed and some
missed, records that were taken back, and an audience of thirty, so that every filter has something to find.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, String, cast, func, insert, literal, literal_column, null, select, text, type_coerce
from sqlalchemy.orm import Session, aliased

from benchmarks.spent import settle
from suyu_learn import migrations
from suyu_learn.db import Database
from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import (
    Assignment,
    Attempt,
    Audience,
    Completion,
    CompletionKind,
    Course,
    CourseVersion,
    Enrolment,
    Exam,
    ExamState,
    HoursEntry,
    Membership,
    Paper,
    PaperMode,
    PartKind,
    Person,
    PersonAudience,
    Programme,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeStage,
    ProgrammeState,
    RosterMember,
    Unit,
)
from suyu_learn.services import people

START = datetime(2022, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
UNITS, EXAMS, COURSES = 2_000, 12, 8
"""Each person completes all of these exams and courses."""
FEW = "thirty"


def fill(database: Database, *, rows: int) -> None:
    """Fill an empty database with about so many completions."""
    migrations.upgrade(database)
    count = rows // (EXAMS + COURSES)
    with database.writing() as session:
        people.install_audiences(session)
        session.add(Audience(code=FEW, name=FEW))
        session.flush()
        leaves = _units(session)
        exams, courses = _subjects(session)
        _people(session, count, leaves)
        for place, exam in enumerate(exams[:EXAMS]):
            _completions(session, exam, CompletionKind.EXAM, place, count)
        for place, course in enumerate(courses[:COURSES], start=EXAMS):
            _completions(session, course, CompletionKind.COURSE, place, count)
        _hours(session)
        _lacking(session, courses[COURSES])
        _missed(session, exams[EXAMS])
        session.execute(text("UPDATE suyu_completion SET voided_at = completed_at, void_reason = 'Entered twice' "
                             "WHERE id % 500 = 0"))  # fmt: skip
    settle(database)


def _units(session: Session) -> list[int]:
    """A city, 20 bureaus, and below them offices; the ids of the offices."""
    city = people.add_unit(session, "本市", parent=None, now=START, kind="city")
    bureaus = [people.add_unit(session, f"第{one}局", parent=city, now=START, kind="bureau") for one in range(20)]
    offices = [
        people.add_unit(session, f"第{one}科", parent=bureaus[one % 20], now=START, kind="department")
        for one in range(UNITS - 21)
    ]
    session.flush()
    return [one.id for one in offices]


def _subjects(session: Session) -> tuple[list[Any], list[Any]]:
    paper = Paper(title="科学素质", mode=PaperMode.FIXED, created_at=START)
    session.add(paper)
    session.flush()
    exams = [
        Exam(code=f"S{one}", paper_id=paper.id, title=f"科学素质测试第{one}期", minutes=60, created_at=START,
             state=ExamState.PUBLISHED, published_at=START, opens_at=START, closes_at=NOW - timedelta(days=9),
             frozen_at=START)
        for one in range(EXAMS + 1)
    ]  # fmt: skip
    courses = [Course(slug=f"course-{one}", created_at=START) for one in range(COURSES + 1)]
    session.add_all([*exams, *courses])
    session.flush()
    for course in courses:
        version = CourseVersion(course_id=course.id, number=1, title=f"课程 {course.slug}", created_at=START,
                                content_hash=f"{course.id:064}", lang="zh_Hans",
                                completion_rule={"lessons": "all"})  # fmt: skip
        session.add(version)
        session.flush()
        course.published_version_id = version.id
    session.flush()
    return exams, courses


def _people(session: Session, count: int, leaves: list[int]) -> None:
    top = session.scalars(select(Unit.id).where(Unit.parent_id.is_(None))).one()
    session.execute(insert(Person), [
        {"name": f"学员{one}", "name_key": f"学员{one}", "staff_number": f"{one:08}", "top_unit_id": top,
         "phone": f"138{one:08}", "job": "科员", "created_at": START}
        for one in range(count)
    ])  # fmt: skip
    ids = list(session.scalars(select(Person.id).order_by(Person.id)))
    session.execute(insert(Membership), [
        {"person_id": one, "unit_id": leaves[place % len(leaves)], "home": True, "since": START}
        for place, one in enumerate(ids)
    ])  # fmt: skip
    session.execute(insert(PersonAudience), [
        *({"person_id": one, "audience": "officials"} for one in ids[::2]),
        *({"person_id": one, "audience": FEW} for one in ids[-30:]),
    ])  # fmt: skip


def _moment(session: Session, minutes: Any) -> Any:
    """So many minutes after the start, as the database writes it."""
    if session.get_bind().dialect.name == "sqlite":
        later = cast(minutes, String) + literal(" minutes")
        return func.strftime("%Y-%m-%d %H:%M:%S.000000", "2022-01-01 00:00:00", later)
    return literal(START) + minutes * literal_column("interval '1 minute'")


def _completions(session: Session, subject: Any, kind: CompletionKind, place: int, count: int) -> None:
    """One completion of a subject for everybody, spread over years."""
    bureau = aliased(Unit)
    minutes = cast(Person.id * 2 + place * count * 2, Integer)
    points = {"attempt": "x" * 22, "number": 1, "points": "85.000000", "full_points": "100.000000",
              "pass_points": "60.000000"}  # fmt: skip
    exam = kind is CompletionKind.EXAM
    rule = {"name": "exam passed", "version": 1, "pass_share": "0.6"} if exam else {"lessons": "all", "hours": "2"}
    evidence = points if exam else {"version": 1, "hours": "2"}
    columns = {
        Completion.key: literal(f"scale{place:02}-") + cast(Person.id, String), Completion.person_id: Person.id,
        Completion.kind: literal(kind.value), Completion.subject_id: literal(subject.id),
        Completion.occasion: literal("" if exam else "2025"), Completion.title: literal(f"{kind.value} {place}"),
        Completion.rule: literal(rule, Completion.rule.type), Completion.evidence: literal(evidence,
                                                                                             Completion.rule.type),
        Completion.started_at: _moment(session, minutes), Completion.completed_at: _moment(session, minutes + 30),
        Completion.unit_id: Unit.id, Completion.unit_path: Unit.path,
        Completion.unit_names: literal("本市 / ") + bureau.name + literal(" / ") + Unit.name,
        Completion.void_reason: literal(""), Completion.changed_at: _moment(session, minutes + 30),
    }  # fmt: skip
    _insert(session, Completion, columns, select().join_from(Person, Membership, Membership.person_id == Person.id)
            .join(Unit, Unit.id == Membership.unit_id).join(bureau, bureau.id == Unit.parent_id))  # fmt: skip


def _insert(session: Session, table: Any, columns: dict[Any, Any], rows: Any) -> None:
    """Rows that the database makes itself."""
    query = rows.with_only_columns(*columns.values(), maintain_column_froms=True)
    session.execute(insert(table).from_select([one.key for one in columns], query, include_defaults=False))


def _hours(session: Session) -> None:
    """Two hours for every course completed."""
    columns = {
        HoursEntry.person_id: Completion.person_id, HoursEntry.hours: literal_column("2000000"),
        HoursEntry.day: literal(date(2025, 6, 1)), HoursEntry.kind: literal("course"),
        HoursEntry.subject_id: Completion.subject_id, HoursEntry.title: Completion.title,
        HoursEntry.evidence: literal({}, HoursEntry.evidence.type), HoursEntry.completion_id: Completion.id,
        HoursEntry.unit_path: Completion.unit_path, HoursEntry.unit_names: Completion.unit_names,
        HoursEntry.reason: literal(""), HoursEntry.at: Completion.completed_at,
    }  # fmt: skip
    rows = select().select_from(Completion).where(Completion.kind == CompletionKind.COURSE)
    _insert(session, HoursEntry, columns, rows)


def _lacking(session: Session, course: Any) -> None:
    """A programme of that course for everybody; every second has completed it, and a fifth of the others is late."""
    city = session.scalars(select(Unit.id).where(Unit.parent_id.is_(None))).one()
    programme = Programme(key="scale", unit_id=city, title="年度培训", state=ProgrammeState.PUBLISHED, hours=2,
                          created_at=START, published_at=START)  # fmt: skip
    session.add(programme)
    session.flush()
    stage = ProgrammeStage(programme_id=programme.id, position=1, title="一", hours=2)
    session.add(stage)
    session.flush()
    session.add(ProgrammePart(stage_id=stage.id, position=1, kind=PartKind.COURSE, title="课程", course_id=course.id))
    given = Assignment(programme_id=programme.id, unit_id=city, starts_on=START.date(), created_at=START)
    session.add(given)
    session.flush()
    third = select().select_from(Person).where(Person.id % 3 == 0)
    _insert(session, Enrolment, {
        Enrolment.person_id: Person.id, Enrolment.course_id: literal(course.id),
        Enrolment.course_version_id: literal(course.published_version_id),
        Enrolment.started_at: _moment(session, cast(Person.id, Integer)),
    }, third)  # fmt: skip
    for rest, due in ((0, date(2026, 5, 1)), (1, date(2026, 12, 31)), (2, date(2026, 12, 31)), (3, None), (4, None)):
        rows = select().select_from(Person).where(Person.id % 10 == 2 * rest)
        _insert(session, ProgrammeMember, {
            ProgrammeMember.programme_id: literal(programme.id), ProgrammeMember.person_id: Person.id,
            ProgrammeMember.occasion: literal(""), ProgrammeMember.assignment_id: literal(given.id),
            ProgrammeMember.starts_on: literal(START.date()), ProgrammeMember.unit_path: literal(""),
            ProgrammeMember.due_on: literal(due) if due else type_coerce(null(), ProgrammeMember.due_on.type),
            ProgrammeMember.added_at: literal(START),
        }, rows)  # fmt: skip


def _missed(session: Session, exam: Any) -> None:
    """An exam at which everybody was due: every second came, and failed."""
    at_home = select().join_from(Person, Membership, Membership.person_id == Person.id).join(
        Unit, Unit.id == Membership.unit_id)  # fmt: skip
    _insert(session, RosterMember, {
        RosterMember.exam_id: literal(exam.id), RosterMember.person_id: Person.id, RosterMember.unit_id: Unit.id,
        RosterMember.unit_path: Unit.path, RosterMember.unit_names: Unit.name,
    }, at_home)  # fmt: skip
    start = _moment(session, cast(Person.id, Integer))
    no = literal(False)
    _insert(session, Attempt, {
        Attempt.key: literal("scale-") + cast(Person.id, String), Attempt.exam_id: literal(exam.id),
        Attempt.person_id: Person.id, Attempt.number: literal(1), Attempt.trial: no, Attempt.retake: no,
        Attempt.unit_id: Unit.id, Attempt.unit_path: Unit.path, Attempt.unit_names: Unit.name,
        Attempt.started_at: start, Attempt.seed: literal("s"), Attempt.state: literal(AttemptState.SUBMITTED.value),
        Attempt.deadline: start, Attempt.closed_at: start, Attempt.epoch: literal(1), Attempt.offline: no,
        Attempt.points: literal_column("40000000"), Attempt.full_points: literal_column("100000000"),
        Attempt.passed: no, Attempt.late_answers: literal(0), Attempt.left_count: literal(0),
        Attempt.left_seconds: literal(0), Attempt.left_too_much: no, Attempt.device: literal(""),
        Attempt.answers_digest: literal(""),
    }, at_home.where(Person.id % 2 == 0))  # fmt: skip
