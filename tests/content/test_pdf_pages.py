"""Pages of a PDF become pictures with their text; what is none, or is made to hurt, is refused with a sentence."""

from __future__ import annotations

import io
import random
import resource
import time
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image
from pypdf import PdfReader, PdfWriter

from suyu_learn.content.formats import pdf_pages
from suyu_learn.domain.problems import Problem


def pdf(*texts: str, size: tuple[float, float] = (210, 297)) -> bytes:
    """A PDF with a page for each text."""
    made = FPDF(format=size)
    made.set_font("Helvetica", size=20)
    for text in texts:
        made.add_page()
        made.multi_cell(0, 12, text)
    return bytes(made.output())


def _filed(folder: Path, content: bytes) -> Path:
    path = folder / "a.pdf"
    path.write_bytes(content)
    return path


def _refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(Problem) as refused:
        pdf_pages.count(_filed(folder, content))
    return refused.value.code


def test_pages_come_in_order_with_what_they_say(tmp_path: Path) -> None:
    path = _filed(tmp_path, pdf("Ladder feet", "Four to one", "Three points"))
    assert pdf_pages.count(path) == 3
    found = [*pdf_pages.drawn(path, 0, 2), *pdf_pages.drawn(path, 2, 5)]
    assert [page.text for page in found] == ["Ladder feet", "Four to one", "Three points"]
    for page in found:
        with Image.open(io.BytesIO(page.picture)) as picture:
            assert (picture.format, picture.width) == ("JPEG", 1200)
    assert pdf_pages.drawn(path, 3, 5) == []


def test_odd_pages_stay_within_bounds(tmp_path: Path) -> None:
    for size in ((60, 3000), (3000, 60), (100, 100)):
        (page,) = pdf_pages.drawn(_filed(tmp_path, pdf("x", size=size)), 0, 1)
        with Image.open(io.BytesIO(page.picture)) as picture:
            assert picture.width <= 1201
            assert picture.height <= 3001


def test_long_texts_are_cut(tmp_path: Path) -> None:
    (page,) = pdf_pages.drawn(_filed(tmp_path, pdf("word " * 400)), 0, 1)
    assert 900 < len(page.text) <= 1000


def test_what_is_no_pdf(tmp_path: Path) -> None:
    assert not pdf_pages.looks_like_pdf(b"PK\3\4")
    assert pdf_pages.looks_like_pdf(b"\xef\xbb\xbf%PDF-1.7")
    for content in (b"", b"PK\3\4 no", b"%PDF-1.7\n", pdf("x")[:200]):
        assert _refusal(tmp_path, content) == "pdf.broken"


def test_a_locked_file_says_so(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("secret"))))
    writer.encrypt("four quiet pines")
    locked = io.BytesIO()
    writer.write(locked)
    assert _refusal(tmp_path, locked.getvalue()) == "pdf.locked"


def test_too_many_pages(tmp_path: Path) -> None:
    assert _refusal(tmp_path, pdf(*["x"] * (pdf_pages.MOST_PAGES + 1))) == "pdf.too_many_pages"


def test_hostile_files_end_in_time_and_with_a_sentence(tmp_path: Path) -> None:
    rng = random.Random(20261130)
    whole = pdf("Ladder feet", "Four to one")
    for _ in range(25):
        broken = bytearray(whole)
        for _ in range(rng.randrange(1, 60)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        path = _filed(tmp_path, bytes(broken))
        with suppress(Problem):  # nothing else escapes
            pdf_pages.count(path)
            pdf_pages.drawn(path, 0, 2)


def test_a_page_that_asks_for_endless_work_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_pages, "LONGEST_SECONDS", 3)
    nested = b" q" * 200_000 + b" 0 0 1000 1000 re f" * 200_000
    made = FPDF()
    made.set_compression(False)
    made.add_page()
    content = bytes(made.output())
    start, end = content.index(b"stream\n") + 7, content.index(b"\nendstream")
    path = _filed(tmp_path, content[:start] + nested + content[end:])
    began = time.monotonic()
    with pytest.raises(Problem) as refused:  # of this page alone: the others can still be drawn
        pdf_pages.drawn(path, 0, 1)
    assert refused.value.code == "pdf.page_broken"
    assert time.monotonic() - began < 10


def _swollen(gigabytes: int) -> bytes:
    """A PDF of one page whose content unpacks to so much: one compressed megabyte of blanks, over and over."""
    packer = zlib.compressobj()
    first = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = first + again * (1024 * gigabytes)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(stream), stream),
    ]  # fmt: skip
    found, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(found))
        found += b"%d 0 obj%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return found + b"xref\n0 5\n0000000000 65535 f \n%strailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table, len(found),
    )  # fmt: skip


def test_a_page_that_unpacks_to_gigabytes_costs_neither_memory_nor_time(tmp_path: Path) -> None:
    path = _filed(tmp_path, _swollen(4))
    assert pdf_pages.count(path) == 1
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with pytest.raises(Problem) as refused:
        pdf_pages.drawn(path, 0, 1)
    assert refused.value.code == "pdf.page_broken"
    assert time.monotonic() - began < pdf_pages.LONGEST_SECONDS
    # The largest child of this process so far, in kilobytes, which may be another test's.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(before, 1.1 * 1024 * 1024)
