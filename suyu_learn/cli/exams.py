"""Exams, their reports, and what time asks for."""

from __future__ import annotations

import json
from decimal import Decimal

import click

from suyu_learn.cli.common import USUAL, public, suyu, told
from suyu_learn.services import (
    bank,
    delays,
    exam_rosters,
    exams,
    identity_numbers,
    media,
    outside_hour_imports,
    outside_imports,
    outside_tables,
    papers,
    programme_members,
    record_filling,
    reports,
    scans,
    sitting,
    upkeep,
)
from suyu_learn.web import reminder_runs, report_tables
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link

_OUTSIDE = (outside_imports.TABLES, outside_hour_imports.TABLES)


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
    """Publish an exam from a bank and print its link; passages with their questions stay out."""
    here = learn()
    with here.database.writing() as session:
        source = bank.find_bank(session, bank_name)
        exam = exams.exam_from_bank(
            session, source, questions=questions, minutes=minutes,
            pass_share=Decimal(pass_percent) / 100, now=here.now(), title=title, days=days,
        )  # fmt: skip
        passages, below = bank.grouped_count(session, source)
        by_hand = papers.most_for_a_person(session, exam.paper, papers.for_a_person(session, exam.paper, here.versions))
        said = {"id": exam.id, "url": public(link("exam", exam_id=exam.id), USUAL), "code": exam.code}
    click.echo(json.dumps(said) if as_json else said["url"])
    if by_hand:
        click.echo(
            ngettext(
                "Up to %(num)s answer of each paper waits for a person: give somebody the role of a marker.",
                "Up to %(num)s answers of each paper wait for a person: give somebody the role of a marker.",
                by_hand,
            ),
            err=True,
        )
    if passages:
        click.echo(
            _(
                "Passages (%(passages)s) with their questions (%(below)s) stay out: they are drawn whole, by a row of "
                "groups on the page of the exam.",
                passages=passages,
                below=below,
            ),
            err=True,
        )


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
    if at := report_tables.as_of(found, here.now()):
        click.echo(at)
    click.echo(f"{found.exam.title}: " + ", ".join(f"{row.label} {row.value}" for row in report_tables.facts(found)))
    for row in report_tables.units(found, lambda unit_id: "").rows:
        click.echo("  " * row.depth + row.name + ": " + "  ".join(row.cells))


@suyu.command()
@told
def tick() -> None:
    """Do what time asks for: store rosters, close attempts that have run out, forget what is no longer needed, and
    send the reminders that are due."""
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
        programme_members.sync_all(session, now=here.now(), zone=here.zone)
        media.forget_unused(session, now=here.now())
        record_filling.sweep(session, now=here.now())
        outside_tables.sweep(session, [one.kind for one in _OUTSIDE], now=here.now())
        today = here.now().astimezone(here.zone).date()
        erased = identity_numbers.sweep(session, now=here.now(), today=today)
        upkeep.look_anew(session)
    with here.database.reading() as session:
        media.sweep(session, here.media_folder, now=here.now())
        scans.sweep(session, here.scan_folder, now=here.now())
    click.echo(_("%(closed)s attempts closed, %(frozen)s rosters stored", closed=closed, frozen=frozen))
    if erased:
        click.echo(ngettext("%(num)s identity number deleted, since its purpose is over",
                            "%(num)s identity numbers deleted, since their purpose is over", erased))  # fmt: skip
    run = reminder_runs.send_due()
    if run.sent or run.failed:
        click.echo(_("%(sent)s reminders sent, %(failed)s failed", sent=run.sent, failed=run.failed))
