"""Changing many questions at once: what is known of them as new versions, and their status."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Bank,
    Person,
    Question,
    Topic,
)
from suyu_learn.services import audit, bank, bank_editing, topics
from suyu_learn.services.bank_bulk_versions import new_versions
from suyu_learn.services.bank_contents import exams_served
from suyu_learn.services.bank_editing import Edit

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
    drafts: int = 0
    """Of the changed ones, published questions with an unfinished draft, which was changed as well and stays one."""


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
    """New versions with another topic, tag, difficulty and the like; published where the one before was.

    Where a published question has an unfinished draft, both are changed, and the draft stays one.
    """
    if bulk.what not in FACTS:
        raise Problem("bulk.unknown")
    change = _change(session, bulk)
    with exams_served(session, row, now=now):
        made = new_versions(session, questions, change, author_id=actor.id, now=now)
    _tell(session, row, bulk, made.questions, actor=actor, now=now)
    return Done(made.questions, len(questions) - made.questions, made.drafts)


def change_status(
    session: Session, row: Bank, questions: Sequence[Question], bulk: Bulk, *, actor: Person, now: datetime
) -> Done:
    """Publish, retire or send to review what can be; what is so already, or must be reviewed first, stays."""
    changed = 0
    if bulk.what == "retire":
        live = [one for one in questions if one.published_version_id is not None]
        with exams_served(session, row, now=now):
            for question in live:
                bank.retire(session, question, now=now)
                if row.pack is not None:  # so that loading the pack again knows that it was meant
                    audit.record(session, "question.retired", now=now, actor=actor, on=question, uid=question.uid)
        changed = len(live)
    elif bulk.what in ("publish", "submit"):
        act = bank_editing.publish_one if bulk.what == "publish" else bank_editing.submit
        with exams_served(session, row, now=now):
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


def _change(session: Session, bulk: Bulk) -> Callable[[Edit], Edit]:
    """The change of one question, with what it looks up looked up once."""
    value = bulk.value.strip()
    match bulk.what:
        case "topic_add":
            topic = session.get(Topic, _id(value))
            if topic is None:
                raise Problem("bulk.no_value", place=Place(field="value"))
            number = topic.id
            return lambda edit: replace(edit, topic_ids=tuple(sorted({*edit.topic_ids, number})))
        case "topic_remove":
            gone = topics.subtree(session, _id(value))
            return lambda edit: replace(edit, topic_ids=tuple(one for one in edit.topic_ids if one not in gone))
        case "tags_add" | "audience_add":
            more = bank_editing.tidy_labels(value, field="value")
            return lambda edit: _with(edit, tags=tuple(dict.fromkeys((*edit.draft.tags, *more))))
        case "tags_remove" | "audience_remove":
            less = set(bank_editing.tidy_labels(value, field="value"))
            return lambda edit: _with(edit, tags=tuple(tag for tag in edit.draft.tags if tag not in less))
        case "criterion":
            return lambda edit: _with(edit, criterion=_id(value) or None)
        case "dimension":
            return lambda edit: _with(edit, dimension=value or None)
        case what:  # difficulty, source
            return lambda edit: _with(edit, **{what: value})


def _with(edit: Edit, **values: Any) -> Edit:
    return replace(edit, draft=replace(edit.draft, **values))


def _id(value: str) -> int:
    if value and not value.isdecimal():
        raise Problem("bulk.no_value", place=Place(field="value"))
    return int(value or 0)


def _tell(session: Session, row: Bank, bulk: Bulk, changed: int, *, actor: Person, now: datetime) -> None:
    audit.record(session, f"questions.{bulk.what}", now=now, actor=actor, on=row, unit_id=row.unit_id, rows=changed,
                 value=bulk.value)  # fmt: skip
    session.flush()
