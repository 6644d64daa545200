"""Rosters for tests: small workbooks, and a dump of all that an import may touch."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.models import Membership, Person, PersonAudience, Unit


def workbook(*rows: list[Any], sheet: str = "名册") -> bytes:
    """An xlsx file: strings are text cells, numbers are number cells."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    page.write(number, column, value)
    return stream.getvalue()


def dump(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Every person, membership, audience and unit with every column."""
    return {
        table.__tablename__: [
            dict(row)
            for row in session.execute(select(table.__table__).order_by(*table.__table__.primary_key)).mappings()
        ]
        for table in (Unit, Person, PersonAudience, Membership)
    }
