"""Writing a course: its desk, one lesson, the questions at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from .bank_questions import PictureShown
from .common import Action, Message, Row


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
    look_url: str = ""
    copy_url: str = ""
    may_change: bool = False
    """Whether a draft can be begun from what is published."""

    publishes: str = ""
    """What the button says that publishes a draft."""

    discards: str = ""
    faults: tuple[str, ...] = ()
    from_pack: bool = False


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

    message: Message | None = None


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
