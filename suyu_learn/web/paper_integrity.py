"""What the integrity rules add to a paper, and the page that a second device meets."""

from __future__ import annotations

import hashlib

from suyu_learn.models import Attempt, Person
from suyu_learn.services import devices, exam_integrity, sitting
from suyu_learn.services.exam_integrity import Rules
from suyu_learn.web import integrity_words
from suyu_learn.web.browser import browser
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.exams import contact_of
from suyu_learn.web.i18n import _, clock_time, labelled, listed
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, ProblemPage
from suyu_learn.web.pages.sitting import Guard

LAST_DIGITS = 4


def rules_of(attempt: Attempt, person: Person) -> Rules:
    """The rules that hold for who sits."""
    return exam_integrity.rules_for(session(), attempt.exam, person)


def device(rules: Rules) -> str:
    """What tells this browser from others, where the rules ask; it does not say which one it is."""
    return hashlib.sha256(browser().id.encode()).hexdigest()[:16] if rules.one_device else ""


def held_elsewhere(attempt: Attempt, rules: Rules) -> ProblemPage | None:
    """What a second device is told while the first holds the paper; None where it may open it."""
    if not rules.one_device or attempt.trial or sitting.is_over(attempt, now=now(), grace=learn().grace):
        return None
    until = devices.held_until(session(), attempt, device(rules), now=now())
    if until is None:
        return None
    contact = contact_of(attempt.exam)
    return ProblemPage(
        title=_("The paper is open on another device"),
        sentence=_("This exam is sat on one device at a time, and nothing is lost: all that was saved is there. Let "
                   "the paper go at the bottom of the page on the other device. If that one has failed, call whoever "
                   "looks after the exam, or wait: if it stays silent, the paper opens here from %(time)s on.",
                   time=clock_time(until)),
        action=Action(_("Try again"), link("attempt", key=attempt.key)),
        detail=labelled(_("To call"), listed(part for part in (contact.name, contact.phone) if part))
        if contact.name or contact.phone
        else "",
    )  # fmt: skip


def guard(attempt: Attempt, person: Person, rules: Rules) -> Guard | None:
    """What of the rules the page of the paper carries out."""
    if not rules:
        return None
    limit = rules.limit if rules.counts else None
    warning = _("You left this page for %(seconds)s s. Times so far: %(count)s.", seconds="{seconds}", count="{count}")
    return Guard(
        leaves_url=link("tell_leaves", key=attempt.key) if rules.counts else "",
        count=attempt.left_count,
        warning=warning if rules.warns else "",
        limit=_("The paper is handed in after: %(limit)s.", limit=integrity_words.limit(limit)) if limit else "",
        watermark=_mark(attempt, person) if rules.watermark else "",
        let_go_url=link("let_go", key=attempt.key) if rules.one_device and not attempt.trial else "",
    )


def _mark(attempt: Attempt, person: Person) -> str:
    """The name with the end of the staff number, or the unit where there is none."""
    number = person.staff_number or ""
    return f"{person.name} {number[-LAST_DIGITS:] or attempt.unit_names.rpartition(' / ')[2]}".strip()
