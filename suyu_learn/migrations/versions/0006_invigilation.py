"""What looking after an exam while it runs needs: when a page was last heard of, pauses, who closed for somebody."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = ("opened", "paused", "resumed", "saved", "submitted", "timed_out", "marked", "regraded", "voided")


def upgrade() -> None:
    op.add_column("suyu_exam", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("suyu_attempt", sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("suyu_attempt", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    if (
        op.get_bind().dialect.name == "sqlite"
    ):  # a constraint cannot be added to a table that is there, but to a column that comes
        op.execute(
            "ALTER TABLE suyu_attempt ADD COLUMN closed_by_id INTEGER"
            " CONSTRAINT fk_suyu_attempt_closed_by_id REFERENCES suyu_person (id)"
        )
    else:
        op.add_column("suyu_attempt", sa.Column("closed_by_id", sa.BigInteger(), nullable=True))
        op.create_foreign_key(
            op.f("fk_suyu_attempt_closed_by_id"), "suyu_attempt", "suyu_person", ["closed_by_id"], ["id"]
        )
    with op.batch_alter_table("suyu_step") as batch:
        batch.drop_constraint(op.f("ck_suyu_step_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_suyu_step_kind"), f"kind IN ({', '.join(map(repr, KINDS))})")
