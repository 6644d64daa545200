"""Addresses as phones see them: which of them can stand on a poster or a card."""

from __future__ import annotations

import re
from ipaddress import ip_address

_URL = re.compile(r"https?://(?:[^/?#@]*@)?(?P<host>\[[^\]]+\]|[^/?#:]+)(?::\d*)?(?:[/?#].*)?", re.IGNORECASE)
_HOST = re.compile(r"(?P<host>\[[^\]]+\]|[^:]+)(?::\d*)?")
_HOME_NAMES = (".localhost", ".local", ".localdomain")


def reachable_by_phones(url: str) -> bool:
    """Whether a phone on the same network, or anywhere, may reach the address.

    An address in a local network counts, since phones share it; this machine's own names, and names without a dot
    (which only this machine knows), do not.
    """
    found = _URL.fullmatch(url.strip())
    if found is None:
        return False
    host = _plain(found["host"])
    try:
        address = ip_address(host)
    except ValueError:
        return "." in host and not host.endswith(_HOME_NAMES)
    return not (address.is_loopback or address.is_unspecified or address.is_link_local or address.is_multicast)


def is_this_machine(host: str) -> bool:
    """Whether a host name or address, with or without a port, means the machine itself."""
    found = _HOST.fullmatch(host.strip())
    name = _plain(found["host"]) if found else ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def is_of_local_network(host: str) -> bool:
    """Whether a host, with or without a port, is an address or a name that only the local network can give out."""
    found = _HOST.fullmatch(host.strip())
    name = _plain(found["host"]) if found else ""
    try:
        ip_address(name)
    except ValueError:
        return bool(name) and ("." not in name or name.endswith(_HOME_NAMES))
    return True


def _plain(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()
