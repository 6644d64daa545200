"""Zip packages: what is in them by name, and that no entry leads out, swells up or is taken for another."""

from __future__ import annotations

import io
import random
import stat
import time
import zipfile
from collections.abc import Callable

import pytest

from suyu_learn.content.formats import packages
from suyu_learn.content.formats.packages import open_package
from suyu_learn.domain.problems import Problem


def packed(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(Problem) as caught:
        package = open_package(content, file="a.zip")
        for name in package.names:
            package.read(name)
    assert caught.value.place.file == "a.zip"
    return caught.value.code


def test_files_are_found_from_where_they_are_named() -> None:
    package = open_package(
        packed(("imsmanifest.xml", b"m"), ("items/a.xml", b"a"), ("my images/Drei Äpfel.png", b"p"),
               ("__MACOSX/._a.xml", b"x"), (".DS_Store", b"x"), ("more.zip", b"z"))
    )  # fmt: skip
    assert package.names == ("imsmanifest.xml", "items/a.xml", "my images/Drei Äpfel.png")
    assert package.nested == ("more.zip",)
    assert package.read("a.xml", base="items/b.xml") == b"a"
    assert package.read("../my%20images/drei%20%C3%84pfel.PNG?v=1#top", base="items/a.xml") == b"p"
    assert package.find("b.xml") is None
    assert "items/a.xml" in package


@pytest.mark.parametrize("href", ["../a.xml", "items/../../a.xml", "/a.xml", "http://x.org/a.xml", "file:a", "..\\a"])
def test_no_reference_leads_out(href: str) -> None:
    with pytest.raises(Problem) as caught:
        open_package(packed(("a.xml", b""))).read(href)
    assert caught.value.code == "package.leads_outside"


def test_names_of_chinese_windows_are_read() -> None:
    gbk = packed(("XXXXXX.png", b"p")).replace(b"XXXXXX", "消防栓".encode("gbk"))
    assert open_package(gbk).names == ("消防栓.png",)
    assert open_package(packed(("消防栓.png", b"p"))).names == ("消防栓.png",)


def _link() -> bytes:
    entry = zipfile.ZipInfo("link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return packed((entry, b"/etc/passwd"))


def _twice() -> bytes:
    return packed(("a.xml", b"1"), ("b.xml", b"2")).replace(b"b.xml", b"a.xml")


def _encrypted() -> bytes:
    content = bytearray(packed(("a.xml", b"1")))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _lying() -> bytes:
    """A header that says ten bytes of a file of megabytes."""
    size = 12 * 1024 * 1024
    content = packed(("a.xml", b"\0" * size))
    return content.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "up": (lambda: packed(("../etc/passwd", b"x")), "package.unsafe_name"),
    "up within": (lambda: packed(("a/../../b", b"x")), "package.unsafe_name"),
    "a folder above": (lambda: packed(("../etc/", b"")), "package.unsafe_name"),
    "absolute": (lambda: packed(("/etc/passwd", b"x")), "package.unsafe_name"),
    "drive": (lambda: packed(("C:/a.xml", b"x")), "package.unsafe_name"),
    "backslash": (lambda: packed(("a\\b.xml", b"x")), "package.unsafe_name"),
    "line break": (lambda: packed(("a\nb.xml", b"x")), "package.unsafe_name"),
    "link": (_link, "package.link"),
    "twice": (_twice, "package.name_twice"),
    "encrypted": (_encrypted, "package.password"),
    "bomb": (lambda: packed(("a.xml", b"\0" * (20 * 1024 * 1024))), "package.bomb"),
    "many bombs": (
        lambda: packed(*((f"{n}.xml", b"\0" * (30 * 1024 * 1024)) for n in range(5))), "package.too_large"),
    "a header that lies": (_lying, "package.entry_broken"),
    "cut off": (lambda: packed(("a.xml", random.Random(1).randbytes(9_000)))[:8_192], "package.cut_off"),
    "no zip": (lambda: b"PK\x03\x04" + b"\0" * 100_000 + b"PK\x05\x06" + b"\1" * 18, "package.broken"),
    "nothing in it": (lambda: packed(("a/", b"")), "package.empty"),
    "empty": (lambda: b"", "package.broken"),
    "zeros": (lambda: b"\0" * 1_000_000, "package.broken"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_packages_are_refused(name: str) -> None:
    make, code = HOSTILE[name]
    assert refused(make()) == code


def test_too_many_files_are_counted_before_they_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MOST_ENTRIES", 10)
    assert refused(packed(*((f"{n}.xml", b"") for n in range(11)))) == "package.too_many_entries"


def test_500_damaged_packages_end_in_a_problem_or_in_bytes() -> None:
    rng = random.Random(20261123)
    whole = packed(
        ("imsmanifest.xml", b"<manifest/>" * 50), ("items/a.xml", b"<a/>" * 200), ("b.png", rng.randbytes(400))
    )
    started = time.monotonic()
    codes = set()
    for _ in range(500):
        content = bytearray(whole)
        for _ in range(rng.randint(1, 12)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        if rng.random() < 0.2:
            del content[rng.randrange(len(content)) :]
        try:
            package = open_package(bytes(content))
            for name in package.names:
                package.find(name)
                package.read(name)
        except Problem as problem:
            codes.add(problem.code.partition(".")[0])
    assert codes == {"package"}
    assert time.monotonic() - started < 60
