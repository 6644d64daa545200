"""Reading an uploaded file of questions, outside any transaction since it may take seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.question_guess import TableLook
from suyu_learn.models import Bank
from suyu_learn.services import bank_columns, bank_files, bank_imports, media
from suyu_learn.web.context import commit_and_go_on, learn, now, session


def looked_at(upload: bank_imports.Upload, person_id: int) -> tuple[bank_imports.Upload, Sequence[TableLook]]:
    """A table's columns as they are taken, and with what the person said of such headings before."""
    formats = learn().plugins.bank_formats
    chosen = bank_files.format_of(upload.content, file_name=upload.file_name, formats=formats, said=upload.form)
    upload = replace(upload, form=chosen.code)
    if len(upload.content) > bank_columns.LARGEST_LOOKED_AT:
        return upload, ()
    looked = bank_columns.looks(chosen, upload)
    said = bank_columns.remembered(session(), person_id, looked)
    return (replace(upload, columns=said, remembered=True) if said else upload), looked


def read_upload(upload: bank_imports.Upload, key: str, lang: str) -> tuple[bank_imports.Upload, BankFile]:
    """What a file says, and how it was read."""
    plugins = learn().plugins
    chosen = bank_files.format_of(
        upload.content, file_name=upload.file_name, formats=plugins.bank_formats, said=upload.form
    )
    read = bank_files.read(
        upload.content, file_name=upload.file_name, key=key, encoding=upload.encoding, lang=lang, said=chosen.code,
        formats=plugins.bank_formats, types=plugins.question_types, columns=upload.columns,
    )  # fmt: skip
    prepared = media.prepare(read.media, folder=learn().media_folder)
    return replace(upload, form=chosen.code), media.take_in(session(), read, prepared, now=now())


def compared_rows(bank_id: int, read: BankFile, upload: bank_imports.Upload) -> list[dict[str, Any]]:
    """The rows of a file beside what the bank has, in a transaction that only reads."""
    commit_and_go_on()  # what pictures the file brought
    with learn().database.reading() as reading:
        target = reading.get_one(Bank, bank_id)
        rows = bank_imports.compared(reading, target, read, source=bank_imports.source_of(upload.file_name, today()))
    return rows


def today() -> str:
    """The date as it stands in the source of questions that name none."""
    return now().astimezone(learn().zone).date().isoformat()
