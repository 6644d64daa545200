"""XML of strangers as a tree: bounded in depth, number and size, without entities, names without their namespaces."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from suyu_learn.domain.problems import NOWHERE, Place, Problem

DEEPEST = 100
MOST_ELEMENTS = 300_000
MOST_ATTRIBUTES = 100
LONGEST_TAG = 8 * 1024 * 1024
"""Pictures stand in attributes at times."""
LONGEST_DEFAULT = 1_000
_PIECE = 256 * 1024
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "gb_2312-80", "cp936", "ms936", "x-gbk"})
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_DECLARATION = re.compile(rb"<\?xml(\s+[a-z]+\s*=\s*(\"[^\"]*\"|'[^']*'))*\s*\?>")


def parse(content: bytes, *, place: Place = NOWHERE) -> Element:
    """The root element of an XML file; raises Problem, with the line, when it is faulty or beyond bounds."""
    return _Building(place).tree(_readable(content))


def each(content: bytes, name: str, take: Callable[[Element], None], *, place: Place = NOWHERE) -> None:
    """Hand over every element of a name as soon as it is complete, and forget it: long files stay small in memory."""
    building = _Building(place)
    building.taken, building.take = name, take
    building.tree(_readable(content))


def root_name(content: bytes) -> str:
    """The name of the root element as far as the first 64 KB tell; empty where there is none."""
    found: list[str] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        if not found:
            found.append(name.rpartition(":")[2])

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    with suppress(expat.ExpatError, ValueError, LookupError):
        parser.Parse(_readable(content[: 64 * 1024]), False)
    return found[0] if found else ""


def _readable(content: bytes) -> bytes:
    """The bytes without blank lines ahead of the declaration; Chinese encodings, which expat lacks, as UTF-8."""
    if not content.startswith(_BOMS):
        content = content.lstrip(b" \t\r\n")
    declared = _DECLARED.match(content)
    if declared is not None and declared[1].decode("ascii").lower() in _CHINESE:
        start, end = declared.span(1)
        text = (content[:start] + b"utf-8" + content[end:]).decode("gb18030", errors="replace")
        return text.encode("utf-8", errors="replace")
    return content


class _Building:
    """One parse: the tree that grows, and the bounds that hold it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._builder = TreeBuilder()
        self._names: dict[str, str] = {}
        self._depth = 0
        self._elements = 0
        self._left = 0
        self._in_attributes = 0
        self._most_in_attributes = 0
        self.taken = ""
        self.take: Callable[[Element], None] | None = None

    def tree(self, content: bytes) -> Element:
        self._most_in_attributes = 2 * len(content) + 100_000  # more can only come from defaults in a DTD
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._builder.data
        parser.EntityDeclHandler = self._refuse_entities
        parser.AttlistDeclHandler = self._attlist
        parser.SkippedEntityHandler = self._refuse_entities
        try:
            for start in range(0, len(content), _PIECE):
                parser.Parse(content[start : start + _PIECE], False)
                if start + _PIECE - parser.CurrentByteIndex > LONGEST_TAG:
                    raise Problem("xml.tag_too_long", place=self.place)
            parser.Parse(b"", True)
            return self._builder.close()
        except expat.ExpatError as error:
            faulty = error.lineno == 1 and content.startswith(b"<?xml") and not _DECLARATION.match(content)
            code = "xml.bad_declaration" if faulty else "xml.broken"
            said = expat.ErrorString(error.code) or ""
            raise Problem(code, place=self.place, line=error.lineno, error=said) from error
        except (ValueError, LookupError, AssertionError) as error:
            raise Problem("xml.unreadable", place=self.place) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > DEEPEST:
            raise Problem("xml.too_deep", place=self.place, most=DEEPEST)
        if self._elements > MOST_ELEMENTS:
            raise Problem("xml.too_many", place=self.place, most=MOST_ELEMENTS)
        if len(attributes) > MOST_ATTRIBUTES:
            raise Problem("xml.too_many_attributes", place=self.place, most=MOST_ATTRIBUTES)
        if attributes:
            self._in_attributes += sum(map(len, attributes.values()))
        if self._in_attributes > self._most_in_attributes:
            raise Problem("xml.unreadable", place=self.place)
        bare = {self._bare(key): value for key, value in attributes.items() if not key.startswith("xmlns")}
        self._builder.start(self._bare(name), bare)

    def _end(self, name: str) -> None:
        self._depth -= 1
        element = self._builder.end(self._bare(name))
        if self.take is not None and element.tag == self.taken:
            self.take(element)
            element.clear()
            self._left += 1  # its empty shell stays in the tree
            self._elements = self._left

    def _bare(self, name: str) -> str:
        known = self._names.get(name)
        if known is None:
            known = name.rpartition(":")[2]
            if len(self._names) < 10_000:
                self._names[name] = known
        return known

    def _refuse_entities(self, *_declaration: object) -> None:
        raise Problem("xml.entities", place=self.place)

    def _attlist(self, _element: str, _name: str, _type: str, default: str | None, _required: int) -> None:
        if default is not None and len(default) > LONGEST_DEFAULT:
            raise Problem("xml.entities", place=self.place)
