"""What a question type must be able to do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from random import Random
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

Json: TypeAlias = Any
"""What `json.dumps` takes: the stored form of a response or of a question's body."""

Content = TypeVar("Content")

NOTHING = Decimal(0)
FULL = Decimal(1)
_STEP = Decimal("0.000001")


def share(earned: Decimal | int, whole: Decimal | int) -> Decimal:
    """The mark for a part of a whole, in millionths."""
    return (FULL * earned / whole).quantize(_STEP).normalize()


class PartialCredit(StrEnum):
    """How an incomplete multiple choice is marked."""

    ALL_OR_NOTHING = "all_or_nothing"
    HALF_FOR_SUBSET = "half_for_subset"  # 漏选得一半，错选不得分


@dataclass(frozen=True, slots=True)
class Sample:
    """A response with the mark it must get; `mark` is None where the response is unreadable."""

    response: Json
    mark: Decimal | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a question as statistics count it."""

    key: str
    text: str
    right: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an answer that is right or wrong by itself: a pair, a gap, a place, a keyword."""

    label: str
    right: str
    is_right: bool
    given: str | None = None
    """What was answered in this part, empty if it was left open; None where a part has no answer of its own."""
    chosen: bool = False
    """Whether `given` is a text of the author's; what a learner typed is shown letter by letter, never as Markdown."""


@dataclass(frozen=True, slots=True)
class RubricPoint:
    """Something that a person looks for in an answer, and its share of the mark."""

    label: str
    share: Decimal


class QuestionType(ABC, Generic[Content]):
    """One kind of question; `Content` is its frozen content.

    Bodies are the stored JSON form, contents the typed one; `read` and `write` convert between them.
    Responses are JSON in one canonical form, which `parse` makes.
    """

    code: ClassVar[str]
    label: ClassVar[str] = ""
    """What people call the type, in English; translated where a catalogue knows it."""
    machine_marked: ClassVar[bool] = True
    """Whether questions of the type are marked without a person; a type where some are answers `marked_by_machine`."""
    has_response: ClassVar[bool] = True
    """Whether learners answer it; without a response it is what other questions refer to, as a passage is."""

    def marked_by_machine(self, content: Content) -> bool:
        """Whether this very question is marked without a person."""
        return self.machine_marked

    @abstractmethod
    def read(self, body: Mapping[str, Json]) -> Content:
        """The typed content of a stored body; raises Problems when it is not a sound question."""

    @abstractmethod
    def write(self, content: Content) -> dict[str, Json]:
        """The stored body of a content; `read(write(content)) == content`."""

    @abstractmethod
    def parse(self, content: Content, raw: Json) -> Json:
        """The canonical response in what a browser sent; None means "not answered"; raises Problem if unreadable.

        Form posts send a list of strings, JSON calls the response itself.
        """

    def is_complete(self, content: Content, response: Json) -> bool:
        """Whether nothing is left open in the response."""
        return response is not None

    @abstractmethod
    def mark(self, content: Content, response: Json, partial: PartialCredit = PartialCredit.ALL_OR_NOTHING) -> Decimal:
        """The fraction of the points that a canonical response earns, from 0 to 1.

        Regrading may bring a response to another version of its question, whose keys this content need not know.
        """

    @abstractmethod
    def key(self, content: Content) -> Json:
        """A response that earns the full mark; None where only a person can tell."""

    @abstractmethod
    def summarise(self, content: Content, response: Json) -> str:
        """The response in words, for reports and exports."""

    def key_in_words(self, content: Content) -> str:
        """The key as its author would say it, with all that is accepted; empty where only a person can tell."""
        key = self.key(content)
        return "" if key is None else self.summarise(content, key)

    def parts(self, content: Content, response: Json) -> Sequence[Part]:
        """The parts of an answer that are right or wrong by themselves; empty where it is so only as a whole."""
        return ()

    def rubric(self, content: Content) -> Sequence[RubricPoint]:
        """What a person who marks ticks off, in order; empty where points are only typed."""
        return ()

    def choices(self, content: Content) -> Sequence[Choice]:
        """The answers that statistics count, in authored order; empty for open questions."""
        return ()

    def classify(self, content: Content, response: Json) -> Sequence[str]:
        """The keys of the choices that a response contains."""
        return ()

    def arrange(self, content: Content, rng: Random | None) -> list[str]:
        """The order in which the choices are shown; authored order without `rng`; empty where there is none."""
        return []

    @abstractmethod
    def asked(self, content: Content, order: Sequence[str]) -> Mapping[str, Json]:
        """What a learner may see before the key is open: no key, mark or explanation."""

    @abstractmethod
    def samples(self, content: Content) -> Sequence[Sample]:
        """Right, wrong and unreadable responses with their marks, so that content proves itself."""
