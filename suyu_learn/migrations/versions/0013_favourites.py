"""Favourites: questions that a learner has marked to come back to."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    table = "suyu_practice_favourite"
    op.create_table(
        table,
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("question_id", _BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f(f"fk_{table}_person_id")),
        sa.ForeignKeyConstraint(["question_id"], ["suyu_question.id"], name=op.f(f"fk_{table}_question_id")),
        sa.PrimaryKeyConstraint("person_id", "question_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_question_id"), table, ["question_id"])
