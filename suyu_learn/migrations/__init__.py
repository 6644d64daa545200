"""Alembic beside a host's own: its own version table, only our tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from suyu_learn.db import Database

if TYPE_CHECKING:
    from alembic.config import Config


def config(database: Database | None = None) -> Config:
    """Alembic's configuration, with nothing in a file."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    made.attributes["database"] = database
    return made


def upgrade(database: Database) -> None:
    """Bring the tables to the newest form; nothing happens when they have it."""
    from alembic import command

    command.upgrade(config(database), "head")


def check(database: Database) -> None:
    """Raise when the tables are not what the models say."""
    from alembic import command

    command.check(config(database))
