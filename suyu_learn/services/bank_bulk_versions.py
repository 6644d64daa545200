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


@dataclass(frozen=True, slots=True)
class Made:
    """How many questions got new versions, and how many of these are published and have a draft that got one too."""

    questions: int
    drafts: int


@dataclass(frozen=True, slots=True)
class _Copy:
    """A version that is made again, changed or not, under a number of its own."""

    version: QuestionVersion
    edit: Edit
    number: int
    live: bool


def new_versions(
    session: Session, questions: Sequence[Question], changed: Callable[[Edit], Edit], *, author_id: int, now: datetime
) -> Made:
    """Make a version more of each question that `changed` leaves otherwise. A published one stays so.

    An unfinished draft of a published question is changed like it, and stays the newest version and a draft.
    """
    made = drafts = 0
    for start in range(0, len(questions), PART):
        part = _part(session, questions[start : start + PART], changed, author_id=author_id, now=now)
        made, drafts = made + part.questions, drafts + part.drafts
    session.expire_all()
    return Made(made, drafts)


def _part(
    session: Session, questions: Sequence[Question], changed: Callable[[Edit], Edit], *, author_id: int, now: datetime
) -> Made:
    live = {one.id: one.published_version_id for one in questions}
    standing = _standing(session, live)
    labels = _labels(session, [one.id for _newest, versions in standing.values() for one in versions])
    copies: list[_Copy] = []
    drafts = 0
    for newest, versions in standing.values():
        found = _copies(newest, versions, live, labels, changed)
        copies += found
        drafts += len(versions) > 1 and bool(found)
    if copies:
        session.execute(insert(_version), [_row(one, author_id, now) for one in copies])  # type: ignore[arg-type]
        fresh = _fresh(session, copies)
        _describe(session, copies, fresh)
        _settle(session, copies, fresh)
    return Made(len({one.version.question_id for one in copies}), drafts)


def _copies(
    newest: int, versions: Sequence[QuestionVersion], live: Mapping[int, int | None], labels: _Labels,
    changed: Callable[[Edit], Edit],
) -> list[_Copy]:  # fmt: skip
    """The new versions of one question: none where nothing differs, else from the first that does to the newest."""
    pairs = [(one, before := _edit(one, labels), changed(before)) for one in versions]
    first = next((place for place, (_one, before, after) in enumerate(pairs) if _differs(before, after)), None)
    if first is None:
        return []
    return [
        _Copy(one, replace(after, draft=replace(after.draft, topics=_named(after, labels))), newest + place,
              live[one.question_id] == one.id)
        for place, (one, _before, after) in enumerate(pairs[first:], start=1)
    ]  # fmt: skip


def _edit(version: QuestionVersion, labels: _Labels) -> Edit:
    about = labels.topics.get(version.id, ())
    draft = draft_with(version, "", [labels.names[one] for one in about], labels.tags.get(version.id, ()))
    return Edit(draft, tuple(about), version.number)


def _named(edit: Edit, labels: _Labels) -> tuple[str, ...]:
    return tuple(labels.names[one] for one in sorted(edit.topic_ids) if one in labels.names)


def _standing(
    session: Session, live: Mapping[int, int | None]
) -> dict[int, tuple[int, list[QuestionVersion]]]:  # fmt: skip
    """The newest number of each question, and what is changed: the published version and its draft, or the newest."""
    latest = {one.question_id: one for one in _latest(session, list(live))}
    behind = [number for question_id, number in live.items() if number is not None and latest[question_id].id != number]
    drawn = {one.question_id: one for one in session.scalars(
        select(QuestionVersion).where(QuestionVersion.id.in_(behind)))}  # fmt: skip
    found = {}
    for question_id, newest in latest.items():
        versions = [newest] if newest.status in OPEN or question_id not in drawn else []
        found[question_id] = (newest.number, [drawn[question_id], *versions] if question_id in drawn else versions)
    return found


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


def _row(one: _Copy, author_id: int, now: datetime) -> dict[str, Any]:
    version, draft = one.version, one.edit.draft
    return {name: getattr(version, name) for name in _KEPT} | {
        "number": one.number,
        "content_hash": content_hash(draft.type, draft.body, draft.text_format, draft.lang, draft.metadata()),
        "difficulty": Difficulty(draft.difficulty),
        "criterion": draft.criterion,
        "dimension": Dimension(draft.dimension) if draft.dimension else None,
        "source": draft.source,
        "points": draft.points,
        "status": Status.PUBLISHED if one.live else version.status,
        "author_id": author_id,
        "created_at": now,
    }


def _fresh(session: Session, copies: Sequence[_Copy]) -> dict[int, int]:
    """The ids of what was just written, by the id of what it was made from."""
    made = {(one.version.question_id, one.number): one.version.id for one in copies}
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.question_id, QuestionVersion.number)
        .where(QuestionVersion.question_id.in_({one.version.question_id for one in copies}))
    )  # fmt: skip
    return {made[question_id, place]: number for number, question_id, place in rows if (question_id, place) in made}


def _describe(session: Session, copies: Sequence[_Copy], fresh: Mapping[int, int]) -> None:
    about, tagged = [], []
    for one in copies:
        made = fresh[one.version.id]
        about += [{"version_id": made, "topic_id": topic} for topic in dict.fromkeys(one.edit.topic_ids)]
        tagged += [{"version_id": made, "tag": tag} for tag in dict.fromkeys(one.edit.draft.tags)]
    texts = [
        {"version_id": fresh[one.version_id], "lang": one.lang, "body": one.body}
        for one in session.scalars(select(VersionText).where(VersionText.version_id.in_(list(fresh))))
    ]
    shown = [
        {"version_id": fresh[version_id], "media_id": media_id}
        for version_id, media_id in session.execute(
            select(VersionMedia.version_id, VersionMedia.media_id).where(VersionMedia.version_id.in_(list(fresh)))
        )
    ]
    for table, rows in ((VersionTopic, about), (VersionTag, tagged), (VersionText, texts), (VersionMedia, shown)):
        if rows:
            session.execute(insert(table.__table__), rows)  # type: ignore[arg-type]


def _settle(session: Session, copies: Sequence[_Copy], fresh: Mapping[int, int]) -> None:
    """What stood before steps back; what papers draw is the new version."""
    over = [one.version.id for one in copies if one.live or one.version.status in OPEN]
    if over:
        session.execute(
            update(QuestionVersion).where(QuestionVersion.id.in_(over)).values(status=Status.RETIRED)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
    drawn = [{"one": one.version.question_id, "new": fresh[one.version.id]} for one in copies if one.live]
    if drawn:
        table = Question.__table__
        session.execute(
            update(table).where(table.c.id == bindparam("one")).values(published_version_id=bindparam("new")),  # type: ignore[arg-type]
            drawn,
        )
