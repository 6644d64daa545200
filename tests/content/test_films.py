"""Films and sounds by their tables: what phones play, what they do not, and files that are wrong."""

from __future__ import annotations

import io
import random
import struct
from pathlib import Path

import pytest

from suyu_learn.content import films
from suyu_learn.content.formats import mp4
from suyu_learn.domain.problems import Problem
from tests.films import box, film, m4a, mp3

ADTS = b"\xff\xf1\x50\x80\x0d\x7f\xfc" * 40
LAYER_TWO = b"\xff\xfd\x84\x00" * 400


def _probed(tmp_path: Path, content: bytes) -> films.Probed:
    path = tmp_path / "a file"
    path.write_bytes(content)
    return films.probed(path)


def _refusal(tmp_path: Path, content: bytes) -> tuple[str, object]:
    with pytest.raises(Problem) as refusal:
        _probed(tmp_path, content)
    assert refusal.value.place.field == "film"
    return refusal.value.code, refusal.value.params.get("kind")


@pytest.mark.parametrize(
    ("content", "mime", "seconds", "size"),
    [
        (film(3), films.FILM, 3, (32, 32)),
        (film(3, profile=100, silent=True), films.FILM, 3, (32, 32)),
        (film(2, upright=True), films.FILM, 2, (16, 32)),
        (film(2, brand=b"qt  "), films.FILM, 2, (32, 32)),
        (m4a(4), films.M4A, 4, (None, None)),
        (mp3(5.01), films.MP3, 5, (None, None)),
        (mp3(0.3, tag=b"\xff" * 5000), films.MP3, 1, (None, None)),
        (mp3(3) + b"TAG" + bytes(125), films.MP3, 3, (None, None)),
        (mp3(3)[:-200], films.MP3, 3, (None, None)),
    ],
)
def test_what_phones_play(
    tmp_path: Path, content: bytes, mime: str, seconds: int, size: tuple[int | None, int | None]
) -> None:
    found = _probed(tmp_path, content)
    assert (found.mime, found.seconds, (found.width, found.height)) == (mime, seconds, size)
    assert found.is_film is (mime == films.FILM)


@pytest.mark.parametrize(
    ("content", "code", "kind"),
    [
        (film(codec=b"hvc1"), "film.codec", "HEVC (H.265)"),
        (film(codec=b"hev1"), "film.codec", "HEVC (H.265)"),
        (film(codec=b"vp09"), "film.codec", "VP9"),
        (film(codec=b"av01"), "film.codec", "AV1"),
        (film(codec=b"mp4v", film_coding=0x20), "film.codec", "MPEG-4 part 2"),
        (film(codec=b"s263"), "film.codec", "H.263"),
        (film(codec=b"apcn"), "film.codec", "ProRes"),
        (film(codec=b"zzzz"), "film.codec", "zzzz"),
        (film(profile=110), "film.deep_colours", None),
        (film(profile=244), "film.deep_colours", None),
        (film(sound=b"ac-3"), "film.sound_codec", "AC-3"),
        (film(sound=b"ec-3"), "film.sound_codec", "E-AC-3"),
        (film(sound=b"Opus"), "film.sound_codec", "Opus"),
        (film(coding=0xA5), "film.sound_codec", "AC-3"),
        (film(coding=0x6B), "film.sound_codec", "MP3"),
        (m4a(codec=b"alac"), "film.sound_codec", "ALAC"),
        (m4a(codec=b"samr"), "film.sound_codec", "AMR"),
        (film(codec=b"encv"), "film.locked", None),
        (m4a(codec=b"drms"), "film.locked", None),
        (film(more=[box(b"mvex")]), "film.in_pieces", None),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(90), "film.container", "WebM"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska" + bytes(90), "film.container", "Matroska (MKV)"),
        (b"RIFF\x10\0\0\0AVI LIST" + bytes(90), "film.container", "AVI"),
        (b"RIFF\x10\0\0\0WAVEfmt " + bytes(90), "film.container", "WAV"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(90), "film.container", "WMV/WMA"),
        (b"FLV\x01\x05" + bytes(90), "film.container", "FLV"),
        (b"OggS" + bytes(24) + b"OpusHead" + bytes(90), "film.container", "Ogg (Opus)"),
        (b"OggS" + bytes(24) + b"\x01vorbis" + bytes(90), "film.container", "Ogg"),
        (b"\x02#!SILK_V3" + bytes(90), "film.container", "SILK"),
        (b"\0\0\x01\xba" + bytes(90), "film.container", "MPEG-PS (VOB, MPG)"),
        ((b"\x47" + bytes(187)) * 5, "film.container", "MPEG-TS (TS, M2TS)"),
        (ADTS, "film.container", "AAC (ADTS)"),
        (LAYER_TWO, "film.container", "MPEG layer 2"),
        (b"\x89PNG\r\n\x1a\n" + bytes(90), "film.picture", None),
        (b"%PDF-1.7" + bytes(90), "film.pdf", None),
        (b"", "film.empty", None),
        (b"words " * 900, "film.unknown", None),
        (mp3(0.05), "film.broken", None),
        (mp3(3) + b"nothing that sounds " * 40_000, "film.broken", None),
    ],
)
def test_what_they_do_not_is_named(tmp_path: Path, content: bytes, code: str, kind: str | None) -> None:
    assert _refusal(tmp_path, content) == (code, kind)


@pytest.mark.parametrize("kept", [20, 200, 700, -1000, -1])
@pytest.mark.parametrize("head_last", [False, True])
def test_a_film_that_is_cut_off_is_not_whole(tmp_path: Path, kept: int, head_last: bool) -> None:
    assert _refusal(tmp_path, film(head_last=head_last)[:kept])[0] == "film.cut_off"


def _with(name: bytes, at: int, said: bytes) -> bytes:
    """A film in which some bytes of the first box of that name are others."""
    content = bytearray(film())
    place = content.index(name) + 4 + at
    content[place : place + len(said)] = said
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (_with(b"mdhd", 12, bytes(4)), {"film.broken"}),  # a second has no units
        (_with(b"stts", 4, b"\xff" * 12), {"film.broken", "film.too_long", ""}),  # numbers without end
        (_with(b"stco", 8, b"\xff" * 4), {"film.cut_off"}),
        (_with(b"stsd", -8, struct.pack(">I", 9)), {"film.broken"}),
        (_with(b"mvhd", 12, struct.pack(">II", 1, 10**6)), {""}),  # a head that boasts: the samples are what counts
        (box(b"ftyp", b"isom") + box(b"moov") + box(b"mdat"), {"film.nothing"}),
        (box(b"ftyp", b"isom") + box(b"moov", *[box(b"trak")] * 65), {"film.broken"}),
        (box(b"ftyp", b"isom") + box(b"moov", *[box(b"free")] * 2_001), {"film.broken"}),
        (box(b"ftyp", b"isom") + box(b"free") * 30_000, {"film.broken"}),
        (box(b"ftyp", b"isom") + b"\0\0\0\1moov" + b"\xff" * 8, {"film.cut_off"}),
        (film() + film(), {"film.broken"}),
    ],
)
def test_hostile_tables_end_in_a_sentence(tmp_path: Path, content: bytes, codes: set[str]) -> None:
    try:
        code = ""
        assert _probed(tmp_path, content).seconds <= 3
    except Problem as problem:
        code = problem.code
    assert code in codes


def test_bytes_turned_at_random_never_end_in_anything_else(tmp_path: Path) -> None:
    chance = random.Random(7)
    for source in (film(2), film(2, head_last=True), m4a(1), mp3(1, tag=bytes(40))):
        for _try in range(150):
            content = bytearray(source)
            for _byte in range(chance.randint(1, 8)):
                content[chance.randrange(min(len(content), 1400))] = chance.randrange(256)
            try:
                found = _probed(tmp_path, bytes(content))
            except Problem:
                continue
            assert 1 <= found.seconds <= films.LONGEST_SECONDS


def test_tables_at_the_end_come_in_front_and_tell_the_same_samples(tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    source.write_bytes(film(3, head_last=True))
    found = films.probed(source)
    assert found.tables is not None
    assert not found.tables.head_first
    assert films.can_go_first(found.tables)
    target = io.BytesIO()
    films.with_head_first(source, found.tables, target)
    assert target.getvalue() == film(3)
    target.seek(0)
    assert mp4.read(target, len(target.getvalue())).head_first
