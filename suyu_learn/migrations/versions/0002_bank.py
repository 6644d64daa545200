"""What keeping a bank needs: shares, saved filters, column maps, review notes, sizes of pictures, words to search."""

import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SAID = {"stem", "text", "accepted", "words", "reference", "unit", "explanation"}
BATCH = 500


def upgrade() -> None:
    op.create_table(
        "suyu_bank_share",
        sa.Column("bank_id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(["bank_id"], ["suyu_bank.id"], name=op.f("fk_suyu_bank_share_bank_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["suyu_person.id"], name=op.f("fk_suyu_bank_share_created_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["suyu_unit.id"], name=op.f("fk_suyu_bank_share_unit_id")),
        sa.PrimaryKeyConstraint("bank_id", "unit_id", name=op.f("pk_suyu_bank_share")),
    )
    op.create_index(op.f("ix_suyu_bank_share_unit_id"), "suyu_bank_share", ["unit_id"])
    op.create_table(
        "suyu_saved_filter",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_saved_filter_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_saved_filter")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_suyu_saved_filter_person_id_name")),
    )
    op.create_table(
        "suyu_column_map",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_column_map_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_column_map")),
        sa.UniqueConstraint("person_id", "signature", name=op.f("uq_suyu_column_map_person_id_signature")),
    )
    op.create_table(
        "suyu_import_media",
        sa.Column("import_id", _BIG, nullable=False),
        sa.Column("media_id", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["suyu_import.id"], name=op.f("fk_suyu_import_media_import_id")),
        sa.ForeignKeyConstraint(["media_id"], ["suyu_media.id"], name=op.f("fk_suyu_import_media_media_id")),
        sa.PrimaryKeyConstraint("import_id", "media_id", name=op.f("pk_suyu_import_media")),
    )
    op.create_index(op.f("ix_suyu_import_media_media_id"), "suyu_import_media", ["media_id"])
    op.create_table(
        "suyu_review_note",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("version_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'review', 'published', 'retired')", name=op.f("ck_suyu_review_note_status")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["suyu_person.id"], name=op.f("fk_suyu_review_note_person_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["suyu_question_version.id"], name=op.f("fk_suyu_review_note_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suyu_review_note")),
    )
    op.create_index(op.f("ix_suyu_review_note_version_id"), "suyu_review_note", ["version_id"])
    op.add_column("suyu_media", sa.Column("width", sa.Integer(), nullable=True))
    op.add_column("suyu_media", sa.Column("height", sa.Integer(), nullable=True))
    op.add_column("suyu_question_version", sa.Column("words", sa.Text(), nullable=False, server_default=""))
    _fill_words(op.get_bind())


def _fill_words(connection):
    version = sa.table(
        "suyu_question_version", sa.column("id", sa.BigInteger), sa.column("body", JSON), sa.column("words", sa.Text)
    )
    last = 0
    while True:
        rows = connection.execute(
            sa.select(version.c.id, version.c.body).where(version.c.id > last).order_by(version.c.id).limit(BATCH)
        ).all()
        if not rows:
            return
        last = rows[-1].id
        connection.execute(
            sa.update(version).where(version.c.id == sa.bindparam("of")).values(words=sa.bindparam("said")),
            [{"of": row.id, "said": "\n".join(_texts(row.body))} for row in rows],
        )


def _texts(value, said=False):
    if isinstance(value, str):
        if said and value:
            yield " ".join(unicodedata.normalize("NFKC", value).casefold().split())
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, name in SAID)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, said)
