"""What a programme asks for, in words: hours and how they count, its account, its stages as an outline."""

from __future__ import annotations

from suyu_learn.domain.programmes import HoursScope, Part, PartKind, Plan, Repeats, Stage, StageAccount, account
from suyu_learn.models import Programme, ProgrammeState
from suyu_learn.web import programme_words
from suyu_learn.web.i18n import N_, _, credit_hours, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Alignment, Column, Row
from suyu_learn.web.pages.programmes import HoursTable, OutlinedPart, OutlinedStage

STATES = {
    ProgrammeState.DRAFT: N_("Draft: nobody can be given it yet"),
    ProgrammeState.PUBLISHED: N_("Published"),
    ProgrammeState.CLOSED: N_("Closed: nobody is given it any more; who has it can complete it"),
}


def state(programme: Programme) -> str:
    """Where a programme stands."""
    return _(STATES[programme.state])


def how_it_counts(plan: Plan) -> tuple[Row, ...]:
    """Hours, repetition and validity, each with its label."""
    counts = _("Those of its own parts")
    if plan.counts is HoursScope.ALL:
        counts = ngettext("All of the person's hours in the calendar year",
                          "All of the person's hours in %(num)s calendar years", plan.window_years)  # fmt: skip
    rows = [
        Row(_("Hours due"), credit_hours(plan.hours) if plan.hours else _("none; only the parts count")),
        Row(_("Which hours count"), counts),
        Row(_("How often"), _("Each calendar year anew") if plan.repeats is Repeats.YEARLY else _("Once")),
    ]
    if plan.valid_months is not None:
        rows.append(Row(_("Valid for"), ngettext("%(num)s month", "%(num)s months", plan.valid_months)))
    if len(plan.stages) > 1:
        order = _("one stage after the other") if plan.in_order else _("in any order")
        rows.append(Row(_("Stages"), f"{len(plan.stages)} · {order}"))
    return tuple(rows)


def basis_facts(plan: Plan) -> tuple[Row, ...]:
    """Since when the basis is in force, if it is known."""
    return (Row(_("In force since"), programme_words.day(plan.basis_day)),) if plan.basis_day is not None else ()


def outline(plan: Plan) -> tuple[OutlinedStage, ...]:
    """The stages with their parts."""
    return tuple(_stage(stage) for stage in plan.stages)


def _stage(stage: Stage) -> OutlinedStage:
    facts = [credit_hours(stage.hours)] if stage.hours else []
    if stage.elective:
        chosen = _("%(count)s of the elective parts", count=stage.electives)
        facts.append(chosen if stage.electives else _("elective parts as one likes"))
    return OutlinedStage(stage.title, tuple(facts), tuple(_part(part) for part in stage.parts))


def _part(part: Part) -> OutlinedPart:
    facts = [credit_hours(part.hours)] if part.hours else []
    if not part.required:
        facts.append(_("elective"))
    if not part.available:
        facts.append(_("learners cannot open it"))
    url = ""
    if part.available and part.kind is PartKind.COURSE:
        url = link("course", slug=part.slug)
    elif part.available and part.kind is PartKind.EXAM:
        url = link("exam", exam_id=part.exam_id)
    return OutlinedPart(programme_words.kind(part.kind), part.title, tuple(facts), part.content, url)


def hours_table(plan: Plan) -> HoursTable:
    """Due, online, events, sign-offs, and what is missing or too much, by stage and together."""
    made = account(plan)
    labels = (_("Hours due"), _("Online"), _("Events"), _("Taught at work"), _("Balance"))
    rows = [_cells(stage.title, one) for stage, one in zip(plan.stages, made.stages, strict=True)]
    if len(rows) != 1 or plan.hours != plan.stages[0].hours:
        rows.append(_cells(_("Together"), made.whole))
    note = ""
    if plan.counts is HoursScope.ALL:
        note = _("All hours of a person count here, so the parts need not bring them.")
    return HoursTable((Column(_("Stage")), *(Column(label, Alignment.NUMBER) for label in labels)), tuple(rows), note)


def _cells(label: str, one: StageAccount) -> tuple[str, ...]:
    return (label, number(one.due), number(one.online), number(one.events), number(one.sign_offs), balance(one))


def balance(one: StageAccount) -> str:
    """What is missing or too much, in words."""
    if one.missing:
        return _("%(hours)s missing", hours=number(one.missing))
    if one.over:
        return _("%(hours)s too much", hours=number(one.over))
    return _("adds up") if one.asked else _("not asked")


def account_line(one: StageAccount) -> str:
    """The account of a stage in one line."""
    return _(
        "Due %(due)s · online courses %(online)s · events %(events)s · signed %(signed)s · %(balance)s",
        due=number(one.due), online=number(one.online), events=number(one.events), signed=number(one.sign_offs),
        balance=balance(one),
    )  # fmt: skip
