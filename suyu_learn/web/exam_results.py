"""The results of an exam by name: found, sorted, a page at a time, each with the way to the marked paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from flask import request

from suyu_learn.domain.names import chinese_order, name_key
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Exam
from suyu_learn.services.reports import ExamReport, Outcome, PersonLine
from suyu_learn.web.acting import page_number
from suyu_learn.web.i18n import N_, _, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.manage import pages, trail
from suyu_learn.web.marked_papers import paper_url
from suyu_learn.web.pages.common import Action, Alignment, Choice, Column
from suyu_learn.web.pages.reports import ResultsPage
from suyu_learn.web.report_tables import OUTCOMES
from suyu_learn.web.reports import MAY_SEE, found_report
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

ON_A_PAGE = 50
ENDPOINT = "exam_results"
_LOWEST = Decimal(-1)


def _by_points(one: PersonLine) -> tuple[Decimal, bytes]:
    points = one.standing.points if one.standing is not None else None
    return (_LOWEST if points is None else points, chinese_order(one.name))


SORTS: dict[str, Callable[[PersonLine], Any]] = {
    "name": lambda one: chinese_order(one.name),
    "unit": lambda one: (chinese_order(one.unit_names), chinese_order(one.name)),
    "points": _by_points,
}
HEADINGS = (("name", N_("Name")), ("", N_("Staff number")), ("unit", N_("Unit")), ("points", N_("Score")),
            ("", N_("Outcome")), ("", N_("Remark")))  # fmt: skip


@routes.get("/manage/exams/<int:exam_id>/results", access=MAY_SEE)
def exam_results(exam_id: int) -> str:
    """Everybody who is due or has sat, for those who may see names."""
    exam, found = found_report(exam_id)
    if not found.names:
        raise Problem("page.refused")
    text, outcome = request.args.get("q", "").strip()[:100], request.args.get("outcome", "")
    sort, down = request.args.get("sort", ""), request.args.get("down") == "1"
    unit, outcome = request.args.get("unit", ""), outcome if outcome in set(Outcome) else ""
    lines = [pair for pair in _everybody(found) if _fits(pair[0], text, outcome)]
    if sort in SORTS:
        lines.sort(key=lambda pair: SORTS[sort](pair[0]), reverse=down)
    within = {"unit": unit} if unit else {}
    current = page_number(request.args.get("page"))
    kept = {"exam_id": exam.id, "q": text, "outcome": outcome, **within}
    return render("reports/results.html", ResultsPage(
        trail=trail((_("Report: %(title)s", title=exam.title), link("exam_report", exam_id=exam.id, **within))),
        title=exam.title,
        text=text,
        unit=unit,
        outcomes=tuple(Choice(str(one), _(label), chosen=one == outcome) for one, label in OUTCOMES.items()
                       if one is not Outcome.UNSHOWN),
        filtered=bool(text or outcome),
        found=ngettext("%(num)s person", "%(num)s people", len(lines)),
        columns=tuple(_column(code, label, sort, down, kept) for code, label in HEADINGS),
        rows=tuple(_row(exam, *pair) for pair in lines[(current - 1) * ON_A_PAGE : current * ON_A_PAGE]),
        pages=pages(current, len(lines), ON_A_PAGE, ENDPOINT, sort=sort, down="1" if down else "", **kept),
        url=link(ENDPOINT, exam_id=exam.id),
    ))  # fmt: skip


def _everybody(found: ExamReport) -> list[tuple[PersonLine, str]]:
    """Those due, who sat without being due, and guests, each with what there is to remark."""
    groups: Sequence[tuple[Sequence[PersonLine], str]] = (
        (found.people, ""), (found.not_due, _("Not due")), (found.guests, _("Guest")),
    )  # fmt: skip
    return [(one, remark) for people, remark in groups for one in people]


def _fits(one: PersonLine, text: str, outcome: str) -> bool:
    if outcome and one.outcome != outcome:
        return False
    return not text or name_key(text) in name_key(one.name) or text in one.staff_number


def _column(code: str, label: str, sort: str, down: bool, kept: dict[str, Any]) -> Column:
    align = Alignment.NUMBER if code == "points" else Alignment.TEXT
    if not code:
        return Column(_(label), align)
    chosen = code == sort
    other_way = {"down": 1} if (chosen and not down) or (code == "points" and not chosen) else {}
    url = link(ENDPOINT, **{name: value for name, value in kept.items() if value}, sort=code, **other_way)
    return Column(_(label), align, url, ("descending" if down else "ascending") if chosen else "")


def _row(exam: Exam, one: PersonLine, remark: str) -> tuple[object, ...]:
    standing = one.standing
    paper = paper_url(exam, one.key) if standing and one.outcome is not Outcome.UNSHOWN else ""
    points = ""
    if standing is not None and standing.points is not None:
        points = _("%(points)s of %(full)s", points=number(standing.points), full=number(standing.full_points))
    said = _(", ").join(part for part in (remark, _("On paper") if one.offline else "") if part)
    shown = Action(one.name, paper) if paper else one.name
    return (shown, one.staff_number, one.unit_names, points, _(OUTCOMES[one.outcome]), said)
