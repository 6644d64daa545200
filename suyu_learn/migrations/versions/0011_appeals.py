"""Appeals against a result, until when they are taken, and what a person has seen of what became of a result."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
STATES = ("open", "withdrawn", "accepted", "refused")


def upgrade() -> None:
    op.execute(
        "ALTER TABLE suyu_exam ADD COLUMN appeal_days INTEGER"
        " CONSTRAINT ck_suyu_exam_appeal_days CHECK (appeal_days BETWEEN 1 AND 365)"
    )
    op.add_column("suyu_attempt", sa.Column("told_at", _MOMENT, nullable=True))
    op.create_table(
        "suyu_appeal",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("exam_id", _BIG, nullable=False),
        sa.Column("attempt_id", _BIG, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("question_id", _BIG, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("withdrawn_at", _MOMENT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.Column("answered_by_id", _BIG, nullable=True),
        sa.CheckConstraint(f"state IN ({', '.join(map(repr, STATES))})", name=op.f("ck_suyu_appeal_state")),
        sa.CheckConstraint(
            "(answered_at IS NOT NULL) = (state IN ('accepted', 'refused'))", name=op.f("ck_suyu_appeal_answered")
        ),
        sa.CheckConstraint("(slot = 0) = (question_id IS NULL)", name=op.f("ck_suyu_appeal_whole")),
        sa.ForeignKeyConstraint(["exam_id"], ["suyu_exam.id"], name=op.f("fk_suyu_appeal_exam_id")),
        sa.ForeignKeyConstraint(["attempt_id"], ["suyu_attempt.id"], name=op.f("fk_suyu_appeal_attempt_id")),
        sa.ForeignKeyConstraint(["question_id"], ["suyu_question.id"], name=op.f("fk_suyu_appeal_question_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_appeal_answered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_appeal")),
    )
    op.create_index("ix_suyu_appeal_exam", "suyu_appeal", ["exam_id", "state"])
    op.create_index(op.f("ix_suyu_appeal_attempt_id"), "suyu_appeal", ["attempt_id"])
    op.create_index(op.f("ix_suyu_appeal_question_id"), "suyu_appeal", ["question_id"])
    still_open = sa.text("state = 'open'")
    op.create_index(
        "uq_suyu_appeal_open",
        "suyu_appeal",
        ["attempt_id", "slot"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
