"""Pairing typed words with blanks where the order is free."""

from __future__ import annotations

from collections.abc import Sequence


def most_pairs(fits: Sequence[Sequence[int]]) -> int:
    """How many of the words can each have a blank of its own; `fits` lists the blanks that suit each word."""
    holder: dict[int, int] = {}

    def place(word: int, tried: set[int]) -> bool:
        for blank in fits[word]:
            if blank not in tried:
                tried.add(blank)
                if blank not in holder or place(holder[blank], tried):
                    holder[blank] = word
                    return True
        return False

    return sum(place(word, set()) for word in range(len(fits)))
