"""The app behind an address of its own, for as long as a test needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@contextmanager
def served(app: WSGIApplication) -> Iterator[str]:
    """Serve it on a free port of this machine; gives the address."""
    server = make_server("127.0.0.1", 0, _closing(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _closing(app: WSGIApplication) -> WSGIApplication:
    """Close every answer, also one that the browser breaks off.

    Werkzeug's server drains the connection before it closes the answer; where the browser has reset the connection,
    that raises and the file of a half-read film stays open. A generator is closed with the frame that held it.
    """

    def answered(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return _all_of(app(environ, start_response))

    return answered


def _all_of(answer: Any) -> Iterator[bytes]:
    if not hasattr(answer, "close"):
        yield from answer
        return
    with closing(answer):
        yield from answer
