"""Units, people, audiences, and who belongs where from when to when."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from suyu_learn.db import UtcDateTime
from suyu_learn.models.base import Base, Id, LongText, Moment, Name, Short, choice, new_key


class UnitKind(StrEnum):
    CITY = "city"
    TOWN = "town"
    BUREAU = "bureau"
    ENTERPRISE = "enterprise"
    SCHOOL = "school"
    DEPARTMENT = "department"
    WORKSHOP = "workshop"
    VILLAGE = "village"
    OTHER = "other"


class Unit(Base):
    """One node of the unit tree; `path` holds the ids from the root down, as in `/1/4/9/`."""

    __tablename__ = "suyu_unit"
    __table_args__ = (
        Index("uq_suyu_unit_live_name", "parent_id", "name", unique=True, sqlite_where=text("closed_at IS NULL"),
              postgresql_where=text("closed_at IS NULL")),
        Index("ix_suyu_unit_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
    )  # fmt: skip

    id: Mapped[Id]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"), index=True)
    kind: Mapped[UnitKind] = mapped_column(choice(UnitKind, "kind"), default=UnitKind.OTHER)
    name: Mapped[Name]
    path: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[Moment]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_import.id"), index=True)

    parent: Mapped[Unit | None] = relationship(remote_side="Unit.id", foreign_keys=[parent_id])


class UnitChange(Base):
    """What happened to a unit, and when: renamed, moved, merged, closed, reopened."""

    __tablename__ = "suyu_unit_change"

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("suyu_unit.id"), index=True)
    kind: Mapped[Short]
    old: Mapped[Name]
    new: Mapped[Name]
    reason: Mapped[LongText] = mapped_column(default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    at: Mapped[Moment]


class PersonKind(StrEnum):
    MEMBER = "member"
    GUEST = "guest"  # came in by open entry to one exam; never due


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


class Schooling(StrEnum):
    PRIMARY = "primary"
    LOWER_SECONDARY = "lower_secondary"
    UPPER_SECONDARY = "upper_secondary"
    COLLEGE = "college"
    BACHELOR = "bachelor"


class Residence(StrEnum):
    TOWN = "town"
    COUNTRY = "country"


class Employment(StrEnum):
    """By whom somebody is employed who works for a unit."""

    OWN = "own"
    CONTRACTOR = "contractor"
    DISPATCHED = "dispatched"


_NUMBERED = text("staff_number IS NOT NULL AND merged_into_id IS NULL")


class Person(Base):
    """A person; disabled, never deleted with their history.

    Staff numbers are text and unique within a top-level unit. `stamp` is part of every sign-in, so that a new
    stamp ends them all. Birth year, sex, schooling and residence are asked only where an assessment says why.
    """

    __tablename__ = "suyu_person"
    __table_args__ = (
        Index("uq_suyu_person_staff_number", "top_unit_id", "staff_number", unique=True, sqlite_where=_NUMBERED,
              postgresql_where=_NUMBERED),
        CheckConstraint("kind <> 'guest' OR guest_exam_id IS NOT NULL", name="guest_has_exam"),
        CheckConstraint("birth_year IS NULL OR birth_year BETWEEN 1900 AND 2100", name="birth_year"),
    )  # fmt: skip

    id: Mapped[Id]
    key: Mapped[Short] = mapped_column(unique=True, default=new_key)
    kind: Mapped[PersonKind] = mapped_column(choice(PersonKind, "kind"), default=PersonKind.MEMBER)
    name: Mapped[Name]
    name_key: Mapped[Name] = mapped_column(index=True)
    staff_number: Mapped[str | None] = mapped_column(String(64), index=True)
    top_unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"), index=True)
    phone: Mapped[str | None] = mapped_column(String(32), index=True)
    username: Mapped[str | None] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    host_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    stamp: Mapped[Short] = mapped_column(default=new_key)
    job: Mapped[str | None] = mapped_column(String(100))
    employment: Mapped[Employment] = mapped_column(choice(Employment, "employment"), default=Employment.OWN)
    hired_on: Mapped[date | None] = mapped_column(Date)
    """The day of entry into the organization, where a roster or HR says it; memberships begin when they are entered."""
    language: Mapped[str | None] = mapped_column(String(16))
    elder: Mapped[bool] = mapped_column(default=False)
    birth_year: Mapped[int | None] = mapped_column(SmallInteger)
    sex: Mapped[Sex | None] = mapped_column(choice(Sex, "sex"))
    schooling: Mapped[Schooling | None] = mapped_column(choice(Schooling, "schooling"))
    residence: Mapped[Residence | None] = mapped_column(choice(Residence, "residence"))
    guest_exam_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_exam.id", use_alter=True), index=True)
    created_at: Mapped[Moment]
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"), index=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_import.id"), index=True)

    @property
    def active(self) -> bool:
        return self.disabled_at is None and self.merged_into_id is None


class Audience(Base):
    """A group that teaching is made for; five come built in, organizers add others."""

    __tablename__ = "suyu_audience"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[Name]
    built_in: Mapped[bool] = mapped_column(default=False)


class PersonAudience(Base):
    """A person can be in several audiences."""

    __tablename__ = "suyu_person_audience"

    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(ForeignKey("suyu_audience.code"), primary_key=True, index=True)


_OPEN_HOME = text("home AND until IS NULL")


class Membership(Base):
    """A person in a unit, from then to then; one open home unit at a time."""

    __tablename__ = "suyu_membership"
    __table_args__ = (
        Index(
            "uq_suyu_membership_home", "person_id", unique=True, sqlite_where=_OPEN_HOME, postgresql_where=_OPEN_HOME
        ),
        CheckConstraint("until IS NULL OR until >= since", name="period"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("suyu_unit.id"), index=True)
    home: Mapped[bool] = mapped_column(default=True)
    since: Mapped[Moment]
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_import.id"), index=True)

    unit: Mapped[Unit] = relationship()
    person: Mapped[Person] = relationship()


class PersonChange(Base):
    """Two people made one, or one made two again; with the reason and what is needed to go back."""

    __tablename__ = "suyu_person_change"
    __table_args__ = (UniqueConstraint("person_id", "at", "kind"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"), index=True)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    kind: Mapped[Short]
    detail: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[LongText]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    at: Mapped[Moment]
