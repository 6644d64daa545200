"""The scan of an event's code, remembered in the browser for the minutes that signing in takes, with its moment.

It belongs to who was signed in then, or else to who signs in first; another person on the same phone has none, nor has
another browser to which the session alone was carried.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from suyu_learn.web.browser import browser
from suyu_learn.web.context import now
from suyu_learn.web.session import get, pop, put

LASTS = timedelta(minutes=3)
_SCANNED = "scanned"


def keep(event_key: str, *, person_id: int | None) -> None:
    """Remember that a good code of an event was scanned just now."""
    put(_SCANNED, {"event": event_key, "at": int(now().timestamp()), "person": person_id, "browser": browser().id})


def scanned_at(event_key: str, *, person_id: int | None) -> datetime | None:
    """When this person scanned a good code of the event, if that is not long ago; None for the scan of another."""
    kept = get(_SCANNED)
    if not isinstance(kept, dict) or kept.get("event") != event_key or kept.get("person") not in (None, person_id):
        return None
    if kept.get("browser") != browser().id:
        return None
    at = datetime.fromtimestamp(kept["at"], UTC)
    return at if at <= now() <= at + LASTS else None


def belongs_to(person_id: int) -> None:
    """Give the scan that nobody has yet to a person who is signed in; that of somebody else is forgotten."""
    kept = get(_SCANNED)
    if isinstance(kept, dict) and kept.get("person") is None:
        put(_SCANNED, {**kept, "person": person_id})
    elif isinstance(kept, dict) and kept["person"] != person_id:
        forget()


def forget() -> None:
    """Let no scan stay for the next person."""
    pop(_SCANNED)
