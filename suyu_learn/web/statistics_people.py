"""Statistics: the people of a figure by name, a page at a time."""

from __future__ import annotations

from flask import request

from suyu_learn.domain.problems import Problem
from suyu_learn.services import reports, statistics_people
from suyu_learn.services.reports import NAMES
from suyu_learn.services.statistics_people import FIGURES, Counted
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, page_number, unread
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import N_, _, labelled, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import pages
from suyu_learn.web.pages.common import Action, Column
from suyu_learn.web.pages.statistics import CountedPage
from suyu_learn.web.report_trees import OWN_LEFT_OUT
from suyu_learn.web.routing import Routes
from suyu_learn.web.statistics_definitions import BY_KEY
from suyu_learn.web.statistics_desk import asked_for, kept, period_words, statistics_trail
from suyu_learn.web.statistics_tables import label
from suyu_learn.web.templates import render

routes = Routes()

ON_A_PAGE = 50
_COLUMNS = (N_("Name"), N_("Staff number"), N_("Unit"))


@routes.get("/manage/statistics/people", access=holding(*NAMES))
def statistics_people_list() -> str:
    """Everybody whom one figure counts."""
    figure = request.args.get("figure", FIGURES[0])
    if figure not in FIGURES:
        raise Problem("page.unknown")
    asked = asked_for(request.args)
    hidden = unread()
    found = statistics_people.people_of(
        session(), asked, figure, sight=reports.sight_of(session(), actor()), now=now(), zone=learn().zone,
        unread=hidden,
    )  # fmt: skip
    current, chosen = page_number(request.args.get("page")), kept(asked)
    return render("statistics/people.html", CountedPage(
        trail=statistics_trail(),
        title=labelled(label(figure), asked.unit.name if asked.unit else _("All units")),
        period=period_words(asked.period),
        definition=_(BY_KEY[figure].over),
        back=Action(_("The figures"), link("statistics", **chosen)),
        found=ngettext("%(num)s person", "%(num)s people", len(found)),
        note=_(OWN_LEFT_OUT) if hidden is not None else "",
        columns=tuple(Column(_(one)) for one in _COLUMNS),
        rows=tuple(_row(one) for one in found[(current - 1) * ON_A_PAGE : current * ON_A_PAGE]),
        pages=pages(current, len(found), ON_A_PAGE, "statistics_people_list", figure=figure, **chosen),
    ))  # fmt: skip


def _row(one: Counted) -> tuple[object, ...]:
    return (Action(one.name, link("person_records", key=one.key)), one.staff_number, one.unit_names)
