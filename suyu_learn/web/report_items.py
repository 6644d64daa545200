"""The item analysis of an exam: its questions with what is remarkable, and how far its points can be relied on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from suyu_learn.domain.problems import Problem
from suyu_learn.domain.statistics import few_of, ratio
from suyu_learn.models import Exam, Unit
from suyu_learn.services import bank_contents, report_items, reports
from suyu_learn.services.report_items import ItemLine, ItemReport
from suyu_learn.services.report_papers import Tries
from suyu_learn.web import exporting, item_tables, item_words
from suyu_learn.web.acting import actor, page_number
from suyu_learn.web.context import learn, session
from suyu_learn.web.i18n import _, ngettext, number
from suyu_learn.web.item_words import GROUPS, TRIES, alpha_note, number_of, of, reliable
from suyu_learn.web.links import link
from suyu_learn.web.manage import pages, trail
from suyu_learn.web.pages.common import Alignment, Choice, Column, Row
from suyu_learn.web.pages.items import ItemCard, ItemsPage, Remark
from suyu_learn.web.pages.reports import Figure
from suyu_learn.web.report_tables import HIDDEN, percent
from suyu_learn.web.reports import ITEM_KINDS, MAY_SEE, asked_exam, tells_keys, unshown
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

ON_A_PAGE = 25
ENDPOINT = "exam_items"


@routes.get("/manage/exams/<int:exam_id>/report/questions", access=MAY_SEE)
def exam_items(exam_id: int) -> str:
    """The questions of an exam, sorted and a page at a time."""
    exam, unit, found = _found(exam_id)
    return render("reports/items.html", _page(exam, unit, found))


@routes.post("/manage/exams/<int:exam_id>/report/questions/export", access=MAY_SEE)
def exam_items_export(exam_id: int) -> Response:
    """Questions or options as a file."""
    kind = request.form.get("table", "items")
    if kind not in ITEM_KINDS:
        raise Problem("page.unknown")
    exam, unit, found = _found(exam_id)
    form, reason = exporting.asked_format(), exporting.asked_reason()
    headings, rows = item_tables.items_table(found) if kind == "items" else item_tables.options_table(found)
    return exporting.send(
        f"{exam.title} {_(ITEM_KINDS[kind])}", headings, lambda _session: rows, form=form, action="report.exported",
        actor=actor(), reason=reason, on=exam, unit_id=unit.id if unit else exam.unit_id, table=kind, plain=True,
        about=[unit.name] if unit else [],
    )  # fmt: skip


def _found(exam_id: int) -> tuple[Exam, Unit | None, ItemReport]:
    exam, sight, unit = asked_exam(exam_id)
    asked = request.values.get("tries", "")
    tries = Tries(asked) if asked in set(Tries) else Tries.FIRST
    found = report_items.item_report(
        session(), exam, sight=sight, versions=learn().versions, tries=tries, unit=unit,
        suppress_below=learn().settings.suppress_below, unshown=unshown(exam),
    )  # fmt: skip
    if not found.lines and not sight.numbers.covers(reports.own_path(session(), exam) or None):
        raise Problem("exam.unknown")
    if not tells_keys(exam):
        raise Problem("report.keys_later")
    return exam, None if found.suppressed else unit, found


def _page(exam: Exam, unit: Unit | None, found: ItemReport) -> ItemsPage:
    sort, down = request.args.get("sort", ""), request.args.get("down") == "1"
    flagged = request.args.get("show") == "remarks"
    kept = {"unit": str(unit.id) if unit else "", "tries": found.tries if found.tries is not Tries.FIRST else "",
            "show": "remarks" if flagged else ""}  # fmt: skip
    kept = {name: str(value) for name, value in kept.items() if value}
    lines = [one for one in found.lines if one.flags or not flagged]
    if sort in item_tables.SORTS:
        lines.sort(key=item_tables.SORTS[sort], reverse=down)
    current = page_number(request.args.get("page"))
    shown = lines[(current - 1) * ON_A_PAGE : current * ON_A_PAGE]
    within = {"unit": unit.id} if unit else {}
    order = {"sort": sort, "down": "1" if down else ""} if sort in item_tables.SORTS else {}
    return ItemsPage(
        trail=trail((_("Report: %(title)s", title=exam.title), link("exam_report", exam_id=exam.id, **within))),
        title=exam.title,
        kicker=" · ".join(part for part in (unit.name if unit else "", _as_of(exam, found)) if part),
        facts=_facts(found),
        said=_said(found),
        tries=_tries(exam, found),
        shown=(Choice("", _("All questions"), not flagged), Choice("remarks", _("Those with remarks"), flagged)),
        kept=tuple((name, value) for name, value in {**kept, **order}.items() if name in ("unit", "sort", "down")
                   and value),
        url=link(ENDPOINT, exam_id=exam.id),
        caption=ngettext("%(num)s question", "%(num)s questions", len(lines)),
        columns=tuple(_column(exam, code, label, sort, down, kept) for code, label in item_tables.HEADINGS),
        rows=tuple(item_tables.row(line) for line in shown),
        empty=_("No question has a remark.") if flagged else _("Nobody has handed in a paper yet."),
        cards=_cards(shown, found),
        legend=_legend(found),
        pages=pages(current, len(lines), ON_A_PAGE, ENDPOINT, exam_id=exam.id, **kept, **order),
        notes=item_words.notes(found),
        export=_export(exam, found, kept) if found.lines else None,
    )  # fmt: skip


def _as_of(exam: Exam, found: ItemReport) -> str:
    return str(_(TRIES[found.tries])) if _several(exam) else ""


def _several(exam: Exam) -> bool:
    return exam.attempts_allowed > 1 or exam.retake_for is not None


def _tries(exam: Exam, found: ItemReport) -> tuple[Choice, ...]:
    if found.suppressed or not _several(exam):
        return ()
    return tuple(Choice(one.value, _(label), one is found.tries) for one, label in TRIES.items())


def _column(exam: Exam, code: str, label: str, sort: str, down: bool, kept: dict[str, str]) -> Column:
    align = Alignment.TEXT if code in ("place", "remarks") else Alignment.NUMBER
    chosen = code == sort
    from_top = code not in item_tables.SMALLEST_FIRST
    turned = not down if chosen else from_top
    url = link(ENDPOINT, exam_id=exam.id, **kept, sort=code, **({"down": 1} if turned else {}))
    return Column(_(label), align, url, ("descending" if down else "ascending") if chosen else "")


def _facts(found: ItemReport) -> tuple[Figure, ...]:
    papers, told = found.papers, reliable(found)
    flagged = sum(bool(one.flags) for one in found.lines)
    few = learn().settings.suppress_below if found.suppressed else 0
    return (
        Figure(_("Papers handed in"), _shown(papers.count, papers.count, few), _marked(found, few)),
        Figure(_("Questions"), number(len(found.lines)), _("%(count)s with remarks", count=flagged)),
        Figure(_("Reliability (alpha)"), "–" if told is None else number_of(told.alpha, 2), alpha_note(found)),
        Figure(_("Error of measurement"), "–" if told is None or told.error is None else
               _("±%(points)s points", points=number_of(told.error)), _deviation(found)),
        _part(_("Came to the last question"), papers.reached, papers.begun, few,
              hidden=few_of(papers.blank, papers.count, below=few)),
        _part(_("Ended by the clock"), papers.run_out, papers.count, few),
    )  # fmt: skip


def _marked(found: ItemReport, few: int) -> str:
    whole = sum(found.papers.whole.values())
    if few_of(whole, found.papers.count, below=few):
        return ""
    return _("marked whole: %(count)s", count=whole)


def _deviation(found: ItemReport) -> str:
    told = reliable(found)
    if told is None:
        return ""
    return _("standard deviation %(points)s points", points=number_of(told.deviation))


def _shown(count: int, whole: int, few: int) -> str:
    return HIDDEN if few_of(count, whole, below=few) else number(count)


def _part(label: str, count: int, whole: int, few: int, *, hidden: bool = False) -> Figure:
    if hidden or few_of(count, whole, below=few):
        return Figure(label, HIDDEN)
    return Figure(label, percent(ratio(count, whole)), of(count, whole) if whole else "")


def _said(found: ItemReport) -> tuple[Remark, ...]:
    said = []
    told = reliable(found)
    if told is not None:
        title, advice, serious = item_words.alpha_says(told)
        said.append(Remark(title, " ".join(part for part in (advice, item_words.error_says(told)) if part), serious))
    few = learn().settings.suppress_below if found.suppressed else 0
    papers = found.papers
    slow = item_words.pace_says(papers, short=found.short_of_time)
    if slow is not None and not few_of(papers.short_and_run_out, papers.begun - papers.reached, below=few):
        said.append(Remark(*slow, True))
    return tuple(said)


def _cards(lines: Sequence[ItemLine], found: ItemReport) -> tuple[ItemCard, ...]:
    ways: dict[int, tuple[bool, bool]] = {}
    for line in lines:
        if line.bank_id not in ways:
            ways[line.bank_id] = _ways(line.bank_id)
    return tuple(
        item_tables.card(
            line, found,
            url=_to("question_show", line) if ways[line.bank_id][0] else "",
            regrade_url=_to("question_regrade", line) if ways[line.bank_id][1] else "",
        )
        for line in lines
    )  # fmt: skip


def _ways(bank_id: int) -> tuple[bool, bool]:
    """Whether the viewer may open the questions of a bank, and mark them anew."""
    try:
        here = bank_contents.get_bank(session(), actor(), bank_id, counted=False)
    except Problem:
        return False, False
    return True, here.may_change


def _to(endpoint: str, line: ItemLine) -> str:
    return link(endpoint, bank_id=line.bank_id, question_id=line.question_id)


def _legend(found: ItemReport) -> tuple[Row, ...]:
    """The score groups with their sizes; without them where that could tell of few people."""
    if found.groups is None:
        return ()
    if found.suppressed:
        return tuple(Row(side.value, _(label)) for side, label in GROUPS.items())
    return tuple(Row(side.value, _("%(group)s: %(count)s papers", group=_(label), count=found.groups.sizes[side]))
                 for side, label in GROUPS.items())  # fmt: skip


def _export(exam: Exam, found: ItemReport, kept: dict[str, str]) -> Any:
    kinds = [(code, _(label)) for code, label in ITEM_KINDS.items()]
    hidden = [(name, value) for name, value in kept.items() if name != "show"]
    return exporting.export_form(link("exam_items_export", exam_id=exam.id), kinds=kinds, hidden=hidden)
