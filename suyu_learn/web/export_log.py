"""What was taken along as a file: who, of what, how many rows, when and why."""

from __future__ import annotations

from flask import request

from suyu_learn.models import Role
from suyu_learn.services import export_log as log
from suyu_learn.services import grants
from suyu_learn.services.export_log import Export
from suyu_learn.web import audit_actions, audit_words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, page_number
from suyu_learn.web.context import session
from suyu_learn.web.i18n import _, local_time, ngettext
from suyu_learn.web.identity import roles
from suyu_learn.web.links import link
from suyu_learn.web.manage import pages, trail
from suyu_learn.web.pages.common import Alignment, Column
from suyu_learn.web.pages.filling import ExportLogPage
from suyu_learn.web.pages.people import Listing
from suyu_learn.web.records import MAY_SEE
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

SIZE = 50
VIEWERS = (Role.ORGANIZER, Role.HR, Role.AUDITOR)


@routes.get("/manage/records/exports", access=holding(*VIEWERS))
def export_log() -> str:
    """The exports that one made, and those of the units of which one is HR or auditor."""
    current = page_number(request.args.get("page"))
    reach = grants.reach(session(), actor(), (Role.HR, Role.AUDITOR))
    rows, total = log.entries(session(), actor(), reach, offset=(current - 1) * SIZE, limit=SIZE)
    columns = (Column(_("When")), Column(_("Who")), Column(_("What")), Column(_("Of what")),
               Column(_("Rows"), Alignment.NUMBER), Column(_("Reason")))  # fmt: skip
    return render("records/export_log.html", ExportLogPage(
        trail=trail(*([(_("Training records"), link("records"))] if roles() & MAY_SEE.roles else [])),
        listing=Listing(_("What was taken along"), columns, tuple(_row(one) for one in rows),
                        _("Nothing was taken along yet.")),
        found=ngettext("%(num)s file", "%(num)s files", total),
        pages=pages(current, total, SIZE, "export_log"),
    ))  # fmt: skip


def _row(one: Export) -> tuple[str, ...]:
    entry = one.told.entry
    return (
        local_time(entry.at), one.told.actor or _("command line or system"), audit_actions.action(entry.action),
        " · ".join(part for part in (one.told.object, *audit_words.of_what(one.told)) if part), _rows(one),
        audit_words.reason(one.told),
    )  # fmt: skip


def _rows(one: Export) -> str:
    if one.rows is None:
        return _("not ended")
    return str(one.rows) if one.whole else _("%(num)s, then broken off", num=one.rows)
