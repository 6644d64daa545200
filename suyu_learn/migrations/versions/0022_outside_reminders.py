"""Which channel was told of which certificate of others that comes to its end."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_TABLE = "suyu_outside_reminder"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", _BIG, nullable=False),
        sa.Column("channel_id", _BIG, nullable=False),
        sa.Column("certificate_id", _BIG, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("occasion", sa.String(length=64), nullable=False),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum("sending", "sent", "failed", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("detail", _JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["suyu_reminder_channel.id"], name=op.f(f"fk_{_TABLE}_channel_id")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["suyu_outside_certificate.id"], name=op.f(f"fk_{_TABLE}_certificate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
        sa.UniqueConstraint(
            "channel_id",
            "certificate_id",
            "due_on",
            "occasion",
            name=op.f(f"uq_{_TABLE}_channel_id_certificate_id_due_on_occasion"),
        ),
    )
    op.create_index(op.f(f"ix_{_TABLE}_certificate_id"), _TABLE, ["certificate_id"])
    op.create_index(op.f(f"ix_{_TABLE}_message"), _TABLE, ["message"])
