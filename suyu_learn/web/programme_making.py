"""Organizers make programmes: begun blank or from a template, written as one form with all stages and parts.

Only the buttons that keep something store it; the others work on what was typed and show it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import redirect, request

from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.domain.programmes import (
    MOST_PARTS,
    MOST_STAGES,
    HoursScope,
    PartKind,
    Plan,
    Stage,
    account,
    filled_up,
    worth,
)
from suyu_learn.models import Programme, ProgrammeState, Role
from suyu_learn.services import (
    exam_lists,
    grants,
    programme_templates,
    programme_writing,
    programmes,
    units,
)
from suyu_learn.web import context, problems, programme_plans, programme_rows, programme_words, words
from suyu_learn.web.acting import actor
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.programmes import begin_form, head_data, head_form, head_in
from suyu_learn.web.i18n import _, credit_hours, language, listed, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, Choice, MessageKind
from suyu_learn.web.pages.programmes import (
    EditProgrammePage,
    NewProgrammePage,
    OfferedTemplate,
    PartRow,
    StageRow,
    StoredMeanwhile,
)
from suyu_learn.web.programme_desk import ORGANIZERS, empty_event_title, managed, programme_trail, store
from suyu_learn.web.programme_rows import TypedPart, TypedStage, sorted_out
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import decimal_of

routes = Routes()

_OF_A_COURSE = "course:"
"""Before the number of a course, where a programme is begun from it instead of from a template."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What parts can be chosen: courses and exams with their labels, and the titles that parts get of them."""

    courses: tuple[tuple[int, str], ...]
    exams: tuple[tuple[int, str], ...]
    titles: dict[tuple[PartKind, int], str]

    def of(self, kind: PartKind) -> tuple[tuple[int, str], ...]:
        """What a part of a kind can be."""
        return {PartKind.COURSE: self.courses, PartKind.EXAM: self.exams}.get(kind, ())


@routes.get("/manage/programmes/new", access=ORGANIZERS)
def new_programme() -> str:
    """The templates to begin with, and the course from whose page one comes, chosen already."""
    form = _begin_form()
    code = _OF_A_COURSE + request.args.get("course", "")
    if _course_of(code) is not None:
        form["template"].data = code
    return _new_page(form)


@routes.post("/manage/programmes/new", access=ORGANIZERS, endpoint="new_programme_post")
def new_programme_post() -> Any:
    """Begin a programme, and go on in its form."""
    form = _begin_form()
    code = form["template"].data or ""
    template, course = programme_templates.shipped().get(code), _course_of(code)
    known = not code or template is not None or course is not None
    if not form.validate() or not known:
        if not known:
            form.refuse(Problem("programme.no_template"))
        return _new_page(form), 422
    absent: Sequence[str] = ()
    plan = Plan(_("New programme"), stages=(Stage(_("Contents of the training")),))
    if course is not None:
        plan, code = programme_templates.of_a_course(session(), *course, rules=learn().credit), ""
    elif template is not None:
        begun = programme_templates.begun(session(), template, lang=language(), rules=learn().credit)
        plan, absent = begun.plan, begun.absent
    made = programme_writing.begin(session(), actor(), _unit(form), plan, template=code, now=now())
    if absent:
        say(MessageKind.WARNING, _("These courses of the template are not here, so they were left out: %(courses)s.",
                                   courses=listed(absent)))  # fmt: skip
    return redirect(link("edit_programme", key=made.key), code=303)


@routes.get("/manage/programmes/<key>/edit", access=ORGANIZERS)
def edit_programme(key: str) -> str:
    """All of a programme as one form."""
    programme = managed(key)
    plan = programmes.plan_of(session(), programme)
    base = programme_writing.fingerprint(programme, plan)
    return _Editing(programme, head_form(head_data(plan)), programme_rows.typed(plan), base).page()


@routes.post("/manage/programmes/<key>/edit", access=ORGANIZERS, endpoint="edit_programme_post")
def edit_programme_post(key: str) -> Any:
    """Keep what was typed, publish it too, or only work on its rows."""
    here = _Editing(managed(key, hold=True), head_form(), programme_rows.read(request.form),
                    request.form.get("base", ""))  # fmt: skip
    pressed = programme_rows.button(request.form.get("action", ""))
    if pressed.act not in ("save", "publish"):
        return here.worked_on(pressed)
    return here.kept(publishing=pressed.act == "publish")


class _Editing:
    """A programme in its form, with what was typed."""

    def __init__(self, programme: Programme, form: Form, stages: tuple[TypedStage, ...], base: str) -> None:
        self.programme, self.form, self.stages, self.base = programme, form, stages, base
        self.key = programme.key
        self.offers = _offers(programmes.plan_of(session(), programme))

    def worked_on(self, pressed: programme_rows.Button) -> str:
        """The page after rows were added, moved, removed or filled; nothing is stored."""
        former = self.stages
        if pressed.act == "fill":
            full = filled_up(self.planned().plan, empty_event_title(), only=pressed.stage or None)
            self.stages = tuple(
                replace(row, parts=(*row.parts, *_new_rows(stage, row)))
                for row, stage in zip(self.stages, full.stages, strict=True)
            )
        else:
            self.stages = programme_rows.worked_on(self.stages, pressed)
        if programme_rows.are_too_many(self.stages):
            self.stages = former
            return self.page([Problem("programme.too_many", stages=MOST_STAGES, parts=MOST_PARTS)], unsaved=True)
        return self.page(unsaved=True)

    def kept(self, *, publishing: bool) -> Any:
        """Store what was typed, or show it again with what is wrong."""
        valid, read = self.form.validate(), self.planned()
        head, faults = self._head() if valid else ({}, [])
        if not valid or faults or read.faults:
            return self.page([*faults, *read.faults]), 422
        wanted = replace(read.plan, **head)
        stored = programmes.plan_of(session(), self.programme)
        if self.base != programme_writing.fingerprint(self.programme, stored):
            return self.page([Problem("programme.changed_meanwhile")], meanwhile=stored), 409
        try:
            store(self.programme, wanted)
            if publishing:
                programme_writing.publish(session(), self.programme, actor=actor(), now=now(), rules=learn().credit)
        except (Problem, Problems) as found:
            wrong = sorted_out(found)
            if any(problems.status(one) == 404 for one in wrong):
                raise
            context.close()
            self.programme = managed(self.key)
            return self.page(wrong), 422
        say(MessageKind.SUCCESS, _("“%(title)s” is published. Now it can be given to people.", title=wanted.title)
            if publishing else _("Saved."))  # fmt: skip
        return redirect(link("manage_programme", key=self.key), code=303)

    def planned(self) -> _Planned:
        """The stages that were typed, with what their account needs of the head.

        A course whose hours were left open counts as long as it takes.
        """
        said = programme_rows.planned(self.stages, self.offers.titles)
        plan = programmes.looked_up(session(), Plan(self.programme.title, tuple(said.stages), **self._scope()))
        stages = tuple(
            replace(stage, parts=tuple(
                replace(part, hours=worth(part, learn().credit)) if (place, at) in said.open_hours else part
                for at, part in enumerate(stage.parts, start=1)
            ))
            for place, stage in enumerate(plan.stages, start=1)
        )  # fmt: skip
        return _Planned(replace(plan, stages=stages), said.faults)

    def _head(self) -> tuple[dict[str, Any], list[Problem]]:
        """What was typed above the stages, or what cannot be read of it."""
        try:
            return head_in(self.form), []
        except Problem as problem:
            return {}, [problem]

    def _scope(self) -> dict[str, Any]:
        """The hours due and which count, as far as they can be read."""
        counts = HoursScope.ALL if self.form["counts"].data == HoursScope.ALL.value else HoursScope.PARTS
        try:
            return {"hours": programme_rows.hours_of(self.form["hours"].data or "", "hours"), "counts": counts}
        except Problem:
            return {"counts": counts}

    def page(self, wrong: Iterable[Problem] = (), *, unsaved: bool = False, meanwhile: Plan | None = None) -> str:
        """The form with what was typed."""
        errors, elsewhere = self._sorted(wrong)
        state = self.programme.state
        base = self.base
        if meanwhile is not None:
            base = programme_writing.fingerprint(self.programme, meanwhile)
        return render("programmes/manage_edit.html", EditProgrammePage(
            title=self.programme.title,
            trail=programme_trail((self.programme.title, link("manage_programme", key=self.key))),
            form=self.form,
            base=base,
            post_url=link("edit_programme_post", key=self.key),
            cancel_url=link("manage_programme", key=self.key),
            stages=self._stage_rows(errors),
            saves=_("Save") if state is ProgrammeState.DRAFT else _("Save, and let it hold from now on"),
            publishes=_("Save and publish") if state is ProgrammeState.DRAFT else "",
            published=state is not ProgrammeState.DRAFT,
            unsaved=unsaved,
            errors=elsewhere,
            meanwhile=None if meanwhile is None else StoredMeanwhile(
                programme_plans.how_it_counts(meanwhile), programme_plans.outline(meanwhile)),
        ))  # fmt: skip

    def _sorted(self, wrong: Iterable[Problem]) -> tuple[dict[str, str], tuple[Action, ...]]:
        """Problems at the fields of the head, and those of rows by their fields, with the way to each."""
        errors: dict[str, str] = {}
        ways = []
        for one in wrong:
            field, said = one.place.field, problems.sentence(one)
            if field in self.form or not field:
                self.form.refuse(one)
                continue
            errors[field] = f"{errors[field]} {said}" if field in errors else said
            ways.append(Action(said, f"#{field}"))
        return errors, tuple(ways)

    def _stage_rows(self, errors: dict[str, str]) -> tuple[StageRow, ...]:
        plan = self.planned().plan
        rows = []
        for place, (row, stage, its) in enumerate(zip(self.stages, plan.stages, account(plan).stages, strict=True), 1):
            at = f"s{place}"
            rows.append(StageRow(
                at=at, number=str(place), ways=programme_rows.ways_of_a_stage(self.stages, place),
                id=row.id, title=row.title, hours=row.hours, electives=row.electives,
                parts=tuple(
                    self._part_row(place, spot, part, number(worth(made, learn().credit)), errors)
                    for spot, (part, made) in enumerate(zip(row.parts, stage.parts, strict=True), 1)
                ),
                account=programme_plans.account_line(its), short=bool(its.missing),
                errors=_of(errors, f"{at}-"),
            ))  # fmt: skip
        return tuple(rows)

    def _part_row(self, stage: int, spot: int, part: TypedPart, takes: str, errors: dict[str, str]) -> PartRow:
        at = f"s{stage}-p{spot}"
        offered, own = self.offers.of(part.kind), _of(errors, f"{at}-")
        word = programme_words.kind(part.kind)
        chosen = self.offers.titles.get((part.kind, int(part.which or 0)), "") if part.which.isdecimal() else ""
        hint = _("It takes %(hours)s at the most; empty: just that.", hours=takes) if chosen else ""
        return PartRow(
            at=at, number=f"{stage}.{spot}", ways=programme_rows.ways_of_a_part(self.stages, stage, spot),
            act=f"{stage}-{spot}", id=part.id, kind=part.kind.value, kind_word=word,
            heading=f"{word} · {chosen or part.title}" if chosen or part.title else word,
            which=(Choice("", _("Choose ...")), *(
                Choice(str(value), label, str(value) == part.which) for value, label in offered
            )) if part.kind in (PartKind.COURSE, PartKind.EXAM) else (),
            title=part.title, hours=part.hours, brings=_said_hours(part), content=part.content,
            required=part.required, errors=own,
            hours_hint=hint if part.kind is PartKind.COURSE else "",
            open=bool(own) or not (chosen or part.title),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Planned:
    """What was typed, as a plan, with what could not be read."""

    plan: Plan
    faults: list[Problem]


def _of(errors: dict[str, str], ahead: str) -> dict[str, str]:
    """The errors of one row by the names of its fields."""
    return {field.removeprefix(ahead): said for field, said in errors.items() if field.startswith(ahead)}


def _said_hours(part: TypedPart) -> str:
    hours = decimal_of(part.hours)
    return credit_hours(hours) if hours else ""


def _new_rows(stage: Stage, row: TypedStage) -> tuple[TypedPart, ...]:
    return tuple(
        TypedPart(part.kind, title=part.title, hours=number(part.hours)) for part in stage.parts[len(row.parts) :]
    )


def _offers(plan: Plan) -> Offers:
    """Shown courses and own exams, and what is part of the programme already."""
    parts = [part for part in plan.parts if part.course_id or part.exam_id]
    courses = {course.id: version.title for course, version in programmes.shown_courses(session())}
    exams = {exam.id: exam.title for exam in exam_lists.within(session(), actor())}
    for part in parts:
        there = courses if part.kind is PartKind.COURSE else exams
        there.setdefault(part.course_id or part.exam_id or 0, part.title)
    titles = {(PartKind.COURSE, one): title for one, title in courses.items()}
    titles |= {(PartKind.EXAM, one): title for one, title in exams.items()}
    return Offers(tuple(courses.items()), tuple(exams.items()), titles)


def _begin_form() -> Form:
    choices = [(code, template.title.of(language())) for code, template in programme_templates.shipped().items()]
    return begin_form(choices, units.choices(session(), grants.reach(session(), actor(), Role.ORGANIZER)))


def _course_of(code: str) -> tuple[int, str] | None:
    """The published course that a programme is begun from, and its title."""
    number_ = code.removeprefix(_OF_A_COURSE) if code.startswith(_OF_A_COURSE) else ""
    shown = {course.id: version.title for course, version in programmes.shown_courses(session())} if number_ else {}
    return next(((one, title) for one, title in shown.items() if str(one) == number_), None)


def _unit(form: Form) -> int:
    if "unit" in form:
        return int(form["unit"].data)
    only = units.choices(session(), grants.reach(session(), actor(), Role.ORGANIZER))
    if not only:
        raise Problem("programme.no_unit")
    return only[0][0].id


def _new_page(form: Form) -> str:
    chosen = form["template"].data or ""
    course = _course_of(chosen)
    return render("programmes/manage_new.html", NewProgrammePage(
        trail=programme_trail(),
        form=form,
        blank=not chosen,
        course=Choice(chosen, course[1], chosen=True) if course is not None else None,
        templates=tuple(
            OfferedTemplate(
                code, one.title.of(language()),
                (_(words.AUDIENCES[one.audience]), credit_hours(one.hours),
                 _("checked on %(day)s", day=programme_words.day(one.checked))),
                one.summary.of(language()), one.basis.of(language()), code == chosen,
            )
            for code, one in programme_templates.shipped().items()
        ),
    ))  # fmt: skip
