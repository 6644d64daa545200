"""A hundred learners in one minute, with a server that is killed meanwhile: nothing refused, nothing lost.

On SQLite, since a minute of both cores is dear in a test run; `make load` does the same and more on PostgreSQL.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLOWEST_SAVE_MS = 5000
"""The usual machine of the tests does something else at the same time; make load measures."""


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_everybody_is_served_and_nothing_acknowledged_is_lost(database_url: str) -> None:
    command = [sys.executable, "-m", "benchmarks.load", "--minute", "--kills", "1", "--database", database_url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr[-4000:]
    said = json.loads(done.stdout)
    assert said["errors"] == {}
    assert set(said["wrong"].values()) == {0}, said["wrong"]
    assert said["answers"] == 100 * 20
    assert said["broken_requests"] > 0
    assert said["phases"]["steady save"]["p95_ms"] < SLOWEST_SAVE_MS
