"""Rules and conditions as a refusal names them, in words."""

from __future__ import annotations

from suyu_learn.domain.papers.conflict import Demand
from suyu_learn.web import question_words
from suyu_learn.web.i18n import N_, _, listed

DEMANDS = {
    "anchors": N_("the %(wanted)s questions for every paper"),
    "between": N_("%(least)s to %(most)s questions of the dimension “%(dimension)s”"),
    "criteria": N_("a question on each of %(wanted)s criteria"),
    "exact": N_("exactly %(wanted)s questions of the dimension “%(dimension)s”"),
    "exclusion": N_("at most one question with the tag “%(name)s”"),
    "least": N_("at least %(wanted)s questions of the dimension “%(dimension)s”"),
    "most": N_("at most %(wanted)s questions of the dimension “%(dimension)s”"),
    "rule": N_("row %(rules)s (%(asked)s drawn)"),
    "rules": N_("rows %(rules)s (%(asked)s drawn)"),
    "true_false": N_("at most %(percent)s %% true/false questions"),
}


def said(demand: Demand) -> str:
    """A demand in the language of the page."""
    rules = demand.values.get("rules", ())
    kind = "rule" if isinstance(rules, tuple) and len(rules) == 1 else demand.kind
    return _(DEMANDS[kind], **{name: _value(name, value) for name, value in demand.values.items()})


def _value(name: str, value: object) -> object:
    if name == "dimension":
        return question_words.dimension(value)
    return listed(str(one) for one in value) if isinstance(value, tuple) else value
