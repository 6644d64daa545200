"""Importing rosters: upload, preview, apply, undo."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import partial
from operator import itemgetter
from typing import Any

from flask import redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.exports import Heading, Table
from suyu_learn.models import Import, ImportRow, ImportState, Person, Role, Unit
from suyu_learn.services import cards, programme_members, roster_undo, rosters
from suyu_learn.web import problems, uploads
from suyu_learn.web.access import holding
from suyu_learn.web.addresses import public_link
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms.rosters import roster_form
from suyu_learn.web.i18n import _, local_time
from suyu_learn.web.identity import current_person
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Column, MessageKind
from suyu_learn.web.pages.rosters import RosterList, RosterUpload
from suyu_learn.web.roster_pages import STATES, batch_page, sentences_of
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number, number_of

routes = Routes()

IMPORTERS = holding(Role.HR, Role.UNIT_MANAGER, Role.ADMIN)


@routes.get("/manage/imports", access=IMPORTERS)
def imports() -> str:
    """The latest imports within reach."""
    columns = (Column(_("File")), Column(_("Unit")), Column(_("By")), Column(_("When")), Column(_("State")))
    rows = tuple(
        (
            Markup('<a href="{}">{}</a>').format(link("roster_import", key=batch.key), batch.file_name),
            unit.name, who, local_time(batch.done_at or batch.created_at), _(STATES[batch.state]),
        )
        for batch, unit, who in rosters.listed(session(), reach=_reach())
    )  # fmt: skip
    return render("rosters/index.html", RosterList(columns, rows, link("roster_upload")))


@routes.get("/manage/imports/roster", access=IMPORTERS)
def roster_upload() -> str:
    """The form."""
    return _upload_page(_form())


@routes.post("/manage/imports/roster", access=IMPORTERS)
def roster_upload_post() -> Any:
    """Read the file and show what it would do."""
    form = _form()
    try:
        content, name = uploads.sent_table()
        batch = rosters.upload(
            session(), content, name, target=_target(), actor=_person(), reach=_reach(), now=now(),
            encoding=request.form.get("encoding", ""),
        )  # fmt: skip
        return redirect(link("roster_import", key=batch.key), code=303)
    except Problem as problem:
        form.refuse(problem if problem.place.field else problem.at(Place(field="file")))
    return _upload_page(form), 422


@routes.get("/manage/imports/roster/template.xlsx", access=IMPORTERS)
def roster_template() -> Response:
    """An empty roster with the columns that are understood."""
    columns = ["姓名（必填）", "工号", "手机号", "单位", "部门", "岗位", "人群", "入职日期"]
    example = ["张三（示例，请删除）", "00123", "13800000000", "甲公司", "一车间", "电工", "产业工人", "2026-03-01"]
    headings = [Heading(name, name, itemgetter(place)) for place, name in enumerate(columns)]
    return _xlsx(_("Rosters"), headings, [example], "roster.xlsx")


@routes.get("/manage/imports/<key>", access=IMPORTERS)
def roster_import(key: str) -> str:
    """The preview, or what came of it."""
    batch = _batch(key)
    shown = request.args.get("show", "")
    page = request.args.get("page", 1, type=number_of)
    done = batch.state is ImportState.DONE
    waiting = len(cards.newcomers(session(), _person(), batch)) if done and batch.counts["new"] else 0
    return render("rosters/batch.html", batch_page(session(), batch, shown=shown, page=page, waiting=waiting))


@routes.post("/manage/imports/<key>", access=IMPORTERS)
def roster_import_post(key: str) -> Response:
    """Keep the answers; apply when that button was pressed."""
    batch = _batch(key)
    answers = {
        int(name.removeprefix("row-")): value
        for name, value in request.form.items()
        if name.startswith("row-") and is_number(name.removeprefix("row-"))
    }
    rosters.decide(
        session(), batch, answers, create_units="create_units" in request.form or "units_shown" not in request.form,
        reach=_reach(),
    )  # fmt: skip
    if request.form.get("do") != "apply":
        say(MessageKind.SUCCESS, _("Your answers are saved."))
        return redirect(
            link(
                "roster_import", key=key, show=request.form.get("show") or None, page=request.form.get("page") or None
            ),
            code=303,
        )
    if rosters.apply(session(), batch, actor=_person(), reach=_reach(), now=now()):
        programme_members.sync_people(session(), rosters.people_of(session(), batch), now=now(), zone=learn().zone)
        say(MessageKind.SUCCESS, _("The roster is in."))
    else:
        say(MessageKind.WARNING, _("People or units have changed in the meantime. Look at the preview again."))
    return redirect(link("roster_import", key=key), code=303)


@routes.post("/manage/imports/<key>/discard", access=IMPORTERS)
def roster_discard(key: str) -> Response:
    """Forget a preview."""
    rosters.discard(session(), _batch(key), actor=_person(), now=now())
    say(MessageKind.SUCCESS, _("The preview is gone; nobody was changed."))
    return redirect(link("imports"), code=303)


@routes.post("/manage/imports/<key>/undo", access=IMPORTERS)
def roster_undo_post(key: str) -> Response:
    """Take an import back, as long as nothing stands on it."""
    batch = _batch(key)
    try:
        roster_undo.undo(session(), batch, actor=_person(), now=now())
        say(MessageKind.SUCCESS, _("The import was taken back; people and units are as they were."))
    except Problem as problem:
        say(MessageKind.ERROR, problems.sentence(problem))
    return redirect(link("roster_import", key=key), code=303)


@routes.get("/manage/imports/<key>/left-out.xlsx", access=IMPORTERS, writes=True)
def roster_left_out(key: str) -> Response:
    """The rows that did not go in, as they stand in the file, with the reason."""
    batch = _batch(key)
    rows = rosters.left_out(session(), batch)
    rosters.record_download(session(), batch, len(rows), actor=_person(), now=now())
    names: list[str] = batch.options["headings"]
    headings = [Heading(name, name, partial(_cell, name)) for name in names]
    headings += [
        Heading("row", _("Row in the file"), lambda row: row.row),
        Heading("reason", _("Reason"), lambda row: " ".join(sentences_of(row))),
    ]
    return _xlsx(_("Left out"), headings, rows, "left-out.xlsx")


@routes.post("/manage/imports/<key>/sign-in.xlsx", access=IMPORTERS)
def roster_sign_in(key: str) -> Response:
    """Each new person with a link that sets their password once; asking again ends the older links."""
    batch = _batch(key)
    base = public_link("home").rstrip("/")  # first of all: where there can be no links, the older ones go on working
    made = rosters.sign_in_links(session(), batch, actor=_person(), reach=_reach(), now=now())
    headings = [
        Heading("name", _("Name"), lambda row: row.name),
        Heading("number", _("Staff number"), lambda row: row.staff_number),
        Heading("unit", _("Unit"), lambda row: row.unit),
        Heading("link", _("Link for setting a password, works once within 7 days"),
                lambda row: f"{base}/password/{row.token}"),
    ]  # fmt: skip
    return _xlsx(_("Sign-in"), headings, made, "sign-in.xlsx")


def _person() -> Person:
    person = current_person()
    assert person is not None  # every route here is for those signed in
    return person


def _reach() -> Any:
    return rosters.reach_of(session(), _person())


def _batch(key: str) -> Import:
    return rosters.find(session(), key, reach=_reach())


def _form() -> Any:
    units = [(str(unit.id), "　" * depth + unit.name) for unit, depth in rosters.targets(session(), _reach())]
    return roster_form(units, request.args.get("unit", ""))


def _upload_page(form: Any) -> str:
    first = "" if rosters.targets(session(), _reach()) else link("unit_new")
    return render("rosters/upload.html", RosterUpload(form, link("roster_template"), link("imports"), first))


def _target() -> Unit:
    chosen = request.form.get("unit", "")
    for unit, _depth in rosters.targets(session(), _reach()):
        if str(unit.id) == chosen:
            return unit
    raise Problem("roster.no_target", place=Place(field="unit"))


def _cell(name: str, row: ImportRow) -> str:
    return str(row.data["cells"].get(name, ""))


def _xlsx(title: str, headings: list[Heading], rows: Iterable[Any], file_name: str) -> Response:
    form = learn().plugins.export_formats["xlsx"]
    stream = io.BytesIO()
    form.write(Table(title, headings, rows), stream)
    response = Response(stream.getvalue(), mimetype=form.mime)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
