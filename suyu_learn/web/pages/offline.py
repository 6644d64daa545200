"""Results of papers: a room in a list, one person, a file with its preview, scans; and typing for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .common import Action, Choice, Message, Pages, Row
from .rosters import RosterLine, RosterTab


@dataclass(frozen=True, slots=True)
class RoomRow:
    """Somebody due without a result: fields named `p<id>` and `r<id>`, with what was typed and what is wrong."""

    id: int
    name: str
    number: str
    unit: str
    points: str = ""
    remark: str = ""
    error: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class RoomPage:
    """`offline/room.html`: everybody of a unit who has no result yet, one row each."""

    title: str
    exam_url: str
    rows: tuple[RoomRow, ...]
    found: str
    full: str
    day: str
    room: str
    day_error: str
    latest_day: str
    units: tuple[Choice, ...]
    search: str
    filter_url: str
    post_url: str
    csrf_token: str
    pages: Pages
    file_url: str
    wrong: str = ""
    """How many rows could not be taken, in a sentence."""


@dataclass(frozen=True, slots=True)
class GapField:
    """One gap of a text: `q<number>-<place>`, with choices where the paper has a menu."""

    name: str
    label: str
    value: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerField:
    """One question of the paper, to type its answer: `q<number>`, or in its gaps."""

    number: int
    label: str
    hint: str
    value: str = ""
    error: str = ""
    long: bool = False
    gaps: tuple[GapField, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonPage:
    """`offline/person.html`: one person who is due, and what can be done for them."""

    title: str
    exam: str
    facts: tuple[Row, ...]
    full: str
    points: str
    day: str
    room: str
    remark: str
    latest_day: str
    errors: dict[str, str]
    answers: tuple[AnswerField, ...]
    no_answers: str
    """Why answers cannot be typed; empty where they can."""

    variants: tuple[Choice, ...]
    """The codes of printed papers, to choose whose questions are shown."""

    variant: str
    here_url: str
    post_url: str
    csrf_token: str
    back_url: str
    typing_url: str = ""
    problem: str = ""
    """What stands against entering anything."""


@dataclass(frozen=True, slots=True)
class CorrectPage:
    """`offline/correct.html`: other points for a paper, with the reason."""

    title: str
    exam: str
    said: str
    form: Any
    post_url: str
    back_url: str


@dataclass(frozen=True, slots=True)
class ResultUpload:
    """`offline/upload.html`; the form has `file` and `encoding`."""

    title: str
    exam_url: str
    form: Any
    template_url: str
    columns: str
    more: str
    """What stands for answers, where they can be given."""

    room_url: str
    earlier: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class ResultBatch:
    """`offline/batch.html`: the preview of a file of results, or what came of it."""

    title: str
    exam: str
    facts: tuple[Row, ...]
    state: str
    tabs: tuple[RosterTab, ...]
    lines: tuple[RosterLine, ...]
    pages: Pages
    here: str
    back_url: str
    messages: tuple[Message, ...] = ()
    apply_label: str = ""
    discard_url: str = ""
    undo_url: str = ""
    left_out: Action | None = None
    obstacles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultProgress:
    """`offline/progress.html`: how far a file is that is being taken in, or back."""

    heading: str
    file_name: str
    exam: str
    back_url: str
    said: str
    done: int
    of: int
    step_url: str


@dataclass(frozen=True, slots=True)
class ScanLine:
    """One scan; `deleted` says when, by whom and why."""

    name: str
    fact: str
    url: str = ""
    delete_url: str = ""
    deleted: str = ""
    picture: bool = False


@dataclass(frozen=True, slots=True)
class ScansPage:
    """`offline/scans.html`: the scans of one attempt."""

    title: str
    exam: str
    scans: tuple[ScanLine, ...]
    form: Any
    post_url: str
    back_url: str
    most: str
