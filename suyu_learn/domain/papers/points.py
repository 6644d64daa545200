"""Sharing out the points of a paper among its rules so that the whole comes to a round sum."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

HUNDRED = Decimal(100)
_STEPS = (Decimal(1), Decimal("0.5"), Decimal("0.1"), Decimal("0.01"))
_REACH = 4
"""How many steps a rule's points may move from its exact share."""


def share_out(
    counts: Sequence[int], *, weights: Sequence[Decimal] = (), total: Decimal = HUNDRED
) -> tuple[Decimal, ...] | None:
    """Points for one question of each rule, in the roundest steps whose sum is exactly `total`.

    `weights` are what a question of each rule is worth beside the others; None where no round sum exists,
    as for three questions alike and 100 points.
    """
    worth = [weight if weight > 0 else Decimal(1) for weight in weights] or [Decimal(1)] * len(counts)
    whole = sum((count * weight for count, weight in zip(counts, worth, strict=True)), Decimal(0))
    if not counts or any(count < 1 for count in counts) or whole == 0:
        return None
    for step in _STEPS:
        if total % step:
            continue  # no number of such steps makes the total
        target = int(total / step)
        near = [max(1, int(target * weight / whole)) for weight in worth]
        found = _fit(tuple(counts), tuple(near), target)
        if found is not None:
            return tuple((step * number).normalize() + Decimal(0) for number in found)
    return None


def _fit(counts: tuple[int, ...], near: tuple[int, ...], target: int) -> tuple[int, ...] | None:
    """Whole numbers next to `near` whose weighted sum is `target`, those that move least first."""
    best: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for count, start in zip(counts, near, strict=True):
        reached: dict[int, tuple[int, tuple[int, ...]]] = {}
        for so_far, (moved, chosen) in best.items():
            for number in range(max(1, start - _REACH), start + _REACH + 1):
                place = so_far + count * number
                if place > target:
                    break
                cost = moved + count * (number - start) ** 2
                if place not in reached or cost < reached[place][0]:
                    reached[place] = (cost, (*chosen, number))
        best = reached
    found = best.get(target)
    return found[1] if found else None
