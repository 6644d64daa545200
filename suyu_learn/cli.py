"""Commands: `flask --app app suyu ...`. Exit status 0 all in, 1 some refused, 2 nothing."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from suyu_learn import _resources, migrations
from suyu_learn.content import checking, course_packs, question_packs
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.models import Import, RowOutcome, Unit
from suyu_learn.services import (
    audit,
    backup,
    bank,
    bank_contents,
    bank_files,
    bank_imports,
    delays,
    exam_rosters,
    exams,
    packs,
    passwords,
    people,
    record_rows,
    reports,
    rosters,
    signing_in,
    sitting,
)
from suyu_learn.services import course_packs as course_door
from suyu_learn.services.record_queries import Filter
from suyu_learn.web import exporting, problems, record_columns, report_tables
from suyu_learn.web.context import learn
from suyu_learn.web.exporting import Counted, Ready
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link

SOME = 1
NOTHING = 2

suyu = AppGroup("suyu", help="Suyu Learn: courses and exams.")


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Say problems as sentences on stderr, and end with status 2."""

    @wraps(command)
    def wrapped(*args: Any, **values: Any) -> Any:
        try:
            with current_app.test_request_context():
                return command(*args, **values)
        except Problem as problem:
            click.echo(_line(problem), err=True)
        except Problems as found:
            for one in found.problems:
                click.echo(_line(one), err=True)
        sys.exit(NOTHING)

    return wrapped


def _line(problem: Problem) -> str:
    where = f"{problem.place}: " if str(problem.place) else ""
    with current_app.test_request_context():
        return where + problems.sentence(problem)


@suyu.command()
@click.option("--address", default="", help="Where the server will answer, for the link that is printed.")
@told
def init(address: str) -> None:
    """Prepare the database and the shipped content; safe to run again."""
    here = learn()
    migrations.upgrade(here.database)
    _load_all(None)
    with here.database.writing() as session:
        if signing_in.has_admin(session):
            return
        token = signing_in.first_admin_link(session, now=here.now())
    click.echo("")
    click.echo("Open this link once to become the first administrator:")
    click.echo(f"    {_public(link('welcome', token=token), address)}")
    click.echo("")


@suyu.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@told
def load(folder: Path | None, as_json: bool) -> None:
    """Load the question packs and course packs of FOLDER, or those that come with Suyu Learn.

    FOLDER holds a bank.toml with its banks, or courses as <audience>/<slug>/course.toml.
    """
    banks, courses = _load_all(folder)
    if as_json:
        said: list[dict[str, object]] = [
            {"bank": one.name, "read": one.read, "stored": one.stored, "retired": one.retired} for one in banks
        ]
        said += [
            {"course": one.slug, "lessons": one.lessons, "version": one.number, "stored": one.stored} for one in courses
        ]
        click.echo(json.dumps(said, ensure_ascii=False))


def _load_all(folder: Path | None) -> tuple[list[packs.Loaded], list[course_door.LoadedCourse]]:
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
    with here.database.writing() as session:
        loaded = packs.load_banks(session, drafts, now=here.now())
    for one in loaded:
        if one.stored or one.retired:
            click.echo(f"{one.name}: {one.read} read, {one.stored} stored, {one.retired} retired", err=True)
    return loaded


@suyu.command("check-content")
@click.option("--json", "as_json", is_flag=True, help="Print counts and problems as JSON.")
@told
def check_content(as_json: bool) -> None:
    """Check the shipped question packs and courses: every question on its own samples, every lesson's text."""
    found = checking.check(
        _resources.folder("question_bank"), _resources.folder("courses"), types=learn().plugins.question_types
    )
    said = {
        "courses": found.courses, "lessons": found.lessons, "questions": found.questions,
        "by_audience": dict(sorted(found.by_audience.items())), "by_type": dict(sorted(found.by_type.items())),
        "by_criterion": {str(number): count for number, count in sorted(found.by_criterion.items())},
        "by_dimension": dict(sorted(found.by_dimension.items())),
        "problems": [{"place": str(one.place), "code": one.code, "reason": problems.sentence(one)}
                     for one in found.problems],
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        click.echo(f"{found.courses} courses, {found.lessons} lessons, {found.questions} questions")
        for one in found.problems:
            click.echo(_line(one), err=True)
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
    """Import questions from FILE, a table in xlsx or csv, into a bank."""
    here = learn()
    upload = bank_imports.Upload(file.name, _content(file))
    key = bank_imports.new_import_key()
    try:
        read = bank_files.read(upload.content, file_name=upload.file_name, encoding=encoding, key=key,
                               formats=here.plugins.bank_formats, types=here.plugins.question_types)  # fmt: skip
    except Problem as problem:
        read = bank_imports.unreadable(problem)
    with here.database.writing() as session:
        unit = _unit(session, unit_name) if unit_name else people.root_unit(session, now=here.now())
        target = bank_contents.own_bank(session, bank_name, unit=unit, now=here.now())
        batch = bank_imports.import_at_once(
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
    warned = [one for row in bank_imports.rows_of(session, batch, (RowOutcome.NEW,))
              for one in bank_imports.problems_of(row)] if batch.counts["imported"] else []  # fmt: skip
    return {
        "read": batch.counts["read"],
        "imported": batch.counts["imported"],
        "duplicates": batch.counts["duplicates"],
        "errors": [_import_entry(bank_imports.problems_of(row)) for row in left_out],
        "warnings": [_import_entry([one]) for one in (*bank_imports.noted(batch, "warnings"), *warned)],
        "losses": [_import_entry([one]) for one in bank_imports.noted(batch, "losses")],
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


def _load_courses(folder: Path) -> list[course_door.LoadedCourse]:
    here = learn()
    with here.database.writing() as session:
        drafts = course_packs.read_packs(folder, uids=course_door.known_uids(session))
        loaded = course_door.load_courses(session, drafts, now=here.now(), pace=here.pace)
    for one in loaded:
        if one.stored:
            click.echo(f"{one.title}: {one.lessons} lessons stored as version {one.number}", err=True)
    return loaded


@suyu.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--threads", default=8, show_default=True, help="Requests handled at once.")
def serve(host: str, port: int, threads: int) -> None:
    """Serve the app with granian."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    click.echo(f"Suyu Learn answers on http://{host}:{port}/  (stop with Ctrl+C)")
    Granian(
        "app:create_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=threads,
        log_level=LogLevels.error,
    ).serve()


@suyu.command("create-admin")
@click.option("--name", required=True, help="Name as shown.")
@click.option("--username", required=True, help="Name to sign in with.")
@click.password_option("--password", help="Asked for when it is not given.")
@told
def create_admin(name: str, username: str, password: str) -> None:
    """Create an administrator."""
    passwords.check_strength(password, names=(name, username))
    password_hash = passwords.make_hash(password)
    with learn().database.writing() as session:
        signing_in.create_admin(session, name=name, username=username, password_hash=password_hash, now=learn().now())
    click.echo(f"{username} may sign in.")


@suyu.command("import-roster")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "unit_name", default="", help="The unit that the people belong to; the first one if not given.")
@click.option("--encoding", default="", help="Encoding of a csv or txt file, if it is not found out.")
@click.option("--json", "as_json", is_flag=True, help="Print counts and errors as JSON.")
def import_roster(file: Path, unit_name: str, encoding: str, as_json: bool) -> None:
    """Import the people of FILE (xlsx, csv, txt). Doubtful rows stay out; the pages ask about them."""
    with current_app.test_request_context():
        here = learn()
        try:
            with here.database.writing() as session:
                unit = _unit(session, unit_name) if unit_name else people.root_unit(session, now=here.now())
                done = rosters.import_file(session, file.read_bytes(), file.name, target=unit, now=here.now(),
                                           encoding=encoding)  # fmt: skip
        except Problem as unreadable:
            done = rosters.Imported(read=1, errors=(unreadable,))
        for problem in done.errors:
            click.echo(_line(problem), err=True)
        if as_json:
            said = {"read": done.read, "created": done.created, "updated": done.updated,
                    "errors": [_error(problem) for problem in done.errors]}  # fmt: skip
            click.echo(json.dumps(said, ensure_ascii=False))
        elif done.taken:
            click.echo(f"{done.read} read, {done.created} created, {done.updated} updated, {len(done.errors)} left out")
    sys.exit(0 if not done.errors else 1 if done.taken else NOTHING)


def _error(problem: Problem) -> dict[str, Any]:
    place = problem.place
    return {"place": str(place), "sheet": place.sheet, "row": place.row, "column": place.column,
            "code": problem.code, "reason": problems.sentence(problem)}  # fmt: skip


@suyu.command("create-exam")
@click.option("--bank", "bank_name", required=True, help="Name of the bank to draw from.")
@click.option("--questions", type=click.IntRange(1), required=True, help="Questions to draw for each person.")
@click.option("--minutes", type=click.IntRange(1), required=True, help="Time allowed.")
@click.option(
    "--pass", "pass_percent", type=click.IntRange(0, 100), default=60, show_default=True, help="Pass mark, %."
)
@click.option("--title", default="", help="Title; the bank's name if not given.")
@click.option(
    "--days", type=click.IntRange(1), default=30, show_default=True, help="Days from now in which it is open."
)
@click.option("--json", "as_json", is_flag=True, help="Print id, url and code as JSON.")
@told
def create_exam(
    bank_name: str, questions: int, minutes: int, pass_percent: int, title: str, days: int, as_json: bool
) -> None:
    """Publish an exam from a bank and print its link."""
    here = learn()
    with here.database.writing() as session:
        exam = exams.exam_from_bank(
            session, bank.find_bank(session, bank_name), questions=questions, minutes=minutes,
            pass_share=Decimal(pass_percent) / 100, now=here.now(), title=title, days=days,
        )  # fmt: skip
        said = {"id": exam.id, "url": _public(link("exam", exam_id=exam.id)), "code": exam.code}
    click.echo(json.dumps(said) if as_json else said["url"])


@suyu.command()
@told
def tick() -> None:
    """Do what time asks for: store rosters, close attempts that have run out, forget old sign-in failures."""
    here = learn()
    closed = 0
    while True:
        with here.database.writing() as session:
            now_closed = sitting.close_overdue(session, now=here.now(), grace=here.grace, versions=here.versions)
        closed += now_closed
        if not now_closed:
            break
    with here.database.writing() as session:
        delays.forget_old(session, now=here.now())
        frozen = exam_rosters.freeze_all_due(session, now=here.now())
    click.echo(f"{closed} attempts closed, {frozen} rosters stored")


@suyu.command("export-records")
@click.option("--unit", "unit_name", default="", help="Only this unit and those below it.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Completed on this day or later.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Completed before this day.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="FILE.xlsx or FILE.csv"
)
@told
def export_records(unit_name: str, since: datetime | None, until: datetime | None, output: Path) -> None:
    """Write completion records to a table; the export is logged."""
    here = learn()
    form = here.plugins.export_formats.get(output.suffix.lstrip(".").lower())
    if form is None:
        raise Problem("export.unknown_format", known=", ".join(sorted(here.plugins.export_formats)))
    with here.database.writing() as session:
        unit = _unit(session, unit_name) if unit_name else None
        audit.record(session, "records.exported", now=here.now(), on=unit, unit_id=unit.id if unit else None,
                     reason="command line", since=str(since or ""), until=str(until or ""))  # fmt: skip
    wanted = Filter(unit=unit, since=_local(since), until=_local(until))
    counted = Counted(())
    with here.database.reading() as session, output.open("wb") as stream:
        exporting.refuse_too_many(form, record_rows.count(session, wanted))
        counted = Counted(record_rows.rows(session, wanted, zone=here.zone, words=record_columns.words()))
        form.write(Ready(_("Training records"), record_columns.headings(), counted), stream)
    with here.database.writing() as session:
        audit.record(session, "records.exported.done", now=here.now(), unit_id=unit.id if unit else None,
                     reason="command line", rows=counted.count, whole=True)  # fmt: skip
    click.echo(f"{counted.count} records", err=True)


@suyu.command()
@click.argument("exam")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@told
def report(exam: str, as_json: bool) -> None:
    """Say who was due, sat and passed in EXAM (its number or code), by unit."""
    here = learn()
    with here.database.reading() as session:
        found = reports.exam_report(session, reports.by_number_or_code(session, exam), now=here.now())
    said = report_tables.as_json(found)
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    click.echo(f"{found.exam.title}: " + ", ".join(f"{row.label} {row.value}" for row in report_tables.facts(found)))
    for row in report_tables.units(found, lambda unit_id: "").rows:
        click.echo("  " * row.depth + row.name + ": " + "  ".join(row.cells))


@suyu.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@told
def make_backup(file: Path) -> None:
    """Write everything into one zip FILE: all rows, media, and the secret key. Keep it as safe as the server."""
    here = learn()
    if file.exists():
        raise Problem("backup.exists", name=file.name)
    with here.database.writing() as session:
        audit.record(session, "backup.made", now=here.now(), reason="command line", file=file.name)
    unfinished = file.with_name(f".{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        handle = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w+b") as stream, here.database.reading() as session:
            backup.one_moment(session)
            made = backup.write(session, stream, instance=_instance(), version=_resources.version(), now=here.now())
        os.replace(unfinished, file)
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"{made.rows} rows, {len(made.members)} files, {file.stat().st_size} bytes: {file}")


@suyu.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Delete what is in the database now.")
@told
def restore(file: Path, replace: bool) -> None:
    """Put the backup FILE back, into an empty database unless --replace is given. Stop the server first."""
    here = learn()
    with backup.opened(file) as archive:
        manifest = backup.read_manifest(archive, name=file.name)
        backup.verify(archive, manifest)
        if not replace:
            with here.database.reading() as session:
                backup.refuse_filled(session)
        migrations.upgrade(here.database)
        with here.database.writing() as session:
            backup.restore_rows(session, archive, manifest, replace=replace)
            audit.record(session, "backup.restored", now=here.now(), reason="command line", file=file.name,
                         made_at=manifest.made_at)  # fmt: skip
            session.flush()
            files = backup.restore_files(archive, manifest, instance=_instance())
    click.echo(f"{manifest.rows} rows, {files} media and secret files; start the server anew")


def _instance() -> Path:
    return Path(current_app.instance_path)


def _unit(session: Any, name: str) -> Unit:
    from sqlalchemy import select

    found = session.scalars(select(Unit).where(Unit.name == name, Unit.closed_at.is_(None))).all()
    if not found:
        raise Problem("unit.unknown", name=name)
    if len(found) > 1:
        raise Problem("unit.ambiguous", name=name)
    return found[0]


def _local(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=learn().zone) if day else None


def _public(path: str, address: str = "") -> str:
    return (learn().settings.public_url or address or "http://127.0.0.1:8000").rstrip("/") + path
