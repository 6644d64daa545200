"""Saved views of the records, when a completion was last written, and the indexes that any filter of them needs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_STANDS, _FALLEN, _FIRST = sa.text("voided_at IS NULL"), sa.text("voided_at IS NOT NULL"), sa.text("first")
_TABLE = "suyu_completion"


def upgrade() -> None:
    _views()
    op.add_column(
        _TABLE,
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00"),
    )
    op.execute(f"UPDATE {_TABLE} SET changed_at = COALESCE(voided_at, completed_at)")
    op.create_index(op.f("ix_suyu_completion_changed_at"), _TABLE, ["changed_at"])
    op.drop_index("ix_suyu_completion_subject", table_name=_TABLE)
    op.create_index("ix_suyu_completion_subject", _TABLE, ["kind", "subject_id", "completed_at"])
    op.create_index("ix_suyu_completion_kind", _TABLE, ["kind", "completed_at"])
    op.create_index(
        "ix_suyu_completion_place", _TABLE, ["unit_path", "completed_at", "kind", "subject_id", "person_id"],
        sqlite_where=_STANDS, postgresql_where=_STANDS, postgresql_ops={"unit_path": "text_pattern_ops"},
    )  # fmt: skip
    op.create_index(
        "ix_suyu_completion_voided", _TABLE, ["completed_at"], sqlite_where=_FALLEN, postgresql_where=_FALLEN
    )


def _views() -> None:
    table = "suyu_record_view"
    op.create_table(
        table,
        sa.Column("id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("filters", _JSON, nullable=False),
        sa.Column("columns", _JSON, nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f(f"fk_{table}_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f(f"fk_{table}_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("person_id", "name", name=op.f(f"uq_{table}_person_id_name")),
    )
    op.create_index(op.f(f"ix_{table}_unit_id"), table, ["unit_id"])
    op.create_index(
        f"uq_{table}_first", table, ["person_id"], unique=True, sqlite_where=_FIRST, postgresql_where=_FIRST
    )
