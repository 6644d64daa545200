"""Preparing and serving."""

from __future__ import annotations

import click

from suyu_learn import migrations
from suyu_learn.cli.common import public, suyu, told, where
from suyu_learn.cli.content import load_all
from suyu_learn.cli.listening import reached, refuse_taken, written
from suyu_learn.domain.problems import Problem
from suyu_learn.services import signing_in
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link

CONNECTIONS = 10_000
"""Browsers that may hold a connection to one process; each keeps it for half a minute after its last request, and
granian lets no further one in beyond 1,024 unless told otherwise."""
THREADS = 64
"""Requests that a process takes up at once: pages wait for their turn (`turns.py`) in theirs, and answers find one."""
KNOCKING = 4_096
"""Connections that may wait to be taken up, as when a whole city presses start."""


@suyu.command()
@click.option("--address", default="", help="Where the server will answer, for the link that is printed.")
@told
def init(address: str) -> None:
    """Prepare the database and the shipped content; safe to run again."""
    here = learn()
    migrations.upgrade(here.database)
    load_all(None)
    with here.database.writing() as session:
        if signing_in.has_admin(session):
            return
        token = signing_in.first_admin_link(session, now=here.now())
    click.echo("")
    click.echo(_("Open this link once to become the first administrator%(where)s:", where=where(address)))
    click.echo(f"    {public(link('welcome', token=token), address)}")
    click.echo("")


@suyu.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--threads", default=THREADS, show_default=True, help="Requests that a process handles at once.")
@click.option("--workers", default=1, show_default=True, help="Processes; more than one only with PostgreSQL.")
def serve(host: str, port: int, threads: int, workers: int) -> None:
    """Serve the app with granian."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _announce(host, port, workers)
    _raise_file_limit()
    Granian(
        "app:served",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=KNOCKING,
        backpressure=CONNECTIONS,
        log_level=LogLevels.error,
    ).serve()


def _raise_file_limit() -> None:
    """Let the process hold as many connections as the system allows it: each is an open file."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@told
def _announce(host: str, port: int, workers: int) -> None:
    """Say where the server is about to answer; a place that is taken ends the command."""
    if workers > 1 and learn().database.sqlite:
        raise Problem("serve.one_worker")
    refuse_taken(host, port)
    address = reached(written(host, port))
    click.echo(_("Suyu Learn answers on %(address)s/  (stop with Ctrl+C)", address=address))
