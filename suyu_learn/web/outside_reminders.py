"""Messages about certificates of others that come to their end: what they say, and sending them."""

from __future__ import annotations

from itertools import groupby

from suyu_learn.domain.messages import Group, fitted, harmless
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Person
from suyu_learn.services import outside_kinds, outside_reminders, reminder_delivery, reminder_sending, reminders
from suyu_learn.services.outside_reminders import Digest, Occasion, Told
from suyu_learn.services.reminder_delivery import LONGEST, PER_MINUTE
from suyu_learn.web import addresses, context, outside_words, reminder_texts
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import _, ngettext


def send(digest: Digest) -> bool | None:
    """Whether a message was taken; None where it is not ours to send, or not now."""
    here = learn()
    with here.database.writing() as session:
        if not reminder_sending.may_send(session, digest.channel.row, now=here.now(), per_minute=PER_MINUTE):
            return None
        claimed = outside_reminders.claim(session, digest, now=here.now())
    return _deliver(claimed) is None if claimed is not None else None


def send_again(key: str, *, actor: Person) -> Problem | None:
    """Send once more what failed or got stuck, as far as it still is due; the reason if it fails again."""
    here = learn()
    with context.writing_apart() as session:
        sent, digest = outside_reminders.get(session, key, actor=actor, now=here.now(), zone=here.zone)
        if not digest.told:
            raise Problem("reminder.nothing_due")
        outside_reminders.claim_again(session, sent, actor=actor, now=here.now())
    return _deliver(digest)


def _deliver(digest: Digest) -> Problem | None:
    here = learn()
    to = reminder_delivery.destination(digest.channel.row)
    with reminder_texts.for_groups():
        text = text_of(digest, most=LONGEST[to.kind])
        topic = _subject()
    failed = reminder_delivery.refusal(to, topic, text, settings=here.settings, now=here.now())
    with here.database.writing() as session:
        outside_reminders.finish(session, digest.key, failed)
    return failed


def _subject() -> str:
    return _("Reminder: %(title)s", title=_("certificates that come to their end"))


def text_of(digest: Digest, *, most: int) -> str:
    """The text with as many names as a robot takes: by unit, with kind and day, never a number."""
    over = sum(one.occasion is Occasion.OVER for one in digest.told)
    soon = len(digest.told) - over
    head = [
        _subject(),
        ngettext("%(num)s certificate is over", "%(num)s certificates are over", over) if over else "",
        ngettext("%(num)s ends or has to be reviewed", "%(num)s end or have to be reviewed", soon) if soon else "",
        _("All of them: %(url)s", url=addresses.public_link("outside_list")) if addresses.doubt() is None else "",
    ]
    return fitted([line for line in head if line], _groups(digest), reminder_texts.phrases(), most=most)


def _groups(digest: Digest) -> list[Group]:
    with learn().database.reading() as session:
        labels = reminders.labels_of(session, {one.unit.path for one in digest.told if one.unit is not None})
        known = outside_kinds.every(session)

    def label(one: Told) -> str:
        said = labels[one.unit.path] if one.unit is not None else _("Without a unit")
        return harmless(said, longest=120)

    return [
        Group(name, tuple(
            _("%(name)s (%(what)s)", name=harmless(one.person.name),
              what=harmless(f"{outside_words.title(one.certificate, known)} {outside_words.warning(one.certificate)}",
                            longest=160))
            for one in some
        ))
        for name, some in groupby(sorted(digest.told, key=label), key=label)
    ]  # fmt: skip
