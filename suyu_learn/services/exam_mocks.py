"""Mock exams as an exam will be: its rules, minutes and points, with questions of a bank that is open for practice.

An organizer names the bank. Asked is what the rules would draw from it of what may be practised, so never what an
assessment may ask, and what another exam keeps to itself only where the bank is opened for that (`practice_questions`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import String, cast, or_, select, true
from sqlalchemy.orm import Session, contains_eager

from suyu_learn.domain.papers.draw import Assembly, Drawn
from suyu_learn.domain.papers.pool import fill_pool
from suyu_learn.domain.papers.specification import GROUP, Candidate, Rule
from suyu_learn.domain.practice import Openness
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Bank,
    Exam,
    ExamState,
    Paper,
    PaperMode,
    Person,
    PracticeMock,
    Question,
    new_key,
)
from suyu_learn.services import (
    audit,
    bank,
    exam_reach,
    exam_times,
    exams,
    fixed_papers,
    paper_constraints,
    papers,
    practice,
    practice_mocks,
    practice_questions,
)
from suyu_learn.services.practice_questions import Moment

MOCK = "mock"
"""Under this a paper keeps the number of the bank of its mock exam, beside its conditions."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An exam of which somebody may sit a mock exam, and the bank that it is drawn from."""

    exam: Exam
    bank: Bank


def bank_of(session: Session, exam: Exam) -> Bank | None:
    """The bank that an organizer named for the mock exam; None for no mock exam."""
    number = exam.paper.constraints.get(MOCK)
    found = session.get(Bank, number) if isinstance(number, int) else None
    return found if found is not None and found.deleted_at is None else None


def carried(paper: Paper, conditions: Mapping[str, Any]) -> dict[str, Any]:
    """New conditions of a paper with the bank of its mock exam, which no condition says anything of."""
    return {**conditions, MOCK: paper.constraints[MOCK]} if MOCK in paper.constraints else dict(conditions)


def banks_to_choose(session: Session, actor: Person) -> list[Bank]:
    """The banks that an organizer may name: those that they may use and that are open for practice."""
    return [one for one in exam_reach.usable_banks(session, actor) if one.practice is not Openness.CLOSED]


def allow(session: Session, exam: Exam, bank_id: int | None, *, actor: Person, now: datetime) -> None:
    """Let learners sit mock exams of an exam with questions of a bank, or none any more.

    Raises Problem for a bank that the organizer may not name; the one that is named already may stay.
    """
    former = exam.paper.constraints.get(MOCK)
    if bank_id == former:
        return
    if bank_id is not None and bank_id not in {one.id for one in banks_to_choose(session, actor)}:
        raise Problem("practice.no_bank_to_mock", place=Place(field="bank"))
    rest = {name: value for name, value in exam.paper.constraints.items() if name != MOCK}
    exam.paper.constraints = rest if bank_id is None else {**rest, MOCK: bank_id}
    if bank_id is None:
        audit.record(session, "exam.mock_closed", now=now, actor=actor, on=exam, unit_id=exam.unit_id)
    else:
        audit.record(session, "exam.mock_opened", now=now, actor=actor, on=exam, unit_id=exam.unit_id,
                     bank=session.get_one(Bank, bank_id).name)  # fmt: skip
    session.flush()


def offers(session: Session, person: Person, moment: Moment, *, exam_id: int | None = None) -> list[Offer]:
    """The mock exams of exams that are meant for a person and not over, the one that closes first on top; or of one."""
    rows = session.scalars(
        select(Exam)
        .join(Exam.paper)
        .options(contains_eager(Exam.paper))
        .where(true() if exam_id is None else Exam.id == exam_id)
        .where(Exam.state == ExamState.PUBLISHED, Exam.deleted_at.is_(None))
        .where(cast(Paper.constraints, String).like(f'%"{MOCK}"%'))
        .where(or_(exam_times.closing_after(moment.now), Exam.paused_at.is_not(None)))
        .order_by(Exam.closes_at.is_(None), Exam.closes_at, Exam.id)
    ).all()
    open_to = {one.id: one for one in practice.open_banks(session, person, now=moment.now)} if rows else {}
    return [
        Offer(exam, open_to[exam.paper.constraints[MOCK]])
        for exam in rows
        if exam.paper.constraints.get(MOCK) in open_to and exams.may_sit(session, exam, person, now=moment.now)
    ]


def start(
    session: Session, person: Person, exam_id: int, moment: Moment, *, write: Callable[[], object] = lambda: None
) -> PracticeMock:
    """A mock exam as an exam will be, or the one that still runs in its bank; raises Problem for none of theirs.

    `write` is called once it is drawn, which takes long and only reads: a session that writes makes others wait.
    """
    found = next(iter(offers(session, person, moment, exam_id=exam_id)), None)
    if found is None:
        raise Problem("practice.no_such_mock_exam")
    if (running := practice_mocks.running_in(session, person, found.bank, moment)) is not None:
        return running
    drawn = drawn_like(session, found.exam, found.bank, Random(new_key()), moment)
    write()
    choices = [
        practice_mocks.Choice(number, one.points, one.version_id if one.members else None)
        for one in drawn for number in one.members or (one.version_id,)
    ]  # fmt: skip
    return practice_mocks.begin(
        session, person, found.bank, lambda _rng: choices, minutes=found.exam.minutes, moment=moment, exam_id=exam_id
    )


def exam_of(session: Session, mock: PracticeMock) -> Exam | None:
    """The exam by whose rules a mock exam was drawn; None for one of any questions."""
    number = practice_mocks.exam_id_of(mock)
    return session.get(Exam, number) if number is not None else None


def blueprint(session: Session, paper: Paper) -> list[Rule]:
    """What a paper asks for, of whatever bank; of picked questions, as many of each type and points.

    A passage that was picked is one: a group whose questions are worth what its first one is.
    """
    if paper.mode is not PaperMode.FIXED:
        return [replace(rule, banks=frozenset()) for rule in papers.rules_of(paper)]
    alone = Counter[tuple[str, Decimal]]()
    passages: dict[int, Decimal] = {}
    for pick in fixed_papers.picks_of(session, paper):
        if pick.group_id is not None:
            passages.setdefault(pick.group_id, pick.points)
        elif pick.points:
            alone[pick.type, pick.points] += 1
    counts = alone + Counter((GROUP, points) for points in passages.values())
    return [
        Rule(number=place, count=count, points=each, types=frozenset({code}))
        for place, ((code, each), count) in enumerate(sorted(counts.items()), start=1)
    ]


def drawn_like(session: Session, exam: Exam, source: Bank, rng: Random, moment: Moment) -> list[Drawn]:
    """The questions of one mock exam, in the order of the rules; as many as there are where the bank has too few.

    What only a person can mark is left out, of passages too. Raises Problem where nothing is left.
    """
    candidates, rules = _candidates(session, source, moment), blueprint(session, exam.paper)
    plan = replace(paper_constraints.plan_of(exam.paper.constraints), anchors="")
    assembly = Assembly(fill_pool(rules, candidates, paper_constraints.resolved(plan, candidates)))
    drawn = assembly.draw(rng) if assembly.possible else _as_many_as_there_are(rules, candidates, rng)
    if not drawn:
        raise Problem("practice.nothing_to_mock")
    return drawn


def _candidates(session: Session, source: Bank, moment: Moment) -> list[Candidate]:
    """What may be practised of a bank and a machine can mark: questions, and passages of which all this is true."""
    allowed = practice_questions.permitted(session, [source], moment)
    shown = set(session.scalars(allowed.select(Question.id)))
    found = [
        one for one in bank.candidates(session, [source.id]) if all(part.question_id in shown for part in one.asked)
    ]
    doubtful = {
        number for one in found for number, part in zip(_asked_versions(one), one.asked, strict=True)
        if moment.versions.may_need_a_person(part.type)
    }  # fmt: skip
    sound = doubtful - moment.versions.unsound(session, doubtful)
    asked = moment.versions.many(session, sound)
    left_out = doubtful - {number for number in sound if asked[number].type.marked_by_machine(asked[number].content)}
    return [one for one in found if left_out.isdisjoint(_asked_versions(one))]


def _asked_versions(one: Candidate) -> tuple[int, ...]:
    return one.members or (one.version_id,)


def _as_many_as_there_are(rules: Iterable[Rule], candidates: Iterable[Candidate], rng: Random) -> list[Drawn]:
    """Questions by chance for one rule after the other, those that fewest questions suit first; no conditions."""
    left = {one.version_id: one for one in candidates}
    drawn: list[Drawn] = []
    for rule in sorted(rules, key=lambda one: (sum(map(one.suits, left.values())), one.number)):
        suited = [one for one in left.values() if rule.suits(one)]
        for one in rng.sample(suited, min(rule.count, len(suited))):
            del left[one.version_id]
            drawn.append(Drawn(one.version_id, rule.points, rule.number, one.members))
    return sorted(drawn, key=lambda one: one.rule)
