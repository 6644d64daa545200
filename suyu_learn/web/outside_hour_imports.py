"""Hours learnt elsewhere (补录) from a table."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from suyu_learn.content.outside_hour_rows import COLUMNS, Row
from suyu_learn.models import Import
from suyu_learn.services import outside_hour_imports
from suyu_learn.services.outside_hour_imports import Said
from suyu_learn.services.outside_tables import Preview, Step
from suyu_learn.web.acting import actor
from suyu_learn.web.attendance import terms
from suyu_learn.web.context import session
from suyu_learn.web.i18n import _, credit_hours, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.outside_hours import HR
from suyu_learn.web.outside_tables import Desk, xlsx
from suyu_learn.web.routing import Routes

routes = Routes()


@routes.get("/manage/outside-hours/import", access=HR)
def hours_import() -> str:
    """The form."""
    return _desk().upload_page(_desk().form())


@routes.post("/manage/outside-hours/import", access=HR, writes=False)
def hours_import_post() -> Any:
    """Read the file and show what it would do."""
    return _desk().upload()


@routes.get("/manage/outside-hours/import/template.xlsx", access=HR)
def hours_template() -> Response:
    """An empty table with the columns that are understood, and an example."""
    example = ["张三（示例，请删除）", "00123", "", "", "消防安全培训班", "市应急管理局", "2026-03-02", "2026-03-03",
               "12", "PX000000", ""]  # fmt: skip
    return xlsx(_("Hours learnt elsewhere"), list(COLUMNS), [example], "hours.xlsx")


@routes.get("/manage/outside-hours/import/<key>", access=HR)
def hours_preview(key: str) -> str:
    """What would become of the rows of a file, or what became of them."""
    return _desk().preview_page(_preview(_desk().batch(key)))


@routes.post("/manage/outside-hours/import/<key>", access=HR)
def hours_preview_post(key: str) -> Response:
    """Enter what can go in, or forget the file."""
    desk = _desk()
    batch = desk.batch(key, hold=True)
    if not desk.applies(batch):
        return desk.back()
    count = outside_hour_imports.apply(session(), batch, actor=actor(), terms=terms())
    return desk.done(batch, ngettext("%(num)s entry of hours is in.", "%(num)s entries of hours are in.", count))


@routes.get("/manage/outside-hours/import/<key>/left-out.xlsx", access=HR, writes=True)
def hours_left_out(key: str) -> Response:
    """The rows that do not go in, as they stand in the file, with the reason."""
    return _desk().left_out(_preview(_desk().batch(key)))


def _preview(batch: Import) -> Preview[Row, Said]:
    return outside_hour_imports.preview(session(), batch, actor=actor(), terms=terms())


def _desk() -> Desk[Row, Said]:
    return Desk(
        tables=outside_hour_imports.TABLES, endpoint="hours", left_out_action="hours.left_out",
        trail=trail((_("People"), link("persons"))), back_url=link("persons"), heading=_("Hours learnt elsewhere"),
        lead=_("People are recognised by staff number, else by phone, else by a name that only one has in the unit. "
               "Nothing is entered before you have looked at it. The paper proofs stay with you: each row gives the "
               "number of its own."),
        described=_described,
    )  # fmt: skip


def _described(one: Step[Row, Said]) -> list[str]:
    row = one.row
    days = ""
    if row.first is not None and row.last is not None:
        days = _("%(first)s to %(last)s", first=row.first.isoformat(), last=row.last.isoformat())
    return [row.what, row.where, days, credit_hours(one.said.hours) if one.said is not None else "", row.number]
