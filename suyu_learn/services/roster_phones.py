"""A phone that two people have, in one roster or beside somebody known: told and not refused, as some do share one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from suyu_learn.domain import rosters
from suyu_learn.domain.names import name_key
from suyu_learn.domain.problems import Problem
from suyu_learn.models import RowOutcome

if TYPE_CHECKING:
    from suyu_learn.services.roster_plan import Step

SHARED = ("roster.phone_of_row", "roster.phone_of_known")


def say_shared(steps: Iterable[Step], known: rosters.People) -> None:
    """Say of each row whose phone somebody else has too who that is; of known people only whom the importer may see."""
    alike: dict[str, list[Step]] = defaultdict(list)
    meant: set[int] = set()
    for step in steps:
        meant |= {step.person} if step.person is not None else set(step.candidates)
        if step.row.phone and step.outcome not in (RowOutcome.REFUSED, RowOutcome.DUPLICATE):
            alike[step.row.phone].append(step)
    for phone, those in alike.items():
        for step in those:
            told = _of_row(step, those) or _of_known(phone, known, meant)
            if told is not None:
                step.problems.insert(len(step.row.faults) + len(step.row.warnings), told.at(step.place))


def _of_row(step: Step, those: Iterable[Step]) -> Problem | None:
    """Another row of the file that is surely about somebody else."""
    row = step.row
    other = next((one.row for one in those if _differ(one, step)), None)
    if other is None:
        return None
    return Problem("roster.phone_of_row", name=row.name, other=other.name, row=other.row, phone=row.phone)


def _differ(one: Step, other: Step) -> bool:
    numbers = one.row.staff_number, other.row.staff_number
    return name_key(one.row.name) != name_key(other.row.name) or (all(numbers) and numbers[0] != numbers[1])


def _of_known(phone: str, known: rosters.People, meant: Collection[int]) -> Problem | None:
    others = [known.by_id[one] for one in known.with_phone(phone) if one not in meant]
    other = next((one for one in others if one.active and one.reachable), None)
    return Problem("roster.phone_of_known", other=other.name, phone=phone) if other is not None else None
