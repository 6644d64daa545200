"""What is wrong, where, and what to do: the one way in which inner layers speak of faults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem lies; only what is known is filled in."""

    file: str = ""
    uid: str = ""
    field: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    number: int | None = None
    """The number that the file gives the question."""

    def __str__(self) -> str:
        parts = [self.file, self.uid, self.sheet, f"{self.row}" if self.row else "", self.column, self.field]
        return ": ".join(part for part in parts if part)


NOWHERE = Place()


class Problem(Exception):
    """A fault with a lasting code, the values its sentence needs, and its place.

    Raised where work cannot go on, returned in lists where it can.
    The code never changes; `suyu_learn.web.problems` holds the sentence for it.
    """

    def __init__(self, code: str, *, place: Place = NOWHERE, **params: object) -> None:
        super().__init__(code, params, place)
        self.code = code
        self.params: Mapping[str, object] = MappingProxyType(params)
        self.place = place

    def at(self, place: Place) -> Problem:
        """The same problem, told with its place."""
        return Problem(self.code, place=place, **self.params)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Problem):
            return NotImplemented
        return (self.code, dict(self.params), self.place) == (other.code, dict(other.params), other.place)

    __hash__ = Exception.__hash__

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        where = f"{self.place}: " if str(self.place) else ""
        return f"{where}{self.code}" + (f" ({said})" if said else "")


class Problems(Exception):
    """Several problems at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(*self.problems)
