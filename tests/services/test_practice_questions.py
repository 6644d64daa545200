"""Which questions may be practised, by tables: rules of exams, their purposes, states and times."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.domain.papers.specification import GROUP, Rule
from suyu_learn.domain.practice import Openness
from suyu_learn.domain.questions import BUILT_IN
from suyu_learn.models import (
    Bank,
    Exam,
    ExamState,
    Paper,
    PaperMode,
    PaperPick,
    PaperRule,
    Question,
    QuestionVersion,
    Role,
    Shown,
    Topic,
)
from suyu_learn.services import bank, exams, papers, people, practice_claims, practice_holders, practice_questions
from suyu_learn.services.practice_questions import Catalogues, Moment
from suyu_learn.services.versions import Versions
from tests.clock import FrozenClock
from tests.factories import essay, fill_in, manager, single, stored_bank, true_false
from tests.question_types import draft

GRACE = timedelta(minutes=5)
HOUR = timedelta(hours=1)


@pytest.fixture
def moment(clock: FrozenClock) -> Moment:
    return at(clock)


def at(clock: FrozenClock) -> Moment:
    """Now, as deciding about practice takes it."""
    return Moment(clock(), GRACE, Versions({kind.code: kind for kind in BUILT_IN}), Catalogues())


def group(uid: str, *members: QuestionDraft) -> list[QuestionDraft]:
    """A passage with its questions."""
    return [draft("group", uid), *(replace(one, uid=f"{uid}-{one.uid}", group=uid) for one in members)]


@pytest.fixture
def source(session: Session, clock: FrozenClock) -> Bank:
    """A bank of every kind of question, open for practice; each is known by its uid."""
    questions = [
        replace(single(1), uid="plain"),
        replace(single(2), uid="hard", difficulty="hard"),
        replace(single(3), uid="criterion", criterion=7),
        replace(single(4), uid="spirit", dimension="spirit"),
        replace(single(5), uid="tagged", tags=("kpi", "new")),
        replace(single(6), uid="fire", topics=("Fire",)),
        replace(true_false(7), uid="truth"),
        replace(fill_in(8), uid="blank"),
        replace(essay(9), uid="essay"),
        *group("passage", replace(single(10), uid="a"), replace(true_false(11), uid="b")),
        *group("other", replace(single(12), uid="a")),
    ]
    made = stored_bank(session, now=clock(), questions=questions)
    made.practice = Openness.OPEN
    below = Topic(name="Extinguishers", parent_id=session.scalars(select(Topic.id).where(Topic.name == "Fire")).one())
    session.add(below)
    session.flush()
    bank.store(session, made, replace(single(13), uid="foam", topics=("Extinguishers",)), now=clock(), reviewer="x")
    return made


EVERYTHING = {
    "plain", "hard", "criterion", "spirit", "tagged", "fire", "foam", "truth", "blank", "essay",
    "passage-a", "passage-b", "other-a",
}  # fmt: skip
ALONE = {one for one in EVERYTHING if "-" not in one}


def asked(session: Session, moment: Moment, *banks: Bank) -> set[str]:
    """What may be practised, by uid."""
    return set(session.scalars(practice_questions.permitted(session, banks, moment).select(Question.uid)))


def exam(
    session: Session, source: Bank, clock: FrozenClock, *rules: dict[str, Any], purpose: str = "exam",
    mode: PaperMode = PaperMode.DRAWN_PER_PERSON, state: ExamState = ExamState.PUBLISHED, **policy: Any,
) -> Exam:  # fmt: skip
    """An exam with rows that draw one question each from the bank."""
    paper = Paper(title="An exam", mode=mode, created_at=clock())
    for rule in rules or ({},):
        papers.add_rule(paper, count=1, points=Decimal(1), **{"banks": [source.id], **rule})
    session.add(paper)
    session.flush()
    made = exams.create_exam(session, paper, title="An exam", minutes=60, now=clock(), purpose=purpose, **policy)
    if state is not ExamState.DRAFT:
        papers.fix(session, paper)
    made.state = state
    session.flush()
    return made


def test_published_questions_that_learners_answer_are_asked(
    session: Session, source: Bank, moment: Moment, clock: FrozenClock
) -> None:
    assert asked(session, moment, source) == EVERYTHING
    bank.retire(session, _question(session, "plain"), now=clock())
    bank.retire(session, _question(session, "passage"), now=clock())
    bank.store(session, source, replace(single(20), uid="waiting"), now=clock(), reviewer="", review=True)
    assert asked(session, moment, source) == EVERYTHING - {"plain", "passage-a", "passage-b"}


def _question(session: Session, uid: str) -> Question:
    return session.scalars(select(Question).where(Question.uid == uid)).one()


RULES: list[tuple[dict[str, Any], set[str]]] = [
    ({}, ALONE),
    ({"types": ["single"]}, ALONE - {"truth", "blank", "essay"}),
    ({"types": ["true_false", "fill_in"]}, {"truth", "blank"}),
    ({"difficulties": ["hard"]}, {"hard"}),
    ({"difficulties": ["easy"]}, set()),
    ({"criteria": [7, 8]}, {"criterion"}),
    ({"dimensions": ["spirit", "methods"]}, {"spirit"}),
    ({"tags": ["kpi"]}, {"tagged"}),
    ({"tags": ["kpi"], "difficulties": ["hard"]}, set()),
    ({"topics": ["Fire"]}, {"fire", "foam"}),
    ({"topics": ["Extinguishers"]}, {"foam"}),
    ({"topics": ["Nothing"]}, set()),
    ({"types": [GROUP]}, {"passage-a", "passage-b", "other-a"}),
    ({"types": [GROUP, "fill_in"]}, {"passage-a", "passage-b", "other-a", "blank"}),
    ({"types": [GROUP], "difficulties": ["hard"]}, set()),
    ({"banks": []}, set()),
]


def test_what_an_assessment_may_draw_is_never_asked(
    session: Session, source: Bank, moment: Moment, clock: FrozenClock
) -> None:
    """The database must read rules exactly as papers do, which is asked here besides."""
    for rule, drawn in RULES:
        made = exam(session, source, clock, rule, purpose="assessment", state=ExamState.DRAFT)
        [read] = papers.rules_of(made.paper)
        assert {uid for uid in _drawn_by(session, read, source) if read.banks} == drawn, rule
        for openness in (Openness.OPEN, Openness.OPEN_WITH_EXAMS):
            source.practice = openness
            assert asked(session, moment, source) == EVERYTHING - drawn, rule
        made.deleted_at = clock()
        session.flush()


def _drawn_by(session: Session, rule: Rule, source: Bank) -> set[str]:
    """What a paper may draw by a rule, by uid."""
    suited = [one for one in bank.candidates(session, [source.id]) if rule.suits(one)]
    versions = [number for one in suited for number in one.members or (one.version_id,)]
    of_version = select(Question.uid).join(QuestionVersion, QuestionVersion.question_id == Question.id)
    return set(session.scalars(of_version.where(QuestionVersion.id.in_(versions))))


def test_a_row_without_a_bank_draws_from_those_of_the_others(
    session: Session, source: Bank, moment: Moment, clock: FrozenClock
) -> None:
    exam(session, source, clock, {"tags": ["kpi"]}, {"banks": [], "types": ["fill_in"]}, purpose="assessment")
    assert asked(session, moment, source) == EVERYTHING - {"tagged", "blank"}


ASSESSMENTS = [
    (ExamState.DRAFT, PaperMode.DRAWN_PER_PERSON, False, True),
    (ExamState.PUBLISHED, PaperMode.DRAWN_PER_PERSON, False, True),
    (ExamState.WITHDRAWN, PaperMode.DRAWN_PER_PERSON, False, True),
    (ExamState.DRAFT, PaperMode.DRAWN_ONCE, False, True),
    (ExamState.DRAFT, PaperMode.DRAWN_PER_PERSON, True, False),
]


def test_an_assessment_holds_back_whatever_its_state_and_time_unless_it_is_deleted(
    session: Session, source: Bank, moment: Moment, clock: FrozenClock
) -> None:
    past = {"opens_at": clock() - 50 * HOUR, "closes_at": clock() - 40 * HOUR}
    for state, mode, deleted, held in ASSESSMENTS:
        made = exam(session, source, clock, {"types": ["single"]}, purpose="assessment", mode=mode, state=state, **past)
        made.deleted_at = clock() if deleted else None
        session.flush()
        assert ("plain" not in asked(session, moment, source)) is held, (state, mode, deleted)
        made.deleted_at = clock()
        session.flush()


def test_a_paper_drawn_once_holds_back_what_it_has_drawn(
    session: Session, source: Bank, moment: Moment, clock: FrozenClock
) -> None:
    made = exam(session, source, clock, {"types": ["single"]}, purpose="assessment", mode=PaperMode.DRAWN_ONCE)
    drawn = {session.get_one(QuestionVersion, pick.version_id).question.uid for pick in made.paper.picks}
    assert len(drawn) == 1
    assert asked(session, moment, source) == EVERYTHING - drawn


def test_a_pick_holds_back_its_question_in_every_version(
    session: Session, source: Bank, moment: Moment, clock: FrozenClock
) -> None:
    made = exam(session, source, clock, purpose="assessment", mode=PaperMode.FIXED)
    picked = _question(session, "hard")
    made.paper.picks = [PaperPick(position=1, version_id=picked.published_version_id, points=Decimal(1))]
    session.flush()
    bank.store(session, source, replace(single(50), uid="hard"), now=clock(), reviewer="x")
    assert asked(session, moment, source) == EVERYTHING - {"hard"}


NOT_OVER: list[tuple[str, dict[str, Any], bool]] = [
    ("open, key after the closing", {"closes_at": HOUR}, True),
    ("open, key never", {"closes_at": HOUR, "show_key": Shown.NEVER}, True),
    ("open without end", {}, True),
    ("to come", {"opens_at": HOUR, "closes_at": 2 * HOUR}, True),
    ("open, key at once", {"closes_at": HOUR, "show_key": Shown.NOW}, False),
    ("open, key at once but no result yet", {"closes_at": HOUR, "show_key": Shown.NOW, "results_at": 2 * HOUR}, True),
    ("open, key at once but no score", {"closes_at": HOUR, "show_key": Shown.NOW, "show_score": Shown.NEVER}, True),
    ("closed", {"closes_at": -HOUR}, False),
    ("closed, key never", {"closes_at": -HOUR, "show_key": Shown.NEVER}, False),
    ("closed, results to come", {"closes_at": -HOUR, "results_at": HOUR}, True),
    ("closed, retake to come", {"closes_at": -HOUR, "retake_for": "failed", "retake_opens_at": HOUR,
                                "retake_closes_at": 2 * HOUR}, True),
    ("draft", {"closes_at": HOUR, "state": ExamState.DRAFT}, False),
    ("withdrawn", {"closes_at": HOUR, "state": ExamState.WITHDRAWN}, False),
]  # fmt: skip


def test_an_exam_holds_back_until_it_is_over_unless_the_bank_is_opened_for_it(
    session: Session, source: Bank, moment: Moment, clock: FrozenClock
) -> None:
    for name, policy, held in NOT_OVER:
        values = {key: clock() + value if isinstance(value, timedelta) else value for key, value in policy.items()}
        made = exam(session, source, clock, {"types": ["single"]}, **{"opens_at": clock() - 9 * HOUR, **values})
        drawn = {"plain", "hard", "criterion", "spirit", "tagged", "fire", "foam"} if held else set()
        source.practice = Openness.OPEN
        assert asked(session, moment, source) == EVERYTHING - drawn, name
        found = practice_questions.held_back(session, source, moment)
        assert (found.all, found.by_assessments, found.by_exams) == (len(EVERYTHING), 0, len(drawn)), name
        source.practice = Openness.OPEN_WITH_EXAMS
        assert asked(session, moment, source) == EVERYTHING, name
        made.deleted_at = clock()
        session.flush()


def test_an_exam_is_told_what_can_be_practised_of_it(
    session: Session, source: Bank, moment: Moment, clock: FrozenClock
) -> None:
    other = stored_bank(session, now=clock(), questions=[single(70), single(71)])
    rules = ({"types": ["single"]}, {"banks": [other.id]})
    made = exam(session, source, clock, *rules, state=ExamState.DRAFT)
    exam(session, source, clock, {"types": ["single"], "difficulties": ["hard"]}, purpose="assessment")
    none, all_the_same = practice_holders.Practised(), practice_holders.Practised(6, (source.name,))
    for openness, of_exam, said in (
        (Openness.OPEN, {}, none),
        (Openness.CLOSED, {}, none),
        (Openness.OPEN_WITH_EXAMS, {}, all_the_same),
        (Openness.OPEN_WITH_EXAMS, {"show_key": Shown.NOW}, none),
        (Openness.OPEN_WITH_EXAMS, {"show_key": Shown.NOW, "results_at": clock() + HOUR}, all_the_same),
        (Openness.OPEN_WITH_EXAMS, {"purpose": "assessment"}, none),
    ):
        source.practice = openness
        before = {name: getattr(made, name) for name in of_exam}
        for name, value in of_exam.items():
            setattr(made, name, value)
        session.flush()
        assert practice_holders.practised_all_the_same(session, made, moment) == said, (openness, of_exam)
        for name, value in before.items():
            setattr(made, name, value)


def test_exams_that_hold_back_are_named_each_with_its_number(
    session: Session, source: Bank, moment: Moment, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = manager(session, Role.ADMIN, None, now=clock())
    elsewhere = people.add_unit(session, "Elsewhere", parent=None, now=clock())
    organizer = manager(session, Role.ORGANIZER, elsewhere, now=clock())
    by_rule = exam(session, source, clock, {"types": ["true_false"]})
    picks = exam(session, source, clock, {"banks": []}, mode=PaperMode.FIXED)
    hard = _question(session, "hard").published_version_id
    picks.paper.picks = [PaperPick(position=1, version_id=hard, points=Decimal(1))]
    over = exam(session, source, clock, opens_at=clock() - 9 * HOUR, closes_at=clock() - HOUR)
    draft = exam(session, source, clock, {"topics": ["Fire"]}, purpose="assessment", state=ExamState.DRAFT)
    exam(session, stored_bank(session, now=clock()), clock)
    session.flush()
    found = practice_holders.holders(session, source, admin, moment)
    assert [(one.exam, one.questions, one.known) for one in found.named] == [
        (draft, 2, True), (picks, 1, True), (by_rule, 1, True)]  # fmt: skip
    assert over not in [one.exam for one in found.named]
    assert [practice_holders.is_draft(one) for one in found.named] == [True, False, False]
    assert not any(one.known for one in practice_holders.holders(session, source, organizer, moment).named)
    monkeypatch.setattr(practice_holders, "MOST_NAMED", 2)
    assert practice_holders.holders(session, source, admin, moment).more == 1


def test_what_is_held_back_is_counted_once(session: Session, source: Bank, moment: Moment, clock: FrozenClock) -> None:
    exam(session, source, clock, {"types": ["single"]})
    exam(session, source, clock, {"types": ["single"], "difficulties": ["hard"]}, purpose="assessment")
    found = practice_questions.held_back(session, source, moment)
    assert (found.all, found.by_assessments, found.by_exams) == (len(EVERYTHING), 1, 6)


def test_other_banks_are_none_of_its_business(
    session: Session, source: Bank, moment: Moment, clock: FrozenClock
) -> None:
    other = stored_bank(session, now=clock(), questions=[replace(single(1), uid="elsewhere")])
    other.practice = Openness.OPEN_WITH_EXAMS
    exam(session, other, clock, purpose="assessment")
    exam(session, source, clock)
    assert asked(session, moment, source, other) == {"passage-a", "passage-b", "other-a"}


def test_a_copy_in_another_bank_is_held_back_with_its_original(
    session: Session, source: Bank, moment: Moment, clock: FrozenClock
) -> None:
    copy = stored_bank(session, now=clock(), questions=[single(77), single(78)])
    twin = stored_bank(session, now=clock(), questions=[single(77)])
    copy.practice = twin.practice = Openness.OPEN
    session.flush()
    assert len(asked(session, moment, twin)) == 1
    exam(session, copy, clock, purpose="assessment")
    assert asked(session, moment, twin) == set()


def test_a_thousand_kinds_of_rules_are_one_table(
    session: Session, source: Bank, moment: Moment, clock: FrozenClock
) -> None:
    """As conditions of their own they would be deeper than SQLite takes."""
    made = exam(
        session, source, clock, {"tags": ["none"], "types": ["single"]}, purpose="assessment", state=ExamState.DRAFT
    )
    statement = str(practice_questions.permitted(session, [source], moment).select(Question.uid))
    session.execute(insert(PaperRule), [
        {"paper_id": made.paper_id, "position": place, "count": 1, "points": Decimal(1),
         "filter": {"banks": [source.id], "tags": [f"t{place}"], "types": ["single", GROUP][: 1 + place % 2],
                    "criteria": [1 + place % 26], "difficulties": ["easy", "medium", "hard"][place % 3 :]}}
        for place in range(2, 1300)
    ])  # fmt: skip
    papers.add_rule(made.paper, count=1, points=Decimal(1), banks=[source.id], tags=["kpi"])
    session.flush()
    assert asked(session, moment, source) == EVERYTHING - {"tagged"}
    assert str(practice_questions.permitted(session, [source], moment).select(Question.uid)) == statement


def test_all_rules_together_hold_back_what_each_does(
    session: Session, source: Bank, moment: Moment, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [(rule, drawn) for rule, drawn in RULES if rule and "banks" not in rule and len(drawn) < 5]
    exam(session, source, clock, *(rule for rule, _drawn in wanted), purpose="assessment")
    held = set[str]().union(*(drawn for _rule, drawn in wanted))
    for many in (practice_claims.MANY, 0):
        monkeypatch.setattr(practice_claims, "MANY", many)
        assert asked(session, moment, source) == EVERYTHING - held


def test_boxes_become_fewer_and_hold_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(5)
    boxes = {tuple(rng.randrange(1, 1 << 4) for _side in range(4)) for _box in range(200)}

    def cells(some: Any) -> set[tuple[int, ...]]:
        each = ([place for place in range(4) if side >> place & 1] for box in some for side in box)
        return {cell for sides in zip(*[each] * 4, strict=True) for cell in product(*sides)}

    for many in (10_000, 0):
        monkeypatch.setattr(practice_claims, "MANY", many)
        found = practice_claims._fewer(boxes)  # type: ignore[arg-type]
        assert cells(found) == cells(boxes)
    assert len(found) <= 4 * 4 * 4


def test_deciding_takes_two_statements_and_topics_one_more(
    session: Session, source: Bank, moment: Moment, clock: FrozenClock
) -> None:
    for tag in range(12):
        exam(session, source, clock, {"tags": [f"t{tag}"]}, purpose="assessment")
    session.expire_all()
    said: list[str] = []
    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", lambda *given: said.append(given[2]))
    number = source.id
    said.clear()
    asked(session, moment, source)
    assert len(said) == 2, said
    assert number == source.id
