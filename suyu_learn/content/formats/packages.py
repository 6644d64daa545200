"""Zip packages that come in: every entry checked before anything is unpacked, and nothing ever written to disk.

Names that would lead out of a package refuse it as a whole: no honest program writes them. What an entry unpacks to
is counted while it is read, since its header may say anything.
"""

from __future__ import annotations

import io
import posixpath
import re
import stat
import zipfile
from collections.abc import Iterable
from functools import cached_property
from unicodedata import normalize
from urllib.parse import unquote

from suyu_learn.content.formats import guard
from suyu_learn.domain.problems import Place, Problem

MOST_ENTRIES = 20_000
MOST_UNPACKED = 128 * 1024 * 1024
LARGEST_ENTRY = 32 * 1024 * 1024
MOST_RATIO = 200
RATIO_COUNTS_FROM = 4 * 1024 * 1024
LONGEST_NAME = 400

_UNREADABLE = (*guard.UNREADABLE, AttributeError, TypeError)
_DIRECTORY_ENTRY = b"PK\x01\x02"
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others unpack without bounds
_DRIVE = re.compile(r"[A-Za-z]:")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_NO_CONTENT = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)", re.IGNORECASE)
_PIECE = 256 * 1024


def is_zip(content: bytes) -> bool:
    """Whether a file begins as a zip does, sound or not."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def open_package(content: bytes, *, file: str = "") -> Package:
    """The package in a zip file; raises Problem when it is none, or an entry is not to be trusted."""
    place = Place(file=file)
    if content.count(_DIRECTORY_ENTRY) > MOST_ENTRIES:  # before `zipfile` makes an object of each
        raise Problem("package.too_many_entries", place=place, most=MOST_ENTRIES)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except _UNREADABLE as error:
        code = "package.cut_off" if is_zip(content) and b"PK\x05\x06" not in content[-70_000:] else "package.broken"
        raise Problem(code, place=place) from error
    package = Package(archive, _checked(entries, place), place)
    if not package.names:
        raise Problem("package.empty", place=place)
    return package


class Package:
    """The files of a zip by their names; names that others lead to are resolved inside the package only."""

    def __init__(self, archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], place: Place) -> None:
        self._archive = archive
        self._place = place
        self.nested = tuple(name for name in entries if name.lower().endswith(".zip"))
        """Zips within the zip, which are never opened."""
        self._entries = {
            name: entry for name, entry in entries.items() if name not in self.nested and not _NO_CONTENT.search(name)
        }
        self.names = tuple(self._entries)
        """All files, in the order of the archive; what systems leave behind is left out."""
        self._alike: dict[str, str] = {}
        for name in self.names:
            self._alike.setdefault(_folded(name), name)
        self._unpacked: dict[str, int] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def resolve(self, href: str, *, base: str = "") -> str:
        """The name of the file that `href` leads to from the file `base`; raises Problem if it is not inside."""
        bare = re.split(r"[?#]", href.strip(), maxsplit=1)[0]
        if _SCHEME.match(bare) or bare.startswith("/") or "\\" in bare:
            raise Problem("package.leads_outside", place=self._place, href=href[:LONGEST_NAME])
        for path in dict.fromkeys((bare, unquote(bare), href.strip())):
            name = posixpath.normpath(posixpath.join(posixpath.dirname(base), path)) if path else ""
            if name == ".." or name.startswith(("../", "/")):
                raise Problem("package.leads_outside", place=self._place, href=href[:LONGEST_NAME])
            known = name if name in self._entries else self._alike.get(_folded(name))
            if known is not None:
                return known
        raise Problem("package.file_missing", place=self._place, name=href[:LONGEST_NAME])

    def find(self, href: str, *, base: str = "") -> str | None:
        """The same, or None where there is no such file inside."""
        try:
            return self.resolve(href, base=base)
        except Problem:
            return None

    def ending_in(self, href: str) -> str | None:
        """The one file whose path ends like `href`, for programs that leave the folders out; None if there are more."""
        return self._endings.get(href.strip("/"))

    @cached_property
    def _endings(self) -> dict[str, str | None]:
        endings: dict[str, str | None] = {}
        for name in self.names:
            parts = name.split("/")
            for start in range(1, min(len(parts), 8)):
                ending = "/".join(parts[start:])
                endings[ending] = None if ending in endings else name
        return endings

    def read(self, href: str, *, base: str = "", most: int = LARGEST_ENTRY) -> bytes:
        """The content of a file, at most `most` bytes; raises Problem when it is missing, broken or beyond bounds."""
        name = self.resolve(href, base=base)
        entry = self._entries[name]
        pieces, size = [], 0
        try:
            with self._archive.open(entry) as stream:
                while piece := stream.read(_PIECE):
                    size += len(piece)
                    pieces.append(piece)
                    self._count(name, entry, size, most)
        except _UNREADABLE as error:
            raise Problem("package.entry_broken", place=self._place, name=name) from error
        return b"".join(pieces)

    def _count(self, name: str, entry: zipfile.ZipInfo, size: int, most: int) -> None:
        self._unpacked[name] = max(self._unpacked.get(name, 0), size)
        if size > most:
            raise Problem("package.entry_too_large", place=self._place, name=name, most=most // 1024 // 1024)
        if size > RATIO_COUNTS_FROM and size > MOST_RATIO * max(entry.compress_size, 1):
            raise Problem("package.bomb", place=self._place, name=name)
        if sum(self._unpacked.values()) > MOST_UNPACKED:
            raise Problem("package.too_large", place=self._place, most=MOST_UNPACKED // 1024 // 1024)


def _checked(entries: Iterable[zipfile.ZipInfo], place: Place) -> dict[str, zipfile.ZipInfo]:
    """The files by their names; raises Problem at the first entry that is not to be trusted."""
    checked: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for entry in entries:
        name = _name(entry)
        _check_name(name, place)
        if entry.flag_bits & _ENCRYPTED:
            raise Problem("package.password", place=place)
        if entry.compress_type not in _METHODS:
            raise Problem("package.unknown_compression", place=place, name=name)
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise Problem("package.link", place=place, name=name)
        if name.endswith("/"):
            continue
        name = posixpath.normpath(name)
        if name in checked:
            raise Problem("package.name_twice", place=place, name=name)
        checked[name] = entry
        total += entry.file_size
        if total > MOST_UNPACKED:
            raise Problem("package.too_large", place=place, most=MOST_UNPACKED // 1024 // 1024)
    return checked


def _check_name(name: str, place: Place) -> None:
    parts = name.split("/")
    unsafe = name.startswith("/") or ".." in parts or "\\" in name or _DRIVE.match(name)
    if unsafe or not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
        raise Problem("package.unsafe_name", place=place, name=name[:80].encode("unicode_escape").decode())


def _name(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: Chinese Windows writes GBK and does not say so."""
    name = entry.orig_filename
    if entry.flag_bits & _UTF8_NAME:
        return normalize("NFC", name)
    raw = name.encode("cp437")
    for encoding in ("utf-8", "gb18030"):
        try:
            return normalize("NFC", raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return name


def _folded(name: str) -> str:
    return normalize("NFC", name).casefold()
