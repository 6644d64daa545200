"""Programmes in the database: found by those who may, read in a few statements, kept as written, changed as a rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.domain.programmes import HoursScope, Part, PartKind, Plan, Repeats, Stage, faults
from suyu_learn.models import (
    AuditEntry,
    Event,
    ExamState,
    Lesson,
    LessonMedia,
    Media,
    Person,
    Programme,
    ProgrammePart,
    ProgrammeState,
    Role,
    Unit,
)
from suyu_learn.services import people, programme_writing, programmes
from tests.clock import START
from tests.factories import (
    course_draft,
    course_part,
    event_part,
    exam_part,
    manager,
    programme_plan,
    published_exam,
    sign_off_part,
    stored_bank,
    stored_course,
    stored_programme,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
RULES = CreditRules()


@pytest.fixture
def mill(session: Session) -> Unit:
    return people.add_unit(session, "Mill", parent=None, now=START)


@pytest.fixture
def boss(session: Session, mill: Unit) -> Person:
    return manager(session, Role.ORGANIZER, mill, now=START)


def refused(found: Problems) -> list[str]:
    return [one.code.removeprefix("programme.") for one in found.problems]


def test_learners_find_what_is_published_and_organizers_what_is_theirs(
    session: Session, mill: Unit, boss: Person
) -> None:
    draft = stored_programme(session, now=START, unit=mill, published=False)
    live = stored_programme(session, now=START, unit=mill)
    stranger = manager(session, Role.ORGANIZER, people.add_unit(session, "Else", parent=None, now=START), now=START)
    assert programmes.find(session, live.key) is live
    programme_writing.close(session, live, actor=boss, now=START)
    assert programmes.find(session, live.key) is live
    assert programmes.managed(session, boss, draft.key, hold=True) is draft
    for look in (lambda: programmes.find(session, draft.key), lambda: programmes.managed(session, stranger, live.key),
                 lambda: programmes.managed(session, boss, "no"),
                 lambda: programmes.managed(session, boss, live.key, deleted=True)):  # fmt: skip
        with pytest.raises(Problem, match="unknown"):
            look()
    assert [one.programme for one in programmes.overview(session, boss, today=START.date())] == [live, draft]
    assert programmes.overview(session, stranger, today=START.date()) == []


def test_a_plan_is_read_in_the_same_number_of_statements_whatever_its_size(session: Session, mill: Unit) -> None:
    courses = [stored_course(session, course_draft(slug=f"c{n}", characters=600), now=START) for n in range(4)]
    exam = published_exam(session, now=START, unit=mill)
    small = stored_programme(session, programme_plan(("One", (course_part(courses[0], "0.08"), exam_part(exam)))),
                             now=START, unit=mill)  # fmt: skip
    large = stored_programme(session, programme_plan(
        *((f"Stage {n}", (course_part(one, "0.08"), event_part(), sign_off_part())) for n, one in enumerate(courses)),
        ("Exam", (exam_part(exam),)),
    ), now=START, unit=mill)  # fmt: skip
    session.flush()
    said: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: said.append(given[2]))
    plans = []
    for one in (small, large):
        said.clear()
        plans.append((programmes.plan_of(session, one), len(said)))
    assert {count for _plan, count in plans} == {4}
    first = next(plans[1][0].parts)
    assert (first.slug, first.seconds, first.available) == ("c0", 240, True)
    assert [len(stage.parts) for stage in plans[1][0].stages] == [3, 3, 3, 3, 1]
    said.clear()
    assert programmes.plans_of(session, [small, large]) == {small.id: plans[0][0], large.id: plans[1][0]}
    assert len(said) == 4


def test_nothing_is_published_whose_hours_do_not_add_up(session: Session, mill: Unit, boss: Person) -> None:
    course = stored_course(session, now=START)
    plan = programme_plan(("Level", (course_part(course, "1"), sign_off_part("8"))))
    made = programme_writing.begin(session, boss, mill.id, replace(plan, hours=Decimal(24)), now=START)
    with pytest.raises(Problems) as found:
        programme_writing.publish(session, made, actor=boss, now=START, rules=RULES)
    assert refused(found.value) == ["hours_unlike_stages", "course_worth"]
    assert dict(found.value.problems[1].params) == {"part": "soil", "hours": 1, "worth": Decimal("0.04")}
    assert (made.state, made.rule_version) == (ProgrammeState.DRAFT, 0)


def test_a_change_of_what_is_published_is_a_new_rule_and_has_to_add_up_too(
    session: Session, mill: Unit, boss: Person
) -> None:
    made = stored_programme(session, now=START, unit=mill)
    plan = programmes.plan_of(session, made)
    stage = plan.stages[0]
    assert made.rule_version == plan.rule_version == 1

    def keep(wanted: Plan) -> Plan:
        return programme_writing.store(session, made, wanted, actor=boss, now=START, zone=UTC, rules=RULES)

    with pytest.raises(Problems, match="hours_missing"):
        keep(replace(plan, stages=(replace(stage, parts=stage.parts[:1]),)))
    assert programmes.plan_of(session, made) == plan
    with pytest.raises(Problems, match="repeats_fixed"):
        keep(replace(plan, repeats=Repeats.YEARLY))
    assert keep(replace(plan, summary="Why.")).rule_version == 1
    swapped = replace(stage, parts=(replace(stage.parts[1], hours=Decimal(3)), event_part("1"), stage.parts[0]))
    changed = keep(replace(plan, stages=(swapped,)))
    assert changed.rule_version == 2
    assert [part.id for part in changed.stages[0].parts][::2] == [stage.parts[1].id, stage.parts[0].id]
    assert keep(changed) == changed
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "programme")).all()
    assert actions == ["programme.created", "programme.published", "programme.changed", "programme.changed"]


def test_stages_and_parts_are_moved_added_and_removed(session: Session, mill: Unit, boss: Person) -> None:
    made = stored_programme(session, programme_plan(("A", (event_part(),)), ("B", (sign_off_part(),)), ("C", ())),
                            now=START, unit=mill, published=False)  # fmt: skip
    a, b, c = programmes.plan_of(session, made).stages
    plan = programmes.plan_of(session, made)
    wanted = replace(plan, stages=(replace(c, parts=(a.parts[0], *b.parts)), Stage("New"), replace(b, parts=())))
    kept = programme_writing.store(session, made, wanted, actor=boss, now=START, zone=UTC, rules=RULES)
    assert [(stage.title, [part.id for part in stage.parts]) for stage in kept.stages] == [
        ("C", [a.parts[0].id, b.parts[0].id]), ("New", []), ("B", []),
    ]  # fmt: skip
    assert [stage.id for stage in kept.stages if stage.title != "New"] == [c.id, b.id]
    programme_writing.store(session, made, replace(kept, stages=()), actor=boss, now=START, zone=UTC, rules=RULES)
    assert session.scalar(select(func.count()).select_from(ProgrammePart)) == 0


def test_a_part_that_something_was_held_for_stays(session: Session, mill: Unit, boss: Person) -> None:
    made = stored_programme(session, now=START, unit=mill)
    plan = programmes.plan_of(session, made)
    part = plan.stages[0].parts[0]
    session.add(Event(key="e", unit_id=mill.id, part_id=part.id, title="Talk", starts_at=START, hours=Decimal(1),
                      ends_at=START + timedelta(hours=1), secret="s", created_at=START))  # fmt: skip
    session.flush()
    rest = replace(plan.stages[0], parts=(replace(plan.stages[0].parts[1], hours=Decimal(8)),))
    with pytest.raises(Problems) as found:
        programme_writing.store(
            session, made, replace(plan, stages=(rest,)), actor=boss, now=START, zone=UTC, rules=RULES
        )
    assert refused(found.value) == ["part_used"]


def test_only_own_exams_and_only_parts_that_are_there_can_be_kept(session: Session, mill: Unit, boss: Person) -> None:
    other = people.add_unit(session, "Else", parent=None, now=START)
    foreign = published_exam(session, now=START, unit=other, source=stored_bank(session, now=START, unit=other))
    own = published_exam(session, now=START, unit=mill)
    made = stored_programme(session, now=START, unit=mill, published=False)
    plan = programmes.plan_of(session, made)

    def keep(*parts: Part) -> Plan:
        wanted = replace(plan, stages=(replace(plan.stages[0], parts=parts),))
        return programme_writing.store(session, made, wanted, actor=boss, now=START, zone=UTC, rules=RULES)

    with pytest.raises(Problems) as found:
        keep(exam_part(own), exam_part(foreign))
    assert [one.place.field for one in found.value.problems] == ["s1-p2-which"]
    with pytest.raises(Problems) as found:
        keep(Part(PartKind.COURSE, "Nowhere", course_id=99))
    assert [one.code for one in found.value.problems] == ["programme.which_course"]
    with pytest.raises(Problem, match="changed_meanwhile"):
        keep(event_part(id=99))
    with pytest.raises(Problem, match="changed_meanwhile"):
        keep(replace(plan.stages[0].parts[0], kind=PartKind.SIGN_OFF))
    kept = keep(exam_part(own), *plan.stages[0].parts)
    assert faults(kept, RULES) == []
    own.state = ExamState.WITHDRAWN
    session.flush()
    assert [one.code for one in faults(programmes.plan_of(session, made), RULES)] == ["programme.exam_gone"]


def test_it_is_closed_copied_put_into_the_bin_and_comes_back(session: Session, mill: Unit, boss: Person) -> None:
    made = stored_programme(session, now=START, unit=mill)
    with pytest.raises(Problem, match="close_first"):
        programme_writing.discard(session, made, actor=boss, now=START)
    programme_writing.close(session, made, actor=boss, now=START)
    with pytest.raises(Problem, match="not_published"):
        programme_writing.close(session, made, actor=boss, now=START)
    programme_writing.discard(session, made, actor=boss, now=START)
    assert [one.programme for one in programmes.overview(session, boss, today=START.date(), deleted=True)] == [made]
    programme_writing.restore(session, programmes.managed(session, boss, made.key, deleted=True), actor=boss, now=START)
    programme_writing.publish(session, made, actor=boss, now=START, rules=RULES)
    assert (made.state, made.rule_version) == (ProgrammeState.PUBLISHED, 1)
    copied = programme_writing.copy(session, made, title="Again", actor=boss, now=START)
    mine, theirs = programmes.plan_of(session, made), programmes.plan_of(session, copied)
    assert (copied.state, theirs.title, theirs.rule_version) == (ProgrammeState.DRAFT, "Again", 0)
    assert [part.title for part in theirs.parts] == [part.title for part in mine.parts]
    assert not {part.id for part in theirs.parts} & {part.id for part in mine.parts}
    assert session.scalar(select(func.count()).select_from(Programme)) == 2


def test_the_fingerprint_follows_what_is_written_and_not_what_courses_are_worth(session: Session, mill: Unit) -> None:
    made = stored_programme(session, now=START, unit=mill, published=False)
    plan = programmes.plan_of(session, made)
    same = replace(plan, stages=tuple(replace(stage, parts=tuple(
        replace(part, seconds=9, available=False) for part in stage.parts)) for stage in plan.stages))  # fmt: skip
    mark = programme_writing.fingerprint(made, plan)
    assert programme_writing.fingerprint(made, same) == mark
    assert programme_writing.fingerprint(made, replace(plan, counts=HoursScope.ALL)) != mark


def test_a_course_is_worth_its_reading_and_its_films(session: Session, mill: Unit) -> None:
    course = stored_course(session, course_draft(characters=600), now=START)  # two lessons of 120 seconds
    made = stored_programme(session, programme_plan(("One", (course_part(course, "0.42"), event_part()))), now=START,
                            unit=mill, published=False)  # fmt: skip
    assert [one.code for one in faults(programmes.plan_of(session, made), RULES)] == ["programme.course_worth"]
    film = Media(sha256="f" * 64, mime="video/mp4", size=1, name="a.mp4", seconds=900, created_at=START)
    drawing = Media(sha256="d" * 64, mime="image/png", size=1, name="a.png", created_at=START)
    session.add_all([film, drawing])
    session.flush()
    lesson = session.scalars(select(Lesson).where(Lesson.course_version_id == course.published_version_id)).first()
    assert lesson is not None
    session.add_all([LessonMedia(lesson_id=lesson.id, media_id=one.id) for one in (film, drawing)])
    session.flush()
    plan = programmes.plan_of(session, made)
    assert next(plan.parts).seconds == 240 + 900
    assert faults(plan, RULES) == []
