"""Answers that could not be read: they stay in their fields as typed, beside the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suyu_learn.domain.problems import Problem
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.shell import say


@dataclass(frozen=True, slots=True)
class Unread:
    """What was typed, as the form sent it, and why it could not be read."""

    typed: Sequence[str]
    problem: Problem


def say_unread(numbers: Sequence[int]) -> None:
    """Say on the next page which questions it is about."""
    say(
        MessageKind.ERROR,
        ngettext("%(num)s answer could not be read and is not saved.",
                 "%(num)s answers could not be read and are not saved.", len(numbers)),
        where=_("Question %(number)s", number=_(", ").join(map(str, numbers))),
        todo=_("What you wrote is still there: mend it, or empty its field. All else is saved."),
    )  # fmt: skip
