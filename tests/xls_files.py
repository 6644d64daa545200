"""Old workbooks (.xls) made for tests, record by record: no library writes them any more."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence


def old_workbook(
    rows: Iterable[Sequence[object]], *, sheet: str = "题库", merged: Iterable[tuple[int, int, int, int]] = ()
) -> bytes:
    """An .xls file with one sheet of texts and numbers."""
    name = sheet.encode("utf-16-le")
    bound = struct.pack("<IBBBB", 0, 0, 0, len(sheet), 1) + name
    globals_ = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)) + _record(0x0042, struct.pack("<H", 1200))
    start = len(globals_) + 4 + len(bound) + 4
    globals_ += _record(0x0085, struct.pack("<I", start) + bound[4:]) + _record(0x000A, b"")
    cells = b"".join(
        _cell(row, column, value) for row, values in enumerate(rows) for column, value in enumerate(values)
    )
    areas = list(merged)
    told = struct.pack("<H", len(areas)) + b"".join(struct.pack("<HHHH", a, c, b, d) for a, b, c, d in areas)
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0)) + cells
    body += (_record(0x00E5, told) if areas else b"") + _record(0x000A, b"")
    return compound(globals_ + body)


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _cell(row: int, column: int, value: object) -> bytes:
    if value in ("", None):
        return b""
    if isinstance(value, int | float):
        return _record(0x0203, struct.pack("<HHHd", row, column, 0, float(value)))
    text = str(value)
    return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def compound(stream: bytes, *, name: str = "Workbook") -> bytes:
    """A compound file with one stream, of sectors of 512 bytes."""
    stream = stream.ljust(4096, b"\0")  # smaller ones would go into sectors of their own kind
    sectors = -(-len(stream) // 512)
    tables = -(-(sectors + 2) // 127)
    chain = [*range(1, sectors), 0xFFFFFFFE, 0xFFFFFFFE, *[0xFFFFFFFD] * tables]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * 512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, tables, sectors, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack(f"<{tables}I", *range(sectors + 1, sectors + 1 + tables)).ljust(436, b"\xff")
    folder = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + _entry(name, 2, 0, len(stream)) + bytes(256)
    return head + stream.ljust(sectors * 512, b"\0") + folder + table


def _entry(name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF) -> bytes:
    said = name.encode("utf-16-le") + b"\0\0"
    return (
        said.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(said), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
