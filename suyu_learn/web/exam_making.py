"""Making an exam: the form, the check before publishing, the trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions import PartialCredit
from suyu_learn.models import Bank, Counts, Exam, ExamState, PaperMode, Person, Purpose, Role, Shown, Unit
from suyu_learn.services import (
    exam_appeals,
    exam_checks,
    exam_delivery,
    exam_integrity,
    exam_lists,
    exam_plans,
    exam_proposals,
    exam_reach,
    exam_times,
    paper_trials,
    pick_plans,
    ready_papers,
    sitting,
)
from suyu_learn.services import exam_presets as presets
from suyu_learn.services.exam_checks import Finding, Severity
from suyu_learn.services.exam_plans import Plan, RulePlan
from suyu_learn.web import (
    audiences,
    context,
    exam_conditions,
    exam_facts,
    exam_kept,
    exam_leads,
    exam_presets,
    exam_rows,
    exam_rules,
)
from suyu_learn.web.access import holding
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.exam_rules import TypedRow
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exam_appeals import appeals_in
from suyu_learn.web.forms.exam_delivery import delivery_in
from suyu_learn.web.forms.exams import due_in, plan_form, put, retake_in, utc
from suyu_learn.web.forms.integrity import integrity_in
from suyu_learn.web.i18n import _, language, ngettext, number
from suyu_learn.web.identity import current_person
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Choice, MessageKind
from suyu_learn.web.pages.exam_managing import Advice, CheckPage, PlanPage, ReadyPaper
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

ORGANIZERS = holding(Role.ORGANIZER, Role.UNIT_MANAGER, Role.ADMIN)


@routes.get("/manage/exams/new", access=ORGANIZERS)
def new_exam() -> str:
    """An exam with its usual values, drawn from the banks named in the address, or else from those last used."""
    wanted = [value for value in request.args.getlist("bank") if is_number(value)]
    usable = exam_reach.usable_banks(session(), organizer())
    banks = [one for one in usable if str(one.id) in wanted]
    banks = banks or exam_proposals.proposed_banks(session(), organizer(), usable)
    unit = exam_plans.home_of(session(), organizer(), banks)
    settings = learn().settings
    plan = exam_plans.suggested(
        session(), banks, actor=organizer(), unit=unit, contact=(settings.contact_name, settings.contact_phone),
        now=now(),
    )  # fmt: skip
    ready = {one.code: one for one in ready_papers.offered(usable)}.get(request.args.get("ready", ""))
    if ready is not None:
        plan = exam_presets.with_reason(ready_papers.begun(ready, plan, usable, lang=language()))
    rows = exam_rules.typed(plan.rules) or [TypedRow(bank=str(one.id), open=True) for one in banks[:1]]
    return _page(None, _form(plan, unit), rows)


@routes.post("/manage/exams/new", access=ORGANIZERS, endpoint="new_exam_post")
def new_exam_post() -> Any:
    """Keep the draft, publish it, or only work on its rows."""
    return _received(None)


@routes.get("/manage/exams/<int:exam_id>/edit", access=ORGANIZERS)
def edit_exam(exam_id: int) -> Any:
    """The form of a draft; what is published is changed elsewhere."""
    exam = managed(exam_id)
    if exam.state is not ExamState.DRAFT:
        return redirect(link("change_exam", exam_id=exam.id), code=303)
    plan = exam_plans.plan_of(session(), exam)
    unit = session().get(Unit, exam.unit_id) if exam.unit_id else None
    return _page(exam, _form(plan, unit), exam_rules.typed(plan.rules), more=request.args.get("more") == "1")


@routes.post("/manage/exams/<int:exam_id>/edit", access=ORGANIZERS, endpoint="edit_exam_post")
def edit_exam_post(exam_id: int) -> Any:
    """The same for a draft that is there."""
    return _received(managed(exam_id))


@routes.get("/manage/exams/<int:exam_id>/check", access=ORGANIZERS)
def check_exam(exam_id: int) -> Any:
    """What is to be mended or confirmed before publishing."""
    exam = managed(exam_id)
    if exam.state is not ExamState.DRAFT:
        return redirect(link("managed_exam", exam_id=exam.id), code=303)
    found = exam_checks.findings(
        session(), exam, now=now(), versions=learn().versions, contact=learn().settings.contact_phone
    )
    return _check_page(exam, found)


@routes.post("/manage/exams/<int:exam_id>/publish", access=ORGANIZERS)
def publish_exam(exam_id: int) -> Any:
    """Publish; warnings are shown first unless they were just read."""
    return _publish(managed(exam_id), confirmed=request.form.get("confirmed") == "1")


@routes.post("/manage/exams/<int:exam_id>/trial", access=ORGANIZERS)
def try_exam(exam_id: int) -> Response:
    """A sitting of the organizer's own that counts nowhere; each begins anew."""
    exam = managed(exam_id)
    here = learn()
    here.pools.forget(exam.paper_id)
    sitting.end_trial(session(), exam, organizer(), now=now(), versions=here.versions)
    attempt = sitting.start(
        session(), exam, organizer(), now=now(), grace=here.grace, versions=here.versions, pools=here.pools, trial=True
    )
    return redirect(link("attempt", key=attempt.key), code=303)


def organizer() -> Person:
    """Who is signed in; every route here asks for a role."""
    person = current_person()
    if person is None:
        raise Problem("sign_in.needed")
    return person


def managed(exam_id: int, *, deleted: bool = False) -> Exam:
    """One exam within reach."""
    return exam_lists.managed(session(), organizer(), exam_id, deleted=deleted)


def ticks(pairs: Sequence[tuple[Any, str, int]], chosen: Sequence[Any] | None) -> tuple[Choice, ...]:
    """Boxes to tick: value, label, depth."""
    marked = {str(one) for one in chosen or ()}
    return tuple(Choice(str(value), label, str(value) in marked, depth) for value, label, depth in pairs)


def unit_pairs() -> list[tuple[int, str, int]]:
    """Units within reach with their depth below the highest of them."""
    units = exam_reach.units_within(session(), organizer())
    shallow = min((one.path.count("/") for one in units), default=0)
    return [(one.id, one.name, one.path.count("/") - shallow) for one in units]


def audience_pairs() -> list[tuple[str, str, int]]:
    """Audiences by name."""
    return [(code, name, 0) for code, name in audiences.names().items()]


def _form(plan: Plan | None, unit: Unit | None) -> Form:
    data: Mapping[str, Any] | None = None
    if plan is not None:
        data = {
            **{name: getattr(plan, name) for name in (
                "title", "minutes", "opens_at", "closes_at", "freeze_at", "attempts_allowed", "shuffle_questions",
                "shuffle_options", "ask_about", "about_reason", "entry_account", "entry_number", "entry_open",
                "contact_name", "contact_phone", "notice", "results_at", "two_markers", *exam_times.FIELDS,
                *exam_delivery.FIELDS, *exam_integrity.FIELDS, *exam_appeals.FIELDS)},
            **{name: getattr(plan, name).value for name in (
                "purpose", "counts", "mode", "partial_credit", "show_score", "show_key", "show_explanation")},
            "pass_mark": share_to_percent(plan.pass_share), "marks_apart": share_to_percent(plan.marks_apart),
            "retake_for": plan.retake_for or "",
            **exam_conditions.data(plan.conditions),
            "unit": unit.id if unit else None, "units": list(plan.unit_ids), "audiences": list(plan.audiences),
        }  # fmt: skip
    form = _whole_form(data, unit)
    exam_presets.narrow(form)
    return form


def _whole_form(data: Mapping[str, Any] | None, unit: Unit | None) -> Form:
    """The form, in which an exam of a unit that has been closed since can stay with it."""
    units = [(value, "\u3000" * depth + label) for value, label, depth in unit_pairs()]
    if unit is not None and unit.id not in [value for value, _label in units]:
        units.append((unit.id, _("%(unit)s (closed)", unit=unit.name)))
    return plan_form(units=units, audiences=[(code, name) for code, name, _ in audience_pairs()], data=data)


def _refilled(purpose: Purpose, unit: Unit | None) -> Form:
    form = _whole_form(None, unit)
    fixed = form["mode"].data == PaperMode.FIXED
    exam_presets.fill(form, purpose)
    if fixed:
        put(form, "mode", PaperMode.FIXED)
    exam_presets.narrow(form)
    return form


def share_to_percent(share: Decimal) -> Decimal:
    """0.6 as 60, without useless zeros."""
    percent = (share * 100).normalize()
    return percent.quantize(Decimal(1)) if percent == percent.to_integral_value() else percent


def _page(exam: Exam | None, form: Form, rows: Sequence[TypedRow], *, more: bool = False) -> str:
    usable = exam_reach.usable_banks(session(), organizer())
    former = exam_plans.plan_of(session(), exam).rules if exam is not None else ()
    kept = exam_reach.kept_banks(session(), former, usable)
    counted = exam_rules.counted(rows, usable, exam_conditions.checked(form), former=former, kept=kept)
    opened = request.form.getlist("open")
    kinds = exam_presets.choices(form["purpose"].data)
    drawn_from = [one for one in (*usable, *kept) if str(one.id) in {row.bank for row in rows}]
    page = PlanPage(
        heading=_("A new exam") if exam is None else _("Draft: %(title)s", title=exam.title),
        form=form,
        post_url=link("new_exam_post") if exam is None else link("edit_exam_post", exam_id=exam.id),
        rows=counted.rows,
        total=counted.total,
        hundred=counted.hundred,
        shortage=counted.shortage,
        conditions=exam_conditions.section(
            form,
            counted.look,
            drawn_from,
            opened="conditions" in opened or not exam_conditions.FIELDS.isdisjoint(form.errors),
        ),
        passages=counted.passages,
        units=ticks(unit_pairs(), form["units"].data),
        audiences=ticks(audience_pairs(), form["audiences"].data),
        presets=kinds,
        fixed=form["mode"].data == PaperMode.FIXED,
        picked=_picked(exam),
        picked_beyond=exam_kept.picks(exam, usable),
        kind=next(one.name for one in kinds if one.chosen),
        due=due_in(form),
        banks=exam_rows.offered(form, usable, rows),
        open=_opened(form, opened),
        open_rows="rows" in opened or any(row.errors for row in counted.rows),
        cancel_url=link("exam_list") if exam is None else link("managed_exam", exam_id=exam.id),
        open_more=more or "more" in opened,
        kept_units=exam_kept.units(exam, organizer()),
        ready=_ready(usable) if exam is None else (),
        banks_url="" if usable or kept else link("bank_list"),
    )
    return render("exams/manage_edit.html", page)


def _opened(form: Form, opened: Sequence[str]) -> frozenset[str]:
    """The folds that stood open, and those that hold something to be mended."""
    return frozenset(opened) | ({"due"} if _DUE.intersection(form.errors) else frozenset())


def _ready(usable: Sequence[Bank]) -> tuple[ReadyPaper, ...]:
    return tuple(
        ReadyPaper(one.title.of(language()), one.summary.of(language()), link("new_exam", ready=one.code),
                   one.code == request.args.get("ready"))
        for one in ready_papers.offered(usable)
    )  # fmt: skip


def _picked(exam: Exam | None) -> str:
    """What is picked for the paper, in words."""
    points = [one.points for one in (pick_plans.of_paper(exam.paper) if exam is not None else ()) if one.points]
    return _("%(questions)s, %(points)s points", points=number(sum(points, Decimal(0))),
             questions=ngettext("%(num)s question", "%(num)s questions", len(points)))  # fmt: skip


_DUE = {"unit", "units", "audiences", "freeze_at"}
_FIRST = _DUE | {"title", "minutes", "pass_mark", "opens_at", "closes_at", "mode", "csrf_token", ""}
"""What lies outside of “More”; the empty name is what belongs to no field, such as a row."""


def _received(exam: Exam | None) -> Any:
    if exam is not None and exam.state is not ExamState.DRAFT:
        raise Problem("exam.not_a_draft")
    home = session().get(Unit, exam.unit_id) if exam is not None and exam.unit_id is not None else None
    rows, form, action = exam_rules.read(request.form), _form(None, home), request.form.get("action", "save")
    if (purpose := exam_presets.asked(action)) is not None:
        return _page(exam, _refilled(purpose, home), rows, more=purpose is Purpose.ASSESSMENT)
    if action == "pick":
        put(form, "mode", PaperMode.FIXED)
    if action not in ("save", "publish", "pick"):
        usable = exam_reach.usable_banks(session(), organizer())
        return _page(exam, form, exam_rows.worked_on(form, rows, action, usable=usable))
    rules, faults = exam_rules.plans(rows)
    sound = form.validate()
    if faults:
        form.form_errors.append(" ".join(text for said in faults.values() for text in said))
    if sound and not faults:
        try:
            unit = _unit(form)
            plan = replace(_plan(form, rules), picks=pick_plans.of_paper(exam.paper) if exam is not None else ())
            stored = exam_plans.store(session(), plan, unit=unit, actor=organizer(), now=now(), exam=exam)
            learn().pools.forget(stored.paper_id)
            if action == "pick":
                return redirect(link("picks", exam_id=stored.id), code=303)
            return _publish(stored, confirmed=False) if action == "publish" else _kept(stored)
        except Problem as problem:
            exam_id = exam.id if exam is not None else None
            context.close()
            exam = managed(exam_id) if exam_id is not None else None
            form.refuse(problem)
    return _page(exam, form, rows, more=bool(set(form.errors) - _FIRST - exam_conditions.FIELDS)), 422


def _kept(exam: Exam) -> Response:
    say(MessageKind.SUCCESS, _("The draft is saved. Nobody sees it until it is published."))
    if kept := exam_kept.after_saving(exam, organizer()):
        say(MessageKind.TEACH, kept)
    return redirect(link("managed_exam", exam_id=exam.id), code=303)


def _unit(form: Form) -> Unit | None:
    chosen = form["unit"].data if "unit" in form else None
    return session().get(Unit, chosen) if chosen else None


def _plan(form: Form, rules: Sequence[RulePlan]) -> Plan:
    data = form.data
    free: dict[str, Any] = {
        name: kind(data[name])
        for name, kind in (("counts", Counts), ("partial_credit", PartialCredit), ("show_score", Shown),
                           ("show_key", Shown), ("show_explanation", Shown), ("attempts_allowed", int))
        if name in data
    }  # fmt: skip
    texts: dict[str, Any] = {
        name: (data.get(name) or "").strip() for name in ("notice", "contact_name", "contact_phone", "about_reason")
    }
    purpose = presets.purpose_of(data["purpose"] or "")
    if purpose is Purpose.ASSESSMENT:
        free = dict(presets.LOCKED)
    return Plan(
        title=data["title"].strip(),
        rules=tuple(rules),
        purpose=purpose,
        opens_at=utc(data["opens_at"]),
        closes_at=utc(data["closes_at"]),
        freeze_at=utc(data["freeze_at"]),
        entry_until=utc(data["entry_until"]),
        mode=PaperMode(data["mode"]),
        pass_share=data["pass_mark"] / 100,
        results_at=utc(data.get("results_at")),
        marks_apart=exam_plans.USUAL_APART if data["marks_apart"] is None else data["marks_apart"] / 100,
        unit_ids=tuple(data["units"] or ()),
        audiences=tuple(data["audiences"] or ()),
        conditions=exam_conditions.read(form),
        **texts,
        **{name: data[name] for name in (
            "minutes", "entry_minutes", "hand_in_minutes", "extra_past_closing", "shuffle_questions", "shuffle_options",
            "entry_account", "entry_number", "entry_open", "two_markers")},
        ask_about=data.get("ask_about", False),
        **retake_in(form),
        **integrity_in(form),
        **appeals_in(form),
        **delivery_in(form),
        **free,
    )  # fmt: skip


def _publish(exam: Exam, *, confirmed: bool) -> Any:
    found = exam_checks.publish(
        session(), exam, actor=organizer(), now=now(), versions=learn().versions,
        contact=learn().settings.contact_phone, confirmed=confirmed,
    )  # fmt: skip
    if found:
        return redirect(link("check_exam", exam_id=exam.id), code=303)
    say(MessageKind.SUCCESS, _("“%(title)s” is published.", title=exam.title))
    return redirect(link("managed_exam", exam_id=exam.id), code=303)


def _check_page(exam: Exam, found: Sequence[Finding]) -> str:
    def said(severity: Severity) -> tuple[Advice, ...]:
        return tuple(exam_leads.advice(exam, one) for one in found if one.severity is severity)

    main, others = exam_facts.to_publish(exam)
    hard = paper_trials.difficulty(session(), exam.paper, versions=learn().versions)
    return render(
        "exams/manage_check.html",
        CheckPage(
            title=exam.title,
            stops=said(Severity.STOP),
            warnings=said(Severity.WARNING),
            notes=said(Severity.NOTE),
            facts=main,
            settings=others,
            publish_url=link("publish_exam", exam_id=exam.id),
            edit_url=link("edit_exam", exam_id=exam.id),
            trial_url=link("try_exam", exam_id=exam.id),
            difficulty=exam_facts.difficulty(hard),
            difficulty_note=exam_facts.difficulty_note(hard, exam.paper.mode),
        ),
    )
