"""Training files (一人一档): finding a person, also who has left; the file on a page, as pdf, and those of a unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, request

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.exports import pdf_document
from suyu_learn.models import Person, Programme, Role, Unit, new_key
from suyu_learn.services import (
    audit,
    file_choosing,
    grants,
    identity_desk,
    person_files,
    record_choices,
    reports,
    training_files,
)
from suyu_learn.services.file_choosing import Found, Wanted
from suyu_learn.services.grants import Reach
from suyu_learn.services.training_files import TrainingFile
from suyu_learn.web import exporting, file_batches, identity_words, marked_papers, person_documents, person_file
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, midnight
from suyu_learn.web.context import begin_writing, close, commit, learn, now, session
from suyu_learn.web.i18n import _, dated_time, labelled, local_date, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.marked_papers import Sat, sheet
from suyu_learn.web.pages.common import Action, Choice
from suyu_learn.web.pages.reports import ExportReason
from suyu_learn.web.pages.training_files import FileForm, FilesPage, FoundPerson, PersonFile
from suyu_learn.web.problems import sentence
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number, is_sensible

routes = Routes()

MAY_SEE = holding(Role.ORGANIZER, Role.HR)
MOST_PAPERS = 60
"""Answered papers that one file has; more are named."""


@routes.get("/manage/records/<key>", access=MAY_SEE)
def person_records(key: str) -> str:
    """One person's whole file, ready to print and to sign; with their answered papers it is on record who asked."""
    with_papers = bool(request.args.get("papers"))
    found = _file(key)
    papers, said = papers_of(found, wanted=with_papers)
    if papers:
        audit.record(begin_writing(), "person_file.printed", now=now(), actor=actor(), on=found.base.person,
                     unit_id=_unit_id(found), answered=len(papers))  # fmt: skip
        found = _file(key)
        papers, said = papers_of(found, wanted=True)
    return render("records/person.html", page_of(
        found, papers, said, identity=_identity_reach(), key=key, ticked=with_papers
    ))  # fmt: skip


@routes.post("/manage/records/<key>/file", access=MAY_SEE, writes=False)
def person_pdf(key: str) -> Response:
    """The same as pdf, drawn outside any transaction; who took it and why is on record."""
    person_files.find(session(), key, reach=_reach())
    reason = exporting.asked_reason()
    found = _file(key)
    papers, said = papers_of(found, wanted=bool(request.form.get("papers")))
    page = page_of(found, papers, said, identity=_identity_reach())
    document, me, unit_id = person_documents.of(page, papers), actor().id, _unit_id(found)
    close()
    [content] = pdf_document.written([document])
    audit.record(begin_writing(), "person_file.taken", now=now(), actor=me, on=found.base.person, reason=reason,
                 unit_id=unit_id, answered=len(papers), people=1)  # fmt: skip
    name = exporting.file_name(_("Training file"), (page.name, page.staff_number), "pdf")
    return exporting.attached(content, name, pdf_document.MIME)


@routes.get("/manage/records/files", access=MAY_SEE)
def person_file_list() -> str:
    """Find one person by name or staff number, or choose whose files to take along."""
    problem = ""
    wanted: Wanted | None = None
    try:
        wanted = _wanted(request.args)
    except Problem as found:
        problem = sentence(found)
    return render("records/files.html", _choosing(wanted, problem))


@routes.post("/manage/records/files", access=MAY_SEE, writes=False, endpoint="person_file_batch")
def batch() -> Response:
    """The files of a unit's people, each as a pdf, in one zip that is written while it is sent."""
    reason = exporting.asked_reason()
    wanted = _wanted(request.form)
    if wanted is None:
        raise Problem("file.no_unit", place=Place(field="unit"))
    reach = _reach()
    ids = file_choosing.people_of(session(), wanted, reach=reach)
    number = request.form.get("part", "1")
    part = file_batches.part_of(ids, int(number) if is_number(number) else 1)
    if not part:
        raise Problem("file.nobody", place=Place(field="unit"))
    papers = bool(request.form.get("papers"))
    detail: dict[str, Any] = {"people": len(part), "answered": papers, "part": number, "filter": {
        "programme": wanted.programme.title if wanted.programme else "",
        "left_since": local_date(wanted.left_since),
    }}  # fmt: skip
    me, unit, identity = actor().id, wanted.unit, _identity_reach()
    name = exporting.file_name(_("Training files"), (unit.name, number if len(part) < len(ids) else ""), "zip")
    logged: dict[str, Any] = {"actor": me, "unit_id": unit.id, "export": new_key()}
    audit.record(begin_writing(), "person_files.exported", now=now(), on=unit, reason=reason, **logged, **detail)
    commit()
    return file_batches.sent(
        part, lambda person: _document(person, reach, identity, reader=me, papers=papers), name=name, logged=logged
    )


def _document(person: Person, reach: Reach, identity: Reach, *, reader: int, papers: bool) -> file_batches.Ready:
    found = _read_by(reader, person, reach)
    sat, said = papers_of(found, wanted=papers)
    page = page_of(found, sat, said, identity=identity)
    return file_batches.Ready(page.name, page.staff_number, found.base.unit_names, person_documents.of(page, sat))


def page_of(
    found: TrainingFile, papers: Sequence[Sat], said: str, *, identity: Reach, key: str = "", ticked: bool = False
) -> PersonFile:
    """The file in words; with a key it is a page on which it can be taken along.

    `identity` is how far the reader may see identity numbers, masked.
    """
    person = found.base.person
    return PersonFile(
        name=person.name,
        staff_number=person.staff_number or "",
        facts=(*person_file.facts(found), *identity_words.file_rows(person, identity)),
        parts=person_file.parts(found),
        printed=_("As of %(time)s", time=dated_time(now())),
        signatures=tuple(_(label) for label in person_file.SIGNATURES),
        papers=tuple(sheet(one) for one in papers) if key else (),
        papers_said=said,
        papers_way=_papers_way(found, key, ticked) if key else None,
        form=FileForm(link("person_pdf", key=key), _reasons(), ticked) if key else None,
        back_url=link("person_file_list") if key else "",
    )


def papers_of(found: TrainingFile, *, wanted: bool) -> tuple[list[Sat], str]:
    """The person's answered papers, the first one sat first, and what the file says of them."""
    attempts = [one for _title, one in reversed(found.base.attempts)]
    if not attempts:
        return [], _("No answered papers.")
    count = ngettext("%(num)s answered paper", "%(num)s answered papers", len(attempts))
    if not wanted:
        return [], _("%(papers)s, not printed here.", papers=count)
    if len(attempts) > MOST_PAPERS:
        said = _("%(papers)s; the latest %(most)s follow.", papers=count, most=MOST_PAPERS)
        return marked_papers.sat(attempts[-MOST_PAPERS:]), said
    return marked_papers.sat(attempts), _("%(papers)s, appended.", papers=count)


def _papers_way(found: TrainingFile, key: str, ticked: bool) -> Action | None:
    if not found.base.attempts:
        return None
    if ticked:
        return Action(_("Without the answered papers"), link("person_records", key=key))
    return Action(_("With the answered papers"), link("person_records", key=key, papers="yes"))


def _reach() -> Reach:
    return reports.sight_of(session(), actor()).names


def _identity_reach() -> Reach:
    return grants.reach(session(), actor(), identity_desk.SEEING)


def _file(key: str) -> TrainingFile:
    reach = _reach()
    return _read_by(actor().id, person_files.find(session(), key, reach=reach), reach)


def _read_by(reader: int, person: Person, reach: Reach) -> TrainingFile:
    """The file as far as its reader may look: who reads their own learns no result that its exam does not show them."""
    found = training_files.of_person(session(), person, now=now(), zone=learn().zone, reach=reach)
    return own_results(found) if person.id == reader else found


def own_results(found: TrainingFile) -> TrainingFile:
    """The file with the results that its own person may read."""
    base = person_files.without_hidden(session(), found.base, now=now(), grace=learn().grace)
    return training_files.with_base(found, base)


def _unit_id(found: TrainingFile) -> int | None:
    return person_files.unit_id_of(session(), found.base.person)


def _reasons() -> tuple[ExportReason, ...]:
    return tuple(ExportReason(code, _(label)) for code, label in exporting.REASONS.items())


# Choosing whose


def _choosing(wanted: Wanted | None, problem: str) -> FilesPage:
    args, reach = request.args, _reach()
    text = args.get("text", "")[:100]
    found, more = file_choosing.search(session(), text, reach=reach)
    ids = file_choosing.people_of(session(), wanted, reach=reach) if wanted is not None else []
    chosen, programme = args.get("unit", ""), args.get("programme", "")  # they stay though the day is none
    batches = tuple(_batches(ids))
    return FilesPage(
        text=text,
        found=tuple(_found(one) for one in found),
        found_said=_found_said(text, found, more=more),
        units=tuple(Choice(str(one.unit_id), one.name, str(one.unit_id) == chosen, one.depth)
                    for one in record_choices.units(session(), reach)),
        programmes=tuple(Choice(one.key, one.title, one.key == programme)
                         for one in file_choosing.programmes(session(), reach)),
        since=args.get("since", ""),
        count=ngettext("%(num)s person", "%(num)s people", len(ids)) if wanted is not None else "",
        batches=batches if len(batches) > 1 else (),
        batches_said=_("One file has %(most)s people at the most; take the parts one after the other.",
                       most=file_batches.MOST),
        form=FileForm(link("person_file_batch"), _reasons(), hidden=(
            ("unit", chosen), ("programme", programme), ("since", args.get("since", "")),
        )) if ids else None,
        problem=problem,
    )  # fmt: skip


def _batches(ids: Sequence[int]) -> Iterator[Choice]:
    for number, first in enumerate(range(0, len(ids), file_batches.MOST), start=1):
        last = min(first + file_batches.MOST, len(ids))
        yield Choice(str(number), _("%(first)s to %(last)s of %(all)s", first=first + 1, last=last, all=len(ids)))


def _found(one: Found) -> FoundPerson:
    said = (one.person.staff_number or "", one.unit_names,
            _("left on %(day)s", day=local_date(one.left_at)) if one.left_at else "")  # fmt: skip
    return FoundPerson(
        one.person.name, tuple(text for text in said if text), link("person_records", key=one.person.key)
    )


def _found_said(text: str, found: Sequence[Found], *, more: bool) -> str:
    if not text.strip():
        return ""
    if more:
        return _("The first %(most)s are shown. Type more of the name or number.", most=file_choosing.MOST_FOUND)
    if not found:
        return _("Nobody in your units, now or formerly, has such a name or staff number.")
    return labelled(_("Found"), ngettext("%(num)s person", "%(num)s people", len(found)))


def _wanted(args: Any) -> Wanted | None:
    asked = args.get("unit", "")
    if not asked:
        return None
    unit = session().get(Unit, int(asked)) if is_number(asked) else None
    if unit is None or not _reach().covers(unit.path):
        raise Problem("page.unknown")
    since = _day(args.get("since", ""))
    return Wanted(unit, midnight(since) if since is not None else None, _programme(args.get("programme", "")))


def _programme(key: str) -> Programme | None:
    if not key:
        return None
    found = next((one for one in file_choosing.programmes(session(), _reach()) if one.key == key), None)
    if found is None:
        raise Problem("page.unknown")
    return found


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = None
    if day is None or not is_sensible(day) or day > (now() + timedelta(days=1)).date():
        raise Problem("record.not_a_day", place=Place(field="since"), given=text[:40])
    return day
