"""Addresses within the plugin, wherever it is mounted."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, url_for

from suyu_learn.web.context import learn

NAME = "suyu_learn"


def link(endpoint: str, **values: Any) -> str:
    """The path of one of our pages."""
    return url_for(f"{NAME}.{endpoint}", **values)


def public_link(endpoint: str, **values: Any) -> str:
    """The full address of one of our pages as phones reach it, by SUYU_LEARN_PUBLIC_URL or else by this request."""
    base = learn().settings.public_url
    if base:
        return base.rstrip("/") + link(endpoint, **values)
    return url_for(f"{NAME}.{endpoint}", _external=True, **values)


def entry_link(code: str, unit_id: int | None = None) -> str:
    """The full address by which phones come to an exam: what stands on posters and in QR codes."""
    return public_link("join_exam", code=code, **({"unit": unit_id} if unit_id is not None else {}))


def there_is(endpoint: str) -> bool:
    """Whether there is such a page, so that nothing is offered that is not there."""
    return f"{NAME}.{endpoint}" in current_app.view_functions


def public_address() -> str:
    """The address of this site as phones reach it, as it stands on cards."""
    return public_link("login").removesuffix(link("login"))


def asset(name: str) -> str:
    """The address of a style, script or icon, with the hash of them all."""
    return link("static", tree=learn().assets.hash, name=name)


def back_to(target: str | None, otherwise: str) -> str:
    """A `next` address if it stays on this site, else another; nobody is sent elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc or any(ord(sign) < 32 for sign in target) else target
