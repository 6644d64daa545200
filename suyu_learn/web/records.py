"""Training records: HR's table and its export, one person's file, and one's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Response, request
from werkzeug.datastructures import MultiDict

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import CompletionKind, Person, Role, Unit
from suyu_learn.services import person_files, record_choices, record_rows, reports
from suyu_learn.services.record_queries import Filter, Status
from suyu_learn.services.record_rows import FIELDS, Field
from suyu_learn.web import certificates, exporting, outside_words, person_file, record_columns
from suyu_learn.web.access import SIGNED_IN, holding
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import N_, _, labelled, ngettext
from suyu_learn.web.identity import current_person
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Choice, Column, Pages
from suyu_learn.web.pages.records import RecordRow, RecordsPage
from suyu_learn.web.problems import sentence
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number, is_sensible

routes = Routes()

MAY_SEE = holding(Role.ORGANIZER, Role.HR)
PER_PAGE = 50
FILTERS = ("unit", "audience", "subject", "since", "until", "status", "col")


@routes.get("/records", access=SIGNED_IN, endpoint="my_records")
def mine() -> str:
    """What stands of oneself."""
    found = person_files.without_hidden(session(), person_files.file_of(session(), _person()), now=now(),
                                        grace=learn().grace)  # fmt: skip
    page = person_file.page(found, print_url="")
    kept, others = certificates.links_of(_person()), outside_words.own_list(_person())
    return render("records/mine.html", replace(page, certificates=kept, outside=others))


@routes.get("/manage/records", access=MAY_SEE)
def records() -> str:
    """The records of one's units, by filter and columns that the address remembers."""
    problem = ""
    try:
        wanted = _filter(request.args)
    except Problem as found:
        problem = sentence(found)
        wanted = _filter(MultiDict())
    return render("records/table.html", _page(wanted, problem))


@routes.post("/manage/records/export", access=MAY_SEE)
def records_export() -> Response:
    """The records as a file, with the columns chosen."""
    form, reason = exporting.asked_format(), exporting.asked_reason()
    wanted = _filter(request.form)
    fields = _fields(request.form) or FIELDS
    exporting.refuse_too_many(form, record_rows.count(session(), wanted))
    zone, words = learn().zone, record_columns.words()
    return exporting.send(
        _("Training records"), record_columns.headings(fields),
        lambda reading: record_rows.rows(reading, wanted, fields, zone=zone, words=words),
        form=form, action="records.exported", actor=_person(), reason=reason, about=_about(wanted),
        unit_id=wanted.unit.id if wanted.unit else None, plain=True,
        filter={name: request.form.getlist(name) for name in FILTERS if any(request.form.getlist(name))},
    )  # fmt: skip


@routes.get("/manage/records/<key>", access=MAY_SEE)
def person_records(key: str) -> str:
    """One person's whole file, ready to print and to sign."""
    reach = reports.sight_of(session(), _person()).names
    person = person_files.find(session(), key, reach=reach)
    found = person_files.file_of(session(), person, reach=reach)
    return render("records/person.html", person_file.page(found, signed=True))


def _filter(args: MultiDict[str, str]) -> Filter:
    reach = reports.sight_of(session(), _person()).names
    kind, _colon, number = args.get("subject", "").partition(":")
    if (kind and kind not in list(CompletionKind)) or (number and not is_number(number)):
        raise Problem("page.unknown")
    status = args.get("status") or Status.COMPLETED.value
    if status not in list(Status):
        raise Problem("page.unknown")
    since, until = _day(args.get("since", ""), "since"), _day(args.get("until", ""), "until")
    if since and until and until < since:
        raise Problem("record.dates_turned", place=Place(field="until"))
    return Filter(
        reach=reach,
        unit=_unit(args.get("unit", ""), reach),
        audience=args.get("audience", ""),
        kind=CompletionKind(kind) if kind else None,
        subject_id=int(number) if number else None,
        since=_start(since),
        until=_start(until + timedelta(days=1)) if until else None,
        status=Status(status),
    )


def _about(wanted: Filter) -> Iterator[str]:
    """What the records are of, for the name of the file."""
    if wanted.unit is not None:
        yield wanted.unit.name
    if wanted.audience:
        yield next((one.label for one in _audiences(wanted) if one.chosen), wanted.audience)
    if wanted.kind is not None:
        asked = f"{wanted.kind.value}:{wanted.subject_id}" if wanted.subject_id is not None else wanted.kind.value
        yield next((one.label for one in _subjects(asked) if one.chosen), asked)
    yield _(record_columns.STATUSES[wanted.status])
    days = [moment.astimezone(learn().zone).date() if moment else None for moment in (wanted.since, wanted.until)]
    if days[0]:
        yield _("from %(day)s", day=days[0].isoformat())
    if days[1]:
        yield _("to %(day)s", day=(days[1] - timedelta(days=1)).isoformat())


def _unit(asked: str, reach: Any) -> Unit | None:
    if not asked:
        return None
    unit = session().get(Unit, int(asked)) if is_number(asked) else None
    if unit is None or not reach.covers(unit.path):
        raise Problem("page.unknown")
    return unit


def _day(text: str, field: str) -> date | None:
    text = text.strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        if is_sensible(day):
            return day
        raise ValueError(text)
    except ValueError:
        raise Problem("record.not_a_day", place=Place(field=field), given=text[:40]) from None


def _start(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), learn().zone) if day else None


def _fields(args: MultiDict[str, str]) -> tuple[Field, ...]:
    chosen = set(args.getlist("col"))
    return tuple(field for field in FIELDS if field.value in chosen)


def _page(wanted: Filter, problem: str) -> RecordsPage:
    args = request.args
    fields = _fields(args) or record_columns.shown(wanted.status)
    total = record_rows.count(session(), wanted)
    last = max(1, -(-total // PER_PAGE))
    asked = args.get("page", "1")
    current = min(last, max(1, int(asked))) if asked.isdecimal() and len(asked) < 9 else 1
    offset = (current - 1) * PER_PAGE
    found = record_rows.rows(
        session(), wanted, fields, zone=learn().zone, words=record_columns.words(), offset=offset, limit=PER_PAGE
    )
    keys = record_rows.keys_of_people(session(), wanted, offset=offset, limit=PER_PAGE)
    rows = tuple(
        RecordRow(tuple(str(cell) for cell in cells), link("person_records", key=key))
        for cells, key in zip(found, keys, strict=True)
    )
    kept = {name: args.getlist(name) for name in FILTERS if any(args.getlist(name))}
    hidden = [(name, value) for name, values in kept.items() if name != "col" for value in values]
    return RecordsPage(
        units=_units(wanted), audiences=_audiences(wanted), subjects=_subjects(args.get("subject", "")),
        statuses=tuple(Choice(one.value, _(label), one is wanted.status)
                       for one, label in record_columns.STATUSES.items()),
        since=args.get("since", ""), until=args.get("until", ""),
        fields=tuple(Choice(one.value, _(record_columns.LABELS[one]), one in fields) for one in FIELDS),
        columns=tuple(Column(_(record_columns.LABELS[one])) for one in fields), rows=rows,
        total=ngettext("%(num)s record", "%(num)s records", total),
        pages=Pages(current, last, total, _turn(kept, current - 1, last), _turn(kept, current + 1, last)),
        export=exporting.export_form(
            link("records_export"),
            hidden=[*hidden, *(("col", one.value) for one in fields)] if "col" in kept else hidden,
        ),
        name_column=fields.index(Field.NAME) if Field.NAME in fields else -1, problem=problem,
    )  # fmt: skip


def _turn(kept: dict[str, list[str]], page: int, last: int) -> str | None:
    return link("records", **kept, page=page) if 1 <= page <= last else None


def _units(wanted: Filter) -> tuple[Choice, ...]:
    chosen = wanted.unit.id if wanted.unit else 0
    found = record_choices.units(session(), wanted.reach)
    return tuple(Choice(str(one.unit_id), one.name, one.unit_id == chosen, one.depth) for one in found)


def _audiences(wanted: Filter) -> tuple[Choice, ...]:
    found = record_choices.audiences(session())
    return tuple(
        Choice(code, record_columns.audience_name(code, name), code == wanted.audience) for code, name in found
    )


def _subjects(chosen: str) -> tuple[Choice, ...]:
    found = [Choice(kind, _(label), chosen == kind) for kind, label in _ALL_OF.items()]
    for kind, subject_id, title in record_choices.subjects(session()):
        value = f"{kind.value}:{subject_id}"
        found.append(Choice(value, labelled(_(record_columns.KINDS[kind.value]), title), value == chosen))
    return tuple(found)


_ALL_OF = {"course": N_("All courses"), "exam": N_("All exams")}


def _person() -> Person:
    person = current_person()
    assert person is not None  # every route here is for those signed in
    return person
