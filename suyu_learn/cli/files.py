"""Files that commands write, and what is wrong with a path that the system refuses."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from suyu_learn.domain.problems import Problem

_CODES = {
    errno.ENOENT: "file.missing",
    errno.ENOTDIR: "file.missing",
    errno.EISDIR: "file.is_folder",
    errno.EACCES: "file.not_allowed",
    errno.EPERM: "file.not_allowed",
    errno.EROFS: "file.not_allowed",
    errno.ENOSPC: "file.disk_full",
    errno.EDQUOT: "file.disk_full",
}


def refused(error: OSError) -> Problem:
    """What the system refused, to be said in a sentence."""
    path = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes | os.PathLike) else ""
    code = _CODES.get(error.errno or 0, "file.refused")
    if not path and code != "file.disk_full":
        code = "file.refused"
    reason = error.strerror or str(error) or type(error).__name__
    return Problem(code, path=path, reason=f"{path}: {reason}" if path else reason)


@contextmanager
def written(path: Path, *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """A file to write that appears whole or not at all: what stood there stays until the end.

    What is no plain file, such as a pipe, is written to as it is. The system's refusals name `path` itself.
    """
    target = path.resolve()
    plain = not target.exists() or target.is_file()
    place = target.with_name(f".{target.name}.unfinished") if plain else target
    try:
        if plain:
            place.unlink(missing_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL if plain else os.O_WRONLY
        with open(os.open(place, flags, mode), "w+b" if plain else "wb") as stream:
            yield stream
        if plain:
            os.replace(place, target)
    except OSError as error:
        if error.filename in (None, str(place), place):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
    finally:
        if plain:
            with suppress(OSError):
                place.unlink(missing_ok=True)
