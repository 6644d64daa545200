"""The integrity rules of an exam in words: for its organizer, its cover and its board."""

from __future__ import annotations

from collections.abc import Iterator

from suyu_learn.domain.attempts import SHORTEST_LEAVE, LeaveLimit
from suyu_learn.models import Exam
from suyu_learn.services import devices, exam_integrity
from suyu_learn.services.exam_integrity import Rules
from suyu_learn.web.i18n import _, listed, ngettext, number


def facts(exam: Exam) -> str:
    """What an organizer set, in short; empty where nothing is on."""
    rules = exam_integrity.rules_of(exam)
    if not rules:
        return ""
    parts = []
    if rules.counts:
        parts.append(_("leaving the page is counted"))
    if rules.warns:
        parts.append(_("with a warning each time"))
    if rules.limit:
        parts.append(_("handed in after %(limit)s", limit=limit(rules.limit)))
    if rules.watermark:
        parts.append(_("watermark with the name"))
    if rules.one_device:
        parts.append(_("one device at a time"))
    parts.append(_("also for older people") if exam.integrity_for_seniors else _("not for older people"))
    return listed(parts)


def limit(of: LeaveLimit) -> str:
    """After how much leaving a paper is handed in."""
    often = ngettext("more than %(num)s time", "more than %(num)s times", of.count) if of.count is not None else ""
    if of.seconds is None:
        return often
    long = ngettext("more than %(num)s second in one go", "more than %(num)s seconds in one go", of.seconds)
    return _("%(often)s or %(long)s", often=often, long=long) if often else long


def on_the_cover(exam: Exam, rules: Rules) -> tuple[str, ...]:
    """Each rule that holds for a person in a sentence or two, or that none does; nothing where the exam has none."""
    if rules or not exam_integrity.rules_of(exam):
        return tuple(_sentences(rules))
    return (_("The rules of this exam on leaving the page, watermark and devices do not hold for you."),)


def _sentences(rules: Rules) -> Iterator[str]:
    if rules.counts:
        yield ngettext(
            "It is counted how often and for how long you leave the page of the paper: another app, another page or a "
            "locked screen for %(num)s second or more. What is shorter, such as a message or a call that you turn "
            "away, does not count. Whoever looks after the exam sees it.",
            "It is counted how often and for how long you leave the page of the paper: another app, another page or a "
            "locked screen for %(num)s seconds or more. What is shorter, such as a message or a call that you turn "
            "away, does not count. Whoever looks after the exam sees it.",
            int(SHORTEST_LEAVE.total_seconds()),
        )
    if rules.warns:
        yield _("When you come back, the paper tells you how often it was.")
    if rules.limit:
        yield _("If you leave it %(limit)s, your paper is handed in. What you answered by then counts as usual.",
                limit=limit(rules.limit))  # fmt: skip
    if rules.watermark:
        yield _("Your name stands faintly over the paper, on prints too.")
    if rules.one_device:
        yield _("The paper is open on one device at a time. To change it, let the paper go on the first device, or "
                "call the organizer; where the first device is silent for %(num)s minutes, it opens on another by "
                "itself.", num=free_after())  # fmt: skip


def left(count: int, seconds: int) -> str:
    """How often and how long somebody left the page."""
    if not count:
        return _("not once")
    return ngettext(
        "left the page %(num)s time, for %(seconds)s s",
        "left the page %(num)s times, for %(seconds)s s in all",
        count,
        seconds=number(seconds),
    )


def handed_in_short() -> str:
    """That the limit handed the paper in, for the board."""
    return _("handed in by the limit on leaving")


def handed_in(of: LeaveLimit) -> str:
    """The same for the learner's result; the limit may have been lifted since."""
    said = limit(of) if of else _("too often or for too long")
    return _("Your paper was handed in because its page was left %(limit)s, as the cover had said. What you had "
             "answered counts.", limit=said)  # fmt: skip


def free_after() -> str:
    """After how many silent minutes a device no longer holds a paper."""
    return number(int(devices.FREE_AFTER.total_seconds() // 60))
