"""Sending reminders: what `suyu tick` does by itself, and what an organizer sends once more."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Person, Programme
from suyu_learn.services import outside_reminders, reminder_delivery, reminder_sending
from suyu_learn.services.reminder_delivery import LONGEST, PER_MINUTE, Destination
from suyu_learn.services.reminder_sending import Due
from suyu_learn.services.reminders import Missing
from suyu_learn.web import addresses, context, reminder_texts, reminders
from suyu_learn.web import outside_reminders as certificates
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import _
from suyu_learn.web.reminder_texts import Subject

BUDGET = 40
"""Seconds that one tick spends on messages; what is left waits for the next, a minute later."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one tick has sent."""

    sent: int = 0
    failed: int = 0


def send_due() -> Run:
    """Send what is due to channels; the network is waited for outside of every transaction."""
    here = learn()
    with here.database.reading() as session:
        due = reminder_sending.waiting(session, now=here.now(), zone=here.zone)
        digests = outside_reminders.waiting(session, now=here.now(), zone=here.zone)
    sent, failed, begun = 0, 0, time.monotonic()
    messages = [*(partial(_send, one) for one in due), *(partial(certificates.send, one) for one in digests)]
    for send in messages:
        if time.monotonic() - begun > BUDGET:
            break
        went = send()
        sent += went is True
        failed += went is False
    return Run(sent, failed)


def _send(due: Due) -> bool | None:
    """Whether a message was taken; None where it is not ours to send, or not now."""
    here = learn()
    with here.database.reading() as session:
        found = reminder_sending.told(
            session, due.channel, due.programme, due.deadline, now=here.now(), zone=here.zone
        )  # fmt: skip
    if not found.counts.missing:
        return None
    with here.database.writing() as session:
        if not reminder_sending.may_send(session, due.channel.row, now=here.now(), per_minute=PER_MINUTE):
            return None
        claimed = reminder_sending.claim(session, due, people=found.counts.missing, now=here.now())
    if claimed is None:
        return None
    return _deliver(claimed.number, reminder_delivery.destination(claimed.channel), due.programme, found) is None


def send_again(number: int, *, actor: Person) -> Problem | None:
    """Send once more what failed or got stuck, as things stand now; the reason if it fails again."""
    here = learn()
    with context.writing_apart() as session:
        sent, channel = reminder_sending.get(session, number, actor=actor, now=here.now())
        deadline = reminder_sending.deadline_of(sent.row.due_on, sent.row.occasion)
        found = reminder_sending.told(session, channel, sent.programme, deadline, now=here.now(), zone=here.zone)
        if not found.counts.missing:
            raise Problem("reminder.nobody_missing")
        reminder_sending.claim_again(session, sent, actor=actor, people=found.counts.missing, now=here.now())
        to = reminder_delivery.destination(channel.row)
    return _deliver(number, to, sent.programme, found)


def _deliver(number: int, to: Destination, programme: Programme, found: Missing) -> Problem | None:
    here = learn()
    with reminder_texts.for_groups():
        subject = subject_of(programme)
        text = reminder_texts.for_robot(subject, found, most=LONGEST[to.kind])
        topic = _("Reminder: %(title)s", title=programme.title)
    failed = reminder_delivery.refusal(to, topic, text, settings=here.settings, now=here.now())
    with here.database.writing() as session:
        reminder_sending.finish(session, number, failed)
    return failed


def try_out(to: Destination) -> None:
    """Send a message that names nobody; raises Problem with the reason when it was not taken."""
    here = learn()
    with reminder_texts.for_groups():
        name = here.settings.product_name or _("Suyu Learn")
        text = _("This is a test of %(name)s: reminders will arrive here.", name=name)
    reminder_delivery.deliver(to, name, text, settings=here.settings, now=here.now())


def subject_of(programme: Programme) -> Subject:
    """What messages say of a programme; without an address that phones reach, they name none."""
    reachable = addresses.doubt() is None
    return Subject(programme.title, reminders.programme_address(programme) if reachable else "")
