"""Banks, their questions, and what comes into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from .common import Action, Column, Message, Pages
from .practice import BankPractice
from .sitting import PaperQuestion, ReviewedQuestion


@dataclass(frozen=True, slots=True)
class Chosen:
    """One entry of a list to choose from."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One bank of the list."""

    name: str
    url: str
    unit: str
    total: str
    kinds: tuple[str, ...]
    """How many of each type, in words."""


@dataclass(frozen=True, slots=True)
class BinnedBank:
    """A bank in the bin, and the address that takes it out."""

    name: str
    unit: str
    since: str
    restore_url: str


@dataclass(frozen=True, slots=True)
class BankList:
    """`bank/list.html`; the form has `name` and `unit`."""

    banks: tuple[BankEntry, ...]
    bin: tuple[BinnedBank, ...]
    form: Any
    template_url: str


@dataclass(frozen=True, slots=True)
class QuestionSeen:
    """A question as learners see it, and its key."""

    asked: PaperQuestion
    answer: ReviewedQuestion
    facts: tuple[str, ...] = ()
    """Type, difficulty, topics and the like, each ready to print."""

    where: str = ""
    """Its place in a file."""

    notes: tuple[str, ...] = ()
    url: str | None = None
    """Its own page."""

    id: int = 0
    """The question's number, where it can be chosen."""

    passage: Markup | None = None
    """What the question refers to, if it belongs to a group."""

    key: Markup | None = None
    """The right answer in one line, where it stands openly."""


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """One import in the list of a bank."""

    file_name: str
    url: str
    about: str
    """When, who, and what came of it."""


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """One list of the search form."""

    name: str
    label: str
    choices: tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search kept under a name."""

    name: str
    url: str
    forget_url: str


@dataclass(frozen=True, slots=True)
class BankPage:
    """`bank/show.html`: one bank and its questions."""

    name: str
    unit: str
    total: str
    kinds: tuple[str, ...]
    shipped: bool
    shared: bool
    """Whether another unit shares it: to be looked at and drawn from, not changed."""

    in_bin: bool
    may_change: bool
    found: str
    """How many match what was looked for, of how many."""

    text: str
    source: str
    filters: tuple[FilterChoice, ...]
    status: str
    filtered: bool
    query: tuple[tuple[str, str], ...]
    """What is looked for, by name, for forms that carry it along."""

    waiting: tuple[Action, ...]
    """Drafts and what is in review, as links to them."""

    saved: tuple[SavedSearch, ...]
    save_url: str
    bulk_url: str
    bulk_all: str
    """The words for choosing all that were found."""

    id: int
    questions: tuple[QuestionSeen, ...]
    pages: Pages
    imports: tuple[ImportEntry, ...]
    form: Any
    """To rename it: has `name`."""

    url: str
    list_url: str
    import_url: str
    write_url: str
    """Where a question is written; empty where it may only be looked at."""

    review: bool
    """Whether a reviewer has to agree before a question is drawn."""

    review_url: str
    shares_url: str | None
    rename_url: str
    delete_url: str
    restore_url: str
    figures_url: str
    download_url: str
    """Where what is found leaves as a file; empty while there is nothing."""

    exam_url: str
    """Where an exam is made from it; empty while it has no questions, or lies in the bin."""

    practice: BankPractice | None = None
    """How far it is open for practice; None where that is nothing for who looks."""


@dataclass(frozen=True, slots=True)
class ImportUpload:
    """`bank/import.html`: choosing a file; the form has `file` and `encoding`."""

    bank: str
    bank_url: str
    form: Any
    action: str
    template_url: str
    endings: str
    most_mb: int
    refused: Message | None = None
    lesson: Action | None = None
    """The lesson for which somebody brings questions."""


@dataclass(frozen=True, slots=True)
class MendForm:
    """The texts of one question, to be changed; `wrong` has what is wrong by field, "" for what fits none."""

    types: tuple[Chosen, ...]
    stem: str
    options: str
    answer: str
    explanation: str
    whole: bool
    """Whether options, answer and type can be changed too."""
    wrong: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Contradicting:
    """One of several answers to the same question: where it stands, and what it says."""

    where: str
    answer: Markup
    url: str = ""
    """The page of a question that the bank has."""

    own: bool = False
    """Whether it is the answer that the card itself would bring."""


@dataclass(frozen=True, slots=True)
class MendCard:
    """One question of a preview: seen if it is one, with the form that changes it."""

    row_id: int
    number: str
    url: str
    where: str
    stem: str
    """Its beginning, for where there is nothing to see."""
    notes: tuple[str, ...]
    seen: QuestionSeen | None
    form: MendForm | None
    original: str
    """What the file had there, where it was changed or refused."""
    mended: bool = False
    left_out: bool = False
    refused: bool = False
    doubtful: bool = False
    chosen: bool = False
    """Whether a doubtful one is to be taken."""
    sides: tuple[Contradicting, ...] = ()
    """Of a doubtful one: the answers that contradict each other."""
    in_bank: bool = False
    """Whether one of them is the bank's."""


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """`bank/import_progress.html`: how far a long import is, or taking one back."""

    heading: str
    file_name: str
    bank: str
    bank_url: str
    done: int
    of: int
    said: str
    step_url: str
    may_change: bool


@dataclass(frozen=True, slots=True)
class ColumnsSheet:
    """One sheet of a table as one must see it to say what its columns are."""

    name: str
    about: str
    """Where its headings stand, and how many rows are below."""

    doubts: tuple[str, ...]
    headings: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    fields: tuple[tuple[str, tuple[Chosen, ...]], ...]
    """For each column the name of its field in the form, and what it can be said to be."""


@dataclass(frozen=True, slots=True)
class ColumnsPage:
    """`bank/import_columns.html`: saying what the columns of a table are."""

    file_name: str
    bank: str
    bank_url: str
    sheets: tuple[ColumnsSheet, ...]
    action: str
    back_url: str | None
    discard_url: str
    refused: Message | None = None


@dataclass(frozen=True, slots=True)
class NearQuestion:
    """One of two questions that are nearly the same: its texts in pieces, each with whether the other differs there."""

    where: str
    pieces: tuple[tuple[str, bool], ...]
    answer: str


@dataclass(frozen=True, slots=True)
class NearPair:
    """Two questions nearly the same, side by side."""

    percent: str
    one: NearQuestion
    other: NearQuestion
    conflict: bool
    leave_url: str
    """Posting `do=leave` there leaves the first out; empty when nothing can be changed."""


@dataclass(frozen=True, slots=True)
class ImportRowPage:
    """`bank/import_row.html`: one question of a preview on a page of its own."""

    heading: str
    file_name: str
    back_url: str
    card: MendCard


@dataclass(frozen=True, slots=True)
class ImportPage:
    """`bank/import_preview.html`: what a file brings, before and after it is taken in."""

    file_name: str
    bank: str
    bank_url: str
    heading: str
    lead: str
    """The counts in one sentence, with their denominator."""

    waiting: bool
    done: bool
    may_change: bool
    messages: tuple[Message, ...]
    counts: tuple[tuple[str, str], ...]
    errors: tuple[tuple[str, ...], ...]
    error_columns: tuple[Column, ...]
    errors_hidden: str
    faults: int
    """How many are refused and not left out by a person."""
    errors_url: str | None
    passages: str
    """The refused questions of a text, to be corrected right here; empty for a table."""
    duplicates: tuple[tuple[str, ...], ...]
    duplicate_columns: tuple[Column, ...]
    duplicates_hidden: str
    faulty: tuple[MendCard, ...]
    """The refused questions of a preview, each to be mended right here."""
    faulty_pages: Pages
    doubts: tuple[MendCard, ...]
    questions: tuple[MendCard, ...]
    remarked_url: str | None
    """Where the very file is given back with remarks; None where its format cannot carry any."""

    columns_url: str | None
    """Where one says what a table's columns are; None for what is no table."""

    near: tuple[NearPair, ...]
    near_said: str
    """How many there are, in words; empty when there are none or nobody has looked yet."""

    near_url: str | None
    """Where to look for them, if nobody has yet."""

    aside: tuple[MendCard, ...]
    """What a person left out."""
    pages: Pages
    apply_url: str
    exam_url: str
    discard_url: str
    undo_url: str | None
    again_url: str
    good: int
    all_label: str
    good_label: str
    good_says: tuple[str, ...]
    """What exactly happens when the good ones are taken in."""

    mend_says: str
    """What exactly happens when nothing is taken in before the file is corrected."""

    errors_label: str
    read_as: str
    reading: Any
    """The form to read the file in another way, with `form` and `encoding`; None when it no longer can be."""

    reading_refused: Message | None
    reading_url: str
    obstacles: tuple[str, ...] = ()
    """What stands in the way of taking it back."""

    lesson: Action | None = None
    """The way back to the lesson for which somebody has brought them."""


@dataclass(frozen=True, slots=True)
class DownloadFormat:
    """A format in which questions leave."""

    label: str
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class DownloadOption:
    """Something of a format that one may have or not."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class BankDownload:
    """`bank/download.html`: in which format questions leave a bank, and what it cannot carry."""

    bank: str
    bank_url: str
    found: str
    filtered: bool
    all_url: str
    formats: tuple[DownloadFormat, ...]
    chosen: str
    """The label of the chosen format; empty before one is chosen."""

    code: str
    losses: tuple[str, ...]
    options: tuple[DownloadOption, ...]
    action: str
    empty: bool
