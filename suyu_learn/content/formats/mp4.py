"""What an MP4 file holds, by its own tables alone: tracks with their codecs, how long it plays, where its head stands.

Nothing is decoded: boxes are read by their lengths, the head (`moov`) into memory up to a limit, all else skipped.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import BinaryIO

LARGEST_HEAD = 32 * 1024 * 1024
"""Bytes of tables; a film of hours has a few millions."""
MOST_BOXES = 20_000
"""Boxes of a file beside each other; more is a file that was made to grow."""
MOST_WITHIN = 2_000
"""Boxes within another."""
MOST_TRACKS = 64
AT_TOP = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid", b"styp", b"sidx", b"moof"})
_ENABLED = 1


class BrokenFile(Exception):
    """A file whose tables do not add up; `cut_off` when it ends before they say."""

    def __init__(self, *, cut_off: bool = False) -> None:
        super().__init__()
        self.cut_off = cut_off


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of the file: its name, where its body begins and where it ends."""

    kind: bytes
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Track:
    """A track that is played: `kind` is `vide` or `soun`; `codec` the four signs of its samples."""

    kind: str
    codec: str
    seconds: float
    width: int = 0
    height: int = 0
    profile: int = 0
    """Of H.264, its profile; of MPEG-4 samples, the number of their coding."""
    samples: int = 0


@dataclass(frozen=True, slots=True)
class Mp4:
    """A whole file."""

    tracks: tuple[Track, ...]
    seconds: float
    boxes: tuple[Box, ...] = field(default=())
    in_pieces: bool = False
    """Its samples are told piece by piece along the file, as live recordings do."""

    @property
    def head(self) -> Box:
        return next(box for box in self.boxes if box.kind == b"moov")

    @property
    def head_first(self) -> bool:
        """Whether the tables stand before what they tell of, so that playing begins while the file is coming."""
        return all(box.kind != b"mdat" or box.start > self.head.start for box in self.boxes)


def read(stream: BinaryIO, size: int) -> Mp4:
    """The tables of a file of that size; raises BrokenFile."""
    boxes = tuple(_at_top(stream, size))
    heads = [box for box in boxes if box.kind == b"moov"]
    if not heads:
        raise BrokenFile(cut_off=True)  # a recording that was not ended, or a copy that stopped
    if len(heads) > 1 or heads[0].end - heads[0].body > LARGEST_HEAD:
        raise BrokenFile
    stream.seek(heads[0].body)
    head = stream.read(heads[0].end - heads[0].body)
    try:
        found = _tracks(head, size)
        whole = _duration(head, b"mvhd")
    except (struct.error, IndexError) as error:
        raise BrokenFile from error
    longest = max((track.seconds for track in found), default=0.0)
    return Mp4(
        tracks=tuple(found),
        seconds=min(whole, longest) if whole and longest else longest,
        boxes=boxes,
        in_pieces=any(box.kind == b"moof" for box in boxes) or _find(head, b"mvex") is not None,
    )


def _at_top(stream: BinaryIO, size: int) -> Iterator[Box]:
    at = 0
    for _number in range(MOST_BOXES):
        if at >= size:
            return
        stream.seek(at)
        header = stream.read(16)
        if len(header) < 8:
            return  # a few bytes behind the end
        length, kind = struct.unpack(">I4s", header[:8])
        body = at + 8
        if length == 1:
            if len(header) < 16:
                raise BrokenFile(cut_off=True)
            length, body = struct.unpack(">Q", header[8:])[0], at + 16
        end = size if length == 0 else at + length
        if end < body or not all(32 <= sign < 127 or sign == 0xA9 for sign in kind):
            raise BrokenFile
        if end > size:
            raise BrokenFile(cut_off=True)
        yield Box(kind, at, body, end)
        at = end
    raise BrokenFile


def children(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """The boxes within a box: name, where the body begins, where it ends."""
    at, end = start, len(data) if end is None else end
    for _number in range(MOST_WITHIN):
        if at + 8 > end:
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if length == 1 and at + 16 <= end:
            length, body = struct.unpack_from(">Q", data, body)[0], at + 16
        stop = end if length == 0 else at + length
        if stop < body or stop > end:
            return  # some writers end a list with zeros
        yield kind, body, stop
        at = stop
    raise BrokenFile


def _find(data: bytes, *path: bytes, within: tuple[int, int] | None = None) -> tuple[int, int] | None:
    """The first box along a path of names."""
    start, end = within or (0, len(data))
    for name in path:
        for kind, body, stop in children(data, start, end):
            if kind == name:
                start, end = body, stop
                break
        else:
            return None
    return start, end


def _duration(data: bytes, name: bytes, within: tuple[int, int] | None = None) -> float:
    """What a header box says of time; 0 where it says nothing."""
    found = _find(data, name, within=within)
    if found is None:
        return 0.0
    if data[found[0]] == 1:
        scale, length = struct.unpack_from(">IQ", data, found[0] + 20)
    else:
        scale, length = struct.unpack_from(">II", data, found[0] + 12)
    unknown = length in (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
    return float(Fraction(length, scale)) if scale and not unknown else 0.0


def _tracks(head: bytes, size: int) -> list[Track]:
    places = [(body, end) for kind, body, end in children(head) if kind == b"trak"]
    if len(places) > MOST_TRACKS:
        raise BrokenFile
    return [track for place in places if (track := _track(head, place, size)) is not None]


def _track(head: bytes, within: tuple[int, int], size: int) -> Track | None:
    """A track that is seen or heard; None for subtitles, chapters and what is switched off."""
    told, handler = _find(head, b"tkhd", within=within), _find(head, b"mdia", b"hdlr", within=within)
    if told is None or handler is None:
        return None
    kind = head[handler[0] + 8 : handler[0] + 12].decode("latin-1")
    flags = int.from_bytes(head[told[0] + 1 : told[0] + 4], "big")
    if kind not in ("vide", "soun") or not flags & _ENABLED:
        return None
    media = _find(head, b"mdia", within=within)
    table = _find(head, b"mdia", b"minf", b"stbl", within=within)
    described = table and _find(head, b"stsd", within=table)
    if media is None or table is None or described is None:
        raise BrokenFile
    seconds, samples = _played(head, table, _scale(head, media))
    _check_places(head, table, size)
    entry = next(children(head, described[0] + 8, described[1]), None)
    if entry is None:
        raise BrokenFile
    if kind == "soun":
        return Track(kind, _signs(entry[0]), seconds, profile=_coding(head, entry[1:], 20), samples=samples)
    width, height = struct.unpack_from(">HH", head, entry[1] + 24)
    if _stands_on_its_side(head, told[0]):
        width, height = height, width
    profile = _h264_profile(head, entry[1:])
    if entry[0] == b"mp4v":
        profile = _coding(head, entry[1:], 78)
    return Track(kind, _signs(entry[0]), seconds, width, height, profile, samples)


def _signs(kind: bytes) -> str:
    return kind.decode("latin-1").strip()


def _scale(head: bytes, media: tuple[int, int]) -> int:
    """Units of a second in a track."""
    found = _find(head, b"mdhd", within=media)
    if found is None:
        raise BrokenFile
    return int(struct.unpack_from(">I", head, found[0] + (20 if head[found[0]] == 1 else 12))[0])


def _played(head: bytes, table: tuple[int, int], scale: int) -> tuple[float, int]:
    """How long the samples of a track play, by their own list, and how many they are."""
    found = _find(head, b"stts", within=table)
    if found is None or not scale:
        return 0.0, 0
    (count,) = struct.unpack_from(">I", head, found[0] + 4)
    count = min(count, (found[1] - found[0] - 8) // 8)
    total = samples = 0
    for number, length in struct.iter_unpack(">II", head[found[0] + 8 : found[0] + 8 + count * 8]):
        total += number * length
        samples += number
    return float(Fraction(total, scale)), samples


def _places(head: bytes, table: tuple[int, int]) -> Iterator[tuple[int, array[int]]]:
    """The lists that tell where samples stand in the file: where each begins in the head, and its numbers."""
    for name, kind in ((b"stco", "I"), (b"co64", "Q")):
        found = _find(head, name, within=table)
        if found is not None:
            numbers: array[int] = array(kind)
            (count,) = struct.unpack_from(">I", head, found[0] + 4)
            start = found[0] + 8
            count = min(count, (found[1] - start) // numbers.itemsize)
            numbers.frombytes(head[start : start + count * numbers.itemsize])
            if sys.byteorder == "little":
                numbers.byteswap()
            yield start, numbers


def _check_places(head: bytes, table: tuple[int, int], size: int) -> None:
    """Raise BrokenFile when samples should stand behind the end of the file."""
    if any(numbers and max(numbers) >= size for _start, numbers in _places(head, table)):
        raise BrokenFile(cut_off=True)


def _stands_on_its_side(head: bytes, told: int) -> bool:
    """Whether a film is turned by a quarter when it is shown, as phones film upright."""
    across, _b, _u, _c, down = struct.unpack_from(">5i", head, told + (52 if head[told] == 1 else 40))
    return across == 0 and down == 0


def _h264_profile(head: bytes, entry: tuple[int, int]) -> int:
    """The profile of H.264; 0 for other codings."""
    found = _find(head, b"avcC", within=(entry[0] + 78, entry[1]))
    return head[found[0] + 1] if found is not None and found[1] - found[0] >= 4 else 0


def _coding(head: bytes, entry: tuple[int, int], skip: int) -> int:
    """The number of the coding in the `esds` of MPEG-4 samples; 0 where there is none."""
    start, end = entry
    if skip == 20:  # sound; QuickTime has longer headers, and puts what we look for one box deeper
        version = struct.unpack_from(">H", head, start + 8)[0]
        skip = {0: 28, 1: 44, 2: 64}.get(version, 28)
        within = (min(start + skip, end), end)
        found = _find(head, b"esds", within=within) or _find(head, b"wave", b"esds", within=within)
    else:
        found = _find(head, b"esds", within=(min(start + skip, end), end))
    if found is None:
        return 0
    at, stop = found[0] + 4, found[1]
    for _descriptor in range(4):
        if at >= stop:
            return 0
        tag, at = head[at], at + 1
        while at < stop and head[at] & 0x80:  # its length, in as many bytes as it likes
            at += 1
        at += 1
        if tag == 3:
            flags, url = head[at + 2], head[at + 3]
            at += 3 + 2 * bool(flags & 0x80) + (1 + url) * bool(flags & 0x40) + 2 * bool(flags & 0x20)
        elif tag == 4:
            return head[at]
        else:
            return 0
    return 0


def with_places_moved(head: bytes, by: int) -> bytes:
    """The tables (the body of `moov`) with every place of samples so many bytes further on; raises BrokenFile when one
    of them no longer fits."""
    moved = bytearray(head)
    for kind, body, end in children(head):
        table = _find(head, b"mdia", b"minf", b"stbl", within=(body, end)) if kind == b"trak" else None
        for start, numbers in _places(head, table) if table else ():
            try:
                fresh = array(numbers.typecode, (number + by for number in numbers))
            except OverflowError as error:
                raise BrokenFile from error
            if sys.byteorder == "little":
                fresh.byteswap()
            moved[start : start + len(fresh) * fresh.itemsize] = fresh.tobytes()
    return bytes(moved)
