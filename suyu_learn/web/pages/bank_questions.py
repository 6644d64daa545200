"""One question: its page, its versions, and its editor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from .bank import QuestionSeen
from .common import Action, Choice, Message, Row


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """One version in the list of a question."""

    name: str
    status: str
    about: str
    """When and by whom."""

    current: bool
    """Whether papers draw this one."""

    show_url: str | None = None
    compare_url: str | None = None
    """Its difference from the version before."""


@dataclass(frozen=True, slots=True)
class UseEntry:
    """An exam that a question is used in; `url` is None where it belongs to another unit."""

    title: str
    url: str | None
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoteEntry:
    """What a reviewer said."""

    text: str
    about: str


@dataclass(frozen=True, slots=True)
class Act:
    """A button that changes a question, with what it does in a sentence."""

    label: str
    url: str
    says: str = ""
    kind: str = "plain"
    note: str = ""
    """The label of the text that goes along; empty for none."""

    note_needed: bool = False
    number: int = 0
    """The version that is meant, so that nothing newer is judged unseen."""


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """`bank/question.html`."""

    title: str
    bank: str
    trail: tuple[Action, ...]
    seen: QuestionSeen
    status: str
    status_says: str
    keeper: str
    """Who corrects it, for those who cannot."""
    waiting: bool
    """Whether somebody has to do something before papers draw the newest version."""

    passage: Action | None
    """The page of the passage that the question refers to."""

    members: tuple[Action, ...]
    """The questions of a group, in their order."""

    member_url: str | None
    """Where a question is added to a group."""

    facts: tuple[Row, ...]
    figures: tuple[Row, ...]
    """What attempts tell of the question: share right, discrimination, time."""

    figures_say: str
    """What the time is counted of, which is too long for its line."""

    regrade_url: str | None
    """Where attempts are marked anew by a corrected key; None where no attempt was marked by another one."""

    edit_url: str | None
    acts: tuple[Act, ...]
    versions: tuple[VersionEntry, ...]
    notes: tuple[NoteEntry, ...]
    uses: tuple[UseEntry, ...]
    use_says: str
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Fields:
    """What the part of an editor holds that belongs to a type: rows by list, and single values, as typed."""

    rows: Mapping[str, tuple[Mapping[str, str], ...]]
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PictureShown:
    """A picture that a text of the form names by its sign."""

    number: int
    sign: str
    sha256: str
    alt: str
    image: Markup
    played: bool = False
    """Whether it is a film or sound, in a lesson."""


@dataclass(frozen=True, slots=True)
class EditorPage:
    """`bank/editor.html`; the form has what all types share, `fields` what this one has."""

    title: str
    trail: tuple[Action, ...]
    type: str
    type_name: str
    form: Any
    fields: Fields
    errors: Mapping[str, tuple[str, ...]]
    """What is wrong, by the name of a value, a list, or `list.number`."""

    base: int
    preview: QuestionSeen | None
    preview_url: str
    cancel_url: str
    pictures: Mapping[str, tuple[PictureShown, ...]]
    """By the field or row (`list-number`) below which they stand."""

    all_pictures: tuple[PictureShown, ...]
    picture_places: tuple[Choice, ...]
    """Where a picture can be put."""

    picture_open: bool
    review: bool
    may_publish: bool
    meanwhile: tuple[Any, ...] = ()
    """What somebody else changed since the form was opened: Difference values."""

    meanwhile_says: str = ""
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that both versions have, or one only."""

    text: Markup
    """With its pictures."""

    kind: str
    """`same`, `gone` or `new`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one part of a question."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ComparePage:
    """`bank/compare.html`: two versions, and what lies between them."""

    title: str
    trail: tuple[Action, ...]
    older: str
    newer: str
    differences: tuple[Difference, ...]
    numbers: tuple[int, ...]
    chosen: tuple[int, int]
    url: str
    seen: QuestionSeen
    restore_url: str | None
    restore_label: str = ""


@dataclass(frozen=True, slots=True)
class TypeChoice:
    """A type of question that can be written."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class NewQuestionPage:
    """`bank/new_question.html`: which type it shall be."""

    bank: str
    trail: tuple[Action, ...]
    types: tuple[TypeChoice, ...]


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """A question or course that waits for a reviewer; `bank` is the bank or the unit that keeps it."""

    stem: str
    url: str
    bank: str
    about: str
    own: bool


@dataclass(frozen=True, slots=True)
class ReviewList:
    """`bank/review.html`."""

    trail: tuple[Action, ...]
    says: str
    entries: tuple[ReviewEntry, ...]
    courses: tuple[ReviewEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class RegradePage:
    """`bank/regrade.html`: what marking anew by a corrected key would change."""

    trail: tuple[Action, ...]
    title: str
    seen: QuestionSeen | None
    version: str
    facts: tuple[Row, ...]
    rows: tuple[tuple[str, ...], ...]
    """Name, unit, exam, result until now, result from now on."""

    hidden: str
    may: bool
    reason: str
    problem: str
    action: str
    back_url: str
    open: bool = False
    """Whether somebody still sits an exam that asks it, or can still begin."""
