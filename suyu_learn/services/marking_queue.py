"""The queue of answers that people mark: by exam and question, one at a time, without a word of who wrote them.

Whoever takes an answer has it in hand for some minutes; until then nobody else gets it. Nobody gets their own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from suyu_learn.domain.attempts import AnswerState
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Exam, ExamState, OpenAnswer, Person, Question, Role, Slot, Unit
from suyu_learn.services import grants
from suyu_learn.services.exam_standings import CLOSED

_OF_ATTEMPT = Attempt.id == OpenAnswer.attempt_id
_OF_SLOT = and_(Slot.attempt_id == OpenAnswer.attempt_id, Slot.number == OpenAnswer.slot)
LEASE = timedelta(minutes=10)
"""How long an answer stays in one hand without being saved; opening it again begins anew."""
MARKERS = (Role.MARKER, Role.ORGANIZER)
"""Who looks at the queue: markers mark, organizers see how far it is and settle."""
OPEN = (AnswerState.WAITING, AnswerState.ONCE, AnswerState.SETTLE)
"""What keeps a result from being final; a mark that is disputed only afterwards stands until it is settled."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody may do about the answers of one exam."""

    mark: bool
    settle: bool


@dataclass(frozen=True, slots=True)
class QuestionQueue:
    """One question of an exam with how many of its answers stand where; `mine` wait for this marker."""

    question_id: int
    version_id: int
    """One of the versions that were asked."""
    counts: Mapping[AnswerState, int]
    mine: int
    in_hand: int
    """Of those that wait, which others have before them now."""

    @property
    def to_mark(self) -> int:
        """How many only a person can mark, done or not."""
        return sum(count for state, count in self.counts.items() if state is not AnswerState.MACHINE)


@dataclass(frozen=True, slots=True)
class ExamQueue:
    """One exam in which people mark."""

    exam: Exam
    waiting: int
    to_settle: int
    done: int
    mine: int


def get_exam(session: Session, person: Person, exam_id: int) -> tuple[Exam, Rights]:
    """An exam whose answers the person may mark or look after; raises Problem for every other."""
    exam = session.get(Exam, exam_id)
    if exam is None or exam.deleted_at is not None or exam.state is ExamState.DRAFT:
        raise Problem("exam.unknown")
    unit = session.get(Unit, exam.unit_id) if exam.unit_id is not None else None
    path = unit.path if unit is not None else None
    mark, settle = (grants.reach(session, person, role).covers(path) for role in MARKERS)
    if not (mark or settle):
        raise Problem("exam.unknown")
    return exam, Rights(mark=mark, settle=settle)


def exams_of(session: Session, person: Person, *, now: datetime) -> list[ExamQueue]:
    """The exams within reach in which people mark, those with most to do first."""
    own = grants.reach(session, person, MARKERS)
    if not own:
        return []
    found = session.execute(
        select(Exam, Unit.path).outerjoin(Unit, Unit.id == Exam.unit_id)
        .where(Exam.deleted_at.is_(None), Exam.id.in_(select(OpenAnswer.exam_id)
               .where(OpenAnswer.state != AnswerState.MACHINE)))
        .order_by(Exam.id.desc())
    ).all()  # fmt: skip
    within = [exam for exam, path in found if own.covers(path)]
    queues = []
    for exam in within:
        lines = questions_of(session, exam, person, now=now)
        waiting = sum(line.counts.get(AnswerState.WAITING, 0) + line.counts.get(AnswerState.ONCE, 0) for line in lines)
        queues.append(
            ExamQueue(
                exam, waiting,
                to_settle=sum(line.counts.get(AnswerState.SETTLE, 0) for line in lines),
                done=sum(line.counts.get(AnswerState.DONE, 0) for line in lines),
                mine=sum(line.mine for line in lines),
            )
        )  # fmt: skip
    return sorted(queues, key=lambda one: -(one.waiting + one.to_settle))


def has_anything(session: Session, person: Person) -> bool:
    """Whether somebody has anything to do with marking: a marker in whose reach answers are marked by people."""
    own = grants.reach(session, person, Role.MARKER)
    if not own:
        return False
    found = (
        select(OpenAnswer.key).join(Exam, Exam.id == OpenAnswer.exam_id).outerjoin(Unit, Unit.id == Exam.unit_id)
        .where(OpenAnswer.state != AnswerState.MACHINE, Exam.deleted_at.is_(None), own.includes(Unit.path)).limit(1)
    )  # fmt: skip
    return session.scalar(found) is not None


def questions_of(session: Session, exam: Exam, person: Person, *, now: datetime) -> list[QuestionQueue]:
    """The questions of an exam whose answers people mark or may look at, with how far each is."""
    mine = and_(_for_marker(person), _free(person, now))
    others = and_(OpenAnswer.leased_to_id != person.id, OpenAnswer.leased_until > now,
                  OpenAnswer.state.in_((AnswerState.WAITING, AnswerState.ONCE)))  # fmt: skip
    rows = session.execute(
        select(OpenAnswer.question_id, OpenAnswer.state, func.min(Slot.version_id), func.count(),
               func.count().filter(mine), func.count().filter(others))
        .join(Attempt, _OF_ATTEMPT).join(Slot, _OF_SLOT).where(_live(exam))
        .group_by(OpenAnswer.question_id, OpenAnswer.state)
        .order_by(OpenAnswer.question_id)
    ).all()  # fmt: skip
    found: dict[int, QuestionQueue] = {}
    for question_id, state, version_id, count, to_me, in_hand in rows:
        before = found.get(question_id)
        counts = {**(before.counts if before else {}), state: count}
        found[question_id] = QuestionQueue(
            question_id, version_id, counts,
            mine=to_me + (before.mine if before else 0), in_hand=in_hand + (before.in_hand if before else 0),
        )  # fmt: skip
    return list(found.values())


def unmarked(session: Session, exam: Exam) -> tuple[int, int]:
    """How many answers of an exam still wait for a person, of those that only people mark."""
    row = session.execute(
        select(func.count().filter(OpenAnswer.state != AnswerState.DONE), func.count()).select_from(OpenAnswer)
        .join(Attempt, _OF_ATTEMPT).where(_live(exam), OpenAnswer.state != AnswerState.MACHINE)
    ).one()  # fmt: skip
    return row[0], row[1]


def results_waiting(session: Session, exam: Exam) -> tuple[int, int]:
    """Of how many closed attempts the result is not final yet, and how many are closed."""
    row = session.execute(
        select(func.count().filter(Attempt.points.is_(None)), func.count())
        .where(Attempt.exam_id == exam.id, Attempt.trial.is_(False), Attempt.state.in_(CLOSED))
    ).one()  # fmt: skip
    return row[0], row[1]


def take(
    session: Session, exam: Exam, question_id: int, person: Person, *, now: datetime, after: str = ""
) -> OpenAnswer | None:
    """The next answer to a question for this marker, now in their hand; None when none waits.

    It is the one they have in hand already, unless they ask for one `after` it.
    """
    if not after:
        held = session.scalar(
            _open_to(exam, question_id, person, now)
            .where(OpenAnswer.leased_to_id == person.id, OpenAnswer.leased_until > now)
            .order_by(OpenAnswer.key).limit(1)
        )  # fmt: skip
        if held is not None:
            return _lease(session, held, person, now=now)
    else:
        _give_back(session, exam, question_id, person)
    found = session.scalar(
        _open_to(exam, question_id, person, now)
        .order_by(OpenAnswer.key <= after, OpenAnswer.key)
        .limit(1)
        .with_for_update(of=OpenAnswer, skip_locked=True)
    )
    return None if found is None else _lease(session, found, person, now=now)


def open_answer(session: Session, exam: Exam, key: str) -> OpenAnswer:
    """One answer of the exam, by its key; raises Problem for every other, and for those of attempts that are void."""
    found = session.scalar(
        select(OpenAnswer)
        .join(Attempt, _OF_ATTEMPT)
        .where(_live(exam), OpenAnswer.key == key)
        .options(joinedload(OpenAnswer.attempt))
    )
    if found is None:
        raise Problem("marking.unknown")
    return found


def take_this(session: Session, answer: OpenAnswer, person: Person, *, now: datetime) -> bool:
    """Have this very answer in hand, if it waits for this marker and nobody else has it."""
    row = session.scalar(
        _open_to(answer.attempt.exam, answer.question_id, person, now)
        .where(OpenAnswer.key == answer.key)
        .with_for_update(of=OpenAnswer, skip_locked=True)
    )
    return row is not None and _lease(session, row, person, now=now) is not None


def listed(
    session: Session, exam: Exam, question_id: int, person: Person, *, states: Collection[AnswerState],
    own_marks: bool = False, offset: int = 0, limit: int = 50,
) -> tuple[Sequence[tuple[OpenAnswer, Slot]], int]:  # fmt: skip
    """Answers to a question in some states, those that earned least first, and how many there are."""
    fits = [OpenAnswer.question_id == question_id, OpenAnswer.state.in_(states)]
    if own_marks:
        fits.append(or_(OpenAnswer.first_id == person.id, OpenAnswer.second_id == person.id))
    total = session.scalar(
        select(func.count()).select_from(OpenAnswer).join(Attempt, _OF_ATTEMPT).where(_live(exam), *fits)
    ) or 0  # fmt: skip
    rows = session.execute(
        select(OpenAnswer, Slot)
        .join(Attempt, _OF_ATTEMPT)
        .join(Slot, _OF_SLOT)
        .where(_live(exam), *fits)
        .order_by(Slot.fraction.is_(None), Slot.fraction, OpenAnswer.key)
        .offset(offset)
        .limit(limit)
    )
    return [(answer, slot) for answer, slot in rows], total


def markers_of(session: Session, unit: Unit | None) -> list[Person]:
    """Who has the role of a marker or unit manager on a unit, by name; who administers everything is not meant."""
    return grants.holding(session, (Role.MARKER, Role.UNIT_MANAGER), unit)


def slot_of(session: Session, answer: OpenAnswer) -> Slot:
    """The place on the paper that an answer was given at."""
    return session.get_one(Slot, (answer.attempt_id, answer.slot))


def uid_of(session: Session, answer: OpenAnswer) -> str:
    """The lasting name of the question that was answered."""
    return session.get_one(Question, answer.question_id).uid


def _live(exam: Exam) -> ColumnElement[bool]:
    """Answers of the exam in attempts that are closed and not void; the attempt must be joined."""
    return and_(OpenAnswer.exam_id == exam.id, Attempt.state.in_(CLOSED))


def _open_to(exam: Exam, question_id: int, person: Person, now: datetime) -> Select[OpenAnswer]:
    return (
        select(OpenAnswer)
        .join(Attempt, _OF_ATTEMPT)
        .where(_live(exam), OpenAnswer.question_id == question_id, _for_marker(person), _free(person, now))
    )


def _for_marker(person: Person) -> ColumnElement[bool]:
    """Not marked yet, or once by somebody else; never one's own."""
    waits = or_(
        OpenAnswer.state == AnswerState.WAITING,
        and_(OpenAnswer.state == AnswerState.ONCE, OpenAnswer.first_id != person.id),
    )
    return and_(waits, Attempt.person_id != person.id)


def _free(person: Person, now: datetime) -> ColumnElement[bool]:
    return or_(OpenAnswer.leased_until.is_(None), OpenAnswer.leased_until <= now, OpenAnswer.leased_to_id == person.id)


def _lease(session: Session, answer: OpenAnswer, person: Person, *, now: datetime) -> OpenAnswer:
    answer.leased_to_id, answer.leased_until = person.id, now + LEASE
    session.flush()
    return answer


def _give_back(session: Session, exam: Exam, question_id: int, person: Person) -> None:
    for row in session.scalars(
        select(OpenAnswer).where(OpenAnswer.exam_id == exam.id, OpenAnswer.question_id == question_id,
                                 OpenAnswer.leased_to_id == person.id)
    ):  # fmt: skip
        row.leased_to_id = row.leased_until = None
    session.flush()
