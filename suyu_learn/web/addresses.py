"""The address of this site as other people's devices reach it: what is printed, saved in files and handed on.

SUYU_LEARN_PUBLIC_URL says it. Without it, the request's own address is taken only where nobody gains by inventing
it: a named host on the internet is whatever the sender of the request wrote, unless the host app vouches for it by
Flask's TRUSTED_HOSTS or SERVER_NAME.
"""

from __future__ import annotations

from typing import Any

from flask import current_app, request

from suyu_learn.domain.addresses import is_of_local_network, reachable_by_phones
from suyu_learn.domain.problems import Problem
from suyu_learn.web import problems
from suyu_learn.web.context import learn
from suyu_learn.web.links import link


def public_address() -> str:
    """The address without a path; raises Problem where it cannot be known."""
    unknown = unproved()
    if unknown is not None:
        raise unknown
    return _said()


def public_link(endpoint: str, **values: Any) -> str:
    """The full address of one of our pages; raises Problem where this site's own cannot be known."""
    return public_address() + link(endpoint, **values)


def entry_link(code: str, unit_id: int | None = None) -> str:
    """The full address by which phones come to an exam: what stands on posters and in QR codes."""
    return public_link("join_exam", code=code, **({"unit": unit_id} if unit_id is not None else {}))


def unproved() -> Problem | None:
    """Why no link can be made here: nobody but this request says that the site has this address."""
    if learn().settings.public_url or current_app.config["SERVER_NAME"] or current_app.config["TRUSTED_HOSTS"]:
        return None
    return None if is_of_local_network(request.host) else Problem("address.unproved", address=_said())


def doubt() -> Problem | None:
    """Why nothing with this address should be given to people with phones; None where they reach it."""
    unknown = unproved()
    if unknown is not None or reachable_by_phones(_said()):
        return unknown
    return Problem("address.unreachable", address=_said())


def doubt_in_words() -> str:
    """The same as a sentence, which says what to set; empty where phones reach the address."""
    found = doubt()
    return problems.sentence(found) if found is not None else ""


def require_reachable() -> None:
    """Raise Problem unless phones reach the address."""
    found = doubt()
    if found is not None:
        raise found


def _said() -> str:
    config = current_app.config
    host = request.host if config["TRUSTED_HOSTS"] else config["SERVER_NAME"] or request.host
    return learn().settings.public_url.rstrip("/") or f"{request.scheme}://{host}"
