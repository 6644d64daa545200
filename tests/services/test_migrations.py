"""The migrations and the models say the same, beside tables of a host."""

from __future__ import annotations

from sqlalchemy import inspect, text

from suyu_learn import migrations
from suyu_learn.db import Database


def test_models_and_migrations_agree_beside_a_host(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.execute(text("CREATE TABLE host_table (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.commit()
    migrations.check(database)
    migrations.upgrade(database)
    names = set(inspect(database.engine).get_table_names())
    assert {"host_table", "alembic_version", "suyu_alembic_version", "suyu_attempt"} <= names
    assert all(name.startswith("suyu_") for name in names - {"host_table", "alembic_version"})
