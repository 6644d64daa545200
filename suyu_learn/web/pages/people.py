"""The pages for units, people, roles and the audit trail, and one's own data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .common import Action, Choice, Column, Pages, Row
from .reports import Tree


@dataclass(frozen=True, slots=True)
class Card:
    """One way into the organizer's pages."""

    title: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class CardArea:
    """Cards that belong together."""

    title: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step on the way to the first exam."""

    title: str
    text: str
    url: str
    done: bool


@dataclass(frozen=True, slots=True)
class Manage:
    """`manage/index.html`: cards for what exists and the person may use."""

    areas: tuple[CardArea, ...]
    roles: tuple[str, ...]
    """What one holds and where, in words."""

    figures: Tree | None = None
    """Due, sat and passed of each exam, for those who may see figures."""

    first_steps: tuple[FirstStep, ...] = ()
    """The order of things for who may make exams, while there is none."""


@dataclass(frozen=True, slots=True)
class FormPage:
    """`manage/form.html`: a page with one form; its fields stand in their order."""

    title: str
    form: Any
    submit: str
    cancel_url: str
    trail: tuple[Action, ...] = ()
    lead: str = ""
    facts: tuple[Row, ...] = ()
    warning: str = ""
    danger: bool = False
    cancel: str = ""
    """What leaves everything as it is, where “Cancel” would be taken for the act itself."""

    folded: tuple[str, ...] = ()
    """Names of fields that stand behind a disclosure."""

    folded_title: str = ""
    folded_open: bool = False


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in the tree with those below it; counts are words."""

    name: str
    url: str
    kind: str
    count: str
    closed: str = ""
    below: tuple[UnitRow, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitsPage:
    """`units/index.html`."""

    units: tuple[UnitRow, ...]
    trail: tuple[Action, ...]
    add_url: str | None
    closed_url: str | None
    """Where the closed ones are shown too, or hidden again; None when there are none."""

    closed_label: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A table ready to print, of which more may lie behind `more_url`."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    empty: str = ""
    more: Action | None = None


@dataclass(frozen=True, slots=True)
class UnitPage:
    """`units/unit.html`."""

    title: str
    trail: tuple[Action, ...]
    facts: tuple[Row, ...]
    below: tuple[UnitRow, ...]
    members: Listing
    roles: Listing
    changes: Listing
    actions: tuple[Action, ...]
    danger: tuple[Action, ...] = ()
    closed: str = ""


@dataclass(frozen=True, slots=True)
class PersonsPage:
    """`persons/index.html`."""

    trail: tuple[Action, ...]
    text: str
    units: tuple[Choice, ...]
    audiences: tuple[Choice, ...]
    standings: tuple[Choice, ...]
    people: Listing
    found: str
    pages: Pages
    actions: tuple[Action, ...]
    filtered: bool = False


@dataclass(frozen=True, slots=True)
class PersonPage:
    """`persons/person.html`."""

    title: str
    trail: tuple[Action, ...]
    facts: tuple[Row, ...]
    assessment: tuple[Row, ...]
    """For assessments only, behind a disclosure."""

    memberships: Listing
    roles: Listing
    attempts: Listing
    completions: Listing
    changes: Listing
    actions: tuple[Action, ...]
    danger: tuple[Action, ...]
    link_url: str | None
    """Where a link for a password is made."""

    link_label: str

    notice: str = ""
    """Disabled, or merged into another."""

    notice_action: Action | None = None


@dataclass(frozen=True, slots=True)
class LinkPage:
    """`persons/link.html`: a one-time link, shown once."""

    title: str
    trail: tuple[Action, ...]
    name: str
    url: str
    """Empty where no link can be made; `doubt` says why."""

    valid_until: str
    sign_in_with: str
    back_url: str
    doubt: str = ""
    """What is wrong with the address, for phones."""


@dataclass(frozen=True, slots=True)
class RolesPage:
    """`grants/index.html`."""

    trail: tuple[Action, ...]
    form: Any
    roles: Listing
    pages: Pages
    own: bool = True


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """An audience with how many are in it."""

    name: str
    count: str
    url: str
    rename_url: str | None


@dataclass(frozen=True, slots=True)
class AudiencesPage:
    """`audiences/index.html`."""

    trail: tuple[Action, ...]
    audiences: tuple[AudienceRow, ...]
    form: Any


@dataclass(frozen=True, slots=True)
class AuditPage:
    """`audit/index.html`."""

    trail: tuple[Action, ...]
    actions: tuple[Choice, ...]
    since: str
    until: str
    entries: Listing
    found: str
    pages: Pages


@dataclass(frozen=True, slots=True)
class Me:
    """`me/index.html`: what is kept of oneself."""

    facts: tuple[Row, ...]
    memberships: Listing
    password: Any
    """The form, or None where the host signs in."""

    can_sign_out: bool
    roles: tuple[str, ...] = ()
    manage_url: str | None = None
    identity: Listing | None = None
    """What was answered to programmes that ask for the identity number; None where none did."""


@dataclass(frozen=True, slots=True)
class NewPassword:
    """`me/password.html`: from a one-time link."""

    name: str
    sign_in_with: str
    form: Any
    valid_until: str = ""
