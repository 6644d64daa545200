"""Training records: HR's table and its export."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, request
from werkzeug.datastructures import MultiDict

from suyu_learn.domain.problems import Problem
from suyu_learn.models import RecordView, Role
from suyu_learn.services import audit, record_pages, record_rows, record_views
from suyu_learn.services.record_certificates import found as certificates_of
from suyu_learn.services.record_filters import Filter, Status
from suyu_learn.services.record_pages import RecordPage
from suyu_learn.services.record_rows import FIELDS, Field, Words
from suyu_learn.web import certificates, exporting, record_asked, record_columns
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, page_number
from suyu_learn.web.context import commit_and_go_on, learn, now, session
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, Choice, Column, Pages
from suyu_learn.web.pages.records import KeptView, RecordRow, RecordsPage
from suyu_learn.web.pages.reports import ExportForm
from suyu_learn.web.problems import sentence
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

MAY_SEE = holding(Role.ORGANIZER, Role.HR)
PER_PAGE = 50


@routes.get("/manage/records", access=MAY_SEE)
def records() -> str:
    """The records of one's units, by filter and columns that the address remembers, or a view that was kept."""
    problem = ""
    args = request.args or _begin_with(record_views.first_of(session(), actor()))
    try:
        wanted = record_asked.filter_of(args)
    except Problem as found:
        problem = sentence(found)
        wanted = record_asked.filter_of(MultiDict())
    return render("records/table.html", _page(args, wanted, problem))


@routes.post("/manage/records/export", access=MAY_SEE)
def records_export() -> Response:
    """The records as a file, with the columns chosen; of what changed since a moment, all of them by their codes."""
    form, reason = exporting.asked_format(), exporting.asked_reason()
    wanted = record_asked.filter_of(request.form)
    for_machines = wanted.changed_since is not None
    if for_machines:
        wanted = replace(wanted, status=Status.ALL)
    fields = FIELDS if for_machines else record_asked.fields_of(request.form) or FIELDS
    most = exporting.MOST_ROWS.get(form.code)
    if most is not None:
        exporting.refuse_too_many(form, record_pages.count(session(), wanted, most=most))
    zone, words = learn().zone, Words() if for_machines else record_columns.words()
    names = (*record_asked.NAMES, "changed_since")
    about = list(record_asked.about(wanted))
    return exporting.send(
        _("Training records"), record_columns.headings(fields, coded=for_machines),
        lambda reading: record_rows.rows(reading, wanted, fields, zone=zone, words=words),
        form=form, action="records.exported", actor=actor(), reason=reason, about=about,
        unit_id=record_asked.unit_id(wanted.reach, wanted.unit), plain=True,
        filter=record_asked.kept(request.form, names),
    )  # fmt: skip


@routes.post("/manage/records/certificates", access=MAY_SEE)
def record_certificates() -> Response:
    """The certificates of the records of a filter in one pdf; who took them and why is logged."""
    reason, wanted, me = exporting.asked_reason(), record_asked.filter_of(request.form), actor()
    found = list(certificates_of(session(), wanted))
    about = list(record_asked.about(wanted))
    audit.record(session(), "certificates.printed", now=now(), actor=me, reason=reason, people=len(found),
                 unit_id=record_asked.unit_id(wanted.reach, wanted.unit), about=", ".join(about),
                 filter=record_asked.kept(request.form))  # fmt: skip
    commit_and_go_on()
    return certificates.sent(found, name=_("Certificates"), about=about)


def _begin_with(view: RecordView | None) -> MultiDict[str, str]:
    """What stands in the address of a view, and nothing where there is none."""
    return MultiDict({**view.filters, "col": view.columns}) if view is not None else MultiDict()


def _fields(args: MultiDict[str, str], status: Status) -> tuple[Field, ...]:
    """The columns that were chosen, else what the status shows; the form sends the ticks of another status along, which
    nobody chose."""
    chosen = record_asked.fields_of(args)
    by_itself = not chosen or any(set(chosen) == set(record_columns.shown(one)) for one in Status)
    return record_columns.shown(status) if by_itself else chosen


def _page(args: MultiDict[str, str], wanted: Filter, problem: str) -> RecordsPage:
    fields = _fields(args, wanted.status)
    last_page = -(-record_pages.MOST // PER_PAGE)
    current = min(last_page, page_number(args.get("page")))
    found = _found(wanted, fields, current)
    if not found.lines and current > 1:  # fewer than the address believes
        current = max(1, -(-found.total // PER_PAGE))
        found = _found(wanted, fields, current)
    last = max(1, -(-found.total // PER_PAGE))
    kept = record_asked.kept(args)
    hidden = [(name, value) for name, values in kept.items() if name != "col" for value in values]
    columns = [("col", one.value) for one in fields] if "col" in kept else []
    return RecordsPage(
        units=record_asked.units(wanted.reach, wanted.unit.id if wanted.unit else None),
        audiences=record_asked.audiences(wanted), subjects=record_asked.subjects(args.get("subject", ""), wanted.reach),
        statuses=tuple(Choice(one.value, _(label), one is wanted.status)
                       for one, label in record_columns.STATUSES.items()),
        since=args.get("since", ""), until=args.get("until", ""), note=_note(wanted),
        fields=tuple(Choice(one.value, _(record_columns.LABELS[one]), one in fields) for one in FIELDS),
        columns=tuple(Column(_(record_columns.LABELS[one])) for one in fields),
        rows=tuple(RecordRow(tuple("" if cell is None else str(cell) for cell in one.cells),
                             link("person_records", key=one.person_key)) for one in found.lines),
        total=_total(found),
        pages=Pages(current, last, found.total, _turn(kept, current - 1, last), _turn(kept, current + 1, last)),
        export=exporting.export_form(link("records_export"), hidden=[*hidden, *columns]),
        certificates=_certificates([*hidden]) if wanted.status is Status.COMPLETED else None,
        changes=_changes([(name, value) for name, value in hidden if name not in ("status", "since", "until")]),
        name_column=fields.index(Field.NAME) if Field.NAME in fields else -1, problem=problem,
        views=_views(wanted), kept=(*hidden, *(("col", one.value) for one in fields)),
        save_url=link("record_view_save"), share_with=wanted.unit.name if wanted.unit else "", more=_more(),
    )  # fmt: skip


def _note(wanted: Filter) -> str:
    said = [_(record_columns.NOTES[wanted.status])]
    exams, programmes = record_asked.left_out(wanted)
    if exams:
        said.append(ngettext(
            "Your own result of %(num)s exam that does not show it to you is left out, and the names of files say so.",
            "Your own results of %(num)s exams that do not show them to you are left out, and the names of files "
            "say so.", exams,
        ))  # fmt: skip
    if programmes:
        said.append(ngettext(
            "So is %(num)s programme of yours that has an exam whose result is not shown to you.",
            "So are %(num)s programmes of yours that have an exam whose result is not shown to you.", programmes,
        ) if exams else ngettext(
            "%(num)s programme of yours that has an exam whose result is not shown to you is left out.",
            "%(num)s programmes of yours that have an exam whose result is not shown to you are left out.", programmes,
        ))  # fmt: skip
    return " ".join(said)


def _found(wanted: Filter, fields: tuple[Field, ...], current: int) -> RecordPage:
    return record_pages.page(
        session(), wanted, fields, zone=learn().zone, words=record_columns.words(), offset=(current - 1) * PER_PAGE,
        limit=PER_PAGE,
    )  # fmt: skip


def _changes(hidden: list[tuple[str, str]]) -> ExportForm:
    """The form for other systems, which read csv rather than workbooks."""
    form = exporting.export_form(link("records_export"), hidden=hidden)
    return replace(form, formats=tuple(sorted(form.formats)))


def _certificates(hidden: list[tuple[str, str]]) -> ExportForm:
    """The form for all certificates of the filter in one pdf."""
    form = exporting.export_form(link("record_certificates"), hidden=hidden)
    return replace(form, formats=(("pdf", "pdf"),))


def _total(found: RecordPage) -> str:
    if found.more:
        return _("more than %(num)s records", num=found.total)
    return ngettext("%(num)s record", "%(num)s records", found.total)


def _turn(kept: dict[str, list[str]], page: int, last: int) -> str | None:
    return link("records", **kept, page=page) if 1 <= page <= last else None


def _views(wanted: Filter) -> tuple[KeptView, ...]:
    return tuple(
        KeptView(
            name=one.view.name, url=link("records", **one.view.filters, col=one.view.columns),
            first=one.view.first and not one.owner,
            said=_("shared by %(name)s", name=one.owner) if one.owner
            else _("shared with %(unit)s", unit=one.unit) if one.unit else "",
            delete_url="" if one.owner else link("record_view_delete", view_id=one.view.id),
        )
        for one in record_views.listed(session(), actor(), wanted.reach)
    )  # fmt: skip


def _more() -> tuple[Action, ...]:
    return (
        Action(_("Fill a table of your own"), link("fill_upload")),
        Action(_("What was taken along"), link("export_log")),
    )
