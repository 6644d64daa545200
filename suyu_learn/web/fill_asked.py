"""The form of a table of one's own: its rows as they were typed, and the plan that they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from suyu_learn.content.own_tables import KEYS, OwnTable
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import CompletionKind
from suyu_learn.services.record_filling import MOST_FILLS, NEW_COLUMN, Fill, Plan
from suyu_learn.services.record_values import Asked, What
from suyu_learn.web.typed import is_number

EARLIEST, LATEST = 1990, 2199
MOST_GUESSED = 3
NEW = "new"
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Typed:
    """One column to be filled, as its four fields say it."""

    column: str = ""
    what: str = ""
    subject: str = ""
    year: str = ""

    @property
    def is_meant(self) -> bool:
        """Whether it is a column to be filled, or half of one; a guess without its column was taken out."""
        return bool(self.column or (self.what and (self.subject or self.year)))


@dataclass(frozen=True, slots=True)
class Shown:
    """What the form shows."""

    keys: Mapping[str, int]
    fills: Sequence[Typed]
    replace: bool


def of_plan(plan: Plan, table: OwnTable) -> Shown:
    """The form of what was said last; before anything was, of what the headings seem to ask for."""
    return Shown(plan.keys, [_of_fill(one) for one in plan.fills] or list(_guesses(table))[:MOST_GUESSED], plan.replace)


def _of_fill(fill: Fill) -> Typed:
    asked = fill.asked
    subject = f"{asked.kind.value}:{asked.subject_id}" if asked.kind is not None else ""
    column = NEW if fill.column == NEW_COLUMN else str(fill.column)
    return Typed(column, asked.what.value, subject, str(asked.year or ""))


def _guesses(table: OwnTable) -> Iterator[Typed]:
    return (Typed(str(place), what) for what, place in table.wanted.items() if what in list(What))


def of_form(form: Mapping[str, str], table: OwnTable) -> Shown:
    """The form as it was sent, with whatever is wrong in it; rows that say nothing are left out."""
    keys = {one: int(said) for one in KEYS if _is_place(said := form.get(f"key-{one}", ""), table)}
    rows = (
        Typed(*(form.get(f"{name}-{number}", "").strip()[:_LONGEST] for name in ("column", "what", "subject", "year")))
        for number in range(MOST_FILLS)
    )
    return Shown(keys, [one for one in rows if one.is_meant], "replace" in form)


def plan_of(shown: Shown, table: OwnTable) -> Plan:
    """The plan that the form means; raises Problem for a row of which a half is missing or not understood."""
    fills = [_fill(one, number, table) for number, one in enumerate(shown.fills, start=1)]
    return Plan(table.sheet.name, shown.keys, fills, shown.replace)


def _fill(one: Typed, number: int, table: OwnTable) -> Fill:
    if not one.column or one.what not in list(What):
        raise Problem("fill.half", place=Place(field="fills"), number=number)
    if one.column != NEW and not _is_place(one.column, table):
        raise Problem("page.unknown")
    kind, _colon, subject = one.subject.partition(":")
    named = kind in list(CompletionKind) and is_number(subject)
    return Fill(
        NEW_COLUMN if one.column == NEW else int(one.column),
        Asked(What(one.what), CompletionKind(kind) if named else None, int(subject) if named else None,
              _year(one.year)),
    )  # fmt: skip


def _is_place(text: str, table: OwnTable) -> bool:
    return is_number(text) and int(text) < table.width


def _year(text: str) -> int | None:
    if not text:
        return None
    if not is_number(text) or not EARLIEST <= int(text) <= LATEST:
        raise Problem("fill.year", given=text[:20])
    return int(text)
