"""Photos and pdfs of papers, kept with their attempt: pictures re-encoded, files by hash, deleted with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.content.reencoding import kind_of, reencoded
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Attempt,
    Exam,
    HoursEntry,
    Import,
    ImportState,
    OutsideCertificate,
    Person,
    Scan,
    new_key,
)
from suyu_learn.services import audit, media

PDF = "application/pdf"
MOST_PDF = 10
"""Megabytes of one pdf."""
MOST = 20
"""Scans of one attempt."""
GOES_AFTER = timedelta(days=1)
"""A file that no row names any more goes with the next tick, but not one that was written just now."""
_KINDS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True, slots=True)
class Filed:
    """A scan whose file is written."""

    sha256: str
    mime: str
    size: int
    name: str


def prepare(content: bytes, name: str, *, folder: Path) -> Filed:
    """Re-encode a photo, or take a pdf as it is, and write the file; raises Problem for everything else.

    It takes time, so it is done outside any transaction.
    """
    at = Place(field="file")
    if not content:
        raise Problem("scan.empty", place=at)
    if content.startswith(b"%PDF-"):
        if len(content) > MOST_PDF * 2**20:
            raise Problem("scan.pdf_too_large", place=at, most=MOST_PDF)
        mime = PDF
    elif kind_of(content) in _KINDS:
        try:
            picture = reencoded(content)
        except Problem as problem:
            raise Problem("scan.unreadable", place=at) from problem
        content, mime = picture.content, picture.mime
    else:
        raise Problem("scan.other_kind", place=at)
    sha = sha256(content).hexdigest()
    media.write_whole(media.path_of(folder, sha), content)
    return Filed(sha, mime, len(content), name.replace("\\", "/").rpartition("/")[2][-200:])


def keep(session: Session, exam: Exam, attempt: Attempt, filed: Filed, *, actor: Person, now: datetime) -> Scan:
    """Note a scan of an attempt; the same file once more is the scan that is there."""
    if attempt.person_id == actor.id:
        raise Problem("offline.yourself", place=Place(field="file"))
    session.refresh(attempt, with_for_update={"of": Attempt})
    live = of_attempt(session, attempt)
    for one in live:
        if one.sha256 == filed.sha256:
            return one
    if len(live) >= MOST:
        raise Problem("scan.too_many", place=Place(field="file"), most=MOST)
    scan = Scan(key=new_key(), attempt_id=attempt.id, name=filed.name or filed.sha256[:8], mime=filed.mime,
                size=filed.size, sha256=filed.sha256, at=now, actor_id=actor.id)  # fmt: skip
    session.add(scan)
    session.flush()
    audit.record(session, "scan.added", now=now, actor=actor, on=exam, unit_id=exam.unit_id,
                 person_id=attempt.person_id, attempt=attempt.key, file=scan.name)  # fmt: skip
    session.flush()
    return scan


def delete(session: Session, exam: Exam, scan: Scan, *, reason: str, actor: Person, now: datetime) -> None:
    """Delete a scan: its row says who, when and why; its file goes."""
    said = audit.required(reason)
    if scan.attempt.person_id == actor.id:
        raise Problem("offline.yourself")
    session.refresh(scan, with_for_update=True)
    if scan.deleted_at is not None:
        raise Problem("scan.deleted")
    scan.deleted_at, scan.deleted_by_id, scan.delete_reason = now, actor.id, said
    audit.record(session, "scan.deleted", now=now, actor=actor, on=exam, unit_id=exam.unit_id, reason=said,
                 person_id=scan.attempt.person_id, attempt=scan.attempt.key, file=scan.name)  # fmt: skip
    session.flush()


def of_attempt(session: Session, attempt: Attempt, *, deleted: bool = False) -> Sequence[Scan]:
    """The scans of an attempt, in the order in which they came."""
    query = select(Scan).where(Scan.attempt_id == attempt.id).order_by(Scan.id)
    return session.scalars(query if deleted else query.where(Scan.deleted_at.is_(None))).all()


def count(session: Session, attempt: Attempt) -> int:
    """How many scans an attempt has."""
    return session.scalar(
        select(func.count(Scan.id)).where(Scan.attempt_id == attempt.id, Scan.deleted_at.is_(None))
    ) or 0  # fmt: skip


def find(session: Session, key: str) -> Scan:
    """A scan that is not deleted; raises Problem for every other."""
    scan = session.scalar(select(Scan).where(Scan.key == key, Scan.deleted_at.is_(None)))
    if scan is None:
        raise Problem("scan.unknown")
    return scan


def sweep(session: Session, folder: Path, *, now: datetime) -> int:
    """Delete the files that no scan, no hours entered by hand, no table of them that waits and no certificate name any
    more; how many."""
    if not folder.is_dir():
        return 0
    old = (now - GOES_AFTER).timestamp()
    files = [path for path in folder.glob("??/*") if path.is_file() and path.stat().st_mtime < old]
    live = set(session.scalars(select(Scan.sha256).where(Scan.deleted_at.is_(None)).distinct())) if files else set()
    if files:
        kept = session.scalars(select(HoursEntry.evidence).where(HoursEntry.kind == "outside"))
        waiting = session.scalars(
            select(Import.options).where(Import.kind == "outside_hours", Import.state == ImportState.PREVIEW)
        )
        live |= {one["proof"]["sha256"] for some in (kept, waiting) for one in some if one.get("proof")}
        proofs = session.scalars(select(OutsideCertificate.proof).where(OutsideCertificate.proof.is_not(None)))
        live |= {str(one["sha256"]) for one in proofs if one}
    gone = [path for path in files if path.name not in live]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
