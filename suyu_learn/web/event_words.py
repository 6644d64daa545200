"""Events in words: when, how long, who came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from suyu_learn.models import Attendance, AttendanceChange, AttendanceWay, Event, Unit
from suyu_learn.services import events, people
from suyu_learn.services.attendance import Present
from suyu_learn.web.context import learn, session
from suyu_learn.web.forms.events import KINDS
from suyu_learn.web.i18n import N_, _, credit_hours, dated_time, local_time, number
from suyu_learn.web.pages.common import Row

WAYS = {
    AttendanceWay.CODE: N_("by the code"),
    AttendanceWay.SHEET: N_("from the sheet"),
    AttendanceWay.FORM: N_("entered by hand"),
}


def when(event: Event, *, dated: bool = False) -> str:
    """From when to when; the day stands once where it is one."""
    zone, say = learn().zone, dated_time if dated else local_time
    ends = event.ends_at.astimezone(zone)
    same = ends.date() == event.starts_at.astimezone(zone).date()
    return _("%(starts)s to %(ends)s", starts=say(event.starts_at), ends=f"{ends:%H:%M}" if same else say(ends))


def facts(event: Event, *, dated: bool = False) -> tuple[Row, ...]:
    """What an event is, for everybody."""
    said = (
        (_("Kind"), _(KINDS[event.kind])),
        (_("When"), when(event, dated=dated)),
        (_("Where"), event.place),
        (_("Who teaches"), event.trainer),
        (_("Worth"), credit_hours(event.hours)),
    )
    return tuple(Row(label, value) for label, value in said if value)


def whose(event: Event) -> tuple[Row, ...]:
    """For whom it is, and for which programme."""
    unit = session().get(Unit, event.unit_id) if event.unit_id is not None else None
    rows = [Row(_("For the people of"), people.path_names(session(), unit) if unit is not None else _("all units"))]
    held = events.held_for(session(), event)
    if held is not None:
        rows.append(Row(_("Programme"), _("%(programme)s: %(part)s", programme=held.programme.title,
                                          part=held.part.title)))  # fmt: skip
    return tuple(rows)


def times(row: Attendance) -> str:
    """From when to when somebody was there."""
    if row.left_at is None:
        return _("since %(time)s", time=local_time(row.came_at))
    return _("%(starts)s to %(ends)s", starts=clock(row.came_at), ends=clock(row.left_at, beside=row.came_at))


def clock(moment: datetime | None, *, beside: datetime | None = None) -> str:
    """A moment; beside another of the same day the time alone."""
    if moment is None:
        return ""
    zone = learn().zone
    if beside is not None and moment.astimezone(zone).date() == beside.astimezone(zone).date():
        return f"{moment.astimezone(zone):%H:%M}"
    return local_time(moment)


def brought(row: Attendance) -> str:
    """The hours of an attendance, or why there are none yet."""
    if row.voided_at is not None:
        return _("taken back")
    return number(row.hours) if row.hours is not None else _("open: did not check out")


def changed(change: AttendanceChange) -> str:
    """What a correction changed."""
    old, new = _said(change.old), _said(change.new)
    return _("%(old)s → %(new)s", old=old, new=new)


def _said(state: Mapping[str, Any]) -> str:
    if state.get("voided"):
        return _("taken back")
    came = datetime.fromisoformat(state["came_at"])
    left = datetime.fromisoformat(state["left_at"]) if state.get("left_at") else None
    if left is None:
        return _("since %(time)s", time=local_time(came))
    return _("%(starts)s to %(ends)s, %(hours)s hours", starts=clock(came), ends=clock(left, beside=came),
             hours=number(Decimal(state.get("hours") or 0)))  # fmt: skip


def forgot(rows: list[Present]) -> list[str]:
    """The names of those of whom nobody knows when they left."""
    return [one.person.name for one in rows if one.forgot]
