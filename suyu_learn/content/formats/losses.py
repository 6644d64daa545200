"""What files say and we cannot keep, counted and told once a kind."""

from __future__ import annotations

from suyu_learn.domain.problems import NOWHERE, Place, Problem

MOST_KINDS = 60
BESIDE_TEXT = frozenset({"html.media_lost", "moodle.picture_lost"})
"""What was more than text; without it a text may be empty, and a question be refused for that."""


class Losses:
    """Gathers losses while a file is read; the same code with the same values is one kind."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
        self._first: dict[tuple[str, tuple[tuple[str, str], ...]], Place] = {}
        self.place: Place = NOWHERE
        """Where the reader is; each kind is told with the place at which it was first met."""

    def add(self, code: str, *, count: int = 1, **params: str) -> None:
        """Note one loss; a file with endless kinds of them is told of the first."""
        kind = (code, tuple(sorted(params.items())))
        if kind not in self._counts and len(self._counts) >= MOST_KINDS:
            kind = ("loss.more", ())
        self._counts[kind] = self._counts.get(kind, 0) + count
        self._first.setdefault(kind, self.place)

    def join(self, others: Losses) -> None:
        """Take over what another gathered."""
        for (code, params), count in others._counts.items():
            self.place = others._first[code, params]
            self.add(code, count=count, **dict(params))

    def of_media(self) -> tuple[Problem, ...]:
        """The sounds, films and pictures among them, which say why a refused question has an empty text."""
        return tuple(one for one in self.told() if one.code in BESIDE_TEXT)

    def told(self) -> tuple[Problem, ...]:
        """One Problem a kind, each with its `count`."""
        return tuple(
            Problem(code, place=self._first[code, params], count=count, **dict(params))
            for (code, params), count in self._counts.items()
        )
