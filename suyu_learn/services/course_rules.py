"""What must be completed before a course opens, and what a person still lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from suyu_learn.models import Completion, CompletionKind, Course, CourseRequirement, CourseVersion, Person


@dataclass(frozen=True, slots=True)
class Required:
    """A course that is to be completed first."""

    slug: str
    title: str
    lang: str
    translations: Mapping[str, Any]


def missing(session: Session, course_ids: Iterable[int], person: Person) -> dict[int, tuple[Required, ...]]:
    """What each course asks for that the person has not completed in any year; a hidden course is asked of nobody."""
    asked = set(course_ids)
    if not asked:
        return {}
    completed = exists().where(
        Completion.person_id == person.id, Completion.kind == CompletionKind.COURSE,
        Completion.subject_id == CourseRequirement.required_id, Completion.voided_at.is_(None),
    )  # fmt: skip
    rows = session.execute(
        select(CourseRequirement.course_id, Course.slug, CourseVersion.title, CourseVersion.lang,
               CourseVersion.translations)
        .join(Course, Course.id == CourseRequirement.required_id)
        .join(CourseVersion, CourseVersion.id == Course.published_version_id)
        .where(CourseRequirement.course_id.in_(asked), Course.deleted_at.is_(None), ~completed)
        .order_by(CourseRequirement.required_id)
    )  # fmt: skip
    found: dict[int, tuple[Required, ...]] = {}
    for course_id, *said in rows:
        found[course_id] = (*found.get(course_id, ()), Required(*said))
    return found
