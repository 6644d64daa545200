"""Where a server listens: whether that place is free, and under which address others reach it."""

from __future__ import annotations

import errno
import os
import socket
from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

from suyu_learn.domain.problems import Problem

HERE = "127.0.0.1"
_EVERY = {"0.0.0.0": HERE, "::": "::1"}  # what listens on all of a machine's addresses, and one that then answers
_ELSEWHERE = ("192.0.2.1", 9)  # reserved for documentation; an address on the way out, to which nothing is sent


def refuse_taken(host: str, port: int) -> None:
    """Raise Problem unless a server could listen there alone.

    granian shares a port with whoever else allows it, and each would get some of the requests.
    """
    try:
        family, kind, _protocol, _name, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as granian does: a restart need not wait
            probe.bind(place)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise _taken(host, port) from error
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise Problem("serve.impossible", host=host, port=port, reason=reason) from error
    with closing(socket.socket(family, kind)) as probe:
        probe.settimeout(1)
        if probe.connect_ex((_EVERY.get(host, host), port)) == 0:
            raise _taken(host, port)


def _taken(host: str, port: int) -> Problem:
    return Problem("serve.taken", host=host, port=port, other=port + 1 if port < 65535 else 8000)


def reached(address: str) -> str:
    """An address as others may open it: this machine's own where it stands for all of them, as 0.0.0.0 does."""
    parts = urlsplit(address)
    if parts.hostname not in _EVERY:
        return address
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=f"{own_address()}{port}"))


def own_address() -> str:
    """This machine's address in its network; 127.0.0.1 where it has none."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as way_out:
        try:
            way_out.connect(_ELSEWHERE)
            found = str(way_out.getsockname()[0])
        except OSError:
            return HERE
    return HERE if found in _EVERY else found


def written(host: str, port: int) -> str:
    """Host and port as an address begins with them."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
