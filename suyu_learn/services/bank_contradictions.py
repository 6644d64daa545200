"""What stands against the doubtful questions of a preview: the same question with another answer, elsewhere in the file
or in the bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.questions.identity import same_key
from suyu_learn.models import Import, ImportRow, Question, QuestionVersion, RowOutcome
from suyu_learn.services.bank_comparing import newest_kept

MOST = 5
"""Rows of the file told against one of them; more help nobody to decide."""


@dataclass(frozen=True, slots=True)
class Against:
    """The same question with another answer: a row of the file, or a version in the bank."""

    row: ImportRow | None = None
    version: QuestionVersion | None = None


def against(session: Session, batch: Import, rows: Sequence[ImportRow]) -> Mapping[int, Sequence[Against]]:
    """What stands against each doubtful row, by its id: the bank's question first, then rows of the file."""
    doubtful = [row for row in rows if row.outcome is RowOutcome.DOUBTFUL and "body" in row.data]
    if not doubtful:
        return {}
    versions = _in_bank(session, doubtful)
    alike = _in_file(session, batch, doubtful)
    found = {}
    for row in doubtful:
        version = versions.get(row.data.get("stands", {}).get("question_id"))
        told = [Against(version=version)] if version is not None else []
        told += [
            Against(row=other)
            for other in alike.get(row.data["identity"], ())
            if other.id != row.id and not same_key(other.data["body"], row.data["body"])
        ][:MOST]
        found[row.id] = told
    return found


def _in_bank(session: Session, rows: Sequence[ImportRow]) -> Mapping[int, QuestionVersion]:
    wanted = {row.data["stands"]["question_id"] for row in rows if "stands" in row.data}
    versions = session.scalars(
        select(QuestionVersion)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Question.id.in_(wanted), Question.retired_at.is_(None), newest_kept())
    )
    return {one.question_id: one for one in versions}


def _in_file(session: Session, batch: Import, rows: Sequence[ImportRow]) -> Mapping[str, Sequence[ImportRow]]:
    wanted = {row.data["identity"] for row in rows}
    others = session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == batch.id, ImportRow.outcome == RowOutcome.DOUBTFUL,
               ImportRow.data["identity"].as_string().in_(wanted))
        .order_by(ImportRow.id)
    )  # fmt: skip
    found: dict[str, list[ImportRow]] = {}
    for row in others:
        found.setdefault(row.data["identity"], []).append(row)
    return found
