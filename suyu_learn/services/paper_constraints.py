"""Conditions on a whole paper: as an organizer asks for them, as they are stored, and as the domain draws by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from suyu_learn.domain.papers.constraints import ALL_CRITERIA, Constraints, Exclusion, Quota
from suyu_learn.domain.papers.specification import Candidate
from suyu_learn.domain.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class ConstraintPlan:
    """Conditions as they are asked for; common and mutually exclusive questions are named by their tags."""

    all_criteria: bool = False
    quotas: tuple[Quota, ...] = ()
    true_false: int | None = None
    """At most so many percent of the questions."""
    exclusions: tuple[str, ...] = ()
    """Tags: of the questions that share one, a paper has one at most."""
    anchors: str = ""
    """The tag of the questions that are on every paper."""


NO_CONDITIONS = ConstraintPlan()


def stored(plan: ConstraintPlan) -> dict[str, Any]:
    """A plan as its paper keeps it; what asks for nothing is left out."""
    kept: dict[str, Any] = {
        "criteria": sorted(ALL_CRITERIA) if plan.all_criteria else [],
        "quotas": [[one.dimension, one.least, one.most] for one in plan.quotas if one.least or one.most is not None],
        "true_false": plan.true_false,
        "exclusions": list(plan.exclusions),
        "anchors": [plan.anchors] if plan.anchors else [],
    }
    return {name: value for name, value in kept.items() if value or value == 0}


def plan_of(kept: Mapping[str, Any]) -> ConstraintPlan:
    """What a paper keeps, as it was asked for."""
    return ConstraintPlan(
        all_criteria=bool(kept.get("criteria")),
        quotas=tuple(Quota(name, least, most) for name, least, most in kept.get("quotas", ())),
        true_false=kept.get("true_false"),
        exclusions=tuple(kept.get("exclusions", ())),
        anchors=next(iter(kept.get("anchors", ())), ""),
    )


def resolved(plan: ConstraintPlan, candidates: Iterable[Candidate]) -> Constraints:
    """The conditions for these questions, of which tags name some."""
    tagged: dict[str, set[int]] = {tag: set() for tag in (plan.anchors, *plan.exclusions) if tag}
    if tagged:
        for candidate in candidates:
            for tag in candidate.tags & tagged.keys():
                tagged[tag].add(candidate.question_id)
    return Constraints(
        criteria=ALL_CRITERIA if plan.all_criteria else frozenset(),
        quotas=plan.quotas,
        true_false=plan.true_false,
        exclusions=tuple(Exclusion(tag, frozenset(tagged[tag])) for tag in plan.exclusions),
        anchors=frozenset(tagged[plan.anchors]) if plan.anchors else frozenset(),
    )


def unused_tag(plan: ConstraintPlan, candidates: Sequence[Candidate]) -> Problem | None:
    """Which tag of the plan no question has, so that its condition would mean nothing; None if all are used."""
    known = frozenset().union(*(candidate.tags for candidate in candidates))
    if plan.anchors and plan.anchors not in known:
        return Problem("paper.unused_tag_anchors", place=Place(field="anchors"), tag=plan.anchors)
    for tag in plan.exclusions:
        if tag not in known:
            return Problem("paper.unused_tag_exclusions", place=Place(field="exclusions"), tag=tag)
    return None
