"""The pictures of questions, for those who may see what they belong to."""

from __future__ import annotations

from flask import Response, request

from suyu_learn.domain.problems import Problem
from suyu_learn.services import media as stored
from suyu_learn.services import media_access
from suyu_learn.web.access import PUBLIC
from suyu_learn.web.context import close, learn, session
from suyu_learn.web.editor_pictures import was_sent
from suyu_learn.web.identity import current_person, entered, entry_claim, roles
from suyu_learn.web.moments import moment
from suyu_learn.web.routing import Routes

routes = Routes()

SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}
YEAR = 365 * 24 * 3600


@routes.get("/media/<sha256>", access=PUBLIC)
def media(sha256: str) -> Response:
    """The bytes of a picture; for everybody else there is none."""
    seen = _seen(sha256)
    close()
    try:
        content = stored.path_of(learn().media_folder, seen.sha256).read_bytes()
    except FileNotFoundError:
        raise Problem("media.unknown") from None
    name = f"{seen.sha256[:12]}{SUFFIXES.get(seen.mime, '')}"
    response = Response(content, mimetype=seen.mime)
    response.set_etag(seen.sha256)
    response.headers["Content-Disposition"] = f"inline; filename={name}"
    response.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.make_conditional(request)
    return response


def _seen(sha256: str) -> media_access.Seen:
    """Asked of who is signed in, else of who entered an exam without an account."""
    if len(sha256) != 64:
        raise Problem("media.unknown")
    person = current_person()
    if person is not None and was_sent(sha256):
        return media_access.known(session(), sha256)
    if person is not None:
        return media_access.find(session(), sha256, person, roles=roles(), moment=moment())
    entry = entry_claim()
    guest = entered(entry.exam_id) if entry is not None else None
    if entry is None or guest is None:
        raise Problem("media.unknown")
    return media_access.find(session(), sha256, guest, roles=(), moment=moment(), exam_id=entry.exam_id)
