"""Files that organizers send: a table into memory, up to its limit; a film, while it comes, to a file in the instance
folder and never into memory."""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import IO, cast

from flask import request
from werkzeug.datastructures import FileStorage

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.services import films
from suyu_learn.web import context
from suyu_learn.web.context import learn

MOST_MB = 2000
"""What the size of a medium can be in the database, whatever the setting says."""


def most_megabytes() -> int:
    """The largest film that can be sent."""
    settings = learn().settings
    return min(MOST_MB, max(settings.max_film_mb, 1))


def sent_table() -> tuple[bytes, str]:
    """The table of a form and its name; raises Problem where none was chosen, or it is too large."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Problem("roster.no_file", place=Place(field="file"))
    most = learn().settings.max_upload_mb
    content = file.stream.read(most * 1024 * 1024 + 1)
    if len(content) > most * 1024 * 1024:
        raise Problem("upload.too_large", place=Place(field="file"), most=most)
    return content, file.filename


def receive_films() -> None:
    """Let this request bring a film; raises Problem for one that is too large, or has no room, before it comes.

    Nothing of the form has been read yet; its files go to the folder from which they need not be copied. While they
    come, which may take long, nothing is held in the database.
    """
    most = most_megabytes()
    request.max_content_length = most * 1024 * 1024
    length = request.content_length or 0
    if length > request.max_content_length:
        raise Problem("film.too_large", place=Place(field="film"), most=most)
    folder = films.uploads(learn().media_folder)
    if shutil.disk_usage(folder).free < length + films.SPARE:
        raise Problem("film.no_room", place=Place(field="film"))
    _put_files_to(folder)
    context.close()


def _put_files_to(folder: Path) -> None:
    """Have the files of this one request written there; each is gone when the request ends."""
    request._get_file_stream = partial(_coming, folder)  # type: ignore[method-assign]


def _coming(folder: Path, *_args: object, **_said: object) -> IO[bytes]:
    return cast("IO[bytes]", tempfile.NamedTemporaryFile(dir=folder))


def path_of(sent: FileStorage) -> Path:
    """Where a file of such a request lies."""
    sent.stream.flush()
    return Path(sent.stream.name)
