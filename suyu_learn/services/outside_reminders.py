"""Which certificates of others a channel is told of before they end, and that it is told of none twice.

A message has what has become due since the one before, of people at home in the channel's unit or below it. Its rows
are claimed and committed before it leaves; what a crash leaves as "sending" is shown, and not sent again by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from suyu_learn.db import upsert
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Membership,
    OutsideCertificate,
    OutsideReminder,
    Person,
    ReminderChannel,
    ReminderState,
    Unit,
    new_key,
)
from suyu_learn.services import audit, outside_certificates, people, reminder_channels, reminder_sending
from suyu_learn.services.outside_certificates import WARN_DAYS
from suyu_learn.services.reminder_channels import Channel
from suyu_learn.services.reminder_sending import KEPT, STALE
from suyu_learn.services.reminders import reach_of

STILL_OVER = timedelta(days=30)
"""How long after its last day it is told that a certificate is over; a new channel tells nothing older."""
MOST = 500
"""Certificates of one message; the next tick tells of more."""


class Occasion(StrEnum):
    """Why a certificate is told of; each once for a day and channel."""

    SOON = "60 days"
    MONTH = "30 days"
    WEEK = "7 days"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Told:
    """One certificate in a message, with whose it is and where they belong."""

    certificate: OutsideCertificate
    person: Person
    unit: Unit | None
    due_on: date
    occasion: Occasion


@dataclass(frozen=True, slots=True)
class Digest:
    """A message that is to go out; `key` once it is claimed."""

    channel: Channel
    told: Sequence[Told]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the past, or one that is stuck."""

    key: str
    channel: ReminderChannel
    people: int
    state: ReminderState
    stuck: bool
    detail: object
    at: datetime

    @property
    def open(self) -> bool:
        """Whether it wants a hand: it did not go out, or nobody knows, and its channel is still there."""
        return (self.state is ReminderState.FAILED or self.stuck) and self.channel.ended_at is None


def occasion_of(due_on: date, today: date) -> Occasion | None:
    """What is to be told on a day of a certificate that comes due on another; None for nothing."""
    left = (due_on - today).days
    if left < 0:
        return Occasion.OVER if -left <= STILL_OVER.days else None
    steps = ((7, Occasion.WEEK), (30, Occasion.MONTH), (WARN_DAYS, Occasion.SOON))
    return next((occasion for days, occasion in steps if left <= days), None)


def waiting(session: Session, *, now: datetime, zone: ZoneInfo) -> list[Digest]:
    """The messages that nobody has claimed yet, one for a channel; nothing by night."""
    if not reminder_sending.may_disturb(now, zone):
        return []
    channels = reminder_channels.every(session)
    found = list(_due(session, today=now.astimezone(zone).date())) if channels else []
    if not found:
        return []
    before = _before(session, found)
    told = {
        (row.channel_id, row.certificate_id, row.due_on, row.occasion)
        for row in session.execute(
            select(OutsideReminder.channel_id, OutsideReminder.certificate_id, OutsideReminder.due_on,
                   OutsideReminder.occasion)
            .where(OutsideReminder.due_on >= min(one.due_on for one in found))
        )
    }  # fmt: skip
    digests = []
    for channel in channels:
        new = [
            one for one in found
            if channel.reach.covers(one.unit.path if one.unit is not None else None)
            and not any((channel.row.id, number, one.due_on, one.occasion.value) in told
                        for number in before[one.certificate.id])
        ]  # fmt: skip
        if new:
            digests.append(Digest(channel, new[:MOST]))
    return digests


def _due(session: Session, *, today: date) -> Iterable[Told]:
    """What counts and comes due, or was due lately, the first first."""
    rows = session.execute(
        select(OutsideCertificate, Person, Unit)
        .join(Person, Person.id == OutsideCertificate.person_id)
        .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.home & Membership.until.is_(None))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(OutsideCertificate.ended_at.is_(None), *people.current(),
               outside_certificates.due_between(today - STILL_OVER, today + timedelta(days=WARN_DAYS)))
        .order_by(outside_certificates.DUE, OutsideCertificate.id)
    )  # fmt: skip
    for certificate, person, unit in rows:
        due_on = outside_certificates.due_on(certificate)
        occasion = occasion_of(due_on, today) if due_on is not None else None
        if due_on is not None and occasion is not None:
            yield Told(certificate, person, unit, due_on, occasion)


def _before(session: Session, found: Sequence[Told]) -> Mapping[int, Sequence[int]]:
    """The entries that each one follows, itself first: what was told of one that was corrected since, was told."""
    follows = {one.certificate.id: one.certificate.follows_id for one in found}
    chains = {number: [number] for number in follows}
    missing = {one for one in follows.values() if one is not None and one not in follows}
    while missing:
        rows = session.execute(
            select(OutsideCertificate.id, OutsideCertificate.follows_id).where(OutsideCertificate.id.in_(missing))
        )
        follows.update(dict(rows.all()))
        missing = {one for one in follows.values() if one is not None and one not in follows}
    for chain in chains.values():
        while (number := follows[chain[-1]]) is not None:
            chain.append(number)
    return chains


def claim(session: Session, digest: Digest, *, now: datetime) -> Digest | None:
    """The message with what is now ours to tell; None where somebody else does so, or the channel has ended."""
    row = session.get(ReminderChannel, digest.channel.row.id, with_for_update=True)
    if row is None or row.ended_at is not None:
        return None
    key = new_key()
    values: list[dict[str, Any]] = [
        {"channel_id": row.id, "certificate_id": one.certificate.id, "due_on": one.due_on,
         "occasion": one.occasion.value, "message": key, "state": ReminderState.SENDING, "detail": {}, "at": now}
        for one in digest.told
    ]  # fmt: skip
    made = session.scalars(
        upsert(session, OutsideReminder).values(values).on_conflict_do_nothing()
        .returning(OutsideReminder.certificate_id)
    )  # fmt: skip
    ours = set(made)
    told = [one for one in digest.told if one.certificate.id in ours]
    return replace(digest, channel=Channel(row, digest.channel.unit), told=told, key=key) if told else None


def claim_again(session: Session, sent: Sent, *, actor: Person, now: datetime) -> None:
    """Make a message that failed or is stuck ours to send; raises Problem where somebody else was quicker."""
    session.refresh(sent.channel, with_for_update=True)
    state, at = session.execute(
        select(OutsideReminder.state, OutsideReminder.at).where(OutsideReminder.message == sent.key).limit(1)
    ).one()
    if not (state is ReminderState.FAILED or (state is ReminderState.SENDING and at < now - STALE)):
        raise Problem("reminder.not_again")
    session.execute(
        update(OutsideReminder).where(OutsideReminder.message == sent.key)
        .values(state=ReminderState.SENDING, detail={}, at=now)
    )  # fmt: skip
    audit.record(session, "reminder.sent_again", now=now, actor=actor, on=sent.channel, unit_id=sent.channel.unit_id,
                 name=sent.channel.name, people=sent.people)  # fmt: skip


def finish(session: Session, key: str, problem: Problem | None) -> None:
    """Keep whether a message was taken, and if not, why."""
    values = reminder_sending.outcome(problem)
    session.execute(update(OutsideReminder).where(OutsideReminder.message == key).values(**values))


def last(session: Session, actor: Person, *, now: datetime) -> list[Sent]:
    """The last messages to channels of the actor's units, the newest first."""
    own = reach_of(session, actor)
    first, count = func.min(OutsideReminder.id), func.count(OutsideCertificate.person_id.distinct())
    rows = (
        select(first, count)
        .join(OutsideCertificate, OutsideCertificate.id == OutsideReminder.certificate_id)
        .join(ReminderChannel, ReminderChannel.id == OutsideReminder.channel_id)
        .outerjoin(Unit, Unit.id == ReminderChannel.unit_id)
        .group_by(OutsideReminder.message)
        .order_by(first.desc())
        .limit(KEPT)
    )
    if not own.everywhere:
        rows = rows.where(own.includes(Unit.path))
    counts = dict(session.execute(rows).all())
    found = session.execute(
        select(OutsideReminder, ReminderChannel)
        .join(ReminderChannel, ReminderChannel.id == OutsideReminder.channel_id)
        .where(OutsideReminder.id.in_(counts)).order_by(OutsideReminder.at.desc(), OutsideReminder.id.desc())
    ).all() if counts else []  # fmt: skip
    return [
        Sent(row.message, channel, counts[row.id], row.state,
             row.state is ReminderState.SENDING and row.at < now - STALE, row.detail, row.at)
        for row, channel in found
    ]  # fmt: skip


def get(session: Session, key: str, *, actor: Person, now: datetime, zone: ZoneInfo) -> tuple[Sent, Digest]:
    """A message to a channel of the actor's units that is in use, with what of it still is to be told."""
    sent = next((one for one in last(session, actor, now=now) if one.key == key), None)
    if sent is None or sent.channel.ended_at is not None:
        raise Problem("reminder.no_such_message")
    channel = reminder_channels.get(session, sent.channel.id, actor=actor)
    theirs = set(session.scalars(select(OutsideReminder.certificate_id).where(OutsideReminder.message == key)))
    told = [one for one in _due(session, today=now.astimezone(zone).date()) if one.certificate.id in theirs]
    return sent, Digest(channel, told, key)
