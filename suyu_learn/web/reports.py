"""Reports: an exam by unit, and figures over all."""

from __future__ import annotations

from flask import Response, request

from suyu_learn.domain.problems import Problem
from suyu_learn.exports import Heading
from suyu_learn.models import Exam, Person, Role, Shown, Unit
from suyu_learn.services import exams, grants, report_overview, report_questions, report_retakes, reports
from suyu_learn.services.report_questions import QuestionLine
from suyu_learn.services.report_retakes import RetakeLine
from suyu_learn.services.reports import ExamReport, Sight
from suyu_learn.web import exporting, report_groups, report_tables, report_trees
from suyu_learn.web.access import holding
from suyu_learn.web.acting import unread
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import N_, _, dated_time, ngettext
from suyu_learn.web.identity import current_person, roles
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action
from suyu_learn.web.pages.reports import ExamReportPage, OverviewPage, Tree
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

MAY_SEE = holding(Role.ORGANIZER, Role.HR, Role.AUDITOR)
KINDS = {
    "units": N_("The units"), "people": N_("The people"), "questions": N_("The questions"),
    "groups": N_("Groups of people"),
}  # fmt: skip

ITEM_KINDS = {"items": N_("Item analysis"), "options": N_("Options by score group")}
"""The tables of the page of questions."""

NAMED = 500
"""Absentees whom the page names; more are listed elsewhere."""
NEWEST = 10
"""Exams on the organizer's first page; each is reckoned anew."""


@routes.get("/manage/reports", access=MAY_SEE)
def reports_overview() -> str:
    """Completion by exam, course, unit and audience."""
    return render("reports/overview.html", overview_page())


def exams_card() -> Tree:
    """Due, sat and passed of the newest exams, for the organizer's first page."""
    sight = reports.sight_of(session(), _person())
    found = report_overview.exams(session(), sight=sight, now=now(), suppress_below=learn().settings.suppress_below,
                                  most=NEWEST, unread=unread())  # fmt: skip
    said = (
        (_("The newest %(num)s exams; all of them stand under Reports.", num=NEWEST),) if len(found) == NEWEST else ()
    )
    return report_trees.exams_tree(found, said)


def overview_page() -> OverviewPage:
    """The figures as this viewer may see them."""
    sight = reports.sight_of(session(), _person())
    hidden = unread()
    found = report_overview.overview(session(), sight=sight, now=now(), suppress_below=learn().settings.suppress_below,
                                     unread=hidden)  # fmt: skip
    return report_trees.overview(found, own_left_out=hidden is not None)


@routes.get("/manage/exams/<int:exam_id>/report", access=MAY_SEE)
def exam_report(exam_id: int) -> str:
    """The report of an exam, or of one unit in it."""
    return render("reports/exam.html", _page(exam_id, most_absent=NAMED))


@routes.get("/manage/exams/<int:exam_id>/report/print", access=MAY_SEE)
def exam_report_print(exam_id: int) -> str:
    """The same on paper, with boxes for signatures."""
    return render("reports/exam_print.html", _page(exam_id))


@routes.post("/manage/exams/<int:exam_id>/report/export", access=MAY_SEE)
def exam_report_export(exam_id: int) -> Response:
    """One of its tables as a file."""
    kind = request.form.get("table", "units")
    if kind not in KINDS:
        raise Problem("page.unknown")
    exam, sight, unit, found = _found(exam_id)
    form, reason = exporting.asked_format(), exporting.asked_reason()
    if (kind == "people" and not found.names) or (kind == "questions" and not tells_keys(exam)):
        raise Problem("page.refused")
    headings, rows = _table(kind, exam, sight, unit, found)
    return exporting.send(
        f"{exam.title} {_(KINDS[kind])}", headings, lambda _session: rows, form=form, action="report.exported",
        actor=_person(), reason=reason, on=exam, unit_id=unit.id if unit else exam.unit_id, table=kind,
        plain=True, about=[*([unit.name] if unit else []), *([_("without own results")] if found.own_left_out else [])],
    )  # fmt: skip


def _table(
    kind: str, exam: Exam, sight: Sight, unit: Unit | None, found: ExamReport
) -> tuple[list[Heading], list[tuple[object, ...]]]:
    at = report_tables.as_of(found, now())
    if kind == "people":
        retaken = {one.person.person_id for one in _retakes(exam, found)}
        return report_tables.people_table(found, at=at, retaken=retaken)
    if kind == "groups":
        lines: list[tuple[object, ...]] = list(report_groups.cells(exam, sight, unshown(exam)))
        return report_tables.plain_headings(*report_groups.HEADINGS), lines
    if kind == "questions":
        return report_tables.questions_table(_questions(exam, sight, unit, found), at=at)
    return report_tables.units_table(found, at=at)


def _found(exam_id: int) -> tuple[Exam, Sight, Unit | None, ExamReport]:
    exam, sight, unit = asked_exam(exam_id)
    found = reports.exam_report(
        session(), exam, now=now(), sight=sight, unit=unit, suppress_below=learn().settings.suppress_below,
        unshown=unshown(exam),
    )  # fmt: skip
    return exam, sight, unit, found


def unshown(exam: Exam) -> int | None:
    """Whose result the viewer may not read by name: their own, while the exam does not show it."""
    shown = exams.shown_now(session(), exam, now=now(), grace=learn().grace)
    return _person().id if exam.show_score not in shown else None


def asked_exam(exam_id: int) -> tuple[Exam, Sight, Unit | None]:
    """An exam, what this viewer may see of reports, and the unit asked for."""
    sight = reports.sight_of(session(), _person())
    return reports.get_exam(session(), exam_id, sight), sight, _unit(sight)


def found_report(exam_id: int) -> tuple[Exam, ExamReport]:
    """An exam with its report as this viewer may see it, of the unit asked for."""
    exam, _sight, _unit_asked, found = _found(exam_id)
    return exam, found


def _unit(sight: Sight) -> Unit | None:
    """The unit asked for; one beyond sight is as unknown as one that is not there."""
    asked = request.values.get("unit", "")
    if not asked:
        return None
    unit = session().get(Unit, int(asked)) if is_number(asked) else None
    if unit is None or not sight.numbers.covers(unit.path):
        raise Problem("page.unknown")
    return unit


def _questions_note(found: ExamReport, sight: Sight, unit: Unit | None) -> str:
    """How many papers are in no figure of a question; without a number where that would tell of few."""
    if not tells_keys(found.exam):
        return _(
            "The figures of questions say what is right. They are shown here once nobody can sit the exam any more."
        )
    count = report_questions.without_answers(session(), found.exam, sight=sight, unit=unit)
    if not count:
        return ""
    if found.suppressed:
        return _("Papers of which only the points are known are in no figure of a question.")
    return ngettext(
        "Of %(num)s paper only the points are known; it is in no figure of a question.",
        "Of %(num)s papers only the points are known; they are in no figure of a question.", count,
    )  # fmt: skip


def tells_keys(exam: Exam) -> bool:
    """Whether the figures of questions, which say what is right, may be seen: by whoever organizes the exam, by others
    once nobody can sit it any more, since they may be due themselves; or where the exam tells it at once."""
    shown = exams.shown_now(session(), exam, now=now(), grace=learn().grace)
    if Shown.AFTER_CLOSE in shown or (exam.show_key is Shown.NOW and exam.show_key in shown):
        return True
    own = session().get(Unit, exam.unit_id) if exam.unit_id is not None else None
    return grants.reach(session(), _person(), Role.ORGANIZER).covers(own.path if own is not None else None)


def _questions(exam: Exam, sight: Sight, unit: Unit | None, found: ExamReport) -> tuple[QuestionLine, ...]:
    """The figures of questions; none of a unit whose results are hidden, since the whole less the others tells them."""
    if not tells_keys(exam) or (unit is not None and found.total is not None and found.total.hidden.passed):
        return ()
    return report_questions.question_report(
        session(), exam, sight=sight, versions=learn().versions, unit=unit,
        suppress_below=learn().settings.suppress_below, unshown=unshown(exam),
    )  # fmt: skip


def _retakes(exam: Exam, found: ExamReport) -> list[RetakeLine]:
    if exam.retake_for is None or not found.names:
        return []
    return report_retakes.retakes(session(), exam, [*found.people, *found.not_due, *found.guests])


def _page(exam_id: int, *, most_absent: int | None = None) -> ExamReportPage:
    exam, sight, unit, found = _found(exam_id)
    chosen = {"unit": unit.id} if unit else {}
    groups = () if unit else report_groups.tables(exam, sight, unshown(exam))
    have = {"people": found.names, "groups": bool(groups), "questions": tells_keys(exam)}
    kinds = [(code, _(label)) for code, label in KINDS.items() if have.get(code, True)]
    questions = _questions(exam, sight, unit, found)
    said = [unit.name if unit else "", _list_in_words(found), report_tables.as_of(found, now())]
    return ExamReportPage(
        title=exam.title,
        kicker=" · ".join(part for part in said if part),
        facts=report_tables.facts(found),
        up=Action(_("All units"), link("exam_report", exam_id=exam.id)) if unit else None,
        units=report_tables.units(found, lambda unit_id: link("exam_report", exam_id=exam.id, unit=unit_id)),
        participation=report_tables.participation_bars(found),
        distribution=report_tables.distribution_bars(found, below=learn().settings.suppress_below),
        distribution_note=report_tables.distribution_note(found),
        questions=report_tables.questions(questions),
        questions_note=_questions_note(found, sight, unit),
        absent_heading=_("Absentees") if found.closed else _("Not sat yet"),
        absent=report_tables.absent(found, most=most_absent),
        not_due=report_tables.away(found.not_due, _("Sat without being due"), found.names),
        guests=report_tables.away(found.guests, _("Guests"), found.names),
        retake=report_tables.retakes(_retakes(exam, found)),
        groups=groups,
        notes=report_tables.notes(found),
        export=exporting.export_form(
            link("exam_report_export", exam_id=exam.id), kinds=kinds,
            hidden=[("unit", str(unit.id))] if unit else [],
        ),
        print_url=link("exam_report_print", exam_id=exam.id, **chosen),
        signatures=(_("Prepared by"), _("Checked by"), _("Seal of the unit, date")),
        board_url=link("board", exam_id=exam.id) if Role.ORGANIZER in roles() and found.names else "",
        papers_url=link("marked_papers", exam_id=exam.id, **chosen) if found.names and _somebody_sat(found) else "",
        results_url=link("exam_results", exam_id=exam.id, **chosen) if found.names else "",
        items_url=link("exam_items", exam_id=exam.id, **chosen) if questions else "",
    )  # fmt: skip


def _somebody_sat(found: ExamReport) -> bool:
    return bool(found.not_due or found.guests or (found.total is not None and found.total.tally.sat))


def _list_in_words(found: ExamReport) -> str:
    if found.frozen:
        return _("List of %(time)s", time=dated_time(found.moment))
    return _("So far: the list is not closed yet.")


def _person() -> Person:
    person = current_person()
    assert person is not None  # every route here is for those who hold a role
    return person
