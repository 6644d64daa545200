"""The kinds of exam to choose from at the top of the form, and what choosing one fills in."""

from __future__ import annotations

from dataclasses import replace

from suyu_learn.domain.rounding import ONE, half_up
from suyu_learn.models import Purpose
from suyu_learn.services import exam_presets
from suyu_learn.services.exam_plans import Plan
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exams import lock, put
from suyu_learn.web.i18n import N_, _
from suyu_learn.web.pages.exam_managing import PresetChoice

ACTION = "preset-"
NAMES = {
    Purpose.ASSESSMENT: N_("Assessment"),
    Purpose.EXAM: N_("Formal exam"),
    Purpose.TRAINING: N_("End of a training"),
    Purpose.PRACTICE: N_("Practice exam"),
}
_MEANS = {
    Purpose.ASSESSMENT: N_(
        "Measures how things stand. Locked: one attempt, and neither score nor answers are ever shown. Filled in, and "
        "yours to change: the same questions for everybody, and people are asked about themselves."
    ),
    Purpose.EXAM: N_("One attempt; the score at once, right answers after the closing."),
    Purpose.TRAINING: N_(
        "Up to three attempts of which the best counts; half the points for some of several right options."
    ),
    Purpose.PRACTICE: N_("As often as one likes; score, right answers and explanations at once."),
}


def choices(chosen: str) -> tuple[PresetChoice, ...]:
    """The kinds with what each means."""
    now = exam_presets.purpose_of(chosen)
    return tuple(PresetChoice(ACTION + one, _(NAMES[one]), _(_MEANS[one]), one is now) for one in Purpose)


def asked(action: str) -> Purpose | None:
    """The kind whose button was pressed."""
    value = action.removeprefix(ACTION)
    return Purpose(value) if action.startswith(ACTION) and value in list(Purpose) else None


def fill(form: Form, purpose: Purpose) -> None:
    """Give the form the settings of a kind; everything else stays as typed, a pass mark of one's own too."""
    put(form, "purpose", purpose)
    for name, value in exam_presets.PRESETS[purpose].items():
        put(form, name, value)
    usual = {share * 100 for share in (exam_presets.USUAL_PASS, exam_presets.SAFETY_PASS)}
    if form["pass_mark"].data is None or form["pass_mark"].data in usual:
        share = exam_presets.usual_pass_share(form["audiences"].data or ())
        if share == exam_presets.SAFETY_PASS or form["pass_mark"].data is None:
            put(form, "pass_mark", half_up(share * 100, ONE))
    if purpose is Purpose.ASSESSMENT and not form["about_reason"].data:
        put(form, "about_reason", _reason())


def with_reason(plan: Plan) -> Plan:
    """The plan, with why people are asked about themselves where they are."""
    return replace(plan, about_reason=_reason()) if plan.ask_about and not plan.about_reason else plan


def _reason() -> str:
    return _("Only for statistics by group, such as age or schooling: it does not enter your "
             "record, and figures of few people are shown to nobody.")  # fmt: skip


def narrow(form: Form) -> None:
    """Leave in the form what can be chosen for its kind of exam."""
    lock(form, assessment=form["purpose"].data == Purpose.ASSESSMENT)
