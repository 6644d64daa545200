"""Papers whose questions an organizer picks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn import defaults
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Bank, Exam, ExamState, PaperMode, Person, Question, QuestionVersion, Role, Unit
from suyu_learn.plugins import Plugins
from suyu_learn.services import bank, exam_checks, exam_plans, exams, fixed_papers, papers, people
from suyu_learn.services.exam_plans import Plan, RulePlan
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.pick_plans import PickPlan
from suyu_learn.services.versions import Versions
from tests.clock import START
from tests.factories import essay, manager, multiple, single, stored_bank, true_false
from tests.refusals import code_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Desk:
    """An organizer with a bank of five single choices, two others, an essay, and a passage with two questions."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.versions = Versions(Plugins([defaults]).question_types)
        self.unit: Unit = people.add_unit(session, "Mill", parent=None, now=START)
        self.boss: Person = manager(session, Role.ORGANIZER, self.unit, now=START)
        self.bank: Bank = stored_bank(session, now=START, unit=self.unit, questions=[
            *(single(number) for number in range(1, 6)), multiple(1), true_false(1), essay(1), *passage(),
        ])  # fmt: skip

    def draft(self, **more: Any) -> Exam:
        """A draft whose questions are picked."""
        plan = Plan("Picked", **{"rules": (), "mode": PaperMode.FIXED, **more})
        return exam_plans.store(self.session, plan, unit=self.unit, actor=self.boss, now=START)

    def ids(self, *kinds: str) -> list[int]:
        """Questions of the bank by type, in its order."""
        found = self.session.scalars(select(Question).where(Question.bank_id == self.bank.id).order_by(Question.id))
        return [one.id for one in found if one.published_version and one.published_version.type in kinds]

    def add(self, exam: Exam, ids: list[int], **more: Any) -> int:
        """Add questions from the desk's bank."""
        return fixed_papers.add(self.session, exam, ids, banks={self.bank.id}, **more)

    def types(self, exam: Exam) -> list[str]:
        """What stands on the paper, by type."""
        return [one.type for one in fixed_papers.picks_of(self.session, exam.paper)]


def passage() -> list[QuestionDraft]:
    """A passage with two questions."""
    head = QuestionDraft(uid="g", type="group", body={"stem": "A passage.", "explanation": ""}, source="a test")
    return [head, *(replace(single(number), uid=f"g-{number}", group="g") for number in (1, 2))]


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def test_picks_stand_in_sections_and_a_member_brings_its_passage(desk: Desk) -> None:
    exam = desk.draft()
    singles = desk.ids("single")
    member = singles[-1]
    assert desk.add(exam, [desk.ids("essay")[0], member, singles[1], desk.ids("true_false")[0]]) == 5
    assert desk.types(exam) == ["true_false", "single", "essay", "group", "single", "single"]
    assert exams.size(desk.session, exam) == exams.Size(5, Decimal(5))
    assert desk.add(exam, [singles[1], desk.ids("group")[0]]) == 0


def test_the_version_that_is_published_is_asked_when_it_is_published(desk: Desk) -> None:
    exam = desk.draft()
    [first] = desk.ids("single")[:1]
    desk.add(exam, [first], points=Decimal(100))
    question = desk.session.get_one(Question, first)
    newer = replace(single(1), uid=question.uid, body={**single(1).body, "stem": "Better asked?"})
    bank.store(desk.session, desk.bank, newer, now=START, reviewer="a test")
    exams.publish(desk.session, exam, actor=None, now=START)
    [pick] = exam.paper.picks
    assert pick.version_id == question.published_version_id
    slots = papers.compose(desk.session, exam, seed="x", versions=desk.versions, pools=PaperPools())
    assert [slot.version_id for slot in slots] == [question.published_version_id]


@pytest.mark.parametrize("case", ["retired", "bank_gone", "draft", "foreign", "unknown"])
def test_only_what_is_published_within_reach_is_picked(desk: Desk, case: str) -> None:
    exam = desk.draft()
    number = desk.ids("single")[0]
    question = desk.session.get_one(Question, number)
    banks = {desk.bank.id}
    if case in ("retired", "draft"):
        bank.retire(desk.session, question, now=START)
    elif case == "bank_gone":
        desk.bank.deleted_at = START
    elif case == "foreign":
        banks = set()
    else:
        number = 999_999
    desk.session.flush()
    with pytest.raises(Problem) as refused:
        fixed_papers.add(desk.session, exam, [number], banks=banks)
    assert refused.value.code == "paper.pick_unpublished"
    assert desk.types(exam) == []


def test_what_was_retired_after_it_was_picked_stops_the_publishing(desk: Desk) -> None:
    exam = desk.draft()
    desk.add(exam, desk.ids("single"))
    bank.retire(desk.session, desk.session.get_one(Question, desk.ids("single")[0]), now=START)
    found = exam_checks.findings(desk.session, exam, now=START, versions=desk.versions)
    assert ("paper.picks_gone", 1) in [(one.problem.code, one.problem.params.get("count")) for one in found]
    with pytest.raises(Problem) as refused:
        exams.publish(desk.session, exam, actor=None, now=START)
    assert refused.value.code == "paper.picks_gone"


def test_an_empty_paper_is_not_published_even_if_it_has_rows(desk: Desk) -> None:
    exam = desk.draft(rules=(RulePlan(desk.bank.id, "single", 2, Decimal(1)),))
    codes = {one.problem.code for one in exam_checks.findings(desk.session, exam, now=START, versions=desk.versions)}
    assert "check.no_questions" in codes
    assert exams.size(desk.session, exam).questions == 0


def test_an_open_answer_waits_for_a_person(desk: Desk) -> None:
    exam = desk.draft()
    desk.add(exam, desk.ids("essay", "single"))
    by_hand = papers.for_a_person(desk.session, exam.paper, desk.versions)
    assert papers.most_for_a_person(desk.session, exam.paper, by_hand) == 1


def test_a_draft_keeps_its_picks_through_the_plan_and_while_it_is_drawn_instead(desk: Desk) -> None:
    exam = desk.draft()
    desk.add(exam, desk.ids("single")[:3], points=Decimal("2.5"))
    before = fixed_papers.picks_of(desk.session, exam.paper)
    plan = exam_plans.plan_of(desk.session, exam)
    assert [one.points for one in plan.picks] == [Decimal("2.5")] * 3
    rules = (RulePlan(desk.bank.id, "single", 2, Decimal(50)),)
    drawn = replace(plan, mode=PaperMode.DRAWN_ONCE, rules=rules)
    exam_plans.store(desk.session, drawn, unit=desk.unit, actor=desk.boss, now=START, exam=exam)
    assert exam.paper.picks == []
    assert exams.size(desk.session, exam).questions == 2
    again = replace(exam_plans.plan_of(desk.session, exam), mode=PaperMode.FIXED)
    assert again.picks == plan.picks
    exam_plans.store(desk.session, again, unit=desk.unit, actor=desk.boss, now=START, exam=exam)
    assert fixed_papers.picks_of(desk.session, exam.paper) == before
    assert exam_plans.plan_of(desk.session, exam).rules == rules


def test_what_was_put_aside_is_not_drawn(desk: Desk) -> None:
    exam = desk.draft()
    desk.add(exam, desk.ids("essay"))
    plan = replace(
        exam_plans.plan_of(desk.session, exam), mode=PaperMode.DRAWN_ONCE,
        rules=(RulePlan(desk.bank.id, "single", 3, Decimal(1)),),
    )  # fmt: skip
    exam_plans.store(desk.session, plan, unit=desk.unit, actor=desk.boss, now=START, exam=exam)
    exams.publish(desk.session, exam, actor=None, now=START)
    assert desk.types(exam) == ["single"] * 3


def test_publishing_picks_forgets_the_rows(desk: Desk) -> None:
    exam = desk.draft(rules=(RulePlan(desk.bank.id, "single", 2, Decimal(1)),))
    desk.add(exam, desk.ids("single")[:1])
    exams.publish(desk.session, exam, actor=None, now=START)
    desk.session.expire_all()
    assert (exam.paper.rules, len(exam.paper.picks)) == ([], 1)


def test_moving_stays_in_the_section_and_takes_a_passage_whole(desk: Desk) -> None:
    exam = desk.draft()
    singles = desk.ids("single")[:3]
    desk.add(exam, [*singles, *desk.ids("group", "true_false")])
    picks = fixed_papers.picks_of(desk.session, exam.paper)

    def order(some: list[Any]) -> list[int]:
        return [one.question_id for one in some if one.type == "single" and one.group_id is None]

    assert order(fixed_papers.move(picks, singles[2], up=True)) == [singles[0], singles[2], singles[1]]
    assert order(fixed_papers.move(picks, singles[0], up=True)) == singles
    assert order(fixed_papers.move(picks, singles[2], up=False)) == singles
    [head] = desk.ids("group")
    assert len(fixed_papers.remove(picks, head)) == len(picks) - 3
    assert len(fixed_papers.remove(picks, singles[0])) == len(picks) - 1


def test_points_that_come_to_a_hundred(desk: Desk) -> None:
    exam = desk.draft()
    desk.add(exam, desk.ids("single", "multiple"))
    made = fixed_papers.hundred(fixed_papers.picks_of(desk.session, exam.paper))
    assert made is not None
    assert sum(one.points for one in made) == 100
    assert fixed_papers.hundred(made[:0]) is None


def test_a_published_exam_keeps_its_questions(desk: Desk) -> None:
    exam = desk.draft()
    desk.add(exam, desk.ids("single"))
    exams.publish(desk.session, exam, actor=None, now=START)
    assert exam.state is ExamState.PUBLISHED
    with pytest.raises(Problem) as refused:
        desk.add(exam, desk.ids("multiple"))
    assert refused.value.code == "exam.not_a_draft"


def test_what_was_drawn_once_can_be_taken_over(desk: Desk) -> None:
    drawn = exam_plans.store(
        desk.session,
        Plan("Drawn", mode=PaperMode.DRAWN_ONCE, rules=(
            RulePlan(desk.bank.id, "single", 2, Decimal(5)), RulePlan(desk.bank.id, "group", 1, Decimal(3)))),
        unit=desk.unit, actor=desk.boss, now=START,
    )  # fmt: skip
    exams.publish(desk.session, drawn, actor=None, now=START)
    exam = desk.draft()
    assert fixed_papers.take_over(desk.session, exam, drawn, banks={desk.bank.id}) == 4
    assert [one.points for one in fixed_papers.picks_of(desk.session, exam.paper)] == [5, 5, 0, 3, 3]
    assert fixed_papers.take_over(desk.session, exam, drawn, banks={desk.bank.id}) == 0
    other = desk.draft()
    assert fixed_papers.take_over(desk.session, other, drawn, banks=set()) == 0


def test_a_paper_has_an_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixed_papers, "MOST_PICKS", 3)
    exam = desk.draft()
    with pytest.raises(Problem) as refused:
        desk.add(exam, desk.ids("single"))
    assert (refused.value.code, refused.value.params["most"]) == ("paper.too_many_picks", 3)


@pytest.mark.parametrize(
    ("what", "code"),
    [("nothing", ""), ("a row taken away", ""), ("a pick taken away", ""), ("a row again", "exam.bank_out_of_reach"),
     ("a row for more", "exam.bank_out_of_reach"), ("a new pick", "exam.bank_out_of_reach"),
     ("a draft of its own", "exam.bank_out_of_reach")],
)  # fmt: skip
def test_what_a_draft_has_from_a_bank_out_of_reach_stays_as_it_is(desk: Desk, what: str, code: str) -> None:
    exam = desk.draft()
    desk.add(exam, desk.ids("single"))
    rows = tuple(RulePlan(desk.bank.id, "single", count, Decimal(2)) for count in (1, 2))
    before = replace(exam_plans.plan_of(desk.session, exam), rules=rows)
    exam_plans.store(desk.session, before, unit=desk.unit, actor=desk.boss, now=START, exam=exam)
    others = [one.id for one in desk.session.scalars(select(QuestionVersion)).all()]
    desk.bank.unit_id = people.add_unit(desk.session, "Elsewhere", parent=None, now=START).id
    desk.session.flush()
    fresh = PickPlan(next(one for one in others if one not in {pick.version_id for pick in before.picks}), Decimal(1))
    plan = {
        "nothing": replace(before, title="Said better"),
        "a row taken away": replace(before, rules=rows[1:]),
        "a pick taken away": replace(before, picks=before.picks[1:]),
        "a row again": replace(before, rules=(*rows, rows[0])),
        "a row for more": replace(before, rules=(rows[0], replace(rows[1], count=3))),
        "a new pick": replace(before, picks=(*before.picks, fresh)),
        "a draft of its own": before,
    }[what]

    def store() -> None:
        exam_plans.store(desk.session, plan, unit=desk.unit, actor=desk.boss, now=START,
                         exam=None if what == "a draft of its own" else exam)  # fmt: skip

    if code:
        assert code_of(store) == code
    else:
        store()
        assert exam_plans.plan_of(desk.session, exam) == plan
