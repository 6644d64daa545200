"""From a paper's specification to the slots of one attempt."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from suyu_learn.domain.papers.arrange import Chosen, Slot, arrange
from suyu_learn.domain.papers.draw import Assembly, Drawn, available
from suyu_learn.domain.papers.pool import fill_pool
from suyu_learn.domain.papers.specification import GROUP, Candidate, Rule
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Bank,
    Exam,
    Paper,
    PaperMode,
    PaperPick,
    PaperRule,
    Question,
    QuestionVersion,
)
from suyu_learn.services import bank, fixed_papers, paper_constraints
from suyu_learn.services.paper_constraints import NO_CONDITIONS, ConstraintPlan
from suyu_learn.services.versions import Versions

POOL_SECONDS = 30
FILTERS = ("banks", "types", "topics", "difficulties", "criteria", "dimensions", "tags")


NEWEST = select(func.max(Question.published_version_id)).scalar_subquery()
"""The version that was written last of those that are published: another one after a key was corrected, in whatever
process. One look into the unique index of these numbers, however many questions there are."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a paper can draw from, when it was read, and the newest version then, where that was said."""

    at: float
    newest: int | None
    assembly: Assembly

    @property
    def fresh(self) -> bool:
        return time.monotonic() - self.at < POOL_SECONDS


class PaperPools:
    """What each paper can draw from, kept for half a minute, so that a whole city can press start at once."""

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}
        self._guard = threading.Lock()

    def get(self, session: Session, paper: Paper, newest: int | None = None) -> Assembly:
        """What a paper is drawn from; solved anew if it changed.

        Read anew when it is older than `POOL_SECONDS`, or when another version is the `NEWEST` than when it was read.
        What changes without a new version, such as a retired question, is noticed after `POOL_SECONDS` at the latest.
        """
        kept = self._kept.get(paper.id)
        if kept is not None and kept.fresh and newest in (None, kept.newest):
            return kept.assembly
        found = assembled(session, paper)
        if kept is not None and kept.assembly.pool == found.pool:
            found = kept.assembly
        with self._guard:
            self._kept = {number: one for number, one in self._kept.items() if one.fresh}
            self._kept[paper.id] = _Kept(time.monotonic(), newest, found)
        return found

    def forget(self, paper_id: int | None = None) -> None:
        """Read the pool of a paper, or of all, anew at the next draw."""
        with self._guard:
            self._kept = {} if paper_id is None else {one: kept for one, kept in self._kept.items() if one != paper_id}


def rules_of(paper: Paper) -> list[Rule]:
    """The drawing rules of a paper as the domain knows them."""
    return [
        Rule(
            number=rule.position,
            count=rule.count,
            points=rule.points,
            **{name: frozenset(rule.filter.get(name, ())) for name in FILTERS},
        )
        for rule in paper.rules
    ]


def add_rule(paper: Paper, *, count: int, points: Decimal, **filters: Sequence[Any]) -> PaperRule:
    """Append a drawing rule; filters are lists under the names in `FILTERS`."""
    rule = PaperRule(
        position=len(paper.rules) + 1,
        count=count,
        points=points,
        filter={name: list(values) for name, values in filters.items() if values},
    )
    paper.rules.append(rule)
    return rule


def one_bank_paper(
    session: Session, source: Bank, *, title: str, questions: int, full: Decimal = Decimal(100)
) -> Paper:
    """A paper of so many questions of one bank, worth `full` points where that divides evenly, else one each."""
    each = full / questions
    points = each if each == each.quantize(Decimal("0.01")) else Decimal(1)
    paper = Paper(title=title, mode=PaperMode.DRAWN_PER_PERSON, unit_id=source.unit_id, created_at=source.created_at)
    add_rule(paper, count=questions, points=points, banks=[source.id])
    session.add(paper)
    session.flush()
    return paper


def check(session: Session, paper: Paper) -> Problem | None:
    """Why the paper cannot be drawn now, or None."""
    if paper.mode is PaperMode.FIXED:
        return fixed_papers.fault(session, paper)
    rules = rules_of(paper)
    if not rules:
        return Problem("paper.empty")
    return lacking(paper, bank.candidates(session, _banks(rules)))


def lacking(paper: Paper, candidates: Sequence[Candidate]) -> Problem | None:
    """What stands against drawing a paper by its rules and conditions from these questions, or None."""
    return _lacking(rules_of(paper), candidates, paper_constraints.plan_of(paper.constraints))


def _lacking(rules: Sequence[Rule], candidates: Sequence[Candidate], conditions: ConstraintPlan) -> Problem | None:
    unused = paper_constraints.unused_tag(conditions, candidates)
    return unused or _assembly(rules, candidates, conditions).problem


def _assembly(rules: Sequence[Rule], candidates: Sequence[Candidate], conditions: ConstraintPlan) -> Assembly:
    return Assembly(fill_pool(rules, candidates, paper_constraints.resolved(conditions, candidates)))


@dataclass(frozen=True, slots=True)
class Look:
    """What rules and conditions find in the banks."""

    alone: list[int]
    """How many questions suit each rule as if it were alone."""
    problem: Problem | None
    """What stands against meeting all together."""
    dimensions: Mapping[str | None, int]
    """How many questions of each dimension some rule may draw; a passage counts with its questions."""
    criteria: Mapping[int | None, int]
    types: Mapping[str, int]
    tags: Mapping[str, int]
    """How many questions, or whole passages, have each tag."""


def look_at(session: Session, rules: Sequence[Rule], conditions: ConstraintPlan = NO_CONDITIONS) -> Look:
    """What there is for rules and conditions."""
    found = bank.candidates(session, _banks(rules))
    alone = available(rules, found)
    suited = [one for one in found if any(rule.suits(one) for rule in rules)]
    asked = [part for one in suited for part in one.asked]
    return Look(
        alone=[alone[rule.number] for rule in rules],
        problem=_lacking(rules, found, conditions),
        dimensions=Counter(part.dimension for part in asked),
        criteria=Counter(part.criterion for part in asked),
        types=Counter(part.type for part in asked),
        tags=Counter(tag for one in suited for tag in one.tags),
    )


def live_counts(session: Session, paper: Paper) -> dict[int, int]:
    """How many published questions suit each rule, by position."""
    rules = rules_of(paper)
    return available(rules, bank.candidates(session, _banks(rules)))


def in_order(session: Session, exam: Exam, versions: Versions) -> list[Slot]:
    """The slots of a paper whose questions are fixed, as it is printed once for all; none of one that is drawn anew."""
    paper = exam.paper
    if paper.mode is PaperMode.DRAWN_PER_PERSON or not paper.picks:
        return []
    chosen = _chosen(session, _picked(session, paper, versions), versions)
    return arrange(chosen, Random(paper.seed), shuffle_questions=False, shuffle_options=False)


def compose(
    session: Session, exam: Exam, *, seed: str, versions: Versions, pools: PaperPools,
    shuffle_questions: bool | None = None, shuffle_options: bool | None = None, newest: int | None = None,
) -> list[Slot]:  # fmt: skip
    """The slots of one attempt, the same for the same seed and pool; a passage is its members' group and no slot.

    Shuffled as the exam says unless it is said otherwise. `newest` is what `NEWEST` says, where it was asked.
    """
    paper = exam.paper
    rng = Random(seed)
    if paper.mode is PaperMode.DRAWN_PER_PERSON or (paper.mode is PaperMode.DRAWN_ONCE and not paper.picks):
        picked = _one_by_one(pools.get(session, paper, newest).draw(rng))
    else:
        picked = _picked(session, paper, versions)
    return arrange(
        _chosen(session, picked, versions), rng,
        shuffle_questions=exam.shuffle_questions if shuffle_questions is None else shuffle_questions,
        shuffle_options=exam.shuffle_options if shuffle_options is None else shuffle_options,
    )  # fmt: skip


def _chosen(session: Session, picked: Sequence[_Picked], versions: Versions) -> list[Chosen]:
    asked = versions.many(session, [one.version_id for one in picked])
    return [
        Chosen(one.version_id, one.points, asked[one.version_id].type, asked[one.version_id].content, one.passage)
        for one in picked
    ]


@dataclass(frozen=True, slots=True)
class _Picked:
    """A question of a paper, its points, and the version of the passage it refers to."""

    version_id: int
    points: Decimal
    passage: int | None = None


def _one_by_one(drawn: Sequence[Drawn]) -> list[_Picked]:
    """What was drawn, of a group its members."""
    return [
        _Picked(version_id, one.points, one.version_id if one.members else None)
        for one in drawn
        for version_id in one.members or (one.version_id,)
    ]


def _picked(session: Session, paper: Paper, versions: Versions) -> list[_Picked]:
    """What stands on a fixed paper; passages stand there too, with no points, before their members."""
    asked = versions.many(session, [pick.version_id for pick in paper.picks])
    passages = {pick.version_id for pick in paper.picks if not asked[pick.version_id].type.has_response}
    group_of: dict[int, int] = {}
    if passages:
        of_group = aliased(QuestionVersion)
        rows = session.execute(
            select(QuestionVersion.id, of_group.id)
            .join(Question, Question.id == QuestionVersion.question_id)
            .join(of_group, of_group.question_id == Question.group_id)
            .where(QuestionVersion.id.in_([pick.version_id for pick in paper.picks]), of_group.id.in_(passages))
        )
        group_of = dict(rows.all())
    return [
        _Picked(pick.version_id, pick.points, group_of.get(pick.version_id))
        for pick in paper.picks
        if pick.version_id not in passages
    ]


def fix(session: Session, paper: Paper) -> None:
    """Draw a paper that is drawn once for all; its picks are then what everybody gets.

    Of a paper whose questions were picked the newest versions are asked, and the rules that it had before go.
    """
    if paper.mode is PaperMode.FIXED:
        fixed_papers.follow(session, paper)
        paper.rules.clear()
        session.flush()
    if paper.mode is not PaperMode.DRAWN_ONCE or paper.picks:
        return
    drawn = assembled(session, paper).draw(Random(paper.seed))
    picks: list[tuple[int, Decimal]] = []
    for one in drawn:
        if one.members:
            picks.append((one.version_id, Decimal(0)))
        picks += [(version_id, one.points) for version_id in one.members or (one.version_id,)]
    paper.picks = [
        PaperPick(position=number, version_id=version_id, points=points)
        for number, (version_id, points) in enumerate(picks, start=1)
    ]
    session.flush()


def assembled(session: Session, paper: Paper) -> Assembly:
    """What a paper is drawn from now."""
    rules = rules_of(paper)
    return _assembly(rules, bank.candidates(session, _banks(rules)), paper_constraints.plan_of(paper.constraints))


def group_sizes(session: Session, rules: Sequence[Rule]) -> Mapping[int, tuple[int, int]]:
    """How many questions the groups have that a rule may draw, fewest and most, by the number of the rule."""
    asking = [rule for rule in rules if GROUP in rule.types]
    found = bank.candidates(session, _banks(asking)) if asking else ()
    sizes = {rule.number: [one.size for one in found if rule.suits(one)] for rule in asking}
    return {number: (min(those), max(those)) for number, those in sizes.items() if those}


def for_a_person(session: Session, paper: Paper, versions: Versions) -> Mapping[int, int]:
    """How many questions that only a person can mark each rule may draw, by its number; 0 stands for fixed picks."""
    if paper.mode is PaperMode.FIXED:
        return _by_hand(session, {0: [pick.version_id for pick in paper.picks]}, versions)
    rules = rules_of(paper)
    found = [
        one for one in bank.candidates(session, _banks(rules)) if one.members or versions.may_need_a_person(one.type)
    ]
    return _by_hand(
        session,
        {
            rule.number: [number for one in found if rule.suits(one) for number in one.members or (one.version_id,)]
            for rule in rules
        },
        versions,
    )


def most_for_a_person(session: Session, paper: Paper, by_hand: Mapping[int, int]) -> int:
    """How many questions that only a person can mark one paper may have, of those that its rules may draw."""
    if 0 in by_hand:
        return by_hand[0]
    rules = rules_of(paper)
    sizes = group_sizes(session, rules)
    drawn = {rule.number: rule.count * sizes.get(rule.number, (1, 1))[1] for rule in rules}
    return sum(min(count, drawn[number]) for number, count in by_hand.items())


def _by_hand(session: Session, drawn: Mapping[int, Sequence[int]], versions: Versions) -> Mapping[int, int]:
    every = {version_id for of_rule in drawn.values() for version_id in of_rule}
    asked = versions.many(session, every - versions.unsound(session, every))
    hard = {
        number for number, one in asked.items() if one.type.has_response and not one.type.marked_by_machine(one.content)
    }
    counts = {number: len(hard.intersection(of_rule)) for number, of_rule in drawn.items()}
    return {number: count for number, count in counts.items() if count}


def _banks(rules: Sequence[Rule]) -> set[int]:
    return set().union(*(rule.banks for rule in rules))
