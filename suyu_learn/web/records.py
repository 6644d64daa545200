"""How completion records look in a table."""

from __future__ import annotations

from suyu_learn.exports import Heading
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import N_, _

_KINDS = {"exam": N_("Exam"), "course": N_("Course"), "programme": N_("Programme")}


def _moment(value: object) -> str:
    return value.astimezone(learn().zone).strftime("%Y-%m-%d %H:%M") if value else ""  # type: ignore[attr-defined]


COMPLETION_HEADINGS = (
    Heading("number", N_("No."), lambda row: row.number),
    Heading("name", N_("Name"), lambda row: row.name),
    Heading("staff_number", N_("Staff number"), lambda row: row.staff_number),
    Heading("unit", N_("Unit"), lambda row: row.unit),
    Heading("job", N_("Job"), lambda row: row.job),
    Heading("title", N_("Course or exam"), lambda row: row.title),
    Heading("kind", N_("Kind"), lambda row: _(_KINDS[row.kind])),
    Heading("started_at", N_("Started"), lambda row: _moment(row.started_at)),
    Heading("completed_at", N_("Completed"), lambda row: _moment(row.completed_at)),
    Heading("points", N_("Points"), lambda row: row.points),
    Heading("full_points", N_("Full points"), lambda row: row.full_points),
    Heading("pass_points", N_("Pass mark"), lambda row: row.pass_points),
    Heading("attempts", N_("Attempt no."), lambda row: row.attempts),
    Heading("key", N_("Record key"), lambda row: row.key),
)
