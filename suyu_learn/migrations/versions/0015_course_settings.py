"""Courses with sections, dates, prerequisites, review and films."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PEOPLE = ("author_id", "reviewer_id")


def upgrade() -> None:
    op.create_table(
        "suyu_course_requirement",
        sa.Column("course_id", _BIG, nullable=False),
        sa.Column("required_id", _BIG, nullable=False),
        sa.CheckConstraint("course_id <> required_id", name=op.f("ck_suyu_course_requirement_another")),
        sa.ForeignKeyConstraint(["course_id"], ["suyu_course.id"], name=op.f("fk_suyu_course_requirement_course_id")),
        sa.ForeignKeyConstraint(
            ["required_id"], ["suyu_course.id"], name=op.f("fk_suyu_course_requirement_required_id")
        ),
        sa.PrimaryKeyConstraint("course_id", "required_id", name=op.f("pk_suyu_course_requirement")),
    )
    op.create_index(op.f("ix_suyu_course_requirement_required_id"), "suyu_course_requirement", ["required_id"])
    for name, value in (("in_order", sa.true()), ("seek_lock", sa.false()), ("review", sa.false())):
        op.add_column("suyu_course", sa.Column(name, sa.Boolean(), nullable=False, server_default=value))
    op.add_column("suyu_course", sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True))
    for name in PEOPLE:
        _refer_to_a_person("suyu_course_version", name)
    op.add_column("suyu_course_version", sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("suyu_course_version", sa.Column("review_note", sa.Text(), nullable=False, server_default=""))
    op.add_column("suyu_lesson", sa.Column("section", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("suyu_lesson", sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("suyu_media", sa.Column("seconds", sa.Integer(), nullable=True))


def _refer_to_a_person(table: str, column: str) -> None:
    name = f"fk_{table}_{column}"
    if op.get_bind().dialect.name == "sqlite":  # a constraint can be added only with a column that comes
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES suyu_person (id)")
        return
    op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f(name), table, "suyu_person", [column], ["id"])
