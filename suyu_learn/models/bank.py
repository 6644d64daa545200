"""Banks, questions with a lasting identity, their immutable versions, topics and media."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from suyu_learn.db import UtcDateTime
from suyu_learn.domain.practice import Openness
from suyu_learn.models.base import Base, Id, JsonValue, LongText, Moment, Name, Short, choice, new_key


class Status(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    RETIRED = "retired"


class TextFormat(StrEnum):
    PLAIN = "plain"
    MARKDOWN = "markdown"


class Difficulty(StrEnum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Dimension(StrEnum):
    KNOWLEDGE = "knowledge"
    METHODS = "methods"
    SPIRIT = "spirit"
    APPLICATION = "application"


_LIVE = text("deleted_at IS NULL")


class Bank(Base):
    """Questions that are kept together; `review` asks for a second pair of eyes before publishing."""

    __tablename__ = "suyu_bank"
    __table_args__ = (
        Index("uq_suyu_bank_live_name", "unit_id", "name", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    id: Mapped[Id]
    key: Mapped[Short] = mapped_column(unique=True, default=new_key)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"), index=True)
    name: Mapped[Name]
    review: Mapped[bool] = mapped_column(default=False)
    practice: Mapped[Openness] = mapped_column(choice(Openness, "practice"), default=Openness.CLOSED)
    """Whether everybody in its unit may practise with it."""
    lang: Mapped[str] = mapped_column(String(16), default="zh_Hans")
    pack: Mapped[str | None] = mapped_column(String(200), unique=True)
    created_at: Mapped[Moment]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))


class BankShare(Base):
    """A bank that another unit may look into and draw from, but not change."""

    __tablename__ = "suyu_bank_share"

    bank_id: Mapped[int] = mapped_column(ForeignKey("suyu_bank.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("suyu_unit.id"), primary_key=True, index=True)
    created_at: Mapped[Moment]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))


class SavedFilter(Base):
    """A search of questions that a person kept under a name; `query` is what stands behind the question mark."""

    __tablename__ = "suyu_saved_filter"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"))
    name: Mapped[Name]
    query: Mapped[LongText]
    created_at: Mapped[Moment]


class Question(Base):
    """A lasting identity; `published_version_id` is what papers draw from, None while nothing is published.

    A question of type `group` is the passage, table or picture that its members refer to.
    """

    __tablename__ = "suyu_question"
    __table_args__ = (
        Index("ix_suyu_question_bank", "bank_id", "published_version_id"),
        Index("ix_suyu_question_in_order", "bank_id", "id"),
    )

    id: Mapped[Id]
    uid: Mapped[str] = mapped_column(String(100), unique=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("suyu_bank.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_question.id"), index=True)
    group_position: Mapped[int | None] = mapped_column(SmallInteger)
    published_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("suyu_question_version.id", use_alter=True), unique=True
    )
    identity: Mapped[str] = mapped_column(String(64), index=True)  # hash of the normalised stem and options
    created_at: Mapped[Moment]
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_import.id"), index=True)

    bank: Mapped[Bank] = relationship()
    published_version: Mapped[QuestionVersion | None] = relationship(foreign_keys=[published_version_id])


class QuestionVersion(Base):
    """One immutable wording of a question; only its status and review may still be set."""

    __tablename__ = "suyu_question_version"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint("criterion IS NULL OR criterion BETWEEN 1 AND 26", name="criterion"),
    )

    id: Mapped[Id]
    question_id: Mapped[int] = mapped_column(ForeignKey("suyu_question.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    type: Mapped[str] = mapped_column(String(32), index=True)
    text_format: Mapped[TextFormat] = mapped_column(choice(TextFormat, "text_format"))
    lang: Mapped[str] = mapped_column(String(16))
    body: Mapped[JsonValue]
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    difficulty: Mapped[Difficulty] = mapped_column(choice(Difficulty, "difficulty"), default=Difficulty.MEDIUM)
    criterion: Mapped[int | None] = mapped_column(SmallInteger)
    dimension: Mapped[Dimension | None] = mapped_column(choice(Dimension, "dimension"))
    source: Mapped[LongText] = mapped_column(default="")
    points: Mapped[str | None] = mapped_column(String(16))  # as the author suggested; papers decide
    status: Mapped[Status] = mapped_column(choice(Status, "status"), default=Status.DRAFT)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    reviewer: Mapped[Name] = mapped_column(default="")
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    words: Mapped[LongText] = mapped_column(default="")  # all its texts as a search compares them
    created_at: Mapped[Moment]

    question: Mapped[Question] = relationship(foreign_keys=[question_id])


class ReviewNote(Base):
    """What a reviewer said of a version: why it goes back to its author, or what was looked at."""

    __tablename__ = "suyu_review_note"

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(ForeignKey("suyu_question_version.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    status: Mapped[Status] = mapped_column(choice(Status, "status"))  # what the version became
    text: Mapped[LongText]
    created_at: Mapped[Moment]


class VersionText(Base):
    """A translation of a version; what it lacks falls back to the version's own language."""

    __tablename__ = "suyu_version_text"

    version_id: Mapped[int] = mapped_column(ForeignKey("suyu_question_version.id"), primary_key=True)
    lang: Mapped[str] = mapped_column(String(16), primary_key=True)
    body: Mapped[JsonValue]


class Topic(Base):
    """What a question is about; topics form a tree."""

    __tablename__ = "suyu_topic"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[Id]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_topic.id"), index=True)
    name: Mapped[Name]


class VersionTopic(Base):
    __tablename__ = "suyu_version_topic"

    version_id: Mapped[int] = mapped_column(ForeignKey("suyu_question_version.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("suyu_topic.id"), primary_key=True, index=True)


class VersionTag(Base):
    __tablename__ = "suyu_version_tag"

    version_id: Mapped[int] = mapped_column(ForeignKey("suyu_question_version.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)


class Media(Base):
    """A picture, sound or film, known by the hash of its bytes; the bytes lie in the instance folder."""

    __tablename__ = "suyu_media"

    id: Mapped[Id]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    mime: Mapped[Short]
    size: Mapped[int] = mapped_column(Integer)
    name: Mapped[Name]
    alt: Mapped[LongText] = mapped_column(default="")
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    seconds: Mapped[int | None] = mapped_column(Integer)
    """How long a sound or film plays."""
    created_at: Mapped[Moment]


class VersionMedia(Base):
    """Which version uses which media; who may see the one may see the other."""

    __tablename__ = "suyu_version_media"

    version_id: Mapped[int] = mapped_column(ForeignKey("suyu_question_version.id"), primary_key=True)
    media_id: Mapped[int] = mapped_column(ForeignKey("suyu_media.id"), primary_key=True, index=True)
