"""Measure a million records on SQLite and on PostgreSQL, and write what was found into docs/performance.md.

python -m benchmarks.scale_report [--rows 1000000] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.report import TARGET, run, with_section
from benchmarks.spent import KINDS

HEADING = "## A million records"
PAGE = 300
"""Milliseconds of a filter's first page."""
CSV_MUST, MEMORY_MUST, UNITS_MUST = 2.0, 64, 1.5
PEOPLE_SHARE, UNITS_SHARE = 20, 10
"""Completions a person in the two cities."""


def body(cities: Sequence[dict[str, Any]], units: Sequence[dict[str, Any]]) -> str:
    """What was found, as a part of a page."""
    first = cities[0]["pages"]
    places = list(next(iter(first["statuses"].values())))
    parts = [
        _story(cities),
        *_table(["first page", *places], (
            [status.replace("_", " "), *(_both(cities, "statuses", status, one) for one in places)]
            for status in first["statuses"]
        )),
        "",
        *_table(["other filters, lists and pages", "CPU"], (
            [label, _both(cities, group, label)] for group in ("filters", "lists") for label in first[group]
        )),
        "",
        f"Every filter's first page within {PAGE} ms: {_kept(cities)}.",
        "",
        *_table(["all records to csv", "by hand", "ours", "ratio", "must", "", "memory added", "must", ""],
                _exports(cities)),
        "",
        *_table(["people by unit, all units above counted", "by hand", "ours", "ratio", "must", ""], _units(units)),
        "",
        *_table(["in the same city", "CPU"], _figures(units)),
    ]  # fmt: skip
    return "\n".join(parts)


def _story(cities: Sequence[dict[str, Any]]) -> str:
    rows = cities[0]["rows"]
    made = ", ".join(f"{one['database']} in {one['made']} s" for one in cities)
    return f"""Made by `make scale` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, Python {platform.python_version()}.
A city of 2,000 units, {rows // PEOPLE_SHARE:,} people and {rows:,} completions of four years, made by the database itself ({made});
half of the people lack a programme, a third have begun a course, an exam was missed by one half and failed by the other. Pages are whole
requests. All figures are CPU, the database's counted, the best of three and of csv one run, since the clock tells what else a machine does: first SQLite, then PostgreSQL.
"""  # fmt: skip  # noqa: E501


def _table(head: Sequence[str], rows: Any) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _both(cities: Sequence[dict[str, Any]], *path: str) -> str:
    found = []
    for city in cities:
        value = city["pages"]
        for one in path:
            value = value[one]
        found.append(f"{value:.0f}")
    return f"{', '.join(found)} ms"


def _kept(cities: Sequence[dict[str, Any]]) -> str:
    over = []
    for city in cities:
        pages = city["pages"]
        asked = {f"{status} {place}": spent for status, by in pages["statuses"].items() for place, spent in by.items()}
        over += [f"{label} ({city['database']})" for label, spent in (asked | pages["filters"]).items() if spent > PAGE]
    return f"not met by {', '.join(over)}" if over else "met"


def _exports(cities: Sequence[dict[str, Any]]) -> Iterator[list[str]]:
    for city in cities:
        hand, ours = city["csv"]["by hand"], city["csv"]["ours"]
        ratio = ours["cpu"] / hand["cpu"]
        yield [city["database"], f"{hand['cpu']} s", f"{ours['cpu']} s", f"{ratio:.2f} x", f"{CSV_MUST} x",
               _met(ratio, CSV_MUST), f"{ours['memory']} MB", f"{MEMORY_MUST} MB",
               _met(ours["memory"], MEMORY_MUST)]  # fmt: skip


def _units(units: Sequence[dict[str, Any]]) -> Iterator[list[str]]:
    for one in units:
        ratio = one["ours"] / one["by hand"]
        yield [f"{one['database']}, {one['completions'] // UNITS_SHARE:,} people, {one['completions']:,} completions",
               f"{one['by hand']} s", f"{one['ours']} s", f"{ratio:.2f} x", f"{UNITS_MUST} x",
               _met(ratio, UNITS_MUST)]  # fmt: skip


def _figures(units: Sequence[dict[str, Any]]) -> Iterator[list[str]]:
    for name, label in (("trained", "who was due, began, completed, is overdue, by unit"),
                        ("dashboard", "all of the dashboard of a year")):  # fmt: skip
        yield [label, ", ".join(f"{one[name]} s" for one in units)]


def _met(value: float, bound: float) -> str:
    return "met" if value <= bound else "not met"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    kept = ("--folder", str(given.folder)) if given.folder else ()
    cities, units = [], []
    for kind in KINDS:
        cities.append(json.loads(run("-m", "benchmarks.scale", "--kind", kind, "--rows", str(given.rows), *kept)))
        people = str(given.rows // UNITS_SHARE)
        units.append(json.loads(run("-m", "benchmarks.unit_report", "--kind", kind, "--people", people, *kept)))
    text = with_section(TARGET.read_text(encoding="utf-8"), HEADING, body(cities, units))
    TARGET.write_text(text, encoding="utf-8")
    print(f"{HEADING.removeprefix('## ')}: written to docs/{TARGET.name}")


if __name__ == "__main__":
    main()
