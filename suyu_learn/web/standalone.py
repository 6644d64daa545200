"""What only the stand-alone app gets: its session cookie, and an answer in the look of our pages to everything that
ends in an error.

In a host's app the session is the host's, and its own pages answer what lies outside our routes.
"""

from __future__ import annotations

import time
from typing import Any

from flask import Flask, Response, g, make_response, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

from suyu_learn.web import errors
from suyu_learn.web.blueprint import finish
from suyu_learn.web.context import RequestState, close, state

MOST_KNOWN = 10_000
LONGEST_KNOWN = 2_000


class CookieSessions(SecureCookieSessionInterface):
    """The session's cookie is `Secure` wherever the request was, so that signing in works over plain http too; and
    its signature is checked once, since a browser sends the same one with every answer of an exam."""

    def __init__(self) -> None:
        self._made: tuple[tuple[Any, ...], _Serializer] | None = None

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or super().get_cookie_secure(app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        keys = (*(app.config["SECRET_KEY_FALLBACKS"] or ()), app.secret_key)
        if not app.secret_key:
            return None
        if self._made is None or self._made[0] != keys:
            signing = {"key_derivation": self.key_derivation, "digest_method": self.digest_method}
            made = _Serializer(list(keys), salt=self.salt, serializer=self.serializer, signer_kwargs=signing)
            self._made = (keys, made)
        return self._made[1]


class _Serializer(URLSafeTimedSerializer):
    """One that knows what it has found genuine, and when that was signed."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._known: dict[str | bytes, int] = {}

    def loads(  # type: ignore[override]
        self, s: str | bytes, max_age: int | None = None, return_timestamp: bool = False, salt: Any = None
    ) -> Any:
        signed = self._known.get(s)
        if signed is None or max_age is None or return_timestamp or salt is not None:
            payload, at = super().loads(s, max_age=max_age, return_timestamp=True, salt=salt)
            if salt is None and len(s) <= LONGEST_KNOWN:
                if len(self._known) >= MOST_KNOWN:
                    self._known.clear()
                self._known[s] = int(at.timestamp())
            return (payload, at) if return_timestamp else payload
        if not 0 <= int(time.time()) - signed <= max_age:
            return super().loads(s, max_age=max_age)  # which says why not
        return self.load_payload(s.rsplit(".", 2)[0].encode() if isinstance(s, str) else s.rsplit(b".", 2)[0])


def answer_errors(app: Flask) -> None:
    """Let our error page, or JSON where that was asked for, answer unknown addresses and what went wrong."""

    def answered(refusal: HTTPException) -> Response:
        g._suyu_learn = RequestState()
        try:
            if (refusal.code or 500) >= 500:
                state().remembered["person"] = None  # the database may be what is broken
            return finish(errors.answer(refusal))
        except Exception:
            app.logger.exception("The page about an error could not be made")
            return make_response(refusal.get_response())
        finally:
            close()

    app.register_error_handler(HTTPException, answered)
