"""Statistics: the figures of a unit, a period and one choice beside it; the unit summary as a file; definitions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import Response, request
from werkzeug.datastructures import MultiDict

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.statistics import Period, offered, period_of
from suyu_learn.models import CompletionKind, Unit
from suyu_learn.services import record_choices, reports, statistics_desk, statistics_people
from suyu_learn.services.reports import NAMES, NUMBERS, Sight
from suyu_learn.services.statistics_desk import Asked, Dashboard
from suyu_learn.web import exporting, record_asked, record_columns, statistics_charts, statistics_tables, words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, unread
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import _, labelled, ngettext
from suyu_learn.web.identity import roles
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import Action, Choice
from suyu_learn.web.pages.reports import TreeRow
from suyu_learn.web.pages.statistics import (
    DefinedColumn,
    DefinedFigure,
    Definition,
    DefinitionsPage,
    StatisticsPage,
    UnitTable,
)
from suyu_learn.web.problems import sentence
from suyu_learn.web.report_trees import OWN_LEFT_OUT
from suyu_learn.web.routing import Routes
from suyu_learn.web.statistics_definitions import DEFINITIONS, RULES, TOGETHER
from suyu_learn.web.statistics_tables import cell, label, of_what, shown
from suyu_learn.web.templates import render
from suyu_learn.web.typed import day_of, is_number

routes = Routes()

MAY_SEE = holding(*NUMBERS)
FILTERS = ("unit", "period", "audience", "subject", "since", "until")


@routes.get("/manage/statistics", access=MAY_SEE)
def statistics() -> str:
    """The figures; what was chosen stands in the address."""
    problem = ""
    try:
        asked = asked_for(request.args)
        found = figures(asked)
    except Problem as refused:
        if refused.code == "page.unknown":
            raise
        problem = sentence(refused)
        found = figures(Asked(_default(), unit=_unit(request.args, _sight())))
    return render("statistics/dashboard.html", _page(found, problem))


@routes.get("/manage/statistics/definitions", access=MAY_SEE)
def statistics_definitions() -> str:
    """What each figure is."""
    return render("statistics/definitions.html", DefinitionsPage(
        trail=statistics_trail(), definitions=definitions(), rules=rules(),
    ))  # fmt: skip


@routes.post("/manage/statistics/export", access=MAY_SEE)
def statistics_export() -> Response:
    """The unit summary as a file: every unit below the chosen one."""
    form, reason = exporting.asked_format(), exporting.asked_reason()
    asked = asked_for(request.form)
    found = figures(asked)
    keys = shown(found)
    rows = statistics_tables.unit_rows(found, keys)
    return exporting.send(
        _("Unit summary"), statistics_tables.unit_headings(keys), lambda _session: rows, form=form,
        action="statistics.exported", actor=actor(), reason=reason, plain=True, about=list(_about(found)),
        unit_id=asked.unit.id if asked.unit else None,
        filter={name: request.form[name] for name in FILTERS if request.form.get(name)},
    )  # fmt: skip


def figures(asked: Asked) -> Dashboard:
    """The figures as whoever is here may see them."""
    return statistics_desk.dashboard(
        session(), asked, sight=_sight(), now=now(), zone=learn().zone,
        suppress_below=learn().settings.suppress_below, unread=unread(),
    )  # fmt: skip


def _sight() -> Sight:
    return reports.sight_of(session(), actor())


def today() -> date:
    """The day it is here."""
    return now().astimezone(learn().zone).date()


def _default() -> Period:
    """The present year."""
    return offered(today())[0]


def asked_for(args: MultiDict[str, str]) -> Asked:
    """What an address or a form asks for; raises Problem for what nobody meant."""
    sight = _sight()
    kind, _colon, number = args.get("subject", "").partition(":")
    if kind and (kind not in list(CompletionKind) or not is_number(number)):
        raise Problem("page.unknown")
    return Asked(
        period=_period(args),
        unit=_unit(args, sight),
        audience=_audience(args),
        kind=CompletionKind(kind) if kind else None,
        subject_id=int(number) if kind else None,
    )


def _unit(args: MultiDict[str, str], sight: Sight) -> Unit | None:
    asked = args.get("unit", "")
    if not asked:
        return None
    unit = session().get(Unit, int(asked)) if is_number(asked) else None
    if unit is None or not sight.numbers.covers(unit.path):
        raise Problem("page.unknown")
    return unit


def _audience(args: MultiDict[str, str]) -> str:
    asked = args.get("audience", "")
    if asked and asked not in {code for code, _name in record_choices.audiences(session())}:
        raise Problem("page.unknown")
    return asked


def _period(args: MultiDict[str, str]) -> Period:
    since, until = day_of(args.get("since", ""), "since"), day_of(args.get("until", ""), "until")
    if since or until:
        first = since or date((until or today()).year, 1, 1)
        last = until or today()
        if last < first:
            raise Problem("record.dates_turned", place=Place(field="until"))
        return Period(first, last)
    code = args.get("period", "")
    found = period_of(code) if code else _default()
    if found is None:
        raise Problem("page.unknown")
    return found


def _page(found: Dashboard, problem: str) -> StatisticsPage:
    asked, sight = found.asked, _sight()
    keys = shown(found)
    chosen = kept(asked)
    return StatisticsPage(
        trail=statistics_trail(),
        title=asked.unit.name if asked.unit else _("Statistics"),
        period=period_words(asked.period),
        units=_units(asked, sight),
        audiences=_audiences(asked),
        subjects=_subjects(asked, sight),
        periods=_periods(asked),
        since=_typed("since", problem) or ("" if asked.period.code else asked.period.first.isoformat()),
        until=_typed("until", problem) or ("" if asked.period.code else asked.period.last.isoformat()),
        free=not found.suppressed,
        figures=tuple(_figures(found, keys)),
        exams_note=_exams_note(found),
        table=_table(found, keys, chosen),
        charts=tuple(statistics_charts.chart_tables(found)),
        ways=tuple(_ways(found)),
        definitions=definitions(),
        rules=rules(),
        limits=tuple(_limits(found)),
        export=exporting.export_form(link("statistics_export"), hidden=[*chosen.items()]) if found.units else None,
        report_url=link("city_report", **({"unit": chosen["unit"]} if "unit" in chosen else {})),
        problem=problem,
    )  # fmt: skip


def _typed(field: str, problem: str) -> str:
    """A day that cannot be used stays where it was typed, to be mended."""
    return request.args.get(field, "")[:40] if problem else ""


def _limits(found: Dashboard) -> Iterator[str]:
    """What is left out and hidden here, and how far that goes."""
    if found.own_left_out:
        yield _(OWN_LEFT_OUT)
    if not found.suppressed:
        return
    yield _(
        "You see no names here: figures of fewer than %(few)s people, and what would reveal them within this report, "
        "are replaced by *. Periods are fixed, and one filter at a time. "
        "This does not protect against comparing many reports.",
        few=learn().settings.suppress_below,
    )
    if found.in_part:
        yield _(TOGETHER)


def kept(asked: Asked) -> dict[str, str]:
    """What was chosen, as addresses carry it."""
    values = {
        "unit": str(asked.unit.id) if asked.unit else "",
        "period": asked.period.code,
        "since": "" if asked.period.code else asked.period.first.isoformat(),
        "until": "" if asked.period.code else asked.period.last.isoformat(),
        "audience": asked.audience,
        "subject": f"{asked.kind.value}:{asked.subject_id}" if asked.kind else "",
    }
    return {name: value for name, value in values.items() if value}


def _figures(found: Dashboard, keys: tuple[str, ...]) -> Iterator[DefinedFigure]:
    people = _people(found)
    for key in keys:
        counted = cell(found.total, key)
        yield DefinedFigure(
            label(key), counted, of_what(found.total, key), f"#def-{key}", people.get(key) if counted != "0" else None
        )


def _people(found: Dashboard) -> dict[str, Action]:
    """Where the people of a figure are listed by name, for those who may see them."""
    asked = found.asked
    if not found.by_name or not roles() & {*NAMES}:
        return {}
    chosen, words = kept(asked), _("Who they are")
    days = {"since": asked.period.first.isoformat(), "until": asked.period.last.isoformat()}
    narrowed = {name: chosen[name] for name in ("unit", "subject", "audience") if name in chosen}
    ways = {
        key: Action(words, link("statistics_people_list", figure=key, **chosen)) for key in statistics_people.FIGURES
    }
    return {**ways, "finishers": Action(words, link("records", **narrowed, **days))}


def _exams_note(found: Dashboard) -> str:
    if len(found.exams) < 2:
        return ""
    return ngettext("Of %(num)s exam together.", "Of %(num)s exams together: each person counts once.",
                    len(found.exams))  # fmt: skip


def _table(found: Dashboard, keys: tuple[str, ...], chosen: dict[str, str]) -> UnitTable | None:
    if not found.children:
        return None
    deeper = {one.path.rstrip("/").rpartition("/")[0] + "/" for one in found.units}
    rows = [
        TreeRow(
            one.name, 0, tuple(cell(one, key) for key in keys),
            link("statistics", **{**chosen, "unit": one.unit_id}) if one.path in deeper or not found.suppressed else "",
        )
        for one in found.children
    ]  # fmt: skip
    rows.append(TreeRow(_("Together"), 0, tuple(cell(found.total, key) for key in keys)))
    return UnitTable(
        caption=_("Figures by unit, each with all units below it"),
        columns=tuple(DefinedColumn(label(key), f"#def-{key}") for key in keys),
        rows=tuple(rows),
    )


def _ways(found: Dashboard) -> Iterator[Action]:
    unit = found.asked.unit
    if unit is not None:
        above = session().get(Unit, unit.parent_id) if unit.parent_id is not None else None
        chosen = {name: value for name, value in kept(found.asked).items() if name != "unit"}
        if above is not None and _sight().numbers.covers(above.path):
            yield Action(above.name, link("statistics", **chosen, unit=above.id))
        else:
            yield Action(_("All units"), link("statistics", **chosen))
    if found.asked.kind is CompletionKind.EXAM and found.exams:
        of_unit = {"unit": unit.id} if unit is not None else {}
        yield Action(_("Report of the exam"), link("exam_report", exam_id=found.exams[0].id, **of_unit))


def _units(asked: Asked, sight: Sight) -> tuple[Choice, ...]:
    chosen = asked.unit.id if asked.unit else 0
    return tuple(
        Choice(str(one.unit_id), one.name, one.unit_id == chosen, one.depth)
        for one in record_choices.units(session(), sight.numbers)
    )


def _audiences(asked: Asked) -> tuple[Choice, ...]:
    return tuple(
        Choice(code, words.audience_name(code, name), code == asked.audience)
        for code, name in record_choices.audiences(session())
    )


def _subjects(asked: Asked, sight: Sight) -> tuple[Choice, ...]:
    chosen = f"{asked.kind.value}:{asked.subject_id}" if asked.kind else ""
    found = [
        Choice(value, labelled(_(record_columns.KINDS[kind.value]), title), value == chosen)
        for kind, number, title in statistics_desk.subjects(session(), sight)
        for value in (f"{kind.value}:{number}",)
    ]
    return record_asked.with_chosen(found, chosen)


def _periods(asked: Asked) -> tuple[Choice, ...]:
    there = offered(today())
    if asked.period.code and asked.period.code not in {one.code for one in there}:
        there = (asked.period, *there)
    return tuple(Choice(one.code, period_words(one), one.code == asked.period.code) for one in there)


def period_words(period: Period) -> str:
    """A period as people call it."""
    year, _dash, part = period.code.partition("-")
    if part.startswith("Q"):
        return _("%(year)s, quarter %(quarter)s", year=year, quarter=part[1:])
    if part:
        return _("%(year)s, month %(month)s", year=year, month=int(part))
    if year:
        return _("The year %(year)s", year=year)
    return _("%(since)s to %(until)s", since=period.first.isoformat(), until=period.last.isoformat())


def _about(found: Dashboard) -> Iterator[str]:
    asked = found.asked
    if asked.unit is not None:
        yield asked.unit.name
    yield period_words(asked.period)
    if found.own_left_out:
        yield _("without own results")


def statistics_trail(*more: tuple[str, str]) -> tuple[Action, ...]:
    """The way from the organizer's home to a page of statistics."""
    return trail((_("Statistics"), link("statistics")), *more)


def definitions() -> tuple[Definition, ...]:
    """What each figure is, in the language of the page."""
    return tuple(Definition(one.key, _(one.label), _(one.over), _(one.under), _(one.note)) for one in DEFINITIONS)


def rules() -> tuple[str, ...]:
    """What holds for all of them."""
    few = learn().settings.suppress_below
    return tuple(_(rule, few=few) for rule in RULES)
