"""What organizers see of programmes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .common import Action, Choice, Column, Row


@dataclass(frozen=True, slots=True)
class ListedProgramme:
    """One programme of the list."""

    title: str
    url: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeGroup:
    """The programmes of one state."""

    title: str
    programmes: tuple[ListedProgramme, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeListPage:
    """`programmes/manage_list.html`."""

    trail: tuple[Action, ...]
    groups: tuple[ProgrammeGroup, ...]
    new_url: str
    bin_url: str
    deleted: int


@dataclass(frozen=True, slots=True)
class ProgrammeBinPage:
    """`programmes/manage_bin.html`."""

    trail: tuple[Action, ...]
    programmes: tuple[ListedProgramme, ...]
    """With the addresses that take them out again."""


@dataclass(frozen=True, slots=True)
class OfferedTemplate:
    """A template to begin with."""

    code: str
    title: str
    facts: tuple[str, ...]
    summary: str
    basis: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class NewProgrammePage:
    """`programmes/manage_new.html`."""

    trail: tuple[Action, ...]
    form: Any
    templates: tuple[OfferedTemplate, ...]
    blank: bool
    """Whether it is begun without a template."""

    course: Choice | None = None
    """The course that it shall be of, where one comes from its page."""


@dataclass(frozen=True, slots=True)
class OutlinedPart:
    """A part as it stands."""

    kind: str
    title: str
    facts: tuple[str, ...]
    content: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class OutlinedStage:
    """A stage as it stands."""

    title: str
    facts: tuple[str, ...]
    parts: tuple[OutlinedPart, ...]


@dataclass(frozen=True, slots=True)
class HoursTable:
    """Due and planned hours, stage by stage and together."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class ManagedProgrammePage:
    """`programmes/manage_programme.html`."""

    title: str
    trail: tuple[Action, ...]
    state: str
    summary: str
    facts: tuple[Row, ...]
    basis: str
    basis_facts: tuple[Row, ...]
    to_check: str
    """What the template says is to be checked; empty where nothing is."""

    hours: HoursTable
    stages: tuple[OutlinedStage, ...]
    faults: tuple[str, ...]
    fillable: bool
    """Whether hours are missing that empty events could stand for."""

    post_url: str
    edit_url: str
    publishes: str = ""
    """What the button says that publishes it; empty where it is published."""

    no_hours: str = ""
    """Said where no hours are due."""

    closes: bool = False
    discards: str = ""
    people: tuple[Row, ...] = ()
    people_links: tuple[Action, ...] = ()
    """Where it is given to people, and who has it; what comes next stands first."""
    tasks_url: str = ""
    """Where it is said which tasks of the action plan it serves."""


@dataclass(frozen=True, slots=True)
class RowWays:
    """Where a row of the form stands once it was moved, and what stands near once it was removed."""

    up: str
    down: str
    removed: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part in the form."""

    at: str
    """What its fields are called: `s1-p2`."""

    number: str
    ways: RowWays
    act: str
    """What its buttons name: `1-2`."""

    id: str
    kind: str
    kind_word: str
    heading: str
    which: tuple[Choice, ...]
    """Courses or exams to choose from; empty where a title is typed."""

    title: str
    hours: str
    brings: str
    """The hours with their unit, where some were typed."""

    hours_hint: str
    content: str
    required: bool
    errors: dict[str, str]
    open: bool


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage in the form."""

    at: str
    number: str
    ways: RowWays
    id: str
    title: str
    hours: str
    electives: str
    parts: tuple[PartRow, ...]
    account: str
    """What its parts bring beside what is due, in words."""

    short: bool
    """Whether hours are missing."""

    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class StoredMeanwhile:
    """How a programme stands after somebody else has changed it."""

    facts: tuple[Row, ...]
    stages: tuple[OutlinedStage, ...]


@dataclass(frozen=True, slots=True)
class EditProgrammePage:
    """`programmes/manage_edit.html`."""

    title: str
    trail: tuple[Action, ...]
    form: Any
    base: str
    post_url: str
    cancel_url: str
    stages: tuple[StageRow, ...]
    saves: str
    """What the main button says."""

    publishes: str = ""
    """What the button says that also publishes a draft."""

    published: bool = False
    unsaved: bool = False
    errors: tuple[Action, ...] = ()
    """What is wrong in stages and parts, with the way to each field."""

    meanwhile: StoredMeanwhile | None = None
