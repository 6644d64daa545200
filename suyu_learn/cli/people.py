"""Administrators and rosters."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from suyu_learn.cli.common import NOTHING, error_said, line, suyu, told, unit_called
from suyu_learn.domain.problems import Problem
from suyu_learn.services import (
    passwords,
    people,
    rosters,
    signing_in,
)
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import _


@suyu.command("create-admin")
@click.option("--name", required=True, help="Name as shown.")
@click.option("--username", required=True, help="Name to sign in with.")
@click.password_option("--password", help="Asked for when it is not given.")
@told
def create_admin(name: str, username: str, password: str) -> None:
    """Create an administrator."""
    passwords.check_strength(password, names=(name, username))
    password_hash = passwords.make_hash(password)
    with learn().database.writing() as session:
        signing_in.create_admin(session, name=name, username=username, password_hash=password_hash, now=learn().now())
    click.echo(_("%(username)s may sign in.", username=username))


@suyu.command("import-roster")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "unit_name", default="", help="The unit that the people belong to; the first one if not given.")
@click.option("--encoding", default="", help="Encoding of a csv or txt file, if it is not found out.")
@click.option("--json", "as_json", is_flag=True, help="Print counts and errors as JSON.")
@told
def import_roster(file: Path, unit_name: str, encoding: str, as_json: bool) -> None:
    """Import the people of FILE (xlsx, csv, txt). Doubtful rows stay out; the pages ask about them."""
    here = learn()
    content = file.read_bytes()
    try:
        with here.database.writing() as session:
            unit = unit_called(session, unit_name) if unit_name else people.root_unit(session, now=here.now())
            done = rosters.import_file(session, content, file.name, target=unit, now=here.now(), encoding=encoding)
    except Problem as unreadable:
        done = rosters.Imported(read=1, errors=(unreadable,))
    for problem in done.errors:
        click.echo(line(problem), err=True)
    if as_json:
        said = {"read": done.read, "created": done.created, "updated": done.updated,
                "errors": [error_said(problem) for problem in done.errors]}  # fmt: skip
        click.echo(json.dumps(said, ensure_ascii=False))
    elif done.taken:
        click.echo(_("%(read)s read: %(created)s created, %(updated)s updated, %(errors)s left out", read=done.read,
                     created=done.created, updated=done.updated, errors=len(done.errors)))  # fmt: skip
    sys.exit(0 if not done.errors else 1 if done.taken else NOTHING)
