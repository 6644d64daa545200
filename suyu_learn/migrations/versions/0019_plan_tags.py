"""Which tasks of the action plan courses, exams, events and programmes serve."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suyu_plan_tag",
        sa.Column(
            "kind",
            sa.Enum(
                "course",
                "exam",
                "event",
                "programme",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", "task", name=op.f("pk_suyu_plan_tag")),
    )
    op.create_index("ix_suyu_plan_tag_task", "suyu_plan_tag", ["task"])
