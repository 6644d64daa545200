"""The fictional city of the demo: its units, how many of its people belong where, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from suyu_learn.models import UnitKind

CITY = "松岭市(虚构)"

SURNAMES = "松杉桦榆槐枫椴楸樟桐柞榛栎檀梓楠橡榕榉椿"
GIVEN = (
    "小禾", "远山", "青禾", "晓舟", "知秋", "长河", "望川", "思源", "明溪", "雨田", "若谷", "听涛", "映雪", "怀石",
    "初阳", "向北", "书林", "清和", "云帆", "守拙", "乐水", "星野", "沐风", "拾光", "归鸿", "见微", "千帆", "半夏",
)  # fmt: skip
"""Trees for surnames and landscapes for given names: nobody real is called like that."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit of the city; `weight` is its share of the people, `audiences` with the share of its people in each."""

    name: str
    kind: UnitKind
    weight: int = 0
    audiences: tuple[tuple[str, float], ...] = ()
    below: tuple[Place, ...] = ()


_OFFICIALS = (("officials", 1.0),)
_WORKERS = (("workers", 1.0),)
_VILLAGERS = (("farmers", 0.85), ("seniors", 0.35), ("youth", 0.08))


def _bureau(name: str, weight: int) -> Place:
    return Place(name, UnitKind.BUREAU, weight, _OFFICIALS)


def _town(name: str, *villages: str) -> Place:
    return Place(name, UnitKind.TOWN, 8, _OFFICIALS,
                 tuple(Place(one, UnitKind.VILLAGE, 28, _VILLAGERS) for one in villages))  # fmt: skip


def _enterprise(name: str, *workshops: str) -> Place:
    return Place(name, UnitKind.ENTERPRISE, 4, _WORKERS,
                 tuple(Place(one, UnitKind.WORKSHOP, 15, _WORKERS) for one in workshops))  # fmt: skip


PLACES = (
    _bureau("科学技术协会", 9),
    _bureau("人力资源和社会保障局", 15),
    _bureau("应急管理局", 18),
    _bureau("农业农村局", 20),
    _bureau("教育局", 16),
    _bureau("卫生健康局", 18),
    _bureau("林业和草原局", 22),
    _bureau("市场监督管理局", 17),
    _town("青松镇", "上河村", "下河村", "白桦村"),
    _town("云杉镇", "石桥村", "向阳村", "红柞村"),
    _enterprise("松岭木业公司", "制材车间", "干燥车间", "涂装车间"),
    _enterprise("北林家具厂", "备料车间", "组装车间", "喷漆车间"),
    _enterprise("红柞胶合板厂", "旋切车间", "热压车间", "砂光车间"),
)


def whole_weight(places: tuple[Place, ...] = PLACES) -> int:
    """The weights of all places together."""
    return sum(one.weight + whole_weight(one.below) for one in places)


def names(rng: Random) -> Iterator[str]:
    """Different names as long as there are any, then again with a number."""
    all_names = [surname + given for surname in SURNAMES for given in GIVEN]
    rng.shuffle(all_names)
    yield from all_names
    number = 2
    while True:
        yield from (f"{name}{number}" for name in all_names)
        number += 1
