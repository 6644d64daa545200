"""Hiding cells of few people, and as many others as are needed so that nobody can work them out.

A cell of nobody tells nothing about anybody and stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def hidden_cells(counts: Mapping[Key, int], *, below: int, unseen: int = 0) -> frozenset[Key]:
    """Which of the cells that add up to a known total are hidden.

    Small cells are; and when what is hidden could be worked out from the total, or is itself a group below the limit,
    the next smallest ones are too. `unseen` people belong to the total without having a cell.
    """
    hidden = {key for key, count in counts.items() if 0 < count < below}
    if not hidden and not 0 < unseen < below:
        return frozenset()
    rest = sorted((key for key, count in counts.items() if count >= below), key=lambda key: counts[key])
    while rest and (len(hidden) + bool(unseen) < 2 or sum(counts[key] for key in hidden) + unseen < below):
        hidden.add(rest.pop(0))
    return frozenset(hidden)


def few_of(part: int, whole: int, *, below: int) -> bool:
    """Whether a part of a whole, or what is left of it, are people too few to be shown."""
    return 0 < part < below or 0 < whole - part < below


def hidden_lines(counts: Sequence[Sequence[int]], *, below: int) -> frozenset[int]:
    """The places of lines that show none of their counts, each column taken as though its sum were known."""
    columns = zip(*counts, strict=True)
    return frozenset[int]().union(*(hidden_cells(dict(enumerate(one)), below=below) for one in columns))


def leaving_few(whole: Sequence[int], parts: Sequence[Sequence[int]], *, below: int) -> frozenset[int]:
    """The places of parts of one whole, each with the same figures in the same order, that leave few people of it."""
    return frozenset(
        place
        for place, part in enumerate(parts)
        if any(0 < all_ - some < below for all_, some in zip(whole, part, strict=True))
    )


def hidden_rows(
    counts: Mapping[str, Sequence[int]],
    *,
    below: int,
    forced: Collection[str] = (),
    known: Callable[[str], bool] = lambda path: False,
) -> frozenset[str]:
    """Which units of a tree show none of several figures; `counts` are vectors of equal length by path (`/1/4/`).

    A vector holds each figure that is shown, and each difference that follows from two of them, such as due less
    completed. A row is hidden when one of these tells of 1 to `below` - 1 people, when it is `forced`, or when it
    stands below a hidden one. Siblings are hidden too, the smallest first, until what is left of the parent beyond
    the shown ones is nobody or at least `below` people in each place of the vector. The path "" is the total of all
    units; a unit stands below the nearest one above it that is there, so that what is seen of a tree from below its
    top is held together too. Rows that are `known` to the viewer by name stay. Where even all siblings do not suffice,
    the parent goes.

    Shown to be enough by linear programming in tests/domain/test_statistics_suppression.py: from what is shown, each
    hidden figure of at least one person can also be `below` or more.
    """
    children: dict[str, list[str]] = {}
    tops = []
    for path in counts:
        parent = _above(path, counts)
        if parent is None:
            tops.append(path)
        else:
            children.setdefault(parent, []).append(path)
    must = set(forced)
    while True:
        hidden, bare = _walk(counts, children, tops, below, must, known)
        if bare is None or bare in must:
            return hidden
        must.add(bare)


def _walk(
    counts: Mapping[str, Sequence[int]], children: Mapping[str, list[str]], tops: Sequence[str], below: int,
    must: Collection[str], known: Callable[[str], bool],
) -> tuple[frozenset[str], str | None]:  # fmt: skip
    """What is hidden from the top down, and the first parent that tells too much although all below it is hidden."""

    def telling(path: str) -> bool:
        return not known(path) and (path in must or any(0 < count < below for count in counts[path]))

    hidden: set[str] = set()
    waiting = [(top, telling(top)) for top in tops]
    while waiting:
        path, is_hidden = waiting.pop()
        if is_hidden:
            hidden.add(path)
        under = children.get(path, [])
        gone = {child for child in under if (is_hidden and not known(child)) or telling(child)}
        if under and not is_hidden:
            spare = sorted(
                (one for one in under if one not in gone and not known(one)), key=lambda one: tuple(counts[one])
            )
            rest = list(counts[path])
            for child in under:
                if child not in gone:
                    rest = [left - count for left, count in zip(rest, counts[child], strict=True)]
            while spare and any(left != 0 and left < below for left in rest):
                child = spare.pop(0)
                gone.add(child)
                rest = [left + count for left, count in zip(rest, counts[child], strict=True)]
            if any(0 < left < below for left in rest) and not known(path):
                return frozenset(hidden), path
        waiting.extend((child, child in gone) for child in under)
    return frozenset(hidden), None


def _above(path: str, counts: Collection[str]) -> str | None:
    """The nearest path above that has counts; None where there is none."""
    while path:
        path = path.rstrip("/").rpartition("/")[0]
        path = f"{path}/" if path else ""
        if path in counts:
            return path
    return None


def hidden_steps(reached: Sequence[int], *, below: int) -> frozenset[int]:
    """Which places of a falling row of counts are hidden, so that each difference of two that are shown, and each
    that is shown itself, is nobody or at least `below` people."""
    hidden = set()
    last: int | None = None
    for place, count in enumerate(reached):
        few = 0 < count < below or (last is not None and 0 < last - count < below)
        if few:
            hidden.add(place)
        else:
            last = count
    return frozenset(hidden)
