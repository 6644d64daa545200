"""More browsers than a server usually lets in hold their connection; the next one is answered all the same."""

from __future__ import annotations

import http.client
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.served import free_port, serve, wait_until_it_answers

HELD = 1_200
"""granian stops at 1,024 by itself."""


@pytest.fixture
def room_for_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2 * HELD:
        pytest.fail(f"This machine lets a process open {hard} files at most; the test needs {2 * HELD}.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * HELD), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("room_for_files")
def test_browsers_that_keep_their_connection_shut_nobody_out(sqlite_database: str) -> None:
    port = free_port()
    server = serve(port, sqlite_database)
    held: list[http.client.HTTPConnection] = []
    try:
        wait_until_it_answers(port)
        for _ in range(HELD):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.connect()
            held.append(connection)
        for connection in held[::100]:
            assert _status(connection) == 200
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as late:
            assert _status(late) == 200
    finally:
        for connection in held:
            connection.close()
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _status(connection: http.client.HTTPConnection) -> int:
    connection.request("GET", "/healthz")
    reply = connection.getresponse()
    reply.read()
    return reply.status
