"""Views of the records: kept under a name, shared, and forgotten."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Unit
from suyu_learn.services import record_views, units
from suyu_learn.web import record_asked
from suyu_learn.web.acting import actor
from suyu_learn.web.context import now, session
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.problems import sentence
from suyu_learn.web.records import MAY_SEE
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.typed import number_of

routes = Routes()


@routes.post("/manage/records/views", access=MAY_SEE)
def record_view_save() -> Response:
    """Keep the filter and the columns of the page under a name."""
    filters = record_asked.kept(request.form, record_asked.FILTERS)
    columns = [one.value for one in record_asked.fields_of(request.form)]
    record_asked.filter_of(request.form)  # what nobody can open is not kept
    try:
        view = record_views.save(
            session(), actor(), request.form.get("name", ""), filters=filters, columns=columns,
            first="first" in request.form, unit=_unit(), now=now(),
        )  # fmt: skip
        say(MessageKind.SUCCESS, _("“%(name)s” is saved.", name=view.name))
    except Problem as problem:
        if problem.place.field != "name":
            raise
        say(MessageKind.ERROR, sentence(problem))
    return redirect(link("records", **filters, col=columns), code=303)


@routes.post("/manage/records/views/<int:view_id>/delete", access=MAY_SEE)
def record_view_delete(view_id: int) -> Response:
    """Forget one's own view."""
    name = record_views.delete(session(), actor(), view_id)
    say(MessageKind.SUCCESS, _("“%(name)s” is removed.", name=name))
    return redirect(link("records", status="completed"), code=303)


def _unit() -> Unit | None:
    """The unit to share it with: the one of the filter, or the only one that somebody works for."""
    if "shared" not in request.form:
        return None
    number = request.form.get("unit", type=number_of)
    return units.seen(session(), number, actor=actor()) if number is not None else None
