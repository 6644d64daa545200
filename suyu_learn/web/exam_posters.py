"""The way in on paper: QR codes to download, posters to print."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, request

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Exam, Unit
from suyu_learn.services import exam_scope, exams
from suyu_learn.web import addresses, exam_words
from suyu_learn.web.context import session
from suyu_learn.web.exam_making import ORGANIZERS, managed
from suyu_learn.web.exams import contact_of
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Row
from suyu_learn.web.pages.exam_managing import Poster, PosterPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

_MIMES = {"svg": "image/svg+xml", "png": "image/png"}


@routes.get("/manage/exams/<int:exam_id>/qr.<form>", access=ORGANIZERS)
def exam_qr(exam_id: int, form: str) -> Response:
    """The QR code of the way in, as a picture; of one unit where the address names it."""
    exam = managed(exam_id)
    if form not in _MIMES:
        raise Problem("page.unknown")
    unit = _unit(exam, request.args.get("unit", ""))
    addresses.require_reachable()
    address = addresses.entry_link(exam.code, unit.id if unit else None)
    response = Response(picture(address, form), content_type=_MIMES[form])
    if request.args.get("download"):
        response.headers["Content-Disposition"] = f'attachment; filename="{exam.code}.{form}"'
    return response


@routes.get("/manage/exams/<int:exam_id>/poster", access=ORGANIZERS)
def exam_poster(exam_id: int) -> Any:
    """One poster, or with `by=unit` one for each unit of the scope, several pages in one print."""
    exam = managed(exam_id)
    refusal = addresses.doubt_in_words()
    units: list[Unit | None] = [None]
    if request.args.get("by") == "unit":
        units = list(exam_scope.units_of(session(), exam)) or [None]
    posters = (
        ()
        if refusal
        else tuple(
            Poster(
                unit=one.name if one is not None else "",
                qr_url=link("exam_qr", exam_id=exam.id, form="svg", **({"unit": one.id} if one is not None else {})),
                address=addresses.entry_link(exam.code).split("://", 1)[-1],
            )
            for one in units
        )
    )
    page = PosterPage(
        title=exam.title,
        facts=(
            Row(_("Window"), exam_words.window(exam)),
            Row(_("Time"), ngettext("%(num)s minute", "%(num)s minutes", exam.minutes)),
            Row(
                _("Questions"), ngettext("%(num)s question", "%(num)s questions", exams.size(session(), exam).questions)
            ),
        ),
        code=exam.code,
        posters=posters,
        contact=contact_of(exam),
        ways=exam_words.ways_in(exam),
        refusal=refusal,
        back_url=link("managed_exam", exam_id=exam.id),
    )
    return render("exams/poster.html", page)


def picture(address: str, form: str) -> bytes:
    """A QR code with enough correction to survive a smudge."""
    import segno

    stream = io.BytesIO()
    made = segno.make(address, error="m", micro=False)
    if form == "svg":
        made.save(stream, kind="svg", scale=10, border=2, xmldecl=False, omitsize=True)
    else:
        made.save(stream, kind="png", scale=12, border=4)
    return stream.getvalue()


def _unit(exam: Exam, text: str) -> Unit | None:
    if not is_number(text):
        return None
    return next((one for one in exam_scope.units_of(session(), exam) if str(one.id) == text), None)
