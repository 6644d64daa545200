"""Changed files by the hundred: each is read or refused, soon, and in little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import fuzz

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("code", ["text", "csv", "xlsx", "xls"])
def test_500_hostile_files(code: str) -> None:
    command = [sys.executable, "-m", "benchmarks.fuzz", code, "--text", "500", "--zipped", "500", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)[0]
    assert report["findings"] == []
    assert report["tried"] == 500
    assert report["taken"] > 20


def test_every_format_has_sound_files_to_begin_with() -> None:
    found = fuzz.plugins()
    for one in found.bank_formats.values():
        assert all(content for _name, content in fuzz.seeds(one, found))
