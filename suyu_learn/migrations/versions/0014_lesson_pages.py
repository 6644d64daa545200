"""Lessons made from the pages of a PDF: how far drawing them has come."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    table = "suyu_lesson_document"
    op.create_table(
        table,
        sa.Column("lesson_id", _BIG, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["suyu_lesson.id"], name=op.f(f"fk_{table}_lesson_id")),
        sa.PrimaryKeyConstraint("lesson_id", name=op.f(f"pk_{table}")),
    )
