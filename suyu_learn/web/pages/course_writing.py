"""Writing a course: its desk, one lesson, the questions at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from .bank_questions import PictureShown, QuestionSeen
from .common import Action, Choice, Message, Row


@dataclass(frozen=True, slots=True)
class NewCoursePage:
    """`courses/new.html`: a course begun, or copied from another."""

    title: str
    trail: tuple[Action, ...]
    form: Any
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class WrittenLesson:
    """A lesson on the desk; without an address where it cannot be changed."""

    id: int
    number: str
    title: str
    facts: tuple[str, ...]
    url: str
    first: bool
    last: bool
    notes: tuple[str, ...] = ()
    heading: str = ""
    """What begins before it."""


@dataclass(frozen=True, slots=True)
class DeskPage:
    """`courses/desk.html`: a course being written, or what is published of it."""

    title: str
    lang: str
    trail: tuple[Action, ...]
    state: str
    """Whether learners have it, and which version."""

    facts: tuple[Row, ...]
    lessons: tuple[WrittenLesson, ...]
    end: Choice
    """The action and the label of the button that ends the writing."""

    level: str
    """The heading of a lesson: one lower where sections have headings."""

    post_url: str
    base: str
    """The fingerprint of what was read; nothing is done once somebody else has changed it."""

    asks: str = ""
    """Whether a lesson shall really be removed."""

    asks_of: int = 0
    form: Any = None
    """The cover, where there is a draft."""

    add_url: str = ""
    pdf_url: str = ""
    contents_url: str = ""
    settings_url: str = ""
    tasks_url: str = ""
    """Where it is said which tasks of the action plan it serves."""

    certificates_url: str = ""
    export_url: str = ""
    look_url: str = ""
    copy_url: str = ""
    give_url: str = ""
    """Where a programme of this course alone is begun, for those who shall complete it."""

    may_change: bool = False
    """Whether a draft can be begun from what is published."""

    look_at_url: str = ""
    """Where the draft is read as learners would."""

    note: Message | None = None
    """What a reviewer wants mended."""

    waits: bool = False

    discards: str = ""
    faults: tuple[str, ...] = ()
    from_pack: bool = False


@dataclass(frozen=True, slots=True)
class LookPage:
    """`courses/look.html`: a draft as learners would find it, for who writes or reviews it."""

    title: str
    trail: tuple[Action, ...]
    lang: str
    state: str
    summary: str
    outcomes: tuple[str, ...]
    lessons: tuple[WrittenLesson, ...]
    facts: tuple[Row, ...]
    judges: bool
    """Whether it waits for who looks."""

    approve_url: str
    back_url: str
    base: str
    note: str = ""
    note_error: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class LookPart:
    """A piece of a lesson's text, with the question that stands behind it."""

    text: Markup
    question: QuestionSeen | None


@dataclass(frozen=True, slots=True)
class LookLesson:
    """`courses/look_lesson.html`: one lesson of a draft as learners would read it."""

    title: str
    trail: tuple[Action, ...]
    place: str
    lang: str
    parts: tuple[LookPart, ...]
    questions: tuple[QuestionSeen, ...]
    """Those that no line of the text places; they stand at its end."""

    gone: str
    sources: tuple[str, ...]
    previous: Action | None
    next: Action | None
    next_says: str


@dataclass(frozen=True, slots=True)
class ExportPage:
    """`courses/export.html`: what a zip will hold."""

    title: str
    trail: tuple[Action, ...]
    facts: tuple[Row, ...]
    left: str
    """How many questions stay behind, and why."""

    post_url: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    """`courses/import.html`: a zip is chosen; `faults` are what stands against the last one."""

    trail: tuple[Action, ...]
    post_url: str
    most_megabytes: str
    error: str = ""
    faults: tuple[str, ...] = ()
    more: str = ""
    """How many faults more there are than are shown."""


@dataclass(frozen=True, slots=True)
class ImportLook:
    """`courses/import_look.html`: what a zip brings, and what becomes of it."""

    title: str
    trail: tuple[Action, ...]
    lang: str
    facts: tuple[Row, ...]
    notes: tuple[str, ...]
    lessons: tuple[WrittenLesson, ...]
    level: str
    form: Any


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """`courses/settings.html`: what holds at once."""

    title: str
    trail: tuple[Action, ...]
    form: Any
    base: str


@dataclass(frozen=True, slots=True)
class PlacedLesson:
    """A lesson with the fields of its heading and date."""

    number: str
    title: str
    section: Any
    opens_at: Any


@dataclass(frozen=True, slots=True)
class ContentsPage:
    """`courses/contents.html`: headings and dates of the lessons of a draft."""

    title: str
    lang: str
    trail: tuple[Action, ...]
    form: Any
    base: str
    lessons: tuple[PlacedLesson, ...]
    sections: tuple[str, ...]
    """Headings that are there, to choose from."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of a lesson; `line` is what places it in the text."""

    uid: str
    number: str
    stem: str
    facts: tuple[str, ...] = ()
    note: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class LessonEditorPage:
    """`courses/lesson_editor.html`."""

    title: str
    trail: tuple[Action, ...]
    form: Any
    base: str
    """The fingerprint of what was read; keeping is refused once somebody else has changed it."""

    pictures: tuple[PictureShown, ...]
    preview_url: str
    cancel_url: str
    lang: str
    questions: tuple[AskedQuestion, ...] = ()
    questions_url: str = ""
    preview: Markup | None = None
    picture_errors: tuple[str, ...] = ()
    meanwhile: str = ""
    """What somebody else has written meanwhile."""

    wordless: str = ""
    """How many pages of a PDF have no words yet."""

    message: Message | None = None


@dataclass(frozen=True, slots=True)
class GonePage:
    """`courses/gone.html`: what was typed for a course that is no longer there."""

    trail: tuple[Action, ...]
    title: str
    text: str
    sources: str
    new_url: str


@dataclass(frozen=True, slots=True)
class PdfPage:
    """`courses/pdf.html`: a PDF is chosen to become a lesson."""

    trail: tuple[Action, ...]
    post_url: str
    most_pages: str
    most_megabytes: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class DrawingPage:
    """`courses/drawing.html`: how many pages of a PDF are drawn."""

    title: str
    trail: tuple[Action, ...]
    said: str
    done: int
    of: int
    post_url: str
