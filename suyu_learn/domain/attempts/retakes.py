"""Who may sit an exam again in its retake."""

from __future__ import annotations

from enum import StrEnum


class RetakeFor(StrEnum):
    """Whom a retake is for; somebody whose result still waits for a marker has not failed yet."""

    FAILED = "failed"
    ABSENT = "absent"
    FAILED_OR_ABSENT = "failed_or_absent"


def may_retake(whom: RetakeFor, *, began: bool, passed: bool | None) -> bool:
    """Whether a retake is for somebody who began the exam in its own window, or did not, and stands there now."""
    if passed or (began and passed is None):
        return False
    return whom is not (RetakeFor.ABSENT if began else RetakeFor.FAILED)
