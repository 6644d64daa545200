"""The item analysis of an exam: each question, its options by score group, and how far the points can be relied on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import CTE, BigInteger, Float, Text, case, cast, func, literal, null, select, type_coerce
from sqlalchemy.orm import Session

from suyu_learn.domain.questions import Choice
from suyu_learn.domain.statistics import (
    Cell,
    ItemFigures,
    ItemSums,
    Raised,
    Reliability,
    ScoreGroup,
    ScoreGroups,
    Spent,
    Spread,
    flags_of,
    item_figures,
    reliability,
    score_groups,
    time_was_short,
)
from suyu_learn.models import Attempt, Exam, Question, QuestionVersion, Slot, Unit
from suyu_learn.services.question_times import NEWEST, times_of
from suyu_learn.services.regrading import KEY_FIELDS
from suyu_learn.services.report_hiding import NOTHING_HIDDEN, Hidden, hidden_in_groups
from suyu_learn.services.report_papers import MILLION, Papers, Tries, earned_cents, papers_of, summary
from suyu_learn.services.report_questions import OTHER, asks_alike
from suyu_learn.services.reports import Sight, own_path
from suyu_learn.services.versions import Asked, Versions

_SOMETHING = '""'


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One question of an exam; `choices` are its options as the version says whose key marked it."""

    question_id: int
    bank_id: int
    uid: str
    version: int
    asked: Asked
    number: int
    """Its place on the paper where that is the same for everybody, else its place in this list."""
    figures: ItemFigures
    choices: Mapping[str, Choice]
    flags: tuple[Raised, ...]
    spent: Spent | None
    in_group: bool
    """Whether it belongs to a passage."""
    hidden: Hidden = NOTHING_HIDDEN


@dataclass(frozen=True, slots=True)
class ItemReport:
    """The item analysis as one viewer may see it; lines in the order of the paper, or of uids where that differs."""

    tries: Tries
    papers: Papers
    lines: tuple[ItemLine, ...]
    groups: ScoreGroups | None
    reliability: Reliability | None
    common: int
    """Questions that are on every paper that is marked whole."""
    most: int
    """Questions on the longest paper."""
    short_of_time: bool
    suppressed: bool = False


def item_report(
    session: Session, exam: Exam, *, sight: Sight, versions: Versions, tries: Tries = Tries.FIRST,
    unit: Unit | None = None, suppress_below: int = 0, unshown: int | None = None,
) -> ItemReport:  # fmt: skip
    """The analysis of all closed attempts within sight that `tries` chooses; the number of statements is bounded.
    Papers of `unshown`, who reads it and may not know how they did, are left out.

    Who may not see names gets the whole of what is in sight, of first attempts: figures of parts, or of other attempts,
    would tell of few people by their difference.
    """
    few = 0 if sight.names.covers((unit.path if unit else own_path(session, exam)) or None) else suppress_below
    if few:
        tries, unit = Tries.FIRST, None
    papers = papers_of(session, exam, sight=sight, tries=tries, unit=unit, unshown=unshown)
    found = summary(session, papers, versions)
    groups = score_groups(found.whole)
    items = _merged(session, _items(session, papers, versions, groups), versions)
    whole = sum(found.whole.values())
    common = [one for one in items if one.compared == whole]
    questions = sorted({one.question_id for one in items})
    times = times_of(session, Question.id.in_(questions), newest=NEWEST,
                     among=Attempt.id.in_(select(papers.c.id)))  # fmt: skip
    in_place = all(one.place == one.last_place for one in items)
    items.sort(key=lambda one: (one.place if in_place else 0, one.uid, one.number))
    lines = [
        _line(one, one.place if in_place else number, times.get(one.question_id), few=few)
        for number, one in enumerate(items, start=1)
    ]
    return ItemReport(
        tries=tries,
        papers=found,
        lines=tuple(one for one in lines if one is not None),
        groups=groups,
        reliability=_reliability(session, papers, common) if whole else None,
        common=len(common) if whole else 0,
        most=max((one.last_place for one in items), default=0),
        short_of_time=time_was_short(found.reached, found.begun),
        suppressed=bool(few),
    )


class _Item:
    """What is gathered of one question: the versions that asked it alike, and the sums over its answers."""

    def __init__(self, asked: Asked, by: Asked, name: Any) -> None:
        self.asked, self.by = asked, by
        self.question_id, self.bank_id, self.uid, self.number = name
        self.versions: set[int] = set()
        self.cells: list[Cell] = []
        self.place, self.last_place = 0, 0
        self.in_group = False
        self.earned = Spread(0, 0.0, 0.0)

    @property
    def compared(self) -> int:
        """Papers marked whole that asked it."""
        return self.earned.count

    def add(self, row: Any) -> None:
        """Take in one response of one score group."""
        self.versions.add(row.version_id)
        x, xx = (float(one or 0) for one in (row.x, row.xx))
        y, yy, xy = (float(one or 0) for one in (row.y, row.yy, row.xy))
        self.cells.append(Cell(
            response=None if row.said is None else json.loads(row.said),
            group=ScoreGroup(row.part) if row.part else None,
            count=row.count, marked=row.marked, fractions=Decimal(int(row.fractions or 0)) / int(MILLION),
            not_reached=int(row.not_reached or 0), sums=ItemSums(row.compared, x, xx, y, yy, xy),
        ))  # fmt: skip
        self.place = min(self.place or row.first, row.first)
        self.last_place = max(self.last_place, row.last)
        self.in_group = self.in_group or bool(row.in_group)
        whole = self.earned
        self.earned = Spread(whole.count + row.whole, whole.total + float(row.earned or 0) / 100,
                             whole.squares + float(row.squares or 0) / 10_000)  # fmt: skip


def _items(session: Session, papers: CTE, versions: Versions, groups: ScoreGroups | None) -> Sequence[Any]:
    """Sums over what was answered, made by the database: a row for each response that a score group gave."""
    part: Any = null()
    if groups is not None:
        part = case((papers.c.share <= groups.low, ScoreGroup.LOWER.value),
                    (papers.c.share >= groups.high, ScoreGroup.UPPER.value),
                    (papers.c.share.is_not(None), ScoreGroup.MIDDLE.value))  # fmt: skip
    text, fraction = cast(Slot.response, Text), type_coerce(Slot.fraction, BigInteger)
    cents = earned_cents(Slot.fraction, Slot.points)
    rest = cast(papers.c.full - type_coerce(Slot.points, BigInteger), Float)
    rows = (
        select(
            Slot.version_id, func.coalesce(Slot.key_version_id, Slot.version_id).label("key_id"),
            case((text.is_(None), null()), (QuestionVersion.type.in_(versions.counted_types), text),
                 else_=literal(_SOMETHING, Text)).label("said"),
            cast(part, Text).label("part"), Slot.number, fraction.label("fraction"),
            case((Slot.parent_number.is_not(None), 1), else_=0).label("in_group"),
            func.max(case((text.is_not(None), Slot.number))).over(partition_by=Slot.attempt_id).label("answered"),
            case((papers.c.share.is_not(None), cents)).label("cents"),
            (cast(fraction, Float) / MILLION).label("x"),
            ((cast(papers.c.points, Float) - cents * 10_000.0) / func.nullif(rest, 0.0, type_=Float())).label("y"),
        )
        .join(papers, papers.c.id == Slot.attempt_id).join(QuestionVersion, QuestionVersion.id == Slot.version_id)
        .where(QuestionVersion.type.in_(versions.answered_types))
        .subquery()
    )  # fmt: skip
    c = rows.c
    both = case((c.x.is_not(None) & c.y.is_not(None), 1.0))
    return session.execute(
        select(
            c.version_id, c.key_id, c.said, c.part, func.count().label("count"), func.count(c.fraction).label("marked"),
            func.sum(c.fraction).label("fractions"),
            func.sum(case((c.number > c.answered, 1), else_=0)).label("not_reached"),
            func.min(c.number).label("first"), func.max(c.number).label("last"), func.max(c.in_group).label("in_group"),
            func.count(c.cents).label("whole"), func.sum(c.cents).label("earned"),
            func.sum(c.cents * c.cents).label("squares"), func.count(both).label("compared"),
            func.sum(c.x * both).label("x"), func.sum(c.x * c.x * both).label("xx"), func.sum(c.y * both).label("y"),
            func.sum(c.y * c.y * both).label("yy"), func.sum(c.x * c.y).label("xy"),
        ).group_by(c.version_id, c.key_id, c.said, c.part)
    ).all()  # fmt: skip


def _merged(session: Session, rows: Sequence[Any], versions: Versions) -> list[_Item]:
    """The questions; versions that ask and mark alike are one, named by the newest of them."""
    asked = versions.many(session, {number for row in rows for number in (row.version_id, row.key_id)})
    names = _names(session, asked)
    items: list[_Item] = []
    of_question: dict[int, list[_Item]] = {}
    for row in sorted(rows, key=lambda row: (-row.key_id, -row.version_id)):
        one, by = asked[row.version_id], asked[row.key_id]
        shown = by if asks_alike(one, by) else one
        theirs = of_question.setdefault(names[row.version_id][0], [])
        item = next((known for known in theirs if asks_alike(known.asked, shown) and _marks_alike(known.by, by)), None)
        if item is None:
            item = _Item(shown, by, names[shown.version_id])
            theirs.append(item)
            items.append(item)
        item.add(row)
    return items


def _marks_alike(one: Asked, other: Asked) -> bool:
    if one is other:
        return True
    bodies = [version.type.write(version.content) for version in (one, other)]
    return all(bodies[0].get(field) == bodies[1].get(field) for field in KEY_FIELDS)


def _names(session: Session, numbers: Iterable[int]) -> dict[int, Any]:
    wanted, found = sorted(numbers), dict[int, Any]()
    for start in range(0, len(wanted), 5_000):
        rows = session.execute(
            select(QuestionVersion.id, Question.id, Question.bank_id, Question.uid, QuestionVersion.number)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(QuestionVersion.id.in_(wanted[start : start + 5_000]))
        )
        found.update((row[0], tuple(row[1:])) for row in rows)
    return found


def _reliability(session: Session, papers: CTE, common: Sequence[_Item]) -> Reliability | None:
    """Of the questions that are on every paper; the others tell apart papers, not people."""
    versions = sorted({number for one in common for number in one.versions})
    if len(common) < 2:
        return None
    sums = (
        select(func.sum(earned_cents(Slot.fraction, Slot.points)).label("cents"))
        .join(papers, papers.c.id == Slot.attempt_id)
        .where(papers.c.share.is_not(None), Slot.version_id.in_(versions))
        .group_by(Slot.attempt_id).subquery()
    )  # fmt: skip
    count, total, squares = session.execute(
        select(func.count(), func.sum(sums.c.cents), func.sum(cast(sums.c.cents, Float) * sums.c.cents))
        .select_from(sums)
    ).one()  # fmt: skip
    return reliability([one.earned for one in common],
                       Spread(count, float(total or 0) / 100, float(squares or 0) / 10_000))  # fmt: skip


def _line(item: _Item, number: int, spent: Spent | None, *, few: int) -> ItemLine | None:
    choices = {choice.key: choice for choice in item.asked.type.choices(item.asked.content)}
    right = {choice.key for choice in item.by.type.choices(item.by.content) if choice.right} & choices.keys()

    def classify(response: Any) -> list[str]:
        if not choices:
            return [OTHER]
        named = item.asked.type.classify(item.asked.content, response)
        return [key if key in choices else OTHER for key in named]

    figures = item_figures(item.cells, classify=classify, keys=list(choices))
    if figures is None:
        return None
    in_parts = bool(item.asked.type.parts(item.asked.content, None))
    flags = flags_of(figures, right=right, wrong=choices.keys() - right, in_parts=in_parts)
    hidden = hidden_in_groups(figures, right, below=few) if few else NOTHING_HIDDEN
    return ItemLine(
        question_id=item.question_id, bank_id=item.bank_id, uid=item.uid, version=item.number, asked=item.asked,
        number=number, figures=figures, flags=hidden.may_tell(flags), spent=spent, in_group=item.in_group,
        choices={key: Choice(key, one.text, key in right) for key, one in choices.items()}, hidden=hidden,
    )  # fmt: skip
