"""Made-up identity numbers, and a programme that asks for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Flask

from suyu_learn.domain.identity_numbers import check_sign
from suyu_learn.models import Person, Programme, Role, Unit
from suyu_learn.services import identity_numbers, people
from tests.browser_without_script import Visitor
from tests.factories import given_programme, learn, learner, manager

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OTHER_KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="
PURPOSE = "The employment bureau pays the subsidised training by this number."


def number(serial: int = 1) -> str:
    """A number that nobody has, whose check sign is right; another serial gives another one."""
    digits = f"23100319900101{serial:03}"
    return digits + check_sign(digits)


def seen_on(visitor: Visitor) -> str:
    """What the form on a page says that it showed."""
    found = re.search(r'name="seen"[^>]* value="([^"]*)"', visitor.text)
    return found.group(1) if found else ""


@dataclass(frozen=True)
class Asked:
    """Who is there: a mill whose programme asks, its HR, two workers, and who reads numbers in full."""

    app: Flask
    programme: Programme
    unit: Unit
    hr: Person
    reader: Person
    worker: Person
    other: Person

    @property
    def way(self) -> str:
        return f"/programmes/{self.programme.key}/identity"

    @property
    def desk(self) -> str:
        return f"/manage/programmes/{self.programme.key}/identity"


def asked(app: Flask, *, now: datetime, asks: bool = True, until: date | None = None) -> Asked:
    """A programme of a unit that asks two workers for their number."""
    here = learn(app)
    with here.database.writing() as session:
        people.install_audiences(session)
        unit = people.add_unit(session, "Mill", parent=None, now=now)
        hr = manager(session, Role.HR, unit, now=now)
        reader = manager(session, Role.IDENTITY, unit, now=now)
        given = given_programme(session, unit, now=now, title="Subsidised course")
        workers = [learner(session, now=now, unit=unit, name=name) for name in ("Li Xia", "Wang Wu")]
        for one in workers:
            given.to(session, one, now=now, unit_path=unit.path)
        if asks:
            identity_numbers.ask(
                session, given.programme, purpose=PURPOSE, keep_until=until or now.date() + timedelta(days=200),
                actor=hr, now=now, today=now.date(), vault=here.vault,
            )  # fmt: skip
        session.flush()
        session.expunge_all()
        return Asked(app, given.programme, unit, hr, reader, *workers)
