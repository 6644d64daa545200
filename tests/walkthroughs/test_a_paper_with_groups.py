"""A passage with three questions: loaded, drawn whole, answered, marked, reported."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Attempt,
    Bank,
    Exam,
    OpenAnswer,
    Paper,
    PaperMode,
    PaperPick,
    Question,
    QuestionVersion,
    Role,
    Shown,
    Slot,
    Unit,
)
from suyu_learn.services import bank, exam_checks, exams, papers, sitting, steps
from suyu_learn.services.report_questions import question_report
from suyu_learn.services.reports import EVERYTHING
from tests.browser_without_script import Visitor
from tests.factories import Stage, essay, learn, manager, single, stage
from tests.question_types import draft

MEMBERS = 3


def group(name: str, members: int = MEMBERS) -> list[QuestionDraft]:
    """A passage and its questions."""
    body = {"stem": f"Passage {name}: dust lay thick on the floor.", "explanation": ""}
    return [
        replace(draft("group", uid=f"g-{name}"), body=body),
        *(replace(single(number), uid=f"g-{name}-{number}", group=f"g-{name}") for number in range(1, members + 1)),
    ]


def with_more(app: Flask, staged: Stage, more: list[QuestionDraft]) -> None:
    """Put more questions into the bank of an exam."""
    here = learn(app)
    with here.database.writing() as session:
        target = session.scalars(select(Bank)).one()
        for one in more:
            bank.store(session, target, one, now=here.now(), reviewer="a test")


def given_exam(app: Flask, more: list[QuestionDraft]) -> Stage:
    """An exam of two groups and four single choices."""
    singles = [single(number) for number in range(1, 7)]
    staged = stage(app, questions=singles, points=5, show_key=Shown.NOW, show_explanation=Shown.NOW)
    with_more(app, staged, more)
    with learn(app).database.writing() as session:
        paper = session.get_one(Exam, staged.exam_id).paper
        banks = list(papers.rules_of(paper)[0].banks)
        paper.rules.clear()
        session.flush()
        papers.add_rule(paper, count=4, points=Decimal(5), banks=banks, types=["single"])
        papers.add_rule(paper, count=2, points=Decimal(10), banks=banks, types=["group"])
        learn(app).pools.forget(paper.id)
    return staged


def three_groups() -> list[QuestionDraft]:
    return [*group("a"), *group("b"), *group("c")]


def slots_of(app: Flask) -> list[Slot]:
    with learn(app).database.reading() as session:
        return list(steps.slots_of(session, session.scalars(select(Attempt)).one()))


def test_groups_are_drawn_whole_and_shown_below_their_passage(app: Flask) -> None:
    given = given_exam(app, three_groups())
    with learn(app).database.reading() as session:
        size = exams.size(session, session.get_one(Exam, given.exam_id))
        assert (size.questions, size.points) == (4 + 2 * MEMBERS, 4 * 5 + 2 * MEMBERS * 10)
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given.exam_id)
    assert paper.slots == list(range(1, 4 + 2 * MEMBERS + 1))
    assert visitor.text.count('<div class="sl-passage">') == 2
    assert len(set(re.findall(r"Passage (\w)", visitor.text))) == 2

    slots = slots_of(app)
    passages = [slot for slot in slots if slot.points == 0]
    assert [slot.number for slot in passages] == [11, 12]
    with learn(app).database.reading() as session:
        question_of = {slot.number: session.get_one(QuestionVersion, slot.version_id).question for slot in slots}
        for passage in passages:
            members = [slot.number for slot in slots if slot.parent_number == passage.number]
            assert members == list(range(members[0], members[0] + MEMBERS))
            assert {question_of[number].group_id for number in members} == {question_of[passage.number].id}
            assert [question_of[number].group_position for number in members] == [1, 2, 3]

    for slot in paper.slots:
        assert paper.save(slot, "wrong1" if slot == 10 else "right").status_code == 200
    assert paper.save(11, "right", seq=1).status_code == 422  # a passage has no answer
    paper.submit()
    assert visitor.text.count('<div class="sl-passage">') == 2
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert (attempt.points, attempt.full_points) == (70, 80)
        assert sitting.rebuild(session, attempt) == {}
        lines = question_report(
            session, session.get_one(Exam, given.exam_id), sight=EVERYTHING,
            versions=learn(app).versions,
        )  # fmt: skip
        assert len(lines) == 4 + 2 * MEMBERS


def test_a_paper_drawn_once_keeps_its_groups(app: Flask) -> None:
    given = given_exam(app, three_groups())
    with learn(app).database.writing() as session:
        exam = session.get_one(Exam, given.exam_id)
        exam.paper.mode, exam.paper.seed = PaperMode.DRAWN_ONCE, "seed"
        papers.fix(session, exam.paper)
        size = exams.size(session, exam)
        assert (size.questions, size.points) == (10, 80)
    visitor = Visitor(app).sign_in("lin")
    assert len(visitor.start(given.exam_id).slots) == 10
    assert visitor.text.count('<div class="sl-passage">') == 2
    assert sorted(slot.parent_number or 0 for slot in slots_of(app)) == [0] * 6 + [11] * 3 + [12] * 3


def test_a_rule_of_any_type_draws_no_group_and_members_are_never_alone(app: Flask) -> None:
    staged = stage(app, questions=[single(number) for number in range(1, 7)])
    with_more(app, staged, three_groups())
    with learn(app).database.reading() as session:
        found = bank.candidates(session, [session.scalars(select(Bank.id)).one()])
        paper = session.get_one(Exam, staged.exam_id).paper
        assert papers.live_counts(session, paper) == {1: 6}
    assert sorted(one.size for one in found if one.type == "group") == [3, 3, 3]
    assert sum(one.type == "single" for one in found) == 6


def test_groups_of_unlike_sizes_stop_publishing_and_questions_for_a_person_are_told(app: Flask) -> None:
    given = given_exam(app, [*three_groups(), *group("d", members=2), draft("essay")])
    here = learn(app)
    with here.database.writing() as session:
        exam = session.get_one(Exam, given.exam_id)
        banks = list(papers.rules_of(exam.paper)[0].banks)
        papers.add_rule(exam.paper, count=1, points=Decimal(10), banks=banks, types=["essay"])
        session.flush()
        found = exam_checks.findings(session, exam, now=here.now(), versions=here.versions)
    said = {one.problem.code: one.problem.params for one in found}
    assert said["check.groups_differ"] == {"rule": 2, "fewest": 2, "most": 3}
    assert said["check.waits_for_people"]["count"] == 1
    assert "check.no_marker" in said


def test_a_marker_reads_the_passage_above_a_member_that_only_a_person_can_mark(app: Flask) -> None:
    members = [replace(essay(number), uid=f"g-e-{number}", group="g-e") for number in (1, 2)]
    staged = stage(app, questions=[single(1)], points=5)
    with_more(app, staged, [*group("e", members=0), *members])
    here = learn(app)
    with here.database.writing() as session:
        exam = session.get_one(Exam, staged.exam_id)
        banks = list(papers.rules_of(exam.paper)[0].banks)
        papers.add_rule(exam.paper, count=1, points=Decimal(5), banks=banks, types=["group"])
        session.flush()
        by_hand = papers.for_a_person(session, exam.paper, here.versions)
        assert papers.most_for_a_person(session, exam.paper, by_hand) == 2
        marker = str(manager(session, Role.MARKER, session.get_one(Unit, exam.unit_id), now=here.now()).username)
    paper = Visitor(app).sign_in("lin").start(staged.exam_id)
    for slot in paper.slots:
        paper.save(slot, "right" if slot == 1 else "It burns.")
    paper.submit()
    with here.database.reading() as session:
        rows = session.scalars(select(OpenAnswer)).all()
        assert len({row.question_id for row in rows}) == len(rows) == 2
        key = rows[0].key
    visitor = Visitor(app).sign_in(marker)
    visitor.get(f"/manage/exams/{staged.exam_id}/marking/answers/{key}")
    assert "Passage e: dust lay thick on the floor." in visitor.words
    assert "It burns." in visitor.words


def test_fixed_picks_keep_a_passage_before_its_members(app: Flask) -> None:
    given = stage(app, points=5)
    with_more(app, given, group("a"))
    with learn(app).database.writing() as session:
        rows = session.execute(
            select(Question.uid, Question.published_version_id)
            .where(Question.uid.startswith("g-a"))
            .order_by(Question.uid)
        ).all()
        paper: Paper = session.get_one(Exam, given.exam_id).paper
        paper.mode = PaperMode.FIXED
        paper.picks = [
            PaperPick(position=place, version_id=version_id, points=Decimal(0 if uid == "g-a" else 5))
            for place, (uid, version_id) in enumerate(rows, start=1)
        ]
    visitor = Visitor(app).sign_in("lin")
    assert len(visitor.start(given.exam_id).slots) == MEMBERS
    assert visitor.text.count("Passage a") == 1


def test_a_member_needs_its_group(app: Flask) -> None:
    here = learn(app)
    with here.database.writing() as session:
        target = bank.add_bank(session, "A bank", unit=None, now=here.now())
        with pytest.raises(Problem) as refused:
            bank.store(session, target, replace(single(1), group="nowhere"), now=here.now(), reviewer="a test")
    assert refused.value.code == "bank.group_unknown"
