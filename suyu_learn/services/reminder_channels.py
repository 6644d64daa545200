"""Where reminders go by themselves: the robot of a unit's chat group, or a mail address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.config import Settings
from suyu_learn.domain.names import tidy
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import ChannelKind, Person, ReminderChannel, Unit
from suyu_learn.services import audit
from suyu_learn.services.grants import Reach
from suyu_learn.services.reminders import reach_of

LONGEST_ADDRESS = 500
EXAMPLE = "team@example.org"
SHOWN_SIGNS = 4
"""How much of an address's secret is shown again, so that two robots can be told apart."""

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_SECRET = re.compile(r"[\x21-\x7e]{0,200}")


@dataclass(frozen=True, slots=True)
class Door:
    """Where a robot takes messages: the only place to which its address may lead."""

    origin: str
    path: str
    secret: str
    """The name of what stands in the address and nobody else may know."""


DOORS = {
    ChannelKind.WECOM: Door("https://qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key"),
    ChannelKind.DINGTALK: Door("https://oapi.dingtalk.com", "/robot/send", "access_token"),
}


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel with its unit; one without a unit is for everybody."""

    row: ReminderChannel
    unit: Unit | None

    @property
    def reach(self) -> Reach:
        """Whose names it may be told."""
        return Reach(everywhere=True) if self.unit is None else Reach(paths=(self.unit.path,))


def within(session: Session, actor: Person) -> list[Channel]:
    """The channels of the actor's units that are in use, by name."""
    own = reach_of(session, actor)
    rows = session.execute(
        select(ReminderChannel, Unit)
        .outerjoin(Unit, Unit.id == ReminderChannel.unit_id)
        .where(ReminderChannel.ended_at.is_(None))
        .order_by(ReminderChannel.name, ReminderChannel.id)
    )
    return [Channel(row, unit) for row, unit in rows if own.covers(unit.path if unit is not None else None)]


def every(session: Session) -> list[Channel]:
    """All channels that are in use, in a lasting order."""
    rows = session.execute(
        select(ReminderChannel, Unit)
        .outerjoin(Unit, Unit.id == ReminderChannel.unit_id)
        .where(ReminderChannel.ended_at.is_(None))
        .order_by(ReminderChannel.id)
    )
    return [Channel(row, unit) for row, unit in rows]


def get(session: Session, channel_id: int, *, actor: Person, ended: bool = False) -> Channel:
    """A channel of the actor's units that is in use, or also one that has ended; raises Problem for every other."""
    found = session.get(ReminderChannel, channel_id)
    unit = session.get(Unit, found.unit_id) if found is not None and found.unit_id is not None else None
    if found is None or (found.ended_at is not None and not ended):
        raise Problem("reminder.no_such_channel")
    if not reach_of(session, actor).covers(unit.path if unit is not None else None):
        raise Problem("reminder.no_such_channel")
    return Channel(found, unit)


def add(
    session: Session,
    *,
    kind: ChannelKind,
    name: str,
    address: str,
    secret: str,
    unit: Unit | None,
    settings: Settings,
    actor: Person,
    now: datetime,
) -> ReminderChannel:
    """Keep a channel for a unit; its address leads where robots of its kind are, and nowhere else."""
    if not reach_of(session, actor).covers(unit.path if unit is not None else None):
        raise Problem("reminder.unit_out_of_reach", place=Place(field="unit"))
    if unit is not None and unit.closed_at is not None:
        raise Problem("unit.is_closed", place=Place(field="unit"), name=unit.name)
    name, address, secret = tidy(name), address.strip(), secret.strip()
    if not name:
        raise Problem("reminder.no_name", place=Place(field="name"))
    if _SECRET.fullmatch(secret) is None:
        raise Problem("reminder.secret", place=Place(field="secret"))
    if kind is ChannelKind.MAIL:
        check_mail(address, settings)
    else:
        check_robot(kind, address, settings)
    row = ReminderChannel(
        unit_id=unit.id if unit is not None else None, kind=kind, name=name, address=address,
        secret=secret if kind is ChannelKind.DINGTALK else "", created_by_id=actor.id, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, "reminder_channel.added", now=now, actor=actor, **_about(row))
    return row


def end(session: Session, channel: Channel, *, actor: Person, now: datetime) -> None:
    """Send nothing there any more; its address and secret are forgotten, what was sent stays on record."""
    if channel.row.ended_at is not None:
        return
    channel.row.ended_at = now
    channel.row.address = channel.row.secret = ""
    audit.record(session, "reminder_channel.ended", now=now, actor=actor, **_about(channel.row))
    session.flush()


def record_test(session: Session, channel: Channel, *, actor: Person, now: datetime) -> None:
    """Keep that somebody sent a message to try it."""
    audit.record(session, "reminder_channel.tested", now=now, actor=actor, **_about(channel.row))


def _about(row: ReminderChannel) -> dict[str, Any]:
    """What the trail tells of a channel: its name, never its address."""
    return {"on": row, "unit_id": row.unit_id, "name": row.name, "channel": row.kind.value}


def allowed_beside(settings: Settings) -> Sequence[str]:
    """The beginnings of addresses that the administrator allows beside those of the robots' makers."""
    return tuple(one.rstrip("/").lower() for one in settings.reminder_addresses.split())


def check_robot(kind: ChannelKind, address: str, settings: Settings) -> None:
    """Raise Problem unless an address leads to a robot of the kind, or where the administrator allows."""
    door = DOORS[kind]
    wrong = Problem("reminder.address", place=Place(field="address"), origin=door.origin, path=door.path,
                    secret=door.secret)  # fmt: skip
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable() or " " in address:
        raise wrong
    try:
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}".lower()
        given = parse_qs(parts.query, max_num_fields=10).get(door.secret, [])
    except ValueError:
        raise wrong from None
    if origin in allowed_beside(settings) and not parts.fragment:
        return
    if origin != door.origin or parts.path != door.path or len(given) != 1 or parts.fragment:
        raise wrong


def check_mail(address: str, settings: Settings) -> None:
    """Raise Problem unless mail can be sent from here, and the address is one of mail."""
    missing = [
        f"SUYU_LEARN_{name.upper()}" for name in ("smtp_host", "smtp_sender") if not getattr(settings, name)
    ]  # fmt: skip
    if missing:
        raise Problem("reminder.mail_not_set", place=Place(field="kind"), missing=missing)
    if len(address) > 200 or _MAIL.fullmatch(address) is None:
        raise Problem("reminder.mail_address", place=Place(field="address"), example=EXAMPLE)


def masked(row: ReminderChannel) -> str:
    """An address as it may be shown: without what makes it a robot's, but for the last signs."""
    if row.kind is ChannelKind.MAIL or not row.address:
        return row.address
    parts = urlsplit(row.address)
    tail = row.address[-SHOWN_SIGNS:] if len(row.address) > 4 * SHOWN_SIGNS else ""
    return f"{parts.hostname or ''}…{tail}"
