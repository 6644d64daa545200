"""Whether the key can be guessed: from where right options stand, and from how long they are.

Both are judged for each audience at the level `LEVEL`: what equally good options would show less often than that is
told. Papers shuffle options, so places matter where a bank is printed or exported; lengths matter everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from suyu_learn.domain.library.entries import Entry
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.identity import bare
from suyu_learn.domain.questions.multiple import Multiple
from suyu_learn.domain.questions.single import Single
from suyu_learn.domain.questions.true_false import TrueFalse
from suyu_learn.domain.statistics.chance import at_least, uneven

LEVEL = 0.05
"""One in twenty: stricter than what science asks before it believes, since mending costs little."""
USUAL_OPTIONS = 4


@dataclass(frozen=True, slots=True)
class Answers:
    """The keys of one audience's questions, as somebody sees them who guesses."""

    audience: str
    single_places: tuple[int, ...]
    """How often the right one of four options stands first, second, third, fourth."""
    multiple_places: tuple[int, ...]
    true_false: tuple[int, int]
    """True ones, false ones."""
    longest: int
    """Single choices whose right option is longer than each of the others ..."""
    shortest: int
    chances: tuple[float, ...]
    """... of so many that have a longest one, each with the chance that it is the right one."""
    chances_of_shortest: tuple[float, ...]


def answers_of(entries: Sequence[Entry], audience: str) -> Answers:
    """The keys of an audience; single and multiple choices with other than four options count in no place."""
    own = [one for one in entries if one.audience == audience]
    single = [one for one in own if one.type == Single.code]
    longest, shortest = (
        [_stands_out(one, longest=True) for one in single],
        [_stands_out(one, longest=False) for one in single],
    )
    truths = Counter(bool(one.body.get("answer")) for one in own if one.type == TrueFalse.code)
    return Answers(
        audience=audience,
        single_places=_places(single),
        multiple_places=_places([one for one in own if one.type == Multiple.code]),
        true_false=(truths[True], truths[False]),
        longest=sum(one is True for one in longest),
        shortest=sum(one is True for one in shortest),
        chances=tuple(1 / len(one.options) for one, out in zip(single, longest, strict=True) if out is not None),
        chances_of_shortest=tuple(
            1 / len(one.options) for one, out in zip(single, shortest, strict=True) if out is not None
        ),
    )


def _places(entries: Sequence[Entry]) -> tuple[int, ...]:
    found = Counter(place for one in entries if len(one.options) == USUAL_OPTIONS for place in one.right)
    return tuple(found[place] for place in range(USUAL_OPTIONS))


def _stands_out(entry: Entry, *, longest: bool) -> bool | None:
    """Whether the right option is the single longest, or shortest; None where no option is."""
    lengths = [len(bare(text)) for text in entry.options]
    most = max(lengths, default=0) if longest else min(lengths, default=0)
    if lengths.count(most) != 1:
        return None
    return lengths.index(most) in entry.right


def biases(entries: Sequence[Entry], audiences: Collection[str]) -> list[Problem]:
    """Audiences whose keys stand in some places, or are the longest or shortest options, beyond chance."""
    found: list[Problem] = []
    for audience in audiences:
        own = answers_of(entries, audience)
        for kind, places in (
            (Single.code, own.single_places), (Multiple.code, own.multiple_places), (TrueFalse.code, own.true_false),
        ):  # fmt: skip
            chance = uneven(places)
            if chance is not None and chance < LEVEL:
                found.append(
                    Problem(
                        "library.places", audience=audience, type=kind, counts=list(places), chance=_percent(chance)
                    )
                )
        for code, hits, chances in (
            ("library.longest", own.longest, own.chances), ("library.shortest", own.shortest, own.chances_of_shortest),
        ):  # fmt: skip
            chance = at_least(hits, chances)
            if chance is not None and chance < LEVEL:
                found.append(Problem(code, audience=audience, count=hits, of=len(chances), chance=_percent(chance)))
    return found


def guessed(entries: Sequence[Entry], audience: str) -> dict[str, object]:
    """What somebody who guesses finds in an audience's keys: counts, and how likely chance makes them as uneven."""
    own = answers_of(entries, audience)
    return {
        "audience": audience,
        **{
            name: {"counts": list(counts), "chance": _rounded(uneven(counts))}
            for name, counts in (("single_places", own.single_places), ("multiple_places", own.multiple_places),
                                 ("true_false", own.true_false))
        },
        **{
            name: {"count": count, "of": len(chances), "chance": _rounded(at_least(count, chances))}
            for name, count, chances in (("longest", own.longest, own.chances),
                                         ("shortest", own.shortest, own.chances_of_shortest))
        },
    }  # fmt: skip


def _rounded(chance: float | None) -> float | None:
    return None if chance is None else round(chance, 4)


def _percent(chance: float) -> str:
    return f"{chance * 100:.2g}"
