"""What the columns and closed sets of training records are called."""

from __future__ import annotations

from collections.abc import Iterable

from suyu_learn.exports import Heading
from suyu_learn.services.record_filters import Status
from suyu_learn.services.record_rows import FIELDS, MOMENTS, Field, Words
from suyu_learn.web.i18n import N_, _
from suyu_learn.web.words import AUDIENCES

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
    Field.HOURS_SHORT: N_("Hours still missing"),
    Field.YEAR: N_("Counted in year"),
    Field.EXAM: N_("Name of the exam"),
    Field.EXAM_TIME: N_("Time of the exam"),
    Field.ATTEMPTS: N_("Attempts made"),
    Field.POINTS: N_("Score"),
    Field.PASS_POINTS: N_("Pass mark"),
    Field.RESULT: N_("Outcome"),
    Field.STATUS: N_("Status"),
    Field.DUE: N_("Due by"),
    Field.MISSING: N_("Still to be done"),
    Field.COMPLETED: N_("Completed on"),
    Field.KEY: N_("Record number"),
    Field.CERTIFICATE: N_("Certificate number"),
    Field.CHANGED: N_("Last changed"),
    Field.REMARK: N_("Remark"),
}
SHOWN = (Field.NAME, Field.STAFF_NUMBER, Field.UNIT, Field.DEPARTMENT, Field.TITLE, Field.COMPLETED, Field.RESULT)
"""What the page shows until somebody chooses otherwise."""


_PERSON = SHOWN[:4]
_TO_DO = (*_PERSON, Field.TITLE, Field.DUE, Field.HOURS_SHORT, Field.MISSING, Field.STATUS)
_BY_STATUS = {
    Status.ALL: (*SHOWN, Field.STATUS),
    Status.LEARNING: (*_PERSON, Field.TITLE, Field.STARTED, Field.DUE, Field.HOURS_SHORT, Field.MISSING),
    Status.NOT_STARTED: _TO_DO,
    Status.OVERDUE: _TO_DO,
    Status.LACKING: _TO_DO,
    Status.SHORT: (*_PERSON, Field.TITLE, Field.HOURS_DUE, Field.HOURS, Field.HOURS_SHORT, Field.DUE, Field.STATUS),
    Status.ABSENT: (*_PERSON, Field.EXAM, Field.EXAM_TIME, Field.RESULT),
    Status.VOIDED: (*SHOWN, Field.REMARK),
}


def shown(status: Status) -> tuple[Field, ...]:
    """What the page shows of a status until somebody chooses otherwise."""
    return _BY_STATUS.get(status, SHOWN)


KINDS = {"exam": N_("Exam"), "course": N_("Course"), "programme": N_("Programme")}
STATUSES = {
    Status.COMPLETED: N_("Finished"),
    Status.LEARNING: N_("Learning"),
    Status.NOT_STARTED: N_("Not started"),
    Status.OVERDUE: N_("Overdue"),
    Status.NOT_PASSED: N_("Sat, not passed"),
    Status.ABSENT: N_("Absent from an exam"),
    Status.VOIDED: N_("Taken back"),
    Status.LACKING: N_("Lacking a programme"),
    Status.SHORT: N_("Short of hours"),
    Status.ALL: N_("All statuses"),
}
_THAT_DAY = N_("The unit is that of the day on which it was recorded; the days are those of the completion.")
_DEADLINE = N_("The unit is the one where somebody belongs today; the days are those of the deadline.")
NOTES = {
    Status.COMPLETED: _THAT_DAY,
    Status.LEARNING: N_(
        "The unit is the one where somebody belongs today; the days are those on which a course was begun, for "
        "programmes those of the deadline."
    ),
    Status.NOT_STARTED: _DEADLINE,
    Status.OVERDUE: _DEADLINE,
    Status.NOT_PASSED: N_("The unit is that of the day of the exam; the days are those of the last attempt."),
    Status.ABSENT: N_(
        "Who was due at an exam that is over and has no attempt. The unit is the one of the list of the exam; the days "
        "are those on which the exam ended."
    ),
    Status.VOIDED: _THAT_DAY,
    Status.LACKING: _DEADLINE,
    Status.SHORT: _DEADLINE,
    Status.ALL: N_(
        "Completions, sittings and absences count in the unit of their day; what is begun or still to be done, where "
        "somebody belongs today."
    ),
}
"""Which unit and which days a filter of a status means."""
RESULTS = {"passed": N_("Passed"), "failed": N_("Not passed"), "absent": N_("Absent")}
SEXES = {"female": N_("Female"), "male": N_("Male")}


def words() -> Words:
    """The closed sets in the language of the page."""
    return Words(
        kinds={code: _(label) for code, label in KINDS.items()},
        statuses={code.value: _(label) for code, label in STATUSES.items()},
        results={code: _(label) for code, label in RESULTS.items()},
        sexes={code: _(label) for code, label in SEXES.items()},
        audiences={code: _(label) for code, label in AUDIENCES.items()},
        online=_("Online"),
        offline=_("On paper"),
        both=_("Online and on paper"),
        electives=_("%(num)s of the optional parts"),
    )


def headings(fields: Iterable[Field] = FIELDS, *, coded: bool = False) -> list[Heading]:
    """The headings of ready rows; `coded` ones are the same in every language, for programs."""
    return [
        Heading(one.value, one.value if coded else _(LABELS[one]), lambda row: row, moment=one in MOMENTS)
        for one in fields
    ]
