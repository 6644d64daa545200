"""The English sentence of every problem code, one module per area."""

from __future__ import annotations

from suyu_learn.web.sentences import (
    bank,
    common,
    courses,
    docx,
    editor,
    entry,
    exams,
    files,
    html,
    importing,
    media,
    moodle,
    packages,
    people,
    qti,
    regrading,
    reports,
    rosters,
    sitting,
    tables,
)

SENTENCES: dict[str, str] = {
    **common.SENTENCES,
    **people.SENTENCES,
    **bank.SENTENCES,
    **editor.SENTENCES,
    **courses.SENTENCES,
    **exams.SENTENCES,
    **entry.SENTENCES,
    **sitting.SENTENCES,
    **regrading.SENTENCES,
    **reports.SENTENCES,
    **files.SENTENCES,
    **docx.SENTENCES,
    **html.SENTENCES,
    **media.SENTENCES,
    **moodle.SENTENCES,
    **tables.SENTENCES,
    **importing.SENTENCES,
    **packages.SENTENCES,
    **qti.SENTENCES,
    **rosters.SENTENCES,
}
