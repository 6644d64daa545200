"""Tasks of an action plan, one document a file in `plan_tasks/`: numbers, short titles, the document itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suyu_learn.content.programme_templates import Worded
from suyu_learn.content.question_packs import read_toml
from suyu_learn.domain.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class PlanTask:
    """One task: its code in tables (`2.3.3`), its number as the document has it (`二（三）3`), a short title."""

    code: str
    number: str
    title: Worded


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """The tasks of one action, project or guarantee; `kind` is `act`, `project` or `guarantee`."""

    kind: str
    title: Worded
    tasks: tuple[PlanTask, ...]


@dataclass(frozen=True, slots=True)
class ActionPlan:
    """A document with its tasks."""

    code: str
    document: Worded
    number: str
    groups: tuple[TaskGroup, ...]

    @property
    def tasks(self) -> Iterator[PlanTask]:
        """Every task in the order of the document."""
        return (task for group in self.groups for task in group.tasks)


def read_plan(path: Path) -> ActionPlan:
    """The plan in a file; raises Problem for one that leaves something out."""
    data = read_toml(path, path.parent)
    try:
        plan = ActionPlan(data["code"], _worded(data["document"]), data["document_number"],
                          tuple(_group(one) for one in data["groups"]))  # fmt: skip
    except (KeyError, TypeError, ValueError) as missing:
        raise Problem("pack.field_missing", place=Place(file=path.name, field=str(missing))) from None
    return plan


def _group(data: Mapping[str, Any]) -> TaskGroup:
    tasks = (PlanTask(one["code"], one["number"], _worded(one["title"])) for one in data["tasks"])
    return TaskGroup(data["kind"], _worded(data["title"]), tuple(tasks))


def _worded(data: Mapping[str, str]) -> Worded:
    return Worded(data["zh_Hans"], data["en"])
