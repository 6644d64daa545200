"""When a lesson's page was made, signed for the person it was made for: nothing told by it was before that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from suyu_learn.models import Person
from suyu_learn.web.context import now, secret


def stamp(person: Person) -> str:
    """The present moment, for a page of this person to carry."""
    return str(_signer().dumps([person.id, int(now().timestamp())]))


def made_at(said: Any, person: Person) -> datetime | None:
    """When the page was made that carries this stamp; None for what is no stamp of this person."""
    try:
        person_id, seconds = _signer().loads(said if isinstance(said, str) else "")
        return datetime.fromtimestamp(seconds, UTC) if person_id == person.id else None
    except (BadSignature, ValueError, TypeError):
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(secret(), salt="suyu-learn-lesson-page")
