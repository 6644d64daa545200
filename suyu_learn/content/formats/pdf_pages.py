"""The pages of a PDF as pictures with their text, drawn in a process with little memory and little time."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from suyu_learn.domain.problems import Place, Problem

MOST_PAGES = 200
LONGEST_SECONDS = 60
_AT_ONCE = threading.BoundedSemaphore(2)
"""Files that one process of the app reads side by side."""
_CHILD = Path(__file__).with_name("pdf_child.py")
_SIGN = b"%PDF-"


@dataclass(frozen=True, slots=True)
class Page:
    """A page: what it says, in one line of at most 1,000 signs, and its picture as JPEG."""

    text: str
    picture: bytes


def looks_like_pdf(content: bytes) -> bool:
    """Whether a file begins as a PDF does; some have a few bytes of something else before."""
    return _SIGN in content[:1024]


def count(path: Path) -> int:
    """How many pages a file has; raises Problem for one that cannot be read, or has more than `MOST_PAGES`."""
    pages, _drawn = _read(path, 0, 0)
    if pages > MOST_PAGES:
        raise Problem("pdf.too_many_pages", place=Place(field="file"), count=pages, most=MOST_PAGES)
    return pages


def drawn(path: Path, first: int, count: int) -> list[Page]:
    """At most so many pages from `first` on, counted from 0; fewer where one takes too long or cannot be drawn, and
    raises Problem where that is the first of them."""
    _pages, found = _read(path, first, count)
    return found


def _read(path: Path, first: int, count: int) -> tuple[int, list[Page]]:
    command = [sys.executable, "-I", str(_CHILD), str(path), str(first), str(count)]
    try:
        with _AT_ONCE:
            output = io.BytesIO(_said(command))
        told = json.loads(output.readline())
        if "problem" in told:
            raise Problem(told["problem"], place=Place(field="file"))
        pages = int(told["pages"])
        found = list(_pages(output))
    except (OSError, ValueError, KeyError) as error:
        raise Problem("pdf.broken", place=Place(field="file")) from error
    if not found and count and first < pages:  # the process ended at the first of them
        raise Problem("pdf.page_broken", place=Place(field="file"), number=first + len(found) + 1)
    return pages, found


def _said(command: list[str]) -> bytes:
    """What the process has said until its end, or until its time was over."""
    try:
        return subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=LONGEST_SECONDS, check=False
        ).stdout
    except subprocess.TimeoutExpired as ended:
        return ended.stdout or b""


def _pages(output: io.BytesIO) -> Iterator[Page]:
    while line := output.readline():
        told = json.loads(line)
        picture = output.read(told["size"])
        if len(picture) == told["size"]:
            yield Page(told["text"], picture)
