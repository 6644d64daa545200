"""Conditions on the whole paper as the form of an exam has them: read, filled in, and told with what there is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from suyu_learn.domain.papers.constraints import ALL_CRITERIA, Quota
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.true_false import TrueFalse
from suyu_learn.models import Bank, Dimension
from suyu_learn.services import bank_search
from suyu_learn.services.paper_constraints import NO_CONDITIONS, ConstraintPlan
from suyu_learn.services.papers import Look
from suyu_learn.web import question_words
from suyu_learn.web.context import session
from suyu_learn.web.forms import Form
from suyu_learn.web.i18n import _, listed, ngettext
from suyu_learn.web.pages.exam_managing import Conditions, QuotaRow

FIELDS = frozenset(
    {"all_criteria", "true_false", "anchors", "exclusions"}
    | {f"{end}_{code.value}" for code in Dimension for end in ("least", "most")}
)
MOST_TAGS = 50
_COMMAS = re.compile(r"[,，、;；\n]")


def read(form: Form) -> ConstraintPlan:
    """The conditions of a form; raises Problem where they contradict themselves."""
    quotas = []
    for code in Dimension:
        least, most = form[f"least_{code.value}"].data, form[f"most_{code.value}"].data
        try:
            quotas.append(Quota(code.value, least or 0, most))
        except Problem as problem:
            raise problem.at(Place(field=f"most_{code.value}")) from problem
    return ConstraintPlan(
        all_criteria=bool(form["all_criteria"].data),
        quotas=tuple(one for one in quotas if one.least or one.most is not None),
        true_false=form["true_false"].data,
        exclusions=_tags(form["exclusions"].data),
        anchors=(form["anchors"].data or "").strip(),
    )


def checked(form: Form) -> ConstraintPlan:
    """The conditions of a form whose rows are worked on; with faults they ask for nothing and are told beside."""
    sound = [form[name].validate(form) for name in sorted(FIELDS)]
    if all(sound):
        try:
            return read(form)
        except Problem as problem:
            form.refuse(problem)
    return NO_CONDITIONS


def data(plan: ConstraintPlan) -> dict[str, Any]:
    """What the fields of a form hold for some conditions."""
    limits = {quota.dimension: quota for quota in plan.quotas}
    found: dict[str, Any] = {
        "all_criteria": plan.all_criteria, "true_false": plan.true_false, "anchors": plan.anchors,
        "exclusions": listed(plan.exclusions),
    }  # fmt: skip
    for code, quota in limits.items():
        found[f"least_{code}"] = quota.least or None
        found[f"most_{code}"] = quota.most
    return found


def section(form: Form, look: Look | None, banks: Sequence[Bank], *, opened: bool) -> Conditions:
    """The conditions ready to print, each with what the rows may draw."""
    return Conditions(
        open=opened or any(form[name].data not in (None, "", False) for name in FIELDS),
        criteria=_criteria(look) if look is not None else "",
        quotas=tuple(
            QuotaRow(
                _(question_words.DIMENSIONS[code]), form[f"least_{code.value}"], form[f"most_{code.value}"],
                _here(look.dimensions.get(code.value, 0)) if look is not None else "",
            )
            for code in Dimension
        ),
        true_false=_both(
            _("Half of them can be guessed; where passing is to mean something, 30 is usual."),
            _here(look.types.get(TrueFalse.code, 0)) if look is not None else "",
        ),
        anchors=_both(
            form["anchors"].description, _tagged(look, form["anchors"].data) if look is not None else ""
        ),
        tags=tuple(dict.fromkeys(tag for row in banks for tag in bank_search.tags_of(session(), row))),
    )  # fmt: skip


def _criteria(look: Look) -> str:
    missing = sorted(ALL_CRITERIA - {number for number in look.criteria if number is not None})
    if not missing:
        return _("The rows may draw questions on all 26 criteria.")
    if len(missing) > 5:
        return ngettext(
            "The rows may draw questions on %(num)s of the 26 criteria.",
            "The rows may draw questions on %(num)s of the 26 criteria.",
            len(ALL_CRITERIA) - len(missing),
        )
    return _(
        "No row may draw a question on: %(missing)s.", missing=listed(question_words.criterion(one) for one in missing)
    )


def _both(hint: str, more: str) -> str:
    return _("%(hint)s %(more)s", hint=hint, more=more) if more else hint


def _here(count: int) -> str:
    return ngettext("The rows may draw from %(num)s of them.", "The rows may draw from %(num)s of them.", count)


def _tagged(look: Look, tag: str | None) -> str:
    tag = (tag or "").strip()
    count = look.tags.get(tag, 0)
    return ngettext("%(num)s question has this tag.", "%(num)s questions have this tag.", count) if tag else ""


def _tags(text: str | None) -> tuple[str, ...]:
    parts = (part.strip() for part in _COMMAS.split(text or ""))
    return tuple(dict.fromkeys(part for part in parts if part))[:MOST_TAGS]
