"""Programmes as learners find them, and who has one."""

from __future__ import annotations

from dataclasses import dataclass

from suyu_learn.web.pages.common import Action, Column, ComingEvent, Notice, Pages, ProgrammeShare, Row


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part with where it stands; `url` is empty where there is nothing to open."""

    title: str
    kind: str
    url: str
    done: bool
    facts: tuple[str, ...]
    content: str = ""
    """What is taught."""

    open_ways: tuple[Action, ...] = ()
    """Events that are to come."""

    said: str = ""
    """How it stands, where that is neither done nor not done yet."""


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage with its parts; `waits` while the one before is not done."""

    number: int
    title: str
    done: bool
    begun: bool
    """Whether anything of it is done."""

    waits: bool
    facts: tuple[str, ...]
    parts: tuple[PartRow, ...]


@dataclass(frozen=True, slots=True)
class MyProgramme:
    """`programmes/mine.html`."""

    share: ProgrammeShare
    summary: str
    basis: str
    stages: tuple[StageRow, ...]
    in_order: bool
    standing: str = ""
    """Said where it is not simply to be done: exempt, left."""

    events: tuple[ComingEvent, ...] = ()
    """Those that bring hours to it without being one of its parts."""

    identity: Notice | None = None
    """That it asks for the identity number, or has it."""


@dataclass(frozen=True, slots=True)
class MyProgrammes:
    """`programmes/mine_all.html`."""

    open: tuple[ProgrammeShare, ...]
    done: tuple[ProgrammeShare, ...]
    events: tuple[ComingEvent, ...] = ()
    more_events: str = ""


@dataclass(frozen=True, slots=True)
class GivenRow:
    """One assignment in words."""

    whom: str
    until: str
    facts: tuple[str, ...]
    end_url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One standing with how many are there."""

    label: str
    number: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class ProgrammePeople:
    """`programmes/people.html`."""

    trail: tuple[Action, ...]
    title: str
    sums: tuple[Row, ...]
    given: tuple[GivenRow, ...]
    assign_url: str
    person_url: str
    tabs: tuple[Tab, ...]
    search: str
    search_url: str
    chosen: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    pages: Pages
    ways: tuple[Action, ...] = ()
    left_out: str = ""
    """That the reader is not among them."""


@dataclass(frozen=True, slots=True)
class ProgrammeMemberPage:
    """`programmes/member.html`: one person's programme as an organizer sees it."""

    trail: tuple[Action, ...]
    name: str
    title: str
    facts: tuple[Row, ...]
    stages: tuple[StageRow, ...]
    exempt_url: str = ""
    end_exemption_url: str = ""
    ways: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class AssignCheck:
    """`programmes/assign.html`: the form, and once it is filled in, how many people it reaches."""

    trail: tuple[Action, ...]
    title: str
    form: object
    cancel_url: str
    reached: str = ""
    names: tuple[str, ...] = ()
    more: str = ""
    warning: str = ""
