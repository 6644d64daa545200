"""Why no paper can be drawn: a smallest set of rules and conditions that cannot all be met, with figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from suyu_learn.domain.papers.constraints import Aspect
from suyu_learn.domain.papers.pool import Pool
from suyu_learn.domain.papers.programme import Condition, Programme
from suyu_learn.domain.papers.scarcity import fewest_short
from suyu_learn.domain.papers.smallest import smallest
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.true_false import TrueFalse

FEW_MISSING = 5
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Demand:
    """Rules, or a condition, as a refusal names them: what kind, and its figures."""

    kind: str
    values: Mapping[str, object]


def too_few(pool: Pool, conflict: Collection[int]) -> Problem:
    """The fewest rules that together ask for more questions than suit any of them."""
    found = fewest_short(pool, conflict)
    return Problem(
        "paper.not_enough_questions" if found.proven else "paper.not_enough_perhaps_fewer",
        rules=tuple(pool.rules[place].number for place in found.things),
        asked=pool.asked(found.things),
        available=pool.available(found.things),
    )


def unmet(programme: Programme) -> Problem:
    """The fewest rules and conditions that cannot all be met, though the rules alone could be.

    Where there is no time to prove that fewer do not clash, the problem says so.
    """
    pool = programme.pool
    rules = len(pool.rules)
    every = range(rules + len(programme.conditions))
    found = smallest(
        every, lambda some: not programme.agree(some), programme.clashing(), likewise=programme.agree_nearby
    )
    rows = found.things
    focus = next(row for row in rows if row >= rules)
    beside = [row for row in rows if row != focus]
    try:
        said = _said(programme, focus - rules, beside)
    except Problem:  # without a smallest set the others may clash among themselves
        return Problem("paper.unmet_unnamed")
    if not beside:
        return Problem("paper.unmet", what=said)
    named = [row for row in beside if row < rules]
    parts: list[Demand] = []
    if named:
        numbers = tuple(pool.rules[row].number for row in named)
        asked = sum(pool.rules[row].count for row in named)
        parts.append(Demand("rules", {"rules": numbers, "asked": asked}))
    parts += [_named(programme.conditions[row - rules]) for row in beside if row >= rules]
    code = "paper.conflict" if found.proven else "paper.conflict_perhaps_fewer"
    return Problem(code, what=said, beside=tuple(parts))


def _said(programme: Programme, focus: int, beside: Sequence[int]) -> Problem:
    """How far a condition can be met when all that stands beside it is."""
    condition = programme.conditions[focus]
    line, place = condition.line, programme.pool.lines.index(condition.line)
    if condition.aspect is Aspect.CRITERION:
        return _uncovered(programme, focus, beside)
    if line.least is not None:
        most = floor(programme.total(place, programme.furthest(focus, beside, up=True)) + _ROUNDING)
        if most < line.least or line.most is None:
            most = min(most, line.least - 1)
            if condition.aspect is Aspect.ANCHORS:
                return Problem("paper.anchors_left_out", possible=most, wanted=line.least)
            return Problem("paper.dimension_short", dimension=line.subject, possible=most, wanted=line.least)
    values = programme.furthest(focus, beside, up=False)
    if condition.aspect is Aspect.TRUE_FALSE:
        right, all_asked = _true_false(programme, values)
        return Problem("paper.true_false_over", possible=right, questions=all_asked, percent=line.subject)
    least = ceil(programme.total(place, values) - _ROUNDING)
    if line.most is not None:
        least = max(least, line.most + 1)
    if condition.aspect is Aspect.EXCLUSION:
        return Problem("paper.exclusion_over", name=line.subject, possible=least)
    return Problem("paper.dimension_over", dimension=line.subject, possible=least, wanted=line.most)


def _uncovered(programme: Programme, focus: int, beside: Sequence[int]) -> Problem:
    lines = programme.conditions[focus].lines
    values = programme.furthest(focus, beside, up=True)
    covered = [round(value) for value in values[len(programme.pairs) :]]
    missing = [line.subject for line, has in zip(lines, covered, strict=True) if not has]
    return Problem(
        "paper.criteria_uncovered", possible=min(sum(covered), len(lines) - 1), wanted=len(lines),
        criteria=tuple(missing[:FEW_MISSING]),
    )  # fmt: skip


def _true_false(programme: Programme, values: Sequence[float]) -> tuple[int, int]:
    """How many true/false questions a way has, and how many questions in all."""
    right = asked = 0
    for (_rule, cell), value in zip(programme.pairs, values, strict=False):
        parts = programme.pool.cells[cell].questions[0].asked
        asked += round(value) * len(parts)
        right += round(value) * sum(part.type == TrueFalse.code for part in parts)
    return right, asked


def _named(condition: Condition) -> Demand:
    line = condition.line
    match condition.aspect:
        case Aspect.CRITERION:
            return Demand("criteria", {"wanted": len(condition.lines)})
        case Aspect.DIMENSION:
            return _named_quota(line.subject, line.least or 0, line.most)
        case Aspect.TRUE_FALSE:
            return Demand("true_false", {"percent": line.subject})
        case Aspect.EXCLUSION:
            return Demand("exclusion", {"name": line.subject})
        case Aspect.ANCHORS:
            return Demand("anchors", {"wanted": line.least})


def _named_quota(dimension: object, least: int, most: int | None) -> Demand:
    if least == most:
        return Demand("exact", {"dimension": dimension, "wanted": least})
    if most is None:
        return Demand("least", {"dimension": dimension, "wanted": least})
    if not least:
        return Demand("most", {"dimension": dimension, "wanted": most})
    return Demand("between", {"dimension": dimension, "least": least, "most": most})
