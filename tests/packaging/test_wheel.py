"""The wheel: everything is in it, and it works where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUNDLED = ("templates", "courses", "question_bank")

HOST = """
import re, sys
from flask import Flask
import suyu_learn
from suyu_learn import SuyuLearn

assert suyu_learn.__file__.startswith(sys.prefix), suyu_learn.__file__
app = Flask("host", instance_path=sys.argv[1])
app.config.update(
    SECRET_KEY="only for tests",
    SUYU_LEARN_DATABASE_URL="sqlite:///" + sys.argv[1] + "/learn.sqlite3",
    SUYU_LEARN_URL_PREFIX="/learn",
)
SuyuLearn(app, own_sign_in=True)
done = app.test_cli_runner().invoke(args=["suyu", "init"])
assert done.exit_code == 0, (done.output, done.exception)
client = app.test_client()
page = client.get("/learn/login")
print(page.status_code, "page")
address = re.search(r'<link[^>]*href="([^"]+\\.css[^"]*)"', page.text).group(1)
print(client.get(address).status_code, "stylesheet")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT))
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def members(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("name", BUNDLED)
def test_bundles_the_folders_that_stand_beside_the_package(members: set[str], name: str) -> None:
    expected = {f"suyu_learn/_bundled/{file.relative_to(ROOT).as_posix()}" for file in _files(ROOT / name)}
    assert expected, f"{name}/ is empty"
    assert {member for member in members if member.startswith(f"suyu_learn/_bundled/{name}/")} == expected


def test_carries_the_whole_package(members: set[str]) -> None:
    expected = {file.relative_to(ROOT).as_posix() for file in _files(ROOT / "suyu_learn") if file.suffix != ".pot"}
    assert expected - members == set()


def test_carries_nothing_else(members: set[str]) -> None:
    tops = {member.split("/")[0] for member in members}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"suyu_learn"}


def test_works_in_a_foreign_app_without_a_checkout(wheel: Path, tmp_path: Path) -> None:
    python = _install(wheel, tmp_path / "venv")
    folder = tmp_path / "empty"
    folder.mkdir()
    instance = tmp_path / "instance"
    instance.mkdir()
    said = _run(str(python), "-c", HOST, str(instance), cwd=folder)
    assert said.splitlines()[-2:] == ["200 page", "200 stylesheet"]
    assert list(folder.iterdir()) == []


def _install(wheel: Path, folder: Path) -> Path:
    """Install the wheel alone; what it depends on comes from the packages of this run, so nothing is downloaded."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    _run(str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    site = _run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    ours = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(site, "packages-of-this-run.pth").write_text("\n".join(sorted(ours)) + "\n", encoding="utf-8")
    return python


def _files(folder: Path) -> list[Path]:
    """What belongs to the project in a folder: no bytecode, nothing hidden."""
    return [
        file
        for file in folder.rglob("*")
        if file.is_file()
        and file.suffix != ".pyc"
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    ]


def _run(*command: str, cwd: Path | None = None) -> str:
    hidden = {"PYTHONPATH", "PYTHONHOME", "FLASK_APP"}
    environment = {
        name: value for name, value in os.environ.items() if name not in hidden and not name.startswith("SUYU_LEARN_")
    }
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout
