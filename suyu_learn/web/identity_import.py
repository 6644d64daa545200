"""Identity numbers from a table: read, stored and forgotten within one request, since no file of them is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Person, Programme
from suyu_learn.services import grants, identity_desk, identity_numbers
from suyu_learn.services.identity_desk import AT_ONCE, KEEPERS, MOST_BYTES, BroughtIn, Recognised, Refused
from suyu_learn.web import context, fill_words, problems
from suyu_learn.web.acting import actor
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.identity_desk import KEEPING, programme_of, trail_to
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Column, Row
from suyu_learn.web.pages.identity_numbers import IdentityImport
from suyu_learn.web.pages.people import Listing
from suyu_learn.web.programme_words import today
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

SHOWN = 200


@routes.get("/manage/programmes/<key>/identity/import", access=KEEPING)
def import_identity(key: str) -> str:
    """The form for the file."""
    return _page(_asking(key))


@routes.post("/manage/programmes/<key>/identity/import", access=KEEPING, writes=False)
def import_identity_post(key: str) -> Any:
    """Take in what the file says, and tell what was left out and why; no number is shown."""
    programme = _asking(key)
    try:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise Problem("roster.no_file", place=Place(field="file"))
        rows = identity_desk.read_table(file.stream.read(MOST_BYTES + 1), file.filename)
        known = identity_desk.recognised(session(), rows, reach=grants.reach(session(), actor(), KEEPERS))
        found = _brought_in(programme.id, actor().id, known)
    except Problem as problem:
        context.close()
        return _page(_asking(key), problem=problems.sentence(problem)), 422
    return _page(_asking(key), found)


def _brought_in(programme_id: int, actor_id: int, rows: Sequence[Recognised]) -> BroughtIn:
    found = BroughtIn(0, 0, 0, ())
    for start in range(0, len(rows), AT_ONCE):
        with context.writing_apart() as writing:
            found = found.with_(identity_desk.bring_in(
                writing, writing.get_one(Programme, programme_id), rows[start : start + AT_ONCE],
                actor=writing.get_one(Person, actor_id), now=now(), today=today(), vault=learn().vault,
            ))  # fmt: skip
    return found


def _asking(key: str) -> Programme:
    programme = programme_of(key)
    if identity_numbers.request_of(session(), programme) is None:
        raise Problem("identity.not_asked")
    return programme


def _page(programme: Programme, found: BroughtIn | None = None, *, problem: str = "") -> str:
    return render("identity_numbers/import.html", IdentityImport(
        title=programme.title,
        trail=trail_to(programme),
        problem=problem,
        counts=_counts(found) if found is not None else (),
        refused=_refused(found) if found is not None and found.refused else None,
        back_url=link("programme_identity", key=programme.key),
        most_megabytes=MOST_BYTES // 1024 // 1024,
    ))  # fmt: skip


def _counts(found: BroughtIn) -> tuple[Row, ...]:
    rows = ((_("Stored"), found.stored), (_("Stored before"), found.there), (_("Left out"), len(found.refused)))
    return tuple(Row(label, ngettext("%(num)s row", "%(num)s rows", count)) for label, count in rows)


def _refused(found: BroughtIn) -> Listing:
    columns = (Column(_("Row")), Column(_("In the table")), Column(_("Reason")))
    rows = tuple((str(one.row.who.row), _who(one), _why(one)) for one in found.refused[:SHOWN])
    more = len(found.refused) - SHOWN
    caption = _("Left out")
    if more > 0:
        caption = ngettext("Left out; %(num)s more row is not shown", "Left out; %(num)s more rows are not shown", more)
    return Listing(caption, columns, rows)


def _who(one: Refused) -> str:
    who = one.row.who
    return " · ".join(part for part in (who.name, who.staff_number, who.unit) if part) or "…"


def _why(one: Refused) -> str:
    return problems.sentence(one.problem) if one.problem is not None else _(fill_words.OUTCOMES[one.outcome])
