"""Indexes of completions by unit and by subject that hold all that pages and figures ask, and one of the members of
programmes that are open, by unit."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_TABLE = "suyu_completion"
_STANDS, _OPEN = sa.text("voided_at IS NULL"), sa.text("completed_at IS NULL AND left_at IS NULL")


def upgrade() -> None:
    op.drop_index("ix_suyu_completion_unit_path", table_name=_TABLE)
    op.drop_index("ix_suyu_completion_subject", table_name=_TABLE)
    op.create_index("ix_suyu_completion_subject", _TABLE, ["kind", "subject_id", "completed_at", "id", "voided_at"])
    op.drop_index("ix_suyu_completion_place", table_name=_TABLE)
    op.create_index(
        "ix_suyu_completion_place", _TABLE,
        ["unit_path", "completed_at", "kind", "subject_id", "person_id", "id", "voided_at"],
        sqlite_where=_STANDS, postgresql_where=_STANDS, postgresql_ops={"unit_path": "text_pattern_ops"},
    )  # fmt: skip
    op.create_index(
        "ix_suyu_programme_member_open_place", "suyu_programme_member", ["unit_path"],
        sqlite_where=_OPEN, postgresql_where=_OPEN, postgresql_ops={"unit_path": "text_pattern_ops"},
    )  # fmt: skip
