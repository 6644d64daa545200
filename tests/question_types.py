"""One question of each type, as banks store them, with a right and a partly right answer."""

from __future__ import annotations

from typing import Any

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.domain.questions import BUILT_IN

TYPES = {kind.code: kind for kind in BUILT_IN}


def _keyed(prefix: str, *texts: str) -> list[dict[str, str]]:
    return [{"key": f"{prefix}{place}", "text": text} for place, text in enumerate(texts)]


BODIES: dict[str, dict[str, Any]] = {
    "numeric": {
        "stem": "重力加速度约为多少？", "answers": [{"value": "9.8", "tolerance": "0.1"}], "unit": "m/s²",
        "explanation": "海平面上约为 9.8。",
    },
    "matching": {
        "stem": "把每种危险与正确的做法连起来。",
        "prompts": _keyed("p", "有限空间作业之前", "油锅起火", "有人触电"),
        "options": _keyed("o", "先通风、再检测", "盖上锅盖，关掉火源", "先切断电源", "用水浇灭"),
        "pairs": {"p0": "o0", "p1": "o1", "p2": "o2"}, "explanation": "水会使油飞溅。",
    },
    "ordering": {
        "stem": "使用灭火器的步骤，从先到后：",
        "items": _keyed("i", "提起灭火器，上下摇动", "拔掉保险销", "握住喷管，对准火焰根部", "压下手柄"),
        "explanation": "提、拔、握、压。",
    },
    "cloze": {
        "stem": "水在 ____ ℃结冰；冰比水____，所以冰浮在水面上。冬天水管里的水结冰后体积会____。",
        "gaps": [
            {"key": "a", "kind": "number", "value": "0", "tolerance": "0"},
            {"key": "b", "kind": "menu", "options": _keyed("m", "轻", "重"), "answer": "m0"},
            {"key": "c", "kind": "text", "accepted": ["变大", "膨胀"]},
        ],
        "explanation": "密度不同。",
    },
    "short_answer": {
        "stem": "进入有限空间之前为什么要通风？",
        "keywords": [{"words": ["氧气", "缺氧"], "weight": "0.5"}, {"words": ["有毒气体"], "weight": "0.5"}],
        "reference": "补充氧气，排出有毒气体。", "explanation": "",
    },
    "essay": {"stem": "谈谈你身边的一条谣言，以及怎样核实它。", "reference": "", "explanation": ""},
    "group": {"stem": "阅读下面的材料，回答问题。\n\n某木材厂的打磨车间积了厚厚一层木粉。", "explanation": ""},
}  # fmt: skip
RIGHT: dict[str, Any] = {
    "numeric": "9,8 m/s²", "matching": ["o0", "o1", "o2"], "ordering": ["i0", "i1", "i2", "i3"],
    "cloze": ["0", "m0", "膨胀"], "short_answer": "补充氧气，排出有毒气体",
}  # fmt: skip
PARTLY: dict[str, Any] = {
    "numeric": "9,8 m/s²", "matching": ["o0", "o3", ""], "ordering": ["i1", "i0", "i2", "i3"], "cloze": ["0", "m1", ""],
    "short_answer": "因为缺氧",
}  # fmt: skip


def draft(code: str, uid: str = "", **more: Any) -> QuestionDraft:
    """A question of a type that the other factories do not make."""
    kind = TYPES[code]
    return QuestionDraft(
        uid=uid or f"type-{code}", type=code, body=kind.write(kind.read(BODIES[code])), source="a test", **more
    )
