"""What a person says of a table's columns: asked where the headings leave a doubt, and remembered by the headings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content.formats.question_guess import TableLook
from suyu_learn.db import upsert
from suyu_learn.domain.problems import Problem
from suyu_learn.hooks import BankFormat
from suyu_learn.models import ColumnMap
from suyu_learn.services.bank_imports import Upload

LARGEST_LOOKED_AT = 3_000_000
"""Bytes of a file that is looked at before it is read; in larger ones the headings are taken by their word."""


def looks(form: BankFormat, upload: Upload) -> Sequence[TableLook]:
    """The sheets of a table with what their columns are taken for; empty for what is no table, or cannot be read."""
    look = getattr(form, "look", None)
    if look is None:
        return ()
    options = {"encoding": upload.encoding, "columns": upload.columns}
    try:
        found: Sequence[TableLook] = look(upload.content, file_name=upload.file_name, options=options)
    except Problem:
        return ()
    return found


def doubtful(looked: Sequence[TableLook]) -> bool:
    """Whether a person should say what the columns are before the file is read."""
    return any(one.doubtful and len(one.headings) > 1 for one in looked)


def signature(looked: Sequence[TableLook]) -> str:
    """The sha256 of all headings in their order."""
    return sha256(json.dumps([list(one.headings) for one in looked], ensure_ascii=False).encode()).hexdigest()


def remembered(session: Session, person_id: int, looked: Sequence[TableLook]) -> Mapping[str, Any]:
    """What the person said of a table with the same headings before; empty if nothing, or if there are no headings."""
    if not any(any(one.headings) for one in looked):
        return {}
    found = session.scalar(
        select(ColumnMap).where(ColumnMap.person_id == person_id, ColumnMap.signature == signature(looked))
    )
    if found is None:
        return {}
    told: Mapping[str, Any] = found.columns
    return dict(zip((one.sheet for one in looked), told["sheets"], strict=False))


def remember(
    session: Session, person_id: int, looked: Sequence[TableLook], columns: Mapping[str, Any], *, now: datetime
) -> None:
    """Keep what the person said for the next table with the same headings, whatever its sheets are called.

    Of two who say it in the same moment the later one counts; a look first would let both insert.
    """
    told = {"columns": {"sheets": [columns.get(one.sheet, {}) for one in looked]}, "used_at": now}
    session.execute(
        upsert(session, ColumnMap)
        .values(person_id=person_id, signature=signature(looked), **told)
        .on_conflict_do_update(index_elements=["person_id", "signature"], set_=told)
    )
