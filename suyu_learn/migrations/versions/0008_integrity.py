"""The integrity rules of an exam: leaves counted, watermark, one device, who is exempt; and the receipt's digest."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_COMES = ("accepted", "left", "released")


def upgrade() -> None:
    for name in ("count_leaves", "warn_of_leaves", "watermark", "one_device", "integrity_for_seniors"):
        _add("suyu_exam", name, sa.Boolean(), more=" NOT NULL DEFAULT false")
    for name in ("most_leaves", "most_seconds_away"):
        _add("suyu_exam", name, sa.Integer(), check=f"{name} > 0")
    for name in ("left_count", "left_seconds"):
        _add("suyu_attempt", name, sa.Integer(), more=" NOT NULL DEFAULT 0")
    _add("suyu_attempt", "left_too_much", sa.Boolean(), more=" NOT NULL DEFAULT false")
    for name in ("device", "answers_digest"):
        _add("suyu_attempt", name, sa.String(64), more=" NOT NULL DEFAULT ''")
    op.create_table(
        "suyu_integrity_exemption",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("exam_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", _BIG, nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("taken_back_at", _MOMENT, nullable=True),
        sa.Column("taken_back_by_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["suyu_exam.id"], name=op.f("fk_suyu_integrity_exemption_exam_id")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_integrity_exemption_person_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["suyu_person.id"], name=op.f("fk_suyu_integrity_exemption_actor_id")),
        sa.ForeignKeyConstraint(
            ["taken_back_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_integrity_exemption_taken_back_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_integrity_exemption")),
    )
    op.create_index("ix_suyu_integrity_exemption_exam", "suyu_integrity_exemption", ["exam_id", "person_id"])
    op.create_index(op.f("ix_suyu_integrity_exemption_person_id"), "suyu_integrity_exemption", ["person_id"])
    kinds = ", ".join(map(repr, (*_kinds_so_far(), *_COMES)))
    with op.batch_alter_table("suyu_step") as batch:
        batch.drop_constraint(op.f("ck_suyu_step_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_suyu_step_kind"), f"kind IN ({kinds})")
    left = sa.text("kind = 'left'")
    op.create_index(
        "uq_suyu_step_left", "suyu_step", ["attempt_id", "epoch", "seq"], unique=True, sqlite_where=left,
        postgresql_where=left,
    )  # fmt: skip


def _kinds_so_far() -> list[str]:
    """What the CHECK allows already; SQLite and PostgreSQL write it in different words."""
    [check] = [
        one
        for one in sa.inspect(op.get_bind()).get_check_constraints("suyu_step")
        if one["name"] == "ck_suyu_step_kind"
    ]
    return re.findall(r"'(\w+)'", check["sqltext"])


def _add(table: str, name: str, kind: sa.types.TypeEngine, *, more: str = "", check: str = "") -> None:
    """Add a column with its CHECK, which Alembic could add on SQLite only by copying the whole table."""
    said = f" CONSTRAINT ck_{table}_{name} CHECK ({check})" if check else ""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind.compile(dialect=op.get_bind().dialect)}{more}{said}")
