"""How long an MP3 file plays: its frames are counted by their headers, none is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

_BITS = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits a second of layer 3, of MPEG 1 and of MPEG 2 and 2.5."""
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""Samples a second by the two bits that tell the version."""
MOST_ELSE = 4 * 1024 * 1024
"""Bytes that are no sound before its first frame: titles and a picture of the cover."""
_PIECE = 1 << 20
MOST_FRAMES = 2_000_000
"""More than thirteen hours, whatever the frames are; those behind are not counted."""


@dataclass(frozen=True, slots=True)
class Mp3:
    """What the frames say; `layer` is 3 unless it is another kind of MPEG sound."""

    seconds: float
    frames: int
    layer: int = 3
    whole: bool = True
    """Whether nearly all of the file is sound."""


def frame_length(header: bytes) -> tuple[int, int, int, int]:
    """Bytes, samples, samples a second and layer of the frame that begins so; no bytes where none begins."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0, 0, 0, 0
    version, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)
    bits, rate = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer == 4 or bits in (0, 15) or rate == 3:
        return 0, 0, 0, 0
    hertz = _RATES[version][rate]
    if layer != 3:
        return 1, 1, hertz, layer
    padding = header[2] >> 1 & 1
    kilobits = _BITS[1 if version == 3 else 2][bits]
    samples = 1152 if version == 3 else 576
    return samples // 8 * kilobits * 1000 // hertz + padding, samples, hertz, layer


def begins(stream: BinaryIO) -> int:
    """Where the first frame stands, behind titles and cover; -1 where none comes."""
    at = 0
    for _tag in range(8):
        stream.seek(at)
        head = stream.read(10)
        if head[:3] != b"ID3" or len(head) < 10 or any(sign & 0x80 for sign in head[6:10]):
            break
        at += 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]) + (10 if head[5] & 0x10 else 0)
        if at > 16 * MOST_ELSE:
            return -1
    return _next_frame(stream, at)


def _next_frame(stream: BinaryIO, at: int) -> int:
    """The first place from there on where a frame stands with another behind it."""
    stream.seek(at)
    piece = stream.read(1 << 16)
    found = piece.find(b"\xff")
    while found >= 0:
        length, _samples, _hertz, layer = frame_length(piece[found : found + 4])
        if length and layer != 3:
            return at + found
        if length and frame_length(_peek(stream, at + found + length))[3] == 3:
            return at + found
        found = piece.find(b"\xff", found + 1)
    return -1


def _peek(stream: BinaryIO, at: int) -> bytes:
    stream.seek(at)
    return stream.read(4)


def read(stream: BinaryIO, size: int) -> Mp3 | None:
    """The frames of a file of that size; None where there are none."""
    start = begins(stream)
    if start < 0:
        return None
    layer = frame_length(_peek(stream, start))[3]
    if layer != 3:
        return Mp3(0.0, 0, layer)
    seconds, frames, end = _counted(stream, start)
    return Mp3(seconds, frames, 3, whole=(size - end) <= max(1 << 17, (size - start) // 20))


def _counted(stream: BinaryIO, start: int) -> tuple[float, int, int]:
    """Seconds and number of the frames from there on, and where the last one ends."""
    stream.seek(start)
    piece, at, base = b"", 0, start
    samples: dict[int, int] = {}
    frames = 0
    while frames < MOST_FRAMES:
        if at + 4 > len(piece):
            fresh = stream.read(_PIECE)
            if not fresh:
                break
            base += at if at <= len(piece) else len(piece)
            piece, at = piece[at:] + fresh, max(0, at - len(piece))
            continue
        length, count, hertz, layer = frame_length(piece[at : at + 4])
        if not length or layer != 3:
            break
        samples[hertz] = samples.get(hertz, 0) + count
        frames += 1
        at += length
    return sum(count / hertz for hertz, count in samples.items()), frames, base + at
