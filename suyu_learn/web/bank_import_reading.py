"""Reading an uploaded file of questions, outside any transaction since it may take seconds, and keeping what it says
in short writes one after the other, so that answers being saved hardly wait."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from flask import redirect

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.question_guess import TableLook
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Bank, Import
from suyu_learn.services import bank_columns, bank_files, bank_imports, bank_near, media
from suyu_learn.web.context import close, learn, now, session, writing_apart
from suyu_learn.web.links import link

Rows: TypeAlias = list[dict[str, Any]]

PART = 250
"""So many rows are stored by one write."""


def only_once(view: Callable[[str], Any]) -> Callable[[str], Any]:
    """Who posts twice, by a double click, comes to the preview that the first post is making."""

    @functools.wraps(view)
    def wrapped(import_key: str) -> Any:
        try:
            return view(import_key)
        except Problem as problem:
            if problem.code != "bank.import_arriving":
                raise
        close()
        return redirect(link("import_show", import_key=import_key), code=303)

    return wrapped


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
    close()
    read = bank_files.read(
        upload.content, file_name=upload.file_name, key=key, encoding=upload.encoding, lang=lang, said=chosen.code,
        formats=plugins.bank_formats, types=plugins.question_types, columns=upload.columns,
    )  # fmt: skip
    prepared = media.prepare(read.media, folder=learn().media_folder)
    if media.has_pictures(read):
        with writing_apart() as writing:
            read = media.take_in(writing, read, prepared, now=now())
    return replace(upload, form=chosen.code), read


def compared_rows(bank_id: int, read: BankFile, upload: bank_imports.Upload) -> Rows:
    """The rows of a file beside what the bank has, in a transaction that only reads."""
    close()
    with learn().database.reading() as reading:
        target = reading.get_one(Bank, bank_id)
        return bank_imports.compared(reading, target, read, source=bank_imports.source_of(upload.file_name, today()))


def keep_preview(
    bank_id: int, read: BankFile, upload: bank_imports.Upload, *, key: str, person_id: int, columns_open: bool
) -> None:
    """Keep what a file says as a preview."""
    rows = compared_rows(bank_id, read, upload)

    def begin(writing: Any) -> Import:
        target = writing.get_one(Bank, bank_id)
        return bank_imports.announce(writing, target, read, upload, rows, key=key, actor_id=person_id, now=now(),
                                     columns_open=columns_open)  # fmt: skip

    _keep_in_parts(key, begin, read, rows)
    if not columns_open:
        look_for_near(key)


def keep_anew(bank_id: int, read: BankFile, upload: bank_imports.Upload, *, key: str) -> None:
    """Keep what the file of a preview says when it is read in another way, in the place of what was kept."""
    rows = compared_rows(bank_id, read, upload)

    def begin(writing: Any) -> Import:
        batch = bank_imports.by_key(writing, key)
        bank_imports.begin_anew(batch, read, upload, rows)
        return batch

    _keep_in_parts(key, begin, read, rows)
    look_for_near(key)


def _keep_in_parts(key: str, begin: Callable[[Any], Import], read: BankFile, rows: Rows) -> None:
    """Some hundred rows a write; until the last of them the preview is shown to nobody."""
    at, more, first = 0, True, True
    while first or at < len(rows):
        with writing_apart() as writing:
            batch = begin(writing) if first else bank_imports.by_key(writing, key)
            first, more = False, more and bank_imports.forget_rows(writing, batch, most=PART)
            if more:
                continue
            bank_imports.keep_rows(writing, batch, rows[at : at + PART])
            at += PART
            if at >= len(rows):
                bank_imports.arrived(writing, batch, read, rows)


def look_for_near(key: str) -> None:
    """Look for near duplicates at once where that takes no time to speak of."""
    batch = bank_imports.by_key(session(), key)
    if bank_near.is_small(session(), batch):
        found = bank_near.looked_for(session(), batch)
        with writing_apart() as writing:
            bank_near.keep(writing, bank_imports.by_key(writing, key), found)


def today() -> str:
    """The date as it stands in the source of questions that name none."""
    return now().astimezone(learn().zone).date().isoformat()
