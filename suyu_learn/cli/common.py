"""What the commands share: their group, their exit status, and how they speak of problems."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DatabaseError, OperationalError

from suyu_learn.cli.files import refused
from suyu_learn.cli.listening import reached
from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.models import Unit
from suyu_learn.web import problems
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import _

PLACE = "ADDRESS"
USUAL = "http://127.0.0.1:8000"
"""Where `suyu serve` answers unless told otherwise."""

SOME = 1
NOTHING = 2

suyu = AppGroup("suyu", help="Suyu Learn: courses and exams.")


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Say problems as sentences on stderr, and end with status 2."""

    @wraps(command)
    def wrapped(*args: Any, **values: Any) -> Any:
        try:
            with current_app.test_request_context():
                return command(*args, **values)
        except Problem as problem:
            click.echo(line(problem), err=True)
        except Problems as found:
            for one in found.problems:
                click.echo(line(one), err=True)
        except OSError as error:
            click.echo(line(refused(error)), err=True)
        except DatabaseError as error:
            if type(error) not in (DatabaseError, OperationalError):
                raise  # what was asked of it is wrong, and that is ours
            click.echo(line(Problem("file.database", reason=str(error.orig).strip())), err=True)
        sys.exit(NOTHING)

    return wrapped


def line(problem: Problem) -> str:
    where = f"{problem.place}: " if str(problem.place) else ""
    with current_app.test_request_context():
        return where + problems.sentence(problem)


def error_said(problem: Problem) -> dict[str, Any]:
    place = problem.place
    return {"place": str(place), "sheet": place.sheet, "row": place.row, "column": place.column,
            "code": problem.code, "reason": problems.sentence(problem)}  # fmt: skip


def unit_called(session: Any, name: str) -> Unit:
    from sqlalchemy import select

    found = session.scalars(select(Unit).where(Unit.name == name, Unit.closed_at.is_(None))).all()
    if not found:
        raise Problem("unit.unknown", name=name)
    if len(found) > 1:
        raise Problem("unit.ambiguous", name=name)
    return found[0]


def public(path: str, address: str = "") -> str:
    """The full address of a page, with a word in place of what nobody has said; `where` explains that word."""
    return (learn().settings.public_url or reached(address) or PLACE).rstrip("/") + path


def where(address: str = "") -> str:
    """What the word in an address of `public` stands for; empty where there is none."""
    if learn().settings.public_url or address:
        return ""
    return _(" (%(place)s is where your server answers, for instance %(usual)s)", place=PLACE, usual=USUAL)
