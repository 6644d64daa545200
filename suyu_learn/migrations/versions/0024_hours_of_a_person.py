"""The index of hours by person and day holds the hours too, so that the sum of a period needs no other reading."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_TABLE, _NAME = "suyu_hours_entry", "ix_suyu_hours_entry_person"


def upgrade() -> None:
    op.drop_index(_NAME, table_name=_TABLE)
    op.create_index(_NAME, _TABLE, ["person_id", "day", "hours"])
