"""The English sentence of every problem code, one module per area."""

from __future__ import annotations

from suyu_learn.web.sentences import bank, common, exams, files, people, reports, sitting

SENTENCES: dict[str, str] = {
    **common.SENTENCES,
    **people.SENTENCES,
    **bank.SENTENCES,
    **exams.SENTENCES,
    **sitting.SENTENCES,
    **reports.SENTENCES,
    **files.SENTENCES,
}
