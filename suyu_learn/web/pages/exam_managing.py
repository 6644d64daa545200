"""What organizers see of exams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .common import Action, Choice, Column, Contact, Pages, Row


@dataclass(frozen=True, slots=True)
class ListedExam:
    """An exam in the list."""

    title: str
    url: str
    state: str
    facts: tuple[str, ...]
    attention: bool = False


@dataclass(frozen=True, slots=True)
class DeletedExam:
    """An exam in the recycle bin."""

    title: str
    fact: str
    restore_url: str


@dataclass(frozen=True, slots=True)
class ExamList:
    """`exams/manage_list.html`."""

    exams: tuple[ListedExam, ...]
    new_url: str
    bin_url: str
    pages: Pages
    deleted: int = 0
    undo: DeletedExam | None = None


@dataclass(frozen=True, slots=True)
class ExamBin:
    """`exams/manage_bin.html`."""

    exams: tuple[DeletedExam, ...]
    list_url: str


@dataclass(frozen=True, slots=True)
class RuleFilter:
    """A list by which a row narrows what it draws."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One row of the paper's rules; values are as typed."""

    number: int
    banks: tuple[Choice, ...]
    types: tuple[Choice, ...]
    count: str
    points: str
    available: str
    sum: str
    note: str = ""
    """What a row of groups comes to."""
    filters: tuple[RuleFilter, ...] = ()
    narrowed: bool = False
    """Whether any of the filters leaves something out."""
    summary: str = ""
    """What the row comes to, for where it is folded."""
    open: bool = False
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PresetChoice:
    """A kind of exam: the button that fills in its settings, and what it means."""

    action: str
    name: str
    means: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """How many questions of a dimension are asked for, with what there is."""

    label: str
    least: Any
    most: Any
    available: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is asked of the whole paper, with what the rows may draw."""

    open: bool
    criteria: str
    quotas: tuple[QuotaRow, ...]
    true_false: str
    anchors: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadyPaper:
    """A paper that comes along: the address fills the form with it."""

    title: str
    summary: str
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PlanPage:
    """`exams/manage_edit.html`: the whole of an exam on one page."""

    heading: str
    form: Any
    post_url: str
    rows: tuple[RuleRow, ...]
    total: str
    hundred: bool
    shortage: str
    conditions: Conditions
    passages: str
    """That there are passages too, and that they need a row of their own; empty where no row could ask for more."""

    units: tuple[Choice, ...]
    audiences: tuple[Choice, ...]
    cancel_url: str
    presets: tuple[PresetChoice, ...]
    fixed: bool = False
    """Whether the organizer picks the questions, so that the rows draw nothing."""
    picked: str = ""
    """What is picked, in words."""
    picked_beyond: str = ""
    """What of it comes from banks that are not this organizer's to use."""
    open_rows: bool = False
    """Whether unused rows stand open: they were, or something in them is to be mended."""
    open_more: bool = False
    """Whether the further settings stand open: they were, or something in them is to be mended."""
    kept_units: str = ""
    """Units of the scope that are not offered and stay, in words."""
    ready: tuple[ReadyPaper, ...] = ()
    """Papers that come along, to begin a new exam with."""
    kind: str = ""
    """The kind of exam that is chosen, for where the kinds are folded."""
    due: str = ""
    """Who is due, for where that is folded."""
    banks: tuple[Choice, ...] = ()
    """The banks from which rows can be proposed."""
    open: frozenset[str] = frozenset()
    """Which of the other folds stand open."""
    banks_url: str = ""
    """Where a bank is made, while there is none to draw from."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to mend or to confirm, with the address of the place where it is set; none where it is no setting."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class CheckPage:
    """`exams/manage_check.html`: what is to be mended or confirmed before publishing."""

    title: str
    stops: tuple[Advice, ...]
    warnings: tuple[Advice, ...]
    notes: tuple[Advice, ...]
    facts: tuple[Row, ...]
    """What is about to be published: what is looked at first."""

    settings: tuple[Row, ...]
    """All else that is set, most of it for good."""

    publish_url: str
    edit_url: str
    trial_url: str
    difficulty: tuple[Row, ...] = ()
    """How hard its papers are; nothing where none can be drawn."""
    difficulty_note: str = ""


@dataclass(frozen=True, slots=True)
class DifficultyPage:
    """`exams/manage_difficulty.html`: how hard the papers are; no facts where none can be drawn or nothing is known."""

    title: str
    facts: tuple[Row, ...]
    note: str
    back_url: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what was changed."""

    text: str
    by: str


@dataclass(frozen=True, slots=True)
class MockOfExam:
    """The setting of an exam's mock exam: the banks to draw it from, and where one is named."""

    url: str
    choices: tuple[Choice, ...]
    note: str = ""
    """Why the bank that is named gives nothing now."""


@dataclass(frozen=True, slots=True)
class ExamPage:
    """`exams/manage_exam.html`."""

    title: str
    state: str
    state_kind: str
    facts: tuple[Row, ...]
    figures: tuple[Row, ...]
    code: str
    address: str
    qr_svg: str
    qr_png: str
    qr_refusal: str
    actions: tuple[Action, ...]
    more: tuple[Action, ...]
    """What is set once, or needed now and then; it stands below."""

    edit_url: str
    publish_url: str
    trial_url: str
    change_url: str
    roster_url: str
    poster_url: str
    print_url: str
    unit_posters_url: str
    end_url: str
    withdraw_url: str
    reinstate_url: str
    delete_url: str
    ask_delete_url: str
    """Where it is asked once more; empty for a draft, which nobody else knows of."""

    mock: MockOfExam
    changes: tuple[Change, ...] = ()
    changes_open: int = 8
    """So many of them, the newest, are seen at once."""
    list_url: str = ""


@dataclass(frozen=True, slots=True)
class ChangePage:
    """`exams/manage_change.html`: what may be changed while the exam runs."""

    title: str
    form: Any
    post_url: str
    words_url: str
    """Where title, notice and contact are corrected."""

    back_url: str
    units: tuple[Choice, ...]
    audiences: tuple[Choice, ...]
    effects: tuple[str, ...] = ()
    kept_units: str = ""
    """Units of the scope that are not offered and stay, in words."""
    seen: str = ""
    """What the organizer has read of the effects; sent back to confirm just these."""


@dataclass(frozen=True, slots=True)
class WordingPage:
    """`exams/manage_words.html`: title, notice and contact of a published exam."""

    title: str
    form: Any
    post_url: str
    back_url: str


@dataclass(frozen=True, slots=True)
class ReasonPage:
    """`exams/manage_reason.html`: something that needs a reason."""

    heading: str
    title: str
    explanation: tuple[str, ...]
    form: Any
    post_url: str
    button: str
    back_url: str
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Poster:
    """One page of a print."""

    unit: str
    qr_url: str
    address: str


@dataclass(frozen=True, slots=True)
class PosterPage:
    """`exams/poster.html`: one poster, or one for each unit."""

    title: str
    facts: tuple[Row, ...]
    code: str
    posters: tuple[Poster, ...]
    contact: Contact
    ways: str = ""
    """What one needs to get in, in words."""
    refusal: str = ""
    back_url: str = ""


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody whom a search has found."""

    name: str
    fact: str
    url: str


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A line of the roster; the link leads to where it can be changed."""

    name: str
    number: str
    unit: str
    reason: str = ""
    when: str = ""
    actor: str = ""
    url: str = ""
    extra_url: str = ""
    """Where one gives them extra time."""
    paper_url: str = ""
    """Where one enters a result on paper, or types for them."""

    integrity_url: str = ""
    """Where one exempts them from the integrity rules, where the exam has some."""


@dataclass(frozen=True, slots=True)
class RosterPage:
    """`exams/roster.html` and its print."""

    title: str
    state: str
    listed: str
    exempted: str
    added: str
    due: str
    due_people: tuple[RosterEntry, ...]
    exempt_people: tuple[RosterEntry, ...]
    added_people: tuple[RosterEntry, ...]
    idle_people: tuple[RosterEntry, ...]
    search: str
    found: tuple[FoundPerson, ...]
    searched: bool
    back_url: str
    search_url: str
    print_url: str
    pages: Pages
    columns: tuple[Column, ...] = ()
    printed: str = ""
    extra_people: tuple[RosterEntry, ...] = ()
    exempt_from_rules: tuple[RosterEntry, ...] = ()
    """For whom the integrity rules do not hold."""

    """Who has extra time; not in the print."""
