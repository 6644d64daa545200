"""Banks and their questions: storing versions, publishing, and finding what papers can draw from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.domain.papers.specification import Candidate, Part
from suyu_learn.domain.practice import Openness
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.group import Group
from suyu_learn.domain.questions.identity import content_hash, normalised_identity
from suyu_learn.domain.questions.words import words_of
from suyu_learn.models import (
    Bank,
    Difficulty,
    Dimension,
    Person,
    Question,
    QuestionVersion,
    Status,
    TextFormat,
    Unit,
    VersionTag,
    VersionText,
    VersionTopic,
)
from suyu_learn.services import media, topics


def find_bank(session: Session, name: str) -> Bank:
    """The bank of that name or pack; raises Problem when there is none."""
    found = session.scalar(
        select(Bank).where((Bank.name == name) | (Bank.pack == name), Bank.deleted_at.is_(None)).order_by(Bank.id)
    )
    if found is None:
        raise Problem("bank.unknown", place=Place(field="bank"), name=name)
    return found


def add_bank(session: Session, name: str, *, unit: Unit | None, now: datetime, actor: Person | None = None,
             review: bool = False, pack: str | None = None, lang: str = "zh_Hans") -> Bank:  # fmt: skip
    """A new, empty bank; one that comes with a pack is open for practice."""
    bank = Bank(name=name, unit_id=unit.id if unit else None, created_at=now, review=review, pack=pack, lang=lang,
                created_by_id=actor.id if actor else None,
                practice=Openness.OPEN if pack else Openness.CLOSED)  # fmt: skip
    session.add(bank)
    session.flush()
    return bank


def store(
    session: Session,
    bank: Bank,
    draft: QuestionDraft,
    *,
    now: datetime,
    reviewer: str,
    author_id: int | None = None,
    import_id: int | None = None,
    review: bool = False,
) -> QuestionVersion | None:
    """Store a draft as a new published version; None when exactly this is already the latest.

    A retired question that comes again is published again. With `review` the version waits for a reviewer instead.
    """
    fingerprint = content_hash(draft.type, draft.body, draft.text_format, draft.lang, draft.metadata())
    question = session.scalar(select(Question).where(Question.uid == draft.uid))
    if question is not None and question.bank_id != bank.id:
        raise Problem("bank.uid_elsewhere", place=draft.place, uid=draft.uid)
    group = _group_of(session, bank, draft)
    identity = normalised_identity(draft.type, draft.body, group=group.identity if group else "")
    if question is None:
        question = Question(uid=draft.uid, bank_id=bank.id, identity=identity, created_at=now, import_id=import_id)
        session.add(question)
        session.flush()
    _join(session, question, group)
    latest = session.scalar(
        select(QuestionVersion).where(QuestionVersion.question_id == question.id)
        .order_by(QuestionVersion.number.desc()).limit(1)
    )  # fmt: skip
    if latest is not None and latest.content_hash == fingerprint and question.published_version_id == latest.id:
        return None
    version = version_of(draft, question, number=latest.number + 1 if latest else 1, author_id=author_id, now=now)
    session.add(version)
    session.flush()
    _describe(session, version, draft)
    media.link_versions(session, [(version.id, (draft.body, *draft.translations.values()))])
    question.identity = identity
    if review:
        version.status = Status.REVIEW
        session.flush()
    else:
        publish(session, question, version, reviewer=reviewer, now=now)
    return version


def _group_of(session: Session, bank: Bank, draft: QuestionDraft) -> Question | None:
    """The group that a draft belongs to, stored before it; raises Problem if there is none of that uid in the bank."""
    if not draft.group:
        return None
    found = session.scalar(select(Question).where(Question.uid == draft.group, Question.bank_id == bank.id))
    if found is None:
        raise Problem("bank.group_unknown", place=draft.place, group=draft.group)
    return found


def _join(session: Session, question: Question, group: Question | None) -> None:
    """Put a question at the end of a group, unless it is in it already."""
    if question.group_id == (group.id if group else None):
        return
    question.group_id = group.id if group else None
    question.group_position = None
    if group is not None:
        last = session.scalar(select(func.max(Question.group_position)).where(Question.group_id == group.id))
        question.group_position = (last or 0) + 1
    session.flush()


def version_of(
    draft: QuestionDraft, question: Question, *, number: int, author_id: int | None, now: datetime
) -> QuestionVersion:
    """A version with what a draft says, not yet stored; topics, tags and translations have tables of their own."""
    return QuestionVersion(
        question_id=question.id,
        number=number,
        type=draft.type,
        text_format=TextFormat(draft.text_format),
        lang=draft.lang,
        body=dict(draft.body),
        content_hash=content_hash(draft.type, draft.body, draft.text_format, draft.lang, draft.metadata()),
        difficulty=Difficulty(draft.difficulty),
        criterion=draft.criterion,
        dimension=Dimension(draft.dimension) if draft.dimension else None,
        source=draft.source,
        points=draft.points,
        author_id=author_id,
        words=words_of(draft.body),
        created_at=now,
    )


def publish(session: Session, question: Question, version: QuestionVersion, *, reviewer: str, now: datetime) -> None:
    """Make a version the one that papers draw; the one before is retired."""
    if question.published_version_id and question.published_version_id != version.id:
        former = session.get(QuestionVersion, question.published_version_id)
        if former is not None:
            former.status = Status.RETIRED
    version.status = Status.PUBLISHED
    version.reviewer = reviewer
    version.reviewed_at = now
    question.retired_at = None
    question.published_version_id = version.id
    session.flush()


def retire(session: Session, question: Question, *, now: datetime) -> None:
    """Take a question out of drawing; papers that name its versions keep them."""
    if question.published_version_id is not None:
        former = session.get(QuestionVersion, question.published_version_id)
        if former is not None:
            former.status = Status.RETIRED
    question.published_version_id = None
    question.retired_at = now
    session.flush()


def drawable_count(session: Session, bank: Bank) -> int:
    """How many questions of a bank a rule of any type can draw: all that are published, save passages and theirs."""
    return session.scalar(
        select(func.count()).select_from(Question)
        .join(QuestionVersion, QuestionVersion.id == Question.published_version_id)
        .where(Question.bank_id == bank.id, Question.group_id.is_(None), QuestionVersion.type != Group.code)
    ) or 0  # fmt: skip


def grouped_count(session: Session, bank: Bank) -> tuple[int, int]:
    """How many passages of a bank can be drawn by a rule that names them, and how many questions they have."""
    groups = [one for one in candidates(session, [bank.id]) if one.type == Group.code]
    return len(groups), sum(one.size for one in groups)


def candidates(session: Session, bank_ids: Iterable[int]) -> Sequence[Candidate]:
    """Every published question of the banks, as papers see it."""
    banks = list(bank_ids)
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.question_id, QuestionVersion.type, QuestionVersion.difficulty,
               QuestionVersion.criterion, QuestionVersion.dimension, Question.bank_id)
        .join(Question, Question.published_version_id == QuestionVersion.id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(Question.bank_id.in_(banks), Question.group_id.is_(None), Bank.deleted_at.is_(None))
        .order_by(Question.id)
    ).all()  # fmt: skip
    members = members_of(session, [version.question_id for version in rows if version.type == Group.code])
    drawn_from = select(Question.published_version_id).where(Question.bank_id.in_(banks))
    parts = _parts_of(session, members)
    about = _topics_of(session, drawn_from)
    tags = _grouped(session.execute(
        select(VersionTag.version_id, VersionTag.tag).where(VersionTag.version_id.in_(drawn_from))
    ).all())  # fmt: skip
    return [
        Candidate(
            version_id=version.id,
            question_id=version.question_id,
            bank_id=version.bank_id,
            type=version.type,
            topics=about.get(version.id, frozenset()),
            difficulty=version.difficulty.value,
            criterion=version.criterion,
            dimension=version.dimension.value if version.dimension else None,
            tags=frozenset(tags.get(version.id, ())),
            members=members.get(version.question_id, ()),
            parts=tuple(_part(one, version) for one in parts.get(version.question_id, ())),
        )
        for version in rows
        if version.type != Group.code or version.question_id in members
    ]


def _parts_of(session: Session, members: Mapping[int, tuple[int, ...]]) -> Mapping[int, list[Any]]:
    """What conditions look at in each group's members, in their order, by the group's question."""
    wanted = [version_id for those in members.values() for version_id in those]
    found: dict[int, Any] = {}
    for start in range(0, len(wanted), 500):
        rows = session.execute(
            select(QuestionVersion.id, QuestionVersion.question_id, QuestionVersion.type, QuestionVersion.criterion,
                   QuestionVersion.dimension, QuestionVersion.difficulty)
            .where(QuestionVersion.id.in_(wanted[start : start + 500]))
        )  # fmt: skip
        found.update((row.id, row) for row in rows)
    return {group_id: [found[version_id] for version_id in those] for group_id, those in members.items()}


def _part(member: Any, group: Any) -> Part:
    """A group's member as conditions see it; what it does not say of itself the group says."""
    dimension = member.dimension or group.dimension
    return Part(
        member.question_id, member.type, member.criterion or group.criterion, dimension.value if dimension else None,
        member.difficulty.value,
    )  # fmt: skip


def passages_of(
    session: Session, questions: Iterable[Question], *, only_published: bool = False
) -> Mapping[int, tuple[str, str]]:
    """Stem and text format of the passages that questions refer to, by the question of the group."""
    wanted = {question.group_id for question in questions if question.group_id is not None}
    if not wanted:
        return {}
    rows = session.execute(
        select(QuestionVersion.question_id, QuestionVersion.body, QuestionVersion.text_format)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.question_id.in_(wanted),
               (Question.published_version_id == QuestionVersion.id) if only_published else true())
        .order_by(QuestionVersion.number)
    )  # fmt: skip
    return {group_id: (str(body["stem"]), text_format.value) for group_id, body, text_format in rows}


def members_of(session: Session, group_ids: Sequence[int]) -> Mapping[int, tuple[int, ...]]:
    """The published versions of each group's members in their order, by the group's question."""
    found: dict[int, tuple[int, ...]] = {}
    if group_ids:
        rows = session.execute(
            select(Question.group_id, Question.published_version_id)
            .where(Question.group_id.in_(group_ids), Question.published_version_id.is_not(None))
            .order_by(Question.group_position, Question.id)
        )
        for group_id, version_id in rows:
            if group_id is not None and version_id is not None:
                found[group_id] = (*found.get(group_id, ()), version_id)
    return found


def _describe(session: Session, version: QuestionVersion, draft: QuestionDraft) -> None:
    known = topics.at_the_top(session, draft.topics)
    session.add_all(VersionTopic(version_id=version.id, topic_id=known[name]) for name in dict.fromkeys(draft.topics))
    session.add_all(VersionTag(version_id=version.id, tag=tag) for tag in dict.fromkeys(draft.tags))
    session.add_all(
        VersionText(version_id=version.id, lang=lang, body=dict(body)) for lang, body in draft.translations.items()
    )


def _topics_of(session: Session, version_ids: Select[int | None]) -> Mapping[int, frozenset[str]]:
    """The topics of versions by name, with all above them, so that a rule takes a topic with what lies below it."""
    rows = session.execute(
        select(VersionTopic.version_id, VersionTopic.topic_id).where(VersionTopic.version_id.in_(version_ids))
    ).all()
    named = topics.with_ancestors(session, {topic_id for _version_id, topic_id in rows})
    found: dict[int, frozenset[str]] = {}
    for version_id, topic_id in rows:
        found[version_id] = found.get(version_id, frozenset()) | named.get(topic_id, frozenset())
    return found


def _grouped(rows: Iterable[Sequence[object]]) -> Mapping[int, list[str]]:
    grouped: dict[int, list[str]] = {}
    for version_id, value in rows:
        grouped.setdefault(version_id, []).append(str(value))  # type: ignore[arg-type]
    return grouped
