"""What a file says twice, and what a bank has already: duplicates, and the same question with another answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.identity import same_key
from suyu_learn.models import Bank, Import, Person, Question, QuestionVersion, RowOutcome
from suyu_learn.services.bank_import_rows import kept_problem

DUPLICATE_IN = ("bank.duplicate_in_file", "bank.duplicate_in_sheet")
CONFLICT_IN = ("bank.conflict_in_file", "bank.conflict_in_sheet")


COMPARING = frozenset((*DUPLICATE_IN, *CONFLICT_IN, "bank.duplicate_in_bank", "bank.conflict_in_bank"))
"""What is said of a question because of others."""


def compare_within(rows: Sequence[dict[str, Any]]) -> None:
    """Find what a file says twice: with the same answer a duplicate, with another one a doubt about both."""
    first: dict[str, dict[str, Any]] = {}
    for row in rows:
        data = row["data"]
        former = first.setdefault(data["identity"], row)
        if former is row:
            continue
        if same_key(former["data"]["body"], data["body"]):
            row["outcome"] = RowOutcome.DUPLICATE
            row["problems"].append(_twice(DUPLICATE_IN, row, former))
        else:
            row["outcome"] = former["outcome"] = RowOutcome.DOUBTFUL
            row["problems"].append(_twice(CONFLICT_IN, row, former))
            former["problems"].append(_twice(CONFLICT_IN, former, row))


def _twice(codes: tuple[str, str], row: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a row because of another one; a file of one nameless sheet has only rows."""
    in_file, in_sheet = codes
    where = {"row": other["row"], **({"sheet": other["sheet"]} if other["sheet"] else {})}
    return kept_problem(Problem(in_sheet if other["sheet"] else in_file, place=_at(row), **where))


def compare_with_bank(
    session: Session, target: Bank, rows: Sequence[dict[str, Any]], *, identities: Sequence[str] = ()
) -> None:
    """Find what the bank has already; where few `identities` are asked for, only those are looked up."""
    asked = (Question.identity.in_(identities),) if identities else ()
    known = {
        identity: (question_id, uid, import_id, body)
        for identity, question_id, uid, import_id, body in session.execute(
            select(Question.identity, Question.id, Question.uid, Question.import_id, QuestionVersion.body)
            .join(QuestionVersion, Question.published_version_id == QuestionVersion.id)
            .where(Question.bank_id == target.id, *asked)
        )
    }
    if not known:
        return
    found_in = origins(session, target)
    for row in rows:
        found = known.get(row["data"]["identity"])
        if found is None or row["outcome"] is RowOutcome.DUPLICATE:
            continue
        question_id, uid, import_id, body = found
        told = {"uid": uid, "known": found_in.get(import_id, (uid,))}
        row["data"]["stands"] = {"question_id": question_id, "uid": uid}
        if same_key(body, row["data"]["body"]):
            row["outcome"] = RowOutcome.DUPLICATE
            row["problems"].append(kept_problem(Problem("bank.duplicate_in_bank", place=_at(row), **told)))
        else:
            row["outcome"] = RowOutcome.DOUBTFUL
            row["problems"].append(kept_problem(Problem("bank.conflict_in_bank", place=_at(row), **told)))


def origins(session: Session, target: Bank) -> dict[int | None, tuple[object, ...]]:
    """What tells people which import a question came with: its file, when, and who; by the import's id."""
    rows = session.execute(
        select(Import.id, Import.file_name, Import.done_at, Import.created_at, Person.name)
        .outerjoin(Person, Person.id == Import.actor_id)
        .where(Import.bank_id == target.id)
    )
    return {row.id: tuple(filter(None, (row.file_name, row.done_at or row.created_at, row.name))) for row in rows}


def _at(row: Mapping[str, Any]) -> Place:
    return Place(sheet=row["sheet"], row=row["row"], field="answer")


def place_warnings(rows: Iterable[dict[str, Any]], warnings: Iterable[Problem]) -> None:
    by_place = {(row["sheet"], row["row"]): row for row in rows}
    for warning in warnings:
        row = by_place.get((warning.place.sheet, warning.place.row or 0)) if warning.place.row is not None else None
        if row is not None:
            row["problems"].append(kept_problem(warning))
