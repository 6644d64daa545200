"""Which of a person's attempts counts, and what it amounts to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Sitting:
    """One closed attempt; `points` is None while something still needs a marker."""

    number: int
    points: Decimal | None
    full_points: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's result in an exam."""

    attempts: int
    points: Decimal | None
    full_points: Decimal
    passed: bool | None


def standing_of(sittings: Sequence[Sitting], *, counts: str, pass_share: Decimal) -> Standing | None:
    """What the `best`, the `last` or the `mean` of the attempts amounts to; None for no attempt.

    An attempt that is not fully marked is left out while a better one passes; before that, as `last` and `mean`
    do, one waits for it, since nobody has failed yet.
    """
    if not sittings:
        return None
    ordered = sorted(sittings, key=lambda one: one.number)
    if counts == "last":
        chosen = ordered[-1:]
    elif counts == "mean":
        chosen = ordered
    else:
        marked = [one for one in ordered if one.points is not None]
        best = max(marked, key=_share, default=ordered[-1])
        passed = best.points is not None and best.points >= pass_share * best.full_points
        chosen = [best] if passed or len(marked) == len(ordered) else ordered
    full = chosen[-1].full_points
    if any(one.points is None for one in chosen):
        return Standing(len(sittings), None, full, None)
    share = sum((_share(one) for one in chosen), Decimal(0)) / len(chosen)
    points = chosen[0].points if len(chosen) == 1 else share * full
    assert points is not None  # nothing chosen is unmarked
    return Standing(len(sittings), points, full, points >= pass_share * full)


def _share(one: Sitting) -> Decimal:
    return (one.points or Decimal(0)) / one.full_points if one.full_points else Decimal(0)
