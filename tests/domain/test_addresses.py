"""Which addresses can stand on a card or poster."""

from __future__ import annotations

import pytest

from suyu_learn.domain.addresses import is_of_local_network, is_this_machine, reachable_by_phones


@pytest.mark.parametrize(
    ("url", "reachable"),
    [
        ("https://learn.example.org", True),
        ("https://learn.example.org:8443/learn", True),
        ("http://192.168.1.20:8000", True),
        ("http://10.0.0.7", True),
        ("http://[2001:db8::7]:8000/", True),
        ("https://xn--fiqs8s.example/", True),
        ("http://localhost:8000", False),
        ("http://learn.localhost", False),
        ("http://127.0.0.1:8000", False),
        ("http://127.8.9.1", False),
        ("http://[::1]:8000", False),
        ("http://0.0.0.0:8000", False),
        ("http://169.254.3.4", False),
        ("http://office-pc:8000", False),
        ("http://office-pc.local", False),
        ("ftp://learn.example.org", False),
        ("learn.example.org", False),
        ("http://", False),
        ("", False),
    ],
)
def test_reachable_by_phones(url: str, reachable: bool) -> None:
    assert reachable_by_phones(url) is reachable


@pytest.mark.parametrize(
    ("host", "here"),
    [("localhost", True), ("localhost:8000", True), ("127.0.0.1:8000", True), ("[::1]:8000", True),
     ("192.168.1.20:8000", False), ("learn.example.org", False), ("", False)],
)  # fmt: skip
def test_is_this_machine(host: str, here: bool) -> None:
    assert is_this_machine(host) is here


@pytest.mark.parametrize(
    ("host", "local"),
    [("localhost:8000", True), ("127.0.0.1", True), ("[::1]:8000", True), ("8.8.8.8", True), ("office-pc", True),
     ("office-pc.local:8000", True), ("learn.example.org", False), ("local", True), ("example.org.", False),
     ("office-pc.local.example.org", False), ("1.2.3.4.example.org", False), ("", False)],
)  # fmt: skip
def test_is_of_local_network(host: str, local: bool) -> None:
    assert is_of_local_network(host) is local
