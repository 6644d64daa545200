"""From a picture as it came to one that is fit to be sent: upright, small, telling nothing beside itself."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suyu_learn.domain.problems import Problem

if TYPE_CHECKING:
    from PIL.Image import Image

LONG_SIDE = 1600
MOST_PIXELS = {"JPEG": 50_000_000, "WEBP": 16_000_000}
MOST_PIXELS_ELSE = 25_000_000
"""What is decoded at most; the memory of one picture stays under 200 MB."""
FEW_COLOURS = 1024
QUALITY = 82
LARGEST_AS_IT_CAME = 700_000
"""A tidy picture of at most so many bytes is kept as it is; encoding it once more would only lose."""

_KINDS = (
    ("PNG", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("JPEG", re.compile(rb"\xff\xd8\xff")),
    ("GIF", re.compile(rb"GIF8[79]a")),
    ("WEBP", re.compile(rb"RIFF....WEBP", re.DOTALL)),
    ("BMP", re.compile(rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\x00", re.DOTALL)),
    ("TIFF", re.compile(rb"II\*\x00|MM\x00\*")),
    ("drawing", re.compile(rb"\xd7\xcd\xc6\x9a|\x01\x00\x00\x00.{36} EMF|\x01\x00\x09\x00\x00\x03", re.DOTALL)),
    ("drawing", re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE\s+svg|svg)", re.IGNORECASE)),
    ("sound", re.compile(rb"ID3|\xff[\xe2-\xfb]|OggS|RIFF....WAVE|fLaC|#!AMR|....ftyp|\x1aE\xdf\xa3", re.DOTALL)),
)
_MIMES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_TOLD_IN_JPEG = re.compile(rb"\xff[\xe1-\xed\xef\xfe]")
_PLAIN_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"sRGB", b"pHYs", b"sBIT", b"cHRM"}
_FULL_COLOUR = ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr")
_PLAIN_WEBP = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is stored; `moved` says that of an animation only the first frame was kept."""

    content: bytes
    mime: str
    width: int
    height: int
    moved: bool = False


def kind_of(content: bytes) -> str:
    """What the first bytes say: a format of Pillow, `drawing`, `sound`, or nothing known."""
    head = content[:200]
    return next((kind for kind, pattern in _KINDS if pattern.match(head)), "")


def pixels_of(content: bytes) -> int:
    """How many pixels a picture would have, by its header alone; 0 where that cannot be read."""
    from PIL import Image

    kind = kind_of(content)
    if kind == "WEBP":
        return _webp_pixels(content)
    if kind not in ("PNG", "JPEG", "GIF", "BMP", "TIFF"):
        return 0
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as image:
            return image.width * image.height
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return 10**9
    except Exception:  # the many ways in which a broken file shows
        return 0


def reencoded(content: bytes) -> Picture:
    """The picture as it is to be stored; raises Problem for what is none, or cannot be kept."""
    kind = kind_of(content)
    if kind in ("drawing", "sound"):
        raise Problem("media.drawing") if kind == "drawing" else Problem("media.sound")
    pixels = pixels_of(content)
    if not kind or not pixels:
        raise Problem("media.unreadable")
    if pixels > MOST_PIXELS.get(kind, MOST_PIXELS_ELSE):
        raise Problem("media.too_many_pixels", most=MOST_PIXELS.get(kind, MOST_PIXELS_ELSE) // 1_000_000)
    try:
        return _reencoded(content, kind)
    except Exception as broken:  # a damaged picture shows itself anywhere in a decoder
        raise Problem("media.unreadable") from broken


def _reencoded(content: bytes, kind: str) -> Picture:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content), formats=[kind]) as image:
        moved = kind in ("GIF", "PNG", "WEBP") and bool(getattr(image, "is_animated", False))
        if not moved and max(image.size) <= LONG_SIDE and image.mode != "CMYK" and _is_tidy(content, kind):
            image.load()
            return Picture(content, _MIMES[kind], image.width, image.height)
        if kind == "JPEG":
            image.draft("RGB", (LONG_SIDE, LONG_SIDE))
        drawn = kind != "JPEG" and _has_few_colours(image)
        image.load()
        if image.mode in _FULL_COLOUR:  # made small before it is turned and copied, which takes its memory again
            _shrink(image)
        plain = _in_rgb(ImageOps.exif_transpose(image))
        _shrink(plain)
        return _written(plain, drawn=drawn, moved=moved)


def _shrink(image: Image) -> None:
    from PIL.Image import Resampling

    if max(image.size) > LONG_SIDE:
        image.thumbnail((LONG_SIDE, LONG_SIDE), Resampling.LANCZOS)


def _has_few_colours(image: Image) -> bool:
    counted = image.mode in ("L", "LA", "RGB", "RGBA") and image.getcolors(FEW_COLOURS) is not None
    return counted or image.mode in ("1", "P") or image.mode.startswith("I")


def _in_rgb(image: Image) -> Image:
    """Three colours, and transparency only where something is transparent."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    transparent = "A" in image.mode or "a" in image.mode or "transparency" in image.info
    plain = image.convert("RGBA" if transparent else "RGB")
    if transparent and plain.getchannel("A").getextrema()[0] == 255:
        plain = plain.convert("RGB")
    return plain


def _written(image: Image, *, drawn: bool, moved: bool) -> Picture:
    stream = io.BytesIO()
    image.info.clear()
    if drawn:
        kind = "PNG"
        image.save(stream, kind, optimize=True)
    elif image.mode == "RGBA":
        kind = "WEBP"
        image.save(stream, kind, quality=QUALITY)
    else:
        kind = "JPEG"
        image.save(stream, kind, quality=QUALITY, optimize=True, progressive=True)
    return Picture(stream.getvalue(), _MIMES[kind], image.width, image.height, moved)


def _is_tidy(content: bytes, kind: str) -> bool:
    """Whether a file holds the picture and nothing else: no place, no camera, no comment, nothing behind its end."""
    if len(content) > LARGEST_AS_IT_CAME:
        return False
    if kind == "JPEG":
        return content.endswith(b"\xff\xd9") and not _TOLD_IN_JPEG.search(content)
    if kind == "PNG":
        return _chunks(content, 8, "big", trailer=4) <= _PLAIN_CHUNKS
    return kind == "WEBP" and _chunks(content, 12, "little") <= _PLAIN_WEBP


def _chunks(content: bytes, start: int, order: str, trailer: int = 0) -> set[bytes]:
    """The names of a file's chunks; what does not add up counts as a name that nobody knows."""
    names = set()
    size_first = order == "big"
    while start + 8 <= len(content):
        first, second = content[start : start + 4], content[start + 4 : start + 8]
        names.add(second if size_first else first)
        size = int.from_bytes(first if size_first else second, order)  # type: ignore[arg-type]
        start += 8 + size + trailer + (size % 2 if not size_first else 0)
    if start != len(content):
        names.add(b"?")
    return names


def _webp_pixels(content: bytes) -> int:
    """Pillow makes room for the whole canvas when it opens a WebP, so its header is read here first."""
    head, kind = content[20:30], content[12:16]
    if len(head) < 10:
        return 0
    if kind == b"VP8X":
        width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (4, 7))
    elif kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    else:
        return 0
    return width * height
