"""One's own records: the hours of a year and what they consist of, what was completed, sat and attended; one's data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal

from flask import Response, request

from suyu_learn.domain.problems import Problem
from suyu_learn.exports.delimited import Csv
from suyu_learn.exports.tables import Heading, Table
from suyu_learn.models import HoursEntry, PersonKind
from suyu_learn.services import audit, my_data, training_files
from suyu_learn.services.training_files import TrainingFile
from suyu_learn.web import (
    certificates,
    exporting,
    file_corrections,
    my_programmes,
    outside_words,
    person_file,
    programme_words,
)
from suyu_learn.web.access import SIGNED_IN
from suyu_learn.web.acting import actor
from suyu_learn.web.context import begin_writing, learn, now, session
from suyu_learn.web.i18n import _, dated_time, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MenuItem, ProgrammeShare, Row
from suyu_learn.web.pages.reports import Figure
from suyu_learn.web.pages.training_files import FilePart, MyRecords
from suyu_learn.web.programme_shares import share
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render
from suyu_learn.web.training_files import own_results

routes = Routes()


@routes.get("/records", access=SIGNED_IN, endpoint="my_records")
def mine() -> str:
    """What stands of oneself in one calendar year, this one unless another is asked for."""
    this_year = programme_words.today().year
    shares = [share(one) for one in my_programmes.shown_to(actor())]  # first, since it may begin to write
    under_way = tuple(one for one in shares if not one.completed)
    every = _own()
    known = sorted({this_year, *_years(every)}, reverse=True)
    asked = request.args.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 and int(asked) in known else this_year
    return render("records/mine.html", _page(every, year, known, under_way if year == this_year else ()))


@routes.post("/records/my-data", access=SIGNED_IN, writes=False)
def my_data_file() -> Response:
    """All that is stored of oneself, as JSON or csv; on record like every export."""
    person = actor()
    if person.kind is PersonKind.GUEST:
        raise Problem("page.refused")
    form = "csv" if request.form.get("format") == "csv" else "json"
    found = my_data.of(session(), person, now=now(), grace=learn().grace, vault=learn().vault)
    name = exporting.file_name(_("My data"), (person.name,), form)
    audit.record(begin_writing(), "my_data.taken", now=now(), actor=person, on=person, format=form)
    if form == "json":
        text = json.dumps(found, ensure_ascii=False, indent=2)
        return exporting.attached(text.encode(), name, "application/json")
    headings = [
        Heading(label, label, lambda row, place=place: row[place])  # type: ignore[misc]
        for place, label in enumerate((_("Table"), _("Row"), _("Field"), _("Value")))
    ]
    content = b"".join(Csv().pieces(Table(_("My data"), headings, my_data.lines(found))))
    return exporting.attached(content, name, "text/csv")


def _own() -> TrainingFile:
    return own_results(training_files.of_person(session(), actor(), now=now(), zone=learn().zone))


def _years(found: TrainingFile) -> Iterator[int]:
    """The years in which anything stands."""
    zone = learn().zone
    yield from found.base.hours_by_year
    moments = [one.completed_at for one in found.base.completions]
    moments += [one.closed_at for _title, one in (*found.base.attempts, *found.base.unshown) if one.closed_at]
    moments += [one.row.came_at for one in found.events]
    yield from (moment.astimezone(zone).year for moment in moments)


def _page(every: TrainingFile, year: int, known: Sequence[int], under_way: tuple[ProgrammeShare, ...]) -> MyRecords:
    found = training_files.of_year(every, year, zone=learn().zone)
    by_year = every.base.hours_by_year
    mine = found.base.hours
    return MyRecords(
        name=every.base.person.name,
        year=year,
        years=tuple(MenuItem(str(one), link("my_records", year=one), one == year) for one in known),
        hours=Figure(_("Credit hours in %(year)s", year=year), number(by_year.get(year, Decimal(0))),
                     _("A credit hour is %(minutes)s minutes; a day brings %(most)s at the most.",
                       minutes=learn().credit.minutes, most=number(learn().credit.per_day))),
        five_years=Figure(_("%(first)s to %(last)s together", first=year - 4, last=year),
                          number(training_files.five_years(by_year, year)), _("five calendar years")),
        kinds=tuple(_kinds(every, mine)),
        kinds_said=_("What is taken back does not count."),
        programmes=under_way,
        programmes_said=ngettext("%(num)s programme under way", "%(num)s programmes under way", len(under_way)),
        certificates=certificates.links_of(actor()),
        outside=outside_words.own_list(actor()),
        parts=tuple(_parts(every, found, year)),
        printed=_("As of %(time)s", time=dated_time(now())),
    )  # fmt: skip


def _kinds(found: TrainingFile, entries: Sequence[HoursEntry]) -> Iterator[Row]:
    """The hours of the year by what brought them, those that count."""
    for kind, label in person_file.HOURS_OF.items():
        some = [one for one in entries if one.kind == kind and one.id in found.standing]
        if some:
            brought = sum((one.hours for one in some), Decimal(0))
            said = ngettext("%(hours)s hours in %(num)s entry", "%(hours)s hours in %(num)s entries", len(some),
                            hours=number(brought))  # fmt: skip
            yield Row(_(label), said)


def _parts(every: TrainingFile, found: TrainingFile, year: int) -> Iterator[FilePart]:
    yield person_file.hours(found, [one for one in found.base.hours if one.id in found.standing])
    yield person_file.completions(found.base.completions)
    yield person_file.exams(found, own=True)
    yield person_file.events(found.events)
    corrected = file_corrections.part(every, year=year)
    if corrected.rows:
        yield corrected
