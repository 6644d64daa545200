"""Papers whose questions an organizer picks: adding, ordering, weighing and removing them while the exam is a draft."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from suyu_learn.domain.papers.arrange import PAPER_ORDER
from suyu_learn.domain.papers.points import share_out
from suyu_learn.domain.papers.specification import GROUP
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Bank, Exam, ExamState, Paper, PaperMode, PaperPick, Question, QuestionVersion

MOST_PICKS = 500
MOST_POINTS = 1000
_PART = 500
_ORDER = {code: place for place, code in enumerate(PAPER_ORDER)}


@dataclass(frozen=True, slots=True)
class Pick:
    """A question on a paper, or the passage before its questions, which is worth nothing."""

    version_id: int
    question_id: int
    type: str
    points: Decimal
    bank_id: int
    group_id: int | None = None
    """The passage that it belongs to, as a question."""
    published: int | None = None
    """The version that is published now; None where there is none, or the bank is in the bin."""

    @property
    def whole(self) -> int:
        """What is moved and removed together: the passage, else the question."""
        return self.group_id if self.group_id is not None else self.question_id


def picks_of(session: Session, paper: Paper) -> list[Pick]:
    """What stands on a paper, in its order."""
    rows = session.execute(
        select(PaperPick.version_id, PaperPick.points, QuestionVersion.type, Question.id, Question.group_id,
               Question.published_version_id, Question.bank_id, Bank.deleted_at)
        .join(QuestionVersion, QuestionVersion.id == PaperPick.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(PaperPick.paper_id == paper.id).order_by(PaperPick.position)
    )  # fmt: skip
    return [
        Pick(row.version_id, row.id, row.type, row.points, row.bank_id, row.group_id,
             row.published_version_id if row.deleted_at is None else None)
        for row in rows
    ]  # fmt: skip


def fault(session: Session, paper: Paper) -> Problem | None:
    """Why a paper of picked questions cannot be given, or None."""
    picks = picks_of(session, paper)
    if not any(one.type != GROUP for one in picks):
        return Problem("paper.empty")
    gone = sum(one.published is None and one.type != GROUP for one in picks)
    return Problem("paper.picks_gone", count=gone) if gone else None


def follow(session: Session, paper: Paper) -> None:
    """Let a draft ask the versions that are published now; what was retired stays, so that it can be told."""
    for one in picks_of(session, paper):
        if one.published is not None and one.published != one.version_id:
            session.execute(
                update(PaperPick).where(PaperPick.paper_id == paper.id, PaperPick.version_id == one.version_id)
                .values(version_id=one.published)
            )  # fmt: skip
    session.expire(paper, ["picks"])


def add(
    session: Session, exam: Exam, question_ids: Iterable[int], *, banks: Collection[int], points: Decimal | None = None
) -> int:
    """Put questions at the end of their sections; how many came in. What is on the paper already stays once.

    A question of a passage brings the whole passage. Without `points` each is worth what its author suggested, else 1.
    Raises Problem for what is not published, or not in one of the banks.
    """
    _require_draft(exam)
    there = picks_of(session, exam.paper)
    known = {one.question_id for one in there}
    found = _found(session, set(question_ids))
    if any(row.bank_id not in banks or row.version_id is None for row in found):
        raise Problem("paper.pick_unpublished", place=Place(field="question"))
    fresh = [
        Pick(row.version_id, row.question_id, row.type, _points(row, points), row.bank_id, row.group_id, row.version_id)
        for row in found
        if row.question_id not in known
    ]
    if len(there) + len(fresh) > MOST_PICKS:
        raise Problem("paper.too_many_picks", most=MOST_PICKS, place=Place(field="question"))
    put(session, exam.paper, [*there, *fresh])
    return sum(one.type != GROUP for one in fresh)


def _found(session: Session, ids: set[int]) -> list[Any]:
    """The questions and, of passages, all that is published in them; raises Problem for what is not there."""
    columns = (
        Question.id.label("question_id"), Question.group_id, Question.bank_id, Question.group_position,
        Question.published_version_id.label("version_id"), QuestionVersion.type, QuestionVersion.points,
    )  # fmt: skip
    query = (
        select(*columns).join(Bank, Bank.id == Question.bank_id)
        .outerjoin(QuestionVersion, QuestionVersion.id == Question.published_version_id)
        .where(Bank.deleted_at.is_(None))
    )  # fmt: skip
    asked = _in_parts(session, query, Question.id, ids)
    if len(asked) < len(ids):
        raise Problem("paper.pick_unpublished", place=Place(field="question"))
    groups = {row.group_id or row.question_id for row in asked if row.group_id or row.type == GROUP}
    heads = {row.question_id: row for row in _in_parts(session, query, Question.id, groups)}
    members: dict[int, list[Any]] = {}
    for row in _in_parts(session, query.where(Question.published_version_id.is_not(None)), Question.group_id, groups):
        members.setdefault(row.group_id, []).append(row)
    found: list[Any] = []
    told: set[int] = set()
    for row in asked:
        head = row.group_id or (row.question_id if row.type == GROUP else None)
        if head is None:
            found.append(row)
        elif head not in told:
            told.add(head)
            inner = sorted(members.get(head, ()), key=lambda one: (one.group_position or 0, one.question_id))
            found += [*([heads[head]] if head in heads else []), *inner]
    return found


def _in_parts(session: Session, query: Any, column: Any, ids: Collection[int]) -> list[Any]:
    wanted, found = sorted(ids), list[Any]()
    for start in range(0, len(wanted), _PART):
        found += session.execute(query.where(column.in_(wanted[start : start + _PART])).order_by(Question.id)).all()
    return found


def _points(row: Any, points: Decimal | None) -> Decimal:
    if row.type == GROUP:
        return Decimal(0)
    if points is not None:
        return points
    try:
        suggested = Decimal(row.points or "")
    except InvalidOperation:
        return Decimal(1)
    sound = suggested.is_finite() and 0 < suggested <= MOST_POINTS and suggested == round(suggested, 2)
    return suggested if sound else Decimal(1)


def put(session: Session, paper: Paper, picks: Sequence[Pick]) -> None:
    """Keep just these, section by section, passages whole."""
    rows = [
        {"paper_id": paper.id, "position": place, "version_id": one.version_id, "points": one.points}
        for place, one in enumerate(in_sections(picks), start=1)
    ]
    session.execute(delete(PaperPick).where(PaperPick.paper_id == paper.id))
    if rows:
        session.execute(insert(PaperPick), rows)
    session.expire(paper, ["picks"])


def in_sections(picks: Iterable[Pick]) -> list[Pick]:
    """The same by type as a paper has its sections; within one in their order, a passage before its questions."""
    wholes: dict[int, list[Pick]] = {}
    for one in picks:
        wholes.setdefault(one.whole, []).append(one)
    ordered = sorted(wholes.values(), key=lambda those: _place(those))
    return [one for those in ordered for one in sorted(those, key=lambda one: one.type != GROUP)]


def _place(whole: Sequence[Pick]) -> int:
    kind = GROUP if len(whole) > 1 or whole[0].group_id is not None else whole[0].type
    return _ORDER.get(kind, _ORDER[GROUP] - 1)


def remove(picks: Sequence[Pick], whole: int) -> list[Pick]:
    """Without one question, or one passage with all its questions."""
    return [one for one in picks if one.whole != whole]


def move(picks: Sequence[Pick], whole: int, *, up: bool) -> list[Pick]:
    """One question or passage moved by one place within its section."""
    wholes: dict[int, list[Pick]] = {}
    for one in in_sections(picks):
        wholes.setdefault(one.whole, []).append(one)
    order = list(wholes)
    if whole in wholes:
        at = order.index(whole)
        to = at - 1 if up else at + 1
        if 0 <= to < len(order) and _place(wholes[order[to]]) == _place(wholes[whole]):
            order[at], order[to] = order[to], order[at]
    return [one for number in order for one in wholes[number]]


def weighed(picks: Sequence[Pick], points: Mapping[int, Decimal]) -> list[Pick]:
    """The same with other points, by version."""
    return [replace(one, points=points.get(one.version_id, one.points)) for one in picks]


def hundred(picks: Sequence[Pick]) -> list[Pick] | None:
    """The same with points that come to 100, those alike staying alike; None where no round points do."""
    cells: dict[tuple[str, Decimal], int] = {}
    asked = [one for one in picks if one.type != GROUP]
    for one in asked:
        cells[one.type, one.points] = cells.get((one.type, one.points), 0) + 1
    shared = share_out(list(cells.values()), weights=[points for _type, points in cells])
    if shared is None:
        return None
    new = dict(zip(cells, shared, strict=True))
    return [replace(one, points=new[one.type, one.points]) if one.type != GROUP else one for one in picks]


def take_over(session: Session, exam: Exam, other: Exam, *, banks: Collection[int]) -> int:
    """Add what stands on another exam's paper, with its points; how many questions came in."""
    _require_draft(exam)
    there = picks_of(session, exam.paper)
    known = {one.question_id for one in there}
    fresh = [one for one in picks_of(session, other.paper) if one.question_id not in known]
    usable = [
        replace(one, version_id=one.published)
        for one in fresh
        if one.published is not None and one.bank_id in banks
    ]  # fmt: skip
    if len(there) + len(usable) > MOST_PICKS:
        raise Problem("paper.too_many_picks", most=MOST_PICKS, place=Place(field="exam"))
    put(session, exam.paper, [*there, *usable])
    return sum(one.type != GROUP for one in usable)


def with_picks(session: Session, exams: Sequence[Exam]) -> list[Exam]:
    """Those of the exams whose paper is the same for all, so that its questions can be taken over."""
    ids = {exam.paper_id: exam for exam in exams}
    having = set(session.scalars(select(PaperPick.paper_id).distinct()))
    return [exam for paper_id, exam in ids.items() if paper_id in having]


def _require_draft(exam: Exam) -> None:
    if exam.state is not ExamState.DRAFT or exam.paper.mode is not PaperMode.FIXED:
        raise Problem("exam.not_a_draft")
