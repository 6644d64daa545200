"""What the columns and closed sets of training records are called."""

from __future__ import annotations

from collections.abc import Iterable

from suyu_learn.exports import Heading
from suyu_learn.services.people import BUILT_IN_AUDIENCES
from suyu_learn.services.record_queries import Status
from suyu_learn.services.record_rows import FIELDS, MOMENTS, Field, Words
from suyu_learn.web.i18n import N_, _

LABELS = {
    Field.NUMBER: N_("No."),
    Field.NAME: N_("Name"),
    Field.STAFF_NUMBER: N_("Staff number"),
    Field.SEX: N_("Sex"),
    Field.PHONE: N_("Phone (masked)"),
    Field.UNIT: N_("Unit"),
    Field.DEPARTMENT: N_("Department"),
    Field.JOB: N_("Job"),
    Field.AUDIENCES: N_("Audiences"),
    Field.TITLE: N_("Course or exam"),
    Field.KIND: N_("Kind"),
    Field.FORM: N_("Form"),
    Field.ORGANIZER: N_("Organized by"),
    Field.STARTED: N_("Started on"),
    Field.ENDED: N_("Ended"),
    Field.HOURS_DUE: N_("Hours required"),
    Field.HOURS: N_("Hours earned"),
    Field.YEAR: N_("Counted in year"),
    Field.EXAM: N_("Name of the exam"),
    Field.EXAM_TIME: N_("Time of the exam"),
    Field.ATTEMPTS: N_("Attempts made"),
    Field.POINTS: N_("Score"),
    Field.PASS_POINTS: N_("Pass mark"),
    Field.RESULT: N_("Outcome"),
    Field.STATUS: N_("Status"),
    Field.COMPLETED: N_("Completed on"),
    Field.KEY: N_("Record number"),
    Field.REMARK: N_("Remark"),
}
SHOWN = (Field.NAME, Field.STAFF_NUMBER, Field.UNIT, Field.DEPARTMENT, Field.TITLE, Field.COMPLETED, Field.RESULT)
"""What the page shows until somebody chooses otherwise."""


def shown(status: Status) -> tuple[Field, ...]:
    """The same, with the status of each record where they have several."""
    return (*SHOWN, Field.STATUS) if status is Status.ALL else SHOWN


KINDS = {"exam": N_("Exam"), "course": N_("Course"), "programme": N_("Programme")}
STATUSES = {
    Status.COMPLETED: N_("Finished"),
    Status.LEARNING: N_("Learning"),
    Status.NOT_PASSED: N_("Sat, not passed"),
    Status.VOIDED: N_("Taken back"),
    Status.ALL: N_("All statuses"),
}
RESULTS = {"passed": N_("Passed"), "failed": N_("Not passed")}
SEXES = {"female": N_("Female"), "male": N_("Male")}
AUDIENCES = {
    "officials": N_("Officials"),
    "workers": N_("Workers"),
    "farmers": N_("Farmers"),
    "seniors": N_("Older people"),
    "youth": N_("Young people"),
}


def audience_name(code: str, name: str) -> str:
    """A built-in audience in the language of the page; the others, and renamed ones, as their organizers call them."""
    return _(AUDIENCES[code]) if BUILT_IN_AUDIENCES.get(code) == name else name


def words() -> Words:
    """The closed sets in the language of the page."""
    return Words(
        kinds={code: _(label) for code, label in KINDS.items()},
        statuses={code.value: _(label) for code, label in STATUSES.items()},
        results={code: _(label) for code, label in RESULTS.items()},
        sexes={code: _(label) for code, label in SEXES.items()},
        online=_("Online"),
        offline=_("On paper"),
        both=_("Online and on paper"),
    )


def headings(fields: Iterable[Field] = FIELDS) -> list[Heading]:
    """The headings of ready rows."""
    return [Heading(one.value, _(LABELS[one]), lambda row: row, moment=one in MOMENTS) for one in fields]
