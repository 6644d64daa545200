"""Where an exam's CPU goes: each part of it, ours beside the floor app's, server and database together.

    python -m benchmarks.exam_parts [--exams 300] [--postgres]

The people go through an exam in step: all sign in, then all open it, and so on, one request at a time, so that the CPU
of a part is what the server has used meanwhile. Prints a table.
"""

from __future__ import annotations

import argparse
import os

from benchmarks.exam_cost import SITTINGS, Learner, cpu_of, served
from benchmarks.spent import KINDS


def parts(kind: str, people: int, *, postgres: bool) -> dict[str, float]:
    """Milliseconds of CPU per person for each part."""
    with served(kind, people, postgres=postgres) as app:
        sittings = [SITTINGS[kind](Learner(app.port, 0), f"b{number}", app.exam, []) for number in range(people)]
        for _part in sittings.pop():  # what is made once, such as templates, belongs to no part
            pass
        spent: dict[str, float] = {}
        while True:
            before = cpu_of(app.processes)
            done = {next(sitting, None) for sitting in sittings}
            if done == {None}:
                return spent
            (part,) = done
            spent[str(part)] = 1000 * (cpu_of(app.processes) - before) / len(sittings)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--exams", type=int, default=300)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    os.sched_setaffinity(0, {1})
    ours, floor = (parts(kind, options.exams + 1, postgres=options.postgres) for kind in SITTINGS)
    print(f"| {KINDS['postgresql' if options.postgres else 'sqlite']} | ours | floor | more |")
    print("|---|---|---|---|")
    for part, cost in [*ours.items(), ("together", sum(ours.values()))]:
        least = floor.get(part, sum(floor.values()))
        print(f"| {part} | {cost:.1f} ms | {least:.1f} ms | {cost - least:.1f} ms |")


if __name__ == "__main__":
    main()
