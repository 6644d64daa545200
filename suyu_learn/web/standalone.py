"""What only the stand-alone app gets: an answer in the look of our pages to everything that ends in an error.

In a host's app its own pages answer what lies outside our routes; this is never registered there.
"""

from __future__ import annotations

from flask import Flask, Response, g, make_response
from werkzeug.exceptions import HTTPException

from suyu_learn.web import errors
from suyu_learn.web.blueprint import finish
from suyu_learn.web.context import RequestState, close, state


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
