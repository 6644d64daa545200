"""Preparing and serving."""

from __future__ import annotations

import click

from suyu_learn import migrations
from suyu_learn.cli.common import public, suyu, told, where
from suyu_learn.cli.content import load_all
from suyu_learn.cli.listening import reached, refuse_taken, written
from suyu_learn.services import (
    signing_in,
)
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link


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
@click.option("--threads", default=8, show_default=True, help="Requests handled at once.")
def serve(host: str, port: int, threads: int) -> None:
    """Serve the app with granian."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _announce(host, port)
    Granian(
        "app:served",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=threads,
        log_level=LogLevels.error,
    ).serve()


@told
def _announce(host: str, port: int) -> None:
    """Say where the server is about to answer; a place that is taken ends the command."""
    refuse_taken(host, port)
    address = reached(written(host, port))
    click.echo(_("Suyu Learn answers on %(address)s/  (stop with Ctrl+C)", address=address))
