"""What an organizer asks for when making an exam: suggested, stored as a draft, and read back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from suyu_learn.domain.attempts import RetakeFor
from suyu_learn.domain.papers.arrange import PAPER_ORDER
from suyu_learn.domain.papers.points import share_out
from suyu_learn.domain.papers.specification import Rule
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions import PartialCredit
from suyu_learn.domain.questions.essay import Essay
from suyu_learn.domain.questions.group import Group
from suyu_learn.models import (
    Bank,
    Counts,
    Delivery,
    Exam,
    ExamAudience,
    ExamState,
    ExamUnit,
    Paper,
    PaperMode,
    Person,
    Purpose,
    Question,
    QuestionVersion,
    Role,
    Shown,
    Unit,
)
from suyu_learn.services import (
    audit,
    exam_appeals,
    exam_delivery,
    exam_integrity,
    exam_mocks,
    exam_presets,
    exam_reach,
    exam_scope,
    exam_times,
    exams,
    grants,
    paper_constraints,
    papers,
    pick_plans,
)
from suyu_learn.services.exam_scope import Scope
from suyu_learn.services.paper_constraints import NO_CONDITIONS, ConstraintPlan
from suyu_learn.services.papers import Look
from suyu_learn.services.pick_plans import PickPlan

USUAL_QUESTIONS = 20
USUAL_MINUTES = 60
USUAL_DAYS = 7
USUAL_APART = Decimal("0.2")
MOST_RULES = 40
NOT_SUGGESTED = frozenset({Group.code, Essay.code})
"""Groups bring several questions each, essays wait for a person: both are for the organizer to ask for."""


@dataclass(frozen=True, slots=True)
class RulePlan:
    """So many questions of a bank, each worth so much; what is empty means any."""

    bank_id: int
    type: str
    count: int
    points: Decimal
    topic: str = ""
    difficulty: str = ""
    criterion: int | None = None
    dimension: str = ""
    tag: str = ""

    @property
    def filters(self) -> dict[str, list[Any]]:
        """The same as a paper's rule keeps it."""
        wanted = {
            "banks": self.bank_id, "types": self.type, "topics": self.topic, "difficulties": self.difficulty,
            "criteria": self.criterion, "dimensions": self.dimension, "tags": self.tag,
        }  # fmt: skip
        return {name: [value] for name, value in wanted.items() if value}


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that can be set before publishing."""

    title: str
    rules: tuple[RulePlan, ...]
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    freeze_at: datetime | None = None
    minutes: int = USUAL_MINUTES
    entry_minutes: int | None = None
    entry_until: datetime | None = None
    hand_in_minutes: int | None = None
    extra_past_closing: bool = True
    retake_for: RetakeFor | None = None
    retake_opens_at: datetime | None = None
    retake_closes_at: datetime | None = None
    retake_attempts: int = 1
    purpose: Purpose = Purpose.EXAM
    ask_about: bool = False
    about_reason: str = ""
    mode: PaperMode = PaperMode.DRAWN_PER_PERSON
    attempts_allowed: int = 1
    counts: Counts = Counts.BEST
    pass_share: Decimal = Decimal("0.6")
    partial_credit: PartialCredit = PartialCredit.ALL_OR_NOTHING
    shuffle_questions: bool = True
    shuffle_options: bool = True
    show_score: Shown = Shown.NOW
    show_key: Shown = Shown.AFTER_CLOSE
    show_explanation: Shown = Shown.AFTER_CLOSE
    results_at: datetime | None = None
    two_markers: bool = False
    marks_apart: Decimal = USUAL_APART
    count_leaves: bool = False
    warn_of_leaves: bool = False
    most_leaves: int | None = None
    most_seconds_away: int | None = None
    watermark: bool = False
    one_device: bool = False
    integrity_for_seniors: bool = False
    entry_account: bool = True
    entry_number: bool = False
    entry_open: bool = False
    unit_ids: tuple[int, ...] = ()
    audiences: tuple[str, ...] = ()
    contact_name: str = ""
    contact_phone: str = ""
    notice: str = ""
    appeal_days: int | None = None
    conditions: ConstraintPlan = NO_CONDITIONS
    delivery: Delivery = Delivery.WHOLE
    question_seconds: int | None = None
    picks: tuple[PickPlan, ...] = ()
    """The questions of a fixed paper; remembered while the paper is to be drawn instead."""


_COLUMNS = (
    "title", "notice", "opens_at", "closes_at", "freeze_at", "minutes", "attempts_allowed", "counts", "pass_share",
    "partial_credit", "shuffle_questions", "shuffle_options", "show_score", "show_key", "show_explanation",
    "results_at", "two_markers", "marks_apart",
    "entry_account", "entry_number", "entry_open", "contact_name", "contact_phone", "purpose",
    "ask_about", "about_reason", *exam_times.FIELDS, *exam_delivery.FIELDS, *exam_integrity.FIELDS,
    *exam_appeals.FIELDS,
)  # fmt: skip


def type_counts(session: Session, bank_ids: Collection[int]) -> Mapping[int, Mapping[str, int]]:
    """How many published questions of each type each bank has, the usual types first."""
    rows = session.execute(
        select(Question.bank_id, QuestionVersion.type, func.count())
        .join(QuestionVersion, Question.published_version_id == QuestionVersion.id)
        .where(Question.bank_id.in_(list(bank_ids)), Question.group_id.is_(None), QuestionVersion.type != Group.code)
        .group_by(Question.bank_id, QuestionVersion.type)
    ).all()
    found: dict[int, dict[str, int]] = {bank_id: {} for bank_id in bank_ids}
    order = {code: place for place, code in enumerate(PAPER_ORDER)}
    for bank_id, code, count in sorted(rows, key=lambda row: (order.get(row[1], 99), row[1])):
        found[bank_id][code] = count
    return found


def passage_counts(session: Session, bank_ids: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """How many passages each bank has that a rule can draw, and how many questions stand below them."""
    member = aliased(Question)
    rows = session.execute(
        select(Question.bank_id, func.count(Question.id.distinct()), func.count(member.id))
        .join(QuestionVersion, Question.published_version_id == QuestionVersion.id)
        .join(member, member.group_id == Question.id)
        .where(Question.bank_id.in_(list(bank_ids)), QuestionVersion.type == Group.code,
               member.published_version_id.is_not(None))
        .group_by(Question.bank_id)
    )  # fmt: skip
    return {bank_id: (passages, below) for bank_id, passages, below in rows}


def suggested_rules(counts: Mapping[int, Mapping[str, int]], *, most: int = USUAL_QUESTIONS) -> tuple[RulePlan, ...]:
    """Up to `most` questions over all types of the banks, in proportion to what there is, worth 100 together."""
    cells = [
        (bank_id, code, count)
        for bank_id, types in counts.items()
        for code, count in types.items()
        if count and code not in NOT_SUGGESTED
    ]
    whole = sum(count for _, _, count in cells)
    if whole == 0:
        return ()
    asked = min(most, whole)
    shares = [asked * count / whole for _, _, count in cells]
    numbers = [int(share) for share in shares]
    by_rest = sorted(range(len(cells)), key=lambda place: numbers[place] - shares[place])
    for place in by_rest[: asked - sum(numbers)]:
        numbers[place] += 1
    wanted = [(bank_id, code, number) for (bank_id, code, _), number in zip(cells, numbers, strict=True) if number]
    points = share_out([number for _, _, number in wanted]) or [Decimal(1)] * len(wanted)
    return tuple(
        RulePlan(bank_id, code, number, each)
        for (bank_id, code, number), each in zip(wanted, points, strict=True)
    )  # fmt: skip


def home_of(session: Session, person: Person, banks: Sequence[Bank]) -> Unit | None:
    """The unit that a new exam belongs to: the first bank's, else the highest within reach."""
    own = grants.reach(session, person, Role.ORGANIZER)
    for row in banks:
        unit = session.get(Unit, row.unit_id) if row.unit_id else None
        if unit is not None and own.covers(unit.path):
            return unit
    within = exam_reach.units_within(session, person)
    return min(within, key=lambda one: (one.path.count("/"), one.id), default=None)


def suggested(
    session: Session, banks: Sequence[Bank], *, actor: Person, unit: Unit | None, contact: tuple[str, str],
    now: datetime,
) -> Plan:  # fmt: skip
    """An exam that can be published as it stands: opens now for a week, all that is not said has its usual value."""
    start = now.replace(second=0, microsecond=0)
    name, phone = _contact(session, actor, contact)
    somebody = exam_scope.members(session, Scope((unit.path,) if unit else ()), at=now)
    others = any(one.person_id != actor.id for one in somebody)
    return Plan(
        title=banks[0].name if banks else "",
        rules=suggested_rules(type_counts(session, [one.id for one in banks])),
        opens_at=start,
        closes_at=start + timedelta(days=USUAL_DAYS),
        entry_open=not others,
        pass_share=exam_presets.usual_pass_share(audiences_of(banks)),
        contact_name=name,
        contact_phone=phone,
        appeal_days=exam_appeals.USUAL_DAYS,
    )


def _contact(session: Session, actor: Person, said: tuple[str, str]) -> tuple[str, str]:
    """Whom learners call: as the settings say, else as the organizer's last exam with a phone, else the organizer."""
    if any(said) or actor.phone:
        return said[0] or actor.name, said[1] or actor.phone or ""
    last = session.execute(
        select(Exam.contact_name, Exam.contact_phone)
        .where(Exam.created_by_id == actor.id, Exam.contact_phone != "", Exam.deleted_at.is_(None))
        .order_by(Exam.id.desc()).limit(1)
    ).first()  # fmt: skip
    return (last.contact_name or actor.name, last.contact_phone) if last is not None else (actor.name, "")


def audiences_of(banks: Iterable[Bank]) -> list[str]:
    """The audiences that banks of content packs are for; their packs lie in folders called so."""
    return [one.pack.partition("/")[2] for one in banks if one.pack]


def paper_of(plan_rules: Iterable[RulePlan], paper: Paper) -> Paper:
    """The rules put on a paper, in order."""
    for rule in plan_rules:
        papers.add_rule(paper, count=rule.count, points=rule.points, **rule.filters)
    return paper


def availability(session: Session, rules: Sequence[RulePlan], conditions: ConstraintPlan = NO_CONDITIONS) -> Look:
    """What there is for rules and conditions, and which of them cannot all be met."""
    return papers.look_at(session, _rules(rules), conditions)


def group_sizes(session: Session, rules: Sequence[RulePlan]) -> list[tuple[int, int]]:
    """How many questions each rule's draws bring at least and at most: one, unless it draws groups."""
    sizes = papers.group_sizes(session, _rules(rules))
    return [sizes.get(number, (1, 1)) for number in range(1, len(rules) + 1)]


def _rules(rules: Sequence[RulePlan]) -> list[Rule]:
    return [
        Rule(number=number, count=rule.count, points=rule.points,
             **{name: frozenset(values) for name, values in rule.filters.items()})
        for number, rule in enumerate(rules, start=1)
    ]  # fmt: skip


def store(
    session: Session, plan: Plan, *, unit: Unit | None, actor: Person, now: datetime, exam: Exam | None = None
) -> Exam:
    """Keep the plan as a new draft, or as what an existing draft now is; raises Problem when it cannot be one."""
    exam_reach.check(session, plan, actor=actor, unit=unit, former=plan_of(session, exam) if exam is not None else None)
    if not plan.title.strip():
        raise Problem("exam.no_title", place=Place(field="title"))
    if exam is not None and exam.state is not ExamState.DRAFT:
        raise Problem("exam.not_a_draft")
    kept = [one.id for one in exam_reach.kept_units(session, exam, actor)] if exam is not None else []
    exam_times.check(plan)
    exam_appeals.check(plan)
    exam_presets.check(plan.purpose, plan)
    exam_integrity.check(plan)
    if plan.ask_about and not plan.about_reason.strip():
        raise Problem("exam.no_about_reason", place=Place(field="about_reason"))
    values = {**{name: getattr(plan, name) for name in _COLUMNS}, "purpose": plan.purpose.value}
    if exam is None:
        paper = Paper(title=plan.title, mode=plan.mode, unit_id=unit.id if unit else None, created_at=now,
                      created_by_id=actor.id)  # fmt: skip
        paper.constraints = pick_plans.remembered(paper_constraints.stored(plan.conditions), plan.mode, plan.picks)
        session.add(paper_of(plan.rules, paper))
        session.flush()
        exam = exams.create_exam(session, paper, now=now, unit=unit, actor=actor, **values)
    else:
        exams.check_values(plan.minutes, plan.pass_share, plan.opens_at, plan.closes_at)
        for name, value in values.items():
            setattr(exam, name, value)
        exam.unit_id = unit.id if unit else None
        exam.paper.title, exam.paper.mode = plan.title, plan.mode
        conditions = pick_plans.remembered(paper_constraints.stored(plan.conditions), plan.mode, plan.picks)
        exam.paper.constraints = exam_mocks.carried(exam.paper, conditions)
        exam.paper.rules.clear()
        session.flush()
        paper_of(plan.rules, exam.paper)
        audit.record(session, "exam.edited", now=now, actor=actor, on=exam, unit_id=exam.unit_id)
    pick_plans.store(session, exam.paper, plan.picks)
    exam_delivery.check(plan.delivery, plan.question_seconds, minutes=plan.minutes,
                        questions=exams.size(session, exam).questions)  # fmt: skip
    set_scope(session, exam, (*plan.unit_ids, *kept), plan.audiences)
    return exam


def set_scope(session: Session, exam: Exam, unit_ids: Iterable[int], audiences: Iterable[str]) -> None:
    """Say whom the exam is meant for."""
    session.execute(delete(ExamUnit).where(ExamUnit.exam_id == exam.id))
    session.execute(delete(ExamAudience).where(ExamAudience.exam_id == exam.id))
    session.add_all(ExamUnit(exam_id=exam.id, unit_id=one) for one in dict.fromkeys(unit_ids))
    session.add_all(ExamAudience(exam_id=exam.id, audience=one) for one in dict.fromkeys(audiences))
    session.flush()


def plan_of(session: Session, exam: Exam) -> Plan:
    """The plan that an exam was made by."""
    unit_ids, audiences = exam_scope.chosen(session, exam)
    rules = []
    for rule in papers.rules_of(exam.paper):
        rules.append(RulePlan(
            min(rule.banks, default=0), min(rule.types, default=""), rule.count, rule.points,
            topic=min(rule.topics, default=""), difficulty=min(rule.difficulties, default=""),
            criterion=min(rule.criteria, default=None), dimension=min(rule.dimensions, default=""),
            tag=min(rule.tags, default=""),
        ))  # fmt: skip
    return Plan(
        rules=tuple(rules), mode=exam.paper.mode, conditions=paper_constraints.plan_of(exam.paper.constraints),
        unit_ids=unit_ids, audiences=audiences, picks=pick_plans.of_paper(exam.paper),
        purpose=exam_presets.purpose_of(exam.purpose),
        **{name: getattr(exam, name) for name in _COLUMNS if name != "purpose"},
    )  # fmt: skip
