"""The certificates of the records that a filter finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Certificate, Completion
from suyu_learn.services.certificates import MOST_IN_A_FILE
from suyu_learn.services.record_filters import Filter, Source, Status
from suyu_learn.services.record_queries import query_of


def found(session: Session, wanted: Filter) -> Sequence[Certificate]:
    """Those that stand, of completions that stand, in the order of the records; raises Problem for none or too many."""
    query = (
        _standing(select(Certificate), wanted).options(joinedload(Certificate.completion))
        .order_by(Completion.completed_at, Completion.id).limit(MOST_IN_A_FILE + 1)
    )  # fmt: skip
    rows = session.scalars(query).all()
    if not rows:
        raise Problem("certificate.none_to_print")
    if len(rows) > MOST_IN_A_FILE:
        count = session.scalar(_standing(select(func.count(Certificate.id)), wanted)) or 0
        raise Problem("certificate.too_many", most=MOST_IN_A_FILE, count=count)
    return rows


def _standing(query: Select[Any], wanted: Filter) -> Select[Any]:
    done = replace(wanted, status=Status.COMPLETED, source=Source.COMPLETIONS, changed_since=None)
    ids = query_of(done).with_only_columns(Completion.id).order_by(None)
    return query.join(Completion, Completion.id == Certificate.completion_id).where(
        Completion.id.in_(ids), Certificate.revoked_at.is_(None)
    )
