"""Certificates of completions, the ledger of certificates of others, employment, and completions voided by hand."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_STANDS = sa.text("revoked_at IS NULL")
_COUNTS = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.add_column(
        "suyu_completion", sa.Column("voided_by_hand", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(  # a constraint can be added only with a column that comes
        "ALTER TABLE suyu_person ADD COLUMN employment VARCHAR(32) DEFAULT 'own' NOT NULL"
        " CONSTRAINT ck_suyu_person_employment CHECK (employment IN ('own', 'contractor', 'dispatched'))"
    )
    _certificates()
    _outside()


def _certificates() -> None:
    op.create_table(
        "suyu_certificate_terms",
        sa.Column("id", _BIG, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("course", "exam", "programme", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("issued", sa.Boolean(), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("months", sa.SmallInteger(), nullable=True),
        sa.Column("signature", sa.String(length=200), nullable=False),
        sa.CheckConstraint("months BETWEEN 1 AND 600", name=op.f("ck_suyu_certificate_terms_months")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_certificate_terms")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_suyu_certificate_terms_kind_subject_id")),
    )
    op.create_table(
        "suyu_certificate",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("completion_id", _BIG, nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("unit_names", sa.Text(), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("months", sa.SmallInteger(), nullable=True),
        sa.Column("signature", sa.String(length=200), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", _BIG, nullable=True),
        sa.Column("revoke_reason", sa.Text(), nullable=False),
        sa.Column("replaces_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["completion_id"], ["suyu_completion.id"], name=op.f("fk_suyu_certificate_completion_id")
        ),
        sa.ForeignKeyConstraint(["replaces_id"], ["suyu_certificate.id"], name=op.f("fk_suyu_certificate_replaces_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_certificate_revoked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_suyu_certificate_number")),
    )
    op.create_index("ix_suyu_certificate_completion_id", "suyu_certificate", ["completion_id"])
    op.create_index(
        "uq_suyu_certificate_stands",
        "suyu_certificate",
        ["completion_id"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )


def _outside() -> None:
    op.create_table(
        "suyu_outside_kind",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("valid_months", sa.SmallInteger(), nullable=True),
        sa.Column("review_months", sa.SmallInteger(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("changed_by_id", _BIG, nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valid_months BETWEEN 1 AND 600", name=op.f("ck_suyu_outside_kind_valid_months")),
        sa.CheckConstraint("review_months BETWEEN 1 AND 600", name=op.f("ck_suyu_outside_kind_review_months")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_outside_kind_changed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_outside_kind")),
        sa.UniqueConstraint("code", name=op.f("uq_suyu_outside_kind_code")),
    )
    op.create_table(
        "suyu_outside_certificate",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("proof", _JSON, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor_id", _BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("follows_id", _BIG, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", _BIG, nullable=True),
        sa.Column(
            "ended_as",
            sa.Enum(
                "renewed",
                "corrected",
                "withdrawn",
                name="ended_as",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name=op.f("ck_suyu_outside_certificate_ended")),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_outside_certificate_actor_id")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_outside_certificate_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["suyu_outside_certificate.id"], name=op.f("fk_suyu_outside_certificate_follows_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_outside_certificate_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_outside_certificate")),
    )
    op.create_index(op.f("ix_suyu_outside_certificate_follows_id"), "suyu_outside_certificate", ["follows_id"])
    op.create_index(op.f("ix_suyu_outside_certificate_person_id"), "suyu_outside_certificate", ["person_id"])
    op.create_index("ix_suyu_outside_certificate_review", "suyu_outside_certificate", ["review_on"])
    op.create_index("ix_suyu_outside_certificate_valid", "suyu_outside_certificate", ["valid_until"])
    op.create_index(
        "uq_suyu_outside_certificate_counts",
        "suyu_outside_certificate",
        ["person_id", "kind", "detail", "number"],
        unique=True,
        sqlite_where=_COUNTS,
        postgresql_where=_COUNTS,
    )
