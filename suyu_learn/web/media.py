"""The pictures of questions, and the films and sounds of lessons, for those who may see what they belong to."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from flask import Response, request
from werkzeug.utils import send_file

from suyu_learn.content.films import FILM, M4A, MP3
from suyu_learn.domain.problems import Problem
from suyu_learn.services import media as stored
from suyu_learn.services import media_access
from suyu_learn.services.films import is_one
from suyu_learn.web.access import PUBLIC
from suyu_learn.web.context import close, learn, session
from suyu_learn.web.editor_pictures import was_sent
from suyu_learn.web.identity import current_person, entered, entry_claim, roles
from suyu_learn.web.moments import moment
from suyu_learn.web.routing import Routes

routes = Routes()

SUFFIXES = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp",
    FILM: ".mp4", M4A: ".m4a", MP3: ".mp3",
}  # fmt: skip
YEAR = 365 * 24 * 3600


@routes.get("/media/<sha256>", access=PUBLIC)
def media(sha256: str) -> Response:
    """The bytes of a medium, of a film those that its player asks for; for everybody else there is none."""
    seen = _seen(sha256)
    close()
    path = stored.path_of(learn().media_folder, seen.sha256)
    try:
        response = _film(path, seen) if is_one(seen.mime) else _picture(path, seen)
    except FileNotFoundError:
        raise Problem("media.unknown") from None
    name = f"{seen.sha256[:12]}{SUFFIXES.get(seen.mime, '')}"
    response.headers["Content-Disposition"] = f"inline; filename={name}"
    response.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _picture(path: Path, seen: media_access.Seen) -> Response:
    response = Response(path.read_bytes(), mimetype=seen.mime)
    response.set_etag(seen.sha256)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.make_conditional(request)
    return response


def _film(path: Path, seen: media_access.Seen) -> Response:
    """The range that is asked for, from the file, which is never read whole; of several ranges, which no player needs
    at once, the whole file."""
    asked = {name: value for name, value in request.environ.items() if name != "HTTP_RANGE" or "," not in value}
    response = cast("Response", send_file(path, asked, mimetype=seen.mime, etag=seen.sha256, response_class=Response))
    response.headers["Content-Security-Policy"] = "default-src 'none'; media-src 'self'"
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
