"""What columns of somebody's own table can be filled with, and what became of its rows, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from suyu_learn.content.formats.xlsx_filling import Cell, Explanation
from suyu_learn.models import CompletionKind, Import
from suyu_learn.services import record_filling
from suyu_learn.services.record_filling import NEW_COLUMN, Fill, Outcome, Plan, Preview
from suyu_learn.services.record_values import Said, What
from suyu_learn.web import record_columns
from suyu_learn.web.acting import actor
from suyu_learn.web.context import now
from suyu_learn.web.i18n import N_, _, dated_time, labelled, listed

KEYS = {
    "staff_number": N_("Staff number"),
    "phone": N_("Phone"),
    "name": N_("Name"),
    "unit": N_("Unit"),
}
WHAT = {
    What.DONE: N_("Completed or not"),
    What.DONE_ON: N_("Day of completion"),
    What.STATUS: N_("Status in a programme"),
    What.DUE: N_("Deadline of a programme"),
    What.SHORT: N_("Hours still missing in a programme"),
    What.HOURS: N_("Credit hours of a year"),
    What.POINTS: N_("Best score in an exam"),
    What.RECORD: N_("Record number"),
    What.CERTIFICATE: N_("Certificate number"),
}
DEFINITIONS = {
    What.DONE: N_("Yes where a completion stands that was not taken back; with a year, one of that calendar year."),
    What.DONE_ON: N_("The day of the latest completion that was not taken back; with a year, of that calendar year."),
    What.STATUS: N_(
        "Finished, exempt, overdue, learning or not started as of now; empty for who was not given the programme."
    ),
    What.DUE: N_("The day until which somebody has to complete it; empty once it is completed."),
    What.SHORT: N_(
        "Credit hours required less those earned, of the whole or of its stages, whichever lacks more; empty once "
        "it is completed."
    ),
    What.HOURS: N_("All credit hours in the ledger of the calendar year, corrections taken off."),
    What.POINTS: N_("The most points of the attempts that were handed in and marked; with a year, begun in that year."),
    What.RECORD: N_("The number of the latest completion that was not taken back."),
    What.CERTIFICATE: N_(
        "The number of the certificate of the latest completion that was not taken back; empty where none was issued, "
        "or it was revoked."
    ),
}
OUTCOMES = {
    Outcome.MATCHED: N_("Matched"),
    Outcome.NOT_FOUND: N_("Not found in your units"),
    Outcome.SEVERAL: N_("Several people fit"),
    Outcome.OTHER_NAME: N_("Belongs to somebody of another name"),
    Outcome.NO_KEY: N_("Names nobody"),
}


def said() -> Said:
    """The words that stand in cells."""
    statuses = {code.value: _(label) for code, label in record_columns.STATUSES.items()}
    return Said(yes=_("Yes"), no=_("No"), statuses={**statuses, "exempt": _("Exempt")})


def heading_of(fill: Fill, titles: dict[tuple[CompletionKind, int], str]) -> str:
    """What a column is called that is added."""
    parts = [_(WHAT[fill.asked.what])]
    if fill.asked.kind is not None and fill.asked.subject_id is not None:
        parts.append(titles.get((fill.asked.kind, fill.asked.subject_id), ""))
    if fill.asked.year is not None:
        parts.append(str(fill.asked.year))
    return " ".join(part for part in parts if part)


def cells(plan: Plan, preview: Preview, titles: dict[tuple[CompletionKind, int], str]) -> list[Cell]:
    """All that is written: values, the headings of columns that are added, and why a row was not matched."""
    places = columns_of(plan, preview)
    mark = max([preview.table.width - 1, *places]) + 1
    head = preview.table.header + 1
    found = [
        Cell(head, place + 1, heading_of(fill, titles))
        for fill, place in zip(plan.fills, places, strict=True)
        if fill.column == NEW_COLUMN
    ]
    unmatched = [one for one in preview.rows if one.outcome is not Outcome.MATCHED]
    if unmatched:
        found.append(Cell(head, mark + 1, _("Not matched, because")))
    found += [
        Cell(one.row.row, places[number] + 1, value)
        for one, number, value in record_filling.cells_filled(plan, preview)
    ]
    found += [Cell(one.row.row, mark + 1, _(OUTCOMES[one.outcome]), marked=True) for one in unmatched]
    return found


def columns_of(plan: Plan, preview: Preview) -> list[int]:
    """Where each column of a plan lies, from 0; new ones come behind the table."""
    places = []
    behind = preview.table.width
    for fill in plan.fills:
        places.append(behind if fill.column == NEW_COLUMN else fill.column)
        behind += fill.column == NEW_COLUMN
    return places


def explanation(
    batch: Import, plan: Plan, preview: Preview, titles: dict[tuple[CompletionKind, int], str]
) -> Explanation:
    """The sheet that says what was filled in, when, by whom and by which definitions."""
    headings = preview.table.headings
    keys = listed(f"{_(KEYS[one])} ({_heading(headings, place)})" for one, place in plan.keys.items())
    rows: list[Sequence[str]] = [
        (_("File"), batch.file_name),
        (_("Sheet"), plan.sheet),
        (_("Filled on"), dated_time(now())),
        (_("Filled by"), actor().name),
        (_("People recognised by"), keys),
        *((_(OUTCOMES[one]), str(preview.counts.get(one, 0))) for one in Outcome),
        (_("Cells that held something"), _("were replaced") if plan.replace else _("were left as they are")),
        (_("Cells with formulas"), _("were left as they are")),
        ("", ""),
        (_("Column"), _("Filled with"), _("What that means")),
    ]
    for fill in plan.fills:
        place = heading_of(fill, titles) if fill.column == NEW_COLUMN else _heading(headings, fill.column)
        rows.append((place, heading_of(fill, titles), _(DEFINITIONS[fill.asked.what])))
    return Explanation(_("How it was filled"), rows)


def _heading(headings: Sequence[str], place: int) -> str:
    return headings[place] if 0 <= place < len(headings) else ""


def until(batch: Import) -> str:
    """Until when a table is kept."""
    kept: timedelta = record_filling.KEPT
    return labelled(_("Kept until"), dated_time(batch.created_at + kept))
