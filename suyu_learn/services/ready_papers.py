"""Exams begun from a ready paper, drawn from the banks that came with Suyu Learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from suyu_learn import _resources
from suyu_learn.content import paper_templates
from suyu_learn.content.paper_templates import PaperTemplate
from suyu_learn.models import Bank, Purpose
from suyu_learn.services import exam_presets
from suyu_learn.services.exam_plans import Plan, RulePlan
from suyu_learn.services.paper_constraints import ConstraintPlan

PACKS = "question_bank/"
"""What stands before the folder of a bank in the name of its pack."""


@lru_cache(maxsize=1)
def shipped() -> dict[str, PaperTemplate]:
    """The ready papers that come with Suyu Learn, by their codes, those for everybody first; read once in a process."""
    found = paper_templates.read_templates(_resources.inside("paper_templates"))
    return {one.code: one for one in sorted(found, key=lambda one: (one.audience, one.code))}


def offered(banks: Sequence[Bank]) -> list[PaperTemplate]:
    """The ready papers of which all banks are among these."""
    there = _by_folder(banks)
    return [one for one in shipped().values() if all(name in there for name in one.banks)]


def begun(template: PaperTemplate, plan: Plan, banks: Sequence[Bank], *, lang: str) -> Plan:
    """The plan with the rules, conditions and settings of a ready paper; who, when and where stay as they were.

    `banks` must have all those that the paper draws from.
    """
    there, purpose = _by_folder(banks), Purpose(template.purpose)
    rules = tuple(
        RulePlan(there[one.bank].id, one.type, one.count, one.points, difficulty=one.difficulty,
                 dimension=one.dimension, tag=one.tag)
        for one in template.rules
    )  # fmt: skip
    conditions = ConstraintPlan(
        all_criteria=template.all_criteria, quotas=template.quotas, true_false=template.true_false
    )
    made = replace(plan, **exam_presets.PRESETS[purpose], purpose=purpose)
    return replace(
        made, title=template.title.of(lang), rules=rules, conditions=conditions, minutes=template.minutes,
        pass_share=Decimal(template.pass_mark) / 100,
        audiences=(template.audience,) if template.audience else plan.audiences,
    )  # fmt: skip


def _by_folder(banks: Sequence[Bank]) -> dict[str, Bank]:
    return {one.pack.removeprefix(PACKS): one for one in banks if one.pack and one.pack.startswith(PACKS)}
