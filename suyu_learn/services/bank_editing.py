"""The life of a question: each edit is a new version, which goes from draft over review to published and retired."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.content import pictures
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.identity import normalised_identity
from suyu_learn.models import (
    Bank,
    Media,
    Person,
    Question,
    QuestionVersion,
    ReviewNote,
    Status,
    Topic,
    VersionMedia,
    VersionTag,
    VersionText,
    VersionTopic,
    new_key,
)
from suyu_learn.services import audit, bank, media, topics
from suyu_learn.services.bank_contents import exams_served
from suyu_learn.services.bank_questions import latest_of

WRITTEN = "own-"
"""How the uids of questions begin that were written in the editor."""
OPEN = (Status.DRAFT, Status.REVIEW)
LONGEST_TAG = 64
LONGEST_TOPIC = 200


@dataclass(frozen=True, slots=True)
class Edit:
    """A question as its author leaves it; `base` is the number of the version the edit began from, 0 if new."""

    draft: QuestionDraft
    topic_ids: tuple[int, ...] = ()
    base: int = 0


def new_uid() -> str:
    """A lasting name for a question written here."""
    return f"{WRITTEN}{new_key()}"


def create(
    session: Session, row: Bank, edit: Edit, *, actor: Person, now: datetime, group: Question | None = None,
    told: bool = True,
) -> QuestionVersion:  # fmt: skip
    """A new question in its first version, a draft; `told` if the audit trail shall hear of this one."""
    draft = edit.draft
    position = None
    if group is not None:
        position = (session.scalar(
            select(func.max(Question.group_position)).where(Question.group_id == group.id)
        ) or 0) + 1  # fmt: skip
    question = Question(uid=draft.uid, bank_id=row.id, identity=normalised_identity(draft.type, draft.body),
                        created_at=now, group_id=group.id if group is not None else None,
                        group_position=position)  # fmt: skip
    session.add(question)
    session.flush()
    version = _add_version(session, question, edit, number=1, author_id=actor.id, now=now)
    if told:
        audit.record(session, "question.created", now=now, actor=actor, on=question, unit_id=row.unit_id,
                     uid=draft.uid)  # fmt: skip
    return version


def edit(
    session: Session, row: Bank, question: Question, change: Edit, *, actor: Person, now: datetime
) -> QuestionVersion | None:
    """A new version of a question; None when nothing differs from the newest.

    Raises Problem when somebody else has made a version since the edit began.
    """
    latest = _locked_latest(session, question)
    if latest.number != change.base:
        raise Problem("question.changed_meanwhile", number=latest.number)
    if _same(session, latest, change):
        return None
    version = _add_version(session, question, change, number=latest.number + 1, author_id=actor.id, now=now)
    if version.body == latest.body:
        carry_translations(session, latest, version)
    if latest.status in OPEN:
        latest.status = Status.RETIRED
    question.identity = normalised_identity(change.draft.type, change.draft.body)
    audit.record(session, "question.edited", now=now, actor=actor, on=question, unit_id=row.unit_id,
                 uid=question.uid, version=version.number)  # fmt: skip
    session.flush()
    return version


def draft_of(session: Session, question: Question, version: QuestionVersion) -> QuestionDraft:
    """A stored version as a draft, to be edited further."""
    named = session.execute(
        select(Topic.name).join(VersionTopic, VersionTopic.topic_id == Topic.id)
        .where(VersionTopic.version_id == version.id).order_by(Topic.id)
    ).scalars()  # fmt: skip
    tags = session.scalars(select(VersionTag.tag).where(VersionTag.version_id == version.id).order_by(VersionTag.tag))
    return draft_with(version, question.uid, named, tags)


def draft_with(version: QuestionVersion, uid: str, about: Iterable[str], tags: Iterable[str]) -> QuestionDraft:
    """The same of what was read already."""
    return QuestionDraft(
        uid=uid,
        type=version.type,
        body=version.body,
        text_format=version.text_format.value,
        lang=version.lang,
        difficulty=version.difficulty.value,
        criterion=version.criterion,
        dimension=version.dimension.value if version.dimension else None,
        source=version.source,
        points=version.points,
        topics=tuple(about),
        tags=tuple(tags),
    )


def edit_of(session: Session, question: Question, version: QuestionVersion, *, base: int = 0) -> Edit:
    """The edit that would make a version again as it is."""
    return Edit(draft_of(session, question, version), tuple(sorted(topics.ids_of(session, version.id))), base)


def restore(
    session: Session, row: Bank, question: Question, version: QuestionVersion, *, actor: Person, now: datetime
) -> QuestionVersion | None:
    """An old version as a new draft; None when it does not differ from the newest."""
    base = _locked_latest(session, question).number
    made = edit(session, row, question, edit_of(session, question, version, base=base), actor=actor, now=now)
    if made is not None:
        carry_translations(session, version, made)
    return made


def submit(session: Session, row: Bank, question: Question, *, actor: Person, now: datetime) -> None:
    """Send the newest draft to review, or what was retired without one; a bank with review asks for a source."""
    latest = _locked_latest(session, question)
    if latest.status is not Status.DRAFT and not is_unreviewed(row, question, latest):
        raise Problem("question.not_a_draft")
    _require_source(row, latest)
    latest.status = Status.REVIEW
    audit.record(session, "question.submitted", now=now, actor=actor, on=question, unit_id=row.unit_id,
                 uid=question.uid, version=latest.number)  # fmt: skip
    session.flush()


def is_unreviewed(row: Bank, question: Question, latest: QuestionVersion) -> bool:
    """Whether a question was retired and nobody agreed to its newest version, as its bank asks."""
    resting = latest.status is Status.RETIRED and question.published_version_id is None
    return row.review and resting and latest.reviewed_at is None


def publish(session: Session, row: Bank, question: Question, *, actor: Person, now: datetime) -> None:
    """Publish the newest version of a bank without review, or one that was published before.

    Raises Problem where the version papers drew until now is what an open exam still needs.
    """
    with _drawn_as_before(session, row, question, now=now):
        publish_one(session, row, question, actor=actor, now=now)


def publish_one(session: Session, row: Bank, question: Question, *, actor: Person, now: datetime) -> None:
    """The same for who looks after the open exams at the end of all."""
    latest = _locked_latest(session, question)
    if question.published_version_id == latest.id:
        raise Problem("question.published_already")
    approved = latest.reviewed_at is not None
    if row.review and not approved:
        raise Problem("question.needs_review")
    bank.publish(session, question, latest, reviewer=latest.reviewer if approved else actor.name,
                 now=latest.reviewed_at or now)  # fmt: skip
    if not approved:
        latest.reviewer_id = actor.id
    audit.record(session, "question.published", now=now, actor=actor, on=question, unit_id=row.unit_id,
                 uid=question.uid, version=latest.number)  # fmt: skip
    session.flush()


def approve(
    session: Session, row: Bank, question: Question, *, number: int, note: str, actor: Person, now: datetime
) -> None:
    """Publish what waits for review; nobody approves what they wrote themselves."""
    latest = _in_review(session, question, number)
    if actor.id in hands_in(session, question, latest):
        raise Problem("question.own_review")
    _require_source(row, latest)
    with _drawn_as_before(session, row, question, now=now):
        bank.publish(session, question, latest, reviewer=actor.name, now=now)
    latest.reviewer_id = actor.id
    if note.strip():
        _say(session, latest, note, actor=actor, now=now)
    audit.record(session, "question.approved", now=now, actor=actor, on=question, unit_id=row.unit_id,
                 uid=question.uid, version=latest.number)  # fmt: skip
    session.flush()


def hands_in(session: Session, question: Question, latest: QuestionVersion) -> set[int]:
    """Who wrote something of what waits for review: the authors of all versions since the last one agreed to.

    A change of many questions copies what is published, and the moment when it was agreed to, past a draft; the
    authors of that draft still are the authors.
    """
    drawn = select(QuestionVersion.reviewed_at).where(QuestionVersion.id == question.published_version_id)
    published = (
        select(func.min(QuestionVersion.number))
        .where(QuestionVersion.question_id == question.id, QuestionVersion.reviewed_at == drawn.scalar_subquery())
        .scalar_subquery()
    )
    authors = session.scalars(
        select(QuestionVersion.author_id).where(
            QuestionVersion.question_id == question.id, QuestionVersion.number <= latest.number,
            QuestionVersion.number > func.coalesce(published, 0), QuestionVersion.author_id.is_not(None),
        )
    )  # fmt: skip
    return {one for one in authors if one is not None}


def send_back(
    session: Session, row: Bank, question: Question, *, number: int, note: str, actor: Person, now: datetime
) -> None:
    """Give what waits for review back to its author, saying why."""
    latest = _in_review(session, question, number)
    if not note.strip():
        raise Problem("question.no_note", place=Place(field="note"))
    latest.status = Status.DRAFT
    _say(session, latest, note, actor=actor, now=now)
    audit.record(session, "question.sent_back", now=now, actor=actor, on=question, unit_id=row.unit_id,
                 reason=note.strip(), uid=question.uid, version=latest.number)  # fmt: skip
    session.flush()


def waiting(session: Session, bank_ids: Collection[int]) -> list[tuple[Question, QuestionVersion, str]]:
    """What waits for review in some banks, oldest first, each with the name of its author."""
    rows = session.execute(
        select(Question, QuestionVersion, Person.name)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .outerjoin(Person, Person.id == QuestionVersion.author_id)
        .where(QuestionVersion.status == Status.REVIEW, Question.bank_id.in_(list(bank_ids)))
        .order_by(QuestionVersion.created_at, QuestionVersion.id)
    )
    return [(question, version, name or "") for question, version, name in rows]


def set_review(session: Session, row: Bank, review: bool, *, actor: Person, now: datetime) -> None:
    """Say whether a bank asks for a second pair of eyes before publishing."""
    if row.review != review:
        row.review = review
        audit.record(session, "bank.review_on" if review else "bank.review_off", now=now, actor=actor, on=row,
                     unit_id=row.unit_id)  # fmt: skip
        session.flush()


def tidy_labels(text: str, *, longest: int = LONGEST_TAG, field: str = "tags") -> tuple[str, ...]:
    """The labels in a line of them, separated by ； ; 、 or commas, each once."""
    for sign in "；;、，,\n":
        text = text.replace(sign, "\0")
    found = tuple(dict.fromkeys(" ".join(part.split()) for part in text.split("\0") if part.strip()))
    if any(len(one) > longest for one in found):
        raise Problem("question.label_too_long", place=Place(field=field), most=longest)
    return found


def with_topics(
    session: Session, draft: QuestionDraft, ids: Iterable[int], new: Iterable[str], *, base: int = 0
) -> Edit:
    """The edit of a draft with topics that are there and new ones, which are made at the top."""
    made = topics.at_the_top(session, new)
    wanted = sorted({*ids, *made.values()})
    rows = dict(session.execute(select(Topic.id, Topic.name).where(Topic.id.in_(wanted))).all())
    return Edit(replace(draft, topics=tuple(rows[one] for one in wanted if one in rows)), tuple(sorted(rows)), base)


def _drawn_as_before(
    session: Session, row: Bank, question: Question, *, now: datetime
) -> AbstractContextManager[None]:  # fmt: skip
    """A question that no paper draws yet takes nothing from any exam; another may change topic, difficulty, tags."""
    return nullcontext() if question.published_version_id is None else exams_served(session, row, now=now)


def _locked_latest(session: Session, question: Question) -> QuestionVersion:
    session.execute(select(Question.id).where(Question.id == question.id).with_for_update(key_share=True))
    return latest_of(session, question)


def _in_review(session: Session, question: Question, number: int) -> QuestionVersion:
    latest = _locked_latest(session, question)
    if latest.status is not Status.REVIEW:
        raise Problem("question.not_in_review")
    if latest.number != number:
        raise Problem("question.changed_meanwhile", number=latest.number)
    return latest


def _require_source(row: Bank, version: QuestionVersion) -> None:
    if row.review and not version.source.strip():
        raise Problem("question.no_source", place=Place(field="source"))


def _say(session: Session, version: QuestionVersion, note: str, *, actor: Person, now: datetime) -> None:
    session.add(ReviewNote(version_id=version.id, person_id=actor.id, status=version.status, text=note.strip(),
                           created_at=now))  # fmt: skip


def _same(session: Session, version: QuestionVersion, change: Edit) -> bool:
    draft = change.draft
    return (
        (version.body, version.text_format.value, version.lang, version.difficulty.value, version.criterion)
        == (dict(draft.body), draft.text_format, draft.lang, draft.difficulty, draft.criterion)
        and ((version.dimension.value if version.dimension else None), version.source, version.points)
        == (draft.dimension, draft.source, draft.points)
        and set(topics.ids_of(session, version.id)) == set(change.topic_ids)
        and set(session.scalars(select(VersionTag.tag).where(VersionTag.version_id == version.id))) == set(draft.tags)
    )


def _add_version(
    session: Session, question: Question, change: Edit, *, number: int, author_id: int | None, now: datetime
) -> QuestionVersion:
    draft = change.draft
    version = bank.version_of(draft, question, number=number, author_id=author_id, now=now)
    session.add(version)
    session.flush()
    session.add_all(VersionTopic(version_id=version.id, topic_id=one) for one in dict.fromkeys(change.topic_ids))
    session.add_all(VersionTag(version_id=version.id, tag=tag) for tag in dict.fromkeys(draft.tags))
    session.flush()
    media.link_versions(session, [(version.id, (draft.body,))])
    return version


def carry_translations(session: Session, source: QuestionVersion, target: QuestionVersion) -> None:
    """Translations say what the original says, so they go along only with the same wording."""
    have = set(session.scalars(select(VersionText.lang).where(VersionText.version_id == target.id)))
    texts = session.scalars(select(VersionText).where(VersionText.version_id == source.id)).all()
    carried = [one for one in texts if one.lang not in have]
    session.add_all(VersionText(version_id=target.id, lang=one.lang, body=one.body) for one in carried)
    session.flush()
    own = {sha for sha, in session.execute(
        select(Media.sha256).join(VersionMedia, VersionMedia.media_id == Media.id)
        .where(VersionMedia.version_id == target.id)
    )}  # fmt: skip
    more = {sha for one in carried for sha in pictures.named_in(one.body)} - own
    media.link_versions(session, [(target.id, [{"stem": pictures.mark(sha)} for sha in sorted(more)])])
