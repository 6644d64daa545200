"""Completion records, and the whole instance in one file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask import current_app

from suyu_learn import _resources, migrations
from suyu_learn.cli.common import suyu, told, unit_called
from suyu_learn.cli.files import written
from suyu_learn.domain.problems import Problem
from suyu_learn.models import new_key
from suyu_learn.services import audit, backup, record_pages, record_rows
from suyu_learn.services.record_filters import Filter, Status
from suyu_learn.services.record_rows import Words
from suyu_learn.web import exporting, record_columns
from suyu_learn.web.context import learn
from suyu_learn.web.exporting import Counted, Ready
from suyu_learn.web.i18n import _, ngettext

_MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]


@suyu.command("export-records")
@click.option("--unit", "unit_name", default="", help="Only this unit and those below it.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Completed on this day or later.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Completed before this day.")
@click.option(
    "--changed-since",
    type=click.DateTime(_MOMENTS),
    help="Instead what came, was corrected or taken back since then, by codes, for another system.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="FILE.xlsx or FILE.csv"
)
@told
def export_records(
    unit_name: str, since: datetime | None, until: datetime | None, changed_since: datetime | None, output: Path
) -> None:
    """Write completion records to a table; the export is logged."""
    here = learn()
    form = here.plugins.export_formats.get(output.suffix.lstrip(".").lower())
    if form is None:
        raise Problem("export.unknown_format", known=sorted(here.plugins.export_formats))
    number = new_key()
    with here.database.writing() as session:
        unit = unit_called(session, unit_name) if unit_name else None
        audit.record(session, "records.exported", now=here.now(), on=unit, unit_id=unit.id if unit else None,
                     reason="command line", since=str(since or ""), until=str(until or ""),
                     changed_since=str(changed_since or ""), export=number)  # fmt: skip
    wanted = Filter(
        unit=unit, since=_local(since), until=_local(until), changed_since=_local(changed_since),
        status=Status.COMPLETED if changed_since is None else Status.ALL,
    )  # fmt: skip
    counted = Counted(())
    with here.database.reading() as session:
        most = exporting.MOST_ROWS.get(form.code)
        if most is not None:  # before the file is opened, which empties what stood there
            exporting.refuse_too_many(form, record_pages.count(session, wanted, most=most))
        words = record_columns.words() if changed_since is None else Words()
        counted = Counted(record_rows.rows(session, wanted, zone=here.zone, words=words))
        headings = record_columns.headings(coded=changed_since is not None)
        with written(output) as stream:
            form.write(Ready(_("Training records"), headings, counted), stream)
    with here.database.writing() as session:
        audit.record(session, "records.exported.done", now=here.now(), unit_id=unit.id if unit else None,
                     reason="command line", rows=counted.count, whole=True, export=number)  # fmt: skip
    click.echo(ngettext("%(num)s record", "%(num)s records", counted.count), err=True)


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
    with written(file, mode=0o600) as stream, here.database.reading() as session:
        backup.one_moment(session)
        made = backup.write(session, stream, instance=_instance(), version=_resources.version(), now=here.now())
    click.echo(_("%(rows)s rows, %(files)s files, %(bytes)s bytes: %(name)s", rows=made.rows, files=len(made.members),
                 bytes=file.stat().st_size, name=file))  # fmt: skip


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
    click.echo(_("%(rows)s rows, %(files)s media and secret files; start the server anew", rows=manifest.rows,
                 files=files))  # fmt: skip


def _instance() -> Path:
    return Path(current_app.instance_path)


def _local(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=learn().zone) if day else None
