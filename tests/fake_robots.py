"""A robot of a chat group, and a mail server, on this machine; both remember what they were sent."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Robot:
    """What the next callers get, and what they said."""

    origin: str = ""
    status: int = 200
    reply: bytes = b'{"errcode": 0, "errmsg": "ok"}'
    location: str = ""
    silent: bool = False
    """Takes the message, and hangs up without a word."""

    gone: threading.Event | None = None
    """Says nothing until it is set."""

    paths: list[str] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [message["text"]["content"] for message in self.messages]


@contextmanager
def robot() -> Iterator[Robot]:
    """A robot that listens until the end of the block."""
    made = Robot()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.paths.append(self.path)
            made.messages.append(json.loads(body))
            if made.gone:
                made.gone.wait(5)
            if made.silent or made.gone:
                self.close_connection = True
                return
            self.send_response(made.status)
            if made.location:
                self.send_header("Location", made.location)
            self.end_headers()
            self.wfile.write(made.reply)

        do_GET = do_POST

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.origin = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


@dataclass
class MailBox:
    """What a mail server took, as it was sent; `refuses` are the first words of commands that it answers with 550."""

    port: int = 0
    refuses: tuple[str, ...] = ()
    letters: list[bytes] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)


@contextmanager
def mail_server() -> Iterator[MailBox]:
    """A mail server without a secured line, until the end of the block."""
    made = MailBox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            for raw in self.rfile:
                line = raw.decode().rstrip("\r\n")
                if line.upper().startswith("QUIT"):
                    self.wfile.write(b"221 bye\r\n")
                    return
                if any(line.upper().startswith(word) for word in made.refuses):
                    self.wfile.write(b"550 no\r\n")
                elif line.upper() == "DATA":
                    self.wfile.write(b"354 go on\r\n")
                    made.letters.append(self._letter())
                    self.wfile.write(b"250 taken\r\n")
                else:
                    if line.upper().startswith("RCPT TO:"):
                        made.receivers.append(line[8:].strip("<>"))
                    self.wfile.write(b"250 ok\r\n")

        def _letter(self) -> bytes:
            lines = []
            while (line := self.rfile.readline().rstrip(b"\r\n")) != b".":
                lines.append(line)
            return b"\n".join(lines)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()
