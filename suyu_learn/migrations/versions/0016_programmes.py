"""Programmes with their stages and parts, who was given them, sign-offs, events with attendance, and reminders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    _programmes()
    _members()
    _events()
    _reminders()


def _programmes() -> None:
    op.create_table(
        "suyu_programme",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("basis_day", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("draft", "published", "closed", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column(
            "counts",
            sa.Enum("parts", "all", name="counts", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "repeats",
            sa.Enum("once", "yearly", name="repeats", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("window_years", sa.SmallInteger(), nullable=False),
        sa.Column("valid_months", sa.SmallInteger(), nullable=True),
        sa.Column("in_order", sa.Boolean(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", _BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("window_years BETWEEN 1 AND 10", name=op.f("ck_suyu_programme_window_years")),
        sa.ForeignKeyConstraint(["created_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_programme_created_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_programme_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_programme")),
        sa.UniqueConstraint("key", name=op.f("uq_suyu_programme_key")),
    )
    op.create_index(op.f("ix_suyu_programme_unit_id"), "suyu_programme", ["unit_id"])
    op.create_table(
        "suyu_programme_stage",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("programme_id", _BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("electives", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["suyu_programme.id"], name=op.f("fk_suyu_programme_stage_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_programme_stage")),
        sa.UniqueConstraint("programme_id", "position", name=op.f("uq_suyu_programme_stage_programme_id_position")),
    )
    op.create_table(
        "suyu_programme_part",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("stage_id", _BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "course", "exam", "event", "sign_off", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("course_id", _BIG, nullable=True),
        sa.Column("exam_id", _BIG, nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.CheckConstraint("(kind = 'course') = (course_id IS NOT NULL)", name=op.f("ck_suyu_programme_part_course")),
        sa.CheckConstraint("(kind = 'exam') = (exam_id IS NOT NULL)", name=op.f("ck_suyu_programme_part_exam")),
        sa.ForeignKeyConstraint(["course_id"], ["suyu_course.id"], name=op.f("fk_suyu_programme_part_course_id")),
        sa.ForeignKeyConstraint(["exam_id"], ["suyu_exam.id"], name=op.f("fk_suyu_programme_part_exam_id")),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["suyu_programme_stage.id"], name=op.f("fk_suyu_programme_part_stage_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_programme_part")),
        sa.UniqueConstraint("stage_id", "position", name=op.f("uq_suyu_programme_part_stage_id_position")),
    )
    op.create_index(op.f("ix_suyu_programme_part_course_id"), "suyu_programme_part", ["course_id"])
    op.create_index(op.f("ix_suyu_programme_part_exam_id"), "suyu_programme_part", ["exam_id"])


def _members() -> None:
    op.create_table(
        "suyu_assignment",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("programme_id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("audience", sa.String(length=32), nullable=True),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("newcomers_only", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_days", sa.SmallInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by_id", _BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", _BIG, nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("due_on IS NULL OR due_days IS NULL", name=op.f("ck_suyu_assignment_due")),
        sa.CheckConstraint("unit_id IS NOT NULL OR person_id IS NOT NULL", name=op.f("ck_suyu_assignment_whom")),
        sa.ForeignKeyConstraint(["audience"], ["suyu_audience.code"], name=op.f("fk_suyu_assignment_audience")),
        sa.ForeignKeyConstraint(["created_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_assignment_created_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_assignment_ended_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_assignment_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["suyu_programme.id"], name=op.f("fk_suyu_assignment_programme_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_assignment_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_assignment")),
    )
    op.create_index(op.f("ix_suyu_assignment_person_id"), "suyu_assignment", ["person_id"])
    op.create_index(op.f("ix_suyu_assignment_programme_id"), "suyu_assignment", ["programme_id"])
    op.create_index(op.f("ix_suyu_assignment_unit_id"), "suyu_assignment", ["unit_id"])
    op.create_table(
        "suyu_programme_member",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("programme_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("occasion", sa.String(length=32), nullable=False),
        sa.Column("assignment_id", _BIG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("unit_path", sa.String(length=400), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completion_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["suyu_assignment.id"], name=op.f("fk_suyu_programme_member_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["completion_id"], ["suyu_completion.id"], name=op.f("fk_suyu_programme_member_completion_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_programme_member_person_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["suyu_programme.id"], name=op.f("fk_suyu_programme_member_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_programme_member")),
        sa.UniqueConstraint(
            "programme_id",
            "person_id",
            "occasion",
            name=op.f("uq_suyu_programme_member_programme_id_person_id_occasion"),
        ),
    )
    op.create_index(op.f("ix_suyu_programme_member_assignment_id"), "suyu_programme_member", ["assignment_id"])
    op.create_index(op.f("ix_suyu_programme_member_completion_id"), "suyu_programme_member", ["completion_id"])
    op.create_index("ix_suyu_programme_member_person_due", "suyu_programme_member", ["person_id", "due_on"])
    op.create_table(
        "suyu_programme_exemption",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("member_id", _BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", _BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", _BIG, nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_programme_exemption_actor_id")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_programme_exemption_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["suyu_programme_member.id"], name=op.f("fk_suyu_programme_exemption_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_programme_exemption")),
    )
    op.create_index(
        "uq_suyu_programme_exemption_stands",
        "suyu_programme_exemption",
        ["member_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "suyu_sign_off",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("member_id", _BIG, nullable=False),
        sa.Column("part_id", _BIG, nullable=False),
        sa.Column("trainer", sa.String(length=200), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("actor_id", _BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("unit_path", sa.String(length=400), nullable=False),
        sa.Column("unit_names", sa.Text(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", _BIG, nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_sign_off_actor_id")),
        sa.ForeignKeyConstraint(["member_id"], ["suyu_programme_member.id"], name=op.f("fk_suyu_sign_off_member_id")),
        sa.ForeignKeyConstraint(["part_id"], ["suyu_programme_part.id"], name=op.f("fk_suyu_sign_off_part_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_sign_off_unit_id")),
        sa.ForeignKeyConstraint(["voided_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_sign_off_voided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_sign_off")),
    )
    op.create_index(op.f("ix_suyu_sign_off_member_id"), "suyu_sign_off", ["member_id"])
    op.create_index(op.f("ix_suyu_sign_off_part_id"), "suyu_sign_off", ["part_id"])


def _events() -> None:
    op.create_table(
        "suyu_event",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("part_id", _BIG, nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "lecture",
                "drill",
                "visit",
                "field_school",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("trainer", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("course_id", _BIG, nullable=True),
        sa.Column("exam_id", _BIG, nullable=True),
        sa.Column("tags", _JSON, nullable=False),
        sa.Column("created_by_id", _BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_suyu_event_period")),
        sa.ForeignKeyConstraint(["course_id"], ["suyu_course.id"], name=op.f("fk_suyu_event_course_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_event_created_by_id")),
        sa.ForeignKeyConstraint(["exam_id"], ["suyu_exam.id"], name=op.f("fk_suyu_event_exam_id")),
        sa.ForeignKeyConstraint(["part_id"], ["suyu_programme_part.id"], name=op.f("fk_suyu_event_part_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_event_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_event")),
        sa.UniqueConstraint("key", name=op.f("uq_suyu_event_key")),
    )
    op.create_index(op.f("ix_suyu_event_part_id"), "suyu_event", ["part_id"])
    op.create_index(op.f("ix_suyu_event_starts_at"), "suyu_event", ["starts_at"])
    op.create_index(op.f("ix_suyu_event_unit_id"), "suyu_event", ["unit_id"])
    op.create_table(
        "suyu_attendance",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("event_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "way",
            sa.Enum("code", "sheet", "form", name="way", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("hours", sa.BigInteger(), nullable=True),
        sa.Column("actor_id", _BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("unit_path", sa.String(length=400), nullable=False),
        sa.Column("unit_names", sa.Text(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("left_at IS NULL OR left_at >= came_at", name=op.f("ck_suyu_attendance_period")),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_attendance_actor_id")),
        sa.ForeignKeyConstraint(["event_id"], ["suyu_event.id"], name=op.f("fk_suyu_attendance_event_id")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_attendance_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_attendance_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_attendance")),
        sa.UniqueConstraint("event_id", "person_id", name=op.f("uq_suyu_attendance_event_id_person_id")),
    )
    op.create_index(op.f("ix_suyu_attendance_person_id"), "suyu_attendance", ["person_id"])
    op.create_table(
        "suyu_attendance_change",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("attendance_id", _BIG, nullable=False),
        sa.Column("old", _JSON, nullable=False),
        sa.Column("new", _JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", _BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_attendance_change_actor_id")),
        sa.ForeignKeyConstraint(
            ["attendance_id"], ["suyu_attendance.id"], name=op.f("fk_suyu_attendance_change_attendance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_attendance_change")),
    )
    op.create_index("ix_suyu_attendance_change_attendance", "suyu_attendance_change", ["attendance_id", "at"])


def _reminders() -> None:
    op.create_table(
        "suyu_reminder_channel",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column(
            "kind",
            sa.Enum("wecom", "dingtalk", "mail", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_by_id", _BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_reminder_channel_created_by_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_reminder_channel_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_reminder_channel")),
    )
    op.create_index(op.f("ix_suyu_reminder_channel_unit_id"), "suyu_reminder_channel", ["unit_id"])
    op.create_table(
        "suyu_reminder",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("channel_id", _BIG, nullable=False),
        sa.Column("programme_id", _BIG, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("occasion", sa.String(length=64), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("sending", "sent", "failed", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("detail", _JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["suyu_reminder_channel.id"], name=op.f("fk_suyu_reminder_channel_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["suyu_programme.id"], name=op.f("fk_suyu_reminder_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_reminder")),
        sa.UniqueConstraint(
            "channel_id",
            "programme_id",
            "due_on",
            "occasion",
            name=op.f("uq_suyu_reminder_channel_id_programme_id_due_on_occasion"),
        ),
    )
    op.create_index(op.f("ix_suyu_reminder_programme_id"), "suyu_reminder", ["programme_id"])
