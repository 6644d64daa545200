"""What every editor does: rows read from a form, added, removed and moved; faults told at the row they are in."""

from __future__ import annotations

import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from werkzeug.datastructures import MultiDict

from suyu_learn.domain.problems import Problem
from suyu_learn.web import problems
from suyu_learn.web.pages.bank_questions import Fields

MOST_ROWS = 60
Row = Mapping[str, str]
_LINES = re.compile(r"[\r\n]+")


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of a body as its form has it: a text field for each column, a box or circle for each tick."""

    columns: tuple[str, ...]
    ticks: tuple[str, ...] = ()
    fewest: int = 1
    usual: int = 1
    """How many rows an empty form begins with."""

    quiet: tuple[str, ...] = ("key",)
    """Columns that do not make a row count as filled in."""

    pictured: Mapping[str, str] = field(default_factory=dict)
    """Columns that a picture can be put into, each with the label of its field."""


class Editor(ABC):
    """How the body of one type is shown in a form, and made of what was typed."""

    code: ClassVar[str] = ""
    lists: ClassVar[Mapping[str, Rows]] = {}
    values: tuple[str, ...] = ()
    places: ClassVar[Mapping[str, str]] = {}
    """Fields of a body by the name of the list or value that shows their faults; the rest goes above the form."""

    unnumbered: ClassVar[frozenset[str]] = frozenset()
    """Fields whose entries are not the rows of their list in the same order; their faults stand at the whole list."""

    @abstractmethod
    def fields_of(self, body: Mapping[str, Any]) -> Fields:
        """What the form shows of a stored body; of an empty one, what a new question begins with."""

    @abstractmethod
    def body_from(self, fields: Fields) -> dict[str, Any]:
        """The body without stem and explanation, as typed; whether it is sound, the type says."""

    def fields_from(self, form: MultiDict[str, str]) -> Fields:
        """What a form that was sent holds, row by row; empty rows go to the end."""
        found = {}
        for name, rows in self.lists.items():
            columns = [form.getlist(f"{name}-{column}")[:MOST_ROWS] for column in rows.columns]
            ticked = {tick: set(form.getlist(f"{name}-{tick}")) for tick in rows.ticks}
            read = []
            for parts in zip(*columns, strict=False):
                row = dict(zip(rows.columns, parts, strict=True))
                row["key"] = row.get("key") or fresh_key()
                row.update({tick: "1" if row["key"] in keys else "" for tick, keys in ticked.items()})
                read.append(row)
            found[name] = tuple(read)
        return Fields(found, {name: form.get(name, "").strip() for name in self.values})

    def tidied(self, fields: Fields) -> Fields:
        """The same without rows that say nothing, so that numbers in faults are those on the page."""
        return Fields({name: self.filled(fields, name) for name in self.lists}, fields.values)

    def filled(self, fields: Fields, name: str) -> tuple[Row, ...]:
        """The rows of a list that say something."""
        rows = self.lists[name]
        said = [column for column in rows.columns if column not in rows.quiet] + list(rows.ticks)
        return tuple(row for row in fields.rows.get(name, ()) if any(row.get(column, "").strip() for column in said))

    def padded(self, fields: Fields) -> Fields:
        """The same with empty rows at the end of lists that are too short."""
        found = {}
        for name, rows in self.lists.items():
            have = list(fields.rows.get(name, ()))
            found[name] = tuple(have + [self.empty(name) for _ in range(rows.fewest - len(have))])
        return Fields(found, fields.values)

    def empty(self, name: str) -> Row:
        """A new row with a key of its own."""
        rows = self.lists[name]
        return {**dict.fromkeys((*rows.columns, *rows.ticks), ""), "key": fresh_key()}

    def begun(self, rows: Mapping[str, Sequence[Row]], values: Mapping[str, str]) -> Fields:
        """Fields of a stored body, or for a new question as many empty rows as one usually needs."""
        return Fields(
            {
                name: tuple(rows.get(name) or (self.empty(name) for _ in range(self.lists[name].usual)))
                for name in self.lists
            },
            {name: values.get(name, "") for name in self.values},
        )

    def changed(self, fields: Fields, act: str) -> Fields:
        """The fields after a button such as `add:option`, `remove:option:2`, `up:item:3`; numbers count from 1."""
        word, _colon, rest = act.partition(":")
        name, _colon, number = rest.partition(":")
        if name not in self.lists:
            return fields
        have = list(fields.rows.get(name, ()))
        at = int(number) - 1 if number.isdecimal() and len(number) < 4 else -1
        if word == "add" and len(have) < MOST_ROWS:
            have.append(self.empty(name))
        elif word == "remove" and 0 <= at < len(have):
            del have[at]
        elif word in ("up", "down") and 0 <= at < len(have):
            to = at - 1 if word == "up" else at + 1
            if 0 <= to < len(have):
                have[at], have[to] = have[to], have[at]
        return Fields({**fields.rows, name: tuple(have)}, fields.values)

    def told(self, found: Iterable[Problem]) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
        """Faults by the place on the form where they stand, and those that belong to no field of this part."""
        errors: dict[str, tuple[str, ...]] = {}
        others = []
        for problem in found:
            place = self.places.get(problem.place.field)
            if place is None:
                others.append(problem)
                continue
            number = problem.params.get("number")
            numbered = isinstance(number, int) and problem.place.field not in self.unnumbered
            if place in self.lists and numbered:
                place = f"{place}.{number}"
            errors[place] = (*errors.get(place, ()), problems.sentence(problem))
        return errors, others


def fresh_key() -> str:
    """An opaque key for a new row; it stays with the row through all versions."""
    return secrets.token_hex(4)


def lines(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in _LINES.split(text) if line.strip()]
