"""The order of names in lists that a database sorts and turns page by page: the one of `domain.names.chinese_order`.

No collation gives it on both databases: PostgreSQL has `zh-x-icu` only where it was built so, and SQLite none of its
own. Both can sort by the bytes of GB 18030, which have the common characters in the order of their pinyin.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Session

from suyu_learn.domain.names import chinese_order
from suyu_learn.models import Person

_KNOWN = "suyu_by_name"
"""Under this a connection of SQLite keeps that it knows the function."""


def by_name(session: Session) -> ColumnElement[Any]:
    """What people are ordered by, for ORDER BY of a statement of this session."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        return func.convert_to(Person.name_key, "GB18030")
    if _KNOWN not in connection.info:  # a function that is there cannot be set anew while rows are being read
        # on this connection alone, since the engine may be a host's: we hang nothing on that
        raw: Any = connection.connection.driver_connection
        raw.create_function("suyu_by_name", 1, chinese_order, deterministic=True)
        connection.info[_KNOWN] = True
    return func.suyu_by_name(Person.name_key)
