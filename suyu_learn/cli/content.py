"""Question packs, courses and files of questions."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from suyu_learn import _resources
from suyu_learn.cli.common import NOTHING, SOME, line, suyu, told, unit_called
from suyu_learn.cli.files import written
from suyu_learn.content import checking, course_packs, question_packs
from suyu_learn.domain import library
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Bank, Import, RowOutcome
from suyu_learn.services import (
    bank,
    bank_applying,
    bank_contents,
    bank_exports,
    bank_files,
    bank_imports,
    bank_search,
    films,
    media,
    packs,
    people,
)
from suyu_learn.services import course_packs as course_door
from suyu_learn.web import bank_import_notes, problems
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import _, ngettext


@suyu.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@told
def load(folder: Path | None, as_json: bool) -> None:
    """Load the question packs and course packs of FOLDER, or those that come with Suyu Learn.

    FOLDER holds a bank.toml with its banks, or courses as <audience>/<slug>/course.toml.
    """
    banks, courses = load_all(folder)
    if as_json:
        said: list[dict[str, object]] = [
            {"bank": one.name, "read": one.read, "stored": one.stored, "retired": one.retired} for one in banks
        ]
        said += [
            {"course": one.slug, "lessons": one.lessons, "version": one.number, "stored": one.stored} for one in courses
        ]
        click.echo(json.dumps(said, ensure_ascii=False))


def load_all(folder: Path | None) -> tuple[list[packs.Loaded], list[course_door.LoadedCourse]]:
    """Questions first, since the checkpoints of courses name them."""
    with learn().database.writing() as session:
        people.install_audiences(session)
    banks, courses = [], []
    if folder is None or (folder / "bank.toml").exists() or not course_packs.has_courses(folder):
        banks = _load(folder or _resources.folder("question_bank"))
    if folder is None or course_packs.has_courses(folder):
        courses = _load_courses(folder or _resources.folder("courses"))
    return banks, courses


def _load(folder: Path) -> list[packs.Loaded]:
    here = learn()
    drafts = question_packs.read_pack(folder, types=here.plugins.question_types)
    prepared = media.prepare((one for draft in drafts for one in draft.media), folder=here.media_folder)
    with here.database.writing() as session:
        loaded = packs.load_banks(session, drafts, now=here.now(), prepared=prepared)
    for one in loaded:
        if one.stored or one.retired:
            said = _("%(name)s: %(read)s read, %(stored)s stored, %(retired)s retired",
                     name=one.name, read=one.read, stored=one.stored, retired=one.retired)  # fmt: skip
            click.echo(said, err=True)
    return loaded


def _load_courses(folder: Path) -> list[course_door.LoadedCourse]:
    here = learn()
    with here.database.reading() as session:
        uids = course_door.known_uids(session)
    drafts = course_packs.read_packs(folder, uids=uids)
    prepared = films.prepare((one for draft in drafts for one in draft.media), folder=here.media_folder)
    with here.database.writing() as session:
        loaded = course_door.load_courses(session, drafts, now=here.now(), pace=here.pace, prepared=prepared)
    for one in loaded:
        if one.stored:
            said = ngettext("%(title)s: %(num)s lesson stored as version %(version)s",
                            "%(title)s: %(num)s lessons stored as version %(version)s",
                            one.lessons, title=one.title, version=one.number)  # fmt: skip
            click.echo(said, err=True)
    return loaded


@suyu.command("check-content")
@click.option("--json", "as_json", is_flag=True, help="Print counts and problems as JSON.")
@told
def check_content(as_json: bool) -> None:
    """Check what is shipped: every question on its own samples, the texts, facts and hours, and the library as a whole.

    Is it enough of each kind and for everybody, does no key give itself away, do no two questions ask nearly the same?
    """
    types, audiences = learn().plugins.question_types, tuple(people.BUILT_IN_AUDIENCES)
    found = checking.check(
        _resources.folder("question_bank"), _resources.folder("courses"), _resources.inside("programme_templates"),
        types=types,
    )  # fmt: skip
    checking.check_library(found, types=types, audiences=audiences)
    checking.check_papers(found, _resources.inside("paper_templates"))
    said = {
        "courses": found.courses, "lessons": found.lessons, "questions": found.questions, "templates": found.templates,
        "papers": found.papers, "facts": len(found.facts),
        **{f"by_{name}": found.by(name) for name in ("audience", "type", "criterion", "dimension", "difficulty")},
        "balance": [asdict(one) for one in library.tally(found.entries)],
        "answers": [library.guessed(found.entries, audience) for audience in audiences],
        "problems": [{"place": str(one.place), "code": one.code, "reason": problems.sentence(one)}
                     for one in found.problems],
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        click.echo(_("%(courses)s courses, %(lessons)s lessons, %(questions)s questions, "
                     "%(templates)s templates of programmes",
                     courses=found.courses, lessons=found.lessons, questions=found.questions,
                     templates=found.templates))  # fmt: skip
        for one in found.problems:
            click.echo(line(one), err=True)
    if found.problems:
        sys.exit(SOME if found.questions or found.lessons else NOTHING)


@suyu.command("import-bank")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--bank", "bank_name", required=True, help="Name of the bank; it is made if it is missing.")
@click.option("--unit", "unit_name", default="", help="Unit that keeps the bank; the top-level unit if not given.")
@click.option("--all-or-nothing", is_flag=True, help="Take in nothing when one question is refused.")
@click.option("--encoding", default="", help="Of a text file, when it cannot be told from the file.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts and every refused question as JSON.")
@told
def import_bank(file: Path, bank_name: str, unit_name: str, all_or_nothing: bool, encoding: str, as_json: bool) -> None:
    """Import questions from FILE, in any format that the import page reads, into a bank."""
    here = learn()
    upload = bank_imports.Upload(file.name, _content(file))
    key = bank_imports.new_import_key()
    try:
        read = bank_files.read(upload.content, file_name=upload.file_name, encoding=encoding, key=key,
                               formats=here.plugins.bank_formats, types=here.plugins.question_types)  # fmt: skip
    except Problem as problem:
        read = bank_imports.unreadable(problem)
    prepared = media.prepare(read.media, folder=here.media_folder)
    with here.database.writing() as session:
        read = media.take_in(session, read, prepared, now=here.now())
        unit = unit_called(session, unit_name) if unit_name else people.root_unit(session, now=here.now())
        target = bank_contents.own_bank(session, bank_name, unit=unit, now=here.now())
        batch = bank_applying.import_at_once(
            session, target, read, upload, key=key, actor_id=None, day=_today(),
            reviewer=_("Command line"), now=here.now(), all_or_nothing=all_or_nothing,
        )  # fmt: skip
        said = _import_said(session, batch)
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        click.echo(_("%(read)s read: %(imported)s imported, %(duplicates)s duplicates, %(errors)s refused",
                     **{name: said[name] for name in ("read", "imported", "duplicates")},
                     errors=len(said["errors"])))  # fmt: skip
    for one in said["errors"]:
        click.echo(f"{one['place']}: {one['reason']}" if one["place"] else one["reason"], err=True)
    if said["errors"]:
        sys.exit(SOME if said["imported"] or said["duplicates"] else NOTHING)


@suyu.command("export-bank")
@click.argument("bank_name", metavar="BANK")
@click.option("--format", "code", default="pack", show_default=True, help="Code of the format.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@click.option("--json", "as_json", is_flag=True, help="Print the count and the losses as JSON.")
@told
def export_bank(bank_name: str, code: str, output: Path, as_json: bool) -> None:
    """Write all published questions of BANK to a file; what the format cannot carry is said."""
    here = learn()
    writer = here.plugins.bank_writers.get(code)
    if writer is None:
        raise Problem("export.unknown_format", known=sorted(here.plugins.bank_writers))
    everything = bank_search.QuestionFilter()
    with here.database.reading() as session, written(output) as stream:
        row = bank.find_bank(session, bank_name)
        losses = writer.losses(bank_exports.drafts_of(session, row, everything))
        count = bank_exports.write(session, row, everything, writer, stream, folder=here.media_folder, options={})
        number = row.id
    with here.database.writing() as session:
        bank_exports.note(session, session.get_one(Bank, number), writer, count, filtered=False, actor=None,
                          now=here.now())  # fmt: skip
    told_losses = [problems.sentence(one) for one in losses]
    if as_json:
        click.echo(json.dumps({"questions": count, "losses": told_losses}, ensure_ascii=False))
        return
    for one in told_losses:
        click.echo(one, err=True)
    click.echo(ngettext("%(num)s question written", "%(num)s questions written", count))


def _today() -> str:
    return learn().now().astimezone(learn().zone).date().isoformat()


def _content(file: Path) -> bytes:
    most = learn().settings.max_upload_mb
    if file.stat().st_size > most * 1024 * 1024:
        raise Problem("upload.too_large", place=Place(file=file.name), most=most)
    return file.read_bytes()


def _import_said(session: Any, batch: Import) -> dict[str, Any]:
    """What an import did, as scripts read it: one entry for each refused question."""
    left_out = bank_imports.rows_of(session, batch, (RowOutcome.REFUSED, RowOutcome.DOUBTFUL))
    return {
        "read": batch.counts["read"],
        "imported": batch.counts["imported"],
        "duplicates": batch.counts["duplicates"],
        "errors": [_import_entry(bank_imports.problems_of(row)) for row in left_out],
        "warnings": [_note_entry(note) for note in bank_import_notes.warnings_of(session, batch)],
        "losses": [_note_entry(note) for note in bank_import_notes.losses_of(batch)],
    }


def _note_entry(note: bank_import_notes.Note) -> dict[str, Any]:
    place = note.place
    return {
        "place": str(Place(sheet=place.sheet, row=place.row, column=place.column)),
        "sheet": place.sheet,
        "row": place.row,
        "column": place.column,
        "code": note.code,
        "count": note.count,
        "reason": note.reason,
    }


def _import_entry(found: list[Problem]) -> dict[str, Any]:
    place = found[0].place
    return {
        "place": str(Place(sheet=place.sheet, row=place.row, column=place.column)),
        "sheet": place.sheet,
        "row": place.row,
        "column": place.column,
        "code": found[0].code,
        "reason": " ".join(problems.sentence(one) for one in found),
    }
