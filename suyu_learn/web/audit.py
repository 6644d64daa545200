"""The audit trail, as far as one's reach goes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import request

from suyu_learn.domain.names import chinese_order
from suyu_learn.models import Role
from suyu_learn.services import audit_trail, grants
from suyu_learn.services.audit_trail import Told
from suyu_learn.web import audit_actions, audit_words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, midnight, page_number
from suyu_learn.web.context import session
from suyu_learn.web.i18n import _, local_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import pages, trail
from suyu_learn.web.pages.common import Action, Choice, Column
from suyu_learn.web.pages.people import AuditPage, Listing
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

SIZE = 50
_ROUTES = {"person": ("person", "person_id"), "unit": ("unit", "unit_id")}


@routes.get("/manage/audit", access=holding(Role.AUDITOR), endpoint="audit")
def index() -> str:
    """What was done, newest first, by action and period."""
    within = grants.reach(session(), actor(), Role.AUDITOR)
    action = request.args.get("action", "")
    since, until = _day(request.args.get("since")), _day(request.args.get("until"))
    current = page_number(request.args.get("page"))
    rows, total = audit_trail.entries(
        session(),
        within=within,
        action=action,
        since=midnight(since) if since else None,
        until=midnight(until + timedelta(days=1)) if until else None,
        offset=(current - 1) * SIZE,
        limit=SIZE,
    )
    asked = {"action": action, "since": str(since or ""), "until": str(until or "")}
    page = AuditPage(
        trail=trail(),
        actions=tuple(
            Choice(code, audit_actions.action(code), code == action)
            for code in sorted(
                audit_trail.actions(session(), within=within),
                key=lambda code: chinese_order(audit_actions.action(code)),
            )
        ),
        since=asked["since"],
        until=asked["until"],
        entries=_listing(rows),
        found=ngettext("%(num)s entry", "%(num)s entries", total),
        pages=pages(current, total, SIZE, "audit", **asked),
    )
    return render("audit/index.html", page)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 1900 < day.year < 9000 else None


def _listing(rows: Any) -> Listing:
    columns = (Column(_("When")), Column(_("Who")), Column(_("What")), Column(_("On what")), Column(_("Unit")),
               Column(_("Reason and details")))  # fmt: skip
    people = grants.reach(session(), actor(), (Role.ORGANIZER, Role.HR))
    shown = tuple(
        (local_time(one.entry.at), one.actor or _("command line or system"), audit_actions.action(one.entry.action),
         _object(one, linked=people.everywhere), one.unit, _more(one)) for one in rows
    )  # fmt: skip
    return Listing(_("Audit trail"), columns, shown, empty=_("Nothing in this period."))


def _object(one: Told, *, linked: bool) -> Any:
    way = _ROUTES.get(one.entry.object_kind)
    if linked and way is not None and one.entry.object_id is not None:
        return Action(audit_words.thing(one), link(way[0], **{way[1]: one.entry.object_id}))
    return audit_words.thing(one)


def _more(one: Told) -> str:
    return " · ".join(part for part in (audit_words.reason(one), *audit_words.details(one)) if part)
