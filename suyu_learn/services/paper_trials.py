"""Drawing papers on trial, to tell how hard they will be before anybody sits them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.papers.difficulty import Expected, expected, on_trial, parts
from suyu_learn.domain.papers.draw import Assembly
from suyu_learn.domain.papers.specification import Part
from suyu_learn.models import Bank, Paper, PaperMode, Question, QuestionVersion
from suyu_learn.services import bank_figures, papers
from suyu_learn.services.versions import Versions


def difficulty(session: Session, paper: Paper, *, versions: Versions) -> Expected | None:
    """How hard a paper is by its authors and by results, over papers drawn on trial; None where none can be drawn."""
    if paper.picks:
        asked = [_picked(session, paper)]
    else:
        if papers.check(session, paper) is not None:
            return None
        assembly = papers.assembled(session, paper)
        asked = [_once(assembly, paper)] if paper.mode is PaperMode.DRAWN_ONCE else on_trial(assembly)
    return expected(asked, _observed(session, (part for one in asked for part in one), versions))


def _once(assembly: Assembly, paper: Paper) -> list[Part]:
    """The paper that publishing will draw."""
    by_version = {one.version_id: one for cell in assembly.pool.cells for one in cell.questions}
    return parts(assembly.draw(Random(paper.seed)), by_version)


def _picked(session: Session, paper: Paper) -> list[Part]:
    rows = session.scalars(
        select(QuestionVersion).where(QuestionVersion.id.in_([pick.version_id for pick in paper.picks if pick.points]))
    )
    return [Part(one.question_id, one.type, difficulty=one.difficulty.value) for one in rows]


def _observed(session: Session, asked: Iterable[Part], versions: Versions) -> dict[int, Decimal]:
    """The share right of the questions that enough people answered."""
    ids = {part.question_id for part in asked}
    banks = session.scalars(select(Bank).where(Bank.id.in_(_banks_of(session, ids)))).all()
    return {
        question_id: figures.share_right
        for row in banks
        for question_id, figures in bank_figures.of_bank(session, row, versions=versions, suppress=True).items()
        if question_id in ids and figures.share_right is not None
    }


def _banks_of(session: Session, ids: set[int]) -> set[int]:
    found: set[int] = set()
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):
        found.update(
            session.scalars(select(Question.bank_id).distinct().where(Question.id.in_(wanted[start : start + 500])))
        )
    return found
