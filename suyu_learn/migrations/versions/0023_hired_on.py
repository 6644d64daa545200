"""The day of entry of a person."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("suyu_person", sa.Column("hired_on", sa.Date(), nullable=True))
