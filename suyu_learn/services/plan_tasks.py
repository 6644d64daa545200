"""The tasks of the action plan that courses, exams, events and programmes are tagged with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from suyu_learn import _resources
from suyu_learn.content import plan_tasks
from suyu_learn.content.plan_tasks import ActionPlan
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Course, Event, Exam, Person, PlanTag, Programme, TaggedKind
from suyu_learn.services import audit

CODE = "suifenhe-2021-2025"


@lru_cache(maxsize=1)
def plan() -> ActionPlan:
    """The action plan that comes with Suyu Learn; read once in a process."""
    return plan_tasks.read_plan(_resources.inside("plan_tasks") / f"{CODE}.toml")


def tasks_of(session: Session, kind: TaggedKind, subject_id: int) -> frozenset[str]:
    """The codes of the tasks that a thing serves."""
    return frozenset(
        session.scalars(select(PlanTag.task).where(PlanTag.kind == kind, PlanTag.subject_id == subject_id))
    )


def set_tasks(
    session: Session, kind: TaggedKind, subject: Course | Exam | Event | Programme, tasks: Collection[str], *,
    actor: Person, now: datetime,
) -> None:  # fmt: skip
    """Let a thing serve exactly these tasks; raises Problem for one that the plan does not have."""
    known = {one.code for one in plan().tasks}
    if set(tasks) - known:
        raise Problem("plan_task.unknown")
    session.refresh(subject, with_for_update={"key_share": True})  # the same form posted twice at once
    before = tasks_of(session, kind, subject.id)
    if before == set(tasks):
        return
    session.execute(delete(PlanTag).where(PlanTag.kind == kind, PlanTag.subject_id == subject.id))
    session.add_all(PlanTag(kind=kind, subject_id=subject.id, task=task) for task in sorted(set(tasks)))
    audit.record(session, "plan_tasks.set", now=now, actor=actor, on=subject, unit_id=getattr(subject, "unit_id", None),
                 tasks=sorted(set(tasks)), old=sorted(before))  # fmt: skip
    session.flush()


def tagged(session: Session) -> Mapping[str, Mapping[TaggedKind, frozenset[int]]]:
    """For each task that something serves, what serves it: numbers of things by their kind."""
    found: dict[str, dict[TaggedKind, frozenset[int]]] = {}
    for tag in session.execute(select(PlanTag.task, PlanTag.kind, PlanTag.subject_id)):
        kinds = found.setdefault(tag.task, {})
        kinds[tag.kind] = kinds.get(tag.kind, frozenset()) | {tag.subject_id}
    return found
