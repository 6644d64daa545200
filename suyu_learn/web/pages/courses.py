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
    closed: str = ""
    """Why it cannot be begun yet."""


@dataclass(frozen=True, slots=True)
class CourseShelf:
    """The courses for one audience."""

    name: str
    mine: bool
    courses: tuple[CourseCard, ...]


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A lesson in which words were found; it has no address before its turn. `found` is what is marked."""

    title: str
    url: str
    before: str
    found: str
    behind: str


@dataclass(frozen=True, slots=True)
class FoundCourse:
    """A course in which words were found, with the lessons where they stand."""

    course: CourseCard
    text_lang: str
    places: tuple[FoundPlace, ...]


@dataclass(frozen=True, slots=True)
class CourseList:
    """`courses/index.html`: the shelves, or what was found."""

    shelves: tuple[CourseShelf, ...]
    words: str = ""
    found: tuple[FoundCourse, ...] = ()
    said: str = ""
    """How much was found."""

    more: str = ""
    """That not all lessons with these words are shown; empty where they are."""


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A lesson in the contents; `note` is what is still open in it, `opens` when its day is still to come."""

    number: int
    title: str
    url: str
    state: LessonState
    time: str = ""
    note: str = ""
    opens: str = ""
    keep: str = ""
    """Changes with what one has done in the lesson; empty before its day, when it cannot be kept."""


@dataclass(frozen=True, slots=True)
class LessonSection:
    """Lessons one after the other under one heading, which may be empty."""

    title: str
    lessons: tuple[LessonRow, ...]

    @property
    def start(self) -> int:
        """The number of its first lesson."""
        return self.lessons[0].number


@dataclass(frozen=True, slots=True)
class BarPiece:
    """A piece of the bar that shows how far one has come."""

    done: bool
    here: bool


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
    sections: tuple[LessonSection, ...]
    count: int
    done: int
    action: Action | None
    """The one button; none while nothing can be read."""
    closed: str = ""
    """Why it cannot be begun yet."""
    missing: tuple[Action, ...] = ()
    """The courses that are to be completed before."""
    note: str = ""
    """What is still open in the lessons read."""
    worth_note: str = ""
    record: tuple[Row, ...] = ()
    """What stands recorded once the course is completed."""
    more: str = ""
    """What reading on may still bring."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A question of a lesson: asked, or answered with the way to try again."""

    number: str
    asked: PaperQuestion | None = None
    answered: ReviewedQuestion | None = None
    again_url: str | None = None
    untold: str = ""
    """Why whether it is right is not said yet."""


@dataclass(frozen=True, slots=True)
class LessonPart:
    """A piece of the text, and the question that stands behind it."""

    text: Markup
    question: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class FilmsFollowed:
    """What the script is told that follows the films and sounds of a lesson; `watched` is JSON, spans by hash."""

    url: str
    watched: str
    locked: bool
    note: str


@dataclass(frozen=True, slots=True)
class LessonPage:
    """`courses/lesson.html`: the reading with the questions that stand in it, and what is asked at its end."""

    title: str
    course_title: str
    course_url: str
    number: int
    count: int
    bar: tuple[BarPiece, ...]
    sections: tuple[LessonSection, ...]
    all_url: str
    """Where all lessons are listed, if the page lists only those around its own."""
    progress: str
    """How far one has come, in words."""
    lang: str
    time: str
    parts: tuple[LessonPart, ...]
    sources: tuple[str, ...]
    questions: tuple[Checkpoint, ...]
    asks: bool
    """Whether a question at its end waits for an answer."""
    finished: bool
    post_url: str
    person_key: str
    form_key: str
    csrf_token: str
    stamp: str
    """When it was made, signed."""
    slug: str
    root: str
    """The list of courses, below which all of them lie."""
    progress_url: str
    """Where what the script has kept is sent."""
    version: int
    edition: str
    """Tells pages of this version, language, size of letters and release from every other, for who keeps them."""
    kept: bool
    """Whether the browser asked for the page only to keep it."""
    following_url: str
    """The next lesson, though its turn may come only once this one is finished."""
    note: str = ""
    """How many of its questions are still open."""
    previous: Action | None = None
    next: Action | None = None
    films: FilmsFollowed | None = None


@dataclass(frozen=True, slots=True)
class KeptCourses:
    """`courses/kept.html`: what stands without a line in place of a page that was not kept."""

    person_key: str


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
