"""What of a film or sound was played: spans of its time, united, and what they are worth.

A span is where playing went on without a leap; what is played twice lies in the union once. `took` is the time that
passed meanwhile, which is less where it was played fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

FASTEST = 2
"""Seconds of a film that a second of a person's time can cover, which is what players offer at the most."""
ENOUGH = 95
"""Of a hundred parts of a film, those that are to be watched where it cannot be skipped; ends are often cut off."""


@dataclass(frozen=True, slots=True)
class Played:
    """Some seconds of a film, from one of its moments to a later one."""

    begin: float
    end: float

    @property
    def seconds(self) -> float:
        return max(0.0, self.end - self.begin)


@dataclass(frozen=True, slots=True)
class Film:
    """A film or sound of a lesson; only a film is a thing to be watched to its end."""

    sha256: str
    seconds: int
    is_film: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Watched:
    """What the steps say of one film: the spans that were played, apart and in order, and the time it took."""

    spans: tuple[Played, ...] = ()
    took: int = 0

    def more(self, span: Played, took: int) -> Watched:
        """The same with one more span."""
        return Watched(united((*self.spans, span)), self.took + max(0, took))

    def seconds(self, film: Film) -> int:
        """How much of the film was played, each second of it once."""
        return int(min(covered(self.spans), film.seconds))

    def worth(self, film: Film) -> int:
        """The seconds that may count: what was played, never more than passed meanwhile."""
        return min(self.seconds(film), self.took)

    def left(self, film: Film) -> int:
        """The seconds that are still to be watched where a film cannot be skipped; none of a sound."""
        return max(0, ceil(film.seconds * ENOUGH / 100 - covered(self.spans))) if film.is_film else 0

    @property
    def gap(self) -> float:
        """The first moment that was not played."""
        return self.spans[0].end if self.spans and self.spans[0].begin <= 1 else 0.0

    @property
    def furthest(self) -> float:
        """The latest moment that was played."""
        return self.spans[-1].end if self.spans else 0.0


UNWATCHED = Watched()


def united(spans: Iterable[Played]) -> tuple[Played, ...]:
    """The spans as few as can be, in order, none touching another."""
    found: list[Played] = []
    for span in sorted(spans, key=lambda one: (one.begin, one.end)):
        if span.seconds <= 0:
            continue
        if found and span.begin <= found[-1].end:
            found[-1] = Played(found[-1].begin, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def covered(spans: Iterable[Played]) -> float:
    """The seconds in any of the spans, each counted once; a millisecond is as fine as players tell."""
    return round(sum(span.seconds for span in united(spans)), 3)


@dataclass(frozen=True, slots=True)
class Told:
    """What a player says: a span of one film, and the seconds it took."""

    sha256: str
    span: Played
    took: float


@dataclass(frozen=True, slots=True)
class Granted:
    """What of it may be kept."""

    sha256: str
    span: Played
    took: int


def believed(told: Sequence[Told], films: Mapping[str, Film], *, room: float) -> list[Granted]:
    """The spans that can be true: of these films, within their length, and all together in the time that passed.

    `room` are the seconds in which they were played, of which none counts twice; a span longer than could be played
    in what is left of them ends sooner.
    """
    granted, left = [], max(0.0, room)
    for one in told:
        film = films.get(one.sha256)
        if film is None:
            continue
        begin, end = max(0.0, one.span.begin), min(one.span.end, float(film.seconds))
        took = min(max(one.took, (end - begin) / FASTEST), left)
        end = round(min(end, begin + took * FASTEST), 3)
        if end - begin <= 0:
            continue
        left -= took
        granted.append(Granted(one.sha256, Played(begin, end), round(took)))
    return granted
