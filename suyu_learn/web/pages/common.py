"""Values that every page shares, and the small pages around the exams."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class MessageKind(StrEnum):
    """How a message looks, and how a screen reader announces it."""

    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"
    TEACH = "teach"


@dataclass(frozen=True, slots=True)
class Message:
    """Something to tell a person: what happened, where it lies, what to do."""

    kind: MessageKind
    text: str
    where: str = ""
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One way on from a page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the menu, or one language of the switch."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """A language the pages can be read in; `label` is written in that language."""

    code: str
    label: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A label with its value, both ready to print."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call; either part may be empty."""

    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Another:
    """On a device of many: who is here now, and where the next person begins."""

    name: str
    next_url: str


@dataclass(frozen=True, slots=True)
class Shell:
    """What stands around every page."""

    lang: str
    """The `lang` of the document, as in `zh-Hans` or `en`."""

    product_name: str
    csrf_token: str
    here: str
    """Path and query of this page, where the language and elder switches come back to."""

    managing: bool = False
    """Whether this page is under `/manage`, and loads what only those pages need."""

    posted: bool = False
    """Whether this page answers a form: what stands in it was typed and not saved."""

    elder: bool = False
    signed_in: str | None = None
    """The person's name, or None."""

    person_key: str = ""
    """Whose things the browser may keep; empty when nobody is signed in."""

    entered: str | None = None
    """The name of who entered this exam without an account, on the pages of that exam."""

    messages: tuple[Message, ...] = ()
    menu: tuple[MenuItem, ...] = ()
    languages: tuple[Language, ...] = ()
    contact_name: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """`errors/problem.html`: what went wrong and the one way on."""

    title: str
    sentence: str
    action: Action | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SignIn:
    """`people/sign_in.html`; the form has `username`, `password`, `shared` and its csrf token."""

    form: Any
    next_url: str = ""
    entry: Action | None = None
    """Back to the exam that this browser has entered without an account."""

    contact: Contact = Contact()
    notice: str = ""
    """Why the person is asked, such as answers that wait on this phone."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """`people/welcome.html`: the first administrator; the form has `name`, `username`, `password`."""

    form: Any
    valid_until: str = ""


@dataclass(frozen=True, slots=True)
class OpenExam:
    """An exam that concerns the person now."""

    title: str
    url: str
    facts: tuple[str, ...] = ()
    """Short ones: "50 questions", "60 minutes", "until 30 June, 18:00"."""

    state: str = ""
    """In words, such as "started" or "done"; empty says nothing."""

    action_label: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class OpenCourse:
    """The course that a person has begun, with the lesson that comes next."""

    title: str
    lang: str
    url: str
    progress: str
    lesson: str
    text_lang: str
    done: int
    count: int
    note: str = ""
    """What is still open in the lessons read."""


@dataclass(frozen=True, slots=True)
class ProgrammeShare:
    """One person's programme: until when, how far, what is next."""

    title: str
    url: str
    due: str
    urgent: bool
    facts: tuple[str, ...]
    done: int
    count: int
    completed: bool
    next: Action | None = None
    lacking: str = ""
    """What is lacking though every part is done."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that has happened since one last looked, with the way there."""

    text: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class ComingEvent:
    """An event that one may come to."""

    title: str
    url: str
    tag: str
    """Today, tomorrow, or that it is called off."""

    facts: tuple[str, ...]
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """`home/index.html`."""

    course: OpenCourse | None = None
    exams: tuple[OpenExam, ...] = ()
    manage_url: str | None = None
    another: Another | None = None
    practice_url: str = ""
    """Where one practises; empty where no bank is open to this person."""

    mock: Action | None = None
    """The way back to a mock exam that still runs."""

    notices: tuple[Notice, ...] = ()
    programmes: tuple[ProgrammeShare, ...] = ()
    """What is due next, the earliest deadline first."""

    more_programmes: str = ""
    """How many more there are, in words."""

    events: tuple[ComingEvent, ...] = ()
    """Those of the next days."""

    more_events: str = ""

    @property
    def sits(self) -> bool:
        """Whether an exam is under way, which comes before everything else."""
        return any(exam.urgent for exam in self.exams)

    @property
    def shows_exams(self) -> bool:
        """Whether exams have their place; where nothing at all is asked, it says so."""
        return bool(self.exams) or not (self.course or self.programmes or self.events)


class Alignment(StrEnum):
    """How a table's column stands."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"  # text that stays on one line


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column; `sort_url` makes its heading a link."""

    label: str
    align: Alignment = Alignment.TEXT
    sort_url: str = ""
    sorted: str = ""
    """`ascending`, `descending`, or empty."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a long list stands; links are ready, None where there is none."""

    current: int
    count: int
    total: int
    previous_url: str | None = None
    next_url: str | None = None


ROOM_FOR_LABEL = 7


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its share of the longest one from 0 to 100, and the value as printed."""

    label: str
    value: str
    share: float
    attention: bool = False

    @property
    def short(self) -> str:
        """As much of the label as has room beside the bar; the table below has all of it."""
        return self.label if len(self.label) <= ROOM_FOR_LABEL else f"{self.label[: ROOM_FOR_LABEL - 1]}…"


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a select or one tick; `depth` is its place in the unit tree."""

    value: str
    label: str
    chosen: bool = False
    depth: int = 0
