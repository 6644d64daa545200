"""What a Word document must pass before it is read, and its parts.

Every XML part is read by expat first: no declared entities, no endless tags, no nesting or paragraph out of proportion.
Parts are named by relations; one that points out of the package names nothing.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from suyu_learn.content.formats import guard
from suyu_learn.domain.problems import Place, Problem

MOST_PARTS = 5_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_XML = 50 * 1024 * 1024
MOST_ELEMENTS = 4_000_000
MOST_IN_A_BLOCK = 500_000
MOST_TEXT_IN_A_BLOCK = 4_000_000
MOST_PARAGRAPHS = 100_000
DEEPEST = 150
LONGEST_TAG = 1024 * 1024
_PIECE = 256 * 1024

UNREADABLE = (*guard.UNREADABLE, ElementTree.ParseError, expat.ExpatError)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ENCODINGS = {"utf-8", "utf-16", "us-ascii", "iso-8859-1"}
_OUTSIDE = re.compile(r"^[/\\]|(?:^|[/\\])\.\.(?:[/\\]|$)|^[A-Za-z]:")
DOCUMENT = "officeDocument"
_WORD = "wordprocessingml"


class Relation(NamedTuple):
    """Where a relation leads: a part, or an address outside."""

    kind: str
    target: str
    outside: bool


def local(name: str) -> str:
    """The name of an element or attribute without its namespace: the strict and the usual kind of file differ there."""
    return name.rpartition("}")[2]


def value(element: Element | None, name: str = "val") -> str | None:
    """An attribute, whatever its namespace."""
    if element is not None:
        for key, said in element.attrib.items():
            if key == name or key.endswith("}" + name):
                return said
    return None


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of these names, one inside the other."""
    for name in path:
        if element is None:
            return None
        end = "}" + name
        for one in element:
            if one.tag.endswith(end) or one.tag == name:
                element = one
                break
        else:
            return None
    return element


def is_on(element: Element | None) -> bool:
    """Whether a property that may say `0` is set."""
    return element is not None and (value(element) or "1").lower() not in ("0", "false", "off", "none")


@dataclass
class Package:
    """The parts of a checked document."""

    content: bytes
    place: Place
    document: str = ""
    macros: bool = False
    _checked: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(self.content))
        self._names = {entry.filename.lower(): entry.filename for entry in self._archive.infolist()}
        self._unpacked = 0

    def has(self, name: str) -> bool:
        """Whether there is such a part; case does not count."""
        return name.lower() in self._names

    def raw(self, name: str) -> bytes:
        """A part as it is."""
        return self._archive.read(self._names[name.lower()])

    def xml(self, name: str) -> bytes:
        """A part that has passed the checks; nothing where there is none."""
        if name not in self._checked:
            content = self.raw(name) if self.has(name) else b""
            self._unpacked += len(content)
            if self._unpacked > MOST_XML:
                raise Problem("docx.too_large", place=self.place, most=MOST_XML // 1024 // 1024)
            if content:
                _Check(self.place).read(content)
            self._checked[name] = content
        return self._checked[name]

    def tree(self, name: str) -> Element | None:
        """A small part as a tree."""
        content = self.xml(name)
        return ElementTree.fromstring(content) if content else None

    def blocks(self) -> Iterator[Element]:
        """What the body consists of, one after the other; each is forgotten when the next is asked for."""
        depth, parents = 0, []
        for event, element in ElementTree.iterparse(io.BytesIO(self.xml(self.document)), events=("start", "end")):
            if event == "start":
                depth += 1
                parents.append(element)
                continue
            depth -= 1
            parents.pop()
            if depth == 2 and local(parents[-1].tag) == "body":
                yield element
                parents[-1].clear()

    def relations(self, name: str) -> Mapping[str, Relation]:
        """The relations of a part, by their id."""
        folder, base = posixpath.split(name)
        tree = self.tree(posixpath.join(folder, "_rels", f"{base}.rels"))
        found = {}
        for one in tree if tree is not None else ():
            target = one.get("Target") or ""
            outside = (one.get("TargetMode") or "").lower() == "external"
            if not outside:
                target = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                target = posixpath.normpath(target)
            found[one.get("Id") or ""] = Relation((one.get("Type") or "").rpartition("/")[2], target, outside)
        return found

    def related(self, kind: str) -> str:
        """The part that belongs to the document as its `styles`, `numbering` and the like; "" where there is none."""
        found = (one for one in self.relations(self.document).values() if one.kind == kind and not one.outside)
        return next((one.target for one in found if self.has(one.target)), "")


def open_package(content: bytes, file_name: str) -> Package:
    """A document whose totals and kind are in order; raises Problem."""
    place = Place(file=file_name)
    _check_kind(content, file_name, place)
    try:
        package = Package(content, place)
        _check_entries(package._archive, place)
        package.document = _main_part(package)
    except UNREADABLE as error:
        raise Problem("docx.broken", place=place) from error
    package.macros = any(name.endswith("vbaproject.bin") for name in package._names)
    return package


def _check_kind(content: bytes, file_name: str, place: Place) -> None:
    ending = PurePath(file_name.replace("\\", "/")).suffix.lower()
    if not content.strip(b"\x00 \t\r\n"):
        raise Problem("docx.empty", place=place)
    if content.startswith(OLD_OFFICE):
        if _ENCRYPTED in content[: 1024 * 1024]:
            raise Problem("docx.password", place=place)
        raise Problem("docx.other_program", place=place, ending=ending if ending != ".docx" else ".doc")
    if content.startswith(b"{\\rtf"):
        raise Problem("docx.other_program", place=place, ending=".rtf")
    if not content.startswith(b"PK"):
        raise Problem("docx.not_docx", place=place)


def _check_entries(archive: zipfile.ZipFile, place: Place) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        raise Problem("docx.too_many_parts", place=place, most=MOST_PARTS)
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Problem("docx.too_large", place=place, most=MOST_UNPACKED // 1024 // 1024)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Problem("docx.password", place=place)
    names = {entry.filename.lower() for entry in entries}
    if len(names) < len(entries) or any(_OUTSIDE.search(name) for name in names):
        raise Problem("docx.broken", place=place)
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise Problem("docx.broken", place=place)  # others unpack without bounds


def _main_part(package: Package) -> str:
    if not package.has("[Content_Types].xml"):
        raise Problem("docx.not_docx", place=package.place)
    main = next((one.target for one in package.relations("").values() if one.kind == DOCUMENT), "")
    types = package.tree("[Content_Types].xml")
    kinds = {
        (one.get("PartName") or "").lstrip("/").lower(): one.get("ContentType") or ""
        for one in (types if types is not None else ())
    }
    if not package.has(main) or _WORD not in kinds.get(main.lower(), _WORD):
        raise Problem("docx.not_docx", place=package.place)
    return main


class _Check:
    """Watches the bounds of a part while expat reads it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.depth = self.elements = self.in_block = self.paragraphs = self.text = 0

    def read(self, content: bytes) -> None:
        """Read the part piece by piece: a tag that never ends would be gathered in memory."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        for start in range(0, len(content), _PIECE):
            parser.Parse(content[start : start + _PIECE], False)
            if start + _PIECE - parser.CurrentByteIndex > LONGEST_TAG:
                raise Problem("docx.broken", place=self.place)
        parser.Parse(b"", True)

    def _refuse(self, *_declaration: object) -> None:
        raise Problem("docx.entities", place=self.place)

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise Problem("docx.broken", place=self.place)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Problem("docx.too_deep", place=self.place)
        if self.depth == 3:
            self.in_block = self.text = 0
        self.paragraphs += name == "p" or name.endswith(":p")
        weight = 1 + len(attributes)
        self.elements += weight
        self.in_block += weight
        if self.elements > MOST_ELEMENTS or self.in_block > MOST_IN_A_BLOCK or self.paragraphs > MOST_PARAGRAPHS:
            raise Problem("docx.too_large_piece", place=self.place)

    def _text(self, text: str) -> None:
        self.text += len(text)
        if self.text > MOST_TEXT_IN_A_BLOCK:
            raise Problem("docx.too_large_piece", place=self.place)

    def _end(self, _name: str) -> None:
        self.depth -= 1
