"""Old workbooks (.xls), read in a process with little memory and little time, since their reader cannot be guarded."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suyu_learn.content.formats.guard import MOST_COLUMNS, MOST_ROWS, MOST_TEXT
from suyu_learn.domain.problems import Place, Problem

LONGEST_SECONDS = 15
_CHILD = Path(__file__).with_name("xls_child.py")


@dataclass(slots=True)
class OldSheet:
    """A sheet as it was read: cells are texts, numbers, True, False or None."""

    name: str
    hidden: bool
    merged: list[tuple[tuple[int, int], tuple[int, int]]]
    rows: list[list[Any]] = field(default_factory=list)


def read_old_book(content: bytes, *, place: Place) -> list[OldSheet]:
    """The sheets of an .xls file; raises Problem when its reader fails, whatever way."""
    command = [sys.executable, "-I", str(_CHILD), str(MOST_ROWS), str(MOST_COLUMNS), str(MOST_TEXT)]
    try:
        child = subprocess.run(
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST_SECONDS,
            check=False,
        )
        return list(_sheets(child.stdout, place))
    except (subprocess.TimeoutExpired, OSError, ValueError, TypeError, KeyError) as error:
        raise Problem("sheet.old_broken", place=place) from error


def _sheets(output: bytes, place: Place) -> Iterator[OldSheet]:
    sheet: OldSheet | None = None
    whole = False
    for line in output.splitlines():
        told = json.loads(line)
        if isinstance(told, list):
            if sheet is not None:
                sheet.rows.append(told)
            continue
        if "problem" in told:
            raise Problem(told["problem"], place=place, most=told["most"])
        if sheet is not None:
            yield sheet
        whole = "end" in told
        if not whole:
            merged = [((row, column), (last, end)) for row, column, last, end in told["merged"]]
            sheet = OldSheet(told["sheet"], told["hidden"], merged)
    if not whole:
        raise Problem("sheet.old_broken", place=place)
