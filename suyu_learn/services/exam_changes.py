"""Changing an exam while it runs: each change with its reason, on record, and told to learners.

Old and new values are stored as codes (ISO times, numbers, names of units), put into words when shown.
A shorter window cuts no running attempt; a longer one extends them, up to started + minutes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import NO_EXTRA, AttemptState, RetakeFor, StepKind
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Attempt,
    Audience,
    Exam,
    ExamChange,
    ExamState,
    Person,
    Step,
    Unit,
)
from suyu_learn.services import (
    audit,
    exam_appeals,
    exam_delivery,
    exam_plans,
    exam_presets,
    exam_reach,
    exam_rosters,
    exam_scope,
    exam_seen,
    exam_times,
    exams,
    locks,
    pass_marks,
    reopening,
)
from suyu_learn.services.exam_scope import Scope
from suyu_learn.services.steps import pauses_of

WAYS_IN = ("entry_account", "entry_number", "entry_open")
FIELDS = ("opens_at", "closes_at", "minutes", "pass_share", "results_at", *exam_times.FIELDS, "question_seconds",
          *exam_appeals.FIELDS, *WAYS_IN)  # fmt: skip
_CHANGES = (
    select(ExamChange, Person.name)
    .outerjoin(Person, Person.id == ExamChange.actor_id)
    .where(ExamChange.exam_id == bindparam("exam"))
    .order_by(ExamChange.id.desc())
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The values an organizer wants from now on."""

    opens_at: datetime | None
    closes_at: datetime | None
    minutes: int
    pass_share: Decimal
    entry_minutes: int | None
    entry_until: datetime | None
    hand_in_minutes: int | None
    extra_past_closing: bool
    retake_for: RetakeFor | None
    retake_opens_at: datetime | None
    retake_closes_at: datetime | None
    retake_attempts: int
    unit_ids: tuple[int, ...]
    audiences: tuple[str, ...]
    results_at: datetime | None = None
    appeal_days: int | None = None
    question_seconds: int | None = None
    entry_account: bool = True
    entry_number: bool = False
    entry_open: bool = False


@dataclass(frozen=True, slots=True)
class Effects:
    """What a change would do to those who sit, have sat, or are due."""

    changed: tuple[str, ...] = ()
    running: int = 0
    extended: int = 0
    past_closing: int = 0
    """Attempts that go on after the new closing time, and until when."""
    last_deadline: datetime | None = None
    cut_short: int = 0
    """Papers that the clock has closed though they would have had time by the new end; they stay closed."""
    hand_in_later: int = 0
    """Attempts that may be handed in only later than they were told."""
    short_of_time: int = 0
    """Attempts whose questions still to come no longer fit into their time."""
    keys_known: bool = False
    """Whether a retake is added when right answers could be seen already."""
    keys_known_again: bool = False
    """Whether a window that was over opens again when right answers could be seen already."""
    newly_passed: int = 0
    no_longer_passed: int = 0
    exempted: int = 0
    added: int = 0
    due_again: int = 0
    """Whom an earlier change of scope had exempted."""
    due_no_more: int = 0
    """Whom an earlier change of scope had added."""

    @property
    def to_confirm(self) -> bool:
        """Whether anybody is touched."""
        return bool(self.extended or self.past_closing or self.cut_short or self.hand_in_later or self.short_of_time
                    or self.keys_known or self.keys_known_again or self.newly_passed or self.no_longer_passed
                    or self.exempted or self.added or self.due_again or self.due_no_more)  # fmt: skip


def wanted_now(session: Session, exam: Exam) -> Wanted:
    """The values as they stand."""
    unit_ids, audiences = exam_scope.chosen(session, exam)
    return Wanted(unit_ids=unit_ids, audiences=audiences, **{name: getattr(exam, name) for name in FIELDS})


def mark_of(session: Session, exam: Exam) -> str:
    """What tells the values as they stand from any others, for a form that shows them."""
    return hashlib.sha256(repr(wanted_now(session, exam)).encode()).hexdigest()[:16]


def require_unchanged(session: Session, exam: Exam, mark: str) -> None:
    """Raise Problem where somebody else has changed values, or a pause has moved them, since a form showed them.

    What stands in the form would undo that. An empty mark says nothing.
    """
    if mark and mark != mark_of(session, exam):
        raise Problem("exam.changed_meanwhile")


def effects(session: Session, exam: Exam, wanted: Wanted, *, now: datetime, grace: timedelta) -> Effects:
    """What the change would do, before it is made."""
    before = wanted_now(session, exam)
    running = _running(session, exam, now=now, grace=grace)
    later = _extensions(session, exam, running, wanted) if _other_end(before, wanted) else {}
    closed = reopening.run_out(session, exam) if _other_end(before, wanted) else []
    last = max((later.get(one.id, one.deadline) for one in running), default=None)
    past = 0
    if wanted.closes_at is not None and wanted.closes_at != before.closes_at:
        past = sum(later.get(one.id, one.deadline) > wanted.closes_at for one in running if not one.retake)
    up, down = pass_marks.moved_over(session, exam, wanted.pass_share)
    scope, former = _scope(session, exam, wanted), exam_scope.scope_of(session, exam)
    moves = exam_rosters.NO_MOVES
    if scope != former:
        moves = exam_rosters.scope_moves(session, exam, former, scope, now=now)
    seen = exam_seen.keys_seen(session, exam, now=now, grace=grace)
    fields = [name for name in FIELDS if getattr(before, name) != getattr(wanted, name)]
    if _moved(before, wanted):
        fields.append("scope")
    return Effects(
        changed=tuple(fields),
        running=len(running), extended=len(later), past_closing=past, last_deadline=last if past else None,
        cut_short=len(_extensions(session, exam, closed, wanted)),
        short_of_time=_short_of_time(session, exam, running, wanted, now=now),
        keys_known=seen and exam_seen.adds_retake(before, wanted),
        keys_known_again=seen and exam_seen.opens_again(before, wanted, now=now),
        hand_in_later=len(running) if (wanted.hand_in_minutes or 0) > (before.hand_in_minutes or 0) else 0,
        newly_passed=len(up), no_longer_passed=len(down), exempted=len(moves.exempted), added=len(moves.added),
        due_again=len(moves.due_again), due_no_more=len(moves.due_no_more),
    )  # fmt: skip


def change(
    session: Session, exam: Exam, wanted: Wanted, *, reason: str, actor: Person, now: datetime, grace: timedelta,
    mark: str = "",
) -> Effects:  # fmt: skip
    """Make the change, on record with its reason; raises Problem where it cannot be made, and by `require_unchanged`
    with the mark of the values that were shown."""
    said = _reason(reason)
    locks.hold_exam(session, exam)
    require_unchanged(session, exam, mark)
    if exam.state is not ExamState.PUBLISHED:
        raise Problem("exam.not_published")
    exams.check_values(wanted.minutes, wanted.pass_share, wanted.opens_at, wanted.closes_at)
    exam_times.check(wanted)
    if not any(getattr(wanted, name) for name in WAYS_IN):
        raise Problem("check.no_way_in", place=Place(field=WAYS_IN[0]))
    exam_appeals.check(wanted)
    exam_presets.check(exam.purpose, wanted)
    exam_delivery.check(exam.delivery, wanted.question_seconds, minutes=wanted.minutes,
                        questions=exams.size(session, exam).questions)  # fmt: skip
    kept = [one.id for one in exam_reach.kept_units(session, exam, actor)]
    exam_reach.require_units(session, set(wanted.unit_ids).difference(kept), actor=actor)
    found = effects(session, exam, wanted, now=now, grace=grace)
    if not found.changed:
        raise Problem("exam.nothing_changed")
    before = wanted_now(session, exam)
    running = _running(session, exam, now=now, grace=grace)
    for name in FIELDS:
        old, new = getattr(before, name), getattr(wanted, name)
        if old != new:
            note(session, exam, name, as_code(old), as_code(new), reason=said, actor=actor, now=now)
    if _other_end(before, wanted):
        _extend(session, running, _extensions(session, exam, running, wanted), actor=actor, now=now)
    for name in FIELDS:
        if name != "pass_share":
            setattr(exam, name, getattr(wanted, name))
    if wanted.pass_share != before.pass_share:
        pass_marks.judge_anew(session, exam, wanted.pass_share, now=now)
    if _moved(before, wanted):
        former, old = exam_scope.scope_of(session, exam), scope_words(session, before)
        exam_plans.set_scope(session, exam, wanted.unit_ids, wanted.audiences)
        note(session, exam, "scope", old, scope_words(session, wanted), reason=said, actor=actor, now=now)
        exam_rosters.follow_scope(session, exam, former, reason=said, actor=actor, now=now)
    session.flush()
    return found


def edit_words(
    session: Session, exam: Exam, *, title: str, notice: str, contact_name: str, contact_phone: str, actor: Person,
    now: datetime,
) -> bool:  # fmt: skip
    """Correct what is only read: title, notice, contact; on record, without telling learners."""
    values = {"title": title.strip(), "notice": notice.strip(), "contact_name": contact_name.strip(),
              "contact_phone": contact_phone.strip()}  # fmt: skip
    if not values["title"]:
        raise Problem("exam.no_title", place=Place(field="title"))
    moved = {name: value for name, value in values.items() if getattr(exam, name) != value}
    for name, value in moved.items():
        note(session, exam, name, getattr(exam, name), value, reason="", actor=actor, now=now, shown=False)
        setattr(exam, name, value)
    session.flush()
    return bool(moved)


def withdraw(session: Session, exam: Exam, *, reason: str, actor: Person, now: datetime) -> None:
    """No new starts; open attempts are kept; learners read the reason."""
    if exam.state is not ExamState.PUBLISHED:
        raise Problem("exam.not_published")
    note(session, exam, "state", exam.state.value, "withdrawn", reason=_reason(reason), actor=actor, now=now)
    exam.state, exam.withdrawn_at = ExamState.WITHDRAWN, now
    session.flush()


def reinstate(session: Session, exam: Exam, *, reason: str, actor: Person, now: datetime) -> None:
    """The way back from withdrawing."""
    if exam.state is not ExamState.WITHDRAWN:
        raise Problem("exam.not_withdrawn")
    note(session, exam, "state", exam.state.value, "published", reason=_reason(reason), actor=actor, now=now)
    exam.state, exam.withdrawn_at = ExamState.PUBLISHED, None
    session.flush()


def bin_exam(session: Session, exam: Exam, *, actor: Person, now: datetime) -> None:
    """Put an exam into the recycle bin; its attempts are kept."""
    exam.deleted_at, exam.deleted_by_id = now, actor.id
    audit.record(session, "exam.deleted", now=now, actor=actor, on=exam, unit_id=exam.unit_id)
    session.flush()


def restore(session: Session, exam: Exam, *, actor: Person, now: datetime) -> None:
    """Take an exam back out of the bin, as it was."""
    exam.deleted_at = exam.deleted_by_id = None
    audit.record(session, "exam.restored", now=now, actor=actor, on=exam, unit_id=exam.unit_id)
    session.flush()


def changes(session: Session, exam: Exam, *, shown_only: bool = False) -> list[tuple[ExamChange, str]]:
    """What was changed and by whom, newest first."""
    rows = session.execute(_CHANGES, {"exam": exam.id})
    return [(row, name or "") for row, name in rows if row.shown or not shown_only]


_TOGETHER = {"resumed": "paused"}
"""What one thing is said by: who reads that the exam goes on need not read that it was paused."""


def latest_and_earlier(rows: Iterable[ExamChange]) -> tuple[list[ExamChange], list[ExamChange]]:
    """Changes, newest first, parted into the last of each thing that was changed, and what came before those."""
    latest: dict[str, ExamChange] = {}
    earlier = []
    for row in rows:
        thing = _TOGETHER.get(row.field, row.field)
        if thing in latest:
            earlier.append(row)
        else:
            latest[thing] = row
    return list(latest.values()), earlier


def scope_names(session: Session, wanted: Wanted) -> tuple[Sequence[str], Sequence[Audience]]:
    """The names of the units, and the audiences, that narrow the scope; both empty where nothing does."""
    units = session.scalars(select(Unit.name).where(Unit.id.in_(wanted.unit_ids)).order_by(Unit.path)).all()
    kinds = session.scalars(select(Audience).where(Audience.code.in_(wanted.audiences)).order_by(Audience.code)).all()
    return units, kinds


def scope_words(session: Session, wanted: Wanted) -> str:
    """The scope by names, as the history of an exam keeps it; empty where nothing narrows it."""
    units, kinds = scope_names(session, wanted)
    return "; ".join(", ".join(part) for part in (units, [one.name for one in kinds]) if part)


def _scope(session: Session, exam: Exam, wanted: Wanted) -> Scope:
    ids = wanted.unit_ids or ((exam.unit_id,) if exam.unit_id is not None else ())
    paths = session.scalars(select(Unit.path).where(Unit.id.in_(ids))).all()
    return Scope(tuple(sorted(paths)), frozenset(wanted.audiences))


def _moved(before: Wanted, wanted: Wanted) -> bool:
    return set(before.unit_ids) != set(wanted.unit_ids) or set(before.audiences) != set(wanted.audiences)


def _other_end(before: Wanted, wanted: Wanted) -> bool:
    """Whether the change moves until when those who sit may have time."""
    names = ("closes_at", "retake_closes_at", "extra_past_closing")
    return any(getattr(before, name) != getattr(wanted, name) for name in names)


def cut_short(session: Session, exam: Exam) -> dict[int, timedelta]:
    """What an end that was moved since has taken from papers that the clock has closed, by attempt."""
    closed = reopening.run_out(session, exam)
    later = _extensions(session, exam, closed, exam)
    return {one.id: later[one.id] - one.deadline for one in closed if one.id in later}


def _short_of_time(session: Session, exam: Exam, running: Sequence[Attempt], wanted: Wanted, *, now: datetime) -> int:
    if wanted.question_seconds is None or wanted.question_seconds <= (exam.question_seconds or 0):
        return 0
    return exam_delivery.short_of_time(session, exam, running, wanted.question_seconds, now=now)


def follow_extra(
    session: Session, exam: Exam, person: Person, *, actor: Person, now: datetime, grace: timedelta
) -> int:
    """Give a person who sits now the extra time that is theirs now; how many attempts got a later deadline."""
    running = [one for one in _running(session, exam, now=now, grace=grace) if one.person_id == person.id]
    later = _extensions(session, exam, running, exam)
    _extend(session, running, later, actor=actor, now=now)
    return len(later)


def _running(session: Session, exam: Exam, *, now: datetime, grace: timedelta) -> Sequence[Attempt]:
    """Attempts that still have time, in the order in which they are held."""
    query = select(Attempt).where(Attempt.exam_id == exam.id, Attempt.state == AttemptState.OPEN)
    in_time = (Attempt.deadline >= now - grace) | Attempt.paused_at.is_not(None)
    return session.scalars(query.where(Attempt.trial.is_(False), in_time).order_by(Attempt.id)).all()


def _extensions(
    session: Session, exam: Exam, running: Sequence[Attempt], times: exam_times.Timed
) -> dict[int, datetime]:
    """The later deadline of each attempt that gets one: the new closing, but at most started + its own minutes."""
    found = {}
    extras = exam_times.extras(session, exam, [one.person_id for one in running])
    given_back = pauses_of(session, [one.id for one in running])
    for attempt in running:
        begun = attempt.started_at + given_back.get(attempt.id, timedelta(0))
        deadline = exam_times.deadline(
            times, begun, minutes=_minutes_at(session, exam, attempt.started_at),
            extra=extras.get(attempt.person_id, NO_EXTRA), retake=attempt.retake,
        )  # fmt: skip
        if deadline > attempt.deadline:
            found[attempt.id] = deadline
    return found


def _minutes_at(session: Session, exam: Exam, moment: datetime) -> int:
    """The minutes that held when an attempt was started: the old value of the first change after it."""
    old = session.scalar(
        select(ExamChange.old)
        .where(ExamChange.exam_id == exam.id, ExamChange.field == "minutes", ExamChange.at > moment)
        .order_by(ExamChange.id)
        .limit(1)
    )
    return int(old) if old is not None else exam.minutes


def _extend(
    session: Session, running: Sequence[Attempt], later: dict[int, datetime], *, actor: Person, now: datetime
) -> None:
    """Append an opened step of the same epoch with the new deadline, from which the row follows."""
    for attempt in running:
        deadline = later.get(attempt.id)
        if deadline is None:
            continue
        session.refresh(attempt, with_for_update={"of": Attempt})
        if attempt.state is not AttemptState.OPEN or deadline <= attempt.deadline:
            continue  # handed in, or given more on the board, in this very moment
        detail = {"deadline": deadline.isoformat(), "extended": True}
        session.add(Step(attempt_id=attempt.id, kind=StepKind.OPENED, epoch=attempt.epoch, made_at=now, received_at=now,
                         actor_id=actor.id, detail=detail))  # fmt: skip
        attempt.deadline = deadline
    session.flush()


def note(
    session: Session, exam: Exam, field: str, old: str, new: str, *, reason: str, actor: Person, now: datetime,
    shown: bool = True,
) -> None:  # fmt: skip
    """Put a change of an exam on record, with old and new value as codes."""
    session.add(ExamChange(exam_id=exam.id, field=field, old=old, new=new, reason=reason, shown=shown,
                           actor_id=actor.id, at=now))  # fmt: skip
    audit.record(session, f"exam.changed.{field}", now=now, actor=actor, on=exam, unit_id=exam.unit_id, reason=reason,
                 old=old, new=new)  # fmt: skip


def as_code(value: object) -> str:
    """A value as a change on record keeps it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)


def _reason(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise Problem("exam.no_reason", place=Place(field="reason"))
    return said
