"""Questions one at a time: seconds for each, and which one an attempt is at, until when."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = ("opened", "shown", "paused", "resumed", "saved", "submitted", "timed_out", "marked", "regraded", "voided")


def upgrade() -> None:
    # a constraint cannot be added to a table that is there on SQLite, but to a column that comes
    op.execute(
        "ALTER TABLE suyu_exam ADD COLUMN question_seconds INTEGER"
        " CONSTRAINT ck_suyu_exam_question_seconds CHECK (question_seconds BETWEEN 10 AND 3600)"
    )
    op.add_column("suyu_attempt", sa.Column("shown_slot", sa.Integer(), nullable=True))
    op.add_column("suyu_attempt", sa.Column("shown_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("suyu_step") as batch:
        batch.drop_constraint(op.f("ck_suyu_step_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_suyu_step_kind"), f"kind IN ({', '.join(map(repr, KINDS))})")
