"""One question at a time: its page, and the page while there is none to show."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from .common import Contact
from .sitting import Guard, PaperQuestion


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """What came and did not count, until the person decides: in words, with both buttons."""

    words: str
    todo: str
    take: str
    leave: str
    url: str


@dataclass(frozen=True, slots=True)
class StepPage:
    """`sitting/stepwise.html`: the question that is asked now, and nothing of the others."""

    key: str
    title: str
    epoch: int
    question: PaperQuestion
    passage: Markup | None
    """What the question is about; it stands with each of its questions."""

    type: str
    place: int
    count: int
    remaining: int
    """Seconds left of this question."""

    until: str
    """When they are over, for those whose browser counts nothing down."""

    deadline: str
    person: str
    person_key: str
    unit: str
    save_all_url: str
    next_url: str
    here_url: str
    """The question that is asked then; the result once the paper is closed."""

    sign_in_url: str
    csrf_token: str
    trial: bool = False
    paused: bool = False
    paused_because: str = ""
    """Why, in a sentence."""

    kept: KeptAnswers | None = None
    guard: Guard | None = None
    contact: Contact = Contact()
    typed_for: str = ""
    """For whom somebody types on this page; empty for the person's own."""

    stop_url: str = ""
    """Where they stop."""

    @property
    def last(self) -> bool:
        """Whether behind this question the paper is handed in."""
        return self.place == self.count


@dataclass(frozen=True, slots=True)
class StepRest:
    """`sitting/stepwise_rest.html`: paused before a question, behind the last one, or out of time."""

    title: str
    lead: str
    notes: tuple[str, ...]
    here_url: str
    """Empty where looking again would show nothing else."""

    submit_url: str
    """Empty while it cannot be handed in."""

    epoch: int
    csrf_token: str
    trial: bool = False
    contact: Contact = Contact()
    kept: KeptAnswers | None = None
    typed_for: str = ""
    stop_url: str = ""
