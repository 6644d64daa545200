"""Questions on their way out of a bank."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content import pictures
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.hooks import BankWriter
from suyu_learn.models import (
    Bank,
    Media,
    Person,
    Question,
    QuestionVersion,
    Topic,
    VersionTag,
    VersionText,
    VersionTopic,
)
from suyu_learn.services import audit, bank_search, media
from suyu_learn.services.bank_editing import draft_with
from suyu_learn.services.bank_search import QuestionFilter

EVERYTHING = 10_000_000


def drafts_of(session: Session, row: Bank, wanted: QuestionFilter) -> list[QuestionDraft]:
    """The questions of a bank that match, in its order; members stand behind their group, which comes along."""
    _total, found = bank_search.questions(session, row, wanted, offset=0, limit=EVERYTHING)
    rows = {question.id: (question, version) for question, version in found}
    lacking = {question.group_id for question, _version in found if question.group_id} - rows.keys()
    for question, version in _groups(session, lacking):
        rows[question.id] = (question, version)
    return _drafts(session, rows)


def drafts_named(session: Session, uids: Collection[str], banks: Collection[int]) -> list[QuestionDraft]:
    """The published questions of some banks that have these uids, in the order of the uids."""
    found = session.execute(
        select(Question, QuestionVersion).join(QuestionVersion, QuestionVersion.id == Question.published_version_id)
        .where(Question.uid.in_(uids), Question.bank_id.in_(banks), Question.group_id.is_(None))
    ).all()  # fmt: skip
    drafts = {one.uid: one for one in _drafts(session, {row[0].id: (row[0], row[1]) for row in found})}
    return [drafts[uid] for uid in dict.fromkeys(uids) if uid in drafts]


def _drafts(session: Session, rows: Mapping[int, tuple[Question, QuestionVersion]]) -> list[QuestionDraft]:
    versions = {version.id for _question, version in rows.values()}
    topics, tags, texts = _described(session, versions)
    uids = {number: question.uid for number, (question, _version) in rows.items()}
    ordered = sorted(rows.values(), key=_in_order)
    return [
        _draft(question, version, group=uids.get(question.group_id or 0, ""), topics=topics.get(version.id, []),
               tags=tags.get(version.id, []), texts=texts.get(version.id, {}))
        for question, version in ordered
    ]  # fmt: skip


def _groups(session: Session, ids: set[int]) -> Sequence[Any]:
    if not ids:
        return ()
    return session.execute(
        select(Question, QuestionVersion).join(QuestionVersion, QuestionVersion.id == Question.published_version_id)
        .where(Question.id.in_(ids))
    ).all()  # fmt: skip


def _in_order(pair: tuple[Question, QuestionVersion]) -> tuple[int, int, int]:
    question = pair[0]
    if question.group_id is None:
        return question.id, 0, 0
    return question.group_id, 1 + (question.group_position or 0), question.id


def _described(
    session: Session, versions: set[int]
) -> tuple[dict[int, list[str]], dict[int, list[str]], dict[int, Any]]:
    """Topics, tags and translations by version, each asked for a part at a time."""
    topics: dict[int, list[str]] = {}
    tags: dict[int, list[str]] = {}
    texts: dict[int, dict[str, Any]] = {}
    wanted = sorted(versions)
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        named = select(VersionTopic.version_id, Topic.name).join(Topic).where(VersionTopic.version_id.in_(part))
        for number, name in session.execute(named.order_by(Topic.id)):
            topics.setdefault(number, []).append(name)
        tagged = select(VersionTag.version_id, VersionTag.tag).where(VersionTag.version_id.in_(part))
        for number, tag in session.execute(tagged.order_by(VersionTag.tag)):
            tags.setdefault(number, []).append(tag)
        said = select(VersionText.version_id, VersionText.lang, VersionText.body)
        for number, lang, body in session.execute(said.where(VersionText.version_id.in_(part))):
            texts.setdefault(number, {})[lang] = body
    return topics, tags, texts


def _draft(
    question: Question, version: QuestionVersion, *, group: str, topics: Sequence[str], tags: Sequence[str],
    texts: Mapping[str, Any],
) -> QuestionDraft:  # fmt: skip
    draft = draft_with(version, question.uid, topics, tags)
    return replace(draft, translations=dict(texts), group=group)


def pictures_of(session: Session, drafts: Sequence[QuestionDraft], folder: Path) -> Callable[[str], tuple[bytes, str]]:
    """What gives the bytes and kind of each picture that the questions name."""
    bodies = (body for one in drafts for body in (one.body, *one.translations.values()))
    named = {sha for body in bodies for sha in pictures.named_in(body)}
    mimes: dict[str, str] = {}
    wanted = sorted(named)
    for start in range(0, len(wanted), 500):
        found = select(Media.sha256, Media.mime).where(Media.sha256.in_(wanted[start : start + 500]))
        mimes.update(session.execute(found).all())

    def give(sha256: str) -> tuple[bytes, str]:
        try:
            return media.path_of(folder, sha256).read_bytes(), mimes[sha256]
        except (KeyError, OSError):
            raise Problem("media.lost", place=Place(field="picture"), name=sha256[:12]) from None

    return give


def write(
    session: Session, row: Bank, wanted: QuestionFilter, writer: BankWriter, stream: BinaryIO, *, folder: Path,
    options: Mapping[str, Any],
) -> int:  # fmt: skip
    """Write what matches to a file; how many questions."""
    drafts = drafts_of(session, row, wanted)
    if not drafts:
        raise Problem("bank.nothing_to_write")
    give = pictures_of(session, drafts, folder)
    writer.write(drafts, stream, title=row.name, lang=row.lang, media=give, options=options)
    return len(drafts)


def note(
    session: Session, row: Bank, writer: BankWriter, count: int, *, filtered: bool, actor: Person | None, now: datetime
) -> None:
    """Log that questions left, and how many."""
    audit.record(session, "bank.exported", now=now, actor=actor, on=row, unit_id=row.unit_id, bank=row.name,
                 format=writer.code, questions=count, filtered=filtered)  # fmt: skip
