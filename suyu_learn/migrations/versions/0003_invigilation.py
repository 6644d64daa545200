"""What looking after an exam while it runs needs: when a page was last heard of."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("suyu_attempt", sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
