"""Scans of papers: re-encoded or refused, several an attempt, deleted with a reason, swept, and in the backup."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import AuditEntry
from suyu_learn.services import media, scans
from tests.clock import FrozenClock
from tests.services.test_offline import Room, room

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 60)) -> bytes:
    """A photo that tells with which phone it was taken."""
    stream = io.BytesIO()
    image = Image.new("RGB", size, (200, 30, 30))
    exif = Image.Exif()
    exif[0x010F] = "A telling phone"
    image.save(stream, kind, exif=exif)
    return stream.getvalue()


@pytest.fixture
def hall(session: Session, clock: FrozenClock) -> Room:
    return room(session, clock)


@pytest.mark.parametrize(("kind", "mime"), [("JPEG", "image/jpeg"), ("WEBP", "image/webp"), ("PNG", "image/png")])
def test_a_photo_is_kept_without_what_it_tells(tmp_path: Path, kind: str, mime: str) -> None:
    content = photo(kind)
    assert b"A telling phone" in content
    filed = scans.prepare(content, "C:\\photos\\page 1.jpg", folder=tmp_path)
    kept = media.path_of(tmp_path, filed.sha256).read_bytes()
    assert b"A telling phone" not in kept
    assert filed.name == "page 1.jpg"
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (40, 60)
    assert filed.mime in (mime, "image/png")  # a plain colour is smaller as a drawing


def test_a_pdf_is_kept_as_it_is(tmp_path: Path) -> None:
    filed = scans.prepare(PDF, "paper.pdf", folder=tmp_path)
    assert (filed.mime, media.path_of(tmp_path, filed.sha256).read_bytes()) == (scans.PDF, PDF)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "scan.empty"),
        (b"MZ\x90\x00 a program", "scan.other_kind"),
        (b"<html><script>alert(1)</script></html>", "scan.other_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "scan.other_kind"),
        (b"PK\x03\x04 a zip file", "scan.other_kind"),
        (b"GIF89a" + b"\0" * 40, "scan.other_kind"),
        (photo()[:60], "scan.unreadable"),
        (b"\x89PNG\r\n\x1a\n broken", "scan.unreadable"),
        (PDF + b"0" * (scans.MOST_PDF * 2**20), "scan.pdf_too_large"),
    ],
    ids=["empty", "program", "html", "svg", "zip", "gif", "cut jpeg", "broken png", "large pdf"],
)
def test_what_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(Problem) as caught:
        scans.prepare(content, "x", folder=tmp_path)
    assert (caught.value.code, caught.value.place.field) == (code, "file")
    assert list(tmp_path.iterdir()) == []


@ON_SQLITE
def test_a_scan_is_deleted_with_a_reason_and_its_file_goes(hall: Room, tmp_path: Path) -> None:
    session = hall.session
    attempt = hall.enter(0, "80")
    filed = scans.prepare(PDF, "paper.pdf", folder=tmp_path)
    scan = scans.keep(session, hall.exam, attempt, filed, actor=hall.clerk, now=hall.clock())
    assert scans.keep(session, hall.exam, attempt, filed, actor=hall.clerk, now=hall.clock()).id == scan.id
    path = media.path_of(tmp_path, filed.sha256)
    long_ago = (hall.clock() - timedelta(days=9)).timestamp()
    os.utime(path, (long_ago, long_ago))
    assert scans.sweep(session, tmp_path, now=hall.clock()) == 0
    with pytest.raises(Problem, match=r"reason\.missing"):
        scans.delete(session, hall.exam, scan, reason=" ", actor=hall.clerk, now=hall.clock())
    scans.delete(session, hall.exam, scan, reason="Of somebody else", actor=hall.clerk, now=hall.clock())
    assert scans.of_attempt(session, attempt) == []
    assert [one.delete_reason for one in scans.of_attempt(session, attempt, deleted=True)] == ["Of somebody else"]
    with pytest.raises(Problem, match=r"scan\.unknown"):
        scans.find(session, scan.key)
    assert scans.sweep(session, tmp_path, now=hall.clock()) == 1
    assert not path.exists()
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("scan.%"))).all()
    assert actions == ["scan.added", "scan.deleted"]


@ON_SQLITE
def test_an_attempt_has_so_many_scans(hall: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "MOST", 2)
    attempt = hall.enter(0, "80")
    for number in range(2):
        filed = scans.Filed(f"{number:064}", scans.PDF, 10, "x.pdf")
        scans.keep(hall.session, hall.exam, attempt, filed, actor=hall.clerk, now=hall.clock())
    with pytest.raises(Problem, match=r"scan\.too_many"):
        scans.keep(hall.session, hall.exam, attempt, scans.Filed("f" * 64, scans.PDF, 10, "x.pdf"), actor=hall.clerk,
                   now=hall.clock())  # fmt: skip
