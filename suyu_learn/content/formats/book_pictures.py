"""Pictures in workbooks: floating ones over a cell, and those inside cells as WPS (DISPIMG) and Excel write them."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

from suyu_learn.content.drafts import MediaDraft
from suyu_learn.content.formats.book_parts import Parts, column_number, elements, local, relations, sheet_parts
from suyu_learn.content.formats.guard import UNREADABLE
from suyu_learn.domain.problems import Place, Problem

MOST_PICTURES = 2_000
LARGEST_MB = 10
_KINDS = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\x00", b"MM\x00*")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_DISPIMG = re.compile(r'=?\s*(?:_xlfn\.)?DISPIMG\(\s*"([^"]{1,100})"[^()]*\)', re.IGNORECASE)
_ANCHORS = {"oneCellAnchor", "twoCellAnchor", "absoluteAnchor"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, and what it says it shows."""

    media: MediaDraft
    alt: str = ""


@dataclass(slots=True)
class BookPictures:
    """The pictures of a workbook by sheet and cell, rows and columns from 0; and what could not be taken."""

    cells: dict[str, dict[tuple[int, int], list[Picture]]] = field(default_factory=dict)
    inside: Mapping[str, Picture] = field(default_factory=dict)
    """Those that a cell names as DISPIMG("...")."""
    losses: list[Problem] = field(default_factory=list)

    def named(self, text: str) -> Picture | None:
        """The picture that the text of a cell names."""
        found = _DISPIMG.fullmatch(text) if "DISPIMG" in text else None
        return self.inside.get(found[1]) if found else None

    def taken_from(
        self, sheet: str, rows: tuple[tuple[str, ...], ...]
    ) -> tuple[tuple[tuple[str, ...], ...], dict[tuple[int, int], list[Picture]]]:
        """The rows of a sheet without the formulas that only name pictures, and all its pictures by cell."""
        shown = self.cells.get(sheet, {})
        if not self.inside:
            return rows, shown
        shown = dict(shown)
        kept = list(rows)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if (picture := self.named(cell)) is not None:
                    shown[number, column] = [*shown.get((number, column), ()), picture]
                    kept[number] = (*kept[number][:column], "", *kept[number][column + 1 :])
        return tuple(kept), shown


def pictures_of(content: bytes, parts: Parts, *, place: Place) -> BookPictures:
    """The pictures of a workbook that has passed the guard; `parts` are its XML parts by lower-case name."""
    if not any("drawings/" in name or "cellimages" in name or "richdata/" in name for name in parts):
        return BookPictures()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        store = _Store({entry.filename.lower(): entry for entry in archive.infolist()}, archive)
        book = BookPictures()
        for sheet, part in sheet_parts(parts).items():
            found: dict[tuple[int, int], list[Picture]] = {}
            for drawing in _drawings(parts, part):
                _anchored(parts, drawing, store, found)
            if found:
                book.cells[sheet] = found
        cellimages = next((name for name in parts if name.endswith("cellimages.xml")), "")
        if cellimages:
            book.inside = _named(parts, cellimages, store)
        _rich(parts, store, book.cells)
    book.losses = [Problem(code, place=place, count=count, most=_MOST.get(code, 0))
                   for code, count in sorted(store.lost.items())]  # fmt: skip
    return book


_TOO_MANY, _TOO_LARGE = "sheet.pictures_too_many", "sheet.pictures_too_large"
_MISSING, _OF_OTHER_KIND, _NOWHERE = "sheet.pictures_missing", "sheet.pictures_of_other_kind", "sheet.pictures_nowhere"
_MOST = {_TOO_MANY: MOST_PICTURES, _TOO_LARGE: LARGEST_MB}


@dataclass(slots=True)
class _Store:
    """Reads each picture of the archive once, within bounds."""

    entries: Mapping[str, zipfile.ZipInfo]
    archive: zipfile.ZipFile
    read: dict[str, MediaDraft | None] = field(default_factory=dict)
    placed: int = 0
    lost: Counter[str] = field(default_factory=Counter)

    def picture(self, path: str, alt: str) -> Picture | None:
        """The picture of a part, or None with the reason counted."""
        if self.placed >= MOST_PICTURES:
            self.lost[_TOO_MANY] += 1
            return None
        if path not in self.read:
            self.read[path] = self._media(path)
        media = self.read[path]
        if media is None:
            return None
        self.placed += 1
        return Picture(media, alt)

    def _media(self, path: str) -> MediaDraft | None:
        entry = self.entries.get(path)
        if entry is None:
            self.lost[_MISSING] += 1
            return None
        if entry.file_size > LARGEST_MB * 1024 * 1024:
            self.lost[_TOO_LARGE] += 1
            return None
        try:
            content = self.archive.read(entry)
        except UNREADABLE:
            self.lost[_MISSING] += 1
            return None
        if not content.startswith(_KINDS):
            self.lost[_OF_OTHER_KIND] += 1
            return None
        return MediaDraft(content, path.rpartition("/")[2])


def _drawings(parts: Parts, sheet: str) -> list[str]:
    targets = relations(parts, sheet)
    named = (targets.get(local(element, "id"), "") for element in elements(parts[sheet], "drawing"))
    return [name for name in named if name in parts] if targets else []


def _anchored(parts: Parts, drawing: str, store: _Store, found: dict[tuple[int, int], list[Picture]]) -> None:
    targets = relations(parts, drawing)
    for one in _anchors(parts[drawing]):
        if one.cell is None:
            store.lost[_NOWHERE] += 1
        elif (picture := store.picture(targets.get(one.embed, ""), one.alt)) is not None:
            found.setdefault(one.cell, []).append(picture)


def _named(parts: Parts, part: str, store: _Store) -> dict[str, Picture]:
    targets = relations(parts, part)
    pictures = ((one.name, store.picture(targets.get(one.embed, ""), one.alt)) for one in _anchors(parts[part]))
    return {name: picture for name, picture in pictures if picture is not None}


@dataclass(slots=True)
class _Anchor:
    """Where a picture of a drawing lies, and which it is."""

    row: str = ""
    column: str = ""
    embed: str = ""
    name: str = ""
    alt: str = ""

    @property
    def cell(self) -> tuple[int, int] | None:
        row, column = self.row.strip(), self.column.strip()
        whole = row.isdecimal() and column.isdecimal() and len(row) < 8 and len(column) < 8
        return (int(row), int(column)) if whole else None


def _anchors(part: bytes) -> list[_Anchor]:
    """The pictures of a drawing, or of the list that WPS keeps of those in cells."""
    found: list[_Anchor] = []
    where = _Anchor()
    path: list[str] = []
    said = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal where
        name = name.rpartition(":")[2]
        path.append(name)
        if name in _ANCHORS or name == "cellImage":
            where = _Anchor()
        elif name == "cNvPr" and path[-2:-1] == ["nvPicPr"]:
            where.name, where.alt = attributes.get("name", ""), attributes.get("descr", "")
        elif name == "blip" and "pic" in path:
            embed = local(attributes, "embed")
            if embed:
                found.append(_Anchor(where.row, where.column, embed, where.name, where.alt))
        elif name in ("row", "col"):
            said[0] = ""

    def end(name: str) -> None:
        path.pop()
        if path[-1:] == ["from"]:
            if name.endswith("row"):
                where.row = said[0]
            elif name.endswith("col"):
                where.column = said[0]

    def text(data: str) -> None:
        if path[-2:-1] == ["from"] and len(said[0]) < 20:
            said[0] += data

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.Parse(part, True)
    return found


def _rich(parts: Parts, store: _Store, cells: dict[str, dict[tuple[int, int], list[Picture]]]) -> None:
    """Pictures in cells as Excel keeps them: cell -> value metadata -> rich value -> relation."""
    metadata = next((name for name in parts if name.endswith("/metadata.xml")), "")
    values = next((name for name in parts if name.endswith("richdata/rdrichvalue.xml")), "")
    links = next((name for name in parts if name.endswith("richdata/richvaluerel.xml")), "")
    structures = next((name for name in parts if name.endswith("richdata/rdrichvaluestructure.xml")), "")
    if not (metadata and values and links and structures):
        return
    shapes = _children(parts[structures], "s", "k", attribute="n")
    targets = relations(parts, links)
    paths = [targets.get(local(element, "id"), "") for element in elements(parts[links], "rel")]
    rich = list(zip(elements(parts[values], "rv"), _children(parts[values], "rv", "v"), strict=False))
    by_metadata = _rich_of_metadata(parts[metadata])
    for sheet, part in sheet_parts(parts).items():
        for where, metadata_number in _marked_cells(parts[part]):
            number = by_metadata.get(metadata_number, -1)
            if not 0 <= number < len(rich):
                continue
            shape = _whole(rich[number][0].get("s", ""))
            keys = shapes[shape] if 0 <= shape < len(shapes) else []
            told = dict(zip(keys, rich[number][1], strict=False))
            at = _whole(told.get("_rvRel:LocalImageIdentifier", ""))
            picture = store.picture(paths[at], told.get("Text", "")) if 0 <= at < len(paths) else None
            if picture is not None:
                cells.setdefault(sheet, {}).setdefault(where, []).append(picture)


def _rich_of_metadata(part: bytes) -> dict[int, int]:
    """The number of the rich value for each number that cells carry as `vm`."""
    types = [element.get("name", "") for element in elements(part, "metadataType")]
    values = [_whole(element.get("i", "")) for element in elements(part, "rvb")]
    blocks: list[tuple[int, int]] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        name = name.rpartition(":")[2]
        inside = inside or name == "valueMetadata"
        if inside and name == "rc":
            blocks.append((_whole(attributes.get("t", "")), _whole(attributes.get("v", ""))))

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and name.rpartition(":")[2] != "valueMetadata"

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(part, True)
    rich = types.index("XLRICHVALUE") + 1 if "XLRICHVALUE" in types else 0
    return {number: values[at] for number, (kind, at) in enumerate(blocks, 1) if kind == rich and 0 <= at < len(values)}


def _marked_cells(part: bytes) -> list[tuple[tuple[int, int], int]]:
    found = []
    for attributes in elements(part, "c") if b' vm="' in part or b" vm='" in part else ():
        match = _REFERENCE.fullmatch(attributes.get("r", ""))
        if match and attributes.get("vm", "").isdecimal():
            found.append(((int(match[2]) - 1, column_number(match[1]) - 1), _whole(attributes["vm"])))
    return found


def _children(part: bytes, outer: str, inner: str, *, attribute: str = "") -> list[list[str]]:
    """For each outer element, the attribute or the text of each inner one."""
    found: list[list[str]] = []
    open_inner = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal open_inner
        name = name.rpartition(":")[2]
        if name == outer:
            found.append([])
        elif name == inner and found:
            open_inner = True
            found[-1].append(attributes.get(attribute, "") if attribute else "")

    def end(name: str) -> None:
        nonlocal open_inner
        if name.rpartition(":")[2] == inner:
            open_inner = False

    def text(data: str) -> None:
        if open_inner and not attribute:
            found[-1][-1] += data

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.Parse(part, True)
    return found


def _whole(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else -1
