"""The list of courses, the cover of one, a lesson, and the organizer's overview."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from .bank_questions import ReviewEntry
from .common import Action, Row
from .sitting import PaperQuestion, ReviewedQuestion


class LessonState(StrEnum):
    """Where a lesson stands for the reader."""

    FINISHED = "finished"
    OPEN = "open"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class CourseCard:
    """A course in a list; `progress` is in words, `done` and `count` make its bar."""

    title: str
    url: str
    lang: str
    progress: str
    facts: tuple[str, ...]
    done: int
    count: int
    completed: bool = False
    action_label: str = ""
    note: str = ""
    """What is still open in the lessons read."""


@dataclass(frozen=True, slots=True)
class CourseShelf:
    """The courses for one audience."""

    name: str
    mine: bool
    courses: tuple[CourseCard, ...]


@dataclass(frozen=True, slots=True)
class CourseList:
    """`courses/index.html`."""

    shelves: tuple[CourseShelf, ...]


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A lesson in the contents; `note` is what is still open in it."""

    number: int
    title: str
    url: str
    state: LessonState
    time: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CourseCover:
    """`courses/cover.html`."""

    title: str
    summary: str
    lang: str
    text_lang: str
    """The language of the lessons, for their titles."""
    progress: str
    completed: bool
    outcomes: tuple[str, ...]
    facts: tuple[Row, ...]
    lessons: tuple[LessonRow, ...]
    done: int
    action: Action
    note: str = ""
    """What is still open in the lessons read."""
    worth_note: str = ""
    record: tuple[Row, ...] = ()
    """What stands recorded once the course is completed."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A question at the end of a lesson: asked, or answered with the way to try again."""

    number: str
    asked: PaperQuestion | None = None
    answered: ReviewedQuestion | None = None
    again_url: str | None = None


@dataclass(frozen=True, slots=True)
class FilmsFollowed:
    """What the script is told that follows the films and sounds of a lesson; `watched` is JSON, spans by hash."""

    url: str
    watched: str
    locked: bool
    note: str


@dataclass(frozen=True, slots=True)
class LessonPage:
    """`courses/lesson.html`: the reading, and what is asked at its end."""

    title: str
    course_title: str
    course_url: str
    number: int
    states: tuple[LessonState, ...]
    """One for each lesson of the course, for the bar."""
    lang: str
    time: str
    text: Markup
    sources: tuple[str, ...]
    questions: tuple[Checkpoint, ...]
    asks: bool
    """Whether a question waits for an answer."""
    finished: bool
    post_url: str
    time_url: str
    person_key: str
    form_key: str
    csrf_token: str
    note: str = ""
    """How many of its questions are still open."""
    previous: Action | None = None
    next: Action | None = None
    films: FilmsFollowed | None = None


@dataclass(frozen=True, slots=True)
class ManagedCourse:
    """A course in the organizer's overview; every count is given with what it is out of."""

    title: str
    url: str
    lang: str
    facts: tuple[Row, ...]
    toggle_url: str | None = None
    desk_url: str = ""
    copy_url: str = ""
    export_url: str = ""
    """For a pack, which has no desk."""


@dataclass(frozen=True, slots=True)
class DraftEntry:
    """A course being written; `state` says where it has come in review."""

    label: str
    url: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class ManagedCourses:
    """`courses/manage.html`."""

    trail: tuple[Action, ...]
    people: str
    new_url: str
    import_url: str
    drafts: tuple[DraftEntry, ...]
    courses: tuple[ManagedCourse, ...]
    hidden: tuple[ManagedCourse, ...]
    reviews: tuple[ReviewEntry, ...] = ()
