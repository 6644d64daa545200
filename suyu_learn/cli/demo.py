"""A fictional city to look around in."""

from __future__ import annotations

import os
import shlex
import sys

import click
from flask import current_app

from suyu_learn import migrations
from suyu_learn.cli.common import public, suyu, told, where
from suyu_learn.cli.content import load_all
from suyu_learn.services import demo as city
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link

ROLES = {
    "admin": "管理员 administrator",
    "organizer": "组织者 organizer of the city",
    "hr": "人事 HR of the city",
    "manager": "单位管理员 manager of a wood enterprise",
    "learner": "学员 learner in a workshop",
}


@suyu.command()
@click.option(
    "--people", default=city.USUAL_PEOPLE, show_default=True, type=click.IntRange(40), help="How many people."
)
@click.option("--attempts", default=city.USUAL_ATTEMPTS, show_default=True, type=click.IntRange(5),
              help="How many of them have sat an exam.")  # fmt: skip
@click.option("--new-passwords", is_flag=True, help="Make new passwords for a demo that is there.")
@click.option("--address", default="", help="Where the server will answer, for the link that is printed.")
@told
def demo(people: int, attempts: int, new_passwords: bool, address: str) -> None:
    """Make a fictional city with units, people, exams and results, in an instance of its own; safe to run again."""
    here = learn()
    migrations.upgrade(here.database)
    with here.database.reading() as session:
        there = city.is_there(session)
    if there and not new_passwords:
        click.echo(_("The demo is there already. New passwords for it: %(command)s", command=_renewing()))
        return
    keys = city.new_passwords()
    if there:
        with here.database.writing() as session:
            _say(city.renew(session, keys, now=here.now()), address)
        return
    load_all(None)
    click.echo(_("Making the demo city (half a minute) ..."), err=True)
    tools = city.Tools(here.versions, here.pools, here.grace, here.zone, here.credit)
    with here.database.writing() as session:
        ways = city.build(session, keys, now=here.now(), tools=tools, size=people, attempts=attempts)
    _say(ways, address)


def _renewing() -> str:
    """The command that makes new passwords for the demo of this instance, ready to be typed in this folder."""
    instance, python = (shlex.quote(_near(path)) for path in (current_app.instance_path, sys.executable))
    return f"SUYU_LEARN_INSTANCE={instance} {python} -m flask --app app suyu demo --new-passwords"


def _near(path: str) -> str:
    """A path as seen from here, if it lies below."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def _say(ways: list[city.WayIn], address: str) -> None:
    """The passwords; they are nowhere else, so this is the only time they are seen."""
    click.echo("")
    way = public(link("login"), address)
    click.echo(_("Sign in at %(address)s%(where)s. The passwords are shown only now:", address=way,
                 where=where(address)))  # fmt: skip
    for one in ways:
        click.echo(f"    {one.username:<10} {one.password}   {ROLES[one.username]}: {one.name}, {one.unit}")
    click.echo("")
