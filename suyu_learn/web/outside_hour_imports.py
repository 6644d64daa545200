"""Hours learnt elsewhere (补录) from a table."""

from __future__ import annotations

from typing import Any

from flask import redirect
from werkzeug.wrappers import Response

from suyu_learn.content.outside_hour_rows import COLUMNS
from suyu_learn.content.outside_hour_rows import Row as HoursRow
from suyu_learn.models import Import, Person
from suyu_learn.services import outside_hour_files, outside_hour_imports
from suyu_learn.services.outside_hour_files import Standing
from suyu_learn.services.outside_hour_imports import Said
from suyu_learn.services.outside_tables import Preview, Step
from suyu_learn.web.acting import actor, carried_out
from suyu_learn.web.attendance import terms
from suyu_learn.web.context import session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.units import reason_form
from suyu_learn.web.i18n import _, credit_hours, dated_time, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.outside_hours import HR
from suyu_learn.web.outside_tables import Desk, xlsx
from suyu_learn.web.pages.common import Action, MessageKind, Row
from suyu_learn.web.pages.people import Column, FormPage, Listing
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

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


@routes.get("/manage/outside-hours/files/<key>", access=HR)
def hours_file(key: str) -> str:
    """What of a file stands, and the question why it is to be taken back."""
    return _file_page(key, reason_form())


@routes.post("/manage/outside-hours/files/<key>", access=HR)
def hours_file_post(key: str) -> Any:
    """Take all of it back."""
    form, found = reason_form(), list[Standing]()

    def void() -> None:
        found.append(outside_hour_files.void(session(), key, reason=form["reason"].data or "", actor=actor(),
                                             terms=terms()))  # fmt: skip

    if not carried_out(form, void):
        return _file_page(key, form), 422
    count = len(found[0].entries)
    said = ngettext("%(num)s entry of hours is taken back.", "%(num)s entries of hours are taken back.", count)
    say(MessageKind.SUCCESS, said)
    return redirect(link("hours_import"), code=303)


def _file_page(key: str, form: Form) -> str:
    batch = outside_hour_files.find(session(), key, actor=actor())
    found, people = outside_hour_files.standing(session(), batch, actor=actor()), (_("People"), link("persons"))
    return render("manage/form.html", FormPage(
        title=_("Take back the hours of a file"), form=form, submit=_("Take all of it back"), danger=True,
        cancel_url=link("hours_import"), trail=trail(people, (_("Bring in a table"), link("hours_import"))),
        lead=_("All its entries count no more; they and their proof stay on record. What is right can come again with "
               "a mended table."),
        warning=_beyond(found.beyond),
        facts=(
            Row(_("File"), batch.file_name),
            Row(_("Brought in"), _("by %(name)s on %(time)s", name=_bringer(session().get(Person, batch.actor_id or 0)),
                                   time=dated_time(batch.done_at or batch.created_at))),
            Row(_("Entries that stand"), number(len(found.entries))),
            Row(_("Credit hours"), number(found.hours)),
        ),
    ))  # fmt: skip


def _beyond(count: int) -> str:
    return ngettext("%(num)s more entry stays: the person is out of your reach by now, or yourself.",
                    "%(num)s more entries stay: their people are out of your reach by now, or yourself.",
                    count) if count else ""  # fmt: skip


def _brought() -> Listing | None:
    rows = tuple(
        (
            Action(batch.file_name, link("hours_file", key=batch.key)),
            dated_time(batch.done_at or batch.created_at),
            _bringer(person),
            number(batch.counts["new"]),
            _("taken back on %(time)s", time=dated_time(batch.undone_at)) if batch.undone_at else "",
        )
        for batch, person in outside_hour_files.listed(session(), actor=actor())
    )
    labels = (_("File"), _("When"), _("Brought in by"), _("Entries"), _("Taken back"))
    return Listing(_("Files brought in before"), tuple(Column(label) for label in labels), rows) if rows else None


def _bringer(person: Person | None) -> str:
    return person.name if person is not None else _("somebody")


def _preview(batch: Import) -> Preview[HoursRow, Said]:
    return outside_hour_imports.preview(session(), batch, actor=actor(), terms=terms())


def _desk() -> Desk[HoursRow, Said]:
    return Desk(
        tables=outside_hour_imports.TABLES, endpoint="hours", left_out_action="hours.left_out",
        trail=trail((_("People"), link("persons"))), back_url=link("persons"), heading=_("Hours learnt elsewhere"),
        lead=_("People are recognised by staff number, else by phone, else by a name that only one has in the unit. "
               "Nothing is entered before you have looked at it. Each row gives the number of its proof, which stays "
               "with you, or one scan proves all of them."),
        described=_described, proof=True, brought=_brought,
    )  # fmt: skip


def _described(one: Step[HoursRow, Said]) -> list[str]:
    row = one.row
    days = ""
    if row.first is not None and row.last is not None:
        days = _("%(first)s to %(last)s", first=row.first.isoformat(), last=row.last.isoformat())
    return [row.what, row.where, days, credit_hours(one.said.room.hours) if one.said is not None else "", row.number]
