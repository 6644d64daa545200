"""The smallest set of things that clash, found by what does not clash.

Whatever goes together leaves others out, and every set that clashes has one of those. So a set that clashes is a
smallest one as soon as nothing smaller has one of each such group. Far fewer sets are tried than there are: each one
that goes together rules out many.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

MOST_STEPS = 2_000_000
"""So many groups are looked at in one search, which takes some seconds at most; a choice looks at all of them."""


FEW = 2
"""Where no more is left out, what may stand for it is looked for."""
MOST_EXCHANGED = 1_200
"""So many sets are looked at for that in one search: nearly all pairs of 50 things."""


class Stopped(Exception):
    """It takes too long to tell whether a set clashes."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Things that clash; where `smallest` is not proven there may be fewer that do."""

    things: tuple[int, ...]
    proven: bool


def smallest(
    things: Sequence[int],
    clashes: Callable[[Sequence[int]], bool],
    known: Collection[int] | None = None,
    likewise: Callable[[Sequence[int]], bool] = lambda _some: False,
) -> Clash:
    """The smallest set that clashes; `clashes` may raise Stopped, then the fewest found by then.

    `known` is a set that clashes, all of them unless said. `likewise` tells at once of some sets that they go
    together, and is False where it does not know.
    """
    search = _Search(tuple(sorted(things)), clashes, likewise, tuple(sorted(things if known is None else known)))
    try:
        return search.run()
    except Stopped:
        return Clash(search.found, proven=False)


class _Search:
    def __init__(
        self,
        things: tuple[int, ...],
        clashes: Callable[[Sequence[int]], bool],
        likewise: Callable[[Sequence[int]], bool],
        found: tuple[int, ...],
    ) -> None:
        self.things = things
        self.clashes = clashes
        self.likewise = likewise
        self.found = found
        """The fewest known to clash."""
        self.groups: list[frozenset[int]] = []
        """Of each, every set that clashes has one at least."""
        self.tried: set[frozenset[int]] = set()
        """What was left out where `likewise` was asked of the others."""
        self.left = MOST_STEPS

    def run(self) -> Clash:
        needed = tuple(one for one in self.found if not self._clash(tuple(two for two in self.things if two != one)))
        if self._clash(needed):  # each of them is in whatever clashes
            return Clash(needed, proven=True)
        for one in [other for other in self.found if other not in needed]:
            without = tuple(other for other in self.found if other != one)
            if self._clash(without):
                self.found = without
        while True:
            fewer = hitting(self.groups, len(self.found) - 1, self._spend)
            if fewer is None:
                return Clash(self.found, proven=True)
            if self._clash(fewer):
                self.found = fewer
                return Clash(self.found, proven=True)
            self._grow(fewer)

    def _clash(self, some: Sequence[int]) -> bool:
        if self.clashes(some):
            return True
        self._learn(some)
        return False

    def _learn(self, together: Sequence[int]) -> None:
        """Of what was left out one is needed; groups that say less than others are dropped."""
        group = frozenset(self.things) - frozenset(together)
        self._spend(len(self.groups))
        if not any(other <= group for other in self.groups):
            self.groups = [*(other for other in self.groups if not group < other), group]

    def _spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise Stopped

    def _grow(self, some: tuple[int, ...]) -> None:
        """Add to what goes together all that still goes with it: what is then left out is a small group."""
        kept = some
        for one in self.things:
            if one not in kept and not self.clashes((*kept, one)):
                kept = (*kept, one)
        self._learn(kept)
        self._exchange(frozenset(kept))

    def _exchange(self, kept: frozenset[int]) -> None:
        """Where things are alike, others can be left out in place of what was; one exchange leads to the next."""
        waiting = [frozenset(self.things) - kept] if len(self.things) - len(kept) <= FEW else []
        while waiting:
            left_out = waiting.pop()
            for coming in left_out:
                for leaving in self.things:
                    other = left_out - {coming} | {leaving}
                    if leaving in left_out or other in self.tried or any(group <= other for group in self.groups):
                        continue
                    if len(self.tried) >= MOST_EXCHANGED:
                        return
                    self.tried.add(other)
                    if self.likewise([one for one in self.things if one not in other]):
                        self._learn([one for one in self.things if one not in other])
                        waiting.append(other)


def hitting(
    groups: Sequence[frozenset[int]], most: int, spend: Callable[[int], None] = lambda _steps: None
) -> tuple[int, ...] | None:
    """The fewest, at most `most`, of which each group has one; None where more are needed.

    Each choice tells `spend` how many groups it looks at.
    """
    best: tuple[int, ...] | None = None

    def follow(chosen: tuple[int, ...], barred: frozenset[int]) -> None:
        nonlocal best
        spend(len(groups))
        unmet = [one - barred for one in groups if one.isdisjoint(chosen)]
        if len(chosen) + _apart(unmet) > (most if best is None else len(best) - 1):
            return
        if not unmet:
            best = tuple(sorted(chosen))
            return
        fewest = min(unmet, key=len)
        for one in sorted(fewest):
            follow((*chosen, one), barred)
            barred |= {one}

    follow((), frozenset())
    return best


def _apart(groups: Sequence[frozenset[int]]) -> int:
    """So many of the groups have nothing in common, hence at least so many things are needed."""
    count = 0
    taken: frozenset[int] = frozenset()
    for one in sorted(groups, key=len):
        if one.isdisjoint(taken):
            count += 1
            taken |= one
    return count
