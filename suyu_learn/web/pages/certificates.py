"""Pages of certificates, and of completions that are taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .common import Action, Choice, Message, Row
from .reports import ExportReason


@dataclass(frozen=True, slots=True)
class CertificateCheck:
    """`certificates/check.html`, which everybody may open: what was asked for, and how it stands."""

    typed: str
    message: Message | None
    facts: tuple[Row, ...]
    check_url: str
    statement: str


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """`certificates/own.html`: one's certificate, to keep as a file or picture."""

    heading: str
    holder: str
    unit: str
    body: str
    facts: tuple[Row, ...]
    statement: str
    notice: str
    """Why it is not valid; empty while it is."""

    pdf_url: str
    check_url: str
    picture: str
    """What the picture says, as JSON; empty where it would say something that is not so."""


@dataclass(frozen=True, slots=True)
class CertificateTermsPage:
    """`certificates/terms.html`: what is set for a course, exam or programme."""

    title: str
    trail: tuple[Action, ...]
    form: Any
    back_url: str
    doubt: str
    """Why no code can be printed, in words; empty where one can."""

    waiting: str
    issue_url: str
    issued: str
    """How many stand, in words; empty for none."""

    print_url: str
    units: tuple[Choice, ...]
    reasons: tuple[ExportReason, ...]
    most: int


@dataclass(frozen=True, slots=True)
class CompletionRow:
    """One completion in a person's list."""

    title: str
    facts: tuple[str, ...]
    notes: tuple[str, ...]
    """What happened to it or to its certificate, in words."""

    taken_back: bool
    actions: tuple[Action, ...]
    dangers: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class CompletionsPage:
    """`persons/completions.html`."""

    title: str
    trail: tuple[Action, ...]
    rows: tuple[CompletionRow, ...]


@dataclass(frozen=True, slots=True)
class CertificateLink:
    """A certificate in one's own list."""

    title: str
    url: str
    fact: str
    valid: bool
