"""A file that came in, kept with the import that tells of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from suyu_learn.models import Import, ImportFile, Person, new_key

LONGEST_NAME = 200


def keep(
    session: Session,
    kind: str,
    content: bytes,
    file_name: str,
    *,
    actor: Person | None,
    now: datetime,
    options: Mapping[str, Any],
    counts: Mapping[str, Any] | None = None,
    unit_id: int | None = None,
) -> Import:
    """The import, waiting in preview, with its file."""
    batch = Import(
        key=new_key(), kind=kind, file_name=file_name[-LONGEST_NAME:], sha256=hashlib.sha256(content).hexdigest(),
        size=len(content), unit_id=unit_id, actor_id=actor.id if actor is not None else None, created_at=now,
        options=dict(options), counts=dict(counts or {}),
    )  # fmt: skip
    session.add(batch)
    session.flush()
    session.add(ImportFile(import_id=batch.id, content=content))
    session.flush()
    return batch
