"""Where `suyu serve` listens: never beside another server, and under an address that others can open."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from suyu_learn.cli import listening
from suyu_learn.domain.problems import Problem
from tests.conftest import MakeApp


@pytest.fixture
def listen() -> Iterator[Any]:
    """Listen as granian does, ready to share the port: `listen(host)` gives the port."""
    opened = []

    def start(host: str) -> int:
        server = socket.socket()
        opened.append(server)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind((host, 0))
        server.listen()
        return int(server.getsockname()[1])

    yield start
    for server in opened:
        server.close()


@pytest.mark.parametrize("taken", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("wanted", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_a_place_where_somebody_listens_is_taken(listen: Any, taken: str, wanted: str) -> None:
    port = listen(taken)
    with pytest.raises(Problem) as refused:
        listening.refuse_taken(wanted, port)
    assert refused.value.code == "serve.taken"
    assert refused.value.params["other"] == port + 1


def test_a_free_place_is_free() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for host in ("127.0.0.1", "0.0.0.0"):
        listening.refuse_taken(host, port)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_several_processes_need_another_database(make_app: MakeApp) -> None:
    result = (
        make_app(SUYU_LEARN_DEFAULT_LANGUAGE="en").test_cli_runner().invoke(args=["suyu", "serve", "--workers", "2"])
    )
    assert result.exit_code == 2
    assert "leave --workers out, or use PostgreSQL" in result.stderr


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("language", "said"), [("en", "or use make run PORT="), ("zh_Hans", "make run PORT=")])
def test_a_second_server_says_so_in_one_sentence(make_app: MakeApp, listen: Any, language: str, said: str) -> None:
    app = make_app(SUYU_LEARN_DEFAULT_LANGUAGE=language)
    port = listen("127.0.0.1")
    result = app.test_cli_runner().invoke(args=["suyu", "serve", "--port", str(port)])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"{said}{port + 1}" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_address_that_is_not_this_machines_is_refused(make_app: MakeApp) -> None:
    app = make_app(SUYU_LEARN_DEFAULT_LANGUAGE="en")
    result = app.test_cli_runner().invoke(args=["suyu", "serve", "--host", "192.0.2.7"])
    assert result.exit_code == 2
    assert "cannot answer on 192.0.2.7, port 8000" in result.stderr


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://0.0.0.0:8000", "http://192.168.1.20:8000"),
        ("http://[::]:8000", "http://192.168.1.20:8000"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("https://learn.example.org", "https://learn.example.org"),
        ("", ""),
    ],
)
def test_an_address_for_all_is_shown_as_the_machines_own(
    monkeypatch: pytest.MonkeyPatch, address: str, shown: str
) -> None:
    monkeypatch.setattr(listening, "own_address", lambda: "192.168.1.20")
    assert listening.reached(address) == shown


def test_without_a_network_the_machine_is_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_given: object) -> None:
        raise OSError("Network is unreachable")

    assert listening.own_address().count(".") == 3
    monkeypatch.setattr(listening.socket.socket, "connect", unreachable)
    assert listening.own_address() == "127.0.0.1"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_welcome_link_can_be_opened(
    small_library: None, make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "own_address", lambda: "192.168.1.20")
    said = make_app().test_cli_runner().invoke(args=["suyu", "init", "--address", "http://0.0.0.0:8000"]).output
    assert "http://192.168.1.20:8000/welcome/" in said
    assert "0.0.0.0" not in said
