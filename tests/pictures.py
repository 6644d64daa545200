"""Pictures as organizers have them, made by the tests."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image


def photo(width: int = 320, height: int = 200, *, kind: str = "JPEG", **how: Any) -> bytes:
    """A picture of many colours."""
    image = Image.linear_gradient("L").resize((width, height))
    image = Image.merge("RGB", (image, image.transpose(Image.Transpose.FLIP_TOP_BOTTOM), image.rotate(90)))
    return written(image, kind, **how)


def drawing(width: int = 320, height: int = 200, *, kind: str = "PNG", **how: Any) -> bytes:
    """A picture of two colours."""
    image = Image.new("RGB", (width, height), "white")
    image.paste((200, 0, 0), (width // 4, height // 4, width // 2, height // 2))
    return written(image, kind, **how)


def written(image: Any, kind: str, **how: Any) -> bytes:
    """An image of Pillow as a file."""
    stream = io.BytesIO()
    image.save(stream, kind, **how)
    return stream.getvalue()


def with_place(width: int = 320, height: int = 200, *, orientation: int = 6) -> bytes:
    """A photo of a phone: held upright, with its camera and the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825)[1] = "N"
    return photo(width, height, exif=exif.tobytes())


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is huge."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    chunks = ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
