"""The parts of a workbook, by lower-case name, once they have passed the guard: what names what."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from xml.parsers import expat

Parts = Mapping[str, bytes]


def sheet_parts(parts: Parts) -> dict[str, str]:
    """The part of each sheet, by the sheet's name."""
    book = next((name for name in parts if name.endswith("workbook.xml")), "")
    targets = relations(parts, book)
    found = {}
    for element in elements(parts.get(book, b""), "sheet"):
        target = targets.get(local(element, "id"), "")
        if target in parts:
            found[element.get("name", "")] = target
    return found


def relations(parts: Parts, path: str) -> dict[str, str]:
    """The parts to which a part points, by the ids that it uses; what lies outside the file is left out."""
    folder, name = posixpath.split(path)
    targets: dict[str, str] = {}
    for element in elements(parts.get(posixpath.join(folder, "_rels", f"{name}.rels"), b""), "Relationship"):
        target = element.get("Target", "").lower()
        if element.get("TargetMode", "").lower() != "external" and target:
            joined = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            targets[element.get("Id", "")] = posixpath.normpath(joined)
    return targets


def elements(part: bytes, wanted: str) -> list[dict[str, str]]:
    """The attributes of all elements of a name, whatever their namespace."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == wanted:
            found.append(attributes)

    if part:
        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        parser.Parse(part, True)
    return found


def local(attributes: Mapping[str, str], name: str) -> str:
    """An attribute by its name without a namespace."""
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def column_letters(place: int) -> str:
    """A for 0, AA for 26."""
    letters, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
