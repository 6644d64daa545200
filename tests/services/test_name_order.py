"""Names as a database sorts them: alike on both, and as the lists that are sorted here."""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from suyu_learn.domain.names import chinese_order, name_key
from suyu_learn.models import Person, Role
from suyu_learn.services import grants, people, persons
from suyu_learn.services.name_order import by_name
from tests.clock import START
from tests.factories import manager

NAMES = ("张三", "安娜", "王芳", "李四", "赵五", "Bo Lin", "ann", "阿里木·买买提", "𠮷田", "éva", "欧阳 锋", "9号")


def test_both_databases_sort_names_as_we_do(session: Session) -> None:
    unit = people.add_unit(session, "松原", parent=None, now=START)
    boss = manager(session, Role.ADMIN, None, now=START, home=unit)
    for name in NAMES:
        people.add_person(session, name, now=START, unit=unit)
    mine = select(Person.name).where(Person.id != boss.id).order_by(by_name(session), Person.id)
    found = session.scalars(mine).all()
    assert found == sorted(NAMES, key=lambda name: chinese_order(name_key(name)))
    assert [found.index(name) for name in ("安娜", "李四", "王芳", "张三", "赵五")] == sorted(
        found.index(name) for name in ("安娜", "李四", "王芳", "张三", "赵五")
    )
    listed, total = persons.search(session, reach=grants.Reach(everywhere=True))
    assert total == len(NAMES) + 1
    assert [one.person.name for one in listed if one.person.id != boss.id] == found


def test_names_can_be_sorted_while_other_rows_are_being_read(session: Session) -> None:
    for _ in range(2):
        rows = session.execute(text("SELECT 1 UNION SELECT 2"))
        assert rows.fetchone() == (1,)
        assert session.scalars(select(Person.name).order_by(by_name(session))).all() == []
