"""What exams lay claim to, as conditions on a question: what an assessment may ask, and what another exam may ask.

A draft of an assessment claims too. Its draw could hit a question that was practised the day before, and whoever has
practised it knows the answer; such an assessment would measure who had practised, not what people know. Its organizer
sees on the bank's page what it holds back, and gives it back by deleting the draft.

Rules are read as papers read them (`domain.papers.specification.Rule.suits`), but by the database: all that rules may
draw is given to a statement as one table of areas, so that it is as deep with thousands of exams as with one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from itertools import product
from operator import or_ as either
from typing import Any, Protocol

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.papers.specification import GROUP
from suyu_learn.models import (
    Attempt,
    Difficulty,
    Dimension,
    Exam,
    ExamState,
    Paper,
    PaperMode,
    PaperPick,
    PaperRule,
    Purpose,
    Question,
    QuestionVersion,
    Shown,
    Slot,
    VersionTag,
    VersionTopic,
)
from suyu_learn.services import exam_times, topics

Filter = Mapping[str, Sequence[Any]]
Box = tuple[int, int, int, int]
"""Types, difficulties, criteria and dimensions, each as a set of bits; the lowest bit stands for none or any other."""
Key = tuple[int, int, str]
"""Bank, topic and tag; 0 and "" where a rule does not ask for one."""

CRITERIA = 26
MANY = 50
"""So many boxes of one key are taken apart, which leaves a number that does not grow with the exams."""


class When(Protocol):
    """The time, and how late answers may come in."""

    @property
    def now(self) -> datetime: ...
    @property
    def grace(self) -> timedelta: ...


@dataclass(frozen=True, slots=True)
class Claims:
    """Conditions on a published question, which are never NULL."""

    of_assessments: ColumnElement[bool]
    of_exams: ColumnElement[bool]


def claims(session: Session, when: When) -> Claims:
    """What exams may ask now: assessments always, others until they are over if they keep their key to themselves."""
    measures, keeps = _claimants(session, *kinds(when))
    return Claims(_claimed(session, measures, "assessments"), _claimed(session, keeps, "exams"))


def kinds(when: When) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Assessments that stand, and other exams that are not over and keep their key; one being sat stands as well."""
    sat = _being_sat(when)
    stands = or_(Exam.deleted_at.is_(None), Exam.id.in_(sat))
    measures = and_(stands, Exam.purpose == Purpose.ASSESSMENT.value)
    return measures, and_(stands, Exam.purpose != Purpose.ASSESSMENT.value, _keeps_its_key(when, sat))


def claims_of(session: Session, exam_id: int) -> ColumnElement[bool]:
    """What one exam may ask, whatever its state."""
    [this] = _claimants(session, Exam.id == exam_id)
    return _claimed(session, this, "this_exam")


def _being_sat(when: When) -> Select[int]:
    """Exams in which an answer can still come."""
    return select(Attempt.exam_id).where(
        Attempt.state == AttemptState.OPEN,
        Attempt.trial.is_(False),
        (Attempt.deadline >= when.now - when.grace) | Attempt.paused_at.is_not(None),
    )


def _keeps_its_key(when: When, sat: Select[int]) -> ColumnElement[bool]:
    """Exams that are not over and show nobody what is right before they are; one that was withdrawn may go on."""
    late = and_(Exam.results_at.is_not(None), Exam.results_at > when.now)
    return and_(
        or_(Exam.state == ExamState.PUBLISHED, Exam.id.in_(sat)),
        keeps_to_itself(when.now),
        or_(exam_times.closing_after(when.now), Exam.paused_at.is_not(None), late, Exam.id.in_(sat)),
    )


def keeps_to_itself(now: datetime) -> ColumnElement[bool]:
    """Exams that do not show at once what is right."""
    late = and_(Exam.results_at.is_not(None), Exam.results_at > now)
    return or_(Exam.show_key != Shown.NOW, Exam.show_score != Shown.NOW, late)


def draws_by_rules() -> ColumnElement[bool]:
    """Papers that still draw; what one that is drawn once has drawn stands among its picks."""
    picked = select(PaperPick.paper_id)
    return or_(
        Paper.mode == PaperMode.DRAWN_PER_PERSON,
        and_(Paper.mode == PaperMode.DRAWN_ONCE, Paper.id.not_in(picked)),
    )


@dataclass(slots=True)
class _Claimants:
    """Exams of one kind with their papers, and what the rules of these ask for."""

    exams: set[int] = field(default_factory=set)
    papers: set[int] = field(default_factory=set)
    filters: list[Filter] = field(default_factory=list)


def _claimants(session: Session, *kinds: ColumnElement[bool]) -> list[_Claimants]:
    """Each kind of exam; a rule without a bank draws from those of its paper's others."""
    rows = session.execute(
        select(Exam.id, Exam.paper_id, PaperRule.filter, *kinds)
        .join(Paper, Paper.id == Exam.paper_id)
        .outerjoin(PaperRule, and_(PaperRule.paper_id == Paper.id, draws_by_rules()))
        .where(or_(*kinds))
    ).all()
    banks: dict[int, set[int]] = {}
    for _exam_id, paper_id, wanted, *_of in rows:
        banks.setdefault(paper_id, set()).update((wanted or {}).get("banks", ()))
    found = [_Claimants() for _kind in kinds]
    for exam_id, paper_id, wanted, *of in rows:
        for kind, is_one in zip(found, of, strict=True):
            if is_one:
                kind.exams.add(exam_id)
                kind.papers.add(paper_id)
                if wanted is not None:
                    kind.filters.append({**wanted, "banks": wanted.get("banks") or sorted(banks[paper_id])})
    return found


def _claimed(session: Session, by: _Claimants, name: str) -> ColumnElement[bool]:
    """A question that is held, or that asks the same as one that is held."""
    names = sorted({GROUP}.union(*(one.get("types", ()) for one in by.filters)))
    rows = _areas(by.filters, names, _below(session, by.filters))
    table = _table(session, rows, name) if rows else None
    exams, papers = (_numbers(session, numbers) for numbers in (by.exams, by.papers))
    copy = aliased(Question)

    def held(question: Any) -> ColumnElement[bool]:
        drawn = _drawn(question, table, names, rows) if table is not None else false()
        return or_(_picked(question, papers), drawn, _asked(question, exams))

    asks_the_same = exists().where(
        copy.identity == Question.identity, copy.id != Question.id, copy.published_version_id.is_not(None), held(copy)
    )
    return or_(held(Question), asks_the_same.correlate(Question))


def _picked(question: Any, papers: Select[int]) -> ColumnElement[bool]:
    """It stands on one of these papers, in whatever version, or below a passage that does."""
    version = aliased(QuestionVersion)
    return exists().where(
        version.question_id.in_([question.id, question.group_id]), PaperPick.version_id == version.id,
        PaperPick.paper_id.in_(papers),
    ).correlate(question)  # fmt: skip


def _asked(question: Any, exams: Select[int]) -> ColumnElement[bool]:
    """Somebody was asked it in one of these exams, whatever has become of its topic or bank since."""
    version = aliased(QuestionVersion)
    asked = (
        select(version.question_id)
        .join(Slot, Slot.version_id == version.id)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .where(Attempt.trial.is_(False), Attempt.exam_id.in_(exams))
        .correlate(None)
    )
    return question.id.in_(asked)  # type: ignore[no-any-return]


def _drawn(question: Any, table: CTE, names: Sequence[str], rows: Collection[Sequence[Any]]) -> ColumnElement[bool]:
    """A rule may draw it: by itself where it stands alone, else its passage, by rules that name passages.

    Each look into the areas is an EXISTS of its own, so that no planner begins with them.
    """
    drawn, version = aliased(Question), aliased(QuestionVersion)
    about, tagged = VersionTopic.version_id == version.id, VersionTag.version_id == version.id
    in_box = [table.c.bank == drawn.bank_id, *_in_box(version, table, names)]

    def within(topic: Any, tag: Any) -> ColumnElement[bool]:
        return exists().where(*in_box, table.c.topic == topic, table.c.tag == tag).correlate_except(table)

    def tagged_within(topic: Any) -> ColumnElement[bool]:
        return exists().where(tagged, within(topic, VersionTag.tag)).correlate_except(VersionTag)

    def about_one(found: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists().where(about, found).correlate_except(VersionTopic)

    ways = {
        (False, False): within(0, ""),
        (False, True): tagged_within(0),
        (True, False): about_one(within(VersionTopic.topic_id, "")),
        (True, True): about_one(tagged_within(VersionTopic.topic_id)),
    }
    used = sorted({(bool(topic), bool(tag)) for _bank, topic, tag, *_box in rows})
    itself = (drawn.id == func.coalesce(question.group_id, question.id), version.id == drawn.published_version_id)
    return exists().where(*itself, or_(*(ways[one] for one in used))).correlate_except(drawn, version)


def _in_box(version: Any, table: CTE, names: Sequence[str]) -> list[ColumnElement[bool]]:
    """Each fact of a version is one of those of an area."""
    area = table.c
    return [
        area.types.op("&")(_bits(version.type, names)) != 0,
        area.difficulties.op("&")(_bits(version.difficulty, list(Difficulty))) != 0,
        area.criteria.op("&")(_bit(func.coalesce(version.criterion, 0))) != 0,
        area.dimensions.op("&")(_bits(version.dimension, list(Dimension))) != 0,
    ]


def _bits(column: Any, names: Sequence[Any]) -> ColumnElement[int]:
    """The bit of one of these names."""
    return case(*((column == name, 1 << place) for place, name in enumerate(names, start=1)), else_=1)


def _bit(number: ColumnElement[int]) -> ColumnElement[int]:
    return cast(1, BigInteger).op("<<")(number)


def _table(session: Session, rows: Collection[Sequence[Any]], name: str) -> CTE:
    """Areas as a table that stands in the statement as one value."""
    one = _each_of(session, [list(row) for row in rows])
    if _on_postgres(session):
        part = [one.op("->>", return_type=String())(place) for place in range(7)]
    else:
        part = [func.json_extract(one, f"$[{place}]") for place in range(7)]
    labels = {0: "bank", 1: "topic", 3: "types", 4: "difficulties", 5: "criteria", 6: "dimensions"}
    numbers = (cast(part[place], BigInteger).label(label) for place, label in labels.items())
    return select(*numbers, cast(part[2], String).label("tag")).cte(f"claimed_by_{name}").prefix_with("MATERIALIZED")


def _numbers(session: Session, numbers: Iterable[int]) -> Select[int]:
    """Numbers that stand in the statement as one value, however many they are."""
    return select(cast(_each_of(session, sorted(numbers)), BigInteger))


def _each_of(session: Session, values: list[Any]) -> Any:
    """The column with the elements of a list."""
    if _on_postgres(session):
        return func.jsonb_array_elements(literal(values, JSONB)).table_valued("value").c.value
    return func.json_each(json.dumps(values, separators=(",", ":"))).table_valued("value").c.value


def _on_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


# From rules to areas.


def _areas(
    filters: Iterable[Filter], names: Sequence[str], below: Mapping[str, frozenset[int]]
) -> list[tuple[Any, ...]]:  # fmt: skip
    """What rules may draw, as rows of a key and a box: each kind of rule once, and those together that can be."""
    once = {json.dumps(one, sort_keys=True, default=str): one for one in filters}
    found: dict[Key, set[Box]] = {}
    for wanted in once.values():
        box = _box(wanted, names)
        if not all(box):
            continue
        about = {number for name in wanted.get("topics", ()) for number in below.get(name, ())}
        topic_ids = about if wanted.get("topics") else {0}
        for key in product(wanted["banks"], topic_ids, wanted.get("tags") or ("",)):
            found.setdefault(key, set()).add(box)
    return [(*key, *box) for key, boxes in sorted(found.items()) for box in sorted(_fewer(boxes))]


def _box(wanted: Filter, names: Sequence[str]) -> Box:
    """What a rule asks of a version besides bank, topic and tag; one of any type draws no passages."""
    types, criteria = wanted.get("types", ()), wanted.get("criteria", ())
    of_group = 1 << names.index(GROUP) + 1
    return (
        _mask(types, names) if types else _all(len(names)) & ~of_group,
        _mask(wanted.get("difficulties", ()), list(Difficulty)),
        _set(number for number in criteria if 1 <= number <= CRITERIA) if criteria else _all(CRITERIA),
        _mask(wanted.get("dimensions", ()), list(Dimension)),
    )


def _mask(chosen: Collection[Any], names: Sequence[Any]) -> int:
    """The bits of what was chosen; where nothing was, of everything, what has no name included."""
    return _set(place for place, name in enumerate(names, start=1) if name in chosen) if chosen else _all(len(names))


def _set(places: Iterable[int]) -> int:
    return reduce(either, (1 << place for place in places), 0)


def _all(count: int) -> int:
    return (1 << count + 1) - 1


def _fewer(boxes: set[Box]) -> set[Box]:
    """The same area in fewer boxes: those that differ in one side alone become one."""
    boxes = _joined(boxes) if len(boxes) > 1 else boxes
    if len(boxes) <= MANY:
        return boxes
    apart = {
        (types, difficulties, criteria, dimensions)
        for all_types, all_difficulties, criteria, all_dimensions in boxes
        for types in _each(all_types)
        for difficulties in _each(all_difficulties)
        for dimensions in _each(all_dimensions)
    }
    return _joined(apart)


def _joined(boxes: set[Box]) -> set[Box]:
    for side in (2, 3, 1, 0):
        joined: dict[tuple[int, ...], int] = {}
        for box in boxes:
            rest = box[:side] + box[side + 1 :]
            joined[rest] = joined.get(rest, 0) | box[side]
        boxes = {(*rest[:side], bits, *rest[side:]) for rest, bits in joined.items()}  # type: ignore[misc]
    return boxes


def _each(bits: int) -> Iterable[int]:
    return (1 << place for place in range(bits.bit_length()) if bits >> place & 1)


def _below(session: Session, filters: Iterable[Filter]) -> dict[str, frozenset[int]]:
    """The topics that rules name, each with all below it; read only where a rule names one."""
    names = set[str]().union(*(one.get("topics", ()) for one in filters))
    nodes = topics.nodes(session) if names else []
    return {name: frozenset(node.id for node in nodes if name in node.path) for name in names}
