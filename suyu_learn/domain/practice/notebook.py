"""The notebook of mistakes: what a wrong answer puts in, and two right ones in a row take out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from suyu_learn.domain.practice.openness import PracticeMode

LEAVES_AFTER = 2
"""So many right answers in a row take a question out of the notebook."""


@dataclass(frozen=True, slots=True)
class Given:
    """One answer: `right` is None where only a person could tell."""

    right: bool | None
    mode: PracticeMode


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands with one question."""

    answers: int = 0
    """Given in practice, whether a machine could mark them or not."""
    marked: int = 0
    right: int = 0
    in_row: int = 0
    """Right ones since the last wrong one."""
    in_notebook: bool = False


NEW = Standing()


def after(standing: Standing, given: Given) -> Standing:
    """The standing after one more answer; a mistake of an exam enters the notebook and counts as no practice."""
    if given.mode is not PracticeMode.EXAM:
        standing = replace(standing, answers=standing.answers + 1)
        if given.right is not None:
            standing = replace(standing, marked=standing.marked + 1, right=standing.right + given.right)
    if given.right is None:
        return standing
    if not given.right:
        return replace(standing, in_row=0, in_notebook=True)
    in_row = standing.in_row + 1
    return replace(standing, in_row=in_row, in_notebook=standing.in_notebook and in_row < LEAVES_AFTER)
