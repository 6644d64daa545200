"""Certificates of others from a table, and the kinds that there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect
from werkzeug.wrappers import Response

from suyu_learn.content.outside_kinds import Kind
from suyu_learn.content.outside_rows import COLUMNS, Row
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Import
from suyu_learn.services import outside_imports, outside_kinds
from suyu_learn.services.outside_certificates import Said
from suyu_learn.services.outside_tables import Preview, Step
from suyu_learn.web import outside_words
from suyu_learn.web.acting import actor, carried_out
from suyu_learn.web.certificate_words import day
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.outside import kind_form, kind_in
from suyu_learn.web.i18n import _, labelled, language, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.outside_certificates import HR
from suyu_learn.web.outside_tables import Desk, xlsx
from suyu_learn.web.pages.common import Action, Column, MessageKind
from suyu_learn.web.pages.outside import KindsPage
from suyu_learn.web.pages.people import FormPage, Listing
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()


@routes.get("/manage/outside-certificates/import", access=HR)
def outside_import() -> str:
    """The form."""
    return _desk().upload_page(_desk().form())


@routes.post("/manage/outside-certificates/import", access=HR, writes=False)
def outside_import_post() -> Any:
    """Read the file and show what it would do."""
    return _desk().upload()


@routes.get("/manage/outside-certificates/import/template.xlsx", access=HR)
def outside_template() -> Response:
    """An empty table with the columns that are understood, and an example."""
    kinds = list(outside_words.kinds().values())
    example = ["张三（示例，请删除）", "00123", "", kinds[0].name if kinds else "", "低压电工作业", "T000000", "",
               "2024-05-01", "2030-04-30", "2027-04-30", "本单位", ""]  # fmt: skip
    return xlsx(_("Certificates of others"), list(COLUMNS), [example], "certificates.xlsx")


@routes.get("/manage/outside-certificates/import/<key>", access=HR)
def outside_preview(key: str) -> str:
    """What would become of the rows of a file, or what became of them."""
    return _desk().preview_page(_preview(_desk().batch(key)))


@routes.post("/manage/outside-certificates/import/<key>", access=HR)
def outside_preview_post(key: str) -> Response:
    """Enter what can go in, or forget the file."""
    desk = _desk()
    batch = desk.batch(key, hold=True)
    if not desk.applies(batch):
        return desk.back()
    count = outside_imports.apply(session(), batch, actor=actor(), now=now(), zone=learn().zone)
    return desk.done(batch, ngettext("%(num)s certificate is entered.", "%(num)s certificates are entered.", count))


@routes.get("/manage/outside-certificates/import/<key>/left-out.xlsx", access=HR, writes=True)
def outside_left_out(key: str) -> Response:
    """The rows that do not go in, as they stand in the file, with the reason."""
    return _desk().left_out(_preview(_desk().batch(key)))


def _preview(batch: Import) -> Preview[Row, Said]:
    return outside_imports.preview(session(), batch, actor=actor(), now=now(), zone=learn().zone)


def _trail() -> tuple[Action, ...]:
    return trail((_("Certificates of others"), link("outside_list")))


def _desk() -> Desk[Row, Said]:
    known = outside_words.kinds()
    return Desk(
        tables=outside_imports.TABLES, endpoint="outside", left_out_action="outside.left_out",
        trail=_trail(), back_url=link("outside_list"), heading=_("Certificate"),
        lead=_("People are recognised by staff number, else by phone, else by a name that only one has. Nothing is "
               "entered before you have looked at it. Scans are added on each person's page."),
        described=lambda one: _described(one, known),
    )  # fmt: skip


def _described(one: Step[Row, Said], known: Mapping[str, Kind]) -> list[str]:
    row, said = one.row, one.said
    kind = known.get(said.kind) if said is not None else None
    parts = [kind.called(language()) if kind is not None else row.kind, row.detail, row.number]
    if said is not None and said.valid_until is not None:
        parts.append(_("valid until %(day)s", day=day(said.valid_until)))
    if said is not None and said.review_on is not None:
        parts.append(labelled(_("Next review by"), day(said.review_on)))
    return parts


# Kinds


@routes.get("/manage/outside-kinds", access=HR)
def outside_kind_list() -> str:
    """The kinds with their months and basis."""
    changes = outside_kinds.may_change(session(), actor())
    columns = (Column(_("Kind")), Column(_("Valid")), Column(_("Review")), Column(_("Issued by")), Column(_("Basis")),
               Column(_("Compared with the basis on")))  # fmt: skip
    rows = tuple(
        (
            Action(one.called(language()), link("outside_kind", code=one.code)) if changes else one.called(language()),
            _months(one.valid_months) or _("without an end"),
            _months(one.review_months) or _("none"),
            one.issuer,
            one.basis,
            _compared(one),
        )
        for one in outside_words.kinds().values()
    )
    return render("outside/kinds.html", KindsPage(
        trail=_trail(), kinds=Listing(_("Kinds of certificates"), columns, rows),
        add_url=link("outside_kind", code="new"),
    ))  # fmt: skip


def _months(count: int | None) -> str:
    return ngettext("%(num)s month", "%(num)s months", count) if count else ""


def _compared(one: Kind) -> str:
    said = day(one.checked) if one.checked else _("not compared yet")
    return said if one.confirmed else _("%(day)s, to be confirmed", day=said)


@routes.get("/manage/outside-kinds/<code>", access=HR)
def outside_kind(code: str) -> str:
    """The form for a kind; `new` for another one."""
    return _kind_page(code, kind_form(_kind(code)))


@routes.post("/manage/outside-kinds/<code>", access=HR)
def outside_kind_post(code: str) -> Any:
    """Add it, or say otherwise of it."""
    _kind(code)
    form = kind_form()

    def keep() -> None:
        outside_kinds.save(session(), "" if code == "new" else code, kind_in(form), actor=actor(), now=now())

    if not carried_out(form, keep):
        return _kind_page(code, form), 422
    say(MessageKind.SUCCESS, _("Saved. Certificates that are entered already keep their days."))
    return redirect(link("outside_kind_list"), code=303)


def _kind(code: str) -> Kind | None:
    if code == "new":
        return None
    if not outside_kinds.may_change(session(), actor()):
        raise Problem("page.refused")
    found = outside_words.kinds().get(code)
    if found is None:
        raise Problem("page.unknown")
    return found


def _kind_page(code: str, form: Form) -> str:
    return render("manage/form.html", FormPage(
        title=_("Another kind of certificate") if code == "new" else _("Change a kind of certificate"), form=form,
        submit=_("Save"), cancel_url=link("outside_kind_list"), trail=_trail(),
        lead=_("From the months the last day and the review of a new entry follow, where nobody types them."),
    ))  # fmt: skip
