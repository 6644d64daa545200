"""What is noted of an import, grouped and counted: the page and the report of the command line say the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Import
from suyu_learn.services import bank_imports
from suyu_learn.web import problems

ITS_OWN = frozenset(
    {"count", "question", "lines", "row", "number", "answer", "letter", "letters", "options", "passage", "uid"}
)
"""Values that tell one case from another of the same kind."""


@dataclass(frozen=True, slots=True)
class Note:
    """One kind of thing that was noted: how often, and the first place as an example."""

    code: str
    count: int
    place: Place
    reason: str


def warnings_of(session: Any, batch: Import) -> list[Note]:
    """What was taken in one of several ways: of the file as a whole, then of its questions."""
    return grouped((*bank_imports.noted(batch, "warnings"), *bank_imports.warned_in(session, batch)))


def losses_of(batch: Import) -> list[Note]:
    """What the file says and we cannot keep."""
    return grouped(bank_imports.noted(batch, "losses"))


def grouped(found: Iterable[Problem]) -> list[Note]:
    """One note a kind, in the order in which they were first met."""
    kinds: dict[tuple[object, ...], list[Problem]] = {}
    for one in found:
        own = tuple(sorted((name, str(value)) for name, value in one.params.items() if name not in ITS_OWN))
        kinds.setdefault((one.code, own), []).append(one)
    return [
        Note(some[0].code, sum(_count(one) for one in some) if len(some) > 1 else 1, some[0].place,
             problems.sentence(some[0]))
        for some in kinds.values()
    ]  # fmt: skip


def _count(problem: Problem) -> int:
    count = problem.params.get("count", 1)
    return count if isinstance(count, int) and count > 0 else 1
