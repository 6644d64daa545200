"""Small films and sounds made by the tests, byte by byte: H.264 whose blocks are stored as they are, AAC and MP3 that
are silent. Browsers play them, and no tool is needed to make them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

SIDE = 32
"""Pixels across and down: two blocks each way."""


class Bits:
    """Bits written one after the other."""

    def __init__(self) -> None:
        self.said = ""

    def put(self, value: int, width: int) -> Bits:
        """A number in so many bits."""
        self.said += f"{value:0{width}b}" if width else ""
        return self

    def ue(self, *values: int) -> Bits:
        """Numbers in as few bits as they need (Exp-Golomb)."""
        for value in values:
            width = (value + 1).bit_length()
            self.put(0, width - 1).put(value + 1, width)
        return self

    def even(self, filling: str = "0") -> Bits:
        """On to the next byte."""
        self.said += filling * (-len(self.said) % 8)
        return self

    def bytes(self) -> bytes:
        """What was written, whose bits fill whole bytes."""
        return int(self.said, 2).to_bytes(len(self.said) // 8, "big")


def _escaped(unit: bytes) -> bytes:
    """A unit of H.264 in which no three bytes look like the beginning of one."""
    kept, zeros = bytearray(), 0
    for byte in unit:
        if zeros >= 2 and byte <= 3:
            kept.append(3)
            zeros = 0
        kept.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(kept)


def _sps(profile: int) -> bytes:
    bits = Bits().put(0x67, 8).put(profile, 8).put(0xC0 if profile == 66 else 0, 8).put(20, 8).ue(0)
    if profile >= 100:
        bits.ue(1, 0, 0).put(0, 2)
    bits.ue(0, 2, 1).put(0, 1).ue(SIDE // 16 - 1, SIDE // 16 - 1).put(0b1100, 4)
    return _escaped(bits.put(1, 1).even().bytes())


def _pps() -> bytes:
    bits = Bits().put(0x68, 8).ue(0, 0).put(0, 2).ue(0, 0, 0).put(0, 3).ue(0, 0, 0).put(0, 3)
    return _escaped(bits.put(1, 1).even().bytes())


def _picture(number: int) -> bytes:
    """One picture of one grey, which stands by itself."""
    bits = Bits().put(0x65, 8).ue(0, 7, 0).put(0, 4).ue(number % 2).put(0, 2).ue(0)
    bits.put(0, 0)
    shade = 16 + number * 40 % 200
    for _block in range((SIDE // 16) ** 2):
        bits.ue(25).even()
        bits.said += f"{shade:08b}" * 256 + f"{128:08b}" * 128
    return _escaped(bits.put(1, 1).even().bytes())


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", flags), *parts)


def _head(kind: bytes, scale: int, length: int, *more: bytes) -> bytes:
    return _full(kind, struct.pack(">4I", 0, 0, scale, length), *more)


_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_UPRIGHT = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)


def _descriptor(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return bytes((tag, len(body))) + body


def _esds(coding: int) -> bytes:
    config = _descriptor(5, Bits().put(2, 5).put(8, 4).put(1, 4).put(0, 3).bytes())  # AAC-LC, 16 kHz, one channel
    stream = bytes((coding, 0x15)) + bytes(11)
    return _full(b"esds", _descriptor(3, b"\0\1\0", _descriptor(4, stream, config), _descriptor(6, b"\2")))


def _silence() -> bytes:
    """An AAC frame of one channel in which nothing sounds."""
    return Bits().put(0, 7).put(100, 8).put(0, 1 + 2 + 1 + 6 + 1).put(0, 3).put(7, 3).even().bytes()


class _Track:
    """Samples of one kind, each of the same length, with what describes them."""

    def __init__(self, kind: bytes, entry: bytes, samples: Sequence[bytes], *, scale: int, each: int,
                 matrix: bytes = _MATRIX, size: int = 0, flags: int = 7) -> None:  # fmt: skip
        self.kind, self.entry, self.samples, self.scale, self.each = kind, entry, samples, scale, each
        self.matrix, self.size, self.flags = matrix, size, flags

    @property
    def seconds(self) -> float:
        return len(self.samples) * self.each / self.scale

    def box(self, number: int, start: int) -> bytes:
        length, size = int(self.seconds * 1000), struct.pack(">II", self.size << 16, self.size << 16)
        told = _full(b"tkhd", struct.pack(">5I", 0, 0, number, 0, length), bytes(8), struct.pack(">4h", 0, 0, 0, 0),
                     self.matrix, size, flags=self.flags)  # fmt: skip
        media = _head(b"mdhd", self.scale, len(self.samples) * self.each, struct.pack(">HH", 0x55C4, 0))
        handler = _full(b"hdlr", bytes(4), self.kind, bytes(12), b"tests\0")
        about = _full(b"vmhd", bytes(8), flags=1) if self.kind == b"vide" else _full(b"smhd", bytes(4))
        place = _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1)))
        count = len(self.samples)
        tables = _box(
            b"stbl", _full(b"stsd", struct.pack(">I", 1), self.entry),
            _full(b"stts", struct.pack(">3I", 1, count, self.each)),
            _full(b"stsc", struct.pack(">4I", 1, 1, count, 1)),
            _full(b"stsz", struct.pack(">2I", 0, count), *(struct.pack(">I", len(one)) for one in self.samples)),
            _full(b"stco", struct.pack(">2I", 1, start)),
        )  # fmt: skip
        return _box(b"trak", told, _box(b"mdia", media, handler, _box(b"minf", about, place, tables)))


def _film_track(seconds: int, *, codec: bytes, profile: int, upright: bool, coding: int = 0) -> _Track:
    said = _sps(profile if profile in (66, 100) else 66)
    config = _box(b"avcC", bytes((1, profile, 0xC0, 20, 0xFF, 0xE1)), struct.pack(">H", len(said)), said, b"\1",
                  struct.pack(">H", len(_pps())), _pps())  # fmt: skip
    config = _esds(coding) if coding else config
    down = SIDE // 2 if upright else SIDE
    size = struct.pack(">HH3IH", SIDE, down, 0x480000, 0x480000, 0, 1)
    entry = _box(codec, bytes(6), struct.pack(">H", 1), bytes(16), size, bytes(32), struct.pack(">Hh", 24, -1), config)
    pictures = [_picture(number) for number in range(seconds)]
    return _Track(b"vide", entry, [struct.pack(">I", len(one)) + one for one in pictures], scale=1000, each=1000,
                  matrix=_UPRIGHT if upright else _MATRIX, size=SIDE)  # fmt: skip


def _sound_track(seconds: float, *, codec: bytes, coding: int) -> _Track:
    entry = _box(codec, bytes(6), struct.pack(">H", 1), bytes(8), struct.pack(">HHII", 1, 16, 0, 16000 << 16),
                 _esds(coding))  # fmt: skip
    return _Track(b"soun", entry, [_silence()] * int(seconds * 16000 / 1024 + 1), scale=16000, each=1024)


def _file(tracks: Sequence[_Track], *, brand: bytes, head_last: bool, more: Iterable[bytes] = ()) -> bytes:
    start = _box(b"ftyp", brand, bytes(4), brand, b"isom")
    samples = [b"".join(track.samples) for track in tracks]

    def head(at: int) -> bytes:
        places = [at + sum(map(len, samples[:number])) for number in range(len(tracks))]
        longest = max((track.seconds for track in tracks), default=0)
        about = _head(b"mvhd", 1000, int(longest * 1000), struct.pack(">IH", 0x10000, 0x100), bytes(10), _MATRIX,
                      bytes(24), struct.pack(">I", len(tracks) + 1))  # fmt: skip
        boxes = (track.box(number, place) for number, (track, place) in enumerate(zip(tracks, places, strict=True), 1))
        return _box(b"moov", about, *boxes, *more)

    body = _box(b"mdat", *samples)
    if head_last:
        return start + body + head(len(start) + 8)
    return start + head(len(start) + len(head(0)) + 8) + body


def film(
    seconds: int = 3, *, codec: bytes = b"avc1", profile: int = 66, sound: bytes = b"mp4a", coding: int = 0x40,
    film_coding: int = 0, head_last: bool = False, upright: bool = False, silent: bool = False, brand: bytes = b"isom",
    more: Iterable[bytes] = (),
) -> bytes:  # fmt: skip
    """An MP4 of one picture a second, each another grey, with a silent sound beside it."""
    tracks = [_film_track(seconds, codec=codec, profile=profile, upright=upright, coding=film_coding)]
    tracks += [] if silent else [_sound_track(seconds, codec=sound, coding=coding)]
    return _file(tracks, brand=brand, head_last=head_last, more=more)


def m4a(seconds: int = 3, *, codec: bytes = b"mp4a", coding: int = 0x40) -> bytes:
    """A silent sound in MP4."""
    return _file([_sound_track(seconds, codec=codec, coding=coding)], brand=b"M4A ", head_last=False)


def mp3(seconds: float = 3, *, tag: bytes = b"", head: bytes = b"\xff\xfb\x90\xc4") -> bytes:
    """Silent frames of 26 milliseconds each; `tag` is what stands in an ID3 tag before them."""
    frame = head + bytes(417 - 4)
    size = len(tag)
    marks = bytes((size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127))
    return (b"ID3\3\0\0" + marks + tag if tag else b"") + frame * round(seconds * 44100 / 1152)


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of MP4, for files that are wrong."""
    return _box(kind, *parts)
