"""Practice: banks opened for it, answers, standings, bookmarks and mock exams; shipped banks are open."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
OPENNESS = ("closed", "open", "open_with_exams")
MODES = ("order", "random", "notebook", "mock", "exam")


def upgrade() -> None:
    op.execute(
        "ALTER TABLE suyu_bank ADD COLUMN practice VARCHAR(32) NOT NULL DEFAULT 'closed'"
        f" CONSTRAINT ck_suyu_bank_practice CHECK (practice IN ({', '.join(map(repr, OPENNESS))}))"
    )
    op.execute("UPDATE suyu_bank SET practice = 'open' WHERE pack IS NOT NULL")
    op.create_index("ix_suyu_question_in_order", "suyu_question", ["bank_id", "id"])
    _answers()
    _states()
    _places()
    _mocks()
    op.create_table(
        "suyu_practice_taken",
        sa.Column("attempt_id", _BIG, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["suyu_attempt.id"], name=op.f("fk_suyu_practice_taken_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_suyu_practice_taken")),
    )


def _answers() -> None:
    table = "suyu_practice_answer"
    op.create_table(
        table,
        sa.Column("id", _BIG, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("question_id", _BIG, nullable=False),
        sa.Column("version_id", _BIG, nullable=False),
        sa.Column("response", _JSON, nullable=True),
        sa.Column("right", sa.Boolean(), nullable=True),
        sa.Column("mode", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.CheckConstraint(f"mode IN ({', '.join(map(repr, MODES))})", name=op.f(f"ck_{table}_mode")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f(f"fk_{table}_person_id")),
        sa.ForeignKeyConstraint(["question_id"], ["suyu_question.id"], name=op.f(f"fk_{table}_question_id")),
        sa.ForeignKeyConstraint(["version_id"], ["suyu_question_version.id"], name=op.f(f"fk_{table}_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("key", name=op.f(f"uq_{table}_key")),
    )
    op.create_index("ix_suyu_practice_answer_person", table, ["person_id", "question_id"])
    op.create_index(op.f(f"ix_{table}_question_id"), table, ["question_id"])
    op.create_index(op.f(f"ix_{table}_version_id"), table, ["version_id"])


def _states() -> None:
    table = "suyu_practice_state"
    op.create_table(
        table,
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("question_id", _BIG, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("answers", "marked", "right", "in_row")),
        sa.Column("in_notebook", sa.Boolean(), nullable=False),
        sa.Column("last_id", _BIG, nullable=False),
        sa.Column("random_id", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f(f"fk_{table}_person_id")),
        sa.ForeignKeyConstraint(["question_id"], ["suyu_question.id"], name=op.f(f"fk_{table}_question_id")),
        sa.PrimaryKeyConstraint("person_id", "question_id", name=op.f(f"pk_{table}")),
    )
    op.create_index("ix_suyu_practice_state_notebook", table, ["person_id", "in_notebook"])
    op.create_index(op.f(f"ix_{table}_question_id"), table, ["question_id"])


def _places() -> None:
    table = "suyu_practice_place"
    op.create_table(
        table,
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("bank_id", _BIG, nullable=False),
        sa.Column("way", sa.String(80), nullable=False),
        sa.Column("question_id", _BIG, nullable=False),
        sa.Column("since_id", _BIG, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["bank_id"], ["suyu_bank.id"], name=op.f(f"fk_{table}_bank_id")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f(f"fk_{table}_person_id")),
        sa.PrimaryKeyConstraint("person_id", "bank_id", "way", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_bank_id"), table, ["bank_id"])


def _mocks() -> None:
    table = "suyu_practice_mock"
    op.create_table(
        table,
        sa.Column("id", _BIG, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("bank_id", _BIG, nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("deadline", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.Column("slots", _JSON, nullable=False),
        sa.Column("responses", _JSON, nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f(f"ck_{table}_minutes")),
        sa.ForeignKeyConstraint(["bank_id"], ["suyu_bank.id"], name=op.f(f"fk_{table}_bank_id")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f(f"fk_{table}_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("key", name=op.f(f"uq_{table}_key")),
    )
    op.create_index("ix_suyu_practice_mock_person", table, ["person_id", "bank_id"])
    op.create_index(op.f(f"ix_{table}_bank_id"), table, ["bank_id"])
