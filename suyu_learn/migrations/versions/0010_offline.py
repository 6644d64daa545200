"""Papers sat on paper, typing for somebody, and scans of papers."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KIND = "ck_suyu_step_kind"


def upgrade() -> None:
    op.add_column("suyu_attempt", sa.Column("offline", sa.Boolean(), nullable=False, server_default=sa.false()))
    if op.get_bind().dialect.name == "sqlite":  # a constraint can be added only with a column that comes
        op.execute(
            "ALTER TABLE suyu_attempt ADD COLUMN typed_by_id INTEGER"
            " CONSTRAINT fk_suyu_attempt_typed_by_id REFERENCES suyu_person (id)"
        )
    else:
        op.add_column("suyu_attempt", sa.Column("typed_by_id", sa.BigInteger(), nullable=True))
        op.create_foreign_key(
            op.f("fk_suyu_attempt_typed_by_id"), "suyu_attempt", "suyu_person", ["typed_by_id"], ["id"]
        )
    kinds = (*_kinds(op.get_bind()), "entered")
    with op.batch_alter_table("suyu_step") as batch:
        batch.drop_constraint(op.f(KIND), type_="check")
        batch.create_check_constraint(op.f(KIND), f"kind IN ({', '.join(map(repr, kinds))})")
    op.create_table(
        "suyu_scan",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("attempt_id", _BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mime", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _BIG, nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by_id", _BIG, nullable=True),
        sa.Column("delete_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["suyu_attempt.id"], name=op.f("fk_suyu_scan_attempt_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_scan_actor_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_scan_deleted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_scan")),
        sa.UniqueConstraint("key", name=op.f("uq_suyu_scan_key")),
    )
    op.create_index(op.f("ix_suyu_scan_attempt_id"), "suyu_scan", ["attempt_id"])
    op.create_index(op.f("ix_suyu_scan_sha256"), "suyu_scan", ["sha256"])


def _kinds(connection) -> list[str]:
    """The kinds of steps that there are already, whatever came before."""
    checks = sa.inspect(connection).get_check_constraints("suyu_step")
    return re.findall(r"'(\w+)'", next(one["sqltext"] for one in checks if one["name"] == KIND))
