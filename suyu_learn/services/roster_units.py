"""Which unit a row of a roster means, and which ones would have to be made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.names import name_key
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Unit, UnitChange, UnitKind
from suyu_learn.services import people
from suyu_learn.services.grants import Reach

_KINDS = (
    (UnitKind.WORKSHOP, ("车间", "班组", "工段")),
    (UnitKind.VILLAGE, ("村", "社区", "屯")),
    (UnitKind.SCHOOL, ("学校", "小学", "中学", "幼儿园", "班", "年级")),
    (UnitKind.TOWN, ("镇", "乡", "街道")),
    (UnitKind.BUREAU, ("局", "委员会", "协会", "办公室")),
    (UnitKind.ENTERPRISE, ("公司", "厂", "集团", "合作社")),
    (UnitKind.DEPARTMENT, ("部", "科", "处", "室", "股", "中心")),
    (UnitKind.CITY, ("市", "县", "区")),
)


@dataclass(frozen=True, slots=True)
class UnitMeant:
    """An open unit, and the names still missing below it."""

    base_id: int
    path: str
    label: str
    missing: tuple[str, ...] = ()

    @property
    def unit_id(self) -> int | None:
        """The unit, if it exists."""
        return None if self.missing else self.base_id

    @property
    def whole(self) -> str:
        """The names from the top down."""
        return " / ".join((self.label, *self.missing))


class UnitsBelow:
    """The open units of a subtree, found by name, former name, or that of a unit they took in."""

    def __init__(self, session: Session, target: Unit) -> None:
        self.target = target
        self.above = people.ancestors(session, target)
        rows = session.scalars(select(Unit).where(Unit.path.startswith(target.path))).all()
        self.by_id = {row.id: row for row in rows}
        self._children: dict[tuple[int | None, str], Unit] = {}
        self._named: dict[str, set[int]] = defaultdict(set)
        for row in rows:
            if row.closed_at is None:
                self._know(row, row.name)
        for row in rows:
            if row.merged_into_id in self.by_id:
                self._know(self.by_id[row.merged_into_id], row.name, parent_id=row.parent_id)
        renamed = (
            select(UnitChange)
            .join(Unit, Unit.id == UnitChange.unit_id)
            .where(UnitChange.kind == "renamed", Unit.path.startswith(target.path))
        )
        for change in session.scalars(renamed):
            self._know(self.by_id[change.unit_id], change.old)

    def _know(self, unit: Unit, name: str, *, parent_id: int | None = None) -> None:
        if unit.closed_at is None:
            key = name_key(name)
            self._children.setdefault((parent_id or unit.parent_id, key), unit)
            self._named[key].add(unit.id)

    def meant(self, names: Sequence[str]) -> UnitMeant:
        """The unit of a path of names; raises Problem when the first one means several."""
        left = self._below_target(names)
        node = self.target
        for place, name in enumerate(left):
            child = self._children.get((node.id, name_key(name)))
            if child is None and place == 0:
                child = self._anywhere(name)
            if child is None:
                return UnitMeant(node.id, node.path, self.label(node), tuple(left[place:]))
            node = child
        return UnitMeant(node.id, node.path, self.label(node))

    def label(self, unit: Unit) -> str:
        """The names from the top down."""
        above = {row.id: row.name for row in self.above}
        ids = [int(part) for part in unit.path.split("/") if part]
        return " / ".join(above.get(one) or self.by_id[one].name for one in ids if one in above or one in self.by_id)

    def _below_target(self, names: Sequence[str]) -> Sequence[str]:
        """Without the names of the target itself and of what lies above it."""
        keys = [name_key(name) for name in names]
        chain = [name_key(row.name) for row in self.above]
        for length in range(min(len(keys), len(chain)), 0, -1):
            if keys[:length] == chain[-length:]:
                return names[length:]
        return names

    def _anywhere(self, name: str) -> Unit | None:
        found = self._named.get(name_key(name), set()) - {self.target.id}
        if len(found) > 1:
            raise Problem("unit.ambiguous", name=name)
        return self.by_id[next(iter(found))] if found else None


_EVERYWHERE_ALIKE = (UnitKind.WORKSHOP, UnitKind.DEPARTMENT)
_MOST_ALIKE = 3


def called_elsewhere(
    session: Session, names: Iterable[str], *, target: Unit, reach: Reach
) -> dict[str, tuple[str, ...]]:
    """Of names about to be given to new units below `target`: where open units so called are, beyond it, within reach.

    Names that every unit has below it (workshops, departments, whatever many units share) say nothing and are left out.
    """
    wanted = {name_key(name): name for name in names if kind_of(name) not in _EVERYWHERE_ALIKE}
    if not wanted:
        return {}
    found: dict[str, list[Unit]] = defaultdict(list)
    for unit in session.scalars(select(Unit).where(Unit.closed_at.is_(None)).order_by(Unit.path)):
        key = name_key(unit.name)
        if key in wanted and reach.covers(unit.path) and not unit.path.startswith(target.path):
            found[wanted[key]].append(unit)
    return {
        name: tuple(people.path_names(session, unit) for unit in units)
        for name, units in found.items()
        if len(units) <= _MOST_ALIKE
    }


def kind_of(name: str) -> UnitKind:
    """What a unit's name says it is."""
    return next((kind for kind, endings in _KINDS if name.endswith(endings)), UnitKind.OTHER)
