"""Conditions on a whole paper: stored, read back, met by attempts, guarded while an exam runs, told beforehand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn import defaults
from suyu_learn.domain.papers.constraints import Quota
from suyu_learn.domain.papers.difficulty import PAPERS, expected
from suyu_learn.domain.papers.specification import Part
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Bank,
    Dimension,
    Exam,
    Paper,
    PaperMode,
    Question,
    QuestionVersion,
    Role,
    VersionTag,
)
from suyu_learn.plugins import Plugins
from suyu_learn.services import bank, bank_contents, exam_plans, exams, paper_constraints, paper_trials, papers
from suyu_learn.services.exam_plans import Plan, RulePlan
from suyu_learn.services.paper_constraints import ConstraintPlan
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.versions import Versions
from tests.clock import START
from tests.factories import manager, single, stored_bank, true_false
from tests.question_types import draft

DIMENSIONS = ("knowledge", "methods", "spirit", "application")
FULL = ConstraintPlan(
    all_criteria=True,
    quotas=(Quota("knowledge", 12, 12), Quota("methods", 6, None), Quota("spirit", 0, 8)),
    true_false=20,
    exclusions=("twins", "siblings"),
    anchors="common",
)
EACH = 4


def the_bank(session: Session) -> Bank:
    """Four questions on each criterion; some of them common, some excluding each other."""
    questions = []
    for number in range(26 * EACH):
        made = true_false(number) if number % 3 == 0 else single(number)
        tags = {1: ("common",), 2: ("common", "twins"), 5: ("twins",), 7: ("twins", "siblings"), 8: ("siblings",)}
        questions.append(
            replace(made, criterion=1 + number % 26, dimension=DIMENSIONS[number % 4], tags=tags.get(number, ()),
                    difficulty=("easy", "hard")[number % 2])
        )  # fmt: skip
    return stored_bank(session, now=START, questions=questions)


def the_paper(session: Session, source: Bank, conditions: ConstraintPlan = FULL, count: int = 30) -> Paper:
    paper = Paper(title="A paper", mode=PaperMode.DRAWN_PER_PERSON, created_at=START)
    paper.constraints = paper_constraints.stored(conditions)
    papers.add_rule(paper, count=count, points=Decimal(1), banks=[source.id])
    session.add(paper)
    session.flush()
    return paper


def the_exam(session: Session, paper: Paper) -> Exam:
    exam = exams.create_exam(session, paper, title="An exam", minutes=60, now=START, opens_at=START)
    exams.publish(session, exam, actor=None, now=START)
    return exam


@pytest.fixture
def versions() -> Versions:
    return Versions(Plugins([defaults]).question_types)


def drawn_of(session: Session, exam: Exam, seed: str, versions: Versions, pools: PaperPools) -> list[QuestionVersion]:
    slots = papers.compose(session, exam, seed=seed, versions=versions, pools=pools)
    return [session.get_one(QuestionVersion, slot.version_id) for slot in slots]


@pytest.mark.parametrize("plan", [ConstraintPlan(), FULL, ConstraintPlan(true_false=0)])
def test_what_is_stored_is_read_back(plan: ConstraintPlan) -> None:
    assert paper_constraints.plan_of(paper_constraints.stored(plan)) == plan


def test_a_paper_made_before_asks_for_nothing(session: Session) -> None:
    paper = the_paper(session, the_bank(session), ConstraintPlan())
    session.expire(paper)
    assert paper.constraints == {}
    assert papers.check(session, paper) is None


def test_every_paper_of_an_exam_meets_the_conditions(session: Session, versions: Versions) -> None:
    exam, pools = the_exam(session, the_paper(session, the_bank(session))), PaperPools()
    common = set(session.scalars(select(VersionTag.version_id).where(VersionTag.tag == "common")))
    twins = set(session.scalars(select(VersionTag.version_id).where(VersionTag.tag == "twins")))
    seen = set()
    for seed in range(5):
        drawn = drawn_of(session, exam, str(seed), versions, pools)
        ids = {one.id for one in drawn}
        assert len(ids) == len(drawn) == 30
        assert {one.criterion for one in drawn} == set(range(1, 27))
        dimensions = Counter(one.dimension for one in drawn)
        assert (dimensions[Dimension.KNOWLEDGE], dimensions[Dimension.METHODS] >= 6) == (12, True)
        assert dimensions[Dimension.SPIRIT] <= 8
        assert sum(one.type == "true_false" for one in drawn) <= 6
        assert common <= ids
        assert len(twins & ids) == 1
        seen.add(frozenset(ids))
        assert drawn_of(session, exam, str(seed), versions, PaperPools()) == drawn
    assert len(seen) == 5


def test_an_exam_is_solved_once_and_anew_only_when_its_bank_changed(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = the_bank(session)
    paper, pools = the_paper(session, source), PaperPools()
    monkeypatch.setattr(papers, "POOL_SECONDS", -1)
    first = pools.get(session, paper)
    assert pools.get(session, paper) is first
    bank.store(session, source, replace(single(500), criterion=1), now=START, reviewer="a test")
    assert pools.get(session, paper) is not first


def test_a_pool_is_read_anew_once_another_version_is_the_newest(session: Session) -> None:
    source = the_bank(session)
    paper, pools = the_paper(session, source), PaperPools()
    newest = session.scalar(select(papers.NEWEST))
    first = pools.get(session, paper, newest)
    assert pools.get(session, paper, newest) is first
    bank.store(session, source, replace(single(500), criterion=1), now=START, reviewer="a test")
    assert pools.get(session, paper) is first  # who does not ask is told within half a minute
    assert pools.get(session, paper, newest) is first
    newer = session.scalar(select(papers.NEWEST))
    assert newer != newest
    second = pools.get(session, paper, newer)
    assert second is not first
    assert pools.get(session, paper, newer) is pools.get(session, paper) is second


def test_a_question_that_conditions_need_cannot_be_retired(session: Session) -> None:
    source = the_bank(session)
    the_exam(session, the_paper(session, source, ConstraintPlan(all_criteria=True)))
    boss = manager(session, Role.ADMIN, None, now=START)
    *others, last = session.scalars(
        select(Question.id).join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(QuestionVersion.criterion == 17).order_by(Question.id)
    ).all()  # fmt: skip
    for question_id in others:
        bank_contents.retire(session, source, question_id, actor=boss, now=START)
    with pytest.raises(Problem, match=r"bank\.needed"):
        bank_contents.retire(session, source, last, actor=boss, now=START)


def test_a_tag_that_no_question_has_is_said(session: Session) -> None:
    source = the_bank(session)
    for plan, code in (
        (ConstraintPlan(anchors="comon"), "paper.unused_tag_anchors"),
        (ConstraintPlan(exclusions=("twins", "tvins")), "paper.unused_tag_exclusions"),
    ):
        found = papers.check(session, the_paper(session, source, plan))
        assert found is not None
        assert found.code == code


def test_a_paper_drawn_once_is_fixed_under_its_conditions(session: Session, versions: Versions) -> None:
    paper = the_paper(session, the_bank(session))
    paper.mode = PaperMode.DRAWN_ONCE
    told = paper_trials.difficulty(session, paper, versions=versions)
    papers.fix(session, paper)
    drawn = [session.get_one(QuestionVersion, pick.version_id) for pick in paper.picks]
    assert {one.criterion for one in drawn} == set(range(1, 27))
    assert told is not None
    assert told == paper_trials.difficulty(session, paper, versions=versions)
    assert told.papers == 1


def test_members_of_a_group_count_as_they_say_or_as_their_group(session: Session) -> None:
    group = [
        replace(draft("group", uid="g"), criterion=9, dimension="spirit"),
        replace(true_false(1), group="g", criterion=3, difficulty="hard"),
        replace(single(2), group="g", dimension="methods"),
    ]
    source = stored_bank(session, now=START, questions=group)
    [found] = bank.candidates(session, [source.id])
    assert [(part.type, part.criterion, part.dimension, part.difficulty) for part in found.parts] == [
        ("true_false", 3, "spirit", "hard"), ("single", 9, "methods", "medium"),
    ]  # fmt: skip


def test_a_plan_with_narrow_rows_and_conditions_is_read_back(session: Session) -> None:
    source, boss = the_bank(session), manager(session, Role.ADMIN, None, now=START)
    rules = (
        RulePlan(source.id, "single", 2, Decimal(3), difficulty="hard", criterion=4, dimension="application"),
        RulePlan(source.id, "", 3, Decimal(2), tag="common", topic="Water"),
    )
    plan = Plan(title="Kept", rules=rules, conditions=FULL)
    exam = exam_plans.store(session, plan, unit=None, actor=boss, now=START)
    session.expire_all()
    assert exam_plans.plan_of(session, exam) == plan
    again = exam_plans.store(session, replace(plan, conditions=ConstraintPlan()), unit=None, actor=boss, now=START,
                             exam=exam)  # fmt: skip
    assert exam_plans.plan_of(session, again).conditions == ConstraintPlan()


def test_how_hard_papers_are(session: Session, versions: Versions) -> None:
    source = the_bank(session)
    told = paper_trials.difficulty(session, the_paper(session, source), versions=versions)
    assert told is not None
    assert (told.papers, told.right, told.known) == (PAPERS, None, 0)
    assert told.level is not None
    # Easy are knowledge and spirit (even numbers): 12 to 20 of 30, hard the others.
    assert Decimal(50) / 30 <= told.level.low <= told.level.mean <= told.level.high <= Decimal(66) / 30
    assert paper_trials.difficulty(session, the_paper(session, source, count=200), versions=versions) is None


def test_the_spread_holds_nine_papers_of_ten() -> None:
    papers_made = [[Part(number, "single", difficulty="easy" if number < 50 else "hard")] for number in range(100)]
    found = expected(papers_made, {0: Decimal("0.2"), 1: Decimal("0.4")})
    assert found.level is not None
    assert (found.level.mean, found.level.low, found.level.high) == (2, 1, 3)
    assert found.right is not None
    assert (found.right.mean, found.known) == (Decimal("0.3"), Decimal("0.02"))


def test_no_paper_is_no_difficulty() -> None:
    assert expected([], {}).level is None
