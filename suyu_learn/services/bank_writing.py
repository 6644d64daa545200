"""Storing thousands of new questions with a handful of statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.words import words_of
from suyu_learn.models import (
    Bank,
    Difficulty,
    Dimension,
    Import,
    ImportMedia,
    Question,
    QuestionVersion,
    Status,
    TextFormat,
    VersionTag,
    VersionText,
    VersionTopic,
)
from suyu_learn.services import media, topics

_DIFFICULTIES = {one.value: one for one in Difficulty}
_WAITING = {"status": Status.REVIEW, "reviewer_id": None, "reviewer": "", "reviewed_at": None}
_TEXT_FORMATS = {one.value: one for one in TextFormat}
_PART = 500


def store_new(
    session: Session, bank: Bank, rows: Sequence[Mapping[str, Any]], *, import_: Import, reviewer: str,
    actor_id: int | None, now: datetime,
) -> None:  # fmt: skip
    """Store the data of good import rows as new questions, each published in its first version.

    In a bank with review they wait for a reviewer instead.

    The rows' uids must be new. Nothing passes through the unit of work, and what it costs depends on these rows alone,
    not on what the bank or the import has besides. Where a row has its `words` already they are not looked for again.
    """
    if not rows:
        return
    session.execute(
        insert(Question.__table__),  # type: ignore[arg-type]
        [
            {"uid": row["uid"], "bank_id": bank.id, "identity": row["identity"], "created_at": now,
             "import_id": import_.id}
            for row in rows
        ],
    )  # fmt: skip
    question_ids = _ids_of(session, rows)
    _join_groups(session, bank, rows, question_ids)
    standing = dict(_WAITING) if bank.review else {}
    session.execute(
        insert(QuestionVersion.__table__),  # type: ignore[arg-type]
        [_version(row, question_ids[row["uid"]], reviewer, actor_id, now) | standing for row in rows],
    )
    if not bank.review:
        _publish(session, list(question_ids.values()))
    pictured = _has_pictures(session, import_)
    if pictured or any(row["topics"] or row["tags"] or row["translations"] for row in rows):
        versions = _first_versions(session, question_ids)
        _describe(session, rows, versions)
        if pictured:
            media.link_versions(
                session, ((versions[row["uid"]], (row["body"], *row["translations"].values())) for row in rows)
            )


def _ids_of(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The ids that new questions were given, by uid."""
    found: dict[str, int] = {}
    for part in _parts([row["uid"] for row in rows]):
        found.update(session.execute(select(Question.uid, Question.id).where(Question.uid.in_(part))).all())
    return found


def _publish(session: Session, question_ids: Sequence[int]) -> None:
    first = (
        select(QuestionVersion.id)
        .where(QuestionVersion.question_id == Question.id, QuestionVersion.number == 1)
        .scalar_subquery()
    )
    for part in _parts(question_ids):
        session.execute(
            update(Question).where(Question.id.in_(part))
            .values(published_version_id=first).execution_options(synchronize_session=False)
        )  # fmt: skip


def _first_versions(session: Session, question_ids: Mapping[str, int]) -> dict[str, int]:
    """The first versions of new questions, by uid."""
    found: dict[int, int] = {}
    for part in _parts(list(question_ids.values())):
        found.update(
            session.execute(
                select(QuestionVersion.question_id, QuestionVersion.id)
                .where(QuestionVersion.question_id.in_(part), QuestionVersion.number == 1)
            ).all()
        )  # fmt: skip
    return {uid: found[number] for uid, number in question_ids.items()}


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _PART):
        yield values[start : start + _PART]


def _join_groups(
    session: Session, bank: Bank, rows: Sequence[Mapping[str, Any]], question_ids: Mapping[str, int]
) -> None:
    """Tie members to their groups, which came with them or stand in the bank word for word already."""
    members = [row for row in rows if row.get("group")]
    if not members:
        return
    wanted = {row["group_identity"] for row in members if row["group"] not in question_ids}
    known = dict(
        session.execute(
            select(Question.identity, Question.id).where(Question.bank_id == bank.id, Question.identity.in_(wanted))
        ).all()
    )
    rows_there = session.execute(
        select(Question.group_id, func.max(Question.group_position))
        .where(Question.group_id.in_(list(known.values()))).group_by(Question.group_id)
    )  # fmt: skip
    last: dict[int | None, int] = {group_id: position or 0 for group_id, position in rows_there}
    for row in members:
        group_id = question_ids.get(row["group"]) or known.get(row["group_identity"])
        if group_id is None:
            raise Problem("bank.group_unknown", group=row["group"])
        last[group_id] = last.get(group_id, 0) + 1
        session.execute(
            update(Question).where(Question.id == question_ids[row["uid"]])
            .values(group_id=group_id, group_position=last[group_id]).execution_options(synchronize_session=False)
        )  # fmt: skip


def _version(
    row: Mapping[str, Any], question_id: int, reviewer: str, actor_id: int | None, now: datetime
) -> dict[str, Any]:
    return {
        "question_id": question_id,
        "number": 1,
        "type": row["type"],
        "text_format": _TEXT_FORMATS[row["text_format"]],
        "lang": row["lang"],
        "body": row["body"],
        "content_hash": row["hash"],
        "difficulty": _DIFFICULTIES[row["difficulty"]],
        "criterion": row["criterion"],
        "dimension": Dimension(row["dimension"]) if row["dimension"] else None,
        "source": row["source"],
        "points": row["points"],
        "status": Status.PUBLISHED,
        "author_id": actor_id,
        "reviewer_id": actor_id,
        "reviewer": reviewer,
        "reviewed_at": now,
        "words": row["words"] if "words" in row else words_of(row["body"]),
        "created_at": now,
    }


def _describe(session: Session, rows: Sequence[Mapping[str, Any]], versions: Mapping[str, int]) -> None:
    """Topics, tags and translations, where there are any."""
    known = topics.at_the_top(session, (name for row in rows for name in row["topics"]))
    _insert(session, VersionTopic, [
        {"version_id": versions[row["uid"]], "topic_id": known[name]} for row in rows for name in row["topics"]
    ])  # fmt: skip
    _insert(session, VersionTag, [
        {"version_id": versions[row["uid"]], "tag": tag} for row in rows for tag in row["tags"]
    ])  # fmt: skip
    _insert(session, VersionText, [
        {"version_id": versions[row["uid"]], "lang": lang, "body": body}
        for row in rows for lang, body in row["translations"].items()
    ])  # fmt: skip


def _has_pictures(session: Session, import_: Import) -> bool:
    """Whether pictures came with an import; it noted that when it was read."""
    noted = select(ImportMedia.media_id).where(ImportMedia.import_id == import_.id).limit(1)
    return session.scalar(noted) is not None


def _insert(session: Session, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(insert(table.__table__), rows)
