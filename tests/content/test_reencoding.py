"""Pictures made fit to be sent: upright, small, telling nothing beside themselves."""

from __future__ import annotations

import contextlib
import io
import random
import time
from pathlib import Path

import pytest
from PIL import Image

from suyu_learn.content.reencoding import LONG_SIDE, Picture, reencoded
from suyu_learn.domain.problems import Problem
from tests.pictures import bomb, drawing, photo, with_place, written


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.content))


def test_a_photo_loses_place_and_camera_and_stands_upright() -> None:
    picture = reencoded(with_place(400, 200, orientation=6))
    assert (picture.width, picture.height, picture.mime) == (200, 400, "image/jpeg")
    assert not opened(picture).getexif()
    assert b"Exif" not in picture.content
    assert b"Secret" not in picture.content


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (photo(), "image/jpeg"),
        (photo(kind="PNG"), "image/jpeg"),
        (photo(kind="BMP"), "image/jpeg"),
        (photo(kind="TIFF"), "image/jpeg"),
        (drawing(), "image/png"),
        (drawing(kind="BMP"), "image/png"),
        (drawing(kind="TIFF"), "image/png"),
        (drawing(kind="GIF"), "image/png"),
        (written(Image.new("RGBA", (40, 30), (1, 2, 3, 0)), "PNG", pnginfo=None), "image/png"),
        (written(Image.new("CMYK", (40, 30)), "JPEG"), "image/jpeg"),
        (written(Image.new("I;16", (40, 30), 40_000), "TIFF"), "image/png"),
    ],
    ids=[
        "jpeg",
        "png",
        "bmp",
        "tiff",
        "drawing",
        "drawing-bmp",
        "drawing-tiff",
        "gif",
        "transparent",
        "cmyk",
        "sixteen-bits",
    ],
)
def test_every_kind_that_people_have_is_kept_in_a_form_that_every_browser_shows(content: bytes, mime: str) -> None:
    picture = reencoded(content)
    shown = opened(picture)
    assert picture.mime in (mime, f"image/{(Image.open(io.BytesIO(content)).format or '').lower()}")
    assert (picture.width, picture.height) == shown.size
    assert shown.mode in ("RGB", "RGBA", "L", "P", "1")


@pytest.mark.parametrize("content", [photo(), drawing(), photo(kind="WEBP"), with_place(), drawing(3000, 2000)])
def test_what_is_stored_is_stored_the_same_when_it_comes_again(content: bytes) -> None:
    once = reencoded(content)
    assert reencoded(once.content) == once


def test_large_ones_are_made_smaller_by_their_long_side() -> None:
    picture = reencoded(photo(2000, 3200))
    assert (picture.width, picture.height) == (1000, LONG_SIDE)


def test_of_an_animation_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    picture = reencoded(written(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert picture.moved
    assert opened(picture).convert("RGB").getpixel((5, 5)) == (255, 0, 0)  # type: ignore[comparison-overlap]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "media.drawing"),
        (b'<?xml version="1.0"?><!DOCTYPE svg><svg/>', "media.drawing"),
        (b"\xd7\xcd\xc6\x9a" + bytes(40), "media.drawing"),
        (b"\x01\x00\x00\x00" + bytes(36) + b" EMF" + bytes(40), "media.drawing"),
        (b"ID3\x04" + bytes(40), "media.sound"),
        (b"", "media.unreadable"),
        (b"%PDF-1.7", "media.unreadable"),
        (photo()[:200], "media.unreadable"),
        (bomb(30_000, 30_000), "media.too_many_pixels"),
        (bomb(60_000, 60_000), "media.too_many_pixels"),
        (b"RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\xff\x3f\0\xff\x3f\0" + bytes(40), "media.too_many_pixels"),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_cannot_be_kept_says_why(content: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        reencoded(content)
    assert refused.value.code == code


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning", "ignore::UserWarning")
def test_hostile_pictures_are_refused_or_kept_within_time_and_memory() -> None:
    chance = random.Random(7)
    whole = [photo(60, 40), drawing(60, 40), photo(60, 40, kind="WEBP"), photo(60, 40, kind="TIFF"),
             photo(60, 40, kind="BMP"), drawing(60, 40, kind="GIF"), with_place(60, 40)]  # fmt: skip
    before, began = _held_from_now(), time.monotonic()
    for _number in range(500):
        content = bytearray(chance.choice(whole))
        for _change in range(chance.randint(1, 12)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        del content[chance.randrange(8, len(content)) if chance.random() < 0.2 else len(content) :]
        with contextlib.suppress(Problem):
            reencoded(bytes(content))
    assert time.monotonic() - began < 60
    assert _most_held() - before < 300_000


def test_the_largest_that_is_taken_stays_within_memory_and_time() -> None:
    content, largest = bomb(5000, 4999), drawing(5000, 4999)
    before, began = _held_from_now(), time.monotonic()
    with pytest.raises(Problem):  # it has too few lines
        reencoded(content)
    assert reencoded(largest).width == LONG_SIDE
    assert time.monotonic() - began < 5
    assert _most_held() - before < 300_000


def _held_from_now() -> int:
    """What this process holds in kilobytes; the most that it held is counted anew."""
    Path("/proc/self/clear_refs").write_text("5")
    return _most_held()


def _most_held() -> int:
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
