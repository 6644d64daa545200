"""The migrations and the models say the same, beside tables of a host."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

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


def test_grants_outlive_the_new_role(tmp_path: Path) -> None:
    """SQLite gets the table of grants anew; what was given, what was taken back, and one live grant a kind stay."""
    from alembic import command

    database = Database(f"sqlite:///{tmp_path}/a.sqlite3")
    command.upgrade(migrations.config(database), "0019")
    given = "INSERT INTO suyu_grant (id, person_id, role, unit_id, granted_at, revoked_at, reason) VALUES "
    with database.engine.connect() as connection:
        connection.execute(text(
            "INSERT INTO suyu_person (id, key, kind, name, name_key, stamp, employment, elder, created_at) "
            "VALUES (7, 'k', 'member', 'Lin', 'lin', 's', 'own', 0, '2026-01-01')"
        ))  # fmt: skip
        connection.execute(text("INSERT INTO suyu_unit (id, kind, name, path, created_at) "
                                "VALUES (3, 'city', 'City', '/3/', '2026-01-01')"))  # fmt: skip
        connection.execute(text(given + "(1, 7, 'hr', 3, '2026-01-01', NULL, ''), "
                                "(2, 7, 'hr', 3, '2025-01-01', '2025-06-01', 'left')"))  # fmt: skip
        connection.commit()
    migrations.upgrade(database)
    migrations.check(database)
    with database.engine.connect() as connection:
        rows = connection.execute(text("SELECT id, role, unit_id, reason FROM suyu_grant ORDER BY id")).all()
        assert [tuple(row) for row in rows] == [(1, "hr", 3, ""), (2, "hr", 3, "left")]
        with pytest.raises(IntegrityError):
            connection.execute(text(given + "(3, 7, 'hr', 3, '2026-01-01', NULL, '')"))
        connection.execute(text(given + "(4, 7, 'identity', 3, '2026-01-01', NULL, '')"))
    database.dispose()
