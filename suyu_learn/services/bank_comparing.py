"""What a file says twice, and what a bank has already: duplicates, and the same question with another answer.

A bank has what is not retired, published or not: a file that comes again while its questions wait for review, or are
drafts, is known again. What counts of a question is its newest version that is not retired.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.identity import only_the_order_differs, same_key
from suyu_learn.models import Bank, Import, Person, Question, QuestionVersion, RowOutcome, Status
from suyu_learn.services.bank_import_rows import kept_problem

DUPLICATE_IN = ("bank.duplicate_in_file", "bank.duplicate_in_sheet", "bank.duplicate_in_text")
CONFLICT_IN = ("bank.conflict_in_file", "bank.conflict_in_sheet", "bank.conflict_in_text")
ORDER_IN = ("bank.order_in_file", "bank.order_in_sheet", "bank.order_in_text")
IN_BANK = ("bank.duplicate_in_bank", "bank.conflict_in_bank", "bank.order_in_bank")

COMPARING = frozenset((*DUPLICATE_IN, *CONFLICT_IN, *ORDER_IN, *IN_BANK))
"""What is said of a question because of others."""

_PART = 500


@dataclass(frozen=True, slots=True)
class Known:
    """A question that a bank has already, and what a file's question with the same wording is beside it."""

    question_id: int
    uid: str
    import_id: int | None
    body: Mapping[str, Any]

    def verdict(self, body: Mapping[str, Any]) -> tuple[RowOutcome, str]:
        """What a question with this body comes to, and the code that says so."""
        duplicate, conflict, order = IN_BANK
        if same_key(self.body, body):
            return RowOutcome.DUPLICATE, duplicate
        return RowOutcome.DOUBTFUL, order if only_the_order_differs(self.body, body) else conflict


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
            codes = ORDER_IN if only_the_order_differs(former["data"]["body"], data["body"]) else CONFLICT_IN
            row["outcome"] = former["outcome"] = RowOutcome.DOUBTFUL
            row["problems"].append(_twice(codes, row, former))
            former["problems"].append(_twice(codes, former, row))


def _twice(codes: tuple[str, str, str], row: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a row because of another one; a file of one nameless sheet has only rows, a text has numbers."""
    in_file, in_sheet, in_text = codes
    where = {"row": other["row"]}
    if other["sheet"]:
        return kept_problem(Problem(in_sheet, place=_at(row), sheet=other["sheet"], **where))
    if (number := other["data"].get("number")) is not None:
        return kept_problem(Problem(in_text, place=_at(row), number=number, **where))
    return kept_problem(Problem(in_file, place=_at(row), **where))


def compare_with_bank(session: Session, target: Bank, rows: Sequence[dict[str, Any]]) -> None:
    """Find what the bank has already."""
    open_ones = [row for row in rows if row["outcome"] is not RowOutcome.DUPLICATE]
    known = known_in(session, target, (row["data"]["identity"] for row in open_ones))
    if not known:
        return
    found_in = origins(session, target)
    for row in open_ones:
        found = known.get(row["data"]["identity"])
        if found is None:
            continue
        one = likest(found, row["data"]["body"])
        row["data"]["stands"] = {"question_id": one.question_id, "uid": one.uid}
        row["outcome"], code = one.verdict(row["data"]["body"])
        told = Problem(code, place=_at(row), uid=one.uid, known=found_in.get(one.import_id, (one.uid,)))
        row["problems"].append(kept_problem(told))


def known_in(
    session: Session, target: Bank, identities: Iterable[str], *, but: int | None = None
) -> dict[str, list[Known]]:
    """What a bank has of some identities; what came with the import `but` does not count.

    It looks up what is asked for and never reads the bank as a whole.
    """
    if session.scalar(select(Question.id).where(Question.bank_id == target.id).limit(1)) is None:
        return {}
    wanted = sorted(set(identities))
    found: dict[str, list[Known]] = {}
    for start in range(0, len(wanted), _PART):
        rows = session.execute(
            select(Question.identity, Question.id, Question.uid, Question.import_id, QuestionVersion.body)
            .join(QuestionVersion, QuestionVersion.question_id == Question.id)
            # A sum is in no index: else SQLite goes through the bank rather than look up each identity.
            .where(Question.identity.in_(wanted[start : start + _PART]), Question.bank_id + 0 == target.id,
                   Question.retired_at.is_(None), newest_kept())
        )  # fmt: skip
        for identity, question_id, uid, import_id, body in rows:
            if but is None or import_id != but:
                found.setdefault(identity, []).append(Known(question_id, uid, import_id, body))
    return found


def newest_kept() -> ColumnElement[bool]:
    """That a version is its question's newest that is not retired: the one that counts in comparing."""
    newer = aliased(QuestionVersion)
    overtaken = exists().where(
        newer.question_id == QuestionVersion.question_id, newer.number > QuestionVersion.number,
        newer.status != Status.RETIRED,
    )  # fmt: skip
    return (QuestionVersion.status != Status.RETIRED) & ~overtaken


def likest(found: Sequence[Known], body: Mapping[str, Any]) -> Known:
    """Of several questions with the same wording the one with the same answer, else the first."""
    return next((one for one in found if same_key(one.body, body)), found[0])


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
