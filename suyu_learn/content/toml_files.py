"""TOML files of packs, read with faults that name the file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from suyu_learn.domain.problems import Place, Problem, Problems


def read_toml(path: Path, base: Path) -> dict[str, Any]:
    """A TOML file of a pack; raises Problems that name it, relative to `base`."""
    file = path.relative_to(base).as_posix()
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        raise Problems([Problem("pack.file_missing", place=Place(file=file))]) from None
    except ValueError as error:
        raise Problems([Problem("pack.not_toml", place=Place(file=file), error=str(error))]) from None
