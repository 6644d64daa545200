"""Mounting Suyu Learn into a Flask app."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import Engine

from suyu_learn import _resources, defaults
from suyu_learn.config import Settings
from suyu_learn.db import Database
from suyu_learn.domain.courses import CreditRules, Pace
from suyu_learn.plugins import Plugins
from suyu_learn.services.backup import MEDIA, SCANS
from suyu_learn.services.identity_vault import Vault
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.practice_questions import Catalogues
from suyu_learn.services.prompt_saves import AskedPapers
from suyu_learn.services.versions import Versions
from suyu_learn.services.waiting_room import Crowd
from suyu_learn.web import assets, blueprint, figures, i18n, identity, templates

EXTENSION = "suyu_learn"


class Learn:
    """What one app has of Suyu Learn; it is `app.extensions["suyu_learn"]`."""

    def __init__(self, app: Flask, *, settings: Settings, database: Database, plugins: Plugins) -> None:
        self.settings = settings
        self.database = database
        self.plugins = plugins
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.zone = ZoneInfo(settings.timezone)
        self.grace = timedelta(seconds=settings.grace)
        self.pace = Pace(settings.reading_characters_per_minute, settings.reading_words_per_minute)
        self.credit = CreditRules(settings.minutes_per_credit_hour, Decimal(settings.credit_hours_per_day))
        self.vault = Vault(settings.identity_keys)
        self.versions = Versions(plugins.question_types)
        self.pools = PaperPools()
        self.asked_papers = AskedPapers()
        self.catalogues = Catalogues()
        self.crowd = Crowd()
        self.assets = assets.shipped()
        self.catalogs = i18n.Catalogs(_resources.inside("translations"), default=settings.default_language)
        self.templates = templates.environment(app)
        self.own_sign_in = False
        self.media_folder = Path(app.instance_path) / MEDIA
        self.scan_folder = Path(app.instance_path) / SCANS
        self.sizes = figures.Sizes()

    def now(self) -> datetime:
        """The server's time, by the one clock that decides."""
        return self.clock()


class SuyuLearn:
    """The extension: `SuyuLearn(app)`, or `init_app` later.

    `engine` shares the host's database engine; without it SUYU_LEARN_DATABASE_URL says where to store.
    `plugins` are objects with hooks. `own_sign_in` makes our own sign-in pages known to Flask-Login, for apps
    that have no login of their own.
    """

    def __init__(
        self,
        app: Flask | None = None,
        *,
        engine: Engine | None = None,
        plugins: Iterable[object] = (),
        own_sign_in: bool = False,
    ) -> None:
        self._engine = engine
        self._plugins = tuple(plugins)
        self._own_sign_in = own_sign_in
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> Learn:
        """Read the settings, open the database, and hang everything on one blueprint."""
        if EXTENSION in app.extensions:
            raise RuntimeError("SuyuLearn is already mounted on this app: call init_app once for each app.")
        settings = Settings.load(app.config)
        database = Database(engine=self._engine) if self._engine is not None else Database(_database_url(app, settings))
        learn = Learn(app, settings=settings, database=database, plugins=Plugins([defaults, *self._plugins]))
        app.extensions[EXTENSION] = learn
        if self._own_sign_in:
            identity.install(app, learn)
        app.register_blueprint(blueprint.make(learn), url_prefix=settings.url_prefix or None)
        from suyu_learn.cli import suyu

        app.cli.add_command(suyu)
        return learn


def _database_url(app: Flask, settings: Settings) -> str:
    if settings.database_url:
        return settings.database_url
    folder = Path(app.instance_path)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "suyu_learn.sqlite3"
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # nobody else on the machine reads names and answers
    return f"sqlite:///{os.fspath(path)}"
