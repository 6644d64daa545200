"""Programmes begun from a template, with the courses that are there today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn import _resources
from suyu_learn.content import programme_templates
from suyu_learn.content.programme_templates import Template
from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.programmes import Part, PartKind, Plan, Stage, worth
from suyu_learn.models import Course, CourseVersion
from suyu_learn.services import programmes

PACKS = "courses/"
"""What stands before the folder of a course in the name of its pack."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What a template makes here; `absent` are the course packs that are not loaded, or hidden."""

    plan: Plan
    absent: tuple[str, ...]


def begun(session: Session, template: Template, *, lang: str, rules: CreditRules) -> Begun:
    """The plan of a template; no course is planned with more than it takes here."""
    there = _courses(session, template.courses)
    made = programmes.looked_up(session, programme_templates.plan_of(template, lang, there))
    stages = tuple(
        replace(stage, parts=tuple(_no_more_than_it_takes(part, rules) for part in stage.parts))
        for stage in made.stages
    )
    return Begun(replace(made, stages=stages), tuple(one for one in template.courses if one not in there))


def of_a_course(session: Session, course_id: int, title: str, *, rules: CreditRules) -> Plan:
    """A programme of one course alone, with the hours that it can bring."""
    part = Part(PartKind.COURSE, title, course_id=course_id)
    bare = programmes.looked_up(session, Plan(title, stages=(Stage(title, parts=(part,)),)))
    part = next(bare.parts)
    hours = worth(part, rules)
    return replace(bare, hours=hours, stages=(Stage(title, hours=hours, parts=(replace(part, hours=hours),)),))


def _no_more_than_it_takes(part: Part, rules: CreditRules) -> Part:
    return replace(part, hours=min(part.hours, worth(part, rules))) if part.kind is PartKind.COURSE else part


def _courses(session: Session, packs: Iterable[str]) -> dict[str, Part]:
    rows = session.execute(
        select(Course.id, Course.pack, CourseVersion.title)
        .join(CourseVersion, CourseVersion.id == Course.published_version_id)
        .where(Course.pack.in_([PACKS + pack for pack in packs]), Course.deleted_at.is_(None))
    )
    return {
        pack.removeprefix(PACKS): Part(PartKind.COURSE, title, course_id=course_id)
        for course_id, pack, title in rows
        if pack is not None
    }


@lru_cache(maxsize=1)
def shipped() -> dict[str, Template]:
    """The templates that come with Suyu Learn, by their codes; read once in a process."""
    found = programme_templates.read_templates(_resources.inside("programme_templates"))
    return {one.code: one for one in sorted(found, key=lambda one: (one.audience, one.code))}
