"""The policies of an exam: latest entry, earliest hand-in, extra time, retake, what an assessment asks of people."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SAID = {
    "sex": ("female", "male"),
    "schooling": ("primary", "lower_secondary", "upper_secondary", "college", "bachelor"),
    "residence": ("town", "country"),
}
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _add("suyu_exam", "entry_minutes", sa.Integer(), check="entry_minutes > 0")
    _add("suyu_exam", "entry_until", _MOMENT)
    _add("suyu_exam", "hand_in_minutes", sa.Integer(), check="hand_in_minutes > 0")
    _add("suyu_exam", "extra_past_closing", sa.Boolean(), more=" NOT NULL DEFAULT true")
    _add("suyu_exam", "retake_for", sa.String(32), check="retake_for IN ('failed', 'absent', 'failed_or_absent')")
    _add("suyu_exam", "retake_opens_at", _MOMENT)
    _add("suyu_exam", "retake_closes_at", _MOMENT)
    _add("suyu_exam", "retake_attempts", sa.Integer(), more=" NOT NULL DEFAULT 1", check="retake_attempts > 0")
    _add("suyu_attempt", "retake", sa.Boolean(), more=" NOT NULL DEFAULT false")
    _add("suyu_exam", "ask_about", sa.Boolean(), more=" NOT NULL DEFAULT false")
    _add("suyu_exam", "about_reason", sa.Text(), more=" NOT NULL DEFAULT ''")
    _add("suyu_attempt", "birth_year", sa.SmallInteger(), check="birth_year BETWEEN 1900 AND 2100")
    for name, values in _SAID.items():
        _add("suyu_attempt", name, sa.String(32), check=f"{name} IN ({', '.join(repr(one) for one in values)})")
    op.create_table(
        "suyu_extra_time",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("exam_id", _BIG, nullable=True),
        sa.Column("factor", sa.BigInteger(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", _BIG, nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("taken_back_at", _MOMENT, nullable=True),
        sa.Column("taken_back_by_id", _BIG, nullable=True),
        sa.CheckConstraint("(factor IS NULL) <> (minutes IS NULL)", name=op.f("ck_suyu_extra_time_one_kind")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_suyu_extra_time_minutes")),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_extra_time_actor_id")),
        sa.ForeignKeyConstraint(["exam_id"], ["suyu_exam.id"], name=op.f("fk_suyu_extra_time_exam_id")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_extra_time_person_id")),
        sa.ForeignKeyConstraint(
            ["taken_back_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_extra_time_taken_back_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_extra_time")),
    )
    op.create_index("ix_suyu_extra_time_person", "suyu_extra_time", ["person_id", "exam_id"])
    op.create_index(op.f("ix_suyu_extra_time_exam_id"), "suyu_extra_time", ["exam_id"])


def _add(table: str, name: str, kind: sa.types.TypeEngine, *, more: str = "", check: str = "") -> None:
    """Add a column with its CHECK, which Alembic could add on SQLite only by copying the whole table."""
    said = f" CONSTRAINT ck_{table}_{name} CHECK ({check})" if check else ""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind.compile(dialect=op.get_bind().dialect)}{more}{said}")
