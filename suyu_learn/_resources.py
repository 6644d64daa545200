"""Where the folders that stand beside the package are found, in a checkout and in an installed wheel."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """A folder such as `templates` or `courses`; raises FileNotFoundError if neither place has it."""
    for place in (_PACKAGE / "_bundled" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"suyu_learn: the folder {name!r} is neither bundled with the package nor beside it.")


def inside(name: str) -> Path:
    """A folder within the package itself: `static`, `translations`, `migrations`."""
    return _PACKAGE / name


def version() -> str:
    """The version of the package."""
    return str(sys.modules["suyu_learn"].__version__)
