"""What was printed of an exam's paper, by the code on its sheets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "suyu_printed_paper",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("exam_id", _BIG, nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("slots", _JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["suyu_exam.id"], name=op.f("fk_suyu_printed_paper_exam_id")),
        sa.ForeignKeyConstraint(["by_id"], ["suyu_person.id"], name=op.f("fk_suyu_printed_paper_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_printed_paper")),
        sa.UniqueConstraint("exam_id", "code", name=op.f("uq_suyu_printed_paper_exam_id_code")),
    )
