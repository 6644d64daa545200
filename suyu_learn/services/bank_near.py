"""Questions of a preview that are nearly the same as others of the file, or of the bank: told, never dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.questions.identity import bare, same_key
from suyu_learn.domain.questions.likeness import NEAR, likeness, near_pairs, pairs_of
from suyu_learn.models import Import, ImportRow, ImportState, Question, QuestionVersion, RowOutcome
from suyu_learn.services.bank_comparing import newest_kept
from suyu_learn.services.bulk import without_collecting

MOST_KEPT = 200
AT_ONCE = 400
"""Up to so many new questions are looked through while the file is read; more are a step of their own."""
AT_ONCE_IN_BANK = 3_000
MOST_PAIRS_OF_SIGNS = 3_000_000
"""Of all texts together, which is 30,000 questions of the usual length; more would fill the memory."""
GOOD = (RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.DOUBTFUL)


@dataclass(frozen=True, slots=True)
class Near:
    """Two questions nearly the same: one of the file, and one of the file or of the bank."""

    row: ImportRow
    other_row: ImportRow | None
    body: Mapping[str, Any]
    other: Mapping[str, Any]
    likeness: float
    conflict: bool
    """Whether the stems are the same and the answers are not."""


@without_collecting()
def looked_for(session: Session, batch: Import) -> dict[str, Any]:
    """What `keep` keeps: the near pairs of a preview. It reads only, and may take seconds."""
    rows = session.execute(
        select(ImportRow.id, ImportRow.data)
        .where(ImportRow.import_id == batch.id, ImportRow.outcome.in_(GOOD)).order_by(ImportRow.id)
    ).all()  # fmt: skip
    own = [(row_id, data["body"], data["identity"]) for row_id, data in rows
           if "body" in data and data["type"] != "group"]  # fmt: skip
    stored = session.execute(
        select(Question.id, QuestionVersion.body, Question.identity)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(Question.bank_id == batch.bank_id, Question.retired_at.is_(None), QuestionVersion.type != "group",
               newest_kept()).order_by(Question.id)
    ).all()  # fmt: skip
    texts, left = [], MOST_PAIRS_OF_SIGNS
    for _id, body, _identity in (*own, *stored):
        texts.append(pairs_of(body) if left > 0 else frozenset())
        left -= len(texts[-1])
    found = near_pairs(texts, new=len(own))
    told = []
    for pair in found.pairs:
        row_id, body, identity = own[pair.one]
        inside = pair.other < len(own)
        other_id, other, same = own[pair.other] if inside else stored[pair.other - len(own)]
        if identity == same:  # not merely near: told as a duplicate, or as a doubt to be decided
            continue
        told.append({"row": row_id, "other_row" if inside else "question": other_id,
                     "conflict": contradict(body, other)})  # fmt: skip
    told.sort(key=lambda one: not one["conflict"])
    return {"pairs": told[:MOST_KEPT], "count": len(told), "complete": found.complete and left > 0}


def keep(session: Session, batch: Import, found: Mapping[str, Any]) -> None:
    """Keep what was found with the preview."""
    batch.options = {**batch.options, "near": dict(found)}
    session.flush()


def is_small(session: Session, batch: Import) -> bool:
    """Whether looking takes no time to speak of."""
    own = batch.counts["imported"] + batch.counts["doubtful"]
    if own > AT_ONCE:
        return False
    stored = select(func.count()).where(Question.bank_id == batch.bank_id).select_from(Question)
    return (session.scalar(stored) or 0) <= AT_ONCE_IN_BANK


def looked(batch: Import) -> bool:
    """Whether near pairs were looked for already, or need not be any more."""
    return "near" in batch.options or "stage" in batch.options or batch.state is not ImportState.PREVIEW


def near_in(session: Session, batch: Import, *, offset: int = 0, limit: int = MOST_KEPT) -> Sequence[Near]:
    """The pairs as they stand now, contradictions first; what was mended apart or left out is not told any more."""
    kept = batch.options.get("near", {}).get("pairs", ())[offset : offset + limit]
    wanted = {one[name] for one in kept for name in ("row", "other_row") if name in one}
    rows = {row.id: row for row in session.scalars(select(ImportRow).where(ImportRow.id.in_(wanted)))}
    bodies: dict[int, Mapping[str, Any]] = dict(session.execute(
        select(Question.id, QuestionVersion.body)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(Question.id.in_([one["question"] for one in kept if "question" in one]), newest_kept())
    ).all())  # fmt: skip
    found = []
    for one in kept:
        row, other_row = rows.get(one["row"]), rows.get(one.get("other_row", 0))
        body, other = _body(row), _body(other_row) if "other_row" in one else bodies.get(one["question"])
        if row is None or body is None or other is None:
            continue
        alike = likeness(pairs_of(body), pairs_of(other))
        if alike >= NEAR:
            found.append(Near(row, other_row, body, other, alike, contradict(body, other)))
    return sorted(found, key=lambda near: (not near.conflict, -near.likeness, near.row.id))


def contradict(body: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two questions ask the same and answer otherwise."""
    return bare(body.get("stem", "")) == bare(other.get("stem", "")) and not same_key(body, other)


def _body(row: ImportRow | None) -> Mapping[str, Any] | None:
    if row is None or row.outcome not in GOOD or "body" not in row.data:
        return None
    body: Mapping[str, Any] = row.data["body"]
    return body
