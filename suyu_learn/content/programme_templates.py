"""Templates of programmes, one a file in `programme_templates/`: legal basis, hours, and what has to be taught."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from suyu_learn.content.template_tables import Table, Worded, open_file, read_folder
from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.programmes import (
    HoursScope,
    Part,
    PartKind,
    Plan,
    Repeats,
    Stage,
    beyond_bounds,
    faults,
)

_TOP = frozenset({
    "code", "title", "summary", "audience", "basis", "in_force", "source", "checked", "to_check", "note", "hours",
    "counts", "repeats", "window_years", "valid_months", "in_order", "en", "stage",
})  # fmt: skip
_STAGE = frozenset({"title", "hours", "electives", "en", "part"})
_PART = frozenset({"kind", "title", "course", "hours", "required", "content", "en"})


@dataclass(frozen=True, slots=True)
class TemplatePart:
    """What is done in a stage; a course by the folder of its pack, as `workers/new-worker-safety`."""

    kind: PartKind
    title: Worded
    hours: Decimal
    required: bool = True
    content: Worded = Worded()
    course: str = ""


@dataclass(frozen=True, slots=True)
class TemplateStage:
    """One step."""

    title: Worded
    hours: Decimal
    electives: int
    parts: tuple[TemplatePart, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A programme that organizers begin with, and change as they like."""

    code: str
    title: Worded
    summary: Worded
    audience: str
    basis: Worded
    in_force: date | None
    source: str
    checked: date
    to_check: bool
    """Whether an organizer has to check what it says before relying on it."""
    note: Worded
    hours: Decimal
    counts: HoursScope
    repeats: Repeats
    window_years: int
    valid_months: int | None
    in_order: bool
    stages: tuple[TemplateStage, ...]

    @property
    def courses(self) -> tuple[str, ...]:
        """The course packs that it names."""
        return tuple(part.course for stage in self.stages for part in stage.parts if part.course)


def read_templates(folder: Path) -> list[Template]:
    """Every template of a folder by its code; raises Problems that tell every fault with file and key."""
    return read_folder(folder, lambda path, base: read_template(path, base=base))


def read_template(path: Path, *, base: Path) -> Template:
    """One template; raises Problems."""
    table = open_file(path, base, _TOP)
    made = Template(
        code=table.text("code"),
        title=table.worded("title"), summary=table.worded("summary"), audience=table.text("audience"),
        basis=table.worded("basis"), in_force=table.day("in_force", needed=False), source=table.text("source"),
        checked=table.day("checked") or date.min, to_check=table.truth("to_check"),
        note=table.worded("note", needed=False), hours=table.number("hours"),
        counts=table.one_of("counts", HoursScope, HoursScope.PARTS),
        repeats=table.one_of("repeats", Repeats, Repeats.ONCE), window_years=table.whole("window_years", 1),
        valid_months=table.whole("valid_months", 0) or None, in_order=table.truth("in_order"),
        stages=tuple(_stage(one) for one in table.tables("stage", _STAGE)),
    )  # fmt: skip
    if table.problems:
        raise Problems(table.problems)
    return made


def check(template: Template, file: str, *, seconds: Mapping[str, int], audiences: Collection[str]) -> list[Problem]:
    """What is wrong with a template beside its form: hours that do not add up, courses that are not there.

    `seconds` are how long each course pack takes at the standard pace.
    """
    found = []
    if template.audience not in audiences:
        found.append(Problem("template.audience", place=Place(file=file, field="audience"), value=template.audience))
    found += [
        Problem("template.course_unknown", place=Place(file=file, field="course"), value=course)
        for course in template.courses
        if course not in seconds
    ]
    courses = {
        course: Part(PartKind.COURSE, course, course_id=number, seconds=taken)
        for number, (course, taken) in enumerate(seconds.items(), start=1)
    }
    plan = plan_of(template, "zh_Hans", courses)
    said = [*beyond_bounds(plan), *faults(plan, CreditRules())]
    return found + [one.at(Place(file=file, field=one.place.field)) for one in said]


def plan_of(template: Template, lang: str, courses: Mapping[str, Part]) -> Plan:
    """The plan that a template makes; `courses` has a part for each pack that is there, others are left out."""
    stages = []
    for stage in template.stages:
        parts = []
        for one in stage.parts:
            if one.course and one.course not in courses:
                continue
            part = courses[one.course] if one.course else Part(one.kind, one.title.of(lang))
            parts.append(replace(part, hours=one.hours, required=one.required, content=one.content.of(lang)))
        stages.append(Stage(stage.title.of(lang), stage.hours, stage.electives, tuple(parts)))
    return Plan(
        title=template.title.of(lang), stages=tuple(stages), summary=template.summary.of(lang),
        legal_basis=template.basis.of(lang), basis_day=template.in_force, hours=template.hours, counts=template.counts,
        repeats=template.repeats, window_years=template.window_years, valid_months=template.valid_months,
        in_order=template.in_order,
    )  # fmt: skip


def _stage(table: Table) -> TemplateStage:
    return TemplateStage(
        table.worded("title"), table.number("hours"), table.whole("electives", 0),
        tuple(_part(one) for one in table.tables("part", _PART)),
    )  # fmt: skip


def _part(table: Table) -> TemplatePart:
    kind = table.one_of("kind", PartKind, None)
    course = table.text("course") if kind is PartKind.COURSE else ""
    if kind is PartKind.EXAM:
        table.fault("template.one_of", "kind", values="course, event, sign_off")
    return TemplatePart(
        kind, table.worded("title", needed=not course), table.number("hours"), table.truth("required", True),
        table.worded("content", needed=False), course,
    )  # fmt: skip
