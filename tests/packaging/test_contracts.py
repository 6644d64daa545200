"""Promises about the project as a whole: directions of imports, a light start, its layout."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[2]

LAYOUT = [
    "app.py",
    "courses/",
    "question_bank/",
    "templates/suyu_learn/",
    "suyu_learn/extension.py",
    "suyu_learn/cli/",
    "suyu_learn/defaults.py",
    "suyu_learn/web/",
    "suyu_learn/services/",
    "suyu_learn/content/formats/",
    "suyu_learn/programme_templates/",
    "suyu_learn/models/",
    "suyu_learn/exports/",
    "suyu_learn/db.py",
    "suyu_learn/config.py",
    "suyu_learn/plugins.py",
    "suyu_learn/hooks.py",
    "suyu_learn/_resources.py",
    "suyu_learn/domain/",
    "suyu_learn/migrations/",
    "suyu_learn/static/",
    "suyu_learn/translations/",
    "tests/",
    "docs/",
    "benchmarks/",
    "deploy/",
    "Makefile",
    "pyproject.toml",
    "requirements.txt",
    "requirements-dev.txt",
    "README.md",
    "README.zh-CN.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
]

START = """
import sys
from app import create_app

HEAVY = ("pandas", "numpy", "fpdf", "scipy", "docx", "lxml", "PIL", "ziamath", "latex2mathml", "openpyxl", "xlsxwriter",
         "python_calamine", "segno", "alembic", "cryptography")

create_app({"TESTING": True, "SECRET_KEY": "x", "SUYU_LEARN_DATABASE_URL": "sqlite://"})
print(*(name for name in HEAVY if name in sys.modules))
"""


def test_imports_keep_to_the_one_direction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT), *sys.path])
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


def test_an_app_starts_without_the_heavy_libraries() -> None:
    done = subprocess.run([sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


@pytest.mark.parametrize("entry", LAYOUT)
def test_the_layout_is_the_documented_one(entry: str) -> None:
    path = ROOT / entry
    assert path.is_dir() if entry.endswith("/") else path.is_file(), f"{entry} is missing"


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_locks_name_every_dependency_with_hashes(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + (project["optional-dependencies"]["dev"] if "dev" in lock else [])
    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = {line.split("==")[0].split("[")[0]: line for line in text.splitlines() if "==" in line}
    missing = {_name(requirement) for requirement in wanted} - pinned.keys() - {project["name"]}
    assert not missing, f"{lock} lacks {', '.join(sorted(missing))}: run make lock"
    assert text.count("==") <= text.count("--hash=sha256:")


def test_both_locks_agree() -> None:
    runtime, development = (
        {line.rstrip(" \\") for line in (ROOT / lock).read_text(encoding="utf-8").splitlines() if "==" in line}
        for lock in ("requirements.txt", "requirements-dev.txt")
    )
    assert runtime - development == set(), "run make lock"


def _name(requirement: str) -> str:
    for end in "[<>=!~; ":
        requirement = requirement.split(end)[0]
    return requirement.lower()
