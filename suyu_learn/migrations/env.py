"""How Alembic reaches the database: through our own Database, in one transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON

from suyu_learn.db import UtcDateTime
from suyu_learn.models import Base
from suyu_learn.models.base import Exact


def ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Only tables of ours; a host's lie beside them."""
    return kind != "table" or (name or "").startswith("suyu_")


def rendered(kind: str, thing: Any, where: Any) -> str | Literal[False]:
    """Write our own column types as the plain ones beneath them, so that a migration never changes with the code."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Exact):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(thing, JSON):
        where.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")'
    return False


def run() -> None:
    """Run the migrations on a connection of their own."""
    database = context.config.attributes["database"]
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            version_table="suyu_alembic_version",
            include_name=ours,
            render_as_batch=True,
            compare_type=True,
            render_item=rendered,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
