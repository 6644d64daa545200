"""Hiding cells of few people, and as many others as are needed so that nobody can work them out.

A cell of nobody tells nothing about anybody and stays.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
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


def hidden_units(counts: Mapping[str, int], *, below: int) -> frozenset[str]:
    """Which units of a tree are hidden; `counts` are people by path (`/1/4/`), each counted in every ancestor.

    The top-level paths given share no total. Whatever lies below a hidden unit is hidden with it.
    """
    hidden: set[str] = set()
    below_of: dict[str, list[str]] = {}
    tops: list[str] = []
    for path in sorted(counts, key=lambda path: path.count("/")):
        parent = _parent(path)
        if parent in counts:
            below_of.setdefault(parent, []).append(path)
        else:
            tops.append(path)
    waiting = [(top, 0 < counts[top] < below) for top in tops]
    while waiting:
        path, is_hidden = waiting.pop()
        if is_hidden:
            hidden.add(path)
        children = below_of.get(path, [])
        if is_hidden:
            gone = frozenset(children)
        else:
            cells = {child: counts[child] for child in children}
            gone = hidden_cells(cells, below=below, unseen=counts[path] - sum(cells.values())) if cells else frozenset()
        waiting.extend((child, child in gone) for child in children)
    return frozenset(hidden)


def _parent(path: str) -> str:
    return path.rstrip("/").rpartition("/")[0] + "/"
