"""Which reminders are due to which channel, and that none goes out twice.

A row of `Reminder` is claimed and committed before the message leaves. What a crash leaves as "sending" may have
arrived or not, so it is not sent again by itself, but shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from suyu_learn.db import upsert
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Membership,
    OutsideReminder,
    Person,
    Programme,
    ProgrammeExemption,
    ProgrammeMember,
    ProgrammeState,
    Reminder,
    ReminderChannel,
    ReminderState,
    Unit,
)
from suyu_learn.services import audit, people, reminder_channels, reminders
from suyu_learn.services.reminder_channels import Channel
from suyu_learn.services.reminders import Deadline, Missing, reach_of

FROM_HOUR, TO_HOUR = 8, 20
"""Nobody's phone rings before or after, by the clock of the settings' zone."""
STILL_GIVEN = timedelta(days=2)
"""How long a programme counts as given just now: what was given in the evening is told in the morning."""
STILL_LATE = timedelta(days=7)
"""How long after a deadline it is told that it is over; a new channel tells nothing older."""
STALE = timedelta(minutes=5)
"""After so long without a word, who was sending has been stopped."""
PRESSING = timedelta(days=30)
"""How long a message that did not go out stands before all others."""
KEPT = 50
"""How many of the last messages are shown."""


class Occasion(StrEnum):
    """Why a message goes out; each once for a deadline and channel, the most pressing one of a day."""

    GIVEN = "given"
    WEEK = "7 days"
    DAY = "1 day"
    OVERDUE = "overdue"
    GIVEN_OPEN = "given, no deadline"  # its `due_on` is the day on which it was given


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is to go out."""

    channel: Channel
    programme: Programme
    due_on: date
    """What the row is kept by: the deadline, or the day given where there is none."""
    occasion: Occasion

    @property
    def deadline(self) -> Deadline:
        """The members whom it speaks of."""
        return deadline_of(self.due_on, self.occasion)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that nobody else sends."""

    number: int
    channel: ReminderChannel


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the past, or one that is stuck."""

    row: Reminder
    channel: ReminderChannel
    programme: Programme
    stuck: bool
    """Whether who was sending it was stopped: it may have arrived."""


def deadline_of(due_on: date, occasion: str) -> Deadline:
    """Whom a message speaks of: the members of its deadline, or those without one who were given it on its day."""
    return Deadline(None, given_on=due_on) if occasion == Occasion.GIVEN_OPEN else Deadline(due_on)


def may_disturb(now: datetime, zone: ZoneInfo) -> bool:
    """Whether it is day."""
    return FROM_HOUR <= now.astimezone(zone).hour < TO_HOUR


def occasion_of(due_on: date | None, given_on: date, today: date) -> Occasion | None:
    """What is to be told on a day of a deadline, given to somebody on another; None for nothing."""
    if given_on > today:
        return None
    just_given = today - given_on < STILL_GIVEN
    if due_on is None:
        return Occasion.GIVEN_OPEN if just_given else None
    left = (due_on - today).days
    if left < 0:
        return Occasion.OVERDUE if -left <= STILL_LATE.days else None
    if left <= 1:
        return Occasion.DAY
    if left <= 7:
        return Occasion.WEEK
    return Occasion.GIVEN if just_given else None


def waiting(session: Session, *, now: datetime, zone: ZoneInfo) -> list[Due]:
    """The messages that nobody has claimed yet, in a lasting order; nothing by night."""
    if not may_disturb(now, zone):
        return []
    channels = reminder_channels.every(session)
    if not channels:
        return []
    today = now.astimezone(zone).date()
    rows = session.execute(
        select(Reminder.channel_id, Reminder.programme_id, Reminder.due_on, Reminder.occasion).where(
            Reminder.due_on >= today - STILL_LATE - STILL_GIVEN
        )
    )
    told = {tuple(row) for row in rows}
    found: dict[tuple[int, int, date, str], Due] = {}
    for programme, due_on, given_on, path in _places(session, now=now, zone=zone, today=today):
        occasion = occasion_of(due_on, given_on, today)
        if occasion is None:
            continue
        for channel in channels:
            key = (channel.row.id, programme.id, due_on or given_on, occasion.value)
            if channel.reach.covers(path) and key not in told:
                found.setdefault(key, Due(channel, programme, due_on or given_on, occasion))
    return [found[key] for key in sorted(found)]


def _places(
    session: Session, *, now: datetime, zone: ZoneInfo, today: date
) -> Iterator[tuple[Programme, date | None, date, str | None]]:
    """Where people are missing: programme, deadline, the day on which it was given, path of the unit."""
    open_ones = and_(ProgrammeMember.completed_at.is_(None), ProgrammeExemption.member_id.is_(None))
    given_lately = now - STILL_GIVEN - timedelta(days=1)
    rows = session.execute(
        select(
            Programme, ProgrammeMember.due_on, ProgrammeMember.starts_on, ProgrammeMember.added_at, Unit.path
        )
        .join(Programme, Programme.id == ProgrammeMember.programme_id)
        .join(Person, Person.id == ProgrammeMember.person_id)
        .outerjoin(ProgrammeExemption, reminders.stands())
        .outerjoin(Membership, reminders.at_home(now))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(Programme.state == ProgrammeState.PUBLISHED, Programme.deleted_at.is_(None), open_ones)
        .where(ProgrammeMember.left_at.is_(None), ProgrammeMember.starts_on <= today, *people.current())
        .where(
            or_(
                ProgrammeMember.due_on.between(today - STILL_LATE, today + timedelta(days=7)),
                ProgrammeMember.added_at >= given_lately,
                ProgrammeMember.starts_on >= today - STILL_GIVEN,
            )
        )
        .group_by(
            Programme.id, ProgrammeMember.due_on, ProgrammeMember.starts_on, ProgrammeMember.added_at, Unit.path
        )
    )  # fmt: skip
    for programme, due_on, starts_on, added_at, path in rows:
        yield programme, due_on, reminders.given_on(starts_on, added_at, zone), path


def may_send(session: Session, channel: ReminderChannel, *, now: datetime, per_minute: int) -> bool:
    """Whether the address of a channel can take another message in this minute."""
    sent = 0
    for table, counted in ((Reminder, Reminder.id), (OutsideReminder, OutsideReminder.message)):
        lately = select(func.count(counted.distinct())).select_from(table).join(ReminderChannel).where(
            table.at > now - timedelta(minutes=1), ReminderChannel.address == channel.address
        )  # fmt: skip
        sent += session.scalar(lately) or 0
    return sent < per_minute


def claim(session: Session, due: Due, *, people: int, now: datetime) -> Claimed | None:
    """The message that is now ours to send; None where somebody else has it, or the channel has ended."""
    row = session.get(ReminderChannel, due.channel.row.id, with_for_update=True)
    if row is None or row.ended_at is not None:
        return None
    made = session.execute(
        upsert(session, Reminder)
        .values(channel_id=row.id, programme_id=due.programme.id, due_on=due.due_on, occasion=due.occasion.value,
                people=people, state=ReminderState.SENDING, detail={}, at=now)
        .on_conflict_do_nothing()
        .returning(Reminder.id)
    )  # fmt: skip
    number = made.scalar_one_or_none()
    return Claimed(number, row) if number is not None else None


def claim_again(session: Session, sent: Sent, *, actor: Person, people: int, now: datetime) -> None:
    """Make a message that failed or is stuck ours to send; raises Problem where somebody else was quicker."""
    ours = session.execute(
        update(Reminder)
        .where(Reminder.id == sent.row.id, _unfinished(now))
        .values(state=ReminderState.SENDING, people=people, detail={}, at=now)
    )
    if ours.rowcount != 1:  # type: ignore[attr-defined]
        raise Problem("reminder.not_again")
    audit.record(session, "reminder.sent_again", now=now, actor=actor, on=sent.programme, unit_id=sent.channel.unit_id,
                 name=sent.channel.name, people=people)  # fmt: skip


def _unfinished(now: datetime) -> Any:
    stuck = and_(Reminder.state == ReminderState.SENDING, Reminder.at < now - STALE)
    return or_(Reminder.state == ReminderState.FAILED, stuck)


def finish(session: Session, number: int, problem: Problem | None) -> None:
    """Keep whether a message was taken, and if not, why."""
    session.execute(update(Reminder).where(Reminder.id == number).values(**outcome(problem)))


def outcome(problem: Problem | None) -> dict[str, Any]:
    """What is kept of a message that was sent."""
    if problem is None:
        return {"state": ReminderState.SENT, "detail": {}}
    return {"state": ReminderState.FAILED, "detail": {"code": problem.code, "params": dict(problem.params)}}


def last(session: Session, actor: Person, *, now: datetime) -> list[Sent]:
    """The last messages to channels of the actor's units, those that want a hand first, then the newest."""
    own = reach_of(session, actor)
    wants_a_hand = and_(_unfinished(now), ReminderChannel.ended_at.is_(None), Reminder.at > now - PRESSING)
    rows = (
        select(Reminder, ReminderChannel, Programme)
        .join(ReminderChannel, ReminderChannel.id == Reminder.channel_id)
        .join(Programme, Programme.id == Reminder.programme_id)
        .outerjoin(Unit, Unit.id == ReminderChannel.unit_id)
        .order_by(case((wants_a_hand, 0), else_=1), Reminder.at.desc(), Reminder.id.desc())
        .limit(KEPT)
    )
    if not own.everywhere:
        rows = rows.where(own.includes(Unit.path))
    return [Sent(*row, stuck=_is_stuck(row[0], now)) for row in session.execute(rows)]


def get(session: Session, number: int, *, actor: Person, now: datetime) -> tuple[Sent, Channel]:
    """A message to a channel of the actor's units that is in use; raises Problem for every other."""
    row = session.execute(
        select(Reminder, ReminderChannel, Programme, Unit)
        .join(ReminderChannel, ReminderChannel.id == Reminder.channel_id)
        .join(Programme, Programme.id == Reminder.programme_id)
        .outerjoin(Unit, Unit.id == ReminderChannel.unit_id)
        .where(Reminder.id == number, ReminderChannel.ended_at.is_(None))
    ).one_or_none()
    if row is None or not reach_of(session, actor).covers(row.Unit.path if row.Unit is not None else None):
        raise Problem("reminder.no_such_message")
    return Sent(row[0], row[1], row[2], stuck=_is_stuck(row[0], now)), Channel(row[1], row[3])


def _is_stuck(row: Reminder, now: datetime) -> bool:
    return row.state is ReminderState.SENDING and row.at < now - STALE


def told(
    session: Session, channel: Channel, programme: Programme, deadline: Deadline, *, now: datetime, zone: ZoneInfo
) -> Missing:
    """What a channel is told: only people at home in its unit's subtree."""
    return reminders.missing(session, programme, reach=channel.reach, now=now, zone=zone, deadline=deadline)
