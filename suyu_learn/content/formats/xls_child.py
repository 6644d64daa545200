"""Reads an old workbook (.xls) in a process of its own: the file on stdin, a JSON line a sheet and row on stdout.

Run as a script by `old_books`, never imported by the app: what makes its reader allocate, loop or abort ends with it.
It imports nothing of the package, so that it starts in a blink and within its memory.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import date, datetime, time

MOST_CPU_SECONDS = 4
MOST_MEMORY = 400 * 1024 * 1024


def limited() -> None:
    """Bind this process to its share of memory and time, where the system can."""
    try:
        import resource
    except ImportError:  # not on this system; the parent's clock still ends it
        return
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main(most_rows: int, most_columns: int, most_text: int) -> None:
    """Write out every sheet, or a line that says why not."""
    limited()
    content = sys.stdin.buffer.read()
    import python_calamine as calamine

    workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    text = 0
    for number, told in enumerate(workbook.sheets_metadata):
        if told.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_index(number)
        last = sheet.end or (0, 0)
        if last[0] >= most_rows:
            return say({"problem": "sheet.too_many_rows", "most": most_rows})
        if last[1] >= most_columns:
            return say({"problem": "sheet.too_many_columns", "most": most_columns})
        merged = [[*first, *last] for first, last in (sheet.merged_cell_ranges or ())[:most_rows]]
        say({"sheet": told.name, "hidden": told.visible != calamine.SheetVisibleEnum.Visible, "merged": merged})
        left = [None] * (sheet.start[1] if sheet.start else 0)
        for row in sheet.iter_rows() if sheet.start else ():
            line = json.dumps([*left, *map(said, row)], ensure_ascii=False)
            text += len(line)
            if text > most_text:
                return say({"problem": "sheet.too_much_text", "most": most_text})
            sys.stdout.write(line + "\n")
    say({"end": True})


def said(value: object) -> object:
    """A cell as JSON has it; dates and times as text."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return value if isinstance(value, str | float | int | bool) or value is None else str(value)


def say(told: dict[str, object]) -> None:
    """One line about the file or a sheet."""
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
