"""Addresses within the plugin, wherever it is mounted."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, url_for

from suyu_learn.web.context import learn, state

NAME = "suyu_learn"


def link(endpoint: str, **values: Any) -> str:
    """The path of one of our pages."""
    return url_for(f"{NAME}.{endpoint}", **values)


def there_is(endpoint: str) -> bool:
    """Whether there is such a page, so that nothing is offered that is not there."""
    return f"{NAME}.{endpoint}" in current_app.view_functions


def asset(name: str) -> str:
    """The address of a style, script or icon, with the hash of them all; their folder is built once a request."""
    here = state().remembered
    if "assets" not in here:
        here["assets"] = link("static", tree=learn().assets.hash, name="-").removesuffix("-")
    return f"{here['assets']}{name}"


def here() -> str:
    """Path and query of the page that is asked for, with the path under which the whole app is mounted."""
    return request.script_root + request.full_path.rstrip("?")


def back_to(target: str | None, otherwise: str) -> str:
    """A `next` address if it stays on this site, else another; nobody is sent elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc or any(ord(sign) < 32 for sign in target) else target
