"""From a paper's specification to the slots of one attempt."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from suyu_learn.domain.papers.arrange import Chosen, Slot, arrange
from suyu_learn.domain.papers.draw import available, draw_from, shortage
from suyu_learn.domain.papers.pool import Pool, fill_pool
from suyu_learn.domain.papers.specification import Rule
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Bank, Exam, Paper, PaperMode, PaperPick, PaperRule
from suyu_learn.services import bank
from suyu_learn.services.versions import Versions

POOL_SECONDS = 30
FILTERS = ("banks", "types", "topics", "difficulties", "criteria", "dimensions", "tags")


class PaperPools:
    """What each paper can draw from, kept for half a minute, so that a whole city can press start at once."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[float, Pool]] = {}
        self._guard = threading.Lock()

    def get(self, session: Session, paper: Paper) -> Pool:
        """The pool of a paper, read anew when it is older than `POOL_SECONDS`."""
        kept = self._kept.get(paper.id)
        if kept is not None and time.monotonic() - kept[0] < POOL_SECONDS:
            return kept[1]
        rules = rules_of(paper)
        fresh = fill_pool(rules, bank.candidates(session, _banks(rules)))
        with self._guard:
            self._kept[paper.id] = (time.monotonic(), fresh)
        return fresh

    def forget(self, paper_id: int) -> None:
        """Read the pool anew at the next draw."""
        with self._guard:
            self._kept.pop(paper_id, None)


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
        return None if paper.picks else Problem("paper.empty")
    rules = rules_of(paper)
    if not rules:
        return Problem("paper.empty")
    return shortage(rules, bank.candidates(session, _banks(rules)))


def look_at(session: Session, rules: Sequence[Rule]) -> tuple[list[int], Problem | None]:
    """How many questions suit each rule as if it were alone, and what they lack together."""
    found = bank.candidates(session, _banks(rules))
    alone = available(rules, found)
    return [alone[rule.number] for rule in rules], shortage(rules, found)


def live_counts(session: Session, paper: Paper) -> dict[int, int]:
    """How many published questions suit each rule, by position."""
    rules = rules_of(paper)
    return available(rules, bank.candidates(session, _banks(rules)))


def compose(session: Session, exam: Exam, *, seed: str, versions: Versions, pools: PaperPools) -> list[Slot]:
    """The slots of one attempt, the same for the same seed and pool."""
    paper = exam.paper
    rng = Random(seed)
    if paper.mode is PaperMode.DRAWN_PER_PERSON or (paper.mode is PaperMode.DRAWN_ONCE and not paper.picks):
        picked = [(one.version_id, one.points) for one in draw_from(pools.get(session, paper), rng)]
    else:
        picked = [(pick.version_id, pick.points) for pick in paper.picks]
    asked = versions.many(session, [version_id for version_id, _ in picked])
    chosen = [
        Chosen(version_id, points, asked[version_id].type, asked[version_id].content) for version_id, points in picked
    ]
    return arrange(chosen, rng, shuffle_questions=exam.shuffle_questions, shuffle_options=exam.shuffle_options)


def fix(session: Session, paper: Paper) -> None:
    """Draw a paper that is drawn once for all; its picks are then what everybody gets."""
    if paper.mode is not PaperMode.DRAWN_ONCE or paper.picks:
        return
    rules = rules_of(paper)
    drawn = draw_from(fill_pool(rules, bank.candidates(session, _banks(rules))), Random(paper.seed))
    paper.picks = [
        PaperPick(position=number, version_id=one.version_id, points=one.points)
        for number, one in enumerate(drawn, start=1)
    ]
    session.flush()


def _banks(rules: Sequence[Rule]) -> set[int]:
    return set().union(*(rule.banks for rule in rules))
