"""The policies of an exam: latest entry and earliest hand-in."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _add("suyu_exam", "entry_minutes", sa.Integer(), check="entry_minutes > 0")
    _add("suyu_exam", "entry_until", _MOMENT)
    _add("suyu_exam", "hand_in_minutes", sa.Integer(), check="hand_in_minutes > 0")


def _add(table: str, name: str, kind: sa.types.TypeEngine, *, more: str = "", check: str = "") -> None:
    """Add a column with its CHECK, which Alembic could add on SQLite only by copying the whole table."""
    said = f" CONSTRAINT ck_{table}_{name} CHECK ({check})" if check else ""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind.compile(dialect=op.get_bind().dialect)}{more}{said}")
