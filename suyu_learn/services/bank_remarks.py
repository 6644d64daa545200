"""The file of an import as it came, with a remark beside each question that did not come in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from suyu_learn.content.formats import annotated, docx_remarks
from suyu_learn.domain.problems import Place

Remarks: TypeAlias = Sequence[tuple[Place, str]]

CAN_CARRY = frozenset({"xlsx", "csv", "docx"})
"""The formats whose files can be given back with remarks; of others there is the table of faults."""


def remarked(form: str, content: bytes, *, file_name: str, remarks: Remarks, heading: str) -> bytes | None:
    """The file with its remarks; None where it cannot carry them."""
    if form == "docx":
        return docx_remarks.annotated(content, file_name, remarks, heading)
    if form not in CAN_CARRY:
        return None
    cells: dict[tuple[str, int, str], str] = {}
    for place, text in remarks:
        key = (place.sheet, place.row or 0, place.column)
        cells[key] = f"{cells[key]} {text}" if key in cells else text
    return annotated.annotated(content, file_name, cells, heading)
