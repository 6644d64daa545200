"""Appeals of learners: what somebody thinks is wrong in their result, and what they are answered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.papers.specification import GROUP
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Appeal, AppealState, Attempt, Exam, Person, QuestionVersion, Shown, Slot, Unit
from suyu_learn.services import audit, exam_appeals, exams, grants, locks, marking_queue, reports, sitting
from suyu_learn.services.grants import Reach
from suyu_learn.services.marking_queue import MARKERS

LONGEST = 2000
WHOLE = 0
"""The slot of an appeal that is about the paper as a whole."""
ANSWERED = (AppealState.ACCEPTED, AppealState.REFUSED)


@dataclass(frozen=True, slots=True)
class Openness:
    """What one may object to now: single questions, or the whole paper where no question is shown."""

    questions: bool = False
    whole: bool = False
    until: datetime | None = None
    """The last moment; also once it has passed."""


def openness(attempt: Attempt, *, shown: frozenset[Shown], now: datetime, asked: bool = True) -> Openness:
    """What of an attempt its person may object to, by what the exam shows now; `asked` says whether its questions are
    known, which they are not of a paper whose points alone were entered."""
    exam, until = attempt.exam, exam_appeals.last_moment(attempt)
    if until is None or attempt.state in (AttemptState.OPEN, AttemptState.VOIDED) or exam.show_score not in shown:
        return Openness()
    if now > until:
        return Openness(until=until)
    questions = asked and (exam.show_key in shown or exam.show_explanation in shown)
    return Openness(questions, whole=not questions and attempt.points is not None, until=until)


def hold(session: Session, key: str, person: Person) -> Attempt:
    """One's own attempt to object to, held, and oneself before it: whichever of one's attempts it is, one at a time."""
    locks.hold_people(session, [person.id])
    return sitting.hold(session, key, person)


def make(session: Session, attempt: Attempt, slot: int, text: str, *, now: datetime, grace: timedelta) -> Appeal:
    """Object to a question of one's own attempt, or to the whole; the attempt was read by `hold`."""
    exam = attempt.exam
    asked = session.scalar(select(Slot.number).where(Slot.attempt_id == attempt.id).limit(1)) is not None
    found = openness(attempt, shown=exams.shown_now(session, exam, now=now, grace=grace), now=now, asked=asked)
    if not (found.whole if slot == WHOLE else found.questions):
        if found.until is not None and now > found.until:
            raise Problem("appeal.too_late", until=found.until)
        raise Problem("appeal.not_possible")
    said = text.strip()
    if not said:
        raise Problem("appeal.no_text", place=Place(field="text"))
    if len(said) > LONGEST:
        raise Problem("appeal.too_long", place=Place(field="text"), most=LONGEST)
    question_id = None if slot == WHOLE else _question_of(session, attempt, slot)
    if _has_open(session, exam, attempt.person_id, question_id):
        raise Problem("appeal.twice")
    row = Appeal(exam_id=exam.id, attempt_id=attempt.id, slot=slot, question_id=question_id, text=said, made_at=now,
                 state=AppealState.OPEN)  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, "appeal.made", now=now, actor=attempt.person_id, on=row, unit_id=exam.unit_id, slot=slot,
                 attempt=attempt.key)  # fmt: skip
    return row


def _question_of(session: Session, attempt: Attempt, slot: int) -> int:
    found = session.scalar(
        select(QuestionVersion.question_id).join(Slot, Slot.version_id == QuestionVersion.id)
        .where(Slot.attempt_id == attempt.id, Slot.number == slot, QuestionVersion.type != GROUP)
    )  # fmt: skip
    if found is None:
        raise Problem("appeal.no_question")
    return found


def _has_open(session: Session, exam: Exam, person_id: int, question_id: int | None) -> bool:
    """Whether the person waits for an answer about this already, from whichever of their attempts."""
    about = Appeal.question_id.is_(None) if question_id is None else Appeal.question_id == question_id
    return session.scalar(
        select(Appeal.id).join(Attempt, Attempt.id == Appeal.attempt_id)
        .where(Appeal.exam_id == exam.id, Appeal.state == AppealState.OPEN, Attempt.person_id == person_id, about)
        .limit(1)
    ) is not None  # fmt: skip


def withdraw(session: Session, attempt: Attempt, number: int, *, now: datetime) -> None:
    """Take back one's own appeal while nobody has answered it."""
    row = session.scalar(
        select(Appeal).where(Appeal.id == number, Appeal.attempt_id == attempt.id).with_for_update(of=Appeal)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if row is None:
        raise Problem("appeal.unknown")
    if row.state is AppealState.WITHDRAWN:
        return
    if row.state is not AppealState.OPEN:
        raise Problem("appeal.answered")
    row.state, row.withdrawn_at = AppealState.WITHDRAWN, now
    audit.record(session, "appeal.withdrawn", now=now, actor=attempt.person_id, on=row, unit_id=attempt.exam.unit_id,
                 slot=row.slot, attempt=attempt.key)  # fmt: skip
    session.flush()


# Those who answer


@dataclass(frozen=True, slots=True)
class Line:
    """One appeal as those who answer see it; without a name for who may not see that."""

    appeal: Appeal
    name: str
    key: str
    """The key of the person."""
    unit: str
    response: object
    version_id: int | None
    """The version that was asked; None for an appeal about the whole paper."""
    key_version_id: int | None
    """The version by whose key the answer is marked."""
    own: bool
    """Whether it is the viewer's own, which somebody else answers."""


@dataclass(frozen=True, slots=True)
class Group:
    """All appeals about one question of an exam, or about whole papers."""

    question_id: int | None
    lines: tuple[Line, ...]

    @property
    def open(self) -> int:
        """How many wait for an answer."""
        return sum(line.appeal.state is AppealState.OPEN for line in self.lines)

    @property
    def accepted(self) -> bool:
        """Whether one was accepted."""
        return any(line.appeal.state is AppealState.ACCEPTED for line in self.lines)


@dataclass(frozen=True, slots=True)
class ExamWithAppeals:
    """One exam with how many appeals it has, and how many of them wait."""

    exam: Exam
    open: int
    every: int


def get_exam(session: Session, person: Person, exam_id: int) -> Exam:
    """An exam whose appeals the person may answer, as a marker or an organizer; raises Problem for every other."""
    return marking_queue.get_exam(session, person, exam_id)[0]


def counts(session: Session, exam: Exam) -> tuple[int, int]:
    """How many appeals of an exam wait for an answer, and how many there are."""
    rows = session.execute(
        select(Appeal.state, func.count())
        .where(Appeal.exam_id == exam.id, Appeal.state != AppealState.WITHDRAWN)
        .group_by(Appeal.state)
    ).all()
    return sum(count for state, count in rows if state is AppealState.OPEN), sum(count for _state, count in rows)


def exams_of(session: Session, person: Person) -> list[ExamWithAppeals]:
    """The exams within reach that have appeals, those with most to answer first."""
    own = grants.reach(session, person, MARKERS)
    if not own:
        return []
    waits = func.count().filter(Appeal.state == AppealState.OPEN)
    rows = session.execute(
        select(Exam, Unit.path, waits, func.count())
        .join(Appeal, Appeal.exam_id == Exam.id).outerjoin(Unit, Unit.id == Exam.unit_id)
        .where(Exam.deleted_at.is_(None), Appeal.state != AppealState.WITHDRAWN)
        .group_by(Exam.id, Unit.path).order_by(waits.desc(), Exam.id.desc())
    )  # fmt: skip
    return [ExamWithAppeals(exam, waiting, every) for exam, path, waiting, every in rows if own.covers(path)]


def groups(session: Session, exam: Exam, person: Person) -> list[Group]:
    """The appeals of an exam by question, those with most to answer first; whole papers stand last."""
    names = reports.sight_of(session, person).names
    rows = session.execute(
        select(Appeal, Attempt.person_id, Attempt.unit_names, Attempt.unit_path, Person.name, Person.key, Slot)
        .join(Attempt, Attempt.id == Appeal.attempt_id).join(Person, Person.id == Attempt.person_id)
        .outerjoin(Slot, (Slot.attempt_id == Appeal.attempt_id) & (Slot.number == Appeal.slot))
        .where(Appeal.exam_id == exam.id, Appeal.state != AppealState.WITHDRAWN)
        .options(joinedload(Appeal.answered_by)).order_by(Appeal.id)
    )  # fmt: skip
    own_path = _path_of(session, exam)
    found: dict[int | None, list[Line]] = {}
    for appeal, person_id, unit, path, name, key, slot in rows:
        named = _may_name(names, path or own_path)
        found.setdefault(appeal.question_id, []).append(Line(
            appeal, name if named else "", key, unit if named else "", slot.response if slot is not None else None,
            slot.version_id if slot is not None else None, slot.key_version_id if slot is not None else None,
            own=person_id == person.id,
        ))  # fmt: skip
    made = [Group(question_id, tuple(lines)) for question_id, lines in found.items()]
    return sorted(made, key=lambda one: (one.question_id is None, -one.open, -len(one.lines)))


def _path_of(session: Session, exam: Exam) -> str | None:
    unit = session.get(Unit, exam.unit_id) if exam.unit_id is not None else None
    return unit.path if unit is not None else None


def _may_name(names: Reach, path: str | None) -> bool:
    """Whether somebody of that unit is named; who belongs to none is named by those who see everybody."""
    return names.covers(path or None)


def answer(
    session: Session, exam: Exam, numbers: Collection[int], text: str, *, accepted: bool, person: Person, now: datetime
) -> int:
    """Answer open appeals of an exam with the same words; how many. Raises Problem where one cannot be answered."""
    said = text.strip()
    if not said:
        raise Problem("appeal.no_answer", place=Place(field="answer"))
    if len(said) > LONGEST:
        raise Problem("appeal.too_long", place=Place(field="answer"), most=LONGEST)
    rows = session.scalars(
        select(Appeal).where(Appeal.exam_id == exam.id, Appeal.id.in_(numbers), Appeal.state != AppealState.WITHDRAWN)
        .options(joinedload(Appeal.attempt, innerjoin=True)).order_by(Appeal.id)
        .with_for_update(of=Appeal).execution_options(populate_existing=True)
    ).all()  # fmt: skip
    if not rows:
        raise Problem("appeal.none_chosen")
    if any(row.attempt.person_id == person.id for row in rows):
        raise Problem("appeal.your_own")
    if any(row.state is not AppealState.OPEN for row in rows):
        raise Problem("appeal.answered_meanwhile")
    state = AppealState.ACCEPTED if accepted else AppealState.REFUSED
    for row in rows:
        row.state, row.answer, row.answered_at, row.answered_by_id = state, said, now, person.id
        audit.record(session, "appeal.accepted" if accepted else "appeal.refused", now=now, actor=person, on=row,
                     unit_id=exam.unit_id, reason=said, slot=row.slot, attempt=row.attempt.key)  # fmt: skip
    session.flush()
    return len(rows)


def accepted_for(session: Session, question_id: int, person: Person) -> tuple[datetime, str, str] | None:
    """The latest appeal about a question that was accepted within reach: when, in which exam, with which words."""
    own = grants.reach(session, person, MARKERS)
    rows = session.execute(
        select(Appeal.answered_at, Exam.title, Appeal.answer, Unit.path)
        .join(Exam, Exam.id == Appeal.exam_id).outerjoin(Unit, Unit.id == Exam.unit_id)
        .where(Appeal.question_id == question_id, Appeal.state == AppealState.ACCEPTED)
        .order_by(Appeal.answered_at.desc(), Appeal.id.desc())
    )  # fmt: skip
    for at, title, said, path in rows:
        if at is not None and own.covers(path):
            return at, title, said
    return None
