"""Run the measurements one after the other and write docs/performance.md.

python -m benchmarks.report [--exams 500] [--rounds 3] [--rows 100000] [--questions 10000]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs/performance.md"
BANK = "## A bank from xlsx, against openpyxl merely reading the file"
CSV = "## Records to csv, against a hand-written cursor"
"""The parts of that file which are made here, besides its beginning; others write or keep theirs."""
CPU_MUST, WAIT_MUST = 2.0, 2.0
PAUSE = 0.5
OFFERED = 100
"""50 learners with that pause."""


def run(*words: str) -> str:
    """What one measurement printed."""
    command = [sys.executable, *words]
    print(" ".join(command[1:]), flush=True)
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def exam_rows(flat_out: dict[str, Any], paced: dict[str, Any]) -> list[str]:
    """Three lines of the table: CPU, and the wait for a save at two loads."""
    lines = []
    for said, measure, label, must in (
        (flat_out, "cpu_ms_per_exam", "CPU per exam, server and database", CPU_MUST),
        (paced, "save_p95_ms", f"p95 of a save, {OFFERED} requests a second offered to both", WAIT_MUST),
        (flat_out, "save_p95_ms", "p95 of a save, 50 learners without a pause", WAIT_MUST),
    ):
        ours, floor, ratio = said["ours"], said["floor"], said["ratio"]
        met = "met" if ratio[measure] <= must else "not met"
        lines.append(
            f"| {label}, {said['database']} | {ours[measure]} ms | {floor[measure]} ms | {ratio[measure]} x "
            f"| {must} x | {met} |"
        )
    return lines


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--exams", type=int, default=500)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--questions", type=int, default=10_000)
    options = asked.parse_args()
    common = ("-m", "benchmarks.exam_cost", "--exams", str(options.exams), "--rounds", str(options.rounds))
    paced = ("-m", "benchmarks.exam_cost", "--exams", "100", "--rounds", str(options.rounds), "--pause", str(PAUSE))
    rows = [
        line
        for more in ((), ("--postgres",))
        for line in exam_rows(json.loads(run(*common, *more)), json.loads(run(*paced, *more)))
    ]
    imports = run("benchmarks/bank_import.py", "--questions", str(options.questions), "--rounds", str(options.rounds))
    exports = run("benchmarks/export_records.py", "--rows", str(options.rows))
    text = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
    kept = text[text.index("\n## ") :] if "\n## " in text else "\n"
    text = with_section(_beginning(options, rows) + kept, BANK, f"```\n{imports}\n```")
    TARGET.write_text(with_section(text, CSV, f"```\n{exports}\n```"), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)} written")


def with_section(text: str, heading: str, body: str) -> str:
    """The page with what stands under that heading replaced, or added at its end."""
    start = text.find(f"\n{heading}\n") + 1
    if not start:
        return f"{text.rstrip()}\n\n{heading}\n\n{body}\n"
    end = text.find("\n## ", start)
    return f"{text[:start]}{heading}\n\n{body}\n{text[end:] if end >= 0 else ''}"


def _beginning(options: argparse.Namespace, rows: list[str]) -> str:
    return f"""# Performance

Made by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, Python {platform.python_version()}.
{options.exams} exams a round by 50 learners at once, the median of
{options.rounds} rounds. One exam is: sign in, open, start, 20 answers saved one by one, submit, result. The floor app
is [benchmarks/floor_app.py](../benchmarks/floor_app.py): bare Flask, hand-written SQL, the same password hash, server
and database. Server with one worker on core 0, learners on core 1, ours and the floor in turn; the database's CPU is
counted. Without a pause the server is never idle, and a save waits behind all that the other 49 learners ask; how long
says how far the server is from keeping up, not what a save costs. At the same load for both it says the latter.

| measure | ours | floor | ratio | must | |
|---|---|---|---|---|---|
{chr(10).join(rows)}

Counted in tests, not measured: a saved answer is one SQL statement that commits itself; the first load of a paper of 50
questions with all assets below 36 KB in 4 requests (tests/web/test_budgets.py).
"""


if __name__ == "__main__":
    main()
