"""Pages of more than two kilobytes go out gzipped; most learners pay for their bytes."""

from __future__ import annotations

import gzip

from flask import Request, Response

SMALLEST = 2048
_WORTH_IT = ("text/html", "application/json", "text/csv", "image/svg+xml")


def compress(request: Request, response: Response) -> Response:
    """The response, gzipped if that helps and the browser can read it."""
    if (
        "gzip" not in request.headers.get("Accept-Encoding", "")
        or response.mimetype not in _WORTH_IT
        or response.direct_passthrough
        or response.is_streamed
        or "Content-Encoding" in response.headers
    ):
        return response
    body = response.get_data()
    if len(body) < SMALLEST:
        return response
    response.set_data(gzip.compress(body, compresslevel=5, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response
