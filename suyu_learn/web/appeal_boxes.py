"""What of an appeal stands beside a result: what was said, what was answered, and the form to say something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Appeal, AppealState, Attempt
from suyu_learn.services.appeals import WHOLE, Openness
from suyu_learn.web import problems
from suyu_learn.web.i18n import N_, _, local_time
from suyu_learn.web.links import link
from suyu_learn.web.pages.sitting import AppealBox, AppealSaid

VERDICTS = {
    AppealState.OPEN: N_("Waits for an answer"),
    AppealState.ACCEPTED: N_("Accepted"),
    AppealState.REFUSED: N_("Not accepted"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed about a slot and could not be taken, and why."""

    slot: int
    text: str
    problem: Problem


def boxes(attempt: Attempt, openness: Openness, slots: Iterable[int], typed: Typed | None) -> Mapping[int, AppealBox]:
    """The boxes by slot: of the questions shown, and of the whole paper under 0."""
    appeals = [one for one in attempt.appeals if one.state is not AppealState.WITHDRAWN]
    found = {}
    for slot in (WHOLE, *slots):
        said = [one for one in appeals if one.slot == slot]
        waits = any(one.state is AppealState.OPEN for one in said)
        may = (openness.whole if slot == WHOLE else openness.questions) and not waits
        wrong = typed if typed is not None and typed.slot == slot else None
        if said or may or wrong:
            found[slot] = AppealBox(
                slot=slot,
                said=tuple(_said(attempt, one) for one in said),
                form_url=link("make_appeal", key=attempt.key) if may or wrong else "",
                until=_("Possible until %(time)s.", time=local_time(openness.until)) if may else "",
                text=wrong.text if wrong else "",
                error=problems.sentence(wrong.problem) if wrong else "",
            )
    return found


def _said(attempt: Attempt, one: Appeal) -> AppealSaid:
    name = one.answered_by.name if one.answered_by is not None else _("somebody")
    waits = one.state is AppealState.OPEN
    return AppealSaid(
        text=one.text,
        made=_("Your appeal of %(time)s", time=local_time(one.made_at)),
        verdict=_(VERDICTS[one.state]),
        accepted=None if waits else one.state is AppealState.ACCEPTED,
        answer=one.answer,
        by="" if waits else _("%(name)s, %(time)s", name=name, time=local_time(one.answered_at)),
        withdraw_url=link("withdraw_appeal", key=attempt.key, number=one.id) if waits else "",
    )
