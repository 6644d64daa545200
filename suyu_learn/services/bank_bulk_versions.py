"""New versions of many questions whose wording stays: read, changed and written with a handful of statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from suyu_learn.domain.questions.identity import content_hash
from suyu_learn.models import (
    Difficulty,
    Dimension,
    Question,
    QuestionVersion,
    Status,
    Topic,
    VersionMedia,
    VersionTag,
    VersionText,
    VersionTopic,
)
from suyu_learn.services.bank_editing import OPEN, Edit, draft_with

PART = 500
_version = QuestionVersion.__table__
_KEPT = ("question_id", "type", "text_format", "lang", "body", "words", "reviewer_id", "reviewer", "reviewed_at")


@dataclass(frozen=True, slots=True)
class _Labels:
    """The topics and tags of versions, by version."""

    topics: Mapping[int, list[int]]
    tags: Mapping[int, list[str]]
    names: Mapping[int, str]
    """Every topic by id."""


def new_versions(
    session: Session, questions: Sequence[Question], changed: Callable[[Edit], Edit], *, author_id: int, now: datetime
) -> int:
    """Make a version more of each question that `changed` leaves otherwise; how many. A published one stays so."""
    made = 0
    for start in range(0, len(questions), PART):
        made += _part(session, questions[start : start + PART], changed, author_id=author_id, now=now)
    session.expire_all()
    return made


def _part(
    session: Session, questions: Sequence[Question], changed: Callable[[Edit], Edit], *, author_id: int, now: datetime
) -> int:
    live = {one.id: one.published_version_id for one in questions}
    latest = _latest(session, list(live))
    labels = _labels(session, [one.id for one in latest])
    edits: list[tuple[QuestionVersion, Edit]] = []
    for version in latest:
        before = Edit(
            draft_with(version, "", [labels.names[one] for one in labels.topics.get(version.id, ())],
                       labels.tags.get(version.id, ())),
            tuple(labels.topics.get(version.id, ())), version.number,
        )  # fmt: skip
        after = changed(before)
        if _differs(before, after):
            named = tuple(labels.names[one] for one in sorted(after.topic_ids) if one in labels.names)
            edits.append((version, replace(after, draft=replace(after.draft, topics=named))))
    if not edits:
        return 0
    session.execute(insert(_version), [  # type: ignore[arg-type]
        _row(version, edit, live[version.question_id] == version.id, author_id, now) for version, edit in edits
    ])  # fmt: skip
    fresh = _fresh(session, edits)
    _describe(session, edits, fresh)
    _settle(session, [(version, fresh[version.question_id]) for version, _edit in edits], live)
    return len(edits)


def _latest(session: Session, question_ids: Sequence[int]) -> Sequence[QuestionVersion]:
    newest = (
        select(QuestionVersion.question_id, func.max(QuestionVersion.number).label("number"))
        .where(QuestionVersion.question_id.in_(question_ids)).group_by(QuestionVersion.question_id).subquery()
    )  # fmt: skip
    return session.scalars(
        select(QuestionVersion)
        .join(newest, (newest.c.question_id == QuestionVersion.question_id)
              & (newest.c.number == QuestionVersion.number))
        .order_by(QuestionVersion.question_id)
    ).all()  # fmt: skip


def _labels(session: Session, version_ids: Sequence[int]) -> _Labels:
    topics: dict[int, list[int]] = {}
    for version_id, topic_id in session.execute(
        select(VersionTopic.version_id, VersionTopic.topic_id).where(VersionTopic.version_id.in_(version_ids))
        .order_by(VersionTopic.topic_id)
    ):  # fmt: skip
        topics.setdefault(version_id, []).append(topic_id)
    tags: dict[int, list[str]] = {}
    for version_id, tag in session.execute(
        select(VersionTag.version_id, VersionTag.tag).where(VersionTag.version_id.in_(version_ids))
        .order_by(VersionTag.tag)
    ):  # fmt: skip
        tags.setdefault(version_id, []).append(tag)
    return _Labels(topics, tags, dict(session.execute(select(Topic.id, Topic.name)).all()))


def _differs(before: Edit, after: Edit) -> bool:
    return (
        replace(before.draft, topics=(), tags=()) != replace(after.draft, topics=(), tags=())
        or set(before.topic_ids) != set(after.topic_ids)
        or set(before.draft.tags) != set(after.draft.tags)
    )


def _row(version: QuestionVersion, edit: Edit, live: bool, author_id: int, now: datetime) -> dict[str, Any]:
    draft = edit.draft
    return {name: getattr(version, name) for name in _KEPT} | {
        "number": version.number + 1,
        "content_hash": content_hash(draft.type, draft.body, draft.text_format, draft.lang, draft.metadata()),
        "difficulty": Difficulty(draft.difficulty),
        "criterion": draft.criterion,
        "dimension": Dimension(draft.dimension) if draft.dimension else None,
        "source": draft.source,
        "points": draft.points,
        "status": Status.PUBLISHED if live else version.status,
        "author_id": author_id,
        "created_at": now,
    }


def _fresh(session: Session, edits: Sequence[tuple[QuestionVersion, Edit]]) -> dict[int, int]:
    """The ids of what was just written, by question."""
    numbers = {version.question_id: version.number + 1 for version, _edit in edits}
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.question_id, QuestionVersion.number)
        .where(QuestionVersion.question_id.in_(list(numbers)))
    )  # fmt: skip
    return {question_id: number for number, question_id, place in rows if numbers[question_id] == place}


def _describe(session: Session, edits: Sequence[tuple[QuestionVersion, Edit]], fresh: Mapping[int, int]) -> None:
    about, tagged = [], []
    for version, edit in edits:
        made = fresh[version.question_id]
        about += [{"version_id": made, "topic_id": one} for one in dict.fromkeys(edit.topic_ids)]
        tagged += [{"version_id": made, "tag": tag} for tag in dict.fromkeys(edit.draft.tags)]
    new = {version.id: fresh[version.question_id] for version, _edit in edits}
    texts = [
        {"version_id": new[one.version_id], "lang": one.lang, "body": one.body}
        for one in session.scalars(select(VersionText).where(VersionText.version_id.in_(list(new))))
    ]
    shown = [
        {"version_id": new[version_id], "media_id": media_id}
        for version_id, media_id in session.execute(
            select(VersionMedia.version_id, VersionMedia.media_id).where(VersionMedia.version_id.in_(list(new)))
        )
    ]
    for table, rows in ((VersionTopic, about), (VersionTag, tagged), (VersionText, texts), (VersionMedia, shown)):
        if rows:
            session.execute(insert(table.__table__), rows)  # type: ignore[arg-type]


def _settle(session: Session, made: Sequence[tuple[QuestionVersion, int]], live: Mapping[int, int | None]) -> None:
    """What stood before steps back; what papers draw is the new version."""
    over = [version.id for version, _new in made
            if live[version.question_id] == version.id or version.status in OPEN]  # fmt: skip
    if over:
        session.execute(
            update(QuestionVersion).where(QuestionVersion.id.in_(over)).values(status=Status.RETIRED)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
    drawn = [
        {"one": version.question_id, "new": new} for version, new in made if live[version.question_id] == version.id
    ]
    if drawn:
        table = Question.__table__
        session.execute(
            update(table).where(table.c.id == bindparam("one")).values(published_version_id=bindparam("new")),  # type: ignore[arg-type]
            drawn,
        )
