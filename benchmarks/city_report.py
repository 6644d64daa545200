"""Let a whole city sit an exam, four times, and write what happened into docs/performance.md.

python -m benchmarks.city_report
"""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from typing import Any

from benchmarks.load import KILLED, QUESTIONS, WHOLE
from benchmarks.report import TARGET, run, with_section

HEADING = "## A whole city at once"
KILLS = 3
SLOWEST_START = 30_000
"""Milliseconds until the button that starts has been answered, for whoever waits longest."""
SLOWEST_SAVE = 300
"""Milliseconds of the p95 of a save at the steady rate."""
PHASES = {
    "sign in": "page, password, cover",
    "start": "the button that starts",
    "start and paper": "until the paper is there",
    "steady save": f"a save, {WHOLE.steady_rate:.0f} a second",
    "final save": f"a save, {WHOLE.final_rate:.0f} a second",
    "hand in": "handing in",
}


def table(said: dict[str, Any]) -> str:
    """One run as a part of a page."""
    killed = f", killed and started again {said['kills']} times" if said["kills"] else ""
    lines = [f"**{said['database']}**, {said['learners']:,} learners{killed}:", ""]
    lines += ["| wait, from the moment it was to be sent | number | median | p95 | longest |", "|---|---|---|---|---|"]
    for phase, label in PHASES.items():
        known = said["phases"][phase]
        lines.append(
            f"| {label} | {known['count']:,} | {known['median_ms']:,} ms | {known['p95_ms']:,} ms "
            f"| {known['max_ms']:,} ms |"
        )
    lines += ["", *_kept(said)]
    if not said["kills"]:
        starts, saves = said["phases"]["start"]["max_ms"], said["phases"]["steady save"]["p95_ms"]
        lines += [
            "",
            f"Every start answered within {SLOWEST_START / 1000:.0f} s: {_met(starts, SLOWEST_START)}.",
            f"p95 of a save, {WHOLE.steady_rate:.0f} a second, below {SLOWEST_SAVE} ms: {_met(saves, SLOWEST_SAVE)}.",
        ]
    return "\n".join(lines)


def _kept(said: dict[str, Any]) -> list[str]:
    """What must be 0, and what it cost, as lines of text."""
    wrong = said["wrong"]
    return [
        f"{said['answers']:,} answers acknowledged, {wrong['answers_lost']} of them lost;",
        f"people without exactly one attempt {wrong['people_without_one_attempt']};",
        f"attempts not handed in {wrong['attempts_not_handed_in']};",
        f"attempts that do not follow from their steps {wrong['attempts_not_as_their_steps']};",
        f"replies that should not be {sum(said['errors'].values())};",
        f"requests whose line broke and that were sent again {said['broken_requests']}.",
        f"{said['server_cpu_seconds']} s of CPU of server and database in {said['seconds']} s;",
        f"the largest process took {said['largest_process_mb']} MB.",
    ]


def _met(value: float, bound: float) -> str:
    return "met" if value <= bound else "not met"


def _story() -> str:
    """What is done, in words."""
    return "\n".join([
        f"Made by `make load` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores for server, database and",
        f"learners together, Python {platform.python_version()}.",
        f"{WHOLE.learners:,} sign in over {WHOLE.sign_in:.0f} s;",
        f"all press start within {WHOLE.start:.0f} s; their {QUESTIONS} answers are saved one by one,",
        f"{WHOLE.steady_rate:.0f} a second for {WHOLE.steady:.0f} s, then {WHOLE.final_rate:.0f} a second;",
        f"all hand in within {WHOLE.submit:.0f} s. SQLite is served by one process, PostgreSQL by two.",
        f"The runs in which the server is ended by SIGKILL have {KILLED.learners:,} learners at the same rates.",
    ])  # fmt: skip


def main() -> None:
    parts = []
    for more in ((), ("--postgres",)):
        for kills in ((), ("--kills", str(KILLS))):
            parts.append(table(json.loads(run("-m", "benchmarks.load", *more, *kills))))
    body = "\n\n".join([_story(), *parts])
    TARGET.write_text(with_section(TARGET.read_text(encoding="utf-8"), HEADING, body), encoding="utf-8")
    print(f"{HEADING.removeprefix('## ')}: written to docs/{TARGET.name}")


if __name__ == "__main__":
    main()
