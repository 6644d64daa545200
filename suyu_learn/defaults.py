"""Our own question types, their editors and formats, registered like anyone's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from suyu_learn import exports
from suyu_learn.content.formats import (
    docx_writer,
    moodle,
    qti,
    qti3_writer,
    question_docx,
    question_json,
    question_pack,
    question_tables,
    question_text,
    question_xlsx,
)
from suyu_learn.domain import questions
from suyu_learn.domain.questions import QuestionType
from suyu_learn.hooks import BankFormat, BankWriter, ExportFormat, hookimpl
from suyu_learn.web import editors


@hookimpl
def question_types() -> Iterable[QuestionType[Any]]:
    """All of `suyu_learn.domain.questions`."""
    return questions.BUILT_IN


@hookimpl
def question_editors() -> Iterable[Any]:
    """One for each of our types."""
    return editors.BUILT_IN


@hookimpl
def bank_formats() -> Iterable[BankFormat]:
    """Tables of questions, xlsx and csv; running text; Word documents; Moodle's formats; QTI; our own pack; JSON."""
    return (
        *question_tables.FORMATS,
        *question_text.FORMATS,
        *question_docx.FORMATS,
        *moodle.FORMATS,
        *qti.FORMATS,
        *question_pack.FORMATS,
        *question_json.FORMATS,
    )


@hookimpl
def bank_writers() -> Iterable[BankWriter]:
    """Workbooks in the form of the template; Word documents; our own pack; Moodle's formats; QTI 3."""
    return (
        *question_xlsx.WRITERS,
        *docx_writer.WRITERS,
        *question_pack.WRITERS,
        *moodle.WRITERS,
        *qti3_writer.WRITERS,
    )


@hookimpl
def export_formats() -> Iterable[ExportFormat]:
    """xlsx and csv."""
    return exports.BUILT_IN
