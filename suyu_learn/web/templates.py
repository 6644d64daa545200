"""Rendering: a Jinja environment of our own, so that nothing is added to the host's."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app
from jinja2 import Environment, StrictUndefined

from suyu_learn.web import figures, i18n, links
from suyu_learn.web.context import learn
from suyu_learn.web.shell import shell


def environment(app: Flask) -> Environment:
    """The host's environment, as a copy that knows our functions; misspelt names fail in tests."""
    options: dict[str, Any] = {"undefined": StrictUndefined} if app.testing else {}
    ours = app.jinja_env.overlay(trim_blocks=True, lstrip_blocks=True, **options)
    ours.globals = {
        **app.jinja_env.globals,
        "_": i18n._,
        "ngettext": i18n.ngettext,
        "link": links.link,
        "asset": links.asset,
        "outer_layout": lambda: learn().settings.layout,
    }
    # Jinja's own map looks a name up in two places, and each import of a macro goes through all names.
    ours.make_globals = lambda d: {**ours.globals, **(d or {})}  # type: ignore[method-assign]
    return ours


def render(name: str, page: Any = None, **more: Any) -> str:
    """The page `templates/suyu_learn/<name>` with its dataclass; the host's context processors are heard too."""
    context: dict[str, Any] = {"page": page, "shell": shell(), "_": i18n.translator(), **more}
    current_app.update_template_context(context)
    return figures.completed(learn().templates.get_template(f"suyu_learn/{name}").render(context))
