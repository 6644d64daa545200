"""Kinds of certificates that others issue, as they are shipped: `outside_kinds/kinds.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from suyu_learn.content.question_packs import read_toml


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind with how long its certificates are valid and when they are reviewed, in months, and why."""

    code: str
    name: str
    en: str = ""
    issuer: str = ""
    valid_months: int | None = None
    """None for ever."""
    review_months: int | None = None
    basis: str = ""
    checked: date | None = None
    """When somebody last compared it with its basis."""
    confirmed: bool = False
    shipped: bool = True
    """Whether it stands here as it came."""

    def called(self, lang: str) -> str:
        """Its name for a page in that language."""
        return self.name if lang.startswith("zh") else self.en or self.name


def read_kinds(folder: Path) -> tuple[Kind, ...]:
    """The shipped kinds in their order."""
    rows: list[dict[str, Any]] = read_toml(folder / "kinds.toml", folder)["kind"]
    return tuple(Kind(**row) for row in rows)
