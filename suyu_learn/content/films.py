"""Films and sounds for lessons: what a file is, by its own tables, and whether phones play it.

Phones play H.264 with AAC in MP4, AAC in M4A, and MP3; all else is named, with what to do. Nothing is decoded, and the
files stay files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from suyu_learn.content.formats import mp3, mp4
from suyu_learn.content.formats.mp4 import BrokenFile, Mp4, Track
from suyu_learn.domain.problems import Place, Problem

FILM, M4A, MP3 = "video/mp4", "audio/mp4", "audio/mpeg"
MIMES = (FILM, M4A, MP3)
ENDINGS = (".mp4", ".m4v", ".mov", ".m4a", ".mp3")
LONGEST_SECONDS = 12 * 3600

_PLAIN_H264 = {0, 66, 77, 88, 100}
"""Profiles with 8 bits a colour and a quarter of the colours, which is what phones have hardware for."""
_AAC = {0x40, 0x66, 0x67, 0x68}
_CODECS = {
    "hvc1": "HEVC (H.265)", "hev1": "HEVC (H.265)", "dvh1": "Dolby Vision (HEVC)", "dvhe": "Dolby Vision (HEVC)",
    "vvc1": "VVC (H.266)", "av01": "AV1", "vp08": "VP8", "vp09": "VP9", "s263": "H.263", "h263": "H.263",
    "mp4v": "MPEG-4 part 2", "xvid": "MPEG-4 part 2 (Xvid)", "XVID": "MPEG-4 part 2 (Xvid)", "DX50": "DivX",
    "mjpa": "Motion JPEG", "mjpb": "Motion JPEG", "jpeg": "Motion JPEG", "apch": "ProRes", "apcn": "ProRes",
    "apcs": "ProRes", "apco": "ProRes", "ap4h": "ProRes", "ap4x": "ProRes", "ac-3": "AC-3", "ec-3": "E-AC-3",
    "ac-4": "AC-4", "dtsc": "DTS", "dtsh": "DTS", "dtse": "DTS", "Opus": "Opus", "opus": "Opus", "fLaC": "FLAC",
    "alac": "ALAC", "samr": "AMR", "sawb": "AMR", ".mp3": "MP3", "lpcm": "PCM", "sowt": "PCM", "twos": "PCM",
    "in24": "PCM", "ulaw": "PCM", "alaw": "PCM",
}  # fmt: skip
_CODINGS = {0x20: "MPEG-4 part 2", 0x6A: "MPEG-1", 0x69: "MP3", 0x6B: "MP3", 0xA5: "AC-3", 0xA6: "E-AC-3", 0xA9: "DTS",
            0xAD: "Opus"}  # fmt: skip
_LOCKED = {"encv", "enca", "drms", "drmi"}
_CONTAINERS = (
    ("WebM", re.compile(rb"\x1aE\xdf\xa3.{0,60}webm", re.DOTALL)),
    ("Matroska (MKV)", re.compile(rb"\x1aE\xdf\xa3")),
    ("AVI", re.compile(rb"RIFF....AVI ", re.DOTALL)),
    ("WAV", re.compile(rb"RIFF....WAVE|RF64....WAVE", re.DOTALL)),
    ("WMV/WMA", re.compile(rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11")),
    ("FLV", re.compile(rb"FLV\x01")),
    ("Ogg (Opus)", re.compile(rb"OggS.{24,300}OpusHead", re.DOTALL)),
    ("Ogg", re.compile(rb"OggS")),
    ("FLAC", re.compile(rb"fLaC")),
    ("AMR", re.compile(rb"#!AMR")),
    ("SILK", re.compile(rb".?#!SILK", re.DOTALL)),
    ("RealMedia", re.compile(rb"\.RMF")),
    ("AIFF", re.compile(rb"FORM....AIF[FC]", re.DOTALL)),
    ("CAF", re.compile(rb"caff")),
    ("MIDI", re.compile(rb"MThd")),
    ("MPEG-PS (VOB, MPG)", re.compile(rb"\x00\x00\x01[\xba\xb3]")),
    ("MPEG-TS (TS, M2TS)", re.compile(rb"(?:.{4})?\x47.{187}(?:.{4})?\x47.{187}(?:.{4})?\x47", re.DOTALL)),
    ("AAC (ADTS)", re.compile(rb"\xff[\xf0\xf1\xf8\xf9]")),
)
_PICTURE = re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{12}\x28|RIFF....WEBP|....ftyp(?:hei|mif|avi[fs])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Probed:
    """A film or sound that phones play; without a size it is a sound."""

    mime: str
    seconds: int
    width: int | None = None
    height: int | None = None
    tables: Mp4 | None = None

    @property
    def is_film(self) -> bool:
        return self.mime == FILM


def meant(start: bytes, name: str) -> bool:
    """Whether a file that begins so is, or shall be, a film or sound; the others are taken for pictures."""
    if _PICTURE.match(start):
        return False
    known = start[4:8] in mp4.AT_TOP or any(signs.match(start) for _name, signs in _CONTAINERS)
    return known or name.lower().endswith(ENDINGS)


def probed(path: Path) -> Probed:
    """What a file is; raises Problem for what phones do not play, what is broken, and what is neither."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        start = stream.read(1024)
        if not start:
            raise _problem("film.empty")
        if _PICTURE.match(start):
            raise _problem("film.picture")
        if start.startswith(b"%PDF-"):
            raise _problem("film.pdf")
        if start[4:8] in mp4.AT_TOP:
            return _of_mp4(stream, size)
        for name, signs in _CONTAINERS:
            if signs.match(start):
                raise _problem("film.container", kind=name)
        sound = mp3.read(stream, size)
    if sound is None:
        raise _problem("film.unknown")
    if sound.layer != 3:
        raise _problem("film.container", kind=f"MPEG layer {sound.layer}")
    if sound.frames >= mp3.MOST_FRAMES:
        raise _problem("film.too_long", most=LONGEST_SECONDS // 3600)
    if sound.frames < 4 or not sound.whole:
        raise _problem("film.broken")
    return Probed(MP3, _seconds(sound.seconds))


def _of_mp4(stream: BinaryIO, size: int) -> Probed:
    try:
        tables = mp4.read(stream, size)
    except BrokenFile as error:
        raise _problem("film.cut_off" if error.cut_off else "film.broken") from error
    if any(track.codec in _LOCKED for track in tables.tracks):
        raise _problem("film.locked")
    for track in tables.tracks:
        _check(track)
    if tables.in_pieces:
        raise _problem("film.in_pieces")
    films = [track for track in tables.tracks if track.kind == "vide"]
    if not tables.tracks:
        raise _problem("film.nothing")
    if any(track.seconds <= 0 for track in tables.tracks):
        raise _problem("film.broken")
    seconds = _seconds(tables.seconds)
    if not films:
        return Probed(M4A, seconds, tables=tables)
    return Probed(FILM, seconds, films[0].width or None, films[0].height or None, tables)


def _check(track: Track) -> None:
    """Raise Problem for a track that phones do not play."""
    if track.kind == "vide":
        if track.codec in ("avc1", "avc3"):
            if track.profile not in _PLAIN_H264:
                raise _problem("film.deep_colours")
            return
        named = _CODINGS.get(track.profile, "") if track.codec == "mp4v" else ""
        raise _problem("film.codec", kind=named or _CODECS.get(track.codec, track.codec))
    if track.codec == "mp4a" and track.profile in _AAC:
        return
    named = _CODINGS.get(track.profile, "") if track.codec == "mp4a" else ""
    raise _problem("film.sound_codec", kind=named or _CODECS.get(track.codec, track.codec))


def _seconds(said: float) -> int:
    """Whole seconds, at least one; raises Problem for what plays no time, or for days."""
    if said <= 0:
        raise _problem("film.broken")
    if said > LONGEST_SECONDS:
        raise _problem("film.too_long", most=LONGEST_SECONDS // 3600)
    return max(1, int(said))


def with_head_first(source: Path, tables: Mp4, target: BinaryIO) -> None:
    """Write the film with its tables in front, so that it plays while it is coming; raises Problem where they are
    wrong."""
    head = tables.head
    with source.open("rb") as stream:
        stream.seek(head.start)
        header = stream.read(head.body - head.start)
        try:
            moved = mp4.with_places_moved(stream.read(head.end - head.body), head.end - head.start)
        except BrokenFile as error:
            raise _problem("film.broken") from error
        ahead = [box for box in tables.boxes if box.kind == b"ftyp" and box.start == 0]
        for box in ahead:
            _copy(stream, box.start, box.end, target)
        target.write(header + moved)
        for box in tables.boxes:
            if box is not head and box not in ahead:
                _copy(stream, box.start, box.end, target)


def can_go_first(tables: Mp4) -> bool:
    """Whether all that stands before the tables moves on by their length, and nothing behind them does."""
    return not any(box.kind == b"mdat" and box.start > tables.head.start for box in tables.boxes)


def _copy(stream: BinaryIO, start: int, end: int, target: BinaryIO) -> None:
    stream.seek(start)
    left = end - start
    while left and (piece := stream.read(min(left, 1 << 20))):
        target.write(piece)
        left -= len(piece)


def _problem(code: str, **params: object) -> Problem:
    return Problem(code, place=Place(field="film"), **params)
