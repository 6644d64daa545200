"""Our few values in the host's session cookie, each under a name of our own."""

from __future__ import annotations

import json
from typing import Any

from flask import session

PREFIX = "suyu_learn_"
UPLOADS = "uploads"
"""The pictures that whoever is signed in has sent and not kept yet."""
TYPING = "typing"
"""The attempts in which whoever is signed in may type for somebody else."""


def put(name: str, value: Any) -> None:
    """Keep a value in the browser's session."""
    session[PREFIX + name] = json.dumps(value, ensure_ascii=False)


def pop(name: str) -> str | None:
    """Take a value out of the browser's session."""
    return session.pop(PREFIX + name, None) if PREFIX + name in session else None


def get(name: str) -> Any:
    """A value kept in the browser's session; None when there is none, or none that can be read."""
    try:
        return json.loads(session.get(PREFIX + name) or "null")
    except (TypeError, ValueError):
        return None
