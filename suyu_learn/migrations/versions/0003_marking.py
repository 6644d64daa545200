"""Marking by people: the queue of open answers, second markers, and when results are shown."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 500
STATES = ("machine", "waiting", "once", "settle", "done")


def upgrade() -> None:
    op.add_column("suyu_exam", sa.Column("results_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("suyu_exam", sa.Column("two_markers", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("suyu_exam", sa.Column("marks_apart", sa.BigInteger(), nullable=False, server_default="200000"))
    op.create_table(
        "suyu_open_answer",
        sa.Column("attempt_id", _BIG, nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("exam_id", _BIG, nullable=False),
        sa.Column("question_id", _BIG, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("first_id", _BIG, nullable=True),
        sa.Column("second_id", _BIG, nullable=True),
        sa.Column("leased_to_id", _BIG, nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN (" + ", ".join(f"'{state}'" for state in STATES) + ")", name=op.f("ck_suyu_open_answer_state")
        ),
        sa.ForeignKeyConstraint(["attempt_id"], ["suyu_attempt.id"], name=op.f("fk_suyu_open_answer_attempt_id")),
        sa.ForeignKeyConstraint(["exam_id"], ["suyu_exam.id"], name=op.f("fk_suyu_open_answer_exam_id")),
        sa.ForeignKeyConstraint(["question_id"], ["suyu_question.id"], name=op.f("fk_suyu_open_answer_question_id")),
        sa.ForeignKeyConstraint(["first_id"], ["suyu_person.id"], name=op.f("fk_suyu_open_answer_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["suyu_person.id"], name=op.f("fk_suyu_open_answer_second_id")),
        sa.ForeignKeyConstraint(["leased_to_id"], ["suyu_person.id"], name=op.f("fk_suyu_open_answer_leased_to_id")),
        sa.PrimaryKeyConstraint("attempt_id", "slot", name=op.f("pk_suyu_open_answer")),
        sa.UniqueConstraint("key", name=op.f("uq_suyu_open_answer_key")),
    )
    op.create_index("ix_suyu_open_answer_queue", "suyu_open_answer", ["exam_id", "question_id", "state", "key"])
    op.create_index(op.f("ix_suyu_open_answer_question_id"), "suyu_open_answer", ["question_id"])
    _list_short_answers(op.get_bind())


def _list_short_answers(connection):
    """Short answers that were marked by their keywords can be looked at too; those without waited for a person."""
    attempt = sa.table("suyu_attempt", *map(sa.column, ("id", "exam_id", "state", "trial")))
    slot = sa.table("suyu_slot", *map(sa.column, ("attempt_id", "number", "version_id", "fraction", "response")))
    version = sa.table("suyu_question_version", *map(sa.column, ("id", "question_id", "type")))
    answer = sa.table(
        "suyu_open_answer", *map(sa.column, ("attempt_id", "slot", "key", "exam_id", "question_id", "state"))
    )
    rows = connection.execute(
        sa.select(slot.c.attempt_id, slot.c.number, slot.c.fraction, attempt.c.exam_id, version.c.question_id)
        .join(attempt, attempt.c.id == slot.c.attempt_id)
        .join(version, version.c.id == slot.c.version_id)
        .where(version.c.type.in_(("short_answer", "essay")), slot.c.response.is_not(None))
        .where(attempt.c.state.in_(("submitted", "timed_out")), attempt.c.trial == sa.false())
    ).all()
    for start in range(0, len(rows), BATCH):
        connection.execute(
            sa.insert(answer),
            [
                {
                    "attempt_id": row.attempt_id,
                    "slot": row.number,
                    "key": secrets.token_urlsafe(16),
                    "exam_id": row.exam_id,
                    "question_id": row.question_id,
                    "state": "waiting" if row.fraction is None else "machine",
                }
                for row in rows[start : start + BATCH]
            ],
        )
