"""The file of an import as it came, with a remark beside each question that did not come in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TypeAlias

from suyu_learn.domain.problems import Place

Annotating: TypeAlias = Callable[[bytes, str, Sequence[tuple[Place, str]], str], bytes]

_MODULES = {
    "xlsx": "suyu_learn.content.formats.book_remarks",
    "docx": "suyu_learn.content.formats.docx_remarks",
}
"""The formats whose files can carry remarks; each module has a function `annotated`."""


def annotating(form: str) -> Annotating | None:
    """What writes remarks into files of a format; None where it has nothing of the kind."""
    if form not in _MODULES:
        return None
    try:
        found: Annotating = import_module(_MODULES[form]).annotated
    except ImportError:
        return None
    return found
