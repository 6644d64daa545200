"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Tables that point at each other: SQLite declares these keys with the table, others add them afterwards.
CIRCULAR_KEYS = (
    ("fk_suyu_course_published_version_id", "suyu_course", "suyu_course_version", "published_version_id"),
    ("fk_suyu_import_actor_id", "suyu_import", "suyu_person", "actor_id"),
    ("fk_suyu_import_bank_id", "suyu_import", "suyu_bank", "bank_id"),
    ("fk_suyu_import_undone_by_id", "suyu_import", "suyu_person", "undone_by_id"),
    ("fk_suyu_import_unit_id", "suyu_import", "suyu_unit", "unit_id"),
    ("fk_suyu_person_guest_exam_id", "suyu_person", "suyu_exam", "guest_exam_id"),
    ("fk_suyu_question_published_version_id", "suyu_question", "suyu_question_version", "published_version_id"),
)


def upgrade() -> None:
    op.create_table(
        "suyu_audience",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("built_in", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_suyu_audience")),
    )
    op.create_table(
        "suyu_failed_sign_in",
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_suyu_failed_sign_in")),
    )
    op.create_table(
        "suyu_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum("preview", "done", "undone", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("bank_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "options",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "counts",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_import_actor_id"), use_alter=True),
        sa.ForeignKeyConstraint(["bank_id"], ["suyu_bank.id"], name=op.f("fk_suyu_import_bank_id"), use_alter=True),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_import_undone_by_id"), use_alter=True
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_import_unit_id"), use_alter=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_import")),
        sa.UniqueConstraint("key", name=op.f("uq_suyu_import_key")),
    )
    with op.batch_alter_table("suyu_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_import_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_import_bank_id"), ["bank_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_import_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_import_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "suyu_media",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("mime", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_media")),
        sa.UniqueConstraint("sha256", name=op.f("uq_suyu_media_sha256")),
    )
    op.create_table(
        "suyu_topic",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["suyu_topic.id"], name=op.f("fk_suyu_topic_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_topic")),
        sa.UniqueConstraint("parent_id", "name", name=op.f("uq_suyu_topic_parent_id_name")),
    )
    with op.batch_alter_table("suyu_topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_topic_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "suyu_import_file",
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["suyu_import.id"], name=op.f("fk_suyu_import_file_import_id")),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_suyu_import_file")),
    )
    op.create_table(
        "suyu_import_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sheet", sa.String(length=200), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "new",
                "changed",
                "same",
                "duplicate",
                "doubtful",
                "refused",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "data",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "problems",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("decision", sa.String(length=64), nullable=True),
        sa.Column("object_kind", sa.String(length=32), nullable=True),
        sa.Column("object_id", sa.Integer(), nullable=True),
        sa.Column(
            "before",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["import_id"], ["suyu_import.id"], name=op.f("fk_suyu_import_row_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_import_row")),
        sa.UniqueConstraint("import_id", "sheet", "row", name=op.f("uq_suyu_import_row_import_id_sheet_row")),
    )
    with op.batch_alter_table("suyu_import_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_import_row_import_id"), ["import_id"], unique=False)

    op.create_table(
        "suyu_unit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "city",
                "town",
                "bureau",
                "enterprise",
                "school",
                "department",
                "workshop",
                "village",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["suyu_import.id"], name=op.f("fk_suyu_unit_import_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["suyu_unit.id"], name=op.f("fk_suyu_unit_merged_into_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["suyu_unit.id"], name=op.f("fk_suyu_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_unit")),
    )
    with op.batch_alter_table("suyu_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_unit_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_unit_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_suyu_unit_path", ["path"], unique=False, postgresql_ops={"path": "text_pattern_ops"})
        batch_op.create_index(
            "uq_suyu_unit_live_name",
            ["parent_id", "name"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "suyu_course",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("pack", sa.String(length=200), nullable=True),
        sa.Column("published_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["published_version_id"],
            ["suyu_course_version.id"],
            name=op.f("fk_suyu_course_published_version_id"),
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_course_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_course")),
        sa.UniqueConstraint("pack", name=op.f("uq_suyu_course_pack")),
        sa.UniqueConstraint("published_version_id", name=op.f("uq_suyu_course_published_version_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_suyu_course_slug")),
    )
    with op.batch_alter_table("suyu_course", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_course_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "suyu_person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("member", "guest", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("staff_number", sa.String(length=64), nullable=True),
        sa.Column("top_unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("host_key", sa.String(length=200), nullable=True),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("job", sa.String(length=100), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("elder", sa.Boolean(), nullable=False),
        sa.Column("birth_year", sa.SmallInteger(), nullable=True),
        sa.Column(
            "sex",
            sa.Enum("female", "male", name="sex", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column(
            "schooling",
            sa.Enum(
                "primary",
                "lower_secondary",
                "upper_secondary",
                "college",
                "bachelor",
                name="schooling",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "residence",
            sa.Enum("town", "country", name="residence", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("guest_exam_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("kind <> 'guest' OR guest_exam_id IS NOT NULL", name=op.f("ck_suyu_person_guest_has_exam")),
        sa.CheckConstraint(
            "birth_year IS NULL OR birth_year BETWEEN 1900 AND 2100", name=op.f("ck_suyu_person_birth_year")
        ),
        sa.ForeignKeyConstraint(
            ["guest_exam_id"], ["suyu_exam.id"], name=op.f("fk_suyu_person_guest_exam_id"), use_alter=True
        ),
        sa.ForeignKeyConstraint(["import_id"], ["suyu_import.id"], name=op.f("fk_suyu_person_import_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["suyu_person.id"], name=op.f("fk_suyu_person_merged_into_id")),
        sa.ForeignKeyConstraint(["top_unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_person_top_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_person")),
        sa.UniqueConstraint("host_key", name=op.f("uq_suyu_person_host_key")),
        sa.UniqueConstraint("key", name=op.f("uq_suyu_person_key")),
        sa.UniqueConstraint("username", name=op.f("uq_suyu_person_username")),
    )
    with op.batch_alter_table("suyu_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_person_guest_exam_id"), ["guest_exam_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_person_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_person_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_person_name_key"), ["name_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_person_phone"), ["phone"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_person_staff_number"), ["staff_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_person_top_unit_id"), ["top_unit_id"], unique=False)
        batch_op.create_index(
            "uq_suyu_person_staff_number",
            ["top_unit_id", "staff_number"],
            unique=True,
            sqlite_where=sa.text("staff_number IS NOT NULL AND merged_into_id IS NULL"),
            postgresql_where=sa.text("staff_number IS NOT NULL AND merged_into_id IS NULL"),
        )

    op.create_table(
        "suyu_audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("object_kind", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "detail",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_audit_entry_actor_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_audit_entry_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_audit_entry")),
    )
    with op.batch_alter_table("suyu_audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_audit_entry_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index("ix_suyu_audit_entry_object", ["object_kind", "object_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_audit_entry_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "suyu_bank",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("review", sa.Boolean(), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("pack", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_bank_created_by_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_bank_deleted_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_bank_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_bank")),
        sa.UniqueConstraint("key", name=op.f("uq_suyu_bank_key")),
        sa.UniqueConstraint("pack", name=op.f("uq_suyu_bank_pack")),
    )
    with op.batch_alter_table("suyu_bank", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_bank_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_suyu_bank_live_name",
            ["unit_id", "name"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "suyu_card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("pin_hash", sa.String(length=64), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["issued_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_card_issued_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_card_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_card")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_suyu_card_token_hash")),
    )
    with op.batch_alter_table("suyu_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_card_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_suyu_card_live",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "suyu_completion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("course", "exam", "programme", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "rule",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "evidence",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_path", sa.String(length=400), nullable=False),
        sa.Column("unit_names", sa.Text(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_completion_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_completion_unit_id")),
        sa.ForeignKeyConstraint(["voided_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_completion_voided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_completion")),
        sa.UniqueConstraint("key", name=op.f("uq_suyu_completion_key")),
    )
    with op.batch_alter_table("suyu_completion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_completion_completed_at"), ["completed_at"], unique=False)
        batch_op.create_index("ix_suyu_completion_subject", ["kind", "subject_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_completion_unit_path"), ["unit_path"], unique=False)
        batch_op.create_index("uq_suyu_completion", ["person_id", "kind", "subject_id", "occasion"], unique=True)

    op.create_table(
        "suyu_course_audience",
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["audience"], ["suyu_audience.code"], name=op.f("fk_suyu_course_audience_audience")),
        sa.ForeignKeyConstraint(["course_id"], ["suyu_course.id"], name=op.f("fk_suyu_course_audience_course_id")),
        sa.PrimaryKeyConstraint("course_id", "audience", name=op.f("pk_suyu_course_audience")),
    )
    with op.batch_alter_table("suyu_course_audience", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_course_audience_audience"), ["audience"], unique=False)

    op.create_table(
        "suyu_course_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column(
            "outcomes",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "translations",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "review",
                "published",
                "retired",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "completion_rule",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["suyu_course.id"], name=op.f("fk_suyu_course_version_course_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_course_version")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_suyu_course_version_course_id_number")),
    )
    with op.batch_alter_table("suyu_course_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_course_version_course_id"), ["course_id"], unique=False)

    op.create_table(
        "suyu_grant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "organizer",
                "reviewer",
                "marker",
                "hr",
                "auditor",
                "admin",
                "unit_manager",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("granted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["granted_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_grant_granted_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_grant_person_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_grant_revoked_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_grant_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_grant")),
    )
    with op.batch_alter_table("suyu_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_grant_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_grant_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_suyu_grant_live",
            ["person_id", "role", "unit_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "suyu_membership",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("home", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_suyu_membership_period")),
        sa.ForeignKeyConstraint(["import_id"], ["suyu_import.id"], name=op.f("fk_suyu_membership_import_id")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_membership_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_membership_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_membership")),
    )
    with op.batch_alter_table("suyu_membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_membership_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_membership_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_membership_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_suyu_membership_home",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("home AND until IS NULL"),
            postgresql_where=sa.text("home AND until IS NULL"),
        )

    op.create_table(
        "suyu_one_time_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_one_time_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_suyu_one_time_link_token_hash")),
    )
    op.create_table(
        "suyu_paper",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "fixed",
                "drawn_once",
                "drawn_per_person",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("pack", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_paper_created_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_paper_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_paper")),
        sa.UniqueConstraint("pack", name=op.f("uq_suyu_paper_pack")),
    )
    with op.batch_alter_table("suyu_paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_paper_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "suyu_person_audience",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["audience"], ["suyu_audience.code"], name=op.f("fk_suyu_person_audience_audience")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_person_audience_person_id")),
        sa.PrimaryKeyConstraint("person_id", "audience", name=op.f("pk_suyu_person_audience")),
    )
    with op.batch_alter_table("suyu_person_audience", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_person_audience_audience"), ["audience"], unique=False)

    op.create_table(
        "suyu_person_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_person_change_actor_id")),
        sa.ForeignKeyConstraint(["other_id"], ["suyu_person.id"], name=op.f("fk_suyu_person_change_other_id")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_person_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_person_change")),
        sa.UniqueConstraint("person_id", "at", "kind", name=op.f("uq_suyu_person_change_person_id_at_kind")),
    )
    with op.batch_alter_table("suyu_person_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_person_change_person_id"), ["person_id"], unique=False)

    op.create_table(
        "suyu_unit_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("old", sa.String(length=200), nullable=False),
        sa.Column("new", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_unit_change_actor_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_unit_change_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_unit_change")),
    )
    with op.batch_alter_table("suyu_unit_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_unit_change_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "suyu_enrolment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["suyu_course.id"], name=op.f("fk_suyu_enrolment_course_id")),
        sa.ForeignKeyConstraint(
            ["course_version_id"], ["suyu_course_version.id"], name=op.f("fk_suyu_enrolment_course_version_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_enrolment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_enrolment")),
        sa.UniqueConstraint(
            "person_id", "course_version_id", name=op.f("uq_suyu_enrolment_person_id_course_version_id")
        ),
    )
    with op.batch_alter_table("suyu_enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_enrolment_course_id"), ["course_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_enrolment_course_version_id"), ["course_version_id"], unique=False)

    op.create_table(
        "suyu_exam",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("paper_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "published", "withdrawn", name="state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("freeze_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("attempts_allowed", sa.Integer(), nullable=False),
        sa.Column(
            "counts",
            sa.Enum("best", "last", "mean", name="counts", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("pass_share", sa.BigInteger(), nullable=False),
        sa.Column(
            "delivery",
            sa.Enum("whole", "stepwise", name="delivery", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("shuffle_questions", sa.Boolean(), nullable=False),
        sa.Column("shuffle_options", sa.Boolean(), nullable=False),
        sa.Column(
            "partial_credit",
            sa.Enum(
                "all_or_nothing",
                "half_for_subset",
                name="partial_credit",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "show_score",
            sa.Enum(
                "now", "after_close", "never", name="show_score", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "show_key",
            sa.Enum(
                "now", "after_close", "never", name="show_key", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "show_explanation",
            sa.Enum(
                "now",
                "after_close",
                "never",
                name="show_explanation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("late_answers_count", sa.Boolean(), nullable=False),
        sa.Column("entry_account", sa.Boolean(), nullable=False),
        sa.Column("entry_number", sa.Boolean(), nullable=False),
        sa.Column("entry_open", sa.Boolean(), nullable=False),
        sa.Column("contact_name", sa.String(length=200), nullable=False),
        sa.Column("contact_phone", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("attempts_allowed > 0", name=op.f("ck_suyu_exam_attempts_allowed")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_suyu_exam_minutes")),
        sa.CheckConstraint(
            "opens_at IS NULL OR closes_at IS NULL OR closes_at > opens_at", name=op.f("ck_suyu_exam_window")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_exam_created_by_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_exam_deleted_by_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["suyu_paper.id"], name=op.f("fk_suyu_exam_paper_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_exam_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_exam")),
        sa.UniqueConstraint("code", name=op.f("uq_suyu_exam_code")),
    )
    with op.batch_alter_table("suyu_exam", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_exam_paper_id"), ["paper_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_exam_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_exam_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "suyu_hours_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "evidence",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("completion_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_path", sa.String(length=400), nullable=False),
        sa.Column("unit_names", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_hours_entry_actor_id")),
        sa.ForeignKeyConstraint(
            ["completion_id"], ["suyu_completion.id"], name=op.f("fk_suyu_hours_entry_completion_id")
        ),
        sa.ForeignKeyConstraint(["corrects_id"], ["suyu_hours_entry.id"], name=op.f("fk_suyu_hours_entry_corrects_id")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_hours_entry_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_hours_entry_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_hours_entry")),
    )
    with op.batch_alter_table("suyu_hours_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_hours_entry_completion_id"), ["completion_id"], unique=False)
        batch_op.create_index("ix_suyu_hours_entry_person", ["person_id", "day"], unique=False)

    op.create_table(
        "suyu_lesson",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "text_format",
            sa.Enum("plain", "markdown", name="text_format", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "sources",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "checkpoints",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("reading_seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_version_id"], ["suyu_course_version.id"], name=op.f("fk_suyu_lesson_course_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_lesson")),
        sa.UniqueConstraint("course_version_id", "position", name=op.f("uq_suyu_lesson_course_version_id_position")),
        sa.UniqueConstraint("course_version_id", "slug", name=op.f("uq_suyu_lesson_course_version_id_slug")),
    )
    op.create_table(
        "suyu_paper_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paper_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column(
            "filter",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.CheckConstraint("count > 0", name=op.f("ck_suyu_paper_rule_count")),
        sa.CheckConstraint("points >= 0", name=op.f("ck_suyu_paper_rule_points")),
        sa.ForeignKeyConstraint(["paper_id"], ["suyu_paper.id"], name=op.f("fk_suyu_paper_rule_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_paper_rule")),
        sa.UniqueConstraint("paper_id", "position", name=op.f("uq_suyu_paper_rule_paper_id_position")),
    )
    with op.batch_alter_table("suyu_paper_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_paper_rule_paper_id"), ["paper_id"], unique=False)

    op.create_table(
        "suyu_question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.String(length=100), nullable=False),
        sa.Column("bank_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("group_position", sa.SmallInteger(), nullable=True),
        sa.Column("published_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["bank_id"], ["suyu_bank.id"], name=op.f("fk_suyu_question_bank_id")),
        sa.ForeignKeyConstraint(["group_id"], ["suyu_question.id"], name=op.f("fk_suyu_question_group_id")),
        sa.ForeignKeyConstraint(["import_id"], ["suyu_import.id"], name=op.f("fk_suyu_question_import_id")),
        sa.ForeignKeyConstraint(
            ["published_version_id"],
            ["suyu_question_version.id"],
            name=op.f("fk_suyu_question_published_version_id"),
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_question")),
        sa.UniqueConstraint("published_version_id", name=op.f("uq_suyu_question_published_version_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_suyu_question_uid")),
    )
    with op.batch_alter_table("suyu_question", schema=None) as batch_op:
        batch_op.create_index("ix_suyu_question_bank", ["bank_id", "published_version_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_question_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_question_identity"), ["identity"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_question_import_id"), ["import_id"], unique=False)

    op.create_table(
        "suyu_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("exam_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_path", sa.String(length=400), nullable=False),
        sa.Column("unit_names", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "submitted",
                "timed_out",
                "voided",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("full_points", sa.BigInteger(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("late_answers", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["suyu_exam.id"], name=op.f("fk_suyu_attempt_exam_id")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_attempt_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_attempt_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_attempt")),
        sa.UniqueConstraint(
            "exam_id", "person_id", "trial", "number", name=op.f("uq_suyu_attempt_exam_id_person_id_trial_number")
        ),
        sa.UniqueConstraint("key", name=op.f("uq_suyu_attempt_key")),
    )
    with op.batch_alter_table("suyu_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_suyu_attempt_due", ["state", "deadline"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_attempt_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_suyu_attempt_open",
            ["exam_id", "person_id", "trial"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "suyu_exam_audience",
        sa.Column("exam_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["audience"], ["suyu_audience.code"], name=op.f("fk_suyu_exam_audience_audience")),
        sa.ForeignKeyConstraint(["exam_id"], ["suyu_exam.id"], name=op.f("fk_suyu_exam_audience_exam_id")),
        sa.PrimaryKeyConstraint("exam_id", "audience", name=op.f("pk_suyu_exam_audience")),
    )
    op.create_table(
        "suyu_exam_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("exam_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_exam_change_actor_id")),
        sa.ForeignKeyConstraint(["exam_id"], ["suyu_exam.id"], name=op.f("fk_suyu_exam_change_exam_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_exam_change")),
    )
    with op.batch_alter_table("suyu_exam_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_exam_change_exam_id"), ["exam_id"], unique=False)

    op.create_table(
        "suyu_exam_unit",
        sa.Column("exam_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["suyu_exam.id"], name=op.f("fk_suyu_exam_unit_exam_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_exam_unit_unit_id")),
        sa.PrimaryKeyConstraint("exam_id", "unit_id", name=op.f("pk_suyu_exam_unit")),
    )
    with op.batch_alter_table("suyu_exam_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_exam_unit_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "suyu_lesson_media",
        sa.Column("lesson_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("media_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["suyu_lesson.id"], name=op.f("fk_suyu_lesson_media_lesson_id")),
        sa.ForeignKeyConstraint(["media_id"], ["suyu_media.id"], name=op.f("fk_suyu_lesson_media_media_id")),
        sa.PrimaryKeyConstraint("lesson_id", "media_id", name=op.f("pk_suyu_lesson_media")),
    )
    with op.batch_alter_table("suyu_lesson_media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_lesson_media_media_id"), ["media_id"], unique=False)

    op.create_table(
        "suyu_progress_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lesson_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column(
            "detail",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["suyu_enrolment.id"], name=op.f("fk_suyu_progress_step_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["lesson_id"], ["suyu_lesson.id"], name=op.f("fk_suyu_progress_step_lesson_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_progress_step")),
        sa.UniqueConstraint("key", name=op.f("uq_suyu_progress_step_key")),
    )
    with op.batch_alter_table("suyu_progress_step", schema=None) as batch_op:
        batch_op.create_index("ix_suyu_progress_step_enrolment", ["enrolment_id", "lesson_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_progress_step_lesson_id"), ["lesson_id"], unique=False)

    op.create_table(
        "suyu_question_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column(
            "text_format",
            sa.Enum("plain", "markdown", name="text_format", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column(
            "body",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "difficulty",
            sa.Enum("easy", "medium", "hard", name="difficulty", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("criterion", sa.SmallInteger(), nullable=True),
        sa.Column(
            "dimension",
            sa.Enum(
                "knowledge",
                "methods",
                "spirit",
                "application",
                name="dimension",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("points", sa.String(length=16), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "review",
                "published",
                "retired",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reviewer", sa.String(length=200), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "criterion IS NULL OR criterion BETWEEN 1 AND 26", name=op.f("ck_suyu_question_version_criterion")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["suyu_person.id"], name=op.f("fk_suyu_question_version_author_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["suyu_question.id"], name=op.f("fk_suyu_question_version_question_id")
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["suyu_person.id"], name=op.f("fk_suyu_question_version_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_question_version")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_suyu_question_version_question_id_number")),
    )
    with op.batch_alter_table("suyu_question_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_question_version_content_hash"), ["content_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_question_version_question_id"), ["question_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_question_version_type"), ["type"], unique=False)

    op.create_table(
        "suyu_roster_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("exam_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("exemption", "addition", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_roster_change_actor_id")),
        sa.ForeignKeyConstraint(["exam_id"], ["suyu_exam.id"], name=op.f("fk_suyu_roster_change_exam_id")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_roster_change_person_id")),
        sa.ForeignKeyConstraint(
            ["taken_back_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_roster_change_taken_back_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_roster_change")),
    )
    with op.batch_alter_table("suyu_roster_change", schema=None) as batch_op:
        batch_op.create_index("ix_suyu_roster_change_exam", ["exam_id", "person_id"], unique=False)

    op.create_table(
        "suyu_roster_member",
        sa.Column("exam_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_path", sa.String(length=400), nullable=False),
        sa.Column("unit_names", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["suyu_exam.id"], name=op.f("fk_suyu_roster_member_exam_id")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_roster_member_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_roster_member_unit_id")),
        sa.PrimaryKeyConstraint("exam_id", "person_id", name=op.f("pk_suyu_roster_member")),
    )
    with op.batch_alter_table("suyu_roster_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_roster_member_person_id"), ["person_id"], unique=False)

    op.create_table(
        "suyu_paper_pick",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paper_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["suyu_paper.id"], name=op.f("fk_suyu_paper_pick_paper_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["suyu_question_version.id"], name=op.f("fk_suyu_paper_pick_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_paper_pick")),
        sa.UniqueConstraint("paper_id", "position", name=op.f("uq_suyu_paper_pick_paper_id_position")),
    )
    with op.batch_alter_table("suyu_paper_pick", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_paper_pick_paper_id"), ["paper_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suyu_paper_pick_version_id"), ["version_id"], unique=False)

    op.create_table(
        "suyu_slot",
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parent_number", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column(
            "option_order",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "response",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("fraction", sa.BigInteger(), nullable=True),
        sa.Column("key_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("points >= 0", name=op.f("ck_suyu_slot_points")),
        sa.ForeignKeyConstraint(["attempt_id"], ["suyu_attempt.id"], name=op.f("fk_suyu_slot_attempt_id")),
        sa.ForeignKeyConstraint(
            ["key_version_id"], ["suyu_question_version.id"], name=op.f("fk_suyu_slot_key_version_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["suyu_question_version.id"], name=op.f("fk_suyu_slot_version_id")),
        sa.PrimaryKeyConstraint("attempt_id", "number", name=op.f("pk_suyu_slot")),
    )
    with op.batch_alter_table("suyu_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_slot_version_id"), ["version_id"], unique=False)

    op.create_table(
        "suyu_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "opened",
                "saved",
                "submitted",
                "timed_out",
                "marked",
                "regraded",
                "voided",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "response",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "detail",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_step_actor_id")),
        sa.ForeignKeyConstraint(["attempt_id"], ["suyu_attempt.id"], name=op.f("fk_suyu_step_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_step")),
    )
    with op.batch_alter_table("suyu_step", schema=None) as batch_op:
        batch_op.create_index("ix_suyu_step_attempt", ["attempt_id", "id"], unique=False)
        batch_op.create_index(
            "uq_suyu_step_saved",
            ["attempt_id", "slot", "epoch", "seq"],
            unique=True,
            sqlite_where=sa.text("kind = 'saved'"),
            postgresql_where=sa.text("kind = 'saved'"),
        )

    op.create_table(
        "suyu_version_media",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("media_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["suyu_media.id"], name=op.f("fk_suyu_version_media_media_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["suyu_question_version.id"], name=op.f("fk_suyu_version_media_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "media_id", name=op.f("pk_suyu_version_media")),
    )
    with op.batch_alter_table("suyu_version_media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_version_media_media_id"), ["media_id"], unique=False)

    op.create_table(
        "suyu_version_tag",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["suyu_question_version.id"], name=op.f("fk_suyu_version_tag_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "tag", name=op.f("pk_suyu_version_tag")),
    )
    with op.batch_alter_table("suyu_version_tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_version_tag_tag"), ["tag"], unique=False)

    op.create_table(
        "suyu_version_text",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column(
            "body",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["suyu_question_version.id"], name=op.f("fk_suyu_version_text_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "lang", name=op.f("pk_suyu_version_text")),
    )
    op.create_table(
        "suyu_version_topic",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["suyu_topic.id"], name=op.f("fk_suyu_version_topic_topic_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["suyu_question_version.id"], name=op.f("fk_suyu_version_topic_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "topic_id", name=op.f("pk_suyu_version_topic")),
    )
    with op.batch_alter_table("suyu_version_topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suyu_version_topic_topic_id"), ["topic_id"], unique=False)

    if op.get_bind().dialect.name != "sqlite":
        for name, table, target, column in CIRCULAR_KEYS:
            op.create_foreign_key(name, table, target, [column], ["id"])


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for name, table, _target, _column in CIRCULAR_KEYS:
            op.drop_constraint(name, table, type_="foreignkey")
    with op.batch_alter_table("suyu_version_topic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_version_topic_topic_id"))

    op.drop_table("suyu_version_topic")
    op.drop_table("suyu_version_text")
    with op.batch_alter_table("suyu_version_tag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_version_tag_tag"))

    op.drop_table("suyu_version_tag")
    with op.batch_alter_table("suyu_version_media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_version_media_media_id"))

    op.drop_table("suyu_version_media")
    with op.batch_alter_table("suyu_step", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_suyu_step_saved", sqlite_where=sa.text("kind = 'saved'"), postgresql_where=sa.text("kind = 'saved'")
        )
        batch_op.drop_index("ix_suyu_step_attempt")

    op.drop_table("suyu_step")
    with op.batch_alter_table("suyu_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_slot_version_id"))

    op.drop_table("suyu_slot")
    with op.batch_alter_table("suyu_paper_pick", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_paper_pick_version_id"))
        batch_op.drop_index(batch_op.f("ix_suyu_paper_pick_paper_id"))

    op.drop_table("suyu_paper_pick")
    with op.batch_alter_table("suyu_roster_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_roster_member_person_id"))

    op.drop_table("suyu_roster_member")
    with op.batch_alter_table("suyu_roster_change", schema=None) as batch_op:
        batch_op.drop_index("ix_suyu_roster_change_exam")

    op.drop_table("suyu_roster_change")
    with op.batch_alter_table("suyu_question_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_question_version_type"))
        batch_op.drop_index(batch_op.f("ix_suyu_question_version_question_id"))
        batch_op.drop_index(batch_op.f("ix_suyu_question_version_content_hash"))

    op.drop_table("suyu_question_version")
    with op.batch_alter_table("suyu_progress_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_progress_step_lesson_id"))
        batch_op.drop_index("ix_suyu_progress_step_enrolment")

    op.drop_table("suyu_progress_step")
    with op.batch_alter_table("suyu_lesson_media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_lesson_media_media_id"))

    op.drop_table("suyu_lesson_media")
    with op.batch_alter_table("suyu_exam_unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_exam_unit_unit_id"))

    op.drop_table("suyu_exam_unit")
    with op.batch_alter_table("suyu_exam_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_exam_change_exam_id"))

    op.drop_table("suyu_exam_change")
    op.drop_table("suyu_exam_audience")
    with op.batch_alter_table("suyu_attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_suyu_attempt_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_suyu_attempt_person_id"))
        batch_op.drop_index("ix_suyu_attempt_due")

    op.drop_table("suyu_attempt")
    with op.batch_alter_table("suyu_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_question_import_id"))
        batch_op.drop_index(batch_op.f("ix_suyu_question_identity"))
        batch_op.drop_index(batch_op.f("ix_suyu_question_group_id"))
        batch_op.drop_index("ix_suyu_question_bank")

    op.drop_table("suyu_question")
    with op.batch_alter_table("suyu_paper_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_paper_rule_paper_id"))

    op.drop_table("suyu_paper_rule")
    op.drop_table("suyu_lesson")
    with op.batch_alter_table("suyu_hours_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_suyu_hours_entry_person")
        batch_op.drop_index(batch_op.f("ix_suyu_hours_entry_completion_id"))

    op.drop_table("suyu_hours_entry")
    with op.batch_alter_table("suyu_exam", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_exam_unit_id"))
        batch_op.drop_index(batch_op.f("ix_suyu_exam_state"))
        batch_op.drop_index(batch_op.f("ix_suyu_exam_paper_id"))

    op.drop_table("suyu_exam")
    with op.batch_alter_table("suyu_enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_enrolment_course_version_id"))
        batch_op.drop_index(batch_op.f("ix_suyu_enrolment_course_id"))

    op.drop_table("suyu_enrolment")
    with op.batch_alter_table("suyu_unit_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_unit_change_unit_id"))

    op.drop_table("suyu_unit_change")
    with op.batch_alter_table("suyu_person_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_person_change_person_id"))

    op.drop_table("suyu_person_change")
    with op.batch_alter_table("suyu_person_audience", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_person_audience_audience"))

    op.drop_table("suyu_person_audience")
    with op.batch_alter_table("suyu_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_paper_unit_id"))

    op.drop_table("suyu_paper")
    op.drop_table("suyu_one_time_link")
    with op.batch_alter_table("suyu_membership", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_suyu_membership_home",
            sqlite_where=sa.text("home AND until IS NULL"),
            postgresql_where=sa.text("home AND until IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_suyu_membership_unit_id"))
        batch_op.drop_index(batch_op.f("ix_suyu_membership_person_id"))
        batch_op.drop_index(batch_op.f("ix_suyu_membership_import_id"))

    op.drop_table("suyu_membership")
    with op.batch_alter_table("suyu_grant", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_suyu_grant_live",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_suyu_grant_unit_id"))
        batch_op.drop_index(batch_op.f("ix_suyu_grant_person_id"))

    op.drop_table("suyu_grant")
    with op.batch_alter_table("suyu_course_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_course_version_course_id"))

    op.drop_table("suyu_course_version")
    with op.batch_alter_table("suyu_course_audience", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_course_audience_audience"))

    op.drop_table("suyu_course_audience")
    with op.batch_alter_table("suyu_completion", schema=None) as batch_op:
        batch_op.drop_index("uq_suyu_completion")
        batch_op.drop_index(batch_op.f("ix_suyu_completion_unit_path"))
        batch_op.drop_index("ix_suyu_completion_subject")
        batch_op.drop_index(batch_op.f("ix_suyu_completion_completed_at"))

    op.drop_table("suyu_completion")
    with op.batch_alter_table("suyu_card", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_suyu_card_live",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_suyu_card_person_id"))

    op.drop_table("suyu_card")
    with op.batch_alter_table("suyu_bank", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_suyu_bank_live_name",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_suyu_bank_unit_id"))

    op.drop_table("suyu_bank")
    with op.batch_alter_table("suyu_audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_audit_entry_unit_id"))
        batch_op.drop_index("ix_suyu_audit_entry_object")
        batch_op.drop_index(batch_op.f("ix_suyu_audit_entry_at"))
        batch_op.drop_index(batch_op.f("ix_suyu_audit_entry_actor_id"))

    op.drop_table("suyu_audit_entry")
    with op.batch_alter_table("suyu_person", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_suyu_person_staff_number",
            sqlite_where=sa.text("staff_number IS NOT NULL AND merged_into_id IS NULL"),
            postgresql_where=sa.text("staff_number IS NOT NULL AND merged_into_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_suyu_person_top_unit_id"))
        batch_op.drop_index(batch_op.f("ix_suyu_person_staff_number"))
        batch_op.drop_index(batch_op.f("ix_suyu_person_phone"))
        batch_op.drop_index(batch_op.f("ix_suyu_person_name_key"))
        batch_op.drop_index(batch_op.f("ix_suyu_person_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_suyu_person_import_id"))
        batch_op.drop_index(batch_op.f("ix_suyu_person_guest_exam_id"))

    op.drop_table("suyu_person")
    with op.batch_alter_table("suyu_course", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_course_unit_id"))

    op.drop_table("suyu_course")
    with op.batch_alter_table("suyu_unit", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_suyu_unit_live_name",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index("ix_suyu_unit_path", postgresql_ops={"path": "text_pattern_ops"})
        batch_op.drop_index(batch_op.f("ix_suyu_unit_parent_id"))
        batch_op.drop_index(batch_op.f("ix_suyu_unit_import_id"))

    op.drop_table("suyu_unit")
    with op.batch_alter_table("suyu_import_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_import_row_import_id"))

    op.drop_table("suyu_import_row")
    op.drop_table("suyu_import_file")
    with op.batch_alter_table("suyu_topic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_topic_parent_id"))

    op.drop_table("suyu_topic")
    op.drop_table("suyu_media")
    with op.batch_alter_table("suyu_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suyu_import_unit_id"))
        batch_op.drop_index(batch_op.f("ix_suyu_import_sha256"))
        batch_op.drop_index(batch_op.f("ix_suyu_import_bank_id"))
        batch_op.drop_index(batch_op.f("ix_suyu_import_actor_id"))

    op.drop_table("suyu_import")
    op.drop_table("suyu_failed_sign_in")
    op.drop_table("suyu_audience")
