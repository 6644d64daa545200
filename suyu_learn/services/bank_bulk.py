"""Changing many questions at once: what is known of them as new versions, their status, their bank."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.papers.draw import shortage
from suyu_learn.domain.papers.specification import Candidate
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Bank,
    Exam,
    Person,
    Question,
    QuestionVersion,
    Status,
)
from suyu_learn.services import audit, bank, bank_editing, papers, topics
from suyu_learn.services.bank_contents import drawing_exams, exams_in_need
from suyu_learn.services.bank_editing import Edit
from suyu_learn.services.bank_questions import latest_of

MOST = 5_000
FACTS = ("topic_add", "topic_remove", "tags_add", "tags_remove", "difficulty", "criterion", "dimension",
         "audience_add", "audience_remove", "source")  # fmt: skip
STATES = ("publish", "retire", "submit")
PLACES = ("move", "copy")


@dataclass(frozen=True, slots=True)
class Bulk:
    """One change of many questions: what is done, with which value."""

    what: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """How many of the chosen questions were changed, and how many needed nothing."""

    changed: int
    same: int


def chosen(session: Session, row: Bank, question_ids: Collection[int]) -> list[Question]:
    """Those of the questions that are in the bank; who chooses a passage or one of its questions chooses all."""
    found: list[Question] = []
    wanted = sorted(set(question_ids))[:MOST]
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        found += session.scalars(
            select(Question).where(Question.bank_id == row.id, Question.id.in_(part)).order_by(Question.id)
        )
    return found


def change_facts(
    session: Session, row: Bank, questions: Sequence[Question], bulk: Bulk, *, actor: Person, now: datetime
) -> Done:
    """New versions with another topic, tag, difficulty and the like; published where the one before was."""
    if bulk.what not in FACTS:
        raise Problem("bulk.unknown")
    changed = 0
    before = {one.question_id for one in _candidates(session, row, questions)}
    for question in questions:
        changed += _change_one(session, row, question, bulk, actor=actor, now=now)
    _require_enough(session, row, before, now=now)
    _tell(session, row, bulk, changed, actor=actor, now=now)
    return Done(changed, len(questions) - changed)


def change_status(
    session: Session, row: Bank, questions: Sequence[Question], bulk: Bulk, *, actor: Person, now: datetime
) -> Done:
    """Publish, retire or send to review what can be; what is so already, or must be reviewed first, stays."""
    changed = 0
    if bulk.what == "retire":
        live = [one for one in questions if one.published_version_id is not None]
        in_need = exams_in_need(session, row, {one.id for one in live}, now=now)
        if in_need:
            raise Problem("bank.needed", exams=[exam.title for exam in in_need])
        for question in live:
            bank.retire(session, question, now=now)
        changed = len(live)
    elif bulk.what in ("publish", "submit"):
        act = bank_editing.publish if bulk.what == "publish" else bank_editing.submit
        for question in questions:
            try:
                act(session, row, question, actor=actor, now=now)
                changed += 1
            except Problem:
                continue
    else:
        raise Problem("bulk.unknown")
    _tell(session, row, bulk, changed, actor=actor, now=now)
    return Done(changed, len(questions) - changed)


def move(
    session: Session, row: Bank, questions: Sequence[Question], target: Bank, *, actor: Person, now: datetime
) -> Done:
    """Put questions into another bank; refused where an open exam would have too few left."""
    _require_target(row, target)
    if row.pack is not None:
        raise Problem("bulk.pack_stays")
    moving = _with_groups(session, questions)
    in_need = exams_in_need(session, row, {one.id for one in moving}, now=now)
    if in_need:
        raise Problem("bank.needed", exams=[exam.title for exam in in_need])
    for question in moving:
        question.bank_id = target.id
    audit.record(session, "questions.moved", now=now, actor=actor, on=row, unit_id=row.unit_id, rows=len(moving),
                 bank=target.name)  # fmt: skip
    session.flush()
    return Done(len(moving), 0)


def copy(
    session: Session, row: Bank, questions: Sequence[Question], target: Bank, *, actor: Person, now: datetime
) -> Done:
    """Make new questions of the newest published versions in another bank, drafts there if it asks for review."""
    _require_target(row, target)
    copying = _with_groups(session, questions)
    known = set(session.scalars(
        select(Question.identity).where(Question.bank_id == target.id, Question.published_version_id.is_not(None))
    ))  # fmt: skip
    groups: dict[int, Question] = {}
    copied = 0
    for question in copying:
        if question.identity in known and question.group_id is None:
            continue
        groups[question.id] = _copy_one(session, question, target, groups, actor=actor, now=now)
        copied += 1
    audit.record(session, "questions.copied", now=now, actor=actor, on=target, unit_id=target.unit_id, rows=copied,
                 bank=row.name)  # fmt: skip
    session.flush()
    return Done(copied, len(copying) - copied)


def _change_one(session: Session, row: Bank, question: Question, bulk: Bulk, *, actor: Person, now: datetime) -> bool:
    latest = latest_of(session, question)
    stood = latest.status
    live, approved = question.published_version_id == latest.id, (latest.reviewer, latest.reviewed_at)
    edit = _changed(session, bank_editing.edit_of(session, question, latest, base=latest.number), bulk)
    made = bank_editing.edit(session, row, question, edit, actor=actor, now=now, told=False)
    if made is None:
        return False
    if live:  # the wording stays as it was agreed to
        bank.publish(session, question, made, reviewer=approved[0], now=approved[1] or now)
        made.reviewer_id = latest.reviewer_id
    elif stood in bank_editing.OPEN:
        made.status = stood
    else:
        made.status, made.reviewer, made.reviewed_at = stood, *approved
        made.reviewer_id = latest.reviewer_id
    return True


def _changed(session: Session, edit: Edit, bulk: Bulk) -> Edit:
    draft, value = edit.draft, bulk.value.strip()
    match bulk.what:
        case "topic_add":
            return bank_editing.with_topics(session, draft, [*edit.topic_ids, _id(value)], (), base=edit.base)
        case "topic_remove":
            gone = topics.subtree(session, _id(value))
            left = [one for one in edit.topic_ids if one not in gone]
            return bank_editing.with_topics(session, draft, left, (), base=edit.base)
        case "tags_add" | "audience_add":
            tags = (*draft.tags, *bank_editing.tidy_labels(value, field="value"))
            return replace(edit, draft=replace(draft, tags=tuple(dict.fromkeys(tags))))
        case "tags_remove" | "audience_remove":
            gone_tags = set(bank_editing.tidy_labels(value, field="value"))
            return replace(edit, draft=replace(draft, tags=tuple(tag for tag in draft.tags if tag not in gone_tags)))
        case "difficulty":
            return replace(edit, draft=replace(draft, difficulty=value))
        case "criterion":
            return replace(edit, draft=replace(draft, criterion=_id(value) or None))
        case "dimension":
            return replace(edit, draft=replace(draft, dimension=value or None))
        case _:
            return replace(edit, draft=replace(draft, source=value))


def _id(value: str) -> int:
    if value and not value.isdecimal():
        raise Problem("bulk.no_value", place=Place(field="value"))
    return int(value or 0)


def _copy_one(
    session: Session, question: Question, target: Bank, groups: dict[int, Question], *, actor: Person, now: datetime
) -> Question:
    version = latest_of(session, question)
    if question.published_version_id is not None:
        version = session.get_one(QuestionVersion, question.published_version_id)
    kept = bank_editing.edit_of(session, question, version)
    uid = bank_editing.new_uid()
    draft = replace(kept.draft, uid=uid)
    group = groups.get(question.group_id) if question.group_id is not None else None
    made = bank_editing.create(session, target, replace(kept, draft=draft), actor=actor, now=now, group=group,
                               told=False)  # fmt: skip
    bank_editing.carry_translations(session, version, made)
    copied = session.get_one(Question, made.question_id)
    if version.status is Status.PUBLISHED and not target.review:
        bank.publish(session, copied, made, reviewer=version.reviewer or actor.name, now=now)
    return copied


def _with_groups(session: Session, questions: Sequence[Question]) -> list[Question]:
    """The questions with the whole of each group they belong to, passages first."""
    heads = {one.group_id or one.id for one in questions}
    members = session.scalars(select(Question).where(Question.group_id.in_(heads))).all() if heads else []
    passages = session.scalars(select(Question).where(Question.id.in_({one.group_id for one in members}))).all()
    found = {one.id: one for one in (*passages, *questions, *members)}
    return sorted(found.values(), key=lambda one: (one.group_id is not None, one.group_position or 0, one.id))


def _require_target(row: Bank, target: Bank) -> None:
    if target.id == row.id or target.deleted_at is not None or target.pack is not None:
        raise Problem("bulk.no_target", place=Place(field="value"))


def _candidates(session: Session, row: Bank, questions: Sequence[Question]) -> Iterator[Candidate]:
    wanted = {one.id for one in questions}
    return (one for one in bank.candidates(session, [row.id]) if one.question_id in wanted)


def _require_enough(session: Session, row: Bank, before: Collection[int], *, now: datetime) -> None:
    """Raise Problem where an open exam could be drawn before the change, and cannot any more."""
    if not before:
        return
    short: list[Exam] = []
    for exam in drawing_exams(session, row, now=now):
        rules = papers.rules_of(exam.paper)
        if shortage(rules, bank.candidates(session, {one for rule in rules for one in rule.banks})) is not None:
            short.append(exam)
    if short:
        raise Problem("bank.needed", exams=[exam.title for exam in short])


def _tell(session: Session, row: Bank, bulk: Bulk, changed: int, *, actor: Person, now: datetime) -> None:
    audit.record(session, f"questions.{bulk.what}", now=now, actor=actor, on=row, unit_id=row.unit_id, rows=changed,
                 value=bulk.value)  # fmt: skip
    session.flush()
