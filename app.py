"""The stand-alone host: reads the environment, mounts Suyu Learn, nothing else."""

from __future__ import annotations

import gc
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from suyu_learn import SuyuLearn
from suyu_learn.web.standalone import CookieSessions, answer_errors


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """An app with nothing but Suyu Learn in it; `settings` override the environment."""
    settings = dict(settings or {})
    instance = settings.pop("INSTANCE_PATH", os.environ.get("SUYU_LEARN_INSTANCE"))
    app = Flask(
        __name__, template_folder=None, static_folder=None, instance_path=instance and os.path.abspath(instance)
    )
    app.config.update(
        SECRET_KEY=os.environ.get("SUYU_LEARN_SECRET_KEY"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.config.update(settings)
    app.config["SECRET_KEY"] = app.config.get("SUYU_LEARN_SECRET_KEY") or app.config["SECRET_KEY"] or _kept_secret(app)
    app.session_interface = CookieSessions()
    SuyuLearn(app, own_sign_in=True)
    answer_errors(app)
    proxies = app.extensions["suyu_learn"].settings.proxies
    if proxies > 0:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app


def served(settings: Mapping[str, Any] | None = None) -> Flask:
    """The app as a worker of a server holds it: what is loaded lives as long as the worker, and the collector of
    unreachable cycles need not walk through it again and again while learners wait."""
    app = create_app(settings)
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    return app


def _kept_secret(app: Flask) -> str:
    """The secret key of this instance, made at the first start and kept in the instance folder."""
    path = Path(app.instance_path) / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text().strip()
