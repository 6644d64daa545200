"""Identity numbers that a programme asks for with a purpose, and the right to take them along in full."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLES = ("organizer", "reviewer", "marker", "hr", "auditor", "admin", "unit_manager", "identity")
GRANT = ("id", "person_id", "role", "unit_id", "granted_by_id", "granted_at", "revoked_by_id", "revoked_at", "reason")


def upgrade() -> None:
    _allow_role()
    op.create_table(
        "suyu_identity_request",
        sa.Column("programme_id", BIG, autoincrement=False, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("asked_by_id", BIG, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", BIG, nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("purpose <> ''", name=op.f("ck_suyu_identity_request_purpose")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["suyu_programme.id"], name=op.f("fk_suyu_identity_request_programme_id")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_identity_request_asked_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_identity_request_ended_by_id")),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_suyu_identity_request")),
    )
    op.create_table(
        "suyu_identity_number",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column(
            "state",
            sa.Enum("given", "declined", "withdrawn", "erased", name="state", native_enum=False,
                    create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("cipher", sa.Text(), nullable=False),
        sa.Column("cipher_key", sa.String(length=64), nullable=False),
        sa.Column("lookup_hash", sa.String(length=64), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", BIG, nullable=True),
        sa.CheckConstraint("(state = 'given') = (cipher <> '')", name=op.f("ck_suyu_identity_number_cipher")),
        sa.CheckConstraint("(cipher = '') = (lookup_hash = '')", name=op.f("ck_suyu_identity_number_lookup_hash")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["suyu_programme.id"], name=op.f("fk_suyu_identity_number_programme_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_identity_number_person_id")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_identity_number_answered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_identity_number")),
        sa.UniqueConstraint("key", name=op.f("uq_suyu_identity_number_key")),
        sa.UniqueConstraint(
            "programme_id", "person_id", name=op.f("uq_suyu_identity_number_programme_id_person_id")
        ),
    )  # fmt: skip
    for column in ("person_id", "cipher_key", "lookup_hash"):
        op.create_index(op.f(f"ix_suyu_identity_number_{column}"), "suyu_identity_number", [column])


def _allow_role() -> None:
    """Let a grant be of the new role; SQLite changes a CHECK only by a new table."""
    role = sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=32)
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_suyu_grant_role"), "suyu_grant", type_="check")
        listed = ", ".join(f"'{one}'" for one in ROLES)
        op.create_check_constraint(op.f("ck_suyu_grant_role"), "suyu_grant", f"role IN ({listed})")
        return
    op.create_table(
        "suyu_grant_new",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("role", role, nullable=False),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("granted_by_id", BIG, nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by_id", BIG, nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["granted_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_grant_granted_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_grant_person_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_grant_revoked_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_grant_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_grant")),
    )
    columns = ", ".join(GRANT)
    op.execute(f"INSERT INTO suyu_grant_new ({columns}) SELECT {columns} FROM suyu_grant")
    op.drop_table("suyu_grant")
    op.rename_table("suyu_grant_new", "suyu_grant")
    op.create_index("ix_suyu_grant_person_id", "suyu_grant", ["person_id"])
    op.create_index("ix_suyu_grant_unit_id", "suyu_grant", ["unit_id"])
    op.create_index("uq_suyu_grant_live", "suyu_grant", ["person_id", "role", "unit_id"], unique=True,
                    sqlite_where=sa.text("revoked_at IS NULL"))  # fmt: skip
