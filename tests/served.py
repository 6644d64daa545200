"""The server as it is started for others, in a process of its own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(port: int, database: str) -> subprocess.Popen[bytes]:
    """Our own server in a process group of its own; who starts it ends it."""
    environment = {
        **os.environ,
        "SUYU_LEARN_DATABASE_URL": database,
        "SUYU_LEARN_SECRET_KEY": "only for tests",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "suyu", "serve", "--port", str(port), "--threads", "4"]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def wait_until_it_answers(port: int) -> None:
    """Wait, a minute at most."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=2)) as connection:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")
